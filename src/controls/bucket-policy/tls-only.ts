import type * as s3 from 'aws-cdk-lib/aws-s3';
import { PolicyOfBucket } from '../../policy/bucket-policy';
import { claimWorkingSide } from '../../policy/working-side';
import { BucketControl } from '../bucket-control';

const SID = 'StrongboxTlsOnly';

/**
 * Denies every request that does not come by HTTPS: reading, writing, listing and administration alike.
 *
 * Stops: credentials, keys and data from crossing a network in the clear. Sets: one statement of the bucket policy,
 * `s3:*` on the bucket and its objects where `aws:SecureTransport` is `false`. Merges: a second application changes
 * nothing; other statements are left as they are. Limits: website endpoints speak HTTP only and stop working.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html#example-bucket-policies-HTTP-HTTPS
 *
 * @example
 * declare const existing: s3.Bucket;
 * existing.with(new BucketTlsOnly());
 */
export class BucketTlsOnly extends BucketControl {
  public constructor() {
    super('tls-only');
  }

  protected harden(bucket: s3.CfnBucket): void {
    const policy = PolicyOfBucket.of(bucket);
    if (policy.find(SID)) return;
    policy.deny(SID, {
      actions: ['s3:*'],
      resources: policy.bucketAndObjects,
      conditions: { Bool: { 'aws:SecureTransport': 'false' } },
    });
    this._claimInPolicy(bucket, 'tls-only');
    claimWorkingSide(bucket);
  }
}
