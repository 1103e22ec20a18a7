import type { Writable } from 'node:stream';
import { CallerAuthorizer } from './callers';
import type { Caller } from '../../custom-transform';
import { SpecError, TransformError } from '../../transforms/errors';
import { drained } from '../aws/http';
import { ownOrigin } from '../aws/s3-origin';
import type { ViewDocument } from '../contract';
import { copyKey, COPY_ETAG } from '../copy/copier';
import { before, Deadline, type LambdaContext } from '../deadline';
import { normalized } from '../headers';
import { checkListing, viewListing } from '../listing';
import { Observation, type Write } from '../observe';
import { S3Error, s3ErrorOf, errorFromS3, withoutNames } from '../s3-error';
import { serve } from '../serve';
import type { Settings } from '../settings';
import { type Answer, ContentLengthCache } from '../view-request';

/** What Lambda streams at most. */
const DEFAULT_RESPONSE_BYTES = 200e6;
const DEFAULT_CACHE_CONTROL = 'private, no-store';
const REDIRECT_SECONDS = 300;

/** A function URL's event, payload format 2.0. */
export interface FunctionUrlEvent {
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly requestContext: {
    readonly http: { readonly method: string };
    readonly authorizer?: { readonly iam?: { readonly userArn?: string } };
  };
}

/** Sends the head of the answer and gives the stream of its body. */
export type Respond = (status: number, headers: Readonly<Record<string, string>>) => Writable;

/**
 * A function URL: `/VIEW/KEY`, and `/VIEW?list-type=2`. The paths and answers are S3's, so that its clients can be
 * used.
 */
export class EndpointHandler {
  private readonly lengths = new ContentLengthCache();
  private readonly authorizers = new Map<string, CallerAuthorizer>();

  constructor(
    private readonly settings: Settings,
    private readonly env: NodeJS.ProcessEnv = process.env,
    private readonly write?: Write,
  ) {}

  public async handle(event: FunctionUrlEvent, respond: Respond, context: LambdaContext): Promise<void> {
    const { method } = event.requestContext.http;
    const { view: name, key } = placeOf(event.rawPath);
    // A name that anybody makes up would be a metric of its own.
    const known = this.settings.viewDocument(name) ? name : '';
    const observation = new Observation(
      key === '' ? 'ListObjects' : method === 'HEAD' ? 'HeadObject' : 'GetObject',
      known,
      context.awsRequestId,
      this.env,
      this.write,
    );
    const deadline = new Deadline(context, this.settings.document.limits?.deadlineMarginMs);
    let out: Writable | undefined;
    try {
      const answer = await this.answer(event, name, key, deadline, observation);
      out = respond(answer.status, answer.headers);
      await this.send(answer, out, deadline);
      observation.done(answer.status);
    } catch (error) {
      if (out) {
        observation.failed(error, true);
        const failure = s3ErrorOf(error);
        // Cut off: an end would make what was sent pass for the whole object.
        out.destroy(failure);
        throw failure;
      }
      const failure = s3ErrorOf(error);
      if (failure.status === 304) observation.done(304);
      else observation.failed(error, false);
      const body = failure.status === 304 || method === 'HEAD' ? '' : errorXml(failure);
      respond(failure.status, {
        ...failure.headers,
        ...(body === '' ? {} : { 'content-type': 'application/xml' }),
        'content-length': String(Buffer.byteLength(body)),
        'cache-control': DEFAULT_CACHE_CONTROL,
      }).end(body);
    } finally {
      deadline.clear();
    }
  }

  private async answer(
    event: FunctionUrlEvent,
    name: string,
    key: string,
    deadline: Deadline,
    observation: Observation,
  ): Promise<Answer> {
    const { method } = event.requestContext.http;
    const document = this.settings.viewDocument(name);
    // Nobody learns which views there are without being let in.
    if (!document) throw new S3Error(403, 'AccessDenied', 'Access Denied');
    const headers = normalized(event.headers);
    const caller = await this.authorizer(name).admit({
      iamArn: event.requestContext.authorizer?.iam?.userArn,
      headers,
    });
    if (method !== 'GET' && method !== 'HEAD') {
      throw new S3Error(405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.', {
        allow: 'GET, HEAD',
      });
    }
    const query = Object.fromEntries(
      [...new URLSearchParams(event.rawQueryString)].map(([each, value]) => [each.toLowerCase(), value]),
    );
    if (key === '') return this.list(name, query, caller, deadline);
    if (method === 'HEAD' && document.features && !document.features.includes('head')) {
      throw new S3Error(405, 'MethodNotAllowed', 'This view has no HEAD.');
    }

    const view = await before(deadline.signal, this.settings.view(name));
    const { limits } = this.settings.document;
    const origin = ownOrigin(this.settings.aws, this.source(), key, query.versionid, limits);
    const answer = await serve(view, { method, key, caller, headers, query, mayMeasure: true }, origin, {
      limits,
      lengths: this.lengths,
      report: observation,
      signal: deadline.signal,
      now: new Date(),
    });
    const most = limits?.responseBytes ?? DEFAULT_RESPONSE_BYTES;
    if (answer.body && Number(answer.headers['content-length'] ?? 0) > most) {
      // Nothing of it will be read.
      await answer.body[Symbol.asyncIterator]().return?.();
      return this.larger(name, key, answer, deadline.signal);
    }
    return {
      ...answer,
      headers: { 'cache-control': cacheControl(document, caller), ...withoutCacheControl(answer.headers) },
    };
  }

  private authorizer(name: string): CallerAuthorizer {
    let authorizer = this.authorizers.get(name);
    if (!authorizer) {
      this.authorizers.set(
        name,
        (authorizer = new CallerAuthorizer(this.settings.viewDocument(name)!.callers, this.settings)),
      );
    }
    return authorizer;
  }

  private source(): string {
    const { bucket, readThrough } = this.settings.document;
    const from = readThrough ?? bucket;
    if (from === undefined) {
      throw new SpecError(
        '"bucket" is missing in the views document, the endpoint reads the originals from it; name it',
      );
    }
    return this.settings.value(from);
  }

  private async list(
    name: string,
    query: Readonly<Record<string, string>>,
    caller: Caller,
    deadline: Deadline,
  ): Promise<Answer> {
    const view = await before(deadline.signal, this.settings.view(name));
    checkListing(view, query);
    const { aws } = this.settings;
    const asked: Record<string, string> = { 'list-type': '2' };
    for (const [parameter, of] of LIST_PARAMETERS) if (query[of] !== undefined) asked[parameter] = query[of];
    const url = aws.objectUrl(this.source(), '', asked);
    const { status, body } = await aws.s3('GET', url, {}, '', deadline.signal);
    if (status !== 200) throw withoutNames(errorFromS3(status, body.toString()));
    const call = { view: name, key: '', caller, now: new Date(), signal: deadline.signal };
    const state = await view.chain.state(deadline.signal);
    const varies = state === undefined ? undefined : view.chain.variesBy(call) + state;
    const text = Buffer.from(viewListing(body.toString(), view, varies, name));
    return {
      status: 200,
      headers: {
        'content-type': 'application/xml',
        'content-length': String(text.length),
        'cache-control': DEFAULT_CACHE_CONTROL,
      },
      body: only(text),
    };
  }

  /** A copy that was made of the same original by the same chain is the same view. */
  private async larger(name: string, key: string, answer: Answer, signal: AbortSignal): Promise<Answer> {
    const { copy } = this.settings.document;
    const { etag } = answer.headers;
    if (copy && copy.view === name && etag !== undefined) {
      const { aws } = this.settings;
      const url = aws.objectUrl(this.settings.value(copy.bucket), copyKey(copy, key));
      const { status, headers } = await aws.s3('HEAD', url, {}, '', signal);
      if (status === 200 && headers[COPY_ETAG] === etag) {
        return {
          status: 307,
          headers: {
            location: aws.presign(url, REDIRECT_SECONDS).href,
            'content-length': '0',
            'cache-control': 'no-store',
          },
        };
      }
    }
    throw new S3Error(
      400,
      'EntityTooLarge',
      'The view of this object is larger than the endpoint can stream; read it from the copies, where there are any.',
    );
  }

  private async send({ body }: Answer, out: Writable, deadline: Deadline): Promise<void> {
    const most = this.settings.document.limits?.responseBytes ?? DEFAULT_RESPONSE_BYTES;
    let sent = 0;
    let gone = false;
    const onClose = () => {
      if (out.writableFinished) return;
      gone = true;
      deadline.abort(new TransformError('ClientGone', 'the caller went away'));
    };
    out.once('close', onClose).once('error', onClose);
    for await (const chunk of body ?? []) {
      sent += chunk.length;
      if (sent > most) throw new S3Error(400, 'EntityTooLarge', 'the view is larger than the endpoint can stream');
      if (!out.write(chunk)) await drained(out);
      if (gone) throw new TransformError('ClientGone', 'the caller went away');
    }
    await new Promise<void>((resolve, reject) => {
      out.once('error', reject);
      out.end(() => resolve());
    });
  }
}

const LIST_PARAMETERS: ReadonlyArray<readonly [parameter: string, of: string]> = [
  ['prefix', 'prefix'],
  ['delimiter', 'delimiter'],
  ['max-keys', 'max-keys'],
  ['continuation-token', 'continuation-token'],
  ['start-after', 'start-after'],
  ['encoding-type', 'encoding-type'],
];

/**
 * Not "private", which CloudFront would keep from its own cache, too: its key has the token. Without a token nothing is
 * kept.
 */
function cacheControl({ cacheSeconds = 0 }: ViewDocument, { claims }: Caller): string {
  const left = typeof claims?.exp === 'number' ? Math.floor(claims.exp - Date.now() / 1000) : 0;
  const seconds = Math.min(cacheSeconds, left);
  return seconds > 0 ? `max-age=${seconds}` : DEFAULT_CACHE_CONTROL;
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function placeOf(rawPath: string): { readonly view: string; readonly key: string } {
  const [, view = '', ...rest] = rawPath.split('/');
  try {
    return { view, key: decodeURIComponent(rest.join('/')) };
  } catch {
    return { view: '', key: '' };
  }
}

/** The original's is for those who may read the original. */
function withoutCacheControl({
  'cache-control': _,
  ...headers
}: Readonly<Record<string, string>>): Record<string, string> {
  return headers;
}

function errorXml({ code, message }: S3Error): string {
  const escaped = message.replace(/[&<>]/g, (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[character]!);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${escaped}</Message></Error>`;
}
