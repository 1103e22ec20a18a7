import type { IBucketRef } from 'aws-cdk-lib/aws-s3';
import { requirePrefix } from '../input/prefix';
import { requireReason } from '../input/reason';

/** How S3 arranges the log objects below the prefix. */
export enum LogPartition {
  /**
   * `[prefix][account]/[region]/[bucket]/[YYYY]/[MM]/[DD]/...` by the time of the logged request: what a query by day
   * needs.
   */
  EVENT_TIME = 'EventTime',
  /** The same folders by the time of delivery: a day's folder is complete sooner. */
  DELIVERY_TIME = 'DeliveryTime',
  /** `[prefix][YYYY]-[MM]-[DD]-[hh]-[mm]-[ss]-[unique]`, all in one folder. */
  NONE = 'None',
}

/** Options of `AccessLogs.to()` and `AccessLogs.shared()`. */
export interface AccessLogsOptions {
  /**
   * Where in the target the log objects go: a key prefix that ends in `/`.
   *
   * @default - no prefix; a partitioned layout begins with the account, the Region and the bucket's name anyway
   */
  readonly prefix?: string;

  /**
   * How S3 arranges the log objects below the prefix.
   *
   * @default LogPartition.EVENT_TIME
   */
  readonly partition?: LogPartition;
}

/**
 * Where S3 writes the server access logs of a bucket.
 *
 * Delivery is best effort: it may take hours and may miss a record. For an audit trail use CloudTrail data events
 * beside it.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html
 *
 * @example
 * declare const centralLogs: LoggingBucket;
 * new SecureBucket(this, 'Assets', { accessLogs: AccessLogs.to(centralLogs, { prefix: 'assets/' }) });
 */
export class AccessLogs {
  /** To the `LoggingBucket` of the stack, which is made when the first bucket asks for it. */
  public static shared(options: AccessLogsOptions = {}): AccessLogs {
    return new AccessLogs(undefined, options);
  }

  /**
   * To a bucket of your choice, in the same account and Region, best a `LoggingBucket`.
   *
   * @param target The log bucket; never the logged bucket itself, nor one that logs to it, nor one with Object Lock or
   * a KMS key.
   */
  public static to(target: IBucketRef, options: AccessLogsOptions = {}): AccessLogs {
    return new AccessLogs(target, options);
  }

  /**
   * Nowhere, for a reason that stays in the report.
   *
   * @param reason Who decided it and why, as a sentence for an auditor.
   */
  public static none(reason: string): AccessLogs {
    return new AccessLogs(undefined, {}, requireReason('AccessLogs.none(reason)', reason));
  }

  /** Key prefix of the log objects, empty for none. */
  public readonly prefix: string;
  /** The arrangement of the log objects. */
  public readonly partition: LogPartition;

  private constructor(
    /** The target, if one was named. */
    public readonly target?: IBucketRef,
    options: AccessLogsOptions = {},
    /** Why nothing is logged, if nothing is. */
    public readonly reasonForNone?: string,
  ) {
    this.prefix = options.prefix ?? '';
    this.partition = options.partition ?? LogPartition.EVENT_TIME;
    if (this.prefix !== '') requirePrefix('prefix', this.prefix);
  }
}
