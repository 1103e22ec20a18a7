import type { FieldBatch, FieldContext } from './contract';
import { LimitExceededError } from './errors';
import * as layout from './kernel/layout';
import type { KernelHost } from './text';

const BYTES = 0xFFFF;
const FIELDS = 8192;
/** Longer fields gain nothing from company. */
const LONGEST = 4096;
/** NULs between two fields: as far as words count as context, so that those of one field are none to the next. */
const GAP = 64;
/** A date of birth, the shortest of what is recognized by the words before it, has no fewer. */
const FEWEST_DIGITS = 4;
const NAMES = 1024;

/** What a batch needs of the field redactor that it belongs to. */
export interface BatchHost {
  readonly kernel: KernelHost;
  /** Runs the detectors over the bytes as over one field. @returns where they lie in the window, or -1 where they do not fit */
  scan(bytes: Uint8Array, start: number, end: number): number;
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
  private readonly names = new Map<string, Uint8Array>();
  private readonly nameless: Uint8Array;
  private used = 0;
  private count = 0;

  constructor(private readonly host: BatchHost) {
    this.nameless = this.words(undefined);
  }

  public add(bytes: Uint8Array, start: number, end: number, context?: FieldContext): boolean {
    const length = end - start;
    const before = context?.name === undefined ? this.nameless : this.names.get(context.name) ?? this.words(context);
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

  public hits(): number[] {
    const { count, used } = this;
    this.count = 0;
    this.used = 0;
    if (count === 0) return [];
    const found = new Uint8Array(count);
    const from = this.scan(used);
    this.bytes.fill(0, 0, used);
    // Too much was found to be told apart: each is worth a look.
    if (from < 0) found.fill(1);
    else this.mark(found, from);

    const hits: number[] = [];
    for (let i = 0; i < count; i += 1) {
      if (found[i] === 1) hits.push(i);
    }
    return hits;
  }

  private scan(used: number): number {
    try {
      return this.host.scan(this.bytes, 0, used);
    } catch (error) {
      if (error instanceof LimitExceededError) return -1;
      throw error;
    }
  }

  private mark(found: Uint8Array, from: number): void {
    const { starts } = this;
    const { words } = this.host.kernel.engine;
    const matches = words[layout.STATE + layout.MATCH_COUNT >> 2];
    for (let i = 0; i < matches; i += 1) {
      const match = (layout.MATCHES >> 2) + i * 4;
      const end = words[match + 1] - from;
      const first = fieldAt(this.ends, found.length, words[match] - from);
      for (let field = first; field < found.length && starts[field] < end; field += 1) found[field] = 1;
    }
  }

  private words(context: FieldContext | undefined): Uint8Array {
    const before = this.host.before(context);
    const first = before.findIndex((byte) => byte !== 0);
    const words = first < 0 ? new Uint8Array(0) : before.slice(first);
    if (context?.name !== undefined && this.names.size < NAMES) this.names.set(context.name, words);
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

/** The field that holds the byte at `position`. */
function fieldAt(ends: Int32Array, count: number, position: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle] <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}
