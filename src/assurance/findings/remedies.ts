import type { Topic } from './level';
import { CATALOG } from '../../controls/catalog';

/** What ends a finding. */
export interface Remedy {
  readonly topic: Topic;
  /** A line of CDK code, of a `bucket` (or `accessPoint`) and a scope `this`; absent where no single line does it. */
  readonly code?: string;
  /** The page that explains it. */
  readonly page: string;
}

/** The documents of the main branch. */
export const DOCS = 'https://github.com/cdk-s3-strongbox/cdk-s3-strongbox/blob/main/docs';

const PAGES: Readonly<Record<Topic, string>> = {
  access: `${DOCS}/perimeters.md`,
  'access-points': `${DOCS}/access-points.md`,
  deliveries: `${DOCS}/services.md`,
  encryption: `${DOCS}/upload-encryption.md`,
  keys: `${DOCS}/client-side-encryption.md`,
  logs: `${DOCS}/audit.md`,
  perimeter: `${DOCS}/perimeters.md`,
  policy: `${DOCS}/proofs.md`,
  public: `${DOCS}/troubleshooting.md`,
  retention: `${DOCS}/worm-archive.md`,
  settings: `${DOCS}/controls.md`,
  transport: `${DOCS}/controls.md`,
  views: `${DOCS}/views.md`,
};

const control = (call: string) => `bucket.with(new ${call})`;
const accessPointControl = (call: string) => `accessPoint.with(new ${call})`;
const NONE = undefined;

const ACLS_DISABLED = control('BucketAclsDisabled()');
const ARCHIVE_LOCK = control('BucketRetention(Retention.governance(Duration.days(365)))');
const ENCRYPTION = control('BucketDefaultEncryption(Encryption.s3Managed())');
const LOG_TARGET = "new LoggingBucket(this, 'Logs')";
const NO_PUBLIC_ACCESS = control('BucketPublicAccessBlocked()');
const NO_SSE_C = control('BucketSseCDisabled()');
const PINNED = control('BucketAccessPointDelegation(AccessPointDelegation.named())');
const RETAINED = control('BucketRetainedWithPolicyAndKey()');
const UPLOADS = control('BucketUploadEncryption(UploadEncryption.bucketDefault())');

/** Topic and line of code for each guarantee; where no control alone does it, the statement of its `fix` remains. */
const GUARANTEES: Readonly<Record<string, readonly [topic: Topic, code: string | undefined]>> = {
  'alarm-raises': ['logs', NONE],
  'analyst-policy-bounds': ['logs', NONE],
  'access-logs': ['logs', control('BucketAccessLogs(AccessLogs.to(LoggingBucket.of(this)))')],
  'access-point-not-public': ['access-points', NONE],
  'access-point-only-account': ['access-points', NONE],
  'access-point-perimeter': [
    'access-points',
    accessPointControl("AccessPointPerimeter(Perimeter.organization('o-a1b2c3d4e5'))"),
  ],
  'access-point-serves-only': ['access-points', accessPointControl('AccessPointTeam(team)')],
  'access-point-works': ['access-points', NONE],
  'access-points-administrable': ['access-points', NONE],
  'access-points-block-public-access': ['access-points', accessPointControl('AccessPointPublicAccessBlocked()')],
  'access-points-only-from-vpc': ['access-points', NONE],
  'alarm-reaches-topic': ['logs', NONE],
  'caller-policy-bounds': ['views', NONE],
  'endpoint-buckets-only': ['access-points', NONE],
  'events-reach-queue': ['logs', NONE],
  'queue-tls-only': ['transport', NONE],
  'topic-tls-only': ['transport', NONE],
  'access-points-pinned': ['access-points', PINNED],
  'access-points-trusted': ['access-points', PINNED],
  'acls-disabled': ['access', ACLS_DISABLED],
  allowed: ['access', NONE],
  'archive-storage': [
    'retention',
    control('BucketArchiveStorage(ArchiveStorage.standard().thenDeepArchive(Duration.days(90)))'),
  ],
  'bucket-retained': ['retention', RETAINED],
  'callers-cannot-assume-roles': ['views', NONE],
  'client-key-context-bound': ['keys', NONE],
  'client-key-kept': ['keys', NONE],
  'client-key-managed-only-by': ['keys', NONE],
  'client-key-not-through-services': ['keys', NONE],
  'client-key-used-only-by': ['keys', NONE],
  'client-key-works': ['keys', NONE],
  'cloudtrail-delivery-allowed': ['deliveries', NONE],
  'cors-named-origins': [
    'settings',
    control("BucketCors(CorsPolicy.forOrigins('https://www.example.com').allow(HttpMethod.GET))"),
  ],
  'customer-key-upload-allowed': ['encryption', NONE],
  'default-encryption': ['encryption', ENCRYPTION],
  'default-replica-allowed': ['encryption', UPLOADS],
  'default-upload-allowed': ['encryption', NONE],
  'delete-markers-denied': ['retention', control('BucketDeletesDenied()')],
  'delete-only-by': ['retention', control('BucketDeletesDenied()')],
  'deletes-not-replicated': ['retention', NONE],
  'delivery-only-from-here': ['deliveries', control('BucketServicesBounded()')],
  'delivery-works': ['deliveries', NONE],
  'encrypted-upload-allowed': ['encryption', UPLOADS],
  'endpoint-callers-only': ['views', NONE],
  'endpoints-allow-read': ['perimeter', NONE],
  'endpoints-bounded': ['perimeter', NONE],
  'endpoints-complete': ['perimeter', NONE],
  'event-hold-kept': ['retention', NONE],
  'events-to-eventbridge': ['settings', control('BucketEventNotifications()')],
  'governance-bypass-only-by': ['retention', control('BucketRetentionRestricted([recordsOfficer])')],
  'granted-access-works': ['deliveries', NONE],
  'incomplete-uploads-aborted': ['settings', control('BucketLifecycle(Lifecycle.keepEverything())')],
  'inventory-delivery-bounded': ['deliveries', NONE],
  'key-deletion-denied': ['keys', control('BucketKeyDeletionDenied()')],
  'key-not-public': ['keys', NONE],
  'key-only-account': ['keys', NONE],
  'key-only-used-by': ['keys', NONE],
  'key-rotated': ['keys', control('BucketDefaultEncryption(Encryption.kms())')],
  'key-serves-data': ['keys', NONE],
  'key-through-s3-only': ['keys', NONE],
  'key-usable': ['keys', NONE],
  'key-works-through-s3': ['keys', NONE],
  'legal-hold-changed-only-by': ['retention', control('BucketLegalHoldRestricted([legalRole])')],
  'lifecycle-changed-only-by': ['retention', control('BucketLifecycleRestricted([breakGlass])')],
  'lock-inventory': ['retention', control('BucketLockInventory(LoggingBucket.of(this))')],
  'locked-from-creation': ['retention', NONE],
  'log-delivery-allowed': ['logs', LOG_TARGET],
  'log-delivery-bounded': ['logs', LOG_TARGET],
  'log-delivery-only-from-account': ['logs', LOG_TARGET],
  'log-tables-match-logs': ['logs', NONE],
  'no-permanent-delete-without-mfa': ['retention', control('BucketRecentMfa({ maxAge: Duration.minutes(15) })')],
  'no-sse-c-uploads': ['encryption', NO_SSE_C],
  'object-events-recorded': ['logs', NONE],
  'object-lock-on': ['retention', ARCHIVE_LOCK],
  'object-locked': ['retention', ARCHIVE_LOCK],
  'only-accounts': ['access', control("BucketPerimeter(Perimeter.accounts('111122223333'))")],
  'only-bucket-kms-key': ['encryption', UPLOADS],
  'only-organization': ['access', control("BucketPerimeter(Perimeter.organization('o-a1b2c3d4e5'))")],
  'only-services': ['deliveries', NONE],
  'only-through-access-points': ['access-points', control('BucketDirectAccessDenied([breakGlass])')],
  'only-through-cloudfront': ['access', NONE],
  perimeter: ['perimeter', control("BucketPerimeter(Perimeter.organization('o-a1b2c3d4e5'))")],
  'policy-changeable': ['policy', NONE],
  'policy-changed-only-by': ['retention', control('BucketPolicyAdministratorsOnly([breakGlass])')],
  'policy-not-public': ['public', NONE],
  'policy-only-account': ['access', NONE],
  'policy-retained': ['retention', RETAINED],
  'policy-services-bounded': ['deliveries', NONE],
  'prefix-isolation': ['access', NONE],
  'presigned-maximum-age': [
    'access',
    control('BucketPresignedLimits(PresignedRequests.onlyBy(issuerRole).notOlderThan(Duration.minutes(15)))'),
  ],
  'presigned-only-by': ['access', control('BucketPresignedLimits(PresignedRequests.onlyBy(issuerRole))')],
  'protection-changed-only-by': ['retention', control('BucketLockSettingsFrozen()')],
  'public-access-blocked': ['public', NO_PUBLIC_ACCESS],
  'public-acls-blocked': ['public', NO_PUBLIC_ACCESS],
  'public-read-allowed': ['public', NONE],
  'public-read-bounded': ['public', NONE],
  'read-through-view-only': ['views', control("BucketReadThroughViewOnly('analytics', [analyticsRole])")],
  'readers-only': ['access', control('BucketReadersOnly([auditRole])')],
  'recent-mfa-suffices': ['retention', control('BucketRecentMfa({ maxAge: Duration.minutes(15) })')],
  replicated: ['retention', control('BucketReplication(Replication.to(copies))')],
  'retention-bounded': ['retention', control('BucketRetentionBounds(retention)')],
  'retention-set-only-by': ['retention', control('BucketRetentionRestricted([recordsOfficer])')],
  'rule-hears': ['logs', NONE],
  'service-uploads-allowed': ['deliveries', NONE],
  'sse-c-only': ['encryption', control('BucketUploadEncryption(UploadEncryption.customerKey())')],
  'tampering-alarmed': ['logs', NONE],
  'tls-minimum-version': ['transport', control('BucketTlsMinimumVersion(TlsVersion.V1_2)')],
  'tls-only': ['transport', control('BucketTlsOnly()')],
  'table-reads': ['logs', NONE],
  'trail-files-signed': ['logs', NONE],
  'trail-leaves-out-target': ['logs', NONE],
  'trail-records': ['logs', NONE],
  'trail-target-excluded': ['logs', NONE],
  'upload-encryption': ['encryption', UPLOADS],
  'upload-possible': ['encryption', NONE],
  'upload-header-required': ['encryption', control('BucketUploadEncryption(UploadEncryption.explicitHeader())')],
  'vault-deletes-allowed-after': ['retention', NONE],
  'vault-deletes-denied-before': ['retention', NONE],
  'vault-deletes-denied-under-legal-hold': ['retention', NONE],
  'vault-kept': ['retention', NONE],
  'vault-legal-hold-by': ['retention', NONE],
  'vault-legal-hold-only-by': ['retention', NONE],
  'vault-locked': ['retention', NONE],
  'vault-tls-only': ['transport', NONE],
  'vault-works': ['retention', NONE],
  versioned: ['retention', control('BucketVersioned()')],
  'view-callers-only': ['views', NONE],
  'view-readable': ['views', NONE],
  'writers-only': ['access', control('BucketWritersOnly([ingestRole])')],
};

/** What ends a violation of the guarantee with this id. */
export function remedyOf(guarantee: string): Remedy {
  const [topic, code] = GUARANTEES[guarantee] ?? ['policy', undefined];
  const page = CATALOG.find((row) => row.guarantee === guarantee)?.source ?? PAGES[topic];
  return { topic, code, page };
}

/** Guarantees with a remedy. */
export const REMEDIED: readonly string[] = Object.keys(GUARANTEES);
