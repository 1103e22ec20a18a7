import type { FieldBatch, FieldContext, FieldRedactor, Match, OwnBytes } from './contract';
import { LimitExceededError } from './errors';
import { KernelFieldBatch, LONGEST_FIELD, LONGEST_IN_COMPANY, secretStart } from './field-batch';
import type { FieldName } from './field-batch';
import * as layout from './kernel/layout';
import type { Kind } from './kinds';
import type { Action } from './policy';
import { TextTransform } from './text';
import type { KernelHost } from './text';

const GUARD = 64;
const WINDOW = layout.WINDOW + layout.LOOK_BEHIND;
const FIRST_MATCH = layout.MATCHES >> 2;
const MATCH_COUNT = (layout.STATE + layout.MATCH_COUNT) >> 2;
const NUMBERS_DONE = (layout.STATE + layout.NUMBERS_DONE) >> 2;
const OVERFLOW = (layout.STATE + layout.OVERFLOW) >> 2;
/** Names whose words are remembered. */
const NAMES = 1024;
const NO_NAME: FieldName = { words: new Uint8Array(0), secret: undefined, weak: false, speaks: false, numeric: false };
const SECRET: Kind = 'secret';
const CODES: readonly Kind[] = [SECRET, 'card-security-code'];
/** What is a secret after a name that says so, and what is one only after a name that says nothing else. */
const SAMPLE = Buffer.from('"sample12"');
const WORD = Buffer.from('"sample"');
/** What are coordinates or a code after a name that says so. */
const CODE = Buffer.from('1234');
const NUMBERS = [...['12.34', '12.3456'].map((text) => Buffer.from(text)), CODE];

/** What fields need of the compiled policy besides the kernel. */
export interface FieldHost extends KernelHost {
  kindName(kind: number): Kind;
  actionOf(kind: Kind): Action;
  /** Findings of the session so far. */
  total(): number;
  apply(kind: Kind, action: Action, value: Uint8Array): Uint8Array | undefined;
}

/** Fields of a structured format, each whole and decoded. */
export class FieldTransform implements FieldRedactor {
  private readonly names = new Map<string, FieldName>();
  /** For the fields that are looked at alone: a batch of one, so that company makes no difference. */
  private readonly alone: KernelFieldBatch;

  constructor(
    private readonly host: FieldHost,
    private readonly session: object,
  ) {
    this.alone = this.newBatch(LONGEST_FIELD);
  }

  public redact(bytes: Uint8Array, start: number, end: number, context?: FieldContext): Uint8Array | undefined {
    if (end - start > LONGEST_FIELD) return this.redactLong(bytes.subarray(start, end), context);
    const parts: Uint8Array[] = [];
    let at = start;
    for (const match of this.find(bytes, start, end, context)) {
      const content = this.apply(match.kind, this.host.actionOf(match.kind), bytes.subarray(match.start, match.end));
      if (content === undefined) continue;
      parts.push(bytes.subarray(at, match.start), content);
      at = match.end;
    }
    return parts.length === 0 ? undefined : Buffer.concat([...parts, bytes.subarray(at, end)]);
  }

  public find(bytes: Uint8Array, start: number, end: number, context?: FieldContext): Match[] {
    if (!this.alone.add(bytes, start, end, context)) {
      throw new LimitExceededError('bytes of one field to search', LONGEST_FIELD);
    }
    const [hit] = this.alone.hits();
    return hit === undefined
      ? []
      : hit.matches.map((match) => ({ kind: match.kind, start: match.start + start, end: match.end + start }));
  }

  public apply(kind: Kind, action: Action, value: Uint8Array): Uint8Array | undefined {
    this.host.enter(this.session);
    return this.host.apply(kind, action, value);
  }

  public batch(): FieldBatch {
    return this.newBatch(LONGEST_IN_COMPANY);
  }

  private newBatch(longest: number): KernelFieldBatch {
    const { words } = this.host.engine;
    return new KernelFieldBatch(
      {
        hasTerms:
          words[(layout.STATE + layout.DICTIONARY) >> 2] !== 0 || words[(layout.STATE + layout.PATTERNS) >> 2] !== 0,
        search: (bytes, start, end) => this.search(bytes, start, end),
        glance: (bytes, from, to, before, own, into, at) => this.glance(bytes, from, to, before, own, into, at),
        kindName: (kind) => this.host.kindName(kind),
        stop: (end, tail, limit) =>
          tail === layout.TAIL_NONE ? end : this.host.engine.knownStop(WINDOW + end, tail, WINDOW + limit) - WINDOW,
        name: (context) => this.name(context),
      },
      longest,
    );
  }

  private redactLong(value: Uint8Array, context?: FieldContext): Uint8Array | undefined {
    const blank = value.findIndex((byte) => byte > 0x20);
    if (blank < 0) return undefined;
    const name = this.name(context);
    const secret = name.secret === undefined ? -1 : secretStart(value, blank, value.length, name.weak);
    if (secret >= 0) {
      const content = this.apply(SECRET, this.host.actionOf(SECRET), value.subarray(secret));
      return content === undefined ? undefined : Buffer.concat([value.subarray(0, secret), content]);
    }
    const counts = this.host.total();
    const text = new TextTransform(this.host, this.session, name.words);
    const parts = [value.subarray(0, blank), ...text.push(value.subarray(blank)), ...text.end()];
    return this.host.total() === counts ? undefined : Buffer.concat(parts);
  }

  private search(bytes: Uint8Array, start: number, end: number): Int32Array {
    this.host.enter(this.session);
    const { engine } = this.host;
    const { memory, words } = engine;
    const to = WINDOW + end - start;
    // Every look-behind stops at a NUL; the scanner reads a block before and one behind.
    memory.fill(0, WINDOW - GUARD, WINDOW);
    memory.set(bytes.subarray(start, end), WINDOW);
    memory.fill(0, to, to + GUARD);
    words[MATCH_COUNT] = 0;
    words[NUMBERS_DONE] = 0;
    for (const word of this.host.patternWords) words[word] = 0;
    const parts: Int32Array[] = [];
    for (let at = WINDOW; ;) {
      at = engine.search(at, to, to);
      if (words[OVERFLOW] !== 0) {
        words[OVERFLOW] = 0;
        throw new LimitExceededError('findings at one place of a field', layout.MATCHES_MAX);
      }
      this.host.dropAllowed();
      const part = words.slice(FIRST_MATCH, FIRST_MATCH + words[MATCH_COUNT] * 4);
      for (let i = 0; i < part.length; i += 4) {
        part[i] -= WINDOW;
        part[i + 1] -= WINDOW;
      }
      parts.push(part);
      if (at >= to) {
        engine.forgetTails();
        return parts.length === 1 ? part : inOrder(parts);
      }
      // The table of findings was full.
      words[MATCH_COUNT] = 0;
    }
  }

  private glance(
    bytes: Uint8Array,
    from: number,
    to: number,
    before: number,
    { end, first, last }: OwnBytes,
    into: Int32Array,
    at: number,
  ): void {
    this.host.enter(this.session);
    const { engine } = this.host;
    const { memory, words } = engine;
    const start = from - before;
    const known = Math.max(0, start - layout.GLANCE_BEHIND);
    const origin = WINDOW - start;
    const length = (to - start + 31) & ~31;
    memory.fill(0, WINDOW - GUARD, origin + known);
    memory.set(bytes.subarray(known, to), origin + known);
    memory.fill(0, origin + to, WINDOW + length);
    engine.glance(WINDOW, WINDOW + length, layout.OUTPUT, end, first, last);
    into.set(words.subarray(layout.OUTPUT >> 2, (layout.OUTPUT >> 2) + (length >> 5) * layout.GLANCE_WORDS), at);
  }

  /** What the kernel finds in the sample, or around it, behind the words of a name. */
  private kindsAfter(words: Uint8Array, sample: Uint8Array): Kind[] {
    const found = this.search(Buffer.concat([words, sample]), 0, words.length + sample.length);
    return Array.from({ length: found.length / 4 }, (_, i) => i * 4)
      .filter((i) => found[i + 1] > words.length)
      .map((i) => this.host.kindName(found[i + 2]));
  }

  /** The name as a key before its value: `homePhone number` gives `home_Phone_number: `. */
  private name(context?: FieldContext): FieldName {
    if (context?.name === undefined) return NO_NAME;
    let name = this.names.get(context.name);
    if (!name) {
      const key = context.name
        .slice(0, 200)
        .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1_$2')
        .replace(/[^\p{L}\p{M}\p{N}]+/gu, '_')
        .replace(/^_|_$/g, '');
      const words = Buffer.from(`${key}: `, 'utf8').subarray(-256);
      const kinds = (sample: Uint8Array) => this.kindsAfter(words, sample);
      const isSecret = kinds(SAMPLE).includes(SECRET);
      name = {
        words,
        secret: isSecret ? SECRET : undefined,
        weak: isSecret && !kinds(WORD).includes(SECRET),
        speaks: isSecret || /[0-9]/.test(key) || kinds(CODE).some((kind) => CODES.includes(kind)),
        numeric: NUMBERS.some((sample) => kinds(sample).length > 0),
      };
      if (this.names.size < NAMES) this.names.set(context.name, name);
    }
    return name;
  }
}

/** Findings of several runs as the kernel orders those of one: by start, the longer first, then by kind. */
function inOrder(parts: readonly Int32Array[]): Int32Array {
  const all = parts.flatMap((part) =>
    Array.from({ length: part.length / 4 }, (_, i) => part.subarray(i * 4, i * 4 + 4)),
  );
  all.sort((a, b) => a[0] - b[0] || b[1] - a[1] || a[2] - b[2]);
  const sorted = new Int32Array(all.length * 4);
  all.forEach((each, i) => sorted.set(each, i * 4));
  return sorted;
}
