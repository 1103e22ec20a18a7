/**
 * What `prove` says of templates that others wrote: verdicts by status and reason, mistakes by lint, exit codes,
 * processor time and memory.
 *
 * `npm run bench -- --only reader --corpus DIR [--details FILE]`; DIR holds templates in JSON or YAML, at any depth.
 * The details are one JSON object a line and template. Without a corpus there is nothing to measure.
 */
import { appendFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from '../../src/command/main';
import { Exit } from '../../src/command/subcommand';
import type { Bench, Figures } from '../figures';

interface Proof {
  readonly guarantees: ReadonlyArray<{
    readonly guarantee: string;
    readonly subject: string;
    readonly status: string;
    readonly reason?: string;
  }>;
  readonly mistakes: ReadonlyArray<{ readonly id: string; readonly subject: string; readonly message: string }>;
  readonly notJudged: readonly unknown[];
}

interface Measured {
  readonly file: string;
  readonly code: number;
  readonly cpuMs: number;
  readonly heapMiB: number;
  readonly error: string;
  readonly proof?: Proof;
}

/** Reasons and slow templates that are listed. */
const LISTED = 15;
const NOTHING = 'nothing to judge';

export const bench: Bench = async (say) => {
  const { values } = parseArgs({
    options: { corpus: { type: 'string' }, details: { type: 'string' } },
    strict: false,
  });
  const { corpus, details } = values as { corpus?: string; details?: string };
  if (corpus === undefined) return { skipped: 'no corpus: give --corpus DIR' };
  const files = readdirSync(corpus, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(json|ya?ml|template)$/i.test(name))
    .sort();
  if (files.length === 0) throw new Error(`"--corpus" must hold templates (got ${corpus}, which has none)`);
  if (details !== undefined) writeFileSync(details, '');
  // The first run loads and compiles what every run needs.
  await measure(join(corpus, files[0]));

  const all: Measured[] = [];
  for (const [index, name] of files.entries()) {
    if (index % 100 === 0) say(`${index} of ${files.length} templates`);
    const found = await measure(join(corpus, name));
    all.push(found);
    if (details !== undefined) appendFileSync(details, `${JSON.stringify({ ...found, file: name })}\n`);
  }
  return figuresOf(all, corpus);
};

async function measure(file: string): Promise<Measured> {
  const out: string[] = [];
  const err: string[] = [];
  const heapBefore = process.memoryUsage().heapUsed;
  const before = process.cpuUsage();
  const code = await run(['prove', file, '--json'], {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    isScreen: false,
  });
  const { user, system } = process.cpuUsage(before);
  return {
    file,
    code,
    cpuMs: (user + system) / 1000,
    heapMiB: Math.max(0, process.memoryUsage().heapUsed - heapBefore) / 2 ** 20,
    error: err.join('').trim(),
    proof: out.length > 0 ? (JSON.parse(out.join('\n')) as Proof) : undefined,
  };
}

function figuresOf(all: readonly Measured[], corpus: string): Figures {
  const judged = all.filter(({ error }) => !error.includes(NOTHING));
  const verdicts = judged.flatMap(({ proof }) => proof?.guarantees ?? []);
  const mistakes = judged.flatMap(({ proof }) => proof?.mistakes ?? []);
  const unknown = verdicts.filter(({ status }) => status === 'unknown');
  const unanswered = judged.filter(({ code }) => code === Exit.UNANSWERED);
  const times = all.map(({ cpuMs }) => cpuMs);
  return {
    templates: all.length,
    nothingToJudge: all.length - judged.length,
    verdicts: verdicts.length,
    byStatus: counted(verdicts.map(({ status }) => status)),
    unknownPercent: percent(unknown.length, verdicts.length),
    unknownByReason: counted(
      unknown.map(({ guarantee, reason }) => `${guarantee}: ${kindOf(reason ?? '')}`),
      LISTED,
    ),
    violatedByGuarantee: counted(
      verdicts.filter(({ status }) => status === 'violated').map(({ guarantee }) => guarantee),
    ),
    mistakesByLint: counted(mistakes.map(({ id }) => id)),
    exitCodes: counted(judged.map(({ code }) => String(code))),
    unansweredPercent: percent(unanswered.length, judged.length),
    unansweredByReason: counted(
      unanswered.map(({ error, proof }) => kindOf(error || JSON.stringify(proof?.notJudged))),
      LISTED,
    ),
    notJudgedParts: judged.reduce((sum, { proof }) => sum + (proof?.notJudged.length ?? 0), 0),
    cpuMsMedian: quantile(times, 0.5),
    cpuMsP99: quantile(times, 0.99),
    cpuMsMax: quantile(times, 1),
    heapMiBP99: quantile(
      all.map(({ heapMiB }) => heapMiB),
      0.99,
    ),
    slowest: Object.fromEntries(
      [...all]
        .sort((a, b) => b.cpuMs - a.cpuMs)
        .slice(0, LISTED)
        .map(({ file, cpuMs }) => [relative(corpus, file), Math.round(cpuMs)]),
    ),
  };
}

/** A reason without the names of the template that it is about. */
function kindOf(reason: string): string {
  return reason
    .replace(/^when .*?: /, '')
    .replace(/<unknown [^>]*>/g, '<unknown>')
    .replace(/"[^"]*"/g, '"..."')
    .replace(/\S*[/.{]\S*/g, '...')
    .slice(0, 120);
}

function counted(names: readonly string[], most = Infinity): Record<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a).slice(0, most));
}

const percent = (part: number, of: number): number => (of === 0 ? 0 : Math.round((part / of) * 10_000) / 100);

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] * 10) / 10;
}
