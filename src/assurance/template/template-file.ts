import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TemplateError } from './template-error';
import { isObject, type Json } from './value';

/** What the bundle gives of the package `yaml`. */
interface YamlError {
  readonly message: string;
  readonly linePos?: ReadonlyArray<{ readonly line: number }>;
}
interface YamlDocument {
  readonly errors: readonly YamlError[];
  toJS(options: { maxAliasCount: number }): Json;
}
interface Yaml {
  parseDocument(text: string, options: object): YamlDocument;
}

/** src/ and lib/ have the same depth. */
const BUNDLE = join(__dirname, '..', '..', '..', 'assets', 'template-yaml', 'index.js');

/** Functions that have a short tag, beside `!Ref`, `!Condition` and `!GetAtt`, which are written otherwise. */
const TAGGED = [
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
/** Aliases of YAML multiply what they name. */
const MAX_ALIASES = 1000;

/**
 * Reads a template in JSON or YAML, with the short tags of CloudFormation.
 * @throws {TemplateError} naming file and line
 */
export function readTemplateFile(file: string): Json {
  const text = readFileSync(file, 'utf8');
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    if (/\.json$/i.test(file)) throw new TemplateError(file, `is not JSON (${(error as Error).message})`);
  }
  return parseYaml(text, file);
}

export function parseYaml(text: string, file: string): Json {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the path is not known to the bundler, on purpose
  const yaml = require(BUNDLE) as Yaml;
  let document: YamlDocument;
  let value: Json;
  try {
    // CloudFormation reads the types of YAML 1.1 only where they are those of JSON; dates stay texts.
    document = yaml.parseDocument(text, {
      customTags: tags(),
      schema: 'core',
      version: '1.2',
      merge: true,
      logLevel: 'silent',
    });
    value = document.errors.length === 0 ? document.toJS({ maxAliasCount: MAX_ALIASES }) : null;
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
  if (!isObject(value)) {
    throw new TemplateError(file, 'is not a CloudFormation template; an object with "Resources" is needed');
  }
  return value;
}

interface Node {
  toJSON(): unknown;
}

/** Each short tag for each kind of node. */
function tags(): object[] {
  const named = [
    ['Ref', 'Ref'],
    ['Condition', 'Condition'],
    ['GetAtt', 'Fn::GetAtt'],
    ...TAGGED.map((name) => [name, `Fn::${name}`]),
  ];
  return named.flatMap(([tag, key]) => [
    {
      tag: `!${tag}`,
      resolve: (text: string) => ({ [key]: tag === 'GetAtt' && text.includes('.') ? splitOnce(text) : text }),
    },
    { tag: `!${tag}`, collection: 'seq', resolve: (node: Node) => tagged(node, key) },
    { tag: `!${tag}`, collection: 'map', resolve: (node: Node) => tagged(node, key) },
  ]);
}

/** The node is read only when the whole document is, so that aliases in it are known. */
function tagged(node: Node, key: string): Node {
  const plain = node.toJSON.bind(node) as (...args: unknown[]) => unknown;
  node.toJSON = (...args: unknown[]) => ({ [key]: plain(...args) });
  return node;
}

function splitOnce(text: string): string[] {
  const dot = text.indexOf('.');
  return [text.slice(0, dot), text.slice(dot + 1)];
}
