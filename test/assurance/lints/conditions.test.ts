import { bucketPolicy, denial, messages, resource } from './resources';
import { unknown } from '../../../src/assurance/template/unknown';

const inPolicy = (id: string, statement: any) => messages(id, bucketPolicy(denial(statement)));
const ROLE = 'arn:aws:iam::111122223333:role/app';
const SESSION = 'arn:aws:sts::111122223333:assumed-role/app/*';

describe('wildcard-in-equals', () => {
  test.each([
    ['StringEquals', 'aws:PrincipalArn', 'arn:aws:iam::111122223333:role/app-*', 'is never true'],
    ['StringNotEquals', 'aws:userid', 'AROAEXAMPLE:*', 'is always true'],
    ['StringNotEqualsIfExists', 's3:prefix', 'home/*', 'is always true'],
    ['ForAnyValue:StringEqualsIgnoreCase', 'aws:PrincipalOrgPaths', 'o-a1b2c3d4e5/*', 'is never true'],
    ['StringEquals', 'aws:SourceVpce', 'vpce-*', 'is never true'],
    ['StringEquals', 's3:prefix', ['', 'home/*'], '"s3:prefix" never equals it.'],
  ])('%s %s %s', (operator, key, value, expected) => {
    expect(inPolicy('wildcard-in-equals', { Condition: { [operator]: { [key]: value } } })).toEqual([
      expect.stringContaining(expected),
    ]);
  });

  test.each([
    ['StringLike', 'aws:userid', 'AROAEXAMPLE:*'],
    ['ArnEquals', 'aws:PrincipalArn', 'arn:aws:iam::111122223333:role/app-*'],
    ['StringEquals', 's3:prefix', 'a${*}b'],
    ['StringEquals', 's3:prefix', 'home/${aws:username}'],
    ['StringEquals', 's3:delimiter', '*'],
    ['StringEquals', 'aws:SourceArn', 'arn:aws:cur:us-east-1:111122223333:definition/*'],
    ['StringEquals', 'aws:SourceArn', unknown('*')],
  ])('%s %s %s is meant', (operator, key, value) => {
    expect(inPolicy('wildcard-in-equals', { Condition: { [operator]: { [key]: value } } })).toEqual([]);
  });

  test('is said once', () => {
    expect(inPolicy('compared-value', { Condition: { StringEquals: { 'aws:SourceAccount': '1111*' } } })).toEqual([]);
  });
});

describe('session-in-principal-arn', () => {
  const compared = (...values: string[]) =>
    inPolicy('session-in-principal-arn', { Condition: { ArnNotLike: { 'aws:PrincipalArn': values } } });

  test('a session', () => {
    expect(compared(SESSION)).toEqual([expect.stringContaining('matches no request')]);
    expect(compared(SESSION, 'arn:aws:iam::111122223333:role/other')).toHaveLength(1);
    expect(compared(SESSION, 'arn:aws:iam::444455556666:role/app')).toHaveLength(1);
  });

  test('beside its role it does no harm', () => {
    expect(compared(SESSION, ROLE)).toEqual([]);
    expect(compared(SESSION, 'arn:aws:iam::111122223333:role/team/app')).toEqual([]);
    expect(compared(SESSION, 'arn:aws:iam::111122223333:role/a*')).toEqual([]);
  });

  test('roles, users, federated users, and what is not known', () => {
    expect(compared(ROLE, 'arn:aws:iam::111122223333:user/x', 'arn:aws:sts::111122223333:federated-user/x')).toEqual(
      [],
    );
    expect(compared(unknown('Role'))).toEqual([]);
  });
});

describe('private-source-ip', () => {
  const compared = (operator: string, ...values: string[]) =>
    inPolicy('private-source-ip', { Condition: { [operator]: { 'aws:SourceIp': values } } });

  test.each(['10.0.0.0/8', '10.1.2.3', '172.16.0.0/12', '172.31.0.0/16', '192.168.1.0/24', 'fd00::/8', '127.0.0.1'])(
    '%s',
    (range) => {
      expect(compared('NotIpAddress', range)).toEqual([expect.stringContaining('is always true')]);
      expect(compared('IpAddress', range)).toEqual([expect.stringContaining('is never true')]);
    },
  );

  test('among public ones', () => {
    expect(compared('IpAddress', '203.0.113.0/24', '10.0.0.0/8')).toEqual([
      expect.stringContaining('10.0.0.0/8 is a private range: no request has such an address'),
    ]);
  });

  test.each(['203.0.113.0/24', '172.32.0.0/16', '10.0.0.0/7', '0.0.0.0/0', '::/0', '2001:db8::/32', unknown('Cidr')])(
    '%s is public',
    (range) => expect(compared('NotIpAddress', range)).toEqual([]),
  );

  test('aws:VpcSourceIp is private', () => {
    expect(inPolicy('private-source-ip', { Condition: { NotIpAddress: { 'aws:VpcSourceIp': '10.0.0.0/8' } } })).toEqual(
      [],
    );
  });
});

describe('signature-age-unit', () => {
  const age = (value: unknown) =>
    inPolicy('signature-age-unit', { Condition: { NumericGreaterThan: { 's3:signatureAge': value } } });

  test.each([600, '600', 300, 9999, 3600, 86400, 604800])('%s', (value) => {
    expect(age(value)).toEqual([expect.stringContaining(`write ${Number(value) * 1000}`)]);
  });

  test.each([0, 10_000, 60_000, 600_000, 900_000, '86400000', 604_800_000, unknown('Age')])('%s', (value) => {
    expect(age(value)).toEqual([]);
  });
});

describe('mfa-without-if-exists', () => {
  const mfa = (operator: string) => ({ [operator]: { 'aws:MultiFactorAuthPresent': 'false' } });

  test('Bool in a Deny', () => {
    expect(inPolicy('mfa-without-if-exists', { Condition: mfa('Bool') })).toHaveLength(1);
    expect(inPolicy('mfa-without-if-exists', { Condition: mfa('BoolIfExists') })).toEqual([]);
    expect(inPolicy('mfa-without-if-exists', { Effect: 'Allow', Condition: mfa('Bool') })).toEqual([]);
  });

  test.each([
    { Null: { 'aws:MultiFactorAuthAge': 'true' } },
    { Null: { 'aws:MultiFactorAuthPresent': true } },
    { NumericGreaterThanIfExists: { 'aws:MultiFactorAuthAge': '3600' } },
  ])('another statement denies what lacks the key: %j', (condition) => {
    expect(
      messages(
        'mfa-without-if-exists',
        bucketPolicy([denial({ Condition: mfa('Bool') }), denial({ Condition: condition })]),
      ),
    ).toEqual([]);
  });
});

describe('if-exists-in-allow', () => {
  const allow = (condition: any, more: any = {}) =>
    inPolicy('if-exists-in-allow', { Effect: 'Allow', Action: 's3:GetObject', Condition: condition, ...more });

  test.each([
    { StringEqualsIfExists: { 'aws:SourceVpce': 'vpce-0a1b2c3d' } },
    { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'true' } },
    { 'ForAnyValue:StringLikeIfExists': { 'aws:PrincipalOrgPaths': 'o-1/*' } },
    { StringEqualsIfExists: { 's3:ExistingObjectTag/class': 'public' } },
  ])('%j', (condition) => {
    expect(allow(condition)).toEqual([expect.stringContaining('every request without the key is allowed')]);
  });

  test.each([
    { StringEquals: { 'aws:SourceVpce': 'vpce-0a1b2c3d' } },
    { StringNotEqualsIfExists: { 'aws:SourceVpce': 'vpce-0a1b2c3d' } },
    { StringEqualsIfExists: { 's3:x-amz-server-side-encryption': 'aws:kms' } },
    { StringEqualsIfExists: { 'aws:SourceVpce': 'vpce-0a1b2c3d' }, Null: { 'aws:SourceVpce': 'false' } },
    { StringEqualsIfExists: { 'aws:SourceVpc': 'vpc-0' }, StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
  ])('%j is sound', (condition) => expect(allow(condition)).toEqual([]));

  test('not in a Deny, and not of services', () => {
    const condition = { StringEqualsIfExists: { 'aws:SourceAccount': '111122223333' } };
    expect(inPolicy('if-exists-in-allow', { Condition: condition })).toEqual([]);
    expect(allow(condition, { Principal: { Service: 'codepipeline.amazonaws.com' } })).toEqual([]);
    expect(allow(condition)).toHaveLength(1);
  });
});

describe('negated-keys-anded', () => {
  test.each([
    {
      StringNotEquals: {
        's3:x-amz-server-side-encryption': 'aws:kms',
        's3:x-amz-server-side-encryption-aws-kms-key-id': 'arn:aws:kms:eu-west-1:111122223333:key/a',
      },
    },
    { Bool: { 'aws:SecureTransport': 'false' }, NumericLessThan: { 's3:TlsVersion': '1.2' } },
    {
      StringNotEquals: { 's3:object-lock-mode': 'COMPLIANCE' },
      NumericLessThan: { 's3:object-lock-remaining-retention-days': '365' },
    },
  ])('%j', (condition) => {
    expect(inPolicy('negated-keys-anded', { Condition: condition })).toEqual([
      expect.stringContaining('a request that breaks one of them passes'),
    ]);
  });

  test.each([
    // From the office or through the endpoint: alternatives.
    { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' }, StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } },
    { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1', 'aws:PrincipalAccount': '111122223333' } },
    // An exception.
    { StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' }, ArnNotLike: { 'aws:PrincipalArn': ROLE } },
    // A selection.
    {
      StringNotEquals: { 's3:x-amz-server-side-encryption-aws-kms-key-id': 'k' },
      StringEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' },
    },
    {
      StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' },
      Null: { 's3:x-amz-server-side-encryption': 'false' },
    },
  ])('%j is meant', (condition) => {
    expect(inPolicy('negated-keys-anded', { Condition: condition })).toEqual([]);
  });
});

describe('misspelt-variable', () => {
  test.each([
    ['${aws:usrname}', 'Did you mean "aws:username"?'],
    ['${aws:PrincipleTag/team}', 'Did you mean "aws:PrincipalTag/'],
    ['${BucketName}', 'Fn::Sub is missing'],
    ['${AWS::AccountId}', 'Fn::Sub is missing'],
    ['${aws:PrincipalOrgPaths}', 'has several values'],
  ])('%s', (variable, expected) => {
    expect(inPolicy('misspelt-variable', { Resource: `arn:aws:s3:::docs/${variable}/*` })).toEqual([
      expect.stringContaining(expected),
    ]);
    expect(
      inPolicy('misspelt-variable', { Condition: { StringLike: { 's3:prefix': [`home/${variable}/*`] } } }),
    ).toEqual([expect.stringContaining(expected)]);
  });

  test.each([
    '${aws:username}',
    '${AWS:UserName}',
    "${aws:PrincipalTag/team, 'none'}",
    '${*}',
    '${cognito-identity.amazonaws.com:sub}',
    '${transfer:HomeFolder}',
    unknown('${aws:usrname}'),
  ])('%s', (variable) => {
    expect(inPolicy('misspelt-variable', { Resource: `arn:aws:s3:::docs/${variable}/*` })).toEqual([]);
  });
});

describe('key-not-for-every-action', () => {
  const CONDITION = { StringLike: { 's3:prefix': 'home/*' } };

  test('S3 refuses it in the policy of a bucket', () => {
    expect(
      inPolicy('key-not-for-every-action', { Action: ['s3:ListBucket', 's3:GetObject'], Condition: CONDITION }),
    ).toEqual([expect.stringMatching(/s3:GetObject never carry "s3:prefix": S3 refuses/)]);
    expect(
      inPolicy('key-not-for-every-action', {
        Action: ['s3:PutObject', 's3:UpdateObjectEncryption'],
        Condition: { Null: { 's3:x-amz-server-side-encryption-customer-algorithm': 'false' } },
      }),
    ).toEqual([expect.stringContaining('s3:UpdateObjectEncryption never carry')]);
  });

  test('in the policy of an identity it allows less than it seems to', () => {
    const identity = (effect: string) =>
      messages(
        'key-not-for-every-action',
        resource('AWS::IAM::Policy', 'Identity', {
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: {
              Effect: effect,
              Action: ['s3:ListBucket', 's3:GetObject'],
              Resource: '*',
              Condition: CONDITION,
            },
          },
        }),
      );
    expect(identity('Allow')).toEqual([expect.stringContaining('never allows them')]);
    expect(identity('Deny')).toEqual([]);
  });

  test('wildcards and global keys fit, and one mistake is said once', () => {
    expect(inPolicy('key-not-for-every-action', { Action: ['s3:List*', 's3:*'], Condition: CONDITION })).toEqual([]);
    expect(inPolicy('key-not-for-every-action', { Action: ['s3:ListBucket', 's3:GetObject'] })).toEqual([]);
    expect(inPolicy('key-not-for-every-action', { Action: 's3:GetObject', Condition: CONDITION })).toEqual([]);
  });

  test('what a page of AWS demands', () => {
    expect(
      inPolicy('key-not-for-every-action', {
        Action: ['s3:PutObject', 's3:ReplicateObject'],
        Condition: { NumericGreaterThan: { 's3:object-lock-remaining-retention-days': '10' } },
      }),
    ).toEqual([]);
  });

  test("AWS's own statement for log groups", () => {
    const key = resource('AWS::KMS::Key', 'Key', {
      KeyPolicy: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: { Service: 'logs.eu-west-1.amazonaws.com' },
          Action: ['kms:Encrypt', 'kms:DescribeKey'],
          Resource: '*',
          Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:eu-west-1:111122223333:*' } },
        },
      },
    });
    expect(messages('key-not-for-every-action', key)).toEqual([]);
  });
});
