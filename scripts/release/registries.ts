import { tmpdir } from 'node:os';
import { run } from '../delivery/execute';
import { Failure } from '../delivery/terminal';

/** A package registry that this library is published to. */
export interface Registry {
  readonly name: string;
  /** Whether it has a version of aws-cdk-lib. Fails where it cannot be asked. */
  readonly has: (version: string) => Promise<boolean>;
}

const NUGET = 'https://api.nuget.org/v3-flatcontainer/amazon.cdk.lib/index.json';

export const REGISTRIES: readonly Registry[] = [
  { name: 'npm', has: (version) => asked('npm', ['view', `aws-cdk-lib@${version}`, 'version'], /E404|No match found/) },
  {
    name: 'PyPI',
    has: (version) =>
      asked(
        'python3',
        ['-m', 'pip', 'download', '--no-deps', '--quiet', '--dest', tmpdir(), `aws-cdk-lib==${version}`],
        /No matching distribution/,
      ),
  },
  {
    name: 'Go module proxy',
    has: (version) =>
      asked(
        'go',
        ['list', '-m', `github.com/aws/aws-cdk-go/awscdk/v2@v${version}`],
        /unknown revision|not available|404|410/,
      ),
  },
  {
    name: 'Maven Central',
    has: (version) =>
      asked(
        'mvn',
        [
          '--quiet',
          '--batch-mode',
          '--update-snapshots',
          'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:get',
          `-Dartifact=software.amazon.awscdk:aws-cdk-lib:${version}:pom`,
          '-Dtransitive=false',
        ],
        /was not found in|Could not find artifact/,
      ),
  },
  { name: 'NuGet', has: nuget },
];

/**
 * Asks a package manager: it ends with 0 where the version is there, and with `absent` in its words where it is not.
 */
async function asked(command: string, args: readonly string[], absent: RegExp): Promise<boolean> {
  const { code, stdout, stderr } = await run(command, args, {
    cwd: tmpdir(),
    accept: [0, 1],
    remedy: `install ${command}`,
  });
  if (code === 0) return true;
  if (absent.test(`${stdout}${stderr}`)) return false;
  throw new Failure(
    `${command} could not ask its registry`,
    'check the network and try again',
    `${stdout}${stderr}`.split('\n').slice(-5).join('\n'),
  );
}

async function nuget(version: string): Promise<boolean> {
  try {
    const answer = await fetch(NUGET, { signal: AbortSignal.timeout(20_000) });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return ((await answer.json()) as { versions: string[] }).versions.includes(version);
  } catch (error) {
    throw new Failure(`NuGet could not be asked: ${(error as Error).message}`, 'check the network and try again');
  }
}
