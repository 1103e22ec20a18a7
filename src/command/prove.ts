import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Exit, UsageError, type Subcommand, type Terminal } from './subcommand';
import { table } from './table';
import { assess, isProved, summary, type Assessment } from '../assurance/assessment';
import { AXIOMS } from '../assurance/engine/axioms';
import { renderReport } from '../assurance/report/html';
import { readAssembly, type TemplateInput } from '../assurance/template/assembly';
import { readTemplateFile } from '../assurance/template/template-file';
import { VerdictStatus } from '../assurance/verdict';

const USAGE = `Usage: cdk-s3-strongbox prove <cdk.out | template.json | template.yaml> [...] [options]

Proves what every bucket, access point and key of a cloud assembly (or of CloudFormation templates) promises,
and prints the request that breaks a guarantee.

  --json         print JSON instead of a table
  --report FILE  also write a page to look at, which needs no network

What only the deployment knows is left open, and each possibility is looked at. For template files it can be given:

  --account ID           account of twelve digits
  --region REGION        e.g. eu-west-1
  --stack-name NAME      what AWS::StackName gives
  --parameter KEY=VALUE  the value of a parameter; may be given several times
  --parameters FILE      JSON: an object of values, or the list that the AWS CLI takes

Exit code: 0 everything is proved, 1 something is violated, unknown or a policy error, 2 the input could not be judged.`;

export const prove: Subcommand = {
  name: 'prove',
  summary: 'Prove the guarantees of a cloud assembly or template',
  usage: USAGE,
  async run(args, terminal) {
    const { paths, json, report, deployment } = parse(args);
    const progress = showProgress(terminal);
    const assessment = assess(distinctly(paths.flatMap((path) => inputsAt(path, deployment))), { progress });
    const { findings, judgements, problems } = assessment;
    const failed = findings.length > 0 || problems.length > 0 || !judgements.every(isProved);
    if (!failed && judgements.length === 0) {
      throw new Error(
        `${paths.join(', ')}: nothing to judge: it has no bucket, and no policy of a key or an access point that is open to everyone.`,
      );
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

interface Arguments {
  readonly paths: string[];
  readonly json: boolean;
  readonly report?: string;
  /** What is said of the template files. */
  readonly deployment: Pick<TemplateInput, 'account' | 'region' | 'stackName' | 'parameters'>;
}

function parse(args: string[]): Arguments {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        report: { type: 'string' },
        account: { type: 'string' },
        region: { type: 'string' },
        'stack-name': { type: 'string' },
        parameter: { type: 'string', multiple: true },
        parameters: { type: 'string' },
      },
    });
    if (positionals.length === 0) throw new Error('No cloud assembly or template given.');
    const { account, region } = values;
    if (account !== undefined && !/^\d{12}$/.test(account)) {
      throw new Error(`"--account" must be twelve digits (got "${account}").`);
    }
    if (region !== undefined && !/^[a-z]{2,4}(-[a-z]+)+-\d$/.test(region)) {
      throw new Error(`"--region" must be a Region such as eu-west-1 (got "${region}").`);
    }
    const parameters = {
      ...parametersIn(values.parameters),
      ...Object.fromEntries((values.parameter ?? []).map(parameter)),
    };
    return {
      paths: positionals,
      json: values.json === true,
      report: values.report,
      deployment: { account, region, stackName: values['stack-name'], parameters },
    };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function parameter(text: string): [string, string] {
  const equals = text.indexOf('=');
  if (equals < 1) throw new Error(`"--parameter" must be KEY=VALUE (got "${text}").`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}

/** An object of values, or the list of `ParameterKey` and `ParameterValue` that the AWS CLI takes. */
function parametersIn(file: string | undefined): Record<string, string> {
  if (file === undefined) return {};
  const wrong = (problem: string) =>
    new Error(`"--parameters" must name a JSON file of parameters: ${file} ${problem}.`);
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw wrong(`cannot be read as JSON (${(error as Error).message})`);
  }
  if (typeof content !== 'object' || content === null) throw wrong('holds neither an object nor a list');
  const pairs: Array<[unknown, unknown]> = Array.isArray(content)
    ? content.map((each) => [each?.ParameterKey, each?.ParameterValue])
    : Object.entries(content);
  const odd = pairs.find(
    ([key, value]) => typeof key !== 'string' || !['string', 'number', 'boolean'].includes(typeof value),
  );
  if (odd) throw wrong(`has ${JSON.stringify(odd)}, which is not a name and a value`);
  return Object.fromEntries(pairs.map(([key, value]) => [key as string, String(value)]));
}

function inputsAt(path: string, deployment: Arguments['deployment']): TemplateInput[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) {
    throw new Error(`"${path}" does not exist: give the directory that cdk synth wrote, or a template file.`);
  }
  if (stat.isDirectory()) return readAssembly(path);
  return [
    {
      stack: basename(path).replace(/(\.template)?\.(json|ya?ml)$/i, ''),
      ...readTemplateFile(path),
      ...deployment,
    },
  ];
}

/** Two files of one name are two stacks. */
function distinctly(inputs: readonly TemplateInput[]): TemplateInput[] {
  const seen = new Map<string, number>();
  return inputs.map((input) => {
    const count = (seen.get(input.stack) ?? 0) + 1;
    seen.set(input.stack, count);
    return count === 1 ? input : { ...input, stack: `${input.stack}-${count}` };
  });
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
  const rows = judgements.map(({ verdict }) => [
    verdict.subject,
    verdict.guarantee,
    MARK[verdict.status],
    String(verdict.requestClasses),
  ]);
  const open = judgements.filter((judgement) => !isProved(judgement));
  const axioms = [...new Set(judgements.flatMap(({ verdict }) => verdict.axioms))].sort();
  return [
    summary(assessment),
    '',
    table(['resource', 'guarantee', 'verdict', 'classes'], rows),
    ...open.map(({ verdict, claim }) =>
      [
        '',
        `${MARK[verdict.status]} ${verdict.guarantee} on ${verdict.subject}`,
        `  ${verdict.title}`,
        `  ${verdict.reason}`,
        ...(verdict.counterexample === undefined ? [] : [`  ${verdict.counterexample}`]),
        `  Fix: ${claim.guarantee.fix}`,
      ].join('\n'),
    ),
    ...problems.map((problem) => `\nNOT JUDGED ${problem}`),
    ...findings.map(({ lint, resource, location, message }) =>
      ['', `MISTAKE ${lint.id} on ${resource.path}`, `  ${message}`, `  at ${location}`, `  Fix: ${lint.fix}`].join(
        '\n',
      ),
    ),
    ...list(
      'Not checked:',
      unchecked.map(({ control, subject, reason }) => `${control} on ${subject.path}: ${reason}`),
    ),
    ...list(
      'Decided by the owner:',
      decisions.map(({ guarantee, subject, reason }) => `${guarantee} on ${subject.path}: ${reason}`),
    ),
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
  return JSON.stringify(
    {
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
        source: verdict.location,
        fix: claim.guarantee.fix,
      })),
      mistakes: findings.map(({ lint, resource, location, source, message }) => ({
        id: lint.id,
        subject: resource.path,
        location,
        source,
        message,
        fix: lint.fix,
      })),
      notChecked: unchecked.map(({ control, subject, reason }) => ({ control, subject: subject.path, reason })),
      decisions: decisions.map(({ guarantee, control, subject, reason }) => ({
        guarantee,
        control,
        subject: subject.path,
        reason,
      })),
      notJudged: problems,
    },
    undefined,
    2,
  );
}
