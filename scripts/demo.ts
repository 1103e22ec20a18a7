/**
 * What a stranger would do: install the packed library in a fresh folder, synthesize the examples with the real CDK CLI
 * and look at what every bucket is protected by; then the redactor on a sample. `npm run demo -- document-store` runs
 * one example only.
 */
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { controlsIn, findingsIn, shortPath, type Finding } from './delivery/assembly';
import { recordCounts } from './delivery/counts';
import { run } from './delivery/execute';
import { compile, isCompiled, pack, ROOT } from './delivery/pack';
import { findingsOf, redactSample, type Redaction, SAMPLE, showRedaction } from './delivery/redaction';
import { examples, Sandbox, withoutAws } from './delivery/sandbox';
import { Failure, groupedTable, paint, runScript, say, Steps, table, wrap } from './delivery/terminal';
import { CATALOG } from '../src/controls/catalog';

const BUILD = join(ROOT, 'build', 'demo');

/** One guarantee about one resource, as `cdk-s3-strongbox prove --json` prints it. */
interface Proof {
  readonly guarantee: string;
  readonly title: string;
  readonly subject: string;
  readonly status: string;
  readonly controls: readonly string[];
  readonly requestClasses: number;
  readonly reason: string;
  readonly counterexample?: unknown;
  readonly fix: string;
}

interface Outcome {
  readonly name: string;
  readonly assembly: string;
  readonly proofs: readonly Proof[];
  readonly mistakes: ReadonlyArray<{
    readonly id: string;
    readonly subject: string;
    readonly message: string;
    readonly fix: string;
  }>;
  readonly notJudged: readonly string[];
  readonly summary?: string;
  readonly decisions: ReadonlyArray<{ readonly control?: string; readonly subject: string; readonly reason: string }>;
  readonly report?: string;
}

async function main(): Promise<boolean> {
  const wanted = process.argv.slice(2);
  const all = examples();
  const unknown = wanted.find((name) => name !== SAMPLE && !all.some((example) => example.name === name));
  if (unknown !== undefined) {
    throw new Failure(
      `there is no example "${unknown}"`,
      `name one of ${[...all.map(({ name }) => name), SAMPLE].join(', ')}`,
    );
  }
  const chosen = all.filter(({ name }) => wanted.length === 0 || wanted.includes(name));

  say(`${paint('bold', 'cdk-s3-strongbox')}: S3 security as constructs whose guarantees are proved, not promised.`);
  say(paint('dim', 'No AWS account is used; the network is used for the package registry only.'));
  say();

  const sandbox = Sandbox.create();
  try {
    const { outcomes, proves, redaction } = await build(
      sandbox,
      chosen,
      wanted.length === 0 || wanted.includes(SAMPLE),
    );
    const good = outcomes.map(show);
    if (redaction) showRedaction(redaction);
    if (outcomes.length > 0) summarize(outcomes, good);
    if (redaction) say(`Redacted sample, before and after: ${paint('bold', relative(ROOT, redaction.report))}`);
    const proofs = outcomes.flatMap((outcome) => outcome.proofs);
    const proved = proofs.filter(({ status }) => isProved(status)).length;
    recordCounts(proved, proofs.length - proved);
    if (!proves) {
      say('The packed library has no "prove" command: the verdicts above are those of the validation plugins alone.');
    }
    sandbox.remove();
    return good.every(Boolean);
  } catch (error) {
    if (error instanceof Failure) say(`\nThe folder of the attempt is kept: ${sandbox.folder}`);
    else sandbox.remove();
    throw error;
  }
}

interface Built {
  readonly outcomes: Outcome[];
  readonly proves: boolean;
  readonly redaction?: Redaction;
}

async function build(sandbox: Sandbox, chosen: ReturnType<typeof examples>, redacts: boolean): Promise<Built> {
  const compiled = isCompiled();
  const steps = new Steps((compiled ? 0 : 1) + 2 + 2 * chosen.length + (redacts ? 1 : 0));
  if (!compiled) await steps.run('Compile the library', compile);
  const { tarball } = await steps.run(
    'Pack it as it would be published',
    () => pack(sandbox.folder),
    ({ kilobytes }) => `${kilobytes} kB`,
  );
  await steps.run('Install it in a fresh folder with the CDK CLI', () =>
    sandbox.install(tarball, Object.assign({}, ...chosen.map(({ dependencies }) => dependencies))),
  );

  const prover = sandbox.bin('cdk-s3-strongbox');
  const outcomes: Outcome[] = [];
  for (const { name, folder } of chosen) {
    const app = join(sandbox.folder, name);
    const assembly = join(BUILD, name, 'cdk.out');
    await steps.run(`cdk synth ${name}`, () => synth(sandbox, folder, app, assembly));
    const proved = await steps.run(
      prover ? `cdk-s3-strongbox prove ${name}` : `Read the findings on ${name}`,
      () => prove(prover, name, assembly),
      ({ proofs }) =>
        proofs.length === 0
          ? ''
          : `${proofs.filter(({ status }) => isProved(status)).length} of ${proofs.length} guarantees proved`,
    );
    outcomes.push({ name, assembly, ...proved });
  }
  const redaction =
    redacts && prover
      ? await steps.run(
          `cdk-s3-strongbox redact ${SAMPLE}`,
          () => redactSample(prover, sandbox.folder, BUILD),
          (result) => `${findingsOf(result)} findings redacted`,
        )
      : undefined;
  return { outcomes, proves: prover !== undefined, ...(redaction && { redaction }) };
}

/** Synthesizes a copy of the example and keeps its assembly, also when a validation plugin refuses it. */
async function synth(sandbox: Sandbox, folder: string, app: string, assembly: string): Promise<void> {
  cpSync(folder, app, { recursive: true, filter: (path) => !/(^|\/)(node_modules|cdk\.out)$/.test(path) });
  const { code, stdout, stderr } = await run(sandbox.bin('cdk')!, ['synth', '--quiet', '--no-notices', '--no-color'], {
    cwd: app,
    env: withoutAws(),
    accept: [0, 1],
    remedy: 'run the command in that folder to see more',
  });
  rmSync(assembly, { recursive: true, force: true });
  mkdirSync(assembly, { recursive: true });
  const out = join(app, 'cdk.out');
  if (existsSync(out)) cpSync(out, assembly, { recursive: true });
  if (code !== 0 && findingsIn(assembly).every(({ warning, reason }) => warning || reason)) {
    throw new Failure(
      'cdk synth did not synthesize the example',
      `correct app.ts in ${relative(ROOT, folder)}`,
      `${stdout}${stderr}`,
    );
  }
}

async function prove(
  prover: string | undefined,
  name: string,
  assembly: string,
): Promise<Omit<Outcome, 'name' | 'assembly'>> {
  if (!prover) return { proofs: [], mistakes: [], notJudged: [], decisions: [] };
  const report = join(BUILD, name, 'report.html');
  const { stdout } = await run(prover, ['prove', assembly, '--json', '--report', report], {
    cwd: ROOT,
    env: withoutAws(),
    accept: [0, 1],
    remedy: `run "npx cdk-s3-strongbox prove ${relative(ROOT, assembly)}" to see more`,
  });
  const { guarantees, ...rest } = JSON.parse(stdout) as { guarantees: Proof[] } & Pick<
    Outcome,
    'summary' | 'mistakes' | 'notJudged' | 'decisions'
  >;
  return { proofs: guarantees, ...rest, report };
}

function isProved(status: string): boolean {
  return status.toLowerCase() === 'proved';
}

/** The last thing on the screen: one line an example, and where to look further. */
function summarize(outcomes: readonly Outcome[], good: readonly boolean[]): void {
  say();
  say(
    table(
      [{ title: 'Example' }, { title: 'Guarantees proved' }, { title: 'Requests' }, { title: 'Result' }],
      outcomes.map(({ name, proofs }, i) => [
        name,
        proofs.length === 0 ? '-' : `${proofs.filter(({ status }) => isProved(status)).length} of ${proofs.length}`,
        `${proofs.reduce((sum, { requestClasses }) => sum + requestClasses, 0)} classes`,
        good[i] ? paint('green', 'all guarantees proved') : paint('red', 'see above'),
      ]),
    ),
  );
  say();
  for (const { assembly, report } of outcomes) {
    say(`Cloud assembly: ${relative(ROOT, assembly)}`);
    if (report) say(`Report to look at: ${paint('bold', relative(ROOT, report))}`);
  }
}

/** Prints what protects each bucket of an example. Returns whether nothing is left to do. */
function show({ name, assembly, proofs, mistakes, notJudged, summary, decisions: decided }: Outcome): boolean {
  const findings = findingsIn(assembly);
  const controls = controlsIn(assembly);
  if (controls.size === 0) {
    throw new Failure(
      `${name} has no bucket with a control`,
      'use SecureBucket, or apply a control with bucket.with(...)',
    );
  }

  say();
  if (summary !== undefined) say(`${name}: ${summary}`);
  say(paint('bold', `${name}: ${controls.size} buckets, ${[...controls.values()].flat().length} controls`));
  say();
  say(
    groupedTable(
      [
        { title: 'Construct, control', width: 30 },
        { title: 'What it stops', width: 43 },
        { title: 'Verdict', width: 19 },
      ],
      merge([...controls].map(([path, ids]) => protection(path, ids, findings, proofs, decided))),
    ),
  );

  const open = findings.filter(({ reason, warning }) => reason === undefined && !warning);
  const broken = proofs.filter(({ status }) => !isProved(status));
  decisions(findings, decided);
  problems(
    'Findings that nobody has answered',
    open.map(({ path, rule, description }) => [
      `${rule} on ${shortPath(path)}`,
      description,
      'Correct it, or state the decision with its reason in the app.',
    ]),
  );
  problems(
    'Guarantees that are not proved',
    broken.map(({ guarantee, subject, reason, counterexample, fix }) => [
      `${guarantee} on ${shortPath(subject)}: ${reason}`,
      ...(counterexample ? [JSON.stringify(counterexample)] : []),
      fix,
    ]),
  );
  problems(
    'Mistakes',
    mistakes.map(({ id, subject, message, fix }) => [`${id} on ${shortPath(subject)}: ${message}`, fix]),
  );
  problems(
    'Not judged',
    notJudged.map((text) => [text]),
  );
  return open.length + broken.length + mistakes.length + notJudged.length === 0;
}

/** What is known about one bucket, a line for each control and each further guarantee that was asked. */
interface Protection {
  readonly title: string;
  readonly lines: ReadonlyArray<{
    readonly name: string;
    readonly text: string;
    readonly verdict: Verdict;
    readonly classes: number;
  }>;
}

type Verdict = 'proved' | 'decided, see below' | 'applied, not checked' | 'FINDING' | 'VIOLATED' | 'UNKNOWN';

const STYLE: Record<Verdict, Parameters<typeof paint>[0]> = {
  proved: 'green',
  'decided, see below': 'yellow',
  'applied, not checked': 'yellow',
  FINDING: 'red',
  VIOLATED: 'red',
  UNKNOWN: 'red',
};

function protection(
  path: string,
  ids: readonly string[],
  findings: readonly Finding[],
  all: readonly Proof[],
  decided: Outcome['decisions'],
): Protection {
  const proofs = all.filter(({ subject }) => shortPath(subject) === shortPath(path));
  const rows = ids.map((id) => CATALOG.find((each) => each.id === id)!);
  const ofControl = (id: string) => proofs.filter(({ controls }) => controls.includes(id));
  const line = (name: string, text: string, given: Verdict, some: readonly Proof[]) => ({
    name,
    text,
    verdict: given,
    classes: some.reduce((sum, { requestClasses }) => sum + requestClasses, 0),
  });
  return {
    title: shortPath(path).replaceAll('/', ' / '),
    lines: [
      ...rows.map(({ id, threat, rules }) => {
        const isDecided = decided.some(
          ({ control, subject }) => control === id && shortPath(subject) === shortPath(path),
        );
        return line(id, threat, verdict(rules, path, findings, ofControl(id), isDecided), ofControl(id));
      }),
      ...proofs
        .filter(({ controls }) => !controls.some((id) => ids.includes(id)))
        .map((proof) => line(proof.guarantee, proof.title, verdict([], path, findings, [proof]), [proof])),
    ],
  };
}

/** Buckets with the same controls and verdicts are one group; their classes are added up. */
function merge(all: readonly Protection[]): Array<{ title: string; rows: string[][] }> {
  const same = new Map<string, Protection[]>();
  for (const each of all) {
    const key = JSON.stringify(each.lines.map((line) => [line.name, line.verdict]));
    same.set(key, [...(same.get(key) ?? []), each]);
  }
  return [...same.values()].map((group) => ({
    title: group.map(({ title }) => title).join(', '),
    rows: group[0].lines.map((line, i) => {
      const classes = group.reduce((sum, { lines }) => sum + lines[i].classes, 0);
      return [
        line.name,
        line.text,
        paint(STYLE[line.verdict], classes > 0 ? `${line.verdict}, ${classes} classes` : line.verdict),
      ];
    }),
  }));
}

function verdict(
  rules: readonly string[],
  path: string,
  findings: readonly Finding[],
  proofs: readonly Proof[],
  isDecided = false,
): Verdict {
  const open = proofs.find(({ status }) => !isProved(status));
  if (open) return open.status.toUpperCase() === 'VIOLATED' ? 'VIOLATED' : 'UNKNOWN';
  const about = findings.filter(
    (finding) => finding.path === path && rules.some((rule) => finding.rule.endsWith(rule)),
  );
  if (about.some(({ reason, warning }) => reason === undefined && !warning)) return 'FINDING';
  if (proofs.length > 0) return 'proved';
  return isDecided ? 'decided, see below' : 'applied, not checked';
}

/** Reasons that the app or a construct gave, each once, however many packs asked. */
function decisions(findings: readonly Finding[], decided: Outcome['decisions']): void {
  const byReason = new Map<string, Set<string>>(
    decided.map(({ subject, reason }) => [`${shortPath(subject)}: ${reason}`, new Set()]),
  );
  for (const { path, reason, pack: name } of findings) {
    if (reason === undefined) continue;
    const key = `${shortPath(path)}: ${reason}`;
    byReason.set(key, (byReason.get(key) ?? new Set()).add(name));
  }
  if (byReason.size === 0) return;
  say(`\n${paint('bold', 'Stated with a reason')} ${paint('dim', '(and how many packs asked)')}`);
  for (const [text, packs] of byReason) bullet(`${text} (${packs.size})`);
}

function problems(title: string, all: readonly string[][]): void {
  if (all.length === 0) return;
  say(`\n${paint(['red', 'bold'], title)}`);
  for (const [first, ...rest] of all) {
    bullet(first);
    for (const text of rest) {
      say(
        wrap(text, 92)
          .map((line) => `      ${line}`)
          .join('\n'),
      );
    }
  }
}

function bullet(text: string): void {
  say(
    wrap(text, 94)
      .map((line, i) => `  ${i === 0 ? '-' : ' '} ${line}`)
      .join('\n'),
  );
}

runScript(main);
