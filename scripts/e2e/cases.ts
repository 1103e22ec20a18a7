import {
  DeleteBucketCommand, DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, PutBucketLifecycleConfigurationCommand, PutBucketPolicyCommand,
  PutBucketVersioningCommand, PutObjectCommand, PutObjectLegalHoldCommand, PutObjectLockConfigurationCommand, PutObjectRetentionCommand,
  type ObjectLockMode, type S3Client,
} from '@aws-sdk/client-s3';
import type { RequestOptions } from '../../src';

/** Everybody who calls. `owner` made the buckets and is nobody in the archives; `stranger` has no rights at all. */
export const USERS = ['owner', 'ingest', 'audit', 'records', 'legal', 'stranger'] as const;
export type UserName = typeof USERS[number];
export type Clients = Readonly<Record<UserName, S3Client>>;

/** One request, asked of the model and made to the server. */
export interface PolicyCase {
  readonly guarantee: string;
  readonly what: string;
  readonly as: UserName;
  /** What the model is asked; the caller's own policies are taken to allow everything. */
  readonly request: Omit<RequestOptions, 'principal' | 'action'> & { readonly action: string };
  readonly call: (client: S3Client, bucket: string, version: { Key: string; VersionId?: string }) => Promise<unknown>;
  /** Why the server is known to answer otherwise than the model. A known gap that closes is an error, too. */
  readonly gap?: string;
}

/** A step that only a server can show; the model of policies knows nothing of locks. */
export interface LockCase {
  readonly what: string;
  readonly allowed: boolean;
  readonly call: (client: S3Client, bucket: string) => Promise<unknown>;
}

const DAY = 24 * 3600 * 1000;
const NO_PRINCIPAL_ARN = 'the server does not fill aws:PrincipalArn, and takes a negated operator on an absent key for no match';
const UPLOADER_OWNS = 'on the server the uploader owns his object: ACLs cannot be turned off';
const NO_LOCK_KEYS = 'the server does not fill the condition keys of Object Lock';

const inDays = (days: number) => new Date(Date.now() + days * DAY);
const put = (Key: string, more: object = {}) => (client: S3Client, Bucket: string) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body: 'a record', ...more }));

/** What the archives guarantee by their policies, each with its legitimate side. */
export const POLICY_CASES: readonly PolicyCase[] = [
  {
    guarantee: 'writers-only', what: 'the archivist uploads', as: 'ingest', request: { action: 's3:PutObject' }, call: put('by-ingest'),
  },
  {
    guarantee: 'writers-only', what: 'a stranger uploads', as: 'stranger', request: { action: 's3:PutObject' }, call: put('by-stranger'),
  },
  {
    guarantee: 'writers-only', what: 'the owner of the bucket uploads', as: 'owner', request: { action: 's3:PutObject' }, call: put('by-owner'), gap: NO_PRINCIPAL_ARN,
  },
  {
    guarantee: 'readers-only',
    what: 'the auditor reads',
    as: 'audit',
    request: { action: 's3:GetObject' },
    call: (client, Bucket, { Key }) => client.send(new GetObjectCommand({ Bucket, Key })),
  },
  {
    guarantee: 'readers-only',
    what: 'the archivist reads',
    as: 'ingest',
    request: { action: 's3:GetObject' },
    call: (client, Bucket, { Key }) => client.send(new GetObjectCommand({ Bucket, Key })),
    gap: UPLOADER_OWNS,
  },
  {
    guarantee: 'delete-only-by',
    what: 'the owner of the bucket puts a delete marker',
    as: 'owner',
    request: { action: 's3:DeleteObject' },
    call: (client, Bucket, { Key }) => client.send(new DeleteObjectCommand({ Bucket, Key })),
  },
  {
    guarantee: 'delete-only-by',
    what: 'the retention officer puts a delete marker',
    as: 'records',
    request: { action: 's3:DeleteObject' },
    call: (client, Bucket, { Key }) => client.send(new DeleteObjectCommand({ Bucket, Key })),
  },
  {
    guarantee: 'delete-only-by',
    what: 'the archivist deletes a version',
    as: 'ingest',
    request: { action: 's3:DeleteObjectVersion' },
    call: (client, Bucket, version) => client.send(new DeleteObjectCommand({ Bucket, ...version })),
  },
  {
    guarantee: 'legal-hold-only-by',
    what: 'the legal officer places a hold',
    as: 'legal',
    request: { action: 's3:PutObjectLegalHold' },
    call: (client, Bucket, version) => client.send(new PutObjectLegalHoldCommand({ Bucket, ...version, LegalHold: { Status: 'ON' } })),
  },
  {
    guarantee: 'legal-hold-only-by',
    what: 'the retention officer lifts it',
    as: 'records',
    request: { action: 's3:PutObjectLegalHold' },
    call: (client, Bucket, version) => client.send(new PutObjectLegalHoldCommand({ Bucket, ...version, LegalHold: { Status: 'OFF' } })),
  },
  {
    guarantee: 'legal-hold-only-by',
    what: 'the owner of the bucket lifts it',
    as: 'owner',
    request: { action: 's3:PutObjectLegalHold' },
    call: (client, Bucket, version) => client.send(new PutObjectLegalHoldCommand({ Bucket, ...version, LegalHold: { Status: 'OFF' } })),
  },
  {
    guarantee: 'retention-bounded',
    what: 'the retention officer extends a retention',
    as: 'records',
    request: { action: 's3:PutObjectRetention', context: { 's3:object-lock-remaining-retention-days': '5' } },
    call: (client, Bucket, version) => client.send(new PutObjectRetentionCommand({
      Bucket, ...version, Retention: { Mode: modeOf(Bucket), RetainUntilDate: inDays(5.5) },
    })),
  },
  {
    guarantee: 'retention-bounded',
    what: 'the archivist names a retention of a hundred days',
    as: 'ingest',
    request: { action: 's3:PutObject', context: { 's3:object-lock-remaining-retention-days': '100' } },
    call: (client, Bucket) => put('too-long', { ObjectLockMode: modeOf(Bucket), ObjectLockRetainUntilDate: inDays(100) })(client, Bucket),
    gap: NO_LOCK_KEYS,
  },
  {
    guarantee: 'retention-bounded',
    what: 'the legal officer sets a retention',
    as: 'legal',
    request: { action: 's3:PutObjectRetention' },
    call: (client, Bucket, version) => client.send(new PutObjectRetentionCommand({
      Bucket, ...version, Retention: { Mode: modeOf(Bucket), RetainUntilDate: inDays(9) },
    })),
  },
  {
    guarantee: 'protection-changed-only-by',
    what: 'the owner of the bucket suspends versioning',
    as: 'owner',
    request: { action: 's3:PutBucketVersioning' },
    call: (client, Bucket) => client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } })),
  },
  {
    guarantee: 'protection-changed-only-by',
    what: 'the owner of the bucket changes the default retention',
    as: 'owner',
    request: { action: 's3:PutBucketObjectLockConfiguration' },
    call: (client, Bucket) => client.send(new PutObjectLockConfigurationCommand({
      Bucket, ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 1 } } },
    })),
  },
  {
    guarantee: 'protection-changed-only-by',
    what: 'the owner of the bucket sets a lifecycle',
    as: 'owner',
    request: { action: 's3:PutLifecycleConfiguration' },
    call: (client, Bucket) => client.send(new PutBucketLifecycleConfigurationCommand({
      Bucket, LifecycleConfiguration: { Rules: [{ ID: 'Gone', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } }] },
    })),
  },
  {
    guarantee: 'protection-changed-only-by',
    what: 'the owner of the bucket deletes the bucket',
    as: 'owner',
    request: { action: 's3:DeleteBucket' },
    call: (client, Bucket) => client.send(new DeleteBucketCommand({ Bucket })),
  },
  {
    guarantee: 'tls-only',
    what: 'the auditor reads over plain HTTP',
    as: 'audit',
    request: { action: 's3:GetObject', context: { 'aws:SecureTransport': 'false' } },
    call: (client, Bucket, { Key }) => client.send(new GetObjectCommand({ Bucket, Key })),
    gap: 'the server does not fill aws:SecureTransport',
  },
  {
    guarantee: 'policy-changed-only-by',
    what: 'a stranger replaces the policy',
    as: 'stranger',
    request: { action: 's3:PutBucketPolicy' },
    call: (client, Bucket) => client.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement: [] }) })),
  },
];

function modeOf(bucket: string): ObjectLockMode {
  return bucket === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE';
}

/** Object Lock by itself, on a bucket without a policy, as its owner and in this order. */
export function lockCases(mode: ObjectLockMode): LockCase[] {
  const isCompliance = mode === 'COMPLIANCE';
  let VersionId: string | undefined;
  const Key = 'record';
  const remove = (bypass: boolean) => (client: S3Client, Bucket: string) =>
    client.send(new DeleteObjectCommand({ Bucket, Key, VersionId, BypassGovernanceRetention: bypass || undefined }));
  const retain = (days: number, bypass: boolean, Mode: ObjectLockMode = mode) => (client: S3Client, Bucket: string) =>
    client.send(new PutObjectRetentionCommand({
      Bucket, Key, VersionId, Retention: { Mode, RetainUntilDate: inDays(days) }, BypassGovernanceRetention: bypass || undefined,
    }));
  const hold = (Status: 'ON' | 'OFF') => (client: S3Client, Bucket: string) =>
    client.send(new PutObjectLegalHoldCommand({ Bucket, Key, VersionId, LegalHold: { Status } }));

  return [
    { what: 'upload, without a word about retention', allowed: true, call: async (client, Bucket) => { ({ VersionId } = await put(Key)(client, Bucket)); } },
    {
      what: 'the default retention is on the object',
      allowed: true,
      call: async (client, Bucket) => {
        const { ObjectLockMode: found, ObjectLockRetainUntilDate: until } = await client.send(new HeadObjectCommand({ Bucket, Key, VersionId }));
        const days = (Number(until) - Date.now()) / DAY;
        if (found !== mode || !(days > 0.99 && days < 1.01)) throw new Error(`it is ${found} for ${days} days`);
      },
    },
    { what: 'delete the version', allowed: false, call: remove(false) },
    ...(isCompliance ? [{ what: 'delete the version with bypass', allowed: false, call: remove(true) }] : []),
    { what: 'hide the object by a delete marker, which Object Lock does not prevent', allowed: true, call: (client, Bucket) => client.send(new DeleteObjectCommand({ Bucket, Key })) },
    { what: 'extend the retention', allowed: true, call: retain(3, false) },
    { what: 'shorten the retention', allowed: false, call: retain(2, false) },
    { what: 'shorten the retention with bypass', allowed: !isCompliance, call: retain(2, true) },
    ...(isCompliance ? [{ what: 'weaken the mode to governance with bypass', allowed: false, call: retain(5, true, 'GOVERNANCE') }] : []),
    { what: 'place a legal hold', allowed: true, call: hold('ON') },
    { what: 'delete the held version with bypass', allowed: false, call: remove(true) },
    { what: 'lift the legal hold', allowed: true, call: hold('OFF') },
    { what: 'delete the version, still retained', allowed: false, call: remove(false) },
    { what: 'suspend versioning', allowed: false, call: (client, Bucket) => client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } })) },
    { what: 'delete the version with bypass', allowed: !isCompliance, call: remove(true) },
  ];
}
