/** Object Lock by itself: what compliance and governance mode, bypass and holds do on a real server. */
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  type ObjectLockMode,
  type S3Client,
} from '@aws-sdk/client-s3';
import { ask, type Row } from './row';
import type { World } from './world';

/** A step that only a server can show; the model of policies knows nothing of locks. */
interface LockCase {
  readonly what: string;
  readonly allowed: boolean;
  readonly call: (client: S3Client, bucket: string) => Promise<unknown>;
}

const DAY = 24 * 3600 * 1000;

export async function lockRows({ clients }: World): Promise<Row[]> {
  return [...(await rowsIn(clients.owner, 'GOVERNANCE')), ...(await rowsIn(clients.owner, 'COMPLIANCE'))];
}

async function rowsIn(client: S3Client, mode: ObjectLockMode): Promise<Row[]> {
  const bucket = `bare-${mode.toLowerCase()}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: true }));
  await client.send(
    new PutObjectLockConfigurationCommand({
      Bucket: bucket,
      ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Mode: mode, Days: 1 } } },
    }),
  );
  const rows: Row[] = [];
  for (const { what, allowed, call } of lockCases(mode)) {
    const answer = await ask(() => call(client, bucket));
    rows.push({ guarantee: 'object-lock', bucket, what, ...answer, expected: allowed ? 'allowed' : 'denied' });
  }
  return rows;
}

/** Object Lock by itself, on a bucket without a policy, as its owner and in this order. */
function lockCases(mode: ObjectLockMode): LockCase[] {
  const isCompliance = mode === 'COMPLIANCE';
  let VersionId: string | undefined;
  const Key = 'record';
  const remove = (bypass: boolean) => (client: S3Client, Bucket: string) =>
    client.send(new DeleteObjectCommand({ Bucket, Key, VersionId, BypassGovernanceRetention: bypass || undefined }));
  const retain =
    (days: number, bypass: boolean, Mode: ObjectLockMode = mode) =>
    (client: S3Client, Bucket: string) =>
      client.send(
        new PutObjectRetentionCommand({
          Bucket,
          Key,
          VersionId,
          Retention: { Mode, RetainUntilDate: new Date(Date.now() + days * DAY) },
          BypassGovernanceRetention: bypass || undefined,
        }),
      );
  const hold = (Status: 'ON' | 'OFF') => (client: S3Client, Bucket: string) =>
    client.send(new PutObjectLegalHoldCommand({ Bucket, Key, VersionId, LegalHold: { Status } }));

  return [
    {
      what: 'upload, without a word about retention',
      allowed: true,
      call: async (client, Bucket) => {
        ({ VersionId } = await client.send(new PutObjectCommand({ Bucket, Key, Body: 'a record' })));
      },
    },
    {
      what: 'the default retention is on the object',
      allowed: true,
      call: async (client, Bucket) => {
        const { ObjectLockMode: found, ObjectLockRetainUntilDate: until } = await client.send(
          new HeadObjectCommand({ Bucket, Key, VersionId }),
        );
        const days = (Number(until) - Date.now()) / DAY;
        if (found !== mode || !(days > 0.99 && days < 1.01)) throw new Error(`it is ${found} for ${days} days`);
      },
    },
    { what: 'delete the version', allowed: false, call: remove(false) },
    ...(isCompliance ? [{ what: 'delete the version with bypass', allowed: false, call: remove(true) }] : []),
    {
      what: 'hide the object by a delete marker, which Object Lock does not prevent',
      allowed: true,
      call: (client, Bucket) => client.send(new DeleteObjectCommand({ Bucket, Key })),
    },
    { what: 'extend the retention', allowed: true, call: retain(3, false) },
    { what: 'shorten the retention', allowed: false, call: retain(2, false) },
    { what: 'shorten the retention with bypass', allowed: !isCompliance, call: retain(2, true) },
    ...(isCompliance
      ? [{ what: 'weaken the mode to governance with bypass', allowed: false, call: retain(5, true, 'GOVERNANCE') }]
      : []),
    { what: 'place a legal hold', allowed: true, call: hold('ON') },
    { what: 'delete the held version with bypass', allowed: false, call: remove(true) },
    { what: 'lift the legal hold', allowed: true, call: hold('OFF') },
    { what: 'delete the version, still retained', allowed: false, call: remove(false) },
    {
      what: 'suspend versioning',
      allowed: false,
      call: (client, Bucket) =>
        client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } })),
    },
    { what: 'delete the version with bypass', allowed: !isCompliance, call: remove(true) },
  ];
}
