import { Guarantee, ArchiveGuarantees, Proof, type TemplateProofOptions } from '../../../src';
import { VerdictStatus } from '../../../src/assurance/verdict';

const { PROVED, VIOLATED, UNKNOWN } = VerdictStatus;
const BLOCKED = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
const SHUT = {
  OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
  PublicAccessBlockConfiguration: BLOCKED,
};
const bucket = (properties: object = {}, more: object = {}) => ({
  Type: 'AWS::S3::Bucket',
  Properties: { ...SHUT, ...properties },
  ...more,
});
const TLS = {
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: [{ 'Fn::GetAtt': 'Docs.Arn' }, { 'Fn::Sub': '${Docs.Arn}/*' }],
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};
const policy = (statements: unknown, properties: object = {}, more: object = {}) => ({
  Type: 'AWS::S3::BucketPolicy',
  Properties: {
    Bucket: { Ref: 'Docs' },
    PolicyDocument: { Version: '2012-10-17', Statement: statements },
    ...properties,
  },
  ...more,
});
const STAGED = {
  Parameters: { Stage: { Type: 'String', Default: 'dev' } },
  Conditions: {
    IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
    NotProd: { 'Fn::Not': [{ Condition: 'IsProd' }] },
  },
};
const NONE = { Ref: 'AWS::NoValue' };

function verdict(guarantee: Guarantee, template: object, subject = 'Docs', options: TemplateProofOptions = {}) {
  return Proof.ofTemplate(template as Record<string, unknown>, options).verdicts(guarantee, { subject })[0];
}
const status = (...args: Parameters<typeof verdict>) => verdict(...args).status;

test('a bucket that is named by an expression is the bucket that its own ARN names', () => {
  const named = {
    Parameters: { App: { Type: 'String' } },
    Resources: { Docs: bucket({ BucketName: { 'Fn::Sub': '${App}-data' } }), P: policy([TLS]) },
  };
  expect(status(Guarantee.tlsOnly(), named)).toBe(PROVED);
  const joined = { 'Fn::Join': ['', ['arn:aws:s3:::', { Ref: 'App' }, '-data']] };
  const rewritten = {
    ...named,
    Resources: {
      ...named.Resources,
      P: policy([{ ...TLS, Resource: [joined, { 'Fn::Join': ['/', [joined, '*']] }] }]),
    },
  };
  expect(status(Guarantee.tlsOnly(), rewritten)).toBe(PROVED);
  const other = {
    ...named,
    Parameters: { App: { Type: 'String' }, Other: { Type: 'String' } },
    Resources: { ...named.Resources, P: policy([{ ...TLS, Resource: { 'Fn::Sub': 'arn:aws:s3:::${Other}-data/*' } }]) },
  };
  expect(status(Guarantee.tlsOnly(), other)).not.toBe(PROVED);
});

test('two buckets with different unknown names are two', () => {
  const names = {
    Parameters: { A: { Type: 'String' }, B: { Type: 'String' } },
    Resources: {
      Docs: bucket({ BucketName: { Ref: 'A' } }),
      Open: bucket({ BucketName: { Ref: 'B' } }),
      P: policy([{ ...TLS, Resource: '*' }]),
    },
  };
  expect(status(Guarantee.tlsOnly(), names)).toBe(PROVED);
  expect(status(Guarantee.tlsOnly(), names, 'Open')).toBe(VIOLATED);
});

test('a policy that may be aimed at either of two buckets is no protection of one', () => {
  const aimed = {
    ...STAGED,
    Resources: {
      Docs: bucket(),
      Other: bucket(),
      P: policy([{ ...TLS, Resource: '*' }], { Bucket: { 'Fn::If': ['IsProd', { Ref: 'Docs' }, { Ref: 'Other' }] } }),
    },
  };
  expect(verdict(Guarantee.tlsOnly(), aimed)).toMatchObject({
    status: VIOLATED,
    reason: expect.stringMatching(/^when IsProd is false: /),
  });
  expect(verdict(Guarantee.tlsOnly(), aimed, 'Other')).toMatchObject({
    status: VIOLATED,
    reason: expect.stringMatching(/^when IsProd is true: /),
  });
});

test('a second policy whose bucket only the deployment knows may overwrite the first', () => {
  const second = policy([], { Bucket: '{{resolve:ssm:/bucket}}' });
  const named = (more: object) => ({
    Resources: { Docs: bucket({ BucketName: 'docs-bucket' }), P: policy([TLS], { Bucket: 'docs-bucket' }), ...more },
  });
  expect(status(Guarantee.tlsOnly(), named({}))).toBe(PROVED);
  expect(status(Guarantee.tlsOnly(), named({ Second: second }))).not.toBe(PROVED);
});

test('two policies under opposite conditions are one in each world', () => {
  const opposite = {
    ...STAGED,
    Resources: {
      Docs: bucket(),
      P: policy([TLS], {}, { Condition: 'IsProd' }),
      Q: policy([TLS], {}, { Condition: 'NotProd' }),
    },
  };
  expect(status(Guarantee.tlsOnly(), opposite)).toBe(PROVED);
});

test('settings that are safe in both branches are proved, and in one of them not', () => {
  const cors = (origin: string) => ({ CorsRules: [{ AllowedMethods: ['PUT'], AllowedOrigins: [origin] }] });
  const both = (property: object, yes: unknown, no: unknown) => ({
    ...STAGED,
    Resources: {
      Docs: bucket(Object.fromEntries(Object.keys(property).map((key) => [key, { 'Fn::If': ['IsProd', yes, no] }]))),
    },
  });
  expect(status(Guarantee.publicAccessBlocked(), both({ PublicAccessBlockConfiguration: 1 }, BLOCKED, BLOCKED))).toBe(
    PROVED,
  );
  expect(
    status(
      Guarantee.publicAccessBlocked(),
      both({ PublicAccessBlockConfiguration: 1 }, BLOCKED, { ...BLOCKED, BlockPublicAcls: false }),
    ),
  ).toBe(VIOLATED);
  expect(status(Guarantee.corsNamedOrigins(), both({ CorsConfiguration: 1 }, cors('*'), NONE))).toBe(VIOLATED);
  expect(status(Guarantee.corsNamedOrigins(), both({ CorsConfiguration: 1 }, cors('https://example.com'), NONE))).toBe(
    PROVED,
  );
});

test('text and single items are read as CloudFormation reads them', () => {
  const text = Object.fromEntries(Object.keys(BLOCKED).map((name) => [name, 'true']));
  expect(
    status(Guarantee.publicAccessBlocked(), { Resources: { Docs: bucket({ PublicAccessBlockConfiguration: text }) } }),
  ).toBe(PROVED);
  const rule = { Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: '7' } };
  expect(
    status(Guarantee.incompleteUploadsAborted(), {
      Resources: { Docs: bucket({ LifecycleConfiguration: { Rules: rule } }) },
    }),
  ).toBe(PROVED);
});

test('an unknown object is never "not set"', () => {
  const unknown = {
    Parameters: { X: { Type: 'String' } },
    Resources: { Docs: bucket({ LifecycleConfiguration: { Ref: 'X' } }) },
  };
  expect(status(ArchiveGuarantees.storage({}), unknown)).toBe(UNKNOWN);
});

test.each<[string, object]>([
  [
    'in a setting',
    {
      Properties: {
        ...SHUT,
        PublicAccessBlockConfiguration: { ...BLOCKED, 'Fn::Transform': { Name: 'AWS::Include' } },
      },
    },
  ],
  ['in the resource', { 'Fn::Transform': { Name: 'AWS::Include' } }],
])('an include %s makes unknown what it may touch', (_, more) => {
  expect(status(Guarantee.publicAccessBlocked(), { Resources: { Docs: bucket({}, more) } })).toBe(UNKNOWN);
});

test('an include in a tag touches the tag alone, a macro at the top everything', () => {
  const tag = { Tags: [{ Key: 'x', Value: { 'Fn::Transform': { Name: 'AWS::Include' } } }] };
  expect(status(Guarantee.publicAccessBlocked(), { Resources: { Docs: bucket(tag) } })).toBe(PROVED);
  expect(status(Guarantee.publicAccessBlocked(), { Transform: 'Acme::Macro', Resources: { Docs: bucket() } })).toBe(
    UNKNOWN,
  );
  expect(
    status(Guarantee.publicAccessBlocked(), { Transform: 'AWS::Serverless-2016-10-31', Resources: { Docs: bucket() } }),
  ).toBe(PROVED);
});

test('loops are expanded', () => {
  const loop = {
    Transform: 'AWS::LanguageExtensions',
    Resources: { 'Fn::ForEach::Buckets': ['N', ['a', 'b'], { 'B${N}': bucket() }] },
  };
  expect(
    Proof.ofTemplate(loop)
      .verdicts(Guarantee.publicAccessBlocked())
      .map(({ subject }) => subject),
  ).toEqual(['Template/Ba', 'Template/Bb']);
});

test('the name of the stack is not guessed', () => {
  const hidden = {
    Conditions: { Here: { 'Fn::Equals': [{ Ref: 'AWS::StackName' }, 'prod'] } },
    Resources: {
      Docs: bucket({ PublicAccessBlockConfiguration: { ...BLOCKED, BlockPublicAcls: false } }, { Condition: 'Here' }),
    },
  };
  expect(verdict(Guarantee.publicAccessBlocked(), hidden)).toMatchObject({
    status: VIOLATED,
    reason: expect.stringMatching(/^when Here is true/),
  });
  expect(() => status(Guarantee.publicAccessBlocked(), hidden, 'Docs', { stackName: 'dev' })).toThrow(
    'it names 0 buckets',
  );
});

test('a parameter that is given decides', () => {
  const open = { ...STAGED, Resources: { Docs: bucket(), P: policy([TLS], {}, { Condition: 'IsProd' }) } };
  expect(status(Guarantee.tlsOnly(), open, 'Docs', { parameters: { Stage: 'prod' } })).toBe(PROVED);
  expect(status(Guarantee.tlsOnly(), open, 'Docs', { parameters: { Stage: 'dev' } })).toBe(VIOLATED);
});

test.each<[string, string, VerdictStatus]>([
  ['a wildcard that takes in any name', 'arn:aws:s3:::*', PROVED],
  ['the beginning of a name', 'arn:aws:s3:::docs-*', UNKNOWN],
  ['letters that the expression holds, not its value', 'arn:aws:s3:::*App*', UNKNOWN],
  ['one character', 'arn:aws:s3:::?*', UNKNOWN],
  ['a whole name', 'arn:aws:s3:::docs/*', UNKNOWN],
  ['another service', 'arn:aws:sqs:::*', VIOLATED],
])('of a bucket with an unknown name, a policy that names %s', (_, resource, expected) => {
  const resources = { Docs: bucket({ BucketName: { Ref: 'App' } }), P: policy([{ ...TLS, Resource: resource }]) };
  const named = { Parameters: { App: { Type: 'String' } }, Resources: resources };
  expect(status(Guarantee.tlsOnly(), named)).toBe(expected);
});

test('what follows an equal expression is compared, unknown or not', () => {
  const both = (resource: string) => ['', '/*'].map((end) => ({ 'Fn::Sub': `${resource}${end}` }));
  const named = (resource: string) => ({
    Parameters: { App: { Type: 'String' }, Dir: { Type: 'String' } },
    Resources: { Docs: bucket({ BucketName: { Ref: 'App' } }), P: policy([{ ...TLS, Resource: both(resource) }]) },
  });
  expect(status(Guarantee.tlsOnly(), named('arn:aws:s3:::${App}'))).toBe(PROVED);
  expect(status(Guarantee.tlsOnly(), named('arn:aws:s3:::${App}-x'))).toBe(VIOLATED);
  expect(status(Guarantee.tlsOnly(), named('arn:aws:s3:::${Dir}'))).toBe(UNKNOWN);
});

test('a role with an unknown name may be the one that a literal ARN names', () => {
  const literal = 'arn:aws:iam::111122223333:role/admin';
  const grant = { Effect: 'Deny', Principal: { AWS: literal }, Action: 's3:*', Resource: '*' };
  const named = (name: unknown) => ({
    Parameters: { App: { Type: 'String' } },
    Resources: {
      Docs: bucket(),
      Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: name, AssumeRolePolicyDocument: {} } },
      P: policy([
        {
          Effect: 'Allow',
          Principal: { AWS: { 'Fn::GetAtt': 'Role.Arn' } },
          Action: 's3:GetObject',
          Resource: { 'Fn::Sub': '${Docs.Arn}/*' },
        },
        grant,
      ]),
    },
  });
  const read = Guarantee.allowed({ actions: ['s3:GetObject'], principals: ['Role'] });
  const allowed = (name: unknown) =>
    status(read, named(name), 'Docs', { account: '111122223333', region: 'eu-west-1' });
  expect(allowed('reader')).toBe(PROVED);
  expect(allowed('admin')).toBe(VIOLATED);
  expect(allowed({ Ref: 'App' })).not.toBe(PROVED);
});
