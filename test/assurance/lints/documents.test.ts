import { bucketPolicy, denial, messages, resource } from './resources';
import { lint } from '../../../src/assurance/lints';
import { unknown } from '../../../src/assurance/template/unknown';

describe('policy-size', () => {
  const sized = (bytes: number) =>
    bucketPolicy(denial({ Condition: { StringEquals: { 'aws:PrincipalTag/x': 'x'.repeat(bytes) } } }));

  test('beyond 20 KB', () => {
    expect(messages('policy-size', sized(20480))).toEqual([expect.stringContaining('20480 are allowed')]);
    expect(messages('policy-size', sized(20000))).toEqual([]);
  });

  test.each([
    ['AWS::IAM::ManagedPolicy', 'PolicyDocument', 6144, 's3:GetObject'],
    ['AWS::EC2::VPCEndpoint', 'PolicyDocument', 20480, 's3:GetObject'],
    ['AWS::KMS::ReplicaKey', 'KeyPolicy', 32768, 'kms:Decrypt'],
  ])('%s', (type, property, limit, action) => {
    const of = (count: number) =>
      messages(
        'policy-size',
        resource(type, 'R', {
          ServiceName: 'com.amazonaws.eu-west-1.s3',
          [property]: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: action, Resource: 'r'.repeat(count) }],
          },
        }),
      );
    const around = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: action, Resource: '' }],
    }).length;
    expect(of(limit - around)).toEqual([]);
    expect(of(limit - around + 1)).toEqual([expect.stringContaining(`${limit} are allowed`)]);
  });

  test('a trust policy, of which an account can have the quota raised', () => {
    const role = (principals: number) =>
      resource('AWS::IAM::Role', 'Role', {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: {
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            Principal: { AWS: Array(principals).fill('arn:aws:iam::111122223333:role/one') },
          },
        },
        ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'],
      });
    expect(messages('policy-size', role(60))).toEqual([expect.stringContaining('can be raised to 8192')]);
    expect(messages('policy-size', role(50))).toEqual([]);
  });

  test('what only the deployment knows is not counted', () => {
    const name = 'N'.repeat(200);
    const statements = Array.from({ length: 90 }, (_, index) =>
      denial({ Sid: `S${index}`, Resource: [`arn:aws:s3:::${unknown(name)}/*`] }),
    );
    expect(messages('policy-size', bucketPolicy(statements))).toEqual([]);
  });
});

describe('policy-version', () => {
  const versioned = (version: any, account: string) =>
    resource('AWS::S3::BucketPolicy', 'Policy', {
      Bucket: 'docs',
      PolicyDocument: {
        Version: version,
        Statement: denial({ Condition: { StringEquals: { 'aws:username': account } } }),
      },
    });

  test.each([
    [undefined, 1],
    ['2008-10-17', 1],
    ['2012-10-17', 0],
  ])('variables under version %s', (version, findings) => {
    expect(messages('policy-version', versioned(version, '${aws:username}'))).toHaveLength(findings);
  });

  test('a missing version on which nothing depends', () => {
    expect(messages('policy-version', versioned(undefined, 'x'))).toEqual([]);
    expect(messages('policy-version-missing', versioned(undefined, 'x'))).toHaveLength(1);
    expect(messages('policy-version-missing', versioned(undefined, '${aws:username}'))).toEqual([]);
    expect(messages('policy-version-missing', versioned('2008-10-17', 'x'))).toEqual([]);
    expect(messages('policy-version', versioned(unknown('Version'), 'x'))).toEqual([]);
  });

  test('an unknown version', () => {
    expect(messages('policy-version', versioned('2012-10-18', 'x'))).toEqual([
      expect.stringContaining('must be "2012-10-17"'),
    ]);
    expect(messages('policy-version', versioned('2008-10-17', 'x'))).toEqual([]);
  });
});

describe('policy-malformed', () => {
  test.each([
    [{ Effect: 'deny' }, '"Effect" is "deny"'],
    [{ Effect: undefined }, '"Effect" is missing'],
    [{ NotAction: 's3:*' }, 'not both'],
    [{ Action: undefined }, 'no "Action"'],
    [{ Resource: [] }, 'empty list'],
    [{ Resource: [{ Ref: 'X' }] }, 'must hold strings'],
    [{ Principal: undefined }, 'no "Principal"'],
    [{ Principal: 'arn:aws:iam::111122223333:root' }, 'it must be "*"'],
    [{ Principal: { Aws: '*' } }, 'Did you mean "AWS"?'],
    [{ Principal: { AWS: 'arn:aws:iam::111122223333:role/*' } }, 'wildcard inside a principal'],
    [{ Condition: { StringEqual: { 'aws:username': 'x' } } }, 'Did you mean "StringEquals"?'],
    [{ Condition: { NullIfExists: { 'aws:username': 'true' } } }, 'takes no "IfExists"'],
    [{ Condition: { Bool: 'aws:SecureTransport' } }, 'must hold an object of condition keys'],
    [{ Condition: { StringEquals: { 'aws:username': [] } } }, 'compared with nothing'],
    [{ Condition: [] }, 'must be an object of operators'],
    [{ Actions: 's3:*' }, 'Did you mean "Action"?'],
  ])('%j: %s', (spoilt, expected) => {
    // As a template has it: what is undefined is not there.
    const statement = JSON.parse(JSON.stringify(denial(spoilt)));
    expect(messages('policy-malformed', bucketPolicy(statement))).toEqual([expect.stringContaining(expected)]);
  });

  test.each([
    ['{"Version": ', 'The policy is'],
    [[], 'The policy is'],
    [{ Version: '2012-10-17', Statement: [] }, 'no statement'],
    [{ Version: '2012-10-17', Statement: ['Deny'] }, 'The statement is "Deny"'],
    [{ Version: '2012-10-17', Statments: [], Statement: denial({}) }, 'Did you mean "Statement"?'],
  ])('%j: %s', (document, expected) => {
    expect(
      messages(
        'policy-malformed',
        resource('AWS::S3::BucketPolicy', 'Policy', { Bucket: 'docs', PolicyDocument: document }),
      ),
    ).toEqual([expect.stringContaining(expected)]);
  });

  test('a policy as JSON text is read like one as object', () => {
    const text = JSON.stringify({ Version: '2012-10-17', Statement: denial({}) });
    expect(lint([resource('AWS::S3::BucketPolicy', 'Policy', { Bucket: 'docs', PolicyDocument: text })])).toEqual([]);
  });

  test.each([
    unknown('Statement'),
    { Version: '2012-10-17', Statement: [unknown('Merged')] },
    { Version: '2012-10-17', Statement: [denial({ Effect: unknown('Effect'), Condition: unknown('Condition') })] },
    { Version: '2012-10-17', Statement: [denial({ Principal: unknown('P'), Condition: { Bool: unknown('B') } })] },
  ])('nothing is said of what is not known: %j', (document) => {
    expect(
      messages(
        'policy-malformed',
        resource('AWS::S3::BucketPolicy', 'Policy', { Bucket: 'docs', PolicyDocument: document }),
      ),
    ).toEqual([]);
  });

  test('two statements of one Sid', () => {
    expect(messages('policy-malformed', bucketPolicy([denial({ Sid: 'A' }), denial({ Sid: 'A' })]))).toEqual([
      expect.stringContaining('must be unique'),
    ]);
  });

  test('what each kind of policy takes', () => {
    const role = (trusted: any, allowed: any) =>
      resource('AWS::IAM::Role', 'Role', {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: {
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            Principal: { Service: 's3.amazonaws.com' },
            ...trusted,
          },
        },
        Policies: [
          {
            PolicyName: 'P',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: { Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*', ...allowed },
            },
          },
        ],
      });
    const trust = (more: any) => role(more, {});
    const identity = (more: any) => role({}, more);
    expect(messages('policy-malformed', trust({}))).toEqual([]);
    expect(messages('policy-malformed', trust({ Resource: '*' }))).toHaveLength(1);
    expect(messages('policy-malformed', identity({}))).toEqual([]);
    expect(messages('policy-malformed', identity({ Principal: '*' }))).toHaveLength(1);
    expect(messages('policy-malformed', identity({ Sid: 'Lists buckets' }))).toEqual([
      expect.stringContaining('letters and digits only'),
    ]);
    expect(messages('policy-malformed', bucketPolicy(denial({ Sid: 'Only TLS' })))).toEqual([]);
  });
});

test('not-principal', () => {
  const statement = (effect: string) =>
    JSON.parse(
      JSON.stringify(
        denial({
          Effect: effect,
          Principal: undefined,
          NotPrincipal: { AWS: 'arn:aws:iam::111122223333:root' },
        }),
      ),
    );
  expect(messages('not-principal', bucketPolicy(statement('Allow')))).toEqual([
    expect.stringContaining('anonymous callers included'),
  ]);
  expect(messages('not-principal', bucketPolicy(statement('Deny')))).toEqual([
    expect.stringContaining('also denies the sessions'),
  ]);
});
