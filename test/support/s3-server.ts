import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { refusal } from './signatures';

export interface StoredObject {
  body: Buffer;
  /** Names in small letters. */
  headers: Record<string, string>;
  etag: string;
  lastModified: Date;
  versionId: string;
}

/** What goes wrong with the next answer that carries an object. */
export type Fault =
  | { readonly type: 'status'; readonly status: number; readonly code: string; readonly message?: string }
  | { readonly type: 'reset'; readonly after: number }
  /** The announced length never comes: the connection ends in order. */
  | { readonly type: 'truncate'; readonly after: number }
  | { readonly type: 'stall'; readonly after: number }
  | { readonly type: 'slow'; readonly chunk: number; readonly everyMs: number }
  | { readonly type: 'checksum' };

interface Upload {
  readonly bucket: string;
  readonly key: string;
  readonly headers: Record<string, string>;
  readonly parts: Map<number, { body: Buffer; etag: string; sha256: string }>;
}

export interface Seen {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
}

const XML = '<?xml version="1.0" encoding="UTF-8"?>\n';
const CHUNK = 65_536;

/** As much of S3 as the functions speak with, over real HTTP: it refuses what S3 refuses, and does not forgive. */
export class S3Server {
  public static async start(): Promise<S3Server> {
    const server = new S3Server();
    await new Promise<void>((resolve) => server.server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  /** Requests in their order. */
  public readonly seen: Seen[] = [];
  /** Taken by the next answers to GET of an object. */
  public readonly faults: Fault[] = [];
  /** What requests of other services get, by the beginning of their target. */
  public readonly services = new Map<string, (input: any) => { status?: number; body: object }>();
  /** Handles what is not S3: the front of Object Lambda. */
  public also: ((req: IncomingMessage, res: ServerResponse, url: URL) => Promise<boolean>) | undefined;
  /** A connection serves one request, and is found dead by the next: what a function that was frozen sees. */
  public staleConnections = false;
  private readonly buckets = new Map<string, Map<string, StoredObject>>();
  private readonly uploads = new Map<string, Upload>();
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  private versions = 0;

  private constructor() {
    const used = new WeakSet<Socket>();
    this.server = createServer((req, res) => {
      if (this.staleConnections && used.has(req.socket)) return void req.socket.destroy();
      used.add(req.socket);
      this.handle(req, res).catch((error: Error) => {
        if (!res.headersSent) res.writeHead(500);
        res.end(String(error));
      });
    });
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  public now: () => Date = () => new Date();

  public get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  public put(
    bucket: string,
    key: string,
    body: string | Buffer,
    headers: Record<string, string> = {},
    lastModified = new Date('2026-01-02T03:04:05Z'),
  ): StoredObject {
    const bytes = Buffer.from(body as Buffer);
    const object = {
      body: bytes,
      headers,
      etag: `"${createHash('md5').update(bytes).digest('hex')}"`,
      lastModified,
      versionId: `v${++this.versions}`,
    };
    if (!this.buckets.has(bucket)) this.buckets.set(bucket, new Map());
    this.buckets.get(bucket)!.set(key, object);
    return object;
  }

  public get(bucket: string, key: string): StoredObject | undefined {
    return this.buckets.get(bucket)?.get(key);
  }

  public delete(bucket: string, key: string): void {
    this.buckets.get(bucket)?.delete(key);
  }

  public keys(bucket: string): string[] {
    return [...(this.buckets.get(bucket)?.keys() ?? [])].sort();
  }

  public get openUploads(): number {
    return this.uploads.size;
  }

  private async handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = new URL(req.url!, `http://${req.headers.host}`);
    this.seen.push({ method: req.method!, url, headers: req.headers });
    if (this.also && (await this.also(req, res, url))) return;
    const target = req.headers['x-amz-target'];
    const body = await read(req);
    const refused = await refusal(
      req.method!,
      url,
      req.headers,
      typeof target === 'string' ? serviceOf(target) : 's3',
      this.now(),
      body,
    );
    if (refused) return sendError(res, 403, refused, 'refused by the server of the tests');
    const sha = req.headers['x-amz-content-sha256'];
    if (sha !== undefined && sha !== 'UNSIGNED-PAYLOAD' && sha !== createHash('sha256').update(body).digest('hex')) {
      return sendError(res, 400, 'XAmzContentSHA256Mismatch', 'the body is another');
    }
    if (typeof target === 'string') return this.service(target, body, res);
    const [, bucket, ...rest] = url.pathname.split('/');
    const key = decodeURIComponent(rest.join('/'));
    const query = url.searchParams;
    if (key === '') return this.list(decodeURIComponent(bucket), query, res);
    switch (req.method) {
      case 'GET':
        if (query.has('uploadId')) return this.listParts(query, res);
        return this.read(decodeURIComponent(bucket), key, req, res, query);
      case 'HEAD':
        return this.read(decodeURIComponent(bucket), key, req, res, query);
      case 'PUT':
        return this.write(decodeURIComponent(bucket), key, req, res, query, body);
      case 'POST':
        return this.post(decodeURIComponent(bucket), key, req, res, query, body);
      case 'DELETE':
        if (query.has('uploadId')) this.uploads.delete(query.get('uploadId')!);
        else this.delete(bucket, key);
        res.writeHead(204).end();
        return;
      default:
        return sendError(res, 405, 'MethodNotAllowed', 'no');
    }
  }

  private service(target: string, body: Buffer, res: ServerResponse): void {
    const service = [...this.services].find(([name]) => target.startsWith(name))?.[1];
    const { status = 200, body: answer } = service
      ? service(JSON.parse(body.toString()))
      : { status: 400, body: { __type: 'UnknownOperationException' } };
    res.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answer));
  }

  private read(bucket: string, key: string, req: IncomingMessage, res: ServerResponse, query: URLSearchParams): void {
    const object = this.get(bucket, key);
    if (!object || (query.has('versionId') && query.get('versionId') !== object.versionId)) {
      return sendError(res, 404, 'NoSuchKey', 'The specified key does not exist.', req.method === 'HEAD');
    }
    const { headers } = req;
    const modified = Math.floor(object.lastModified.getTime() / 1000) * 1000;
    const base = { etag: object.etag, 'last-modified': object.lastModified.toUTCString() };
    if (headers['if-match'] !== undefined && headers['if-match'] !== object.etag) {
      return sendError(
        res,
        412,
        'PreconditionFailed',
        'At least one of the pre-conditions you specified did not hold',
        req.method === 'HEAD',
      );
    }
    if (
      headers['if-match'] === undefined &&
      headers['if-unmodified-since'] &&
      modified > Date.parse(headers['if-unmodified-since'])
    ) {
      return sendError(
        res,
        412,
        'PreconditionFailed',
        'At least one of the pre-conditions you specified did not hold',
        req.method === 'HEAD',
      );
    }
    if (
      headers['if-none-match'] === object.etag ||
      (headers['if-none-match'] === undefined &&
        headers['if-modified-since'] &&
        modified <= Date.parse(headers['if-modified-since']))
    ) {
      res.writeHead(304, base).end();
      return;
    }
    const fault = req.method === 'GET' ? this.faults.shift() : undefined;
    if (fault?.type === 'status') {
      return sendError(res, fault.status, fault.code, fault.message ?? 'a fault of the tests');
    }
    let { body } = object;
    let status = 200;
    const range = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '');
    const out: Record<string, string> = {
      ...object.headers,
      ...base,
      'accept-ranges': 'bytes',
      'x-amz-version-id': object.versionId,
      'x-amz-request-id': 'TEST',
    };
    if (range) {
      status = 206;
      body = body.subarray(Number(range[1]), range[2] === '' ? undefined : Number(range[2]) + 1);
      out['content-range'] = `bytes ${range[1]}-${Number(range[1]) + body.length - 1}/${object.body.length}`;
    } else if (headers['x-amz-checksum-mode'] === 'ENABLED') {
      out['x-amz-checksum-sha256'] = createHash('sha256')
        .update(fault?.type === 'checksum' ? 'another' : object.body)
        .digest('base64');
      out['x-amz-checksum-type'] = 'FULL_OBJECT';
    }
    out['content-length'] = String(body.length);
    res.writeHead(status, out);
    if (req.method === 'HEAD') {
      res.end();
      return;
    }
    send(res, body, fault);
  }

  private write(
    bucket: string,
    key: string,
    req: IncomingMessage,
    res: ServerResponse,
    query: URLSearchParams,
    body: Buffer,
  ): void {
    const sum = req.headers['x-amz-checksum-sha256'];
    const sha256 = createHash('sha256').update(body).digest('base64');
    if (sum !== undefined && sum !== sha256) return sendError(res, 400, 'BadDigest', 'the checksum is another');
    if (query.has('uploadId')) {
      const fault = this.faults.shift();
      if (fault?.type === 'status') return sendError(res, fault.status, fault.code, 'a fault of the tests');
      const upload = this.uploads.get(query.get('uploadId')!);
      if (!upload) return sendError(res, 404, 'NoSuchUpload', 'no such upload');
      const etag = `"${createHash('md5').update(body).digest('hex')}"`;
      upload.parts.set(Number(query.get('partNumber')), { body, etag, sha256 });
      res.writeHead(200, { etag }).end();
      return;
    }
    const object = this.put(bucket, key, body, storedHeaders(req));
    res.writeHead(200, { etag: object.etag }).end();
  }

  private post(
    bucket: string,
    key: string,
    req: IncomingMessage,
    res: ServerResponse,
    query: URLSearchParams,
    body: Buffer,
  ): void {
    if (query.has('uploads')) {
      const uploadId = `upload-${this.uploads.size + 1}-${Math.random().toString(36).slice(2)}`;
      this.uploads.set(uploadId, { bucket, key, headers: storedHeaders(req), parts: new Map() });
      res
        .writeHead(200)
        .end(`${XML}<InitiateMultipartUploadResult><UploadId>${uploadId}</UploadId></InitiateMultipartUploadResult>`);
      return;
    }
    const upload = this.uploads.get(query.get('uploadId')!);
    if (!upload) return sendError(res, 404, 'NoSuchUpload', 'no such upload');
    const parts: Buffer[] = [];
    for (const [, number, etag, sha256] of body
      .toString()
      .matchAll(
        /<Part><PartNumber>(\d+)<\/PartNumber><ETag>(.+?)<\/ETag><ChecksumSHA256>(.+?)<\/ChecksumSHA256><\/Part>/g,
      )) {
      const part = upload.parts.get(Number(number));
      if (!part || part.etag !== etag || part.sha256 !== sha256) {
        return sendError(res, 400, 'InvalidPart', 'a part is another');
      }
      parts.push(part.body);
    }
    this.uploads.delete(query.get('uploadId')!);
    this.put(bucket, key, Buffer.concat(parts), upload.headers);
    res.writeHead(200).end(`${XML}<CompleteMultipartUploadResult><Key>${key}</Key></CompleteMultipartUploadResult>`);
  }

  private listParts(query: URLSearchParams, res: ServerResponse): void {
    const upload = this.uploads.get(query.get('uploadId')!);
    if (!upload) return sendError(res, 404, 'NoSuchUpload', 'no such upload');
    const parts = [...upload.parts]
      .filter(([number]) => number > Number(query.get('part-number-marker') ?? 0))
      .sort(([a], [b]) => a - b);
    const page = parts.slice(0, 2);
    res
      .writeHead(200)
      .end(
        `${XML}<ListPartsResult>${page.map(([number, { etag, sha256 }]) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag.replace(/"/g, '&quot;')}</ETag><ChecksumSHA256>${sha256}</ChecksumSHA256></Part>`).join('')}` +
          `<IsTruncated>${parts.length > page.length}</IsTruncated><NextPartNumberMarker>${page.at(-1)?.[0] ?? 0}</NextPartNumberMarker></ListPartsResult>`,
      );
  }

  private list(bucket: string, query: URLSearchParams, res: ServerResponse): void {
    const prefix = query.get('prefix') ?? '';
    const v2 = query.get('list-type') === '2';
    const contents = this.keys(bucket)
      .filter((key) => key.startsWith(prefix))
      .map((key) => {
        const { etag, body, lastModified } = this.get(bucket, key)!;
        return (
          `<Contents><Key>${key.replace(/&/g, '&amp;').replace(/</g, '&lt;')}</Key><LastModified>${lastModified.toISOString()}</LastModified>` +
          `<ETag>${etag.replace(/"/g, '&quot;')}</ETag><ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><Size>${body.length}</Size><StorageClass>STANDARD</StorageClass></Contents>`
        );
      });
    res
      .writeHead(200, { 'content-type': 'application/xml' })
      .end(
        `${XML}<ListBucketResult ` +
          `xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${bucket}</Name><Prefix>${prefix}</Prefix>` +
          `${v2 ? `<KeyCount>${contents.length}</KeyCount>` : '<Marker></Marker>'}<MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`,
      );
  }
}

function serviceOf(target: string): string {
  return target.startsWith('DynamoDB') ? 'dynamodb' : 'secretsmanager';
}

function storedHeaders(req: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(req.headers)
      .filter(([name]) =>
        /^(content-(type|encoding|disposition|language)|cache-control|expires|x-amz-meta-.*|x-amz-server-side-.*)$/.test(
          name,
        ),
      )
      .map(([name, value]) => [name, String(value)]),
  );
}

function send(res: ServerResponse, body: Buffer, fault: Fault | undefined): void {
  if (!fault || fault.type === 'checksum' || fault.type === 'status') {
    for (let at = 0; at < body.length; at += CHUNK) res.write(body.subarray(at, at + CHUNK));
    res.end();
    return;
  }
  if (fault.type === 'slow') {
    let at = 0;
    const timer = setInterval(() => {
      res.write(body.subarray(at, at + fault.chunk));
      at += fault.chunk;
      if (at < body.length && !res.destroyed) return;
      clearInterval(timer);
      res.end();
    }, fault.everyMs);
    return;
  }
  res.write(body.subarray(0, fault.after), () => {
    // A reset throws away what the other side has not read yet.
    if (fault.type === 'reset') setTimeout(() => res.socket?.resetAndDestroy(), 200);
    else if (fault.type === 'truncate') res.socket!.end();
  });
}

function sendError(res: ServerResponse, status: number, code: string, message: string, bare = false): void {
  res.writeHead(status, { 'content-type': 'application/xml' });
  res.end(
    bare
      ? undefined
      : `${XML}<Error><Code>${code}</Code><Message>${message}</Message><RequestId>TEST</RequestId></Error>`,
  );
}

async function read(req: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of req) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
