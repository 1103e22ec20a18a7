import * as access from './access';
import type { AllowedGuaranteeOptions, PrefixIsolationGuaranteeOptions } from './access';
import * as accessPoints from './access-point';
import * as encryption from './encryption';
import type { UploadEncryptionGuaranteeOptions } from './encryption';
import type {
  AccountsGuaranteeOptions,
  CloudFrontGuaranteeOptions,
  DefaultUploadGuaranteeOptions,
  PrefixesGuaranteeOptions,
  PrincipalsGuaranteeOptions,
  ServicesGuaranteeOptions,
  SseCGuaranteeOptions,
} from './guarantee-options';
import type { GuaranteeProps } from './guarantee-props';
import * as logs from './log';
import { onlyAccounts } from './only-accounts';
import * as perimeters from './perimeter';
import type { PerimeterGuaranteeOptions } from './perimeter';
import { policyChangeable } from './policy-changeable';
import * as principals from './principal';
import type { ProofObligation } from './proof-obligation';
import * as replication from './replication';
import * as settings from './setting';
import * as upload from './upload';
import * as worm from './worm';
import type { WritersOnlyGuaranteeOptions } from './worm-options';
import type { TlsVersion } from '../../model/tls-version';
import type { Model } from '../model/model';
import type { ResourceUnderTest } from '../model/subject';
import { UnknownValueError } from '../template/unknown';
import { UndecidedError } from '../template/world';

/**
 * Something that must hold for every request to a resource, or a setting that must stand in the template.
 *
 * This class makes the guarantees of any bucket. Those of one subject have a class each: `AccessPointGuarantees`,
 * `ArchiveGuarantees`, `AuditGuarantees`, `ClientKeyGuarantees`, `DeliveryGuarantees`, `KeyGuarantees`,
 * `VaultGuarantees` and `ViewGuarantees`. A method takes nothing, one value, or one struct of options; principals are
 * always a list of ARNs or construct paths.
 */
export class Guarantee {
  // ---- in transit

  /** No request over plain HTTP reaches the bucket or its objects. */
  public static tlsOnly(): Guarantee {
    return new Guarantee(access.tlsOnly());
  }

  /** No request with a TLS version below the minimum. */
  public static tlsMinimumVersion(version: TlsVersion): Guarantee {
    return new Guarantee(access.tlsMinimumVersion(version));
  }

  // ---- who

  /** Block Public Access is on in all four settings, and no anonymous request is allowed. */
  public static publicAccessBlocked(): Guarantee {
    return new Guarantee(access.publicAccessBlocked());
  }

  /** No ACL can grant public access to the bucket or an object, whatever its policy allows. */
  public static publicAclsBlocked(): Guarantee {
    return new Guarantee(access.publicAclsBlocked());
  }

  /** Object ownership is enforced, so that ACLs decide nothing. */
  public static aclsDisabled(): Guarantee {
    return new Guarantee(access.aclsDisabled());
  }

  /** Anonymous callers read objects under the prefixes at most. */
  public static publicReadOnlyUnder(options: PrefixesGuaranteeOptions): Guarantee {
    return new Guarantee(access.publicReadOnly(options.prefixes));
  }

  /** Anonymous callers are allowed to read every object under the prefix. @param prefix ends in a slash */
  public static publicReadAllowed(prefix: string): Guarantee {
    return new Guarantee(access.publicReadAllowed(prefix));
  }

  /**
   * Nobody outside the bucket's own account and the named accounts is allowed anything. AWS services have their own
   * guarantees.
   */
  public static onlyAccounts(options: AccountsGuaranteeOptions = {}): Guarantee {
    return new Guarantee(onlyAccounts(options.accounts ?? []));
  }

  /** Nobody outside the organization is allowed anything. @param organizationId e.g. `o-a1b2c3d4e5` */
  public static onlyOrganization(organizationId: string): Guarantee {
    return new Guarantee(access.onlyOrganization(organizationId));
  }

  // ---- at rest

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

  /**
   * An upload without encryption header is allowed to every principal that IAM allows: ordinary clients and tools keep
   * working.
   */
  public static defaultUploadAllowed(options: DefaultUploadGuaranteeOptions = {}): Guarantee {
    return new Guarantee(upload.defaultUploadAllowed(options.bySomebody ?? false));
  }

  /**
   * Some principal of the account can upload an object that brings the encryption headers which the bucket policy
   * demands: its statements do not contradict each other.
   */
  public static uploadPossible(): Guarantee {
    return new Guarantee(upload.uploadPossible());
  }

  /** Nobody, AWS services included, stores an object under another KMS key than the bucket's. */
  public static onlyBucketKmsKey(): Guarantee {
    return new Guarantee(encryption.onlyBucketKmsKey());
  }

  /**
   * A replica or a change of encryption that names none is allowed to every principal that IAM allows: replication into
   * the bucket keeps working.
   */
  public static defaultReplicaAllowed(): Guarantee {
    return new Guarantee(encryption.defaultReplicaAllowed());
  }

  /** An upload with a key of the customer (SSE-C) is allowed to every principal that IAM allows. */
  public static sseCUploadAllowed(): Guarantee {
    return new Guarantee(encryption.sseCUploadAllowed());
  }

  /** An upload that names the bucket's own encryption and key is allowed to every principal that IAM allows. */
  public static encryptedUploadAllowed(): Guarantee {
    return new Guarantee(encryption.encryptedUploadAllowed());
  }

  /** Every object is written with a customer key (SSE-C). */
  public static sseCOnly(): Guarantee {
    return new Guarantee(encryption.sseCOnly());
  }

  /** No object is written under a key of the customer (SSE-C). */
  public static noSseCUploads(options: SseCGuaranteeOptions = {}): Guarantee {
    return new Guarantee(encryption.noSseCUploads(options));
  }

  /** A role or user of the account can change the policy of the bucket without a VPC endpoint. */
  public static policyChangeable(): Guarantee {
    return new Guarantee(policyChangeable());
  }

  // ---- life of the policy

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

  // ---- services

  /**
   * No AWS service but the named ones is allowed anything under its own name.
   */
  public static onlyServices(options: ServicesGuaranteeOptions = {}): Guarantee {
    return new Guarantee(access.onlyServices(options.services ?? []));
  }

  // ---- perimeter

  /**
   * No data is reached from outside all of the named networks and identities. AWS services are exempt as far as they
   * act for the bucket's account or one of the named ones.
   */
  public static perimeter(options: PerimeterGuaranteeOptions): Guarantee {
    return new Guarantee(perimeters.perimeter(options));
  }

  /** Objects are reached through access points alone. */
  public static onlyThroughAccessPoints(options: PrincipalsGuaranteeOptions = {}): Guarantee {
    return new Guarantee(accessPoints.onlyThroughAccessPoints(options.principals ?? []));
  }

  /** Objects are read by the CloudFront distribution alone, and by the named principals. */
  public static onlyThroughCloudFront(options: CloudFrontGuaranteeOptions): Guarantee {
    return new Guarantee(access.onlyThroughCloudFront(options.distribution, options.principals ?? []));
  }

  /**
   * The principals reach objects under the prefixes and nothing else, through the bucket or any access point.
   * Roles and users of the templates have the policies that the templates give them; all others count as
   * administrators.
   */
  public static prefixIsolation(options: PrefixIsolationGuaranteeOptions): Guarantee {
    return new Guarantee(access.prefixIsolation(options));
  }

  // ---- presigned

  /**
   * No presigned request (URL or POST form) older than this is allowed, and none signed in the old way, whose age
   * cannot be told.
   */
  public static presignedMaximumAge(seconds: number): Guarantee {
    return new Guarantee(perimeters.presignedMaximumAge(seconds));
  }

  /** Presigned requests open nothing, but those that the named principals signed. */
  public static presignedOnlyBy(options: PrincipalsGuaranteeOptions = {}): Guarantee {
    return new Guarantee(perimeters.presignedOnlyBy(options.principals ?? []));
  }

  /**
   * The policy and the public access settings are changed by nobody but the named principals and, as an axiom, the
   * account's root user.
   */
  public static policyChangedOnlyBy(options: PrincipalsGuaranteeOptions = {}): Guarantee {
    return new Guarantee(principals.policyChangedOnlyBy(options.principals ?? []));
  }

  /**
   * The lifecycle rules are set and deleted by nobody but the named principals.
   */
  public static lifecycleChangedOnlyBy(options: PrincipalsGuaranteeOptions = {}): Guarantee {
    return new Guarantee(principals.lifecycleChangedOnlyBy(options.principals ?? []));
  }

  /**
   * Objects are read by nobody but the named principals; replication reads by a right of its own.
   */
  public static readersOnly(options: PrincipalsGuaranteeOptions = {}): Guarantee {
    return new Guarantee(principals.readersOnly(options.principals ?? []));
  }

  /**
   * Objects are uploaded by nobody but the named principals, and replicated from no other account than the named one.
   */
  public static writersOnly(options: WritersOnlyGuaranteeOptions): Guarantee {
    return new Guarantee(worm.writersOnly(options));
  }

  // ---- legitimate sides

  /**
   * Ordinary requests of the principals are allowed (provided that their own policies allow them): the other side of
   * every guarantee.
   */
  public static allowed(options: AllowedGuaranteeOptions): Guarantee {
    return new Guarantee(access.allowed(options));
  }

  /** @internal For the classes of guarantees of one subject. */
  public static _of(props: GuaranteeProps): Guarantee {
    return new Guarantee(props);
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

  /** @internal Guarantees that together say the same, if there are any. */
  public _apart(model: Model): Guarantee[] {
    return this._props.apart?.(model).map((props) => new Guarantee(props)) ?? [];
  }

  /** @internal Everything that has to be shown. */
  public _parts(subject: ResourceUnderTest): ProofObligation[] {
    return this._props.parts(subject);
  }
}
