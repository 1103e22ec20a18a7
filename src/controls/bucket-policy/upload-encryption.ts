import { ArnFormat, Stack, Validations } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { UploadEncryption } from '../../model/upload-encryption';
import { onFinalize, PolicyOfBucket } from '../../policy/bucket-policy';
import { defaultEncryption } from '../../policy/encryption-setting';
import {
  CUSTOMER_ALGORITHM,
  CUSTOMER_KEY_ACTIONS,
  denyCustomerKeys,
  ENCRYPTING_ACTIONS,
  KMS_KEY,
  SSE,
} from '../../policy/upload-conditions';
import { restrict } from '../../policy/working-side';
import { BucketControl } from '../bucket-control';

/**
 * AWS services that write with their own principal name an encryption of their own choice (CloudTrail AES256 for a
 * trail without a KMS key), or none. `IfExists`, because an anonymous request carries no such key and must not slip
 * through.
 */
const NOT_BY_A_SERVICE = { BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } };

const HEADER_REQUIRED = 'StrongboxUploadHeaderRequired';
const SSE_C_REQUIRED = 'StrongboxSseCRequired';

/**
 * Denies an upload that names another encryption, or another key, than the bucket's default.
 *
 * Stops: objects that their uploader encrypts with a weaker algorithm, with a key of their own, or with the AWS managed
 * key that `aws:kms` without a key id means. Sets: statements of the bucket policy on every action that can set an
 * object's encryption (`s3:PutObject`, `s3:ReplicateObject`, `s3:UpdateObjectEncryption`); they read the bucket's
 * default encryption at synthesis, whatever the order of the controls. Merges: `explicitHeader()` stays over
 * `bucketDefault()`. Limits: AWS service principals may name another algorithm (never another KMS key). The key must be
 * named by its ARN; with the AWS managed key as default, whose id is not known before deployment, any key of the
 * account and Region may be. Parts of a multipart upload carry no such headers; S3 judges them by the upload they
 * belong to.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#require-sse-kms
 *
 * @example
 * declare const existing: s3.Bucket;
 * existing.with(new BucketUploadEncryption(UploadEncryption.bucketDefault()));
 */
export class BucketUploadEncryption extends BucketControl {
  public constructor(public readonly uploadEncryption: UploadEncryption) {
    super('upload-encryption');
  }

  protected harden(bucket: s3.CfnBucket): void {
    const { mode, reasonForUnrestricted } = this.uploadEncryption;
    switch (mode) {
      case 'unrestricted':
        this._decide(bucket, 'upload-encryption', reasonForUnrestricted!);
        Validations.of(bucket).acknowledge({ id: 'Strongbox::upload-encryption', reason: reasonForUnrestricted! });
        return;
      case 'customer-key':
        requireCustomerKey(PolicyOfBucket.of(bucket));
        this._claimInPolicy(bucket, 'sse-c-only');
        restrict(bucket, { actions: ENCRYPTING_ACTIONS, within: () => [{ [CUSTOMER_ALGORITHM]: 'AES256' }] });
        Validations.of(bucket).acknowledge({
          id: 'Strongbox::upload-encryption',
          reason: 'Every upload brings the key of the customer (SSE-C); an upload without one is denied.',
        });
        return;
      case 'explicit-header':
        requireHeader(PolicyOfBucket.of(bucket));
        this._claimInPolicy(bucket, 'upload-header-required');
    }
    denyCustomerKeys(PolicyOfBucket.of(bucket));
    this._claimInPolicy(bucket, 'upload-encryption');
    this._claimInPolicy(bucket, 'no-sse-c-uploads', { by: 'BUCKET_POLICY' });
    const named = () => [namedDefault(bucket)];
    restrict(
      bucket,
      mode === 'explicit-header'
        ? { actions: ['s3:PutObject'], within: named }
        : { actions: ['s3:PutObject'], alsoWith: named },
    );
    onFinalize(bucket, () => {
      denyOtherEncryption(bucket);
      const policy = PolicyOfBucket.of(bucket);
      const demanded = policy.find(HEADER_REQUIRED) ?? policy.find(SSE_C_REQUIRED);
      if (!demanded) this._claimInPolicy(bucket, 'default-upload-allowed', { bySomebody: true });
    });
  }
}

function requireCustomerKey(policy: PolicyOfBucket): void {
  if (policy.find(SSE_C_REQUIRED)) return;
  policy.deny(SSE_C_REQUIRED, {
    actions: CUSTOMER_KEY_ACTIONS,
    resources: [policy.objects],
    conditions: { Null: { [CUSTOMER_ALGORITHM]: 'true' } },
  });
  // It brings no key of the customer, so it would take the object from under one.
  policy.deny('StrongboxSseCKept', { actions: ['s3:UpdateObjectEncryption'], resources: [policy.objects] });
}

function requireHeader(policy: PolicyOfBucket): void {
  if (policy.find(HEADER_REQUIRED)) return;
  policy.deny(HEADER_REQUIRED, {
    actions: ['s3:PutObject'],
    resources: [policy.objects],
    conditions: { Null: { [SSE]: 'true' }, ...NOT_BY_A_SERVICE },
  });
}

/** The headers of an upload that names the default encryption. */
function namedDefault(bucket: s3.CfnBucket): Record<string, string> {
  const { sseAlgorithm, kmsMasterKeyId } = defaultEncryption(bucket) ?? { sseAlgorithm: 'AES256' };
  return { [SSE]: sseAlgorithm, ...(kmsMasterKeyId ? { [KMS_KEY]: kmsMasterKeyId } : {}) };
}

/** The default encryption is known for good only when everything else has been applied. */
function denyOtherEncryption(bucket: s3.CfnBucket): void {
  const policy = PolicyOfBucket.of(bucket);
  const deny = (sid: string, conditions: Record<string, Record<string, unknown>>) => {
    if (!policy.find(sid)) policy.deny(sid, { actions: ENCRYPTING_ACTIONS, resources: [policy.objects], conditions });
  };
  const { sseAlgorithm, kmsMasterKeyId } = defaultEncryption(bucket) ?? { sseAlgorithm: 'AES256' };

  deny('StrongboxUploadAlgorithm', {
    StringNotEquals: { [SSE]: sseAlgorithm },
    Null: { [SSE]: 'false' },
    ...NOT_BY_A_SERVICE,
  });
  if (kmsMasterKeyId) {
    deny('StrongboxUploadKey', { StringNotEquals: { [KMS_KEY]: kmsMasterKeyId }, Null: { [KMS_KEY]: 'false' } });
    deny('StrongboxUploadKeyNamed', { StringEquals: { [SSE]: sseAlgorithm }, Null: { [KMS_KEY]: 'true' } });
  } else if (sseAlgorithm.startsWith('aws:kms')) {
    // The id of the AWS managed key is not known before deployment: a key of the account and Region may be that one.
    const ofAccount = Stack.of(bucket).formatArn({
      service: 'kms',
      resource: '*',
      arnFormat: ArnFormat.NO_RESOURCE_NAME,
    });
    deny('StrongboxUploadKey', {
      StringNotLike: { [KMS_KEY]: [ofAccount, 'alias/aws/s3'] },
      Null: { [KMS_KEY]: 'false' },
    });
  }
}
