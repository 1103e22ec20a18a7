import { type Dirent, readdirSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';

/** A file to redact, and where its output lies in a tree of outputs. */
export interface Input {
  /** `-` for standard input. */
  readonly path: string;
  readonly place: string;
  readonly stats: Stats | undefined;
}

/** What cannot be read or written: told in a sentence, without the usage. */
export class InputError extends Error {}

const GLOB = /[*?[\]]/;

/** Whether several files may be meant. */
export function namesMany(path: string): boolean {
  return statOf(path)?.isDirectory() ?? GLOB.test(path);
}

/**
 * The files that the arguments name: themselves, all below a directory, or those that a pattern matches (`*`, `?` and
 * `[...]` within a name, `**` for any folders). In the order of their names; each once.
 * @param outputs the directory of the outputs: what is there already is no input
 * @throws InputError for what is not there
 */
export function inputsOf(paths: readonly string[], outputs?: string): Input[] {
  const inputs = new Map<string, Input>();
  for (const path of paths) for (const input of named(path, outputs)) inputs.set(input.path, input);
  return [...inputs.values()];
}

function named(path: string, outputs: string | undefined): Input[] {
  if (path === '-') return [{ path, place: path, stats: undefined }];
  const stats = statOf(path);
  if (stats?.isFile()) return [{ path, place: basename(path), stats }];
  if (stats?.isDirectory()) return inputsBelow(path, outputs);
  if (stats) {
    throw new InputError(`${path} is neither a file nor a directory; name one of them, or - for standard input`);
  }
  if (!GLOB.test(path)) throw new InputError(`${path} does not exist; name a file, a directory or a pattern`);
  const base = baseOf(path);
  const pattern = expressionOf(path);
  const found = statOf(base)?.isDirectory()
    ? inputsBelow(base, outputs).filter((file) => pattern.test(slashed(file.path)))
    : [];
  if (found.length === 0) throw new InputError(`${path} matches no file; correct the pattern`);
  return found;
}

/** The files below the folder, but for the outputs when they go there too. */
function inputsBelow(root: string, outputs: string | undefined): Input[] {
  const below = outputs === undefined ? '' : resolve(outputs) + sep;
  const files = filesBelow(root, root);
  return below.startsWith(resolve(root) + sep) && below !== resolve(root) + sep
    ? files.filter(({ path }) => !resolve(path).startsWith(below))
    : files;
}

function filesBelow(folder: string, root: string): Input[] {
  const order = (a: Dirent, b: Dirent) => (a.name < b.name ? -1 : 1);
  return readdirSync(folder, { withFileTypes: true })
    .sort(order)
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesBelow(path, root);
      const stats = statOf(path);
      return stats?.isFile() ? [{ path, place: relative(root, path), stats }] : [];
    });
}

/** The folder before the first name that has a wildcard. */
function baseOf(pattern: string): string {
  const names = slashed(pattern).split('/');
  const first = names.findIndex((name) => GLOB.test(name));
  return names.slice(0, first).join('/') || (pattern.startsWith('/') ? '/' : '.');
}

function expressionOf(pattern: string): RegExp {
  const source = slashed(join(dirname(pattern), basename(pattern)))
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*\*\/|\*\*|\*|\?/g, (wildcard) => WILDCARDS[wildcard]);
  return new RegExp(`^${source}$`);
}

const WILDCARDS: Record<string, string> = { '**/': '(?:[^/]+/)*', '**': '.*', '*': '[^/]*', '?': '[^/]' };

function slashed(path: string): string {
  return sep === '/' ? path : path.split(sep).join('/');
}

function statOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}
