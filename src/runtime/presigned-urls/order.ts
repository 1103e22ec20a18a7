import { MAX_SECONDS, type IssuerSettings, type Operation, type UploadRule } from './contract';
import { HttpError } from './http-error';

/** What a caller asks for, checked against everything but the key and the life of the credentials. */
export interface Order {
  readonly operation: Operation;
  readonly name: unknown;
  readonly seconds: number;
  readonly upload?: Upload;
}

/** What an upload will carry. */
export interface Upload {
  readonly rule: UploadRule;
  readonly contentType: string;
  /** Exact size of a PUT; a form is bounded by the rule. */
  readonly bytes?: number;
  readonly checksumSha256: string;
}

const FIELDS: Record<Operation, readonly string[]> = {
  get: ['operation', 'key', 'expiresIn'],
  put: ['operation', 'key', 'expiresIn', 'contentType', 'size', 'checksumSha256'],
  post: ['operation', 'key', 'expiresIn', 'contentType', 'checksumSha256'],
};
const CONTENT_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*(?:; ?charset=utf-8)?$/i;

/** @throws HttpError */
export function orderOf(body: string | undefined, settings: IssuerSettings): Order {
  const asked = parse(body);
  const operation = (Object.keys(settings.operations) as Operation[]).find((allowed) => allowed === asked.operation);
  if (operation === undefined) {
    throw refused(`"operation" must be one of ${Object.keys(settings.operations).join(', ')}`);
  }
  const extra = Object.keys(asked).find((field) => !FIELDS[operation].includes(field));
  if (extra !== undefined) {
    throw refused(`"${extra.slice(0, 40)}" is no field of ${operation}; these are ${FIELDS[operation].join(', ')}`);
  }
  const rule = operation === 'get' ? undefined : settings.operations[operation];
  return {
    operation,
    name: asked.key,
    seconds: secondsOf(asked.expiresIn, settings),
    ...(rule ? { upload: uploadOf(asked, operation, rule) } : {}),
  };
}

function parse(body: string | undefined): Record<string, unknown> {
  let asked: unknown;
  try {
    asked = JSON.parse(body ?? '');
  } catch {
    throw refused('the body must be JSON');
  }
  if (typeof asked !== 'object' || asked === null || Array.isArray(asked)) {
    throw refused('the body must be a JSON object');
  }
  return asked as Record<string, unknown>;
}

function secondsOf(asked: unknown, { maximumSeconds }: IssuerSettings): number {
  const seconds = asked ?? maximumSeconds;
  if (typeof seconds !== 'number' || !Number.isInteger(seconds) || seconds < 1) {
    throw refused('"expiresIn" must be whole seconds, 1 or more');
  }
  if (seconds > MAX_SECONDS) {
    throw refused(`"expiresIn" must be ${MAX_SECONDS} seconds (seven days) at most, the limit of signature version 4`);
  }
  if (seconds > maximumSeconds) {
    throw refused(`"expiresIn" must be ${maximumSeconds} seconds at most: this issuer signs nothing longer`);
  }
  return seconds;
}

function uploadOf(
  { contentType, size, checksumSha256 }: Record<string, unknown>,
  operation: Operation,
  rule: UploadRule,
): Upload {
  if (
    typeof contentType !== 'string' ||
    !CONTENT_TYPE.test(contentType) ||
    !rule.contentTypes.some((allowed) => matches(contentType, allowed))
  ) {
    throw refused(`"contentType" must be one of ${rule.contentTypes.join(', ')}`);
  }
  if (
    typeof checksumSha256 !== 'string' ||
    !/^[A-Za-z0-9+/]{43}=$/.test(checksumSha256) ||
    Buffer.from(checksumSha256, 'base64').toString('base64') !== checksumSha256
  ) {
    throw refused('"checksumSha256" must be the SHA-256 of the content, 32 bytes in Base64');
  }
  if (operation === 'post') return { rule, contentType, checksumSha256 };
  if (typeof size !== 'number' || !Number.isInteger(size) || size < rule.minimumBytes || size > rule.maximumBytes) {
    throw refused(`"size" must be ${rule.minimumBytes} to ${rule.maximumBytes} bytes`);
  }
  return { rule, contentType, checksumSha256, bytes: size };
}

function matches(contentType: string, allowed: string): boolean {
  const [type] = contentType.toLowerCase().split(';');
  const wanted = allowed.toLowerCase();
  return wanted.endsWith('/*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
}

function refused(why: string): HttpError {
  return new HttpError(400, `${why[0].toUpperCase()}${why.slice(1)}.`);
}
