import * as zlib from 'node:zlib';
import * as fc from 'fast-check';
import { cuts, outcome, run, SURROUNDINGS } from './support';
import { LimitExceededError, MalformedContentError, UnsupportedContentError } from '../../../src/runtime/redaction/errors';
import { prepareChain } from '../../../src/runtime/transforms/prepare';

const TEXT = Buffer.from('mail planted@example.com today\n'.repeat(2000));
const CODINGS: ReadonlyArray<readonly [coding: string, encode: (bytes: Buffer) => Buffer]> = [
  ['gzip', zlib.gzipSync], ['deflate', zlib.deflateSync], ['br', zlib.brotliCompressSync],
];
const decompressed = (bytes: Buffer, contentEncoding?: string, spec = {}, name?: string) =>
  run([{ type: 'decompress', ...spec }], bytes, { contentEncoding, name }, [1000]);

test.each(CODINGS)('%s is taken away, once and twice, however it is cut', async (coding, encode) => {
  expect((await decompressed(encode(TEXT), coding)).output.equals(TEXT)).toBe(true);
  expect((await decompressed(encode(encode(TEXT)), `${coding}, ${coding}`)).output.equals(TEXT)).toBe(true);
  await fc.assert(fc.asyncProperty(cuts, async (sizes) => {
    expect((await run([{ type: 'decompress' }], encode(TEXT.subarray(0, 500)), { contentEncoding: coding }, sizes)).output.equals(TEXT.subarray(0, 500))).toBe(true);
  }), { numRuns: 20 });
});

test('what is not compressed stays, and so does what only a file name says, unless it is asked for', async () => {
  expect((await decompressed(TEXT)).output.equals(TEXT)).toBe(true);
  const packed = zlib.gzipSync(TEXT);
  expect((await decompressed(packed, undefined, {}, 'a.log.gz')).output.equals(packed)).toBe(true);
  expect((await decompressed(packed, undefined, { files: true }, 'a.log.gz')).output.equals(TEXT)).toBe(true);
  expect((await decompressed(zlib.gzipSync(zlib.brotliCompressSync(TEXT)), 'gzip', { files: true }, 'a.log.br')).output.equals(TEXT)).toBe(true);
});

test('headers tell what comes out: HEAD agrees before a byte is read', () => {
  const chain = (spec = {}) => prepareChain([{ type: 'decompress', ...spec }], SURROUNDINGS);
  const packed = { contentType: 'application/gzip', contentEncoding: 'br', name: 'a.csv.gz' };
  expect(chain().describe(packed)).toEqual({ contentType: 'application/gzip', name: 'a.csv.gz' });
  expect(chain({ files: true }).describe(packed)).toEqual({ contentType: undefined, name: 'a.csv' });
  expect(chain({ files: true }).describe({ contentType: 'text/csv', name: 'a.csv.gz' })).toEqual({ contentType: 'text/csv', name: 'a.csv' });
});

test('the next transform goes by the name within: a packed CSV becomes JSON, redacted', async () => {
  const { output } = await run([{ type: 'decompress', files: true }, { type: 'csvToJson' }, { type: 'redact', policy: { version: 1 } }],
    zlib.gzipSync('a,b\n1,planted@example.com\n'), { contentType: 'application/gzip', name: 'x.csv.gz' });
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
  await expect(decompressed(zeros, 'gzip', { limits: { expansionRatio: 2000, decodedBytes: 1_000_000 } })).rejects.toThrow(LimitExceededError);
  expect((await decompressed(zeros, 'gzip', { limits: { expansionRatio: 2000 } })).output.length).toBe(5_000_000);
  await expect(decompressed(TEXT, 'compress')).rejects.toThrow(UnsupportedContentError);
  expect(await outcome([{ type: 'decompress' }], zlib.gzipSync(TEXT).subarray(0, 100), { contentEncoding: 'gzip' })).toBe('threw MalformedContentError');
});
