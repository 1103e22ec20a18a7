import { createHash, createHmac } from 'node:crypto';
import type { View } from './view-request';

export type Headers = Readonly<Record<string, string | undefined>>;

/** Names in small letters, values as one text. */
export function normalized(
  headers: Readonly<Record<string, string | readonly string[] | number | undefined>>,
): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) out[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : String(value);
  }
  return out;
}

/**
 * What of the original is true of the view too. Its length, digests and parts are not, its ETag may be the MD5 of the
 * whole content, and the ids of keys and lifecycle rules are names of the owner's own.
 */
const KEPT = new Set([
  'cache-control',
  'content-disposition',
  'content-language',
  'expires',
  'last-modified',
  'x-amz-delete-marker',
  'x-amz-missing-meta',
  'x-amz-object-lock-legal-hold',
  'x-amz-object-lock-mode',
  'x-amz-object-lock-retain-until-date',
  'x-amz-replication-status',
  'x-amz-request-charged',
  'x-amz-restore',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-bucket-key-enabled',
  'x-amz-storage-class',
  'x-amz-tagging-count',
  'x-amz-version-id',
]);
const META = 'x-amz-meta-';

/**
 * Metadata that clients name after a digest or the length of the content, such as `s3cmd-attrs` or
 * `x-amz-unencrypted-content-md5`.
 */
const DIGEST_NAME = /(^|[-_.])(md5\w*|sha\w*|crc\w*|checksum\w*|digest|hash|etag|unencrypted-content-\w+)($|[-_.])/;
/** As many hexadecimal digits, or characters of Base64, as MD5 and the digests of SHA have. */
const DIGEST_VALUE =
  /(^|[^0-9a-z])([0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})($|[^0-9a-z])|^([\w+/]{22}==|[\w+/]{27}=|[\w+/]{43}=|[\w+/]{86}==)$/i;

/** Whether a guess of the original's content could be tested against the metadata. */
function isDigest(name: string, value: string): boolean {
  return DIGEST_NAME.test(name) || DIGEST_VALUE.test(value);
}

/**
 * @param redact takes what is personal out of a value that users chose
 * @param whole the view is the original's very bytes, so that a digest of them tells nothing new
 */
export function keptHeaders(
  original: Headers,
  redact: (value: string) => string,
  whole: boolean,
): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(original)) {
    if (value === undefined) continue;
    if (KEPT.has(name)) out[name] = name === 'content-disposition' ? redact(value) : value;
    else if (name.startsWith(META) && (whole || !isDigest(name.slice(META.length), value))) out[name] = redact(value);
  }
  return out;
}

/**
 * A validator of its own: another one for another original, another chain, another caller where that matters.
 * The dash keeps clients from taking it for an MD5.
 * @param varies what else changes the view; `undefined` when that is unknown
 * @returns undefined without a key: a plain digest of the original's MD5 would let a caller test guesses of what the
 * view leaves out
 */
export function viewEtag(
  originalEtag: string,
  { chain, key }: Pick<View, 'chain' | 'key'>,
  varies: string | undefined,
): string | undefined {
  if (varies === undefined || (!key && !chain.empty)) return undefined;
  const text = `etag\n${originalEtag.replace(/^W\//, '')}\n${chain.version}\n${varies}`;
  const digest = key ? createHmac('sha256', key).update(text) : createHash('sha256').update(text);
  return `"${digest.digest('hex').slice(0, 32)}-view"`;
}

const OWN_ETAG = /^(W\/)?"[0-9a-f]{32}-view"$/;

/**
 * Whether a condition names nothing but ETags of views, so that an answer of S3 to it tells nothing of the original's
 * own.
 */
export function namesViewsOnly(header: string): boolean {
  return header.trim() === '*' || header.split(',').every((each) => OWN_ETAG.test(each.trim()));
}

/**
 * Whether a list of ETags names this one.
 * @see https://www.rfc-editor.org/rfc/rfc9110.html#name-conditional-requests
 */
export function namesEtag(header: string, etag: string | undefined, weak: boolean): boolean {
  if (header.trim() === '*') return true;
  if (etag === undefined) return false;
  return header
    .split(',')
    .map((each) => each.trim())
    .some((each) => {
      const plain = weak ? each.replace(/^W\//, '') : each;
      return plain === etag || `"${plain}"` === etag;
    });
}
