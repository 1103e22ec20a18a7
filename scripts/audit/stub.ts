import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A table as `AWS::Glue::Table` has it, with every reference spelled out. */
export interface GlueTable {
  readonly Name: string;
  readonly [property: string]: unknown;
}

/**
 * The calls of Glue and S3 that the Hive connector of Trino makes, answered from memory. Anything else is an error of
 * the run.
 */
export class CatalogAndStore {
  /** @param objects by `bucket/key` */
  public static async start(
    databases: Readonly<Record<string, readonly GlueTable[]>>,
    objects: ReadonlyMap<string, Buffer>,
  ): Promise<CatalogAndStore> {
    const stub = new CatalogAndStore(databases, objects);
    await new Promise<void>((started) => stub.server.listen(0, '127.0.0.1', started));
    return stub;
  }

  /** How often S3 was asked to list, and what for. */
  public listed: string[] = [];
  private readonly server: Server;

  private constructor(
    private readonly databases: Readonly<Record<string, readonly GlueTable[]>>,
    private readonly objects: ReadonlyMap<string, Buffer>,
  ) {
    this.server = createServer((request, response) => {
      let body = '';
      request
        .on('data', (data) => {
          body += data;
        })
        .on('end', () => {
          const action = String(request.headers['x-amz-target'] ?? '').replace('AWSGlue.', '');
          if (action) return this.glue(action, JSON.parse(body || '{}'), response);
          const url = new URL(request.url!, 'http://localhost');
          if (url.searchParams.get('list-type') === '2') return this.list(url, response);
          return this.object(
            decodeURIComponent(url.pathname).slice(1),
            request.method === 'HEAD',
            request.headers.range,
            response,
          );
        });
    });
  }

  public get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private glue(action: string, input: { Name?: string; DatabaseName?: string }, response: ServerResponse): void {
    const json = (status: number, output: unknown, error?: string) => {
      response.writeHead(status, {
        'content-type': 'application/x-amz-json-1.1',
        ...(error && { 'x-amzn-errortype': error }),
      });
      response.end(JSON.stringify(output));
    };
    const databaseOf = (name: string) => ({ Name: name, CreateTime: 1 });
    const tables = this.databases[input.DatabaseName ?? ''] ?? [];
    const tableOf = (table: GlueTable) => ({ ...table, DatabaseName: input.DatabaseName, CreateTime: 1, Retention: 0 });
    const missing = () => json(400, { message: `${input.Name} does not exist` }, 'EntityNotFoundException');
    switch (action) {
      case 'GetDatabases':
        return json(200, { DatabaseList: Object.keys(this.databases).map(databaseOf) });
      case 'GetDatabase':
        return this.databases[input.Name ?? ''] ? json(200, { Database: databaseOf(input.Name!) }) : missing();
      case 'GetTables':
        return json(200, { TableList: tables.map(tableOf) });
      case 'GetTable': {
        const table = tables.find(({ Name }) => Name === input.Name);
        return table ? json(200, { Table: tableOf(table) }) : missing();
      }
      default:
        return json(400, { message: `${action} is not expected of a query` }, 'InvalidInputException');
    }
  }

  private list(url: URL, response: ServerResponse): void {
    const bucket = url.pathname.split('/')[1];
    const prefix = `${bucket}/${url.searchParams.get('prefix') ?? ''}`;
    this.listed.push(prefix);
    const found = [...this.objects]
      .filter(([name]) => name.startsWith(prefix))
      .sort(([one], [other]) => (one < other ? -1 : 1));
    const contents = found.map(
      ([name, data]) =>
        `<Contents><Key>${escape(name.slice(bucket.length + 1))}</Key>` +
        `<LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>"0"</ETag><Size>${data.length}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
    );
    response.writeHead(200, { 'content-type': 'application/xml' });
    response.end(
      `<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${bucket}</Name>` +
        `<KeyCount>${found.length}</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`,
    );
  }

  private object(name: string, head: boolean, range: string | undefined, response: ServerResponse): void {
    const whole = this.objects.get(name);
    if (!whole) {
      response.writeHead(404).end();
      return;
    }
    const [, from, to] = /bytes=(\d*)-(\d*)/.exec(range ?? '') ?? [];
    const start = from ? Number(from) : to ? whole.length - Number(to) : 0;
    const end = from && to ? Math.min(Number(to), whole.length - 1) : whole.length - 1;
    const data = whole.subarray(start, end + 1);
    response.writeHead(range ? 206 : 200, {
      'content-type': 'binary/octet-stream',
      etag: '"0"',
      'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT',
      'content-length': data.length,
      ...(range && { 'content-range': `bytes ${start}-${end}/${whole.length}` }),
    });
    response.end(head ? undefined : data);
  }
}

function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
}
