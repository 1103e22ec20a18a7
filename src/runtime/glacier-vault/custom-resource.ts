/** CloudFormation's side of a custom resource: one request, one answer, whatever happens in between. */

/** The request as CloudFormation sends it. */
export interface CustomResourceEvent<P> {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly RequestId: string;
  readonly StackId: string;
  readonly LogicalResourceId: string;
  readonly ResponseURL: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: P;
  readonly OldResourceProperties?: P;
}

/** What is made, changed and removed. Every step must be safe to repeat from the beginning. */
export interface CustomResource<P> {
  /** The id by which CloudFormation knows it; another id than before replaces it. */
  idOf(properties: P): string;
  /** @param before the properties until now, where the same thing had some */
  apply(properties: P, before?: P): Promise<Readonly<Record<string, string>>>;
  remove(id: string): Promise<void>;
}

/** All that the handler has of the outside, so that tests can stand in for it. */
export interface Dependencies {
  /** Sends the answer to the URL that CloudFormation signed. */
  answer(url: string, body: string): Promise<void>;
  sleep(milliseconds: number): Promise<void>;
  /** From 0 to 1. */
  random(): number;
  log(line: string): void;
}

/** What is used of what Lambda tells. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

/** Something is wrong that no repetition makes right. */
export class PermanentError extends Error {}

/** What a creation that failed is known as: CloudFormation asks to delete it, and nothing is. */
export const NEVER_CREATED = 'strongbox:never-created';

/** CloudFormation takes 4,096 bytes of an answer. */
const LONGEST_REASON = 2_000;
/** Time that is left for the answer itself. */
const RESERVE_MS = 20_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 20_000;
/** A role that was made a moment ago has its rights everywhere after some seconds. */
const ATTEMPTS_UNTIL_RIGHTS_ARE_REFUSED = 6;
const ATTEMPTS_TO_ANSWER = 4;

const TRANSIENT_NAMES =
  /^(Throttling|ThrottlingException|TooManyRequestsException|RequestLimitExceeded|RequestTimeout|RequestTimeoutException|ServiceUnavailableException|InternalServerError|TimeoutError|NetworkingError)$/;
const TRANSIENT_CODES = /^(ECONNRESET|ECONNREFUSED|ECONNABORTED|EPIPE|ETIMEDOUT|EAI_AGAIN|ENOTFOUND)$/;
const RIGHTS_NAMES = /^(AccessDenied|AccessDeniedException|UnrecognizedClientException)$/;

/**
 * The handler of a custom resource. An attempt that fails for a moment, or of which nobody knows whether it took
 * effect, is made again as a whole: the steps read the state first.
 */
export function customResource<P>(resource: CustomResource<P>, dependencies: Dependencies) {
  return async (event: CustomResourceEvent<P>, context: LambdaContext): Promise<void> => {
    const { RequestType, RequestId, StackId, LogicalResourceId, PhysicalResourceId } = event;
    const send = (answer: object) =>
      answered(dependencies, event.ResponseURL, JSON.stringify({ RequestId, StackId, LogicalResourceId, ...answer }));
    dependencies.log(`${RequestType} ${LogicalResourceId} ${PhysicalResourceId ?? ''} ${RequestId}`);
    let success: object;
    try {
      success = await patiently(() => handle(resource, event), dependencies, context);
    } catch (error) {
      const { name, message } = error as Error;
      const reason = error instanceof PermanentError ? message : `${name}: ${message}`;
      dependencies.log(`FAILED ${reason}`);
      // What failed to change is what it was; what failed to be made is nothing that could be deleted.
      await send({
        Status: 'FAILED',
        Reason: reason.slice(0, LONGEST_REASON),
        PhysicalResourceId: PhysicalResourceId ?? NEVER_CREATED,
      });
      return;
    }
    await send({ Status: 'SUCCESS', ...success });
  };
}

async function handle<P>(resource: CustomResource<P>, event: CustomResourceEvent<P>): Promise<object> {
  const {
    RequestType,
    PhysicalResourceId: id = NEVER_CREATED,
    ResourceProperties: wanted,
    OldResourceProperties: before,
  } = event;
  if (RequestType === 'Delete') {
    if (id !== NEVER_CREATED) await resource.remove(id);
    return { PhysicalResourceId: id };
  }
  const isSame = RequestType === 'Update' && before !== undefined && resource.idOf(before) === resource.idOf(wanted);
  const Data = await resource.apply(wanted, isSame ? before : undefined);
  return { PhysicalResourceId: resource.idOf(wanted), Data };
}

async function patiently<T>(attempt: () => Promise<T>, dependencies: Dependencies, context: LambdaContext): Promise<T> {
  for (let made = 1; ; made++) {
    try {
      return await attempt();
    } catch (error) {
      const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (made - 1)) * (0.5 + dependencies.random() / 2);
      if (!mayPass(error as AwsError, made) || context.getRemainingTimeInMillis() - pause < RESERVE_MS) throw error;
      dependencies.log(`attempt ${made}: ${(error as Error).name}: ${(error as Error).message}`);
      await dependencies.sleep(pause);
    }
  }
}

interface AwsError extends Error {
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

function mayPass(error: AwsError, attempts: number): boolean {
  if (error instanceof PermanentError) return false;
  if (RIGHTS_NAMES.test(error.name)) return attempts < ATTEMPTS_UNTIL_RIGHTS_ARE_REFUSED;
  const status = error.$metadata?.httpStatusCode ?? 0;
  return status === 429 || status >= 500 || TRANSIENT_NAMES.test(error.name) || TRANSIENT_CODES.test(error.code ?? '');
}

/** @throws so that Lambda runs the request again, where nobody could be told */
async function answered(dependencies: Dependencies, url: string, body: string): Promise<void> {
  for (let made = 1; ; made++) {
    try {
      return await dependencies.answer(url, body);
    } catch (error) {
      dependencies.log(`answer, attempt ${made}: ${(error as Error).message}`);
      if (made === ATTEMPTS_TO_ANSWER) throw error;
      await dependencies.sleep(FIRST_PAUSE_MS * made);
    }
  }
}
