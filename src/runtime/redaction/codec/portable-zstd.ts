import { join } from 'node:path';
import { Transform, type TransformCallback } from 'node:stream';
import type { Expansion } from './expansion';
import { ZstdFrames } from './zstd-frames';
import { MalformedContentError, RedactionError } from '../errors';

interface Decompress {
  push(chunk: Uint8Array, final?: boolean): void;
}
type DecompressClass = new (onData: (decoded: Uint8Array) => void) => Decompress;

/** src/ and lib/ have the same depth. */
const BUNDLE = join(__dirname, '..', '..', '..', '..', 'assets', 'portable-zstd', 'index.js');

/**
 * A block of 4 bytes may stand for 128 KiB; the decoder is given so little at a time that the limits are looked at in
 * between.
 */
const STEP_BYTES = 1024;

/**
 * zstd for a Node without it (before 22.15), in JavaScript. The content checksum of a frame is not verified.
 */
export function createPortableZstdDecoder(expansion: Expansion): Transform {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the path is not known to the bundler, on purpose
  const { Decompress } = require(BUNDLE) as { Decompress: DecompressClass };
  return new PortableZstdDecoder(Decompress, expansion);
}

class PortableZstdDecoder extends Transform {
  private readonly frames = new ZstdFrames();
  private readonly engine: Decompress;
  private encoded = 0;

  constructor(
    Engine: DecompressClass,
    private readonly expansion: Expansion,
  ) {
    super();
    this.engine = new Engine((decoded) => {
      this.expansion.add(decoded.length, this.encoded);
      if (decoded.length > 0) this.push(Buffer.from(decoded));
    });
  }

  public override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.attempt(done, () => {
      for (const piece of this.frames.split(chunk)) {
        for (let at = 0; at < piece.length; at += STEP_BYTES) {
          const step = piece.subarray(at, at + STEP_BYTES);
          this.encoded += step.length;
          // The engine keeps parts of what it is given, the caller may reuse the chunk.
          this.engine.push(new Uint8Array(step));
        }
      }
    });
  }

  public override _flush(done: TransformCallback): void {
    this.attempt(done, () => {
      if (this.encoded === 0 || !this.frames.complete) throw new MalformedContentError('the zstd data ends too early');
      this.engine.push(new Uint8Array(0), true);
    });
  }

  private attempt(done: TransformCallback, step: () => void): void {
    try {
      step();
    } catch (error) {
      return done(error instanceof RedactionError ? error : new MalformedContentError('the zstd data is corrupt'));
    }
    done();
  }
}
