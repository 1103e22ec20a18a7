/**
 * Compares the public API with the last release, or with a tarball: `npm run compat [--
 * path/to/cdk-s3-strongbox-x.y.z.tgz]`.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const NAME = 'cdk-s3-strongbox';

function main(tarball?: string): number {
  if (tarball === undefined) {
    if (spawnSync('npm', ['view', NAME, 'version'], { stdio: 'ignore' }).status !== 0) {
      console.log(
        `There is no release of ${NAME} to compare with yet. To compare with a tarball: npm run compat -- ` +
          `${NAME}-x.y.z.tgz`,
      );
      return 0;
    }
    return diff(`npm:${NAME}`);
  }
  // Inside the repository, where jsii-diff finds the libraries that both sides are made with.
  mkdirSync('build', { recursive: true });
  const folder = mkdtempSync(join('build', 'compat-'));
  try {
    execFileSync('tar', ['-xzf', tarball, '-C', folder]);
    return diff(join(folder, 'package'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function diff(before: string): number {
  const ignored = existsSync('.compatignore') ? ['--ignore-file', '.compatignore'] : [];
  const { status } = spawnSync('jsii-diff', [before, '.', '--keys', ...ignored], { stdio: 'inherit' });
  if (status === 0) console.log('No break of the public API.');
  return status ?? 1;
}

process.exitCode = main(process.argv[2]);
