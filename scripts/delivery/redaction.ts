import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execute } from './execute';
import { ROOT } from './pack';
import { withoutAws } from './sandbox';
import { Failure, paint, say, table } from './terminal';

export const SAMPLE = 'redact-sample';
const FILES = ['letter.txt', 'customers.json', 'customers.csv'];

interface Redacted {
  readonly file: string;
  readonly before: string;
  readonly after: string;
  readonly format: string;
  readonly counts: Record<string, number>;
}

export interface Redaction {
  readonly samples: readonly Redacted[];
  /** The page with all of it. */
  readonly report: string;
}

/**
 * Redacts a copy of the sample with the installed command, as its README says, and writes the page that shows what
 * became of it.
 */
export async function redactSample(command: string, sandbox: string, build: string): Promise<Redaction> {
  const folder = join(sandbox, SAMPLE);
  cpSync(join(ROOT, 'examples', SAMPLE), folder, { recursive: true });
  const out = join(build, SAMPLE);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const redact = (...args: string[]) =>
    execute(command, ['redact', ...args, '--policy', 'policy.json'], {
      cwd: folder,
      env: withoutAws(),
      remedy: `run the command in examples/${SAMPLE} to see more`,
    });
  const samples: Redacted[] = [];
  for (const file of FILES) {
    await redact(file, '-o', join(out, file));
    const { format, counts } = JSON.parse(await redact(file, '--dry-run')) as {
      format: string;
      counts: Record<string, number>;
    };
    const [before, after] = [join(folder, file), join(out, file)].map((path) => readFileSync(path, 'utf8'));
    if (sum(counts) === 0 || before === after) {
      throw new Failure(`nothing was redacted in ${file}`, 'look at policy.json, or run "npx jest test/examples"');
    }
    samples.push({ file, before, after, format, counts });
  }
  const report = join(out, 'report.html');
  writeFileSync(report, page(samples));
  return { samples, report };
}

export function findingsOf({ samples }: Redaction): number {
  return samples.reduce((all, { counts }) => all + sum(counts), 0);
}

/** Prints the lines that changed, before and after, and how many findings of which kind. */
export function showRedaction({ samples }: Redaction): void {
  say();
  say(paint('bold', `${SAMPLE}: what the redactor makes of a letter, a JSON file and a CSV file`));
  for (const { file, before, after } of samples) {
    say(`\n${file}`);
    const [from, to] = [before, after].map((text) => text.trimEnd().split('\n'));
    from.forEach((line, i) => {
      if (line === to[i]) return;
      say(paint('red', `  - ${line.trim()}`));
      say(paint('green', `  + ${(to[i] ?? '').trim()}`));
    });
  }
  say();
  say(
    table(
      [{ title: 'File' }, { title: 'Read as' }, { title: 'Findings by kind', width: 60 }],
      samples.map(({ file, format, counts }) => [
        file,
        format,
        Object.entries(counts)
          .map(([kind, n]) => `${kind} ${n}`)
          .join(', '),
      ]),
    ),
  );
}

function sum(counts: Record<string, number>): number {
  return Object.values(counts).reduce((all, n) => all + n, 0);
}

function page(samples: readonly Redacted[]): string {
  const text = (value: string) => value.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const sections = samples.map(
    ({ file, format, counts, before, after }) => `
<h2>${file}</h2>
<p>Read as ${format}. ${Object.entries(counts)
      .map(([kind, n]) => `${kind}: ${n}`)
      .join(', ')}.</p>
<div class="pair"><figure><figcaption>before</figcaption><pre>${text(before)}</pre></figure><figure><figcaption>after</figcaption><pre>${text(after)}</pre></figure></div>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Redacted sample</title><style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; color: #1b1f24; background: #fff }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(22rem, 1fr)); gap: 1rem }
figure { margin: 0; min-width: 0 } figcaption { font-weight: 600 } pre { background: #f3f4f6; padding: 1rem; white-space: pre-wrap; overflow-wrap: anywhere; border-radius: 6px; font-size: 13px }
</style></head><body><h1>What the redactor makes of a sample</h1>
<p>All people, addresses and numbers are made up. The policy is examples/${SAMPLE}/policy.json.</p>${sections.join('')}
</body></html>
`;
}
