import { execFileSync, spawnSync } from 'node:child_process';
import { say } from '../delivery/terminal';

interface Tool {
  readonly title: string;
  /** A command that ends with 0 where the tool is there. */
  readonly probe: readonly [command: string, ...args: string[]];
  /** Debian packages that bring it. */
  readonly packages: readonly string[];
}

const TOOLS: readonly Tool[] = [
  {
    title: 'Python 3.10 or newer with venv',
    probe: ['python3', '-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))'],
    packages: ['python3', 'python3-venv'],
  },
  { title: 'a JDK 11 or newer', probe: ['javac', '--release', '11', '--version'], packages: ['default-jdk-headless'] },
  { title: 'Maven', probe: ['mvn', '--version'], packages: ['maven'] },
  {
    title: 'Go 1.21 or newer, which fetches the version that a module asks for',
    probe: ['sh', '-c', 'go version | grep -Eq "go1\\.(2[1-9]|[3-9][0-9])"'],
    packages: ['golang'],
  },
];

/** The exit code where a toolchain is missing. */
export const MISSING = 2;

/** Whether all toolchains are there; installs Debian's where allowed, and says what is missing. */
export function prepared(install: boolean): boolean {
  const absent = () =>
    TOOLS.filter(({ probe: [command, ...args] }) => spawnSync(command, args, { stdio: 'ignore' }).status !== 0);
  let missing = absent();
  if (missing.length > 0 && install) {
    const packages = missing.flatMap((tool) => tool.packages);
    say(`Installing ${packages.join(', ')} ...`);
    try {
      const options = { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } } as const;
      execFileSync('apt-get', ['update', '-qq'], options);
      execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], options);
    } catch (error) {
      say(`apt-get failed: ${(error as Error).message}`);
    }
    missing = absent();
  }
  for (const { title, packages } of missing) {
    say(
      `Missing: ${title}. On Debian: apt-get install ${packages.join(' ')}, or run "npm run languages -- ` +
        '--install" as root.',
    );
  }
  return missing.length === 0;
}
