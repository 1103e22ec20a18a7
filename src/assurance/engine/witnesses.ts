/**
 * Witnesses: for what policies ask about one text, a text for every combination of answers that any text gives. A
 * product automaton over all questions is searched breadth first, so that the texts are the shortest.
 */
import { closure, step, symbolsOf, type Pattern } from './glob';

/** What is asked about the text that is sought. */
export interface Question {
  readonly pattern: Pattern;
  /** Text before the one that is sought: the pattern reads both. */
  readonly after?: string;
  /** Where the pattern stands when the text begins: not at its own beginning, but at a later place. */
  readonly starts?: readonly number[];
  /** Text that follows for certain. */
  readonly then?: string;
  /** More text follows that is not known yet: what counts is where the pattern stands, not whether it matches. */
  readonly open?: boolean;
  /** The question is about what stands after the last slash alone. */
  readonly lastPart?: boolean;
}

/** More states than this means patterns made to explode, not a policy. */
const MAX_STATES = 50_000;

/** Letters for the parts of a witness that no pattern names, in the order in which they read best. */
const PLAIN = 'xyzwvuqkjabcdefghilmnoprst0123456789XYZ_-~';

/** One question, or all questions about literals together, on its way through a text. */
interface Reader {
  readonly start: State;
  step(state: State, c: string): State;
  /** The characters that it can tell from others here. */
  named(state: State, add: (c: string) => void): void;
  answer(state: State): string;
}
type State = readonly number[] | number;

/**
 * Shortest texts, one for each combination of answers that occurs.
 * @param must patterns that each text has to match
 * @throws if the patterns explode
 */
export function witnesses(questions: readonly Question[], must: readonly Pattern[], place: string): string[] {
  const forms = must.map((pattern) => new PatternReader({ pattern }));
  const readers = [...forms, ...readersOf(questions)];
  const restarts = questions.some(({ lastPart }) => lastPart === true);
  type Node = { states: State[]; text: string };
  const start: Node = { states: readers.map((reader) => reader.start), text: '' };
  const seen = new Set<string>([start.states.join(';')]);
  const found = new Map<string, string>();
  let frontier = [start];
  while (frontier.length > 0) {
    const next: Node[] = [];
    for (const node of frontier) {
      if (forms.every((form, i) => form.answer(node.states[i]) === '1')) {
        const vector = readers.map((reader, i) => reader.answer(node.states[i])).join();
        if (!found.has(vector)) found.set(vector, node.text);
      }
      for (const c of telling(readers, node.states, restarts)) {
        const states = readers.map((reader, i) => reader.step(node.states[i], c));
        if (forms.some((_, i) => (states[i] as readonly number[]).length === 0)) continue;
        const key = states.join(';');
        if (seen.has(key)) continue;
        seen.add(key);
        if (seen.size > MAX_STATES) {
          throw new Error(
            `${place}: the ${questions.length} patterns of this field combine to more than ${MAX_STATES} ` +
              'states; simplify them',
          );
        }
        next.push({ states, text: node.text + c });
      }
    }
    frontier = next;
  }
  return [...found.values()];
}

/**
 * Where a pattern can stand after each text of a form, unless it can no longer match.
 * @throws if the patterns explode
 */
export function statesAfter(form: Pattern, pattern: Pattern, place: string): Array<readonly number[]> {
  const readers = [new PatternReader({ pattern: form }), new PatternReader({ pattern })];
  const found = new Map<string, readonly number[]>();
  let frontier: State[][] = [readers.map((reader) => reader.start)];
  const seen = new Set(frontier.map((states) => states.join(';')));
  while (frontier.length > 0) {
    const next: State[][] = [];
    for (const states of frontier) {
      const reached = states[1] as readonly number[];
      if (readers[0].answer(states[0]) === '1' && reached.length > 0) found.set(reached.join(), reached);
      for (const c of telling(readers, states, false)) {
        const after = readers.map((reader, i) => reader.step(states[i], c));
        if ((after[0] as readonly number[]).length === 0 || seen.has(after.join(';'))) continue;
        seen.add(after.join(';'));
        if (seen.size > MAX_STATES) {
          throw new Error(
            `${place}: a policy variable and the other patterns combine to more than ${MAX_STATES} states`,
          );
        }
        next.push(after);
      }
    }
    frontier = next;
  }
  return [...found.values()];
}

/**
 * Questions that only differ in the text that they spell out are read together, which keeps the search linear in their
 * number.
 */
function readersOf(questions: readonly Question[]): Reader[] {
  const readers: Reader[] = [];
  const tries = new Map<string, TrieReader>();
  for (const question of questions) {
    const text = question.starts === undefined ? spelledOut(question.pattern) : undefined;
    if (text === undefined) {
      readers.push(new PatternReader(question));
      continue;
    }
    const group = JSON.stringify([question.after, question.then, question.open, question.lastPart]);
    let trie = tries.get(group);
    if (!trie) {
      tries.set(group, (trie = new TrieReader(question)));
      readers.push(trie);
    }
    trie.add(text);
  }
  return readers;
}

function spelledOut(pattern: Pattern): string | undefined {
  let text = '';
  for (const token of pattern) {
    if (token.t !== 'char') return undefined;
    text += token.c;
  }
  return text;
}

class PatternReader implements Reader {
  public readonly start: readonly number[];

  public constructor(private readonly question: Question) {
    this.start = read(question.pattern, question.starts ?? closure(question.pattern, [0]), question.after ?? '');
  }

  public step(state: State, c: string): State {
    const { pattern, lastPart } = this.question;
    return lastPart === true && c === '/' ? this.start : step(pattern, state as readonly number[], c);
  }

  public named(state: State, add: (c: string) => void): void {
    for (const at of state as readonly number[]) {
      const token = this.question.pattern[at];
      if (token === undefined) continue;
      if (token.t === 'char') {
        add(token.c);
      } else if (token.t === 'fold') {
        add(token.c);
        add(token.c.toUpperCase());
      } else if (token.t === 'of') {
        // The others of the set are alike, unless another question names them.
        for (const c of token.set) add(c);
      } else if (!token.colon) {
        add(':');
      }
    }
  }

  public answer(state: State): string {
    const { pattern, then = '', open } = this.question;
    const end = read(pattern, state as readonly number[], then);
    if (open === true) return end.join(' ');
    return end[end.length - 1] === pattern.length ? '1' : '0';
  }
}

function read(pattern: Pattern, states: readonly number[], text: string): readonly number[] {
  let at = states;
  for (const c of symbolsOf(text)) at = step(pattern, at, c);
  return at;
}

const DEAD = -1;

/** Many literals at once. */
class TrieReader implements Reader {
  private readonly nodes: Array<Map<string, number>> = [new Map()];
  private readonly ends = new Set<number>();
  private first?: number;

  public constructor(private readonly question: Omit<Question, 'pattern'>) {}

  public get start(): number {
    this.first ??= this.read(0, this.question.after ?? '');
    return this.first;
  }

  public add(text: string): void {
    let at = 0;
    for (const c of symbolsOf(text)) {
      let to = this.nodes[at].get(c);
      if (to === undefined) {
        this.nodes[at].set(c, (to = this.nodes.length));
        this.nodes.push(new Map());
      }
      at = to;
    }
    this.ends.add(at);
  }

  public step(state: State, c: string): number {
    if (this.question.lastPart === true && c === '/') return this.start;
    return state === DEAD ? DEAD : (this.nodes[state as number].get(c) ?? DEAD);
  }

  public named(state: State, add: (c: string) => void): void {
    if (state !== DEAD) for (const c of this.nodes[state as number].keys()) add(c);
  }

  public answer(state: State): string {
    const end = this.read(state as number, this.question.then ?? '');
    return String(this.question.open === true || this.ends.has(end) ? end : DEAD);
  }

  private read(from: number, text: string): number {
    let at = from;
    for (const c of symbolsOf(text)) at = at === DEAD ? DEAD : (this.nodes[at].get(c) ?? DEAD);
    return at;
  }
}

/** Characters that the readers can tell apart in these states, and one that stands for any other. */
function telling(readers: readonly Reader[], states: readonly State[], slash: boolean): string[] {
  const named = new Set<string>(slash ? ['/'] : []);
  const add = (c: string) => named.add(c);
  readers.forEach((reader, i) => reader.named(states[i], add));
  for (const c of PLAIN) {
    if (!named.has(c)) return [c, ...named];
  }
  return [String.fromCharCode(0x3b1), ...named];
}
