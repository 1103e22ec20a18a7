import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Checks, expectNothing } from './checks';
import { examplesIn } from './examples';
import { CODE, CONSUMERS, difference, EXAMPLES, HOME, quiet, synthesize } from './workspace';
import { execute } from '../delivery/execute';
import { ROOT } from '../delivery/pack';
import { Failure } from '../delivery/terminal';

const FOLDER = join(HOME, 'go');
const MODULE = 'github.com/cdk-s3-strongbox/cdk-s3-strongbox-go/strongbox';

/** Builds the module and its consumers, and uses it. */
export async function go(checks: Checks): Promise<void> {
  const run = (title: string, work: () => Promise<string | void>) => checks.run('Go', title, work);
  await run('examples of the documentation are valid Go', parseExamples);
  if (!(await run('build the module, the examples and the tests', build))) return;
  for (const { name } of EXAMPLES) {
    await run(`${name}: templates and asset manifests as in TypeScript`, async () => {
      await synthesize(name, 'go', join(FOLDER, 'bin', name), [], FOLDER);
      expectNothing(difference(name, 'go'), `diff -r ${HOME}/out/typescript/${name} ${HOME}/out/go/${name}`);
    });
  }
  await run('go test: proofs, and mistakes in the words of TypeScript', () =>
    call('go', ['test', '-count=1', './tests/...']),
  );
}

async function build(): Promise<void> {
  rmSync(FOLDER, { recursive: true, force: true });
  for (const { name } of EXAMPLES) cpSync(join(ROOT, 'examples', name, 'go'), join(FOLDER, name), { recursive: true });
  cpSync(join(CONSUMERS, 'strongbox_test.go'), join(FOLDER, 'tests', 'strongbox_test.go'));
  const unformatted = await call('gofmt', ['-l', '.']);
  expectNothing(
    unformatted.trim() === '' ? undefined : `not formatted by gofmt: ${unformatted.trim()}`,
    'run gofmt -w on the example',
  );
  writeFileSync(
    join(FOLDER, 'go.mod'),
    `module example.com/consumer\n\ngo 1.25\n\nrequire ${MODULE} v0.0.0\n\nreplace ${MODULE} => ` +
      `${join(CODE, 'go', 'strongbox')}\n`,
  );
  await call('go', ['mod', 'tidy']);
  mkdirSync(join(FOLDER, 'bin'), { recursive: true });
  await call('go', ['build', '-o', 'bin/', ...EXAMPLES.map(({ name }) => `./${name}`)]);
}

/** gofmt is a parser: it refuses what is not Go. */
async function parseExamples(): Promise<string> {
  const examples = examplesIn('go');
  const folder = join(HOME, 'go-examples');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { name, at, source } of examples) {
    writeFileSync(join(folder, `${name}.go`), `// ${at}\npackage examples\n\nfunc ${name}() {\n${source}\n}\n`);
  }
  try {
    await execute('gofmt', ['-l', folder], {
      cwd: folder,
      remedy: 'correct the example, or scripts/languages/tablet.ts',
    });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure('an example is not valid Go', error.remedy, error.details);
  }
  return `${examples.length} examples`;
}

function call(command: string, args: readonly string[]): Promise<string> {
  return execute(command, args, {
    // No more than one lane's share of the machine.
    cwd: FOLDER,
    env: { ...quiet(), GOFLAGS: '-mod=mod', GOMAXPROCS: '2' },
    remedy: 'correct the package or its consumer in scripts/languages/consumers',
  });
}
