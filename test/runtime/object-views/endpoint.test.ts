import { createHmac, createSign, generateKeyPairSync } from 'node:crypto';
import { createServer, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { BUCKET, environment, fetchRaw, lines, REDACTED, redactedLines } from './harness';
import { closeConnections } from '../../../src/runtime/object-views/aws/http';
import type { ViewsDocument } from '../../../src/runtime/object-views/contract';
import { CallerAuthorizer, matcher } from '../../../src/runtime/object-views/endpoint/callers';
import { EndpointHandler } from '../../../src/runtime/object-views/endpoint/handler';
import { callerOfIam } from '../../../src/runtime/object-views/identity';
import { Settings } from '../../../src/runtime/object-views/settings';
import { S3Server } from '../../support/s3-server';
import { CREDENTIALS, REGION } from '../../support/signatures';

const ROLE = 'arn:aws:iam::111122223333:role/team/analytics';
const SESSION = 'arn:aws:sts::111122223333:assumed-role/analytics/ada';
const LARGE = 60_000;
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
function token(claims: object, key = privateKey, header: object = { alg: 'RS256', kid: 'k1', typ: 'JWT' }): string {
  const text = `${base64(header)}.${base64({ sub: 'grace', iss: 'https://issuer.example', aud: 'views', exp: Math.floor(Date.now() / 1000) + 60, groups: ['marketing'], ...claims })}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(key).toString('base64url')}`;
}

let s3: S3Server;
let url: Server;
let base: string;
let iamArn: string | undefined;
let remainingMs: number;
const logs: string[] = [];
let failures = 0;

/** Lambda's function URL: the event in, the stream out, and what the runtime does when the handler throws. */
function functionUrl(handler: EndpointHandler): Server {
  return createServer((req, res: ServerResponse) => {
    // As it came: Lambda resolves and decodes nothing of it.
    const [, pathname, search = ''] = /^([^?]*)(\?.*)?$/.exec(req.url!)!;
    const event = {
      version: '2.0',
      rawPath: pathname,
      rawQueryString: search.slice(1),
      headers: Object.fromEntries(Object.entries(req.headers).map(([name, value]) => [name, String(value)])),
      requestContext: {
        http: { method: req.method!, path: pathname },
        authorizer: iamArn === undefined ? undefined : { iam: { userArn: iamArn } },
      },
    };
    handler
      .handle(event, (status, headers) => res.writeHead(status, headers as Record<string, string>), {
        awsRequestId: 'test',
        getRemainingTimeInMillis: () => remainingMs,
      })
      .catch(() => {
        failures += 1;
        res.destroy();
      });
  });
}

beforeAll(async () => {
  s3 = await S3Server.start();
  s3.also = async (_, res, { pathname }) => {
    if (pathname !== '/jwks.json') return false;
    res.end(
      JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'RS256' }] }),
    );
    return true;
  };
  const document: ViewsDocument = {
    version: 1,
    bucket: { env: 'ORIGINALS' },
    copy: { bucket: 'copies', view: 'analytics', prefix: 'a/' },
    limits: { responseBytes: 3_000_000 },
    views: {
      analytics: { ...REDACTED, callers: { iam: [ROLE] } },
      marketing: {
        transforms: [],
        callers: {
          jwt: {
            issuer: 'https://issuer.example',
            audience: ['views'],
            jwksUri: `${s3.endpoint}/jwks.json`,
            claims: { groups: ['marketing'] },
            header: 'x-viewer-authorization',
          },
        },
      },
      cached: {
        transforms: [],
        cacheSeconds: 300,
        callers: {
          jwt: {
            issuer: 'https://issuer.example',
            audience: ['views'],
            jwksUri: `${s3.endpoint}/jwks.json`,
            header: 'x-viewer-authorization',
          },
        },
      },
      nobody: { transforms: [] },
    },
  };
  const env = environment(s3, document, { ORIGINALS: BUCKET });
  url = functionUrl(new EndpointHandler(new Settings(env), env, (line) => logs.push(line)));
  await new Promise<void>((resolve) => url.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(url.address() as AddressInfo).port}`;
});
afterAll(async () => {
  url.close();
  await s3.stop();
  closeConnections();
});
beforeEach(() => {
  iamArn = SESSION;
  remainingMs = 60_000;
  failures = 0;
  logs.length = 0;
  s3.faults.length = 0;
  s3.put(BUCKET, 'a b/ü.txt', lines(5), { 'content-type': 'text/plain', 'cache-control': 'public' });
  s3.put(BUCKET, 'large.txt', lines(LARGE), { 'content-type': 'text/plain' });
  s3.put(BUCKET, 'huge.txt', lines(100_000), { 'content-type': 'text/plain' });
});

/** A path as it is, which a URL would resolve. */
function raw(path: string): Promise<{ readonly status: number }> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: (url.address() as AddressInfo).port, path, agent: false }, (res) => {
      res.resume();
      resolve({ status: res.statusCode! });
    })
      .on('error', reject)
      .end();
  });
}

const PATH = '/analytics/a%20b/%C3%BC.txt';

test('GET, HEAD, ranges', async () => {
  const get = await fetchRaw(base + PATH);
  expect([get.status, get.body.toString()]).toEqual([200, redactedLines(5).toString()]);
  expect(get.headers).toMatchObject({
    'cache-control': 'private, no-store',
    'content-length': String(redactedLines(5).length),
  });
  const head = await fetchRaw(base + PATH, {}, 'HEAD');
  expect(head.headers).toMatchObject({ 'content-length': get.headers['content-length'], etag: get.headers.etag });
  const range = await fetchRaw(base + PATH, { range: 'bytes=5-9' });
  expect([range.status, range.body.toString(), range.headers['content-range']]).toEqual([
    206,
    redactedLines(5).subarray(5, 10).toString(),
    `bytes 5-9/${redactedLines(5).length}`,
  ]);
});

test('HEAD measures what nobody has read yet', async () => {
  const head = await fetchRaw(`${base}/analytics/large.txt`, {}, 'HEAD');
  expect(head.headers['content-length']).toBe(String(redactedLines(LARGE).length));
  const get = await fetchRaw(`${base}/analytics/large.txt`);
  expect([get.headers['content-length'], get.cut]).toEqual([head.headers['content-length'], false]);
});

test('callers: only those that the view names', async () => {
  iamArn = 'arn:aws:sts::111122223333:assumed-role/shop/eve';
  expect((await fetchRaw(base + PATH)).status).toBe(403);
  iamArn = undefined;
  expect((await fetchRaw(base + PATH)).status).toBe(403);
  iamArn = SESSION;
  for (const path of ['/nobody/a.txt', '/unknown/a.txt', '/', '/__proto__/x', '/constructor/x', '/%zz/x']) {
    expect([path, (await fetchRaw(base + path)).status]).toEqual([path, 403]);
  }
  expect(s3.seen.some(({ url: seen }) => seen.pathname.includes('nobody'))).toBe(false);
});

test.each([
  ['a good token', () => token({}), 200],
  ['none', () => undefined, 401],
  ['another issuer', () => token({ iss: 'https://evil.example' }), 401],
  ['another audience', () => token({ aud: 'shop' }), 401],
  ['expired', () => token({ exp: 1 }), 401],
  [
    'a critical extension that nobody knows',
    () => token({}, privateKey, { alg: 'RS256', kid: 'k1', crit: ['exp-policy'], 'exp-policy': 1 }),
    401,
  ],
  ['an empty list of critical extensions', () => token({}, privateKey, { alg: 'RS256', kid: 'k1', crit: [] }), 401],
  ['an unencoded payload', () => token({}, privateKey, { alg: 'RS256', kid: 'k1', crit: ['b64'], b64: false }), 401],
  ['an empty subject', () => token({ sub: '' }), 403],
  ['another key', () => token({}, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey), 401],
  [
    'no algorithm',
    () =>
      `${base64({ alg: 'none' })}.${base64({ sub: 'x', iss: 'https://issuer.example', aud: 'views', exp: 9e9, groups: ['marketing'] })}.`,
    401,
  ],
  [
    'the public key as the secret of an HMAC',
    () => {
      const text = `${base64({ alg: 'HS256', kid: 'k1' })}.${base64({ sub: 'x', iss: 'https://issuer.example', aud: 'views', exp: 9e9, groups: ['marketing'] })}`;
      return `${text}.${createHmac('sha256', publicKey.export({ format: 'pem', type: 'spki' }))
        .update(text)
        .digest('base64url')}`;
    },
    401,
  ],
  ['a key that the issuer does not have', () => token({}, privateKey, { alg: 'RS256', kid: 'k2' }), 401],
  [
    'a signature of other claims',
    () => {
      const [head, , signature] = token({}).split('.');
      return [head, token({ sub: 'eve' }).split('.')[1], signature].join('.');
    },
    401,
  ],
  ['not yet valid', () => token({ nbf: Math.floor(Date.now() / 1000) + 60 }), 401],
  ['no audience', () => token({ aud: undefined }), 401],
  ['no end', () => token({ exp: undefined }), 401],
  ['another group', () => token({ groups: ['shop'] }), 403],
  ['no subject', () => token({ sub: undefined }), 403],
])('a JSON web token: %s', async (_, make, status) => {
  const jwt = make();
  const response = await fetchRaw(
    `${base}/marketing/a%20b/%C3%BC.txt`,
    jwt === undefined ? {} : { 'x-viewer-authorization': `Bearer ${jwt}` },
  );
  expect(response.status).toBe(status);
  if (status === 200) expect(response.body.equals(lines(5))).toBe(true);
});

test.each([
  [ROLE, SESSION, true],
  [ROLE, 'arn:aws:sts::111122223333:assumed-role/analytics-2/ada', false],
  [ROLE, 'arn:aws:sts::999922223333:assumed-role/analytics/ada', false],
  ['arn:aws:iam::111122223333:user/*', 'arn:aws:iam::111122223333:user/ada', true],
  ['arn:aws:iam::1111????3333:user/ada', 'arn:aws:iam::111122223333:user/ada', true],
  ['arn:aws:iam::111122223333:user/a.a', 'arn:aws:iam::111122223333:user/ada', false],
])('%s admits %s: %s', (pattern, arn, expected) => {
  expect(matcher(pattern).test(arn)).toBe(expected);
});

test('a header cannot say who the caller is', async () => {
  iamArn = undefined;
  const said = {
    'x-amzn-iam-user-arn': SESSION,
    'x-forwarded-user': SESSION,
    'x-amz-user-arn': SESSION,
    authorization: SESSION,
  };
  expect((await fetchRaw(base + PATH, said)).status).toBe(403);
  iamArn = SESSION;
  // Nor is a token taken from elsewhere than where CloudFront puts it, or an IAM identity for one.
  expect(
    (
      await fetchRaw(`${base}/marketing/a%20b/%C3%BC.txt`, {
        authorization: `Bearer ${token({})}`,
        'x-strongbox-token': `Bearer ${token({})}`,
      })
    ).status,
  ).toBe(401);
  expect((await fetchRaw(base + PATH, { 'x-viewer-authorization': `Bearer ${token({})}` })).status).toBe(200);
});

describe('what a cache may keep', () => {
  const now = () => Math.floor(Date.now() / 1000);
  const asked = async (path: string, claims: object, method = 'GET') => {
    const { status, headers } = await fetchRaw(
      `${base}/${path}`,
      { 'x-viewer-authorization': `Bearer ${token(claims)}` },
      method,
    );
    return [status, headers['cache-control']];
  };

  test('as long as the view says, and never longer than the token is good for', async () => {
    expect(await asked('cached/large.txt', { exp: now() + 3600 })).toEqual([200, 'max-age=300']);
    const [, control] = await asked('cached/large.txt', { exp: now() + 100 }, 'HEAD');
    expect(Number(/^max-age=(\d+)$/.exec(String(control))![1])).toBeGreaterThan(90);
    expect(Number(/^max-age=(\d+)$/.exec(String(control))![1])).toBeLessThanOrEqual(100);
  });

  test('nothing of a view that does not say so, of an error, or of a caller without a token', async () => {
    expect(await asked('marketing/large.txt', { exp: now() + 3600 })).toEqual([200, 'private, no-store']);
    expect(await asked('cached/none.txt', { exp: now() + 3600 })).toEqual([404, 'private, no-store']);
    expect((await fetchRaw(`${base}/cached/large.txt`)).headers['cache-control']).toBe('private, no-store');
  });
});

test('a transform knows callers by IAM as it does behind S3 Object Lambda: by role and session, or as a user', () => {
  expect(callerOfIam(SESSION)).toEqual({ id: SESSION, claims: { role: 'analytics', session: 'ada' } });
  expect(callerOfIam('arn:aws:iam::111122223333:user/team/ada')).toMatchObject({ claims: { user: 'ada' } });
});

test('other methods', async () => {
  for (const method of ['PUT', 'POST', 'DELETE', 'OPTIONS']) {
    expect((await fetchRaw(base + PATH, {}, method)).status).toBe(405);
  }
});

test('a key is never a way to another one', async () => {
  s3.seen.length = 0;
  for (const path of [
    '/analytics/shown/%2E%2E/a%20b/x',
    '/analytics/%2e%2e/copies/x',
    '/analytics/./x',
    '/analytics/x/..%2f..%2fcopies/y',
    '/analytics/%2E',
  ]) {
    expect([path, (await raw(path)).status]).toEqual([path, 400]);
  }
  expect(s3.seen).toEqual([]);
});

test('which role lacks which right is not told', async () => {
  s3.faults.push({
    type: 'status',
    status: 403,
    code: 'AccessDenied',
    message: 'User: arn:aws:sts::111122223333:assumed-role/internal/x is not authorized',
  });
  const response = await fetchRaw(base + PATH);
  expect([response.status, response.body.toString()]).toEqual([
    403,
    expect.stringContaining('<Code>AccessDenied</Code><Message>Access Denied</Message>'),
  ]);
  expect(logs.join('')).not.toContain('internal');
});

test("S3's errors come as S3's", async () => {
  s3.faults.push({ type: 'status', status: 503, code: 'SlowDown', message: 'Please reduce your request rate.' });
  const response = await fetchRaw(base + PATH);
  expect([response.status, response.headers['content-type'], response.body.toString()]).toEqual([
    503,
    'application/xml',
    expect.stringContaining('<Code>SlowDown</Code><Message>Please reduce'),
  ]);
});

test.each([
  ['reset', { type: 'reset', after: 2_500_000 }],
  ['truncate', { type: 'truncate', after: 2_500_000 }],
  ['checksum', { type: 'checksum' }],
] as const)('%s after the head went out: cut, not ended', async (_, fault) => {
  s3.faults.push(fault);
  const response = await fetchRaw(`${base}/analytics/large.txt`);
  expect([response.status, response.cut, failures]).toEqual([200, true, 1]);
  expect(response.body.toString()).not.toContain('planted');
});

test('the deadline', async () => {
  remainingMs = 1700;
  s3.faults.push({ type: 'stall', after: 10 });
  expect((await fetchRaw(base + PATH)).status).toBe(503);
});

test('what is larger than can be streamed goes to its copy, where that is of the same view', async () => {
  const refused = await fetchRaw(`${base}/analytics/huge.txt`, {}, 'HEAD');
  const etag = refused.headers.etag!;
  expect((await fetchRaw(`${base}/analytics/huge.txt`)).status).toBe(400);
  s3.put('copies', 'a/huge.txt', 'the copy', { 'x-amz-meta-strongbox-view-etag': '"another"' });
  expect((await fetchRaw(`${base}/analytics/huge.txt`)).status).toBe(400);
  s3.put('copies', 'a/huge.txt', 'the copy', { 'x-amz-meta-strongbox-view-etag': etag });
  const redirect = await fetchRaw(`${base}/analytics/huge.txt`);
  expect(redirect.status).toBe(307);
  expect((await fetchRaw(redirect.headers.location!)).body.toString()).toBe('the copy');
});

test('the AWS SDK reads a view as if it were a bucket', async () => {
  const client = new S3Client({
    region: REGION,
    credentials: CREDENTIALS,
    endpoint: base,
    forcePathStyle: true,
    maxAttempts: 1,
  });
  const at = { Bucket: 'analytics' };
  const { Body, ETag } = await client.send(new GetObjectCommand({ ...at, Key: 'a b/ü.txt' }));
  expect(await Body!.transformToString()).toBe(redactedLines(5).toString());
  expect((await client.send(new HeadObjectCommand({ ...at, Key: 'a b/ü.txt' }))).ETag).toBe(ETag);
  const { Contents } = await client.send(new ListObjectsV2Command({ ...at, Prefix: 'a b/' }));
  expect(Contents!.map(({ Key, ETag: listed }) => [Key, listed])).toEqual([['a b/ü.txt', ETag]]);
  await expect(client.send(new GetObjectCommand({ ...at, Key: 'missing' }))).rejects.toMatchObject({
    name: 'NoSuchKey',
  });
});

test('a role whose name has a comma is one role, from the document and from a variable', async () => {
  const arn = 'arn:aws:iam::111122223333:role/foo,bar';
  const session = (role: string) => ({ iamArn: `arn:aws:sts::111122223333:assumed-role/${role}/s`, headers: {} });
  for (const rule of [arn, { env: 'ROLE' }]) {
    const authorizer = new CallerAuthorizer(
      { iam: [rule] },
      { value: (deployed) => (typeof deployed === 'string' ? deployed : arn) },
    );
    expect((await authorizer.admit(session('foo,bar'))).id).toContain('foo,bar');
    for (const role of ['foo', 'bar', 'foo,ba']) {
      await expect(authorizer.admit(session(role))).rejects.toMatchObject({ status: 403 });
    }
  }
});

test('a listing has the name of the view, not of the bucket, and no owner', async () => {
  const { body } = await fetchRaw(`${base}/analytics?list-type=2`);
  expect(body.toString()).toContain('<Name>analytics</Name>');
  expect(body.toString()).not.toMatch(/<Name>originals|<Owner>/);
});
