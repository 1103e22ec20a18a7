import type { FieldBatch, FieldContext, OwnBytes } from '../contract';
import { GLANCE_WORDS } from '../kernel/layout';

const NONE: OwnBytes = { end: 0, first: 0, last: 0 };

/**
 * What a glance told of the bytes of a window: where fields are that hold nothing, and where the format's own bytes
 * are.
 */
export class Lookout {
  /** Of the window's byte i bit `shift + i`, in each of three rows. */
  private words = new Int32Array(GLANCE_WORDS * 4096);
  private shift = 0;

  constructor(
    private readonly batch: FieldBatch,
    private readonly own = NONE,
  ) {}

  /** `bytes[from, to)` is new in the window. */
  public extend(bytes: Uint8Array, from: number, to: number): void {
    const first = this.shift + from;
    const needed = GLANCE_WORDS * (((this.shift + to) >> 5) + 1);
    if (needed > this.words.length) {
      const larger = new Int32Array(2 * needed);
      larger.set(this.words);
      this.words = larger;
    }
    this.batch.glance(bytes, from, to, first & 31, this.own, this.words, GLANCE_WORDS * (first >> 5));
  }

  /** The window's first `by` bytes are gone; `length` are left. */
  public discard(by: number, length: number): void {
    const shift = this.shift + by;
    this.words.copyWithin(0, GLANCE_WORDS * (shift >> 5), GLANCE_WORDS * (((shift + length) >> 5) + 1));
    this.shift = shift & 31;
  }

  /** Whether nothing can be found in the field `[start, end)` of that name. */
  public isEmpty(start: number, end: number, context: FieldContext | undefined): boolean {
    return !this.holds(0, start, end) && !this.batch.mayHoldAnything(context);
  }

  /** Whether a byte of the format's range is in `[start, end)`. */
  public holdsNoted(start: number, end: number): boolean {
    return this.holds(2, start, end);
  }

  /** Where the format's own byte is next in `[start, length)`; `length` if it is not. */
  public next(start: number, length: number): number {
    if (start >= length) return length;
    const { words, shift } = this;
    const from = start + shift;
    const last = (shift + length - 1) >> 5;
    let at = from >> 5;
    let bits = words[GLANCE_WORDS * at + 1] & (-1 << (from & 31));
    while (bits === 0 && at < last) bits = words[GLANCE_WORDS * ++at + 1];
    return bits === 0 ? length : (at << 5) + 31 - Math.clz32(bits & -bits) - shift;
  }

  private holds(row: number, start: number, end: number): boolean {
    const { words } = this;
    const from = start + this.shift;
    const to = end + this.shift - 1;
    const first = GLANCE_WORDS * (from >> 5) + row;
    const last = GLANCE_WORDS * (to >> 5) + row;
    const head = words[first] & (-1 << (from & 31));
    const tail = -1 >>> (31 - (to & 31));
    if (first === last) return (head & tail) !== 0;
    if (head !== 0 || (words[last] & tail) !== 0) return true;
    for (let i = first + GLANCE_WORDS; i < last; i += GLANCE_WORDS) {
      if (words[i] !== 0) return true;
    }
    return false;
  }
}
