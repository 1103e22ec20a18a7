import * as access from './access';
import type { AllowedGuaranteeOptions, PrefixIsolationGuaranteeOptions } from './access';
import * as accessPoints from './access-point';
import type { AccessPointGuaranteeOptions } from './access-point';
import * as alarms from './alarm';
import * as clientKeys from './client-key';
import type { ClientSideKeyGuaranteeOptions } from './client-key';
import * as deliveries from './delivery';
import * as encryption from './encryption';
import type { UploadEncryptionGuaranteeOptions } from './encryption';
import type { GuaranteeProps } from './guarantee-props';
import type { KeyGuaranteeOptions } from './key';
import * as keys from './key';
import * as logs from './log';
import * as logTables from './log-table';
import * as perimeters from './perimeter';
import type { PerimeterGuaranteeOptions } from './perimeter';
import * as people from './principal';
import type { ProofObligation } from './proof-obligation';
import * as replication from './replication';
import * as settings from './setting';
import * as trails from './trail';
import * as vaults from './vault';
import * as views from './view';
import type {
  CallersTakeNoRoleGuaranteeOptions,
  EndpointGuaranteeOptions,
  ReadThroughViewOnlyGuaranteeOptions,
  ViewGuaranteeOptions,
} from './view';
import * as worm from './worm';
import type {
  ArchiveStorageGuaranteeOptions,
  EventHoldGuaranteeOptions,
  RecentMfaGuaranteeOptions,
  RetentionGuaranteeOptions,
  WritersOnlyGuaranteeOptions,
} from './worm';
import type { ResourceUnderTest } from '../model/subject';
import { UnknownValueError } from '../template/unknown';
import { UndecidedError } from '../template/world';

/**
 * Something that must hold for every request to a resource, or a setting that must stand in the template.
 * The catalog: one id, one title, plain words, one predicate each.
 */
export class Guarantee {
  // ---- in transit
  // -----------------------------------------------------------------------------------------------------

  /** No request over plain HTTP reaches the bucket or its objects. */
  public static tlsOnly(): Guarantee {
    return new Guarantee(access.tlsOnly());
  }

  /** No request with a TLS version below the minimum. @param version 1.2 or 1.3 */
  public static tlsMinimumVersion(version: number): Guarantee {
    return new Guarantee(access.tlsMinimumVersion(version));
  }

  // ---- who
  // ------------------------------------------------------------------------------------------------------------

  /** Block Public Access is on in all four settings, and no anonymous request is allowed. */
  public static publicAccessBlocked(): Guarantee {
    return new Guarantee(access.publicAccessBlocked());
  }

  /** No ACL can open the bucket or an object to everybody, whatever its policy may do. */
  public static publicAclsBlocked(): Guarantee {
    return new Guarantee(access.publicAclsBlocked());
  }

  /** Object ownership is enforced, so that ACLs decide nothing. */
  public static aclsDisabled(): Guarantee {
    return new Guarantee(access.aclsDisabled());
  }

  /** Anonymous callers read objects under the prefixes at most. @param prefixes each ends in a slash; at least one */
  public static publicReadOnly(...prefixes: string[]): Guarantee {
    return new Guarantee(access.publicReadOnly(...prefixes));
  }

  /** Anonymous callers are allowed to read every object under the prefix. @param prefix ends in a slash */
  public static publicReadAllowed(prefix: string): Guarantee {
    return new Guarantee(access.publicReadAllowed(prefix));
  }

  /**
   * Nobody outside the bucket's own account and the named accounts is allowed anything. AWS services have their own
   * guarantees.
   */
  public static onlyAccounts(...accounts: string[]): Guarantee {
    return new Guarantee(access.onlyAccounts(...accounts));
  }

  /** Nobody outside the organization is allowed anything. @param organizationId e.g. `o-a1b2c3d4e5` */
  public static onlyOrganization(organizationId: string): Guarantee {
    return new Guarantee(access.onlyOrganization(organizationId));
  }

  // ---- at rest
  // --------------------------------------------------------------------------------------------------------

  /** The bucket names its default encryption. @param algorithm the one it must be, e.g. `aws:kms` */
  public static defaultEncryption(algorithm?: string): Guarantee {
    return new Guarantee(encryption.defaultEncryption(algorithm));
  }

  /** No object is stored, replicated or re-encrypted under another algorithm or key, a customer's (SSE-C) included. */
  public static uploadEncryption(options: UploadEncryptionGuaranteeOptions = {}): Guarantee {
    return new Guarantee(encryption.uploadEncryption(options));
  }

  /** No upload without an encryption header (strict mode). */
  public static uploadHeaderRequired(): Guarantee {
    return new Guarantee(encryption.uploadHeaderRequired());
  }

  /** An upload without encryption header is allowed to whom IAM allows it: ordinary clients and tools keep working. */
  public static defaultUploadAllowed(): Guarantee {
    return new Guarantee(encryption.defaultUploadAllowed());
  }

  /** Nobody, AWS services included, stores an object under another KMS key than the bucket's. */
  public static onlyBucketKmsKey(): Guarantee {
    return new Guarantee(encryption.onlyBucketKmsKey());
  }

  /**
   * A replica or a change of encryption that names none is allowed to whom IAM allows it: replication into the bucket
   * keeps working.
   */
  public static defaultReplicaAllowed(): Guarantee {
    return new Guarantee(encryption.defaultReplicaAllowed());
  }

  /** An upload with a key of the customer (SSE-C) is allowed to whom IAM allows it. */
  public static customerKeyUploadAllowed(): Guarantee {
    return new Guarantee(encryption.customerKeyUploadAllowed());
  }

  /** An upload that names the bucket's own encryption and key is allowed to whom IAM allows it. */
  public static encryptedUploadAllowed(): Guarantee {
    return new Guarantee(encryption.encryptedUploadAllowed());
  }

  /** Every object is written with a customer key (SSE-C). */
  public static sseCOnly(): Guarantee {
    return new Guarantee(encryption.sseCOnly());
  }

  /** No object is written with a customer key (SSE-C): by a setting of the bucket or by its policy. */
  public static noSseCUploads(): Guarantee {
    return new Guarantee(encryption.noSseCUploads());
  }

  // ---- log targets
  // ----------------------------------------------------------------------------------------------------

  /** Server access logs are written only for buckets of the bucket's own account. */
  public static logDeliveryOnlyFromAccount(): Guarantee {
    return new Guarantee(logs.logDeliveryOnlyFromAccount());
  }

  /**
   * Server access logs of the buckets that name this one as their target (or, without any, of the account's buckets)
   * are delivered.
   */
  public static logDeliveryAllowed(): Guarantee {
    return new Guarantee(logs.logDeliveryAllowed());
  }

  /** CloudTrail can deliver the trails of the account. */
  public static cloudTrailDeliveryAllowed(): Guarantee {
    return new Guarantee(logs.cloudTrailDeliveryAllowed());
  }

  /**
   * Each table over the access logs in this bucket lies where a bucket logs to, and each bucket that logs here has a
   * table that reads it.
   */
  public static logTablesMatchLogs(): Guarantee {
    return new Guarantee(logTables.logTablesMatchLogs());
  }

  // ---- deliveries
  // -----------------------------------------------------------------------------------------------------

  /**
   * Each AWS service that the templates ask to deliver into the bucket, under its own name, may do so by the policies
   * of the bucket and of its key.
   */
  public static deliveryWorks(): Guarantee {
    return new Guarantee(deliveries.deliveryWorks());
  }

  /**
   * No AWS service that the policy names acts for a source outside the account or the organization.
   * @param accounts further accounts whose resources may be the source
   */
  public static deliveryOnlyFromHere(...accounts: string[]): Guarantee {
    return new Guarantee(deliveries.deliveryOnlyFromHere(...accounts));
  }

  /** A role or user of the account can change the policy of the bucket without a VPC endpoint. */
  public static policyChangeable(): Guarantee {
    return new Guarantee(deliveries.policyChangeable());
  }

  // ---- trails
  // ---------------------------------------------------------------------------------------------------------

  /**
   * Every read and write of the bucket's objects is recorded by a trail of the templates. Requests by an access point
   * are events of its own.
   */
  public static objectEventsRecorded(): Guarantee {
    return new Guarantee(trails.objectEventsRecorded());
  }

  /** No trail that delivers into the bucket records the bucket's own data events. */
  public static trailTargetExcluded(): Guarantee {
    return new Guarantee(trails.trailTargetExcluded());
  }

  // ---- life of the policy
  // ---------------------------------------------------------------------------------------------

  /** The bucket's policy and the key of its objects are kept for as long as the bucket is. */
  public static policyRetained(): Guarantee {
    return new Guarantee(settings.policyRetained());
  }

  /**
   * The bucket itself is kept when its stack goes or would replace it; `policyRetained` is about what must be kept with
   * it.
   */
  public static bucketRetained(): Guarantee {
    return new Guarantee(settings.bucketRetained());
  }

  // ---- settings of the bucket
  // -----------------------------------------------------------------------------------------

  /** Every version of every object is kept. */
  public static versioned(): Guarantee {
    return new Guarantee(settings.versioned());
  }

  /** Server access logs go to another bucket of the same templates. */
  public static accessLogged(): Guarantee {
    return new Guarantee(logs.accessLogged());
  }

  /** The parts of uploads that were never completed go. */
  public static incompleteUploadsAborted(): Guarantee {
    return new Guarantee(settings.incompleteUploadsAborted());
  }

  /** Every event of the bucket reaches Amazon EventBridge. */
  public static eventsToEventBridge(): Guarantee {
    return new Guarantee(settings.eventsToEventBridge());
  }

  /** No page of an origin that is not named may use the bucket from a browser. */
  public static corsNamedOrigins(): Guarantee {
    return new Guarantee(settings.corsNamedOrigins());
  }

  /** The objects of the bucket are copied to another one. */
  public static replicated(): Guarantee {
    return new Guarantee(replication.replicated());
  }

  /** Objects are locked against deletion from the moment they are written. */
  public static objectLocked(): Guarantee {
    return new Guarantee(settings.objectLocked());
  }

  /** The bucket refuses customer keys (SSE-C) by its own setting, whatever its policy says. */
  public static sseCBlocked(): Guarantee {
    return new Guarantee(encryption.sseCBlocked());
  }

  /** The policy refuses customer keys (SSE-C), whatever the bucket's own setting says. */
  public static sseCDenied(): Guarantee {
    return new Guarantee(encryption.sseCDenied());
  }

  // ---- services
  // -------------------------------------------------------------------------------------------------------

  /**
   * No AWS service but the named ones is allowed anything under its own name.
   * @param services e.g. `logging.s3.amazonaws.com`
   */
  public static onlyServices(...services: string[]): Guarantee {
    return new Guarantee(access.onlyServices(...services));
  }

  /**
   * Log delivery writes objects, for buckets that it names, and does nothing else.
   * @param sources pattern of the ARNs of source buckets
   */
  public static logDeliveryBounded(sources?: string): Guarantee {
    return new Guarantee(logs.logDeliveryBounded(sources));
  }

  /**
   * An AWS service can upload for an account's resources whatever encryption it names: no deny that is meant for
   * clients hits it.
   * @param service e.g. `logging.s3.amazonaws.com`
   * @param sources pattern of the ARNs for which it writes
   * @param account for which it writes; the bucket's own if none is given
   */
  public static serviceUploadsAllowed(service: string, sources: string, account?: string): Guarantee {
    return new Guarantee(logs.serviceUploadsAllowed(service, sources, account));
  }

  // ---- the key of the bucket
  // ------------------------------------------------------------------------------------------

  /** The bucket's key, made in the same templates, is rotated. */
  public static keyRotated(): Guarantee {
    return new Guarantee(keys.keyRotated());
  }

  /** Nobody outside the account may do anything with the bucket's key. */
  public static keyOnlyAccount(): Guarantee {
    return new Guarantee(keys.keyOnlyAccount());
  }

  /**
   * Whom IAM allows may use and manage the bucket's key: it can neither lock the data up nor be lost to its account.
   */
  public static keyUsable(): Guarantee {
    return new Guarantee(keys.keyUsable());
  }

  // ---- keys of clients
  // ------------------------------------------------------------------------------------------------

  /**
   * Nobody encrypts but the writers, nobody decrypts but the readers, and nobody does anything else with the key,
   * administrators included.
   */
  public static clientKeyUsedOnlyBy(options: ClientSideKeyGuaranteeOptions): Guarantee {
    return new Guarantee(clientKeys.clientKeyUsedOnlyBy(options));
  }

  /**
   * Nobody encrypts or decrypts without the pairs of the encryption context, under other values or names, or with
   * further pairs.
   */
  public static clientKeyContextBound(options: ClientSideKeyGuaranteeOptions): Guarantee {
    return new Guarantee(clientKeys.clientKeyContextBound(options));
  }

  /** No AWS service uses the key, neither under its own name nor for a caller. */
  public static clientKeyNotThroughServices(options: ClientSideKeyGuaranteeOptions): Guarantee {
    return new Guarantee(clientKeys.clientKeyNotThroughServices(options));
  }

  /** Nobody manages the key but its administrators or, if none are named, whom IAM lets in the key's own account. */
  public static clientKeyManagedOnlyBy(options: ClientSideKeyGuaranteeOptions): Guarantee {
    return new Guarantee(clientKeys.clientKeyManagedOnlyBy(options));
  }

  /**
   * Writers encrypt and readers decrypt under the encryption context, and administrators manage the key: the other side
   * of the others.
   */
  public static clientKeyWorks(options: ClientSideKeyGuaranteeOptions): Guarantee {
    return new Guarantee(clientKeys.clientKeyWorks(options));
  }

  /** The key is kept and rotated, and nobody deletes or disables it. */
  public static clientKeyKept(options: ClientSideKeyGuaranteeOptions): Guarantee {
    return new Guarantee(clientKeys.clientKeyKept(options));
  }

  // ---- perimeter
  // ------------------------------------------------------------------------------------------------------

  /**
   * No data is reached from outside all of the named networks and identities. AWS services are exempt as far as they
   * act for the bucket's account
   * or one of the named ones.
   */
  public static perimeter(options: PerimeterGuaranteeOptions): Guarantee {
    return new Guarantee(perimeters.perimeter(options));
  }

  /**
   * No data is reached through an access point of the bucket from outside; what the bucket's own door lets in is not
   * asked.
   */
  public static accessPointPerimeter(options: PerimeterGuaranteeOptions): Guarantee {
    return new Guarantee(perimeters.accessPointPerimeter(options));
  }

  /** Objects are reached through access points alone. @param principals who may reach the bucket directly, by ARN */
  public static onlyThroughAccessPoints(...principals: string[]): Guarantee {
    return new Guarantee(accessPoints.onlyThroughAccessPoints(...principals));
  }

  /**
   * Objects are read through the CloudFront distribution alone.
   * @param distributionArn its ARN
   * @param principals who else may read, by ARN
   */
  public static onlyThroughCloudFront(distributionArn: string, ...principals: string[]): Guarantee {
    return new Guarantee(access.onlyThroughCloudFront(distributionArn, ...principals));
  }

  /**
   * The principals reach objects under the prefixes alone, by no door (bucket, access point) anything else.
   * Roles and users of the templates have the policies that the templates give them; all others count as
   * administrators.
   */
  public static prefixIsolation(options: PrefixIsolationGuaranteeOptions): Guarantee {
    return new Guarantee(access.prefixIsolation(options));
  }

  /** All four settings of Block Public Access are on for each access point of the bucket that the templates make. */
  public static accessPointsBlockPublicAccess(): Guarantee {
    return new Guarantee(accessPoints.accessPointsBlockPublicAccess());
  }

  // ---- views
  // ----------------------------------------------------------------------------------------------------------

  /** The callers of a view read nothing of the bucket but through it, by whatever door they try. */
  public static readThroughViewOnly(options: ReadThroughViewOnlyGuaranteeOptions): Guarantee {
    return new Guarantee(views.readThroughViewOnly(options));
  }

  /** Nobody but the callers gets the view, and nothing untransformed leaves it. */
  public static viewCallersOnly(options: ViewGuaranteeOptions): Guarantee {
    return new Guarantee(views.viewCallersOnly(options));
  }

  /**
   * Nobody but the callers calls the function that serves views by its URL, and nobody by hand. What policies that the
   * templates do not have give to
   * others than the callers is not looked at.
   */
  public static endpointCallersOnly(options: EndpointGuaranteeOptions): Guarantee {
    return new Guarantee(views.endpointCallersOnly(options));
  }

  /** The callers can assume no role of the templates, and so do not reach as somebody else what they are denied. */
  public static callersCannotAssumeRoles(options: CallersTakeNoRoleGuaranteeOptions): Guarantee {
    return new Guarantee(views.callersCannotAssumeRoles(options));
  }

  /** The callers can read the view: every policy on the way lets them. */
  public static viewReadable(options: ViewGuaranteeOptions): Guarantee {
    return new Guarantee(views.viewReadable(options));
  }

  /** No request is allowed that comes by an access point which the templates do not make. */
  public static accessPointsPinned(): Guarantee {
    return new Guarantee(accessPoints.accessPointsPinned());
  }

  /**
   * No request is allowed that comes by an access point of another account, or by one of the account whose name is none
   * of these. The access points
   * themselves need not be in the templates.
   * @param names names, or patterns of them; none: every access point of the account is trusted
   */
  public static accessPointsTrusted(...names: string[]): Guarantee {
    return new Guarantee(accessPoints.accessPointsTrusted(...names));
  }

  /** One access point is open to its team alone, administrators included, for its actions and prefixes. */
  public static accessPointServesOnly(options: AccessPointGuaranteeOptions): Guarantee {
    return new Guarantee(accessPoints.accessPointServesOnly(options));
  }

  /** What a team is there for works through its access point: the other side of `accessPointServesOnly`. */
  public static accessPointWorks(options: AccessPointGuaranteeOptions): Guarantee {
    return new Guarantee(accessPoints.accessPointWorks(options));
  }

  /** No data is reached through an access point of the bucket but from a VPC. */
  public static accessPointsOnlyFromVpc(): Guarantee {
    return new Guarantee(accessPoints.accessPointsOnlyFromVpc());
  }

  /** No policy of an access point locks anybody out of administering it. */
  public static accessPointsAdministrable(): Guarantee {
    return new Guarantee(accessPoints.accessPointsAdministrable());
  }

  /** Every access point that is bound to a VPC is reached by every S3 endpoint of that VPC, and there is one. */
  public static endpointsComplete(): Guarantee {
    return new Guarantee(accessPoints.endpointsComplete());
  }

  /** No S3 endpoint of the templates leads to a bucket of somebody else. */
  public static endpointsBounded(): Guarantee {
    return new Guarantee(accessPoints.endpointsBounded());
  }

  /**
   * Objects of these buckets are read through every S3 endpoint of the templates, and nothing else is done there.
   * @param buckets names
   */
  public static endpointsAllowRead(...buckets: string[]): Guarantee {
    return new Guarantee(accessPoints.endpointsAllowRead(...buckets));
  }

  /**
   * The policy of the bucket's key gives nobody but the principals anything.
   * @param principals ARNs, or patterns of them
   */
  public static keyOnlyUsedBy(...principals: string[]): Guarantee {
    return new Guarantee(keys.keyOnlyUsedBy(...principals));
  }

  /** The policy of the bucket's key gives the principals no more than these actions, through S3. */
  public static keyThroughS3Only(options: KeyGuaranteeOptions): Guarantee {
    return new Guarantee(keys.keyThroughS3Only(options));
  }

  /** The principals may use the bucket's key through S3: the other side of `keyThroughS3Only`. */
  public static keyWorksThroughS3(options: KeyGuaranteeOptions): Guarantee {
    return new Guarantee(keys.keyWorksThroughS3(options));
  }

  // ---- presigned
  // ------------------------------------------------------------------------------------------------------

  /**
   * No presigned request (URL or POST form) older than this is allowed, and none signed in the old way, whose age
   * cannot be told.
   */
  public static presignedMaximumAge(seconds: number): Guarantee {
    return new Guarantee(perimeters.presignedMaximumAge(seconds));
  }

  /** Presigned requests open nothing, but those that the named principals signed. @param principals ARNs of roles */
  public static presignedOnlyBy(...principals: string[]): Guarantee {
    return new Guarantee(perimeters.presignedOnlyBy(...principals));
  }

  // ---- write once, read many
  // ------------------------------------------------------------------------------------------

  /**
   * Objects are locked when written.
   * @param mode `GOVERNANCE` or `COMPLIANCE`
   * @param days at least that many days (a year counts 365)
   */
  public static objectLock(mode?: string, days?: number): Guarantee {
    return new Guarantee(worm.objectLock(mode, days));
  }

  /** Nobody sets a retention of another mode, or of fewer or more days, on any object. */
  public static retentionBounded(options: RetentionGuaranteeOptions): Guarantee {
    return new Guarantee(worm.retentionBounded(options));
  }

  /** Governance retention is bypassed by nobody but the named principals. @param principals ARNs */
  public static governanceBypassOnlyBy(...principals: string[]): Guarantee {
    return new Guarantee(people.governanceBypassOnlyBy(...principals));
  }

  /**
   * Nobody but the named principals sets a retention on an object that is there; an upload names its own.
   * @param principals ARNs
   */
  public static retentionSetOnlyBy(...principals: string[]): Guarantee {
    return new Guarantee(people.retentionSetOnlyBy(...principals));
  }

  /** Legal holds are placed and lifted by nobody but the named principals. @param principals ARNs */
  public static legalHoldChangedOnlyBy(...principals: string[]): Guarantee {
    return new Guarantee(people.legalHoldChangedOnlyBy(...principals));
  }

  /**
   * Nobody deletes objects or versions, by a delete marker or an overwrite either, but the named principals.
   * @param principals ARNs
   */
  public static deleteOnlyBy(...principals: string[]): Guarantee {
    return new Guarantee(people.deleteOnlyBy(...principals));
  }

  /** Nobody hides an object behind a delete marker. */
  public static deleteMarkersDenied(): Guarantee {
    return new Guarantee(people.deleteMarkersDenied());
  }

  /**
   * Versioning, lock, lifecycle, default encryption and the bucket itself are changed by nobody but the named
   * principals.
   * @param principals ARNs
   */
  public static protectionChangedOnlyBy(...principals: string[]): Guarantee {
    return new Guarantee(people.protectionChangedOnlyBy(...principals));
  }

  /**
   * The policy and the public access settings are changed by nobody but the named principals and, as an axiom, the
   * account's root user.
   */
  public static policyChangedOnlyBy(...principals: string[]): Guarantee {
    return new Guarantee(people.policyChangedOnlyBy(...principals));
  }

  /**
   * No version is deleted for good, and versioning is not changed, by a request without (recent) MFA. Weaker than S3's
   * own MFA delete.
   */
  public static noPermanentDeleteWithoutMfa(options: RecentMfaGuaranteeOptions = {}): Guarantee {
    return new Guarantee(worm.noPermanentDeleteWithoutMfa(options));
  }

  /** Who gave the second factor in time may delete versions: the other side of `noPermanentDeleteWithoutMfa`. */
  public static recentMfaSuffices(options: RecentMfaGuaranteeOptions = {}): Guarantee {
    return new Guarantee(worm.recentMfaSuffices(options));
  }

  /**
   * Objects are read by nobody but the named principals; replication reads by a right of its own.
   * @param principals ARNs
   */
  public static readersOnly(...principals: string[]): Guarantee {
    return new Guarantee(people.readersOnly(...principals));
  }

  /**
   * Objects are uploaded by nobody but the named principals, and replicated from no other account than the named one.
   */
  public static writersOnly(options: WritersOnlyGuaranteeOptions): Guarantee {
    return new Guarantee(worm.writersOnly(options));
  }

  /** Objects can be locked: Object Lock is on, with or without a default retention. */
  public static objectLockOn(): Guarantee {
    return new Guarantee(worm.objectLockOn());
  }

  /** The bucket is made with Object Lock, so that no object is older than the lock. */
  public static lockedFromCreation(): Guarantee {
    return new Guarantee(worm.lockedFromCreation());
  }

  /** No delete marker comes into the bucket by replication. */
  public static deletesNotReplicated(): Guarantee {
    return new Guarantee(worm.deletesNotReplicated());
  }

  /**
   * S3 Inventory writes lists below the prefix for buckets of this account, and does nothing else.
   * @param prefix ends in a slash
   */
  public static inventoryDeliveryBounded(prefix: string): Guarantee {
    return new Guarantee(worm.inventoryDeliveryBounded(prefix));
  }

  /** Nobody can destroy or disable the bucket's key, and with it the objects. */
  public static keyDeletionDenied(): Guarantee {
    return new Guarantee(keys.keyDeletionDenied());
  }

  /** Whom IAM allows can encrypt and decrypt with the bucket's key: the other side of `keyDeletionDenied`. */
  public static keyServesData(): Guarantee {
    return new Guarantee(keys.keyServesData());
  }

  /** Versions move to colder storage classes by age, and none is deleted before the default retention ends. */
  public static archiveStorage(options: ArchiveStorageGuaranteeOptions = {}): Guarantee {
    return new Guarantee(worm.archiveStorage(options));
  }

  /** All versions are listed with their locks in another bucket, which takes the lists. */
  public static lockInventory(): Guarantee {
    return new Guarantee(worm.lockInventory());
  }

  /**
   * Every new version is held until its event and for a time after, and nobody but the named principals releases it.
   */
  public static eventHoldKept(options: EventHoldGuaranteeOptions): Guarantee {
    return new Guarantee(worm.eventHoldKept(options));
  }

  /** Every call that could weaken an archive is told by a rule of EventBridge, and ordinary work is not. */
  public static tamperingAlarmed(): Guarantee {
    return new Guarantee(alarms.tamperingAlarmed());
  }

  // ---- vaults of the original Glacier service
  // -------------------------------------------------------------------------

  /** The lock of the vault is complete, and never changes. */
  public static vaultLocked(): Guarantee {
    return new Guarantee(vaults.vaultLocked());
  }

  /** The lock policy denies the deletion of archives younger than that. @param days whole days, from 1 on */
  public static vaultDeletesDeniedBefore(days: number): Guarantee {
    return new Guarantee(vaults.vaultDeletesDeniedBefore(days));
  }

  /**
   * The lock policy denies the deletion of archives while the vault has the tag.
   * @param tag its key; `LegalHold` if left out
   */
  public static vaultDeletesDeniedUnderLegalHold(tag: string = 'LegalHold'): Guarantee {
    return new Guarantee(vaults.vaultDeletesDeniedUnderLegalHold(tag));
  }

  /**
   * Whom IAM allows may delete archives of that age, without a legal hold: the other side of the lock.
   * @param days whole days, from 1 on
   * @param tag the key of the legal hold; `LegalHold` if left out
   */
  public static vaultDeletesAllowedAfter(days: number, tag: string = 'LegalHold'): Guarantee {
    return new Guarantee(vaults.vaultDeletesAllowedAfter(days, tag));
  }

  /** Whom IAM allows may upload and retrieve archives, whatever the lock says of deletions. */
  public static vaultWorks(): Guarantee {
    return new Guarantee(vaults.vaultWorks());
  }

  /** The vault stays when its stack goes or would replace it. */
  public static vaultKept(): Guarantee {
    return new Guarantee(vaults.vaultKept());
  }

  /**
   * Nobody but the named people places and lifts legal holds, which are tags of the vault.
   * @param named ARNs or construct paths
   */
  public static vaultLegalHoldOnlyBy(...named: string[]): Guarantee {
    return new Guarantee(vaults.vaultLegalHoldOnlyBy(...named));
  }

  /**
   * The named people may place and lift legal holds: the other side.
   * @param named ARNs or construct paths, at least one
   */
  public static vaultLegalHoldBy(...named: string[]): Guarantee {
    return new Guarantee(vaults.vaultLegalHoldBy(...named));
  }

  /** No request over plain HTTP reaches the vault. */
  public static vaultTlsOnly(): Guarantee {
    return new Guarantee(vaults.vaultTlsOnly());
  }

  // ---- legitimate sides
  // -----------------------------------------------------------------------------------------------

  /**
   * Ordinary requests of the principals are allowed (provided that their own policies allow them): the other side of
   * every guarantee.
   */
  public static allowed(options: AllowedGuaranteeOptions): Guarantee {
    return new Guarantee(access.allowed(options));
  }

  /** Stable kebab-case id. */
  public readonly id: string;
  /** One line for a table. */
  public readonly title: string;
  /** What it says, in plain words, for people who look rather than read. */
  public readonly description: string;
  /** What to change when it does not hold, in one sentence. */
  public readonly fix: string;
  /** CloudFormation type of the resources it speaks of. */
  public readonly resourceType: string;
  /** @internal Id and options: equal for equal questions. */
  public readonly _key: string;
  /** @internal */
  private readonly _props: GuaranteeProps;

  private constructor(props: GuaranteeProps) {
    this.id = props.id;
    this.title = props.title;
    this.description = props.description;
    this.fix = props.fix;
    this.resourceType = props.resourceType ?? 'AWS::S3::Bucket';
    this._key = `${props.id} ${JSON.stringify(props.options ?? null)}`;
    this._props = props;
  }

  /**
   * @internal Whether the guarantee can be asked of this resource; where only the deployment knows, it is asked in each
   * world.
   */
  public _appliesTo(subject: ResourceUnderTest): boolean {
    try {
      return subject.resource.type === this.resourceType && (this._props.applies?.(subject) ?? true);
    } catch (error) {
      if (error instanceof UndecidedError || error instanceof UnknownValueError) return true;
      throw error;
    }
  }

  /** @internal Everything that has to be shown. */
  public _parts(subject: ResourceUnderTest): ProofObligation[] {
    return this._props.parts(subject);
  }
}
