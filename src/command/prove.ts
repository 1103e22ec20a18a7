import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Exit, UsageError, type Subcommand, type Terminal } from './subcommand';
import { table } from './table';
import { assess, isProved, summary, type Assessment } from '../assurance/assessment';
import { AXIOMS } from '../assurance/engine/axioms';
import { renderReport } from '../assurance/report/html';
import { readAssembly, type TemplateInput } from '../assurance/template/assembly';
import { VerdictStatus } from '../assurance/verdict';

const USAGE = `Usage: cdk-s3-strongbox prove <cdk.out | template.json> [...] [--json] [--report FILE]

Proves what every bucket, access point and key of a cloud assembly (or of CloudFormation templates) promises,
and prints the request that breaks a guarantee.

  --json         print JSON instead of a table
  --report FILE  also write a page to look at, which needs no network

Exit code: 0 everything is proved, 1 something is violated, unknown or a policy error, 2 the input could not be judged.`;

export const prove: Subcommand = {
  name: 'prove',
  summary: 'Prove the guarantees of a cloud assembly or template',
  usage: USAGE,
  async run(args, terminal) {
    const { paths, json, report } = parse(args);
    const progress = showProgress(terminal);
    const assessment = assess(paths.flatMap(inputsAt), { progress });
    const { findings, judgements, problems } = assessment;
    const failed = findings.length > 0 || problems.length > 0 || !judgements.every(isProved);
    if (!failed && judgements.length === 0) {
      throw new Error(`${paths.join(', ')}: nothing to judge, there is no bucket, access point or key in it.`);
    }
    terminal.out(json ? asJson(assessment) : asTable(assessment));
    if (report !== undefined) {
      writeFileSync(report, renderReport(assessment, { title: paths.map(appName).join(', ') }));
      terminal.err(`The report is in ${resolve(report)}\n`);
    }
    return failed ? Exit.FAILED : Exit.OK;
  },
};

/** An assembly is called by its app's folder. */
function appName(path: string): string {
  const full = resolve(path);
  return basename(full) === 'cdk.out' ? basename(dirname(full)) : basename(full);
}

function parse(args: string[]): { paths: string[]; json: boolean; report?: string } {
  try {
    const { values, positionals } = parseArgs({
      args, allowPositionals: true, options: { json: { type: 'boolean' }, report: { type: 'string' } },
    });
    if (positionals.length === 0) throw new Error('No cloud assembly or template given.');
    return { paths: positionals, json: values.json === true, report: values.report };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function inputsAt(path: string): TemplateInput[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new Error(`"${path}" does not exist: give the directory that cdk synth wrote, or a template file.`);
  if (stat.isDirectory()) return readAssembly(path);
  return [{ stack: basename(path).replace(/(\.template)?\.json$/, ''), template: readTemplate(path) }];
}

function readTemplate(path: string): unknown {
  const text = readFileSync(path, 'utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`"${path}" is no JSON (${(error as Error).message}): a template must be JSON, as cdk synth --json writes it.`);
  }
}

/** A line that grows on a screen; in a log every tenth of the work. */
function showProgress({ err, isScreen }: Terminal): (done: number, of: number) => void {
  let shown = -1;
  return (done, of) => {
    const tenth = of === 0 ? 10 : Math.floor((done / of) * 10);
    if (isScreen) {
      err(done === of ? '\r\u001b[K' : `\rproving ${done} of ${of} guarantees ...`);
    } else if (of > 1000 && tenth > shown) {
      err(`proved ${done} of ${of} guarantees\n`);
    }
    shown = tenth;
  };
}

const MARK: Readonly<Record<VerdictStatus, string>> = {
  [VerdictStatus.PROVED]: 'proved',
  [VerdictStatus.VIOLATED]: 'VIOLATED',
  [VerdictStatus.UNKNOWN]: 'UNKNOWN',
};

function asTable(assessment: Assessment): string {
  const { judgements, findings, unchecked, decisions, problems } = assessment;
  const rows = judgements.map(({ verdict }) => [verdict.subject, verdict.guarantee, MARK[verdict.status], String(verdict.requestClasses)]);
  const open = judgements.filter((judgement) => !isProved(judgement));
  const axioms = [...new Set(judgements.flatMap(({ verdict }) => verdict.axioms))].sort();
  return [
    summary(assessment),
    '',
    table(['resource', 'guarantee', 'verdict', 'classes'], rows),
    ...open.map(({ verdict, claim }) => [
      '',
      `${MARK[verdict.status]} ${verdict.guarantee} on ${verdict.subject}`,
      `  ${verdict.title}`,
      `  ${verdict.reason}`,
      ...(verdict.counterexample === undefined ? [] : [`  ${verdict.counterexample}`]),
      `  Fix: ${claim.guarantee.fix}`,
    ].join('\n')),
    ...problems.map((problem) => `\nNOT JUDGED ${problem}`),
    ...findings.map(({ lint, resource, location, message }) => [
      '',
      `MISTAKE ${lint.id} on ${resource.path}`,
      `  ${message}`,
      `  at ${location}`,
      `  Fix: ${lint.fix}`,
    ].join('\n')),
    ...list('Not checked:', unchecked.map(({ control, subject, reason }) => `${control} on ${subject.path}: ${reason}`)),
    ...list('Decided by the owner:', decisions.map(({ guarantee, subject, reason }) => `${guarantee} on ${subject.path}: ${reason}`)),
    ...(axioms.length === 0 ? [] : ['', 'Assumed:', ...axioms.map((id) => `  ${id}: ${AXIOMS[id]?.words ?? ''}`)]),
    '',
    summary(assessment),
  ].join('\n');
}

function list(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

/** The shape of `--json`: what scripts may rely on. */
function asJson(assessment: Assessment): string {
  const { judgements, findings, unchecked, decisions, problems } = assessment;
  return JSON.stringify({
    summary: summary(assessment),
    proved: judgements.filter(isProved).length,
    guarantees: judgements.map(({ verdict, claim }) => ({
      guarantee: verdict.guarantee,
      title: verdict.title,
      subject: verdict.subject,
      controls: claim.controls ?? [],
      status: verdict.status,
      requestClasses: verdict.requestClasses,
      axioms: verdict.axioms,
      reason: verdict.reason,
      counterexample: verdict.counterexample === undefined ? undefined : JSON.parse(verdict.counterexample),
      fix: claim.guarantee.fix,
    })),
    mistakes: findings.map(({ lint, resource, location, message }) => ({
      id: lint.id, subject: resource.path, location, message, fix: lint.fix,
    })),
    notChecked: unchecked.map(({ control, subject, reason }) => ({ control, subject: subject.path, reason })),
    decisions: decisions.map(({ guarantee, control, subject, reason }) => ({ guarantee, control, subject: subject.path, reason })),
    notJudged: problems,
  }, undefined, 2);
}
