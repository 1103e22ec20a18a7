/**
 * Writes the table of detectors into `docs/redaction.md` from what they declare of themselves; `--check` only compares.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DETECTORS } from '../src/runtime/redaction/detectors';

const PAGE = join(__dirname, '..', 'docs', 'redaction.md');
const BEGIN = '<!-- detectors: written by scripts/redaction-docs.ts -->\n';
const END = '<!-- end of detectors -->';

export function detectorTable(): string {
  const cell = (text: string) => text.replace(/\|/g, '\\|');
  const rows = DETECTORS.map(
    ({ kind, title, rule, longest, context, misses }) =>
      `| \`${kind}\` | ${title}. ${cell(rule)}${context ? ` *Needs a word:* ${cell(context)}` : ''} | ` +
      `${Number.isFinite(longest) ? longest : 'open'} | ${cell(misses)} |`,
  );
  return ['| kind | rule | longest, bytes | known misses |', '|---|---|---|---|', ...rows, ''].join('\n');
}

function main(): void {
  const page = readFileSync(PAGE, 'utf8');
  const text = page.slice(0, page.indexOf(BEGIN) + BEGIN.length) + detectorTable() + page.slice(page.indexOf(END));
  if (process.argv.includes('--check')) {
    if (text !== page) {
      throw new Error('"docs/redaction.md" does not show what the detectors declare; run scripts/redaction-docs.ts');
    }
  } else {
    writeFileSync(PAGE, text);
  }
}

if (require.main === module) main();
