import { callerOf, type CallerEvent } from './caller';
import type { IssuerSettings } from './contract';
import { HttpError } from './http-error';
import { objectKey } from './object-key';
import { orderOf, type Order, type Upload } from './order';

/** A request to be presigned; path and query are encoded as they go over the wire. */
interface Presignable {
  readonly method: 'GET' | 'PUT';
  readonly host: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Signed, so that the sender must send exactly these. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Credentials that can sign; signature version 4 only. */
export interface Signer {
  readonly accessKeyId: string;
  readonly sessionToken?: string;
  /** When S3 no longer takes what they signed. */
  readonly expiration?: Date;
  presign(request: Presignable, at: Date, seconds: number): Promise<string>;
  /** The signature of a POST policy, in hexadecimal digits. */
  signPolicy(policy: string, at: Date): Promise<string>;
}

/** The event of a function URL or an API, in either payload format. */
export interface IssuerEvent extends CallerEvent {
  readonly httpMethod?: string;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
  readonly requestContext?: CallerEvent['requestContext'] & {
    readonly requestId?: string;
    readonly http?: { readonly method?: string };
  };
}

export interface IssuerResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One line of the audit log; nothing in it opens anything. */
export type AuditRecord = Readonly<Record<string, unknown>>;

/** What an issuer needs from outside. */
export interface IssuerDependencies {
  readonly now: () => Date;
  /** Credentials that live for at least so many seconds, if such are to be had. */
  readonly signer: (seconds: number) => Promise<Signer>;
  readonly audit: (record: AuditRecord) => void;
}

interface Issued {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly fields?: Readonly<Record<string, string>>;
}

/** Answers one call: checks it, signs what it may have, and leaves a record either way. */
export async function answer(
  event: IssuerEvent,
  settings: IssuerSettings,
  dependencies: IssuerDependencies,
): Promise<IssuerResponse> {
  const requestId = event.requestContext?.requestId;
  let name: string | undefined;
  try {
    const method = event.requestContext?.http?.method ?? event.httpMethod;
    if (method !== 'POST') throw new HttpError(405, 'Send a POST request with a JSON body.');
    const caller = callerOf(event, settings.caller);
    name = caller.name;
    const body = event.body ?? undefined;
    const order = orderOf(
      event.isBase64Encoded && body !== undefined ? Buffer.from(body, 'base64').toString() : body,
      settings,
    );
    const key = objectKey(settings.prefix + caller.folder, order.name);

    const signer = await dependencies.signer(order.seconds);
    const at = new Date(Math.floor(dependencies.now().getTime() / 1000) * 1000);
    const expiresAt = new Date(at.getTime() + order.seconds * 1000);
    if (signer.expiration && signer.expiration < expiresAt) throw outlives(order.seconds, signer.expiration, at);

    const issued = await sign(order, key, settings, signer, at, expiresAt);
    dependencies.audit({
      event: 'presigned-url-issued',
      requestId,
      caller: name,
      operation: order.operation,
      bucket: settings.bucket,
      key,
      contentType: order.upload?.contentType,
      size: order.upload?.bytes,
      checksumSha256: order.upload?.checksumSha256,
      expiresAt: expiresAt.toISOString(),
      // As CloudTrail names who used the URL.
      signerAccessKeyId: signer.accessKeyId,
    });
    return respond(200, { ...issued, key, expiresAt: expiresAt.toISOString() });
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    dependencies.audit({
      event: 'presigned-url-refused',
      requestId,
      caller: name,
      status: error.status,
      reason: error.message,
    });
    return respond(error.status, { message: error.message });
  }
}

function outlives(seconds: number, expiration: Date, at: Date): HttpError {
  const left = Math.max(0, Math.floor((expiration.getTime() - at.getTime()) / 1000));
  return new HttpError(
    400,
    `"expiresIn" is ${seconds}, but the credentials that sign live for ${left} seconds more, and a URL ` +
      'dies with them: ask for less.',
  );
}

async function sign(
  { operation, seconds, upload }: Order,
  key: string,
  settings: IssuerSettings,
  signer: Signer,
  at: Date,
  expiresAt: Date,
): Promise<Issued> {
  // A bucket name with a dot matches no certificate of S3.
  const byPath = settings.bucket.includes('.');
  const host = `${byPath ? '' : `${settings.bucket}.`}s3.${settings.region}.${settings.urlSuffix}`;
  const folder = byPath ? `/${settings.bucket}` : '';
  if (operation === 'post') {
    return {
      method: 'POST',
      url: `https://${host}${folder}/`,
      fields: await form(key, upload!, settings, signer, at, expiresAt),
    };
  }

  const place = { host, path: `${folder}/${key.split('/').map(encoded).join('/')}` };
  if (operation === 'get') {
    // Saved rather than shown: what callers upload is never a page of S3's domain.
    const query = { 'response-content-disposition': 'attachment' };
    return { method: 'GET', url: await signer.presign({ ...place, method: 'GET', query, headers: {} }, at, seconds) };
  }
  const headers = {
    'content-type': upload!.contentType,
    'x-amz-checksum-sha256': upload!.checksumSha256,
    ...settings.encryptionHeaders,
  };
  const signed = { ...headers, 'content-length': String(upload!.bytes) };
  return {
    method: 'PUT',
    url: await signer.presign({ ...place, method: 'PUT', query: {}, headers: signed }, at, seconds),
    headers,
  };
}

/** The fields of a form in the order in which they are sent; the file comes last. */
async function form(
  key: string,
  { rule, contentType, checksumSha256 }: Upload,
  settings: IssuerSettings,
  signer: Signer,
  at: Date,
  expiresAt: Date,
): Promise<Record<string, string>> {
  const stamp = timestamp(at);
  const fields: Record<string, string> = {
    key,
    'Content-Type': contentType,
    'x-amz-checksum-sha256': checksumSha256,
    ...settings.encryptionHeaders,
    success_action_status: '204',
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': `${signer.accessKeyId}/${stamp.slice(0, 8)}/${settings.region}/s3/aws4_request`,
    'x-amz-date': stamp,
    ...(signer.sessionToken === undefined ? {} : { 'x-amz-security-token': signer.sessionToken }),
  };
  const policy = Buffer.from(
    JSON.stringify({
      expiration: expiresAt.toISOString(),
      conditions: [
        { bucket: settings.bucket },
        ...Object.entries(fields).map(([name, value]) => ['eq', `$${name}`, value]),
        ['content-length-range', rule.minimumBytes, rule.maximumBytes],
      ],
    }),
  ).toString('base64');
  return { ...fields, policy, 'x-amz-signature': await signer.signPolicy(policy, at) };
}

/** As signatures write a time: `20260102T030405Z`. */
function timestamp(at: Date): string {
  return at.toISOString().replace(/[-:]|\.\d{3}/g, '');
}

/** Percent-encoding as signature version 4 wants it, once. */
export function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function respond(statusCode: number, body: unknown): IssuerResponse {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify(body),
  };
}
