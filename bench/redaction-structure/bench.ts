import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { documents } from './documents';
import type { Subject } from './subjects';
import type { Figures } from '../figures';

const ROUNDS = 7;
const CHUNK_BYTES = 64 * 1024;
const MEGABYTES = 16;

/**
 * The structured formats against streaming parsers that parse the same bytes and do nothing else. MB = 10^6 bytes for each second of
 * processor time, the best of several rounds in which all take turns; ratios are against the fastest parser. A tokenizer, which does not
 * know the structure, is measured beside them.
 */
export async function bench(say: (progress: string) => void): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'redaction-structure-'));
  try {
    // As shipped in a Lambda function: what runs the bench would otherwise wrap every function.
    const outfile = join(folder, 'subjects.js');
    await build({
      entryPoints: [join(__dirname, 'subjects.ts')], outfile, bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'error',
    });
    const { SUBJECTS } = await import(outfile) as { SUBJECTS: Record<string, Record<string, Subject>> };
    const figures: Record<string, Figures> = {};
    for (const [format, document] of Object.entries(documents(MEGABYTES * 1e6))) {
      figures[format] = await measure(SUBJECTS[format], document);
      say(`${format}: ${JSON.stringify(figures[format])}`);
    }
    return figures;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measure(subjects: Record<string, Subject>, document: Buffer): Promise<Figures> {
  const chunks: Buffer[] = [];
  for (let at = 0; at < document.length; at += CHUNK_BYTES) chunks.push(document.subarray(at, at + CHUNK_BYTES));
  const best: Record<string, number> = {};
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, subject] of Object.entries(subjects)) {
      const before = process.cpuUsage();
      await subject(chunks);
      const { user, system } = process.cpuUsage(before);
      best[name] = Math.min(best[name] ?? Infinity, user + system);
    }
  }
  const rates = Object.fromEntries(Object.entries(best).map(([name, micros]) => [`${name}MBs`, Math.round(document.length / micros * 10) / 10]));
  const parsers = Object.entries(best).filter(([name]) => !name.startsWith('redact') && !name.endsWith('Tokenizer')).map(([, micros]) => micros);
  const ratio = (name: string) => Math.round(Math.min(...parsers) / best[name] * 100) / 100;
  return { ...rates, ratioFastestParser: ratio('redact'), ratioFastestParserWithFields: ratio('redactWithFields') };
}
