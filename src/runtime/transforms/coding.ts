import type { Transform } from 'node:stream';
import { TransformError } from './errors';
import type { Stage } from './stage';

/** What a decoder is given at a time: it may make 200 times as much of it before anybody can stop it. */
const STEP_BYTES = 16 << 10;

/** A Node stream as a stage. It makes no more than the reader takes: between two pieces it waits. */
export class StreamStage implements Stage {
  private failure: Error | undefined;
  private ended = false;
  private wake: (() => void) | undefined;

  constructor(private readonly stream: Transform) {
    stream.on('readable', () => this.wake?.());
    stream.once('end', () => {
      this.ended = true;
      this.wake?.();
    });
    stream.once('error', (error) => {
      this.failure ??= error;
      this.wake?.();
    });
    stream.once('close', () => {
      if (!this.ended) this.failure ??= new TransformError('TransformEnded', 'the coding was given up');
      this.wake?.();
    });
  }

  public async *push(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < chunk.length; at += STEP_BYTES) {
      let taken = false;
      this.stream.write(chunk.subarray(at, at + STEP_BYTES), () => {
        taken = true;
        this.wake?.();
      });
      yield* this.made(() => taken);
    }
  }

  public async *end(): AsyncGenerator<Uint8Array> {
    this.stream.end();
    yield* this.made(() => this.ended);
  }

  public destroy(): void {
    this.stream.destroy();
  }

  private async *made(done: () => boolean): AsyncGenerator<Uint8Array> {
    for (;;) {
      if (this.failure) throw this.failure;
      const part = this.stream.read() as Uint8Array | null;
      if (part !== null) {
        yield part;
      } else if (done()) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
      }
    }
  }
}
