import { Token, type IResolvable } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { literal } from '../input/literal-setting';
import { referenced } from '../input/referenced';
import { validationError } from '../input/validation-error';

/** The key that S3 uses where SSE-KMS names none. */
const AWS_MANAGED = 'alias/aws/s3';

export type EncryptionRule = s3.CfnBucket.ServerSideEncryptionRuleProperty;
export type DefaultEncryption = s3.CfnBucket.ServerSideEncryptionByDefaultProperty;

/** The encryption rule of a bucket, which S3 allows one of. What only the deployment knows is an error. */
export function encryptionRule(bucket: s3.CfnBucket): EncryptionRule | undefined {
  const encryption = literal<s3.CfnBucket.BucketEncryptionProperty>(
    bucket,
    'bucketEncryption',
    bucket.bucketEncryption,
  );
  const rules = literal<Array<EncryptionRule | IResolvable>>(
    bucket,
    'bucketEncryption.serverSideEncryptionConfiguration',
    encryption?.serverSideEncryptionConfiguration,
  );
  return literal<EncryptionRule>(bucket, 'bucketEncryption.serverSideEncryptionConfiguration[0]', rules?.[0]);
}

/** The default encryption of a bucket; S3 applies SSE-S3 where nothing is set. */
export function defaultEncryption(bucket: s3.CfnBucket): DefaultEncryption | undefined {
  const byDefault = literal<DefaultEncryption>(
    bucket,
    'serverSideEncryptionByDefault',
    encryptionRule(bucket)?.serverSideEncryptionByDefault,
  );
  literal(bucket, 'sseAlgorithm', byDefault?.sseAlgorithm);
  return byDefault?.kmsMasterKeyId === undefined
    ? byDefault
    : { ...byDefault, kmsMasterKeyId: keyArn(bucket, byDefault.kmsMasterKeyId) };
}

/**
 * The ARN of a key that is named in any of the ways that S3 takes. A policy compares text, and S3 fills the ARN in, so
 * a key by its id, its alias or its `Ref` would match no request.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
 */
function keyArn(bucket: s3.CfnBucket, named: string): string | undefined {
  if (named === AWS_MANAGED || named.endsWith(`:${AWS_MANAGED}`)) return undefined;
  if (Token.isUnresolved(named)) {
    const target = referenced(named);
    if (kms.CfnKey.isCfnKey(target)) return target.attrArn;
    if (kms.CfnAlias.isCfnAlias(target)) return keyArn(bucket, target.targetKeyId);
    return named;
  }
  if (/^arn:[^:]+:kms:[^:]+:\d{12}:key\/.+$/.test(named)) return named;
  if (/^(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.test(named)) {
    return bucket.stack.formatArn({ service: 'kms', resource: 'key', resourceName: named });
  }
  throw validationError({
    property: 'kmsMasterKeyId',
    actual: named,
    expected: 'the ARN of a key, since the policy of the bucket compares text and an alias can be moved to another key',
    hint: 'name the key by its ARN',
    scope: bucket,
  });
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
