/** A sandbox account by signed requests: what is asked and answered is plain, so that tests can play it back. */
import { createHash } from 'node:crypto';
import { exchange } from '../../src/runtime/object-views/aws/http';
import { type Credentials, escaped, sha256, signed } from '../../src/runtime/object-views/aws/sign';

export interface Answer {
  readonly status: number;
  /** The error code of the service. */
  readonly code?: string;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export interface S3Request {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE' | 'HEAD';
  readonly bucket: string;
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Account {
  readonly id: string;
  readonly region: string;
  readonly partition: string;
  s3(request: S3Request): Promise<Answer>;
  /** S3 Control, whose paths begin with /v20180820/. */
  control(method: 'GET' | 'PUT' | 'DELETE', path: string, body?: string): Promise<Answer>;
  /** Services with the query protocol. */
  query(
    service: 'cloudformation' | 'monitoring' | 'sns' | 'sts',
    action: string,
    parameters?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
  sleep(milliseconds: number): Promise<void>;
}

const VERSIONS = {
  cloudformation: '2010-05-15',
  monitoring: '2010-08-01',
  sns: '2010-03-31',
  sts: '2011-06-15',
} as const;

export interface SignedAccountOptions {
  readonly region: string;
  readonly credentials: () => Promise<Credentials>;
  /** Another place than AWS, of tests. */
  readonly endpoint?: string;
}

export class SignedAccount implements Account {
  public id = '';

  constructor(private readonly options: SignedAccountOptions) {}

  public get region(): string {
    return this.options.region;
  }

  public get partition(): string {
    return this.region.startsWith('cn-') ? 'aws-cn' : this.region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
  }

  /** @throws Error where the credentials are of no account */
  public async identify(): Promise<void> {
    const { status, text, code } = await this.query('sts', 'GetCallerIdentity');
    const id = /<Account>(\d{12})<\/Account>/.exec(text)?.[1];
    if (status !== 200 || id === undefined) {
      throw new Error(
        `The credentials must be those of a sandbox account (STS answers ${status} ${code ?? ''}). Sign in ` +
          'to the profile, or name another one.',
      );
    }
    this.id = id;
  }

  public s3({ method, bucket, key = '', query = {}, headers = {}, body = '' }: S3Request): Promise<Answer> {
    const base = this.options.endpoint
      ? `${this.options.endpoint}/${bucket}`
      : `https://${bucket}.s3.${this.region}.${this.suffix}`;
    const url = new URL(`${base}/${key.split('/').map(escaped).join('/')}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const md5: Record<string, string> =
      method === 'PUT' || method === 'POST' ? { 'content-md5': createHash('md5').update(body).digest('base64') } : {};
    return this.send('s3', method, url, { ...md5, ...headers }, body);
  }

  public control(method: 'GET' | 'PUT' | 'DELETE', path: string, body = ''): Promise<Answer> {
    const url = new URL(path, this.options.endpoint ?? `https://${this.id}.s3-control.${this.region}.${this.suffix}`);
    return this.send('s3', method, url, { 'x-amz-account-id': this.id }, body);
  }

  public query(
    service: keyof typeof VERSIONS,
    action: string,
    parameters: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const url = new URL('/', this.options.endpoint ?? `https://${service}.${this.region}.${this.suffix}`);
    const body = new URLSearchParams({ Action: action, Version: VERSIONS[service], ...parameters }).toString();
    return this.send(service, 'POST', url, { 'content-type': 'application/x-www-form-urlencoded' }, body);
  }

  public sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, milliseconds));
  }

  private get suffix(): string {
    return this.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  }

  private async send(
    service: string,
    method: string,
    url: URL,
    headers: Readonly<Record<string, string>>,
    body: string,
  ): Promise<Answer> {
    const all = { ...headers, 'content-length': String(Buffer.byteLength(body)) };
    const scope = { service, region: this.region, credentials: await this.options.credentials(), now: new Date() };
    const reply = await exchange(
      { method, url, headers: signed({ method, url, headers: all, payload: sha256(body) }, scope) },
      body,
    );
    const text = reply.body.toString();
    return { status: reply.status, code: /<Code>([\w.]+)<\/Code>/.exec(text)?.[1], text, headers: reply.headers };
  }
}
