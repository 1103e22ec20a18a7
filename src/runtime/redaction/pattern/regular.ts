import { PolicyError } from '../errors';

/*
 * A regular subset whose longest match is bounded, made into automata: a pattern costs the same for every input. Bytes
 * are matched; a
 * character beyond ASCII is its UTF-8 sequence.
 */

/** Longest match of a pattern, bytes: what the streaming window can look ahead. */
export const MAX_LENGTH = 256;
/** States of one automaton. Patterns that need more are the exponential ones: `[ab]{0,9}a[ab]{20}`. */
export const MAX_STATES = 4096;

type Node =
  | { readonly type: 'bytes'; readonly set: Uint8Array }
  | { readonly type: 'sequence'; readonly parts: readonly Node[] }
  | { readonly type: 'choice'; readonly parts: readonly Node[] };

export interface Automaton {
  /** Class of each byte value. */
  readonly classes: Uint8Array;
  readonly classCount: number;
  /** `next[state * classCount + class]`; 0 is the dead state, 1 the first one. */
  readonly next: Uint16Array;
  readonly accepts: Uint8Array;
}

const EMPTY: Node = { type: 'sequence', parts: [] };

export function parse(pattern: string, ignoreCase: boolean): Node {
  return new Parser(pattern, ignoreCase).whole();
}

class Parser {
  private at = 0;
  private readonly chars: string[];

  constructor(
    private readonly pattern: string,
    private readonly ignoreCase: boolean,
  ) {
    this.chars = [...pattern];
  }

  public whole(): Node {
    const node = this.choice();
    if (this.at < this.chars.length) this.fail('")" without "("');
    return node;
  }

  private choice(): Node {
    const parts = [this.sequence()];
    while (this.chars[this.at] === '|') {
      this.at += 1;
      parts.push(this.sequence());
    }
    return parts.length === 1 ? parts[0] : { type: 'choice', parts };
  }

  private sequence(): Node {
    const parts: Node[] = [];
    while (this.at < this.chars.length && this.chars[this.at] !== '|' && this.chars[this.at] !== ')') {
      parts.push(this.repeated(this.atom()));
    }
    return parts.length === 1 ? parts[0] : { type: 'sequence', parts };
  }

  private repeated(node: Node): Node {
    const c = this.chars[this.at];
    if (c === '*' || c === '+') this.fail(`"${c}" has no bound; write {0,n} or {1,n}`);
    if (c === '?') {
      this.at += 1;
      return this.repeated({ type: 'choice', parts: [EMPTY, node] });
    }
    if (c !== '{') return node;
    const bounds = /^\{(\d+)(,(\d*))?\}/.exec(this.chars.slice(this.at).join(''));
    if (!bounds) this.fail('"{" is not followed by a count; write \\{ for the character');
    if (bounds![2] === ',') this.fail(`"${bounds![0]}" has no bound; write {${bounds![1]},n}`);
    this.at += bounds![0].length;
    const least = Number(bounds![1]);
    const most = bounds![3] === undefined ? least : Number(bounds![3]);
    if (most < least || most > MAX_LENGTH) this.fail(`"${bounds![0]}" is not a count from 0 to ${MAX_LENGTH}`);
    let optional: Node = EMPTY;
    for (let i = least; i < most; i += 1) {
      optional = { type: 'choice', parts: [EMPTY, { type: 'sequence', parts: [node, optional] }] };
    }
    return this.repeated({ type: 'sequence', parts: [...Array<Node>(least).fill(node), optional] });
  }

  private atom(): Node {
    const c = this.chars[this.at];
    this.at += 1;
    switch (c) {
      case '(': {
        if (this.chars[this.at] === '?') {
          if (this.chars[this.at + 1] !== ':') this.fail('look-around and named groups are not regular');
          this.at += 2;
        }
        const node = this.choice();
        if (this.chars[this.at] !== ')') this.fail('"(" without ")"');
        this.at += 1;
        return node;
      }
      case '[':
        return this.set();
      case '.':
        return complement(newline());
      case '\\':
        return this.escape();
      case '^':
      case '$':
        return this.fail(
          `"${c}" is not needed: a pattern is searched everywhere, "wholeWord" keeps it from the inside of words`,
        );
      case '*':
      case '+':
      case '?':
      case '{':
        return this.fail(`"${c}" has nothing to repeat`);
      default:
        return this.literal(c);
    }
  }

  private escape(): Node {
    const c = this.chars[this.at];
    this.at += 1;
    const set = c === undefined ? undefined : shorthand(c);
    if (set) return bytes(set);
    if (c !== undefined && /[DWS]/.test(c)) return complement(shorthand(c.toLowerCase())!);
    return this.literal(this.escaped(c));
  }

  private escaped(c: string | undefined): string {
    if (c === undefined) this.fail('"\\" at the end');
    const control = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v' }[c!];
    if (control !== undefined) return control;
    const hex = c === 'x' ? 2 : c === 'u' ? 4 : 0;
    if (hex > 0) {
      const code = this.chars.slice(this.at, this.at + hex).join('');
      if (!new RegExp(`^[0-9A-Fa-f]{${hex}}$`).test(code)) this.fail(`"\\${c}" is not followed by ${hex} hex digits`);
      this.at += hex;
      return String.fromCodePoint(parseInt(code, 16));
    }
    if (/[A-Za-z0-9]/.test(c!)) this.fail(`"\\${c}" is not known here`);
    return c!;
  }

  private literal(c: string): Node {
    if (c === '\0') this.fail('NUL is no text; leave it out');
    const forms = this.ignoreCase ? [...new Set([c, c.toLowerCase(), c.toUpperCase()])] : [c];
    const parts = forms.map((form): Node => ({
      type: 'sequence',
      parts: [...Buffer.from(form, 'utf8')].map((byte) => bytes(single(byte))),
    }));
    return parts.length === 1 ? parts[0] : { type: 'choice', parts };
  }

  private set(): Node {
    const negated = this.chars[this.at] === '^';
    if (negated) this.at += 1;
    const ascii = new Uint8Array(256);
    const others: Node[] = [];
    let begun = false;
    while (!begun || this.chars[this.at] !== ']') {
      begun = true;
      if (this.at >= this.chars.length) this.fail('"[" without "]"');
      const shorthandSet = this.chars[this.at] === '\\' ? shorthand(this.chars[this.at + 1]) : undefined;
      if (shorthandSet) {
        this.at += 2;
        shorthandSet.forEach((on, byte) => {
          ascii[byte] |= on;
        });
        continue;
      }
      const from = this.member();
      let to = from;
      if (this.chars[this.at] === '-' && this.chars[this.at + 1] !== ']') {
        this.at += 1;
        to = this.member();
      }
      const [low, high] = [from.codePointAt(0)!, to.codePointAt(0)!];
      if (high < low) this.fail(`"${from}-${to}" is the wrong way round`);
      if (high >= 0x80 && high - low > 1024) this.fail(`"${from}-${to}" has more than 1,024 characters beyond ASCII`);
      for (let code = low; code <= high; code += 1) {
        const literal = this.literal(String.fromCodePoint(code));
        if (code < 0x80 && literal.type !== 'choice') ascii[code] = 1;
        else others.push(literal);
      }
    }
    this.at += 1;
    if (!negated) return others.length === 0 ? bytes(ascii) : { type: 'choice', parts: [bytes(ascii), ...others] };
    for (const other of others) {
      for (const part of other.type === 'choice' ? other.parts : [other]) {
        const only = part.type === 'sequence' && part.parts.length === 1 ? part.parts[0] : undefined;
        if (only?.type !== 'bytes') return this.fail('"[^...]" takes ASCII characters only');
        only.set.forEach((on, byte) => {
          ascii[byte] |= on;
        });
      }
    }
    return complement(ascii);
  }

  private member(): string {
    const c = this.chars[this.at];
    this.at += 1;
    if (c === undefined) this.fail('"[" without "]"');
    if (c !== '\\') return c;
    this.at += 1;
    return this.escaped(this.chars[this.at - 1]);
  }

  private fail(what: string): never {
    throw new PolicyError(`"pattern" is ${JSON.stringify(this.pattern)}: ${what}`);
  }
}

function bytes(set: Uint8Array): Node {
  return { type: 'bytes', set };
}

function single(byte: number): Uint8Array {
  const set = new Uint8Array(256);
  set[byte] = 1;
  return set;
}

function range(from: number, to: number): Node {
  return bytes(new Uint8Array(256).fill(1, from, to + 1));
}

function newline(): Uint8Array {
  return single(0x0a);
}

function shorthand(c: string): Uint8Array | undefined {
  const test = { d: /[0-9]/, w: /[0-9A-Za-z_]/, s: /[\t\n\v\f\r ]/ }[c];
  return (
    test && Uint8Array.from({ length: 256 }, (_, byte) => (byte < 0x80 && test.test(String.fromCharCode(byte)) ? 1 : 0))
  );
}

/** Any one character that is not in this set of ASCII, and no NUL: one stands between any two fields. */
function complement(ascii: Uint8Array): Node {
  const rest = range(0x80, 0xbf);
  return {
    type: 'choice',
    parts: [
      bytes(ascii.map((on, byte) => (byte > 0 && byte < 0x80 && on === 0 ? 1 : 0))),
      { type: 'sequence', parts: [range(0xc2, 0xdf), rest] },
      { type: 'sequence', parts: [range(0xe0, 0xef), rest, rest] },
      { type: 'sequence', parts: [range(0xf0, 0xf4), rest, rest, rest] },
    ],
  };
}

/** Shortest and longest match, bytes. */
export function lengths(node: Node): [least: number, most: number] {
  if (node.type === 'bytes') return [1, 1];
  const parts = node.parts.map(lengths);
  if (node.type === 'sequence') {
    return [parts.reduce((sum, [n]) => sum + n, 0), parts.reduce((sum, [, n]) => sum + n, 0)];
  }
  return [Math.min(...parts.map(([n]) => n)), Math.max(...parts.map(([, n]) => n))];
}

export function reversed(node: Node): Node {
  if (node.type === 'bytes') return node;
  const parts = node.parts.map(reversed);
  return node.type === 'sequence' ? { type: 'sequence', parts: parts.reverse() } : { type: 'choice', parts };
}

interface Nfa {
  readonly edges: Array<{ readonly set?: Uint8Array; readonly to: number }[]>;
  readonly accept: number;
}

function thompson(node: Node): Nfa {
  const edges: Nfa['edges'] = [[]];
  const state = () => edges.push([]) - 1;
  const build = (n: Node, from: number): number => {
    if (n.type === 'bytes') {
      const to = state();
      edges[from].push({ set: n.set, to });
      return to;
    }
    if (n.type === 'sequence') return n.parts.reduce((at, part) => build(part, at), from);
    const end = state();
    for (const part of n.parts) {
      const begin = state();
      edges[from].push({ to: begin });
      edges[build(part, begin)].push({ to: end });
    }
    return end;
  };
  const accept = build(node, 0);
  return { edges, accept };
}

/**
 * The deterministic automaton of the nodes taken together.
 * @param everywhere a match may begin at every byte: the automaton never dies
 * @returns undefined when it has more than `most` states
 */
export function determinize(nodes: readonly Node[], everywhere: boolean, most = MAX_STATES): Automaton | undefined {
  const nfa = thompson({ type: 'choice', parts: nodes });
  const { classes, classCount, samples } = byteClasses(nfa);
  const key = (set: readonly number[]) => set.join(',');
  const closure = (set: readonly number[]): number[] => {
    const seen = new Set(set);
    const todo = [...set];
    while (todo.length > 0) {
      for (const { set: on, to } of nfa.edges[todo.pop()!]) {
        if (!on && !seen.has(to)) {
          seen.add(to);
          todo.push(to);
        }
      }
    }
    return [...seen].filter((s) => s === nfa.accept || nfa.edges[s].some((edge) => edge.set)).sort((a, b) => a - b);
  };
  const first = closure([0]);
  const states: number[][] = [[], first];
  const numbers = new Map([
    ['', 0],
    [key(first), 1],
  ]);
  const next: number[] = Array<number>(classCount).fill(0);
  for (let s = 1; s < states.length; s += 1) {
    for (let c = 0; c < classCount; c += 1) {
      const targets = new Set<number>();
      for (const member of states[s]) {
        for (const { set, to } of nfa.edges[member]) if (set?.[samples[c]]) targets.add(to);
      }
      const reached = everywhere ? [0, ...targets] : [...targets];
      const target = reached.length === 0 ? [] : closure(reached);
      const name = key(target);
      let number = numbers.get(name);
      if (number === undefined) {
        number = states.push(target) - 1;
        if (number >= most) return undefined;
        numbers.set(name, number);
      }
      next.push(number);
    }
  }
  return {
    classes,
    classCount,
    next: Uint16Array.from(next),
    accepts: Uint8Array.from(states, (set) => (set.includes(nfa.accept) ? 1 : 0)),
  };
}

/** Bytes that no edge tells apart are one class. */
function byteClasses(nfa: Nfa): { classes: Uint8Array; classCount: number; samples: number[] } {
  const sets = [...new Set(nfa.edges.flat().flatMap((edge) => (edge.set ? [edge.set] : [])))];
  const numbers = new Map<string, number>();
  const samples: number[] = [];
  const classes = Uint8Array.from({ length: 256 }, (_, byte) => {
    const name = sets.map((set) => set[byte]).join('');
    let number = numbers.get(name);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(name, number);
      samples.push(byte);
    }
    return number;
  });
  return { classes, classCount: numbers.size, samples };
}
