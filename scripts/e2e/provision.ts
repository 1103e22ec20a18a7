import { CreateBucketCommand, PutBucketPolicyCommand, PutObjectLockConfigurationCommand, type S3Client } from '@aws-sdk/client-s3';
import { ACCOUNT, type Synthesized } from './archives';

/** Actions that AWS knows and this server takes for a malformed policy. A statement that has others as well keeps those. */
export const UNKNOWN_ACTIONS = [
  's3:GetObjectAttributes', 's3:GetObjectVersionAttributes', 's3:PutBucketOwnershipControls', 's3:ReplicateDelete', 's3:ReplicateObject',
  's3:ReplicateTags', 's3:UpdateObjectEncryption',
];

/** Statements that the server misreads: it takes the absent header of SSE-C for an empty one, and so would deny every upload. */
export const MISREAD_STATEMENTS = ['StrongboxSseCBlocked'];

/** Makes the bucket of a template on the server: lock, default retention and policy. */
export async function provision(client: S3Client, { name, properties, policy }: Synthesized): Promise<void> {
  await client.send(new CreateBucketCommand({ Bucket: name, ObjectLockEnabledForBucket: properties.ObjectLockEnabled === true }));
  const { Mode, Days } = properties.ObjectLockConfiguration.Rule.DefaultRetention;
  await client.send(new PutObjectLockConfigurationCommand({
    Bucket: name, ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Mode, Days } } },
  }));
  await client.send(new PutBucketPolicyCommand({ Bucket: name, Policy: JSON.stringify(translate(policy)) }));
}

/** The server has users where AWS has roles, and no accounts; what it cannot read is left out. Nothing else of the policy changes. */
function translate(policy: Synthesized['policy']): object {
  const Statement = policy.Statement
    .filter(({ Sid }) => !MISREAD_STATEMENTS.includes(Sid))
    .map((statement) => ({ ...statement, Action: [statement.Action].flat().filter((action) => !UNKNOWN_ACTIONS.includes(action)) }))
    .filter(({ Action }) => Action.length > 0);
  const text = JSON.stringify({ Version: '2012-10-17', Statement });
  return JSON.parse(text.replaceAll(`arn:aws:iam::${ACCOUNT}:role/`, 'arn:aws:iam:::user/'));
}
