import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Replication } from '../../model/replication';
import { acknowledgeRule } from '../../private/acknowledge';
import { BucketControl } from '../bucket-control';

/**
 * States whether the objects of the bucket are copied to another bucket.
 *
 * Stops: the loss of the only copy with its Region or its account, and a copy that everybody thought existed.
 * Sets: with `Replication.none(reason)` nothing but the acknowledgement of the packs' findings, with the reason.
 * Merges: the last statement stands.
 * Limits: replication does not protect against a wrong write, which it copies; versioning does.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html
 *
 * @example
 * declare const existing: s3.Bucket;
 * existing.with(new BucketReplication(Replication.none('Rebuilt nightly from the source system, approved by Data Platform')));
 */
export class BucketReplication extends BucketControl {
  public constructor(public readonly replication: Replication) {
    super('replication');
  }

  protected harden(bucket: s3.CfnBucket): void {
    acknowledgeRule(bucket, 'S3BucketReplicationEnabled', this.replication.reasonForNone!);
  }
}
