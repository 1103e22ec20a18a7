import type * as s3 from 'aws-cdk-lib/aws-s3';
import { BucketControl } from '../bucket-control';

/**
 * Keeps every version of every object.
 *
 * Stops: an overwrite or a delete, by accident or by ransomware, from destroying the only copy. Sets:
 * `VersioningConfiguration` to `Enabled`. Merges: suspended becomes enabled. Limits: whoever may
 * `s3:DeleteObjectVersion` still deletes for good; noncurrent versions cost storage until a lifecycle rule expires
 * them.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html
 *
 * @example
 * declare const existing: s3.Bucket;
 * existing.with(new BucketVersioned());
 */
export class BucketVersioned extends BucketControl {
  public constructor() {
    super('versioned');
  }

  protected harden(bucket: s3.CfnBucket): void {
    this._claim(bucket, 'versioned');
    bucket.versioningConfiguration = { status: 'Enabled' };
  }
}
