import { chunksOf, stageOf } from './checks';

/**
 * A transform of your own for a view: `exports.transform = (context, options) => ({ push(chunk) {...}, end() {...} })`,
 * in a file of a layer. `tryTransform` runs it as a function does, without any AWS.
 */
export type Chunks = readonly Uint8Array[];

export interface Caller {
  /** The principal's ARN, or the `sub` of the token. */
  readonly id: string;
  readonly claims?: { readonly [claim: string]: unknown };
}

/** What a transform may know of the request that it serves. */
export interface TransformContext {
  readonly view: string;
  readonly key: string;
  /** `undefined` for copies, which nobody asked for in person. */
  readonly caller?: Caller;
  /** The content type of what comes in. */
  readonly contentType?: string;
  /** Aborted when the caller went away or the deadline came. */
  readonly signal: AbortSignal;
  /** Adds to the metric of that name. A name, never a part of the content. */
  count(name: string, by?: number): void;
}

/**
 * One object on its way. Calls never overlap. A chunk given to `push` is not to be kept or written to after the call
 * has settled. The joined output must not depend on how the input was cut: a HEAD, a range and a second pass must all
 * see the same bytes.
 */
export interface CustomTransformStage {
  push(chunk: Uint8Array): Chunks | Promise<Chunks>;
  end(): Chunks | Promise<Chunks>;
}

export type CustomTransform<Options = { readonly [name: string]: unknown }> = (
  context: TransformContext,
  options: Options,
) => CustomTransformStage | Promise<CustomTransformStage>;

export interface Trial {
  readonly output: Buffer;
  readonly counts: { readonly [name: string]: number };
}

export interface TrialOptions<Options> {
  readonly options?: Options;
  readonly context?: Partial<TransformContext>;
  /** Ways to cut the input, as sizes that repeat. @default whole, single bytes, and 7 and 1,000 bytes */
  readonly cuts?: ReadonlyArray<readonly number[]>;
}

const CUTS: ReadonlyArray<readonly number[]> = [[1], [7], [1000, 3], [65536]];

/**
 * Runs a transform over the input once for each way of cutting it, and gives the output they agree on. Each chunk is
 * overwritten after its call, as the buffers of a stream are.
 * @throws Error when two ways of cutting give different bytes
 */
export async function tryTransform<Options>(
  transform: CustomTransform<Options>,
  input: Uint8Array | string,
  { options, context, cuts = CUTS }: TrialOptions<Options> = {},
): Promise<Trial> {
  const bytes = Buffer.from(input as Uint8Array);
  let first: Trial | undefined;
  for (const sizes of cuts) {
    const counts: Record<string, number> = {};
    const stage = stageOf(
      await transform(
        {
          view: 'trial',
          key: 'trial',
          signal: new AbortController().signal,
          count: (name, by = 1) => void (counts[name] = (counts[name] ?? 0) + by),
          ...context,
        },
        options ?? ({} as Options),
      ),
    );
    const output = await through(stage, bytes, sizes);
    if (!first) {
      first = { output, counts };
    } else if (!first.output.equals(output)) {
      throw new Error(
        `the output depends on how the input is cut: with chunks of ${sizes.join(', ')} bytes it is ` +
          `another than with ${cuts[0].join(', ')}`,
      );
    }
  }
  return first!;
}

async function through(stage: CustomTransformStage, bytes: Buffer, sizes: readonly number[]): Promise<Buffer> {
  const out: Buffer[] = [];
  const keep = (call: 'push' | 'end', given: unknown) =>
    out.push(...chunksOf(given, call).map((part) => Buffer.from(part)));
  for (let at = 0, i = 0; at < bytes.length; at += sizes[i % sizes.length], i += 1) {
    const chunk = Uint8Array.prototype.slice.call(bytes, at, at + sizes[i % sizes.length]);
    keep('push', await stage.push(chunk));
    chunk.fill(0x58);
  }
  keep('end', await stage.end());
  return Buffer.concat(out);
}
