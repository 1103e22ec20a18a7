import { CsvTransform } from './csv';
import { JsonTransform } from './json';
import { XmlTransform } from './xml';
import type { FieldRedactor } from '../contract';
import { RedactionError } from '../errors';
import type { Format } from '../policy';

/** What is known of an object besides its content. */
export interface ObjectDescription {
  /** The `Content-Type`, with its parameters. */
  readonly contentType?: string;
  /** The `Content-Encoding`. */
  readonly contentEncoding?: string;
  /** Key or file name: only its extension is looked at. */
  readonly name?: string;
}

/** What the chooser looks at of an object's content, in decoded bytes. */
export const HEAD_BYTES = 4096;

const FORMAT_BY_TYPE: Record<string, Format | undefined> = {
  'application/json': 'json',
  'text/json': 'json',
  'application/x-ndjson': 'ndjson',
  'application/ndjson': 'ndjson',
  'application/jsonl': 'ndjson',
  'application/x-jsonlines': 'ndjson',
  'text/csv': 'csv',
  'application/csv': 'csv',
  'text/tab-separated-values': 'tsv',
  'application/xml': 'xml',
  'text/xml': 'xml',
  'application/javascript': 'text',
  'application/sql': 'text',
  'application/yaml': 'text',
  'application/x-yaml': 'text',
  'application/toml': 'text',
  'application/x-sh': 'text',
};

/** Types that say nothing, or nothing but "text": the extension may know better. */
const VAGUE_TYPES = new Set([
  '',
  'text/plain',
  'application/octet-stream',
  'binary/octet-stream',
  'application/unknown',
]);

const FORMAT_BY_EXTENSION: Record<string, Format | undefined> = {
  json: 'json',
  geojson: 'json',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  csv: 'csv',
  tsv: 'tsv',
  tab: 'tsv',
  xml: 'xml',
  ...Object.fromEntries(
    (
      'txt text md markdown rst adoc tex html htm yaml yml toml ini cfg conf properties env sql diff patch ' +
      'lock sum mod ' +
      'js mjs cjs jsx ts mts cts tsx css scss less vue svelte py pyi rb go java kt kts scala groovy cs fs ' +
      'vb c h cc cpp cxx hpp m mm rs ' +
      'swift php pl pm lua r jl sh bash zsh ps1 bat dart ex exs erl hs clj tf hcl proto graphql'
    )
      .split(' ')
      .map((extension) => [extension, 'text' as const]),
  ),
};

/** Formats whose first bytes are printable. */
const BINARY_MAGIC = ['%PDF-', 'PAR1', 'Obj\u0001', 'GIF8', 'PK\u0003\u0004', 'Rar!', '7z\xbc', 'ORC', '{\\rtf'].map(
  (magic) => Buffer.from(magic, 'latin1'),
);

const S3_LOG = /^[0-9a-f]{64} \S+ \[[^\]]*\] \S+ /;
const APACHE_LOG = /^\S+ \S+ \S+ \[[^\]]*\] "(?:[^"\\]|\\.)*" \d{3} /;
const ALB_LOG = /^(?:https?|h2|grpcs|wss?) \d{4}-\d\d-\d\dT\S+ \S+ \S+:\d+ /;
const CLOUDFRONT_LOG = /^#Version: 1\.0\r?\n#Fields: /;
const VPC_FLOW_LOG = /^(?:(?:[a-z0-9-]+ )*srcaddr (?:[a-z0-9-]+ ?)+$|\d+ \d{12} eni-[0-9a-f]+ )/;
const KEY_VALUE = /(?:^|\s)[A-Za-z_][\w.-]*=(?:"(?:[^"\\]|\\.)*"|\S*)/g;
const LEAST_PAIRS = 3;
const SAMPLE_LINES = 5;

/** The content type without its parameters, in lower case. */
export function mediaType(contentType: string | undefined): string {
  return (contentType ?? '').split(';', 1)[0].trim().toLowerCase();
}

/** The `charset` parameter of a content type. */
export function charsetLabel(contentType: string | undefined): string | undefined {
  return /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType ?? '')?.[1];
}

/**
 * The format that an object's description tells, if it does: a specific content type, then the extension, then the
 * content type `text/...`.
 * @returns `undefined` where the content must tell, `'unknown'` where the type is known not to be text
 */
export function formatByDescription({ contentType, name }: ObjectDescription): Format | 'unknown' | undefined {
  const type = mediaType(contentType);
  const byType =
    FORMAT_BY_TYPE[type] ??
    (type.endsWith('+json') ? 'json' : type.endsWith('+xml') && type !== 'application/xhtml+xml' ? 'xml' : undefined);
  if (byType) return byType;
  if (!VAGUE_TYPES.has(type)) return type.startsWith('text/') || type === 'application/xhtml+xml' ? 'text' : 'unknown';
  const extension = /\.([A-Za-z0-9]+)$/.exec(name ?? '')?.[1].toLowerCase();
  return extension === undefined ? undefined : FORMAT_BY_EXTENSION[extension];
}

/**
 * The format that the content tells. The order: binary (refused), JSON, XML, the logs of CloudFront, S3, Apache, load
 * balancers and VPC flows, TSV or CSV, key=value log, and otherwise text.
 * @param head the beginning of the content in UTF-8; `whole` when it is all of it
 */
export function formatByContent(head: Buffer, whole: boolean): Format | 'unknown' {
  if (isBinary(head)) return 'unknown';
  const text = head.toString('latin1');
  const first = text.trimStart()[0];
  if (
    (first === '{' || first === '[') &&
    parses(new JsonTransform({ policy: { version: 1 }, redactor: FINDS_NOTHING }), head, whole)
  ) {
    return 'json';
  }
  if (
    first === '<' &&
    !/^\s*<(?:!doctype html|html)/i.test(text) &&
    parses(new XmlTransform({ policy: { version: 1 }, redactor: FINDS_NOTHING }), head, whole)
  ) {
    return 'xml';
  }

  if (CLOUDFRONT_LOG.test(text)) return 'log-cloudfront';
  const lines = text.split(/\r\n|\n|\r/);
  if (!whole) lines.pop();
  const sample = lines.filter((line) => line !== '').slice(0, SAMPLE_LINES);
  if (sample.length === 0) return 'text';
  if (sample.every((line) => S3_LOG.test(line))) return 'log-s3';
  if (sample.every((line) => APACHE_LOG.test(line))) return 'log-apache';
  if (sample.every((line) => ALB_LOG.test(line))) return 'log-alb';
  if (VPC_FLOW_LOG.test(sample[0])) return 'log-vpc-flow';
  for (const [delimiter, format] of [
    ['\t', 'tsv'],
    [',', 'csv'],
    [';', 'csv'],
    ['|', 'csv'],
  ] as const) {
    const counts = sample.map((line) => line.replace(/"[^"]*"/g, '').split(delimiter).length);
    if (sample.length > 1 && counts[0] > 1 && counts.every((count) => count === counts[0])) return format;
  }
  if (sample.every((line) => (line.match(KEY_VALUE)?.length ?? 0) >= LEAST_PAIRS)) return 'log-keyvalue';
  return 'text';
}

/** Whether the beginning of an object is not text: control characters that texts do not have, or a known signature. */
export function isBinary(head: Buffer): boolean {
  if (BINARY_MAGIC.some((magic) => head.subarray(0, magic.length).equals(magic))) return true;
  // Tab, line feed, vertical tab, form feed, carriage return and escape are in texts.
  return head.some((byte) => byte < 0x20 && !(byte >= 0x09 && byte <= 0x0d) && byte !== 0x1b);
}

function parses(transform: JsonTransform | XmlTransform | CsvTransform, head: Buffer, whole: boolean): boolean {
  try {
    transform.push(head);
    if (whole) transform.end();
    return true;
  } catch (error) {
    if (error instanceof RedactionError) return false;
    throw error;
  }
}

const FINDS_NOTHING: FieldRedactor = {
  redact: () => undefined,
  find: () => [],
  apply: () => undefined,
  batch: () => ({
    glance: () => undefined,
    mayHoldAnything: () => false,
    isMereNumber: () => false,
    add: () => true,
    hits: () => [],
  }),
};
