import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import type { User } from './radosgw';
import type { Row } from './row';
import type { World } from './world';
import type { IssuerSettings } from '../../src/runtime/presigned-urls/contract';
import { answer } from '../../src/runtime/presigned-urls/issue';
import { signerWith } from '../../src/runtime/presigned-urls/presigned-urls.lambda';

/** By path, so that the URL has a host name that does not tell the bucket: the server has no names of its own. */
const BUCKET = 'presigned.uploads';
const TYPE = 'application/pdf';
const CONTENT = 'a document';
const MAXIMUM = 100;
const OLDER_THAN_CHECKSUMS = 'the server is older than x-amz-checksum-sha256, and stores any content';

interface Issued {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly fields: Record<string, string>;
}

interface Attempt {
  readonly what: string;
  readonly allowed?: boolean;
  readonly gap?: string;
  /** @returns the status of the answer, and what it says */
  readonly send: () => Promise<{ status: number; text: string }>;
}

/** The issuer as it is deployed, its URLs against the server: each with its legitimate side, tampered with, and after its end. */
export async function presignedRows({ server }: World): Promise<Row[]> {
  const user = server.addUser('issuer');
  await server.client(user).send(new CreateBucketCommand({ Bucket: BUCKET }));
  const issue = issuer(user);
  const send = sender(server.endpoint);
  const rows: Row[] = [];
  for (const [guarantee, attempts] of Object.entries({
    'presigned-put': await putAttempts(issue, send), 'presigned-get': await getAttempts(issue, send), 'presigned-post': await postAttempts(issue, send),
  })) {
    for (const { what, allowed = false, gap, send: attempt } of attempts) {
      const { status, text } = await attempt();
      if (![200, 204, 400, 403, 411].includes(status)) throw new Error(`${what}: the server answers ${status}: ${text}`);
      const error = /<Code>(\w+)/.exec(text)?.[1];
      rows.push({
        guarantee,
        bucket: BUCKET,
        what,
        server: status < 300 ? 'allowed' : 'denied',
        expected: allowed || gap ? 'allowed' : 'denied',
        ...(gap ? { gap } : {}),
        ...(error ? { error } : {}),
      });
    }
  }
  return rows;
}

function issuer({ accessKey, secretKey }: User): (order: object) => Promise<Issued> {
  const rule = { contentTypes: [TYPE], minimumBytes: 1, maximumBytes: MAXIMUM };
  const settings: IssuerSettings = {
    bucket: BUCKET,
    region: 'us-east-1',
    urlSuffix: 'amazonaws.com',
    prefix: 'uploads/',
    operations: { get: {}, put: rule, post: rule },
    caller: { kind: 'claim', claim: 'sub' },
    maximumSeconds: 60,
    signerRoleArn: 'arn:aws:iam::111122223333:role/signer',
    // The server knows no encryption of its own without an outside key store.
    encryptionHeaders: {},
  };
  return async (order) => {
    const { statusCode, body } = await answer(
      { requestContext: { http: { method: 'POST' }, authorizer: { jwt: { claims: { sub: 'ada' } } } }, body: JSON.stringify(order) },
      settings,
      {
        now: () => new Date(),
        signer: async () => signerWith({ accessKeyId: accessKey, secretAccessKey: secretKey }, settings.region),
        audit: () => undefined,
      },
    );
    if (statusCode !== 200) throw new Error(`the issuer refuses: ${body}`);
    return JSON.parse(body) as Issued;
  };
}

type Send = (method: string, url: string, headers?: Record<string, string>, body?: Uint8Array) => Promise<{ status: number; text: string }>;

/** To the server, under the name that the URL has. */
function sender(endpoint: string): Send {
  const { hostname, port } = new URL(endpoint);
  return (method, url, headers = {}, body = new Uint8Array()) => new Promise((resolve, reject) => {
    const { host, pathname, search } = new URL(url);
    const length = method === 'GET' ? {} : { 'content-length': String(body.length) };
    const outgoing = request({ hostname, port, method, path: pathname + search, headers: { ...length, ...headers, host } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode!, text: Buffer.concat(chunks).toString() }));
    });
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

async function putAttempts(issue: ReturnType<typeof issuer>, send: Send): Promise<Attempt[]> {
  const order = { operation: 'put', key: 'a b/ü~(1).pdf', contentType: TYPE, size: bytes(CONTENT).length, checksumSha256: sumOf(CONTENT) };
  const { url, headers } = await issue(order);
  const short = await issue({ ...order, expiresIn: 1 });
  const { 'x-amz-checksum-sha256': _sum, ...withoutSum } = headers;
  const content = bytes(CONTENT);
  return [
    { what: 'what was asked for', allowed: true, send: () => send('PUT', url, headers, content) },
    { what: 'another type', send: () => send('PUT', url, { ...headers, 'content-type': 'text/html' }, content) },
    { what: 'a longer content', send: () => send('PUT', url, headers, bytes(`${CONTENT}, and more`)) },
    { what: 'a shorter content', send: () => send('PUT', url, headers, bytes('short')) },
    { what: 'no checksum header', send: () => send('PUT', url, withoutSum, content) },
    { what: 'another checksum header', send: () => send('PUT', url, { ...headers, 'x-amz-checksum-sha256': sumOf('other') }, content) },
    { what: 'another content of the same length', gap: OLDER_THAN_CHECKSUMS, send: () => send('PUT', url, headers, bytes('A DOCUMENT')) },
    { what: 'another key', send: () => send('PUT', url.replace('/uploads/ada/', '/uploads/bob/'), headers, content) },
    { what: 'another method', send: () => send('GET', url, headers) },
    { what: 'a longer life', send: () => send('PUT', changed(url, 'X-Amz-Expires', '600'), headers, content) },
    { what: 'fewer signed headers', send: () => send('PUT', changed(url, 'X-Amz-SignedHeaders', 'host'), headers, content) },
    { what: 'after its end', send: () => past().then(() => send('PUT', short.url, short.headers, content)) },
  ];
}

async function getAttempts(issue: ReturnType<typeof issuer>, send: Send): Promise<Attempt[]> {
  const order = { operation: 'get', key: 'a b/ü~(1).pdf' };
  const { url } = await issue(order);
  const short = await issue({ ...order, expiresIn: 1 });
  return [
    { what: 'what was asked for', allowed: true, send: () => send('GET', url) },
    { what: 'another key', send: () => send('GET', url.replace('/uploads/ada/', '/uploads/bob/')) },
    { what: 'shown instead of saved', send: () => send('GET', changed(url, 'response-content-disposition', 'inline')) },
    { what: 'another method', send: () => send('PUT', url, {}, bytes(CONTENT)) },
    { what: 'another signature', send: () => send('GET', changed(url, 'X-Amz-Signature', otherDigit(new URL(url).searchParams.get('X-Amz-Signature')!))) },
    { what: 'without its signature', send: () => send('GET', url.slice(0, url.indexOf('?'))) },
    { what: 'after its end', send: () => past().then(() => send('GET', short.url)) },
  ];
}

async function postAttempts(issue: ReturnType<typeof issuer>, send: Send): Promise<Attempt[]> {
  const order = { operation: 'post', key: 'a b/form ü.pdf', contentType: TYPE, checksumSha256: sumOf(CONTENT) };
  const { url, fields } = await issue(order);
  const short = await issue({ ...order, expiresIn: 1 });
  const form = async (all: Record<string, string>, content: string = CONTENT) => {
    const data = new FormData();
    for (const [name, value] of Object.entries(all)) data.append(name, value);
    data.append('file', new Blob([content]));
    const encoded = new Response(data);
    return send('POST', url, { 'content-type': encoded.headers.get('content-type')! }, new Uint8Array(await encoded.arrayBuffer()));
  };
  const { 'x-amz-checksum-sha256': _sum, ...withoutSum } = fields;
  const wider = Buffer.from(fields.policy, 'base64').toString().replace(`,1,${MAXIMUM}]`, ',1,100000]');
  return [
    { what: 'what was asked for', allowed: true, send: () => form(fields) },
    { what: 'the biggest', allowed: true, send: () => form(fields, 'x'.repeat(MAXIMUM)) },
    { what: 'a byte more', send: () => form(fields, 'x'.repeat(MAXIMUM + 1)) },
    { what: 'nothing', send: () => form(fields, '') },
    { what: 'another type', send: () => form({ ...fields, 'Content-Type': 'text/html' }) },
    { what: 'another key', send: () => form({ ...fields, key: 'uploads/bob/form.pdf' }) },
    { what: 'another key of the same folder', send: () => form({ ...fields, key: 'uploads/ada/other.pdf' }) },
    { what: 'no checksum', send: () => form(withoutSum) },
    { what: 'another checksum', send: () => form({ ...fields, 'x-amz-checksum-sha256': sumOf('other') }) },
    { what: 'a wider policy', send: () => form({ ...fields, policy: Buffer.from(wider).toString('base64') }, 'x'.repeat(MAXIMUM + 1)) },
    { what: 'another signature', send: () => form({ ...fields, 'x-amz-signature': otherDigit(fields['x-amz-signature']) }) },
    { what: 'after its end', send: () => past().then(() => form(short.fields)) },
  ];
}
