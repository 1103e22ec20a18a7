import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, type CfnElement, Duration, type Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as iam from 'aws-cdk-lib/aws-iam';
import {
  EndpointAuthorization,
  Guarantee,
  ViewGuarantees,
  Proof,
  RedactedCopy,
  RedactingEndpoint,
  type RedactingEndpointProps,
  RedactionPolicy,
  SecureBucket,
  Transform,
  View,
} from '../../src';
import type { ViewsDocument } from '../../src/runtime/object-views/contract';
import { ACCOUNT, newStack, REGION } from '../support/app';
import { nag, unexplained } from '../support/nag';
import { arn, role } from '../support/people';

const ENV = { env: { account: ACCOUNT, region: REGION } };
const policy = RedactionPolicy.standard();
const authorization = EndpointAuthorization.jwt({ issuer: 'https://login.example.com/', audiences: ['reports'] });
const claims = { groups: ['analytics'] };

function build(stack: Stack, props: Partial<RedactingEndpointProps> = {}): RedactingEndpoint {
  return new RedactingEndpoint(stack, 'Redacted', {
    bucket: new SecureBucket(stack, 'Documents', { bucketName: 'acme-documents' }),
    views: [
      View.redacted('analytics', {
        policy,
        ...(props.authorization ? { claims } : { principals: [role(stack, 'analytics')] }),
      }),
    ],
    ...props,
  });
}

function documentOf(stack: Stack): ViewsDocument {
  const assembly = (stack.node.root as App).synth();
  const { Resources } = assembly.getStackByName(stack.stackName).template;
  const fn: any = Object.values<any>(Resources).find(({ Type }) => Type === 'AWS::Lambda::Function');
  const [hash] = /[0-9a-f]{64}/.exec(JSON.stringify(fn.Properties.Code))!;
  return JSON.parse(readFileSync(join(assembly.directory, `asset.${hash}`, 'views.json'), 'utf8'));
}

describe('with IAM', () => {
  const stack = newStack(ENV);
  const endpoint = build(stack);
  const template = Template.fromStack(stack);

  test('streams, and has time for 200 MB at the slow rate of Lambda', () => {
    template.hasResourceProperties('AWS::Lambda::Url', { AuthType: 'AWS_IAM', InvokeMode: 'RESPONSE_STREAM' });
    template.hasResourceProperties('AWS::Lambda::Function', { Timeout: 157 });
  });

  test('lets the callers use the URL, and call the function by nothing else', () => {
    const permissions = Object.values(template.findResources('AWS::Lambda::Permission')).map(
      ({ Properties }) => Properties,
    );
    expect(permissions).toEqual([
      expect.objectContaining({
        Action: 'lambda:InvokeFunctionUrl',
        Principal: arn('analytics'),
        FunctionUrlAuthType: 'AWS_IAM',
      }),
      expect.objectContaining({
        Action: 'lambda:InvokeFunction',
        Principal: arn('analytics'),
        InvokedViaFunctionUrl: true,
      }),
    ]);
    template.resourceCountIs('AWS::CloudFront::Distribution', 0);
  });

  test('tells the function who gets which view', () => {
    expect(documentOf(stack)).toMatchObject({
      bucket: { env: 'STRONGBOX_VALUE_1' },
      limits: { responseBytes: 200_000_000 },
      views: { analytics: { callers: { iam: [arn('analytics')] } } },
    });
    expect(stack.resolve(endpoint.url)).toEqual({
      'Fn::GetAtt': [expect.stringMatching(/^RedactedRuntimeFunction/), 'FunctionUrl'],
    });
  });

  test('denies them the originals, proved, while the function reads them', () => {
    const proof = Proof.ofStack(stack);
    proof.holds(ViewGuarantees.readThroughViewOnly({ callers: [arn('analytics')] }), { subject: 'acme-documents' });
    proof.holds(Guarantee.allowed({ actions: ['s3:GetObject'], principals: [endpoint.fn.role!.roleArn] }), {
      subject: 'acme-documents',
    });
  });
});

describe('nobody else calls the function, and nobody by hand', () => {
  const stack = newStack(ENV);
  const bucket = new SecureBucket(stack, 'Documents', { bucketName: 'acme-documents' });
  const caller = (name: string) =>
    new iam.Role(stack, name, {
      assumedBy: new iam.AccountRootPrincipal(),
      managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('AdministratorAccess')],
    });
  const [analytics, marketing] = [caller('Analytics'), caller('Marketing')];
  const endpoint = new RedactingEndpoint(stack, 'Redacted', {
    bucket,
    views: [
      View.redacted('analytics', { policy, principals: [analytics] }),
      View.transformed('marketing', { transform: Transform.xmlToJson(), principals: [marketing] }),
    ],
  });
  const BUCKET = { subject: 'acme-documents' };
  const template = Template.fromStack(stack).toJSON();
  const idOf = (type: string, name: RegExp) =>
    Object.keys(template.Resources).find((id) => template.Resources[id].Type === type && name.test(id))!;
  const FUNCTION = idOf('AWS::Lambda::Function', /^RedactedRuntimeFunction/);
  const CALLERS = [idOf('AWS::IAM::Role', /^Analytics/), idOf('AWS::IAM::Role', /^Marketing/)];
  const policyOf = (resources: any) =>
    resources[idOf('AWS::IAM::ManagedPolicy', /^RedactedViewAnalyticsCallers/)].Properties.PolicyDocument;
  const permission = (Properties: object) => (resources: any) => {
    resources.More = {
      Type: 'AWS::Lambda::Permission',
      Properties: { FunctionName: { Ref: FUNCTION }, Action: 'lambda:InvokeFunction', ...Properties },
    };
  };
  const holds = (change: (resources: any) => void) => {
    const copy = structuredClone(template);
    change(copy.Resources);
    return Proof.ofTemplate(copy, { account: ACCOUNT, region: REGION }).holds(
      ViewGuarantees.endpointCallersOnly({ endpoint: FUNCTION, callers: CALLERS }),
      BUCKET,
    );
  };

  test('proved, although AWS lets the callers do everything', () => {
    const callers = [analytics.roleArn, marketing.roleArn];
    const [verdict] = Proof.ofStack(stack).holds(
      ViewGuarantees.endpointCallersOnly({ endpoint: endpoint.fn.functionArn, callers }),
      BUCKET,
    );
    expect(verdict.requestClasses).toBeGreaterThan(10);
    Proof.ofStack(stack).holds(ViewGuarantees.readThroughViewOnly({ callers }), BUCKET);
  });

  test.each<[string, (resources: any) => void]>([
    [
      'a URL for everybody',
      (resources) => {
        resources[idOf('AWS::Lambda::Url', /^Redacted/)].Properties.AuthType = 'NONE';
      },
    ],
    [
      'no URL at all',
      (resources) => {
        delete resources[idOf('AWS::Lambda::Url', /^Redacted/)];
      },
    ],
    [
      'a permission for somebody else',
      permission({ Principal: `arn:aws:iam::${ACCOUNT}:role/else`, InvokedViaFunctionUrl: true }),
    ],
    [
      'a permission for another account',
      permission({ Principal: '999999999999', Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'AWS_IAM' }),
    ],
    ['a permission for a service', permission({ Principal: 'events.amazonaws.com' })],
    [
      'a caller who calls it by hand',
      (resources) => {
        policyOf(resources).Statement = policyOf(resources).Statement.filter(
          ({ Sid }: any) => Sid !== 'StrongboxByHand',
        );
      },
    ],
    [
      'a caller who changes it',
      (resources) => {
        policyOf(resources).Statement = policyOf(resources).Statement.filter(
          ({ Sid }: any) => Sid !== 'StrongboxFunction',
        );
      },
    ],
    [
      'a deny that an absent key does not meet',
      (resources) => {
        const statement = policyOf(resources).Statement.find(({ Sid }: any) => Sid === 'StrongboxByHand');
        statement.Condition = { Bool: statement.Condition.BoolIfExists };
      },
    ],
  ])('broken: %s', (_, change) => expect(() => holds(change)).toThrow('VIOLATED endpoint-callers-only'));

  test('whom it is about must be said', () => {
    expect(() => ViewGuarantees.endpointCallersOnly({ endpoint: FUNCTION })).toThrow(
      '"callers" is empty and "distribution" is missing',
    );
  });
});

describe('behind CloudFront', () => {
  const distribution = `arn:aws:cloudfront::${ACCOUNT}:distribution/E123`;
  const stack = newStack(ENV);
  const endpoint = build(stack, { authorization });
  const template = Template.fromStack(stack).toJSON();
  const FUNCTION = stack.resolve((endpoint.fn.node.defaultChild as CfnElement).logicalId);
  const holds = (change: (permission: any) => void) => {
    const copy = structuredClone(template);
    for (const { Type, Properties } of Object.values<any>(copy.Resources)) {
      if (Type !== 'AWS::Lambda::Permission') continue;
      Properties.SourceArn = distribution;
      change(Properties);
    }
    return Proof.ofTemplate(copy, { account: ACCOUNT, region: REGION }).holds(
      ViewGuarantees.endpointCallersOnly({ endpoint: FUNCTION, distribution }),
      { subject: 'acme-documents' },
    );
  };

  test('the distribution alone calls the function, proved', () => void holds(() => undefined));

  test.each<[string, (permission: any) => void]>([
    [
      'any distribution of anybody',
      (permission) => {
        delete permission.SourceArn;
      },
    ],
    [
      'another distribution',
      (permission) => {
        permission.SourceArn = `${distribution}4`;
      },
    ],
    [
      'another service',
      (permission) => {
        permission.Principal = 'events.amazonaws.com';
      },
    ],
    [
      'a role',
      (permission) => {
        permission.Principal = arn('somebody');
        delete permission.SourceArn;
      },
    ],
  ])('broken: %s', (_, change) => expect(() => holds(change)).toThrow('VIOLATED endpoint-callers-only'));
});

test('a caller of another account is told what its owner must give it', () => {
  const stack = newStack(ENV);
  build(stack, {
    views: [View.redacted('analytics', { policy, principals: [role(stack, 'partner', '999999999999')] })],
  });
  Annotations.fromStack(stack).hasWarning(
    '/Stack/Redacted',
    Match.stringLikeRegexp('whose own policies this app does not write'),
  );
});

test('the function reads what its views have, and no other object', () => {
  const stack = newStack(ENV);
  build(stack, {
    views: [View.redacted('analytics', { policy, principals: [role(stack, 'analytics')], prefixes: ['orders/'] })],
  });
  expect(
    JSON.stringify(
      Template.fromStack(stack).findResources('AWS::IAM::ManagedPolicy', {
        Properties: { Roles: [{ Ref: Match.stringLikeRegexp('^RedactedRuntimeRole') }] },
      }),
    ),
  ).toMatch(
    /s3:GetObjectVersion"\],"Effect":"Allow","Resource":\{"Fn::Join":\["",\[\{"Fn::GetAtt":\["Documents[^}]*\},"\/orders\/\*"/,
  );
});

describe('with tokens', () => {
  const stack = newStack(ENV);
  build(stack, { authorization, cacheFor: Duration.minutes(5) });
  const template = Template.fromStack(stack);

  test('CloudFront alone may call the function', () => {
    for (const { Properties } of Object.values(template.findResources('AWS::Lambda::Permission'))) {
      expect(Properties).toMatchObject({ Principal: 'cloudfront.amazonaws.com', SourceArn: expect.anything() });
    }
    const actions = Object.values(template.findResources('AWS::Lambda::Permission')).map(
      ({ Properties }) => Properties.Action,
    );
    expect(actions.sort()).toEqual(['lambda:InvokeFunction', 'lambda:InvokeFunctionUrl']);
    template.hasResourceProperties('AWS::CloudFront::OriginAccessControl', {
      OriginAccessControlConfig: {
        OriginAccessControlOriginType: 'lambda',
        SigningBehavior: 'always',
        SigningProtocol: 'sigv4',
      },
    });
  });

  test('the token is in the key of the cache, and the views are', () => {
    template.hasResourceProperties('AWS::CloudFront::CachePolicy', {
      CachePolicyConfig: {
        MinTTL: 0,
        DefaultTTL: 0,
        MaxTTL: 300,
        ParametersInCacheKeyAndForwardedToOrigin: {
          HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['x-strongbox-token', 'x-strongbox-views'] },
          QueryStringsConfig: { QueryStringBehavior: 'all' },
        },
      },
    });
    expect(documentOf(stack).views.analytics).toMatchObject({
      cacheSeconds: 300,
      callers: {
        jwt: { issuer: 'https://login.example.com/', audience: ['reports'], claims, header: 'x-strongbox-token' },
      },
    });
  });

  /** The CloudFront function of an endpoint, as JavaScript. */
  const request = (of: RedactionPolicy): ((event: any) => any) => {
    const other = newStack(ENV);
    build(other, { authorization, views: [View.redacted('analytics', { policy: of, claims })] });
    const [fn] = Object.values(Template.fromStack(other).findResources('AWS::CloudFront::Function'));
    return new Function(`${fn.Properties.FunctionCode}; return handler;`)() as (event: any) => any;
  };
  const headersFor = (of: RedactionPolicy, headers: object) => request(of)({ request: { headers } }).headers;

  test('the token goes on under another name, which a caller cannot set', () => {
    expect(headersFor(policy, { authorization: { value: 'Bearer a' } })['x-strongbox-token']).toEqual({
      value: 'Bearer a',
    });
    expect(
      headersFor(policy, { 'x-strongbox-token': { value: 'Bearer forged' } })['x-strongbox-token'],
    ).toBeUndefined();
  });

  test('another policy is another key: what was cached before is never served again', () => {
    const key = (of: RedactionPolicy) => headersFor(of, {})['x-strongbox-views'].value;
    expect(key(policy)).toBe(key(RedactionPolicy.standard()));
    expect(key(policy)).not.toBe(key(RedactionPolicy.standard({ regions: ['DE'] })));
  });

  test('nothing is cached unless it is asked for', () => {
    const other = newStack(ENV);
    build(other, { authorization });
    Template.fromStack(other).resourceCountIs('AWS::CloudFront::CachePolicy', 0);
    expect(documentOf(other).views.analytics.cacheSeconds).toBeUndefined();
  });

  test('takes a domain of its own', () => {
    const other = newStack({ env: { account: ACCOUNT, region: 'us-east-1' } });
    const certificate = acm.Certificate.fromCertificateArn(
      other,
      'Certificate',
      `arn:aws:acm:us-east-1:${ACCOUNT}:certificate/1`,
    );
    expect(build(other, { authorization, domain: { names: ['views.example.com'], certificate } }).url).toBe(
      'https://views.example.com/',
    );
    Template.fromStack(other).hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: {
        Aliases: ['views.example.com'],
        ViewerCertificate: Match.objectLike({ MinimumProtocolVersion: 'TLSv1.2_2021' }),
      },
    });
  });
});

describe('where it can be deployed', () => {
  test.each(['cn-north-1', 'us-gov-west-1', 'eu-south-2', 'ap-southeast-7'])(
    '%s has no function URLs, which the error says',
    (region) => {
      expect(() => build(newStack({ env: { account: ACCOUNT, region } }))).toThrow(
        new RegExp(`"region" must be a Region that has Lambda function URLs.*\\(got "${region}"\\)`),
      );
    },
  );

  test.each([REGION, 'us-east-1', undefined])('%s has them, or is not known yet', (region) => {
    expect(() => build(newStack({ env: { account: ACCOUNT, region } }))).not.toThrow();
  });
});

describe('the policy of the function', () => {
  const callers = (count: number) => {
    const stack = newStack(ENV);
    const principals = Array.from({ length: count }, (_, i) =>
      role(stack, `a-role-with-a-name-of-the-usual-length-${i}`),
    );
    build(stack, { views: [View.redacted('analytics', { policy, principals })] });
    return () => (stack.node.root as App).synth();
  };

  test('has room for eighteen callers', () => {
    expect(callers(18)).not.toThrow();
  });

  test('has none for thirty, which synthesis says with the way out', () => {
    expect(callers(30)).toThrow(
      /within the 20480 bytes that Lambda takes \(got "60 permissions of about \d+ bytes"\)\. Let the callers of a view assume one role/,
    );
  });
});

describe('pages of other origins', () => {
  const cors = (allowedOrigins?: string[]) => {
    const stack = newStack(ENV);
    build(stack, {
      authorization: EndpointAuthorization.jwt({
        issuer: 'https://login.example.com/',
        audiences: ['reports'],
        allowedOrigins,
      }),
    });
    return Template.fromStack(stack);
  };
  const request = (template: Template, method: string, headers: object) => {
    const [{ Properties }] = Object.values<any>(template.findResources('AWS::CloudFront::Function'));
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- as CloudFront runs it
    return new Function('event', `${Properties.FunctionCode}; return handler(event);`)({
      request: { method, headers },
    });
  };

  test('by default there are none: the methods are GET and HEAD, and no header lets a page read', () => {
    const template = cors();
    template.resourceCountIs('AWS::CloudFront::ResponseHeadersPolicy', 0);
    template.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: { DefaultCacheBehavior: { AllowedMethods: ['GET', 'HEAD'] } },
    });
    expect(request(template, 'OPTIONS', { origin: { value: 'https://www.example.com' } }).statusCode).toBeUndefined();
  });

  test('those that are named are answered at the edge, others are refused, and requests go on with their token', () => {
    const template = cors(['https://www.example.com', 'https://*.example.org:8443']);
    template.hasResourceProperties('AWS::CloudFront::ResponseHeadersPolicy', {
      ResponseHeadersPolicyConfig: {
        CorsConfig: {
          AccessControlAllowCredentials: false,
          AccessControlAllowOrigins: { Items: ['https://www.example.com', 'https://*.example.org:8443'] },
        },
      },
    });
    template.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: { DefaultCacheBehavior: { AllowedMethods: ['GET', 'HEAD', 'OPTIONS'] } },
    });
    for (const origin of ['https://www.example.com', 'https://a.example.org:8443', 'https://a.b.example.org:8443']) {
      expect(request(template, 'OPTIONS', { origin: { value: origin } })).toMatchObject({
        statusCode: 204,
        headers: { 'access-control-allow-origin': { value: origin } },
      });
    }
    for (const origin of [
      'https://evil.example',
      'https://wwwxexample.com',
      'https://www.example.com.evil.example',
      'http://www.example.com',
      'https://example.org:8443',
      '',
    ]) {
      expect(request(template, 'OPTIONS', { origin: { value: origin } }).statusCode).toBe(403);
    }
    expect(request(template, 'OPTIONS', {}).statusCode).toBe(403);
    expect(request(template, 'GET', { authorization: { value: 'Bearer x' } }).headers['x-strongbox-token'].value).toBe(
      'Bearer x',
    );
  });

  test.each(['https://www.example.com/', '*', 'http://www.example.com'])('"%s" is no origin', (origin) => {
    expect(() => cors([origin])).toThrow(/allowedOrigins/);
  });
});

test('redirects what is larger to copies of the same view, which its role may read', () => {
  const stack = newStack(ENV);
  const bucket = new SecureBucket(stack, 'Documents');
  const view = View.redacted('analytics', { policy, principals: [role(stack, 'analytics')] });
  const copies = new RedactedCopy(stack, 'Copies', { bucket, view, destinationPrefix: 'view/' });
  new RedactingEndpoint(stack, 'Redacted', { bucket, views: [view], copies });
  const assembly = (stack.node.root as App).synth();
  const [fn] = Object.values<any>(assembly.getStackByName('Stack').template.Resources).filter(
    ({ Type, Properties }) =>
      Type === 'AWS::Lambda::Function' && Properties.Description === 'Makes the views of Stack/Redacted',
  );
  const [hash] = /[0-9a-f]{64}/.exec(JSON.stringify(fn.Properties.Code))!;
  const document: ViewsDocument = JSON.parse(
    readFileSync(join(assembly.directory, `asset.${hash}`, 'views.json'), 'utf8'),
  );
  expect(document.copy).toEqual({ view: 'analytics', bucket: { env: 'STRONGBOX_VALUE_2' }, prefix: 'view/' });
  expect(JSON.stringify(fn.Properties.Environment.Variables.STRONGBOX_VALUE_2)).toContain('CopiesDestination');
  const reading = Object.values(
    Template.fromStack(stack).findResources('AWS::IAM::ManagedPolicy', {
      Properties: { Roles: [{ Ref: Match.stringLikeRegexp('^RedactedRuntimeRole') }] },
    }),
  );
  expect(JSON.stringify(reading)).toMatch(/CopiesDestination[^}]*"Arn"\]\},"\/view\/\*"/);
  const other = View.redacted('analytics', { policy, principals: [role(stack, 'analytics')] });
  expect(() => new RedactingEndpoint(stack, 'Other', { bucket, views: [other], copies })).toThrow(
    'Stack/Other: "copies" must be copies of one of analytics (got "copies of the view analytics"). Give ' +
      'both constructs the same View object',
  );
});

test.each<[string, Partial<RedactingEndpointProps>]>([
  ['IAM', {}],
  ['tokens', { authorization, cacheFor: Duration.minutes(1) }],
])("with %s it leaves the six nag packs nothing but the owner's decisions", (_, props) => {
  const report = nag((stack) => {
    build(stack, props);
  }, ENV);
  expect(unexplained(report)).toEqual([]);
});

describe('refuses', () => {
  const view = (options: object) => View.redacted('analytics', { policy, ...options });
  test.each<[string, (stack: Stack) => unknown, string]>([
    [
      'more than Lambda streams',
      (stack) => build(stack, { maxBytes: 200_000_001 }),
      'Stack/Redacted: "maxBytes" must be a whole number from 1 to 200000000',
    ],
    [
      'pictures larger than an answer',
      (stack) =>
        build(stack, {
          maxBytes: 1_000_000,
          views: [View.transformed('pictures', { transform: Transform.image(), principals: [role(stack, 'p')] })],
        }),
      'must be no picture larger than an answer, 1000000 bytes',
    ],
    [
      'pictures larger than the memory',
      (stack) =>
        build(stack, {
          views: [
            View.transformed('pictures', {
              transform: Transform.image({ maxPixels: 200_000_000 }),
              principals: [role(stack, 'p')],
            }),
          ],
        }),
      'Stack/Redacted: "memorySize" must be at least 2545 MB for the pictures of the view pictures',
    ],
    [
      'claims with IAM',
      (stack) => build(stack, { views: [view({ principals: [role(stack, 'a')], claims })] }),
      '(got "those of the view analytics"',
    ],
    ['nobody with IAM', (stack) => build(stack, { views: [view({})] }), '(got "nobody for the view analytics"'],
    ['a cache with IAM', (stack) => build(stack, { cacheFor: Duration.minutes(1) }), '(got "60 s"'],
    [
      'a domain with IAM',
      (stack) => build(stack, { domain: { names: ['a.example.com'], certificate: {} as any } }),
      '(got "a.example.com"',
    ],
    [
      'principals with tokens',
      (stack) => build(stack, { authorization, views: [view({ principals: [role(stack, 'a')] })] }),
      '(got "those of the view analytics"',
    ],
    [
      'two views of which any token opens one',
      (stack) => build(stack, { authorization, views: [view({ claims }), View.redacted('other', { policy })] }),
      '(got "none for the view other"',
    ],
    ['a cache of two days', (stack) => build(stack, { authorization, cacheFor: Duration.days(2) }), '(got "172800 s"'],
    [
      'an issuer without TLS',
      () => EndpointAuthorization.jwt({ issuer: 'http://login.example.com', audiences: ['a'] }),
      '(got "http://login.example.com"',
    ],
    [
      'no audience',
      () => EndpointAuthorization.jwt({ issuer: 'https://login.example.com', audiences: [] }),
      '(got "[]"',
    ],
  ])('%s', (_, make, words) => expect(() => make(newStack(ENV))).toThrow(words));
});
