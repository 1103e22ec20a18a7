import { createHash, createHmac } from 'node:crypto';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import * as fc from 'fast-check';
import { encoded } from '../../../src/runtime/presigned-urls/issue';
import { signerWith } from '../../../src/runtime/presigned-urls/presigned-urls.lambda';

/** The credentials, dates and signatures of these two are those of the examples in Amazon's API reference. */
const EXAMPLE = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };

test('the presigned GET of the API reference', async () => {
  const url = await signerWith(EXAMPLE, 'us-east-1').presign(
    { method: 'GET', host: 'examplebucket.s3.amazonaws.com', path: '/test.txt', query: {}, headers: {} },
    new Date('2013-05-24T00:00:00Z'),
    86_400,
  );
  expect(url).toBe(
    'https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256' +
      '&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400' +
      '&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  );
});

test('the POST policy of the API reference', async () => {
  const policy = [
    '{ "expiration": "2015-12-30T12:00:00.000Z",',
    '  "conditions": [',
    '    {"bucket": "sigv4examplebucket"},',
    '    ["starts-with", "$key", "user/user1/"],',
    '    {"acl": "public-read"},',
    '    {"success_action_redirect": "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html"},',
    '    ["starts-with", "$Content-Type", "image/"],',
    '    {"x-amz-meta-uuid": "14365123651274"},',
    '    {"x-amz-server-side-encryption": "AES256"},',
    '    ["starts-with", "$x-amz-meta-tag", ""],',
    '',
    '    {"x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"},',
    '    {"x-amz-algorithm": "AWS4-HMAC-SHA256"},',
    '    {"x-amz-date": "20151229T000000Z" }',
    '  ]',
    '}',
  ].join('\r\n');
  expect(
    await signerWith(EXAMPLE, 'us-east-1').signPolicy(
      Buffer.from(policy).toString('base64'),
      new Date('2015-12-29T00:00:00Z'),
    ),
  ).toBe('8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e');
});

/** Signature version 4 by the words of its specification, over the URL as the server sees it. */
function verify(url: string, method: string, headers: Record<string, string>, secret: string): boolean {
  const { host, pathname, searchParams } = new URL(url);
  const signature = searchParams.get('X-Amz-Signature');
  searchParams.delete('X-Amz-Signature');
  const [, day, region] = searchParams.get('X-Amz-Credential')!.split('/');
  const query = [...searchParams]
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join('&');
  const all: Record<string, string> = { host, ...headers };
  const signed = searchParams.get('X-Amz-SignedHeaders')!;
  const canonical = [
    method,
    pathname,
    query,
    ...signed.split(';').map((name) => `${name}:${all[name]}`),
    '',
    signed,
    'UNSIGNED-PAYLOAD',
  ].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = [
    'AWS4-HMAC-SHA256',
    searchParams.get('X-Amz-Date'),
    scope,
    createHash('sha256').update(canonical).digest('hex'),
  ].join('\n');
  const key = scope
    .split('/')
    .reduce<string | Buffer>((last, part) => createHmac('sha256', last).update(part).digest(), `AWS4${secret}`);
  return createHmac('sha256', key).update(text).digest('hex') === signature;
}

const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).filter((text) => !/^\.{1,2}$/.test(text));
const HEADERS = {
  'content-type': 'application/pdf',
  'content-length': '17',
  'x-amz-checksum-sha256': 'a+b/c=',
  'x-amz-server-side-encryption': 'aws:kms',
};

test('any key, with and without headers, verifies; with one header changed or left out it does not', async () => {
  const names = fc.array(name, { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(names, fc.option(fc.string(), { nil: undefined }), async (segments, sessionToken) => {
      const signer = signerWith({ ...EXAMPLE, ...(sessionToken ? { sessionToken } : {}) }, 'eu-central-1');
      const path = `/${segments.map(encoded).join('/')}`;
      const at = new Date('2026-01-02T03:04:05Z');
      const get = await signer.presign(
        {
          method: 'GET',
          host: 'b.s3.eu-central-1.amazonaws.com',
          path,
          query: { 'response-content-disposition': 'attachment' },
          headers: {},
        },
        at,
        60,
      );
      expect(verify(get, 'GET', {}, EXAMPLE.secretAccessKey)).toBe(true);
      const put = await signer.presign(
        { method: 'PUT', host: 'b.s3.eu-central-1.amazonaws.com', path, query: {}, headers: HEADERS },
        at,
        60,
      );
      expect(new URL(put).searchParams.get('X-Amz-SignedHeaders')).toBe(
        ['host', ...Object.keys(HEADERS)].sort().join(';'),
      );
      expect(verify(put, 'PUT', HEADERS, EXAMPLE.secretAccessKey)).toBe(true);
      for (const header of Object.keys(HEADERS)) {
        expect(verify(put, 'PUT', { ...HEADERS, [header]: 'other' }, EXAMPLE.secretAccessKey)).toBe(false);
      }
      expect(verify(put, 'GET', HEADERS, EXAMPLE.secretAccessKey)).toBe(false);
    }),
    { numRuns: 200 },
  );
});

test('signs as the presigner of the AWS SDK does', async () => {
  const at = new Date('2026-01-02T03:04:05Z');
  const client = new S3Client({
    region: 'eu-central-1',
    credentials: { ...EXAMPLE, sessionToken: 'token/+=' },
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  const Key = "a b/ü~(1)!*'.txt";
  const signatureOf = (url: string) => new URL(url).searchParams.get('X-Amz-Signature');
  const theirs = new URL(
    await getSignedUrl(client, new GetObjectCommand({ Bucket: 'acme-docs', Key }), { expiresIn: 60, signingDate: at }),
  );
  const query = Object.fromEntries(
    [...theirs.searchParams].filter(([key]) => !key.startsWith('X-Amz-') || key === 'X-Amz-Content-Sha256'),
  );
  const place = { host: theirs.host, path: theirs.pathname };
  const signer = signerWith({ ...EXAMPLE, sessionToken: 'token/+=' }, 'eu-central-1');
  expect(signatureOf(await signer.presign({ ...place, method: 'GET', query, headers: {} }, at, 60))).toBe(
    signatureOf(theirs.href),
  );
  expect(theirs.pathname).toBe(`/${Key.split('/').map(encoded).join('/')}`);
  const put = new URL(
    await getSignedUrl(client, new PutObjectCommand({ Bucket: 'acme-docs', Key, ContentType: 'application/pdf' }), {
      expiresIn: 60,
      signingDate: at,
      signableHeaders: new Set(['host', 'content-type']),
    }),
  );
  const more = Object.fromEntries(
    [...put.searchParams].filter(([key]) => !key.startsWith('X-Amz-') || key === 'X-Amz-Content-Sha256'),
  );
  expect(
    signatureOf(
      await signer.presign(
        { ...place, method: 'PUT', query: more, headers: { 'content-type': 'application/pdf' } },
        at,
        60,
      ),
    ),
  ).toBe(signatureOf(put.href));
});
