/**
 * Fuzz targets of parsers and authorizers with a fixed budget: whatever comes, an answer or an error of ours, soon and
 * in little memory.
 */
import * as fc from 'fast-check';
import { outcome } from './transforms/support';
import { CallerAuthorizer, matcher } from '../../src/runtime/object-views/endpoint/callers';
import { viewListing } from '../../src/runtime/object-views/listing';
import { userRequest } from '../../src/runtime/object-views/object-lambda/event';
import { parseRange } from '../../src/runtime/object-views/range';
import { errorFromS3, S3Error, s3ErrorOf } from '../../src/runtime/object-views/s3-error';
import { callerOf } from '../../src/runtime/presigned-urls/caller';
import { HttpError } from '../../src/runtime/presigned-urls/http-error';
import { orderOf } from '../../src/runtime/presigned-urls/order';
import { RedactionError } from '../../src/runtime/redaction/errors';
import { readHeader } from '../../src/runtime/transforms/image/header';

const RUNS = 300;
const MOST_MS = 2000;

/** A beginning that is right, with bytes changed, left out and repeated. */
const damaged = (seeds: readonly Buffer[]) =>
  fc
    .tuple(
      fc.constantFrom(...seeds),
      fc.array(
        fc.tuple(
          fc.double({ min: 0, max: 1, noNaN: true }),
          fc.integer({ min: 0, max: 255 }),
          fc.constantFrom('set', 'cut', 'again'),
        ),
        { maxLength: 6 },
      ),
    )
    .map(([seed, edits]) =>
      edits.reduce((bytes, [where, value, edit]) => {
        const at = Math.floor(where * bytes.length);
        if (edit === 'cut') return bytes.subarray(0, at);
        if (edit === 'again') {
          return Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.max(0, at - value)), bytes.subarray(at)]);
        }
        const copy = Buffer.from(bytes);
        if (copy.length > 0) copy[Math.min(at, copy.length - 1)] = value;
        return copy;
      }, Buffer.from(seed)),
    );

function soon<T>(work: () => T): T | undefined {
  const started = performance.now();
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RedactionError || error instanceof S3Error || error instanceof HttpError)) throw error;
    return undefined;
  } finally {
    expect(performance.now() - started).toBeLessThan(MOST_MS);
  }
}

const PNG = Buffer.from(
  '89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000000020001e221bc330000000049454e44ae426082',
  'hex',
);
const JPEG = Buffer.from(
  'ffd8ffe1001a4578696600004d4d002a00000008000101120003000000010006ffc0000b080001000101011100ffda0008010100003f00d2cf20ffd9',
  'hex',
);
const WEBP = Buffer.from(
  '524946462200000057454250565038582200000010000000000000000000005650384c0d0000002f0000001007',
  'hex',
);

test('headers of pictures', () => {
  fc.assert(
    fc.property(damaged([PNG, JPEG, WEBP]), (bytes) => {
      const header = soon(() => readHeader(bytes));
      if (header) {
        expect([header.width > 0, header.height > 0, header.orientation >= 1 && header.orientation <= 8]).toEqual([
          true,
          true,
          true,
        ]);
      }
    }),
    { numRuns: RUNS * 3, seed: 1 },
  );
});

test.each([
  [
    'xmlToJson',
    '<?xml version="1.0"?><r xmlns:p="u"><p:a b="1">x &amp; <![CDATA[y]]></p:a><c/></r>',
    { type: 'xmlToJson', repeated: 'ordered' },
  ],
  ['jsonToXml', '{"r":{"@a":"1","b":[1,true,null,{"c":"x"}],"d":"\\u00e9"}}', { type: 'jsonToXml' }],
  ['csvToJson', 'a,b,c\r\n1,"x ""y""\n z",3\r\n4,5,6\r\n', { type: 'csvToJson' }],
  ['decompress', '\u001f\u008b', { type: 'decompress' }],
] as const)('%s', async (_, seed, spec) => {
  await fc.assert(
    fc.asyncProperty(damaged([Buffer.from(seed, 'latin1')]), async (bytes) => {
      const started = performance.now();
      await outcome([spec], bytes, { contentEncoding: spec.type === 'decompress' ? 'gzip' : undefined }, [7, 64]);
      expect(performance.now() - started).toBeLessThan(MOST_MS);
    }),
    { numRuns: RUNS, seed: 2 },
  );
});

test('listings, ranges, messages of S3 and the URLs of events', () => {
  const view = {
    name: 'v',
    document: { transforms: [] },
    chain: { empty: true, version: '1' },
    key: undefined,
  } as never;
  const xml =
    '<?xml ' +
    'version="1.0"?><ListBucketResult><Name>b</Name><Contents><Key>a&amp;b</Key><ETag>"x"</ETag><Owner><ID>1</ID></Owner></Contents></ListBucketResult>';
  fc.assert(
    fc.property(damaged([Buffer.from(xml)]), (bytes) => {
      const listed = soon(() => viewListing(bytes.toString(), view, ''));
      if (listed !== undefined && bytes.toString() === xml) expect(listed).not.toContain('Owner');
      expect(errorFromS3(403, bytes.toString()).status).toBe(403);
      parseRange(bytes.toString());
      // What is no URL is an error that the handler answers, and never one that says what it was.
      try {
        userRequest({ userRequest: { url: `https://x/${bytes.toString()}`, headers: {} } });
      } catch (error) {
        expect(s3ErrorOf(error).message).toBe('the view could not be made');
      }
    }),
    { numRuns: RUNS, seed: 3 },
  );
});

test('an authorizer admits nobody by a damaged ARN or token', async () => {
  const role = 'arn:aws:iam::111122223333:role/path/analytics';
  const session = 'arn:aws:sts::111122223333:assumed-role/analytics/grace';
  const authorizer = new CallerAuthorizer(
    {
      iam: [role],
      jwt: { issuer: 'https://issuer.example', audience: ['views'], jwksUri: 'http://127.0.0.1:1/keys' },
    },
    { value: String },
  );
  expect((await authorizer.admit({ iamArn: session, headers: {} })).id).toBe(session);
  const beginning = 'arn:aws:sts::111122223333:assumed-role/analytics/';
  await fc.assert(
    fc.asyncProperty(
      damaged([Buffer.from(session)]),
      damaged([Buffer.from('Bearer eyJhbGciOiJSUzI1NiJ9.e30.AAAA')]),
      async (arn, token) => {
        fc.pre(!arn.toString().startsWith(beginning));
        const refused: unknown = await authorizer
          .admit({ iamArn: arn.toString(), headers: { authorization: token.toString() } })
          .then(
            () => undefined,
            (error) => error,
          );
        expect(refused).toBeInstanceOf(S3Error);
        expect([401, 403, 503]).toContain((refused as S3Error).status);
      },
    ),
    { numRuns: RUNS, seed: 4 },
  );
});

test('a pattern of many stars is matched soon', () => {
  const started = performance.now();
  expect(
    matcher(`arn:aws:iam::111122223333:user/${'*a'.repeat(8)}`).test(
      `arn:aws:iam::111122223333:user/${'a'.repeat(60)}b`,
    ),
  ).toBe(false);
  expect(performance.now() - started).toBeLessThan(MOST_MS);
});

test('orders and callers of an issuer', () => {
  const settings = {
    operations: { get: {}, put: { contentTypes: ['image/*'], minimumBytes: 1, maximumBytes: 9 } },
    maximumSeconds: 60,
  } as never;
  const order =
    '{"operation":"put","key":"a","contentType":"image/png","size":5,"checksumSha256":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","expiresIn":60}';
  expect(orderOf(order, settings).seconds).toBe(60);
  fc.assert(
    fc.property(damaged([Buffer.from(order)]), fc.anything(), (bytes, claim) => {
      const made = soon(() => orderOf(bytes.toString(), settings));
      if (made) {
        expect([
          made.seconds >= 1 && made.seconds <= 60,
          made.upload === undefined || made.operation === 'put',
        ]).toEqual([true, true]);
      }
      const caller = soon(() =>
        callerOf(
          { requestContext: { authorizer: { jwt: { claims: { sub: claim } } } } },
          { kind: 'claim', claim: 'sub' },
        ),
      );
      if (caller) expect(caller.folder).toMatch(/^[A-Za-z0-9][^/]*\/$/);
    }),
    { numRuns: RUNS, seed: 5 },
  );
});
