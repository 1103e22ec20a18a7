import { join } from 'node:path';
import { Positions } from './source';
import { TemplateError } from './template-error';
import { isObject, type Json, type JsonObject } from './value';

/** What the bundle gives of the package `yaml`. */
interface YamlError {
  readonly message: string;
  readonly linePos?: ReadonlyArray<{ readonly line: number }>;
}
interface YamlNode {
  readonly range?: readonly [number, number, number] | null;
  readonly tag?: string;
  readonly value?: unknown;
  readonly items?: readonly unknown[];
  toJSON(): unknown;
}
interface YamlPair {
  readonly key: YamlNode;
  readonly value?: YamlNode | null;
}
interface YamlDocument {
  readonly errors: readonly YamlError[];
  readonly contents: YamlNode | null;
  toJS(options: { maxAliasCount: number }): Json;
}
interface LineCounter {
  linePos(offset: number): { readonly line: number; readonly col: number };
}
interface Yaml {
  readonly LineCounter: new () => LineCounter;
  parseDocument(text: string, options: object): YamlDocument;
}

/** src/ and lib/ have the same depth. */
const BUNDLE = join(__dirname, '..', '..', '..', 'assets', 'template-yaml', 'index.js');

/** Functions that have a short tag, beside `!Ref`, `!Condition` and `!GetAtt`, which are written otherwise. */
const FUNCTIONS = [
  'And',
  'Base64',
  'Cidr',
  'Equals',
  'FindInMap',
  'GetAZs',
  'GetStackOutput',
  'If',
  'ImportValue',
  'Join',
  'Length',
  'Not',
  'Or',
  'Select',
  'Split',
  'Sub',
  'ToJsonString',
  'Transform',
];
/** The key that each short tag stands for. */
const KEYS: ReadonlyMap<string, string> = new Map([
  ['!Ref', 'Ref'],
  ['!Condition', 'Condition'],
  ['!GetAtt', 'Fn::GetAtt'],
  ...FUNCTIONS.map((name): [string, string] => [`!${name}`, `Fn::${name}`]),
]);
/** Aliases of YAML multiply what they name. */
const MAX_ALIASES = 1000;

/**
 * Reads a template in YAML, with the short tags of CloudFormation.
 * @throws {TemplateError} naming file and line
 */
export function parseYaml(text: string, file: string): { template: JsonObject; source: Positions } {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the path is not known to the bundler, on purpose
  const yaml = require(BUNDLE) as Yaml;
  const lineCounter = new yaml.LineCounter();
  let document: YamlDocument;
  let template: Json = null;
  const source = new Positions(file);
  try {
    // CloudFormation reads the types of YAML 1.1 only where they are those of JSON; dates stay texts.
    document = yaml.parseDocument(text, {
      customTags: (core: object[]) => [LEADING_ZERO, ...core, ...tags()],
      schema: 'core',
      version: '1.2',
      merge: true,
      // Indentation that CloudFormation takes; keys that stand twice are looked for with the positions.
      strict: false,
      uniqueKeys: false,
      logLevel: 'silent',
      lineCounter,
    });
    if (document.errors.length === 0) {
      template = document.toJS({ maxAliasCount: MAX_ALIASES });
      addPositions(source, Positions.ROOT, document.contents, lineCounter);
    }
  } catch (error) {
    throw new TemplateError(file, `cannot be read as YAML: ${(error as Error).message}`);
  }
  const [error] = document.errors;
  if (error) {
    throw new TemplateError(
      `${file}${error.linePos ? `, line ${error.linePos[0].line}` : ''}`,
      `is not YAML: ${error.message.split('\n')[0]}`,
    );
  }
  if (!isObject(template)) {
    throw new TemplateError(file, 'is not a CloudFormation template; an object with "Resources" is needed');
  }
  return { template, source };
}

/**
 * Digits after a zero, such as an account: readers of YAML take them for a text, for an octal number, or for one
 * without the zero. As a text nothing is lost.
 */
const LEADING_ZERO = {
  tag: 'tag:yaml.org,2002:str',
  default: true,
  test: /^0[0-9]+$/,
  resolve: (text: string) => text,
};

/** Each short tag for each kind of node. */
function tags(): object[] {
  return [...KEYS].flatMap(([tag, key]) => [
    {
      tag,
      resolve: (text: string) => ({ [key]: key === 'Fn::GetAtt' && text.includes('.') ? splitOnce(text) : text }),
    },
    { tag, collection: 'seq', resolve: (node: YamlNode) => tagged(node, key) },
    { tag, collection: 'map', resolve: (node: YamlNode) => tagged(node, key) },
  ]);
}

/** The node is read only when the whole document is, so that aliases in it are known. */
function tagged(node: YamlNode, key: string): YamlNode {
  const plain = node.toJSON.bind(node) as (...args: unknown[]) => unknown;
  node.toJSON = (...args: unknown[]) => ({ [key]: plain(...args) });
  return node;
}

function splitOnce(text: string): string[] {
  const dot = text.indexOf('.');
  return [text.slice(0, dot), text.slice(dot + 1)];
}

/** The positions below a node. What an alias names is written elsewhere, and not followed. */
function addPositions(
  positions: Positions,
  parent: number,
  node: YamlNode | null | undefined,
  lines: LineCounter,
): void {
  if (!node?.items) return;
  const key = node.tag === undefined ? undefined : KEYS.get(node.tag);
  const add = (under: number, name: string | number, { range }: YamlNode) => {
    const { line, col } = lines.linePos(range?.[0] ?? 0);
    return positions.add(under, name, line, col);
  };
  const own = key === undefined ? parent : add(parent, key, node);
  node.items.forEach((item, index) => {
    const pair = item as YamlPair;
    const [name, at, value] =
      pair.key === undefined
        ? [index, item as YamlNode, item as YamlNode]
        : [String(pair.key.value), pair.key, pair.value];
    addPositions(positions, add(own, name, at), value, lines);
  });
}
