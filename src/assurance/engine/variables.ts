/** Policy variables: what has to be known of the values that fill them. */
import type { Condition } from './condition';
import { arnPattern, type Pattern, type Token } from './glob';
import { compile, operatorOf, splitVariables, type PatternMode } from './operators';
import type { Statement } from './policy';
import { statesAfter, type Question } from './witnesses';
import { isUnknown } from '../template/unknown';

/** A text with policy variables in it, among all that is compared with the same field of a request. */
export interface TextOfField {
  readonly text: string;
  readonly mode: PatternMode;
  readonly variables: boolean;
}

/** Fields of a request whose texts hold policy variables: `resource`, or a condition key. */
export type Fields = ReadonlyMap<string, readonly TextOfField[]>;

export const RESOURCE_FIELD = 'resource';

/** Every text that policies compare with a field, where one of them has a policy variable. */
export function fieldsWithVariables(
  statements: readonly Statement[],
  conditions: ReadonlyMap<string, readonly Condition[]>,
): Fields {
  const fields = new Map<string, TextOfField[]>();
  const note = (field: string, texts: readonly TextOfField[]) => {
    const known = texts.filter(({ text }) => !isUnknown(text));
    if (known.some(({ text, variables }) => variables && hasVariable(text))) fields.set(field, distinctTexts(known));
  };
  note(
    RESOURCE_FIELD,
    statements.flatMap(({ resources, variables }) =>
      resources.map((text): TextOfField => ({ text, mode: 'arn', variables })),
    ),
  );
  for (const [key, about] of conditions) {
    note(
      key,
      about.flatMap((condition) => {
        const { mode } = operatorOf(condition);
        return mode === undefined
          ? []
          : condition.values.map((text): TextOfField => ({ text, mode, variables: condition.variables }));
      }),
    );
  }
  return fields;
}

export function hasVariable(text: string): boolean {
  return splitVariables(text).some((part) => 'key' in part);
}

/** Keys that fill a variable, each with the fields in whose texts it stands. */
export function variablesOf(fields: Fields): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [field, texts] of fields) {
    for (const { text, variables } of texts) {
      for (const part of variables ? splitVariables(text) : []) {
        if (!('key' in part)) continue;
        const known = found.get(part.key);
        if (!known) found.set(part.key, [field]);
        else if (!known.includes(field)) known.push(field);
      }
    }
  }
  return found;
}

/**
 * What the texts of a field ask of the value that fills a variable in one of them: at what place of each other text it
 * leads.
 */
export function questionsAbout(key: string, texts: readonly TextOfField[], place: string): Question[] {
  const patterns = texts.map((text) => open(text));
  const questions = new Map<string, Question>();
  for (const { text, mode, variables } of texts) {
    const parts = variables ? splitVariables(text) : [];
    parts.forEach((part, at) => {
      if (!('key' in part) || part.key !== key) return;
      const before = tokensOf(parts.slice(0, at), mode);
      const following = parts[at + 1];
      const wild = mode === 'glob' || mode === 'arn' || mode === 'action';
      const then =
        following === undefined || 'key' in following
          ? ''
          : following.literal || !wild
            ? following.text
            : following.text.split(/[*?]/)[0];
      const isEnd = parts.slice(at + 1).every((rest) => !('key' in rest) && rest.text === then);
      patterns.forEach((pattern, i) => {
        for (const starts of statesAfter(before, pattern, place)) {
          const id = `${i} ${starts.join()} ${then} ${isEnd}`;
          if (!questions.has(id)) questions.set(id, { pattern, starts, then, open: !isEnd });
        }
      });
    });
  }
  return [...questions.values()];
}

/**
 * The values that could stand in the place of a variable in the text of a field whose value in the request is known.
 */
export function captures(key: string, texts: readonly TextOfField[], actual: string): string[] {
  const found = new Set<string>();
  for (const { text, variables } of texts) {
    const parts = variables ? splitVariables(text) : [];
    if (!parts.some((part) => 'key' in part && part.key === key)) continue;
    for (const lazy of ['?', '']) {
      const source = parts
        .map((part) =>
          'key' in part
            ? part.key === key
              ? `([^]+${lazy})`
              : '[^]*?'
            : part.literal
              ? escaped(part.text)
              : escaped(part.text).replace(/\\\*/g, '[^]*?').replace(/\\\?/g, '[^]'),
        )
        .join('');
      for (const value of new RegExp(`^${source}$`).exec(actual)?.slice(1) ?? []) found.add(value);
    }
  }
  return [...found];
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** The pattern with its variables filled by any text. */
export function open({ text, mode, variables }: TextOfField): Pattern {
  if (!variables || !hasVariable(text)) {
    const compiled = compile(text, mode, variables, () => undefined);
    return 'pattern' in compiled ? compiled.pattern : [];
  }
  const tokens = tokensOf(splitVariables(text), mode);
  return mode === 'arn' ? arnPattern(tokens) : tokens;
}

function tokensOf(parts: ReturnType<typeof splitVariables>, mode: PatternMode): Token[] {
  return parts.flatMap((part): readonly Token[] => {
    if ('key' in part) return [{ t: 'many', colon: true }];
    const compiled = compile(
      part.text,
      part.literal ? 'literal' : mode === 'arn' ? 'glob' : mode,
      false,
      () => undefined,
    );
    return 'pattern' in compiled ? compiled.pattern : [];
  });
}

function distinctTexts(texts: readonly TextOfField[]): TextOfField[] {
  return [...new Map(texts.map((one) => [`${one.mode} ${one.variables} ${one.text}`, one])).values()];
}
