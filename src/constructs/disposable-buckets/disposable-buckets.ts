import { CfnResource, RemovalPolicy } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { requireReason } from '../../input/reason';
import { validationError } from '../../input/validation-error';
import { SecureBucket } from '../secure-bucket/secure-bucket';

/**
 * Lets the buckets of a test or development stack be destroyed with their objects when the stack is deleted.
 *
 * It is no default of anything: every object and version is deleted, and cannot be restored.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-bucket.html
 *
 * @example
 * new SecureBucket(this, 'Documents');
 * DisposableBuckets.below(this, 'A stack of one pull request');
 */
export class DisposableBuckets {
  /**
   * Every bucket below a construct, the `LoggingBucket` that `SecureBucket` makes included, is destroyed with its
   * policy, its objects, and the key that a `SecureBucket` made for it. Keys that were passed in stay as they are. Call
   * it after the last bucket: one that is made later is an error of synthesis.
   *
   * @param scope usually the stack
   * @param reason why nothing in these buckets is needed, for the record
   * @throws if a bucket has Object Lock, or if there is no bucket
   */
  public static below(scope: IConstruct, reason: string): void {
    const why = requireReason('reason', reason);
    const buckets = bucketsBelow(scope);
    if (buckets.length === 0) {
      throw validationError({
        property: 'scope',
        actual: 'a construct without buckets',
        expected: 'a construct with a bucket below it',
        hint: 'call DisposableBuckets.below after the last bucket is made',
        scope,
      });
    }
    buckets.forEach(refuseLocked);
    for (const bucket of buckets) dispose(bucket, why);
    scope.node.addValidation({
      validate: () =>
        bucketsBelow(scope)
          .filter((bucket) => !buckets.includes(bucket))
          .map(
            ({ node }) => `${node.path}: it was made after DisposableBuckets.below; call that after the last bucket.`,
          ),
    });
  }

  private constructor() {}
}

function bucketsBelow(scope: IConstruct): s3.CfnBucket[] {
  return scope.node.findAll().filter((node): node is s3.CfnBucket => s3.CfnBucket.isCfnBucket(node));
}

/** Locked versions cannot be deleted: the deletion of the stack would fail half done. */
function refuseLocked(bucket: s3.CfnBucket): void {
  if (bucket.objectLockEnabled === undefined || bucket.objectLockEnabled === false) return;
  throw validationError({
    property: 'scope',
    actual: `a construct with ${bucket.node.path}, which has Object Lock`,
    expected: 'a construct without locked buckets, whose objects nobody can delete before their time',
    hint: 'put the archive into a stack of its own, or leave Object Lock out of test stacks',
    scope: bucket,
  });
}

function dispose(bucket: s3.CfnBucket, reason: string): void {
  bucket.applyRemovalPolicy(RemovalPolicy.DESTROY);
  bucket.addMetadata('strongbox:disposable', reason);
  const owner = bucket.node.scope;
  if (owner instanceof s3.Bucket) {
    // Made as the L2 makes it, so that what is added later goes into the same policy.
    owner.policy ??= new s3.BucketPolicy(owner, 'Policy', { bucket: owner });
    owner.policy.applyRemovalPolicy(RemovalPolicy.DESTROY);
    const secure = owner.node.scope;
    const key = secure instanceof SecureBucket ? secure.node.tryFindChild('Key') : undefined;
    if (key instanceof kms.Key) (key.node.defaultChild as CfnResource).applyRemovalPolicy(RemovalPolicy.DESTROY);
  }
  bucket.with(new s3.mixins.BucketAutoDeleteObjects());
}
