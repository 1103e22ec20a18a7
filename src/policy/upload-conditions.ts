import type { PolicyOfBucket } from './bucket-policy';

/** What an upload says about its encryption, as a bucket policy sees it. */
export const SSE = 's3:x-amz-server-side-encryption';
export const KMS_KEY = 's3:x-amz-server-side-encryption-aws-kms-key-id';
export const CUSTOMER_ALGORITHM = 's3:x-amz-server-side-encryption-customer-algorithm';

/** Every action that can set the encryption of an object; replicas keep the encryption of their source. */
export const ENCRYPTING_ACTIONS = ['s3:PutObject', 's3:ReplicateObject', 's3:UpdateObjectEncryption'];

/** Denies an upload with the customer's own key, once. */
export function denyCustomerKeys(policy: PolicyOfBucket): void {
  const sid = 'StrongboxSseCBlocked';
  if (policy.find(sid)) return;
  policy.deny(sid, {
    actions: ENCRYPTING_ACTIONS,
    resources: [policy.objects],
    conditions: { Null: { [CUSTOMER_ALGORITHM]: 'false' } },
  });
}
