import type { Output, Stage } from './stage';

/** Stages one after the other. A piece goes through all of them before the next is made. */
export class Series implements Stage {
  constructor(private readonly stages: readonly Stage[]) {}

  public push(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
    return this.from(0, [chunk]);
  }

  public async *end(): AsyncGenerator<Uint8Array> {
    for (let i = 0; i < this.stages.length; i += 1) yield* this.from(i + 1, this.stages[i].end());
  }

  public destroy(): void {
    for (const stage of this.stages) stage.destroy?.();
  }

  private async *from(first: number, output: Output): AsyncGenerator<Uint8Array> {
    const stage = this.stages[first];
    for await (const piece of await output) {
      if (stage) yield* this.from(first + 1, stage.push(piece));
      else yield piece;
    }
  }
}
