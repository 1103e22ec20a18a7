import * as fc from 'fast-check';
import type { TransformSpec } from '../../../src/runtime/object-views/transform-spec';
import { RedactionError } from '../../../src/runtime/redaction/errors';
import { prepareChain, type Surroundings } from '../../../src/runtime/transforms/prepare';
import type { Content, ViewCall } from '../../../src/runtime/transforms/stage';

export const CALL: ViewCall = {
  view: 'analytics',
  key: 'a/b.txt',
  caller: { id: 'arn:aws:sts::111122223333:assumed-role/marketing/grace', claims: { name: 'Grace Hopper' } },
  now: new Date('2026-03-04T05:06:07Z'),
  signal: new AbortController().signal,
};

export const SURROUNDINGS: Surroundings = {
  value: (deployed) => (typeof deployed === 'string' ? deployed : `value of ${deployed.env}`),
  lookup: () => ({ find: async () => new Map() }),
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- what Lambda does with a layer
  load: (module) => require(module) as Record<string, unknown>,
};

export interface Ran {
  readonly output: Buffer;
  readonly counts: Record<string, number>;
}

/** Runs a chain over the input, cut into chunks of these sizes; each chunk is overwritten after its call. */
export async function run(
  specs: readonly TransformSpec[],
  input: string | Uint8Array,
  content: Content = {},
  sizes: readonly number[] = [65_536],
  more: Partial<Surroundings> = {},
  call: Partial<ViewCall> = {},
): Promise<Ran> {
  const bytes = Buffer.from(input as Uint8Array);
  const counts: Record<string, number> = {};
  const count = (name: string, by = 1) => void (counts[name] = (counts[name] ?? 0) + by);
  const stage = await prepareChain(specs, { ...SURROUNDINGS, ...more }).open(content, { ...CALL, ...call }, count);
  const out: Buffer[] = [];
  for (let at = 0, i = 0; at < bytes.length; at += sizes[i % sizes.length], i += 1) {
    const chunk = Uint8Array.prototype.slice.call(bytes, at, at + sizes[i % sizes.length]);
    for await (const part of stage.push(chunk)) out.push(Buffer.from(part));
    chunk.fill(0x58);
  }
  for await (const part of stage.end()) out.push(Buffer.from(part));
  return { output: Buffer.concat(out), counts };
}

export async function text(
  specs: readonly TransformSpec[],
  input: string | Uint8Array,
  content: Content = {},
  sizes?: readonly number[],
): Promise<string> {
  return (await run(specs, input, content, sizes)).output.toString();
}

/** The output, or the class of the error: what must not depend on the cut. */
export async function outcome(
  specs: readonly TransformSpec[],
  input: string | Uint8Array,
  content: Content = {},
  sizes?: readonly number[],
  more: Partial<Surroundings> = {},
): Promise<string> {
  try {
    return (await run(specs, input, content, sizes, more)).output.toString('latin1');
  } catch (error) {
    if (!(error instanceof RedactionError)) throw error;
    return `threw ${error.constructor.name}`;
  }
}

export const cuts = fc.oneof(
  fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 4 }),
  fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 4 }),
  fc.constantFrom([1], [65536], [3, 65536]),
);
