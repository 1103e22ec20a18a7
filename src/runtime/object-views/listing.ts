import { SaxesParser } from 'saxes';
import { viewEtag } from './headers';
import { S3Error } from './s3-error';
import type { View } from './view-request';

const MAX_DEPTH = 8;
/** Within a listed object: what is of the original alone. */
const LEFT_OUT = new Set(['ChecksumAlgorithm', 'ChecksumType', 'Owner']);

/**
 * A view with prefixes lists within them only; what lies outside is not filtered away but never asked for.
 * @param query names in small letters
 */
export function checkListing(
  { document: { prefixes, features } }: View,
  query: Readonly<Record<string, string>>,
): void {
  if (features && !features.includes('list')) throw new S3Error(403, 'AccessDenied', 'This view does not list.');
  if (prefixes && !prefixes.some((prefix) => (query.prefix ?? '').startsWith(prefix))) {
    throw new S3Error(
      403,
      'AccessDenied',
      `This view lists within its prefixes only; ask with a prefix that begins with one of: ${prefixes.join(', ')}`,
    );
  }
}

/**
 * S3's listing as the view has it: with the ETags that a GET through the view gives. Sizes stay those of the originals,
 * because nobody knows others without reading them all.
 * @param varies what else changes the view; `undefined` when that is unknown, and so every ETag
 * @param name in place of the bucket's, where callers do not name the bucket themselves
 */
export function viewListing(xml: string, view: View, varies: string | undefined, name?: string): string {
  const hasEtags = viewEtag('', view, varies) !== undefined;
  const path: string[] = [];
  let out = '<?xml version="1.0" encoding="UTF-8"?>\n';
  let text = '';
  let skipped = 0;
  const parser = new SaxesParser();
  const refuse = () => {
    throw new S3Error(500, 'InternalError', 'the listing of S3 could not be read');
  };
  parser.on('error', refuse);
  parser.on('doctype', refuse);
  parser.on('opentag', ({ name: tag, attributes }) => {
    path.push(tag);
    if (path.length > MAX_DEPTH) refuse();
    if (leftOut(path, hasEtags)) skipped += 1;
    if (skipped > 0) return;
    out += `${escaped(text)}<${tag}${Object.entries(attributes)
      .map(([key, value]) => ` ${key}="${escaped(value)}"`)
      .join('')}>`;
    text = '';
  });
  const add = (part: string) => {
    text += part;
  };
  parser.on('text', add);
  parser.on('cdata', add);
  parser.on('closetag', ({ name: tag }) => {
    if (skipped === 0) {
      const value =
        tag === 'ETag' && path.at(-2) === 'Contents'
          ? viewEtag(text, view, varies)!
          : tag === 'Name' && path.length === 2
            ? (name ?? text)
            : text;
      out += `${escaped(value)}</${tag}>`;
    }
    text = '';
    if (leftOut(path, hasEtags)) skipped -= 1;
    path.pop();
  });
  parser.write(xml).close();
  return out;
}

function leftOut(path: readonly string[], hasEtags: boolean): boolean {
  const name = path.at(-1)!;
  return path.at(-2) === 'Contents' && (LEFT_OUT.has(name) || (name === 'ETag' && !hasEtags));
}

function escaped(text: string): string {
  return text.replace(
    /[&<>"]/g,
    (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[character]!,
  );
}
