/**
 * Who makes the requests, as S3 sees them.
 *
 * `service`: a service principal; the only kind for which `aws:PrincipalIsAWSService` is true. `service-linked-role`: a
 * role that AWS owns in the customer's account. `role`: a role of the customer that the service assumes. `session`: the
 * caller's own credentials, forwarded (`aws:ViaAWSService` is true). `account`: an AWS account of the service.
 * `canonical-user`: a canonical user that the bucket's ACL names.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalisawsservice
 */
export type DeliveryCaller = 'service' | 'service-linked-role' | 'role' | 'session' | 'account' | 'canonical-user';

/**
 * Whether a delivery works on a bucket with a setting; `configured`: only with the key or mode that its own
 * configuration names.
 */
export type Fit = 'yes' | 'no' | 'configured' | 'unknown';

/** The header `x-amz-server-side-encryption` of a request: absent, a value, or a fact that no page states. */
export type EncryptionHeader = 'none' | 'AES256' | 'aws:kms' | 'unknown';

/** A CloudFormation property that asks for a delivery. */
export interface DeliveryRequest {
  /** The resource type. */
  readonly type: string;
  /**
   * The property that names the bucket. Paths: `A.B` is a property of a property, `A[]` each item of a list, `A[Key=x]`
   * the items of a list whose `Key` is `x`, `A{}` each value of a map.
   */
  readonly bucket: string;
  /**
   * How the property names the bucket: by its name, its ARN, an ARN followed by a key prefix, `name/prefix`, or
   * `s3://name/prefix`.
   */
  readonly form: 'name' | 'arn' | 'arn-prefix' | 'name-prefix' | 'url';
  /** The property that gives `{prefix}`. */
  readonly prefix?: string;
  /** The property that names the KMS key which the requests name, or which encrypts what they write. */
  readonly key?: string;
  /**
   * Whether the value of `key` is the header of the requests; otherwise it encrypts something else (client-side, for
   * example).
   */
  readonly keyIsHeader?: boolean;
  /** The property that chooses the encryption, and the header that each of its values stands for. */
  readonly mode?: { readonly path: string; readonly headers: Readonly<Record<string, EncryptionHeader>> };
  /**
   * The property that names the role, for callers of the kind `role`. Where it is present although the caller is a
   * service, the role calls. A function stands for its role.
   */
  readonly role?: string;
  /** The delivery is asked for only where these properties have one of these values. */
  readonly when?: Readonly<Record<string, readonly string[]>>;
  /**
   * What fills the placeholders of `source.arn` and `keys` besides the general ones: properties, or `Ref` for the
   * resource's own reference.
   */
  readonly names?: Readonly<Record<string, string>>;
  /** The property that names the account of the bucket, where there is one. */
  readonly bucketAccount?: string;
}

/**
 * What a service principal says about the resource for which it acts, which a policy must check against the
 * confused-deputy problem.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
interface DeliverySource {
  /** Whether the page documents `aws:SourceAccount` for the service. */
  readonly account: boolean;
  /** Whether the page advises `aws:SourceArn` in its place. */
  readonly arnPreferred?: boolean;
  /** The pattern of `aws:SourceArn`, if the page documents the key. */
  readonly arn?: string;
  /** The operator that the page uses for `aws:SourceArn`. */
  readonly operator?: 'ArnLike' | 'StringEquals';
  /** Whether the page documents `aws:SourceOrgID`. */
  readonly organization?: boolean;
  /** Whether a star of the pattern is a character of the value that the service sends. */
  readonly literal?: boolean;
}

/** What the caller needs of the KMS key of the bucket. */
interface DeliveryKeyRights {
  readonly actions: readonly string[];
  /** Conditions besides those of the source: the encryption context that the service is documented to send. */
  readonly context?: Readonly<Record<string, string>>;
  /** Whether a page gives a key statement for the service; otherwise it is what S3 needs of any writer or reader. */
  readonly documented: boolean;
}

/** On which buckets the delivery works. */
export interface DeliveryFits {
  readonly sseKms: Fit;
  readonly dsse: Fit;
  readonly objectLock: Fit;
  readonly aclsDisabled: Fit;
}

/**
 * One delivery: a service that writes to, or reads from, a bucket. Pure data, with the AWS pages that state it.
 *
 * Patterns hold placeholders in braces: `{partition}`, `{account}` and `{region}` of the source, `{organization}`,
 * `{prefix}` (empty, or a key prefix with its `/`), and those of `DeliveryRequest.names`. A placeholder that nothing
 * fills stands for `*`.
 */
export interface DeliveryRow {
  /** In kebab-case; stable. */
  readonly id: string;
  /** As AWS calls it. */
  readonly title: string;
  readonly caller: DeliveryCaller;
  /**
   * `service`: the service principal. `service-linked-role`: the path and name of the role. `role`: the principal that
   * the role trusts. `account`: empty, see `ELB_ACCOUNTS`. `canonical-user`: the canonical id. `session`: empty.
   */
  readonly principal: string;
  /** The principal in opt-in Regions, where the page gives another one. */
  readonly optInPrincipal?: string;
  readonly direction: 'write' | 'read' | 'both';
  /** Actions on the bucket. */
  readonly bucketActions: readonly string[];
  /** Actions on the objects. */
  readonly objectActions: readonly string[];
  /** Key patterns of the objects. */
  readonly keys: readonly string[];
  /** The header `x-amz-acl` of the uploads, where a page states it. */
  readonly acl?: 'bucket-owner-full-control';
  /** The encryption header of an upload whose delivery configures no encryption. */
  readonly header: EncryptionHeader;
  /** Whether a page states `header`; otherwise it is inferred. */
  readonly headerDocumented: boolean;
  readonly fits: DeliveryFits;
  /** Absent where the delivery cannot use a KMS key. */
  readonly key?: DeliveryKeyRights;
  /** For callers of the kind `service`. */
  readonly source?: DeliverySource;
  readonly requests: readonly DeliveryRequest[];
  /** Whether the source must be in the account of the bucket, and in its Region. */
  readonly sameAccount?: boolean;
  readonly sameRegion?: boolean;
  /** How this library allows it, as a line of code after `bucket.`; absent where it cannot be allowed. */
  readonly allow?: string;
  /** What to set at the service, or which bucket to use instead. */
  readonly advice?: string;
  /** What no page settles. */
  readonly unknown?: string;
  /**
   * `documented`: the actions and the principal are on a page of AWS. `inferred`: they follow from a documented fact.
   */
  readonly confidence: 'documented' | 'inferred';
  /** Pages of AWS. */
  readonly pages: readonly string[];
}

export const DOCS = 'https://docs.aws.amazon.com';
export const BOFC = 'bucket-owner-full-control';
export const LOGGING_BUCKET = 'use a LoggingBucket, whose encryption is SSE-S3';

/**
 * A service that writes by its own principal to a bucket with any encryption, ACLs disabled; Object Lock is stated for
 * few.
 */
export const WRITES = {
  direction: 'write',
  bucketActions: [],
  objectActions: ['s3:PutObject'],
  header: 'none',
  headerDocumented: false,
  fits: { sseKms: 'yes', dsse: 'unknown', objectLock: 'unknown', aclsDisabled: 'yes' },
  requests: [],
  confidence: 'documented',
} as const;

/** Every writer through a bucket with an S3 Bucket Key needs both. */
export const KEY_TO_WRITE = ['kms:GenerateDataKey*', 'kms:Decrypt'] as const;

export const SSE_S3_ONLY = { sseKms: 'no', dsse: 'no', objectLock: 'unknown', aclsDisabled: 'yes' } as const;
export const CONFIGURED = {
  sseKms: 'configured',
  dsse: 'unknown',
  objectLock: 'unknown',
  aclsDisabled: 'yes',
} as const;
export const UNKNOWN_KMS = { sseKms: 'unknown', dsse: 'unknown', objectLock: 'unknown', aclsDisabled: 'yes' } as const;
export const NEEDS_ACLS = { sseKms: 'yes', dsse: 'unknown', objectLock: 'unknown', aclsDisabled: 'no' } as const;
