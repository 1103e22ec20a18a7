import { Token, Validations } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { validationError } from '../../input/validation-error';
import type { Replication } from '../../model/replication';
import { acknowledgeRule } from '../../policy/acknowledge';
import { replicationNoted, Replicator } from '../../policy/replicator';
import { BucketControl } from '../bucket-control';

/**
 * Copies the objects of the bucket to another bucket, or states why not.
 *
 * Stops: the loss of the only copy with its Region or its account, and a copy that everybody thought existed. Sets:
 * `ReplicationConfiguration` with one rule, a role with exactly what it needs (the keys of both sides through S3 only),
 * and the policy of a destination that this app owns in another account. The source's encryption is read at synthesis,
 * whatever the order of the controls. Merges: one destination a bucket; a second one is an error. The role is exempt
 * from those restrictions of this library that would stop it on either side (`BucketPerimeter`,
 * `BucketDirectAccessDenied`). Two buckets of one account may each name the other: the second direction is set by a
 * call of a custom resource once both exist, in whatever stacks and Regions; let both copy `deleteMarkers` and
 * `replicaModifications` where either side is written to. Limits: objects written before are not copied (use S3 Batch
 * Replication). A copy keeps the encryption of its source unless a destination key is given. Replication copies a wrong
 * write too; versioning undoes it.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-walkthrough1.html
 *
 * @example
 * declare const existing: s3.Bucket;
 * declare const copies: SecureBucket;
 * existing.with(new BucketReplication(Replication.to(copies)));
 */
export class BucketReplication extends BucketControl {
  /** The role that replicates a bucket, if `BucketReplication` made one. */
  public static roleOf(bucket: s3.IBucketRef): iam.IRole | undefined {
    const found = bucket.node.findAll().find((node): node is s3.CfnBucket => s3.CfnBucket.isCfnBucket(node));
    return found && replicationNoted(found)?.role;
  }

  public constructor(public readonly replication: Replication) {
    super('replication');
    const region = replication.options.destinationRegion;
    if (
      region !== undefined &&
      !Token.isUnresolved(region) &&
      !RegionInfo.regions.some(({ name }) => name === region)
    ) {
      throw validationError({
        property: 'destinationRegion',
        actual: region,
        expected: 'the name of an AWS Region',
        hint: 'write for example "eu-west-1"',
      });
    }
  }

  protected harden(bucket: s3.CfnBucket): void {
    const { destination, options, reasonForNone } = this.replication;
    if (destination) this._claim(bucket, 'replicated');
    if (!destination) {
      this._decide(bucket, 'replicated', reasonForNone!);
      acknowledgeRule(bucket, 'S3BucketReplicationEnabled', reasonForNone!);
      Validations.of(bucket).acknowledge({ id: 'Strongbox::replicated', reason: reasonForNone! });
      return;
    }
    const noted = replicationNoted(bucket);
    if (!noted) {
      new Replicator(bucket, destination, options).install();
    } else if (noted.destination.bucketRef.bucketArn !== destination.bucketRef.bucketArn) {
      throw validationError({
        property: 'replication',
        actual: 'a second destination',
        expected: 'one destination a bucket',
        hint: 'remove one of them',
        scope: bucket,
      });
    }
  }
}
