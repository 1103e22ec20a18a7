import type { IResolvable } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Encryption } from '../../model/encryption';
import { badInput } from '../../private/bad-input';
import { literal } from '../../private/setting';
import { BucketControl } from '../bucket-control';

type Rule = s3.CfnBucket.ServerSideEncryptionRuleProperty;
type ByDefault = s3.CfnBucket.ServerSideEncryptionByDefaultProperty;

/** From the weakest to the strongest. */
const STRENGTH = ['AES256', 'aws:kms', 'aws:kms:dsse'];

/**
 * Sets how S3 encrypts an object whose upload names no encryption.
 *
 * Stops: objects at rest under a key that nobody chose.
 * Sets: `BucketEncryption`: the algorithm, the key, and for SSE-KMS the bucket key.
 * Merges: the stronger algorithm stays (DSSE-KMS over SSE-KMS over SSE-S3); two different keys are an error, never a guess.
 * Limits: the default gives way to an encryption that the upload names; `BucketUploadEncryption` denies that.
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
      throw badInput({
        property: 'encryption',
        received: `${encryption.algorithm} without a key`,
        allowed: 'a KMS encryption that names its key',
        fix: 'pass Encryption.kms({ key }), or use SecureBucket, which makes a key of its own',
      });
    }
  }

  protected harden(bucket: s3.CfnBucket): void {
    const encryption = literal<s3.CfnBucket.BucketEncryptionProperty>(bucket, 'bucketEncryption', bucket.bucketEncryption);
    const rules = literal<Array<Rule | IResolvable>>(
      bucket, 'bucketEncryption.serverSideEncryptionConfiguration', encryption?.serverSideEncryptionConfiguration);
    const rule = literal<Rule>(bucket, 'bucketEncryption.serverSideEncryptionConfiguration[0]', rules?.[0]);
    bucket.bucketEncryption = { serverSideEncryptionConfiguration: [this.merge(bucket, rule)] };
  }

  private merge(bucket: s3.CfnBucket, before: Rule | undefined): Rule {
    const mine: ByDefault = { sseAlgorithm: this.encryption.algorithm, kmsMasterKeyId: this.encryption.key?.keyArn };
    const theirs = literal<ByDefault>(bucket, 'serverSideEncryptionByDefault', before?.serverSideEncryptionByDefault);
    literal(bucket, 'sseAlgorithm', theirs?.sseAlgorithm);
    if (!theirs) return { ...before, ...this.rule(mine) };

    if (mine.kmsMasterKeyId && theirs.kmsMasterKeyId && !sameKey(bucket, mine.kmsMasterKeyId, theirs.kmsMasterKeyId)) {
      throw badInput({
        property: 'encryption',
        received: 'a second KMS key',
        allowed: 'one default key a bucket',
        fix: 'apply BucketDefaultEncryption with the key that the bucket has, or remove the other encryption',
        at: bucket,
      });
    }
    const stronger = STRENGTH.indexOf(theirs.sseAlgorithm) > STRENGTH.indexOf(mine.sseAlgorithm) ? theirs : mine;
    return { ...before, ...this.rule({ ...stronger, kmsMasterKeyId: stronger.kmsMasterKeyId ?? theirs.kmsMasterKeyId }, before) };
  }

  private rule(byDefault: ByDefault, before?: Rule): Rule {
    const bucketKey = byDefault.sseAlgorithm === 'aws:kms' && (this.encryption.bucketKeyEnabled || before?.bucketKeyEnabled === true);
    return { serverSideEncryptionByDefault: byDefault, bucketKeyEnabled: bucketKey || undefined };
  }
}

function sameKey(bucket: s3.CfnBucket, one: string, other: string): boolean {
  return JSON.stringify(bucket.stack.resolve(one)) === JSON.stringify(bucket.stack.resolve(other));
}
