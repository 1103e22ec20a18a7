import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { execute, run } from '../delivery/execute';
import { ROOT } from '../delivery/pack';
import { Failure } from '../delivery/terminal';

const VERSION = '1.58.0';
export const HOME = join(ROOT, 'build', 'templates');
const BIN = join(HOME, 'venv', 'bin');

export interface Finding {
  readonly rule: string;
  readonly message: string;
  /** Region and file. */
  readonly file: string;
}

export async function install(): Promise<void> {
  mkdirSync(HOME, { recursive: true });
  await execute('python3', ['-m', 'venv', join(HOME, 'venv')], { cwd: HOME, remedy: 'install python3-venv' });
  const pip = ['-m', 'pip', '--disable-pip-version-check', '--quiet', 'install', `cfn-lint==${VERSION}`];
  await execute(join(BIN, 'python'), pip, { cwd: HOME, remedy: 'check that PyPI answers, then run the command again' });
}

/** Everything that cfn-lint says of the templates in that Region, warnings and hints included. */
export async function cfnLint(region: string, files: readonly string[]): Promise<Finding[]> {
  const args = ['--format', 'json', '--include-checks', 'I', '--regions', region, '--', ...files];
  // A bit each for errors, warnings and hints; 1 is a failure of its own.
  const accept = [0, 2, 4, 6, 8, 10, 12, 14];
  const { stdout } = await run(join(BIN, 'cfn-lint'), args, { cwd: HOME, accept, remedy: 'run it by hand' });
  let found: any[];
  try {
    found = JSON.parse(stdout) as any[];
  } catch {
    throw new Failure(`cfn-lint printed no JSON for ${region}`, stdout.slice(0, 500));
  }
  return found.map(({ Rule, Message, Filename }) => ({
    rule: String(Rule.Id),
    message: String(Message),
    file: `${region}/${basename(String(Filename))}`,
  }));
}
