import type { FieldBatch, FieldContext } from './contract';
import * as layout from './kernel/layout';
import type { KernelHost } from './text';

const BYTES = 0x10000;
const FIELDS = 8192;
const GUARD = 64;
/** Longer fields gain nothing from company. */
const LONGEST = 4096;

/**
 * Fields behind each other, each after a NUL and the words of its name: what the kernel would see of them one by one. Nothing that
 * it looks for reaches over a NUL, so one scan tells which of them are worth a look of their own.
 */
export class KernelFieldBatch implements FieldBatch {
  private readonly bytes = new Uint8Array(BYTES);
  private readonly ends = new Int32Array(FIELDS);
  private used = 0;
  private count = 0;

  /** @param before what stands before a field with that context; begins with a NUL */
  constructor(
    private readonly host: KernelHost,
    private readonly session: object,
    private readonly before: (context: FieldContext | undefined) => Uint8Array,
  ) {}

  public add(bytes: Uint8Array, start: number, end: number, context?: FieldContext): boolean {
    const length = end - start;
    const before = this.before(context);
    if (length > LONGEST || this.used + before.length + length >= BYTES || this.count === FIELDS) return false;
    const to = this.bytes;
    let at = this.used;
    for (let i = 0; i < before.length; i += 1) to[at++] = before[i];
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
    const { count, used, ends } = this;
    this.count = 0;
    this.used = 0;
    if (count === 0) return [];
    this.host.enter(this.session);
    const { engine } = this.host;
    const { memory, words } = engine;
    const from = layout.WINDOW + layout.LOOK_BEHIND;
    const to = from + used;
    memory.set(this.bytes.subarray(0, used), from);
    memory.fill(0, to, to + GUARD);
    memory[from - 1] = 0;
    const state = layout.STATE >> 2;
    words[state + (layout.MATCH_COUNT >> 2)] = 0;
    words[state + (layout.NUMBERS_DONE >> 2)] = 0;
    const scanned = engine.scan(from, to) - from;

    const found = new Uint8Array(count);
    const matches = words[state + (layout.MATCH_COUNT >> 2)];
    for (let i = 0; i < matches; i += 1) {
      const match = (layout.MATCHES >> 2) + i * 4;
      const last = fieldAt(ends, count, words[match + 1] - from - 1);
      for (let field = fieldAt(ends, count, words[match] - from); field <= last && field < count; field += 1) found[field] = 1;
    }
    // The table of findings was full: the rest was not looked at.
    if (scanned < used) found.fill(1, fieldAt(ends, count, scanned));

    const hits: number[] = [];
    for (let i = 0; i < count; i += 1) {
      if (found[i] === 1) hits.push(i);
    }
    return hits;
  }
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
