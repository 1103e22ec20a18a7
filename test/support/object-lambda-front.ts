import type { IncomingMessage, ServerResponse } from 'node:http';
import type { S3Server } from './s3-server';
import { presign, refusal } from './signatures';
import { STATUSES } from '../../src/runtime/object-views/s3-error';

type Invoke = (event: any) => Promise<any>;

/** What S3 sends with an event to everybody. */
const RECORDED = {
  xAmzRequestId: '1a5ed718-5f53-471d-b6fe-5cf62d88d02a',
  userIdentity: {
    type: 'AssumedRole',
    principalId: 'AROAEXAMPLE:ada',
    arn: 'arn:aws:sts::111122223333:assumed-role/analytics/ada',
    accountId: '111122223333',
    accessKeyId: 'ASIAEXAMPLE',
    sessionContext: {
      attributes: { mfaAuthenticated: 'false', creationDate: '2026-10-10T20:00:00Z' },
      sessionIssuer: {
        type: 'Role',
        principalId: 'AROAEXAMPLE',
        arn: 'arn:aws:iam::111122223333:role/analytics',
        accountId: '111122223333',
        userName: 'analytics',
      },
    },
  },
  protocolVersion: '1.00',
  aFieldOfTomorrow: { nobody: 'knows' },
};

const FORWARDED =
  /^x-amz-fwd-(status|error-code|error-message|header-(Cache-Control|Content-Disposition|Content-Encoding|Content-Language|Content-Range|Content-Type|ETag|Expires|Last-Modified|accept-ranges|x-amz-[a-z0-9-]+))$/i;

interface Pending {
  readonly res: ServerResponse;
  used: boolean;
}

/**
 * S3 Object Lambda's side: takes a caller's request at `/olap/...`, makes the event, invokes the function, and streams
 * what comes by WriteGetObjectResponse. What is allowed is allowed once.
 */
export class ObjectLambdaFront {
  public readonly problems: string[] = [];
  /** Headers of the last WriteGetObjectResponse. */
  public written: IncomingMessage['headers'] = {};
  public results: unknown[] = [];
  public errors: Error[] = [];
  /** Of the requests, what is signed besides host. */
  public signedHeaders: readonly string[] = ['x-amz-checksum-mode'];
  public expiredTokens = false;
  /** What goes wrong with WriteGetObjectResponse: refused with 503, or reset once that many bytes came. */
  public writeFault: 'refused' | number | undefined;
  private readonly pending = new Map<string, Pending>();
  private requests = 0;

  constructor(
    private readonly server: S3Server,
    private readonly bucket: string,
    private readonly payload: string,
    public invoke: Invoke,
  ) {
    server.also = (req, res, url) => this.handle(req, res, url);
  }

  public get endpoint(): string {
    return `${this.server.endpoint}/olap`;
  }

  private async handle(req: IncomingMessage, res: ServerResponse, url: URL): Promise<boolean> {
    if (url.pathname === '/WriteGetObjectResponse') {
      await this.write(req, res, url);
      return true;
    }
    if (!url.pathname.startsWith('/olap')) return false;
    await this.request(req, res, url);
    return true;
  }

  private async request(req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> {
    // An SDK that was told to use paths puts the bucket's name first.
    const path = url.pathname.replace(/^\/olap(\/views)?/, '') || '/';
    const headers = Object.fromEntries(Object.entries(req.headers).map(([name, value]) => [name, String(value)]));
    const signed = Object.fromEntries(
      this.signedHeaders.filter((name) => headers[name] !== undefined).map((name) => [name, headers[name]]),
    );
    const plain = new URL(`${this.server.endpoint}/${this.bucket}${path}`);
    const isList = path === '/';
    for (const name of ['list-type', 'prefix', 'versionId', 'delimiter', 'marker']) {
      if (url.searchParams.has(name)) plain.searchParams.set(name, url.searchParams.get(name)!);
    }
    const inputS3Url = await presign(req.method!, plain, signed);
    const query = new URLSearchParams([...url.searchParams].filter(([name]) => name !== 'x-id'));
    const event = {
      ...RECORDED,
      configuration: {
        accessPointArn: 'arn:aws:s3-object-lambda:eu-central-1:111122223333:accesspoint/views',
        supportingAccessPointArn: 'arn:aws:s3:eu-central-1:111122223333:accesspoint/originals',
        payload: this.payload,
      },
      userRequest: {
        url: `https://views-111122223333.s3-object-lambda.eu-central-1.amazonaws.com${path}${[...query].length > 0 ? `?${query}` : ''}`,
        headers: capitalized(headers),
      },
    };
    if (isList) {
      const context = {
        [url.searchParams.get('list-type') === '2' ? 'listObjectsV2Context' : 'listObjectsContext']: { inputS3Url },
      };
      const result = await this.invoke({ ...event, ...context });
      this.results.push(result);
      if (result.statusCode === 200) {
        res.writeHead(200, { 'content-type': 'application/xml' }).end(result.listResultXml);
      } else {
        res
          .writeHead(result.statusCode)
          .end(`<Error><Code>${result.errorCode}</Code><Message>${result.errorMessage}</Message></Error>`);
      }
      return;
    }
    if (req.method === 'HEAD') {
      const result = await this.invoke({ ...event, headObjectContext: { inputS3Url } });
      this.results.push(result);
      const metadata = Object.fromEntries(
        Object.entries(result.metadata ?? {}).map(([name, value]) => [`x-amz-meta-${name}`, value as string]),
      );
      res.writeHead(result.statusCode, { ...result.headers, ...metadata }).end();
      return;
    }
    const outputToken = `token-${++this.requests}`;
    this.pending.set(outputToken, { res, used: false });
    try {
      this.results.push(
        await this.invoke({ ...event, getObjectContext: { inputS3Url, outputRoute: 'io-use1-001', outputToken } }),
      );
    } catch (error) {
      this.errors.push(error as Error);
    }
    if (!this.pending.get(outputToken)!.used) {
      res.writeHead(500).end('<Error><Code>LambdaRuntimeError</Code><Message>no answer was written</Message></Error>');
    }
  }

  private async write(req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> {
    const refuse = (code: string) => {
      this.problems.push(code);
      req.resume();
      res
        .writeHead(400, { 'content-type': 'application/xml' })
        .end(`<Error><Code>${code}</Code><Message>refused</Message></Error>`);
    };
    const { headers } = req;
    const refused = await refusal('POST', url, headers, 's3-object-lambda');
    if (refused) return refuse(refused);
    const pending = this.pending.get(String(headers['x-amz-request-token']));
    if (!pending || headers['x-amz-request-route'] !== 'io-use1-001') return refuse('InvalidRequest');
    if (pending.used || this.expiredTokens) return refuse('ValidationError');
    pending.used = true;
    if (this.writeFault === 'refused') {
      pending.used = false;
      req.resume();
      return void res.writeHead(503).end('<Error><Code>SlowDown</Code><Message>planted</Message></Error>');
    }
    this.written = headers;
    const status = Number(headers['x-amz-fwd-status']);
    if (!STATUSES.has(status)) return refuse('InvalidStatus');
    const code = headers['x-amz-fwd-error-code'];
    if (code !== undefined && !/^[A-Z][a-zA-Z]+$/.test(String(code))) return refuse('InvalidErrorCode');
    const out: Record<string, string> = {};
    for (const [name, value] of Object.entries(headers)) {
      if (name.startsWith('x-amz-fwd-') && !FORWARDED.test(name)) return refuse(`UnknownHeader ${name}`);
      if (name.startsWith('x-amz-fwd-header-')) out[name.slice('x-amz-fwd-header-'.length)] = String(value);
      if (name.startsWith('x-amz-meta-')) out[name] = String(value);
    }
    if (code !== undefined) {
      req.resume();
      pending.res
        .writeHead(status, { ...out, 'content-type': 'application/xml' })
        .end(
          '<?xml version="1.0" ' +
            `encoding="UTF-8"?>\n<Error><Code>${String(code)}</Code><Message>${String(headers['x-amz-fwd-error-message'])}</Message></Error>`,
        );
      res.writeHead(200).end();
      return;
    }
    pending.res.writeHead(status, {
      ...out,
      ...(headers['content-length'] !== undefined && status !== 304
        ? { 'content-length': headers['content-length'] }
        : {}),
    });
    pending.res.flushHeaders();
    let read = 0;
    req.on('data', (chunk: Buffer) => {
      read += chunk.length;
      if (typeof this.writeFault === 'number' && read > this.writeFault) req.socket.resetAndDestroy();
      if (!pending.res.write(chunk)) {
        req.pause();
        pending.res.once('drain', () => req.resume());
      }
    });
    // What is cut off here is cut off there.
    req.on('aborted', () => pending.res.destroy());
    pending.res.on('close', () => {
      if (!pending.res.writableFinished) req.destroy();
    });
    req.on('end', () => {
      pending.res.end();
      res.writeHead(200).end();
    });
  }
}

function capitalized(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase()),
      value,
    ]),
  );
}
