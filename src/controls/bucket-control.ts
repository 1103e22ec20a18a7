import { Mixin } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { badInput } from '../input/bad-input';
import { watchBuckets } from '../policy/bucket-watch';
import { recordControl } from '../policy/control-metadata';

/**
 * A mixin that makes one bucket safer in one respect. Apply it with `bucket.with(control)`, or to many buckets with
 * `Mixins.of(app, ConstructSelector.resourcesOfType('AWS::S3::Bucket')).apply(control)`.
 *
 * It changes the `AWS::S3::Bucket` and its policy, never the bucket's identity: adding or removing a control replaces no bucket.
 * On a bucket that this app only refers to (`Bucket.fromBucketName` and the like) it is an error, since nothing could be changed there.
 */
export abstract class BucketControl extends Mixin {
  /**
   * @param id The id of the control, in kebab-case; it is recorded on the bucket as the metadata `strongbox:control`.
   */
  protected constructor(public readonly id: string) {
    super();
  }

  /** Whether the construct is a bucket: one that can be hardened, or an imported one, which `applyTo` refuses. */
  public supports(construct: IConstruct): boolean {
    return s3.CfnBucket.isCfnBucket(construct) || isNotOwned(construct);
  }

  /**
   * Hardens the bucket.
   *
   * @throws where the bucket is imported, or where it already has a setting that contradicts the control
   */
  public applyTo(construct: IConstruct): void {
    if (!s3.CfnBucket.isCfnBucket(construct)) {
      throw badInput({
        property: 'bucket',
        received: construct.node.path,
        allowed: 'a bucket that this app creates',
        fix: `apply ${this.constructor.name} in the app that owns the bucket; an imported bucket takes neither settings nor a policy`,
      });
    }
    watchBuckets(construct);
    recordControl(construct, this.id);
    this.harden(construct);
  }

  /** Makes the change; called once for every bucket, and again whenever the control is applied again. */
  protected abstract harden(bucket: s3.CfnBucket): void;
}

function isNotOwned(construct: IConstruct): boolean {
  return construct instanceof s3.BucketBase && !(construct instanceof s3.Bucket);
}
