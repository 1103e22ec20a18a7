import type * as s3 from 'aws-cdk-lib/aws-s3';
import { validationError } from '../../input/validation-error';
import { PolicyOfBucket } from '../../policy/bucket-policy';
import { encryptionRule, setEncryptionRule } from '../../policy/encryption-setting';
import { denyCustomerKeys } from '../../policy/upload-conditions';
import { BucketControl } from '../bucket-control';

/**
 * Refuses uploads that bring their own encryption key (SSE-C).
 *
 * Stops: ransomware that re-encrypts objects under a key which only the attacker has, and objects that nobody can read
 * once the key is lost. Sets: `BlockedEncryptionTypes` of the encryption rule, and one statement of the bucket policy
 * that denies an upload with the customer's algorithm header. Merges: a second application changes nothing; on a bucket
 * that accepts SSE-C by `Encryption.customerProvided()` it is an error. Limits: objects that are already under SSE-C
 * stay readable with their key.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/blocking-unblocking-s3-c-encryption-gpb.html
 *
 * @example
 * declare const existing: s3.Bucket;
 * existing.with(new BucketSseCDisabled());
 */
export class BucketSseCDisabled extends BucketControl {
  public constructor() {
    super('sse-c-disabled');
  }

  protected harden(bucket: s3.CfnBucket): void {
    const rule = encryptionRule(bucket);
    const blocked =
      (rule?.blockedEncryptionTypes as s3.CfnBucket.BlockedEncryptionTypesProperty | undefined)?.encryptionType ?? [];
    if (blocked.includes('NONE')) {
      throw validationError({
        property: 'blockedEncryptionTypes',
        actual: '["NONE"]',
        expected: 'a bucket that does not accept SSE-C on purpose',
        hint: 'choose either BucketSseCDisabled or Encryption.customerProvided()',
        scope: bucket,
      });
    }
    setEncryptionRule(bucket, {
      ...rule,
      blockedEncryptionTypes: { encryptionType: [...new Set([...blocked, 'SSE-C'])] },
    });
    denyCustomerKeys(PolicyOfBucket.of(bucket));
    this._claim(bucket, 'no-sse-c-uploads', { by: 'BUCKET_SETTING' });
    this._claim(bucket, 'no-sse-c-uploads', { by: 'BUCKET_POLICY' });
  }
}
