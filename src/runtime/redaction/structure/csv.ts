import { DecodedField, ESCAPES, type FieldScheme, holds, PERCENT } from './field-scheme';
import { namedFields } from './path';
import { DEFAULT_FIELDS, StructuredTransform, type StructureOptions } from './structured-transform';
import type { FieldContext } from '../contract';
import { LimitExceededError, MalformedContentError } from '../errors';
import type { FieldRule } from '../policy';

const QUOTE = 0x22;
const CR = 0x0d;
const LF = 0x0a;
const TAB = 0x09;
const PERCENT_SIGN = 0x25;

const ENDS = 1;
const NOTED = 2;

/** What separates the cells; of two that are equally frequent in the first record the earlier one. */
const DELIMITERS = [',', ';', '\t', '|'].map((character) => character.charCodeAt(0));

const QUOTE_BYTES = Buffer.from('"');
const NUMBER = /^[+-]?[0-9][0-9.,]*$/;

interface Column {
  readonly rule?: FieldRule;
  readonly context?: FieldContext;
}

interface Cell {
  readonly start: number;
  readonly end: number;
}

/**
 * CSV and TSV. Each cell is a field and its column's header is its name.
 *
 * The first record is a header unless one of its cells is a number or holds a finding; it always is one when a rule of
 * the policy names one of its cells. Header names are compared without regard to the case of letters and to spaces
 * around them. Without a header only rules by index (`#0`) apply.
 * @see https://www.rfc-editor.org/rfc/rfc4180.html
 */
export class CsvTransform extends StructuredTransform {
  private readonly rules: readonly FieldRule[];
  private readonly maxFields: number;
  private delimiter: number;
  /** Bytes that end a plain cell, and such as are noted. The quote is among them because it ends the window. */
  private readonly stop = new Uint8Array(256);
  private readonly plain: FieldScheme = {
    whole: true,
    decode: QUOTED.decode,
    encode: (content) => this.quotedIfNeeded(content),
    fits: (content) => !holds(content, this.stop),
  };

  private columns: Column[] | undefined;
  private hasHeader = false;
  private record = 0;
  private column = 0;
  /** Whether a cell of this record is in the output. */
  private kept = false;
  /** Whether the cell at `at` was looked at before it was whole, how far, and what it holds. */
  private entered = false;
  private scanned = 0;
  private marks = 0;
  /** Within a cell that is dropped. */
  private skipping = false;

  constructor(options: StructureOptions & { readonly delimiter?: number }) {
    super(options);
    this.rules = namedFields(options.policy.fields);
    this.maxFields = options.policy.limits?.fields ?? DEFAULT_FIELDS;
    this.delimiter = options.delimiter ?? 0;
  }

  protected override rebase(): void {
    // All positions that outlive a scan are relative to `at`.
  }

  protected override scan(final: boolean): number {
    const { buffer, length, stop } = this;
    buffer[length] = QUOTE;
    if (this.columns === undefined && !this.readHeader(final)) return 0;
    let i = this.at;
    while (i < length) {
      const first = buffer[i];
      if (this.column === 0 && !this.entered) {
        if (first === LF || first === CR) {
          i++;
          continue;
        }
        this.enter(i);
      }

      let start = i;
      let end: number;
      let next: number;
      const quoted = first === QUOTE;
      if (quoted) {
        end = this.quotedEnd(i, final);
        if (end < 0) {
          this.checkFieldLength(length - i - 1);
          break;
        }
        start++;
        next = end + 1;
        if (next < length && stop[buffer[next]] !== ENDS) {
          throw new MalformedContentError(
            'a quoted cell of the CSV goes on after its closing quote',
            this.offset + next,
          );
        }
      } else {
        end = i + this.scanned;
        for (;;) {
          while (stop[buffer[end]] === 0) end++;
          if (end >= length || (stop[buffer[end]] === ENDS && buffer[end] !== QUOTE)) break;
          if (buffer[end] === PERCENT_SIGN) this.marks |= PERCENT;
          end++;
        }
        if (end >= length && !final) {
          this.scanned = end - i;
          this.checkFieldLength(end - i);
          break;
        }
        next = end;
      }
      this.checkFieldLength(end - start);
      this.scanned = 0;
      if (!this.skipping && start < end) this.cell(start, end, quoted);
      this.marks = 0;

      const delimited = next < length && buffer[next] === this.delimiter;
      if (this.skipping) {
        // The first cell that stays has no delimiter before it.
        this.dropTo(delimited && !this.kept ? next + 1 : next);
        this.skipping = false;
      }
      if (delimited) {
        if (++this.column >= this.maxFields) throw new LimitExceededError('fields', this.maxFields);
        i = next + 1;
        this.enter(this.kept ? next : i);
      } else {
        this.column = 0;
        this.kept = false;
        this.entered = false;
        this.record++;
        i = next < length ? next + 1 : length;
      }
    }
    if (final && i < length) throw new MalformedContentError('a quoted cell of the CSV has no end', this.offset + i);
    this.at = i;
    return i;
  }

  /**
   * Keeps or drops the cell of the current column that begins, with the delimiter before it if there is one, at
   * `start`.
   */
  private enter(start: number): void {
    this.entered = true;
    const { rule } = this.columnAt(this.column);
    if (rule !== undefined && this.actionOfRule(rule).type === 'drop') {
      this.dropFrom(start, this.isHeader ? undefined : rule);
      this.skipping = true;
    } else {
      this.kept = true;
    }
  }

  private cell(start: number, end: number, quoted: boolean): void {
    const { rule, context } = this.columnAt(this.column);
    const scheme = quoted ? QUOTED : this.plain;
    if (rule === undefined || this.isHeader) {
      this.detect(start, end, scheme, this.marks, this.isHeader ? undefined : context);
    } else {
      this.applyRule(start, end, scheme, this.marks, rule);
    }
  }

  private get isHeader(): boolean {
    return this.hasHeader && this.record === 0;
  }

  private columnAt(index: number): Column {
    return this.columns![index] ?? (this.columns![index] = this.describe(index, undefined));
  }

  private describe(index: number, name: string | undefined): Column {
    const rule = this.rules.find(({ path }) => path === `#${index}` || (name !== undefined && sameName(path, name)));
    return {
      ...(rule && { rule }),
      ...(name !== undefined && name !== '' && { context: { name } }),
    };
  }

  private quotedEnd(start: number, final: boolean): number {
    const { buffer, length } = this;
    let i = start + (this.scanned === 0 ? 1 : this.scanned);
    for (;;) {
      for (let byte = buffer[i]; byte !== QUOTE; byte = buffer[++i]) {
        if (byte === PERCENT_SIGN) this.marks |= PERCENT;
      }
      if (i + 1 < length && buffer[i + 1] === QUOTE) {
        this.marks |= ESCAPES;
        i += 2;
        continue;
      }
      // A quote that is the last byte we have may be the first of two.
      if (i >= length || (i + 1 === length && !final)) {
        this.scanned = i - start;
        return -1;
      }
      return i;
    }
  }

  private quotedIfNeeded(content: Uint8Array): Uint8Array {
    if (!holds(content, this.stop)) return content;
    return Buffer.concat([QUOTE_BYTES, QUOTED.encode(content, 0), QUOTE_BYTES]);
  }

  /** Reads the first record as a whole. @returns false when it is not whole yet */
  private readHeader(final: boolean): boolean {
    const end = this.firstRecordEnd();
    const last = end < 0 ? this.length : end;
    this.checkFieldLength(last);
    if (end < 0 && !final) return false;
    if (this.delimiter === 0) this.delimiter = this.mostFrequentDelimiter(last);
    for (const byte of [QUOTE, CR, LF, this.delimiter]) this.stop[byte] = ENDS;
    this.stop[PERCENT_SIGN] = NOTED;

    const cells = this.cellsOf(last);
    const names = cells.map(({ start, end: to }) =>
      this.buffer.toString('utf8', start, to).replaceAll('""', '"').trim(),
    );
    const ruled = names.some((name) => this.rules.some(({ path }) => sameName(path, name)));
    const data = cells.some(
      ({ start, end: to }, i) => NUMBER.test(names[i]) || this.redactor.find(this.buffer, start, to).length > 0,
    );
    this.hasHeader = ruled || (!data && names.some((name) => name !== ''));
    this.columns = names.map((name, index) => this.describe(index, this.hasHeader ? name : undefined));
    return true;
  }

  private firstRecordEnd(): number {
    const { buffer, length } = this;
    let place = Place.CellStart;
    let content = false;
    for (let i = 0; i < length; i++) {
      const byte = buffer[i];
      const lineEnd = byte === LF || byte === CR;
      if (lineEnd && content && place !== Place.Quoted) return i;
      if (!lineEnd) content = true;
      place = placeAfter(place, byte, lineEnd || DELIMITERS.includes(byte));
    }
    return -1;
  }

  private mostFrequentDelimiter(end: number): number {
    const counts = DELIMITERS.map(() => 0);
    let place = Place.CellStart;
    for (let i = 0; i < end; i++) {
      const delimiter = DELIMITERS.indexOf(this.buffer[i]);
      if (delimiter >= 0 && place !== Place.Quoted) counts[delimiter]++;
      place = placeAfter(place, this.buffer[i], delimiter >= 0);
    }
    return DELIMITERS[counts.indexOf(Math.max(...counts))];
  }

  private cellsOf(end: number): Cell[] {
    const { buffer } = this;
    const cells: Cell[] = [];
    let start = 0;
    while (start < end && (buffer[start] === LF || buffer[start] === CR)) start++;
    let place = Place.CellStart;
    for (let i = start; i <= end; i++) {
      const ends = i === end || (buffer[i] === this.delimiter && place !== Place.Quoted);
      if (ends) {
        cells.push(place === Place.AfterQuote ? { start: start + 1, end: i - 1 } : { start, end: i });
        start = i + 1;
      }
      place = placeAfter(place, buffer[i], ends);
    }
    return cells;
  }
}

const enum Place {
  CellStart,
  Plain,
  Quoted,
  AfterQuote,
}

function placeAfter(place: Place, byte: number, separates: boolean): Place {
  if (place === Place.Quoted) return byte === QUOTE ? Place.AfterQuote : Place.Quoted;
  if (separates) return Place.CellStart;
  if (byte === QUOTE && place !== Place.Plain) return Place.Quoted;
  return Place.Plain;
}

/** TSV is CSV whose delimiter is given. */
export const TSV_DELIMITER = TAB;

function sameName(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}

/** The inside of a quoted cell. */
const QUOTED: FieldScheme = {
  decode(bytes, start, end) {
    field.reset(start, end);
    let run = start;
    for (let i = start; i < end; i++) {
      if (bytes[i] !== QUOTE) continue;
      field.copy(bytes, run, i);
      field.escape(QUOTE, i, i + 2);
      run = ++i + 1;
    }
    field.copy(bytes, run, end);
    return field;
  },

  encode(content) {
    if (!content.includes(QUOTE)) return content;
    return Buffer.from(Buffer.from(content).toString('latin1').replaceAll('"', '""'), 'latin1');
  },
};

const field = new DecodedField();
