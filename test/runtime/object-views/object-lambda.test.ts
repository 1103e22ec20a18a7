import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as zlib from 'node:zlib';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { BUCKET, fetchRaw, lines, ObjectLambdaWorld, REDACTED, redactedLines, type Response } from './harness';
import { signedHeaders } from '../../../src/runtime/object-views/object-lambda/event';
import { Observation } from '../../../src/runtime/object-views/observe';
import { CREDENTIALS, REGION } from '../../support/signatures';

/** More than is held before the head goes out, in several chunks. */
const LARGE = 60_000;
const SMALL = 5;

let world: ObjectLambdaWorld;

beforeAll(async () => {
  world = await ObjectLambdaWorld.start(REDACTED);
});
afterAll(() => world.stop());
beforeEach(() => {
  world.s3.put(BUCKET, 'small.txt', lines(SMALL), {
    'content-type': 'text/plain',
    'x-amz-meta-author': 'ada',
    'x-amz-meta-contact': 'planted@example.com',
    'cache-control': 'max-age=60',
    'content-language': 'en',
  });
  world.s3.put(BUCKET, 'large.txt', lines(LARGE), { 'content-type': 'text/plain' });
  Object.assign(world, { remainingMs: 60_000 });
  world.front.signedHeaders = ['x-amz-checksum-mode'];
  world.front.expiredTokens = false;
  world.front.writeFault = undefined;
  world.s3.staleConnections = false;
  for (const list of [world.logs, world.front.problems, world.front.errors, world.s3.faults, world.s3.seen]) {
    list.length = 0;
  }
});

/** The answer is there before the line is. */
async function logged(): Promise<void> {
  for (let i = 0; i < 50 && world.logs.every((each) => !each.includes('analytics')); i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const errorOf = ({ body }: Response) => ({
  code: /<Code>(.*?)<\/Code>/.exec(body.toString())?.[1],
  message: /<Message>(.*?)<\/Message>/.exec(body.toString())?.[1],
});
/** Code of a user's layer. */
function customTransform(code: string) {
  const folder = mkdtempSync(join(tmpdir(), 'custom-transform-'));
  const module = join(folder, 'index.js');
  writeFileSync(module, code);
  return { folder, spec: { type: 'custom', module, version: '1' } as const };
}

const noLeak = (...texts: Array<string | Buffer>) =>
  texts.forEach((text) => expect(text.toString()).not.toContain('planted'));

describe('fetching', () => {
  test('every signed header but Host is forwarded, whatever its case, and S3 takes the signature', async () => {
    world.front.signedHeaders = ['x-amz-checksum-mode', 'x-amz-request-payer'];
    const response = await world.get('small.txt', {
      host: 'views.example',
      'x-amz-checksum-mode': 'ENABLED',
      'X-Amz-Request-Payer': 'requester',
    });
    expect(response.status).toBe(200);
    expect(world.lastRead.headers).toMatchObject({
      host: new URL(world.s3.endpoint).host,
      'x-amz-checksum-mode': 'ENABLED',
      'x-amz-request-payer': 'requester',
    });
  });

  test.each(['if-match', 'if-none-match'])(
    "a signed %s that could name the original's MD5 never reaches S3",
    async (name) => {
      const {
        headers: { etag },
      } = await world.get('small.txt');
      world.front.signedHeaders = [name];
      const asked = world.reads.length;
      for (const guess of [
        world.s3.get(BUCKET, 'small.txt')!.etag,
        '"x"',
        `${etag}, "x"`,
        etag!.replace('-view', ''),
      ]) {
        const response = await world.get('small.txt', { [name]: guess });
        expect([response.status, errorOf(response).code]).toEqual([400, 'InvalidRequest']);
      }
      expect(world.reads.length).toBe(asked);
      // S3 compares with the original's ETag, which is none of a view: If-Match never holds by it, and If-None-Match is
      // ours to answer.
      expect((await world.get('small.txt', { [name]: etag! })).status).toBe(name === 'if-match' ? 412 : 304);
    },
  );

  test('the names of the signed headers are read whatever their case', () => {
    expect([...signedHeaders(new URL('https://x/a?x-amz-signedheaders=Host%3BX-Amz-Checksum-Mode'))]).toEqual([
      'x-amz-checksum-mode',
    ]);
    expect([...signedHeaders(new URL('https://x/a'))]).toEqual([]);
  });

  test('what is not signed stays here, compression is not asked for', async () => {
    await world.get('small.txt', {
      'x-amz-something': 'x',
      'accept-encoding': 'gzip',
      authorization: 'theirs',
      cookie: 'a=b',
    });
    for (const name of ['x-amz-something', 'accept-encoding', 'authorization', 'cookie']) {
      expect(world.lastRead.headers[name]).toBeUndefined();
    }
  });

  test(
    'compressed content is not decompressed behind our back: it is decoded, redacted, and its coding is ' + 'told',
    async () => {
      world.s3.put(BUCKET, 'a.txt', zlib.gzipSync(lines(SMALL)), {
        'content-type': 'text/plain',
        'content-encoding': 'gzip',
      });
      const response = await world.get('a.txt');
      expect(response.body.equals(redactedLines(SMALL))).toBe(true);
      expect(response.headers['content-encoding']).toBeUndefined();
    },
  );

  test.each([
    ['if-modified-since', 'Fri, 02 Jan 2026 03:04:05 GMT', 304],
    ['if-modified-since', 'Thu, 01 Jan 2026 03:04:05 GMT', 200],
    ['if-unmodified-since', 'Thu, 01 Jan 2026 03:04:05 GMT', 412],
    ['if-unmodified-since', 'Fri, 02 Jan 2026 03:04:05 GMT', 200],
  ])('%s: %s is judged by S3 and passes through as %d', async (name, value, status) => {
    const response = await world.get('small.txt', { [name]: value });
    expect(world.lastRead.headers[name]).toBe(value);
    expect(response.status).toBe(status);
    if (status === 304) expect(response.body.length).toBe(0);
    if (status === 412) expect(errorOf(response).code).toBe('PreconditionFailed');
  });

  test("ETags are held against the view's own", async () => {
    const etag = (await world.get('small.txt')).headers.etag!;
    const original = world.s3.get(BUCKET, 'small.txt')!.etag;
    expect((await world.get('small.txt', { 'if-none-match': etag })).status).toBe(304);
    expect((await world.get('small.txt', { 'if-none-match': `"x", W/${etag}` })).status).toBe(304);
    expect((await world.get('small.txt', { 'if-none-match': original })).status).toBe(200);
    expect((await world.get('small.txt', { 'if-match': etag })).status).toBe(200);
    expect((await world.get('small.txt', { 'if-match': '*' })).status).toBe(200);
    expect((await world.get('small.txt', { 'if-match': original })).status).toBe(412);
    // Where an ETag decides, the date does not count.
    expect(
      (await world.get('small.txt', { 'if-none-match': '"x"', 'if-modified-since': 'Fri, 02 Jan 2026 03:04:05 GMT' }))
        .status,
    ).toBe(200);
    expect(world.reads.filter(({ headers }) => headers['if-match'] ?? headers['if-none-match'])).toEqual([]);
  });

  test("a 304 in answer to the view's ETag carries it and no body", async () => {
    const {
      headers: { etag },
    } = await world.get('small.txt');
    const response = await world.get('small.txt', { 'if-none-match': etag! });
    expect([response.status, response.headers.etag, response.body.length, world.front.problems]).toEqual([
      304,
      etag,
      0,
      [],
    ]);
    expect(Object.keys(world.front.written).filter((name) => name.startsWith('x-amz-fwd-error'))).toEqual([]);
  });

  test('a range is never forwarded', async () => {
    await world.get('small.txt', { range: 'bytes=0-9' });
    await world.get('small.txt', {}, '?Range=bytes%3D0-9');
    await world.get('small.txt', {}, '?partNumber=1');
    expect(
      world.reads.map(({ headers, url }) => [
        headers.range,
        url.searchParams.get('Range'),
        url.searchParams.get('partNumber'),
      ]),
    ).toEqual(Array(3).fill([undefined, null, null]));
  });

  test.each(['/../hidden.txt', '/shown/../hidden.txt', '/shown/%2E%2e/hidden.txt', '/./small.txt', '/shown/..'])(
    'a key is never a way to another one: %s',
    async (path) => {
      const result = await world.front.invoke({
        headObjectContext: { inputS3Url: `${world.s3.endpoint}/${BUCKET}${path}?X-Amz-SignedHeaders=host` },
        configuration: { payload: '{"view":"analytics"}' },
        userRequest: {
          url: `https://views-111122223333.s3-object-lambda.eu-central-1.amazonaws.com${path}`,
          headers: {},
        },
      });
      expect(result).toMatchObject({ statusCode: 400, errorCode: 'InvalidRequest' });
      expect(world.reads).toEqual([]);
    },
  );

  test('a connection that died while the function was frozen is no failure', async () => {
    await world.get('small.txt');
    world.s3.staleConnections = true;
    for (const _ of [1, 2]) expect((await world.get('small.txt')).body.equals(redactedLines(SMALL))).toBe(true);
    expect(world.front.errors).toEqual([]);
  });

  test('a signed range is refused: it can be neither left out nor obeyed', async () => {
    world.front.signedHeaders = ['range'];
    const response = await world.get('small.txt', { range: 'bytes=0-9' });
    expect([response.status, errorOf(response).code]).toEqual([400, 'InvalidRequest']);
    expect(world.reads).toEqual([]);
  });
});

describe("ranges of the view's bytes", () => {
  const whole = redactedLines(SMALL);
  test.each([
    ['bytes=0-9', 0, 10],
    ['bytes=10-', 10, whole.length],
    ['bytes=-7', whole.length - 7, whole.length],
    ['bytes=-100000', 0, whole.length],
    ['bytes=5-100000', 5, whole.length],
    [`bytes=${whole.length - 1}-`, whole.length - 1, whole.length],
  ])('%s', async (range, start, end) => {
    for (const [key, bytes] of [
      ['small.txt', whole],
      ['small.txt', whole],
    ] as const) {
      const response = await world.get(key, { range });
      expect(response).toMatchObject({ status: 206, cut: false });
      expect(response.body.equals(bytes.subarray(start, end))).toBe(true);
      expect(response.headers).toMatchObject({
        'content-range': `bytes ${start}-${end - 1}/${bytes.length}`,
        'content-length': String(end - start),
      });
    }
  });

  test.each([`bytes=${redactedLines(SMALL).length}-`, 'bytes=99999-100000', 'bytes=-0'])(
    '%s is past the end: 416',
    async (range) => {
      const response = await world.get('small.txt', { range });
      expect([response.status, errorOf(response).code, response.headers['content-range']]).toEqual([
        416,
        'InvalidRange',
        `bytes */${whole.length}`,
      ]);
    },
  );

  test.each(['bytes=9-0', 'bytes=0-1,3-4', 'chars=0-1', 'bytes=a-b', 'bytes=', 'bytes=-'])(
    '%s is ignored',
    async (range) => {
      const response = await world.get('small.txt', { range });
      expect([response.status, response.body.equals(whole)]).toEqual([200, true]);
    },
  );

  test('the query parameter counts as the header does', async () => {
    expect((await world.get('small.txt', {}, '?Range=bytes%3D0-9')).body.equals(whole.subarray(0, 10))).toBe(true);
  });

  test('both at once: 400', async () => {
    const response = await world.get('small.txt', { range: 'bytes=0-9' }, '?partNumber=1');
    expect([response.status, errorOf(response).code]).toEqual([400, 'InvalidRequest']);
  });

  test('a large object, first and second time, open and closed', async () => {
    const bytes = redactedLines(LARGE);
    for (const _ of [1, 2]) {
      expect(
        (await world.get('large.txt', { range: 'bytes=1000000-1999999' })).body.equals(bytes.subarray(1e6, 2e6)),
      ).toBe(true);
      expect((await world.get('large.txt', { range: 'bytes=100-' })).body.equals(bytes.subarray(100))).toBe(true);
      expect((await world.get('large.txt', { range: 'bytes=-1500000' })).body.equals(bytes.subarray(-1.5e6))).toBe(
        true,
      );
    }
  });

  test('an open range of what nobody measured takes two passes over the same original', async () => {
    const fresh = await ObjectLambdaWorld.start(REDACTED);
    fresh.s3.put(BUCKET, 'large.txt', lines(LARGE), { 'content-type': 'text/plain' });
    const response = await fresh.get('large.txt', { range: 'bytes=100-' });
    const reads = fresh.s3.seen.filter(({ url }) => url.pathname === `/${BUCKET}/large.txt`);
    expect(response.body.equals(redactedLines(LARGE).subarray(100))).toBe(true);
    expect(reads.map(({ headers }) => headers['if-match'])).toEqual([
      undefined,
      fresh.s3.get(BUCKET, 'large.txt')!.etag,
    ]);
    await fresh.stop();
  });

  test('parts are of the view, all of one size', async () => {
    const parts = await ObjectLambdaWorld.start(REDACTED, { limits: { partBytes: 50 } });
    parts.s3.put(BUCKET, 'small.txt', lines(SMALL), { 'content-type': 'text/plain' });
    const count = Math.ceil(whole.length / 50);
    const all: Buffer[] = [];
    for (let number = 1; number <= count; number += 1) {
      const response = await parts.get('small.txt', {}, `?partNumber=${number}`);
      expect([response.status, response.headers['x-amz-mp-parts-count']]).toEqual([206, String(count)]);
      all.push(response.body);
    }
    expect(Buffer.concat(all).equals(whole)).toBe(true);
    expect((await parts.get('small.txt', {}, `?partNumber=${count + 1}`)).status).toBe(416);
    for (const wrong of ['0', '10001', 'x', '-1']) {
      expect((await parts.get('small.txt', {}, `?partNumber=${wrong}`)).status).toBe(400);
    }
    await parts.stop();
  });

  test('If-Range with another ETag gives the whole', async () => {
    const {
      headers: { etag },
    } = await world.get('small.txt');
    expect((await world.get('small.txt', { range: 'bytes=0-9', 'if-range': etag! })).status).toBe(206);
    expect((await world.get('small.txt', { range: 'bytes=0-9', 'if-range': '"other"' })).status).toBe(200);
  });
});

describe('responding', () => {
  test('a small object: redacted, with its length', async () => {
    const response = await world.get('small.txt');
    expect(response).toMatchObject({ status: 200, cut: false });
    expect(response.body.equals(redactedLines(SMALL))).toBe(true);
    expect(response.headers['content-length']).toBe(String(redactedLines(SMALL).length));
    expect(world.front.problems).toEqual([]);
  });

  test('a large object is streamed', async () => {
    const response = await world.get('large.txt');
    expect(response.body.equals(redactedLines(LARGE))).toBe(true);
    expect(response.cut).toBe(false);
  });

  test('an empty object', async () => {
    world.s3.put(BUCKET, 'empty.txt', '', { 'content-type': 'text/plain' });
    const response = await world.get('empty.txt');
    expect([response.status, response.body.length, response.headers['content-length']]).toEqual([200, 0, '0']);
  });

  test("the original's length, ETag, MD5 and checksums are dropped, the rest is kept", async () => {
    world.s3.put(BUCKET, 'small.txt', lines(SMALL), {
      ...world.s3.get(BUCKET, 'small.txt')!.headers,
      'content-md5': 'xxxx',
      'x-amz-checksum-crc64nvme': 'xxxx',
      'x-amz-mp-parts-count': '7',
      'x-amz-storage-class': 'GLACIER_IR',
    });
    const original = world.s3.get(BUCKET, 'small.txt')!;
    const { headers } = await world.get('small.txt', { 'x-amz-checksum-mode': 'ENABLED' });
    expect(headers.etag).toMatch(/^"[0-9a-f]{32}-view"$/);
    for (const name of ['content-md5', 'x-amz-checksum-crc64nvme', 'x-amz-checksum-sha256', 'x-amz-mp-parts-count']) {
      expect(headers[name]).toBeUndefined();
    }
    expect(JSON.stringify(headers)).not.toContain(original.etag.slice(1, -1));
    expect(headers).toMatchObject({
      'content-type': 'text/plain',
      'cache-control': 'max-age=60',
      'content-language': 'en',
      'last-modified': original.lastModified.toUTCString(),
      'x-amz-meta-author': 'ada',
      'x-amz-version-id': original.versionId,
      'x-amz-storage-class': 'GLACIER_IR',
      'accept-ranges': 'bytes',
    });
  });

  test('metadata is kept, and redacted as the content is', async () => {
    expect((await world.get('small.txt')).headers['x-amz-meta-contact']).toBe('[EMAIL]');
  });

  test('a checksum is that of what is served', async () => {
    const response = await world.get('small.txt', { 'x-amz-checksum-mode': 'ENABLED' });
    const { crc32 } = zlib as unknown as { crc32(data: Buffer): number };
    const expected = Buffer.alloc(4);
    expected.writeUInt32BE(crc32(response.body));
    expect(response.headers['x-amz-checksum-crc32']).toBe(expected.toString('base64'));
    expect((await world.get('small.txt')).headers['x-amz-checksum-crc32']).toBeUndefined();
  });

  test('the ETag changes with the original and with the policy', async () => {
    const first = (await world.get('small.txt')).headers.etag;
    const masking = await ObjectLambdaWorld.start({
      transforms: [{ type: 'redact', policy: { version: 1, defaultAction: { type: 'mask' } } }],
    });
    masking.s3.put(BUCKET, 'small.txt', lines(SMALL), { 'content-type': 'text/plain' });
    expect((await masking.get('small.txt')).headers.etag).not.toBe(first);
    await masking.stop();
    world.s3.put(BUCKET, 'small.txt', lines(SMALL + 1), { 'content-type': 'text/plain' });
    expect((await world.get('small.txt')).headers.etag).not.toBe(first);
  });

  test(
    "without a key there is no ETag, in no answer: a digest of the original's would let a caller test " + 'guesses',
    async () => {
      const bare = await ObjectLambdaWorld.start(REDACTED, { keySecretArn: undefined });
      bare.s3.put(BUCKET, 'small.txt', lines(SMALL), { 'content-type': 'text/plain' });
      const answers = [
        await bare.get('small.txt'),
        await bare.head('small.txt'),
        await bare.get('small.txt', { range: 'bytes=0-9' }),
      ];
      expect(answers.map(({ status, headers }) => [status, headers.etag])).toEqual([
        [200, undefined],
        [200, undefined],
        [206, undefined],
      ]);
      expect((await bare.get('', {}, '?list-type=2')).body.toString()).not.toContain('ETag');
      expect((await bare.get('small.txt', { 'if-match': '"x"' })).status).toBe(412);
      await bare.stop();
    },
  );

  test("names of the owner's own, and digests of the original in its metadata, stay with the original", async () => {
    const md5 = createHash('md5').update(lines(SMALL)).digest();
    const sha256 = createHash('sha256').update(lines(SMALL)).digest();
    world.s3.put(BUCKET, 'told.txt', lines(SMALL), {
      'content-type': 'text/plain',
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': 'arn:aws:kms:eu-central-1:111122223333:key/1',
      'x-amz-expiration': 'expiry-date="Fri, 21 Dec 2027 00:00:00 GMT", rule-id="leavers"',
      'x-amz-meta-content-md5': md5.toString('base64'),
      'x-amz-meta-note': sha256.toString('base64'),
      'x-amz-meta-s3cmd-attrs': `atime:1/md5:${md5.toString('hex')}/uid:0`,
      'x-amz-meta-x-amz-unencrypted-content-length': '123',
      'x-amz-meta-author': 'ada',
      'x-amz-meta-id': '5b1f8a52-77c1-4d3e-9a40-2f6c9d0b7e11',
    });
    for (const { headers } of [await world.get('told.txt'), await world.head('told.txt')]) {
      expect(headers).toMatchObject({
        'x-amz-server-side-encryption': 'aws:kms',
        'x-amz-meta-author': 'ada',
        'x-amz-meta-id': expect.any(String),
      });
      expect(JSON.stringify(headers)).not.toMatch(/111122223333|leavers|md5|unencrypted|note/);
      expect(JSON.stringify(headers)).not.toContain(sha256.toString('base64'));
    }
  });

  test('with a key, an ETag tells nothing of the original', async () => {
    const etags: Array<string | undefined> = [];
    for (const secret of ['one secret of the tests', 'another secret of the tests']) {
      const keyed = await ObjectLambdaWorld.start(REDACTED, {
        keySecretArn: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:views',
      });
      keyed.s3.services.set('secretsmanager', () => ({ body: { SecretString: secret } }));
      keyed.s3.put(BUCKET, 'small.txt', lines(SMALL), { 'content-type': 'text/plain' });
      etags.push((await keyed.get('small.txt')).headers.etag);
      await keyed.stop();
    }
    expect(new Set(etags).size).toBe(2);
    expect(etags).not.toContain(undefined);
  });

  test.each([
    [400, 'KMS.DisabledException', 400],
    [429, 'TooManyRequests', 503],
    [404, 'NoSuchKey', 404],
    [403, 'AccessDenied', 403],
    [503, 'SlowDown', 503],
    [500, 'InternalError', 500],
    [400, 'InvalidRequest', 400],
    [301, 'PermanentRedirect', 400],
    [502, 'BadGateway', 500],
  ])("S3's %d %s passes through as %d with code and message", async (status, code, expected) => {
    world.s3.faults.push({ type: 'status', status, code, message: 'what S3 says &amp; means' });
    const response = await world.get('small.txt');
    expect([response.status, errorOf(response).code, errorOf(response).message]).toEqual([
      expected,
      code.replace('.', ''),
      'what S3 says & means',
    ]);
    expect(world.front.problems).toEqual([]);
  });

  test('what does not exist', async () => {
    const response = await world.get('missing.txt');
    expect([response.status, errorOf(response).code]).toEqual([404, 'NoSuchKey']);
    expect((await world.head('missing.txt')).status).toBe(404);
  });

  test('a token is used once, whatever happens', async () => {
    world.front.expiredTokens = true;
    const response = await world.get('small.txt');
    expect(response.status).toBe(500);
    expect(world.front.problems).toEqual(['ValidationError']);
    expect(world.front.errors[0].message).not.toContain('planted');
  });
});

describe('HEAD agrees with GET', () => {
  const same = (head: Response, get: Response) => {
    const {
      'content-length': length,
      connection: _,
      date: __,
      'transfer-encoding': ___,
      'keep-alive': ____,
      ...expected
    } = get.headers;
    expect(head.headers).toMatchObject(expected);
    if (head.headers['content-length'] !== undefined && length !== undefined) {
      expect(head.headers['content-length']).toBe(length);
    }
  };

  test('before and after the length is known', async () => {
    const fresh = await ObjectLambdaWorld.start(REDACTED);
    fresh.s3.put(BUCKET, 'small.txt', lines(SMALL), { 'content-type': 'text/plain', 'x-amz-meta-author': 'ada' });
    const before = await fresh.head('small.txt');
    expect([before.status, before.headers['content-length']]).toEqual([200, undefined]);
    const get = await fresh.get('small.txt');
    same(before, get);
    const after = await fresh.head('small.txt');
    same(after, get);
    expect(after.headers['content-length']).toBe(get.headers['content-length']);
    await fresh.stop();
  });

  test('of a range', async () => {
    const get = await world.get('small.txt', { range: 'bytes=3-8' });
    const head = await world.head('small.txt', { range: 'bytes=3-8' });
    expect([head.status, head.headers['content-range'], head.headers['content-length']]).toEqual([
      206,
      get.headers['content-range'],
      '6',
    ]);
  });

  test('of what is converted', async () => {
    const json = await ObjectLambdaWorld.start({ transforms: [{ type: 'xmlToJson' }] });
    json.s3.put(BUCKET, 'a.xml', '<a>1</a>', { 'content-type': 'application/xml' });
    const head = await json.head('a.xml');
    const get = await json.get('a.xml');
    same(head, get);
    expect([get.headers['content-type'], get.body.toString()]).toEqual(['application/json', '{"a":"1"}']);
    await json.stop();
  });

  test('with a kept length, exactly and in one pass', async () => {
    const kept = await ObjectLambdaWorld.start({
      transforms: [{ type: 'redact', policy: { version: 1, defaultAction: { type: 'mask' } } }],
      length: 'kept',
    });
    kept.s3.put(BUCKET, 'large.txt', lines(LARGE), { 'content-type': 'text/plain' });
    const head = await kept.head('large.txt');
    const get = await kept.get('large.txt');
    expect(head.headers['content-length']).toBe(String(lines(LARGE).length));
    expect(get.headers['content-length']).toBe(String(lines(LARGE).length));
    expect(get.body.length).toBe(lines(LARGE).length);
    noLeak(get.body);
    expect((await kept.get('large.txt', { range: 'bytes=1-5' })).headers['content-range']).toBe(
      `bytes 1-5/${lines(LARGE).length}`,
    );
    await kept.stop();
  });

  test('a kept length that is not kept is never believed', async () => {
    const wrong = await ObjectLambdaWorld.start({ ...REDACTED, length: 'kept' });
    wrong.s3.put(BUCKET, 'small.txt', lines(SMALL), { 'content-type': 'text/plain' });
    wrong.s3.put(BUCKET, 'large.txt', lines(LARGE), { 'content-type': 'text/plain' });
    expect((await wrong.get('small.txt')).status).toBe(400);
    expect((await wrong.get('large.txt')).cut).toBe(true);
    await wrong.stop();
  });
});

describe('LIST', () => {
  test.each([
    ['ListObjectsV2', '?list-type=2&prefix=sma'],
    ['ListObjects', '?prefix=sma'],
  ])('%s: exactly one form of result, with the ETags that GET gives', async (_, query) => {
    const response = await world.get('', {}, query);
    const result = world.front.results.at(-1) as Record<string, unknown>;
    expect(Object.keys(result).filter((name) => name.startsWith('list'))).toEqual(['listResultXml']);
    const {
      headers: { etag },
    } = await world.get('small.txt');
    expect(/<ETag>(.*?)<\/ETag>/.exec(response.body.toString())?.[1].replace(/&quot;/g, '"')).toBe(etag);
    expect(response.body.toString()).not.toContain('ChecksumAlgorithm');
    expect(response.body.toString()).not.toContain('large.txt');
  });

  test('a view with prefixes has nothing outside of them', async () => {
    const some = await ObjectLambdaWorld.start({ ...REDACTED, prefixes: ['shown/'] });
    some.s3.put(BUCKET, 'shown/a.txt', 'x', { 'content-type': 'text/plain' });
    some.s3.put(BUCKET, 'hidden/a.txt', 'x', { 'content-type': 'text/plain' });
    expect((await some.get('shown/a.txt')).status).toBe(200);
    expect((await some.get('hidden/a.txt')).status).toBe(404);
    expect((await some.head('hidden/a.txt')).status).toBe(404);
    expect((await some.get('', {}, '?list-type=2')).status).toBe(403);
    expect((await some.get('', {}, '?list-type=2&prefix=hid')).status).toBe(403);
    expect((await some.get('', {}, '?list-type=2&prefix=shown/')).status).toBe(200);
    await some.stop();
  });
});

describe('never a leak, never a truncated answer that ends well', () => {
  const AFTER_HEAD = 2_500_000;
  test.each([
    ['reset before the head went out', { type: 'reset', after: 100 }, 'small', 503],
    ['truncated before the head went out', { type: 'truncate', after: 100 }, 'small', 503],
    ['wrong checksum', { type: 'checksum' }, 'small', 503],
  ] as const)('%s: a clean error', async (_, fault, key, status) => {
    world.s3.faults.push(fault);
    const response = await world.get(`${key}.txt`, { 'x-amz-checksum-mode': 'ENABLED' });
    expect([response.status, response.cut, errorOf(response).code]).toEqual([status, false, 'ServiceUnavailable']);
    noLeak(response.body, ...world.logs);
  });

  test.each([
    ['reset', { type: 'reset', after: AFTER_HEAD }],
    ['truncated', { type: 'truncate', after: AFTER_HEAD }],
    ['wrong checksum', { type: 'checksum' }],
  ] as const)('%s after the head went out: the connection is cut', async (_, fault) => {
    world.s3.faults.push(fault);
    const response = await world.get('large.txt', { 'x-amz-checksum-mode': 'ENABLED' });
    expect([response.status, response.cut]).toEqual([200, true]);
    noLeak(response.body, ...world.logs);
    expect(world.front.errors.length).toBe(1);
    expect(JSON.parse(world.logs.at(-1)!)).toMatchObject({ cutOff: true, Errors: 1, Failures: 1 });
  });

  test.each([
    [
      'corrupt gzip',
      (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 60), Buffer.from('garbage'), bytes.subarray(67)]),
      'MalformedContent',
    ],
    ['gzip that ends early', (bytes: Buffer) => bytes.subarray(0, bytes.length - 9), 'MalformedContent'],
    [
      'something after gzip',
      (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('planted@example.com')]),
      'MalformedContent',
    ],
  ])('%s', async (_, spoil, code) => {
    world.s3.put(BUCKET, 'a.txt', spoil(zlib.gzipSync(lines(50))), {
      'content-type': 'text/plain',
      'content-encoding': 'gzip',
    });
    const response = await world.get('a.txt');
    expect([response.status, errorOf(response).code]).toEqual([400, code]);
    noLeak(response.body, ...world.logs);
  });

  test.each([
    ['an unknown coding', 'text/plain', { 'content-encoding': 'rot13' }, lines(3), 'UnsupportedContent'],
    ['an unknown type', 'application/octet-stream', {}, Buffer.from([0, 1, 2, 3, 4, 5]), 'UnsupportedContent'],
    [
      'bad UTF-8',
      'text/plain',
      {},
      Buffer.from([...Buffer.from('planted@example.com'), 0xff, 0xfe, 0x62]),
      'UnsupportedContent',
    ],
    ['bad JSON', 'application/json', {}, Buffer.from('{"a": "planted@example.com", }'), 'MalformedContent'],
    [
      'a document type in XML',
      'application/xml',
      {},
      Buffer.from('<!DOCTYPE a [<!ENTITY b "planted@example.com">]><a>&b;</a>'),
      'UnsupportedContent',
    ],
  ])('%s: refused', async (_, type, headers, body, code) => {
    world.s3.put(BUCKET, 'bad', body, { 'content-type': type, ...headers });
    const response = await world.get('bad');
    expect([response.status, errorOf(response).code]).toEqual([400, code]);
    noLeak(response.body, ...world.logs);
  });

  test('a presigned URL that has expired', async () => {
    world.s3.now = () => new Date(Date.now() + 3_600_000);
    const response = await world.get('small.txt');
    world.s3.now = () => new Date();
    expect([response.status, errorOf(response).code]).toEqual([403, 'ExpiredToken']);
  });

  test('the deadline, before and after the head went out', async () => {
    world.remainingMs = 1700;
    world.s3.faults.push({ type: 'stall', after: 100 });
    const before = await world.get('small.txt');
    expect([before.status, errorOf(before).code]).toEqual([503, 'TransformTimeout']);
    world.s3.faults.push({ type: 'stall', after: AFTER_HEAD });
    const after = await world.get('large.txt');
    expect([after.status, after.cut]).toEqual([200, true]);
    noLeak(before.body, after.body, ...world.logs);
  });

  test('the response is refused, or reset in its middle: told once, and never tried again', async () => {
    world.front.writeFault = 'refused';
    expect((await world.get('small.txt')).status).toBe(500);
    world.front.writeFault = 1_000_000;
    const cut = await world.get('large.txt');
    expect([cut.status, cut.cut, world.front.errors.length]).toEqual([200, true, 2]);
    expect(world.s3.seen.filter(({ url }) => url.pathname === '/WriteGetObjectResponse').length).toBe(2);
    noLeak(cut.body, ...world.logs, ...world.front.errors.map(String));
    expect(world.logs.map((line) => JSON.parse(line).code)).toEqual(['ResponseRefused', 'ServiceUnavailable']);
  });

  test('a transform that never settles does not outlast the deadline', async () => {
    const { folder, spec } = customTransform(
      'const never = () => new Promise(() => undefined); exports.push = () => ({ push: never, end: never ' +
        '}); exports.open = never;',
    );
    for (const exportName of ['push', 'open']) {
      const hanging = await ObjectLambdaWorld.start({ transforms: [{ ...spec, exportName }] });
      hanging.remainingMs = 1700;
      hanging.s3.put(BUCKET, 'small.txt', lines(SMALL), { 'content-type': 'text/plain' });
      const response = await hanging.get('small.txt');
      expect([response.status, errorOf(response).code]).toEqual([503, 'TransformTimeout']);
      await hanging.stop();
    }
    rmSync(folder, { recursive: true });
  });

  test('what the caller does not read is not read from S3', async () => {
    const HUGE = 60_000_000;
    const { folder, spec } = customTransform(
      'exports.transform = ({ signal }) => ({ push: (chunk) => { signal.readBytes = (signal.readBytes ?? ' +
        '0) + chunk.length; exports.read = signal.readBytes; return [chunk]; }, end: () => [] });',
    );
    const slow = await ObjectLambdaWorld.start({ transforms: [spec] });
    slow.s3.put(BUCKET, 'huge.txt', Buffer.alloc(HUGE, 'x'), { 'content-type': 'text/plain' });
    const socket = connect(Number(new URL(slow.s3.endpoint).port), '127.0.0.1').pause();
    socket.write('GET /olap/huge.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- the very module that the function loaded
    const module = require(spec.module) as { read?: number };
    let read = -1;
    // Until nothing moves any more.
    while (module.read === undefined || module.read > read) {
      read = module.read ?? read;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    // The kernel holds some megabytes on each of the two connections.
    expect(read).toBeLessThan(HUGE / 2);
    let bytes = 0;
    socket
      .on('data', (part: Buffer) => {
        bytes += part.length;
      })
      .resume();
    await new Promise((resolve) => socket.once('close', resolve));
    expect(bytes).toBeGreaterThan(HUGE);
    await slow.stop();
    rmSync(folder, { recursive: true });
  }, 30_000);

  test('an S3 that says nothing', async () => {
    const idle = await ObjectLambdaWorld.start(REDACTED, { limits: { idleMs: 150 } });
    idle.s3.put(BUCKET, 'small.txt', lines(SMALL), { 'content-type': 'text/plain' });
    idle.s3.faults.push({ type: 'stall', after: 10 });
    const response = await idle.get('small.txt');
    expect(response.status).toBe(503);
    await idle.stop();
  });

  test('a slow S3 is waited for', async () => {
    world.s3.faults.push({ type: 'slow', chunk: 40, everyMs: 5 });
    expect((await world.get('small.txt')).body.equals(redactedLines(SMALL))).toBe(true);
  });

  test('a caller that goes away stops the work', async () => {
    world.s3.put(BUCKET, 'huge.txt', lines(600_000), { 'content-type': 'text/plain' });
    const { port } = new URL(world.s3.endpoint);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write('GET /olap/huge.txt HTTP/1.1\r\nHost: x\r\n\r\n');
    await new Promise((resolve) => socket.once('data', resolve));
    socket.destroy();
    for (let i = 0; i < 100 && world.front.errors.length === 0; i += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(world.front.errors.length).toBe(1);
  });

  test('an object that is larger than the view serves', async () => {
    const bounded = await ObjectLambdaWorld.start(REDACTED, { limits: { objectBytes: 100 } });
    bounded.s3.put(BUCKET, 'small.txt', lines(SMALL), { 'content-type': 'text/plain' });
    const response = await bounded.get('small.txt');
    expect([response.status, errorOf(response).code]).toEqual([400, 'EntityTooLarge']);
    await bounded.stop();
  });

  test('an access point whose payload names no view', async () => {
    const { front } = world;
    const invoke = front.invoke;
    front.invoke = (event) => invoke({ ...event, configuration: { payload: 'not json' } });
    const response = await world.get('small.txt');
    front.invoke = invoke;
    expect(response.status).toBe(500);
    noLeak(response.body);
  });
});

test('what S3 says is for the caller, who asked with the key, and not for the log', async () => {
  world.s3.faults.push({
    type: 'status',
    status: 403,
    code: 'AccessDenied',
    message:
      'User: arn:aws:sts::111122223333:assumed-role/x may not read planted.txt by the key ' +
      'arn:aws:kms:eu-central-1:111122223333:key/1 of 111122223333',
  });
  expect(errorOf(await world.get('small.txt')).message).toBe(
    'User: (an ARN) may not read planted.txt by the key (an ARN) of (an account)',
  );
  await logged();
  const line = world.logs.find((each) => each.includes('"View":"analytics"'))!;
  expect(JSON.parse(line)).toMatchObject({ code: 'AccessDenied', status: 403, Failures: 1, Errors: 0 });
  noLeak(...world.logs);
});

test.each([
  ['error', 1],
  ['off', 0],
])('the log level %s keeps %d lines of metrics, and nothing but metrics', async (level, expected) => {
  const written: string[] = [];
  const observation = new Observation(
    'GetObject',
    'analytics',
    'request',
    { STRONGBOX_LOG_LEVEL: level, _X_AMZN_TRACE_ID: 'Root=1-2;Sampled=1' },
    (line) => written.push(line),
  );
  observation.count('Matches.email', 3);
  observation.count('enriched', 7);
  observation.done(200);
  expect(written.length).toBe(expected);
  for (const line of written) {
    const { _aws, ...rest } = JSON.parse(line);
    const namesOf = ({ Metrics, Dimensions }: any) => [
      ...Metrics.map(({ Name }: { Name: string }) => Name),
      ...Dimensions.flat(),
    ];
    const said = _aws.CloudWatchMetrics.flatMap(namesOf);
    expect(Object.keys(rest).sort()).toEqual([...new Set(said)].sort());
    expect(rest).toMatchObject({ Matches: 3, 'Matches.email': 3 });
  }
});

test('a line names the trace that it belongs to', () => {
  const written: string[] = [];
  new Observation(
    'GetObject',
    'v',
    'r',
    { _X_AMZN_TRACE_ID: 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1' },
    (line) => written.push(line),
  ).done(200);
  expect(JSON.parse(written[0])).toMatchObject({ traceId: '1-5759e988-bd862e3fe1be46a994272793', level: 'info' });
});

test('one line is logged for a request: metrics by view, and never a byte of the object or its key', async () => {
  await world.get('small.txt');
  await logged();
  const [line, ...others] = world.logs.filter((each) => each.includes('"View":"analytics"'));
  expect(others).toEqual([]);
  const log = JSON.parse(line);
  expect(log).toMatchObject({
    View: 'analytics',
    Operation: 'GetObject',
    Objects: 1,
    BytesIn: lines(SMALL).length,
    BytesOut: redactedLines(SMALL).length,
    Matches: SMALL,
    'Matches.email': SMALL,
    Failures: 0,
    counts: { 'Matches.email': SMALL },
  });
  expect(log._aws.CloudWatchMetrics[0].Metrics.map(({ Name }: { Name: string }) => typeof log[Name])).toEqual(
    Array(8).fill('number'),
  );
  noLeak(line);
  expect(line).not.toContain('small.txt');
});

describe('the AWS SDK as a client', () => {
  const options = { region: REGION, credentials: CREDENTIALS, forcePathStyle: true, maxAttempts: 1 };
  const client = () => new S3Client({ ...options, endpoint: world.front.endpoint });
  const at = { Bucket: 'views' };

  test('GetObject, with the checksum it asks for and verifies', async () => {
    const { Body, Metadata, ContentLength, ETag, ChecksumCRC32 } = await client().send(
      new GetObjectCommand({ ...at, Key: 'small.txt' }),
    );
    expect(await Body!.transformToString()).toBe(redactedLines(SMALL).toString());
    expect({ Metadata, ContentLength }).toEqual({
      Metadata: { author: 'ada', contact: '[EMAIL]' },
      ContentLength: redactedLines(SMALL).length,
    });
    expect([ETag, ChecksumCRC32]).toEqual([expect.stringContaining('-view'), expect.any(String)]);
  });

  test('presigned, whole and ranged', async () => {
    const url = await getSignedUrl(client(), new GetObjectCommand({ ...at, Key: 'small.txt' }), { expiresIn: 60 });
    expect((await fetchRaw(url)).body.equals(redactedLines(SMALL))).toBe(true);
    const part = await fetchRaw(url, { range: 'bytes=5-24' });
    expect([part.status, part.headers['content-range']]).toEqual([206, `bytes 5-24/${redactedLines(SMALL).length}`]);
    expect(part.body.equals(redactedLines(SMALL).subarray(5, 25))).toBe(true);
    const head = await fetchRaw(
      await getSignedUrl(client(), new HeadObjectCommand({ ...at, Key: 'small.txt' })),
      {},
      'HEAD',
    );
    expect(head.headers.etag).toBe(part.headers.etag);
  });

  test('ListObjects, the first version', async () => {
    const { Contents, IsTruncated } = await client().send(new ListObjectsCommand({ ...at, Prefix: 'sma' }));
    expect([Contents!.map(({ Key }) => Key), IsTruncated]).toEqual([['small.txt'], false]);
  });

  test('ranged', async () => {
    const { Body, ContentRange } = await client().send(
      new GetObjectCommand({ ...at, Key: 'large.txt', Range: 'bytes=100-199' }),
    );
    expect(await Body!.transformToString()).toBe(redactedLines(LARGE).subarray(100, 200).toString());
    expect(ContentRange).toBe(`bytes 100-199/${redactedLines(LARGE).length}`);
  });

  test('errors are those of S3', async () => {
    await expect(client().send(new GetObjectCommand({ ...at, Key: 'missing' }))).rejects.toMatchObject({
      name: 'NoSuchKey',
      $metadata: { httpStatusCode: 404 },
    });
    await expect(
      client().send(new GetObjectCommand({ ...at, Key: 'small.txt', IfMatch: '"x"' })),
    ).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });

  test('a body that is cut off is an error of the reader', async () => {
    world.s3.faults.push({ type: 'reset', after: 2_500_000 });
    const { Body } = await client().send(new GetObjectCommand({ ...at, Key: 'large.txt' }));
    await expect(Body!.transformToString()).rejects.toThrow();
  });

  test('HeadObject and ListObjectsV2 agree', async () => {
    const head = await client().send(new HeadObjectCommand({ ...at, Key: 'small.txt' }));
    const { Contents } = await client().send(new ListObjectsV2Command({ ...at, Prefix: 'small' }));
    expect(Contents![0].ETag).toBe(head.ETag);
  });
});
