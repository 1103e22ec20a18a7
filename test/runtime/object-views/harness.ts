import { request, type IncomingHttpHeaders } from 'node:http';
import { closeConnections } from '../../../src/runtime/object-views/aws/http';
import type { ViewDocument, ViewsDocument } from '../../../src/runtime/object-views/contract';
import { ObjectLambdaHandler } from '../../../src/runtime/object-views/object-lambda/handler';
import { Settings } from '../../../src/runtime/object-views/settings';
import { ObjectLambdaFront } from '../../support/object-lambda-front';
import { S3Server } from '../../support/s3-server';
import { CREDENTIALS, REGION } from '../../support/signatures';

export const BUCKET = 'originals';
export const REDACTED: ViewDocument = { transforms: [{ type: 'redact', policy: { version: 1 } }] };

/** A secret in every line: whatever leaks is seen. */
export function lines(count: number): Buffer {
  return Buffer.from(
    Array.from({ length: count }, (_, i) => `line ${i}: mail planted${i}@example.com today\n`).join(''),
  );
}

export function redactedLines(count: number): Buffer {
  return Buffer.from(
    lines(count)
      .toString()
      .replace(/planted\d+@example\.com/g, '[EMAIL]'),
  );
}

export interface Response {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The connection was cut: what came is not the whole. */
  readonly cut: boolean;
}

/** A request by hand, so that nothing is tried again or added. */
export function fetchRaw(url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent: false }, (res) => {
      const parts: Buffer[] = [];
      res.on('data', (part: Buffer) => parts.push(part));
      res.on('error', () => undefined);
      res.on('close', () =>
        resolve({ status: res.statusCode!, headers: res.headers, body: Buffer.concat(parts), cut: !res.complete }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

const KEY_SECRET = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:views';

/** The variables of a function, with the servers of the tests behind them, and a secret as the constructs make one. */
export function environment(
  server: S3Server,
  document: ViewsDocument,
  more: NodeJS.ProcessEnv = {},
): NodeJS.ProcessEnv {
  if (!server.services.has('secretsmanager')) {
    server.services.set('secretsmanager', () => ({ body: { SecretString: 'the secret of the tests' } }));
  }
  return {
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_SESSION_TOKEN: CREDENTIALS.sessionToken,
    AWS_ENDPOINT_URL_S3: server.endpoint,
    AWS_ENDPOINT_URL_S3_OBJECT_LAMBDA: server.endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: server.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: server.endpoint,
    STRONGBOX_VIEWS: JSON.stringify({ keySecretArn: KEY_SECRET, ...document }),
    ...more,
  };
}

/** S3, Object Lambda and the function, as one. */
export class ObjectLambdaWorld {
  public static async start(view: ViewDocument, more: Partial<ViewsDocument> = {}): Promise<ObjectLambdaWorld> {
    return new ObjectLambdaWorld(await S3Server.start(), view, more);
  }

  public readonly front: ObjectLambdaFront;
  public readonly logs: string[] = [];
  public remainingMs = 60_000;

  private constructor(
    public readonly s3: S3Server,
    view: ViewDocument,
    more: Partial<ViewsDocument>,
  ) {
    const env = environment(s3, { version: 1, views: { analytics: view }, ...more });
    const handler = new ObjectLambdaHandler(new Settings(env), env, (line) => this.logs.push(line));
    this.front = new ObjectLambdaFront(s3, BUCKET, '{"view":"analytics"}', (event) =>
      handler.handle(event, { awsRequestId: 'test', getRemainingTimeInMillis: () => this.remainingMs }),
    );
  }

  public get(key: string, headers: Record<string, string> = {}, query = ''): Promise<Response> {
    return fetchRaw(`${this.front.endpoint}/${key}${query}`, headers);
  }

  public head(key: string, headers: Record<string, string> = {}, query = ''): Promise<Response> {
    return fetchRaw(`${this.front.endpoint}/${key}${query}`, headers, 'HEAD');
  }

  /** Requests for originals. */
  public get reads() {
    return this.s3.seen.filter(({ url }) => url.pathname.startsWith(`/${BUCKET}/`));
  }

  public get lastRead() {
    return this.reads.at(-1)!;
  }

  public async stop(): Promise<void> {
    await this.s3.stop();
    closeConnections();
  }
}
