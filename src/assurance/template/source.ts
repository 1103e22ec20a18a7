/** Where something is written. */
export interface SourceLocation {
  /** The file as it was given: a template file, or the template of a stack in a cloud assembly. */
  readonly file: string;
  /** Line of the file, the first being 1. */
  readonly line: number;
  /** Column of the line in characters, the first being 1. */
  readonly column: number;
}

/** A key that an object of a template has twice: only one would count, and nobody says which was meant. */
export interface RepeatedKey {
  readonly path: readonly string[];
  /** Where the second is written. */
  readonly at: SourceLocation;
}

/** Finds where the parts of a template are written. */
export interface Source {
  /**
   * Where the part at this path is written, e.g. `['Resources', 'Docs', 'Properties', '0']`: a property where its name
   * begins. If the file does not have it, the last part of the path that the file has.
   */
  at(path: readonly string[]): SourceLocation;
}

/** The positions of all keys and list items of one file. */
export class Positions implements Source {
  /** The whole file. */
  public static readonly ROOT = 0;

  /** Keys that an object has twice, in the order of the file. */
  public readonly repeated: RepeatedKey[] = [];

  private readonly nodes = new Map<string, number>();
  private readonly lines = [1];
  private readonly columns = [1];
  private readonly parents = [0];
  private readonly names = [''];

  public constructor(private readonly file: string) {}

  /** @returns the number by which parts of this one are added */
  public add(parent: number, key: string | number, line: number, column: number): number {
    const name = `${parent} ${key}`;
    const node = this.lines.push(line) - 1;
    this.columns.push(column);
    this.parents.push(parent);
    this.names.push(String(key));
    if (this.nodes.has(name)) this.repeated.push({ path: this.pathOf(node), at: { file: this.file, line, column } });
    else this.nodes.set(name, node);
    return node;
  }

  public at(path: readonly string[]): SourceLocation {
    let node = Positions.ROOT;
    for (const step of path) {
      const next = this.part(node, step);
      if (next !== undefined) node = next;
      // One item may be written where a list is meant.
      else if (!/^\d+$/.test(step)) break;
    }
    return { file: this.file, line: this.lines[node], column: this.columns[node] };
  }

  private pathOf(node: number): string[] {
    return node === Positions.ROOT ? [] : [...this.pathOf(this.parents[node]), this.names[node]];
  }

  /** A part by its key, also in the branches of an `Fn::If`. */
  private part(node: number, key: string): number | undefined {
    const found = this.nodes.get(`${node} ${key}`);
    const choice = this.nodes.get(`${node} Fn::If`);
    if (found !== undefined || choice === undefined) return found;
    for (const branch of [1, 2]) {
      const item = this.nodes.get(`${choice} ${branch}`);
      const inside = item === undefined ? undefined : this.part(item, key);
      if (inside !== undefined) return inside;
    }
    return undefined;
  }
}
