import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  HeadBucketCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { ACCOUNT } from './archives';
import type { ResolvedResource } from '../../src/assurance/model/resolve';

/**
 * Actions that AWS knows and this server takes for a malformed policy. A statement that has others as well keeps those.
 */
export const UNKNOWN_ACTIONS = [
  's3:GetObjectAttributes',
  's3:GetObjectVersionAttributes',
  's3:PutBucketOwnershipControls',
  's3:PutEncryptionConfiguration',
  's3:ReplicateDelete',
  's3:ReplicateObject',
  's3:ReplicateTags',
  's3:UpdateObjectEncryption',
];

/**
 * Statements that the server misreads: it takes the absent header of SSE-C for an empty one, and so would deny every
 * upload.
 */
export const MISREAD_STATEMENTS = ['StrongboxSseCBlocked'];

/** The resource types that are made on the server; of a role, the user by which the server knows it. */
export const PROVISIONED_TYPES = ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy', 'AWS::IAM::Role'];

/** Of a bucket these properties are made; what else it has is reported. */
const PROVISIONED_PROPERTIES = [
  'BucketName',
  'ObjectLockEnabled',
  'ObjectLockConfiguration',
  'VersioningConfiguration',
  'LifecycleConfiguration',
];

/** What of a bucket's properties the server is not told. */
export function leftOut({ type, properties }: ResolvedResource): string[] {
  return type === 'AWS::S3::Bucket'
    ? Object.keys(properties).filter((name) => !PROVISIONED_PROPERTIES.includes(name))
    : [];
}

/** Makes a bucket, or changes it from `before`: as CloudFormation, it calls only for properties that differ. */
export async function provisionBucket(client: S3Client, properties: any, before: any = {}): Promise<void> {
  const {
    BucketName: Bucket,
    ObjectLockEnabled,
    ObjectLockConfiguration,
    VersioningConfiguration,
    LifecycleConfiguration,
  } = properties;
  const differs = (name: string) =>
    properties[name] !== undefined && JSON.stringify(properties[name]) !== JSON.stringify(before[name]);
  if (before.BucketName === undefined) {
    await client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: ObjectLockEnabled === true }));
  }
  if (differs('VersioningConfiguration') && !ObjectLockEnabled) {
    await client.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: VersioningConfiguration.Status } }),
    );
  }
  if (differs('ObjectLockConfiguration')) {
    const { Mode, Days } = ObjectLockConfiguration.Rule.DefaultRetention;
    await client.send(
      new PutObjectLockConfigurationCommand({
        Bucket,
        ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Mode, Days } } },
      }),
    );
  }
  if (differs('LifecycleConfiguration')) {
    const Rules = LifecycleConfiguration.Rules.map((rule: any) => ({
      ID: rule.Id,
      Status: rule.Status,
      Filter: { Prefix: rule.Prefix ?? '' },
      AbortIncompleteMultipartUpload: rule.AbortIncompleteMultipartUpload,
      ...(rule.ExpirationInDays === undefined ? {} : { Expiration: { Days: rule.ExpirationInDays } }),
      ...(rule.NoncurrentVersionExpiration === undefined
        ? {}
        : { NoncurrentVersionExpiration: rule.NoncurrentVersionExpiration }),
    }));
    await client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
  }
}

export async function provisionPolicy(client: S3Client, { Bucket, PolicyDocument }: any): Promise<void> {
  await client.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(translate(PolicyDocument)) }));
}

export async function removePolicy(client: S3Client, { Bucket }: any): Promise<void> {
  await client.send(new DeleteBucketPolicyCommand({ Bucket }));
}

export async function removeBucket(client: S3Client, { BucketName: Bucket }: any): Promise<void> {
  await client.send(new DeleteBucketCommand({ Bucket }));
}

export async function bucketExists(client: S3Client, Bucket: string): Promise<boolean> {
  return client.send(new HeadBucketCommand({ Bucket })).then(
    () => true,
    () => false,
  );
}

/**
 * The server has users where AWS has roles, and no accounts; what it cannot read is left out. Nothing else of the
 * policy changes.
 */
function translate(policy: { Statement: Array<Record<string, any>> }): object {
  const Statement = policy.Statement.filter(({ Sid }) => !MISREAD_STATEMENTS.includes(Sid))
    .map((statement) => ({
      ...statement,
      Action: [statement.Action].flat().filter((action) => !UNKNOWN_ACTIONS.includes(action)),
    }))
    .filter(({ Action }) => Action.length > 0);
  const text = JSON.stringify({ Version: '2012-10-17', Statement });
  return JSON.parse(text.replaceAll(`arn:aws:iam::${ACCOUNT}:role/`, 'arn:aws:iam:::user/'));
}
