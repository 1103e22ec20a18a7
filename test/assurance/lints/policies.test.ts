import { BUCKET, bucketPolicy, denial, messages, OBJECTS, ref, resource } from './resources';
import { lint, LINTS } from '../../../src/assurance/lints';
import { unknown } from '../../../src/assurance/template/unknown';

const inPolicy = (id: string, statement: any) => messages(id, bucketPolicy(denial(statement)));

test('a correct policy has no finding', () => {
  expect(lint([bucketPolicy(denial({}))])).toEqual([]);
});

test('a finding names the place', () => {
  const [finding] = lint([bucketPolicy([denial({}), denial({ Sid: 'B', Action: 's3:GetObjekt', Resource: OBJECTS })])]);
  expect(finding).toMatchObject({
    location: 'Properties.PolicyDocument.Statement.1.Action',
    resource: { path: 'Stack/Policy' },
  });
});

test('every lint has its own id, and says what to do', () => {
  expect(new Set(LINTS.map(({ id }) => id)).size).toBe(LINTS.length);
  for (const { id, title, fix, example, page } of LINTS) {
    expect(page).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/[^ ]+\.html(#[a-z-]+)?$/);
    expect(id).toMatch(/^[a-z]+(-[a-z]+)+$/);
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    expect(fix).toMatch(/^[A-Z][^]*\.$/);
    expect(example.wrong).not.toEqual(example.right);
  }
});

describe('unknown-action', () => {
  test.each([
    ['s3:GetObjekt', 'Did you mean "s3:GetObject"?'],
    ['s3:PutObjects', 'Did you mean "s3:PutObject"?'],
    ['s3:Getobjekt*', 'Did you mean "s3:GetObject"?'],
    ['s3:HeadObject', 'the right to it is s3:GetObject.'],
    ['s3:ListObjectsV2', 'the right to it is s3:ListBucket.'],
    ['GetObject', 'has no service prefix'],
    ['s2:GetObject', 'is not an action of s3'],
    ['kms:Decrypt', 'is not an action of s3'],
  ])('%s: %s', (action, expected) => {
    expect(inPolicy('unknown-action', { Action: action })).toEqual([expect.stringContaining(expected)]);
  });

  test.each(['s3:GetObject', 'S3:getobject', 's3:*', 's3:Get*', '*', unknown('Action')])('%s is one', (action) => {
    expect(inPolicy('unknown-action', { Action: action })).toEqual([]);
  });

  test('NotAction is read too', () => {
    expect(inPolicy('unknown-action', { Action: undefined, NotAction: ['s3:GetObjekt'] })).toHaveLength(1);
  });

  test('an identity policy may name any service, but misspells S3 and KMS no better', () => {
    const identity = (action: string) =>
      resource('AWS::IAM::Policy', 'Identity', {
        PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] },
      });
    expect(messages('unknown-action', identity('dynamodb:NoSuchThing'))).toEqual([]);
    expect(messages('unknown-action', identity('kms:Decript'))).toEqual([
      expect.stringContaining('Did you mean "kms:Decrypt"?'),
    ]);
  });
});

describe('unknown-condition-key', () => {
  test.each([
    ['aws:SecureTransprt', 'Did you mean "aws:SecureTransport"?'],
    ['aws:SourceVPCE1', 'Did you mean "aws:SourceVpce"?'],
    ['s3:x-amz-server-side-encription', 'Did you mean "s3:x-amz-server-side-encryption"?'],
    ['SecureTransport', 'is no condition key'],
    ['aw:SecureTransport', 'Did you mean "aws:SecureTransport"?'],
  ])('%s: %s', (key, expected) => {
    expect(inPolicy('unknown-condition-key', { Condition: { Bool: { [key]: 'false' } } })).toEqual([
      expect.stringContaining(expected),
    ]);
  });

  test.each([
    'aws:securetransport',
    'aws:PrincipalTag/any thing',
    's3:ExistingObjectTag/class',
    'accounts.google.com:aud',
  ])('%s is one', (key) => {
    expect(inPolicy('unknown-condition-key', { Condition: { StringEquals: { [key]: 'x' } } })).toEqual([]);
  });
});

describe('operator-type', () => {
  test.each([
    ['StringEquals', 'aws:SecureTransport', 'false', 'use Bool'],
    ['StringEquals', 's3:TlsVersion', '1.2', 'use a Numeric operator'],
    ['Bool', 's3:TlsVersion', 'true', 'use a Numeric operator'],
    ['NumericLessThan', 's3:x-amz-acl', '1', 'use a String operator'],
    ['StringLike', 'aws:SourceIp', '10.*', 'use a IPAddress operator'],
    ['Bool', 'aws:SecureTransport', 'no', '"no" is nothing that "Bool" can read'],
    ['NumericLessThan', 's3:TlsVersion', 'TLS1.2', 'is nothing that'],
    ['DateLessThan', 'aws:CurrentTime', 'tomorrow', 'is nothing that'],
    ['IpAddress', 'aws:SourceIp', '10.0.0.0/33', 'is nothing that'],
    ['IpAddress', 'aws:SourceIp', '10.0.0', 'is nothing that'],
    ['Null', 's3:x-amz-acl', 'yes', 'it takes "true" or "false"'],
    ['ArnLike', 'aws:SourceArn', 'arn:aws:s3', 'ARNs of six parts'],
  ])('%s of %s with %s', (operator, key, value, expected) => {
    expect(inPolicy('operator-type', { Condition: { [operator]: { [key]: value } } })).toEqual([
      expect.stringContaining(expected),
    ]);
  });

  test.each([
    ['BoolIfExists', 'aws:PrincipalIsAWSService', 'true'],
    ['NumericLessThanIfExists', 's3:TlsVersion', 1.2],
    ['StringEquals', 'aws:PrincipalArn', 'arn:aws:iam::111122223333:role/x'],
    ['ArnLike', 'kms:EncryptionContext:aws:s3:arn', 'arn:aws:s3:::docs/*'],
    ['DateGreaterThan', 'aws:EpochTime', '1700000000'],
    ['NumericLessThan', 'aws:EpochTime', '1700000000'],
    ['NotIpAddress', 'aws:SourceIp', ['10.0.0.0/8', '2001:db8::/32']],
    ['Bool', 'aws:SecureTransport', unknown('Parameter')],
    ['Null', 's3:x-amz-server-side-encryption', true],
  ])('%s of %s with %s fits', (operator, key, value) => {
    expect(inPolicy('operator-type', { Condition: { [operator]: { [key]: value } } })).toEqual([]);
  });
});

describe('compared-value', () => {
  test.each([
    ['StringNotEquals', 'aws:SourceVpc', 'vpce-0a1b2c3d', 'use aws:SourceVpce'],
    ['StringNotEquals', 'aws:SourceVpce', 'vpc-0a1b2c3d', 'use aws:SourceVpc.'],
    ['StringLike', 'aws:SourceVpc', 'vpce-*', 'use aws:SourceVpce'],
    ['StringEquals', 'aws:SourceAccount', 'arn:aws:s3:::docs', 'use aws:SourceArn'],
    ['StringEquals', 'aws:SourceAccount', '1234', 'twelve digits'],
    ['StringEquals', 'aws:PrincipalOrgID', 'ou-ab12-11111111', 'use aws:PrincipalOrgPaths'],
    ['StringEquals', 'aws:PrincipalArn', '111122223333', 'use aws:PrincipalAccount'],
    ['StringEquals', 's3:x-amz-server-side-encryption', 'SSE-KMS', 'AES256, aws:kms or aws:kms:dsse'],
    ['StringEquals', 's3:object-lock-mode', 'compliance', 'GOVERNANCE or COMPLIANCE'],
    ['StringEquals', 'kms:ViaService', 's3.amazonaws.com', 'service.region.amazonaws.com'],
    ['StringEquals', 'kms:ViaService', 's3.cn-north-1.amazonaws.com.cn', 'in every partition'],
    ['StringEquals', 's3:authType', 'REST-QUERY', 'REST-QUERY-STRING'],
  ])('%s %s %s', (operator, key, value, expected) => {
    expect(inPolicy('compared-value', { Condition: { [operator]: { [key]: value } } })).toEqual([
      expect.stringContaining(expected),
    ]);
  });

  test.each([
    ['StringEquals', 'aws:SourceVpc', 'vpc-0a1b2c3d'],
    ['StringLike', 'aws:PrincipalArn', '*'],
    ['StringLike', 'kms:ViaService', 's3.*.amazonaws.com'],
    ['StringNotEquals', 'aws:PrincipalAccount', '${aws:ResourceAccount}'],
    ['StringEquals', 'aws:SourceVpc', unknown('Vpc')],
    ['Null', 'aws:SourceVpc', 'true'],
    ['StringNotEqualsIfExists', 's3:x-amz-server-side-encryption', 'aws:kms'],
  ])('%s %s %s is what the key holds', (operator, key, value) => {
    expect(inPolicy('compared-value', { Condition: { [operator]: { [key]: value } } })).toEqual([]);
  });

  test('a reference to an endpoint of the same template is no VPC', () => {
    const endpoint = resource('AWS::EC2::VPCEndpoint', 'Endpoint', {});
    const vpc = resource('AWS::EC2::VPC', 'Vpc', {});
    const compared = (key: string, to: string) =>
      messages(
        'compared-value',
        endpoint,
        vpc,
        bucketPolicy(denial({ Condition: { StringNotEquals: { [key]: ref(to) } } })),
      );
    expect(compared('aws:SourceVpc', 'Endpoint')).toEqual([expect.stringContaining('use aws:SourceVpce')]);
    expect(compared('aws:SourceVpce', 'Vpc')).toEqual([expect.stringContaining('use aws:SourceVpc.')]);
    expect(compared('aws:SourceVpc', 'Vpc')).toEqual([]);
    expect(compared('aws:SourceVpce', 'Endpoint')).toEqual([]);
  });
});

describe('key-never-present', () => {
  test('a header of uploads in a statement about downloads', () => {
    const condition = { StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } };
    expect(inPolicy('key-never-present', { Action: 's3:GetObject', Condition: condition })).toEqual([
      expect.stringContaining('is always true'),
    ]);
    expect(inPolicy('key-never-present', { Action: 's3:PutObject', Condition: condition })).toEqual([]);
  });

  test('a Deny meant for uploads that hits everything else', () => {
    const condition = { StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } };
    expect(inPolicy('key-never-present', { Condition: condition })).toEqual([
      expect.stringMatching(/denies .* without exception/),
    ]);
    expect(inPolicy('key-never-present', { Action: ['s3:PutObject', 's3:GetObject'], Condition: condition })).toEqual([
      expect.stringContaining('this denies s3:GetObject without exception'),
    ]);
    expect(
      inPolicy('key-never-present', {
        Condition: { ...condition, Null: { 's3:x-amz-server-side-encryption': 'false' } },
      }),
    ).toEqual([]);
  });

  test('a prefix where nothing is listed', () => {
    expect(
      inPolicy('key-never-present', {
        Effect: 'Allow',
        Action: 's3:GetObject',
        Condition: { StringLike: { 's3:prefix': 'a/' } },
      }),
    ).toEqual([expect.stringContaining('is never true')]);
    expect(
      inPolicy('key-never-present', {
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:ListBucket'],
        Condition: { StringLike: { 's3:prefix': 'a/' } },
      }),
    ).toEqual([]);
  });

  test('global keys come with every request', () => {
    expect(inPolicy('key-never-present', { Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } } })).toEqual(
      [],
    );
  });
});

describe('set-operator', () => {
  test.each([
    ['Allow', 'ForAllValues:StringEquals', 'aws:CalledVia', 'allows requests that do not carry it'],
    ['Allow', 'ForAllValues:StringEquals', 's3:x-amz-acl', 'adds only a match where the key is missing'],
    ['Deny', 'StringEquals', 'aws:CalledVia', 'has several values'],
  ])('%s %s %s', (effect, operator, key, expected) => {
    expect(inPolicy('set-operator', { Effect: effect, Condition: { [operator]: { [key]: 'x' } } })).toEqual([
      expect.stringContaining(expected),
    ]);
  });

  test('ForAllValues is sound where the key must be there', () => {
    expect(
      inPolicy('set-operator', {
        Effect: 'Allow',
        Condition: { 'ForAllValues:StringEquals': { 'aws:CalledVia': 'x' }, Null: { 'aws:CalledVia': 'false' } },
      }),
    ).toEqual([]);
    expect(inPolicy('set-operator', { Condition: { 'ForAllValues:StringEquals': { 'aws:CalledVia': 'x' } } })).toEqual(
      [],
    );
    expect(inPolicy('set-operator', { Condition: { Null: { 'aws:CalledVia': 'true' } } })).toEqual([]);
    // CDK writes it.
    expect(inPolicy('set-operator', { Condition: { 'ForAnyValue:StringEquals': { 's3:x-amz-acl': 'x' } } })).toEqual(
      [],
    );
  });
});

describe('arn-malformed', () => {
  test.each([
    ['arn:aws:s3::docs/*', 'a colon is missing'],
    ['arn:aws:s3::docs', 'a colon is missing'],
    ['docs/*', 'is no ARN'],
    ['arn:aws:s3:eu-west-1::docs', 'bucket ARNs do not have'],
    ['arn:aws:s3:::docs/reports/', 'write "arn:aws:s3:::docs/reports/*"'],
  ])('%s: %s', (arn, expected) => {
    expect(inPolicy('arn-malformed', { Resource: arn })).toEqual([expect.stringContaining(expected)]);
  });

  test.each([
    '*',
    BUCKET,
    OBJECTS,
    'arn:aws:s3:::*',
    'arn:*:s3:::docs',
    'arn:aws:s3:eu-west-1:111122223333:accesspoint/a/object/*',
    unknown('Arn'),
    'arn:aws:s3:*',
    'arn:aws:kms:eu-west-1:111122223333:key/*',
  ])('%s is one', (arn) => {
    expect(inPolicy('arn-malformed', { Resource: arn })).toEqual([]);
  });
});

describe('arn-partition', () => {
  test('a literal partition elsewhere', () => {
    const policy = denial({ Condition: { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/x' } } });
    expect(messages('arn-partition', bucketPolicy(policy, { region: 'cn-north-1' }))).toHaveLength(3);
    expect(messages('arn-partition', bucketPolicy(policy, { region: 'eu-west-1' }))).toEqual([]);
    expect(messages('arn-partition', bucketPolicy(policy, { region: unknown('AWS::Region') }))).toEqual([]);
  });
});

describe('resource-level', () => {
  test.each([
    ['Allow', 's3:GetObject', BUCKET, `add "${OBJECTS}"`],
    ['Allow', 's3:ListBucket', OBJECTS, `add "${BUCKET}"`],
    ['Deny', 's3:*', OBJECTS, 'denies nothing on the bucket itself'],
    ['Deny', 's3:*', BUCKET, 'denies nothing on objects'],
    ['Deny', '*', BUCKET, 'denies nothing on objects'],
    ['Allow', 's3:GetObject', 'arn:aws:s3:eu-west-1:111122223333:accesspoint/a', 'applies to objects'],
  ])('%s %s on %s', (effect, action, arn, expected) => {
    expect(inPolicy('resource-level', { Effect: effect, Action: action, Resource: arn })).toEqual([
      expect.stringContaining(expected),
    ]);
  });

  test.each([
    ['Deny', 's3:*', [BUCKET, OBJECTS]],
    ['Allow', 's3:GetObject', OBJECTS],
    ['Allow', 's3:GetObject', 'arn:aws:s3:::docs*'],
    ['Allow', 's3:*', BUCKET],
    ['Allow', 's3:ListBucket', '*'],
    ['Allow', 's3:GetObject', [BUCKET, unknown('Arn')]],
    ['Allow', 's3:ListAllMyBuckets', OBJECTS],
  ])('%s %s on %s', (effect, action, arn) => {
    expect(inPolicy('resource-level', { Effect: effect, Action: action, Resource: arn })).toEqual([]);
  });

  test('a Deny may be divided into two statements, under the same conditions', () => {
    const [door, others] = [
      'arn:aws:s3:eu-west-1:111122223333:accesspoint/a',
      { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/a' } },
    ];
    const divided = (objects: string, bucket: string, conditions: any, more = {}) =>
      messages(
        'resource-level',
        bucketPolicy([
          denial({ Sid: 'A', Action: 's3:*', Resource: objects, Condition: conditions }),
          denial({ Sid: 'B', Action: 's3:ListBucket', Resource: bucket, Condition: others, ...more }),
        ]),
      );
    expect(divided(OBJECTS, BUCKET, others)).toEqual([]);
    expect(divided(`${door}/object/*`, door, others)).toEqual([]);
    expect(divided(OBJECTS, BUCKET, { Bool: { 'aws:SecureTransport': 'false' } })).toHaveLength(1);
    expect(divided(OBJECTS, `${BUCKET}-2`, others)).toHaveLength(1);
    expect(divided(OBJECTS, BUCKET, others, { Effect: 'Allow' })).toHaveLength(1);
  });
});
