import { Validations } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { CorsPolicy } from '../../model/cors-policy';
import { appendToList } from '../../policy/append-to-list';
import { BucketControl } from '../bucket-control';

/**
 * Lets the pages of named origins use the bucket from a browser.
 *
 * Stops: the `*` that is written because the right origin was not at hand, and a page that anybody's script can write
 * through. Sets: one rule of `CorsConfiguration`. Merges: rules add up; S3 takes the first that fits. Limits: CORS is
 * enforced by the browser and is no access control.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html
 *
 * @example
 * declare const existing: s3.Bucket;
 * existing.with(new BucketCors(CorsPolicy.forOrigins('https://www.example.com').allow(HttpMethod.GET)));
 */
export class BucketCors extends BucketControl {
  public constructor(public readonly policy: CorsPolicy) {
    super('cors');
  }

  protected harden(bucket: s3.CfnBucket): void {
    bucket.corsConfiguration = appendToList<s3.CfnBucket.CorsConfigurationProperty, object>(
      bucket.corsConfiguration,
      'corsRules',
      this.policy._render(),
    );
    const reason = this.policy.reasonForAnyOrigin;
    if (!reason) this._claim(bucket, 'cors-named-origins');
    if (reason) {
      this._decide(bucket, 'cors-named-origins', reason);
      Validations.of(bucket).acknowledge(
        { id: 'Strongbox::cors-named-origins', reason },
        { id: 'Strongbox::cors-wildcard', reason },
      );
    }
  }
}
