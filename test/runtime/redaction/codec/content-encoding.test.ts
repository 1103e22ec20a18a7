import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as zlib from 'node:zlib';
import {
  canEncode,
  type ContentCoding,
  createDecoder,
  createEncoder,
  parseContentEncoding,
} from '../../../../src/runtime/redaction/codec/content-encoding';
import { Expansion, type ExpansionLimits } from '../../../../src/runtime/redaction/codec/expansion';
import { ZstdFrames } from '../../../../src/runtime/redaction/codec/zstd-frames';
import {
  LimitExceededError,
  MalformedContentError,
  UnsupportedContentError,
} from '../../../../src/runtime/redaction/errors';

const LIMITS: ExpansionLimits = { expansionRatio: 200, decodedBytes: 1 << 30 };
const TEXT = Buffer.from(Array.from({ length: 600 }, (_, i) => `line ${i} ${(i * 7919) % 1013}\n`).join(''));

/** Made with libzstd at its defaults. Content: 'hello world' ten times. */
const ZSTD = Buffer.from('KLUv/SBulQAAWGhlbGxvIHdvcmxkAQDAafEC', 'base64');
const ZSTD_TEXT = Buffer.from('hello world'.repeat(10));
/** A skippable frame of three bytes. */
const SKIPPABLE = Buffer.from([0x52, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);

beforeAll(() => {
  const root = join(__dirname, '..', '..', '..', '..');
  if (!existsSync(join(root, 'assets', 'portable-zstd', 'index.js'))) {
    execFileSync(
      process.execPath,
      [join(root, 'node_modules', 'tsx', 'dist', 'cli.mjs'), join(root, 'scripts', 'bundle.ts')],
      { stdio: 'ignore' },
    );
  }
}, 60_000);

function chunks(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    Buffer.from(bytes.subarray(i * size, (i + 1) * size)),
  );
}

async function decode(coding: ContentCoding, encoded: Buffer, size = 64 * 1024, limits = LIMITS): Promise<Buffer> {
  const out: Buffer[] = [];
  const sink = new Writable({
    write: (chunk: Buffer, _, done) => {
      out.push(chunk);
      done();
    },
  });
  await pipeline(Readable.from(chunks(encoded, size)), createDecoder(coding, new Expansion(limits)), sink);
  return Buffer.concat(out);
}

const SAMPLES: ReadonlyArray<readonly [name: string, coding: ContentCoding, encoded: Buffer, decoded: Buffer]> = [
  ['gzip', 'gzip', zlib.gzipSync(TEXT), TEXT],
  [
    'gzip of two members',
    'gzip',
    Buffer.concat([zlib.gzipSync(TEXT), zlib.gzipSync(TEXT)]),
    Buffer.concat([TEXT, TEXT]),
  ],
  ['gzip of nothing', 'gzip', zlib.gzipSync(''), Buffer.alloc(0)],
  ['zlib deflate', 'deflate', zlib.deflateSync(TEXT), TEXT],
  ['raw deflate', 'deflate', zlib.deflateRawSync(TEXT), TEXT],
  ['brotli', 'br', zlib.brotliCompressSync(TEXT), TEXT],
  ['zstd', 'zstd', ZSTD, ZSTD_TEXT],
  [
    'zstd of two frames and a skippable one',
    'zstd',
    Buffer.concat([ZSTD, SKIPPABLE, ZSTD]),
    Buffer.concat([ZSTD_TEXT, ZSTD_TEXT]),
  ],
];

describe.each(SAMPLES)('%s', (_name, coding, encoded, decoded) => {
  test.each([1, 2, 3, 7, 64, 1000, 65536])('is decoded in chunks of %d bytes', async (size) => {
    expect((await decode(coding, encoded, size)).equals(decoded)).toBe(true);
  });

  test('is refused when it stops at any of its bytes', async () => {
    const step = Math.max(1, Math.floor(encoded.length / 40));
    const frameEnds = coding === 'zstd' ? [ZSTD.length, ZSTD.length + SKIPPABLE.length] : [encoded.length / 2];
    for (let length = 0; length < encoded.length; length += length < 24 || encoded.length - length < 24 ? 1 : step) {
      if (frameEnds.includes(length)) continue;
      await expect(decode(coding, encoded.subarray(0, length))).rejects.toBeInstanceOf(MalformedContentError);
    }
  });

  test.each([
    ['text', Buffer.from('trailing')],
    ['zeros', Buffer.alloc(3)],
    ['one byte', Buffer.from([0x28])],
  ])('is refused with %s after its end', async (_what, trailing) => {
    const whole = Buffer.concat([encoded, trailing]);
    for (const size of [1, encoded.length, whole.length]) {
      await expect(decode(coding, whole, size)).rejects.toBeInstanceOf(MalformedContentError);
    }
  });

  test('never fails with anything but an error of the core when a byte is changed', async () => {
    for (let i = 0; i < 60; i++) {
      const corrupt = Buffer.from(encoded);
      corrupt[(i * 31) % corrupt.length] ^= 1 << (i % 8);
      await decode(coding, corrupt).catch((error: unknown) => expect(error).toBeInstanceOf(MalformedContentError));
    }
  });
});

test.each(['gzip', 'deflate', 'br'] as const)('%s past its ratio is refused before it is decoded', async (coding) => {
  const bomb = { gzip: zlib.gzipSync, deflate: zlib.deflateSync, br: zlib.brotliCompressSync }[coding](
    Buffer.alloc(8 << 20),
  );
  let decoded = 0;
  const sink = new Writable({
    write: (chunk: Buffer, _, done) => {
      decoded += chunk.length;
      done();
    },
  });
  await expect(
    pipeline(Readable.from([bomb]), createDecoder(coding, new Expansion(LIMITS)), sink),
  ).rejects.toBeInstanceOf(LimitExceededError);
  expect(decoded).toBeLessThan(3 << 20);
});

test('zstd that repeats one byte is refused past its ratio', async () => {
  // A frame whose blocks of four bytes stand for 128 KiB each.
  const block = [0x02 | ((131072 << 3) & 0xff), (131072 >> 5) & 0xff, (131072 >> 13) & 0xff, 0x41];
  const frame = Buffer.from([
    0x28,
    0xb5,
    0x2f,
    0xfd,
    0x00,
    0x38,
    ...Array.from({ length: 2000 }, () => block).flat(),
    3,
    0,
    0,
    0x41,
  ]);
  await expect(decode('zstd', frame)).rejects.toBeInstanceOf(LimitExceededError);
});

test('the absolute limit holds', async () => {
  await expect(decode('gzip', zlib.gzipSync(TEXT), 65536, { ...LIMITS, decodedBytes: 1000 })).rejects.toBeInstanceOf(
    LimitExceededError,
  );
});

test.each(['gzip', 'deflate', 'br', 'zstd'] as const)('what is encoded to %s decodes to the same', async (coding) => {
  if (!canEncode(coding)) {
    expect(() => createEncoder(coding)).toThrow(UnsupportedContentError);
    return;
  }
  const out: Buffer[] = [];
  await pipeline(
    Readable.from(chunks(TEXT, 777)),
    createEncoder(coding),
    createDecoder(coding, new Expansion(LIMITS)),
    new Writable({
      write: (chunk: Buffer, _, done) => {
        out.push(chunk);
        done();
      },
    }),
  );
  expect(Buffer.concat(out).equals(TEXT)).toBe(true);
});

test('a slow sink holds the decoder back', async () => {
  const decoder = createDecoder('gzip', new Expansion(LIMITS));
  const encoded = zlib.gzipSync(
    Buffer.concat(Array.from({ length: 400 }, (_, i) => Buffer.from(TEXT.map((byte) => byte ^ (i % 7))))),
  );
  decoder.write(encoded);
  decoder.end();
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(decoder.readableLength).toBeLessThan(1 << 20);
  decoder.destroy();
});

test('the header names the codings in their order', () => {
  expect(parseContentEncoding(undefined)).toEqual([]);
  expect(parseContentEncoding('aws-chunked, GZIP,br , identity')).toEqual(['gzip', 'br']);
  expect(() => parseContentEncoding('compress')).toThrow(UnsupportedContentError);
  expect(() => parseContentEncoding('gzip,gzip,gzip,gzip')).toThrow(UnsupportedContentError);
});

test('frames are followed through every cut', () => {
  const data = Buffer.concat([ZSTD, SKIPPABLE, ZSTD]);
  for (let size = 1; size <= data.length; size++) {
    const frames = new ZstdFrames();
    expect(Buffer.concat(chunks(data, size).flatMap((chunk) => frames.split(chunk))).equals(data)).toBe(true);
    expect(frames.complete).toBe(true);
  }
});
