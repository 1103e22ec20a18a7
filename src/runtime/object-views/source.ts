import type { IncomingMessage } from 'node:http';
import { whole } from './aws/http';
import { Verifier } from './checksum';
import { before } from './deadline';
import { normalized } from './headers';
import { errorFromS3, S3Error, withoutNames } from './s3-error';
import type { RequestContext } from './view-request';
import type { Pipeline } from '../transforms/chain';
import { TransformError } from '../transforms/errors';
import type { Content } from '../transforms/stage';

const MAX_ERROR_BYTES = 64 << 10;

export async function opened(
  context: RequestContext,
  conditions: Readonly<Record<string, string>>,
  method: 'GET' | 'HEAD',
): Promise<IncomingMessage> {
  const message = await context.origin.open(conditions, context.call.signal, method);
  const status = message.statusCode!;
  if (status === 200) return message;
  const headers = normalized(message.headers);
  if (status === 304 || status === 412) {
    message.destroy();
    throw new S3Error(
      status,
      status === 304 ? 'NotModified' : 'PreconditionFailed',
      status === 304 ? 'Not Modified' : 'At least one of the pre-conditions you specified did not hold',
      dated(headers),
    );
  }
  // A part of the original must not come: it would split what is to be found.
  if (status === 206) {
    message.destroy();
    throw new S3Error(500, 'InternalError', 'the original came in part');
  }
  const body = method === 'HEAD' ? '' : await whole(message, MAX_ERROR_BYTES).then(String, () => '');
  if (method === 'HEAD') message.resume();
  const failure = errorFromS3(status, body, dated(headers));
  throw context.origin.ownRights ? withoutNames(failure) : failure;
}

/** What a reader may know of an object that it does not get. */
export function dated(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    ['last-modified', 'x-amz-delete-marker', 'x-amz-version-id', 'retry-after', 'allow'].flatMap((name) =>
      headers[name] === undefined ? [] : [[name, headers[name]]],
    ),
  );
}

/** The same original once more: another one would not fit the head that was promised. */
export async function reopened(context: RequestContext, originalEtag: string | undefined): Promise<Source> {
  const message = await opened(context, originalEtag === undefined ? {} : { 'if-match': originalEtag }, 'GET');
  const original = normalized(message.headers);
  return new Source(context, message, original, {
    contentType: original['content-type'],
    contentEncoding: original['content-encoding'],
    name: context.request.key,
  });
}

/**
 * The view's bytes: the original through the chain. It ends only when S3 said that the original ended, and all of it
 * was there.
 */
export class Source implements AsyncIterable<Uint8Array> {
  constructor(
    private readonly context: RequestContext,
    private readonly message: IncomingMessage,
    private readonly original: Readonly<Record<string, string>>,
    private readonly content: Content,
  ) {}

  public stop(): void {
    this.message.destroy();
  }

  public async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, undefined> {
    const {
      message,
      context: { view, call, report, limits },
    } = this;
    const verifier = new Verifier(this.original);
    let pipeline: Pipeline | undefined;
    let read = 0;
    let finished = false;
    try {
      pipeline = await before(
        call.signal,
        view.chain.open(this.content, call, (name, by) => report.count(name, by)),
      );
      for await (const part of message) {
        const chunk = part as Buffer;
        read += chunk.length;
        report.bytesIn(chunk.length);
        if (limits.objectBytes !== undefined && read > limits.objectBytes) {
          throw new S3Error(400, 'EntityTooLarge', 'The object is larger than this view serves.');
        }
        call.signal.throwIfAborted();
        verifier.update(chunk);
        yield* until(call.signal, pipeline.push(chunk));
      }
      const declared = this.original['content-length'];
      if (!message.complete || (declared !== undefined && Number(declared) !== read)) {
        throw new TransformError('ServiceUnavailable', 'the original was cut off', true);
      }
      verifier.check();
      call.signal.throwIfAborted();
      yield* until(call.signal, pipeline.end());
      finished = true;
      return undefined;
    } catch (error) {
      // What aborts is the deadline, or a caller that went away; the error that follows from it says less.
      throw call.signal.aborted ? call.signal.reason : error;
    } finally {
      if (!finished) {
        pipeline?.destroy();
        message.destroy();
      }
    }
  }
}

/** What comes until the signal does: a stage that never settles must not keep the deadline from being told. */
async function* until(signal: AbortSignal, pieces: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (;;) {
    const { value, done } = (await before(signal, pieces.next())) as IteratorResult<Uint8Array, undefined>;
    if (done) return;
    yield value;
  }
}
