import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir, hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import * as ts from 'typescript';
import { PackedLibrary } from './support/packed';
import { BUNDLED_ONLY } from '../projenrc/packaging';
import * as versions from '../projenrc/versions';
import { ROOT } from '../scripts/delivery/pack';

/**
 * More is a reason to look at what grew. A quarter of it are the codecs of images, a third the functions of views with
 * their maps.
 */
const PACKED_BUDGET_KB = 2800;

let packed: PackedLibrary;
let files: string[];
let manifest: Record<string, any>;

beforeAll(async () => {
  packed = await PackedLibrary.create();
  files = readdirSync(packed.home, { recursive: true, encoding: 'utf8' }).filter((file) =>
    statSync(join(packed.home, file)).isFile(),
  );
  manifest = JSON.parse(readFileSync(join(packed.home, 'package.json'), 'utf8'));
}, 60_000);

afterAll(() => packed?.remove());

/** Runs code where a user's file would stand. */
function asConsumer(code: string): string {
  return execFileSync(process.execPath, ['-e', code], {
    cwd: packed.consumer,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** The subpaths of `exports` as a user writes them. */
function doors(): string[] {
  return Object.keys(manifest.exports).map((key) => `cdk-s3-strongbox${key.slice(1)}`);
}

test('holds what a user needs and nothing else', () => {
  const allowed = [
    /^(package\.json|\.jsii|LICENSE|NOTICE|README\.md|API\.md)$/,
    /^lib\/[a-z0-9/-]+\.(js|d\.ts|schema\.json)$/,
    /^assets\//,
    /^bin\/cdk-s3-strongbox$/,
    /^schema\/prove-\d+\.json$/,
  ];
  expect(files.filter((file) => !allowed.some((pattern) => pattern.test(file)))).toEqual([]);
  for (const needed of ['package.json', '.jsii', 'LICENSE', 'README.md', 'API.md', 'lib/index.js', 'lib/index.d.ts']) {
    expect(files).toContain(needed);
  }
});

test('holds one compiled file for every source, and no leftover', () => {
  const compiled = (folder: string, ending: RegExp) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => ending.test(file) && !file.endsWith('.lambda.ts'))
      .map((file) => file.replace(ending, ''))
      .sort();
  const bundled = (file: string) => BUNDLED_ONLY.some((folder) => `src/${file}`.startsWith(`${folder}/`));
  const lib = compiled(join(packed.home, 'lib'), /\.js$/);
  expect(lib.filter((file) => !bundled(file))).toEqual(
    compiled(join(ROOT, 'src'), /(?<!\.d)\.ts$/).filter((file) => !bundled(file)),
  );
  // What needs packages is in the bundles alone.
  expect(lib.filter(bundled).filter((file) => !/\/(contract|transform-spec)$/.test(file))).toEqual([]);
});

test('brings no dependency of its own, and names the oldest peers that are tested', () => {
  expect(manifest.dependencies ?? {}).toEqual({});
  expect(manifest.bundledDependencies ?? []).toEqual([]);
  expect(manifest.peerDependencies).toEqual({
    'aws-cdk-lib': `^${versions.CDK_FLOOR}`,
    constructs: `^${versions.CONSTRUCTS_FLOOR}`,
  });
});

test('can be found: name, licence, keywords and the four languages', () => {
  expect(manifest).toMatchObject({ name: 'cdk-s3-strongbox', license: 'Apache-2.0', stability: 'experimental' });
  expect(manifest.keywords).toEqual(expect.arrayContaining(['aws', 'cdk', 'aws-cdk', 's3', 'security']));
  expect(Object.keys(manifest.jsii.targets).sort()).toEqual(['dotnet', 'go', 'java', 'python']);
  expect(manifest.description).not.toBe('');
});

test('opens every door to require', () => {
  const resolved = JSON.parse(
    asConsumer(`console.log(JSON.stringify(${JSON.stringify(doors())}.map((door) => require.resolve(door))))`),
  ) as string[];
  for (const file of resolved) expect(existsSync(file)).toBe(true);
  expect(
    asConsumer('const { SecureBucket } = require("cdk-s3-strongbox"); console.log(typeof SecureBucket)').trim(),
  ).toBe('function');
});

test("tries a transform of the user's own, without AWS", () => {
  const out = asConsumer(`
    const { tryTransform } = require('cdk-s3-strongbox/custom-transform');
    const upper = () => ({ push: (chunk) => [Buffer.from(Buffer.from(chunk).toString('latin1').toUpperCase(), 'latin1')], end: () => [] });
    tryTransform(upper, 'abc').then(({ output }) => console.log(output.toString()));`);
  expect(out.trim()).toBe('ABC');
});

test('keeps its inside closed to require', () => {
  expect(
    asConsumer(
      'try { require("cdk-s3-strongbox/lib/input/validation-error") } catch (error) { console.log(error.code) }',
    ).trim(),
  ).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED');
});

test.each([
  ['node10', ts.ModuleResolutionKind.Node10, ts.ModuleKind.CommonJS],
  ['node16', ts.ModuleResolutionKind.Node16, ts.ModuleKind.Node16],
  ['bundler', ts.ModuleResolutionKind.Bundler, ts.ModuleKind.ESNext],
])('gives TypeScript its types under moduleResolution %s', (_, moduleResolution, module) => {
  const from = join(packed.consumer, 'app.ts');
  for (const door of doors().filter((each) => !each.endsWith('.json') && !each.endsWith('.jsii'))) {
    const { resolvedModule } = ts.resolveModuleName(door, from, { moduleResolution, module }, ts.sys);
    expect({ door, file: resolvedModule?.resolvedFileName }).toEqual({
      door,
      file: expect.stringMatching(/\/lib\/.*index\.d\.ts$/),
    });
  }
});

test('brings commands that can be run', () => {
  for (const [name, file] of Object.entries((manifest.bin ?? {}) as Record<string, string>)) {
    expect(statSync(join(packed.home, file)).mode.toString(8).slice(-3)).toBe('755');
    expect(
      asConsumer(
        `process.argv = [process.execPath, ${JSON.stringify(name)}, '--help'];` +
          `require(${JSON.stringify(join(packed.home, file))})`,
      ),
    ).toMatch(/^Usage: /);
  }
  // The folder is packed whole: nothing lies in it that package.json does not name.
  expect(files.filter((file) => file.startsWith('bin/')).sort()).toEqual(
    Object.values((manifest.bin ?? {}) as Record<string, string>)
      .map((file) => file.replace(/^\.\//, ''))
      .sort(),
  );
});

test('tells nothing about the machine it was packed on', () => {
  const secrets = [ROOT, `${homedir()}/`, hostname(), `/${userInfo().username}/`].filter((text) => text.length > 2);
  for (const file of files.filter((name) => !/\.(wasm|gz|zst)$/.test(name))) {
    const text = readFileSync(join(packed.home, file), 'utf8');
    const maps = [...text.matchAll(/sourceMappingURL=data:application\/json;[^,]*base64,([\w+/=]+)/g)].map(([, map]) =>
      Buffer.from(map, 'base64').toString(),
    );
    for (const secret of secrets) {
      for (const part of [text, ...maps]) {
        expect({ file, tells: part.includes(secret) ? secret : undefined }).toEqual({ file, tells: undefined });
      }
    }
  }
});

test('stays small', () => {
  expect(statSync(packed.tarball).size / 1024).toBeLessThan(PACKED_BUDGET_KB);
});
