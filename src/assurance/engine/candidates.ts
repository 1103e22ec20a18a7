import type { Condition } from './condition';
import { glob, type Pattern } from './glob';
import {
  compile,
  conditionHolds,
  dateOf,
  formatAddress,
  isUndecided,
  numberOf,
  operatorOf,
  parseAddress,
  rangeOf,
  UnsupportedError,
  type KeyReader,
  type Ternary,
} from './operators';
import { displayKey, type ContextValue } from './request';
import { witnesses, type Question } from './witnesses';
import { conditionKey } from '../data/iam';
import { isUnknown } from '../template/unknown';

/** Multivalued keys stand for sets of values: more than this many values make too many sets. */
const MAX_SET_VALUES = 8;

/** What else is known of the values of a condition key. */
export interface Sought {
  /** What texts with policy variables ask of the values that fill them. */
  readonly questions?: readonly Question[];
  /** Values that have to be among them: other fields of the request tell them apart. */
  readonly related?: readonly string[];
  /** The form of every value that is a text. */
  readonly form?: Pattern;
}

/**
 * Values of one condition key, one for each combination of answers that the conditions on it can give; absence is not
 * among them.
 */
export function keyCandidates(
  key: string,
  conditions: readonly Condition[],
  read: KeyReader,
  sought: Sought = {},
): ContextValue[] {
  const singles = singleCandidates(key, conditions, read, sought);
  const values: ContextValue[] = isMultivalued(key, conditions) ? sets(singles, key) : singles;
  if ((sought.related?.length ?? 0) + (sought.questions?.length ?? 0) > 0) return values;
  // Values that no condition tells apart are one.
  const seen = new Set<string>();
  return values.filter((value) => {
    const answers = conditions
      .map((condition) => encode(conditionHolds(condition, (name) => (name === key ? value : read(name)))))
      .join();
    if (seen.has(answers)) return false;
    seen.add(answers);
    return true;
  });
}

/** A truth as text, for comparing answers. */
export function encode(truth: Ternary): string {
  return isUndecided(truth) ? `?${truth.doubt}` : truth ? '1' : '0';
}

function isMultivalued(key: string, conditions: readonly Condition[]): boolean {
  const documented = conditionKey(displayKey(key));
  return documented ? documented.multivalued : conditions.some((condition) => condition.set !== undefined);
}

function singleCandidates(key: string, conditions: readonly Condition[], read: KeyReader, sought: Sought): string[] {
  const found = new Set<string>(sought.related);
  const types = new Set(conditions.map((condition) => operatorOf(condition).type));
  types.delete('null');
  const texts = conditions.filter((condition) => ['string', 'arn', 'binary'].includes(operatorOf(condition).type));
  const others = conditions.filter((condition) => ['numeric', 'date', 'ip'].includes(operatorOf(condition).type));
  if (
    texts.length > 0 &&
    others.length > 0 &&
    texts.some((condition) => condition.values.some((value) => /[*?]/.test(value)))
  ) {
    throw new UnsupportedError(
      others[0].place,
      `compares ${displayKey(key)} as ${operatorOf(others[0]).type}, elsewhere it is compared as text with wildcards`,
    );
  }
  if (types.has('bool')) found.add('true').add('false');
  if (others.length > 0) {
    const type = operatorOf(others[0]).type;
    const mixed = others.find((condition) => operatorOf(condition).type !== type);
    if (mixed) {
      throw new UnsupportedError(mixed.place, `compares ${displayKey(key)} in another type than ${others[0].place}`);
    }
    const known = others.flatMap((condition) =>
      condition.values.filter((value) => !isUnknown(value)).map((value) => ({ value, condition })),
    );
    if (type === 'numeric') {
      numbers(known.map(({ value, condition }) => numberOf(value, condition))).forEach((value) => found.add(value));
    } else if (type === 'date') {
      dates(known.map(({ value, condition }) => dateOf(value, condition))).forEach((value) => found.add(value));
    } else {
      addresses(known.map(({ value, condition }) => rangeOf(value, condition))).forEach((value) => found.add(value));
    }
    texts
      .flatMap((condition) => condition.values)
      .filter((value) => !isUnknown(value))
      .forEach((value) => found.add(value));
    if (sought.questions?.length) {
      witnesses(sought.questions, [glob('?*')], place(key)).forEach((value) => found.add(value));
    }
  } else if (!types.has('bool') || texts.length > 0 || sought.questions?.length) {
    textCandidates(key, texts, read, sought).forEach((value) => found.add(value));
  }
  return [...found];
}

function textCandidates(
  key: string,
  conditions: readonly Condition[],
  read: KeyReader,
  { questions: asked = [], form = glob('?*') }: Sought,
): string[] {
  const questions: Question[] = [...asked];
  const seen = new Set<string>();
  for (const condition of conditions) {
    const mode = operatorOf(condition).mode!;
    for (const value of condition.values) {
      if (isUnknown(value) || seen.has(`${mode} ${value}`)) continue;
      seen.add(`${mode} ${value}`);
      const compiled = compile(value, mode, condition.variables, read);
      if ('pattern' in compiled) questions.push({ pattern: compiled.pattern });
    }
  }
  return [...witnesses(questions, [form], place(key)), ...(MAY_BE_EMPTY.test(key) ? [''] : [])];
}

function place(key: string): string {
  return `condition key ${displayKey(key)}`;
}

/** Keys whose value a caller may send empty, which is not the same as leaving it out. */
const MAY_BE_EMPTY = /^(s3:prefix|s3:delimiter|aws:referer|aws:useragent|[^/]*tag\/.*)$/;

function numbers(thresholds: readonly number[]): string[] {
  const sorted = [...new Set(thresholds)].sort((a, b) => a - b);
  const beside = sorted.flatMap((value) => [value - 1, Math.floor(value), value, Math.ceil(value), value + 1]);
  const between = sorted.slice(1).map((value, i) => (sorted[i] + value) / 2);
  // Of values that nothing tells apart the first stands for all: a count, since some keys have no other values.
  const isCount = (value: number) => Number.isInteger(value) && value >= 0;
  const out = [...beside, ...between];
  return [...new Set([...out.filter(isCount), ...out])].map(String);
}

function dates(thresholds: readonly number[]): string[] {
  return [...new Set(thresholds.flatMap((time) => [time - 1000, time, time + 1000]))].map((time) =>
    new Date(time).toISOString(),
  );
}

/** Between two neighbouring ends of ranges all addresses are alike. */
function addresses(ranges: ReadonlyArray<{ family: 4 | 6; first: bigint; last: bigint }>): string[] {
  const out = ['198.51.100.7', '2001:db8:0:0:0:0:0:7'];
  for (const family of [4, 6] as const) {
    const limit = 2n ** (family === 4 ? 32n : 128n);
    for (const range of ranges.filter((candidate) => candidate.family === family)) {
      for (const value of [range.first, range.last + 1n, 0n]) {
        if (value < limit) out.push(formatAddress(family, value));
      }
    }
  }
  return [...new Set(out)].filter((address) => parseAddress(address) !== undefined);
}

function sets(values: readonly string[], key: string): string[][] {
  if (values.length > MAX_SET_VALUES) {
    throw new Error(
      `condition key ${displayKey(key)}: ${values.length} values of a multivalued key can be told apart; ` +
        `at most ${MAX_SET_VALUES} are looked at`,
    );
  }
  const out: string[][] = [];
  for (const value of values) out.push(...out.map((set) => [...set, value]), [value]);
  return out.sort((a, b) => a.length - b.length);
}
