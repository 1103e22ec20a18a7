/**
 * Everything that must hold before a release, short of publishing: `npm run release:check`. Every row is tried; exit
 * code 0 only if all are good. What cannot be asked (a registry that does not answer) is not good.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execute, run } from './delivery/execute';
import { isCompiled, pack, ROOT } from './delivery/pack';
import { Failure, paint, runScript, say, seconds, table } from './delivery/terminal';
import { REGISTRIES } from './release/registries';
import { CDK_FLOOR } from '../projenrc/versions';

/** Kilobytes of the packed npm package; test/package.test.ts says what they are. */
const BUDGET = 2800;

interface Row {
  readonly title: string;
  readonly work: () => Promise<string>;
}

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

const ROWS: readonly Row[] = [
  { title: 'Working tree is clean', work: clean },
  { title: 'Version and changelog', work: version },
  ...REGISTRIES.map(({ name, has }): Row => ({
    title: `aws-cdk-lib ${CDK_FLOOR} on ${name}`,
    work: async () => {
      const found = await has(CDK_FLOOR);
      if (!found) {
        throw new Failure(
          `${name} does not have it`,
          'raise CDK_FLOOR in projenrc/versions.ts to a version that every registry has',
        );
      }
      return 'there';
    },
  })),
  { title: 'Public API against the last release', work: compatible },
  { title: 'API.md is generated from this API', work: documented },
  { title: 'Package', work: packaged },
  { title: 'Links between documents', work: linked },
];

async function main(): Promise<boolean> {
  if (process.argv.length > 2) {
    throw new Failure(`"${process.argv[2]}" is no option`, 'run "npm run release:check" without any');
  }
  if (!isCompiled()) {
    throw new Failure('lib/ is missing or older than src/', 'run "npx projen build" first, as docs/RELEASING.md says');
  }
  const rows: string[][] = [];
  const failures: Array<{ title: string; failure: Failure }> = [];
  for (const { title, work } of ROWS) {
    const start = performance.now();
    let remark: string;
    try {
      remark = await work();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failures.push({ title, failure: error });
      remark = error.message;
    }
    const failed = failures.at(-1)?.title === title;
    rows.push([
      title,
      failed ? paint('red', 'FAILED') : paint('green', 'good'),
      seconds(performance.now() - start),
      remark,
    ]);
  }
  say(table([{ title: 'What' }, { title: 'Result' }, { title: 'Time' }, { title: 'Remark', width: 45 }], rows));
  for (const { title, failure } of failures) {
    say(
      `\n${paint(['red', 'bold'], title)}: ` +
        `${failure.message}\n${failure.details.trimEnd()}\n${paint('bold', 'What to do:')} ${failure.remedy}`,
    );
  }
  say(`\n${rows.length - failures.length} passed, ${failures.length} failed`);
  return failures.length === 0;
}

async function clean(): Promise<string> {
  const status = await execute('git', ['status', '--porcelain'], { cwd: ROOT, remedy: 'run it in a git clone' });
  if (status !== '') throw new Failure('there are changes that are not committed', 'commit or remove them', status);
  return (
    await execute('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, remedy: 'run it in a git clone' })
  ).trim();
}

async function version(): Promise<string> {
  const { version: current } = JSON.parse(read('package.json')) as { version: string };
  const remedy =
    'give the version to .projen and package.json as docs/RELEASING.md says, and the section ' +
    '"Unreleased" its number and date';
  if (!/^0\.[1-9]\d*\.\d+$/.test(current)) {
    throw new Failure(`package.json has the version ${current}, a release has 0.x.y with x of 1 or more`, remedy);
  }
  if (
    !new RegExp(`^## ${current.replaceAll('.', '\\.')} \\(\\d{4}-\\d\\d-\\d\\d\\)$`, 'm').test(read('CHANGELOG.md'))
  ) {
    throw new Failure(`CHANGELOG.md has no section "## ${current} (YYYY-MM-DD)"`, remedy);
  }
  return current;
}

async function compatible(): Promise<string> {
  const out = await execute('npm', ['run', '--silent', 'compat'], {
    cwd: ROOT,
    remedy: 'name an intended break in .compatignore and in the changelog',
  });
  return out.trim().split('\n').at(-1) ?? '';
}

async function documented(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'strongbox-api-'));
  try {
    await execute('npx', ['jsii-docgen', '-o', join(folder, 'API.md')], {
      cwd: ROOT,
      remedy: 'run "npx projen build"',
    });
    if (readFileSync(join(folder, 'API.md'), 'utf8') !== read('API.md')) {
      throw new Failure('API.md is older than the API', 'run "npx projen docgen" and commit it');
    }
    return 'the same';
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function packaged(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'strongbox-pack-'));
  try {
    const { kilobytes } = await pack(folder);
    if (kilobytes > BUDGET) {
      throw new Failure(`${kilobytes} kB, the budget is ${BUDGET} kB`, 'look at what grew with "npm pack --dry-run"');
    }
    return `${kilobytes} kB of ${BUDGET}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Relative links lead to files that are there. */
async function linked(): Promise<string> {
  const { stdout } = await run('git', ['ls-files', '-z', '*.md'], { cwd: ROOT, remedy: 'run it in a git clone' });
  const documents = stdout.split('\0').filter((file) => file && file !== 'API.md');
  const broken = documents.flatMap((file) =>
    [
      ...read(file)
        .replaceAll(/```[\s\S]*?```/g, '')
        .matchAll(/\]\(([^)\s]+)\)/g),
    ]
      .map(([, target]) => target.replace(/#.*$/, ''))
      .filter((target) => target !== '' && !/^[a-z]+:/.test(target) && !existsSync(join(ROOT, dirname(file), target)))
      .map((target) => `${file}: ${target}`),
  );
  if (broken.length > 0) throw new Failure(`${broken.length} links lead nowhere`, 'correct them', broken.join('\n'));
  return `${documents.length} documents`;
}

runScript(main);
