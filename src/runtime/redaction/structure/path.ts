import { PolicyError } from '../errors';
import type { FieldRule } from '../policy';

/** What a step of a path is held against: a JSON member or array element, an XML element or attribute. */
export interface Edge {
  /** Member name, or the local name of an XML element or attribute. */
  readonly name?: string;
  /** Index of an array element. */
  readonly index?: number;
  readonly attribute?: boolean;
  /** The XML name as written, with its prefix. */
  readonly qualifiedName?: string;
  /** The XML namespace. */
  readonly namespace?: string;
  /** The last step over this edge: nearly always the next one, too. */
  from?: PathState;
  to?: PathState;
}

interface Step {
  /** Any number of levels may lie before this one. */
  readonly deep: boolean;
  readonly matches: (edge: Edge) => boolean;
  readonly byIndex?: boolean;
}

export interface Path {
  readonly rule: FieldRule;
  readonly steps: readonly Step[];
}

/** A node's place among all paths of the policy: which rule holds for it, and which may hold for what is below. */
export class PathState {
  private readonly next = new WeakMap<object, PathState>();
  private elements: PathState | undefined;

  constructor(
    private readonly machine: PathMachine,
    /** The rule of this node or of the nearest one above it that has one. */
    public readonly rule: FieldRule | undefined,
    private readonly items: ReadonlyArray<readonly [path: number, step: number]>,
  ) {}

  /** No path goes on below this node: what holds for it holds for all of that. */
  public get closed(): boolean {
    return this.items.length === 0;
  }

  /** The child that `edge` leads to. The edge is remembered by identity for as long as the caller keeps it. */
  public child(edge: Edge): PathState {
    if (this.items.length === 0) return this;
    if (edge.from === this) return edge.to!;
    let state = this.next.get(edge);
    if (!state) this.next.set(edge, (state = this.machine.step(this.rule, this.items, edge)));
    edge.from = this;
    edge.to = state;
    return state;
  }

  /** The child at an index of an array. */
  public element(index: number): PathState {
    if (this.items.length === 0) return this;
    if (this.machine.usesIndexes) return this.machine.step(this.rule, this.items, { index });
    return (this.elements ??= this.machine.step(this.rule, this.items, { index }));
  }
}

/** All paths of a policy at once: a deterministic automaton, built as far as documents need it. */
export class PathMachine {
  public readonly root: PathState;
  public readonly usesIndexes: boolean;
  private readonly states = new Map<string, PathState>();

  constructor(private readonly paths: readonly Path[]) {
    this.usesIndexes = paths.some(({ steps }) => steps.some((step) => step.byIndex));
    const rootRule = paths.find(({ steps }) => steps.length === 0)?.rule;
    this.root = this.state(
      rootRule,
      paths.flatMap(({ steps }, path) => (steps.length > 0 ? [[path, 0] as const] : [])),
    );
  }

  public step(
    inherited: FieldRule | undefined,
    items: ReadonlyArray<readonly [number, number]>,
    edge: Edge,
  ): PathState {
    let rule: FieldRule | undefined;
    const next: Array<readonly [number, number]> = [];
    for (const [path, at] of items) {
      const { steps } = this.paths[path];
      if (steps[at].matches(edge)) {
        if (at + 1 === steps.length) rule ??= this.paths[path].rule;
        else next.push([path, at + 1]);
      }
      if (steps[at].deep) next.push([path, at]);
    }
    return this.state(rule ?? inherited, next);
  }

  private state(rule: FieldRule | undefined, items: ReadonlyArray<readonly [number, number]>): PathState {
    const unique = [...new Set(items.map((item) => item.join(':')))].sort();
    const key = `${this.paths.findIndex((path) => path.rule === rule)}|${unique.join(',')}`;
    let state = this.states.get(key);
    if (!state) {
      state = new PathState(
        this,
        rule,
        unique.map((item) => item.split(':').map(Number) as unknown as readonly [number, number]),
      );
      this.states.set(key, state);
    }
    return state;
  }
}

/** The rules of the policy that are JSON paths. */
export function jsonPaths(fields: readonly FieldRule[] = []): Path[] {
  return fields.filter(({ path }) => path.startsWith('$')).map((rule) => ({ rule, steps: parseJsonPath(rule.path) }));
}

/** The rules of the policy that are XML paths. */
export function xmlPaths(fields: readonly FieldRule[] = []): Path[] {
  return fields.filter(({ path }) => path.startsWith('/')).map((rule) => ({ rule, steps: parseXmlPath(rule.path) }));
}

/** @throws PolicyError for a path that cannot be read */
export function checkPaths(fields: readonly FieldRule[] | undefined): void {
  jsonPaths(fields);
  xmlPaths(fields);
}

/** The rules of the policy that name a column or a log field. */
export function namedFields(fields: readonly FieldRule[] = []): FieldRule[] {
  return fields.filter(({ path }) => !path.startsWith('$') && !path.startsWith('/'));
}

const JSON_STEP = /(\.\.|\.)?(?:\[(?:(\d+)|(\*)|'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\]|(\*)|([^.[\]*'"\s]+))/y;

/**
 * `$` followed by `.name`, `['name']`, `[3]`, `.*` or `[*]`; `..` before a step lets it stand at any depth.
 * @throws PolicyError
 */
function parseJsonPath(path: string): Step[] {
  const steps: Step[] = [];
  JSON_STEP.lastIndex = 1;
  while (JSON_STEP.lastIndex < path.length) {
    const at = JSON_STEP.lastIndex;
    const match = JSON_STEP.exec(path);
    if (!match || (match[1] === undefined && (match[6] !== undefined || match[7] !== undefined))) {
      throw invalid(path, at, '$.customer.emails[*] or $..phone');
    }
    const [, dots, index, , single, double, , bare] = match;
    const deep = dots === '..';
    const name = bare ?? (single ?? double)?.replace(/\\(.)/g, '$1');
    if (index !== undefined) steps.push({ deep, byIndex: true, matches: (edge) => edge.index === Number(index) });
    else if (name !== undefined) steps.push({ deep, matches: (edge) => edge.name === name });
    else steps.push({ deep, matches: () => true });
  }
  return steps;
}

const XML_STEP = /(\/\/?)(@?)(?:\{([^}]*)\})?(?:(\*)|([^/@{}[\]*:\s]+:)?([^/@{}[\]*:\s]+))/y;

/**
 * `/order/customer/@id`, `//name`: a name without prefix is met in every namespace, `c:name` only where it is written
 * so, `{http://example.com/customer}name` in that namespace, `*` by every name.
 * @throws PolicyError
 */
function parseXmlPath(path: string): Step[] {
  const steps: Step[] = [];
  XML_STEP.lastIndex = 0;
  while (XML_STEP.lastIndex < path.length) {
    const at = XML_STEP.lastIndex;
    const match = XML_STEP.exec(path);
    if (!match || (match[3] !== undefined && match[5] !== undefined)) {
      throw invalid(path, at, '/order/customer/@id or //c:name');
    }
    const [, slashes, sign, namespace, any, prefix, local] = match;
    const attribute = sign === '@';
    steps.push({
      deep: slashes === '//',
      matches: (edge) =>
        edge.attribute === attribute &&
        (namespace === undefined || (edge.namespace ?? '') === namespace) &&
        (any !== undefined || (prefix === undefined ? edge.name === local : edge.qualifiedName === prefix + local)),
    });
  }
  return steps;
}

/** Whether a path of the policy needs the namespaces of a document. */
export function needsNamespaces(fields: readonly FieldRule[] = []): boolean {
  return fields.some(({ path }) => path.startsWith('/') && path.includes('{'));
}

function invalid(path: string, at: number, example: string): PolicyError {
  return new PolicyError(`"path" is '${path}', which cannot be read from position ${at} on; write it like ${example}`);
}
