import { exchange, type Reply } from './http';
import { type Credentials, escaped, presigned, sha256, signed, type SigningScope, UNSIGNED } from './sign';
import { S3Error } from '../s3-error';

/** The few calls that the functions make, without a client library: it would be most of the cold start. */
export class Aws {
  constructor(
    private readonly env: NodeJS.ProcessEnv = process.env,
    private readonly clock: () => Date = () => new Date(),
  ) {}

  public get region(): string {
    const region = this.env.AWS_REGION ?? this.env.AWS_DEFAULT_REGION;
    if (!region) throw new Error('AWS_REGION is missing; Lambda sets it');
    return region;
  }

  /**
   * Where an object is; the key in the path as it must be sent. A bucket may be an access point's ARN or alias.
   * @throws S3Error for a key that a URL would resolve to another one
   */
  public objectUrl(bucket: string, key: string, query: Readonly<Record<string, string>> = {}): URL {
    checkKey(key);
    const url = new URL(`${this.bucketUrl(bucket)}/${key.split('/').map(escaped).join('/')}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  }

  /** Whether a URL that came with an event leads to S3, and nowhere else. */
  public isS3({ protocol, host }: URL): boolean {
    const override = this.env.AWS_ENDPOINT_URL_S3;
    if (override) return host === new URL(override).host;
    return protocol === 'https:' && host.endsWith(`.${this.suffix}`) && /(^|\.)s3(-[a-z]+)*\./.test(host);
  }

  public objectLambdaUrl(route: string): URL {
    if (!/^[\w-]+$/.test(route)) throw new S3Error(500, 'InternalError', 'the event names no route to Amazon S3');
    const override = this.env.AWS_ENDPOINT_URL_S3_OBJECT_LAMBDA;
    return new URL(
      '/WriteGetObjectResponse',
      override ?? `https://${route}.s3-object-lambda.${this.region}.${this.suffix}`,
    );
  }

  public sign(
    service: string,
    method: string,
    url: URL,
    headers: Readonly<Record<string, string>>,
    payload = UNSIGNED,
  ): Record<string, string> {
    return signed({ method, url, headers, payload }, this.scope(service));
  }

  public presign(url: URL, expiresInSeconds: number): URL {
    return presigned(url, this.scope('s3'), expiresInSeconds);
  }

  /** A call of S3 with a small body and a small answer. */
  public s3(
    method: string,
    url: URL,
    headers: Readonly<Record<string, string>> = {},
    body: string | Uint8Array = '',
    signal?: AbortSignal,
  ): Promise<Reply> {
    const length = { 'content-length': String(Buffer.byteLength(body)) };
    return exchange(
      { method, url, headers: this.sign('s3', method, url, { ...headers, ...length }, sha256(body)), signal },
      body,
    );
  }

  /** A call of a service that speaks JSON. */
  public async json(
    service: 'dynamodb' | 'secretsmanager',
    target: string,
    input: object,
    signal?: AbortSignal,
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const override =
      this.env[service === 'dynamodb' ? 'AWS_ENDPOINT_URL_DYNAMODB' : 'AWS_ENDPOINT_URL_SECRETS_MANAGER'];
    const url = new URL('/', override ?? `https://${service}.${this.region}.${this.suffix}`);
    const body = JSON.stringify(input);
    const headers = {
      'content-type': service === 'dynamodb' ? 'application/x-amz-json-1.0' : 'application/x-amz-json-1.1',
      'content-length': String(Buffer.byteLength(body)),
      'x-amz-target': target,
    };
    const reply = await exchange(
      { method: 'POST', url, headers: this.sign(service, 'POST', url, headers, sha256(body)), signal },
      body,
      32 << 20,
    );
    return { status: reply.status, body: parsed(reply.body.toString()) };
  }

  private get suffix(): string {
    return this.region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  }

  private bucketUrl(bucket: string): string {
    const override = this.env.AWS_ENDPOINT_URL_S3;
    if (override) return `${override.replace(/\/$/, '')}/${escaped(bucket)}`;
    const accessPoint = /^arn:[^:]+:s3:([^:]+):(\d{12}):accesspoint[/:]([^/:]+)$/.exec(bucket);
    if (accessPoint) {
      return `https://${accessPoint[3]}-${accessPoint[2]}.s3-accesspoint.${accessPoint[1]}.${this.suffix}`;
    }
    // A dot in the name is not covered by the certificate of *.s3.
    return bucket.includes('.')
      ? `https://s3.${this.region}.${this.suffix}/${bucket}`
      : `https://${bucket}.s3.${this.region}.${this.suffix}`;
  }

  private scope(service: string): SigningScope {
    return { service, region: this.region, credentials: this.credentials, now: this.clock() };
  }

  /** Lambda puts the role's credentials there, and starts a new environment before they expire. */
  private get credentials(): Credentials {
    const {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    } = this.env;
    if (!accessKeyId || !secretAccessKey) {
      throw new Error('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are missing; Lambda sets them');
    }
    return { accessKeyId, secretAccessKey, sessionToken };
  }
}

/**
 * A segment `.` or `..` is part of a key for S3, but a way to another key, and to another bucket, for everything that
 * handles URLs.
 * @throws S3Error
 */
export function checkKey(key: string): void {
  if (key.split('/').some((segment) => segment === '.' || segment === '..')) {
    throw new S3Error(400, 'InvalidRequest', 'Keys with a segment "." or ".." are not served.');
  }
}

/** What stands between us and a service may answer with something else. */
function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
