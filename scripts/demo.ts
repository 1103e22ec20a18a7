/**
 * What a stranger would do: install the packed library in a fresh folder, synthesize the examples with the real CDK CLI and look at what
 * every bucket is protected by. `npm run demo -- document-store` runs one example only.
 */
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { controlsIn, findingsIn, shortPath, type Finding } from './delivery/assembly';
import { run } from './delivery/execute';
import { compile, isCompiled, pack, ROOT } from './delivery/pack';
import { examples, Sandbox, withoutAws } from './delivery/sandbox';
import { Failure, groupedTable, paint, runScript, say, Steps, wrap } from './delivery/terminal';
import { CATALOG } from '../src/controls/catalog';

const BUILD = join(ROOT, 'build', 'demo');

/** One guarantee about one resource, as `cdk-s3-strongbox prove --json` prints it. */
interface Proof {
  readonly guarantee: string;
  readonly title: string;
  readonly subject: string;
  readonly status: string;
  readonly classes: number;
  readonly reason: string;
  readonly counterexample?: unknown;
  readonly fix: string;
}

interface Outcome {
  readonly name: string;
  readonly assembly: string;
  readonly proofs: readonly Proof[];
  readonly mistakes: ReadonlyArray<{ readonly id: string; readonly subject: string; readonly message: string; readonly fix: string }>;
  readonly notJudged: readonly string[];
  readonly report?: string;
}

async function main(): Promise<boolean> {
  const wanted = process.argv.slice(2);
  const all = examples();
  const unknown = wanted.find((name) => !all.some((example) => example.name === name));
  if (unknown !== undefined) throw new Failure(`there is no example "${unknown}"`, `name one of ${all.map(({ name }) => name).join(', ')}`);
  const chosen = all.filter(({ name }) => wanted.length === 0 || wanted.includes(name));

  say(`${paint('bold', 'cdk-s3-strongbox')}: S3 security as constructs whose guarantees are proved, not promised.`);
  say(paint('dim', 'No AWS account is used; the network is used for the package registry only.'));
  say();

  const sandbox = Sandbox.create();
  try {
    const { outcomes, proves } = await build(sandbox, chosen);
    const good = outcomes.map(show);
    say();
    for (const { assembly, report } of outcomes) {
      say(`Cloud assembly: ${relative(ROOT, assembly)}`);
      if (report) say(`Report to look at: ${paint('bold', relative(ROOT, report))}`);
    }
    if (!proves) say('The packed library has no "prove" command: the verdicts above are those of the validation plugins alone.');
    sandbox.remove();
    return good.every(Boolean);
  } catch (error) {
    if (error instanceof Failure) say(`\nThe folder of the attempt is kept: ${sandbox.folder}`);
    else sandbox.remove();
    throw error;
  }
}

async function build(sandbox: Sandbox, chosen: ReturnType<typeof examples>): Promise<{ outcomes: Outcome[]; proves: boolean }> {
  const compiled = isCompiled();
  const steps = new Steps((compiled ? 0 : 1) + 2 + 2 * chosen.length);
  if (!compiled) await steps.run('Compile the library', compile);
  const { tarball } = await steps.run('Pack it as it would be published', () => pack(sandbox.folder), ({ kilobytes }) => `${kilobytes} kB`);
  await steps.run('Install it in a fresh folder with the CDK CLI', () =>
    sandbox.install(tarball, Object.assign({}, ...chosen.map(({ dependencies }) => dependencies))));

  const prover = sandbox.bin('cdk-s3-strongbox');
  const outcomes: Outcome[] = [];
  for (const { name, folder } of chosen) {
    const app = join(sandbox.folder, name);
    const assembly = join(BUILD, name, 'cdk.out');
    await steps.run(`cdk synth ${name}`, () => synth(sandbox, folder, app, assembly));
    const proved = await steps.run(
      prover ? `cdk-s3-strongbox prove ${name}` : `Read the findings on ${name}`,
      () => prove(prover, name, assembly),
      ({ proofs }) => proofs.length === 0 ? '' : `${proofs.filter(({ status }) => isProved(status)).length} of ${proofs.length} guarantees proved`);
    outcomes.push({ name, assembly, ...proved });
  }
  return { outcomes, proves: prover !== undefined };
}

/** Synthesizes a copy of the example and keeps its assembly, also when a validation plugin refuses it. */
async function synth(sandbox: Sandbox, folder: string, app: string, assembly: string): Promise<void> {
  cpSync(folder, app, { recursive: true, filter: (path) => !/(^|\/)(node_modules|cdk\.out)$/.test(path) });
  const { code, stdout, stderr } = await run(sandbox.bin('cdk')!, ['synth', '--quiet', '--no-notices', '--no-color'], {
    cwd: app, env: withoutAws(), accept: [0, 1], remedy: 'run the command in that folder to see more',
  });
  rmSync(assembly, { recursive: true, force: true });
  mkdirSync(assembly, { recursive: true });
  const out = join(app, 'cdk.out');
  if (existsSync(out)) cpSync(out, assembly, { recursive: true });
  if (code !== 0 && findingsIn(assembly).every(({ warning, reason }) => warning || reason)) {
    throw new Failure('cdk synth did not synthesize the example', `correct app.ts in ${relative(ROOT, folder)}`, `${stdout}${stderr}`);
  }
}

async function prove(prover: string | undefined, name: string, assembly: string): Promise<Omit<Outcome, 'name' | 'assembly'>> {
  if (!prover) return { proofs: [], mistakes: [], notJudged: [] };
  const report = join(BUILD, name, 'report.html');
  const { stdout } = await run(prover, ['prove', assembly, '--json', '--report', report], {
    cwd: ROOT, env: withoutAws(), accept: [0, 1], remedy: `run "npx cdk-s3-strongbox prove ${relative(ROOT, assembly)}" to see more`,
  });
  const { guarantees, mistakes, notJudged } = JSON.parse(stdout) as { guarantees: Proof[]; mistakes: Outcome['mistakes']; notJudged: string[] };
  return { proofs: guarantees, mistakes, notJudged, report };
}

function isProved(status: string): boolean {
  return status.toLowerCase() === 'proved';
}

/** Prints what protects each bucket of an example. Returns whether nothing is left to do. */
function show({ name, assembly, proofs, mistakes, notJudged }: Outcome): boolean {
  const findings = findingsIn(assembly);
  const controls = controlsIn(assembly);
  if (controls.size === 0) throw new Failure(`${name} has no bucket with a control`, 'use SecureBucket, or apply a control with bucket.with(...)');

  say();
  say(paint('bold', `${name}: ${controls.size} buckets, ${[...controls.values()].flat().length} controls`));
  const groups = [...controls].map(([path, ids]) => ({
    title: shortPath(path).replaceAll('/', ' / '),
    rows: ids.map((id) => {
      const row = CATALOG.find((each) => each.id === id)!;
      const proof = proofs.find((each) => samePlace(each.subject, path) && each.guarantee === row.guarantee);
      return [id, row.stops, verdict(row.rules, path, findings, proof)];
    }),
  }));
  say();
  say(groupedTable([{ title: 'Construct, control', width: 28 }, { title: 'What it stops', width: 46 }, { title: 'Verdict', width: 18 }], groups));

  const open = findings.filter(({ reason, warning }) => reason === undefined && !warning);
  const broken = proofs.filter(({ status }) => !isProved(status));
  decisions(findings);
  problems('Findings that nobody has answered', open.map(({ path, rule, description }) =>
    [`${rule} on ${shortPath(path)}`, description, 'Correct it, or state the decision with its reason in the app.']));
  problems('Guarantees that are not proved', broken.map(({ guarantee, subject, reason, counterexample, fix }) =>
    [`${guarantee} on ${shortPath(subject)}: ${reason}`, ...(counterexample ? [JSON.stringify(counterexample)] : []), fix]));
  problems('Mistakes', mistakes.map(({ id, subject, message, fix }) => [`${id} on ${shortPath(subject)}: ${message}`, fix]));
  problems('Not judged', notJudged.map((text) => [text]));
  return open.length + broken.length + mistakes.length + notJudged.length === 0;
}

function verdict(rules: readonly string[], path: string, findings: readonly Finding[], proof?: Proof): string {
  if (proof && !isProved(proof.status)) return paint('red', proof.status.toUpperCase());
  const about = findings.filter((finding) => finding.path === path && rules.some((rule) => finding.rule.endsWith(rule)));
  if (about.some(({ reason, warning }) => reason === undefined && !warning)) return paint('red', 'FINDING');
  if (proof) return paint('green', proof.classes > 0 ? `proved, ${proof.classes} classes` : 'proved');
  if (about.length > 0) return paint('yellow', 'stated, see below');
  return rules.length > 0 ? paint('green', 'no finding') : paint('dim', 'no pack has a rule');
}

/** Reasons that the app or a construct gave, each once, however many packs asked. */
function decisions(findings: readonly Finding[]): void {
  const byReason = new Map<string, { path: string; packs: Set<string> }>();
  for (const { path, reason, pack: name } of findings) {
    if (reason === undefined) continue;
    const key = `${shortPath(path)}: ${reason}`;
    byReason.set(key, { path, packs: byReason.get(key)?.packs.add(name) ?? new Set([name]) });
  }
  if (byReason.size === 0) return;
  say(`\n${paint('bold', 'Stated with a reason')} ${paint('dim', '(packs that asked)')}`);
  for (const [text, { packs }] of byReason) bullet(`${text} (${packs.size})`);
}

function problems(title: string, all: readonly string[][]): void {
  if (all.length === 0) return;
  say(`\n${paint(['red', 'bold'], title)}`);
  for (const [first, ...rest] of all) {
    bullet(first);
    for (const text of rest) say(wrap(text, 92).map((line) => `      ${line}`).join('\n'));
  }
}

function bullet(text: string): void {
  say(wrap(text, 94).map((line, i) => `  ${i === 0 ? '-' : ' '} ${line}`).join('\n'));
}

function samePlace(subject: string, path: string): boolean {
  return shortPath(subject) === shortPath(path);
}

runScript(main);
