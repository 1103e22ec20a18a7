import { KEY_TO_WRITE, WRITES } from './row';

export const MULTIPART = ['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts'] as const;

/** A role of the customer: the bucket and the key are opened by a grant to the role, and the header decides. */
export const ROLE = {
  ...WRITES,
  caller: 'role',
  keys: ['{prefix}*'],
  key: { actions: KEY_TO_WRITE, documented: false },
  allow: 'grantWrite(role)',
} as const;
