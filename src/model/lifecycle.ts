import type { Duration } from 'aws-cdk-lib';
import { requireReason } from '../input/reason';
import { requireWholeDays } from '../input/whole-days';

/** Options of `Lifecycle.expireNoncurrentVersionsAfter()`. */
export interface NoncurrentVersionOptions {
  /**
   * How many of the newest noncurrent versions stay however old they are: 1 to 100.
   *
   * @default 0
   */
  readonly keepNewest?: number;
}

/** Options of `Lifecycle.expireAfter()`. */
export interface ExpirationOptions {
  /**
   * Only keys below this prefix, which ends in `/`.
   *
   * @default - the whole bucket
   */
  readonly prefix?: string;
}

/**
 * What S3 cleans up by itself. Nothing is deleted unless it says so.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html
 *
 * @example
 * new SecureBucket(this, 'Uploads', {
 *   lifecycle: Lifecycle.keepEverything().expireNoncurrentVersionsAfter(Duration.days(90), { keepNewest: 3 }),
 * });
 */
export class Lifecycle {
  /** Keeps every version; only the parts of uploads that were never completed go, after 7 days. */
  public static keepEverything(): Lifecycle {
    return new Lifecycle({});
  }

  /**
   * No rule at all, for a reason that stays in the code. The parts of uploads that were never completed are then kept,
   * and paid for.
   *
   * @param reason Who decided it and why, as a sentence for an auditor.
   */
  public static none(reason: string): Lifecycle {
    return new Lifecycle({}, requireReason('Lifecycle.none(reason)', reason));
  }

  private constructor(
    /** @internal */
    public readonly _rules: {
      readonly incompleteUploads?: Duration;
      readonly noncurrent?: { readonly after: Duration; readonly keepNewest: number };
      readonly expirations?: ReadonlyArray<{ readonly after: Duration; readonly prefix?: string }>;
    },
    /** Why nothing is cleaned up, if nothing is. */
    public readonly reasonForNone?: string,
  ) {}

  /**
   * The same, with another time after which the parts of an incomplete multipart upload go.
   *
   * @param after Whole days, at least 1.
   */
  public abortIncompleteUploadsAfter(after: Duration): Lifecycle {
    requireWholeDays('abortIncompleteUploadsAfter', after);
    return new Lifecycle({ ...this._rules, incompleteUploads: after });
  }

  /**
   * The same, and versions that were overwritten or deleted go some time after they became noncurrent.
   *
   * @param after Whole days, at least 1: the time in which an accident can be undone.
   */
  public expireNoncurrentVersionsAfter(after: Duration, options: NoncurrentVersionOptions = {}): Lifecycle {
    requireWholeDays('expireNoncurrentVersionsAfter', after);
    return new Lifecycle({ ...this._rules, noncurrent: { after, keepNewest: options.keepNewest ?? 0 } });
  }

  /**
   * The same, and objects get a delete marker some time after they were written. With versioning they can be restored
   * until their noncurrent version expires.
   *
   * @param after Whole days, at least 1.
   */
  public expireAfter(after: Duration, options: ExpirationOptions = {}): Lifecycle {
    requireWholeDays('expireAfter', after);
    return new Lifecycle({
      ...this._rules,
      expirations: [...(this._rules.expirations ?? []), { after, prefix: options.prefix }],
    });
  }
}
