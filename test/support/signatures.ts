import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { SignatureV4 } from '@smithy/signature-v4';

export const CREDENTIALS = {
  accessKeyId: 'AKIDTEST',
  secretAccessKey: 'the-secret-of-the-tests',
  sessionToken: 'session/token+of=tests',
};
export const REGION = 'eu-central-1';

/** What the signer of the AWS SDK asks of a hash. */
class Sha256 {
  private readonly hash;

  constructor(secret?: Uint8Array | string) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  }

  public update(data: Uint8Array | string): void {
    this.hash.update(data);
  }

  public async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }

  public reset(): void {
    throw new Error('not used');
  }
}

interface Signer {
  sign(request: object, options: object): Promise<{ headers: Record<string, string> }>;
  presign(request: object, options: object): Promise<{ query: Record<string, string> }>;
}

function signer(service: string): Signer {
  return new SignatureV4({
    service,
    region: REGION,
    credentials: CREDENTIALS,
    sha256: Sha256 as never,
    uriEscapePath: false,
    applyChecksum: false,
  }) as unknown as Signer;
}

function dateOf(stamp: string): Date {
  return new Date(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

function requestOf(method: string, url: URL, headers: Record<string, string>, body?: Buffer) {
  const { protocol, hostname, port, pathname: path, searchParams } = url;
  return {
    body,
    method,
    protocol,
    hostname,
    port: Number(port),
    path,
    query: Object.fromEntries(searchParams),
    headers,
  };
}

/** A URL as S3 puts it into an event: signed as the caller, with these headers. */
export async function presign(
  method: string,
  url: URL,
  headers: Record<string, string>,
  now = new Date(),
  expiresIn = 61,
): Promise<string> {
  const names = [...Object.keys(headers), 'host'];
  const { query } = await signer('s3').presign(
    requestOf(method, url, { ...headers, host: url.host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }),
    {
      signingDate: now,
      expiresIn,
      unhoistableHeaders: new Set([...names, 'x-amz-content-sha256']),
      unsignableHeaders: new Set(['x-amz-content-sha256']),
      signableHeaders: new Set(names),
    },
  );
  const out = new URL(url);
  for (const [name, value] of Object.entries(query)) out.searchParams.set(name, value);
  return out.href;
}

/** Why a request is refused; `undefined` when its signature holds. The signer of the AWS SDK judges. */
export async function refusal(
  method: string,
  url: URL,
  headers: IncomingHttpHeaders,
  service: string,
  now = new Date(),
  body?: Buffer,
): Promise<string | undefined> {
  const query = url.searchParams;
  const names = query.get('X-Amz-SignedHeaders') ?? /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1];
  if (names === undefined) return 'AccessDenied';
  const signed = new Set(names.split(';'));
  for (const name of Object.keys(headers)) if (name.startsWith('x-amz-') && !signed.has(name)) return 'AccessDenied';
  const given: Record<string, string> = {};
  for (const name of signed) {
    if (headers[name] === undefined) return 'SignatureDoesNotMatch';
    given[name] = String(headers[name]);
  }
  if (query.has('X-Amz-Signature')) {
    const date = dateOf(query.get('X-Amz-Date')!);
    if (now.getTime() > date.getTime() + Number(query.get('X-Amz-Expires')) * 1000) return 'ExpiredToken';
    const plain = new URL(url);
    for (const name of [...query.keys()]) if (name.startsWith('X-Amz-')) plain.searchParams.delete(name);
    const { host, ...rest } = given;
    const expected = await presign(method, plain, rest, date, Number(query.get('X-Amz-Expires')));
    return new URL(expected).searchParams.get('X-Amz-Signature') === query.get('X-Amz-Signature')
      ? undefined
      : 'SignatureDoesNotMatch';
  }
  const date = dateOf(String(headers['x-amz-date']));
  const { 'x-amz-date': _, 'x-amz-security-token': __, ...rest } = given;
  const { headers: expected } = await signer(service).sign(requestOf(method, url, rest, body), {
    signingDate: date,
    signableHeaders: new Set(Object.keys(given)),
    unsignableHeaders: new Set(),
  });
  return expected.authorization === headers.authorization ? undefined : 'SignatureDoesNotMatch';
}
