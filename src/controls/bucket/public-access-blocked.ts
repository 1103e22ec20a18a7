import type * as s3 from 'aws-cdk-lib/aws-s3';
import { blockPublicAccess, isOpenForPolicies } from '../../policy/public-access';
import { BucketControl } from '../bucket-control';

/**
 * Turns all four settings of Block Public Access on for the bucket.
 *
 * Stops: a bucket policy or an ACL, today's or a future one, that opens the bucket to everybody. Sets:
 * `PublicAccessBlockConfiguration`, all four `true`. Merges: whatever was set before, the result is four times `true`;
 * only a stated `BucketPublicRead` keeps the two settings about policies off. Limits: it says nothing about principals
 * of other accounts who are named one by one; those are not public.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 *
 * @example
 * declare const existing: s3.Bucket;
 * existing.with(new BucketPublicAccessBlocked());
 */
export class BucketPublicAccessBlocked extends BucketControl {
  public constructor() {
    super('public-access-blocked');
  }

  protected harden(bucket: s3.CfnBucket): void {
    blockPublicAccess(bucket);
    if (!isOpenForPolicies(bucket)) this._claim(bucket, 'public-access-blocked', undefined, 'public-access-blocked');
    else this._claim(bucket, 'public-acls-blocked');
  }
}
