import { CfnDeletionPolicy, type CfnResource } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { referenced } from '../../input/referenced';
import { onFinalize, policyOf } from '../../policy/bucket-policy';
import { BucketControl } from '../bucket-control';

/**
 * Gives the bucket's policy and its KMS key the removal policy of the bucket.
 *
 * Stops: a retained bucket that answers plain HTTP as soon as its stack is deleted, because the policy went with the
 * stack; and one that nobody can read any more, because the key went. Sets: `DeletionPolicy` and `UpdateReplacePolicy`
 * of the bucket policy, and of the key where this app makes it. Merges: a key or policy that is already retained stays
 * so. It looks after all other changes, `RemovalPolicies.of(scope)` included.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
 *
 * @example
 * declare const existing: s3.Bucket;
 * existing.with(new BucketRetainedWithPolicyAndKey());
 */
export class BucketRetainedWithPolicyAndKey extends BucketControl {
  public constructor() {
    super('retained-with-policy-and-key');
  }

  protected harden(bucket: s3.CfnBucket): void {
    this._claim(bucket, 'policy-retained');
    onFinalize(bucket, () => {
      if (!isKept(bucket)) return;
      this._claim(bucket, 'bucket-retained');
      const policy = policyOf(bucket);
      if (policy) keep(policy, bucket);
      const key = encryptionKey(bucket);
      if (key) keep(key, bucket);
    });
  }
}

function isKept(resource: CfnResource): boolean {
  const { deletionPolicy } = resource.cfnOptions;
  return deletionPolicy !== undefined && deletionPolicy !== CfnDeletionPolicy.DELETE;
}

function keep(resource: CfnResource, like: CfnResource): void {
  if (isKept(resource)) return;
  // A policy and a key have no snapshot and are not kept "except on create" once a kept bucket needs them.
  resource.cfnOptions.deletionPolicy = like.cfnOptions.deletionPolicy;
  resource.cfnOptions.updateReplacePolicy = like.cfnOptions.updateReplacePolicy;
}

function encryptionKey(bucket: s3.CfnBucket): CfnResource | undefined {
  const encryption = bucket.bucketEncryption as s3.CfnBucket.BucketEncryptionProperty | undefined;
  const rules = encryption?.serverSideEncryptionConfiguration as
    s3.CfnBucket.ServerSideEncryptionRuleProperty[] | undefined;
  const byDefault = rules?.[0]?.serverSideEncryptionByDefault as
    s3.CfnBucket.ServerSideEncryptionByDefaultProperty | undefined;
  const key = referenced(byDefault?.kmsMasterKeyId);
  return key && kms.CfnKey.isCfnKey(key) ? key : undefined;
}
