/**
 * Client-side encryption from end to end: the clients of the example, a real S3 server, and KMS as the key policy of
 * the template decides it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ACCOUNT, roleArn } from './archives';
import { PolicyKms } from './kms';
import type { User } from './radosgw';
import type { Row } from './row';
import type { World } from './world';
import { download, kmsKeyring, upload, type Context } from '../../examples/client-side-encryption/client';
import { newKey, ownKeyring } from '../../examples/client-side-encryption/self-managed';
import { ClientSideKey } from '../../src';
import { resolveTemplates, type KeyModel } from '../../src/assurance/model/resolve';
import { readAssembly } from '../../src/assurance/template/assembly';

/** One attempt, and, where it must fail, what must stand in the error: any other failure is one of the run. */
type Attempt = readonly [what: string, refusal: RegExp | undefined, attempt: () => Promise<unknown>];

const CONTEXT = { purpose: 'payroll' };
const PLAINTEXT = Buffer.from('Ada Lovelace, net salary 4,711.00 '.repeat(200));
const BY_POLICY = /AccessDeniedException|is not authorized to perform/;

/** Rows of the end-to-end report; the server is given three more users and a bucket. */
export async function clientSideRows({ server }: World): Promise<Row[]> {
  const users = Object.fromEntries(['payroll', 'auditor', 'keeper'].map((name) => [name, server.addUser(name)]));
  const key = synthesizedKey();
  const kms = await PolicyKms.start(
    key,
    Object.fromEntries(Object.values(users).map(({ name, accessKey }) => [accessKey, roleArn(name)])),
  );
  try {
    const s3 = (name: string) => server.client(users[name]);
    const bucket = 'payslips';
    await openBucket(s3('keeper'), bucket);
    return [
      ...(await rows('client-side-key', bucket, attemptsWithKms(kms, users, s3, bucket))),
      ...(await rows('client-side-own-key', bucket, attemptsWithOwnKey(s3, bucket))),
    ];
  } finally {
    await kms.stop();
  }
}

function attemptsWithKms(
  kms: PolicyKms,
  users: Record<string, User>,
  s3: (name: string) => S3Client,
  Bucket: string,
): Attempt[] {
  const keyring = (name: string) =>
    kmsKeyring(kms.keyArn, {
      endpoint: kms.endpoint,
      region: 'us-east-1',
      maxAttempts: 1,
      credentials: { accessKeyId: users[name].accessKey, secretAccessKey: users[name].secretKey },
    });
  const place = { Bucket, Key: 'payslips/ada' };
  const put = (by: string, context: Context = CONTEXT) => upload(s3(by), keyring(by), context, place, PLAINTEXT);
  const get = (by: string, Key = place.Key) => download(s3(by), keyring(by), CONTEXT, { Bucket, Key });
  const dataKey = (context: Context) =>
    kms.call(roleArn('payroll'), 'GenerateDataKey', {
      KeyId: kms.keyArn,
      NumberOfBytes: 32,
      EncryptionContext: context,
    });
  const decrypt = (context: Context, via?: string) => {
    const { CiphertextBlob } = dataKey({ ...CONTEXT, object: 'a' });
    return kms.call(
      roleArn('auditor'),
      'Decrypt',
      { KeyId: kms.keyArn, CiphertextBlob, EncryptionContext: context },
      via,
    );
  };
  return [
    ['the writer encrypts and uploads', undefined, () => put('payroll')],
    [
      'the stored bytes do not hold the plaintext, nor a word of it',
      undefined,
      () => storedIsUnreadable(s3('auditor'), place),
    ],
    ['the reader downloads and decrypts, byte for byte', undefined, async () => same(await get('auditor'))],
    ['the writer downloads and decrypts', BY_POLICY, () => get('payroll')],
    ['the reader encrypts', BY_POLICY, () => put('auditor')],
    ['the owner of the bucket decrypts', BY_POLICY, () => get('keeper')],
    ['the owner of the bucket encrypts', BY_POLICY, () => put('keeper')],
    ['the writer names another value', BY_POLICY, () => put('payroll', { purpose: 'marketing' })],
    ['the writer names no purpose', BY_POLICY, () => put('payroll', {})],
    ['the writer spells the name otherwise', BY_POLICY, () => put('payroll', { Purpose: 'payroll' })],
    ['the writer names a further pair', BY_POLICY, () => put('payroll', { ...CONTEXT, iban: 'DE89' })],
    ['the reader asks KMS for another value', BY_POLICY, async () => decrypt({ purpose: 'marketing', object: 'a' })],
    [
      'the reader asks KMS for another object',
      /the ciphertext or its encryption context/,
      async () => decrypt({ ...CONTEXT, object: 'b' }),
    ],
    ['the reader calls KMS directly', undefined, async () => decrypt({ ...CONTEXT, object: 'a' })],
    [
      'Amazon S3 asks KMS for the reader',
      BY_POLICY,
      async () => decrypt({ ...CONTEXT, object: 'a' }, 's3.us-east-1.amazonaws.com'),
    ],
    [
      'the reader takes an object that was moved to another place',
      /was encrypted for object/,
      async () => {
        await s3('keeper').send(
          new CopyObjectCommand({ Bucket, Key: 'payslips/eve', CopySource: `${Bucket}/${place.Key}` }),
        );
        await get('auditor', 'payslips/eve');
      },
    ],
    [
      'the reader takes an object that was changed by one bit',
      /unable to authenticate|Unsupported state|Signature/i,
      async () => {
        await flipOneBit(s3('keeper'), place);
        await get('auditor');
      },
    ],
  ];
}

function attemptsWithOwnKey(s3: (name: string) => S3Client, Bucket: string): Attempt[] {
  const key = newKey();
  const place = { Bucket, Key: 'own/ada' };
  const get = (keyring = ownKeyring('2026', key), Key = place.Key) =>
    download(s3('auditor'), keyring, CONTEXT, { Bucket, Key });
  return [
    ['upload', undefined, () => upload(s3('payroll'), ownKeyring('2026', key), CONTEXT, place, PLAINTEXT)],
    [
      'the stored bytes do not hold the plaintext, nor a word of it',
      undefined,
      () => storedIsUnreadable(s3('auditor'), place),
    ],
    ['download, byte for byte', undefined, async () => same(await get())],
    [
      'download with another key of that name',
      /unencryptedDataKey has not been set|unable to authenticate|Unable to decrypt/i,
      () => get(ownKeyring('2026', newKey())),
    ],
    [
      'download an object that was changed by one bit',
      /unable to authenticate|Unsupported state|Signature/i,
      async () => {
        await flipOneBit(s3('keeper'), place);
        await get();
      },
    ],
  ];
}

async function rows(guarantee: string, bucket: string, attempts: readonly Attempt[]): Promise<Row[]> {
  const found: Row[] = [];
  for (const [what, refusal, attempt] of attempts) {
    const row = { guarantee, bucket, what, expected: refusal ? ('denied' as const) : ('allowed' as const) };
    try {
      await attempt();
      found.push({ ...row, server: 'allowed' });
    } catch (error) {
      const { name, message } = error as Error;
      const text = `${name}: ${message}`;
      if (refusal && !refusal.test(text)) {
        throw new Error(`"${what}" fails, and for another reason than it should`, { cause: error });
      }
      found.push({ ...row, server: 'denied', error: text.slice(0, 300) });
    }
  }
  return found;
}

/** The key of a `ClientSideKey` as its template describes it. */
function synthesizedKey(): KeyModel {
  const outdir = mkdtempSync(join(tmpdir(), 'strongbox-e2e-'));
  try {
    const app = new App({ outdir, treeMetadata: false });
    const stack = new Stack(app, 'ClientSide', { env: { account: ACCOUNT, region: 'us-east-1' } });
    const who = (name: string) => [iam.Role.fromRoleArn(stack, name, roleArn(name))];
    const { key } = new ClientSideKey(stack, 'Key', {
      context: CONTEXT,
      furtherContext: ['object'],
      writers: who('payroll'),
      readers: who('auditor'),
    });
    app.synth();
    return resolveTemplates(readAssembly(outdir)).keys.find(({ resource }) => resource.path === key.node.path)!;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** On the server everybody here may read and write: what keeps them from the plaintext is the key alone. */
async function openBucket(owner: S3Client, Bucket: string): Promise<void> {
  await owner.send(new CreateBucketCommand({ Bucket }));
  await owner.send(
    new PutBucketPolicyCommand({
      Bucket,
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: ['payroll', 'auditor', 'keeper'].map((name) => `arn:aws:iam:::user/${name}`) },
            Action: ['s3:GetObject', 's3:PutObject'],
            Resource: `arn:aws:s3:::${Bucket}/*`,
          },
        ],
      }),
    }),
  );
}

async function stored(client: S3Client, place: { Bucket: string; Key: string }): Promise<Buffer> {
  const { Body } = await client.send(new GetObjectCommand(place));
  return Buffer.from(await Body!.transformToByteArray());
}

async function storedIsUnreadable(client: S3Client, place: { Bucket: string; Key: string }): Promise<void> {
  const bytes = await stored(client, place);
  if (bytes.length <= PLAINTEXT.length) {
    throw new Error(`${bytes.length} bytes are stored, fewer than an encrypted message has`);
  }
  for (const word of PLAINTEXT.toString()
    .split(' ')
    .filter(({ length }) => length > 5)) {
    if (bytes.includes(word)) throw new Error(`the stored bytes hold "${word}"`);
  }
}

async function flipOneBit(client: S3Client, place: { Bucket: string; Key: string }): Promise<void> {
  const bytes = await stored(client, place);
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] += bytes[middle] % 2 === 0 ? 1 : -1;
  await client.send(new PutObjectCommand({ ...place, Body: bytes }));
}

async function same(plaintext: Uint8Array): Promise<void> {
  if (!PLAINTEXT.equals(plaintext)) throw new Error('what was decrypted is not what was encrypted');
}
