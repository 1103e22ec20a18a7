/**
 * Whether the library builds and passes its tests against the oldest and the latest supported aws-cdk-lib, and whether
 * what is packed synthesizes the examples on every supported Node.js, with the same templates. `npm run cdk-versions --
 * node` or `-- cdk` runs one half.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execute, run } from './delivery/execute';
import { compile, isCompiled, pack, ROOT } from './delivery/pack';
import { examples, Sandbox, withoutAws } from './delivery/sandbox';
import { Failure, paint, runScript, say, seconds, Steps, table } from './delivery/terminal';
import * as versions from '../projenrc/versions';

const NODES = ['20', '22', '24'];
const REGISTRY = 'check that the package registry answers ("npm ping"), then run the command again';

async function main(): Promise<boolean> {
  const half = process.argv[2];
  if (half !== undefined && half !== 'cdk' && half !== 'node') {
    throw new Failure(`there is no "${half}" to run`, 'name "cdk", "node", or nothing for both');
  }
  const libraries = half === 'node' ? [] : [...new Set([versions.CDK_FLOOR, versions.CDK_LATEST])];
  const nodes = half === 'cdk' ? [] : NODES;
  const compiled = isCompiled() || nodes.length === 0;
  const steps = new Steps((compiled ? 0 : 1) + 3 * libraries.length + (nodes.length > 0 ? 2 + nodes.length : 0));
  const rows: string[][] = [];
  const failures: Failure[] = [];

  /** Runs one row of the table; a failure is a row too, and does not keep the others from running. */
  const row = async (title: string, work: () => Promise<string>) => {
    const start = performance.now();
    try {
      const remark = await work();
      rows.push([title, paint('green', 'good'), seconds(performance.now() - start), remark]);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failures.push(error);
      rows.push([title, paint('red', 'FAILED'), seconds(performance.now() - start), error.message]);
    }
  };

  if (!compiled) await steps.run('Compile the library', compile);
  for (const version of libraries) await row(`aws-cdk-lib ${version}`, () => buildAgainst(version, steps));

  if (nodes.length > 0) await onEveryNode(nodes, steps, row);

  say();
  say(table([{ title: 'Against' }, { title: 'Result' }, { title: 'Time' }, { title: 'What', width: 50 }], rows));
  for (const { message, remedy, details } of failures) {
    say(`\n${paint(['red', 'bold'], message)}\n${details.trimEnd()}\n${paint('bold', 'What to do:')} ${remedy}`);
  }
  return failures.length === 0;
}

/** Synthesizes the examples with the packed library on each Node.js. */
async function onEveryNode(
  nodes: readonly string[],
  steps: Steps,
  row: (title: string, work: () => Promise<string>) => Promise<void>,
): Promise<void> {
  const sandbox = Sandbox.create();
  try {
    const { tarball } = await steps.run('Pack the library', () => pack(sandbox.folder));
    await steps.run('Install it in a fresh folder', () =>
      sandbox.install(tarball, Object.assign({}, ...examples().map(({ dependencies }) => dependencies))),
    );
    let expected: Record<string, string> | undefined;
    for (const major of nodes) {
      await row(`Node.js ${major}`, () =>
        steps.run(
          `Synthesize the examples on Node.js ${major}`,
          async () => {
            const { node, version } = await nodeOf(major, sandbox);
            const templates = await synthesize(node, sandbox);
            expected ??= templates;
            if (JSON.stringify(templates) !== JSON.stringify(expected)) {
              throw new Failure(
                `the templates differ from those of Node.js ${nodes[0]}`,
                'find what depends on the Node.js version',
              );
            }
            return `${version}, ${Object.keys(templates).length} templates`;
          },
          (remark) => remark,
        ),
      );
    }
  } finally {
    sandbox.remove();
  }
}

/** Compiles and tests a copy of the repository with another aws-cdk-lib. */
async function buildAgainst(version: string, steps: Steps): Promise<string> {
  const copy = Sandbox.create();
  try {
    await steps.run(`Install aws-cdk-lib ${version} in a copy of the repository`, async () => {
      const tracked = await execute('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
        cwd: ROOT,
        remedy: 'run it in a git clone',
      });
      for (const file of tracked.split('\0').filter(Boolean)) {
        mkdirSync(dirname(join(copy.folder, file)), { recursive: true });
        cpSync(join(ROOT, file), join(copy.folder, file));
      }
      const manifest = join(copy.folder, 'package.json');
      const { devDependencies, ...rest } = JSON.parse(readFileSync(manifest, 'utf8')) as {
        devDependencies: Record<string, string>;
      };
      writeFileSync(
        manifest,
        JSON.stringify({ ...rest, devDependencies: { ...devDependencies, 'aws-cdk-lib': version } }, undefined, 2),
      );
      await execute('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'], {
        cwd: copy.folder,
        remedy: REGISTRY,
      });
    });
    const remedy = `reproduce it with "npm install --no-save aws-cdk-lib@${version}" and "npm test"`;
    await steps.run(`Compile it against aws-cdk-lib ${version}`, async () => {
      for (const task of ['pre-compile', 'compile']) {
        await execute('npx', ['projen', task], { cwd: copy.folder, remedy });
      }
    });
    return await steps.run(
      `Test it against aws-cdk-lib ${version}`,
      async () => {
        const { stderr } = await run('npx', ['jest', '--ci'], {
          cwd: copy.folder,
          env: { ...process.env, CI: 'true' },
          remedy,
        });
        return /\d+ passed, \d+ failed\s*$/.exec(stderr.trimEnd())?.[0] ?? 'passed';
      },
      (remark) => remark,
    );
  } finally {
    copy.remove();
  }
}

/** A Node.js binary of a major version: this process's own, or the one that its npm package brings. */
async function nodeOf(major: string, sandbox: Sandbox): Promise<{ node: string; version: string }> {
  let node = process.execPath;
  if (process.versions.node.split('.')[0] !== major) {
    const name = `node-${process.platform}-${process.arch}`;
    const folder = join(sandbox.folder, `node-${major}`);
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    await execute(
      'npm',
      ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error', `${name}@${major}`],
      { cwd: folder, remedy: REGISTRY },
    );
    node = join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  }
  return { node, version: (await execute(node, ['--version'], { cwd: ROOT, remedy: REGISTRY })).trim() };
}

/** The templates of all examples, by their path. */
async function synthesize(node: string, sandbox: Sandbox): Promise<Record<string, string>> {
  const templates: Record<string, string> = {};
  for (const { name, folder } of examples()) {
    const app = join(sandbox.folder, name);
    cpSync(folder, app, { recursive: true });
    const { context } = JSON.parse(readFileSync(join(folder, 'cdk.json'), 'utf8')) as {
      context?: Record<string, unknown>;
    };
    const outdir = join(app, 'cdk.out');
    await execute(node, [join(sandbox.folder, 'node_modules', 'tsx', 'dist', 'cli.mjs'), 'app.ts'], {
      cwd: app,
      env: { ...withoutAws(), CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(context ?? {}) },
      remedy: `run "npm run demo -- ${name}" on this Node.js`,
    });
    for (const file of readdirSync(outdir, { recursive: true, encoding: 'utf8' })
      .filter((each) => each.endsWith('.template.json'))
      .sort()) {
      templates[`${name}/${file}`] = readFileSync(join(outdir, file), 'utf8');
    }
  }
  return templates;
}

runScript(main);
