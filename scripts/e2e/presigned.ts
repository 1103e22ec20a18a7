import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { request, type IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { App, Duration, Size, Stack } from 'aws-cdk-lib';
import { ACCOUNT } from './archives';
import { DeployedIssuer, type Issued } from './issuer';
import { HOST_NAMES_REGION, KMS_KEY_ARN, type Radosgw, type User } from './radosgw';
import type { Row } from './row';
import type { World } from './world';
import { PresignCallers, PresignedOperation, PresignedUrls, SecureBucket } from '../../src';

/** Reached by a host name of its own. */
const BUCKET = 'presigned-uploads';
/** Reached by path, as every bucket with a dot is: no certificate of S3 fits its host name. */
const DOTTED = 'presigned.uploads';
const TYPE = 'application/pdf';
const CONTENT = 'a document';
const MAXIMUM = 100;
const OLDER_THAN_CHECKSUMS = 'the server is older than x-amz-checksum-sha256, and stores any content';

type Issue = (order: object) => Promise<Issued>;

interface Attempt {
  readonly what: string;
  readonly allowed?: boolean;
  readonly gap?: string;
  /** @returns the status of the answer, and what it says */
  readonly send: () => Promise<Answer>;
}

/**
 * The issuer as it is deployed and the operator's command, against the server: each with its legitimate side, tampered
 * with, and after its end.
 */
export async function presignedRows({ server }: World): Promise<Row[]> {
  const user = server.addUser('issuer');
  const ownerUser = server.addUser('uploads-owner');
  const owner = server.client(ownerUser);
  const send = sender(server.endpoint);
  const issuers = [
    await DeployedIssuer.deploy(server, user, owner, (outdir) => synthesize(outdir, 'Presigned', BUCKET)),
    await DeployedIssuer.deploy(server, user, owner, (outdir) => synthesize(outdir, 'PresignedByPath', DOTTED)),
  ];
  const [issue, byPath] = issuers.map(
    (issuer): Issue =>
      (order) =>
        issuer.issue('ada', order),
  );
  try {
    return [
      ...(await rowsOf('presigned-put', BUCKET, await putAttempts(issue, send))),
      ...(await rowsOf('presigned-get', BUCKET, await getAttempts(issue, send))),
      ...(await rowsOf('presigned-post', BUCKET, await postAttempts(issue, send))),
      ...(await rowsOf('presigned-by-path', DOTTED, await pathAttempts(byPath, send))),
      ...(await rowsOf('presigned-signer', BUCKET, await signerAttempts(server, user, issuers[0].signerArn))),
      ...(await rowsOf('presign-command', BUCKET, await commandAttempts(server, ownerUser, send))),
    ];
  } finally {
    for (const issuer of issuers) issuer.stop();
  }
}

async function rowsOf(guarantee: string, bucket: string, attempts: readonly Attempt[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { what, allowed = false, gap, send } of attempts) {
    const { status, text } = await send();
    if (![200, 204, 400, 403, 411].includes(status)) throw new Error(`${what}: the server answers ${status}: ${text}`);
    const error = /<Code>(\w+)/.exec(text)?.[1];
    rows.push({
      guarantee,
      bucket,
      what,
      server: status < 300 ? 'allowed' : 'denied',
      expected: allowed || gap ? 'allowed' : 'denied',
      ...(gap ? { gap } : {}),
      ...(error ? { error } : {}),
    });
  }
  return rows;
}

function synthesize(outdir: string, id: string, bucketName: string): string {
  const app = new App({ outdir, treeMetadata: false });
  const stack = new Stack(app, id, { env: { account: ACCOUNT, region: HOST_NAMES_REGION } });
  const { bucket } = new SecureBucket(stack, 'Docs', { bucketName });
  const rule = { contentTypes: [TYPE], maximumSize: Size.bytes(MAXIMUM) };
  new PresignedUrls(stack, `${id}Urls`, {
    bucket,
    prefix: 'uploads/',
    operations: [PresignedOperation.download(), PresignedOperation.upload(rule), PresignedOperation.form(rule)],
    callers: PresignCallers.claim('sub'),
    maximumExpiry: Duration.minutes(59),
  });
  app.synth();
  return stack.templateFile;
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers?: IncomingHttpHeaders;
}

type Send = (method: string, url: string, headers?: Record<string, string>, body?: Uint8Array) => Promise<Answer>;

/** To the server, under the name that the URL has. */
function sender(endpoint: string): Send {
  const { hostname, port } = new URL(endpoint);
  return (method, url, headers = {}, body = new Uint8Array()) =>
    new Promise((resolve, reject) => {
      const { host, pathname, search } = new URL(url);
      const length = method === 'GET' ? {} : { 'content-length': String(body.length) };
      const outgoing = request(
        { hostname, port, method, path: pathname + search, headers: { ...length, ...headers, host } },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () =>
            resolve({
              status: response.statusCode!,
              text: Buffer.concat(chunks).toString(),
              headers: response.headers,
            }),
          );
        },
      );
      outgoing.once('error', reject);
      outgoing.end(body);
    });
}

const sumOf = (content: string) => createHash('sha256').update(content).digest('base64');
const bytes = (content: string) => new TextEncoder().encode(content);
const past = () => new Promise((resolve) => setTimeout(resolve, 2500));
const changed = (url: string, name: string, value: string) => {
  const other = new URL(url);
  other.searchParams.set(name, value);
  return other.href;
};
const otherDigit = (signature: string) => signature.replace(/.$/, (last) => (last === '0' ? '1' : '0'));

/** Less one header, field or parameter. */
function without<T extends Record<string, string> | string>(all: T, name: string): T {
  if (typeof all !== 'string') return Object.fromEntries(Object.entries(all).filter(([other]) => other !== name)) as T;
  const url = new URL(all);
  url.searchParams.delete(name);
  return url.href as T;
}

async function same(answer: Promise<Answer>): Promise<Answer> {
  const { status, text } = await answer;
  if (status === 200 && text !== CONTENT) throw new Error(`the server gives something else: ${text}`);
  return { status, text };
}

async function storedUnderTheKey(answer: Promise<Answer>): Promise<Answer> {
  const { status, text, headers } = await answer;
  const key = headers!['x-amz-server-side-encryption-aws-kms-key-id'];
  if (status === 200 && (key !== KMS_KEY_ARN || headers!['content-type'] !== TYPE)) {
    throw new Error(`stored as ${headers!['content-type']} under ${key}`);
  }
  return { status, text };
}

async function putAttempts(issue: Issue, send: Send): Promise<Attempt[]> {
  const order = {
    operation: 'put',
    key: 'a b/ü~(1).pdf',
    contentType: TYPE,
    size: bytes(CONTENT).length,
    checksumSha256: sumOf(CONTENT),
  };
  const { url, headers } = await issue(order);
  const get = await issue({ operation: 'get', key: order.key });
  const short = await issue({ ...order, expiresIn: 1 });
  const content = bytes(CONTENT);
  return [
    {
      what: 'another content of the same length',
      gap: OLDER_THAN_CHECKSUMS,
      send: () => send('PUT', url, headers, bytes('A DOCUMENT')),
    },
    { what: 'what was asked for', allowed: true, send: () => send('PUT', url, headers, content) },
    {
      what: 'it is stored under the key of the bucket',
      allowed: true,
      send: () => storedUnderTheKey(send('GET', get.url)),
    },
    { what: 'another type', send: () => send('PUT', url, { ...headers, 'content-type': 'text/html' }, content) },
    { what: 'a longer content', send: () => send('PUT', url, headers, bytes(`${CONTENT}, and more`)) },
    { what: 'a shorter content', send: () => send('PUT', url, headers, bytes('short')) },
    { what: 'no checksum header', send: () => send('PUT', url, without(headers, 'x-amz-checksum-sha256'), content) },
    {
      what: 'another checksum header',
      send: () => send('PUT', url, { ...headers, 'x-amz-checksum-sha256': sumOf('other') }, content),
    },
    {
      what: 'no encryption header',
      send: () => send('PUT', url, without(headers, 'x-amz-server-side-encryption'), content),
    },
    {
      what: 'another encryption',
      send: () => send('PUT', url, { ...headers, 'x-amz-server-side-encryption': 'AES256' }, content),
    },
    {
      what: 'no key of KMS',
      send: () => send('PUT', url, without(headers, 'x-amz-server-side-encryption-aws-kms-key-id'), content),
    },
    {
      what: 'another key of KMS',
      send: () =>
        send('PUT', url, { ...headers, 'x-amz-server-side-encryption-aws-kms-key-id': 'alias/aws/s3' }, content),
    },
    {
      what: 'without the session token',
      send: () => send('PUT', without(url, 'X-Amz-Security-Token'), headers, content),
    },
    { what: 'another key', send: () => send('PUT', url.replace('/uploads/ada/', '/uploads/bob/'), headers, content) },
    { what: 'another method', send: () => send('GET', url, headers) },
    { what: 'a longer life', send: () => send('PUT', changed(url, 'X-Amz-Expires', '600'), headers, content) },
    {
      what: 'fewer signed headers',
      send: () => send('PUT', changed(url, 'X-Amz-SignedHeaders', 'host'), headers, content),
    },
    { what: 'after its end', send: () => past().then(() => send('PUT', short.url, short.headers, content)) },
  ];
}

async function getAttempts(issue: Issue, send: Send): Promise<Attempt[]> {
  const order = { operation: 'get', key: 'a b/ü~(1).pdf' };
  const { url } = await issue(order);
  const short = await issue({ ...order, expiresIn: 1 });
  return [
    { what: 'what was asked for, decrypted', allowed: true, send: () => same(send('GET', url)) },
    {
      what: 'by a URL for 59 minutes',
      allowed: true,
      send: async () => same(send('GET', (await issue({ ...order, expiresIn: 3540 })).url)),
    },
    { what: 'without the session token', send: () => send('GET', without(url, 'X-Amz-Security-Token')) },
    { what: 'another key', send: () => send('GET', url.replace('/uploads/ada/', '/uploads/bob/')) },
    { what: 'shown instead of saved', send: () => send('GET', changed(url, 'response-content-disposition', 'inline')) },
    { what: 'another method', send: () => send('PUT', url, {}, bytes(CONTENT)) },
    {
      what: 'another signature',
      send: () =>
        send('GET', changed(url, 'X-Amz-Signature', otherDigit(new URL(url).searchParams.get('X-Amz-Signature')!))),
    },
    { what: 'without its signature', send: () => send('GET', url.slice(0, url.indexOf('?'))) },
    { what: 'after its end', send: () => past().then(() => send('GET', short.url)) },
  ];
}

async function postAttempts(issue: Issue, send: Send): Promise<Attempt[]> {
  const order = { operation: 'post', key: 'a b/form ü.pdf', contentType: TYPE, checksumSha256: sumOf(CONTENT) };
  const { url, fields } = await issue(order);
  const short = await issue({ ...order, expiresIn: 1 });
  const form = (all: Record<string, string>, content: string = CONTENT) => sendForm(send, url, all, content);
  const wider = Buffer.from(fields.policy, 'base64').toString().replace(`,1,${MAXIMUM}]`, ',1,100000]');
  return [
    { what: 'what was asked for', allowed: true, send: () => form(fields) },
    { what: 'the biggest', allowed: true, send: () => form(fields, 'x'.repeat(MAXIMUM)) },
    { what: 'a byte more', send: () => form(fields, 'x'.repeat(MAXIMUM + 1)) },
    { what: 'nothing', send: () => form(fields, '') },
    { what: 'another type', send: () => form({ ...fields, 'Content-Type': 'text/html' }) },
    { what: 'another key', send: () => form({ ...fields, key: 'uploads/bob/form.pdf' }) },
    { what: 'another key of the same folder', send: () => form({ ...fields, key: 'uploads/ada/other.pdf' }) },
    { what: 'no checksum', send: () => form(without(fields, 'x-amz-checksum-sha256')) },
    { what: 'another checksum', send: () => form({ ...fields, 'x-amz-checksum-sha256': sumOf('other') }) },
    { what: 'no encryption', send: () => form(without(fields, 'x-amz-server-side-encryption')) },
    { what: 'another encryption', send: () => form({ ...fields, 'x-amz-server-side-encryption': 'AES256' }) },
    {
      what: 'another key of KMS',
      send: () => form({ ...fields, 'x-amz-server-side-encryption-aws-kms-key-id': 'alias/aws/s3' }),
    },
    { what: 'without the session token', send: () => form(without(fields, 'x-amz-security-token')) },
    { what: 'a field more', send: () => form({ ...fields, 'x-amz-meta-more': 'x' }) },
    {
      what: 'a wider policy',
      send: () => form({ ...fields, policy: Buffer.from(wider).toString('base64') }, 'x'.repeat(MAXIMUM + 1)),
    },
    {
      what: 'another signature',
      send: () => form({ ...fields, 'x-amz-signature': otherDigit(fields['x-amz-signature']) }),
    },
    { what: 'after its end', send: () => past().then(() => form(short.fields)) },
  ];
}

async function pathAttempts(issue: Issue, send: Send): Promise<Attempt[]> {
  const { url, headers } = await issue({
    operation: 'put',
    key: 'a.pdf',
    contentType: TYPE,
    size: bytes(CONTENT).length,
    checksumSha256: sumOf(CONTENT),
  });
  const get = await issue({ operation: 'get', key: 'a.pdf' });
  return [
    { what: 'put', allowed: true, send: () => send('PUT', url, headers, bytes(CONTENT)) },
    { what: 'get', allowed: true, send: () => same(send('GET', get.url)) },
    { what: 'get from another bucket', send: () => send('GET', get.url.replace(`/${DOTTED}/`, `/${BUCKET}/`)) },
  ];
}

/** What the role's credentials are good for, whatever is signed with them. */
async function signerAttempts(server: Radosgw, { accessKey, secretKey }: User, signerArn: string): Promise<Attempt[]> {
  const sts = new STSClient({
    endpoint: server.endpoint,
    region: HOST_NAMES_REGION,
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
  });
  const { Credentials: session } = await sts.send(
    new AssumeRoleCommand({ RoleArn: signerArn, RoleSessionName: 'end-to-end' }),
  );
  const s3 = server.client(
    { name: 'signer', accessKey: session!.AccessKeyId!, secretKey: session!.SecretAccessKey! },
    session!.SessionToken,
  );
  const Bucket = BUCKET;
  const inside = { Bucket, Key: 'uploads/ada/a b/ü~(1).pdf' };
  return [
    { what: 'reads below the prefix', allowed: true, send: () => statusOf(s3.send(new GetObjectCommand(inside))) },
    {
      what: 'reads beside the prefix',
      send: () => statusOf(s3.send(new GetObjectCommand({ Bucket, Key: 'payroll/a.pdf' }))),
    },
    {
      what: 'writes beside the prefix',
      send: () => statusOf(s3.send(new PutObjectCommand({ Bucket, Key: 'uploads-of-others/a.pdf', Body: CONTENT }))),
    },
    { what: 'deletes', send: () => statusOf(s3.send(new DeleteObjectCommand(inside))) },
    { what: 'lists', send: () => statusOf(s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'uploads/' }))) },
  ];
}

async function statusOf(answer: Promise<unknown>): Promise<Answer> {
  try {
    await answer;
    return { status: 200, text: '' };
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
    if ($metadata?.httpStatusCode === undefined) throw error;
    return { status: $metadata.httpStatusCode, text: `<Code>${name}</Code>` };
  }
}

/**
 * `cdk-s3-strongbox presign` as an operator runs it, in a process of its own, with the SDK's own way to credentials,
 * Region and server.
 */
async function commandAttempts(server: Radosgw, operator: User, send: Send): Promise<Attempt[]> {
  const run = (args: string, more: Record<string, string> = {}) =>
    runPresign(args.split(' '), {
      AWS_ENDPOINT_URL_S3: server.endpoint,
      AWS_REGION: HOST_NAMES_REGION,
      AWS_ACCESS_KEY_ID: operator.accessKey,
      AWS_SECRET_ACCESS_KEY: operator.secretKey,
      ...more,
    });
  const sign = async (args: string) => {
    const { code, out, err } = await run(`s3://${BUCKET}/operator/${args}`);
    if (code !== 0) throw new Error(`the command says: ${err}`);
    return out.trim();
  };
  const put = await sign(`a.pdf --put --content-type ${TYPE} --checksum-sha256 ${sumOf(CONTENT)}`);
  const headers = { 'content-type': TYPE, 'x-amz-checksum-sha256': sumOf(CONTENT) };
  const get = await sign('a.pdf');
  const short = await sign('a.pdf --expires-in 1');
  const form = JSON.parse(await sign(`form.pdf --post --content-type ${TYPE} --max-size ${MAXIMUM}`)) as {
    url: string;
    fields: Record<string, string>;
  };
  const inTenMinutes = { AWS_CREDENTIAL_EXPIRATION: new Date(Date.now() + 600_000).toISOString() };
  const living = async (seconds: number) => {
    const { code, out, err } = await run(`s3://${BUCKET}/operator/a.pdf --expires-in ${seconds}`, inTenMinutes);
    const refused =
      code === 2 &&
      out === '' &&
      /--expires-in is 3600, but your credentials live for 5\d\d seconds more, and a URL dies with them/.test(err);
    if (code !== 0 && !refused) throw new Error(`the command says: ${err}`);
    return { status: code === 0 ? 200 : 403, text: err };
  };
  return [
    { what: 'put', allowed: true, send: () => send('PUT', put, headers, bytes(CONTENT)) },
    {
      what: 'put of another type',
      send: () => send('PUT', put, { ...headers, 'content-type': 'text/html' }, bytes(CONTENT)),
    },
    {
      what: 'put without the checksum',
      send: () => send('PUT', put, without(headers, 'x-amz-checksum-sha256'), bytes(CONTENT)),
    },
    { what: 'get', allowed: true, send: () => same(send('GET', get)) },
    { what: 'get of another object', send: () => send('GET', get.replace('a.pdf', 'b.pdf')) },
    { what: 'get after its end', send: () => past().then(() => send('GET', short)) },
    { what: 'form', allowed: true, send: () => sendForm(send, form.url, form.fields, CONTENT) },
    { what: 'form with a byte too much', send: () => sendForm(send, form.url, form.fields, 'x'.repeat(MAXIMUM + 1)) },
    {
      what: 'form of another type',
      send: () => sendForm(send, form.url, { ...form.fields, 'Content-Type': 'text/html' }, CONTENT),
    },
    { what: 'a life that the credentials have', allowed: true, send: () => living(500) },
    { what: 'a life that the credentials do not have', send: () => living(3600) },
  ];
}

const ROOT = join(__dirname, '..', '..');

function runPresign(
  args: readonly string[],
  env: Record<string, string>,
): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((resolve, reject) => {
    const script = 'require("./src/command/main").main(process.argv.slice(1))';
    const child = spawn(process.execPath, ['--require', require.resolve('tsx/cjs'), '-e', script, 'presign', ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => {
      out += String(chunk);
    });
    child.stderr.on('data', (chunk) => {
      err += String(chunk);
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err }));
  });
}

async function sendForm(send: Send, url: string, fields: Record<string, string>, content: string): Promise<Answer> {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  data.append('file', new Blob([content]));
  const encoded = new Response(data);
  return send(
    'POST',
    url,
    { 'content-type': encoded.headers.get('content-type')! },
    new Uint8Array(await encoded.arrayBuffer()),
  );
}
