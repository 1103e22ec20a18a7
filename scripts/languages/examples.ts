import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Language, Snippet } from './tablet';
import { tablet } from './workspace';
import { ROOT } from '../delivery/pack';

/** An example of the documentation in one language, with the variables that it takes as given. */
export interface Example {
  readonly name: string;
  /** Where it is written. */
  readonly at: string;
  readonly source: string;
  readonly variables: ReadonlyArray<{ readonly name: string; readonly type: string }>;
}

/** A declaration in TypeScript. */
const DECLARED = /^declare const (\w+): ([\w.]+(?:\[\])?);/gm;

/** What remains of a declaration in each language: it becomes a parameter, so it is taken out. */
const LEFT_OVER: Record<Language, (type: string) => RegExp> = {
  python: (type) => new RegExp(`^# \\w+: ${type.replaceAll('.', '\\.')}\\n`, 'gm'),
  java: (type) => new RegExp(`^${type.split('.').at(-1)!} \\w+;\\n`, 'gm'),
  csharp: (type) => new RegExp(`^${type.split('.').at(-1)!} \\w+;\\n`, 'gm'),
  go: (type) => new RegExp(`^var \\w+ ${type.split('.').at(-1)!}\\n`, 'gm'),
};

export function examplesIn(language: Language): Example[] {
  return Object.values(tablet().snippets).map((snippet, i) => {
    const variables = [...snippet.fullSource.matchAll(DECLARED)].map(([, name, type]) => ({ name, type }));
    const source = variables.reduce(
      (text, { type }) => text.replace(LEFT_OVER[language](type), ''),
      snippet.translations[language].source,
    );
    return { name: `example${i + 1}`, at: placeOf(snippet), source, variables };
  });
}

/** The exported types of the library by kind. */
export function publicTypes(): Array<{ readonly name: string; readonly kind: string; readonly struct: boolean }> {
  const { types } = JSON.parse(readFileSync(join(ROOT, '.jsii'), 'utf8')) as {
    types: Record<string, { name: string; kind: string; datatype?: boolean }>;
  };
  return Object.values(types).map(({ name, kind, datatype = false }) => ({ name, kind, struct: datatype }));
}

function placeOf({ location: { api } }: Snippet): string {
  return [api.fqn ?? api.moduleFqn ?? api.api, ...(api.memberName ? [api.memberName] : [])].join('.');
}
