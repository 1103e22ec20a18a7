import { createHash, createHmac } from 'node:crypto';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface SigningScope {
  readonly service: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly now: Date;
}

export interface Signable {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** The body's SHA-256 in hex, or `UNSIGNED-PAYLOAD`. */
  readonly payload: string;
}

export const UNSIGNED = 'UNSIGNED-PAYLOAD';
const ALGORITHM = 'AWS4-HMAC-SHA256';

/** Hops change these. */
const NEVER_SIGNED = new Set(['connection', 'expect', 'transfer-encoding', 'user-agent']);

export function sha256(body: string | Uint8Array): string {
  return createHash('sha256').update(body).digest('hex');
}

/**
 * The headers of the request with its signature.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signed(request: Signable, scope: SigningScope): Record<string, string> {
  const time = stamp(scope.now);
  const headers: Record<string, string> = {
    ...request.headers,
    host: request.url.host,
    'x-amz-date': time,
    ...(scope.service.startsWith('s3') ? { 'x-amz-content-sha256': request.payload } : {}),
    ...(scope.credentials.sessionToken ? { 'x-amz-security-token': scope.credentials.sessionToken } : {}),
  };
  const names = Object.keys(headers)
    .map((name) => name.toLowerCase())
    .filter((name) => !NEVER_SIGNED.has(name))
    .sort();
  const signature = signatureOf(request, headers, names, request.url.searchParams, time, scope);
  headers.authorization =
    `${ALGORITHM} Credential=${scope.credentials.accessKeyId}/${scopeText(time, scope)}, ` +
    `SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return headers;
}

/** The URL with the signature in its query: whoever has it may make the one request until it expires. */
export function presigned(url: URL, scope: SigningScope, expiresInSeconds: number, method = 'GET'): URL {
  const time = stamp(scope.now);
  const out = new URL(url);
  const query: Record<string, string> = {
    'X-Amz-Algorithm': ALGORITHM,
    'X-Amz-Credential': `${scope.credentials.accessKeyId}/${scopeText(time, scope)}`,
    'X-Amz-Date': time,
    'X-Amz-Expires': String(expiresInSeconds),
    ...(scope.credentials.sessionToken ? { 'X-Amz-Security-Token': scope.credentials.sessionToken } : {}),
    'X-Amz-SignedHeaders': 'host',
  };
  for (const [name, value] of Object.entries(query)) out.searchParams.set(name, value);
  const request = { method, url: out, headers: {}, payload: UNSIGNED };
  out.searchParams.set(
    'X-Amz-Signature',
    signatureOf(request, { host: out.host }, ['host'], out.searchParams, time, scope),
  );
  return out;
}

/** RFC 3986 with everything but the unreserved characters escaped. */
export function escaped(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function stamp(now: Date): string {
  return now.toISOString().replace(/[-:]|\.\d{3}/g, '');
}

function scopeText(time: string, { region, service }: SigningScope): string {
  return `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
}

function signatureOf(
  { method, url, payload }: Signable,
  headers: Record<string, string>,
  names: readonly string[],
  query: URLSearchParams,
  time: string,
  scope: SigningScope,
): string {
  const byName = new Map(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value.trim().replace(/ +/g, ' ')]),
  );
  const parameters = [...query].map(([name, value]) => `${escaped(name)}=${escaped(value)}`).sort();
  const canonical = [
    method,
    // S3 signs the path as it is sent; the paths of the other services here have nothing to escape.
    url.pathname,
    parameters.join('&'),
    ...names.map((name) => `${name}:${byName.get(name)!}`),
    '',
    names.join(';'),
    payload,
  ].join('\n');
  const text = [ALGORITHM, time, scopeText(time, scope), sha256(canonical)].join('\n');
  const key = [time.slice(0, 8), scope.region, scope.service, 'aws4_request'].reduce<string | Buffer>(
    (secret, part) => hmac(secret, part),
    `AWS4${scope.credentials.secretAccessKey}`,
  );
  return hmac(key, text).toString('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
