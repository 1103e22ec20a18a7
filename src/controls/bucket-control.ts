import { Mixin, Validations } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { watchBuckets } from '../policy/bucket-watch';
import { claim, claimInPolicy, type Claim } from '../policy/claims';
import { recordControl } from '../policy/control-metadata';

/**
 * A mixin that makes one bucket safer in one respect. Apply it with `bucket.with(control)`, or to many buckets with
 * `Mixins.of(app, ConstructSelector.resourcesOfType('AWS::S3::Bucket')).apply(control)`.
 *
 * It changes the `AWS::S3::Bucket` and its policy, never the bucket's identity: adding or removing a control replaces
 * no bucket. A bucket that this app only refers to (`Bucket.fromBucketName` and the like) is skipped with a warning,
 * since nothing can be changed there.
 */
export abstract class BucketControl extends Mixin {
  /**
   * @param id The id of the control, in kebab-case; it is recorded on the bucket as the metadata `strongbox:control`.
   */
  protected constructor(public readonly id: string) {
    super();
  }

  /** Whether the construct is a bucket: one that can be hardened, or an imported one, which `applyTo` skips. */
  public supports(construct: IConstruct): boolean {
    return s3.CfnBucket.isCfnBucket(construct) || isNotOwned(construct);
  }

  /**
   * Hardens the bucket.
   *
   * @throws where the bucket already has a setting that contradicts the control
   */
  public applyTo(construct: IConstruct): void {
    if (!s3.CfnBucket.isCfnBucket(construct)) {
      this.skip(construct as s3.IBucket);
      return;
    }
    watchBuckets(construct);
    recordControl(construct, this.id);
    this.harden(construct);
  }

  /**
   * What happens where the bucket is imported: `stack.with(control)` must not fail for it, and it must not look
   * protected either.
   */
  protected skip(imported: s3.IBucket): void {
    Validations.of(imported).addWarning(
      `@strongbox/imported-bucket-${this.id}`,
      `${imported.node.path} is imported, and ${this.constructor.name} changes nothing there: apply it in ` +
        'the app that owns the bucket.',
    );
  }

  /**
   * Claims a guarantee in the template metadata of the bucket.
   *
   * @internal
   */
  protected _claim(bucket: s3.CfnBucket, guarantee: string, options?: Claim['options'], slot?: string): void {
    claim(bucket, { control: this.id, guarantee, options, slot });
  }

  /**
   * Claims a guarantee in the template metadata of the bucket policy, which refers already to what the options name.
   *
   * @internal
   */
  protected _claimInPolicy(bucket: s3.CfnBucket, guarantee: string, options?: Claim['options'], slot?: string): void {
    claimInPolicy(bucket, { control: this.id, guarantee, options, slot });
  }

  /**
   * States in the template metadata of the bucket why nothing is guaranteed.
   *
   * @internal
   */
  protected _decide(bucket: s3.CfnBucket, guarantee: string, decision: string, slot?: string): void {
    claim(bucket, { control: this.id, guarantee, decision, slot });
  }

  /** Makes the change; called once for every bucket, and again whenever the control is applied again. */
  protected abstract harden(bucket: s3.CfnBucket): void;
}

function isNotOwned(construct: IConstruct): boolean {
  return construct instanceof s3.BucketBase && !(construct instanceof s3.Bucket);
}
