import type { IResolvable } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { literal } from '../input/literal-setting';

export type EncryptionRule = s3.CfnBucket.ServerSideEncryptionRuleProperty;
export type DefaultEncryption = s3.CfnBucket.ServerSideEncryptionByDefaultProperty;

/** The encryption rule of a bucket, which S3 allows one of. What only the deployment knows is an error. */
export function encryptionRule(bucket: s3.CfnBucket): EncryptionRule | undefined {
  const encryption = literal<s3.CfnBucket.BucketEncryptionProperty>(bucket, 'bucketEncryption', bucket.bucketEncryption);
  const rules = literal<Array<EncryptionRule | IResolvable>>(
    bucket, 'bucketEncryption.serverSideEncryptionConfiguration', encryption?.serverSideEncryptionConfiguration);
  return literal<EncryptionRule>(bucket, 'bucketEncryption.serverSideEncryptionConfiguration[0]', rules?.[0]);
}

/** The default encryption of a bucket; S3 applies SSE-S3 where nothing is set. */
export function defaultEncryption(bucket: s3.CfnBucket): DefaultEncryption | undefined {
  const byDefault = literal<DefaultEncryption>(bucket, 'serverSideEncryptionByDefault', encryptionRule(bucket)?.serverSideEncryptionByDefault);
  literal(bucket, 'sseAlgorithm', byDefault?.sseAlgorithm);
  return byDefault;
}

/** Replaces the encryption rule of a bucket. */
export function setEncryptionRule(bucket: s3.CfnBucket, rule: EncryptionRule): void {
  bucket.bucketEncryption = { serverSideEncryptionConfiguration: [rule] };
}

/** Whether the bucket refuses uploads with the customer's own key. */
export function blocksCustomerKeys(rule: EncryptionRule | undefined): boolean {
  const blocked = rule?.blockedEncryptionTypes as s3.CfnBucket.BlockedEncryptionTypesProperty | undefined;
  return blocked?.encryptionType?.includes('SSE-C') ?? false;
}
