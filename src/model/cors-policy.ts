import { Token, type Duration } from 'aws-cdk-lib';
import { requireOrigin } from '../input/origin';
import { requireReason } from '../input/reason';
import { validationError } from '../input/validation-error';

/** A method that a page of another origin may use. */
export enum HttpMethod {
  /** Read an object. */
  GET = 'GET',
  /** Read the headers of an object. */
  HEAD = 'HEAD',
  /** Write an object. */
  PUT = 'PUT',
  /** Write an object by a form. */
  POST = 'POST',
  /** Delete an object. */
  DELETE = 'DELETE',
}

const WRITING: string[] = [HttpMethod.PUT, HttpMethod.POST, HttpMethod.DELETE];
const MAX_AGE_LIMIT = 86_400;

/**
 * Headers a page sends to read: ranges, conditions, signatures, the customer's key of SSE-C (all of them `x-amz-`), and
 * what the AWS SDK adds to each of its requests (`amz-sdk-invocation-id`, `amz-sdk-request`).
 */
const READING_HEADERS = [
  'amz-sdk-*',
  'authorization',
  'if-match',
  'if-none-match',
  'if-modified-since',
  'range',
  'x-amz-*',
];
const WRITING_HEADERS = ['cache-control', 'content-disposition', 'content-encoding', 'content-md5', 'content-type'];

interface Rule {
  readonly origins: string[];
  readonly methods: HttpMethod[];
  readonly headers?: string[];
  readonly exposed: string[];
  readonly maxAge?: Duration;
  readonly reasonForAnyOrigin?: string;
}

/**
 * Which pages of other origins a browser lets use the bucket. CORS is enforced by the browser and is no access control:
 * a request still needs a signature and a permission.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
 *
 * @example
 * new SecureBucket(this, 'Assets', {
 *   cors: CorsPolicy.forOrigins('https://www.example.com').allow(HttpMethod.GET, HttpMethod.HEAD),
 * });
 */
export class CorsPolicy {
  /**
   * For pages of these origins.
   *
   * @param origins Each a scheme, a host and, if it is not the default, a port: `https://www.example.com`,
   * `https://*.example.com`. No path, no trailing slash. Plain `http` for `localhost` only.
   */
  public static forOrigins(...origins: string[]): CorsPolicy {
    if (origins.length === 0) {
      throw validationError({
        property: 'origins',
        actual: '[]',
        expected: 'at least one origin',
        hint: 'write for example "https://www.example.com"',
      });
    }
    origins.forEach((origin) => requireOrigin('origins', origin));
    return new CorsPolicy({ origins, methods: [], exposed: ['ETag', 'x-amz-version-id'] });
  }

  /**
   * For pages of any origin, to read only, for a reason that stays in the report.
   *
   * @param reason Who decided it and why, as a sentence for an auditor.
   */
  public static forAnyOrigin(reason: string): CorsPolicy {
    return new CorsPolicy({
      origins: ['*'],
      methods: [],
      exposed: ['ETag'],
      reasonForAnyOrigin: requireReason('CorsPolicy.forAnyOrigin(reason)', reason),
    });
  }

  private constructor(private readonly rule: Rule) {}

  /** The same policy with these methods as well. */
  public allow(...methods: HttpMethod[]): CorsPolicy {
    const writing = methods.filter((method) => WRITING.includes(method));
    if (this.rule.origins.includes('*') && writing.length > 0) {
      throw validationError({
        property: 'methods',
        actual: writing.join(', '),
        expected: 'GET and HEAD for any origin, since every page on the web could write in the name of its visitor',
        hint: 'name the origins with CorsPolicy.forOrigins(...)',
      });
    }
    return this.and({ methods: [...new Set([...this.rule.methods, ...methods])] });
  }

  /**
   * The same policy with exactly these request headers, in place of those that reading (and writing, where allowed)
   * needs, among them the `x-amz-` headers of signatures, checksums and SSE-C.
   *
   * @param headers Names in any case; one `*` in each stands for anything.
   */
  public allowHeaders(...headers: string[]): CorsPolicy {
    headers.forEach((header) => requireHeader('headers', header, true));
    return this.and({ headers });
  }

  /** The same policy with these response headers readable by the page, besides `ETag` and `x-amz-version-id`. */
  public expose(...headers: string[]): CorsPolicy {
    headers.forEach((header) => requireHeader('headers', header, false));
    return this.and({ exposed: [...new Set([...this.rule.exposed, ...headers])] });
  }

  /**
   * The same policy with the browser remembering the answer to a preflight request.
   *
   * @param age Whole seconds, at most a day, which no browser exceeds.
   */
  public maxAge(age: Duration): CorsPolicy {
    const seconds = age.isUnresolved() ? undefined : age.toSeconds({ integral: false });
    if (seconds !== undefined && !(Number.isInteger(seconds) && seconds >= 0 && seconds <= MAX_AGE_LIMIT)) {
      throw validationError({
        property: 'maxAge',
        actual: age.toHumanString(),
        expected: '0 to 86,400 whole seconds',
        hint: 'pass for example Duration.hours(1)',
      });
    }
    return this.and({ maxAge: age });
  }

  /** Why pages of any origin may read, if they may. */
  public get reasonForAnyOrigin(): string | undefined {
    return this.rule.reasonForAnyOrigin;
  }

  /**
   * The rule as CloudFormation takes it.
   *
   * @internal
   */
  public _render(): Record<string, unknown> {
    const { origins, methods, headers, exposed, maxAge } = this.rule;
    if (methods.length === 0) {
      throw validationError({
        property: 'cors',
        actual: 'a policy without methods',
        expected: 'at least one method',
        hint: 'add .allow(HttpMethod.GET)',
      });
    }
    const writes = methods.some((method) => WRITING.includes(method));
    return {
      allowedOrigins: origins,
      allowedMethods: methods,
      allowedHeaders: headers ?? [...READING_HEADERS, ...(writes ? WRITING_HEADERS : [])],
      exposedHeaders: exposed,
      maxAge: maxAge?.toSeconds(),
    };
  }

  private and(change: Partial<Rule>): CorsPolicy {
    return new CorsPolicy({ ...this.rule, ...change });
  }
}

function requireHeader(property: string, header: string, wildcard: boolean): void {
  if (Token.isUnresolved(header)) return;
  const stars = header.split('*').length - 1;
  if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(header) || stars > (wildcard ? 1 : 0)) {
    throw validationError({
      property,
      actual: header,
      expected: wildcard
        ? 'the name of an HTTP header, with at most one "*"'
        : 'the name of an HTTP header, without "*"',
      hint: 'write for example "content-type"',
    });
  }
}
