import { SpecError } from '../errors';

interface Pattern {
  readonly names: readonly string[];
  readonly deep: boolean;
}

/**
 * Paths of names: `order/item` or `/order/item` from the root, `//item` at any depth, `order/item/@id` for an
 * attribute, `*` for any name.
 */
export class PathSet {
  private readonly patterns: readonly Pattern[];

  constructor(paths: readonly string[] = []) {
    this.patterns = paths.map((path) => {
      const deep = path.startsWith('//');
      const names = path.replace(/^\/{1,2}/, '').split('/');
      if (names.some((name) => name === '')) {
        throw new SpecError(`the path "${path}" has an empty step; write it as order/item, //item or order/@id`);
      }
      return { names, deep };
    });
  }

  public get empty(): boolean {
    return this.patterns.length === 0;
  }

  /** Whether a path names exactly this place: the names from the root, and the last one. */
  public has(above: readonly string[], last: string): boolean {
    return this.patterns.some(({ names, deep }) => {
      const length = above.length + 1;
      if (deep ? names.length > length : names.length !== length) return false;
      const first = length - names.length;
      return names.every((name, i) => name === '*' || name === (first + i < above.length ? above[first + i] : last));
    });
  }
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * Which texts are written as numbers and booleans. What is not exactly one in JSON stays a string: no digit is lost.
 */
export class Scalars {
  private readonly numbers: PathSet;
  private readonly booleans: PathSet;

  constructor(spec: { readonly numbers?: readonly string[]; readonly booleans?: readonly string[] }) {
    this.numbers = new PathSet(spec.numbers);
    this.booleans = new PathSet(spec.booleans);
  }

  /** The JSON of a text. */
  public json(text: string, above: readonly string[], last: string): string {
    if (!this.numbers.empty && JSON_NUMBER.test(text) && this.numbers.has(above, last)) return text;
    if (!this.booleans.empty && (text === 'true' || text === 'false') && this.booleans.has(above, last)) return text;
    return JSON.stringify(text);
  }
}
