/** Patterns of policies as lists of tokens, and matching. */
export type Token =
  | { readonly t: 'char'; readonly c: string }
  /** Either case of a letter. */
  | { readonly t: 'fold'; readonly c: string }
  /** `?`; in the first five components of an ARN not a colon. */
  | { readonly t: 'any'; readonly colon: boolean }
  /** `*`; in the first five components of an ARN without a colon. */
  | { readonly t: 'many'; readonly colon: boolean }
  /** One of these characters: no policy writes it, but a field may have such a form. */
  | { readonly t: 'of'; readonly set: string };

export type Pattern = readonly Token[];

const ANY_TEXT: Token = { t: 'many', colon: true };

/**
 * A name that CloudFormation generates, an account or a Region that only the deployment knows, as the reader of
 * templates writes them.
 */
const PLACEHOLDER = /(\{[A-Za-z0-9][^{}":,]*\})/;

/** The characters of a text. A placeholder is one of its own: of what stands for it, its letters tell nothing. */
export function symbolsOf(text: string): string[] {
  if (!text.includes('{')) return [...text];
  return text.split(PLACEHOLDER).flatMap((part, i) => (i % 2 === 1 ? [part] : [...part]));
}

export function literal(text: string): Token[] {
  return symbolsOf(text).map((c) => ({ t: 'char', c }));
}

/** Two generated names are different ones, even where only the case of their placeholders differs. */
export function folded(text: string): Token[] {
  return symbolsOf(text).map((c) =>
    isPlaceholder(c) || c.toLowerCase() === c.toUpperCase() ? { t: 'char', c } : { t: 'fold', c: c.toLowerCase() },
  );
}

export function glob(text: string, colon = true): Token[] {
  return symbolsOf(text).map((c): Token =>
    c === '*' ? { t: 'many', colon } : c === '?' ? { t: 'any', colon } : { t: 'char', c },
  );
}

/** Confines the wildcards of a pattern to the ARN component they stand in, and completes an ARN that stops short. */
export function arnPattern(tokens: Pattern): Pattern {
  if (tokens.length === 1 && tokens[0].t === 'many') return tokens;
  const out: Token[] = [];
  let colons = 0;
  for (const token of tokens) {
    if (token.t === 'char' && token.c === ':') colons += 1;
    out.push(colons < 5 && (token.t === 'any' || token.t === 'many') ? { ...token, colon: false } : token);
  }
  for (; colons < 5; colons += 1) {
    out.push({ t: 'char', c: ':' }, colons === 4 ? ANY_TEXT : { t: 'many', colon: false });
  }
  return out;
}

function isPlaceholder(symbol: string): boolean {
  return symbol.length > 2 && symbol.startsWith('{');
}

function accepts(token: Token, c: string): boolean {
  switch (token.t) {
    case 'char':
      return token.c === c;
    case 'fold':
      return token.c === c.toLowerCase();
    case 'of':
      return c.length === 1 && token.set.includes(c);
    default:
      return token.colon || c !== ':';
  }
}

export function matches(pattern: Pattern, text: string): boolean {
  if (text.includes('{')) return remembered(SIMULATED, pattern, text, simulate);
  let compiled = COMPILED.get(pattern);
  if (compiled === undefined) COMPILED.set(pattern, (compiled = regExpOf(pattern) ?? 'none'));
  return compiled === 'none' ? simulate(pattern, text) : compiled.test(text);
}

type Memory = WeakMap<Pattern, Map<string, boolean>>;
const SIMULATED: Memory = new WeakMap();
/** Texts for which the answers of one pattern are kept. */
const MAX_REMEMBERED = 10_000;

function remembered(
  memory: Memory,
  pattern: Pattern,
  text: string,
  ask: (pattern: Pattern, text: string) => boolean,
): boolean {
  let answers = memory.get(pattern);
  if (answers === undefined) memory.set(pattern, (answers = new Map()));
  let answer = answers.get(text);
  if (answer === undefined) {
    if (answers.size >= MAX_REMEMBERED) answers.clear();
    answers.set(text, (answer = ask(pattern, text)));
  }
  return answer;
}

/** Patterns are few and asked often. */
const COMPILED = new WeakMap<Pattern, RegExp | 'none'>();
/** With more wildcards than this that any text can fill, a regular expression may try too many ways to match. */
const MAX_STARS = 2;

/**
 * The pattern as a regular expression, which is what makes a proof quick; undefined if it could take long or says
 * something else.
 */
function regExpOf(pattern: Pattern): RegExp | undefined {
  if (pattern.filter((token) => token.t === 'many' && token.colon).length > MAX_STARS) return undefined;
  let source = '';
  for (const token of pattern) {
    if (token.t === 'char') {
      source += escaped(token.c);
    } else if (token.t === 'fold') {
      const upper = token.c.toUpperCase();
      if (upper.length !== token.c.length || upper.toLowerCase() !== token.c) return undefined;
      source += `(?:${escaped(token.c)}|${escaped(upper)})`;
    } else if (token.t === 'of') {
      return undefined;
    } else {
      source += `${token.colon ? '[^]' : '[^:]'}${token.t === 'many' ? '*' : ''}`;
    }
  }
  return new RegExp(`^${source}$`, 'u');
}

function escaped(c: string): string {
  return c.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** So many digits: the form of an account id. */
export function digits(count: number): Pattern {
  return Array.from({ length: count }, () => ({ t: 'of', set: '9876543210' }));
}

/** Steps through the text with all states that the pattern may be in. */
function simulate(pattern: Pattern, text: string): boolean {
  let states = closure(pattern, [0]);
  for (const c of symbolsOf(text)) {
    states = step(pattern, states, c);
    if (states.length === 0) return false;
  }
  return states[states.length - 1] === pattern.length;
}

export function closure(pattern: Pattern, states: number[]): number[] {
  const out: number[] = [];
  for (const state of states) {
    let at = state;
    while (out[out.length - 1] !== at && !out.includes(at)) {
      out.push(at);
      if (at < pattern.length && pattern[at].t === 'many') at += 1;
      else break;
    }
  }
  return out.sort((a, b) => a - b);
}

export function step(pattern: Pattern, states: readonly number[], c: string): number[] {
  const next: number[] = [];
  for (const state of states) {
    if (state === pattern.length) continue;
    const token = pattern[state];
    // A name that is generated is more than one character, which "?" alone does not take in.
    if (token.t === 'any' && isPlaceholder(c) && pattern[state + 1]?.t !== 'many') continue;
    if (accepts(token, c)) next.push(token.t === 'many' ? state : state + 1);
  }
  return next.length === 0 ? next : closure(pattern, next);
}

/** Account and Region are looked at one by one: see `placementsOf`. */
const PLACES = new Set(['{AccountId}', '{Region}']);
const MAY_MATCH: Memory = new WeakMap();

/**
 * Whether the pattern matches for some value of the generated names in the text, whose end only a wildcard takes in.
 */
export function mayMatch(pattern: Pattern, text: string): boolean {
  if (!text.includes('{') || !pattern.some(({ t }) => t === 'many' || t === 'any')) return false;
  return remembered(MAY_MATCH, pattern, text, fills);
}

function fills(pattern: Pattern, text: string): boolean {
  let states = closure(pattern, [0]);
  for (const symbol of symbolsOf(text)) {
    const literally = step(pattern, states, symbol);
    states =
      isPlaceholder(symbol) && !PLACES.has(symbol)
        ? [...new Set([...literally, ...afterName(pattern, states)])].sort((a, b) => a - b)
        : literally;
    if (states.length === 0) return false;
  }
  return states[states.length - 1] === pattern.length;
}

/** Where the pattern can stand after any name that ends with what nobody can spell out. */
function afterName(pattern: Pattern, states: readonly number[]): number[] {
  const reached = new Set(states);
  for (const at of reached) {
    const token = pattern[at];
    if (token === undefined || (token.t === 'char' && /[/:]/.test(token.c))) continue;
    closure(pattern, [token.t === 'many' ? at : at + 1]).forEach((next) => reached.add(next));
  }
  const ends = [...reached].filter(
    (at) => pattern[at] !== undefined && (pattern[at].t === 'many' || pattern[at].t === 'any'),
  );
  return ends.flatMap((at) => closure(pattern, [pattern[at].t === 'many' ? at : at + 1]));
}
