import { Token } from 'aws-cdk-lib';
import type { IBucketRef } from 'aws-cdk-lib/aws-s3';
import { requirePrefix } from '../input/prefix';
import { validationError } from '../input/validation-error';

/** Which side of the data events is recorded. */
export enum TrailAccess {
  /** Reads and writes. */
  ALL = 'All',
  /** Reads alone, for example GetObject and HeadObject. */
  READ = 'ReadOnly',
  /** Writes alone, for example PutObject, DeleteObject and PutObjectRetention. */
  WRITE = 'WriteOnly',
}

/** Options of `TrailEvents`. */
export interface TrailEventsOptions {
  /**
   * Which side is recorded.
   *
   * @default TrailAccess.ALL
   */
  readonly access?: TrailAccess;

  /**
   * ARNs of callers whose events are left out, each to the letter as `userIdentity.arn` has it, or the beginning of one
   * that ends in `/` for all sessions of a role: `arn:aws:sts::111122223333:assumed-role/Scanner/`. What they do is
   * then in no record.
   *
   * @default - nobody
   */
  readonly exceptCallers?: string[];

  /**
   * Names of events that are left out, for example `HeadObject`.
   *
   * @default - none
   */
  readonly exceptEvents?: string[];
}

/**
 * Data events that an `ObjectTrail` records. Requests by an access point or an Object Lambda access point have types of
 * their own: name those access points as well.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
 *
 * @example
 * declare const records: SecureBucket;
 * declare const trails: LoggingBucket;
 * new ObjectTrail(this, 'Trail', { target: trails, events: [TrailEvents.ofBuckets([records])] });
 */
export class TrailEvents {
  /** Of all buckets of the account, those made later included; of the organization's in an organization trail. */
  public static ofAllBuckets(options: TrailEventsOptions = {}): TrailEvents {
    return new TrailEvents('AWS::S3::Object', [], options);
  }

  /** Of these buckets. @param buckets at least one; buckets of other accounts only in an organization trail */
  public static ofBuckets(buckets: IBucketRef[], options: TrailEventsOptions = {}): TrailEvents {
    return new TrailEvents(
      'AWS::S3::Object',
      required('buckets', buckets).map((bucket) => `${bucket.bucketRef.bucketArn}/`),
      options,
      buckets,
    );
  }

  /** Of objects of one bucket whose keys begin so. @param prefixes at least one, each ending in a slash */
  public static ofPrefixes(bucket: IBucketRef, prefixes: string[], options: TrailEventsOptions = {}): TrailEvents {
    const starts = required('prefixes', prefixes).map(
      (prefix) => `${bucket.bucketRef.bucketArn}/${requirePrefix('prefixes', prefix)}`,
    );
    return new TrailEvents('AWS::S3::Object', starts, options, [bucket]);
  }

  /** Of requests by these access points. @param arns ARNs of access points; none means all of the account */
  public static ofAccessPoints(arns: string[] = [], options: TrailEventsOptions = {}): TrailEvents {
    return new TrailEvents(
      'AWS::S3::AccessPoint',
      arns.map((arn) => requireArn(arn, ':accesspoint/')),
      options,
    );
  }

  /** Of requests by these Object Lambda access points. @param arns their ARNs; none means all of the account */
  public static ofObjectLambdaAccessPoints(arns: string[] = [], options: TrailEventsOptions = {}): TrailEvents {
    return new TrailEvents(
      'AWS::S3ObjectLambda::AccessPoint',
      arns.map((arn) => requireArn(arn, ':accesspoint/')),
      options,
    );
  }

  /** What CloudTrail calls the resources, for example `AWS::S3::Object`. */
  public readonly resourceType: string;

  private constructor(
    resourceType: string,
    /** @internal Beginnings of the ARNs; none for all. */
    public readonly _startsWith: string[],
    /** @internal */
    public readonly _options: TrailEventsOptions,
    /** @internal The buckets that it names. */
    public readonly _buckets: IBucketRef[] = [],
  ) {
    this.resourceType = resourceType;
    for (const arn of _options.exceptCallers ?? []) {
      if (!Token.isUnresolved(arn) && !/^arn:[^:]+:(iam|sts)::\d{12}:[^*?]+$/.test(arn)) {
        throw validationError({
          property: 'exceptCallers',
          actual: arn,
          expected: 'the ARN of a caller without "*" or "?", which selectors do not know',
          hint: 'end it in "/" for all sessions of a role: "arn:aws:sts::111122223333:assumed-role/Scanner/"',
        });
      }
    }
  }
}

function required<T>(property: string, values: T[]): T[] {
  if (values.length > 0) return values;
  throw validationError({
    property,
    actual: '[]',
    expected: 'at least one',
    hint: 'use TrailEvents.ofAllBuckets() for all',
  });
}

function requireArn(arn: string, part: string): string {
  if (!Token.isUnresolved(arn) && !(arn.startsWith('arn:') && arn.includes(part))) {
    throw validationError({
      property: 'arns',
      actual: arn,
      expected: 'the ARN of an access point',
      hint: 'pass its ARN, not its name or alias',
    });
  }
  return arn;
}
