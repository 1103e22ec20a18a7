/**
 * Sample answers in the documents: what the named queries give over the generated logs. `npm run audit` compares them
 * with its own run, and writes them with `--write`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Queryable } from './app';
import type { Check } from './queries';
import type { Trino } from './trino';
import { ROOT } from '../delivery/pack';

const PAGE = 'docs/audit-answers.md';
/** Pages that repeat some of the answers, each between its marks. */
const REPEATED = ['docs/audit.md', 'examples/audited-store/README.md'];

interface Sample {
  readonly query: string;
  /** Literals of SQL, in the order of the question marks. */
  readonly values: readonly string[];
  readonly columns: readonly string[];
  /** Rows of the ordinary traffic say nothing. */
  readonly only?: (row: Record<string, unknown>) => boolean;
}

const ALL = "'%'";
const planted = (row: Record<string, unknown>) => !String(row.request_id).startsWith('ORDINARY');

export const SAMPLES: readonly Sample[] = [
  {
    query: 'who-read-object',
    values: ["'invoices-prod'", "'payroll/2026.xlsx'", '7'],
    columns: ['at', 'requester', 'remote_ip', 'operation', 'version_id', 'authentication_type', 'access_point_arn'],
  },
  {
    query: 'reads-by-principal',
    values: [ALL, "'payroll/'", ALL, '7'],
    columns: ['requester', 'bucket', 'reads', 'objects', 'first', 'last'],
  },
  {
    query: 'denied-requests',
    values: [ALL, "''", ALL, '7'],
    columns: ['requester', 'bucket', 'operation', 'error_code', 'requests', 'objects', 'addresses'],
  },
  {
    query: 'insecure-transport',
    values: [ALL, ALL, '7'],
    columns: ['transport', 'requester', 'bucket', 'status', 'requests', 'last'],
  },
  {
    query: 'anonymous-and-cross-account',
    values: [ALL, '7'],
    columns: ['account', 'requester', 'bucket', 'operation', 'status', 'requests'],
  },
  {
    query: 'presigned-use',
    values: [ALL, "''", ALL, '7'],
    columns: ['at', 'signer', 'access_key_id', 'age_seconds', 'valid_seconds', 'status', 'signature_version'],
  },
  {
    query: 'deletes',
    values: [ALL, "''", ALL, '7'],
    columns: ['at', 'requester', 'effect', 'bucket', 'key', 'operation'],
  },
  { query: 'lifecycle-actions', values: [ALL, "''", '7'], columns: ['operation', 'bucket', 'day', 'objects', 'bytes'] },
  {
    query: 'top-talkers',
    values: [ALL, "'dumps/'", '7'],
    columns: ['requester', 'remote_ip', 'source_region', 'requests', 'bytes'],
  },
  {
    query: 'by-access-point',
    values: ["'invoices-%'", "'%App%'", '7'],
    columns: ['bucket', 'access_point', 'requests', 'requesters', 'denied'],
  },
  {
    query: 'signature-version-2',
    values: [ALL, '7'],
    columns: ['requester', 'bucket', 'authentication_type', 'requests', 'last'],
  },
  {
    query: 'acl-dependent',
    values: [ALL, "''", '7'],
    columns: ['requester', 'bucket', 'operation', 'requests', 'objects', 'last'],
  },
  {
    query: 'first-seen-principals',
    values: ["'invoices-prod'", '90', '7'],
    columns: ['requester', 'bucket', 'first', 'requests', 'addresses', 'denied'],
  },
  {
    query: 'unusual-hours',
    values: [ALL, ALL, '7', '6', '20'],
    columns: ['requester', 'remote_ip', 'bucket', 'hour_utc', 'requests', 'last'],
  },
  { query: 'unreadable-records', values: [ALL, '7'], columns: ['bucket', 'day', 'parsed', 'records'] },
  {
    query: 'trail-who-read-object',
    values: ["'invoices-prod'", "'a.pdf'", '7'],
    columns: ['at', 'principal', 'role', 'source_ip', 'event_name', 'version_id', 'presigned', 'mfa'],
  },
  {
    query: 'trail-changes-of-access',
    values: [ALL, '7'],
    columns: ['at', 'principal', 'role', 'event_name', 'bucket', 'error_code'],
  },
  {
    query: 'trail-denied-calls',
    values: [ALL, ALL, '7'],
    columns: ['principal', 'caller_account', 'bucket', 'event_name', 'error_code', 'vpc_endpoint_id', 'calls'],
  },
  {
    query: 'trail-deletes',
    values: ["'invoices-%'", "'in/'", ALL, '7'],
    columns: ['at', 'principal', 'event_name', 'key', 'version_id', 'bypasses_governance', 'mfa'],
  },
  {
    query: 'trail-break-glass',
    values: [ALL, ALL, '7'],
    columns: ['at', 'principal', 'event_name', 'key', 'bypasses_governance', 'mfa', 'error_code'],
  },
  {
    query: 'trail-encryption-of-writes',
    values: [ALL, "'in/'", '7'],
    columns: ['encryption', 'bucket', 'principal', 'writes', 'example'],
  },
];

/** Every answer of the documents against this run; writes them instead where asked to. */
export async function answerChecks(trino: Trino, { database, queries }: Queryable, write: boolean): Promise<Check[]> {
  const answers = new Map<string, string>();
  for (const { query, values, columns, only = planted } of SAMPLES) {
    const rows = (await trino.query(database, queries[query], values)).filter((row) => only(row));
    const lines = [...new Set(rows.map((row) => columns.map((column) => cell(row[column])).join(' | ')))].sort();
    answers.set(
      query,
      [
        `With the values ${values.map((value) => `\`${value}\``).join(', ')}:`,
        '',
        `| ${columns.join(' | ')} |`,
        `|${'---|'.repeat(columns.length)}`,
        ...lines.map((line) => `| ${line} |`),
      ].join('\n'),
    );
  }
  return [PAGE, ...REPEATED].map((name) => {
    const file = join(ROOT, name);
    const before = readFileSync(file, 'utf8');
    const after = filled(before, answers);
    if (write) writeFileSync(file, after);
    const found = firstDifference(before, after);
    return { what: `answers in ${name}`, holds: write || found === undefined, found };
  });
}

/** Each block between the marks of its query, filled anew. */
export function filled(page: string, answers: ReadonlyMap<string, string>): string {
  return page.replace(
    /(<!-- answer: ([a-z0-9-]+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, begin: string, query: string, end: string) => `${begin}\n${answers.get(query) ?? 'no such query'}\n\n${end}`,
  );
}

/** The blocks of a page, by their queries. */
export function blocksOf(page: string): Map<string, string> {
  return new Map(
    [...page.matchAll(/<!-- answer: ([a-z0-9-]+) -->\n([\s\S]*?)<!-- end -->/g)].map(([, query, text]) => [
      query,
      text,
    ]),
  );
}

function firstDifference(before: string, after: string): string | undefined {
  if (before === after) return undefined;
  const [one, other] = [before, after].map((text) => text.split('\n'));
  const at = other.findIndex((line, index) => line !== one[index]);
  return `line ${at + 1} is "${one[at]}", and the run gives "${other[at]}"; run "npm run audit -- --write"`;
}

const DAY = 86_400_000;
/** The documents were written on this day; every run takes the place of another one's today. */
const WRITTEN = Date.UTC(2026, 10, 30);

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  return String(value)
    .replace(/(\d{4})([-/])(\d{2})[-/](\d{2})/g, (_, year: string, separator: string, month: string, day: string) => {
      const ago = Math.floor(Date.now() / DAY) - Date.UTC(Number(year), Number(month) - 1, Number(day)) / DAY;
      return new Date(WRITTEN - ago * DAY).toISOString().slice(0, 10).replaceAll('-', separator);
    })
    .replace(/(\d{2}:\d{2}:\d{2})\.000/, '$1')
    .replace(/\|/g, '\\|');
}
