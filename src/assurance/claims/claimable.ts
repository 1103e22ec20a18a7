import { AUDIT } from './audit';
import type { ClaimOptions } from './options';
import type { TlsVersion } from '../../model/tls-version';
import { AccessPointGuarantees } from '../guarantees/groups/access-point-guarantees';
import { ArchiveGuarantees } from '../guarantees/groups/archive-guarantees';
import { AuditGuarantees } from '../guarantees/groups/audit-guarantees';
import { ClientKeyGuarantees } from '../guarantees/groups/client-key-guarantees';
import { DeliveryGuarantees } from '../guarantees/groups/delivery-guarantees';
import { KeyGuarantees } from '../guarantees/groups/key-guarantees';
import { MessagingGuarantees } from '../guarantees/groups/messaging-guarantees';
import { VaultGuarantees } from '../guarantees/groups/vault-guarantees';
import { ViewGuarantees } from '../guarantees/groups/view-guarantees';
import { Guarantee } from '../guarantees/guarantee';
import type { SseCRefusal } from '../guarantees/guarantee-options';

/** Makes the guarantee of a claim from its options; `own` is the ARN of the resource that the claim is written on. */
export type Make = (options: ClaimOptions, own: () => string) => Guarantee;

/** Guarantees without options. */
const PLAIN: ReadonlyArray<() => Guarantee> = [
  Guarantee.accessLogged,
  AccessPointGuarantees.administrable,
  AccessPointGuarantees.blockPublicAccess,
  AccessPointGuarantees.onlyFromVpc,
  AccessPointGuarantees.pinned,
  Guarantee.aclsDisabled,
  Guarantee.bucketRetained,
  DeliveryGuarantees.cloudTrailAllowed,
  Guarantee.corsNamedOrigins,
  Guarantee.sseCUploadAllowed,
  Guarantee.defaultReplicaAllowed,
  DeliveryGuarantees.grantedAccessWorks,
  Guarantee.policyChangeable,
  Guarantee.uploadPossible,
  ArchiveGuarantees.deletesNotReplicated,
  Guarantee.encryptedUploadAllowed,
  AccessPointGuarantees.endpointsBounded,
  AccessPointGuarantees.endpointsComplete,
  Guarantee.eventsToEventBridge,
  Guarantee.incompleteUploadsAborted,
  KeyGuarantees.deletionDenied,
  KeyGuarantees.onlyAccount,
  KeyGuarantees.rotated,
  KeyGuarantees.servesData,
  KeyGuarantees.usable,
  ArchiveGuarantees.lockInventory,
  ArchiveGuarantees.lockedFromCreation,
  DeliveryGuarantees.accessLogsAllowed,
  DeliveryGuarantees.accessLogsOnlyFromAccount,
  ArchiveGuarantees.lockEnabled,
  ArchiveGuarantees.deleteMarkersDenied,
  Guarantee.onlyBucketKmsKey,
  Guarantee.policyRetained,
  Guarantee.publicAccessBlocked,
  Guarantee.publicAclsBlocked,
  Guarantee.replicated,
  Guarantee.sseCOnly,
  AuditGuarantees.tamperingAlarmed,
  AuditGuarantees.trailFilesSigned,
  AuditGuarantees.trailLeavesOutTarget,
  Guarantee.tlsOnly,
  Guarantee.uploadHeaderRequired,
  MessagingGuarantees.alarmReachesTopic,
  MessagingGuarantees.eventsReachQueue,
  MessagingGuarantees.queueTlsOnly,
  MessagingGuarantees.topicTlsOnly,
  VaultGuarantees.kept,
  VaultGuarantees.locked,
  VaultGuarantees.tlsOnly,
  VaultGuarantees.works,
  Guarantee.versioned,
];

const WITH_OPTIONS: Readonly<Record<string, Make>> = {
  // ---- who and whence
  allowed: (o) =>
    Guarantee.allowed({
      actions: o.texts('actions'),
      principals: o.optionalTexts('principals'),
      services: o.optionalTexts('services'),
      prefixes: o.optionalTexts('prefixes'),
      context: o.optionalTextByName('context'),
      absent: o.optionalTexts('absent'),
      identityAllows: !o.flag('byPolicyAlone'),
    }),
  'only-accounts': (o) => Guarantee.onlyAccounts({ accounts: o.names('accounts') }),
  'only-organization': (o) => Guarantee.onlyOrganization(o.text('organization')),
  'delivery-works': (o) => {
    const delivery = o.optionalText('delivery');
    if (delivery === undefined) return DeliveryGuarantees.work();
    return DeliveryGuarantees._workOf({
      delivery,
      prefix: o.optionalText('prefix'),
      accounts: o.optionalTexts('accounts'),
      regions: o.optionalTexts('regions'),
      organization: o.optionalText('organization'),
      names: o.optionalTextByName('names'),
    });
  },
  'delivery-only-from-here': (o) =>
    DeliveryGuarantees.onlyFromHere({ accounts: o.names('accounts'), organizations: o.names('organizations') }),
  'only-services': (o) => Guarantee.onlyServices({ services: o.names('services') }),
  'only-through-cloudfront': (o) =>
    Guarantee.onlyThroughCloudFront({ distribution: o.text('distribution'), principals: o.names('principals') }),
  'prefix-isolation': (o) =>
    Guarantee.prefixIsolation({ principals: o.texts('principals'), prefixes: o.texts('prefixes') }),
  'public-read-allowed': (o) => Guarantee.publicReadAllowed(o.text('prefix')),
  'public-read-bounded': (o) => Guarantee.publicReadOnlyUnder({ prefixes: o.texts('prefixes') }),
  'tls-minimum-version': (o) => Guarantee.tlsMinimumVersion(String(o.number('version')) as TlsVersion),
  perimeter: (o) =>
    Guarantee.perimeter({ ...perimeterOf(o), policyAdministrators: o.optionalTexts('policyAdministrators') }),
  'access-point-perimeter': (o) => AccessPointGuarantees.perimeter(perimeterOf(o)),
  'presigned-maximum-age': (o) => Guarantee.presignedMaximumAge(o.number('seconds')),
  'presigned-only-by': (o) => Guarantee.presignedOnlyBy({ principals: o.names('principals') }),
  // ---- at rest
  'no-sse-c-uploads': (o) => Guarantee.noSseCUploads({ by: o.optionalText('by') as SseCRefusal | undefined }),
  'default-upload-allowed': (o) => Guarantee.defaultUploadAllowed({ bySomebody: o.flag('bySomebody') || undefined }),
  'default-encryption': (o) => Guarantee.defaultEncryption(o.optionalText('algorithm')),
  'upload-encryption': (o) =>
    Guarantee.uploadEncryption({
      algorithms: o.optionalTexts('algorithms'),
      keyArn: o.optionalText('keyArn'),
      explicitHeader: o.flag('explicitHeader') || undefined,
    }),
  'key-only-used-by': (o) => KeyGuarantees.usedOnlyBy({ principals: o.texts('principals') }),
  'key-through-s3-only': (o) =>
    KeyGuarantees.throughS3Only({ principals: o.texts('principals'), actions: o.texts('actions') }),
  'key-works-through-s3': (o) =>
    KeyGuarantees.worksThroughS3({ principals: o.texts('principals'), actions: o.texts('actions') }),
  ...Object.fromEntries(
    [
      ClientKeyGuarantees.usedOnlyBy,
      ClientKeyGuarantees.contextBound,
      ClientKeyGuarantees.notThroughServices,
      ClientKeyGuarantees.managedOnlyBy,
      ClientKeyGuarantees.works,
      ClientKeyGuarantees.kept,
    ].map((guarantee) => [
      guarantee({ writers: [], readers: [], context: {} }).id,
      ((o, own) =>
        guarantee({
          key: own(),
          writers: o.names('writers'),
          readers: o.names('readers'),
          context: o.optionalTextByName('context') ?? {},
          furtherContext: o.optionalTexts('furtherContext'),
          administrators: o.optionalTexts('administrators'),
        })) satisfies Make,
    ]),
  ),
  // ---- services
  'log-delivery-bounded': (o) => DeliveryGuarantees.accessLogsBounded(o.optionalText('sources')),
  'service-uploads-allowed': (o) =>
    DeliveryGuarantees.uploadsAllowed({
      service: o.text('service'),
      sources: o.text('sources'),
      account: o.optionalText('account'),
    }),
  'inventory-delivery-bounded': (o) => DeliveryGuarantees.inventoryBounded(o.text('prefix')),
  // ---- access points and endpoints
  'access-points-trusted': (o) => AccessPointGuarantees.trusted({ accessPoints: o.names('accessPoints') }),
  'only-through-access-points': (o) => Guarantee.onlyThroughAccessPoints({ principals: o.names('principals') }),
  'access-point-serves-only': (o, own) => AccessPointGuarantees.servesOnly(accessPointOf(o, own)),
  'access-point-works': (o, own) => AccessPointGuarantees.works(accessPointOf(o, own)),
  'endpoint-buckets-only': (o) =>
    AccessPointGuarantees.endpointBucketsOnly({
      buckets: o.texts('buckets'),
      platform: o.optionalTextsByName('platform'),
    }),
  'endpoints-allow-read': (o) => AccessPointGuarantees.endpointsAllowRead({ buckets: o.texts('buckets') }),
  // ---- audit
  ...AUDIT,
  // ---- views
  'read-through-view-only': (o) =>
    ViewGuarantees.readThroughViewOnly({
      callers: o.texts('callers'),
      view: o.optionalText('view'),
      accessPoints: o.optionalTexts('accessPoints'),
    }),
  'view-callers-only': (o) =>
    ViewGuarantees.callersOnly({
      view: o.text('view'),
      callers: o.texts('callers'),
      prefixes: o.optionalTexts('prefixes'),
    }),
  'view-readable': (o) =>
    ViewGuarantees.readable({
      view: o.text('view'),
      callers: o.texts('callers'),
      prefixes: o.optionalTexts('prefixes'),
    }),
  'endpoint-callers-only': (o) =>
    ViewGuarantees.endpointCallersOnly({
      endpoint: o.text('endpoint'),
      callers: o.optionalTexts('callers'),
      distribution: o.optionalText('distribution'),
    }),
  'caller-policy-bounds': (o) =>
    ViewGuarantees.callerPolicyBounds({
      endpoint: o.text('endpoint'),
      role: o.text('role'),
      callers: o.texts('callers'),
      calls: o.text('calls'),
    }),
  'callers-cannot-assume-roles': (o) =>
    ViewGuarantees.callersCannotAssumeRoles({
      callers: o.texts('callers'),
      exceptRoles: o.optionalTexts('exceptRoles'),
    }),
  // ---- write once, read many
  'object-locked': (o) =>
    ArchiveGuarantees.lockedWhenWritten({ mode: o.optionalText('mode'), days: o.optionalNumber('days') }),
  'retention-bounded': (o) =>
    ArchiveGuarantees.retentionBounded({
      mode: o.optionalText('mode'),
      minimumDays: o.optionalNumber('minimumDays'),
      maximumDays: o.optionalNumber('maximumDays'),
      shortenedBy: o.optionalTexts('shortenedBy'),
      replicasUnbounded: o.flag('replicasUnbounded') || undefined,
    }),
  'governance-bypass-only-by': (o) => ArchiveGuarantees.governanceBypassOnlyBy({ principals: o.names('principals') }),
  'retention-set-only-by': (o) => ArchiveGuarantees.retentionSetOnlyBy({ principals: o.names('principals') }),
  'legal-hold-changed-only-by': (o) => ArchiveGuarantees.legalHoldChangedOnlyBy({ principals: o.names('principals') }),
  'delete-only-by': (o) => ArchiveGuarantees.deleteOnlyBy({ principals: o.names('principals') }),
  'protection-changed-only-by': (o) => ArchiveGuarantees.protectionChangedOnlyBy({ principals: o.names('principals') }),
  'lifecycle-changed-only-by': (o) => Guarantee.lifecycleChangedOnlyBy({ principals: o.names('principals') }),
  'policy-changed-only-by': (o) => Guarantee.policyChangedOnlyBy({ principals: o.names('principals') }),
  'readers-only': (o) => Guarantee.readersOnly({ principals: o.names('principals') }),
  'writers-only': (o) =>
    Guarantee.writersOnly({ principals: o.names('principals'), replicasFrom: o.optionalText('replicasFrom') }),
  'no-permanent-delete-without-mfa': (o) => ArchiveGuarantees.permanentDeleteNeedsMfa(mfaOf(o)),
  'recent-mfa-suffices': (o) => ArchiveGuarantees.recentMfaSuffices(mfaOf(o)),
  'archive-storage': (o) =>
    ArchiveGuarantees.storage({
      transitions: o.optionalNumberByName('transitions'),
      expireAfterDays: o.optionalNumber('expireAfterDays'),
    }),
  'event-hold-kept': (o) =>
    ArchiveGuarantees.eventHoldKept({ days: o.number('days'), releasedBy: o.optionalTexts('releasedBy') }),
  // ---- vaults
  'vault-deletes-denied-before': (o) => VaultGuarantees.deletesDeniedBefore(o.number('days')),
  'vault-deletes-denied-under-legal-hold': (o) => VaultGuarantees.deletesDeniedUnderLegalHold(o.optionalText('tag')),
  'vault-deletes-allowed-after': (o) =>
    VaultGuarantees.deletesAllowedAfter({ days: o.number('days'), tag: o.optionalText('tag') }),
  'vault-legal-hold-only-by': (o) => VaultGuarantees.legalHoldOnlyBy({ principals: o.names('principals') }),
  'vault-legal-hold-by': (o) => VaultGuarantees.legalHoldAllowedTo({ principals: o.texts('principals') }),
};

/** How each guarantee that a template can claim is made, by its id. */
export const CLAIMABLE: ReadonlyMap<string, Make> = new Map<string, Make>([
  ...PLAIN.map((make): [string, Make] => [make().id, () => make()]),
  ...Object.entries(WITH_OPTIONS),
]);

function perimeterOf(o: ClaimOptions) {
  return {
    vpcs: o.optionalTexts('vpcs'),
    vpcEndpoints: o.optionalTexts('vpcEndpoints'),
    addresses: o.optionalTexts('addresses'),
    accounts: o.optionalTexts('accounts'),
    organizations: o.optionalTexts('organizations'),
    distributions: o.optionalTexts('distributions'),
    exceptPrincipals: o.optionalTexts('exceptPrincipals'),
    serviceAccounts: o.optionalTextsByName('serviceAccounts'),
    throughObjectLambda: o.flag('throughObjectLambda'),
  };
}

function accessPointOf(o: ClaimOptions, own: () => string) {
  return {
    accessPoint: o.optionalText('accessPoint') ?? own(),
    principals: o.texts('principals'),
    actions: o.texts('actions'),
    prefixes: o.optionalTexts('prefixes'),
  };
}

function mfaOf(o: ClaimOptions) {
  return { maximumAgeSeconds: o.optionalNumber('maximumAgeSeconds'), exempt: o.optionalTexts('exempt') };
}
