import { Duration } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { requirePrefix } from '../../input/prefix';
import { validationError } from '../../input/validation-error';
import type { Lifecycle } from '../../model/lifecycle';
import { withLifecycleRule } from '../../policy/lifecycle-rules';
import { BucketControl } from '../bucket-control';

const INCOMPLETE_UPLOADS = Duration.days(7);
const MAX_KEEP_NEWEST = 100;

/**
 * Cleans up what nobody sees: the parts of uploads that were never completed and, where asked, noncurrent versions and
 * old objects.
 *
 * Stops: storage that is paid for and cannot be listed, and data that outlives its purpose. Sets: rules of
 * `LifecycleConfiguration`. Merges: a rule of the same id is merged toward the shorter time, so that no id is there
 * twice; other rules add up, and S3 applies the shortest that fits. Limits: lifecycle deletions do not appear in
 * CloudTrail; a bucket with MFA delete cannot have a lifecycle.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html
 *
 * @example
 * declare const existing: s3.Bucket;
 * existing.with(new BucketLifecycle(Lifecycle.keepEverything().expireNoncurrentVersionsAfter(Duration.days(90))));
 */
export class BucketLifecycle extends BucketControl {
  public constructor(public readonly lifecycle: Lifecycle) {
    super('lifecycle');
    const keepNewest = lifecycle._rules.noncurrent?.keepNewest ?? 0;
    if (!Number.isInteger(keepNewest) || keepNewest < 0 || keepNewest > MAX_KEEP_NEWEST) {
      throw validationError({
        property: 'keepNewest',
        actual: keepNewest,
        expected: '0 to 100 versions',
        hint: 'choose a number in that range',
      });
    }
    for (const { prefix } of lifecycle._rules.expirations ?? []) {
      if (prefix !== undefined) requirePrefix('prefix', prefix);
    }
  }

  protected harden(bucket: s3.CfnBucket): void {
    if (this.lifecycle.reasonForNone) {
      this._decide(bucket, 'incomplete-uploads-aborted', this.lifecycle.reasonForNone);
      return;
    }
    this._claim(bucket, 'incomplete-uploads-aborted');
    for (const rule of this.rules()) {
      bucket.lifecycleConfiguration = withLifecycleRule(bucket.lifecycleConfiguration, rule);
    }
  }

  private rules(): s3.CfnBucket.RuleProperty[] {
    const { incompleteUploads, noncurrent, expirations } = this.lifecycle._rules;
    const rules: s3.CfnBucket.RuleProperty[] = [
      {
        id: 'AbortIncompleteUploads',
        status: 'Enabled',
        abortIncompleteMultipartUpload: { daysAfterInitiation: (incompleteUploads ?? INCOMPLETE_UPLOADS).toDays() },
      },
    ];
    if (noncurrent) {
      rules.push({
        id: 'ExpireNoncurrentVersions',
        status: 'Enabled',
        noncurrentVersionExpiration: {
          noncurrentDays: noncurrent.after.toDays(),
          newerNoncurrentVersions: noncurrent.keepNewest || undefined,
        },
        // A marker with no version behind it hides nothing any more.
        expiredObjectDeleteMarker: expirations?.some(({ prefix }) => prefix === undefined) ? undefined : true,
      });
    }
    for (const { after, prefix } of expirations ?? []) {
      rules.push({
        id: `Expire${prefix ? `-${prefix}` : ''}`,
        status: 'Enabled',
        prefix,
        expirationInDays: after.toDays(),
      });
    }
    return rules;
  }
}
