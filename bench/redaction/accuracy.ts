/**
 * Recall and precision on a data set in the form of presidio-research: an array of `{ full_text, spans: [{ entity_type,
 * start_position, end_position }] }`, offsets in characters. A span is found when findings of its kind cover every
 * letter and digit of it; a finding is right when it overlaps a span of its kind.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Match } from '../../src/runtime/redaction';
import { compilePolicy } from '../../src/runtime/redaction';
import type { Figures } from '../figures';

export interface Sample {
  readonly full_text: string;
  readonly spans: ReadonlyArray<{
    readonly entity_type: string;
    readonly start_position: number;
    readonly end_position: number;
  }>;
}

/** Entity types of the data set and the kinds that answer them. */
const KINDS: Record<string, { readonly figure: string; readonly kinds: readonly string[] }> = {
  EMAIL_ADDRESS: { figure: 'email', kinds: ['email'] },
  US_SSN: { figure: 'ssn', kinds: ['us-ssn', 'us-itin'] },
  IP_ADDRESS: { figure: 'ip', kinds: ['ipv4', 'ipv6'] },
  IBAN_CODE: { figure: 'iban', kinds: ['iban'] },
  CREDIT_CARD: { figure: 'card', kinds: ['card'] },
  PHONE_NUMBER: { figure: 'phone', kinds: ['phone'] },
};

export interface Miss {
  readonly sort: 'missed' | 'wrong';
  readonly figure: string;
  readonly text: string;
}

/** The samples of all JSON files in the directory and those below it; other JSON is passed over. */
export function read(directory: string): Sample[] {
  const samples = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => JSON.parse(readFileSync(join(directory, name), 'utf8')) as Sample | Sample[])
    .filter((sample) => typeof sample?.full_text === 'string' && Array.isArray(sample.spans));
  if (samples.length === 0) {
    throw new Error(`"--data" is ${directory}, it must hold JSON files of { full_text, spans }`);
  }
  return samples;
}

export function accuracy(samples: readonly Sample[], say?: (miss: Miss) => void): Record<string, Figures> {
  const fields = compilePolicy({ version: 1 }).session().fields();
  const tally = Object.fromEntries(
    Object.values(KINDS).map(({ figure }) => [figure, { spans: 0, found: 0, findings: 0, right: 0 }]),
  );
  for (const sample of samples) {
    const bytes = Buffer.from(sample.full_text);
    const offset = (characters: number) => Buffer.byteLength([...sample.full_text].slice(0, characters).join(''));
    const matches = fields.find(bytes, 0, bytes.length);
    for (const [type, { figure, kinds }] of Object.entries(KINDS)) {
      const spans = sample.spans
        .filter((span) => span.entity_type === type)
        .map((span) => ({ start: offset(span.start_position), end: offset(span.end_position) }));
      const findings = matches.filter((match) => kinds.includes(match.kind));
      for (const span of spans) {
        tally[figure].spans += 1;
        if (isCovered(bytes, span, findings)) {
          tally[figure].found += 1;
        } else {
          say?.({ sort: 'missed', figure, text: bytes.toString('utf8', Math.max(0, span.start - 30), span.end + 12) });
        }
      }
      for (const finding of findings) {
        tally[figure].findings += 1;
        if (spans.some((span) => span.start < finding.end && finding.start < span.end)) {
          tally[figure].right += 1;
        } else {
          say?.({
            sort: 'wrong',
            figure,
            text: bytes.toString('utf8', Math.max(0, finding.start - 30), finding.end + 12),
          });
        }
      }
    }
  }
  return Object.fromEntries(
    Object.entries(tally).map(([figure, t]) => [
      figure,
      {
        recall: t.spans === 0 ? null : t.found / t.spans,
        precision: t.findings === 0 ? null : t.right / t.findings,
        spans: t.spans,
        findings: t.findings,
      },
    ]),
  );
}

function isCovered(bytes: Buffer, span: { start: number; end: number }, findings: readonly Match[]): boolean {
  for (let i = span.start; i < span.end; i += 1) {
    const isSymbol = /[0-9A-Za-z\x80-\xFF]/.test(String.fromCharCode(bytes[i]));
    if (isSymbol && !findings.some((finding) => finding.start <= i && i < finding.end)) return false;
  }
  return true;
}
