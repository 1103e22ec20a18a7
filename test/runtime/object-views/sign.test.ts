import * as fc from 'fast-check';
import { Aws } from '../../../src/runtime/object-views/aws/services';
import { presigned, sha256, signed } from '../../../src/runtime/object-views/aws/sign';
import { CREDENTIALS, presign, refusal, REGION } from '../../support/signatures';

const scope = { service: 's3', region: REGION, credentials: CREDENTIALS, now: new Date('2026-05-06T07:08:09Z') };
const keys = fc
  .string({
    unit: fc.constantFrom(
      'a',
      '/',
      ' ',
      '+',
      '%',
      '&',
      '=',
      '?',
      '#',
      'é',
      '😀',
      '*',
      "'",
      '(',
      '~',
      ':',
      '@',
      '"',
      '<',
    ),
    minLength: 1,
    maxLength: 12,
  })
  .filter((key) => !key.split('/').some((part) => part === '.' || part === '..'));
const aws = new Aws({
  AWS_REGION: REGION,
  AWS_ACCESS_KEY_ID: 'a',
  AWS_SECRET_ACCESS_KEY: 'b',
  AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9',
});

test('every key and header is signed as the AWS SDK signs it', async () => {
  await fc.assert(
    fc.asyncProperty(
      keys,
      fc.string({ maxLength: 10 }),
      fc.string({ unit: fc.constantFrom('a', ' ', 'b', ','), maxLength: 8 }),
      async (key, value, header) => {
        const url = aws.objectUrl('bucket', key, { versionId: value, prefix: key });
        const headers = signed(
          { method: 'GET', url, headers: { 'x-amz-meta-x': `x${header}y`, range: 'bytes=0-1' }, payload: sha256('') },
          scope,
        );
        const { authorization, ...rest } = headers;
        expect(await refusal('GET', url, { ...rest, authorization }, 's3')).toBeUndefined();
        expect(
          await refusal(
            'GET',
            url,
            { ...rest, authorization: authorization.replace(/.$/, (last) => (last === '0' ? '1' : '0')) },
            's3',
          ),
        ).toBe('SignatureDoesNotMatch');
      },
    ),
    { numRuns: 150 },
  );
});

test.each(['..', '.', '../a', 'a/..', 'a/../b', './a', 'a/./b'])(
  'the key %s, which a URL would resolve, is refused',
  (key) => {
    expect(() => aws.objectUrl('bucket', key)).toThrow(/segment/);
  },
);

test.each(['...', '.a', 'a..', 'a/..b', 'a.b', '//', 'a//b'])('the key %s stays itself', (key) => {
  expect(decodeURIComponent(aws.objectUrl('bucket', key).pathname)).toBe(`/bucket/${key}`);
});

test('a presigned URL is that of the AWS SDK', async () => {
  await fc.assert(
    fc.asyncProperty(keys, async (key) => {
      const url = aws.objectUrl('bucket', key);
      const theirs = new URL(await presign('GET', url, {}, scope.now, 300));
      expect(presigned(url, scope, 300).searchParams.get('X-Amz-Signature')).toBe(
        theirs.searchParams.get('X-Amz-Signature'),
      );
    }),
    { numRuns: 100 },
  );
});

test.each([
  ['plain-bucket', 'https://plain-bucket.s3.eu-central-1.amazonaws.com/a%20b/c'],
  ['dotted.bucket', 'https://s3.eu-central-1.amazonaws.com/dotted.bucket/a%20b/c'],
  [
    'arn:aws:s3:eu-west-1:111122223333:accesspoint/mine',
    'https://mine-111122223333.s3-accesspoint.eu-west-1.amazonaws.com/a%20b/c',
  ],
])('%s is at %s', (bucket, href) => {
  const real = new Aws({ AWS_REGION: REGION });
  expect(real.objectUrl(bucket, 'a b/c').href).toBe(href);
  expect(real.objectLambdaUrl('io-route').href).toBe(
    'https://io-route.s3-object-lambda.eu-central-1.amazonaws.com/WriteGetObjectResponse',
  );
});

test('a region of China has its own names', () => {
  expect(new Aws({ AWS_REGION: 'cn-north-1' }).objectUrl('b', 'k').href).toBe(
    'https://b.s3.cn-north-1.amazonaws.com.cn/k',
  );
});

test('a missing region or credential is told', () => {
  expect(() => new Aws({}).objectUrl('b', 'k')).toThrow(/AWS_REGION/);
  expect(() => new Aws({ AWS_REGION: REGION }).sign('s3', 'GET', new URL('http://x/'), {})).toThrow(
    /AWS_ACCESS_KEY_ID/,
  );
});
