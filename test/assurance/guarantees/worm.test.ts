import { Guarantee, ArchiveGuarantees, AuditGuarantees, DeliveryGuarantees, KeyGuarantees, Proof } from '../../../src';

const ACCOUNT = '111122223333';
const ARN = 'arn:aws:s3:::records';
const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const [READER, WRITER, OFFICER] = ['reader', 'writer', 'officer'].map(role);
const MODE = 's3:object-lock-mode';
const HOLD = 's3:object-lock-event-hold';
const HOLD_DAYS = 's3:object-lock-event-hold-duration-days';
const GET = ['s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectTorrent', 's3:GetObjectVersionTorrent'];
const VERSIONS = ['s3:DeleteObjectVersion', 's3:PutBucketVersioning'];
const PRESENT = 'aws:MultiFactorAuthPresent';
const AGE = 'aws:MultiFactorAuthAge';

type Json = Record<string, any>;
const deny = (Action: any, Condition?: any, Resource: any = [ARN, `${ARN}/*`]) => ({
  Effect: 'Deny',
  Principal: '*',
  Action,
  Resource,
  ...(Condition ? { Condition } : {}),
});
const but = (...people: string[]) => ({ ArnNotEquals: { 'aws:PrincipalArn': people } });

function template(statements: any[], properties: Json = {}, more: Json = {}): Json {
  return {
    Resources: {
      Records: {
        Type: 'AWS::S3::Bucket',
        Properties: {
          BucketName: 'records',
          OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
          VersioningConfiguration: { Status: 'Enabled' },
          ...properties,
        },
      },
      ...(statements.length > 0
        ? {
            Policy: {
              Type: 'AWS::S3::BucketPolicy',
              Properties: { Bucket: 'records', PolicyDocument: { Version: '2012-10-17', Statement: statements } },
            },
          }
        : {}),
      ...more,
    },
  };
}

const prove = (guarantee: Guarantee, given: Json) => () =>
  Proof.ofTemplate(given, { account: ACCOUNT, region: 'eu-west-1' }).holds(guarantee, { subject: 'Records' });
const allowed = (who: string, actions: string[], context?: Record<string, string>) =>
  Guarantee.allowed({ actions, principals: [who], context });

const replicas = deny(['s3:ReplicateObject', 's3:ReplicateTags']);
const mfa = [
  deny(VERSIONS, { BoolIfExists: { [PRESENT]: 'false' }, ...but(OFFICER) }),
  deny(VERSIONS, { NumericGreaterThan: { [AGE]: '900' }, ...but(OFFICER) }),
];
const lock = (DefaultEventHold?: Json) => ({
  ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 30, DefaultEventHold } } },
});
const held = lock({ Days: 365 });
const holds = [
  deny('s3:PutObject', { Null: { [MODE]: 'false' }, StringNotEquals: { [HOLD]: 'ON' } }),
  deny(['s3:PutObject', 's3:PutObjectRetention'], { StringEquals: { [HOLD]: 'OFF' }, ...but(OFFICER) }),
  deny(['s3:PutObject', 's3:PutObjectRetention'], { NumericLessThan: { [HOLD_DAYS]: '365' }, ...but(OFFICER) }),
];

const rule = (more: Json) => ({ LifecycleConfiguration: { Rules: [{ Status: 'Enabled', ...more }] }, ...lock() });
const cold = [{ StorageClass: 'GLACIER_IR', TransitionInDays: 30 }];
const expiry = { ExpirationInDays: 400, NoncurrentVersionExpiration: { NoncurrentDays: 400 } };
const listing = {
  Id: 'Locks',
  Enabled: true,
  IncludedObjectVersions: 'All',
  ScheduleFrequency: 'Weekly',
  OptionalFields: ['ObjectLockMode', 'ObjectLockRetainUntilDate', 'ObjectLockLegalHoldStatus', 'Size'],
  Destination: { BucketArn: 'arn:aws:s3:::lists', Format: 'Parquet', Prefix: 'inventory' },
};
const inventory = (more: Json = {}) => ({ InventoryConfigurations: [{ ...listing, ...more }] });
const lists = (
  Condition: Json = { StringEquals: { 'aws:SourceAccount': ACCOUNT } },
  Resource = 'arn:aws:s3:::lists/inventory/*',
) => ({
  Lists: {
    Type: 'AWS::S3::Bucket',
    Properties: { BucketName: 'lists', OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } },
  },
  ListsPolicy: {
    Type: 'AWS::S3::BucketPolicy',
    Properties: {
      Bucket: 'lists',
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 's3:PutObject', Resource, Condition },
        ],
      },
    },
  },
});

const KEY = { 'Fn::GetAtt': ['Key', 'Arn'] };
const kms = {
  BucketEncryption: {
    ServerSideEncryptionConfiguration: [
      { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY } },
    ],
  },
};
const DESTROY = ['kms:ScheduleKeyDeletion', 'kms:DeleteImportedKeyMaterial', 'kms:DisableKey'];
const key = (...statements: Json[]) => ({
  Key: {
    Type: 'AWS::KMS::Key',
    Properties: {
      KeyPolicy: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' },
          ...statements,
        ],
      },
    },
  },
});
const keyDeny = (Action: any, more: Json = {}) => ({
  Effect: 'Deny',
  Principal: { AWS: '*' },
  Action,
  Resource: '*',
  ...more,
});

const VIA = 's3.eu-west-1.amazonaws.com';
const keyAllow = (Action: any, Condition: Json = { StringEquals: { 'kms:ViaService': VIA } }) => ({
  Effect: 'Allow',
  Principal: { AWS: READER },
  Action,
  Resource: '*',
  Condition,
});
const DECRYPTS = { principals: [READER], actions: ['kms:Decrypt'] };
const SOURCE = { StringEquals: { 'aws:SourceAccount': ACCOUNT }, ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::*' } };
const deliver = (more: Json = {}) => ({
  Effect: 'Allow',
  Principal: { Service: 's3.amazonaws.com' },
  Action: 's3:PutObject',
  Resource: `${ARN}/inventory/*`,
  Condition: SOURCE,
  ...more,
});

/** What holds, what still works then, and what breaks it. */
const CASES: Array<[string, Guarantee, Json, Guarantee[], Record<string, Json>]> = [
  [
    'readers',
    Guarantee.readersOnly({ principals: [READER] }),
    template([deny(GET, but(READER))]),
    [allowed(READER, ['s3:GetObject', 's3:GetObjectVersion']), allowed(WRITER, ['s3:PutObject'])],
    {
      'no statement': template([]),
      'versions forgotten': template([deny('s3:GetObject', but(READER))]),
      'one reader more': template([deny(GET, but(READER, WRITER))]),
      'objects forgotten': template([deny(GET, but(READER), ARN)]),
    },
  ],
  [
    'writers',
    Guarantee.writersOnly({ principals: [WRITER] }),
    template([deny('s3:PutObject', but(WRITER)), replicas]),
    [allowed(WRITER, ['s3:PutObject']), allowed(READER, ['s3:GetObject'])],
    {
      'replicas forgotten': template([deny('s3:PutObject', but(WRITER))]),
      'uploads forgotten': template([replicas]),
      'the operator turned around': template([
        deny('s3:PutObject', { ArnEquals: { 'aws:PrincipalArn': WRITER } }),
        replicas,
      ]),
    },
  ],
  [
    'replicas of one account',
    Guarantee.writersOnly({ principals: [], replicasFrom: '444455556666' }),
    template([
      deny('s3:PutObject'),
      deny(replicas.Action, { StringNotEquals: { 'aws:PrincipalAccount': '444455556666' } }),
    ]),
    [],
    {
      'of any account': template([deny('s3:PutObject')]),
    },
  ],
  [
    'setters of a retention',
    ArchiveGuarantees.retentionSetOnlyBy({ principals: [OFFICER] }),
    template([deny('s3:PutObjectRetention', but(OFFICER))]),
    [allowed(OFFICER, ['s3:PutObjectRetention'])],
    {
      'another action': template([deny('s3:PutObjectLegalHold', but(OFFICER))]),
    },
  ],
  [
    'recent MFA',
    ArchiveGuarantees.permanentDeleteNeedsMfa({ maximumAgeSeconds: 900, exempt: [OFFICER] }),
    template(mfa),
    [ArchiveGuarantees.recentMfaSuffices({ maximumAgeSeconds: 900 }), allowed(OFFICER, ['s3:DeleteObjectVersion'])],
    {
      'no age': template([mfa[0]]),
      'age alone, which an absent key passes': template([mfa[1]]),
      'an older factor': template([mfa[0], deny(VERSIONS, { NumericGreaterThan: { [AGE]: '901' }, ...but(OFFICER) })]),
      'a plain Bool': template([deny(VERSIONS, { Bool: { [PRESENT]: 'false' }, ...but(OFFICER) }), mfa[1]]),
      'versioning forgotten': template(mfa.map((statement) => ({ ...statement, Action: VERSIONS[0] }))),
    },
  ],
  [
    'event hold',
    ArchiveGuarantees.eventHoldKept({ days: 365, releasedBy: [OFFICER] }),
    template(holds, held),
    [
      allowed(WRITER, ['s3:PutObject']),
      allowed(WRITER, ['s3:PutObject'], { [MODE]: 'GOVERNANCE', [HOLD]: 'ON', [HOLD_DAYS]: '365' }),
      allowed(OFFICER, ['s3:PutObjectRetention'], { [HOLD]: 'OFF' }),
    ],
    {
      'no default': template(holds, lock()),
      'a shorter default': template(holds, lock({ Days: 364 })),
      'an upload may leave it out': template(holds.slice(1), held),
      'an upload may leave it out beside a lock': template(
        [deny('s3:PutObject', { StringEquals: { [HOLD]: 'OFF' } }), ...holds.slice(1)],
        held,
      ),
      'anybody releases it': template([holds[0], holds[2]], held),
      'anybody shortens it': template(holds.slice(0, 2), held),
      'a day less': template(
        [
          ...holds.slice(0, 2),
          deny(['s3:PutObject', 's3:PutObjectRetention'], { NumericLessThan: { [HOLD_DAYS]: '364' }, ...but(OFFICER) }),
        ],
        held,
      ),
    },
  ],
  [
    'key',
    KeyGuarantees.deletionDenied(),
    template([], kms, key(keyDeny(DESTROY))),
    [KeyGuarantees.servesData()],
    {
      'no statement': template([], kms, key()),
      'disabling forgotten': template([], kms, key(keyDeny(DESTROY.slice(0, 2)))),
      'one role excepted': template([], kms, key(keyDeny(DESTROY, { Condition: but(OFFICER) }))),
      'the root user excepted': template(
        [],
        kms,
        key(keyDeny(DESTROY, { Condition: but(`arn:aws:iam::${ACCOUNT}:root`) })),
      ),
      'a key of somebody else': template([], {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            {
              ServerSideEncryptionByDefault: {
                SSEAlgorithm: 'aws:kms',
                KMSMasterKeyID: 'arn:aws:kms:eu-west-1:444455556666:key/1',
              },
            },
          ],
        },
      }),
    },
  ],
  [
    'key through S3',
    KeyGuarantees.throughS3Only(DECRYPTS),
    template([], kms, key(keyAllow('kms:Decrypt'))),
    [KeyGuarantees.worksThroughS3(DECRYPTS)],
    {
      'any way': template([], kms, key(keyAllow('kms:Decrypt', {}))),
      'an absent key passes': template(
        [],
        kms,
        key(keyAllow('kms:Decrypt', { StringEqualsIfExists: { 'kms:ViaService': VIA } })),
      ),
      'more than that': template([], kms, key(keyAllow(['kms:Decrypt', 'kms:CreateGrant']))),
      'another Region': template(
        [],
        kms,
        key(keyAllow('kms:Decrypt', { StringEquals: { 'kms:ViaService': 's3.eu-west-2.amazonaws.com' } })),
      ),
    },
  ],
  [
    'key works through S3',
    KeyGuarantees.worksThroughS3(DECRYPTS),
    template([], kms, key(keyAllow('kms:Decrypt'))),
    [KeyGuarantees.throughS3Only(DECRYPTS)],
    {
      'no statement': template([], kms, key()),
      'another action': template([], kms, key(keyAllow('kms:Encrypt'))),
      'another Region': template(
        [],
        kms,
        key(keyAllow('kms:Decrypt', { StringEquals: { 'kms:ViaService': 's3.eu-west-2.amazonaws.com' } })),
      ),
    },
  ],
  [
    'lock from creation',
    ArchiveGuarantees.lockedFromCreation(),
    template([], { ObjectLockEnabled: true }),
    [],
    {
      later: template([]),
      off: template([], { ObjectLockEnabled: false }),
    },
  ],
  [
    'replicated deletes',
    ArchiveGuarantees.deletesNotReplicated(),
    template([deny('s3:ReplicateDelete')]),
    [],
    { 'no statement': template([deny('s3:DeleteObject')]) },
  ],
  [
    'inventory delivery',
    DeliveryGuarantees.inventoryBounded('inventory/'),
    template([deliver()]),
    [],
    {
      anywhere: template([deliver({ Resource: `${ARN}/*` })]),
      anything: template([deliver({ Action: 's3:*' })]),
      'for anybody': template([deliver({ Condition: { ArnLike: SOURCE.ArnLike } })]),
      'for no bucket': template([deliver({ Condition: { StringEquals: SOURCE.StringEquals } })]),
    },
  ],
  [
    'storage',
    ArchiveGuarantees.storage({ transitions: { GLACIER_IR: 30 }, expireAfterDays: 400 }),
    template([], rule({ Transitions: cold, NoncurrentVersionTransitions: cold, ...expiry })),
    [],
    {
      'no lifecycle': template([]),
      'noncurrent versions stay warm': template([], rule({ Transitions: cold, ...expiry })),
      'another day': template(
        [],
        rule({
          Transitions: [{ ...cold[0], TransitionInDays: 31 }],
          NoncurrentVersionTransitions: [{ ...cold[0], TransitionInDays: 31 }],
          ...expiry,
        }),
      ),
      'never deleted': template([], rule({ Transitions: cold, NoncurrentVersionTransitions: cold })),
    },
  ],
  [
    'storage by itself',
    ArchiveGuarantees.storage(),
    template([], rule({ ExpirationInDays: 30 })),
    [],
    {
      'expiry before the retention ends': template([], rule({ ExpirationInDays: 29 })),
      'expiry of noncurrent versions before it ends': template(
        [],
        rule({ NoncurrentVersionExpiration: { NoncurrentDays: 29 } }),
      ),
      'expiry by date': template([], rule({ ExpirationDate: '2030-01-01' })),
    },
  ],
  [
    'inventory',
    ArchiveGuarantees.lockInventory(),
    template([], inventory(), lists()),
    [],
    {
      none: template([], {}, lists()),
      disabled: template([], inventory({ Enabled: false }), lists()),
      'current versions alone': template([], inventory({ IncludedObjectVersions: 'Current' }), lists()),
      'legal holds forgotten': template([], inventory({ OptionalFields: listing.OptionalFields.slice(0, 2) }), lists()),
      'a prefix alone': template([], inventory({ Prefix: 'tmp/' }), lists()),
      'the delivery refused': template(
        [],
        inventory(),
        lists({ StringEquals: { 'aws:SourceAccount': '444455556666' } }),
      ),
      'the delivery to another prefix': template([], inventory(), lists(undefined, 'arn:aws:s3:::lists/elsewhere/*')),
      'a bucket of which nothing is known': template([], inventory()),
    },
  ],
];

/** Rules on everything that endangers the archive, as a template has them, with one thing changed. */
const alarms = (change: (rules: Json) => void = () => undefined) => {
  const on = (service: string, eventName: any[], where: Json) => ({
    Type: 'AWS::Events::Rule',
    Properties: {
      EventPattern: {
        source: [`aws.${service}`],
        'detail-type': ['AWS API Call via CloudTrail'],
        detail: { eventSource: [`${service}.amazonaws.com`], eventName, ...where },
      },
      Targets: [{ Id: 'Somebody', Arn: `arn:aws:sns:eu-west-1:${ACCOUNT}:on-call` }],
    },
  });
  const ofBucket = { requestParameters: { bucketName: [{ Ref: 'Records' }] } };
  const rules: Json = {
    Objects: on('s3', ['DeleteObject', 'DeleteObjects', 'PutObjectRetention', 'PutObjectLegalHold'], ofBucket),
    Settings: on('s3', [{ prefix: 'PutBucket' }, { prefix: 'DeleteBucket' }, 'PutObjectLockConfiguration'], ofBucket),
    KeyInDanger: on('kms', ['ScheduleKeyDeletion', 'DeleteImportedKeyMaterial', 'DisableKey', 'PutKeyPolicy'], {
      resources: { ARN: [KEY] },
    }),
  };
  change(rules);
  return { ...key(), ...rules };
};
const told = (change?: (rules: Json) => void) => template([], kms, alarms(change));
const detailOf = ({ Properties }: Json) => Properties.EventPattern.detail;

CASES.push([
  'alarms',
  AuditGuarantees.tamperingAlarmed(),
  told(),
  [],
  {
    none: template([]),
    'one is disabled': told(({ Objects }) => {
      Objects.Properties.State = 'DISABLED';
    }),
    'nobody is told': told(({ Settings }) => {
      Settings.Properties.Targets = [];
    }),
    'on another bus': told(({ Settings }) => {
      Settings.Properties.EventBusName = 'orders';
    }),
    'legal holds forgotten': told(({ Objects }) => {
      detailOf(Objects).eventName.pop();
    }),
    'of another bucket': told(({ Objects }) => {
      detailOf(Objects).requestParameters.bucketName = ['another'];
    }),
    'of one caller': told(({ Objects }) => {
      detailOf(Objects).userIdentity = { type: ['Root'] };
    }),
    'of refused calls only': told(({ Settings }) => {
      detailOf(Settings).errorCode = [{ exists: true }];
    }),
    'the key forgotten': told((rules) => {
      delete rules.KeyInDanger;
    }),
    'of another key': told(({ KeyInDanger }) => {
      detailOf(KeyInDanger).resources.ARN = ['arn:aws:kms:eu-west-1:111122223333:key/1'];
    }),
    'everything, and so nothing': told(({ Objects }) => {
      delete detailOf(Objects).eventName;
    }),
  },
]);

describe.each(CASES)('%s', (_, guarantee, right, works, wrong) => {
  test('holds, and the work goes on', () => {
    expect(prove(guarantee, right)).not.toThrow();
    for (const work of works) expect(prove(work, right)).not.toThrow();
  });

  test.each(Object.keys(wrong))('broken: %s', (name) =>
    expect(prove(guarantee, wrong[name])).toThrow(/VIOLATED|UNKNOWN/),
  );
});

test('"deny everything" fails the other side', () => {
  const nothing = template([deny('s3:*')], kms, key(keyDeny('kms:*')));
  expect(prove(KeyGuarantees.deletionDenied(), nothing)).not.toThrow();
  expect(prove(KeyGuarantees.servesData(), nothing)).toThrow(/VIOLATED key-serves-data/);
  expect(prove(ArchiveGuarantees.recentMfaSuffices({ maximumAgeSeconds: 900 }), nothing)).toThrow(
    /VIOLATED recent-mfa-suffices/,
  );
});

test('with keys of S3 there is no key that anybody could destroy', () => {
  const s3Managed = {
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    },
  };
  expect(prove(KeyGuarantees.deletionDenied(), template([], s3Managed))).not.toThrow();
});

test('an age that cannot be is refused', () => {
  expect(() => ArchiveGuarantees.permanentDeleteNeedsMfa({ maximumAgeSeconds: 0 })).toThrow(
    '"maximumAgeSeconds" is 0; a whole number from 1 on is needed',
  );
});
