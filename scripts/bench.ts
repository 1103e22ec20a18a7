/**
 * Runs `bench/<name>/bench.ts`, each of which exports `async function bench(say): Promise<Figures>`.
 *
 * `npm run bench` runs all and prints; `-- --only NAME` (repeatable) picks; `-- --json` prints JSON alone on stdout and
 * writes `bench/results.json`, where the figures of benches that did not run this time are kept as they were.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { Bench, Figures } from '../bench/figures';

const BENCH = join(__dirname, '..', 'bench');
const RESULTS = join(BENCH, 'results.json');

/** A figure without the machine that it was measured on says nothing. */
function measured(figures: Figures): Figures {
  return {
    at: new Date().toISOString(),
    node: process.version,
    cpu: `${cpus().length} x ${cpus()[0].model}`,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    ...figures,
  };
}

async function main(): Promise<void> {
  // `--data`, `--section`, `--corpus` and `--details` are for the benches that know them; they read them themselves.
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean' },
      only: { type: 'string', multiple: true },
      data: { type: 'string' },
      section: { type: 'string' },
      corpus: { type: 'string' },
      details: { type: 'string' },
    },
  });
  const all = readdirSync(BENCH)
    .filter((name) => existsSync(join(BENCH, name, 'bench.ts')))
    .sort();
  const chosen = values.only ?? all;
  const unknown = chosen.filter((name) => !all.includes(name));
  if (unknown.length > 0 || chosen.length === 0) {
    throw new Error(
      `"--only" is ${unknown.join(', ') || 'empty'}, it must be one of: ${all.join(', ') || '(bench/ holds none)'}`,
    );
  }

  const results: Record<string, Figures> = {};
  for (const name of chosen) {
    const say = (progress: string) => process.stderr.write(`${name}: ${progress}\n`);
    const { bench } = (await import(pathToFileURL(join(BENCH, name, 'bench.ts')).href)) as { bench: Bench };
    results[name] = measured(await bench(say));
    if (!values.json) console.log(`${name}\n${JSON.stringify(results[name], undefined, 2)}`);
  }
  if (values.json) {
    const before = existsSync(RESULTS) ? (JSON.parse(readFileSync(RESULTS, 'utf8')) as Record<string, Figures>) : {};
    // Of a bench that ran in part, what the other sections measured is kept.
    const kept = (name: string) => (values.section === undefined ? {} : before[name]);
    const now = Object.fromEntries(
      Object.entries(results).map(([name, figures]) => [name, { ...kept(name), ...figures }]),
    );
    const merged = Object.fromEntries(Object.entries({ ...before, ...now }).sort(([a], [b]) => (a < b ? -1 : 1)));
    writeFileSync(RESULTS, `${JSON.stringify(merged, undefined, 2)}\n`);
    console.log(JSON.stringify(results, undefined, 2));
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
