import type { FieldBatch, FieldContext } from '../contract';

/** What a glance told of the bytes of a window, so that fields that hold nothing are passed over. */
export class Lookout {
  /** Bit `shift + i` is that of the window's byte i. */
  private words = new Int32Array(4096);
  private shift = 0;

  constructor(private readonly batch: FieldBatch) {}

  /** `bytes[from, to)` is new in the window. */
  public extend(bytes: Uint8Array, from: number, to: number): void {
    const first = this.shift + from;
    const needed = (this.shift + to >> 5) + 1;
    if (needed > this.words.length) {
      const larger = new Int32Array(2 * needed);
      larger.set(this.words);
      this.words = larger;
    }
    this.batch.glance(bytes, from, to, first & 31, this.words, first >> 5);
  }

  /** The window's first `by` bytes are gone; `length` are left. */
  public discard(by: number, length: number): void {
    const shift = this.shift + by;
    this.words.copyWithin(0, shift >> 5, (shift + length >> 5) + 1);
    this.shift = shift & 31;
  }

  /** Whether nothing can be found in the field `[start, end)` of that name. */
  public isEmpty(start: number, end: number, context: FieldContext | undefined): boolean {
    const { words } = this;
    const from = start + this.shift;
    const to = end + this.shift - 1;
    const first = from >> 5;
    const last = to >> 5;
    const head = words[first] & -1 << (from & 31);
    const tail = -1 >>> (31 - (to & 31));
    if (first === last) return (head & tail) === 0 && !this.batch.mayHoldAnything(context);
    if (head !== 0 || (words[last] & tail) !== 0) return false;
    for (let i = first + 1; i < last; i++) {
      if (words[i] !== 0) return false;
    }
    return !this.batch.mayHoldAnything(context);
  }
}
