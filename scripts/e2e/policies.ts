/** The archives' policies: every request is asked of the model of the template, and made to the server. */
import {
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  type ObjectLockMode,
  type S3Client,
} from '@aws-sdk/client-s3';
import { COMPLIANCE, GOVERNANCE, modelOf, roleArn } from './archives';
import { ask, opposite, type Answer, type Row } from './row';
import type { Clients, UserName, World } from './world';
import type { Proof, RequestOptions } from '../../src';

/** One request, asked of the model and made to the server. */
interface PolicyCase {
  readonly guarantee: string;
  readonly what: string;
  readonly as: UserName;
  /** What the model is asked; the caller's own policies are taken to allow everything. */
  readonly request: Omit<RequestOptions, 'principal' | 'action'> & { readonly action: string };
  readonly call: (client: S3Client, bucket: string, version: { Key: string; VersionId?: string }) => Promise<unknown>;
  /** Why the server is known to answer otherwise than the model. A known gap that closes is an error, too. */
  readonly gap?: string;
}

export async function policyRows({ clients }: World): Promise<Row[]> {
  const proof = modelOf(['audit']);
  return [...(await rowsIn(clients, proof, GOVERNANCE)), ...(await rowsIn(clients, proof, COMPLIANCE))];
}

async function rowsIn(clients: Clients, proof: Proof, bucket: string): Promise<Row[]> {
  const { VersionId } = await clients.ingest.send(
    new PutObjectCommand({ Bucket: bucket, Key: 'record', Body: 'a record' }),
  );
  const rows: Row[] = [];
  for (const { guarantee, what, as, gap, call, ...question } of POLICY_CASES) {
    const model = modelled(proof, bucket, as, question.request);
    const answer = await ask(() => call(clients[as], bucket, { Key: 'record', VersionId }));
    rows.push({ guarantee, bucket, what, model, ...answer, expected: gap ? opposite(model) : model, gap });
  }
  return rows;
}

/**
 * The caller is one of the account whose own policies allow nothing: so the bucket policy alone decides, as on the
 * server.
 */
function modelled(proof: Proof, bucket: string, as: PolicyCase['as'], request: PolicyCase['request']): Answer {
  const resource = /Object/.test(request.action) && !/Bucket/.test(request.action) ? `${bucket}/record` : bucket;
  // The owner of a bucket has every right on the server unless denied, as an administrator of the account has on
  // AWS.
  const question = { ...request, resource, principal: roleArn(as), identityAllows: as === 'owner' };
  const says = (check: () => void) => {
    try {
      check();
      return true;
    } catch {
      return false;
    }
  };
  const allowed = says(() => proof.allows(question));
  if (allowed === says(() => proof.denies(question))) {
    throw new Error(`the model does not know whether ${as} may ${request.action} on ${resource}`);
  }
  return allowed ? 'allowed' : 'denied';
}

const DAY = 24 * 3600 * 1000;
const NO_PRINCIPAL_ARN =
  'the server does not fill aws:PrincipalArn, and takes a negated operator on an absent key for no match';
const UPLOADER_OWNS = 'on the server the uploader owns the object: ACLs cannot be turned off';
const NO_LOCK_KEYS = 'the server does not fill the condition keys of Object Lock';

const inDays = (days: number) => new Date(Date.now() + days * DAY);
const put =
  (Key: string, more: object = {}) =>
  (client: S3Client, Bucket: string) =>
    client.send(new PutObjectCommand({ Bucket, Key, Body: 'a record', ...more }));

/** What the archives guarantee by their policies, each with its legitimate side. */
const POLICY_CASES: readonly PolicyCase[] = [
  {
    guarantee: 'writers-only',
    what: 'the archivist uploads',
    as: 'ingest',
    request: { action: 's3:PutObject' },
    call: put('by-ingest'),
  },
  {
    guarantee: 'writers-only',
    what: 'a stranger uploads',
    as: 'stranger',
    request: { action: 's3:PutObject' },
    call: put('by-stranger'),
  },
  {
    guarantee: 'writers-only',
    what: 'the owner of the bucket uploads',
    as: 'owner',
    request: { action: 's3:PutObject' },
    call: put('by-owner'),
    gap: NO_PRINCIPAL_ARN,
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
    guarantee: 'legal-hold-changed-only-by',
    what: 'the legal officer places a hold',
    as: 'legal',
    request: { action: 's3:PutObjectLegalHold' },
    call: (client, Bucket, version) =>
      client.send(new PutObjectLegalHoldCommand({ Bucket, ...version, LegalHold: { Status: 'ON' } })),
  },
  {
    guarantee: 'legal-hold-changed-only-by',
    what: 'the retention officer lifts it',
    as: 'records',
    request: { action: 's3:PutObjectLegalHold' },
    call: (client, Bucket, version) =>
      client.send(new PutObjectLegalHoldCommand({ Bucket, ...version, LegalHold: { Status: 'OFF' } })),
  },
  {
    guarantee: 'legal-hold-changed-only-by',
    what: 'the owner of the bucket lifts it',
    as: 'owner',
    request: { action: 's3:PutObjectLegalHold' },
    call: (client, Bucket, version) =>
      client.send(new PutObjectLegalHoldCommand({ Bucket, ...version, LegalHold: { Status: 'OFF' } })),
  },
  {
    guarantee: 'retention-bounded',
    what: 'the retention officer extends a retention',
    as: 'records',
    request: { action: 's3:PutObjectRetention', context: { 's3:object-lock-remaining-retention-days': '5' } },
    call: (client, Bucket, version) =>
      client.send(
        new PutObjectRetentionCommand({
          Bucket,
          ...version,
          Retention: { Mode: modeOf(Bucket), RetainUntilDate: inDays(5.5) },
        }),
      ),
  },
  {
    guarantee: 'retention-bounded',
    what: 'the archivist names a retention of a hundred days',
    as: 'ingest',
    request: { action: 's3:PutObject', context: { 's3:object-lock-remaining-retention-days': '100' } },
    call: (client, Bucket) =>
      put('too-long', { ObjectLockMode: modeOf(Bucket), ObjectLockRetainUntilDate: inDays(100) })(client, Bucket),
    gap: NO_LOCK_KEYS,
  },
  {
    guarantee: 'retention-bounded',
    what: 'the legal officer sets a retention',
    as: 'legal',
    request: { action: 's3:PutObjectRetention' },
    call: (client, Bucket, version) =>
      client.send(
        new PutObjectRetentionCommand({
          Bucket,
          ...version,
          Retention: { Mode: modeOf(Bucket), RetainUntilDate: inDays(9) },
        }),
      ),
  },
  {
    guarantee: 'protection-changed-only-by',
    what: 'the owner of the bucket suspends versioning',
    as: 'owner',
    request: { action: 's3:PutBucketVersioning' },
    call: (client, Bucket) =>
      client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } })),
  },
  {
    guarantee: 'protection-changed-only-by',
    what: 'the owner of the bucket changes the default retention',
    as: 'owner',
    request: { action: 's3:PutBucketObjectLockConfiguration' },
    call: (client, Bucket) =>
      client.send(
        new PutObjectLockConfigurationCommand({
          Bucket,
          ObjectLockConfiguration: {
            ObjectLockEnabled: 'Enabled',
            Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 1 } },
          },
        }),
      ),
  },
  {
    guarantee: 'protection-changed-only-by',
    what: 'the owner of the bucket sets a lifecycle',
    as: 'owner',
    request: { action: 's3:PutLifecycleConfiguration' },
    call: (client, Bucket) =>
      client.send(
        new PutBucketLifecycleConfigurationCommand({
          Bucket,
          LifecycleConfiguration: {
            Rules: [{ ID: 'Gone', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } }],
          },
        }),
      ),
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
    call: (client, Bucket) =>
      client.send(
        new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement: [] }) }),
      ),
  },
];

function modeOf(bucket: string): ObjectLockMode {
  return bucket === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE';
}
