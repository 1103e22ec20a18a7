/**
 * Patterns of policies as lists of tokens, matching, and witnesses: for a set of patterns, one text for every combination of
 * "matches" and "does not match" that any text has at all.
 */
export type Token =
  | { readonly t: 'char'; readonly c: string }
  /** Either case of a letter. */
  | { readonly t: 'fold'; readonly c: string }
  /** `?`; in the first five components of an ARN not a colon. */
  | { readonly t: 'any'; readonly colon: boolean }
  /** `*`; in the first five components of an ARN without a colon. */
  | { readonly t: 'many'; readonly colon: boolean };

export type Pattern = readonly Token[];

/** More states than this means patterns made to explode, not a policy. */
const MAX_STATES = 50_000;

const ANY_TEXT: Token = { t: 'many', colon: true };

export function literal(text: string): Token[] {
  return [...text].map((c) => ({ t: 'char', c }));
}

export function folded(text: string): Token[] {
  return [...text].map((c) => (c.toLowerCase() === c.toUpperCase() ? { t: 'char', c } : { t: 'fold', c: c.toLowerCase() }));
}

export function glob(text: string, colon = true): Token[] {
  return [...text].map((c): Token => (c === '*' ? { t: 'many', colon } : c === '?' ? { t: 'any', colon } : { t: 'char', c }));
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

function accepts(token: Token, c: string): boolean {
  switch (token.t) {
    case 'char': return token.c === c;
    case 'fold': return token.c === c.toLowerCase();
    default: return token.colon || c !== ':';
  }
}

export function matches(pattern: Pattern, text: string): boolean {
  let compiled = COMPILED.get(pattern);
  if (compiled === undefined) COMPILED.set(pattern, compiled = regExpOf(pattern) ?? 'none');
  return compiled === 'none' ? simulate(pattern, text) : compiled.test(text);
}

/** Patterns are few and asked often. */
const COMPILED = new WeakMap<Pattern, RegExp | 'none'>();
/** With more wildcards than this that any text can fill, a regular expression may try too many ways to match. */
const MAX_STARS = 2;

/** The pattern as a regular expression, which is what makes a proof quick; undefined if it could take long or says something else. */
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
    } else {
      source += `${token.colon ? '[^]' : '[^:]'}${token.t === 'many' ? '*' : ''}`;
    }
  }
  return new RegExp(`^${source}$`, 'u');
}

function escaped(c: string): string {
  return c.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** Steps through the text with all states that the pattern may be in. */
function simulate(pattern: Pattern, text: string): boolean {
  let states = closure(pattern, [0]);
  for (const c of text) {
    states = step(pattern, states, c);
    if (states.length === 0) return false;
  }
  return states[states.length - 1] === pattern.length;
}

function closure(pattern: Pattern, states: number[]): number[] {
  const out: number[] = [];
  for (const state of states) {
    let at = state;
    while (out[out.length - 1] !== at && !out.includes(at)) {
      out.push(at);
      if (at < pattern.length && pattern[at].t === 'many') at += 1; else break;
    }
  }
  return out.sort((a, b) => a - b);
}

function step(pattern: Pattern, states: readonly number[], c: string): number[] {
  const next: number[] = [];
  for (const state of states) {
    if (state === pattern.length) continue;
    const token = pattern[state];
    if (accepts(token, c)) next.push(token.t === 'many' ? state : state + 1);
  }
  return next.length === 0 ? next : closure(pattern, next);
}

/** Letters for the parts of a witness that no pattern names, in the order in which they read best. */
const PLAIN = 'xyzwvuqkjabcdefghilmnoprst0123456789XYZ_-~';

/** A pattern, and the text that comes before what is sought: witnesses continue that text. */
export interface Question {
  readonly pattern: Pattern;
  readonly after?: string;
}

/**
 * Shortest texts, one for each combination of pattern answers that occurs.
 * @param must patterns that each text has to match
 * @throws if the patterns explode
 */
export function witnesses(questions: readonly Question[], must: readonly Pattern[], place: string): string[] {
  const all = [...must, ...questions.map(({ pattern }) => pattern)];
  type Node = { states: number[][]; text: string };
  const start: Node = { states: [...must.map((pattern) => closure(pattern, [0])), ...questions.map(advanced)], text: '' };
  const seen = new Set<string>([start.states.join(';')]);
  const found = new Map<string, string>();
  let frontier = [start];
  while (frontier.length > 0) {
    const next: Node[] = [];
    for (const node of frontier) {
      const accepted = node.states.map((states, i) => states[states.length - 1] === all[i].length);
      if (must.every((_, i) => accepted[i])) {
        const vector = accepted.join();
        if (!found.has(vector)) found.set(vector, node.text);
      }
      for (const c of telling(all, node.states)) {
        const states = node.states.map((from, i) => step(all[i], from, c));
        if (must.some((_, i) => states[i].length === 0)) continue;
        const key = states.join(';');
        if (seen.has(key)) continue;
        seen.add(key);
        if (seen.size > MAX_STATES) {
          throw new Error(`${place}: the ${questions.length} patterns of this field combine to more than ${MAX_STATES} states; simplify them`);
        }
        next.push({ states, text: node.text + c });
      }
    }
    frontier = next;
  }
  return [...found.values()];
}

function advanced({ pattern, after = '' }: Question): number[] {
  let states = closure(pattern, [0]);
  for (const c of after) states = step(pattern, states, c);
  return states;
}

/** Characters that the patterns can tell apart in these states: those they name next, the colon if some may not pass it, any other. */
function telling(patterns: readonly Pattern[], states: readonly number[][]): string[] {
  const named = new Set<string>();
  for (let i = 0; i < patterns.length; i += 1) {
    for (const state of states[i]) {
      const token = patterns[i][state];
      if (token === undefined) continue;
      if (token.t === 'char') named.add(token.c);
      else if (token.t === 'fold') named.add(token.c).add(token.c.toUpperCase());
      else if (!token.colon) named.add(':');
    }
  }
  for (const c of PLAIN) {
    if (!named.has(c)) return [c, ...named];
  }
  return [String.fromCharCode(0x3b1), ...named];
}
