import type { ByteTransform } from './contract';
import type { Engine } from './engine';
import { LimitExceededError, TransformEndedError } from './errors';
import * as layout from './kernel/layout';

/** Most bytes handed to the kernel at once: what is worked on stays in the processor's second-level cache. */
const SLICE = 0x10000;
/**
 * Below this many new bytes the kernel is not called: single-byte chunks cost no more than large ones, and what comes
 * out of TLS in records of 16 KiB goes on in pieces four times as large.
 */
const BATCH = 0xe000;
/** Bytes of a recycled output buffer, and how many are kept. */
const CHUNK = SLICE + 0x2000;
const FREE = 8;
/** Zeros after the window: every parser stops at one, and the SIMD scanner reads one block too far. */
const GUARD = 64;

/** What a session needs of the compiled policy. */
export interface KernelHost {
  readonly engine: Engine;
  /** Output buffers given back. */
  readonly free: Uint8Array[];
  /** Index of the state word of each pattern that says where its last match ended. */
  readonly patternWords: readonly number[];
  /** Called before the kernel runs, so that stand-ins and counts go to the right session. */
  enter(session: object): void;
  /** Takes out of the kernel's findings what the policy allows. */
  dropAllowed(): void;
}

/** Free text: finds and replaces, holding back only what a later byte could still change. */
export class TextTransform implements ByteTransform {
  /** What of the input is still needed: context of LOOK_BEHIND bytes at least, then what is not emitted. */
  private held = new Uint8Array(layout.LOOK_BEHIND + layout.BACK + layout.AHEAD + BATCH + 1024);
  private heldBytes = layout.LOOK_BEHIND;
  /** Offsets into `held`. */
  private scanned = layout.LOOK_BEHIND;
  private emitted = layout.LOOK_BEHIND;
  private numbersDone = 0;
  /** State words of tails in progress. */
  private readonly tails = new Int32Array(layout.TAILS_MAX * 3);
  private patternsDone: readonly number[] = [];
  private pending = new Int32Array(0);
  private over = false;

  /**
   * @param before what stands before the first byte and is searched with it, but never emitted; at most LOOK_BEHIND
   * bytes.
   */
  constructor(
    private readonly host: KernelHost,
    private readonly session: object,
    before?: Uint8Array,
  ) {
    if (!before) return;
    this.scanned -= before.length;
    this.held.set(before, this.scanned);
  }

  public push(chunk: Uint8Array): Uint8Array[] {
    if (this.over) throw new TransformEndedError();
    if (this.heldBytes - this.scanned + chunk.length < layout.AHEAD + BATCH) {
      this.hold(chunk);
      return [];
    }
    return this.guarded(() => {
      const out: Uint8Array[] = [];
      for (let at = 0; at < chunk.length; at += SLICE) this.work(chunk.subarray(at, at + SLICE), false, out);
      return out;
    });
  }

  public end(): Uint8Array[] {
    if (this.over) throw new TransformEndedError();
    const out = this.guarded(() => {
      const last: Uint8Array[] = [];
      this.work(new Uint8Array(0), true, last);
      return last;
    });
    this.over = true;
    return out;
  }

  public release(chunk: Uint8Array): void {
    const { free } = this.host;
    if (chunk.byteOffset === 0 && chunk.buffer.byteLength === CHUNK && free.length < FREE) {
      free.push(new Uint8Array(chunk.buffer));
    }
  }

  private guarded(work: () => Uint8Array[]): Uint8Array[] {
    try {
      this.host.enter(this.session);
      return work();
    } catch (error) {
      this.over = true;
      this.held = new Uint8Array(0);
      throw error;
    }
  }

  private hold(chunk: Uint8Array): void {
    this.held.set(chunk, this.heldBytes);
    this.heldBytes += chunk.length;
  }

  private work(slice: Uint8Array, final: boolean, out: Uint8Array[]): void {
    const { engine } = this.host;
    const { memory, words } = engine;
    const base = layout.WINDOW;
    memory.set(this.heldBytes === this.held.length ? this.held : this.held.subarray(0, this.heldBytes), base);
    memory.set(slice, base + this.heldBytes);
    const end = base + this.heldBytes + slice.length;
    memory.fill(0, end, end + GUARD);
    const limit = final ? end : end - layout.AHEAD;
    const state = layout.STATE >> 2;
    let at = base + this.scanned;
    words[state + (layout.EMITTED >> 2)] = base + this.emitted;
    words[state + (layout.NUMBERS_DONE >> 2)] = base + this.numbersDone;
    words.set(this.tails, state + (layout.TAILS >> 2));
    this.restorePending(words);
    this.host.patternWords.forEach((word, i) => {
      words[word] = base + (this.patternsDone[i] ?? 0);
    });

    while (at < limit) {
      at = engine.search(at, limit, end);
      if (words[state + (layout.OVERFLOW >> 2)] !== 0) throw this.overflow();
      this.host.dropAllowed();
      const until = final && at === limit ? end : Math.max(at - layout.BACK, base + this.emitted);
      this.drain(until, end, out);
    }
    if (final) this.drain(end, end, out);

    const emitted = words[state + (layout.EMITTED >> 2)];
    this.tails.set(words.subarray(state + (layout.TAILS >> 2), state + (layout.TAILS >> 2) + this.tails.length));
    const keep = Math.max(base, Math.min(emitted, at) - layout.LOOK_BEHIND);
    this.heldBytes = end - keep;
    if (this.heldBytes + BATCH > this.held.length) this.held = new Uint8Array(this.heldBytes * 2 + BATCH);
    this.held.set(memory.subarray(keep, end));
    this.scanned = at - keep;
    this.emitted = emitted - keep;
    this.numbersDone = words[state + (layout.NUMBERS_DONE >> 2)] - keep;
    this.patternsDone = this.host.patternWords.map((word) => words[word] - keep);
    this.savePending(words, keep);
  }

  private overflow(): LimitExceededError {
    this.host.engine.words[(layout.STATE + layout.OVERFLOW) >> 2] = 0;
    return new LimitExceededError('findings in 64 KiB', layout.MATCHES_MAX);
  }

  private drain(until: number, end: number, out: Uint8Array[]): void {
    const { engine } = this.host;
    const { memory, words } = engine;
    const emittedAt = (layout.STATE + layout.EMITTED) >> 2;
    const outEndAt = (layout.STATE + layout.OUT_END) >> 2;
    for (;;) {
      const before = words[emittedAt];
      engine.emit(until, end);
      if (words[(layout.STATE + layout.OVERFLOW) >> 2] !== 0) throw this.overflow();
      const bytes = words[outEndAt] - layout.OUTPUT;
      if (bytes > 0) {
        const buffer =
          (bytes <= CHUNK ? this.host.free.pop() : undefined) ??
          new Uint8Array(Buffer.allocUnsafeSlow(Math.max(bytes, CHUNK)).buffer);
        const chunk = buffer.subarray(0, bytes);
        chunk.set(memory.subarray(layout.OUTPUT, layout.OUTPUT + bytes));
        out.push(chunk);
      }
      if (words[emittedAt] >= until || words[emittedAt] === before) return;
    }
  }

  /** Findings whose place among later ones is still open. */
  private savePending(words: Int32Array, base: number): void {
    const count = words[(layout.STATE + layout.MATCH_COUNT) >> 2];
    this.pending = words.slice(layout.MATCHES >> 2, (layout.MATCHES >> 2) + count * 4);
    for (let i = 0; i < this.pending.length; i += 4) {
      this.pending[i] -= base;
      this.pending[i + 1] -= base;
    }
  }

  private restorePending(words: Int32Array): void {
    const at = layout.MATCHES >> 2;
    words[(layout.STATE + layout.MATCH_COUNT) >> 2] = this.pending.length / 4;
    words.set(this.pending, at);
    for (let i = 0; i < this.pending.length; i += 4) {
      words[at + i] += layout.WINDOW;
      words[at + i + 1] += layout.WINDOW;
    }
  }
}
