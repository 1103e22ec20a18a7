import type { FieldBatch, FieldContext, FieldFindings, Match, OwnBytes } from './contract';
import { LimitExceededError } from './errors';
import type { Kind } from './kinds';

/** The longest field that is searched in one piece. */
export const LONGEST_FIELD = 0x10000;
/** Longer fields gain nothing from company. */
export const LONGEST_IN_COMPANY = 4096;
/** A field, the words of its name, and the gap before. */
const BYTES = LONGEST_FIELD + 1024;
const FIELDS = 8192;
/**
 * NULs between two fields: as far as the kernel looks for digits before it looks at a number, so that it counts none of
 * the next field.
 */
const GAP = 24;
/** Passports, licences, phones and all the rest have more digits. */
const MERE_DIGITS = 5;
const MINUS = 0x2d;
const DOT = 0x2e;
/** No secret is shorter. */
const LEAST_SECRET = 4;
/** What an Authorization header has before its secret. */
const SCHEME = /^(?:bearer|basic|token) /i;
/**
 * A reference to a secret or what stands for one, and nothing else: `${X}`, `<x>`, `{{x}}`, `%X%`, `***`, `[SECRET]`.
 */
const PLACEHOLDER = /^(?:\$\{[^}]*\}|\$\([^)]*\)|<[^>]*>|\{\{.*\}\}|%\w*%?|\*+|\[[^\]]*\])$/;
/** What is no secret of a weak name: words, a path or a sentence, or a number. */
const PLAIN = /^(?:[A-Za-z_.$:/-]*|.* .*|-?[\d._]{1,15})$/;
const LONGEST_PLACEHOLDER = 128;

/** What a field redactor knows of a field's name. */
export interface FieldName {
  /** The words that stand before the field. */
  readonly words: Uint8Array;
  /** The kind of what the field holds by its name alone: a secret, or `undefined`. */
  readonly secret: Kind | undefined;
  /** The name alone may make a finding of what follows: it tells a secret or a code, or has digits. */
  readonly speaks: boolean;
  /** The name is one of programs too (`token`, `auth`): a word, a sentence or a number is no secret of it. */
  readonly weak: boolean;
  /** The name makes a finding of a short number. */
  readonly numeric: boolean;
}

/** What a batch needs of the field redactor that it belongs to. */
export interface BatchHost {
  /** The policy has terms or patterns: they may be anywhere. */
  readonly hasTerms: boolean;
  /**
   * Runs the detectors over `bytes[start, end)`.
   * @returns the kernel's findings, four words each; positions count from `start`
   */
  search(bytes: Uint8Array, start: number, end: number): Int32Array;
  /** As that of a batch. */
  glance(
    bytes: Uint8Array,
    from: number,
    to: number,
    before: number,
    own: OwnBytes,
    words: Int32Array,
    at: number,
  ): void;
  kindName(kind: number): Kind;
  /** Where a finding ends that goes on in `tail`, at most at `limit`. */
  stop(end: number, tail: number, limit: number): number;
  name(context: FieldContext | undefined): FieldName;
}

/**
 * Fields behind each other, each after a gap and the words of its name. Nothing that the kernel looks for reaches over
 * a NUL, so what it finds in all of them at once is what it would find in each alone.
 */
export class KernelFieldBatch implements FieldBatch {
  private readonly bytes = new Uint8Array(BYTES);
  private readonly starts = new Int32Array(FIELDS);
  private readonly ends = new Int32Array(FIELDS);
  /** White space that the fields begin with; it is left out. */
  private readonly blanks = new Int32Array(FIELDS);
  /** The fields that are a secret by their name, and where it begins. */
  private readonly secrets = new Map<number, Match>();
  private used = 0;
  private count = 0;

  /** @param longest fields of more bytes are turned away */
  constructor(
    private readonly host: BatchHost,
    private readonly longest: number,
  ) {}

  public add(bytes: Uint8Array, start: number, end: number, context?: FieldContext): boolean {
    const { words: before, secret, weak } = nameOf(this.host, context);
    const length = end - start;
    if (length > this.longest || this.used + GAP + before.length + length > BYTES || this.count === FIELDS) {
      return false;
    }
    let first = start;
    while (first < end && bytes[first] <= 0x20) first += 1;
    if (secret !== undefined) {
      const from = secretStart(bytes, first, end, weak);
      if (from >= 0) this.secrets.set(this.count, { kind: secret, start: from - start, end: length });
    }
    const to = this.bytes;
    let at = this.used + GAP;
    for (let i = 0; i < before.length; i += 1) to[at++] = before[i];
    this.starts[this.count] = at;
    this.blanks[this.count] = first - start;
    if (length < 48) {
      for (let i = first; i < end; i += 1) to[at++] = bytes[i];
    } else {
      to.set(bytes.subarray(first, end), at);
      at += end - first;
    }
    this.used = at;
    this.ends[this.count++] = at;
    return true;
  }

  public glance(
    bytes: Uint8Array,
    from: number,
    to: number,
    before: number,
    own: OwnBytes,
    words: Int32Array,
    at: number,
  ): void {
    this.host.glance(bytes, from, to, before, own, words, at);
  }

  public mayHoldAnything(context?: FieldContext): boolean {
    return this.host.hasTerms || nameOf(this.host, context).speaks;
  }

  public isMereNumber(bytes: Uint8Array, start: number, end: number, context?: FieldContext): boolean {
    if (end - start > MERE_DIGITS + 2) return false;
    let digits = 0;
    let dots = 0;
    for (let i = bytes[start] === MINUS ? start + 1 : start; i < end; i += 1) {
      if (bytes[i] === DOT) dots += 1;
      else if (isDigit(bytes[i])) digits += 1;
      else return false;
    }
    if (digits > MERE_DIGITS || dots > 1 || this.host.hasTerms) return false;
    const name = nameOf(this.host, context);
    return !name.numeric && !name.speaks;
  }

  public hits(): FieldFindings[] {
    const { count, used } = this;
    this.count = 0;
    this.used = 0;
    if (count === 0) return [];
    try {
      return this.together(count, used);
    } finally {
      this.bytes.fill(0, 0, used);
      this.secrets.clear();
    }
  }

  private together(count: number, used: number): FieldFindings[] {
    try {
      return this.findings(0, used, 0, count);
    } catch (error) {
      if (!(error instanceof LimitExceededError) || count === 1) throw error;
      // Which of them holds too much must not depend on its company.
      return Array.from(this.ends.subarray(0, count)).flatMap((_, field) => this.ownFindings(field));
    }
  }

  /** What is found in `bytes[from, to)`, where the fields lie whose numbers are from `first` to below `last`. */
  private findings(from: number, to: number, first: number, last: number): FieldFindings[] {
    const { starts, ends, host } = this;
    const raw = host.search(this.bytes, from, to);
    const hits: FieldFindings[] = [];
    let field = first;
    let matches: Match[] | undefined;
    /** Up to here the batch was found in. */
    let at = 0;
    for (let i = 0; i < raw.length; i += 4) {
      let start = raw[i] + from;
      if (ends[field] <= start) {
        matches = undefined;
        field = fieldAt(ends, field, last, start);
        if (field === last) break;
      }
      // A secret by its name is found already.
      if (at >= ends[field] || this.secrets.has(field)) continue;
      const tail = raw[i + 3];
      const end = Math.min(
        ends[field],
        (tail === 0 ? raw[i + 1] : host.stop(raw[i + 1], tail, ends[field] - from)) + from,
      );
      // What is found in the name alone is not in the field.
      start = Math.max(start, starts[field], at);
      if (start >= end) continue;
      if (matches === undefined) hits.push({ field, matches: (matches = []) });
      const origin = starts[field] - this.blanks[field];
      matches.push({ kind: host.kindName(raw[i + 2]), start: start - origin, end: end - origin });
      at = end;
    }
    if (this.secrets.size > 0) {
      for (const [of, match] of this.secrets) if (of >= first && of < last) hits.push({ field: of, matches: [match] });
      hits.sort((a, b) => a.field - b.field);
    }
    return hits;
  }

  private ownFindings(field: number): FieldFindings[] {
    return this.findings(field === 0 ? 0 : this.ends[field - 1], this.ends[field], field, field + 1);
  }
}

/** What is known of the name; remembered with the context. */
function nameOf(host: BatchHost, context: FieldContext | undefined): FieldName {
  return context === undefined ? host.name(undefined) : ((context.prepared ??= host.name(context)) as FieldName);
}

/** Where the secret begins in a field whose name calls it one: all that follows is secret; -1 where there is none. */
export function secretStart(bytes: Uint8Array, start: number, end: number, weak: boolean): number {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.min(end - start, LONGEST_PLACEHOLDER)).toString(
    'latin1',
  );
  const from = start + (SCHEME.exec(head)?.[0].length ?? 0);
  if (
    end - from < LEAST_SECRET ||
    (end - start < LONGEST_PLACEHOLDER && PLACEHOLDER.test(head.slice(from - start).trimEnd()))
  ) {
    return -1;
  }
  if (weak && from === start && end - start < LONGEST_PLACEHOLDER && PLAIN.test(head.trimEnd())) return -1;
  return from;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** The first field, from `low` on, that ends behind `position`. */
function fieldAt(ends: Int32Array, low: number, count: number, position: number): number {
  let from = low;
  let to = count;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (ends[middle] <= position) from = middle + 1;
    else to = middle;
  }
  return from;
}
