import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { User } from './radosgw';
import { presigned } from '../../src/runtime/object-views/aws/sign';
import { ENV } from '../../src/runtime/object-views/contract';

const ROOT = join(__dirname, '..', '..');
const EXAMPLE = join(ROOT, 'examples', 'one-bucket-three-views');
const OBJECTS = join(EXAMPLE, 'objects');
const ROLES = ['Analytics', 'Marketing', 'Press'];
const TYPES: Record<string, string> = { json: 'application/json', png: 'image/png', xml: 'application/xml' };
/** What the shop stores, and where. */
const STORED = [
  ['orders', 'orders/1001.xml'],
  ['orders', 'pictures/kettle.png'],
  ['segments', 'segments.json'],
] as const;

/** An answer that somebody got. */
interface ViewAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

/** One way to the views: who asks for which object, of whose view (the caller's own if not stated). */
export interface Ask {
  (
    caller: string,
    key: string,
    more?: { readonly headers?: Record<string, string>; readonly view?: string },
  ): Promise<ViewAnswer>;
  /**
   * Whether the function itself decides who gets which view. Of S3 Object Lambda the policies of its access points do,
   * which the proofs are about.
   */
  readonly judgesCallers: boolean;
}

/** Puts an object onto the server. */
export type Put = (bucket: string, key: string, body: Buffer, type: string) => Promise<unknown>;

/** A function of the example, as it would be deployed. */
interface Deployed {
  readonly code: string;
  readonly env: Record<string, string>;
}

/**
 * The example in both forms over HTTP: its own functions from the synthesized assembly, the server as S3, and what AWS
 * does between them.
 */
export class ThreeViews {
  private readonly servers: Server[] = [];
  private readonly before = { ...process.env };

  public constructor(
    private readonly endpoint: string,
    private readonly owner: Pick<User, 'accessKey' | 'secretKey'> & { readonly sessionToken?: string },
    private readonly folder: string,
    private readonly region = 'us-east-1',
  ) {}

  /** The objects, as the shop puts them there. */
  public async fill(client: S3Client): Promise<void> {
    for (const Bucket of ['orders', 'segments']) await client.send(new CreateBucketCommand({ Bucket }));
    await this.store((Bucket, Key, Body, ContentType) =>
      client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType })),
    );
  }

  /** The same with another client. */
  public async store(put: Put): Promise<void> {
    for (const [bucket, key] of STORED) await put(bucket, key, originalOf(key), TYPES[key.split('.').at(-1)!]);
  }

  /** Synthesizes the example's own app. */
  public synthesize(): void {
    rmSync(this.folder, { recursive: true, force: true });
    mkdirSync(this.folder, { recursive: true });
    execFileSync(
      join(ROOT, 'node_modules', '.bin', 'tsx'),
      ['--tsconfig', join(ROOT, 'test', 'tsconfig.json'), join(EXAMPLE, 'app.ts')],
      {
        env: { ...process.env, CDK_OUTDIR: this.folder, CDK_VALIDATION: 'false' },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
  }

  /** By the function's URL. The principal that Lambda would have checked comes in a header. */
  public async byEndpoint(): Promise<Ask> {
    const { code, env } = this.deployed('OrdersEndpoint');
    Object.assign(globalThis, {
      awslambda: {
        streamifyResponse: (handler: unknown) => handler,
        HttpResponseStream: {
          from: (
            stream: ServerResponse,
            { statusCode, headers }: { statusCode: number; headers: Record<string, string> },
          ) => stream.writeHead(statusCode, headers),
        },
      },
    });
    const handle = this.load(code, { ...env, AWS_ENDPOINT_URL_SECRETS_MANAGER: await this.secrets() });
    const url = await this.listen((req, res) => {
      const at = new URL(req.url!, 'http://localhost');
      void handle(
        {
          rawPath: at.pathname,
          rawQueryString: at.search.slice(1),
          headers: req.headers,
          requestContext: {
            http: { method: req.method },
            authorizer: { iam: { userArn: sessionOf(String(req.headers['x-caller'])) } },
          },
        },
        res,
        context(),
      );
    });
    return asking(url, true);
  }

  /**
   * By S3 Object Lambda, whose part this plays: it signs a URL as the caller, calls the function, and passes on what
   * that writes.
   */
  public async byObjectLambda(): Promise<Ask> {
    const { code, env } = this.deployed('OrdersObjectLambda');
    const waiting = new Map<string, ServerResponse>();
    let tokens = 0;
    let handle: ReturnType<ThreeViews['load']>;
    const url = await this.listen((req, res) => {
      if (req.url!.startsWith('/WriteGetObjectResponse')) {
        const caller = waiting.get(String(req.headers['x-amz-request-token']))!;
        const forwarded = Object.entries(req.headers)
          .filter(([name]) => name.startsWith('x-amz-fwd-header-'))
          .map(([name, value]) => [name.slice(17), value]);
        caller.writeHead(Number(req.headers['x-amz-fwd-status']), Object.fromEntries(forwarded));
        req.pipe(caller);
        req.once('end', () => res.end());
        return;
      }
      const [, view, ...rest] = new URL(req.url!, 'http://localhost').pathname.split('/');
      const outputToken = `token-${(tokens += 1)}`;
      waiting.set(outputToken, res);
      const scope = {
        service: 's3',
        region: this.region,
        credentials: this.credentials,
        now: new Date(),
      };
      const inputS3Url = presigned(new URL(`${this.endpoint}/orders/${rest.join('/')}`), scope, 60).href;
      void handle(
        {
          xAmzRequestId: outputToken,
          getObjectContext: { inputS3Url, outputRoute: 'local', outputToken },
          configuration: { payload: JSON.stringify({ view }) },
          userRequest: { url: `https://views.example.com/${rest.join('/')}`, headers: req.headers },
          userIdentity: { type: 'AssumedRole', arn: sessionOf(String(req.headers['x-caller'])) },
          protocolVersion: '1.00',
        },
        context(),
      );
    });
    handle = this.load(code, {
      ...env,
      AWS_ENDPOINT_URL_S3_OBJECT_LAMBDA: url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: await this.secrets(),
    });
    return asking(url, false);
  }

  public stop(): void {
    for (const server of this.servers) server.close();
    process.env = this.before;
  }

  private get credentials() {
    const { accessKey, secretKey, sessionToken } = this.owner;
    return { accessKeyId: accessKey, secretAccessKey: secretKey, sessionToken };
  }

  private deployed(stack: string): Deployed {
    const template = JSON.parse(readFileSync(join(this.folder, `${stack}.template.json`), 'utf8'));
    const fn: any = Object.values<any>(template.Resources).find(
      ({ Type, Properties }) =>
        Type === 'AWS::Lambda::Function' && Properties.Description?.startsWith('Makes the views'),
    );
    const [hash] = /[0-9a-f]{64}/.exec(JSON.stringify(fn.Properties.Code))!;
    const code = join(this.folder, `asset.${hash}`);
    // The document as it is, but for the layer, which lies below /opt only in Lambda.
    const document = JSON.parse(readFileSync(join(code, 'views.json'), 'utf8'));
    const file = join(this.folder, `${stack}.views.json`);
    writeFileSync(
      file,
      JSON.stringify({
        ...document,
        images: { module: join(ROOT, 'assets', 'image-codecs', 'strongbox-image', 'index.js') },
      }),
    );
    const values = Object.entries<any>(fn.Properties.Environment.Variables).filter(([name]) =>
      name.startsWith('STRONGBOX_VALUE_'),
    );
    return {
      code,
      env: {
        [ENV.VIEWS_FILE]: file,
        ...Object.fromEntries(values.map(([name, value]) => [name, deployedValue(value)])),
      },
    };
  }

  private load(code: string, env: Record<string, string>): (...args: unknown[]) => Promise<unknown> {
    Object.assign(process.env, env, {
      AWS_ENDPOINT_URL_S3: this.endpoint,
      AWS_REGION: this.region,
      AWS_ACCESS_KEY_ID: this.owner.accessKey,
      AWS_SECRET_ACCESS_KEY: this.owner.secretKey,
      ...(this.owner.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: this.owner.sessionToken }),
      [ENV.LOG_LEVEL]: 'off',
    });
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- what Lambda does with the asset
    return require(join(code, 'index.js')).handler;
  }

  /** Answers as Secrets Manager does, with the one secret of the views. */
  private secrets(): Promise<string> {
    return this.listen((_, res) => {
      res
        .writeHead(200, { 'content-type': 'application/x-amz-json-1.1' })
        .end(JSON.stringify({ ARN: SECRET_ARN, SecretString: SECRET_VALUE }));
    });
  }

  private listen(handle: (req: IncomingMessage, res: ServerResponse) => void): Promise<string> {
    const server = createServer(handle);
    this.servers.push(server);
    return new Promise((resolve) =>
      server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)),
    );
  }
}

/** The secret of the views, which Secrets Manager would make. */
const SECRET_ARN = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:views';
const SECRET_VALUE = 'only-a-local-secret-of-the-views-of-48-characters';

/** What a value that only the deployment knows is here. */
function deployedValue(value: unknown): string {
  const text = JSON.stringify(value);
  const role = ROLES.find((name) => text.includes(`"${name}`));
  if (role) return `arn:aws:iam::111122223333:role/${role}`;
  const bucket = ['Segments', 'Orders'].find((name) => text.includes(`"${name}`));
  if (text.includes('EtagKey')) return SECRET_ARN;
  if (!bucket) throw new Error(`unknown deployment value: ${text}`);
  return bucket.toLowerCase();
}

function sessionOf(role: string): string {
  return `arn:aws:sts::111122223333:assumed-role/${role}/ada`;
}

function context(): object {
  return { awsRequestId: 'local', getRemainingTimeInMillis: () => 60_000 };
}

function asking(url: string, judgesCallers: boolean): Ask {
  const ask: Omit<Ask, 'judgesCallers'> = (caller: string, key: string, { headers = {}, view = caller } = {}) =>
    answerOf(`${url}/${view.toLowerCase()}/${key}`, { ...headers, 'x-caller': caller });
  return Object.assign(ask, { judgesCallers }) as Ask;
}

/** An object of the example, as it is stored. */
function originalOf(key: string): Buffer {
  return readFileSync(join(OBJECTS, key));
}

async function answerOf(url: string, headers: Record<string, string>): Promise<ViewAnswer> {
  const response = await fetch(url, { headers });
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    body: Buffer.from(await response.arrayBuffer()),
  };
}

/** What the example's README promises of one request. */
export interface ViewCase {
  readonly what: string;
  /** Whether the caller gets anything. */
  readonly allowed: boolean;
  /** @returns what is wrong, if anything is */
  readonly check: () => Promise<string | undefined>;
}

/** The requests of the README, with the answers that stand there. */
export function viewCases(ask: Ask): ViewCase[] {
  const json = (caller: string): ViewCase => ({
    what: `${caller} gets ${ORDER} as the README shows it`,
    allowed: true,
    check: async () => {
      const { status, type, body } = await ask(caller, ORDER);
      if (status !== 200 || !type.startsWith('application/json')) return `${status} ${type}`;
      return readme() === withAnswers(readme(), { [caller]: body }) ? undefined : body.toString();
    },
  });
  const refused = (caller: string, key: string): ViewCase => ({
    what: `${caller} does not get ${key}`,
    allowed: false,
    check: async () => {
      const { status, body } = await ask(caller, key);
      return status === 404 && !body.includes('@') ? undefined : `${status} ${body.toString()}`;
    },
  });
  return [
    json('Analytics'),
    json('Marketing'),
    {
      what: `Analytics gets a range of ${ORDER} of the bytes of the view`,
      allowed: true,
      check: async () => {
        const whole = (await ask('Analytics', ORDER)).body;
        const { status, body } = await ask('Analytics', ORDER, { headers: { range: 'bytes=10-59' } });
        return status === 206 && body.equals(whole.subarray(10, 60)) ? undefined : `${status} ${body.toString()}`;
      },
    },
    {
      what: `Press gets ${PICTURE} with who took it, as the README shows it`,
      allowed: true,
      check: async () => {
        const { status, type, body } = await ask('Press', PICTURE);
        if (status !== 200 || type !== 'image/png') return `${status} ${type}`;
        return body.equals(readFileSync(SHOWN_PICTURE)) ? undefined : `${body.length} bytes of another picture`;
      },
    },
    refused('Analytics', PICTURE),
    refused('Press', ORDER),
    refused('Marketing', 'orders/none.xml'),
    ...(ask.judgesCallers ? viewsOfOthers(ask) : []),
  ];
}

function viewsOfOthers(ask: Ask): ViewCase[] {
  return ROLES.flatMap((caller) =>
    ROLES.filter((view) => view !== caller).map((view) => ({
      what: `${caller} does not get the view of ${view}`,
      allowed: false,
      check: async () => {
        const { status, body } = await ask(caller, view === 'Press' ? PICTURE : ORDER, { view });
        return status === 403 && !body.includes('C-17') ? undefined : `${status} ${body.toString()}`;
      },
    })),
  );
}

const ORDER = 'orders/1001.xml';
const PICTURE = 'pictures/kettle.png';
const README = join(EXAMPLE, 'README.md');
const SHOWN_PICTURE = join(EXAMPLE, 'answers', 'kettle.png');

function readme(): string {
  return readFileSync(README, 'utf8');
}

/** A page with the answers that somebody got, each after a comment that names the caller. */
function withAnswers(page: string, answers: Readonly<Record<string, Buffer>>): string {
  return Object.entries(answers).reduce((text, [caller, body]) => {
    const block = new RegExp(`(<!-- ${caller} -->\\s*\`\`\`(\\w+)\\n)[\\s\\S]*?\`\`\``);
    const [, , language] = block.exec(text)!;
    const shown =
      language === 'json' ? JSON.stringify(JSON.parse(body.toString()), undefined, 2) : body.toString().trimEnd();
    return text.replace(block, (_, before: string) => `${before}${shown}\n\`\`\``);
  }, page);
}

/** Writes into the README of the example what its callers get. */
export async function showAnswers(ask: Ask): Promise<void> {
  const answer = async (caller: string) => (await ask(caller, ORDER)).body;
  writeFileSync(
    README,
    withAnswers(readme(), {
      Shop: originalOf(ORDER),
      Analytics: await answer('Analytics'),
      Marketing: await answer('Marketing'),
    }),
  );
  mkdirSync(join(EXAMPLE, 'answers'), { recursive: true });
  writeFileSync(SHOWN_PICTURE, (await ask('Press', PICTURE)).body);
}
