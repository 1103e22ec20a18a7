/** Larger chunks are taken in parts, so that the buffers stay in the processor's cache. */
export const SLICE_BYTES = 64 * 1024;
/** What edits add to one output chunk before it has to grow. */
const EDIT_ROOM_BYTES = 256;
/** So few bytes are copied faster one by one. */
const SHORT_BYTES = 64;
/** A buffer for output that can be given back, and how many are kept. */
const OUTPUT_BYTES = SLICE_BYTES + 8 * 1024;
const FREE = 4;
const NOTHING = Buffer.alloc(0);

/** The output: the window of the input with edits, which come in order. What no edit covers is copied as it is. */
export class EditedOutput {
  /** While true nothing of the window reaches the output. */
  public dropping = false;
  /** The input at hand. */
  public window: Buffer = NOTHING;
  private windowLength = 0;
  private output = NOTHING;
  private length = 0;
  /** Output buffers given back. */
  private readonly free: Array<Buffer<ArrayBuffer>> = [];
  /** The window up to here is in the output or was dropped. */
  private settled = 0;

  /** The window is `[0, length)` of `buffer` from now on. */
  public look(buffer: Buffer, length: number): void {
    this.window = buffer;
    this.windowLength = length;
  }

  /** Puts `bytes` in the place of `[start, end)` of the window. */
  public replace(start: number, end: number, bytes: Uint8Array): void {
    this.settle(start);
    this.reserve(bytes.length);
    this.put(bytes, 0, bytes.length);
    this.settled = end;
  }

  /** Copies the window up to `end` to the output, or passes over it while `dropping`. */
  public settle(end: number): void {
    const { settled } = this;
    if (end <= settled) return;
    if (!this.dropping) {
      this.reserve(end - settled);
      this.put(this.window, settled, end);
    }
    this.settled = end;
  }

  /** Leaves `[start, end)` of the window out. */
  public cut(start: number, end: number): void {
    this.settle(start);
    this.settled = end;
  }

  /** Adds what there is to `parts`. */
  public takeTo(parts: Uint8Array[]): void {
    if (this.length === 0) return;
    parts.push(this.output.subarray(0, this.length));
    this.output = NOTHING;
    this.length = 0;
  }

  /** The window's first `by` bytes are gone. */
  public rebase(by: number): void {
    this.settled -= by;
  }

  /** Takes a chunk of output back, to be written again. */
  public release(chunk: Uint8Array): void {
    const { buffer, byteOffset } = chunk;
    if (byteOffset === 0 && buffer.byteLength === OUTPUT_BYTES && this.free.length < FREE) {
      this.free.push(Buffer.from(buffer as ArrayBuffer));
    }
  }

  /** Forgets all content. */
  public clear(): void {
    this.window = NOTHING;
    this.output = NOTHING;
  }

  /** Adds to the output, which has room for it. */
  private put(bytes: Uint8Array, start: number, end: number): void {
    const { output } = this;
    let to = this.length;
    if (end - start <= SHORT_BYTES) {
      for (let from = start; from < end; from++) output[to++] = bytes[from];
    } else {
      output.set(bytes.subarray(start, end), to);
      to += end - start;
    }
    this.length = to;
  }

  private reserve(bytes: number): void {
    const needed = this.length + bytes;
    if (needed <= this.output.length) return;
    const room = Math.max(needed, 2 * this.output.length, this.windowLength - this.settled + EDIT_ROOM_BYTES);
    const free = this.free.pop();
    const larger =
      free !== undefined && free.length >= room ? free : Buffer.allocUnsafeSlow(Math.max(room, OUTPUT_BYTES));
    this.output.copy(larger, 0, 0, this.length);
    this.output = larger;
  }
}
