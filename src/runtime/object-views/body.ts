import type { RequestContext } from './view-request';
import { TransformError } from '../transforms/errors';

/** What is held before the head of an answer goes out: an error within it is still a clean error. */
export const HELD_BYTES = 1 << 20;

export function wrongLength(): TransformError {
  return new TransformError(
    'InternalError',
    'the view has another length than was promised; its "length" must not be "kept" with this chain',
  );
}

/** Reads until everything is known or as much as may be held. */
export async function hold(
  reading: AsyncIterator<Uint8Array>,
  limit: number,
): Promise<{ readonly chunks: Uint8Array[]; readonly done: boolean }> {
  const chunks: Uint8Array[] = [];
  for (let bytes = 0; bytes <= limit;) {
    const { value, done } = (await reading.next()) as IteratorResult<Uint8Array, undefined>;
    if (done) return { chunks, done: true };
    chunks.push(value);
    bytes += value.length;
  }
  return { chunks, done: false };
}

export async function* counted(
  context: RequestContext,
  first: readonly Uint8Array[],
  reading: AsyncIterator<Uint8Array>,
  known: number | undefined,
  etag: string | undefined,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  const add = (chunk: Uint8Array) => {
    bytes += chunk.length;
    if (known !== undefined && bytes > known) throw wrongLength();
  };
  try {
    for (const chunk of first) {
      add(chunk);
      yield chunk;
    }
    for (;;) {
      const { value, done } = (await reading.next()) as IteratorResult<Uint8Array, undefined>;
      if (done) break;
      add(value);
      yield value;
    }
  } finally {
    await reading.return?.();
  }
  if (known !== undefined && bytes !== known) throw wrongLength();
  context.lengths.set(etag, { bytes });
}

export async function* passed(
  { report }: RequestContext,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    report.bytesOut(chunk.length);
    yield chunk;
  }
}
