import { Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { explain } from '../../input/validation-error';
import type { PublicRead } from '../../model/public-read';
import { acknowledgeRule } from '../../policy/acknowledge';
import { PolicyOfBucket } from '../../policy/bucket-policy';
import { disclaim } from '../../policy/claims';
import { defaultEncryption } from '../../policy/encryption-setting';
import { openForPolicies } from '../../policy/public-access';
import { BucketControl } from '../bucket-control';

const SID = 'StrongboxPublicRead';

/**
 * Lets everybody read the objects below named prefixes, and nothing else: no listing, no versions, no writing.
 *
 * Stops: the bucket that is opened as a whole because a part of it had to be public. Sets: one statement of the bucket
 * policy, and off the two settings of Block Public Access that forbid such a policy; the ACL ones stay on. Merges:
 * prefixes add up. It wins over `BucketPublicAccessBlocked`, in either order, because it is stated with a reason.
 * Limits: TLS is still required. Objects under a KMS key cannot be read by everybody, so the bucket must be SSE-S3.
 * Better is a CloudFront distribution with origin access control, which needs none of this.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 *
 * @example
 * declare const existing: s3.Bucket;
 * const pressKit = PublicRead.because('Press kit, published by Communications', { prefixes: ['press/'] });
 * existing.with(new BucketPublicRead(pressKit));
 */
export class BucketPublicRead extends BucketControl {
  public constructor(public readonly publicRead: PublicRead) {
    super('public-read');
  }

  protected harden(bucket: s3.CfnBucket): void {
    const { reason, prefixes } = this.publicRead;
    openForPolicies(bucket);

    const policy = PolicyOfBucket.of(bucket);
    const resources = prefixes.map((prefix) => `${policy.bucketArn}/${prefix}*`);
    const statement =
      policy.find(SID) ??
      policy.add(SID, { principals: [new iam.AnyPrincipal()], actions: ['s3:GetObject'], resources });
    statement.addResources(...resources.filter((resource) => !statement.resources.includes(resource)));

    for (const prefix of prefixes) this._claimInPolicy(bucket, 'public-read-allowed', { prefix });
    const bounds = statement.resources.map((resource) => resource.slice(policy.bucketArn.length + 1, -1));
    this._claimInPolicy(bucket, 'public-read-bounded', { prefixes: bounds }, 'public-read-bounded');
    this._claim(bucket, 'public-acls-blocked');
    disclaim(bucket, 'public-access-blocked');
    acknowledgeRule(bucket, 'S3BucketLevelPublicAccessProhibited', reason);
    acknowledgeRule(bucket, 'S3BucketPublicReadProhibited', reason);
    acknowledgeRule(
      bucket,
      'S3BucketPublicWriteProhibited',
      'The rule looks at the setting alone: ACLs stay blocked, and no statement lets everybody write.',
    );
    Validations.of(bucket).acknowledge(
      { id: 'Strongbox::public-access-blocked', reason },
      { id: 'Strongbox::only-accounts', reason },
    );
    Validations.of(bucket).addWarning(
      '@strongbox/public-read',
      `Everybody can read ${prefixes.join(', ')} of ${bucket.node.path}. The reason given: ${reason}`,
    );
    bucket.node.addValidation({ validate: () => unreadable(bucket) });
  }
}

function unreadable(bucket: s3.CfnBucket): string[] {
  const algorithm = defaultEncryption(bucket)?.sseAlgorithm ?? 'AES256';
  return algorithm === 'AES256'
    ? []
    : [
        explain({
          property: 'encryption',
          actual: algorithm,
          expected: 'SSE-S3 on a bucket that everybody reads, since nobody without a signature can use a KMS key',
          hint: 'pass Encryption.s3Managed(), or put CloudFront with origin access control before the bucket',
          scope: bucket,
        }),
      ];
}
