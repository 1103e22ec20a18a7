import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Language = 'python' | 'java' | 'csharp' | 'go';

export interface Snippet {
  readonly location: {
    readonly api: {
      readonly api: string;
      readonly fqn?: string;
      readonly memberName?: string;
      readonly moduleFqn?: string;
    };
  };
  readonly fullSource: string;
  readonly translations: Readonly<Record<Language, { source: string }>>;
}

/** The translations of all examples, as `jsii-rosetta extract` writes them. */
export interface Tablet {
  readonly snippets: Readonly<Record<string, Snippet>>;
}

interface Assembly {
  readonly types: Readonly<
    Record<
      string,
      { readonly kind: string; readonly name: string; readonly properties?: ReadonlyArray<{ readonly name: string }> }
    >
  >;
}

/** https://docs.python.org/3/reference/lexical_analysis.html#keywords */
const PYTHON_KEYWORDS = [
  'and',
  'as',
  'assert',
  'async',
  'await',
  'break',
  'class',
  'continue',
  'def',
  'del',
  'elif',
  'else',
  'except',
  'finally',
  'for',
  'from',
  'global',
  'if',
  'import',
  'in',
  'is',
  'lambda',
  'nonlocal',
  'not',
  'or',
  'pass',
  'raise',
  'return',
  'try',
  'while',
  'with',
  'yield',
];

/** What is left as it is: string literals and comments. */
const PYTHON_LITERAL = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|#.*/;
const PYTHON_MEMBER = new RegExp(
  `${PYTHON_LITERAL.source}|\\.(${PYTHON_KEYWORDS.join('|')})(?=\\()|(?<=[(,]\\s*)(${PYTHON_KEYWORDS.join('|')})(?==[^=])`,
  'g',
);

const JAVA_LITERAL = /"(?:[^"\\\n]|\\.)*"|\/\/.*/;

/**
 * The tablet with code that compiles. jsii-rosetta (6.0) leaves Python's reserved words as they are, where jsii-pacmak
 * appends an underscore, and in Java reads a property of a variable that the example only declares without its getter.
 */
export function corrected(tablet: Tablet, home: string): Tablet {
  const { types } = JSON.parse(readFileSync(join(home, '.jsii'), 'utf8')) as Assembly;
  const properties = new Set(
    Object.values(types)
      .filter(({ kind }) => kind !== 'enum')
      .flatMap((type) => type.properties?.map(({ name }) => name) ?? []),
  );
  for (const { translations } of Object.values(tablet.snippets)) {
    translations.python.source = pythonKeywords(translations.python.source);
    translations.java.source = javaGetters(translations.java.source, properties);
  }
  return tablet;
}

function pythonKeywords(source: string): string {
  return source.replace(PYTHON_MEMBER, (text, method?: string, argument?: string) =>
    method || argument ? `${text}_` : text,
  );
}

function javaGetters(source: string, properties: ReadonlySet<string>): string {
  return source.replace(
    new RegExp(`${JAVA_LITERAL.source}|(?<=[a-z]\\w*|\\))\\.([a-z]\\w*)\\b(?!\\()`, 'g'),
    (text, name?: string) => (name && properties.has(name) ? `.get${name[0].toUpperCase()}${name.slice(1)}()` : text),
  );
}
