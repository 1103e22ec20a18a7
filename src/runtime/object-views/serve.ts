import type { IncomingMessage } from 'node:http';
import { whole } from './aws/http';
import { checkKey } from './aws/services';
import { crc32Of, Verifier } from './checksum';
import type { ViewDocument, ViewLimits } from './contract';
import { before } from './deadline';
import { keptHeaders, namesEtag, normalized, viewEtag } from './headers';
import { S3Error, errorFromS3, withoutNames } from './s3-error';
import { mostBytes, parsePartNumber, parseRange, partsOf, sliceOf, type Slice, type Wanted } from './range';
import type { Caller } from '../custom-transform';
import type { Chain } from '../transforms/chain';
import { TransformError } from '../transforms/errors';
import type { Content, Count, Stage, ViewCall } from '../transforms/stage';

/** What is held before the head of an answer goes out: an error within it is still a clean error. */
const HELD_BYTES = 1 << 20;
const DEFAULT_PART_BYTES = 8 << 20;
const DEFAULT_RANGE_BUFFER = 16 << 20;
const MAX_ERROR_BYTES = 64 << 10;
const REMEMBERED_LENGTHS = 1000;

/** A view, ready to be served. */
export interface View {
  readonly name: string;
  readonly document: ViewDocument;
  readonly chain: Chain;
  readonly key: Uint8Array | undefined;
}

export interface ViewRequest {
  readonly method: 'GET' | 'HEAD';
  readonly key: string;
  readonly caller?: Caller;
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  /** Names in small letters. */
  readonly query: Readonly<Record<string, string>>;
  /** The length of the answer to a HEAD that is not known yet may be found by reading the object. */
  readonly mayMeasure?: boolean;
}

/** Opens the original. */
export interface Origin {
  /** Whether the function's rights open it, and not the caller's. */
  readonly ownRights?: boolean;
  /** Conditions that are part of the origin's signature, and so reach S3 whatever we think of them. */
  readonly signedConditions?: ReadonlySet<string>;
  /**
   * @param conditions `if-modified-since` and the like, and `if-match` of the original
   * @param method what S3 is asked; a URL signed for HEAD opens no GET
   */
  open(conditions: Readonly<Record<string, string>>, signal: AbortSignal, method: 'GET' | 'HEAD'): Promise<IncomingMessage>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Throws when the object cannot be finished; the connection must then be cut, never ended. Absent for HEAD and statuses without a body.
   */
  readonly body?: AsyncIterable<Uint8Array>;
}

export interface Report {
  count: Count;
  bytesIn(bytes: number): void;
  bytesOut(bytes: number): void;
}

/** What warm functions remember of views: their length, and their checksum. */
export class ContentLengthCache {
  private readonly known = new Map<string, Measured>();

  public get(etag: string | undefined): Measured | undefined {
    return etag === undefined ? undefined : this.known.get(etag);
  }

  public set(etag: string | undefined, length: Measured): void {
    if (etag === undefined) return;
    this.known.delete(etag);
    this.known.set(etag, length);
    if (this.known.size > REMEMBERED_LENGTHS) this.known.delete(this.known.keys().next().value!);
  }
}

interface Measured {
  readonly bytes: number;
}

/** Everything about one request that does not change while it runs. */
interface Run {
  readonly view: View;
  readonly request: ViewRequest;
  readonly origin: Origin;
  readonly limits: ViewLimits;
  readonly lengths: ContentLengthCache;
  readonly report: Report;
  readonly call: ViewCall;
}

/**
 * Serves one object through a view: the one core behind every door.
 * @throws S3Error and others, before anything of the object was given out
 */
export async function serve(view: View, request: ViewRequest, origin: Origin, options: {
  readonly limits?: ViewLimits; readonly lengths: ContentLengthCache; readonly report: Report; readonly signal: AbortSignal; readonly now: Date;
}): Promise<Answer> {
  const { limits = {}, lengths, report, signal, now } = options;
  const call: ViewCall = { view: view.name, key: request.key, caller: request.caller, now, signal };
  const run: Run = { view, request, origin, limits, lengths, report, call };
  checkKey(request.key);
  checkPrefix(run);
  const wanted = wantedOf(run);

  const { method } = request;
  const conditions = dateConditions(request.headers);
  const message = await opened(run, conditions, method);
  try {
    return await answer(run, message, wanted);
  } catch (error) {
    message.destroy();
    throw error;
  }
}

/** A key that the view does not have is answered as one that does not exist. */
function checkPrefix({ view, request }: Pick<Run, 'view' | 'request'>): void {
  const { prefixes } = view.document;
  if (prefixes && !prefixes.some((prefix) => request.key.startsWith(prefix))) throw new S3Error(404, 'NoSuchKey', 'The specified key does not exist.');
}

function wantedOf({ view, request }: Run): Wanted | undefined {
  const range = request.headers.range ?? request.query.range;
  const part = request.query.partnumber;
  const has = (feature: 'range' | 'part-number') => view.document.features?.includes(feature) ?? true;
  if (range !== undefined && part !== undefined) throw new S3Error(400, 'InvalidRequest', 'Cannot specify both Range header and partNumber query parameter.');
  if (part !== undefined) {
    if (!has('part-number')) throw new S3Error(400, 'NotImplemented', 'This view does not serve parts.');
    const wanted = parsePartNumber(part);
    if (!wanted) throw new S3Error(400, 'InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive.');
    return wanted;
  }
  if (range === undefined || !has('range')) return undefined;
  return parseRange(range);
}

/**
 * Dates mean the same of the original; ETags do not, and are held against the view's own. Where an ETag decides, the date does not count.
 * @see https://www.rfc-editor.org/rfc/rfc9110.html#section-13.2.2
 */
function dateConditions(headers: Readonly<Record<string, string>>): Record<string, string> {
  const out: Record<string, string> = {};
  if (headers['if-match'] === undefined && headers['if-unmodified-since'] !== undefined) out['if-unmodified-since'] = headers['if-unmodified-since'];
  if (headers['if-none-match'] === undefined && headers['if-modified-since'] !== undefined) out['if-modified-since'] = headers['if-modified-since'];
  return out;
}

async function opened(run: Run, conditions: Readonly<Record<string, string>>, method: 'GET' | 'HEAD'): Promise<IncomingMessage> {
  const message = await run.origin.open(conditions, run.call.signal, method);
  const status = message.statusCode!;
  if (status === 200) return message;
  const headers = normalized(message.headers);
  if (status === 304 || status === 412) {
    message.destroy();
    throw new S3Error(status, status === 304 ? 'NotModified' : 'PreconditionFailed', status === 304 ? 'Not Modified' : 'At least one of the pre-conditions you specified did not hold', dated(headers));
  }
  // A part of the original must not come: it would split what is to be found.
  if (status === 206) {
    message.destroy();
    throw new S3Error(500, 'InternalError', 'the original came in part');
  }
  const body = method === 'HEAD' ? '' : await whole(message, MAX_ERROR_BYTES).then(String, () => '');
  if (method === 'HEAD') message.resume();
  const failure = errorFromS3(status, body, dated(headers));
  throw run.origin.ownRights ? withoutNames(failure) : failure;
}

/** What a reader may know of an object that it does not get. */
function dated(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(['last-modified', 'x-amz-delete-marker', 'x-amz-version-id', 'retry-after', 'allow'].flatMap((name) => headers[name] === undefined ? [] : [[name, headers[name]]]));
}

async function answer(run: Run, message: IncomingMessage, wanted: Wanted | undefined): Promise<Answer> {
  const { view, request, limits, lengths } = run;
  const original = normalized(message.headers);
  const originalBytes = original['content-length'] === undefined ? undefined : Number(original['content-length']);
  if (limits.objectBytes !== undefined && (originalBytes ?? Infinity) > limits.objectBytes) {
    throw new S3Error(400, 'EntityTooLarge', `The object has more than the ${limits.objectBytes} bytes that this view serves.`);
  }
  const content: Content = { contentType: original['content-type'], contentEncoding: original['content-encoding'], name: request.key };
  const described = view.chain.describe(content);
  const state = await view.chain.state(run.call.signal);
  const etag = original.etag === undefined || state === undefined ? undefined
    : viewEtag(original.etag, view.chain.version, view.chain.variesBy(run.call) + state, view.key);
  checkEtags(run, etag, original);

  const headers: Record<string, string> = {
    ...keptHeaders(original, (value) => view.chain.redactHeader(value)),
    ...(described.contentType === undefined ? {} : { 'content-type': described.contentType }),
    ...(described.contentEncoding === undefined ? {} : { 'content-encoding': described.contentEncoding }),
    ...(etag === undefined ? {} : { etag }),
    'accept-ranges': view.document.features?.includes('range') ?? true ? 'bytes' : 'none',
    ...overrides(request),
  };
  // If-Range: the range counts only while the client's copy is the same; a date is no proof of that here.
  const ifRange = request.headers['if-range'];
  const part = wanted !== undefined && ifRange !== undefined && (etag === undefined || ifRange.trim() !== etag) ? undefined : wanted;

  const kept = view.chain.empty || view.document.length === 'kept' ? originalBytes : undefined;
  const known = kept ?? lengths.get(etag)?.bytes;
  if (request.method === 'HEAD') {
    message.resume();
    return head(run, headers, part, known, etag, original.etag);
  }
  const source = new Source(run, message, original, content);
  if (part) return ranged(run, source, headers, part, known, etag, original.etag, kept !== undefined);
  return complete(run, source, headers, known, kept !== undefined, etag);
}

function checkEtags({ request, origin }: Run, etag: string | undefined, original: Readonly<Record<string, string>>): void {
  const ours = (name: string) => origin.signedConditions?.has(name) ? undefined : request.headers[name];
  const ifMatch = ours('if-match');
  if (ifMatch !== undefined && !namesEtag(ifMatch, etag, false)) {
    throw new S3Error(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', dated(original));
  }
  const ifNoneMatch = ours('if-none-match');
  if (ifNoneMatch !== undefined && namesEtag(ifNoneMatch, etag, true)) {
    throw new S3Error(304, 'NotModified', 'Not Modified', { ...dated(original), ...(etag === undefined ? {} : { etag }) });
  }
}

/** `response-content-type` and the like, which S3 lets signed requests ask for. */
function overrides({ query }: ViewRequest): Record<string, string> {
  const out: Record<string, string> = {};
  for (const name of ['cache-control', 'content-disposition', 'content-language', 'expires']) {
    const value = query[`response-${name}`];
    if (value === undefined) continue;
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) throw new S3Error(400, 'InvalidArgument', `response-${name} holds what no header can.`);
    out[name] = value;
  }
  return out;
}

async function head(
  run: Run, headers: Record<string, string>, part: Wanted | undefined, known: number | undefined, etag: string | undefined,
  originalEtag: string | undefined,
): Promise<Answer> {
  let total = known;
  if (total === undefined && run.request.mayMeasure && run.view.document.length !== 'chunked') total = await measured(run, etag, originalEtag);
  if (total === undefined) {
    if (part) throw new S3Error(400, 'NotImplemented', 'The length of this view is not known, so a HEAD of a part of it has no answer; GET the part.');
    return { status: 200, headers };
  }
  if (!part) return { status: 200, headers: { ...headers, 'content-length': String(total) } };
  const slice = sliced(run, part, total);
  return { status: 206, headers: { ...headers, ...rangeHeaders(run, part, slice, total) } };
}

/** Runs the whole chain for nothing but the number of bytes. */
async function measured(run: Run, etag: string | undefined, originalEtag: string | undefined): Promise<number> {
  const source = await reopened(run, originalEtag);
  let bytes = 0;
  for await (const chunk of source) bytes += chunk.length;
  run.lengths.set(etag, { bytes });
  return bytes;
}

/** The same original once more: another one would not fit the head that was promised. */
async function reopened(run: Run, originalEtag: string | undefined): Promise<Source> {
  const message = await opened(run, originalEtag === undefined ? {} : { 'if-match': originalEtag }, 'GET');
  const original = normalized(message.headers);
  return new Source(run, message, original, { contentType: original['content-type'], contentEncoding: original['content-encoding'], name: run.request.key });
}

async function complete(
  run: Run, source: Source, headers: Record<string, string>, known: number | undefined, promised: boolean, etag: string | undefined,
): Promise<Answer> {
  const reading = source[Symbol.asyncIterator]();
  const held = await hold(reading, HELD_BYTES);
  if (held.done) {
    const bytes = held.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    if (promised && bytes !== known) throw wrongLength();
    run.lengths.set(etag, { bytes });
    return {
      status: 200,
      headers: { ...headers, 'content-length': String(bytes), ...checksum(run, held.chunks) },
      body: passed(run, held.chunks),
    };
  }
  return {
    status: 200,
    headers: known === undefined ? headers : { ...headers, 'content-length': String(known) },
    body: passed(run, counted(run, held.chunks, reading, known, etag)),
  };
}

/** What was asked with `x-amz-checksum-mode`: the checksum of what is served, where all of it is known. */
function checksum({ request }: Run, chunks: readonly Uint8Array[]): Record<string, string> {
  return request.headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED' ? { 'x-amz-checksum-crc32': crc32Of(chunks) } : {};
}

function wrongLength(): TransformError {
  return new TransformError('InternalError', 'the view has another length than was promised; its "length" must not be "kept" with this chain');
}

/** Reads until everything is known or as much as may be held. */
async function hold(reading: AsyncIterator<Uint8Array>, limit: number): Promise<{ readonly chunks: Uint8Array[]; readonly done: boolean }> {
  const chunks: Uint8Array[] = [];
  for (let bytes = 0; bytes <= limit;) {
    const { value, done } = await reading.next() as IteratorResult<Uint8Array, undefined>;
    if (done) return { chunks, done: true };
    chunks.push(value);
    bytes += value.length;
  }
  return { chunks, done: false };
}

async function* counted(
  run: Run, first: readonly Uint8Array[], reading: AsyncIterator<Uint8Array>, known: number | undefined, etag: string | undefined,
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
      const { value, done } = await reading.next() as IteratorResult<Uint8Array, undefined>;
      if (done) break;
      add(value);
      yield value;
    }
  } finally {
    await reading.return?.();
  }
  if (known !== undefined && bytes !== known) throw wrongLength();
  run.lengths.set(etag, { bytes });
}

async function* passed({ report }: Run, chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    report.bytesOut(chunk.length);
    yield chunk;
  }
}

async function ranged(
  run: Run, source: Source, headers: Record<string, string>, part: Wanted, known: number | undefined, etag: string | undefined,
  originalEtag: string | undefined, promised: boolean,
): Promise<Answer> {
  const { limits } = run;
  const partBytes = limits.partBytes ?? DEFAULT_PART_BYTES;
  const most = mostBytes(part, partBytes);
  if (known === undefined && most !== undefined && most <= (limits.rangeBufferBytes ?? DEFAULT_RANGE_BUFFER)) {
    return buffered(run, source, headers, part, most, partBytes, etag);
  }
  let total = known;
  let reading = source;
  if (total === undefined) {
    // Two passes: the first for the length, which the head must tell.
    let bytes = 0;
    for await (const chunk of source) bytes += chunk.length;
    run.lengths.set(etag, { bytes });
    total = bytes;
    sliced(run, part, total);
    reading = await reopened(run, originalEtag);
  }
  const slice = slicedOr(run, part, total, reading);
  const iterator = cut(reading[Symbol.asyncIterator](), slice, promised ? total : undefined);
  const held = await hold(iterator, HELD_BYTES);
  const rest = () => counted({ ...run, lengths: new ContentLengthCache() }, held.chunks, iterator, slice.end - slice.start, undefined);
  return {
    status: 206,
    headers: { ...headers, ...rangeHeaders(run, part, slice, total) },
    body: passed(run, held.done ? held.chunks : rest()),
  };
}

/** One pass: the part is kept while the rest is counted. */
async function buffered(
  run: Run, source: Source, headers: Record<string, string>, part: Wanted, most: number, partBytes: number, etag: string | undefined,
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
  run.lengths.set(etag, { bytes: total });
  const slice = sliced(run, part, total);
  const length = slice.end - slice.start;
  const bytes = Buffer.concat(kept);
  const body = start === undefined ? bytes.subarray(bytes.length - length) : bytes.subarray(0, length);
  return { status: 206, headers: { ...headers, ...rangeHeaders(run, part, slice, total) }, body: passed(run, [body]) };
}

function slicedOr(run: Run, part: Wanted, total: number, reading: Source): Slice {
  try {
    return sliced(run, part, total);
  } catch (error) {
    reading.stop();
    throw error;
  }
}

function sliced({ limits }: Run, part: Wanted, total: number): Slice {
  const slice = sliceOf(part, total, limits.partBytes ?? DEFAULT_PART_BYTES);
  if (slice) return slice;
  if (part.kind === 'part') throw new S3Error(416, 'InvalidPartNumber', 'The requested partnumber is not satisfiable');
  throw new S3Error(416, 'InvalidRange', 'The requested range is not satisfiable', { 'content-range': `bytes */${total}` });
}

function rangeHeaders({ limits }: Run, part: Wanted, slice: Slice, total: number): Record<string, string> {
  return {
    'content-length': String(slice.end - slice.start),
    ...(slice.end > slice.start ? { 'content-range': `bytes ${slice.start}-${slice.end - 1}/${total}` } : {}),
    ...(part.kind === 'part' ? { 'x-amz-mp-parts-count': String(partsOf(total, limits.partBytes ?? DEFAULT_PART_BYTES)) } : {}),
  };
}

async function* cut(reading: AsyncIterator<Uint8Array>, { start, end }: Slice, promised: number | undefined): AsyncGenerator<Uint8Array> {
  let at = 0;
  try {
    // A promised length is checked to the end: a cheaper answer could be a wrong one.
    while (at < (promised ?? end)) {
      const { value, done } = await reading.next() as IteratorResult<Uint8Array, undefined>;
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

/** The view's bytes: the original through the chain. It ends only when S3 said that the original ended, and all of it was there. */
class Source implements AsyncIterable<Uint8Array> {
  constructor(
    private readonly run: Run, private readonly message: IncomingMessage, private readonly original: Readonly<Record<string, string>>,
    private readonly content: Content,
  ) {}

  public stop(): void {
    this.message.destroy();
  }

  public async* [Symbol.asyncIterator](): AsyncGenerator<Uint8Array, undefined> {
    const { message, run: { view, call, report, limits } } = this;
    const verifier = new Verifier(this.original);
    let stage: Stage | undefined;
    let read = 0;
    let finished = false;
    try {
      stage = await before(call.signal, view.chain.open(this.content, call, (name, by) => report.count(name, by)));
      for await (const part of message) {
        const chunk = part as Buffer;
        read += chunk.length;
        report.bytesIn(chunk.length);
        if (limits.objectBytes !== undefined && read > limits.objectBytes) throw new S3Error(400, 'EntityTooLarge', 'The object is larger than this view serves.');
        call.signal.throwIfAborted();
        verifier.update(chunk);
        for (const out of await before(call.signal, Promise.resolve(stage.push(chunk)))) if (out.length > 0) yield out;
      }
      const declared = this.original['content-length'];
      if (!message.complete || (declared !== undefined && Number(declared) !== read)) throw new TransformError('ServiceUnavailable', 'the original was cut off', true);
      verifier.check();
      call.signal.throwIfAborted();
      for (const out of await before(call.signal, Promise.resolve(stage.end()))) if (out.length > 0) yield out;
      finished = true;
      return undefined;
    } catch (error) {
      // What aborts is the deadline, or a caller that went away; the error that follows from it says less.
      throw call.signal.aborted ? call.signal.reason : error;
    } finally {
      if (!finished) {
        stage?.destroy?.();
        message.destroy();
      }
    }
  }
}
