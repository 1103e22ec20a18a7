/**
 * The redaction core beside its peers, on hostile input, over HTTPS, in its formats, its memory, its accuracy and its
 * start. `npm run bench -- --only redaction [--data DIR] [--section NAME,...]`; REDACTION_DATA names the data set too.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { goals } from './goals';
import { drawPlots } from './plots';
import { run } from './section';
import type { Bench, Figures } from '../figures';

/** In the order in which they run; each key is that of its figures. */
const SECTIONS: Record<string, string> = {
  accuracy: 'accuracy',
  clean: 'clean',
  coldStart: 'cold-start',
  core: 'core',
  dictionary: 'dictionary',
  structure: 'structure',
  hostile: 'hostile',
  safety: 'safety',
  https: 'https',
  rss: 'memory',
};

function argument(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at >= 0 ? process.argv[at + 1] : undefined;
}

export const bench: Bench = async (say) => {
  const data = argument('data') ?? process.env.REDACTION_DATA;
  const options = { folder: __dirname, ...(data !== undefined && { data: resolve(data) }) };
  const wanted = argument('section')?.split(',');
  // Inside of the project, where bundles find what they do not hold.
  const build = join(__dirname, '..', '..', 'build');
  mkdirSync(build, { recursive: true });
  const into = mkdtempSync(join(build, 'bench-'));
  const figures: Record<string, Figures> = {};
  const failed: string[] = [];
  try {
    for (const [key, section] of Object.entries(SECTIONS)) {
      if (wanted && !wanted.includes(key)) continue;
      const begun = Date.now();
      try {
        figures[key] = await run(section, options, into, say);
        say(`${key} took ${Math.round((Date.now() - begun) / 1000)} s`);
      } catch (error) {
        // What the other sections measured is worth keeping.
        failed.push(key);
        say(`${key} FAILED: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  } finally {
    rmSync(into, { recursive: true, force: true });
  }
  if (failed.length > 0) process.exitCode = 1;
  const table = goals(figures);
  for (const line of table.lines) say(line);
  if (process.argv.includes('--json')) {
    for (const file of drawPlots(figures, join(__dirname, '..', '..', 'docs'))) say(`drew ${file}`);
  }
  return { ...figures, ...(failed.length > 0 && { failed: failed.join(', ') }), goalsMet: table.met, goals: table.of };
};
