import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { validationError } from '../../input/validation-error';
import type { Retention } from '../../model/retention';
import { PolicyOfBucket } from '../../policy/bucket-policy';
import { arnsOf, denyExceptPrincipals } from '../../policy/principal-restriction';
import { restrict } from '../../policy/working-side';
import { BucketControl } from '../bucket-control';

const MODE = 's3:object-lock-mode';
const REMAINING = 's3:object-lock-remaining-retention-days';
const EVENT_HOLD = 's3:object-lock-event-hold';
const EVENT_HOLD_DAYS = 's3:object-lock-event-hold-duration-days';
const UPLOADS = ['s3:PutObject', 's3:ReplicateObject'];
const LATER = ['s3:PutObjectRetention'];

/** Options of `BucketRetentionBounds`. */
export interface RetentionBoundsOptions {
  /**
   * Roles and users who may shorten a retention as far as its mode lets them, and release an event hold.
   *
   * @default - nobody
   */
  readonly retentionManagers?: iam.IGrantable[];

  /**
   * Whether other buckets are replicated into this one. A replica keeps what is left of its source's retention, so
   * replication is then not bound from below.
   *
   * @default false
   */
  readonly isReplica?: boolean;
}

/**
 * Denies every request that names another mode, a shorter or a longer retention, or a weaker event hold than the bucket
 * allows.
 *
 * Stops: an upload that overrides the bucket's default with a day in governance mode, and a typing mistake that locks
 * an object for a century. Sets: statements of the bucket policy on `s3:PutObject`, `s3:PutObjectRetention` and
 * `s3:ReplicateObject`, on the condition keys of the lock. Merges: the same retention changes nothing; a different one
 * is an error. Limits: S3 counts the days from the request, so an upload that names exactly the minimum may arrive a
 * moment too late: name a day more. A request that names no retention carries none of these keys and gets the bucket's
 * default. The mode of a replica is that of its source: bound it there.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html#object-lock-managing-retention-limits
 *
 * @example
 * declare const existing: s3.Bucket;
 * const retention = Retention.governance(Duration.days(365));
 * existing.with(new BucketRetention(retention), new BucketRetentionBounds(retention));
 */
export class BucketRetentionBounds extends BucketControl {
  private readonly officers: iam.IGrantable[];
  private readonly isReplica: boolean;

  public constructor(
    public readonly retention: Retention,
    options: RetentionBoundsOptions = {},
  ) {
    super('retention-bounds');
    this.officers = options.retentionManagers ?? [];
    this.isReplica = options.isReplica ?? false;
  }

  protected harden(bucket: s3.CfnBucket): void {
    const { mode, minimumDays, maximumDays, eventHoldDays } = this.retention;
    const officers = arnsOf('retentionManagers', this.officers);
    const always = [...UPLOADS, ...LATER];
    const fresh = this.isReplica ? ['s3:PutObject'] : UPLOADS;
    const deny = (
      sid: string,
      actions: string[],
      conditions: Record<string, Record<string, unknown>>,
      people: string[] = [],
    ) => {
      this.requireSame(bucket, sid, conditions);
      denyExceptPrincipals(bucket, { sid, property: 'retentionManagers', actions, on: 'objects', conditions }, people);
    };

    // AWS documents no s3:object-lock-mode for s3:ReplicateObject, and S3 refuses a statement whose key does not fit
    // each of its actions.
    deny('StrongboxRetentionMode', ['s3:PutObject', ...LATER], {
      Null: { [MODE]: 'false' },
      StringNotEquals: { [MODE]: mode },
    });
    deny('StrongboxRetentionTooLong', always, { NumericGreaterThan: { [REMAINING]: String(maximumDays) } });
    deny('StrongboxRetentionTooShort', fresh, { NumericLessThan: { [REMAINING]: String(minimumDays) } });
    deny('StrongboxRetentionShortened', LATER, { NumericLessThan: { [REMAINING]: String(minimumDays) } }, officers);
    this._claimInPolicy(bucket, 'retention-bounded', {
      mode,
      minimumDays,
      maximumDays,
      shortenedBy: officers,
      replicasUnbounded: this.isReplica || undefined,
    });
    // What an upload may name: the shortest and the longest retention.
    const held: Record<string, string> =
      eventHoldDays === undefined ? {} : { [EVENT_HOLD]: 'ON', [EVENT_HOLD_DAYS]: String(eventHoldDays) };
    restrict(bucket, {
      actions: ['s3:PutObject'],
      alsoWith: () => [minimumDays, maximumDays].map((days) => ({ [MODE]: mode, [REMAINING]: String(days), ...held })),
    });
    restrict(bucket, {
      actions: LATER,
      alsoWith: () => [minimumDays, maximumDays].map((days) => ({ [MODE]: mode, [REMAINING]: String(days) })),
    });
    if (officers.length > 0) {
      restrict(bucket, {
        actions: LATER,
        alsoWith: () => [{ [MODE]: mode, [REMAINING]: '1' }],
        alsoBy: () => officers,
      });
    }
    if (eventHoldDays === undefined) return;
    this._claimInPolicy(bucket, 'event-hold-kept', { days: eventHoldDays, releasedBy: officers });
    // An upload that names any lock of its own gets no event hold unless it names that as well.
    deny('StrongboxEventHoldMissing', ['s3:PutObject'], {
      Null: { [MODE]: 'false' },
      StringNotEquals: { [EVENT_HOLD]: 'ON' },
    });
    deny('StrongboxEventHoldOff', ['s3:PutObject', ...LATER], { StringEquals: { [EVENT_HOLD]: 'OFF' } }, officers);
    deny(
      'StrongboxEventHoldShort',
      ['s3:PutObject', ...LATER],
      { NumericLessThan: { [EVENT_HOLD_DAYS]: String(eventHoldDays) } },
      officers,
    );
  }

  private requireSame(bucket: s3.CfnBucket, sid: string, conditions: Record<string, Record<string, unknown>>): void {
    const before = PolicyOfBucket.of(bucket).find(sid)?.conditions;
    if (before === undefined) return;
    const { ArnNotEquals: _people, ...rest } = before;
    if (JSON.stringify(rest) !== JSON.stringify(conditions)) {
      throw validationError({
        property: 'retention',
        actual: 'other bounds than before',
        expected: 'one retention a bucket',
        hint: 'remove one of the two',
        scope: bucket,
      });
    }
  }
}
