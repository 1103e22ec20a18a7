import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { ArchiveStorage } from '../../model/archive-storage';
import { withLifecycleRule } from '../../policy/lifecycle-rules';
import { BucketControl } from '../bucket-control';

/**
 * Moves objects to colder storage classes as they get older and, where asked, deletes them at the end.
 *
 * Stops: decades of storage at the price of the first day, and records that are kept longer than the law allows.
 * Sets: one rule of `LifecycleConfiguration` for all versions. Merges: a second one is merged toward the earlier times.
 * Limits: a lock goes with its object from class to class, and S3 skips an expiry while a lock stands. Objects below
 * 128 KB are not moved.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
 *
 * @example
 * declare const existing: s3.Bucket;
 * existing.with(new BucketArchiveStorage(ArchiveStorage.standard().thenDeepArchive(Duration.days(90))));
 */
export class BucketArchiveStorage extends BucketControl {
  public constructor(public readonly storage: ArchiveStorage) {
    super('archive-storage');
  }

  protected harden(bucket: s3.CfnBucket): void {
    const { transitions, expireAfterDays } = this.storage;
    this._claim(bucket, 'archive-storage', {
      transitions:
        transitions.length === 0
          ? undefined
          : Object.fromEntries(transitions.map(({ storageClass, afterDays }) => [storageClass, afterDays])),
      expireAfterDays,
    });
    if (transitions.length === 0 && expireAfterDays === undefined) return;
    bucket.lifecycleConfiguration = withLifecycleRule(bucket.lifecycleConfiguration, {
      id: 'ArchiveStorage',
      status: 'Enabled',
      transitions: transitions.map(({ storageClass, afterDays }) => ({ storageClass, transitionInDays: afterDays })),
      noncurrentVersionTransitions: transitions.map(({ storageClass, afterDays }) => ({
        storageClass,
        transitionInDays: afterDays,
      })),
      expirationInDays: expireAfterDays,
      noncurrentVersionExpiration: expireAfterDays === undefined ? undefined : { noncurrentDays: expireAfterDays },
    });
  }
}
