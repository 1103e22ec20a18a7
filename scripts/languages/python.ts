import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Checks, expectNothing } from './checks';
import { examplesIn, publicTypes, type Example } from './examples';
import { CODE, CONSUMERS, difference, EXAMPLES, FLOOR, HOME, quiet, synthesize } from './workspace';
import { execute, run } from '../delivery/execute';
import { ROOT } from '../delivery/pack';
import { Failure } from '../delivery/terminal';

const TOOLS = ['mypy==2.4.1', 'pytest==9.2.0', 'tree-sitter==0.26.1', 'tree-sitter-c-sharp==0.23.5'];
const PYRIGHT = 'pyright@1.1.414';
const REGISTRY = 'check that PyPI answers ("pip download --no-deps mypy"), then run the command again';

const FOLDER = join(HOME, 'python');
const BIN = join(FOLDER, 'venv', 'bin');
export const PYTHON = join(BIN, 'python');

/** Builds the wheel, installs it beside the floor of aws-cdk-lib, and uses it. */
export async function python(checks: Checks): Promise<void> {
  const check = (title: string, work: () => Promise<string | void>) => checks.run('Python', title, work);
  if (!(await check(`build the wheel and install it with aws-cdk-lib ${FLOOR}`, install))) return;
  await check('examples of the documentation are valid Python', parseExamples);
  for (const { name } of EXAMPLES) {
    await check(`${name}: templates and asset manifests as in TypeScript`, async () => {
      await synthesize(name, 'python', PYTHON, [join(ROOT, 'examples', name, 'python', 'app.py')], FOLDER);
      expectNothing(difference(name, 'python'), `diff -r ${HOME}/out/typescript/${name} ${HOME}/out/python/${name}`);
    });
  }
  await check('pytest: proofs, and mistakes in the words of TypeScript', () =>
    call(join(BIN, 'pytest'), ['-q', '-p', 'no:cacheprovider', CONSUMERS]),
  );
  await check('the command starts', async () => {
    const help = await call(join(BIN, 'cdk-s3-strongbox'), ['--help']);
    expectNothing(/^Usage: /.test(help) ? undefined : 'the console script prints no usage', 'run it by hand');
  });
  await check('mypy --strict: the examples, and every public class', mypy);
  await check('pyright: the examples, and every public class', pyright);
}

async function install(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const dist = join(FOLDER, 'dist');
  rmSync(dist, { recursive: true, force: true });
  await execute('python3', ['-m', 'venv', join(FOLDER, 'venv')], { cwd: FOLDER, remedy: 'install python3-venv' });
  const pip = ['-m', 'pip', '--disable-pip-version-check', '--quiet'];
  await execute(PYTHON, [...pip, 'wheel', '--no-deps', '--wheel-dir', dist, join(CODE, 'python')], {
    cwd: FOLDER,
    remedy: REGISTRY,
  });
  const [wheel] = readdirSync(dist);
  await execute(PYTHON, [...pip, 'install', `aws-cdk-lib==${FLOOR}`, ...TOOLS], { cwd: FOLDER, remedy: REGISTRY });
  await execute(PYTHON, [...pip, 'install', '--force-reinstall', '--no-deps', join(dist, wheel)], {
    cwd: FOLDER,
    remedy: REGISTRY,
  });
  await execute(PYTHON, [...pip, 'check'], { cwd: FOLDER, remedy: 'look at install_requires in the wheel' });
  writeFileSync(join(FOLDER, 'package.json'), '{ "private": true }');
  await execute('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error', PYRIGHT], {
    cwd: FOLDER,
    remedy: 'check "npm ping"',
  });
}

async function call(command: string, args: readonly string[]): Promise<string> {
  return execute(command, args, {
    cwd: FOLDER,
    env: quiet(),
    remedy: 'correct the package or its consumer in scripts/languages/consumers',
  });
}

async function parseExamples(): Promise<string> {
  const examples = examplesIn('python');
  const file = join(FOLDER, 'examples.json');
  writeFileSync(file, JSON.stringify(examples));
  await call(PYTHON, [join(CONSUMERS, 'parse_examples.py'), file]);
  return `${examples.length} examples`;
}

/** The files that are type-checked, in a folder of their own. */
function writeChecked(): string {
  const checked = join(FOLDER, 'checked');
  rmSync(checked, { recursive: true, force: true });
  mkdirSync(checked, { recursive: true });
  for (const { name } of EXAMPLES) {
    cpSync(join(ROOT, 'examples', name, 'python', 'app.py'), join(checked, `${name.replaceAll('-', '_')}.py`));
  }
  cpSync(join(CONSUMERS, 'test_strongbox.py'), join(checked, 'test_strongbox.py'));
  writeFileSync(join(checked, 'every_public_class.py'), everyPublicClass(examplesIn('python')));
  return checked;
}

async function mypy(): Promise<string> {
  await call(PYTHON, ['-m', 'mypy', '--strict', '--cache-dir', join(FOLDER, 'mypy'), writeChecked()]);
  return `${publicTypes().length} types`;
}

/**
 * pyright compares the names of parameters, and aws-cdk-lib names some otherwise than its own interfaces do
 * (EmailSubscription and ITopicSubscription). What it says of two types of aws-cdk-lib is counted; everything else is
 * an error.
 */
async function pyright(): Promise<string> {
  const own = new Set(publicTypes().map(({ name }) => name));
  const { stdout } = await run(
    join(FOLDER, 'node_modules', '.bin', 'pyright'),
    ['--outputjson', '--pythonpath', PYTHON, writeChecked()],
    {
      cwd: FOLDER,
      env: quiet(),
      accept: [0, 1],
      remedy: 'run "npm run languages" again: pyright did not run',
    },
  );
  const { generalDiagnostics } = JSON.parse(stdout) as {
    generalDiagnostics: Array<{ file: string; message: string; severity: string; range: { start: { line: number } } }>;
  };
  const errors = generalDiagnostics.filter(({ severity }) => severity === 'error');
  const ours = errors.filter(
    ({ message }) =>
      !message.includes('Parameter name mismatch') ||
      [...message.split('\n')[0].matchAll(/"(\w+)"/g)].some(([, type]) => own.has(type)),
  );
  if (ours.length > 0) {
    throw new Failure(
      `${ours.length} errors`,
      'correct the signature that it names',
      ours.map(({ file, message, range }) => `${file}:${range.start.line + 1}: ${message}`).join('\n'),
    );
  }
  return `${own.size} types; ${errors.length} errors between types of aws-cdk-lib alone`;
}

/** A module with a function for each example of the documentation, and every exported name. */
function everyPublicClass(examples: readonly Example[]): string {
  const names = publicTypes()
    .map(({ name }) => name)
    .sort();
  const functions = examples.map(({ name, at, source, variables }) => {
    const parameters = variables
      .map((variable) => `, ${snake(variable.name)}: ${variable.type.replace(/^lambda\./, 'lambda_.')}`)
      .join('');
    const body = source
      .replaceAll(/\blambda\.(?=[A-Z])/g, 'lambda_.')
      .split('\n')
      .map((line) => line && `    ${line}`)
      .join('\n');
    return `def ${name}(self: Construct${parameters}) -> None:\n    """${at}"""\n${body}\n`;
  });
  return `"""Every example of the documentation, and every exported name."""
from aws_cdk import App, Duration, Size, Stack, Validations
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk_s3_strongbox import (
${names.map((name) => `    ${name},`).join('\n')}
)

EVERY: tuple[object, ...] = (
${names.map((name) => `    ${name},`).join('\n')}
)


${functions.join('\n\n')}`;
}

function snake(name: string): string {
  return name.replaceAll(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
}
