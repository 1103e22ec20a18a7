import type * as s3 from 'aws-cdk-lib/aws-s3';
import { validationError } from '../../input/validation-error';
import type { Encryption } from '../../model/encryption';
import {
  blocksCustomerKeys,
  defaultEncryption,
  encryptionRule,
  setEncryptionRule,
  type DefaultEncryption,
  type EncryptionRule,
} from '../../policy/encryption-setting';
import { BucketControl } from '../bucket-control';

/** From the weakest to the strongest. */
const STRENGTH = ['AES256', 'aws:kms', 'aws:kms:dsse'];

/**
 * Sets how S3 encrypts an object whose upload names no encryption.
 *
 * Stops: objects at rest under a key that nobody chose. Sets: `BucketEncryption`: the algorithm, the key, and for
 * SSE-KMS the bucket key. Merges: the stronger algorithm stays (DSSE-KMS over SSE-KMS over SSE-S3); two different keys
 * are an error, never a guess. Limits: the default gives way to an encryption that the upload names;
 * `BucketUploadEncryption` denies that.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html
 *
 * @example
 * declare const existing: s3.Bucket;
 * declare const key: kms.Key;
 * existing.with(new BucketDefaultEncryption(Encryption.kms({ key })));
 */
export class BucketDefaultEncryption extends BucketControl {
  /**
   * @param encryption The encryption; a KMS one must name its key, since a control makes no resources.
   */
  public constructor(public readonly encryption: Encryption) {
    super('default-encryption');
    if (encryption.usesKms && !encryption.key) {
      throw validationError({
        property: 'encryption',
        actual: `${encryption.algorithm} without a key`,
        expected: 'a KMS encryption that names its key',
        hint: 'pass Encryption.kms({ key }), or use SecureBucket, which makes a key of its own',
      });
    }
  }

  protected harden(bucket: s3.CfnBucket): void {
    const before = encryptionRule(bucket);
    const byDefault = this.merge(bucket, defaultEncryption(bucket));
    this._claim(bucket, 'default-encryption', { algorithm: byDefault.sseAlgorithm }, 'default-encryption');
    const bucketKey =
      byDefault.sseAlgorithm === 'aws:kms' && (this.encryption.bucketKeyEnabled || before?.bucketKeyEnabled === true);
    setEncryptionRule(bucket, {
      ...before,
      serverSideEncryptionByDefault: byDefault,
      bucketKeyEnabled: bucketKey || undefined,
      // AWS blocks SSE-C on new buckets unless the bucket says otherwise.
      blockedEncryptionTypes: this.encryption.requiresCustomerKey
        ? this.acceptCustomerKeys(bucket, before)
        : before?.blockedEncryptionTypes,
    });
  }

  private merge(bucket: s3.CfnBucket, theirs: DefaultEncryption | undefined): DefaultEncryption {
    const mine: DefaultEncryption = {
      sseAlgorithm: this.encryption.algorithm,
      kmsMasterKeyId: this.encryption.key?.keyArn,
    };
    if (!theirs) return mine;
    if (mine.kmsMasterKeyId && theirs.kmsMasterKeyId && !sameKey(bucket, mine.kmsMasterKeyId, theirs.kmsMasterKeyId)) {
      throw validationError({
        property: 'encryption',
        actual: 'a second KMS key',
        expected: 'one default key a bucket',
        hint: 'apply BucketDefaultEncryption with the key that the bucket has, or remove the other encryption',
        scope: bucket,
      });
    }
    const stronger = STRENGTH.indexOf(theirs.sseAlgorithm) > STRENGTH.indexOf(mine.sseAlgorithm) ? theirs : mine;
    return { ...stronger, kmsMasterKeyId: stronger.kmsMasterKeyId ?? theirs.kmsMasterKeyId };
  }

  private acceptCustomerKeys(
    bucket: s3.CfnBucket,
    before: EncryptionRule | undefined,
  ): s3.CfnBucket.BlockedEncryptionTypesProperty {
    if (blocksCustomerKeys(before)) {
      throw validationError({
        property: 'encryption',
        actual: 'Encryption.customerProvided()',
        expected: 'an encryption that the bucket does not block, and it blocks SSE-C',
        hint: 'remove BucketSseCDisabled from this bucket',
        scope: bucket,
      });
    }
    return { encryptionType: ['NONE'] };
  }
}

function sameKey(bucket: s3.CfnBucket, one: string, other: string): boolean {
  return JSON.stringify(bucket.stack.resolve(one)) === JSON.stringify(bucket.stack.resolve(other));
}
