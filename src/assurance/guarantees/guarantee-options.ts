/** Options that several guarantees share. Every list of principals is given in one way: by ARN or construct path. */

/** Who is exempt from a guarantee that denies everybody else. */
export interface PrincipalsGuaranteeOptions {
  /**
   * ARNs of roles and users, patterns of them, or construct paths such as `Stack/Uploads/Signer`.
   *
   * @default - nobody
   */
  readonly principals?: string[];
}

/** Further accounts that a guarantee lets in. */
export interface AccountsGuaranteeOptions {
  /**
   * Ids of 12 digits.
   *
   * @default - the account of the bucket alone
   */
  readonly accounts?: string[];
}

/** Services that a guarantee lets in. */
export interface ServicesGuaranteeOptions {
  /**
   * Service principals, e.g. `logging.s3.amazonaws.com`.
   *
   * @default - none
   */
  readonly services?: string[];
}

/** Parts of a bucket. */
export interface PrefixesGuaranteeOptions {
  /** At least one; each ends in a slash. */
  readonly prefixes: string[];
}

/** Buckets of other templates. */
export interface BucketsGuaranteeOptions {
  /** Names of buckets, at least one. */
  readonly buckets: string[];
}

/** Access points that a guarantee lets in. */
export interface TrustedAccessPointsGuaranteeOptions {
  /**
   * Names of access points, or patterns of them. They need not be in the templates.
   *
   * @default - every access point of the account
   */
  readonly accessPoints?: string[];
}

/** A distribution that reads a bucket. */
export interface CloudFrontGuaranteeOptions extends PrincipalsGuaranteeOptions {
  /** ARN of the CloudFront distribution. */
  readonly distribution: string;
}

/** What refuses uploads under a customer's key. */
export enum SseCRefusal {
  /** `BlockedEncryptionTypes` of the encryption rule, whatever the bucket policy says. */
  BUCKET_SETTING = 'BUCKET_SETTING',
  /** A Deny of the bucket policy, whatever the setting of the bucket says. */
  BUCKET_POLICY = 'BUCKET_POLICY',
}

/** How uploads under a customer's key (SSE-C) are refused. */
export interface SseCGuaranteeOptions {
  /**
   * The one that must refuse them.
   *
   * @default - either is enough
   */
  readonly by?: SseCRefusal;
}

/** Who can upload without an encryption header. */
export interface DefaultUploadGuaranteeOptions {
  /**
   * Whether it is enough that some principal of the account can upload some object without an encryption header:
   * restrictions of uploads by other things than headers then do not count.
   *
   * @default false
   */
  readonly bySomebody?: boolean;
}

/** For whose resources AWS services may act. */
export interface SourcesGuaranteeOptions {
  /**
   * Ids of accounts, twelve digits each, beside the account of the bucket.
   *
   * @default - none
   */
  readonly accounts?: string[];
  /**
   * Ids of organizations, such as `o-a1b2c3d4e5`, any of whose accounts counts.
   *
   * @default - those that the policy names under aws:SourceOrgID
   */
  readonly organizations?: string[];
}

/** Uploads of an AWS service under its own name. */
export interface ServiceUploadsGuaranteeOptions {
  /** Service principal, e.g. `logging.s3.amazonaws.com`. */
  readonly service: string;
  /** Pattern of the ARNs of the resources for which it writes. */
  readonly sources: string;
  /**
   * Account for which it writes.
   *
   * @default - the account of the bucket
   */
  readonly account?: string;
}

/** The default retention of a bucket. */
export interface ObjectLockGuaranteeOptions {
  /**
   * `GOVERNANCE` or `COMPLIANCE`.
   *
   * @default - either
   */
  readonly mode?: string;
  /**
   * Days that it lasts at least; a year counts 365.
   *
   * @default 1
   */
  readonly days?: number;
}

/** What a vault lets delete. */
export interface VaultDeletionGuaranteeOptions {
  /** Age of the archives in whole days, from 1 on. */
  readonly days: number;
  /**
   * Key of the tag that is the legal hold.
   *
   * @default LegalHold
   */
  readonly tag?: string;
}
