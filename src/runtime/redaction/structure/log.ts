import { bytesOf, DecodedField, ESCAPES, type FieldScheme, HIDING, PERCENT } from './field-scheme';
import { LOG_FIELDS, namesIn, type PlacedLogFormat } from './log-fields';
import { namedFields } from './path';
import { StructuredTransform, type StructureOptions } from './structured-transform';
import type { FieldContext } from '../contract';
import type { FieldRule } from '../policy';

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const EQUALS = 0x3d;
const NUMBER_SIGN = 0x23;
const PERCENT_SIGN = 0x25;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** What a positional field has when it has nothing: a dropped field leaves its place so. */
const NO_VALUE = Buffer.from('-');

const KEY_BYTE = bytesOf('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-');

interface LogField {
  readonly rule?: FieldRule;
  readonly context: FieldContext;
}

export type LogFormat = 'log-keyvalue' | PlacedLogFormat;

/** Of a line that names places so much is read. */
const LONGEST_HEADER = 4096;
/** Field names that are remembered. */
const REMEMBERED = 1024;

/**
 * Logs, line by line. Of `key=value` logs each value is a field, up to the next `key=` where it is not in quotes; of
 * Apache, S3, load balancer, CloudFront and VPC flow logs each place is one. What is no field, and lines of another
 * shape, is text.
 */
export class LogTransform extends StructuredTransform {
  private readonly rules: readonly FieldRule[];
  private readonly format: LogFormat;
  private readonly known = new Map<string, LogField>();
  private places: readonly LogField[];
  /** What separates the places. */
  private readonly separator: number;
  private scanned = 0;

  constructor(options: StructureOptions & { readonly format: LogFormat }) {
    super(options);
    this.format = options.format;
    this.rules = namedFields(options.policy.fields);
    this.places = this.format === 'log-keyvalue' ? [] : LOG_FIELDS[this.format].map((name) => this.describe(name));
    this.separator = this.format === 'log-cloudfront' ? TAB : SPACE;
  }

  protected override rebase(): void {
    // All positions that outlive a scan are relative to `at`.
  }

  protected override scan(final: boolean): number {
    const { buffer, length } = this;
    buffer[length] = LF;
    let i = this.at;
    while (i < length) {
      let end = i + this.scanned;
      while (buffer[end] !== LF) end++;
      this.checkFieldLength(end - i);
      if (end >= length && !final) {
        this.scanned = end - i;
        break;
      }
      this.scanned = 0;
      const stop = end > i && buffer[end - 1] === CR ? end - 1 : end;
      if (this.format === 'log-keyvalue') this.pairs(i, stop);
      else if (!this.namesPlaces(i, stop)) this.positions(i, stop);
      i = Math.min(end + 1, length);
    }
    this.at = i;
    return i;
  }

  private pairs(start: number, end: number): void {
    const { buffer } = this;
    /** Where what is not yet part of a field began. */
    let text = start;
    for (let i = start; i < end;) {
      const equals = this.keyAt(i, start, end);
      if (equals < 0) {
        i++;
        continue;
      }
      const field = this.fieldNamed(buffer.toString('utf8', i, equals));
      const closing = buffer[equals + 1] === QUOTE ? this.closingQuote(equals + 1, end) : -1;
      const from = closing < 0 ? equals + 1 : equals + 2;
      const to = closing < 0 ? this.nextKey(from, end) : closing;
      const after = closing < 0 ? to : closing + 1;
      if (field.rule && this.actionOfRule(field.rule).type === 'drop') {
        // With one of the spaces around it.
        const trailing = after < end && buffer[after] === SPACE ? 1 : 0;
        const first = trailing === 0 && i > text && buffer[i - 1] === SPACE ? i - 1 : i;
        this.text(text, first);
        this.dropFrom(first, field.rule);
        this.dropTo(after + trailing);
        text = after + trailing;
      } else {
        this.text(text, i);
        this.value(from, to, closing < 0 ? LOG_PLAIN : LOG_QUOTED, field);
        text = after;
      }
      i = text;
    }
    this.text(text, end);
  }

  /** Position of the `=` of a key that begins at `at`, or -1. */
  private keyAt(at: number, start: number, end: number): number {
    const { buffer } = this;
    if (
      KEY_BYTE[buffer[at]] === 0 ||
      (at > start && KEY_BYTE[buffer[at - 1]] === 1) ||
      (at > start && buffer[at - 1] === EQUALS)
    ) {
      return -1;
    }
    let i = at;
    while (i < end && KEY_BYTE[buffer[i]] === 1) i++;
    return i < end && buffer[i] === EQUALS ? i : -1;
  }

  /** Where a value without quotes ends: before the space before the next key, or with the line. */
  private nextKey(from: number, end: number): number {
    const { buffer } = this;
    for (let i = from; i < end; i++) {
      if (buffer[i] !== SPACE && buffer[i] !== TAB) continue;
      let key = i;
      while (key < end && (buffer[key] === SPACE || buffer[key] === TAB)) key++;
      if (key === end || this.keyAt(key, from, end) >= 0) return i;
      i = key - 1;
    }
    return end;
  }

  /** Position of the quote that closes the one at `open`, or -1. */
  private closingQuote(open: number, end: number): number {
    const { buffer } = this;
    for (let i = open + 1; i < end; i++) {
      if (buffer[i] === BACKSLASH) i++;
      else if (buffer[i] === QUOTE) return i;
    }
    return -1;
  }

  /** Whether the line says what the places of the lines after it are; lines of comments are text. */
  private namesPlaces(start: number, end: number): boolean {
    const format = this.format as PlacedLogFormat;
    const isComment = format === 'log-cloudfront' && this.buffer[start] === NUMBER_SIGN;
    if (!isComment && format !== 'log-vpc-flow') return false;
    const names = namesIn(format, this.buffer.toString('utf8', start, Math.min(end, start + LONGEST_HEADER)));
    if (names) this.places = names.map((name) => this.describe(name));
    if (isComment && !names) this.text(start, end);
    return isComment || names !== undefined;
  }

  private positions(start: number, end: number): void {
    const { buffer, places, separator } = this;
    let place = 0;
    let i = start;
    while (i < end && place < places.length) {
      while (i < end && buffer[i] === separator) i++;
      if (i === end) return;
      const opening = buffer[i];
      let close = -1;
      if (opening === QUOTE && separator === SPACE) close = this.closingQuote(i, end);
      else if (opening === OPEN_BRACKET && separator === SPACE) close = indexOf(buffer, CLOSE_BRACKET, i, end);
      const from = close < 0 ? i : i + 1;
      let to = close;
      if (close < 0) {
        to = i;
        while (to < end && buffer[to] !== separator) to++;
      }
      this.value(from, to, opening === QUOTE && close >= 0 ? LOG_QUOTED : LOG_PLAIN, places[place++]);
      i = close < 0 ? to : close + 1;
    }
    this.text(i, end);
  }

  private value(start: number, end: number, scheme: FieldScheme, { rule, context }: LogField): void {
    if (start >= end) return;
    const marks = this.marksOf(start, end) & (scheme === LOG_PLAIN ? PERCENT : ESCAPES | HIDING | PERCENT);
    if (rule === undefined) this.detect(start, end, scheme, marks, context);
    else if (this.actionOfRule(rule).type !== 'drop') this.applyRule(start, end, scheme, marks, rule);
    else this.applyRule(start, end, NOTHING_THERE, 0, rule);
  }

  private text(start: number, end: number): void {
    if (start < end) this.detect(start, end, LOG_PLAIN, this.marksOf(start, end) & PERCENT, undefined);
  }

  private marksOf(start: number, end: number): number {
    let marks = 0;
    for (let i = start; i < end; i++) {
      const byte = this.buffer[i];
      if (byte === PERCENT_SIGN) marks |= PERCENT;
      else if (byte === BACKSLASH) marks |= ESCAPES | HIDING;
    }
    return marks;
  }

  private fieldNamed(name: string): LogField {
    let field = this.known.get(name);
    if (!field) {
      field = this.describe(name);
      if (this.known.size < REMEMBERED) this.known.set(name, field);
    }
    return field;
  }

  private describe(name: string): LogField {
    const rule = this.rules.find(({ path }) => path.toLowerCase() === name.toLowerCase());
    return { context: { name }, ...(rule && { rule }) };
  }
}

/** A value in quotes, with the escapes that loggers use: `\"`, `\\`, `\n`, `\x40`, `\u0040`. */
const LOG_QUOTED: FieldScheme = {
  decode(bytes, start, end) {
    field.reset(start, end);
    let run = start;
    for (let i = start; i + 1 < end;) {
      if (bytes[i] !== BACKSLASH) {
        i++;
        continue;
      }
      field.copy(bytes, run, i);
      const letter = String.fromCharCode(bytes[i + 1]);
      const digits = letter === 'x' ? 2 : letter === 'u' ? 4 : 0;
      const hex = Buffer.from(bytes.subarray(i + 2, Math.min(end, i + 2 + digits))).toString('latin1');
      if (digits > 0 && hex.length === digits && /^[0-9A-Fa-f]+$/.test(hex)) {
        run = i + 2 + digits;
        if (letter === 'x') field.byte(parseInt(hex, 16), i, run);
        else field.escape(parseInt(hex, 16), i, run);
      } else {
        run = i + 2;
        field.byte(CONTROL[letter] ?? bytes[i + 1], i, run);
      }
      i = run;
    }
    field.copy(bytes, run, end);
    return field;
  },
  encode: (content) => escaped(content, /["\\\0-\x1f]/g),
};

const LOG_PLAIN: FieldScheme = { decode: LOG_QUOTED.decode, encode: (content) => escaped(content, /[\0-\x1f]/g) };
const NOTHING_THERE: FieldScheme = { decode: LOG_QUOTED.decode, encode: () => NO_VALUE };

const CONTROL: Record<string, number | undefined> = { n: 0x0a, r: 0x0d, t: 0x09, b: 8, f: 0x0c, v: 0x0b };

const field = new DecodedField();

function escaped(content: Uint8Array, pattern: RegExp): Uint8Array {
  const text = Buffer.from(content.buffer, content.byteOffset, content.length).toString('latin1');
  const changed = text.replace(pattern, (character) =>
    character === '"' || character === '\\'
      ? `\\${character}`
      : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return changed === text ? content : Buffer.from(changed, 'latin1');
}

function indexOf(buffer: Buffer, byte: number, start: number, end: number): number {
  for (let i = start; i < end; i++) {
    if (buffer[i] === byte) return i;
  }
  return -1;
}
