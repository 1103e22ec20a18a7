import { Guarantee, ArchiveGuarantees, AuditGuarantees, Proof, VerdictStatus } from '../../../src';

/** Guarantees about settings that are as strong as their words: what keeps them, and the nearest that does not. */
const ACCOUNT = '111122223333';
const ARN = 'arn:aws:s3:::docs-bucket';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/replication`;
const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/11111111-2222-3333-4444-555555555555`;
type Json = Record<string, any>;

function statusOf(guarantee: Guarantee, properties: Json, more: Json = {}, attributes: Json = {}): VerdictStatus {
  const Docs = {
    Type: 'AWS::S3::Bucket',
    Properties: {
      BucketName: 'docs-bucket',
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      ...properties,
    },
    ...attributes,
  };
  return Proof.ofTemplate({ Resources: { Docs, ...more } }, { account: ACCOUNT, region: 'eu-west-1' }).verdicts(
    guarantee,
    { subject: 'Docs' },
  )[0].status;
}
const { PROVED, VIOLATED, UNKNOWN } = VerdictStatus;
const policyOf = (Bucket: string, ...Statement: Json[]) => ({
  Type: 'AWS::S3::BucketPolicy',
  Properties: { Bucket, PolicyDocument: { Version: '2012-10-17', Statement } },
});
const encryptedBy = (SSEAlgorithm: string, KMSMasterKeyID?: unknown) => ({
  BucketEncryption: {
    ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm, KMSMasterKeyID } }],
  },
});

describe('replicated', () => {
  const replication = (rule: Json) => ({
    ReplicationConfiguration: {
      Role: ROLE,
      Rules: [{ Status: 'Enabled', Destination: { Bucket: 'arn:aws:s3:::copies' }, ...rule }],
    },
  });
  const copies = { Copies: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'copies' } } };
  const kms = { SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } } };
  const toKey = { Destination: { Bucket: 'arn:aws:s3:::copies', EncryptionConfiguration: { ReplicaKmsKeyID: KEY } } };
  const deniedAt = (bucket: string, Action: string) => ({
    Denial: policyOf(bucket, {
      Effect: 'Deny',
      Principal: '*',
      Action,
      Resource: `arn:aws:s3:::${bucket}/*`,
      Condition: { ArnEquals: { 'aws:PrincipalArn': ROLE } },
    }),
  });

  const OWNER = { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'kms:*', Resource: '*' };
  const refusing = (Action: string) => ({ ...OWNER, Effect: 'Deny', Principal: '*', Action });
  const keyWith = (...Statement: Json[]) => ({
    Type: 'AWS::KMS::Key',
    Properties: { KeyPolicy: { Version: '2012-10-17', Statement } },
  });
  const keys = { SourceKey: keyWith(OWNER), CopyKey: keyWith(OWNER) };
  const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
  const underKeys = {
    ...replication({
      ...kms,
      Destination: { Bucket: 'arn:aws:s3:::copies', EncryptionConfiguration: { ReplicaKmsKeyID: arnOf('CopyKey') } },
    }),
    ...encryptedBy('aws:kms', arnOf('SourceKey')),
  };
  const byRole = {
    ReplicationConfiguration: { ...underKeys.ReplicationConfiguration, Role: arnOf('Role') },
  };
  const roleWith = (...Action: string[]) => ({
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: 'replication',
      AssumeRolePolicyDocument: {},
      Policies: [
        {
          PolicyName: 'p',
          PolicyDocument: { Version: '2012-10-17', Statement: { Effect: 'Allow', Action, Resource: '*' } },
        },
      ],
    },
  });

  test.each<[string, VerdictStatus, Json, Json?]>([
    ['a rule for everything', PROVED, replication({})],
    ['an empty filter', PROVED, replication({ Filter: { Prefix: '' } })],
    ['no rule', VIOLATED, {}],
    ['a rule that is off', VIOLATED, replication({ Status: 'Disabled' })],
    ['a prefix', VIOLATED, replication({ Prefix: 'x/' })],
    ['a filter by prefix', VIOLATED, replication({ Filter: { Prefix: 'x/' } })],
    ['a filter by tag', VIOLATED, replication({ Filter: { TagFilter: { Key: 'a', Value: 'b' } } })],
    ['a filter by both', VIOLATED, replication({ Filter: { And: { Prefix: 'x/', TagFilters: [] } } })],
    ['itself', VIOLATED, replication({ Destination: { Bucket: ARN } })],
    ['no role', VIOLATED, { ReplicationConfiguration: { Rules: replication({}).ReplicationConfiguration.Rules } }],
    ['objects under a KMS key that are left out', VIOLATED, { ...replication({}), ...encryptedBy('aws:kms', KEY) }],
    [
      'objects under a KMS key without a key for the copies',
      VIOLATED,
      { ...replication(kms), ...encryptedBy('aws:kms', KEY) },
    ],
    ['keys of no template', UNKNOWN, { ...replication({ ...kms, ...toKey }), ...encryptedBy('aws:kms', KEY) }],
    ['objects under a KMS key', PROVED, underKeys, { SourceKey: keyWith(OWNER), CopyKey: keyWith(OWNER) }],
    [
      'a key of the source that refuses',
      VIOLATED,
      underKeys,
      { SourceKey: keyWith(OWNER, refusing('kms:Decrypt')), CopyKey: keyWith(OWNER) },
    ],
    [
      'a key of the copies that refuses',
      VIOLATED,
      underKeys,
      { SourceKey: keyWith(OWNER), CopyKey: keyWith(OWNER, refusing('kms:Encrypt')) },
    ],
    [
      'a role that may do it all',
      PROVED,
      { ...underKeys, ...byRole },
      { ...keys, Role: roleWith('s3:*', 'kms:Decrypt', 'kms:Encrypt') },
    ],
    [
      'a role that may not decrypt',
      VIOLATED,
      { ...underKeys, ...byRole },
      { ...keys, Role: roleWith('s3:*', 'kms:Encrypt') },
    ],
    [
      'a role that may not encrypt',
      VIOLATED,
      { ...underKeys, ...byRole },
      { ...keys, Role: roleWith('s3:*', 'kms:Decrypt') },
    ],
    [
      'a role that may not read its configuration',
      VIOLATED,
      { ...underKeys, ...byRole },
      { ...keys, Role: roleWith('s3:GetObject*', 's3:ReplicateObject', 'kms:Decrypt', 'kms:Encrypt') },
    ],
    ['a target that refuses', VIOLATED, replication({}), deniedAt('copies', 's3:ReplicateObject')],
    ['a source that refuses', VIOLATED, replication({}), deniedAt('docs-bucket', 's3:GetObjectVersionForReplication')],
    ['a target of another template', UNKNOWN, replication({ Destination: { Bucket: 'arn:aws:s3:::elsewhere' } })],
  ])('%s: %s', (_, expected, properties, more = {}) => {
    expect(statusOf(Guarantee.replicated(), properties, { ...copies, ...more })).toBe(expected);
  });
});

describe('archive storage', () => {
  const moved = {
    Transitions: [{ StorageClass: 'GLACIER', TransitionInDays: 1 }],
    NoncurrentVersionTransitions: [{ StorageClass: 'GLACIER', TransitionInDays: 1 }],
  };
  const expired = { ExpirationInDays: 30, NoncurrentVersionExpiration: { NoncurrentDays: 30 } };
  const lifecycle = (rule: Json) => ({ LifecycleConfiguration: { Rules: [{ Status: 'Enabled', ...rule }] } });
  const guarantee = ArchiveGuarantees.storage({ transitions: { GLACIER: 1 }, expireAfterDays: 30 });

  test.each<[string, VerdictStatus, Json]>([
    ['both kinds of versions', PROVED, { ...moved, ...expired }],
    [
      'the older properties of both kinds',
      PROVED,
      {
        Transition: moved.Transitions[0],
        NoncurrentVersionTransition: moved.NoncurrentVersionTransitions[0],
        ExpirationInDays: 30,
        NoncurrentVersionExpirationInDays: 30,
      },
    ],
    ['the older property of current versions alone', VIOLATED, { Transition: moved.Transitions[0], ...expired }],
    ['large objects alone', VIOLATED, { ...moved, ...expired, ObjectSizeGreaterThan: '1000000000' }],
    ['small objects alone', VIOLATED, { ...moved, ...expired, ObjectSizeLessThan: '10' }],
    ['a prefix', VIOLATED, { ...moved, ...expired, Prefix: 'x/' }],
  ])('%s: %s', (_, expected, rule) => {
    expect(statusOf(guarantee, lifecycle(rule))).toBe(expected);
  });
});

describe('delete only by', () => {
  const denial = (...Action: string[]) => ({
    Policy: policyOf('docs-bucket', { Effect: 'Deny', Principal: '*', Action, Resource: `${ARN}/*` }),
  });
  const DELETES = ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:ReplicateDelete'];
  const versioned = { VersioningConfiguration: { Status: 'Enabled' } };
  const locked = (Days: number) => ({
    ObjectLockEnabled: true,
    ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days } } },
  });
  const expiring = (days: unknown) => ({
    LifecycleConfiguration: { Rules: [{ Status: 'Enabled', ExpirationInDays: days }] },
  });

  test.each<[string, VerdictStatus, Json, string[]]>([
    ['versions are kept', PROVED, versioned, DELETES],
    ['replicated delete markers', VIOLATED, versioned, DELETES.slice(0, 2)],
    ['an overwrite where there are no versions', VIOLATED, {}, DELETES],
    ['no overwrite where there are no versions', PROVED, {}, [...DELETES, 's3:PutObject', 's3:ReplicateObject']],
    ['a lifecycle that deletes', VIOLATED, { ...versioned, ...expiring(1) }, DELETES],
    ['a lifecycle that deletes before the retention ends', VIOLATED, { ...locked(365), ...expiring(364) }, DELETES],
    ['a lifecycle that deletes when the retention ends', PROVED, { ...locked(365), ...expiring(365) }, DELETES],
  ])('%s: %s', (_, expected, properties, actions) => {
    expect(statusOf(ArchiveGuarantees.deleteOnlyBy(), properties, denial(...actions))).toBe(expected);
  });
});

test.each<[string, VerdictStatus]>([
  ['https://app.example.com', PROVED],
  ['http://localhost:3000', PROVED],
  ['https://*.example.com', PROVED],
  ['https://pr-*.example.com:8443', PROVED],
  ['*', VIOLATED],
  ['https://*', VIOLATED],
  ['https://*.com', VIOLATED],
  ['https://*.co.uk', VIOLATED],
  ['https://*example.com', VIOLATED],
  ['https://app.*', VIOLATED],
  ['https://app.*.com', VIOLATED],
  ['https://*.cloudfront.net', VIOLATED],
  ['https://*.s3.eu-west-1.amazonaws.com', VIOLATED],
  ['https://app.example.com/', VIOLATED],
  ['app.example.com', VIOLATED],
])('the origin %s: %s', (origin, expected) => {
  expect(
    statusOf(Guarantee.corsNamedOrigins(), {
      CorsConfiguration: { CorsRules: [{ AllowedMethods: ['PUT'], AllowedOrigins: [origin] }] },
    }),
  ).toBe(expected);
});

describe('a key that is named by its alias', () => {
  const kept = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };
  const resources = (alias: Json, key: Json) => ({
    Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Version: '2012-10-17', Statement: [] } }, ...key },
    Alias: { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/docs', TargetKeyId: { Ref: 'Key' } }, ...alias },
  });
  test.each<[string, VerdictStatus, Json, Json]>([
    ['is kept with its alias', PROVED, kept, kept],
    ['goes', VIOLATED, kept, {}],
    ['is kept without its alias', VIOLATED, {}, kept],
  ])('%s: %s', (_, expected, alias, key) => {
    expect(
      statusOf(Guarantee.policyRetained(), encryptedBy('aws:kms', 'alias/docs'), resources(alias, key), kept),
    ).toBe(expected);
  });
});

describe('alarms', () => {
  const rule = (eventName: unknown[], more: Json = {}) => ({
    Type: 'AWS::Events::Rule',
    Properties: {
      Targets: [{ Arn: 'arn:aws:sns:eu-west-1:111122223333:alarms', Id: '1' }],
      EventPattern: {
        source: ['aws.s3'],
        'detail-type': ['AWS API Call via CloudTrail'],
        detail: { eventName, ...more },
      },
    },
  });
  const all = rule([
    { prefix: 'Delete' },
    { prefix: 'PutBucket' },
    'PutObjectRetention',
    'PutObjectLegalHold',
    { 'equals-ignore-case': 'putobjectlockconfiguration' },
  ]);
  test.each<[string, VerdictStatus, Json]>([
    ['what weakens', PROVED, { All: all }],
    ['everything but one call', VIOLATED, { All: all, Noise: rule([{ 'anything-but': ['Foo'] }]) }],
    [
      'everything but ordinary work',
      PROVED,
      {
        All: rule([
          { 'anything-but': ['GetObject', 'HeadObject', 'PutObject', 'CompleteMultipartUpload', 'ListObjectVersions'] },
        ]),
      },
    ],
    ['a test that is not evaluated', UNKNOWN, { All: all, Perhaps: rule([{ numeric: ['>', 1] }]) }],
    ['reads as well, by a wildcard', VIOLATED, { All: all, Reads: rule([{ wildcard: 'Get*' }]) }],
    ['nothing', VIOLATED, {}],
  ])('%s: %s', (_, expected, rules) => {
    expect(statusOf(AuditGuarantees.tamperingAlarmed(), {}, rules)).toBe(expected);
  });
});

describe('SSE-KMS with the AWS managed key', () => {
  const ENCRYPTING = ['s3:PutObject', 's3:ReplicateObject', 's3:UpdateObjectEncryption'];
  const [SSE, SSE_KEY] = ['s3:x-amz-server-side-encryption', 's3:x-amz-server-side-encryption-aws-kms-key-id'];
  const deny = (Condition: Json) => ({
    Effect: 'Deny',
    Principal: '*',
    Action: ENCRYPTING,
    Resource: `${ARN}/*`,
    Condition,
  });
  const algorithm = deny({ Null: { [SSE]: 'false' }, StringNotEquals: { [SSE]: 'aws:kms' } });
  const customer = deny({ Null: { 's3:x-amz-server-side-encryption-customer-algorithm': 'false' } });
  const key = (...names: string[]) => deny({ Null: { [SSE_KEY]: 'false' }, StringNotLike: { [SSE_KEY]: names } });
  test.each<[string, VerdictStatus, Json[]]>([
    ['keys of the account', PROVED, [algorithm, customer, key('alias/aws/s3', `arn:aws:kms:eu-west-1:${ACCOUNT}:*`)]],
    ['any key', VIOLATED, [algorithm, customer]],
    ['keys of any account', VIOLATED, [algorithm, customer, key('alias/aws/s3', 'arn:aws:kms:eu-west-1:*')]],
  ])('%s: %s', (_, expected, statements) => {
    expect(
      statusOf(Guarantee.uploadEncryption(), encryptedBy('aws:kms', 'alias/aws/s3'), {
        Policy: policyOf('docs-bucket', ...statements),
      }),
    ).toBe(expected);
  });
});
