/** Who alone may upload. */
export interface WritersOnlyGuaranteeOptions {
  /** ARNs of roles or users; construct paths and logical ids of the template serve as well. */
  readonly principals: string[];
  /**
   * The account, twelve digits, whose replication may write.
   * @default - none: nothing is replicated into the bucket
   */
  readonly replicasFrom?: string;
}

/** Where objects lie as they get older. */
export interface ArchiveStorageGuaranteeOptions {
  /**
   * Days after the upload by storage class: `{ GLACIER_IR: 30, DEEP_ARCHIVE: 365 }`.
   * @default - objects move as the lifecycle says, if it says anything
   */
  readonly transitions?: { [storageClass: string]: number };
  /**
   * Days after the upload, or after an overwrite, at which a version is deleted.
   * @default - whenever the lifecycle says, but never before the default retention ends
   */
  readonly expireAfterDays?: number;
}

/** How recent the second factor must be, and for whom. */
export interface RecentMfaGuaranteeOptions {
  /**
   * Seconds since the second factor was given, at most.
   * @default - any time, if it was given
   */
  readonly maximumAgeSeconds?: number;
  /**
   * ARNs of roles or users who need none; construct paths and logical ids of the template serve as well.
   * @default - nobody
   */
  readonly exempt?: string[];
}

/** The event hold that objects have. */
export interface EventHoldGuaranteeOptions {
  /** Fewest days for which an object is kept after its event hold is released. */
  readonly days: number;
  /**
   * ARNs of those who may release it; construct paths and logical ids of the template serve as well.
   * @default - nobody
   */
  readonly releasedBy?: string[];
}

/** Bounds of the retention that a request may set. */
export interface RetentionGuaranteeOptions {
  /**
   * The only mode: `GOVERNANCE` or `COMPLIANCE`.
   * @default - any
   */
  readonly mode?: string;
  /**
   * Fewest days.
   * @default - any
   */
  readonly minimumDays?: number;
  /**
   * Most days.
   * @default - any
   */
  readonly maximumDays?: number;
  /**
   * ARNs of those who may later set fewer days than the minimum, as far as the mode lets them; construct paths and
   * logical ids serve as well.
   * @default - nobody
   */
  readonly shortenedBy?: string[];
  /**
   * Whether replicas keep what is left of the retention of their source, however short.
   * @default false
   */
  readonly replicasUnbounded?: boolean;
}
