import { counted, HELD_BYTES, hold, passed, wrongLength } from './body';
import { mostBytes, partsOf, sliceOf, type Slice, type Wanted } from './range';
import { S3Error } from './s3-error';
import { reopened, type Source } from './source';
import { type Answer, ContentLengthCache, type RequestContext } from './view-request';

const DEFAULT_PART_BYTES = 8 << 20;
const DEFAULT_RANGE_BUFFER = 16 << 20;

export async function ranged(
  context: RequestContext,
  source: Source,
  headers: Record<string, string>,
  part: Wanted,
  known: number | undefined,
  etag: string | undefined,
  originalEtag: string | undefined,
  promised: boolean,
): Promise<Answer> {
  const { limits } = context;
  const partBytes = limits.partBytes ?? DEFAULT_PART_BYTES;
  const most = mostBytes(part, partBytes);
  if (known === undefined && most !== undefined && most <= (limits.rangeBufferBytes ?? DEFAULT_RANGE_BUFFER)) {
    return buffered(context, source, headers, part, most, partBytes, etag);
  }
  let total = known;
  let reading = source;
  if (total === undefined) {
    // Two passes: the first for the length, which the head must tell.
    let bytes = 0;
    for await (const chunk of source) bytes += chunk.length;
    context.lengths.set(etag, { bytes });
    total = bytes;
    sliced(context, part, total);
    reading = await reopened(context, originalEtag);
  }
  const slice = slicedOr(context, part, total, reading);
  const iterator = cut(reading[Symbol.asyncIterator](), slice, promised ? total : undefined);
  const held = await hold(iterator, HELD_BYTES);
  const rest = () =>
    counted(
      { ...context, lengths: new ContentLengthCache() },
      held.chunks,
      iterator,
      slice.end - slice.start,
      undefined,
    );
  return {
    status: 206,
    headers: { ...headers, ...rangeHeaders(context, part, slice, total) },
    body: passed(context, held.done ? held.chunks : rest()),
  };
}

/** One pass: the part is kept while the rest is counted. */
async function buffered(
  context: RequestContext,
  source: Source,
  headers: Record<string, string>,
  part: Wanted,
  most: number,
  partBytes: number,
  etag: string | undefined,
): Promise<Answer> {
  const start = part.kind === 'from' ? part.first : part.kind === 'part' ? (part.number - 1) * partBytes : undefined;
  const kept: Uint8Array[] = [];
  let keptBytes = 0;
  let total = 0;
  for await (const chunk of source) {
    if (start === undefined) {
      // The end is what is wanted: the oldest goes when it cannot be part of it any more.
      kept.push(chunk);
      keptBytes += chunk.length;
      while (keptBytes - kept[0].length >= most) keptBytes -= kept.shift()!.length;
    } else {
      const from = Math.max(0, start - total);
      const to = Math.min(chunk.length, start + most - total);
      if (from < to) kept.push(chunk.subarray(from, to));
    }
    total += chunk.length;
  }
  context.lengths.set(etag, { bytes: total });
  const slice = sliced(context, part, total);
  const length = slice.end - slice.start;
  const bytes = Buffer.concat(kept);
  const body = start === undefined ? bytes.subarray(bytes.length - length) : bytes.subarray(0, length);
  return {
    status: 206,
    headers: { ...headers, ...rangeHeaders(context, part, slice, total) },
    body: passed(context, [body]),
  };
}

function slicedOr(context: RequestContext, part: Wanted, total: number, reading: Source): Slice {
  try {
    return sliced(context, part, total);
  } catch (error) {
    reading.stop();
    throw error;
  }
}

export function sliced({ limits }: RequestContext, part: Wanted, total: number): Slice {
  const slice = sliceOf(part, total, limits.partBytes ?? DEFAULT_PART_BYTES);
  if (slice) return slice;
  if (part.kind === 'part') throw new S3Error(416, 'InvalidPartNumber', 'The requested partnumber is not satisfiable');
  throw new S3Error(416, 'InvalidRange', 'The requested range is not satisfiable', {
    'content-range': `bytes */${total}`,
  });
}

export function rangeHeaders(
  { limits }: RequestContext,
  part: Wanted,
  slice: Slice,
  total: number,
): Record<string, string> {
  return {
    'content-length': String(slice.end - slice.start),
    ...(slice.end > slice.start ? { 'content-range': `bytes ${slice.start}-${slice.end - 1}/${total}` } : {}),
    ...(part.kind === 'part'
      ? { 'x-amz-mp-parts-count': String(partsOf(total, limits.partBytes ?? DEFAULT_PART_BYTES)) }
      : {}),
  };
}

async function* cut(
  reading: AsyncIterator<Uint8Array>,
  { start, end }: Slice,
  promised: number | undefined,
): AsyncGenerator<Uint8Array> {
  let at = 0;
  try {
    // A promised length is checked to the end: a cheaper answer could be a wrong one.
    while (at < (promised ?? end)) {
      const { value, done } = (await reading.next()) as IteratorResult<Uint8Array, undefined>;
      if (done) throw wrongLength();
      const from = Math.max(0, start - at);
      const to = Math.min(value.length, end - at);
      at += value.length;
      if (from < to) yield value.subarray(from, to);
    }
    if (promised !== undefined && (at !== promised || !(await reading.next()).done)) throw wrongLength();
  } finally {
    await reading.return?.();
  }
}
