import type { ClaimOptions } from './options';
import { Guarantee } from '../guarantees/guarantee';

/** Makes the guarantee of a claim from its options; `own` is the ARN of the resource that the claim is written on. */
type Make = (options: ClaimOptions, own: () => string) => Guarantee;

/** Guarantees without options. */
const PLAIN: ReadonlyArray<() => Guarantee> = [
  Guarantee.accessLogged,
  Guarantee.accessPointsAdministrable,
  Guarantee.accessPointsBlockPublicAccess,
  Guarantee.accessPointsOnlyFromVpc,
  Guarantee.accessPointsPinned,
  Guarantee.aclsDisabled,
  Guarantee.bucketRetained,
  Guarantee.cloudTrailDeliveryAllowed,
  Guarantee.corsNamedOrigins,
  Guarantee.customerKeyUploadAllowed,
  Guarantee.defaultReplicaAllowed,
  Guarantee.deliveryWorks,
  Guarantee.policyChangeable,
  Guarantee.defaultUploadAllowed,
  Guarantee.deletesNotReplicated,
  Guarantee.encryptedUploadAllowed,
  Guarantee.endpointsBounded,
  Guarantee.endpointsComplete,
  Guarantee.eventsToEventBridge,
  Guarantee.incompleteUploadsAborted,
  Guarantee.keyDeletionDenied,
  Guarantee.keyOnlyAccount,
  Guarantee.keyRotated,
  Guarantee.keyServesData,
  Guarantee.keyUsable,
  Guarantee.lockInventory,
  Guarantee.lockedFromCreation,
  Guarantee.logDeliveryAllowed,
  Guarantee.logDeliveryOnlyFromAccount,
  Guarantee.noSseCUploads,
  Guarantee.objectLockOn,
  Guarantee.objectLocked,
  Guarantee.deleteMarkersDenied,
  Guarantee.onlyBucketKmsKey,
  Guarantee.policyRetained,
  Guarantee.publicAccessBlocked,
  Guarantee.publicAclsBlocked,
  Guarantee.replicated,
  Guarantee.sseCBlocked,
  Guarantee.sseCDenied,
  Guarantee.sseCOnly,
  Guarantee.tamperingAlarmed,
  Guarantee.tlsOnly,
  Guarantee.uploadHeaderRequired,
  Guarantee.vaultKept,
  Guarantee.vaultLocked,
  Guarantee.vaultTlsOnly,
  Guarantee.vaultWorks,
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
  'only-accounts': (o) => Guarantee.onlyAccounts(...o.names('accounts')),
  'only-organization': (o) => Guarantee.onlyOrganization(o.text('organization')),
  'delivery-only-from-here': (o) => Guarantee.deliveryOnlyFromHere(...o.names('accounts')),
  'only-services': (o) => Guarantee.onlyServices(...o.names('services')),
  'only-through-cloudfront': (o) => Guarantee.onlyThroughCloudFront(o.text('distribution'), ...o.names('principals')),
  'prefix-isolation': (o) =>
    Guarantee.prefixIsolation({ principals: o.texts('principals'), prefixes: o.texts('prefixes') }),
  'public-read-allowed': (o) => Guarantee.publicReadAllowed(o.text('prefix')),
  'public-read-bounded': (o) => Guarantee.publicReadOnly(...o.texts('prefixes')),
  'tls-minimum-version': (o) => Guarantee.tlsMinimumVersion(o.number('version')),
  perimeter: (o) =>
    Guarantee.perimeter({ ...perimeterOf(o), policyAdministrators: o.optionalTexts('policyAdministrators') }),
  'access-point-perimeter': (o) => Guarantee.accessPointPerimeter(perimeterOf(o)),
  'presigned-maximum-age': (o) => Guarantee.presignedMaximumAge(o.number('seconds')),
  'presigned-only-by': (o) => Guarantee.presignedOnlyBy(...o.names('principals')),
  // ---- at rest
  'default-encryption': (o) => Guarantee.defaultEncryption(o.optionalText('algorithm')),
  'upload-encryption': (o) =>
    Guarantee.uploadEncryption({
      algorithms: o.optionalTexts('algorithms'),
      keyArn: o.optionalText('keyArn'),
      explicitHeader: o.flag('explicitHeader') || undefined,
    }),
  'key-only-used-by': (o) => Guarantee.keyOnlyUsedBy(...o.texts('principals')),
  'key-through-s3-only': (o) =>
    Guarantee.keyThroughS3Only({ principals: o.texts('principals'), actions: o.texts('actions') }),
  'key-works-through-s3': (o) =>
    Guarantee.keyWorksThroughS3({ principals: o.texts('principals'), actions: o.texts('actions') }),
  ...Object.fromEntries(
    [
      Guarantee.clientKeyUsedOnlyBy,
      Guarantee.clientKeyContextBound,
      Guarantee.clientKeyNotThroughServices,
      Guarantee.clientKeyManagedOnlyBy,
      Guarantee.clientKeyWorks,
      Guarantee.clientKeyKept,
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
  'log-delivery-bounded': (o) => Guarantee.logDeliveryBounded(o.optionalText('sources')),
  'service-uploads-allowed': (o) =>
    Guarantee.serviceUploadsAllowed(o.text('service'), o.text('sources'), o.optionalText('account')),
  'inventory-delivery-bounded': (o) => Guarantee.inventoryDeliveryBounded(o.text('prefix')),
  // ---- access points and endpoints
  'access-points-trusted': (o) => Guarantee.accessPointsTrusted(...o.names('accessPoints')),
  'only-through-access-points': (o) => Guarantee.onlyThroughAccessPoints(...o.names('principals')),
  'access-point-serves-only': (o, own) => Guarantee.accessPointServesOnly(accessPointOf(o, own)),
  'access-point-works': (o, own) => Guarantee.accessPointWorks(accessPointOf(o, own)),
  'endpoints-allow-read': (o) => Guarantee.endpointsAllowRead(...o.texts('buckets')),
  // ---- views
  'read-through-view-only': (o) =>
    Guarantee.readThroughViewOnly({
      callers: o.texts('callers'),
      view: o.optionalText('view'),
      accessPoints: o.optionalTexts('accessPoints'),
    }),
  'view-callers-only': (o) =>
    Guarantee.viewCallersOnly({
      view: o.text('view'),
      callers: o.texts('callers'),
      prefixes: o.optionalTexts('prefixes'),
    }),
  'view-readable': (o) =>
    Guarantee.viewReadable({
      view: o.text('view'),
      callers: o.texts('callers'),
      prefixes: o.optionalTexts('prefixes'),
    }),
  'endpoint-callers-only': (o) =>
    Guarantee.endpointCallersOnly({
      endpoint: o.text('endpoint'),
      callers: o.optionalTexts('callers'),
      distribution: o.optionalText('distribution'),
    }),
  'callers-cannot-assume-roles': (o) =>
    Guarantee.callersCannotAssumeRoles({ callers: o.texts('callers'), exceptRoles: o.optionalTexts('exceptRoles') }),
  // ---- write once, read many
  'object-lock': (o) => Guarantee.objectLock(o.optionalText('mode'), o.optionalNumber('days')),
  'retention-bounded': (o) =>
    Guarantee.retentionBounded({
      mode: o.optionalText('mode'),
      minimumDays: o.optionalNumber('minimumDays'),
      maximumDays: o.optionalNumber('maximumDays'),
      shortenedBy: o.optionalTexts('shortenedBy'),
      replicasUnbounded: o.flag('replicasUnbounded') || undefined,
    }),
  'governance-bypass-only-by': (o) => Guarantee.governanceBypassOnlyBy(...o.names('principals')),
  'retention-set-only-by': (o) => Guarantee.retentionSetOnlyBy(...o.names('principals')),
  'legal-hold-changed-only-by': (o) => Guarantee.legalHoldChangedOnlyBy(...o.names('principals')),
  'delete-only-by': (o) => Guarantee.deleteOnlyBy(...o.names('principals')),
  'protection-changed-only-by': (o) => Guarantee.protectionChangedOnlyBy(...o.names('principals')),
  'policy-changed-only-by': (o) => Guarantee.policyChangedOnlyBy(...o.names('principals')),
  'readers-only': (o) => Guarantee.readersOnly(...o.names('principals')),
  'writers-only': (o) =>
    Guarantee.writersOnly({ principals: o.names('principals'), replicasFrom: o.optionalText('replicasFrom') }),
  'no-permanent-delete-without-mfa': (o) => Guarantee.noPermanentDeleteWithoutMfa(mfaOf(o)),
  'recent-mfa-suffices': (o) => Guarantee.recentMfaSuffices(mfaOf(o)),
  'archive-storage': (o) =>
    Guarantee.archiveStorage({
      transitions: o.optionalNumberByName('transitions'),
      expireAfterDays: o.optionalNumber('expireAfterDays'),
    }),
  'event-hold-kept': (o) =>
    Guarantee.eventHoldKept({ days: o.number('days'), releasedBy: o.optionalTexts('releasedBy') }),
  // ---- vaults
  'vault-deletes-denied-before': (o) => Guarantee.vaultDeletesDeniedBefore(o.number('days')),
  'vault-deletes-denied-under-legal-hold': (o) => Guarantee.vaultDeletesDeniedUnderLegalHold(o.optionalText('tag')),
  'vault-deletes-allowed-after': (o) => Guarantee.vaultDeletesAllowedAfter(o.number('days'), o.optionalText('tag')),
  'vault-legal-hold-only-by': (o) => Guarantee.vaultLegalHoldOnlyBy(...o.names('principals')),
  'vault-legal-hold-by': (o) => Guarantee.vaultLegalHoldBy(...o.texts('principals')),
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
