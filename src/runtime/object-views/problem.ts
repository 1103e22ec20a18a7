import { RedactionError } from '../redaction/errors';
import { TransformError } from '../transforms/errors';

/** The statuses that S3 takes from a function. */
export const STATUSES = new Set([200, 206, 304, 400, 401, 403, 404, 405, 409, 411, 412, 416, 500, 503]);
const CODE = /^[A-Z][a-zA-Z]+$/;

/** An answer without the object: its status, and S3's code and message. */
export class Problem extends Error {
  public readonly code: string;

  /** @param foreign the message is that of S3, which may name keys and principals: for the caller, never for a log */
  constructor(
    public readonly status: number, code: string, message: string, public readonly headers: Readonly<Record<string, string>> = {},
    public readonly foreign = false,
  ) {
    super(message);
    this.name = 'Problem';
    this.code = CODE.test(code) ? code : 'InternalError';
  }
}

/** What is told of a failure. Only messages of our own are: any other may hold a part of the object. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof TransformError && error.retriable) return new Problem(503, error.code, error.message);
  // The same object fails again: 400 keeps clients from trying.
  if (error instanceof RedactionError) return new Problem(400, error.code, error.message);
  const { code } = (error ?? {}) as { code?: unknown };
  if (typeof code === 'string' && /^(E[A-Z]+|ERR_STREAM_PREMATURE_CLOSE|ABORT_ERR)$/.test(code)) {
    return new Problem(503, 'ServiceUnavailable', `the original could not be read (${code})`);
  }
  return new Problem(500, 'InternalError', 'the view could not be made');
}

/** S3's own answer: its code and message from the XML, and never more of it. */
export function problemOfS3(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Problem {
  // Codes of KMS have a dot, which an answer of a function cannot have.
  const code = /<Code>([A-Za-z.]{1,64})<\/Code>/.exec(body)?.[1].replace(/\./g, '') ?? CODE_OF_STATUS[status] ?? 'InternalError';
  const message = /<Message>([^<]{1,1024})<\/Message>/.exec(body)?.[1].replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => ENTITIES[name]);
  const allowed = STATUSES.has(status) ? status : status === 429 ? 503 : status >= 500 ? 500 : 400;
  return new Problem(allowed, code, message ?? code, headers, message !== undefined);
}

/** The refusal of a read by our own rights: which role lacks which right on what is nothing for the caller. */
export function withoutNames(problem: Problem): Problem {
  return problem.status === 403 ? new Problem(403, problem.code, 'Access Denied', problem.headers) : problem;
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const CODE_OF_STATUS: Record<number, string | undefined> = {
  304: 'NotModified', 400: 'BadRequest', 403: 'AccessDenied', 404: 'NoSuchKey', 405: 'MethodNotAllowed', 412: 'PreconditionFailed', 416: 'InvalidRange', 503: 'SlowDown',
};
