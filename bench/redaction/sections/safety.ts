/**
 * What may never be other than 0: bytes that differ with how the input is cut, and planted bytes that come out when
 * something breaks.
 */
import { once } from 'node:events';
import * as zlib from 'node:zlib';
import type { CompiledPolicy } from '../../../src/runtime/redaction';
import { compilePolicy, ObjectTransform, redactStream } from '../../../src/runtime/redaction';
import { corpus, Generator, type Planted } from '../corpus';
import type { Measure } from '../section';

const CHARSETS: Record<string, (text: string) => Buffer> = {
  'utf-8': (text) => Buffer.from(text, 'utf8'),
  'utf-16le': (text) => Buffer.from(text, 'utf16le'),
  'utf-16be': (text) => Buffer.from(text, 'utf16le').swap16(),
  'iso-8859-1': (text) => Buffer.from(text, 'latin1'),
};
const CODECS: Record<string, (bytes: Buffer) => Buffer> = {
  gzip: (bytes) =>
    Buffer.concat([
      zlib.gzipSync(bytes.subarray(0, bytes.length >> 1)),
      zlib.gzipSync(bytes.subarray(bytes.length >> 1)),
    ]),
  deflate: (bytes) => zlib.deflateSync(bytes),
  br: (bytes) => zlib.brotliCompressSync(bytes),
};
const CHUNKS = [1, 2, 3, 5, 7, 13, 61, 256, 1000, 4096, 16_384, 65_536];
/** Long enough for the window to move more than once. */
const TEXT_BYTES = 200_000;
/** Every single cut is tried of this. */
const SHORT_BYTES = 2000;
const FAULTS = 25;
/** No text of the corpus has so many bytes of a planted value in a row by chance. */
const FRAGMENT = 8;

function differing(a: Buffer, b: Buffer): number {
  let count = Math.abs(a.length - b.length);
  for (let i = 0; i < Math.min(a.length, b.length); i += 1) if (a[i] !== b[i]) count += 1;
  return count;
}

function pieces(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

function redacted(policy: CompiledPolicy, contentType: string, parts: readonly Buffer[]): Buffer {
  const transform = new ObjectTransform(policy, policy.session(), { contentType });
  return Buffer.concat([...parts.flatMap((part) => transform.push(part)), ...transform.end()]);
}

/**
 * What comes out, whether the stream ends or is destroyed. A fault before the piece of that number is one of the
 * source.
 */
async function streamed(
  policy: CompiledPolicy,
  contentEncoding: string | undefined,
  parts: readonly Buffer[],
  faultAt = -1,
): Promise<{ readonly out: Buffer; readonly failed: boolean }> {
  const { stream } = redactStream(policy, { contentType: 'text/plain', contentEncoding });
  const out: Buffer[] = [];
  let failed = false;
  stream.on('data', (chunk: Buffer) => out.push(Buffer.from(chunk)));
  stream.on('error', () => {
    failed = true;
  });
  const closed = once(stream, 'close').catch(() => undefined);
  for (const [i, part] of parts.entries()) {
    if (i === faultAt) stream.destroy(new Error('the source broke'));
    if (stream.destroyed) break;
    if (!stream.write(part)) await Promise.race([once(stream, 'drain').catch(() => undefined), closed]);
  }
  if (!stream.destroyed) stream.end();
  await closed;
  return { out: Buffer.concat(out), failed };
}

async function cuts(policy: CompiledPolicy): Promise<{ readonly bytes: number; readonly ways: number }> {
  let bytes = 0;
  let ways = 0;
  const held = (whole: Buffer, cut: Buffer) => {
    bytes += differing(whole, cut);
    ways += 1;
  };
  const text = corpus(TEXT_BYTES, 258, 3).bytes.toString('latin1').replaceAll('customer', 'Bär');
  const short = corpus(SHORT_BYTES, 120, 4).bytes.toString('latin1');
  for (const [charset, encode] of Object.entries(CHARSETS)) {
    const type = `text/plain; charset=${charset}`;
    const input = encode(text);
    const whole = redacted(policy, type, [input]);
    for (const size of CHUNKS) held(whole, redacted(policy, type, pieces(input, size)));
    const small = encode(short);
    const uncut = redacted(policy, type, [small]);
    for (let at = 1; at < small.length; at += 1) {
      held(uncut, redacted(policy, type, [small.subarray(0, at), small.subarray(at)]));
    }
  }
  for (const [codec, encode] of Object.entries(CODECS)) {
    const input = encode(Buffer.from(text));
    const { out } = await streamed(policy, codec, [input]);
    for (const size of CHUNKS) held(out, (await streamed(policy, codec, pieces(input, size))).out);
  }
  return { bytes, ways };
}

/** Bytes of planted values that are in the output, in pieces of FRAGMENT bytes and more. */
function leaked(out: Buffer, planted: readonly Planted[]): number {
  const seen = out.toString('latin1');
  const fragments = planted.flatMap(({ value }) =>
    Array.from({ length: value.length - FRAGMENT + 1 }, (_, i) => value.slice(i, i + FRAGMENT)),
  );
  return fragments.filter((fragment) => seen.includes(fragment)).length;
}

async function faults(
  policy: CompiledPolicy,
): Promise<{ readonly bytes: number; readonly injected: number; readonly unnoticed: number }> {
  const generator = new Generator(11);
  const { bytes: text, planted } = corpus(TEXT_BYTES, 258, 5);
  if (leaked(text, planted) === 0) {
    throw new Error('what is planted is not found in the text itself: the measure is blind');
  }
  let bytes = 0;
  let injected = 0;
  let unnoticed = 0;
  const broken = async (contentEncoding: string | undefined, parts: readonly Buffer[], faultAt?: number) => {
    const { out, failed } = await streamed(policy, contentEncoding, parts, faultAt);
    bytes += leaked(out, planted);
    injected += 1;
    if (!failed) unnoticed += 1;
  };
  for (let i = 0; i < FAULTS; i += 1) {
    const parts = pieces(text, generator.int(500, 70_000));
    await broken(undefined, parts, generator.int(0, parts.length - 1));
    for (const [codec, encode] of Object.entries(CODECS)) {
      const input = encode(text);
      await broken(codec, pieces(input.subarray(0, generator.int(1, input.length - 1)), generator.int(200, 70_000)));
    }
  }
  return { bytes, injected, unnoticed };
}

export const measure: Measure = async (_options, say) => {
  const policy = compilePolicy({ version: 1 });
  const cut = await cuts(policy);
  const fault = await faults(policy);
  say(
    `${cut.bytes} bytes differ over ${cut.ways} ways of cutting, ${fault.bytes} planted bytes leaked ` +
      `over ${fault.injected} faults`,
  );
  return {
    differingBytes: cut.bytes,
    waysOfCutting: cut.ways,
    leakedBytes: fault.bytes,
    faults: fault.injected,
    unnoticedFaults: fault.unnoticed,
  };
};
