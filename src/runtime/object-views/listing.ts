import { SaxesParser } from 'saxes';
import { viewEtag } from './headers';
import { S3Error } from './s3-error';
import type { View } from './view-request';

const MAX_DEPTH = 8;
/** Within a listed object: what is of the original alone. */
const LEFT_OUT = new Set(['ChecksumAlgorithm', 'ChecksumType']);

/**
 * A view with prefixes lists within them only; what lies outside is not filtered away but never asked for.
 * @param query names in small letters
 */
export function checkListing({ document: { prefixes, features } }: View, query: Readonly<Record<string, string>>): void {
  if (features && !features.includes('list')) throw new S3Error(403, 'AccessDenied', 'This view does not list.');
  if (prefixes && !prefixes.some((prefix) => (query.prefix ?? '').startsWith(prefix))) {
    throw new S3Error(403, 'AccessDenied', `This view lists within its prefixes only; ask with a prefix that begins with one of: ${prefixes.join(', ')}`);
  }
}

/**
 * S3's listing as the view has it: with the ETags that a GET through the view gives. Sizes stay those of the originals, because
 * nobody knows others without reading them all.
 * @param state what else changes the view; `undefined` when that is unknown, and so every ETag
 */
export function viewListing(xml: string, view: View, varies: string, state: string | undefined): string {
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
  parser.on('opentag', ({ name, attributes }) => {
    path.push(name);
    if (path.length > MAX_DEPTH) refuse();
    if (leftOut(path, state)) skipped += 1;
    if (skipped > 0) return;
    out += `${escaped(text)}<${name}${Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`).join('')}>`;
    text = '';
  });
  const add = (part: string) => { text += part; };
  parser.on('text', add);
  parser.on('cdata', add);
  parser.on('closetag', ({ name }) => {
    if (skipped === 0) {
      const value = name === 'ETag' && path.at(-2) === 'Contents' ? viewEtag(text, view.chain.version, varies + state!, view.key) : text;
      out += `${escaped(value)}</${name}>`;
    }
    text = '';
    if (leftOut(path, state)) skipped -= 1;
    path.pop();
  });
  parser.write(xml).close();
  return out;
}

function leftOut(path: readonly string[], state: string | undefined): boolean {
  const name = path.at(-1)!;
  return path.at(-2) === 'Contents' && (LEFT_OUT.has(name) || (name === 'ETag' && state === undefined));
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[character]!);
}
