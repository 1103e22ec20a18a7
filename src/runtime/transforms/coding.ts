import type { Transform } from 'node:stream';
import type { Parts, Stage } from './stage';

/** A Node stream as a stage: each chunk's output is collected when the stream has taken it. */
export class StreamStage implements Stage {
  private parts: Uint8Array[] = [];
  private failure: Error | undefined;
  private wake: (() => void) | undefined;
  private readonly ended: Promise<void>;

  constructor(private readonly stream: Transform) {
    stream.on('data', (chunk: Uint8Array) => this.parts.push(chunk));
    this.ended = new Promise((resolve) => {
      stream.once('end', resolve);
      stream.once('error', (error) => {
        this.failure = error;
        resolve();
        this.wake?.();
      });
    });
  }

  public async push(chunk: Uint8Array): Promise<Parts> {
    if (!this.failure) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        this.stream.write(chunk, () => resolve());
      });
    }
    return this.taken();
  }

  public async end(): Promise<Parts> {
    if (!this.failure) {
      this.stream.end();
      await this.ended;
    }
    return this.taken();
  }

  public destroy(): void {
    this.stream.destroy();
  }

  private taken(): Parts {
    if (this.failure) throw this.failure;
    const { parts } = this;
    this.parts = [];
    return parts;
  }
}
