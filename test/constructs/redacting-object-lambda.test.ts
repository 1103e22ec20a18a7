import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import {
  Lookup,
  RedactingObjectLambda,
  RedactionAction,
  RedactionPolicy,
  SecureBucket,
  Transform,
  TransformingObjectLambda,
  View,
  Watermark,
} from '../../src';
import type { ViewsDocument } from '../../src/runtime/object-views/contract';
import { ACCOUNT, newStack, REGION } from '../support/app';
import { nag, unexplained } from '../support/nag';
import { role } from '../support/people';

const ENV = { env: { account: ACCOUNT, region: REGION } };
const CLOSED = '@strongbox/object-lambda-closed';

const bucketIn = (stack: Stack) => new SecureBucket(stack, 'Documents');
const redacted = (stack: Stack, name = 'analytics', person = name) =>
  View.redacted(name, { policy: RedactionPolicy.standard(), principals: [role(stack, person)] });

function build(
  stack: Stack,
  views: (stack: Stack) => View[] = (of) => [redacted(of)],
  more: object = {},
): RedactingObjectLambda {
  return new RedactingObjectLambda(stack, 'Views', { bucket: bucketIn(stack), views: views(stack), ...more });
}

/** The document that the function will read, from its asset. */
function documentOf(stack: Stack): ViewsDocument {
  const app = stack.node.root as App;
  const assembly = app.synth();
  const { Resources } = assembly.getStackByName(stack.stackName).template;
  const fn: any = Object.values<any>(Resources).find(({ Type }) => Type === 'AWS::Lambda::Function');
  const [hash] = /[0-9a-f]{64}/.exec(JSON.stringify(fn.Properties.Code))!;
  return JSON.parse(readFileSync(join(assembly.directory, `asset.${hash}`, 'views.json'), 'utf8'));
}

describe('by default', () => {
  const stack = newStack(ENV);
  const views = build(stack);
  const template = Template.fromStack(stack);

  test('the function is arm64, on Node 24, with 60 seconds and an encrypted log that is kept', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Architectures: ['arm64'],
      Runtime: 'nodejs24.x',
      Timeout: 60,
      ReservedConcurrentExecutions: Match.absent(),
      Handler: 'index.handler',
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogGroup: { Ref: Match.stringLikeRegexp('^ViewsRuntimeLog') } },
    });
    template.hasResource('AWS::Logs::LogGroup', {
      Properties: { RetentionInDays: 400, KmsKeyId: Match.anyValue() },
      DeletionPolicy: 'Retain',
    });
  });

  test('the function answers for its own access points, and has no other right on S3', () => {
    const [policy] = Object.values(
      template.findResources('AWS::IAM::ManagedPolicy', {
        Properties: { Roles: [{ Ref: Match.stringLikeRegexp('^ViewsRuntimeRole') }] },
      }),
    );
    const statements: any[] = policy.Properties.PolicyDocument.Statement;
    expect(statements.filter(({ Action }) => JSON.stringify(Action).includes('s3'))).toEqual([
      { Effect: 'Allow', Action: 's3-object-lambda:WriteGetObjectResponse', Resource: expect.anything() },
    ]);
    const { Resource } = statements.find(({ Action }) => Action === 's3-object-lambda:WriteGetObjectResponse');
    expect(JSON.stringify(Resource)).toMatch(/:s3-object-lambda:eu-central-1:111122223333:accesspoint\/analytics-/);
  });

  test(
    'one view is one access point with the version of the function, its name as the payload, ranges, ' +
      'parts and HEAD',
    () => {
      template.resourceCountIs('AWS::S3ObjectLambda::AccessPoint', 1);
      template.hasResourceProperties('AWS::S3ObjectLambda::AccessPoint', {
        ObjectLambdaConfiguration: {
          AllowedFeatures: ['GetObject-Range', 'GetObject-PartNumber', 'HeadObject-Range', 'HeadObject-PartNumber'],
          CloudWatchMetricsEnabled: true,
          TransformationConfigurations: [
            {
              Actions: ['GetObject', 'HeadObject'],
              ContentTransformation: {
                AwsLambda: {
                  FunctionArn: { Ref: Match.stringLikeRegexp('CurrentVersion') },
                  FunctionPayload: '{"view":"analytics"}',
                },
              },
            },
          ],
        },
      });
    },
  );

  test('its names are literal, short enough, and those of both access points', () => {
    const names = ['AWS::S3::AccessPoint', 'AWS::S3ObjectLambda::AccessPoint'].map(
      (type) => Object.values(template.findResources(type))[0].Properties.Name,
    );
    expect(names[0]).toBe(names[1]);
    expect(names[0]).toMatch(/^analytics-[a-z0-9-]+[a-z0-9]$/);
    expect(names[0].length).toBeLessThanOrEqual(45);
  });

  test('the callers get the function, the supporting access point and the key, each only on the way through S3', () => {
    const [policy] = Object.values(
      template.findResources('AWS::IAM::ManagedPolicy', { Properties: { Roles: ['analytics'] } }),
    );
    const statements: any[] = policy.Properties.PolicyDocument.Statement;
    const via = { 'ForAnyValue:StringEquals': { 'aws:CalledVia': 's3-object-lambda.amazonaws.com' } };
    expect(
      statements.filter(({ Effect }) => Effect === 'Allow').map(({ Action, Condition }) => [Action, Condition]),
    ).toEqual([
      [['s3-object-lambda:GetObject', 's3-object-lambda:GetObjectVersion'], undefined],
      [['s3:GetObject', 's3:GetObjectVersion'], via],
      ['lambda:InvokeFunction', via],
      ['kms:Decrypt', expect.objectContaining({ StringEquals: { 'kms:ViaService': `s3.${REGION}.amazonaws.com` } })],
    ]);
  });

  test('says that new customers cannot deploy it, and what they use instead', () => {
    Annotations.fromStack(stack).hasWarning(
      '/Stack/Views',
      Match.stringLikeRegexp('closed S3 Object Lambda to new customers on 7 November 2025.*RedactingEndpoint'),
    );
    expect(JSON.stringify(views.node.metadata)).toContain(CLOSED);
  });

  test('tells who asks for the ARN and the alias of a view, and refuses a view that is none', () => {
    expect(stack.resolve(views.accessPointArn('analytics'))).toEqual({
      'Fn::GetAtt': [expect.stringMatching(/^ViewsViewAnalyticsAccessPoint/), 'Arn'],
    });
    expect(stack.resolve(views.accessPointAlias('analytics'))).toEqual({
      'Fn::GetAtt': [expect.stringMatching(/^ViewsViewAnalyticsAccessPoint/), 'Alias.Value'],
    });
    expect(() => views.accessPointArn('marketing')).toThrow('Stack/Views: "view" must be one of analytics');
  });

  test('the document holds the policy, which the function knows by the same hash', () => {
    const {
      views: { analytics },
    } = documentOf(stack);
    expect(analytics).toEqual({
      transforms: [{ type: 'redact', policy: { version: 1 } }],
      features: ['range', 'part-number', 'head'],
    });
    expect(RedactionPolicy.fromDocument((analytics.transforms[0] as any).policy).hash).toBe(
      RedactionPolicy.standard().hash,
    );
  });

  test('alarms tell an encrypted topic', () => {
    template.resourceCountIs('AWS::CloudWatch::Alarm', 4);
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'Strongbox/Views',
      MetricName: 'Errors',
      Dimensions: [{ Name: 'Function', Value: { Ref: Match.stringLikeRegexp('^ViewsRuntimeFunction') } }],
    });
    template.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() });
  });
});

test('logical ids are contract', () => {
  const stack = newStack(ENV);
  build(stack);
  const resources = Template.fromStack(stack).toJSON().Resources;
  const mine = Object.keys(resources)
    .filter((id) => id.startsWith('Views'))
    .map((id) => `${resources[id].Type} ${id.replace(/CurrentVersion.*/, 'CurrentVersion')}`);
  expect(mine.sort()).toMatchSnapshot();
});

test('lists keys only where a view says so', () => {
  const stack = newStack(ENV);
  build(stack, (of) => [
    View.redacted('analytics', {
      policy: RedactionPolicy.standard(),
      principals: [role(of, 'analytics')],
      listing: true,
      prefixes: ['orders/'],
    }),
  ]);
  Template.fromStack(stack).hasResourceProperties('AWS::S3ObjectLambda::AccessPoint', {
    ObjectLambdaConfiguration: {
      TransformationConfigurations: [{ Actions: ['GetObject', 'HeadObject', 'ListObjects', 'ListObjectsV2'] }],
    },
  });
  expect(documentOf(stack).views.analytics).toMatchObject({
    prefixes: ['orders/'],
    features: ['range', 'part-number', 'head', 'list'],
  });
});

test('renders every transform as the function reads it', () => {
  const stack = newStack(ENV);
  const folder = mkdtempSync(join(tmpdir(), 'strongbox-custom-'));
  mkdirSync(join(folder, 'lib'));
  writeFileSync(join(folder, 'lib', 'mask.js'), 'exports.transform = () => undefined;');
  const table = new dynamodb.Table(stack, 'Customers', {
    partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
    encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED,
  });
  const segments = new SecureBucket(stack, 'Segments');
  const code = lambda.Code.fromAsset(folder);
  build(stack, (of) => [
    redacted(of),
    View.enriched('marketing', {
      principals: [role(of, 'marketing')],
      transform: Transform.chain(
        Transform.decompress({ files: true, expansionRatio: 50 }),
        Transform.enrich(Lookup.table(table, { partitionKey: 'id' }), { key: 'customer', add: { segment: 'segment' } }),
        Transform.enrich(Lookup.object(segments.bucket, 'segments.json'), { key: 'customer', add: { tier: 'tier' } }),
        Transform.custom(code, { file: 'lib/mask.js', options: { names: true } }),
        Transform.custom(code, { file: 'lib/mask.js', exportName: 'other' }),
      ),
    }),
    View.transformed('partner', {
      principals: [role(of, 'partner')],
      transform: Transform.chain(
        Transform.xmlToJson({ arrays: ['order/item'], numbers: ['//price'] }),
        Transform.jsonToXml({ root: 'orders' }),
        Transform.csvToJson({ asArray: true }),
      ),
    }),
    View.transformed('pictures', {
      principals: [role(of, 'pictures')],
      transform: Transform.image({
        width: 1200,
        watermark: Watermark.text('{caller}', { opacity: 0.5 }),
        maxPixels: 1e7,
      }),
    }),
  ]);
  const { views } = documentOf(stack);
  expect(views.marketing.transforms).toEqual([
    { type: 'decompress', files: true, limits: { expansionRatio: 50 } },
    {
      type: 'enrich',
      key: 'customer',
      add: { segment: 'segment' },
      lookup: { type: 'dynamodb', table: { env: 'STRONGBOX_VALUE_1' }, partitionKey: 'id', keyType: 'string' },
    },
    {
      type: 'enrich',
      key: 'customer',
      add: { tier: 'tier' },
      lookup: { type: 'object', bucket: { env: 'STRONGBOX_VALUE_2' }, key: 'segments.json' },
    },
    { type: 'custom', module: '/opt/lib/mask.js', options: { names: true }, version: { env: 'STRONGBOX_VALUE_3' } },
    { type: 'custom', module: '/opt/lib/mask.js', exportName: 'other', version: { env: 'STRONGBOX_VALUE_3' } },
  ]);
  expect(views.partner.transforms).toEqual([
    { type: 'xmlToJson', arrays: ['order/item'], numbers: ['//price'] },
    { type: 'jsonToXml', root: 'orders' },
    { type: 'csvToJson', output: 'array' },
  ]);
  expect(views.pictures.transforms).toEqual([
    { type: 'image', resize: { width: 1200 }, watermark: { text: '{caller}', opacity: 0.5 }, limits: { pixels: 1e7 } },
  ]);
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::Lambda::Function', {
    Environment: {
      Variables: Match.objectLike({
        STRONGBOX_VALUE_1: { Ref: Match.stringLikeRegexp('^Customers') },
        STRONGBOX_VALUE_3: { Ref: Match.stringLikeRegexp('^ViewsRuntimeCustom1') },
      }),
    },
    // The codecs, and the custom code once.
    Layers: [Match.anyValue(), Match.anyValue()],
  });
  template.hasResourceProperties('AWS::IAM::ManagedPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({ Action: 'dynamodb:BatchGetItem' }),
        Match.objectLike({
          Action: 'kms:Decrypt',
          Condition: { StringEquals: { 'kms:ViaService': `dynamodb.${REGION}.amazonaws.com` } },
        }),
        Match.objectLike({ Action: 's3:GetObject' }),
      ]),
    },
  });
});

test('a layer with sharp takes the place of the codecs', () => {
  const stack = newStack(ENV);
  const imageLayer = lambda.LayerVersion.fromLayerVersionArn(
    stack,
    'Sharp',
    `arn:aws:lambda:${REGION}:${ACCOUNT}:layer:sharp:3`,
  );
  build(
    stack,
    (of) => [
      redacted(of),
      View.transformed('pictures', { transform: Transform.image(), principals: [role(of, 'pictures')] }),
    ],
    { functions: { imageLayer } },
  );
  expect(documentOf(stack).images).toEqual({ engine: 'sharp' });
  Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
    Layers: [`arn:aws:lambda:${REGION}:${ACCOUNT}:layer:sharp:3`],
  });
});

test('pseudonyms need a secret, which the function may read', () => {
  const policy = RedactionPolicy.standard({ kinds: { email: RedactionAction.pseudonym() } });
  const views = (of: Stack) => [View.redacted('analytics', { policy, principals: [role(of, 'analytics')] })];
  expect(() => build(newStack(), views)).toThrow(
    'Stack/Views: "keySecret" must be a secret, since the view analytics has a pseudonym action',
  );
  const stack = newStack(ENV);
  build(stack, views, { keySecret: new secretsmanager.Secret(stack, 'Secret') });
  expect(documentOf(stack).keySecretArn).toEqual({ env: 'STRONGBOX_VALUE_1' });
  Template.fromStack(stack).hasResourceProperties('AWS::IAM::ManagedPolicy', {
    PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: 'secretsmanager:GetSecretValue' })]) },
  });
});

test('in a VPC without a way out it says which endpoints it needs', () => {
  const stack = newStack(ENV);
  const vpc = new ec2.Vpc(stack, 'Vpc', {
    natGateways: 0,
    subnetConfiguration: [{ name: 'inside', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
  });
  build(stack, undefined, { functions: { vpc, vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } } });
  Annotations.fromStack(stack).hasWarning(
    '/Stack/Views',
    Match.stringLikeRegexp('interface endpoints for S3 \\(a gateway endpoint does not serve S3 Object Lambda\\)'),
  );
  Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
    VpcConfig: Match.objectLike({ SubnetIds: Match.anyValue() }),
  });
});

test('a caller of another account is told what its owner must give it', () => {
  const stack = newStack(ENV);
  build(stack, (of) => [
    View.redacted('analytics', {
      policy: RedactionPolicy.standard(),
      principals: [role(of, 'partner', '999999999999')],
    }),
  ]);
  Annotations.fromStack(stack).hasWarning(
    '/Stack/Views',
    Match.stringLikeRegexp('whose own policies this app does not write'),
  );
});

test('the general form denies nothing elsewhere', () => {
  const stack = newStack(ENV);
  new TransformingObjectLambda(stack, 'Views', {
    bucket: bucketIn(stack),
    views: [View.transformed('partner', { transform: Transform.xmlToJson(), principals: [role(stack, 'partner')] })],
  });
  const [policy] = Object.values(
    Template.fromStack(stack).findResources('AWS::S3::BucketPolicy', {
      Properties: { Bucket: { Ref: Match.stringLikeRegexp('^Documents') } },
    }),
  );
  const sids = policy.Properties.PolicyDocument.Statement.map(({ Sid }: any) => Sid);
  expect(sids).toContain('StrongboxViewPartnerRead');
  expect(sids).not.toContain('StrongboxViewPartnerOnly');
});

test("leaves the six nag packs nothing but the owner's decisions", () => {
  const report = nag((stack) => {
    build(stack, (of) => [redacted(of), redacted(of, 'marketing')]);
  }, ENV);
  expect(unexplained(report)).toEqual([]);
  expect(report.acknowledged.every(({ reason }) => reason)).toBe(true);
});

describe('refuses', () => {
  const policy = RedactionPolicy.standard();
  test.each<[string, (stack: Stack) => unknown, string]>([
    ['no views', (stack) => build(stack, () => []), 'Stack/Views: "views" must be at least one view'],
    [
      'two views of one name',
      (stack) => build(stack, (of) => [redacted(of), redacted(of, 'analytics', 'other')]),
      'Stack/Views: "views" must be views of different names',
    ],
    [
      'names that differ in a hyphen alone',
      (stack) => build(stack, (of) => [redacted(of, 'sales-1', 'a'), redacted(of, 'sales1', 'b')]),
      'views of different names',
    ],
    [
      'a principal in two views',
      (stack) => build(stack, (of) => [redacted(of), redacted(of, 'marketing', 'analytics')]),
      'Stack/Views: "principals" must be each principal in one view',
    ],
    [
      'no principals',
      () => View.redacted('analytics', { policy, principals: [] }),
      '"principals" must be at least one role or user',
    ],
    [
      'a view for nobody that IAM knows',
      (stack) => build(stack, () => [View.redacted('analytics', { policy })]),
      'Stack/Views: "principals" must be at least one role or user',
    ],
    [
      'everybody',
      (stack) => build(stack, () => [View.redacted('analytics', { policy, principals: [new iam.AnyPrincipal()] })]),
      'must be roles and users by name',
    ],
    ['a view without a transform', () => View.transformed('partner', {} as any), '"transform" must be a Transform'],
    [
      'a redacted view without a policy',
      () => View.redacted('analytics', {} as any),
      '"policy" must be a RedactionPolicy',
    ],
    ['a name that S3 would refuse', () => View.redacted('Analytics_1', { policy }), '"name" must be small letters'],
    ['a prefix that is none', () => View.redacted('a', { policy, prefixes: ['orders*'] }), '(got "orders*"'],
    ['no prefixes', () => View.redacted('a', { policy, prefixes: [] }), '(got "[]"'],
    [
      'no view that redacts',
      (stack) =>
        build(stack, (of) => [
          View.transformed('a', { transform: Transform.xmlToJson(), principals: [role(of, 'a')] }),
        ]),
      'Stack/Views: "views" must be at least one view that redacts (got "a"). Use TransformingObjectLambda',
    ],
    [
      'an imported bucket',
      (stack) =>
        new RedactingObjectLambda(stack, 'Views', {
          bucket: s3.Bucket.fromBucketName(stack, 'Theirs', 'theirs'),
          views: [redacted(stack)],
        }),
      'Stack/Views: "bucket" must be a bucket that this app creates',
    ],
    [
      'a bucket of another Region',
      (stack) => {
        const other = newStack({ env: { account: ACCOUNT, region: 'us-east-1' } });
        return new RedactingObjectLambda(stack, 'Views', { bucket: bucketIn(other), views: [redacted(stack)] });
      },
      'Stack/Views: "region" must be one account and Region',
    ],
    ['an empty chain', () => Transform.chain(), '(got "[]"'],
    ['a picture of no width', () => Transform.image({ width: 0 }), '"width" must be a whole number from 1 to 16384'],
    ['a quality above 100', () => Transform.image({ quality: 101 }), '(got 101'],
    [
      'an enrichment that adds nothing',
      (stack) => Transform.enrich(Lookup.object(new s3.Bucket(stack, 'B'), 'k'), { key: 'id', add: {} }),
      '(got {}',
    ],
    [
      'custom code outside of its folder',
      () => Transform.custom(lambda.Code.fromInline('x'), { file: '../x.js' }),
      '(got "../x.js"',
    ],
    [
      'a placeholder that nobody fills',
      () => Watermark.text('{user}'),
      '"text" must be {caller}, {claim:NAME}, {date}, {view} and {key}',
    ],
    ['an empty watermark', () => Watermark.text(' '), '(got " "'],
    [
      'a picture that is no PNG',
      () => Watermark.picture('R0lGOD'),
      '"base64" must be a PNG file as base64 (got "R0lGOD")',
    ],
    ['an opacity above 1', () => Watermark.text('x', { opacity: 2 }), '(got 2'],
    ['a color that is none', () => Watermark.text('x', { color: 'red' }), '(got "red"'],
    [
      'a policy with a misspelt kind',
      () => RedactionPolicy.standard({ kinds: { emial: RedactionAction.mask() } }),
      '"kinds.emial"',
    ],
    [
      'a policy file that is not there',
      () => RedactionPolicy.fromFile('/nowhere/policy.json'),
      '(got "/nowhere/policy.json"',
    ],
    [
      'six layers',
      (stack) =>
        build(stack, (of) => [
          redacted(of),
          ...[1, 2, 3, 4, 5, 6].map((n) =>
            View.transformed(`c${n}`, {
              principals: [role(of, `c${n}`)],
              transform: Transform.custom(lambda.Code.fromAsset(__dirname)),
            }),
          ),
        ]),
      '(got "6 layers"',
    ],
  ])('%s', (_, make, words) => expect(() => make(newStack(ENV))).toThrow(words));
});
