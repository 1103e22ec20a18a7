import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { execute } from './execute';

export const ROOT = join(__dirname, '..', '..');

/** What a compiled library is made from; a change in any of it makes lib/ stale. */
const SOURCES = ['src', 'tsconfig.json', 'package.json'];

/** Whether lib/ and .jsii are there and no source is newer. */
export function isCompiled(): boolean {
  const compiled = join(ROOT, '.jsii');
  if (!existsSync(compiled) || !existsSync(join(ROOT, 'lib', 'index.js'))) return false;
  const time = statSync(compiled).mtimeMs;
  return SOURCES.every((source) => newest(join(ROOT, source)) <= time);
}

function newest(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

/** Bundles the Lambda handlers and compiles the library; the generated documentation is left to the build. */
export async function compile(): Promise<void> {
  for (const task of ['pre-compile', 'compile']) {
    await execute('npx', ['projen', task], {
      cwd: ROOT,
      remedy: 'correct the error above, or run "npm ci" if a tool is missing',
    });
  }
}

/** Packs what is compiled, as it would be published. Returns the path of the tarball. */
export async function pack(destination: string): Promise<{ tarball: string; kilobytes: number }> {
  mkdirSync(destination, { recursive: true });
  const out = await execute('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', destination], {
    cwd: ROOT,
    remedy: 'correct "files" in projenrc/packaging.ts',
  });
  const [{ filename, size }] = JSON.parse(out) as [{ filename: string; size: number }];
  return { tarball: join(destination, filename), kilobytes: Math.round(size / 1024) };
}
