import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as zlib from 'node:zlib';
import { compilePolicy } from '../../../src/runtime/redaction/compiled-policy';
import {
  LimitExceededError,
  MalformedContentError,
  RedactionError,
  UnsupportedContentError,
} from '../../../src/runtime/redaction/errors';
import type { RedactionPolicyDocument } from '../../../src/runtime/redaction/policy';
import { redactStream, redactWebStream } from '../../../src/runtime/redaction/stream';
import type { ObjectDescription } from '../../../src/runtime/redaction/structure/format';

const ROWS = 3000;
/** About 200 KB with an address in each line. */
const JSON_LINES = Buffer.from(
  Array.from(
    { length: ROWS },
    (_, i) => `{"id":${i},"mail":"planted${i}@example.com","note":"${'x'.repeat(i % 30)}"}\n`,
  ).join(''),
);
const REDACTED = Buffer.from(JSON_LINES.toString().replace(/planted\d+@example\.com/g, '[EMAIL]'));
const CODINGS = { gzip: zlib.gzipSync, deflate: zlib.deflateSync, br: zlib.brotliCompressSync } as const;

function chunks(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    Buffer.from(bytes.subarray(i * size, (i + 1) * size)),
  );
}

class Sink extends Writable {
  public readonly chunks: Buffer[] = [];

  constructor(private readonly delayMs = 0) {
    super({ highWaterMark: 16 * 1024 });
  }

  public get bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }

  public override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.chunks.push(Buffer.from(chunk));
    if (this.delayMs > 0) setTimeout(done, this.delayMs);
    else done();
  }
}

function redaction(
  description: ObjectDescription = {},
  policy: Partial<RedactionPolicyDocument> = {},
  signal?: AbortSignal,
) {
  return redactStream(compilePolicy({ version: 1, ...policy }), description, { signal });
}

async function through(
  bytes: Buffer,
  size: number,
  description: ObjectDescription,
  policy: Partial<RedactionPolicyDocument> = {},
) {
  const sink = new Sink();
  const { stream, ...rest } = redaction(description, policy);
  await pipeline(Readable.from(chunks(bytes, size)), stream, sink);
  return { bytes: sink.bytes, ...rest };
}

/** Runs to the error; @returns it and what had come out. */
async function failing(
  source: Readable,
  description: ObjectDescription,
  policy: Partial<RedactionPolicyDocument> = {},
) {
  const sink = new Sink();
  const { stream } = redaction(description, policy);
  let ended = false;
  stream.on('end', () => {
    ended = true;
  });
  const error = await pipeline(source, stream, sink).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(stream.destroyed).toBe(true);
  return { error, bytes: sink.bytes, ended };
}

const noLeak = (bytes: Buffer) => expect(bytes.toString('latin1')).not.toContain('planted');

test.each([1000, 65536])('identity, in chunks of %d', async (size) => {
  const result = await through(JSON_LINES, size, { contentType: 'application/x-ndjson' });
  expect(result.bytes.equals(REDACTED)).toBe(true);
  expect(result.contentEncoding).toBeUndefined();
});

test('counts and the treatment are told, and live', async () => {
  const one = redaction({ name: 'x.jsonl' });
  await pipeline(Readable.from(chunks(JSON_LINES, 5000)), one.stream, new Sink());
  expect(one.counts).toEqual({ email: ROWS });
  expect(one.treatment).toBe('ndjson');
});

describe.each(Object.keys(CODINGS) as Array<keyof typeof CODINGS>)('%s', (coding) => {
  const encoded = CODINGS[coding](JSON_LINES);
  const description = { contentType: 'application/x-ndjson', contentEncoding: coding };

  test.each([1, 100, 65536])('is decoded, in chunks of %d', async (size) => {
    expect((await through(encoded, size, description)).bytes.equals(REDACTED)).toBe(true);
  });

  test('is encoded again where the policy says so', async () => {
    const result = await through(encoded, 1000, description, { contentEncoding: 'preserve' });
    expect(result.contentEncoding).toBe(coding);
    const decoded = { gzip: zlib.gunzipSync, deflate: zlib.inflateSync, br: zlib.brotliDecompressSync }[coding](
      result.bytes,
    );
    expect(decoded.equals(REDACTED)).toBe(true);
  });

  test.each([0, 1, 10, Math.floor(encoded.length / 2), encoded.length - 1])(
    'cut off after %d bytes it fails and leaks nothing',
    async (length) => {
      for (const policy of [{}, { contentEncoding: 'preserve' }] as const) {
        const { error, bytes, ended } = await failing(
          Readable.from(chunks(encoded.subarray(0, length), 512)),
          description,
          policy,
        );
        expect(error).toBeInstanceOf(MalformedContentError);
        expect(ended).toBe(false);
        noLeak(bytes);
        if (!('contentEncoding' in policy)) expect(REDACTED.subarray(0, bytes.length).equals(bytes)).toBe(true);
      }
    },
  );

  test('with a changed byte it leaks nothing, and fails where the coding can tell', async () => {
    for (let i = 0; i < 12; i++) {
      const corrupt = Buffer.from(encoded);
      corrupt[Math.floor(((corrupt.length - 1) * i) / 11)] ^= 0x10;
      const { error, bytes } = await failing(Readable.from(chunks(corrupt, 4096)), description);
      if (coding === 'gzip' && i > 0 && i < 11) expect(error).toBeInstanceOf(RedactionError);
      noLeak(bytes);
    }
  });
});

test('several codings are undone in their order', async () => {
  const bytes = zlib.brotliCompressSync(zlib.gzipSync(JSON_LINES));
  expect((await through(bytes, 500, { name: 'a.ndjson', contentEncoding: 'gzip, br' })).bytes.equals(REDACTED)).toBe(
    true,
  );
  expect(() => redaction({ contentEncoding: 'compress' })).toThrow(UnsupportedContentError);
});

test('a bomb is refused', async () => {
  const bomb = zlib.gzipSync(Buffer.alloc(32 << 20, 'a '));
  const { error } = await failing(Readable.from([bomb]), { contentType: 'text/plain', contentEncoding: 'gzip' });
  expect(error).toBeInstanceOf(LimitExceededError);
});

describe.each(['identity', 'gzip'])('faults with %s', (contentEncoding) => {
  const description = { contentType: 'application/x-ndjson', contentEncoding };
  const encode = (bytes: Buffer) => (contentEncoding === 'gzip' ? zlib.gzipSync(bytes) : bytes);

  test('a source that fails is an error, not an end', async () => {
    for (const upTo of [0, 1, 50, 5000, 10_000]) {
      const source = Readable.from(
        (function* () {
          yield* chunks(encode(JSON_LINES).subarray(0, upTo), 300);
          throw new Error('reset');
        })(),
      );
      const { error, bytes, ended } = await failing(source, description);
      expect((error as Error).message).toBe('reset');
      expect(ended).toBe(false);
      noLeak(bytes);
    }
  });

  test('invalid UTF-8 and syntax errors at any place leak nothing', async () => {
    for (const broken of [Buffer.from([0xff]), Buffer.from([0x01])]) {
      for (const at of [0, 20, 4000, 70_003, JSON_LINES.length]) {
        const bytes = Buffer.concat([JSON_LINES.subarray(0, at), broken, JSON_LINES.subarray(at)]);
        const result = await failing(Readable.from(chunks(encode(bytes), 1500)), description);
        expect(result.error).toBeInstanceOf(MalformedContentError);
        expect(result.ended).toBe(false);
        noLeak(result.bytes);
      }
    }
  });

  test('an abort destroys it', async () => {
    const controller = new AbortController();
    const { stream } = redaction(description, {}, controller.signal);
    const sink = new Sink(5);
    const run = pipeline(Readable.from(chunks(encode(JSON_LINES), 2000)), stream, sink);
    setTimeout(() => controller.abort(new Error('enough')), 20);
    await expect(run).rejects.toThrow('enough');
    expect(stream.destroyed).toBe(true);
    noLeak(sink.bytes);
  });

  test('an abort before the start does, too', async () => {
    const { stream } = redaction(description, {}, AbortSignal.abort(new Error('never')));
    await expect(pipeline(Readable.from([encode(JSON_LINES)]), stream, new Sink())).rejects.toThrow('never');
  });

  test('a sink that fails stops the source', async () => {
    const source = Readable.from(chunks(encode(JSON_LINES), 1000));
    const { stream } = redaction(description);
    const sink = new Writable({ write: (_chunk, _encoding, done) => done(new Error('full')) });
    await expect(pipeline(source, stream, sink)).rejects.toThrow('full');
    expect(source.destroyed && stream.destroyed).toBe(true);
  });

  test('a slow sink gets all of it, and holds the source back', async () => {
    let read = 0;
    const large = Buffer.concat(Array.from({ length: 12 }, () => JSON_LINES));
    const source = Readable.from(
      (function* () {
        for (const chunk of chunks(
          contentEncoding === 'gzip' ? zlib.gzipSync(large, { level: 0 }) : large,
          16 * 1024,
        )) {
          read += chunk.length;
          yield chunk;
        }
      })(),
      { objectMode: true, highWaterMark: 1 },
    );
    const { stream } = redaction(description);
    const sink = new Sink(1);
    let furthest = 0;
    const timer = setInterval(() => {
      furthest = Math.max(furthest, read - sink.chunks.reduce((sum, chunk) => sum + chunk.length, 0) * 1.6);
    }, 5);
    await pipeline(source, stream, sink).finally(() => clearInterval(timer));
    expect(sink.bytes).toHaveLength(12 * REDACTED.length);
    expect(furthest).toBeLessThan(1 << 20);
  }, 20_000);
});

test('no error says anything of the content', async () => {
  for (const [text, contentType] of [
    ['{"a":"planted@example.com"', 'application/json'],
    ['a,b\n"planted@example.com', 'text/csv'],
    ['<a>planted@example.com</b>', 'text/xml'],
    ['planted@example.com \xff', 'text/plain'],
  ]) {
    const { error } = await failing(Readable.from([Buffer.from(text, 'latin1')]), { contentType });
    expect(error).toBeInstanceOf(RedactionError);
    expect(JSON.stringify(error) + String(error) + (error as Error).stack).not.toContain('planted');
  }
});

describe('web streams', () => {
  async function collect(readable: AsyncIterable<Uint8Array>): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    for await (const part of readable) parts.push(part);
    return Buffer.concat(parts);
  }

  test.each(['identity', 'gzip'])('%s', async (contentEncoding) => {
    const bytes = contentEncoding === 'gzip' ? zlib.gzipSync(JSON_LINES) : JSON_LINES;
    const web = redactWebStream(compilePolicy({ version: 1 }), {
      contentType: 'application/x-ndjson',
      contentEncoding,
    });
    const source = Readable.toWeb(Readable.from(chunks(bytes, 3000)));
    const [out] = await Promise.all([collect(web.readable), source.pipeTo(web.writable as never)]);
    expect(out.equals(REDACTED)).toBe(true);
    expect(web.counts).toEqual({ email: ROWS });
  });

  test('an error is one on both sides', async () => {
    const web = redactWebStream(compilePolicy({ version: 1 }), { contentType: 'application/json' });
    const source = Readable.toWeb(Readable.from([Buffer.from('{"a":"planted@example.com"'), Buffer.from('x}')]));
    const results = await Promise.allSettled([collect(web.readable), source.pipeTo(web.writable as never)]);
    for (const result of results) {
      expect((result as PromiseRejectedResult).reason).toBeInstanceOf(MalformedContentError);
    }
  });
});
