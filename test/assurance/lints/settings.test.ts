import { bucket, bucketPolicy, denial, messages, ref, resource } from './resources';
import { unknown } from '../../../src/assurance/template/unknown';

const logsTo = (target?: string) => ({
  LoggingConfiguration: target === undefined ? {} : { DestinationBucketName: target },
});

describe('access-log-cycle', () => {
  test('itself, named or by default', () => {
    expect(messages('access-log-cycle', bucket('A', logsTo(ref('A'))))).toEqual([
      '"Stack/A" writes its access logs into itself.',
    ]);
    expect(messages('access-log-cycle', bucket('A', logsTo()))).toHaveLength(1);
    expect(messages('access-log-cycle', bucket('A', { BucketName: 'a', ...logsTo('a') }))).toHaveLength(1);
  });

  test('two, reported once', () => {
    expect(messages('access-log-cycle', bucket('A', logsTo(ref('B'))), bucket('B', logsTo(ref('A'))))).toEqual([
      'Access logs go round in a circle: Stack/A -> Stack/B -> Stack/A.',
    ]);
  });

  test('five, with others that only lead into the circle', () => {
    const ring = ['A', 'B', 'C', 'D', 'E'].map((id, index, all) => bucket(id, logsTo(ref(all[(index + 1) % 5]))));
    const outside = bucket('Outside', logsTo(ref('A')));
    expect(messages('access-log-cycle', outside, ...ring)).toEqual([
      'Access logs go round in a circle: Stack/A -> Stack/B -> Stack/C -> Stack/D -> Stack/E -> Stack/A.',
    ]);
  });

  test('many to one is no circle', () => {
    expect(
      messages('access-log-cycle', bucket('A', logsTo(ref('Logs'))), bucket('B', logsTo(ref('Logs'))), bucket('Logs')),
    ).toEqual([]);
    expect(messages('access-log-cycle', bucket('A', logsTo(unknown('Logs'))))).toEqual([]);
  });
});

describe('targets of access logs', () => {
  const source = bucket('Source', logsTo(ref('Logs')));

  test('Object Lock', () => {
    expect(messages('log-target-object-lock', source, bucket('Logs', { ObjectLockEnabled: true }))).toEqual([
      '"Stack/Logs" has Object Lock and receives the access logs of "Stack/Source": S3 does not deliver them.',
    ]);
    expect(
      messages(
        'log-target-object-lock',
        source,
        bucket('Logs', { ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' } }),
      ),
    ).toHaveLength(1);
    expect(messages('log-target-object-lock', source, bucket('Logs'))).toEqual([]);
    expect(messages('log-target-object-lock', bucket('Logs', { ObjectLockEnabled: true }))).toEqual([]);
  });

  test('KMS', () => {
    const encrypted = (algorithm: string) =>
      bucket('Logs', {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: algorithm } }],
        },
      });
    expect(messages('log-target-encryption', source, encrypted('aws:kms'))).toHaveLength(1);
    expect(messages('log-target-encryption', source, encrypted('aws:kms:dsse'))).toHaveLength(1);
    expect(messages('log-target-encryption', source, encrypted('AES256'))).toEqual([]);
  });

  test('elsewhere', () => {
    const elsewhere = (environment: any) => messages('log-target-elsewhere', source, bucket('Logs', {}, environment));
    expect(elsewhere({ region: 'us-east-1' })).toEqual([expect.stringContaining('in Region eu-west-1')]);
    expect(elsewhere({ account: '999999999999' })).toEqual([expect.stringContaining('in account 111122223333')]);
    expect(elsewhere({})).toEqual([]);
    expect(elsewhere({ region: unknown('AWS::Region') })).toEqual([]);
  });
});

test('two-bucket-policies', () => {
  const policy = (id: string, of: string) => ({
    ...bucketPolicy(denial({})),
    logicalId: id,
    path: `Stack/${id}`,
    properties: { Bucket: of, PolicyDocument: {} },
  });
  expect(messages('two-bucket-policies', bucket('A'), policy('P', ref('A')), policy('Q', ref('A')))).toEqual([
    '"Stack/P" and "Stack/Q" all write the policy of "Stack/A".',
  ]);
  expect(
    messages('two-bucket-policies', bucket('A'), bucket('B'), policy('P', ref('A')), policy('Q', ref('B'))),
  ).toEqual([]);
});

describe('Object Lock', () => {
  const locked = (properties: any = {}, retention: any = { Mode: 'COMPLIANCE', Days: 365 }) =>
    bucket('Archive', {
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: retention } },
      ...properties,
    });
  const rules = (...all: any[]) => ({
    LifecycleConfiguration: { Rules: all.map((rule) => ({ Status: 'Enabled', ...rule })) },
  });

  test.each([
    [{ ExpirationInDays: 30 }, 1],
    [{ ExpirationInDays: 365 }, 0],
    [{ NoncurrentVersionExpiration: { NoncurrentDays: 10 } }, 1],
    [{ NoncurrentVersionExpirationInDays: '10' }, 1],
    [{ ExpirationInDays: 30, Status: 'Disabled' }, 0],
    [{ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }, 0],
  ])('lifecycle %j', (rule, findings) => {
    expect(messages('object-lock-lifecycle', locked(rules(rule)))).toHaveLength(findings);
  });

  test('a retention in years', () => {
    expect(
      messages('object-lock-lifecycle', locked(rules({ ExpirationInDays: 400 }), { Mode: 'COMPLIANCE', Years: 7 })),
    ).toEqual(['Rule "0" expires after 400 days what is locked for 2555.']);
  });

  test('versioning', () => {
    expect(
      messages('object-lock-versioning', locked({ VersioningConfiguration: { Status: 'Suspended' } })),
    ).toHaveLength(1);
    expect(messages('object-lock-versioning', locked({ VersioningConfiguration: { Status: 'Enabled' } }))).toEqual([]);
    expect(messages('object-lock-versioning', locked())).toEqual([]);
  });

  test('autoDelete', () => {
    const custom = resource('Custom::S3AutoDeleteObjects', 'AutoDelete', { BucketName: ref('Archive') });
    expect(messages('object-lock-auto-delete', locked(), custom)).toHaveLength(1);
    expect(messages('object-lock-auto-delete', bucket('Archive'), custom)).toEqual([]);
  });

  test('retention', () => {
    expect(messages('object-lock-retention', locked({}, { Mode: 'COMPLIANCE' }))).toHaveLength(1);
    expect(messages('object-lock-retention', locked({}, { Mode: 'COMPLIANCE', Days: 1, Years: 1 }))).toHaveLength(1);
    expect(
      messages(
        'object-lock-retention',
        bucket('A', { ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 1 } } } }),
      ),
    ).toHaveLength(1);
    expect(messages('object-lock-retention', locked())).toEqual([]);
  });
});

describe('cors-wildcard', () => {
  const cors = (origins: string[], methods: string[]) =>
    messages(
      'cors-wildcard',
      bucket('A', { CorsConfiguration: { CorsRules: [{ AllowedOrigins: origins, AllowedMethods: methods }] } }),
    );

  test('who may write', () => {
    expect(cors(['*'], ['GET', 'PUT'])).toHaveLength(1);
    expect(cors(['https://*'], ['DELETE'])).toHaveLength(1);
    expect(cors(['*'], ['GET', 'HEAD'])).toEqual([]);
    expect(cors(['https://*.example.com'], ['PUT'])).toEqual([]);
  });
});

test('website-behind-tls-deny', () => {
  const website = { BucketName: 'docs', WebsiteConfiguration: { IndexDocument: 'index.html' } };
  expect(messages('website-behind-tls-deny', bucket('A', website), bucketPolicy(denial({})))).toHaveLength(1);
  expect(messages('website-behind-tls-deny', bucket('A', { BucketName: 'docs' }), bucketPolicy(denial({})))).toEqual(
    [],
  );
  expect(messages('website-behind-tls-deny', bucket('A', website))).toEqual([]);
});

test('acl-with-acls-off', () => {
  const owned = (ownership: string, acl?: string) =>
    messages(
      'acl-with-acls-off',
      bucket('A', {
        OwnershipControls: { Rules: [{ ObjectOwnership: ownership }] },
        AccessControl: acl,
      }),
    );
  expect(owned('BucketOwnerEnforced', 'PublicRead')).toHaveLength(1);
  expect(owned('BucketOwnerEnforced', 'Private')).toEqual([]);
  expect(owned('BucketOwnerEnforced')).toEqual([]);
  expect(owned('BucketOwnerPreferred', 'LogDeliveryWrite')).toEqual([]);
});
