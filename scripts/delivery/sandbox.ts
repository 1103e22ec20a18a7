import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execute } from './execute';
import { ROOT } from './pack';
import * as versions from '../../projenrc/versions';

type Dependencies = Record<string, string>;

/**
 * A fresh folder outside the repository in which a user's apps find the packed library and nothing else of the
 * repository.
 */
export class Sandbox {
  public static create(): Sandbox {
    return new Sandbox(mkdtempSync(join(tmpdir(), 'cdk-s3-strongbox-')));
  }

  private constructor(public readonly folder: string) {}

  /**
   * Installs the tarball beside `wanted`; a package that the repository has is installed in the same version, so
   * results repeat.
   */
  public async install(tarball: string, wanted: Dependencies): Promise<void> {
    const dependencies: Dependencies = {};
    for (const [name, range] of Object.entries(wanted)) dependencies[name] = versionInRepository(name) ?? range;
    dependencies['cdk-s3-strongbox'] = `file:${tarball}`;
    dependencies['aws-cdk'] = versions.CDK_CLI;
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(
      join(this.folder, 'package.json'),
      JSON.stringify({ name: 'sandbox', private: true, dependencies }, undefined, 2),
    );
    await execute('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'], {
      cwd: this.folder,
      remedy: 'check that the package registry answers ("npm ping"), then run the command again',
    });
  }

  /** A command that the installed packages bring, if they do. */
  public bin(name: string): string | undefined {
    const path = join(this.folder, 'node_modules', '.bin', name);
    return existsSync(path) ? path : undefined;
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** An environment without AWS credentials, telemetry and notices: what runs in it needs no account and no network. */
export function withoutAws(): NodeJS.ProcessEnv {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_') && !name.startsWith('CDK_')),
  );
  return {
    ...env,
    AWS_CONFIG_FILE: join(tmpdir(), 'no-aws-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(tmpdir(), 'no-aws-credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: process.versions.node.split('.')[0],
    npm_config_loglevel: 'error',
  };
}

/** The examples that are CDK apps, by their folder's name. */
export function examples(): Array<{ name: string; folder: string; dependencies: Dependencies }> {
  const all = join(ROOT, 'examples');
  return readdirSync(all)
    .filter((name) => existsSync(join(all, name, 'cdk.json')))
    .map((name) => {
      const folder = join(all, name);
      const { dependencies = {}, devDependencies = {} } = JSON.parse(
        readFileSync(join(folder, 'package.json'), 'utf8'),
      ) as {
        dependencies?: Dependencies;
        devDependencies?: Dependencies;
      };
      return { name, folder, dependencies: { ...dependencies, ...devDependencies } };
    });
}

function versionInRepository(name: string): string | undefined {
  const file = join(ROOT, 'node_modules', name, 'package.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version : undefined;
}
