import type { FieldBatch, FieldContext, FieldFindings, Match } from './contract';
import { LimitExceededError } from './errors';
import * as layout from './kernel/layout';
import type { Kind } from './kinds';
import type { KernelHost } from './text';

const BYTES = 0xFFFF;
const FIELDS = 8192;
/** Longer fields gain nothing from company. */
const LONGEST = 4096;
/** NULs between two fields: as far as words count as context, so that those of one field are none to the next. */
const GAP = 64;
/** A date of birth, the shortest of what is recognized by the words before it, has no fewer. */
const FEWEST_DIGITS = 4;

/** What a batch needs of the field redactor that it belongs to. */
export interface BatchHost {
  readonly kernel: KernelHost;
  /** Runs the detectors over the bytes as over one field. @returns where they lie in the window, or -1 where they do not fit */
  scan(bytes: Uint8Array, start: number, end: number): number;
  kindName(kind: number): Kind;
  /** Where a finding ends that goes on in `tail`, at most at `limit`. */
  stop(end: number, tail: number, limit: number): number;
  /** What stands before a field with that context: at least GAP NULs, then words. */
  before(context: FieldContext | undefined): Uint8Array;
}

/**
 * Fields behind each other, each after NULs and the words of its name: what the kernel would see of them one by one. Nothing that
 * it looks for reaches over a NUL, so one scan tells which of them are worth a look of their own.
 */
export class KernelFieldBatch implements FieldBatch {
  private readonly bytes = new Uint8Array(BYTES);
  private readonly starts = new Int32Array(FIELDS);
  private readonly ends = new Int32Array(FIELDS);
  private readonly nameless: Uint8Array;
  private used = 0;
  private count = 0;

  constructor(private readonly host: BatchHost) {
    this.nameless = this.words(undefined);
  }

  public add(bytes: Uint8Array, start: number, end: number, context?: FieldContext): boolean {
    const length = end - start;
    const before = context === undefined ? this.nameless : context.prepared ?? this.words(context);
    if (length > LONGEST || this.used + GAP + before.length + length > BYTES || this.count === FIELDS) return false;
    const to = this.bytes;
    let at = this.used + (isNumerous(bytes, start, end) ? GAP : 1);
    for (let i = 0; i < before.length; i += 1) to[at++] = before[i];
    this.starts[this.count] = at;
    if (length < 48) {
      for (let i = start; i < end; i += 1) to[at++] = bytes[i];
    } else {
      to.set(bytes.subarray(start, end), at);
      at += length;
    }
    this.used = at;
    this.ends[this.count++] = at;
    return true;
  }

  public hits(): FieldFindings[] {
    const { count, used } = this;
    this.count = 0;
    this.used = 0;
    if (count === 0) return [];
    const from = this.scan(used);
    this.bytes.fill(0, 0, used);
    // Too much was found to be told apart: each field is worth a look.
    if (from < 0) return Array.from({ length: count }, (_, field) => ({ field, matches: undefined }));
    return this.findings(from, count);
  }

  private scan(used: number): number {
    try {
      return this.host.scan(this.bytes, 0, used);
    } catch (error) {
      if (error instanceof LimitExceededError) return -1;
      throw error;
    }
  }

  private findings(from: number, count: number): FieldFindings[] {
    const { starts, ends } = this;
    const { words } = this.host.kernel.engine;
    const found: FieldFindings[] = [];
    let field = 0;
    let matches: Match[] = [];
    /** Up to here the batch was found in. */
    let at = 0;
    const total = words[layout.STATE + layout.MATCH_COUNT >> 2];
    for (let i = layout.MATCHES >> 2; i < (layout.MATCHES >> 2) + total * 4; i += 4) {
      let start = words[i] - from;
      if (ends[field] <= start) {
        if (matches.length > 0) found.push({ field, matches });
        matches = [];
        field = fieldAt(ends, field, count, start);
        if (field === count) break;
      }
      const limit = ends[field];
      const end = Math.min(limit, this.host.stop(words[i + 1], words[i + 3], limit + from) - from);
      // What is found in the name alone is not in the field.
      start = Math.max(start, starts[field], at);
      if (start >= end) continue;
      matches.push({ kind: this.host.kindName(words[i + 2]), start: start - starts[field], end: end - starts[field] });
      at = end;
    }
    if (matches.length > 0) found.push({ field, matches });
    return found;
  }

  private words(context: FieldContext | undefined): Uint8Array {
    const before = this.host.before(context);
    const first = before.findIndex((byte) => byte !== 0);
    const words = first < 0 ? new Uint8Array(0) : before.slice(first);
    if (context !== undefined) context.prepared = words;
    return words;
  }
}

/** Whether there are digits enough for a number that needs words around it to be told from any other. */
function isNumerous(bytes: Uint8Array, start: number, end: number): boolean {
  let digits = 0;
  for (let i = start; i < end; i += 1) {
    const byte = bytes[i];
    if (byte >= 0x30 && byte <= 0x39 && ++digits === FEWEST_DIGITS) return true;
  }
  return false;
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
