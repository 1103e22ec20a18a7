import { Transform, type TransformCallback } from 'node:stream';
import { createDecoder, createEncoder } from './content-encoding';
import type { Expansion } from './expansion';
import { formatByDescription, mediaType, type ObjectDescription } from '../structure/format';

const GZIP_NAME = /\.gz(?:ip)?$/i;
const GZIP_TYPES = new Set(['application/gzip', 'application/x-gzip']);
/** The magic number and the one compression method (RFC 1952, 2.3.1). */
const MAGIC = Buffer.from([0x1f, 0x8b, 0x08]);

/**
 * An object that may be a gzip file, without a `Content-Encoding` that says so: by its name or type, or because neither
 * tells anything. The magic number decides.
 */
export function isGzipFile(description: ObjectDescription): boolean {
  const { name, contentType, contentEncoding } = description;
  if ((contentEncoding ?? '') !== '') return false;
  return (
    GZIP_NAME.test(name ?? '') ||
    GZIP_TYPES.has(mediaType(contentType)) ||
    formatByDescription(description) === undefined
  );
}

/** What is known of the content of a gzip file. */
export function withoutGzip({ name, contentType, ...rest }: ObjectDescription): ObjectDescription {
  return {
    ...rest,
    name: name?.replace(GZIP_NAME, ''),
    ...(GZIP_TYPES.has(mediaType(contentType)) ? {} : { contentType }),
  };
}

/**
 * The stages before and after the redaction of a gzip file: what begins with the magic number is unpacked, and packed
 * again.
 */
export function gzipFileStages(expansion: Expansion): readonly [unpack: Transform, pack: Transform] {
  let packed = false;
  const unpack = new ChosenTransform(MAGIC.length, (head) => {
    packed = head.subarray(0, MAGIC.length).equals(MAGIC);
    return packed ? createDecoder('gzip', expansion) : undefined;
  });
  return [unpack, new ChosenTransform(0, () => (packed ? createEncoder('gzip') : undefined))];
}

/** Passes everything through the stream that is chosen by the first bytes, or through none. */
class ChosenTransform extends Transform {
  private head: Buffer = Buffer.alloc(0);
  private chosen = false;
  private inner: Transform | undefined;

  constructor(
    private readonly headBytes: number,
    private readonly choose: (head: Buffer) => Transform | undefined,
  ) {
    super();
  }

  public override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    if (this.chosen) return this.pass(chunk, done);
    this.head = Buffer.concat([this.head, chunk]);
    if (this.head.length < this.headBytes) return done();
    this.begin(done);
  }

  public override _flush(done: TransformCallback): void {
    if (!this.chosen) return this.begin((error) => (error ? done(error) : this._flush(done)));
    if (!this.inner) return done();
    this.inner.once('end', () => done());
    this.inner.end();
  }

  public override _read(size: number): void {
    this.inner?.resume();
    super._read(size);
  }

  public override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.inner?.destroy();
    done(error);
  }

  private begin(done: TransformCallback): void {
    this.chosen = true;
    this.inner = this.choose(this.head);
    this.inner?.on('error', (error) => this.destroy(error));
    this.inner?.on('data', (part: Buffer) => {
      if (!this.push(part)) this.inner!.pause();
    });
    const { head } = this;
    this.head = Buffer.alloc(0);
    if (head.length === 0) done();
    else this.pass(head, done);
  }

  private pass(chunk: Buffer, done: TransformCallback): void {
    if (!this.inner) return done(null, chunk);
    this.inner.write(chunk, (error) => {
      if (!error) done();
    });
  }
}
