import { callerOf, type ObjectLambdaEvent, userRequest } from './event';
import { presignedOrigin } from './origin';
import { writeAnswer, writeError } from './write-response';
import { whole } from '../aws/http';
import type { ObjectLambdaPayload } from '../contract';
import { before, Deadline, type LambdaContext } from '../deadline';
import { checkListing, viewListing } from '../listing';
import { Observation, type Write } from '../observe';
import { S3Error, s3ErrorOf, errorFromS3 } from '../s3-error';
import { serve } from '../serve';
import type { Settings } from '../settings';
import { ContentLengthCache, type View } from '../view-request';

/** To tell S3 of a failure once the deadline came. */
const LAST_WORDS_MS = 1000;
const MAX_LISTING_BYTES = 16 << 20;

/** What the function gives back: for HEAD and LIST the answer itself, for GET nothing that anybody reads. */
export interface HandlerResult {
  readonly statusCode: number;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly listResultXml?: string;
}

/** S3 Object Lambda: GetObject, HeadObject, ListObjects, ListObjectsV2. */
export class ObjectLambdaHandler {
  private readonly lengths = new ContentLengthCache();

  constructor(
    private readonly settings: Settings,
    private readonly env: NodeJS.ProcessEnv = process.env,
    private readonly write?: Write,
  ) {}

  public async handle(event: ObjectLambdaEvent, context: LambdaContext): Promise<HandlerResult> {
    const operation = event.getObjectContext ? 'GetObject' : event.headObjectContext ? 'HeadObject' : 'ListObjects';
    const name = viewName(event);
    const observation = new Observation(operation, name ?? '', context.awsRequestId, this.env, this.write);
    const deadline = new Deadline(context, this.settings.document.limits?.deadlineMarginMs);
    try {
      if (event.getObjectContext) return await this.get(event, event.getObjectContext, name, deadline, observation);
      if (event.headObjectContext) {
        return await this.head(event, event.headObjectContext.inputS3Url, name, deadline, observation);
      }
      const list = event.listObjectsV2Context ?? event.listObjectsContext;
      if (list) return await this.list(event, list.inputS3Url, name, deadline, observation);
      throw new S3Error(
        400,
        'NotImplemented',
        'the event is none of GetObject, HeadObject, ListObjects, ListObjectsV2',
      );
    } finally {
      deadline.clear();
    }
  }

  private async get(
    event: ObjectLambdaEvent,
    to: NonNullable<ObjectLambdaEvent['getObjectContext']>,
    name: string | undefined,
    deadline: Deadline,
    observation: Observation,
  ): Promise<HandlerResult> {
    let sent = false;
    try {
      const request = userRequest(event);
      const view = await before(deadline.signal, this.view(name));
      const { limits } = this.settings.document;
      const answer = await serve(
        view,
        { method: 'GET', caller: callerOf(event), ...request },
        presignedOrigin(this.settings.aws, to.inputS3Url, request, limits),
        {
          limits,
          lengths: this.lengths,
          report: observation,
          signal: deadline.signal,
          now: new Date(),
        },
      );
      sent = true;
      await writeAnswer(this.settings.aws, to, answer, deadline.signal);
      observation.done(answer.status);
      return { statusCode: answer.status };
    } catch (error) {
      // The token counts once: what has begun can only be cut off.
      if (sent) {
        observation.failed(error, true);
        throw s3ErrorOf(error);
      }
      const failure = s3ErrorOf(error);
      await writeError(this.settings.aws, to, failure, AbortSignal.timeout(LAST_WORDS_MS));
      if (failure.status === 304) observation.done(304);
      else observation.failed(error, false);
      return { statusCode: failure.status };
    }
  }

  private async head(
    event: ObjectLambdaEvent,
    inputS3Url: string,
    name: string | undefined,
    deadline: Deadline,
    observation: Observation,
  ): Promise<HandlerResult> {
    try {
      const request = userRequest(event);
      const view = await before(deadline.signal, this.view(name));
      if (view.document.features && !view.document.features.includes('head')) {
        throw new S3Error(405, 'MethodNotAllowed', 'This view has no HEAD.');
      }
      const { limits } = this.settings.document;
      const answer = await serve(
        view,
        { method: 'HEAD', caller: callerOf(event), ...request },
        presignedOrigin(this.settings.aws, inputS3Url, request, limits),
        {
          limits,
          lengths: this.lengths,
          report: observation,
          signal: deadline.signal,
          now: new Date(),
        },
      );
      observation.done(answer.status);
      return { statusCode: answer.status, ...split(answer.headers) };
    } catch (error) {
      return refused(error, observation);
    }
  }

  private async list(
    event: ObjectLambdaEvent,
    inputS3Url: string,
    name: string | undefined,
    deadline: Deadline,
    observation: Observation,
  ): Promise<HandlerResult> {
    try {
      const request = userRequest(event);
      const view = await before(deadline.signal, this.view(name));
      checkListing(view, request.query);
      // What S3 is asked decides: it tells "prefix" from "Prefix", and one of two from the other.
      const prefixes = new URL(inputS3Url).searchParams.getAll('prefix');
      for (const prefix of prefixes.length > 0 ? prefixes : ['']) checkListing(view, { prefix });
      const message = await presignedOrigin(this.settings.aws, inputS3Url, request, this.settings.document.limits).open(
        {},
        deadline.signal,
        'GET',
      );
      const body = (await whole(message, MAX_LISTING_BYTES)).toString();
      if (message.statusCode !== 200) throw errorFromS3(message.statusCode!, body);
      const call = { view: view.name, key: '', caller: callerOf(event), now: new Date(), signal: deadline.signal };
      const listResultXml = viewListing(body, view, await listVaries(view, call));
      observation.done(200);
      return { statusCode: 200, listResultXml };
    } catch (error) {
      return refused(error, observation);
    }
  }

  private async view(name: string | undefined): Promise<View> {
    if (name === undefined) {
      throw new S3Error(500, 'InternalError', 'the configuration of the access point names no view in its payload');
    }
    return this.settings.view(name);
  }
}

/** A watermark may ask for what this request does not tell; its objects are refused by GET, not the listing. */
async function listVaries(
  { chain }: View,
  call: Parameters<View['chain']['variesBy']>[0],
): Promise<string | undefined> {
  const state = await chain.state(call.signal);
  if (state === undefined) return undefined;
  try {
    return chain.variesBy(call) + state;
  } catch {
    return state;
  }
}

/** The payload is a text of the access point's owner. */
function viewName(event: ObjectLambdaEvent): string | undefined {
  try {
    const { view } = JSON.parse(event.configuration?.payload ?? '{}') as Partial<ObjectLambdaPayload>;
    return typeof view === 'string' ? view : undefined;
  } catch {
    return undefined;
  }
}

const META = 'x-amz-meta-';

/** S3 takes metadata by their own names. */
function split(headers: Readonly<Record<string, string>>): Pick<HandlerResult, 'headers' | 'metadata'> {
  const entries = Object.entries(headers);
  return {
    headers: Object.fromEntries(entries.filter(([name]) => !name.startsWith(META))),
    metadata: Object.fromEntries(
      entries.filter(([name]) => name.startsWith(META)).map(([name, value]) => [name.slice(META.length), value]),
    ),
  };
}

function refused(error: unknown, observation: Observation): HandlerResult {
  const failure = s3ErrorOf(error);
  if (failure.status === 304) observation.done(304);
  else observation.failed(error, false);
  return {
    statusCode: failure.status,
    ...(failure.status === 304 ? {} : { errorCode: failure.code, errorMessage: failure.message }),
    headers: failure.headers,
  };
}
