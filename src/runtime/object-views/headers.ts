import { createHash, createHmac } from 'node:crypto';

export type Headers = Readonly<Record<string, string | undefined>>;

/** Names in small letters, values as one text. */
export function normalized(headers: Readonly<Record<string, string | readonly string[] | number | undefined>>): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) out[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : String(value);
  }
  return out;
}

/** What of the original is true of the view too. Its length, digests and parts are not, and its ETag may be the MD5 of the whole content. */
const KEPT = new Set([
  'cache-control', 'content-disposition', 'content-language', 'expires', 'last-modified',
  'x-amz-delete-marker', 'x-amz-expiration', 'x-amz-missing-meta', 'x-amz-object-lock-legal-hold', 'x-amz-object-lock-mode',
  'x-amz-object-lock-retain-until-date', 'x-amz-replication-status', 'x-amz-request-charged', 'x-amz-restore', 'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id', 'x-amz-server-side-encryption-bucket-key-enabled', 'x-amz-storage-class', 'x-amz-tagging-count',
  'x-amz-version-id',
]);
const META = 'x-amz-meta-';

/** @param redact takes what is personal out of a value that users chose */
export function keptHeaders(original: Headers, redact: (value: string) => string): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(original)) {
    if (value === undefined) continue;
    if (KEPT.has(name)) out[name] = name === 'content-disposition' ? redact(value) : value;
    else if (name.startsWith(META)) out[name] = redact(value);
  }
  return out;
}

/**
 * A validator of its own: another one for another original, another chain, another caller where that matters.
 * The dash keeps clients from taking it for an MD5.
 * @param key keeps a caller from confirming a guess of the original by its MD5
 */
export function viewEtag(originalEtag: string, chainVersion: string, varies: string, key: Uint8Array | undefined): string {
  const text = `etag\n${originalEtag.replace(/^W\//, '')}\n${chainVersion}\n${varies}`;
  const digest = key ? createHmac('sha256', key).update(text) : createHash('sha256').update(text);
  return `"${digest.digest('hex').slice(0, 32)}-view"`;
}

/**
 * Whether a list of ETags names this one.
 * @see https://www.rfc-editor.org/rfc/rfc9110.html#name-conditional-requests
 */
export function namesEtag(header: string, etag: string | undefined, weak: boolean): boolean {
  if (header.trim() === '*') return true;
  if (etag === undefined) return false;
  return header.split(',').map((each) => each.trim()).some((each) => {
    const plain = weak ? each.replace(/^W\//, '') : each;
    return plain === etag || `"${plain}"` === etag;
  });
}
