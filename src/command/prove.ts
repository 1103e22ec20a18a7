import { existsSync, writeFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DEPLOYMENT_OPTIONS, DEPLOYMENT_USAGE, deploymentOf, inputsOf, type Deployment } from './inputs';
import { Exit, UsageError, type Subcommand, type Terminal } from './subcommand';
import { assess } from '../assurance/assessment';
import { judged } from '../assurance/diff/allowed';
import { compareModels } from '../assurance/diff/compare';
import { BASELINE_FILE, readBaseline, writeBaseline, type Baseline } from '../assurance/findings/baseline-file';
import { review, type Review } from '../assurance/findings/review';
import { selectionOf, type Selection } from '../assurance/findings/selection';
import { resolveTemplates } from '../assurance/model/resolve';
import { FORMATS, render, type Format } from '../assurance/output/formats';
import { renderReport } from '../assurance/report/html';
import type { TemplateInput } from '../assurance/template/assembly';

const USAGE = `Usage: cdk-s3-strongbox prove <cdk.out | template.json | template.yaml> [...] [options]

Proves what every bucket, access point and key of a cloud assembly (or of CloudFormation templates) promises,
and prints the request that breaks a guarantee.

  --format FORMAT    ${FORMATS.join(', ')} (default: table)
  --json             the same as --format json
  --output FILE      write there instead of to standard output
  --report FILE      also write a page to look at, which needs no network
  --since OLD        of the page: what changed since this older assembly or template
  --time TEXT        of the page: when it was made; without it equal inputs give equal pages
  --verbose          with the table: every verdict, request and assumption

Which findings count (ids such as tls-only, or topics such as encryption, separated by commas):

  --level LEVEL      leave out findings below error, warning or advice (default: advice)
  --only NAMES       look at these alone
  --except NAMES     leave these out
  --require-stated   do not count S3's defaults for new resources: what is needed must be stated
  --fail-on LEVEL    exit with 1 for findings of this level and worse, or never (default: warning)

Findings that are known (the file is made to be reviewed and committed):

  --write-baseline   write all findings of today as known, and exit with 0
  --baseline FILE    what is known (default: ${BASELINE_FILE}, where it exists)
  --no-baseline      do not look for one

${DEPLOYMENT_USAGE}

Examples:

  cdk-s3-strongbox prove cdk.out
  cdk-s3-strongbox prove cdk.out --write-baseline
  cdk-s3-strongbox prove cdk.out --fail-on error --format sarif --output strongbox.sarif
  cdk-s3-strongbox prove template.yaml --only transport,public --parameter Stage=prod

Exit code: 0 nothing fails, 1 a finding fails, 2 the input could not be judged, 4 part of it could not be judged, which
is named; the rest was.`;

export const prove: Subcommand = {
  name: 'prove',
  summary: 'Prove the guarantees of a cloud assembly or template',
  usage: USAGE,
  async run(args, terminal) {
    const { paths, format, output, verbose, report, since, time, requireStated, deployment, selection, baseline } =
      parse(args);
    const inputs = inputsOf(paths, deployment);
    const known = baseline.use && !baseline.write ? readBaseline(baseline.file) : undefined;
    const assessment = assess(inputs, { progress: showProgress(terminal), requireStated });
    const reviewed = review(assessment, { selection, baseline: known, inputs });
    const { judgements, findings, problems } = assessment;
    if (judgements.length + findings.length + problems.length === 0) {
      throw new Error(
        `${paths.join(', ')}: nothing to judge: it has no bucket, and no policy of a key or an access point that is ` +
          'open to everyone.',
      );
    }
    if (report !== undefined) {
      writeFileSync(
        report,
        renderReport(reviewed, {
          title: paths.map(appName).join(', '),
          command: ['cdk-s3-strongbox prove', ...args].join(' '),
          templates: inputs,
          time,
          changes:
            since === undefined
              ? undefined
              : judged(compareModels(resolveTemplates(versionOf(since, inputs, deployment)), resolveTemplates(inputs))),
        }),
      );
      terminal.err(`The report is in ${resolve(report)}\n`);
    }
    if (baseline.write) return writeKnown(baseline.file, reviewed, terminal);
    const text = render(reviewed, format, { verbose });
    if (output === undefined) terminal.out(text);
    else writeFileSync(output, `${text}\n`);
    if (problems.length > 0) return judgements.length === 0 ? Exit.UNANSWERED : Exit.PARTLY_ANSWERED;
    return reviewed.failing.length > 0 ? Exit.FAILED : Exit.OK;
  },
};

/** Two templates of other names are two versions of one stack. */
function versionOf(path: string, today: readonly TemplateInput[], deployment: Deployment): TemplateInput[] {
  const old = inputsOf([path], deployment);
  return old.length === 1 && today.length === 1 ? [{ ...old[0], stack: today[0].stack }] : old;
}

function writeKnown(file: string, { open, failing }: Review, terminal: Terminal): Exit {
  const before: Baseline | undefined = existsSync(file) ? readBaseline(file) : undefined;
  const { findings } = writeBaseline(file, open, before);
  const total = findings.reduce((sum, { count }) => sum + count, 0);
  terminal.out(
    `${total} ${total === 1 ? 'finding is' : 'findings are'} known from now on: ${file}. Review and commit it.`,
  );
  const unreadable = failing.filter(({ path }) => path === '');
  for (const { detail } of unreadable) terminal.err(`Not checked, and in no baseline: ${detail}\n`);
  return unreadable.length > 0 ? Exit.FAILED : Exit.OK;
}

/** An assembly is called by its app's folder. */
function appName(path: string): string {
  const full = resolve(path);
  return basename(full) === 'cdk.out' ? basename(dirname(full)) : basename(full);
}

interface Arguments {
  readonly paths: string[];
  readonly format: Format;
  readonly output?: string;
  readonly verbose: boolean;
  readonly report?: string;
  /** Older templates, for what changed. */
  readonly since?: string;
  readonly time?: string;
  readonly requireStated: boolean;
  readonly selection: Selection;
  readonly baseline: { readonly file: string; readonly use: boolean; readonly write: boolean };
  /** What is said of the template files. */
  readonly deployment: Deployment;
}

function parse(args: string[]): Arguments {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        format: { type: 'string' },
        json: { type: 'boolean' },
        output: { type: 'string' },
        verbose: { type: 'boolean' },
        level: { type: 'string' },
        only: { type: 'string', multiple: true },
        except: { type: 'string', multiple: true },
        'fail-on': { type: 'string' },
        baseline: { type: 'string' },
        'no-baseline': { type: 'boolean' },
        'write-baseline': { type: 'boolean' },
        report: { type: 'string' },
        since: { type: 'string' },
        time: { type: 'string' },
        'require-stated': { type: 'boolean' },
        ...DEPLOYMENT_OPTIONS,
      },
    });
    if (values.report === undefined && (values.since ?? values.time) !== undefined) {
      throw new Error('"--since" and "--time" are about the page: give --report FILE.');
    }
    if (positionals.length === 0) throw new Error('No cloud assembly or template given.');
    return {
      paths: positionals,
      format: formatOf(values.json === true ? 'json' : values.format),
      output: values.output,
      verbose: values.verbose === true,
      report: values.report,
      since: values.since,
      time: values.time,
      requireStated: values['require-stated'] === true,
      selection: selectionOf({
        level: values.level,
        only: values.only?.flatMap((names) => names.split(',')),
        except: values.except?.flatMap((names) => names.split(',')),
        failOn: values['fail-on'],
      }),
      baseline: {
        file: values.baseline ?? BASELINE_FILE,
        use: values.baseline !== undefined || (values['no-baseline'] !== true && existsSync(BASELINE_FILE)),
        write: values['write-baseline'] === true,
      },
      deployment: deploymentOf(values),
    };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function formatOf(text: string = 'table'): Format {
  const format = FORMATS.find((each) => each === text);
  if (!format) throw new Error(`"--format" must be one of ${FORMATS.join(', ')} (got "${text}").`);
  return format;
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
