import { Validations } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { validationError } from '../../input/validation-error';
import type { ObjectLock } from '../../model/object-lock';
import { acknowledgeRule } from '../../policy/acknowledge';
import { BucketControl } from '../bucket-control';

/**
 * States that the objects of the bucket are not locked, and why.
 *
 * Stops: records that everybody thought could not be deleted. Sets: nothing but the acknowledgement of the packs'
 * findings, with the reason. Merges: the last statement stands; on a bucket that has a lock the statement is false and
 * an error. Limits: Object Lock is chosen when a bucket is made, so it is no control; use a construct that locks.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 *
 * @example
 * declare const existing: s3.Bucket;
 * const noLock = ObjectLock.none('Documents are edited daily and versioned, approved by Records');
 * existing.with(new BucketObjectLock(noLock));
 */
export class BucketObjectLock extends BucketControl {
  public constructor(public readonly objectLock: ObjectLock) {
    super('object-lock');
  }

  protected harden(bucket: s3.CfnBucket): void {
    if (bucket.objectLockEnabled || bucket.objectLockConfiguration) {
      throw validationError({
        property: 'objectLock',
        actual: 'ObjectLock.none()',
        expected: 'a statement that is true of the bucket, which has Object Lock on',
        hint: 'remove the statement',
        scope: bucket,
      });
    }
    const reason = this.objectLock.reasonForNone;
    this._decide(bucket, 'object-locked', reason);
    acknowledgeRule(bucket, 'S3BucketDefaultLockEnabled', reason);
    Validations.of(bucket).acknowledge({ id: 'Strongbox::object-locked', reason });
  }
}
