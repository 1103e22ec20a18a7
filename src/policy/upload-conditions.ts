import type { PolicyOfBucket } from './bucket-policy';

/** What an upload says about its encryption, as a bucket policy sees it. */
export const SSE = 's3:x-amz-server-side-encryption';
export const KMS_KEY = 's3:x-amz-server-side-encryption-aws-kms-key-id';
export const CUSTOMER_ALGORITHM = 's3:x-amz-server-side-encryption-customer-algorithm';

/** Every action that can set the encryption of an object; replicas keep the encryption of their source. */
export const ENCRYPTING_ACTIONS = ['s3:PutObject', 's3:ReplicateObject', 's3:UpdateObjectEncryption'];

/**
 * Those of them that can bring a key of the customer. S3 refuses a statement whose condition key is not documented for
 * each of its actions.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 */
export const CUSTOMER_KEY_ACTIONS = ['s3:PutObject', 's3:ReplicateObject'];

/** Denies an upload with the customer's own key, once. */
export function denyCustomerKeys(policy: PolicyOfBucket): void {
  const sid = 'StrongboxSseCBlocked';
  if (policy.find(sid)) return;
  policy.deny(sid, {
    actions: CUSTOMER_KEY_ACTIONS,
    resources: [policy.objects],
    conditions: { Null: { [CUSTOMER_ALGORITHM]: 'false' } },
  });
}
