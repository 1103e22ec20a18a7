import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DEPLOYMENT_OPTIONS, DEPLOYMENT_USAGE, deploymentOf, inputsOf, type Deployment } from './inputs';
import { Exit, UsageError, type Subcommand } from './subcommand';
import { judged, readAllowed } from '../assurance/diff/allowed';
import { compareModels } from '../assurance/diff/compare';
import { DIFF_FORMATS, renderDiff, type DiffFormat } from '../assurance/diff/output';
import { resolveTemplates } from '../assurance/model/resolve';
import type { TemplateInput } from '../assurance/template/assembly';

const USAGE = `Usage: cdk-s3-strongbox diff OLD NEW [options]
       cdk-s3-strongbox diff NEW --git REF [options]

Compares two cloud assemblies or templates: which requests are allowed now and were not, and the other way round, each
with a shortest request and the statement that makes the difference. Every class of requests is looked at that the
policies of both sides together can tell apart.

  --git REF        OLD is NEW as it is committed in REF of git
  --allow FILE     changes that were reviewed: {"version": 1, "allowed": [{"path", "opens", "reason"}]}
  --format FORMAT  ${DIFF_FORMATS.join(', ')} (default: table)
  --output FILE    write there instead of to standard output

${DEPLOYMENT_USAGE}

Examples:

  cdk-s3-strongbox diff cdk.out.main cdk.out
  cdk-s3-strongbox diff template.yaml --git origin/main --format markdown
  cdk-s3-strongbox diff cdk.out.main cdk.out --allow reviewed-changes.json --format html --output changes.html

Exit code: 0 nothing opens, 1 something opens that is not allowed, 2 the sides cannot be compared, 3 nothing is known to
open, but something only the deployment knows.`;

export const diff: Subcommand = {
  name: 'diff',
  summary: 'Say what a change of the templates opens and closes',
  usage: USAGE,
  async run(args, terminal) {
    const { before, after, git, deployment, allow, format, output } = parse(args);
    const allowed = allow === undefined ? [] : readAllowed(allow);
    const today = inputsOf([after], deployment);
    const old = git === undefined ? inputsOf([before!], deployment) : committed(git, after, deployment);
    // Two templates of other names are two versions of one stack.
    const same = old.length === 1 && today.length === 1 ? [{ ...old[0], stack: today[0].stack }] : old;
    const result = judged(compareModels(resolveTemplates(same), resolveTemplates(today)), allowed);
    const text = renderDiff(result, format);
    if (output === undefined) terminal.out(text);
    else writeFileSync(output, `${text}\n`);
    if (result.opening.length > 0) return Exit.FAILED;
    return result.unknown.length > 0 ? Exit.UNKNOWN : Exit.OK;
  },
};

interface Arguments {
  readonly before?: string;
  readonly after: string;
  readonly git?: string;
  readonly deployment: Deployment;
  readonly allow?: string;
  readonly format: DiffFormat;
  readonly output?: string;
}

function parse(args: string[]): Arguments {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        git: { type: 'string' },
        allow: { type: 'string' },
        format: { type: 'string' },
        output: { type: 'string' },
        ...DEPLOYMENT_OPTIONS,
      },
    });
    const { git, allow, output } = values;
    const needed = git === undefined ? 2 : 1;
    if (positionals.length !== needed) {
      throw new Error(
        `Give ${needed === 2 ? 'OLD and NEW, or NEW with --git REF' : 'NEW alone with --git'} ` +
          `(got ${positionals.length} paths).`,
      );
    }
    const format = DIFF_FORMATS.find((each) => each === (values.format ?? 'table'));
    if (!format) throw new Error(`"--format" must be one of ${DIFF_FORMATS.join(', ')} (got "${values.format}").`);
    const [first, second = first] = positionals;
    return {
      ...(git === undefined && { before: first }),
      after: second,
      git,
      deployment: deploymentOf(values),
      allow,
      format,
      output,
    };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** The templates at a path as a commit has them. @throws if git does not have them */
function committed(ref: string, path: string, deployment: Deployment): TemplateInput[] {
  if (ref.startsWith('-')) throw new Error(`"--git" must name a commit, branch or tag (got "${ref}").`);
  const directory = mkdtempSync(join(tmpdir(), 'strongbox-diff-'));
  try {
    let archive: Buffer;
    try {
      archive = execFileSync('git', ['archive', '--format=tar', ref, '--', path], {
        maxBuffer: 2 ** 30,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    } catch (error) {
      const said = String((error as { stderr?: Buffer }).stderr ?? (error as Error).message).trim();
      throw new Error(`"--git" is "${ref}", of which ${path} cannot be read: ${said}`);
    }
    execFileSync('tar', ['-x', '-C', directory], { input: archive });
    return inputsOf([join(directory, path)], deployment);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
