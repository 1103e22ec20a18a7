import type * as s3 from 'aws-cdk-lib/aws-s3';
import { TlsVersion } from '../../model/tls-version';
import { PolicyOfBucket } from '../../policy/bucket-policy';
import { claimWorkingSide } from '../../policy/working-side';
import { BucketControl } from '../bucket-control';

const SID = 'StrongboxTlsMinimumVersion';

/**
 * Denies every HTTPS request that uses an older TLS version than the given one.
 *
 * Stops: a downgrade to a protocol version with known breaks. Sets: one statement of the bucket policy, `s3:*` on the
 * bucket and its objects where `s3:TlsVersion` is below the minimum. Merges: of two minimums the higher one stays.
 * Limits: a request by HTTP carries no TLS version; `BucketTlsOnly` stops that one.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html#example-object-tls-version
 *
 * @example
 * declare const existing: s3.Bucket;
 * existing.with(new BucketTlsMinimumVersion(TlsVersion.V1_3));
 */
export class BucketTlsMinimumVersion extends BucketControl {
  /**
   * @param minimum The oldest version that is still answered.
   */
  public constructor(public readonly minimum: TlsVersion = TlsVersion.V1_2) {
    super('tls-minimum-version');
  }

  protected harden(bucket: s3.CfnBucket): void {
    const policy = PolicyOfBucket.of(bucket);
    const statement = policy.find(SID) ?? policy.deny(SID, { actions: ['s3:*'], resources: policy.bucketAndObjects });
    claimWorkingSide(bucket);
    const before = statement.conditions.NumericLessThan?.['s3:TlsVersion'] as string | undefined;
    if (before === undefined || before < this.minimum) {
      this._claimInPolicy(bucket, 'tls-minimum-version', { version: Number(this.minimum) }, 'tls-minimum-version');
      statement.addCondition('NumericLessThan', { 's3:TlsVersion': this.minimum });
    }
  }
}
