import type { Condition } from './condition';
import { arnPattern, folded, glob, literal, matches, mayMatch, type Pattern, type Token } from './glob';
import { matchesAnyValue } from './holes';
import { displayKey, type ContextValue } from './request';
import { conditionKey } from '../data/iam';
import { isUnknown, shown } from '../template/unknown';

/**
 * An answer that may be open: a value that only the deployment knows, or a rule that AWS documents in two ways.
 * The reason says which.
 */
export interface Unknown {
  readonly doubt: string;
}
export type Ternary = boolean | Unknown;

export type KeyReader = (key: string) => ContextValue | undefined;

type OperatorType = 'string' | 'numeric' | 'date' | 'bool' | 'binary' | 'ip' | 'arn' | 'null';

interface Operator {
  readonly type: OperatorType;
  readonly negated?: boolean;
  /** How a text pattern is read. */
  readonly mode?: PatternMode;
  /** Order comparison of the request's value with the policy's. */
  readonly compare?: (request: number, policy: number) => boolean;
}

export type PatternMode = 'literal' | 'folded' | 'glob' | 'arn' | 'action';

const LESS = (a: number, b: number) => a < b;
const LESS_OR_EQUAL = (a: number, b: number) => a <= b;
const GREATER = (a: number, b: number) => a > b;
const GREATER_OR_EQUAL = (a: number, b: number) => a >= b;
const EQUAL = (a: number, b: number) => a === b;

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: { type: 'string', mode: 'literal' },
  StringNotEquals: { type: 'string', mode: 'literal', negated: true },
  StringEqualsIgnoreCase: { type: 'string', mode: 'folded' },
  StringNotEqualsIgnoreCase: { type: 'string', mode: 'folded', negated: true },
  StringLike: { type: 'string', mode: 'glob' },
  StringNotLike: { type: 'string', mode: 'glob', negated: true },
  NumericEquals: { type: 'numeric', compare: EQUAL },
  NumericNotEquals: { type: 'numeric', compare: EQUAL, negated: true },
  NumericLessThan: { type: 'numeric', compare: LESS },
  NumericLessThanEquals: { type: 'numeric', compare: LESS_OR_EQUAL },
  NumericGreaterThan: { type: 'numeric', compare: GREATER },
  NumericGreaterThanEquals: { type: 'numeric', compare: GREATER_OR_EQUAL },
  DateEquals: { type: 'date', compare: EQUAL },
  DateNotEquals: { type: 'date', compare: EQUAL, negated: true },
  DateLessThan: { type: 'date', compare: LESS },
  DateLessThanEquals: { type: 'date', compare: LESS_OR_EQUAL },
  DateGreaterThan: { type: 'date', compare: GREATER },
  DateGreaterThanEquals: { type: 'date', compare: GREATER_OR_EQUAL },
  Bool: { type: 'bool', mode: 'folded' },
  BinaryEquals: { type: 'binary', mode: 'literal' },
  IpAddress: { type: 'ip' },
  NotIpAddress: { type: 'ip', negated: true },
  ArnEquals: { type: 'arn', mode: 'arn' },
  ArnLike: { type: 'arn', mode: 'arn' },
  ArnNotEquals: { type: 'arn', mode: 'arn', negated: true },
  ArnNotLike: { type: 'arn', mode: 'arn', negated: true },
  Null: { type: 'null' },
};

const BY_LOWER_CASE = new Map(Object.keys(OPERATORS).map((name) => [name.toLowerCase(), name]));

/** The operator in AWS's spelling, or undefined if there is none of that name. */
export function isOperator(name: string): string | undefined {
  return BY_LOWER_CASE.get(name.toLowerCase());
}

export function operatorOf(condition: Condition): Operator {
  return OPERATORS[condition.operator];
}

/** Whether the condition holds, as AWS documents it for absent, single and multivalued keys. */
export function conditionHolds(condition: Condition, read: KeyReader): Ternary {
  const operator = operatorOf(condition);
  const value = read(condition.key);
  const absent = value === undefined || (typeof value !== 'string' && value.length === 0);

  if (absent && !isDocumented(condition.key)) {
    return { doubt: `${condition.place} reads ${condition.key}, a condition key that AWS does not document` };
  }
  if (operator.type === 'null') {
    return any(
      condition.values.map((expected): Ternary => {
        if (isUnknown(expected)) return { doubt: `${condition.place} compares with ${shown(expected)}` };
        return isTrue(expected, condition) === absent;
      }),
    );
  }
  if (absent) {
    if (condition.ifExists) return true;
    if (condition.set === 'ForAllValues') return true;
    if (condition.set === 'ForAnyValue') return false;
    return operator.negated === true;
  }
  const spelled = spelledOut(condition, operator);
  const single = (item: string): Ternary => {
    const hit =
      spelled && !isUnknown(item)
        ? spelled.has(item)
        : any(condition.values.map((expected) => valueMatches(condition, operator, expected, item, read)));
    return operator.negated ? not(hit) : hit;
  };
  if (condition.set === 'ForAnyValue') return any(list(value).map(single));
  if (condition.set === 'ForAllValues') return all(list(value).map(single));
  if (typeof value !== 'string') {
    throw new UnsupportedError(
      condition.place,
      `compares the multivalued key ${displayKey(condition.key)} without ForAnyValue or ForAllValues`,
    );
  }
  return single(value);
}

const SPELLED_OUT = new WeakMap<Condition, ReadonlySet<string> | 'patterns'>();

/** The values of a condition that compares texts as they are: long lists are looked up. */
function spelledOut(condition: Condition, { mode }: Operator): ReadonlySet<string> | undefined {
  let known = SPELLED_OUT.get(condition);
  if (known === undefined) {
    const isText = (value: string) =>
      !isUnknown(value) &&
      !(condition.variables && value.includes('${')) &&
      (mode === 'literal' ||
        ((mode === 'glob' || (mode === 'arn' && value.split(':').length >= 6)) && !/[*?]/.test(value)));
    SPELLED_OUT.set(
      condition,
      (known = mode !== undefined && condition.values.every(isText) ? new Set(condition.values) : 'patterns'),
    );
  }
  return known === 'patterns' ? undefined : known;
}

function valueMatches(
  condition: Condition,
  operator: Operator,
  expected: string,
  actual: string,
  read: KeyReader,
): Ternary {
  if (isUnknown(expected)) {
    // A pattern with an unknown part may still be known not to match: its known beginning and end differ.
    return { doubt: `${condition.place} compares with ${shown(expected)}` };
  }
  switch (operator.type) {
    case 'string':
    case 'arn': {
      const compiled = compile(expected, operator.mode!, condition.variables, read);
      if ('pattern' in compiled) return matchesText(compiled.pattern, actual, condition.place);
      if (!isDocumented(compiled.missing)) return undocumentedVariable(condition.place, compiled.missing);
      if (!operator.negated) return false;
      return {
        doubt:
          `${condition.place} uses the absent policy variable \${${displayKey(compiled.missing)}} under a ` +
          'negated operator',
      };
    }
    case 'bool':
      return isTrue(expected, condition) === (actual.toLowerCase() === 'true');
    case 'binary':
      return expected === actual;
    case 'numeric':
      return operator.compare!(numberOf(actual, condition), numberOf(expected, condition));
    case 'date':
      return operator.compare!(dateOf(actual, condition), dateOf(expected, condition));
    case 'ip':
      return ipInRange(actual, rangeOf(expected, condition));
    default:
      throw new UnsupportedError(condition.place, `has the operator ${condition.operator}, which is not evaluated`);
  }
}

/**
 * Whether a text matches, in which names may stand that CloudFormation generates: what a wildcard takes in of them is
 * not known. Nobody can spell out such a name, since its end is random.
 */
export function matchesText(pattern: Pattern, text: string, place: string): Ternary {
  if (isUnknown(text)) {
    return matchesAnyValue(pattern, text) ?? { doubt: `${place} may or may not mean ${shown(text)}` };
  }
  return (
    matches(pattern, text) ||
    (mayMatch(pattern, text)
      ? { doubt: `${place} has a wildcard that may take in a generated name of ${text}` }
      : false)
  );
}

/** A policy that AWS may accept and this evaluator does not understand: never a verdict. */
export class UnsupportedError extends Error {
  public constructor(place: string, problem: string) {
    super(`${place} ${problem}`);
    this.name = 'UnsupportedError';
  }
}

export function isUndecided(truth: Ternary): truth is Unknown {
  return typeof truth === 'object';
}

export function not(truth: Ternary): Ternary {
  return isUndecided(truth) ? truth : !truth;
}

export function any(truths: readonly Ternary[]): Ternary {
  return truths.find((truth) => truth === true) ?? truths.find(isUndecided) ?? false;
}

function all(truths: readonly Ternary[]): Ternary {
  return truths.find((truth) => truth === false) ?? truths.find(isUndecided) ?? true;
}

// ---- text
// -------------------------------------------------------------------------------------------------------------

type Compiled = { readonly pattern: Pattern } | { readonly missing: string };

const VARIABLE = /\$\{([^}]*)\}/g;
/** Compiled patterns without variables. */
const COMPILED: Readonly<Record<PatternMode, Map<string, Compiled>>> = {
  literal: new Map(),
  folded: new Map(),
  glob: new Map(),
  arn: new Map(),
  action: new Map(),
};
const MAX_COMPILED = 10_000;

/** A part of a text: what is written, or a policy variable. */
type TextPart =
  { readonly text: string; readonly literal?: boolean } | { readonly key: string; readonly fallback?: string };

/** The parts of a text that may hold policy variables, keys in lower case; `${*}` and its kin are literal text. */
export function splitVariables(text: string): readonly TextPart[] {
  if (!text.includes('${')) return [{ text }];
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of text.matchAll(VARIABLE)) {
    if (match.index > from) parts.push({ text: text.slice(from, match.index) });
    from = match.index + match[0].length;
    if (/^[*?$]$/.test(match[1])) {
      parts.push({ text: match[1], literal: true });
      continue;
    }
    const [name, fallback] = match[1].split(/,(.*)/s).map((part) => part.trim());
    parts.push({ key: name.toLowerCase(), fallback: fallback?.replace(/^'(.*)'$/s, '$1') });
  }
  if (from < text.length) parts.push({ text: text.slice(from) });
  return parts;
}

/**
 * A policy's text as a pattern, its policy variables replaced by the request's values (taken literally, as AWS does).
 */
export function compile(text: string, mode: PatternMode, variables: boolean, read: KeyReader): Compiled {
  const plain = !variables || !text.includes('${');
  const cached = plain ? COMPILED[mode].get(text) : undefined;
  if (cached) return cached;

  const asWritten = (part: string): readonly Token[] =>
    mode === 'literal'
      ? literal(part)
      : mode === 'folded'
        ? folded(part)
        : glob(mode === 'action' ? part.toLowerCase() : part);
  const tokens: Token[] = [];
  for (const part of plain ? [{ text }] : splitVariables(text)) {
    if ('key' in part) {
      const value = read(part.key) ?? (isDocumented(part.key) ? part.fallback : undefined);
      if (typeof value !== 'string') return { missing: part.key };
      tokens.push(...(mode === 'folded' ? folded(value) : literal(value)));
    } else {
      tokens.push(...(part.literal === true ? literal(part.text) : asWritten(part.text)));
    }
  }
  const pattern = mode === 'arn' ? arnPattern(tokens) : tokens;
  const compiled = { pattern };
  if (plain) {
    if (COMPILED[mode].size >= MAX_COMPILED) COMPILED[mode].clear();
    COMPILED[mode].set(text, compiled);
  }
  return compiled;
}

/** The answer about a text with a policy variable of which nobody can say what fills it. */
export function undocumentedVariable(place: string, key: string): Unknown {
  return { doubt: `${place} uses the policy variable \${${key}}, a condition key that AWS does not document` };
}

/**
 * Whether it is known which values a condition key can have. Keys of a web identity provider start with its domain;
 * those of guarantees tell kinds of callers apart.
 */
export function isDocumented(key: string): boolean {
  return conditionKey(key) !== undefined || key.startsWith('strongbox:') || /^[a-z0-9-]+(\.[a-z0-9-]+)+[/:]/.test(key);
}

function isTrue(text: string, condition: Condition): boolean {
  const lower = text.toLowerCase();
  if (lower !== 'true' && lower !== 'false') {
    throw new UnsupportedError(condition.place, `compares with "${text}"; "true" or "false" is needed`);
  }
  return lower === 'true';
}

// ---- numbers and dates
// ------------------------------------------------------------------------------------------------

export function numberOf(text: string, condition: Condition): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) {
    throw new UnsupportedError(condition.place, `compares with "${text}"; a number is needed`);
  }
  return value;
}

/** Milliseconds since 1970: ISO 8601 dates as AWS takes them, or seconds since 1970. */
export function dateOf(text: string, condition: Condition): number {
  if (/^-?\d{5,}$/.test(text)) return Number(text) * 1000;
  const value = /^\d{4}(-\d\d(-\d\d(T\d\d(:\d\d(:\d\d(\.\d+)?)?)?(Z|[+-]\d\d:?\d\d)?)?)?)?$/.test(text)
    ? Date.parse(/T\d\d(:\d\d(:\d\d(\.\d+)?)?)?$/.test(text) ? `${text}Z` : text)
    : NaN;
  if (Number.isNaN(value)) {
    throw new UnsupportedError(condition.place, `compares with "${text}"; an ISO 8601 date is needed`);
  }
  return value;
}

// ---- addresses
// --------------------------------------------------------------------------------------------------------

export interface IpRange {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

export function rangeOf(text: string, condition: Condition): IpRange {
  const [address, length] = text.split('/');
  const parsed = parseAddress(address);
  const bits = parsed?.family === 4 ? 32 : 128;
  const prefix = length === undefined ? bits : Number(length);
  if (!parsed || !/^\d*$/.test(length ?? '') || prefix > bits) {
    throw new UnsupportedError(condition.place, `compares with "${text}"; an IP address or a CIDR range is needed`);
  }
  const size = 2n ** BigInt(bits - prefix);
  const first = parsed.value - (parsed.value % size);
  return { family: parsed.family, first, last: first + size - 1n };
}

function ipInRange(text: string, range: IpRange): boolean {
  const address = parseAddress(text);
  return (
    address !== undefined &&
    address.family === range.family &&
    address.value >= range.first &&
    address.value <= range.last
  );
}

export function parseAddress(text: string): { family: 4 | 6; value: bigint } | undefined {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) {
    const parts = text.split('.').map(Number);
    return parts.every((part) => part < 256)
      ? { family: 4, value: parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n) }
      : undefined;
  }
  if (!/^[0-9a-fA-F:]+$/.test(text) || !text.includes(':')) return undefined;
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - groups[0].length - (groups[1]?.length ?? 0);
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const full = halves.length === 1 ? groups[0] : [...groups[0], ...Array<string>(missing).fill('0'), ...groups[1]];
  return full.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))
    ? { family: 6, value: full.reduce((sum, group) => sum * 65536n + BigInt(parseInt(group, 16)), 0n) }
    : undefined;
}

export function formatAddress(family: 4 | 6, value: bigint): string {
  const [count, size, radix, separator] = family === 4 ? ([4, 8n, 10, '.'] as const) : ([8, 16n, 16, ':'] as const);
  const parts: string[] = [];
  for (let i = count - 1; i >= 0; i -= 1) parts.push(((value / 2n ** (BigInt(i) * size)) % 2n ** size).toString(radix));
  return parts.join(separator);
}

function list(value: ContextValue): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}
