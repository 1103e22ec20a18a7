import { Transform, type TransformCallback } from 'node:stream';
import * as zlib from 'node:zlib';
import type { Expansion } from './expansion';
import { createPortableZstdDecoder } from './portable-zstd';
import { ZstdFrames } from './zstd-frames';
import { MalformedContentError, type RedactionError, UnsupportedContentError } from '../errors';

/** A content coding that can be decoded in the stream. `identity` never appears in a list of these. */
export type ContentCoding = 'gzip' | 'deflate' | 'br' | 'zstd';

/**
 * Larger windows than the format asks every decoder for (RFC 8878, 3.1.1.1.2) would let the object choose our memory.
 */
const ZSTD_WINDOW_LOG_MAX = 23;
const ENGINE_OUTPUT_BYTES = 64 * 1024;
const MAX_CODINGS = 3;

const ALIASES: Record<string, ContentCoding | undefined> = {
  gzip: 'gzip',
  'x-gzip': 'gzip',
  deflate: 'deflate',
  br: 'br',
  zstd: 'zstd',
};

/** What Node has had since 22.15 and 23.8, and what its type definitions of Node 20 do not know. */
interface NativeZstd {
  readonly createZstdDecompress?: (options: object) => Transform & { readonly bytesWritten: number };
  readonly createZstdCompress?: (options: object) => Transform;
}

const nativeZstd: NativeZstd = zlib as object;

/**
 * The codings of a `Content-Encoding` header, in the order in which they were applied. `aws-chunked` is a framing of
 * the upload that S3 removes but leaves named.
 * @throws UnsupportedContentError for a coding that cannot be decoded
 * @see https://www.rfc-editor.org/rfc/rfc9110.html#field.content-encoding
 */
export function parseContentEncoding(header: string | undefined): ContentCoding[] {
  const codings: ContentCoding[] = [];
  for (const name of (header ?? '').split(',').map((part) => part.trim().toLowerCase())) {
    if (name === '' || name === 'identity' || name === 'aws-chunked') continue;
    const coding = ALIASES[name];
    if (coding === undefined) {
      throw new UnsupportedContentError('the content encoding is none of gzip, deflate, br, zstd, identity');
    }
    codings.push(coding);
  }
  if (codings.length > MAX_CODINGS) {
    throw new UnsupportedContentError(`more than ${MAX_CODINGS} content encodings are applied to the object`);
  }
  return codings;
}

/** Whether this Node can compress to `coding`: only zstd depends on its version. */
export function canEncode(coding: ContentCoding): boolean {
  return coding !== 'zstd' || nativeZstd.createZstdCompress !== undefined;
}

/**
 * A stream that decodes `coding`. It fails on truncated and corrupt input, on anything after the end of the coded data,
 * and past the limits; what was decoded before a failure was passed on, so whoever consumes it must fail too.
 */
export function createDecoder(coding: ContentCoding, expansion: Expansion): Transform {
  if (coding === 'zstd' && !nativeZstd.createZstdDecompress) return createPortableZstdDecoder(expansion);
  return new Decoder(coding, expansion);
}

/** A stream that encodes to `coding`; `canEncode` tells whether there is one. */
export function createEncoder(coding: ContentCoding): Transform {
  switch (coding) {
    case 'gzip':
      return zlib.createGzip({ chunkSize: ENGINE_OUTPUT_BYTES });
    case 'deflate':
      return zlib.createDeflate({ chunkSize: ENGINE_OUTPUT_BYTES });
    // Quality 11, the default, is for what is compressed once and served often.
    case 'br':
      return zlib.createBrotliCompress({
        chunkSize: ENGINE_OUTPUT_BYTES,
        params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 5 },
      });
    case 'zstd':
      if (nativeZstd.createZstdCompress) return nativeZstd.createZstdCompress({ chunkSize: ENGINE_OUTPUT_BYTES });
      throw new UnsupportedContentError(
        'this version of Node cannot compress zstd (22.15 can); serve the object with "contentEncoding": "identity"',
      );
  }
}

type Engine = Transform & { readonly bytesWritten: number };

function createEngine(coding: ContentCoding, firstByte: number, secondByte: number): Engine {
  const chunkSize = ENGINE_OUTPUT_BYTES;
  switch (coding) {
    case 'gzip':
      return zlib.createGunzip({ chunkSize });
    case 'br':
      return zlib.createBrotliDecompress({ chunkSize });
    case 'zstd':
      return nativeZstd.createZstdDecompress!({ chunkSize, params: { [ZSTD_D_WINDOW_LOG_MAX]: ZSTD_WINDOW_LOG_MAX } });
    case 'deflate': {
      // "deflate" means the zlib format, but some senders leave its header out; the header's checksum tells them apart.
      const hasZlibHeader =
        (firstByte & 0x0f) === 8 && firstByte >> 4 <= 7 && (firstByte * 256 + secondByte) % 31 === 0;
      return hasZlibHeader ? zlib.createInflate({ chunkSize }) : zlib.createInflateRaw({ chunkSize });
    }
  }
}

const ZSTD_D_WINDOW_LOG_MAX = 100;
/** Bytes that are needed to choose the engine. */
const HEAD_BYTES = 2;

class Decoder extends Transform {
  private readonly frames: ZstdFrames | undefined;
  private head: Buffer | undefined;
  private engine: Engine | undefined;
  private given = 0;
  private flushing = false;

  constructor(
    private readonly coding: ContentCoding,
    private readonly expansion: Expansion,
  ) {
    super({ readableHighWaterMark: 2 * ENGINE_OUTPUT_BYTES });
    if (coding === 'zstd') this.frames = new ZstdFrames();
  }

  public override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    let bytes = chunk;
    if (!this.engine) {
      // A copy: the chunk is the caller's again once it was taken.
      this.head = Buffer.concat(this.head ? [this.head, chunk] : [chunk]);
      if (this.head.length < HEAD_BYTES) return done();
      bytes = this.head;
      this.head = undefined;
      this.start(bytes);
    }
    try {
      this.feed(this.frames ? this.frames.split(bytes) : [bytes], done);
    } catch (error) {
      done(error as RedactionError);
    }
  }

  public override _flush(done: TransformCallback): void {
    if (!this.engine || this.frames?.complete === false) return done(this.truncated());
    this.flushing = true;
    this.engine.once('end', () => done(this.given > this.engine!.bytesWritten ? this.trailing() : undefined));
    this.engine.end();
  }

  public override _read(size: number): void {
    this.engine?.resume();
    super._read(size);
  }

  public override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.engine?.destroy();
    done(error);
  }

  private start(head: Buffer): void {
    const engine = createEngine(this.coding, head[0], head[1]);
    this.engine = engine;
    engine.on('error', (error: NodeJS.ErrnoException) => this.destroy(this.refusal(error)));
    engine.on('data', (decoded: Buffer) => {
      try {
        this.expansion.add(decoded.length, engine.bytesWritten);
      } catch (error) {
        this.destroy(error as RedactionError);
        return;
      }
      if (!this.push(decoded)) engine.pause();
    });
    // An engine that finds its end within a chunk drops the rest of the chunk without a word.
    engine.on('end', () => {
      if (!this.flushing) this.destroy(this.trailing());
    });
  }

  private feed(pieces: Buffer[], done: TransformCallback): void {
    const [piece, ...rest] = pieces;
    if (piece === undefined) return done();
    this.given += piece.length;
    this.engine!.write(piece, (error) => {
      if (!error && !this.destroyed) this.feed(rest, done);
    });
  }

  private refusal(error: NodeJS.ErrnoException): RedactionError {
    return error.code === 'Z_BUF_ERROR'
      ? this.truncated()
      : new MalformedContentError(`the ${this.coding} data is corrupt`);
  }

  private truncated(): RedactionError {
    return new MalformedContentError(`the ${this.coding} data ends too early`);
  }

  private trailing(): RedactionError {
    return new MalformedContentError(`something follows the end of the ${this.coding} data`);
  }
}
