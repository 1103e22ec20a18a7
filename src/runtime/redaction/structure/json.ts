import { ESCAPES, HIDING, PERCENT } from './field-scheme';
import { GivenNames, Role, roleOf } from './idioms';
import {
  QUOTE,
  COMMA,
  COLON,
  BACKSLASH,
  PERCENT_SIGN,
  OPEN_BRACKET,
  CLOSE_BRACKET,
  OPEN_BRACE,
  CLOSE_BRACE,
  STRING_STOP,
  NUMBER_BYTE,
  SIMPLE_ESCAPE,
  LITERALS,
  LETTER_N,
  LETTER_U,
  SLASH,
  DIGIT_0,
  isHex,
} from './json-bytes';
import { JSON_NUMBER, JSON_SCALAR, JSON_STRING } from './json-string';
import { Names, type Name } from './names';
import { jsonPaths, PathMachine, type Edge, type PathState } from './path';
import { DEFAULT_DEPTH, StructuredTransform, type StructureOptions } from './structured-transform';
import type { FieldContext } from '../contract';
import { LimitExceededError, MalformedContentError } from '../errors';

const enum Expect {
  Value,
  ValueOrEnd,
  Key,
  KeyOrEnd,
  Colon,
  Separator,
}

const OBJECT = 1;
const ARRAY = 0;

/** A member name that was seen. */
interface Key extends Edge, Name {
  readonly context: FieldContext;
  /** No detector finds anything in the name itself. */
  readonly clean: boolean;
  readonly role: Role;
}

/**
 * JSON: one document, or any number of them one after the other as in NDJSON. Strings, numbers and member names are
 * fields. The syntax is checked as strictly as the standard has it: what another reader might take otherwise is
 * refused.
 * @see https://www.rfc-editor.org/rfc/rfc8259.html
 */
export class JsonTransform extends StructuredTransform {
  private readonly maxDepth: number;
  private readonly drops: boolean;
  private readonly machine: PathMachine;
  private readonly keys = new Names<Key>();

  private expect = Expect.Value;
  private depth = 0;
  private kinds = new Uint8Array(16);
  private kept = new Uint8Array(16);
  private indexes = new Int32Array(16);
  /** State and name of each open container. */
  private readonly states: PathState[] = [];
  private readonly names: Array<FieldContext | undefined> = [];
  /** The name that a member of the open container gave to its neighbour, if one did. */
  private readonly given: Array<FieldContext | undefined> = [];
  private readonly givenNames = new GivenNames();
  private role = Role.None;

  /** State and name of the value that comes next. */
  private state: PathState;
  private context: FieldContext | undefined;

  /** In a string that is not whole yet: how much of it was looked at, and what it holds. */
  private scanned = 0;
  private marks = 0;
  /** A comma whose fate depends on what follows it; -1 for none. */
  private comma = -1;
  /** Within a member or element that is dropped, at this depth. */
  private skipping = false;
  private dropDepth = 0;

  constructor(options: StructureOptions) {
    super(options);
    const paths = jsonPaths(options.policy.fields);
    this.machine = new PathMachine(paths);
    this.state = this.machine.root;
    this.maxDepth = options.policy.limits?.depth ?? DEFAULT_DEPTH;
    this.drops = paths.some(({ rule }) => this.actionOfRule(rule).type === 'drop');
  }

  protected override rebase(by: number): void {
    if (this.comma >= 0) this.comma -= by;
  }

  protected override scan(final: boolean): number {
    const { buffer, length } = this;
    buffer[length] = QUOTE;
    let i = this.at;
    for (;;) {
      let byte = buffer[i];
      while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = buffer[++i];
      if (i >= length) break;

      if (byte === QUOTE) {
        const end = this.stringEnd(i);
        if (end < 0) {
          this.checkFieldLength(length - i - 1);
          break;
        }
        this.checkFieldLength(end - i - 1);
        const { expect } = this;
        if (expect <= Expect.ValueOrEnd) this.string(i, end);
        else if (expect === Expect.Key || expect === Expect.KeyOrEnd) this.key(i, end);
        else throw this.unexpected(i);
        this.marks = 0;
        i = end + 1;
        if (expect <= Expect.ValueOrEnd) this.valueEnded(i);
        continue;
      }

      if (byte === COMMA) {
        if (this.expect !== Expect.Separator) throw this.unexpected(i);
        const top = this.depth - 1;
        if (this.drops && !this.skipping) this.comma = i;
        if (this.kinds[top] === OBJECT) {
          this.expect = Expect.Key;
        } else {
          this.expect = Expect.Value;
          this.state = this.states[top].element(++this.indexes[top]);
          this.context = this.names[top];
        }
        i++;
        continue;
      }

      if (byte === COLON) {
        if (this.expect !== Expect.Colon) throw this.unexpected(i);
        this.expect = Expect.Value;
        i++;
        continue;
      }

      if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        const kind = byte === CLOSE_BRACE ? OBJECT : ARRAY;
        const { expect } = this;
        if (
          this.depth === 0 ||
          this.kinds[this.depth - 1] !== kind ||
          (expect !== Expect.Separator && expect !== (kind === OBJECT ? Expect.KeyOrEnd : Expect.ValueOrEnd))
        ) {
          throw this.unexpected(i);
        }
        this.depth--;
        this.valueEnded(++i);
        continue;
      }

      if (this.expect > Expect.ValueOrEnd) throw this.unexpected(i);

      if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        this.valueStarts(i);
        this.open(byte === OPEN_BRACE ? OBJECT : ARRAY);
        i++;
        continue;
      }

      const end = NUMBER_BYTE[byte] === 1 ? this.numberEnd(i, final) : this.literalEnd(i);
      if (end < 0) {
        this.checkFieldLength(length - i);
        break;
      }
      this.valueStarts(i);
      if (NUMBER_BYTE[byte] === 1) this.number(i, end);
      else this.literal(i, end);
      i = end;
      this.valueEnded(i);
    }
    this.at = i;
    if (final && (i < length || this.depth > 0)) {
      throw new MalformedContentError('the JSON ends too early', this.offset + length);
    }
    return this.comma >= 0 ? this.comma : i;
  }

  private stringEnd(start: number): number {
    const { buffer, length } = this;
    let i = start + (this.scanned === 0 ? 1 : this.scanned);
    for (;;) {
      while (STRING_STOP[buffer[i]] === 0) i++;
      if (i < length) {
        const byte = buffer[i];
        if (byte === QUOTE) {
          this.scanned = 0;
          return i;
        }
        if (byte === PERCENT_SIGN) {
          this.marks |= PERCENT;
          i++;
          continue;
        }
        if (byte !== BACKSLASH) throw this.unexpected(i);
        const escaped = i + 1 < length ? buffer[i + 1] : 0;
        this.marks |= escaped === LETTER_U || escaped === SLASH ? ESCAPES | HIDING : ESCAPES;
        const bytes = escaped === LETTER_U ? 6 : 2;
        if (i + bytes <= length) {
          if (bytes === 2 ? SIMPLE_ESCAPE[buffer[i + 1]] === 0 : !isHex(buffer, i + 2)) throw this.unexpected(i);
          i += bytes;
          continue;
        }
      }
      this.scanned = i - start;
      return -1;
    }
  }

  private numberEnd(start: number, final: boolean): number {
    const { buffer, length } = this;
    let end = start;
    let digits = true;
    for (let byte = buffer[end]; NUMBER_BYTE[byte] === 1; byte = buffer[++end]) {
      if (byte < DIGIT_0 || byte > DIGIT_0 + 9) digits = false;
    }
    if (end >= length && !final) return -1;
    this.checkFieldLength(end - start);
    if (digits && (buffer[start] !== DIGIT_0 || end === start + 1)) return end;
    if (!JSON_NUMBER.test(buffer.toString('latin1', start, end))) throw this.unexpected(start);
    return end;
  }

  private literalEnd(start: number): number {
    const { buffer, length } = this;
    const literal = LITERALS[buffer[start]];
    if (!literal) throw this.unexpected(start);
    const end = Math.min(start + literal.length, length);
    for (let i = start; i < end; i++) {
      if (buffer[i] !== literal[i - start]) throw this.unexpected(i);
    }
    return end - start === literal.length ? end : -1;
  }

  private open(kind: number): void {
    const { depth } = this;
    if (depth === this.maxDepth) throw new LimitExceededError('depth', this.maxDepth);
    if (depth === this.kinds.length) {
      this.kinds = widened(this.kinds, new Uint8Array(2 * depth));
      this.kept = widened(this.kept, new Uint8Array(2 * depth));
      this.indexes = widened(this.indexes, new Int32Array(2 * depth));
    }
    this.kinds[depth] = kind;
    this.kept[depth] = 0;
    this.indexes[depth] = 0;
    this.states[depth] = this.state;
    this.names[depth] = this.context;
    this.given[depth] = undefined;
    this.role = Role.None;
    this.depth = depth + 1;
    if (kind === OBJECT) {
      this.expect = Expect.KeyOrEnd;
    } else {
      this.expect = Expect.ValueOrEnd;
      this.state = this.state.element(0);
    }
  }

  private key(start: number, end: number): void {
    const parent = this.states[this.depth - 1];
    const key = this.keys.find(this.buffer, start + 1, end) ?? this.newKey(start + 1, end);
    this.state = parent.child(key);
    this.context = this.contextOf(key);
    this.role = key.role;
    this.expect = Expect.Colon;
    if (this.skipping) return;
    if (this.drops) this.decide(start);
    if (!key.clean && !this.skipping && !this.keeps(parent)) {
      this.detect(start + 1, end, JSON_STRING, this.marks, undefined);
    }
  }

  /**
   * What is known of the member's value: its own name, or the one that a member before gave it, or that of the member
   * around a type.
   */
  private contextOf({ role, context }: Key): FieldContext {
    if (role === Role.Value) return this.given[this.depth - 1] ?? context;
    return role === Role.Type ? (this.names[this.depth - 1] ?? context) : context;
  }

  private newKey(start: number, end: number): Key {
    const bytes =
      (this.marks & ESCAPES) !== 0
        ? JSON_STRING.decode(this.buffer, start, end).view()
        : this.buffer.subarray(start, end);
    const name = bytes.toString('utf8');
    const key: Key = {
      name,
      context: { name },
      role: roleOf(name),
      clean: !bytes.includes(PERCENT_SIGN) && this.redactor.find(bytes, 0, bytes.length).length === 0,
      bytes: Buffer.from(this.buffer.subarray(start, end)),
    };
    this.keys.remember(key);
    return key;
  }

  /** Called where an element of an array or a document begins; a member of an object was judged at its name. */
  private valueStarts(start: number): void {
    if (this.drops && !this.skipping && (this.depth === 0 || this.kinds[this.depth - 1] === ARRAY)) this.decide(start);
  }

  private valueEnded(end: number): void {
    if (this.skipping && this.depth === this.dropDepth) {
      this.dropTo(end);
      this.skipping = false;
    }
    if (this.depth > 0) {
      this.expect = Expect.Separator;
    } else {
      this.expect = Expect.Value;
      this.state = this.machine.root;
      this.context = undefined;
    }
  }

  /** Keeps or drops the member or element that begins at `start`, with the comma that its neighbours no longer need. */
  private decide(start: number): void {
    const { comma, depth } = this;
    this.comma = -1;
    const { rule } = this.state;
    if (rule && this.actionOfRule(rule).type === 'drop') {
      this.dropFrom(comma >= 0 ? comma : start, rule);
      this.skipping = true;
      this.dropDepth = depth;
    } else if (depth > 0) {
      if (comma >= 0 && this.kept[depth - 1] === 0) this.cut(comma, start);
      this.kept[depth - 1] = 1;
    }
  }

  private keeps(state: PathState): boolean {
    return state.rule !== undefined && this.actionOfRule(state.rule).type === 'keep';
  }

  private string(start: number, end: number): void {
    this.valueStarts(start);
    if (this.skipping) return;
    if (this.role === Role.Name && this.depth > 0) {
      this.given[this.depth - 1] = this.givenNames.find(this.buffer, start + 1, end);
    }
    this.role = Role.None;
    const { rule } = this.state;
    if (rule === undefined) this.detect(start + 1, end, JSON_STRING, this.marks, this.context);
    else this.applyRule(start + 1, end, JSON_STRING, this.marks, rule);
  }

  private number(start: number, end: number): void {
    if (this.skipping) return;
    const { rule } = this.state;
    if (rule === undefined) this.detect(start, end, JSON_SCALAR, 0, this.context);
    else this.applyRule(start, end, JSON_SCALAR, 0, rule);
  }

  /**
   * `null` says nothing about anybody and is left; `true` and `false` are content only where a rule names the field.
   */
  private literal(start: number, end: number): void {
    const { rule } = this.state;
    if (!this.skipping && rule !== undefined && this.buffer[start] !== LETTER_N) {
      this.applyRule(start, end, JSON_SCALAR, 0, rule);
    }
  }

  private unexpected(at: number): MalformedContentError {
    return new MalformedContentError('the JSON has a syntax error', this.offset + at);
  }
}

function widened<T extends Uint8Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
