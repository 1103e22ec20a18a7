import * as zlib from 'node:zlib';
import * as fc from 'fast-check';
import { CALL, cuts, outcome, run, SURROUNDINGS } from './support';
import {
  LimitExceededError,
  MalformedContentError,
  UnsupportedContentError,
} from '../../../src/runtime/redaction/errors';
import { prepareChain } from '../../../src/runtime/transforms/prepare';

const TEXT = Buffer.from('mail planted@example.com today\n'.repeat(2000));
const CODINGS: ReadonlyArray<readonly [coding: string, encode: (bytes: Buffer) => Buffer]> = [
  ['gzip', zlib.gzipSync],
  ['deflate', zlib.deflateSync],
  ['br', zlib.brotliCompressSync],
];
const decompressed = (bytes: Buffer, contentEncoding?: string, spec = {}, name?: string) =>
  run([{ type: 'decompress', ...spec }], bytes, { contentEncoding, name }, [1000]);

test.each(CODINGS)('%s is taken away, once and twice, however it is cut', async (coding, encode) => {
  expect((await decompressed(encode(TEXT), coding)).output.equals(TEXT)).toBe(true);
  expect((await decompressed(encode(encode(TEXT)), `${coding}, ${coding}`)).output.equals(TEXT)).toBe(true);
  await fc.assert(
    fc.asyncProperty(cuts, async (sizes) => {
      expect(
        (
          await run([{ type: 'decompress' }], encode(TEXT.subarray(0, 500)), { contentEncoding: coding }, sizes)
        ).output.equals(TEXT.subarray(0, 500)),
      ).toBe(true);
    }),
    { numRuns: 20 },
  );
});

test('what is not compressed stays, and so does what only a file name says, unless it is asked for', async () => {
  expect((await decompressed(TEXT)).output.equals(TEXT)).toBe(true);
  const packed = zlib.gzipSync(TEXT);
  expect((await decompressed(packed, undefined, {}, 'a.log.gz')).output.equals(packed)).toBe(true);
  expect((await decompressed(packed, undefined, { files: true }, 'a.log.gz')).output.equals(TEXT)).toBe(true);
  expect(
    (
      await decompressed(zlib.gzipSync(zlib.brotliCompressSync(TEXT)), 'gzip', { files: true }, 'a.log.br')
    ).output.equals(TEXT),
  ).toBe(true);
});

test('headers tell what comes out: HEAD agrees before a byte is read', () => {
  const chain = (spec = {}) => prepareChain([{ type: 'decompress', ...spec }], SURROUNDINGS);
  const packed = { contentType: 'application/gzip', contentEncoding: 'br', name: 'a.csv.gz' };
  expect(chain().describe(packed)).toEqual({ contentType: 'application/gzip', name: 'a.csv.gz' });
  expect(chain({ files: true }).describe(packed)).toEqual({ contentType: undefined, name: 'a.csv' });
  expect(chain({ files: true }).describe({ contentType: 'text/csv', name: 'a.csv.gz' })).toEqual({
    contentType: 'text/csv',
    name: 'a.csv',
  });
});

test('the next transform goes by the name within: a packed CSV becomes JSON, redacted', async () => {
  const { output } = await run(
    [{ type: 'decompress', files: true }, { type: 'csvToJson' }, { type: 'redact', policy: { version: 1 } }],
    zlib.gzipSync('a,b\n1,planted@example.com\n'),
    { contentType: 'application/gzip', name: 'x.csv.gz' },
  );
  expect(output.toString()).toBe('{"a":"1","b":"[EMAIL]"}\n');
});

test.each([
  ['corrupt', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 30), Buffer.from('garbage'), bytes.subarray(37)])],
  ['cut off', (bytes: Buffer) => bytes.subarray(0, -6)],
  ['followed by something', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('planted')])],
])('gzip that is %s is refused', async (_, spoil) => {
  await expect(decompressed(spoil(zlib.gzipSync(TEXT)), 'gzip')).rejects.toThrow(MalformedContentError);
});

test('a bomb, too much in all, and a coding that nobody knows are refused', async () => {
  const zeros = zlib.gzipSync(Buffer.alloc(5_000_000));
  await expect(decompressed(zeros, 'gzip')).rejects.toThrow(LimitExceededError);
  await expect(
    decompressed(zeros, 'gzip', { limits: { expansionRatio: 2000, decodedBytes: 1_000_000 } }),
  ).rejects.toThrow(LimitExceededError);
  expect((await decompressed(zeros, 'gzip', { limits: { expansionRatio: 2000 } })).output.length).toBe(5_000_000);
  await expect(decompressed(TEXT, 'compress')).rejects.toThrow(UnsupportedContentError);
  expect(
    await outcome([{ type: 'decompress' }], zlib.gzipSync(TEXT).subarray(0, 100), { contentEncoding: 'gzip' }),
  ).toBe('threw MalformedContentError');
});

describe('nested codings', () => {
  const lines = (bytes: number, times: number) => {
    let out = zlib.gzipSync(Buffer.alloc(bytes, '\n'));
    for (let i = 1; i < times; i += 1) out = zlib.gzipSync(out);
    return out;
  };

  test.each([
    ['by the header', [{ type: 'redact', policy: { version: 1 } }], 'gzip, gzip', 'a.txt'],
    ['by a transform', [{ type: 'decompress' }], 'gzip, gzip', 'a.txt'],
    ['by header and name', [{ type: 'decompress', files: true }], 'gzip', 'a.txt.gz'],
    ['by two transforms', [{ type: 'decompress' }, { type: 'decompress', files: true }], 'gzip', 'a.txt.gz'],
  ] as const)('share one limit: %s', async (_, specs, contentEncoding, name) => {
    const bytes = lines(4_000_000, 2);
    expect(bytes.length).toBeLessThan(4_000_000 / 200);
    await expect(
      run(specs as never, bytes, { contentEncoding, name, contentType: 'text/plain' }),
    ).rejects.toMatchObject({ limit: 'expansionRatio' });
  });

  test('at the limit is served, one byte past it is not', async () => {
    const bytes = lines(4_000_000, 2);
    const ratio = 4_000_000 / bytes.length;
    const decoded = (expansionRatio: number) =>
      run([{ type: 'decompress', limits: { expansionRatio } }], bytes, { contentEncoding: 'gzip, gzip' });
    expect((await decoded(ratio)).output.length).toBe(4_000_000);
    await expect(decoded(ratio - 0.001)).rejects.toThrow(LimitExceededError);
  });

  test('nothing is made that nobody reads: gigabytes pass through little memory', async () => {
    const bytes = lines(200 << 20, 3);
    expect(bytes.length).toBeLessThan(10_000);
    const chain = prepareChain([{ type: 'decompress', limits: { expansionRatio: 1e9 } }], SURROUNDINGS);
    const pipeline = await chain.open({ contentEncoding: 'gzip, gzip, gzip' }, CALL, () => undefined);
    const before = process.memoryUsage().rss;
    let passed = 0;
    let most = 0;
    for (const pieces of [pipeline.push(bytes), pipeline.end()]) {
      for await (const piece of pieces) {
        passed += piece.length;
        most = Math.max(most, process.memoryUsage().rss - before);
      }
    }
    expect(passed).toBe(200 << 20);
    expect(most).toBeLessThan(120 << 20);
  });
});

test.each([
  ['jsonToXml', (name: string) => `{"${name}":[${'1,'.repeat(5000)}1]}`],
  ['csvToJson', (name: string) => `${name},b\n${'1,2\n'.repeat(5000)}`],
  ['xmlToJson', (name: string) => `<r xmlns="${name}">${'<a/>'.repeat(5000)}</r>`],
] as const)('%s of a long name that is repeated for each value is refused', async (type, made) => {
  const spec = type === 'xmlToJson' ? ({ type, namespaces: 'uri', repeated: 'ordered' } as const) : { type };
  expect((await run([spec], made('name'))).output.length).toBeGreaterThan(5000);
  await expect(run([spec], made('n'.repeat(50_000)))).rejects.toMatchObject({ code: 'OutputLimitExceeded' });
});
