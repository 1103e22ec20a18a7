import { RedactionError } from '../redaction/errors';
import { TransformError } from '../transforms/errors';

/** The statuses that S3 takes from a function. */
export const STATUSES = new Set([200, 206, 304, 400, 401, 403, 404, 405, 409, 411, 412, 416, 500, 503]);
const CODE = /^[A-Z][a-zA-Z]+$/;

/** An answer without the object: its status, and S3's code and message. */
export class S3Error extends Error {
  public readonly code: string;

  /** @param foreign the message is that of S3, which may name keys and principals: for the caller, never for a log */
  constructor(
    public readonly status: number,
    code: string,
    message: string,
    public readonly headers: Readonly<Record<string, string>> = {},
    public readonly foreign = false,
  ) {
    super(message);
    this.name = 'S3Error';
    this.code = CODE.test(code) ? code : 'InternalError';
  }
}

/** What is told of a failure. Only messages of our own are: any other may hold a part of the object. */
export function s3ErrorOf(error: unknown): S3Error {
  if (error instanceof S3Error) return error;
  if (error instanceof TransformError && error.retriable) return new S3Error(503, error.code, error.message);
  // The same object fails again: 400 keeps clients from trying.
  if (error instanceof RedactionError) return new S3Error(400, error.code, error.message);
  const { code } = (error ?? {}) as { code?: unknown };
  if (typeof code === 'string' && /^(E[A-Z]+|ERR_STREAM_PREMATURE_CLOSE|ABORT_ERR)$/.test(code)) {
    return new S3Error(503, 'ServiceUnavailable', `the original could not be read (${code})`);
  }
  return new S3Error(500, 'InternalError', 'the view could not be made');
}

/** S3's own answer: its code and message from the XML, and never more of it. */
export function errorFromS3(status: number, body: string, headers: Readonly<Record<string, string>> = {}): S3Error {
  // Codes of KMS have a dot, which an answer of a function cannot have.
  const code =
    /<Code>([A-Za-z.]{1,64})<\/Code>/.exec(body)?.[1].replace(/\./g, '') ?? CODE_OF_STATUS[status] ?? 'InternalError';
  const message = /<Message>([^<]{1,1024})<\/Message>/
    .exec(body)?.[1]
    .replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => ENTITIES[name]);
  const allowed = STATUSES.has(status) ? status : status === 429 ? 503 : status >= 500 ? 500 : 400;
  return new S3Error(allowed, code, message === undefined ? code : withoutIds(message), headers, message !== undefined);
}

/** ARNs and account ids are names of the owner's own: KMS tells that of a key which is disabled. */
function withoutIds(message: string): string {
  return message.replace(/\barn:[^\s"'<>()]+/g, '(an ARN)').replace(/\b\d{12}\b/g, '(an account)');
}

/** The refusal of a read by our own rights: which role lacks which right on what is nothing for the caller. */
export function withoutNames(failure: S3Error): S3Error {
  return failure.status === 403 ? new S3Error(403, failure.code, 'Access Denied', failure.headers) : failure;
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const CODE_OF_STATUS: Record<number, string | undefined> = {
  304: 'NotModified',
  400: 'BadRequest',
  403: 'AccessDenied',
  404: 'NoSuchKey',
  405: 'MethodNotAllowed',
  412: 'PreconditionFailed',
  416: 'InvalidRange',
  503: 'SlowDown',
};
