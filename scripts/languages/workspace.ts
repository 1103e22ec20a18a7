import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Tablet } from './tablet';
import * as versions from '../../projenrc/versions';
import { execute } from '../delivery/execute';
import { compile, isCompiled, pack, ROOT } from '../delivery/pack';
import { withoutAws } from '../delivery/sandbox';

/** Everything that the run makes. */
export const HOME = join(ROOT, 'build', 'languages');
/** The examples that exist in every language, with the class that has the main method in Java. */
export const EXAMPLES: ReadonlyArray<{ readonly name: string; readonly java: string }> = [
  { name: 'document-store', java: 'DocumentStore' },
  { name: 'data-lake-teams', java: 'DataLakeTeams' },
  { name: 'records-archive', java: 'RecordsArchive' },
  { name: 'one-bucket-three-views', java: 'OneBucketThreeViews' },
];
export const FLOOR = versions.CDK_FLOOR;

/** The sources that jsii-pacmak generates, a folder a language. */
export const CODE = join(HOME, 'code');
export const CONSUMERS = join(__dirname, 'consumers');
/** What the same mistakes say in TypeScript. */
const SENTENCES = join(HOME, 'sentences.json');

/** Compiles the library and translates its examples, unless a build has done both already. */
export async function compileAll(): Promise<void> {
  if (!isCompiled()) await compile();
  const [assembly, translated] = ['.jsii', '.jsii.tabl.json'].map((file) => join(ROOT, file));
  if (existsSync(translated) && statSync(translated).mtimeMs >= statSync(assembly).mtimeMs) return;
  await execute('npx', ['projen', 'rosetta'], { cwd: ROOT, remedy: 'correct the example that does not compile' });
}

export function tablet(): Tablet {
  return JSON.parse(readFileSync(join(ROOT, '.jsii.tabl.json'), 'utf8')) as Tablet;
}

/** Sources of the packages of all languages. */
export async function generate(): Promise<void> {
  mkdirSync(HOME, { recursive: true });
  await execute(
    'npx',
    ['jsii-pacmak', '--code-only', '--force', '--outdir', CODE, '--rosetta-tablet', join(ROOT, '.jsii.tabl.json')],
    {
      cwd: ROOT,
      env: quiet(),
      remedy: 'correct what jsii-pacmak says',
    },
  );
}

/** Synthesizes the examples in TypeScript with the packed library, and writes down what mistakes say. */
export async function reference(): Promise<void> {
  const home = join(HOME, 'typescript');
  rmSync(home, { recursive: true, force: true });
  const modules = join(home, 'node_modules');
  mkdirSync(modules, { recursive: true });
  const { tarball } = await pack(home);
  await execute('tar', ['xzf', tarball, '-C', modules], {
    cwd: home,
    remedy: 'run "npm run demo", which shows what is packed',
  });
  renameSync(join(modules, 'package'), join(modules, 'cdk-s3-strongbox'));
  // jsii-docgen would take the first assembly below the repository for the library's own, and this copy grows old.
  rmSync(join(modules, 'cdk-s3-strongbox', '.jsii'));
  for (const peer of ['aws-cdk-lib', 'cdk-nag', 'constructs', 'tsx']) {
    symlinkSync(join(ROOT, 'node_modules', peer), join(modules, peer));
  }
  const tsx = join(modules, 'tsx', 'dist', 'cli.mjs');
  for (const { name } of EXAMPLES) {
    const folder = join(home, name);
    cpSync(join(ROOT, 'examples', name), folder, { recursive: true });
    await synthesize(name, 'typescript', process.execPath, [tsx, 'app.ts'], folder);
  }
  cpSync(join(CONSUMERS, 'sentences.ts'), join(home, 'sentences.ts'));
  const sentences = await execute(process.execPath, [tsx, 'sentences.ts'], {
    cwd: home,
    env: quiet(),
    remedy: `run ${CONSUMERS}/sentences.ts`,
  });
  writeFileSync(SENTENCES, sentences);
}

/** Runs an app of an example; returns its cloud assembly. */
export async function synthesize(
  example: string,
  label: string,
  command: string,
  args: readonly string[],
  cwd: string,
): Promise<string> {
  const outdir = join(HOME, 'out', label, example);
  rmSync(outdir, { recursive: true, force: true });
  const { context = {} } = JSON.parse(readFileSync(join(ROOT, 'examples', example, 'cdk.json'), 'utf8')) as {
    context?: Record<string, unknown>;
  };
  await execute(command, args, {
    cwd,
    env: { ...quiet(), CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(context) },
    remedy: `compare examples/${example}/app.ts`,
  });
  return outdir;
}

/** Why the templates and asset manifests of two runs differ; undefined if they are the same bytes. */
export function difference(example: string, label: string, other = 'typescript'): string | undefined {
  const [ours, theirs] = [label, other].map((each) => contracts(join(HOME, 'out', each, example)));
  const names = [...new Set([...ours.keys(), ...theirs.keys()])].sort();
  const differing = names.filter((name) => ours.get(name) !== theirs.get(name));
  if (names.length === 0) return `${example} has no templates`;
  return differing.length > 0 ? `${differing.join(', ')}: other than in ${other}` : undefined;
}

function contracts(assembly: string): Map<string, string> {
  const files = readdirSync(assembly, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.(template|assets)\.json$/.test(file),
  );
  return new Map(files.map((file) => [file, readFileSync(join(assembly, file), 'utf8')]));
}

/** Without AWS, and without CDK's own validation, which takes seconds and changes no template. */
export function quiet(): NodeJS.ProcessEnv {
  return {
    ...withoutAws(),
    CDK_VALIDATION: 'false',
    STRONGBOX_SENTENCES: SENTENCES,
    JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION: '1',
  };
}
