import { Duplex, pipeline, Transform, type TransformCallback } from 'node:stream';
import { TransformStream } from 'node:stream/web';
import { canEncode, createDecoder, createEncoder, parseContentEncoding } from './codec/content-encoding';
import { DecodingLayers } from './codec/expansion';
import type { ExpansionLimits } from './codec/expansion';
import { gzipFileStages, isGzipFile, withoutGzip } from './codec/gzip-file';
import type { ByteTransform, CompiledPolicy, Counts, SessionOptions } from './contract';
import { ObjectTransform, type Treatment } from './pipeline';
import type { Limits } from './policy';
import type { ObjectDescription } from './structure/format';

export interface StreamOptions extends SessionOptions {
  /** Ends both sides with an error when it is aborted. */
  readonly signal?: AbortSignal;
}

/** What is known of a redaction while and after it runs. */
export interface Redaction {
  /** The `Content-Encoding` of the output; `undefined` for none. */
  readonly contentEncoding: string | undefined;
  /** Findings by kind so far. */
  readonly counts: Counts;
  /** How the content is treated; `undefined` until enough of it was seen. */
  readonly treatment: Treatment | undefined;
  /** At the end, the paths of field rules that matched nothing in the object. */
  readonly unmatchedFields: readonly string[];
}

export interface NodeRedaction extends Redaction {
  /**
   * Takes the object's bytes and gives the redacted ones. On any error it is destroyed with it: it never ends normally,
   * and what it held back never comes out.
   */
  readonly stream: Duplex;
}

export interface WebRedaction extends Redaction {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

type ReadableStream<T> = import('node:stream/web').ReadableStream<T>;
type WritableStream<T> = import('node:stream/web').WritableStream<T>;

const DEFAULT_EXPANSION_RATIO = 200;
const DEFAULT_DECODED_BYTES = 64 * 2 ** 30;

/**
 * Redacts one object as a Node stream.
 * @throws UnsupportedContentError for a content encoding that cannot be decoded
 */
export function redactStream(
  policy: CompiledPolicy,
  description: ObjectDescription = {},
  options: StreamOptions = {},
): NodeRedaction {
  const { document } = policy;
  const codings = parseContentEncoding(description.contentEncoding);
  const session = policy.session(options);
  const isFile = isGzipFile(description);
  const object = new ObjectTransform(policy, session, isFile ? withoutGzip(description) : description);
  const encoded = document.contentEncoding === 'preserve' && codings.every(canEncode) ? codings : [];

  const limits = expansionLimits(document.limits);
  const layers = new DecodingLayers();
  const [unpack, pack] = isFile ? gzipFileStages(layers.next(limits)) : [];
  const stages: Transform[] = [
    ...(unpack ? [unpack] : []),
    ...[...codings].reverse().map((coding) => createDecoder(coding, layers.next(limits))),
    new CoreStream(object),
    ...encoded.map((coding) => createEncoder(coding)),
    ...(pack ? [pack] : []),
  ];
  const stream = joined(stages);
  if (options.signal) abortWith(stream, options.signal);
  return {
    stream,
    contentEncoding: encoded.length === 0 ? undefined : encoded.join(', '),
    get counts() {
      return session.counts;
    },
    get treatment() {
      return object.treatment;
    },
    get unmatchedFields() {
      return object.unmatchedFields;
    },
  };
}

/** Redacts one object as a pair of web streams. */
export function redactWebStream(
  policy: CompiledPolicy,
  description: ObjectDescription = {},
  options: StreamOptions = {},
): WebRedaction {
  const codings = parseContentEncoding(description.contentEncoding);
  if (codings.length > 0 || isGzipFile(description)) {
    const redaction = redactStream(policy, description, options);
    const { readable, writable } = Duplex.toWeb(redaction.stream);
    return {
      readable,
      writable,
      contentEncoding: redaction.contentEncoding,
      get counts() {
        return redaction.counts;
      },
      get treatment() {
        return redaction.treatment;
      },
      get unmatchedFields() {
        return redaction.unmatchedFields;
      },
    };
  }
  const session = policy.session(options);
  const object = new ObjectTransform(policy, session, description);
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>({
    start(controller) {
      options.signal?.throwIfAborted();
      options.signal?.addEventListener('abort', () => controller.error(options.signal!.reason), { once: true });
    },
    transform(chunk, controller) {
      for (const part of object.push(chunk)) controller.enqueue(part);
    },
    flush(controller) {
      for (const part of object.end()) controller.enqueue(part);
    },
  });
  return {
    readable,
    writable,
    contentEncoding: undefined,
    get counts() {
      return session.counts;
    },
    get treatment() {
      return object.treatment;
    },
    get unmatchedFields() {
      return object.unmatchedFields;
    },
  };
}

/** The synchronous core as a Node stream. */
class CoreStream extends Transform {
  constructor(private readonly core: ByteTransform) {
    super();
  }

  public override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.emitting(done, () => this.core.push(chunk));
  }

  public override _flush(done: TransformCallback): void {
    this.emitting(done, () => this.core.end());
  }

  private emitting(done: TransformCallback, produce: () => Uint8Array[]): void {
    let parts: Uint8Array[];
    try {
      parts = produce();
    } catch (error) {
      return done(error as Error);
    }
    for (const part of parts) this.push(part);
    done();
  }
}

function expansionLimits(limits: Limits | undefined): ExpansionLimits {
  return {
    expansionRatio: limits?.expansionRatio ?? DEFAULT_EXPANSION_RATIO,
    decodedBytes: limits?.decodedBytes ?? DEFAULT_DECODED_BYTES,
  };
}

/** One duplex stream from several; an error or the destruction of one is that of all. */
function joined(stages: readonly Transform[]): Duplex {
  if (stages.length === 1) return stages[0];
  const first = stages[0];
  const last = stages[stages.length - 1];
  const whole = new Duplex({
    write: (chunk: Buffer, encoding, done) => first.write(chunk, encoding, (error) => done(error)),
    final: (done) => {
      first.end();
      done();
    },
    read: () => void last.resume(),
    destroy: (error, done) => {
      for (const stage of stages) stage.destroy(error ?? undefined);
      done(error);
    },
  });
  last.on('data', (chunk: Buffer) => {
    if (!whole.push(chunk)) last.pause();
  });
  last.on('end', () => whole.push(null));
  pipeline(stages, (error) => {
    if (error) whole.destroy(error);
  });
  return whole;
}

function abortWith(stream: Duplex, signal: AbortSignal): void {
  const abort = () => {
    stream.destroy(signal.reason instanceof Error ? signal.reason : new Error('the redaction was aborted'));
  };
  if (signal.aborted) {
    abort();
    return;
  }
  signal.addEventListener('abort', abort, { once: true });
  stream.once('close', () => signal.removeEventListener('abort', abort));
}
