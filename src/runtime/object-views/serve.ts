import type { IncomingMessage } from 'node:http';
import { checkKey } from './aws/services';
import { counted, HELD_BYTES, hold, passed, wrongLength } from './body';
import { crc32Of } from './checksum';
import type { ViewLimits } from './contract';
import { keptHeaders, namesEtag, normalized, viewEtag } from './headers';
import { parsePartNumber, parseRange, type Wanted } from './range';
import { ranged, rangeHeaders, sliced } from './ranged';
import { S3Error } from './s3-error';
import { dated, opened, reopened, Source } from './source';
import type { Answer, ContentLengthCache, Origin, Report, RequestContext, View, ViewRequest } from './view-request';
import type { Content, ViewCall } from '../transforms/stage';

/**
 * Serves one object through a view: the one core behind every door.
 * @throws S3Error and others, before anything of the object was given out
 */
export async function serve(
  view: View,
  request: ViewRequest,
  origin: Origin,
  options: {
    readonly limits?: ViewLimits;
    readonly lengths: ContentLengthCache;
    readonly report: Report;
    readonly signal: AbortSignal;
    readonly now: Date;
  },
): Promise<Answer> {
  const { limits = {}, lengths, report, signal, now } = options;
  const call: ViewCall = { view: view.name, key: request.key, caller: request.caller, now, signal };
  const context: RequestContext = { view, request, origin, limits, lengths, report, call };
  checkKey(request.key);
  checkPrefix(context);
  const wanted = wantedOf(context);

  const { method } = request;
  const conditions = dateConditions(request.headers);
  const message = await opened(context, conditions, method);
  try {
    return await answer(context, message, wanted);
  } catch (error) {
    message.destroy();
    throw error;
  }
}

/** A key that the view does not have is answered as one that does not exist. */
function checkPrefix({ view, request }: Pick<RequestContext, 'view' | 'request'>): void {
  const { prefixes } = view.document;
  if (prefixes && !prefixes.some((prefix) => request.key.startsWith(prefix))) {
    throw new S3Error(404, 'NoSuchKey', 'The specified key does not exist.');
  }
}

function wantedOf({ view, request }: RequestContext): Wanted | undefined {
  const range = request.headers.range ?? request.query.range;
  const part = request.query.partnumber;
  const has = (feature: 'range' | 'part-number') => view.document.features?.includes(feature) ?? true;
  if (range !== undefined && part !== undefined) {
    throw new S3Error(400, 'InvalidRequest', 'Cannot specify both Range header and partNumber query parameter.');
  }
  if (part !== undefined) {
    if (!has('part-number')) throw new S3Error(400, 'NotImplemented', 'This view does not serve parts.');
    const wanted = parsePartNumber(part);
    if (!wanted) {
      throw new S3Error(400, 'InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive.');
    }
    return wanted;
  }
  if (range === undefined || !has('range')) return undefined;
  return parseRange(range);
}

/**
 * Dates mean the same of the original; ETags do not, and are held against the view's own. Where an ETag decides, the
 * date does not count.
 * @see https://www.rfc-editor.org/rfc/rfc9110.html#section-13.2.2
 */
function dateConditions(headers: Readonly<Record<string, string>>): Record<string, string> {
  const out: Record<string, string> = {};
  if (headers['if-match'] === undefined && headers['if-unmodified-since'] !== undefined) {
    out['if-unmodified-since'] = headers['if-unmodified-since'];
  }
  if (headers['if-none-match'] === undefined && headers['if-modified-since'] !== undefined) {
    out['if-modified-since'] = headers['if-modified-since'];
  }
  return out;
}

async function answer(context: RequestContext, message: IncomingMessage, wanted: Wanted | undefined): Promise<Answer> {
  const { view, request, limits, lengths } = context;
  const original = normalized(message.headers);
  const originalBytes = original['content-length'] === undefined ? undefined : Number(original['content-length']);
  if (limits.objectBytes !== undefined && (originalBytes ?? Infinity) > limits.objectBytes) {
    throw new S3Error(
      400,
      'EntityTooLarge',
      `The object has more than the ${limits.objectBytes} bytes that this view serves.`,
    );
  }
  const content: Content = {
    contentType: original['content-type'],
    contentEncoding: original['content-encoding'],
    name: request.key,
  };
  const described = view.chain.describe(content);
  const state = await view.chain.state(context.call.signal);
  const varies = state === undefined ? undefined : view.chain.variesBy(context.call) + state;
  const etag = original.etag === undefined ? undefined : viewEtag(original.etag, view, varies);
  checkEtags(context, etag, original);

  const headers: Record<string, string> = {
    ...keptHeaders(original, (value) => view.chain.redactHeader(value), view.chain.empty),
    ...(described.contentType === undefined ? {} : { 'content-type': described.contentType }),
    ...(described.contentEncoding === undefined ? {} : { 'content-encoding': described.contentEncoding }),
    ...(etag === undefined ? {} : { etag }),
    'accept-ranges': (view.document.features?.includes('range') ?? true) ? 'bytes' : 'none',
    ...overrides(request),
  };
  // If-Range: the range counts only while the client's copy is the same; a date is no proof of that here.
  const ifRange = request.headers['if-range'];
  const part =
    wanted !== undefined && ifRange !== undefined && (etag === undefined || ifRange.trim() !== etag)
      ? undefined
      : wanted;

  const kept = view.chain.empty || view.document.length === 'kept' ? originalBytes : undefined;
  const known = kept ?? lengths.get(etag)?.bytes;
  if (request.method === 'HEAD') {
    message.resume();
    return head(context, headers, part, known, etag, original.etag);
  }
  const source = new Source(context, message, original, content);
  if (part) return ranged(context, source, headers, part, known, etag, original.etag, kept !== undefined);
  return complete(context, source, headers, known, kept !== undefined, etag);
}

function checkEtags(
  { request }: RequestContext,
  etag: string | undefined,
  original: Readonly<Record<string, string>>,
): void {
  const ifMatch = request.headers['if-match'];
  if (ifMatch !== undefined && !namesEtag(ifMatch, etag, false)) {
    throw new S3Error(
      412,
      'PreconditionFailed',
      'At least one of the pre-conditions you specified did not hold',
      dated(original),
    );
  }
  const ifNoneMatch = request.headers['if-none-match'];
  if (ifNoneMatch !== undefined && namesEtag(ifNoneMatch, etag, true)) {
    throw new S3Error(304, 'NotModified', 'Not Modified', {
      ...dated(original),
      ...(etag === undefined ? {} : { etag }),
    });
  }
}

/** `response-content-type` and the like, which S3 lets signed requests ask for. */
function overrides({ query }: ViewRequest): Record<string, string> {
  const out: Record<string, string> = {};
  for (const name of ['cache-control', 'content-disposition', 'content-language', 'expires']) {
    const value = query[`response-${name}`];
    if (value === undefined) continue;
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      throw new S3Error(400, 'InvalidArgument', `response-${name} holds what no header can.`);
    }
    out[name] = value;
  }
  return out;
}

async function head(
  context: RequestContext,
  headers: Record<string, string>,
  part: Wanted | undefined,
  known: number | undefined,
  etag: string | undefined,
  originalEtag: string | undefined,
): Promise<Answer> {
  let total = known;
  if (total === undefined && context.request.mayMeasure && context.view.document.length !== 'chunked') {
    total = await measured(context, etag, originalEtag);
  }
  if (total === undefined) {
    if (part) {
      throw new S3Error(
        400,
        'NotImplemented',
        'The length of this view is not known, so a HEAD of a part of it has no answer; GET the part.',
      );
    }
    return { status: 200, headers };
  }
  if (!part) return { status: 200, headers: { ...headers, 'content-length': String(total) } };
  const slice = sliced(context, part, total);
  return { status: 206, headers: { ...headers, ...rangeHeaders(context, part, slice, total) } };
}

/** Runs the whole chain for nothing but the number of bytes. */
async function measured(
  context: RequestContext,
  etag: string | undefined,
  originalEtag: string | undefined,
): Promise<number> {
  const source = await reopened(context, originalEtag);
  let bytes = 0;
  for await (const chunk of source) bytes += chunk.length;
  context.lengths.set(etag, { bytes });
  return bytes;
}

async function complete(
  context: RequestContext,
  source: Source,
  headers: Record<string, string>,
  known: number | undefined,
  promised: boolean,
  etag: string | undefined,
): Promise<Answer> {
  const reading = source[Symbol.asyncIterator]();
  const held = await hold(reading, HELD_BYTES);
  if (held.done) {
    const bytes = held.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    if (promised && bytes !== known) throw wrongLength();
    context.lengths.set(etag, { bytes });
    return {
      status: 200,
      headers: { ...headers, 'content-length': String(bytes), ...checksum(context, held.chunks) },
      body: passed(context, held.chunks),
    };
  }
  return {
    status: 200,
    headers: known === undefined ? headers : { ...headers, 'content-length': String(known) },
    body: passed(context, counted(context, held.chunks, reading, known, etag)),
  };
}

/** What was asked with `x-amz-checksum-mode`: the checksum of what is served, where all of it is known. */
function checksum({ request }: RequestContext, chunks: readonly Uint8Array[]): Record<string, string> {
  return request.headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED'
    ? { 'x-amz-checksum-crc32': crc32Of(chunks) }
    : {};
}
