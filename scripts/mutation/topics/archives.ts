/** Archives: locks, the people who may do what, and second factors. */
import { Duration, type Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { NOT_LOGGED, roleArn, type Topic } from './topic';
import {
  RiskAcceptance,
  ArchiveStorage,
  BucketRecentMfa,
  Encryption,
  GlacierVault,
  Guarantee,
  ArchiveGuarantees,
  AuditGuarantees,
  DeliveryGuarantees,
  KeyGuarantees,
  VaultGuarantees,
  Lifecycle,
  MfaDelete,
  Retention,
  SecureBucket,
  VaultLock,
  VaultLockPolicy,
  WormArchive,
} from '../../../src';
import { encryptionRule, VAULT, type BucketModel, type Model } from '../../../src/assurance/model/resolve';

/** The people of an archive, by the names that the guarantees below know. */
const person = (stack: Stack, name: string) => iam.Role.fromRoleArn(stack, name, roleArn(name));
const people = (stack: Stack) => ({
  writers: [person(stack, 'ingest')],
  readers: [person(stack, 'audit')],
  retentionManagers: [person(stack, 'records')],
  legalHoldManagers: [person(stack, 'legal')],
  policyAdministrators: [person(stack, 'deploy')],
});

const LOCK_MODE = 's3:object-lock-mode';
const LOCK_DAYS = 's3:object-lock-remaining-retention-days';
const EVENT_HOLD = 's3:object-lock-event-hold';
const EVENT_HOLD_DAYS = 's3:object-lock-event-hold-duration-days';
const LISTS = ['s3:ListBucket', 's3:ListBucketVersions', 's3:GetBucketLocation', 's3:GetBucketObjectLockConfiguration'];
/** The longest retentions of the subjects, in days. */
const MAXIMA = [6207, 3650];

export const ARCHIVES: Topic = {
  subjects: {
    'WormArchive in compliance mode': (stack) => {
      new WormArchive(stack, 'Records', {
        ...people(stack),
        retention: Retention.compliance(
          Duration.days(2557),
          RiskAcceptance.irreversible('Nothing is ever deployed of this'),
        ),
        storage: ArchiveStorage.standard()
          .thenInstantRetrieval(Duration.days(30))
          .thenDeepArchive(Duration.days(365))
          .expireAfter(Duration.days(3000)),
      });
    },
    'WormArchive in governance mode with event holds': (stack) => {
      new WormArchive(stack, 'Records', {
        ...people(stack),
        encryption: Encryption.s3Managed(),
        retention: Retention.governance(Duration.days(30), {
          eventHold: Duration.days(365),
          maximum: Duration.days(3650),
        }),
        replicasFrom: '444455556666',
      });
    },
    'SecureBucket with MFA delete and recent MFA': (stack) => {
      const bucket = new SecureBucket(stack, 'Docs', {
        accessLogs: NOT_LOGGED,
        lifecycle: Lifecycle.none('MFA delete allows none'),
      });
      bucket.with(new BucketRecentMfa({ maxAge: Duration.minutes(15), exempt: [person(stack, 'records')] }));
      new MfaDelete(stack, 'MfaDelete', { bucket });
    },
    'GlacierVault with a complete lock': (stack) => {
      const policy = VaultLockPolicy.denyDeletesBefore(Duration.days(2557)).and(
        VaultLockPolicy.denyDeletesUnderLegalHold(),
      );
      new GlacierVault(stack, 'Ledgers', {
        vaultName: 'ledgers',
        lock: VaultLock.complete(
          'AE863rKkWZU53SLW5be4DUcW',
          RiskAcceptance.irreversible('Nothing is ever deployed of this'),
          policy,
        ),
        legalHoldManagers: [person(stack, 'legal')],
      });
    },
  },
  // The keys, topics and rules beside them decide about no bucket, or are those of other subjects.
  broken: {
    'WormArchive in compliance mode': /^Records(Policy|Key|Alarms\w+Alarm)?[0-9A-F]{8}:|InventoryDelivery/,
    'WormArchive in governance mode with event holds':
      /^Records[0-9A-F]{8}:|^RecordsPolicy.*(EventHold|Bypass|Replicas|RetentionOfficers|RetentionSh|RetentionMode)/,
    'SecureBucket with MFA delete and recent MFA': /^DocsPolicy.*RecentMfa/,
  },
  guarantees: archived,
};

/** What the people of the archives are promised, and may do. */
function archived({ resource, key }: BucketModel, model: Model): Guarantee[] {
  if (resource.type === VAULT) return ofVault(model);
  const {
    Mode,
    Days = 0,
    DefaultEventHold,
  } = resource.properties.ObjectLockConfiguration?.Rule?.DefaultRetention ?? {};
  const algorithm = encryptionRule(resource)?.ServerSideEncryptionByDefault?.SSEAlgorithm;
  const [ingest, audit, records, legal, deploy] = ['ingest', 'audit', 'records', 'legal', 'deploy'].map((name) =>
    roleArn(name),
  );
  const allowed = (who: string, actions: string[], context?: Record<string, string>) =>
    Guarantee.allowed({ actions, principals: [who], context });
  const recent = { maximumAgeSeconds: 900, exempt: [records] };
  const oldMfa = { 'aws:MultiFactorAuthPresent': 'true', 'aws:MultiFactorAuthAge': '90000' };
  const held = DefaultEventHold ? { [EVENT_HOLD]: 'ON', [EVENT_HOLD_DAYS]: String(DefaultEventHold.Days) } : undefined;
  const uploads = (days: number) =>
    allowed(ingest, ['s3:PutObject'], { [LOCK_MODE]: Mode, [LOCK_DAYS]: String(days), ...held });
  return [
    Guarantee.readersOnly({ principals: [audit] }),
    Guarantee.writersOnly({ principals: [ingest] }),
    Guarantee.writersOnly({ principals: [ingest], replicasFrom: '444455556666' }),
    ArchiveGuarantees.deleteOnlyBy({ principals: [records] }),
    ArchiveGuarantees.deletesNotReplicated(),
    ArchiveGuarantees.governanceBypassOnlyBy(),
    ArchiveGuarantees.governanceBypassOnlyBy({ principals: [records] }),
    ArchiveGuarantees.retentionSetOnlyBy({ principals: [ingest, records] }),
    ArchiveGuarantees.legalHoldChangedOnlyBy({ principals: [legal] }),
    ArchiveGuarantees.protectionChangedOnlyBy(),
    Guarantee.policyChangedOnlyBy({ principals: [deploy] }),
    KeyGuarantees.deletionDenied(),
    KeyGuarantees.servesData(),
    ...[
      { principals: [ingest], actions: ['kms:GenerateDataKey', 'kms:Decrypt'] },
      { principals: [audit], actions: ['kms:Decrypt'] },
    ].flatMap((options) => [KeyGuarantees.throughS3Only(options), KeyGuarantees.worksThroughS3(options)]),
    ArchiveGuarantees.lockedFromCreation(),
    ArchiveGuarantees.lockInventory(),
    AuditGuarantees.tamperingAlarmed(),
    DeliveryGuarantees.inventoryBounded('inventory/'),
    Guarantee.onlyServices({ services: ['logging.s3.amazonaws.com', 's3.amazonaws.com'] }),
    ArchiveGuarantees.storage({ transitions: { GLACIER_IR: 30, DEEP_ARCHIVE: 365 }, expireAfterDays: 3000 }),
    ArchiveGuarantees.eventHoldKept({ days: 365, releasedBy: [records] }),
    ArchiveGuarantees.permanentDeleteNeedsMfa(recent),
    ArchiveGuarantees.recentMfaSuffices(recent),
    allowed(records, ['s3:DeleteObjectVersion', 's3:PutBucketVersioning'], oldMfa),
    allowed(audit, ['s3:GetObject', 's3:PutObject', 's3:PutBucketPolicy'], oldMfa),
    ...(Mode === undefined
      ? []
      : [
          ArchiveGuarantees.lockedWhenWritten({ mode: Mode, days: Days }),
          ...MAXIMA.map((maximumDays) =>
            ArchiveGuarantees.retentionBounded({ mode: Mode, minimumDays: Days, maximumDays, shortenedBy: [records] }),
          ),
          ...[Days, ...MAXIMA].map(uploads),
          allowed(records, ['s3:PutObjectRetention'], {
            [LOCK_MODE]: Mode,
            [LOCK_DAYS]: '1',
            [EVENT_HOLD]: 'OFF',
            [EVENT_HOLD_DAYS]: '1',
          }),
          allowed(ingest, ['s3:PutObjectRetention'], { [LOCK_MODE]: Mode, [LOCK_DAYS]: String(Days) }),
          allowed(ingest, ['s3:PutObject'], {
            's3:x-amz-server-side-encryption': algorithm,
            ...(key ? { 's3:x-amz-server-side-encryption-aws-kms-key-id': key.arn } : {}),
          }),
        ]),
    allowed(ingest, [
      's3:PutObject',
      's3:PutObjectTagging',
      's3:PutObjectRetention',
      's3:AbortMultipartUpload',
      's3:ListMultipartUploadParts',
      's3:GetBucketLocation',
    ]),
    allowed(audit, [
      's3:GetObject',
      's3:GetObjectVersion',
      's3:GetObjectAttributes',
      's3:GetObjectVersionAttributes',
      's3:GetObjectTagging',
      's3:GetObjectRetention',
      's3:GetObjectLegalHold',
      ...LISTS,
    ]),
    allowed(audit, ['s3:RestoreObject']),
    allowed(records, ['s3:PutObjectRetention', 's3:GetObjectRetention', 's3:DeleteObjectVersion', ...LISTS]),
    allowed(records, ['s3:BypassGovernanceRetention']),
    allowed(legal, ['s3:PutObjectLegalHold', 's3:GetObjectLegalHold', ...LISTS]),
    allowed(deploy, ['s3:PutBucketPolicy']),
  ];
}

function ofVault({ resources }: Model): Guarantee[] {
  // The function that makes the vaults keeps the lock id as a tag.
  const makers = resources
    .filter(({ logicalId }) => logicalId.startsWith('StrongboxGlacierVaultsRole'))
    .map(({ arn }) => arn);
  const officers = [roleArn('legal'), ...makers];
  return [
    VaultGuarantees.locked(),
    VaultGuarantees.kept(),
    VaultGuarantees.deletesDeniedBefore(2557),
    VaultGuarantees.deletesDeniedUnderLegalHold(),
    VaultGuarantees.deletesAllowedAfter({ days: 2557 }),
    VaultGuarantees.legalHoldOnlyBy({ principals: officers }),
    VaultGuarantees.legalHoldAllowedTo({ principals: officers }),
    VaultGuarantees.tlsOnly(),
    VaultGuarantees.works(),
  ];
}
