import { createHash } from 'node:crypto';
import { StreamStage } from './coding';
import { decoders } from './decompress';
import { Series } from './series';
import type { Content, Count, Output, PreparedTransform, Stage, ViewCall } from './stage';
import { canEncode, createEncoder, parseContentEncoding } from '../redaction/codec/content-encoding';
import { DecodingLayers } from '../redaction/codec/expansion';
import { RedactionError } from '../redaction/errors';

/** A view's transforms in their order, ready for any number of objects. */
export class Chain {
  /** Changes with whatever changes the output, whoever calls. */
  public readonly version: string;

  /** @param preserveCoding compress again what came compressed, where no transform changes the format */
  constructor(
    public readonly transforms: readonly PreparedTransform[],
    private readonly preserveCoding = false,
  ) {
    this.version = createHash('sha256')
      .update(transforms.map(({ type, version }) => `${type} ${version}\n`).join(''))
      .update(String(preserveCoding))
      .digest('hex');
  }

  public get empty(): boolean {
    return this.transforms.length === 0;
  }

  /** What the headers of the view's object say, from those of the original. */
  public describe(content: Content): Content {
    if (this.empty) return content;
    const described = this.transforms.reduce<Content>((before, transform) => transform.describe(before), content);
    const { contentEncoding: _, ...plain } = described;
    const codings = this.encodings(content.contentEncoding);
    return codings.length === 0 ? plain : { ...plain, contentEncoding: codings.join(', ') };
  }

  public variesBy(call: ViewCall): string {
    return JSON.stringify(this.transforms.map((transform) => transform.variesBy?.(call) ?? null));
  }

  /** What else changes the output; `undefined` when that cannot be known. */
  public async state(signal: AbortSignal): Promise<string | undefined> {
    let all = '';
    for (const transform of this.transforms) {
      if (!transform.state) continue;
      const state = await transform.state(signal);
      if (state === undefined) return undefined;
      all += `${state}\n`;
    }
    return all;
  }

  public redactHeader(value: string): string {
    return this.transforms.reduce((text, transform) => transform.redactHeader?.(text) ?? text, value);
  }

  /** @throws RedactionError for content that the chain cannot take */
  public async open(content: Content, call: ViewCall, count: Count): Promise<Pipeline> {
    const stages: Stage[] = [];
    if (this.empty) return new Pipeline(new Series(stages));
    const layers = new DecodingLayers();
    try {
      const first = this.transforms[0];
      let at: Content = content;
      if (first.type !== 'decompress') {
        stages.push(...decoders(content.contentEncoding, layers));
        at = { ...content, contentEncoding: undefined };
      }
      for (const transform of this.transforms) {
        stages.push(await transform.open(at, call, count, layers));
        at = transform.describe(at);
      }
      stages.push(...this.encodings(content.contentEncoding).map((coding) => new StreamStage(createEncoder(coding))));
    } catch (error) {
      for (const stage of stages) stage.destroy?.();
      throw error;
    }
    return new Pipeline(new Series(stages));
  }

  private encodings(contentEncoding: string | undefined) {
    if (!this.preserveCoding || this.transforms.some(({ type }) => type === 'decompress')) return [];
    const codings = parseContentEncoding(contentEncoding);
    return codings.every(canEncode) ? codings : [];
  }
}

/** The stages of one object. After a failure nothing more comes out, and the resources of every stage are free. */
export class Pipeline {
  private failure: Error | undefined;

  constructor(private readonly inner: Series) {}

  /** The chunk is the caller's again once the output was read to its end. */
  public push(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
    return this.guard(() => this.inner.push(chunk));
  }

  public end(): AsyncGenerator<Uint8Array> {
    return this.guard(() => this.inner.end());
  }

  public destroy(): void {
    this.failure ??= new UnfinishedError();
    this.inner.destroy();
  }

  private async *guard(work: () => Output): AsyncGenerator<Uint8Array> {
    if (this.failure) throw this.failure;
    try {
      for await (const piece of await work()) {
        if (this.failure) throw this.failure;
        if (piece.length > 0) yield piece;
      }
    } catch (error) {
      this.failure ??= error as Error;
      this.inner.destroy();
      throw error;
    }
  }
}

class UnfinishedError extends RedactionError {
  public readonly code = 'TransformEnded';

  constructor() {
    super('the transform was given up');
  }
}
