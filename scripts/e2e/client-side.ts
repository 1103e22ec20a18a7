import { randomBytes } from 'node:crypto';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CopyObjectCommand, CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { FakeKms } from './fake-kms';
import type { PresignedRow } from './presigned';
import type { Radosgw, User } from './radosgw';
import { ownKeyring } from '../../examples/client-side-encryption/self-managed';
import { fetchBack, store, type Vault } from '../../examples/client-side-encryption/vault';
import { kmsKeyring } from '../../examples/client-side-encryption/with-kms';
import { ClientSideKey } from '../../src';
import { resolveTemplates } from '../../src/assurance/resolve';
import { keyEnvironment } from '../../src/assurance/subject';

const BUCKET = 'client-side';
const PLAINTEXT = new TextEncoder().encode('Ada Example, claim 17, 1,200.00 EUR');
const CONTEXT = { dataset: 'claims' };
const ENV = { account: '111122223333', region: 'eu-central-1' };
const ROLES = { WRITER: `arn:aws:iam::${ENV.account}:role/intake`, READER: `arn:aws:iam::${ENV.account}:role/audit`, ADMIN: `arn:aws:iam::${ENV.account}:role/admin` };

/** The example of client-side encryption: the stored bytes, who opens them, and what must not open. */
export async function clientSideRows(server: Radosgw, user: User): Promise<PresignedRow[]> {
  const s3 = server.client(user);
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  const [key] = resolveTemplates([{ stack: 'Stack', template: templateOfKey(), ...ENV }]).keys;
  const kms = await FakeKms.start(key.arn, keyEnvironment(key), ROLES);
  const rows: PresignedRow[] = [];
  const attempt = async (guarantee: string, what: string, expected: PresignedRow['expected'], call: () => Promise<unknown>) => {
    const error = await call().then(() => undefined, (thrown: Error) => thrown.message);
    rows.push({ guarantee, bucket: BUCKET, what, server: error === undefined ? 'allowed' : 'denied', expected, ...(error ? { error } : {}) });
  };
  const storedBytes = async (name: string) => Buffer.from(await (await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: name }))).Body!.transformToByteArray());
  const opensTo = async (vault: Vault, name: string) => {
    if (!Buffer.from(await fetchBack(vault, name)).equals(PLAINTEXT)) throw new Error('it is something else');
  };
  const hidden = async (name: string) => {
    const bytes = await storedBytes(name);
    if (bytes.length <= PLAINTEXT.length || bytes.includes('Ada') || bytes.includes('claim 17')) throw new Error('the plaintext is there');
  };
  const tamper = async (from: string, to: string) => {
    const bytes = await storedBytes(from);
    bytes[bytes.length - 100] ^= 1; // eslint-disable-line no-bitwise
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: to, Body: bytes }));
  };
  const by = (who: keyof typeof ROLES, context: Record<string, string> = CONTEXT): Vault => ({
    s3,
    bucket: BUCKET,
    context,
    keyring: kmsKeyring(key.arn, { endpoint: kms.endpoint, region: ENV.region, maxAttempts: 1, credentials: { accessKeyId: who, secretAccessKey: 'x' } }),
  });
  try {
    const kind = 'client-side-kms';
    await attempt(kind, 'the writer encrypts and uploads', 'allowed', () => store(by('WRITER'), 'claim', PLAINTEXT));
    await attempt(kind, 'the stored bytes are not the plaintext', 'allowed', () => hidden('claim'));
    await attempt(kind, 'the reader downloads and decrypts', 'allowed', () => opensTo(by('READER'), 'claim'));
    await attempt(kind, 'the writer decrypts', 'denied', () => opensTo(by('WRITER'), 'claim'));
    await attempt(kind, 'the reader encrypts', 'denied', () => store(by('READER'), 'other', PLAINTEXT));
    await attempt(kind, 'an administrator decrypts', 'denied', () => opensTo(by('ADMIN'), 'claim'));
    await attempt(kind, 'the writer encrypts for another dataset', 'denied', () => store(by('WRITER', { dataset: 'payroll' }), 'other', PLAINTEXT));
    await s3.send(new CopyObjectCommand({ Bucket: BUCKET, Key: 'moved', CopySource: `${BUCKET}/claim` }));
    await attempt(kind, 'the reader takes an object moved to another key for that', 'denied', () => opensTo(by('READER'), 'moved'));
    await tamper('claim', 'tampered');
    await attempt(kind, 'the reader opens a changed ciphertext', 'denied', () => opensTo(by('READER'), 'tampered'));

    const own = 'client-side-own-key';
    const mine: Vault = { s3, bucket: BUCKET, context: CONTEXT, keyring: ownKeyring('2026', randomBytes(32)) };
    const others: Vault = { ...mine, keyring: ownKeyring('2026', randomBytes(32)) };
    await attempt(own, 'encrypt and upload', 'allowed', () => store(mine, 'own', PLAINTEXT));
    await attempt(own, 'the stored bytes are not the plaintext', 'allowed', () => hidden('own'));
    await attempt(own, 'download and decrypt', 'allowed', () => opensTo(mine, 'own'));
    await attempt(own, 'decrypt with another key', 'denied', () => opensTo(others, 'own'));
    await tamper('own', 'own-tampered');
    await attempt(own, 'open a changed ciphertext', 'denied', () => opensTo(mine, 'own-tampered'));
    return rows;
  } finally {
    kms.stop();
  }
}

function templateOfKey(): any {
  const stack = new Stack(new App({ treeMetadata: false }), 'Stack', { env: ENV });
  const role = (name: string, arn: string) => iam.Role.fromRoleArn(stack, name, arn);
  new ClientSideKey(stack, 'Key', { context: CONTEXT, writers: [role('Writer', ROLES.WRITER)], readers: [role('Reader', ROLES.READER)] });
  return Template.fromStack(stack).toJSON();
}
