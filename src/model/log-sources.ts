import type { IBucketRef } from 'aws-cdk-lib/aws-s3';
import { LogPartition, type AccessLogsOptions } from './access-logs';
import { requirePrefix } from '../input/prefix';
import { validationError } from '../input/validation-error';

/**
 * The buckets whose access logs `AccessLogAnalytics` reads.
 *
 * @example
 * declare const logs: LoggingBucket;
 * const invoices = new SecureBucket(this, 'Invoices', { accessLogs: AccessLogs.to(logs, { prefix: 'invoices/' }) });
 * new AccessLogAnalytics(this, 'Analytics', { logs, sources: LogSources.buckets(invoices) });
 */
export class LogSources {
  /**
   * Buckets of this app. Prefix and partition are read from their `LoggingConfiguration`, and a query may ask for all
   * of them at once.
   *
   * @param buckets At least one. Each must log to the bucket that `AccessLogAnalytics` reads, before it is passed here.
   */
  public static buckets(...buckets: IBucketRef[]): LogSources {
    if (buckets.length === 0) throw noSources('buckets');
    return new LogSources(buckets, undefined, {});
  }

  /**
   * Buckets that this app does not make, by name; they must be in the account and Region of their logs.
   *
   * @param names At least one.
   * @param options The prefix and partition that these buckets log with. Nothing at synthesis can check them.
   */
  public static named(names: string[], options: AccessLogsOptions = {}): LogSources {
    if (names.length === 0) throw noSources('names');
    return new LogSources(undefined, names, options);
  }

  /**
   * Every bucket that logs with this prefix and partition, now or later. Each query must then name one bucket exactly,
   * because partitions of unknown values cannot be listed.
   */
  public static anyBucket(options: AccessLogsOptions = {}): LogSources {
    return new LogSources(undefined, undefined, options);
  }

  /** Key prefix of the log objects, empty for none; not used with `buckets()`. */
  public readonly prefix: string;
  /** The arrangement of the log objects; not used with `buckets()`. */
  public readonly partition: LogPartition;

  private constructor(
    /** @internal Buckets of the app. */
    public readonly _buckets: IBucketRef[] | undefined,
    /** @internal Names of other buckets. */
    public readonly _names: string[] | undefined,
    options: AccessLogsOptions,
  ) {
    this.prefix = options.prefix ?? '';
    this.partition = options.partition ?? LogPartition.EVENT_TIME;
    if (this.prefix !== '') requirePrefix('prefix', this.prefix);
  }
}

function noSources(property: string): Error {
  return validationError({
    property,
    actual: '[]',
    expected: 'at least one bucket',
    hint: 'use LogSources.anyBucket() where the buckets are not known',
  });
}
