import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { request, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { DeployedIssuer } from '../e2e/issuer';
import type { Radosgw } from '../e2e/radosgw';

const PAGE = join(__dirname, '..', '..', 'examples', 'upload-portal', 'page');
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

export const PORTAL = 'https://portal.example.com';
export const ELSEWHERE = 'https://elsewhere.example.com';
const API = 'a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com';
const SIGN_IN = 'upload-portal.auth.eu-central-1.amazoncognito.com';
const CLIENT = 'page-client';

/**
 * The sites that the page of examples/upload-portal deals with, under their own names and over TLS: the page as it is
 * served, its bucket (the server), its API (the issuer, behind the CORS of the template) and Cognito's two addresses
 * for signing in, which check what Cognito checks.
 */
export class Sites {
  public static async start(folder: string, server: Radosgw, issuer: DeployedIssuer): Promise<Sites> {
    const [key, cert] = ['key', 'cert'].map((name) => join(folder, `${name}.pem`));
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '1',
        '-subj',
        '/CN=sites',
        '-keyout',
        key,
        '-out',
        cert,
      ],
      { stdio: 'pipe' },
    );
    const sites = new Sites(server, issuer, readFileSync(key), readFileSync(cert));
    await new Promise<void>((resolve) => sites.https.listen(0, '127.0.0.1', resolve));
    return sites;
  }

  /** Who signs in next. */
  public customer = randomUUID();
  private readonly https: Server;
  private readonly codes = new Map<string, { challenge: string; sub: string }>();
  private readonly tokens = new Map<string, string>();

  private constructor(
    private readonly server: Radosgw,
    private readonly issuer: DeployedIssuer,
    key: Buffer,
    cert: Buffer,
  ) {
    this.https = createServer(
      { key, cert },
      (req, res) => void this.answer(req, res).catch((error: Error) => res.writeHead(500).end(error.stack)),
    );
  }

  public get port(): number {
    return (this.https.address() as AddressInfo).port;
  }

  public get urlsEndpoint(): string {
    return `https://${API}/urls`;
  }

  /** A token of somebody, as if it were stolen. */
  public tokenOf(sub: string): string {
    const token = randomUUID();
    this.tokens.set(token, sub);
    return token;
  }

  /** As after their thirty minutes. */
  public endTokens(): void {
    this.tokens.clear();
  }

  public async stop(): Promise<void> {
    this.https.closeAllConnections();
    await new Promise((resolve) => this.https.close(resolve));
  }

  private async answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = new URL(req.url!, `https://${req.headers.host}`);
    switch (url.host) {
      case new URL(PORTAL).host:
        return this.page(url, res);
      case new URL(ELSEWHERE).host:
        return void res.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Elsewhere</title>');
      case SIGN_IN:
        return this.signIn(req, url, res);
      case API:
        return this.api(req, url, res);
      default:
        return this.toServer(req, res);
    }
  }

  /** The example's own files, filled in from the outputs of the stack as its README says. */
  private page({ pathname }: URL, res: ServerResponse): void {
    const file = join(PAGE, pathname === '/' ? 'index.html' : pathname.slice(1));
    if (!existsSync(file)) return void res.writeHead(404).end();
    const filled = readFileSync(file, 'utf8')
      .replaceAll('API_ID.execute-api.eu-central-1.amazonaws.com', API)
      .replaceAll('CLIENT_ID', CLIENT)
      .replaceAll('SIGN_IN.auth.eu-central-1.amazoncognito.com', SIGN_IN)
      .replaceAll('https://BUCKET.', `https://${this.issuer.bucket}.`);
    res.writeHead(200, { 'content-type': `${TYPES[extname(file)]}; charset=utf-8` }).end(filled);
  }

  private async signIn(req: IncomingMessage, { pathname, searchParams }: URL, res: ServerResponse): Promise<void> {
    if (pathname === '/oauth2/authorize') {
      const { response_type, client_id, redirect_uri, scope, state, code_challenge, code_challenge_method } =
        Object.fromEntries(searchParams);
      const asked = [response_type, client_id, redirect_uri, scope, code_challenge_method].join(' ');
      if (asked !== `code ${CLIENT} ${PORTAL}/ openid S256`) return void res.writeHead(400).end(asked);
      const code = randomUUID();
      this.codes.set(code, { challenge: code_challenge, sub: this.customer });
      return void res.writeHead(302, { location: `${redirect_uri}?${new URLSearchParams({ code, state })}` }).end();
    }
    const { grant_type, client_id, redirect_uri, code, code_verifier } = Object.fromEntries(
      new URLSearchParams(await bodyOf(req)),
    );
    const started = this.codes.get(code);
    this.codes.delete(code);
    const proved =
      started?.challenge ===
      createHash('sha256')
        .update(code_verifier ?? '')
        .digest('base64url');
    const good =
      proved && [grant_type, client_id, redirect_uri].join(' ') === `authorization_code ${CLIENT} ${PORTAL}/`;
    res
      .writeHead(good ? 200 : 400, { 'content-type': 'application/json', 'access-control-allow-origin': '*' })
      .end(
        JSON.stringify(
          good ? { access_token: this.tokenOf(started!.sub), token_type: 'Bearer' } : { error: 'invalid_grant' },
        ),
      );
  }

  /** An HTTP API with a JWT authorizer: it answers the browser by its own CORS, and knows whose a token is. */
  private async api(req: IncomingMessage, { pathname }: URL, res: ServerResponse): Promise<void> {
    const { CorsConfiguration } = this.issuer.resources('AWS::ApiGatewayV2::Api')[0].Properties;
    const origin = CorsConfiguration.AllowOrigins.includes(req.headers.origin)
      ? { 'access-control-allow-origin': req.headers.origin }
      : {};
    if (req.method === 'OPTIONS') {
      const { AllowHeaders, AllowMethods } = CorsConfiguration;
      const allowed = {
        'access-control-allow-headers': AllowHeaders.join(','),
        'access-control-allow-methods': AllowMethods.join(','),
      };
      return void res.writeHead(204, 'access-control-allow-origin' in origin ? { ...origin, ...allowed } : {}).end();
    }
    const sub = this.tokens.get(/^Bearer (.*)$/.exec(req.headers.authorization ?? '')?.[1] ?? '');
    const json = { 'content-type': 'application/json' };
    if (sub === undefined) return void res.writeHead(401, { ...json, ...origin }).end('{"message":"Unauthorized"}');
    if (req.method !== 'POST' || pathname !== '/urls') {
      return void res.writeHead(404, { ...json, ...origin }).end('{"message":"Not Found"}');
    }
    const { statusCode, headers, body } = await this.issuer.call(sub, await bodyOf(req));
    res.writeHead(statusCode, { ...headers, ...origin }).end(body);
  }

  /** Under the host name that was signed. */
  private toServer(req: IncomingMessage, res: ServerResponse): void {
    const { hostname, port } = new URL(this.server.endpoint);
    // S3 answers a preflight by the bucket's CORS alone; the server would check a signature over headers that no
    // preflight has.
    const path = req.method === 'OPTIONS' ? req.url!.replace(/\?.*/, '') : req.url;
    const onward = request({ hostname, port, method: req.method, path, headers: req.headers }, (answer) => {
      res.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(res);
    });
    onward.on('error', (error) => res.writeHead(502).end(error.message));
    req.pipe(onward);
  }
}

async function bodyOf(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
