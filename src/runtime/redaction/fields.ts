import type { FieldBatch, FieldContext, FieldRedactor, Match } from './contract';
import { LimitExceededError } from './errors';
import { KernelFieldBatch } from './field-batch';
import * as layout from './kernel/layout';
import type { Kind } from './kinds';
import type { Action } from './policy';
import { TextTransform } from './text';
import type { KernelHost } from './text';

const GUARD = 64;
/** Fields up to this many bytes are searched in one piece. */
const SHORT = 0x10000;
/** Names whose words are remembered. */
const NAMES = 1024;
/** As much as a detector looks back for words: what another field left in the window is no context. */
const NOTHING = new Uint8Array(128);

/** What fields need of the compiled policy besides the kernel. */
export interface FieldHost extends KernelHost {
  kindName(kind: number): Kind;
  /** Findings of the session so far. */
  total(): number;
  apply(kind: Kind, action: Action, value: Uint8Array): Uint8Array | undefined;
}

/** Fields of a structured format, each whole and decoded. */
export class FieldTransform implements FieldRedactor {
  private readonly names = new Map<string, Uint8Array>();

  constructor(private readonly host: FieldHost, private readonly session: object) {}

  public redact(bytes: Uint8Array, start: number, end: number, context?: FieldContext): Uint8Array | undefined {
    const { memory, words } = this.host.engine;
    const from = this.scan(bytes, start, end, context);
    if (from < 0) return this.redactLong(bytes.subarray(start, end), context);
    const state = layout.STATE >> 2;
    if (words[state + (layout.MATCH_COUNT >> 2)] === 0) return undefined;
    const to = from + end - start;
    words[state + (layout.EMITTED >> 2)] = from;
    words.fill(0, state + (layout.TAILS >> 2), state + (layout.TAILS >> 2) + layout.TAILS_MAX * 3);
    const parts: Buffer[] = [];
    let at = from;
    for (;;) {
      this.host.engine.emit(to, to);
      parts.push(Buffer.from(memory.subarray(layout.OUTPUT, words[state + (layout.OUT_END >> 2)])));
      const emitted = words[state + (layout.EMITTED >> 2)];
      if (emitted >= to || emitted === at) break;
      at = emitted;
    }
    return parts.length === 1 ? parts[0] : Buffer.concat(parts);
  }

  public find(bytes: Uint8Array, start: number, end: number, context?: FieldContext): Match[] {
    const { words } = this.host.engine;
    const from = this.scan(bytes, start, end, context);
    if (from < 0) throw new LimitExceededError('bytes or findings of one field to search', SHORT);
    const count = words[layout.STATE + layout.MATCH_COUNT >> 2];
    const found: Match[] = [];
    let at = start;
    for (let i = layout.MATCHES >> 2; i < (layout.MATCHES >> 2) + count * 4; i += 4) {
      const first = Math.max(at, words[i] - from + start);
      const last = Math.min(end, this.stop(words[i + 1], words[i + 3], from + end - start) - from + start);
      if (last <= first) continue;
      found.push({ kind: this.host.kindName(words[i + 2]), start: first, end: last });
      at = last;
    }
    return found;
  }

  public apply(kind: Kind, action: Action, value: Uint8Array): Uint8Array | undefined {
    this.host.enter(this.session);
    return this.host.apply(kind, action, value);
  }

  public batch(): FieldBatch {
    return new KernelFieldBatch({
      kernel: this.host,
      scan: (bytes, start, end) => this.scan(bytes, start, end),
      kindName: (kind) => this.host.kindName(kind),
      stop: (end, tail, limit) => this.stop(end, tail, limit),
      before: (context) => this.before(context),
    });
  }

  private redactLong(value: Uint8Array, context?: FieldContext): Uint8Array | undefined {
    const counts = this.host.total();
    const text = new TextTransform(this.host, this.session, this.before(context));
    const parts = [...text.push(value), ...text.end()];
    return this.host.total() === counts ? undefined : Buffer.concat(parts);
  }

  /** Runs the detectors. Returns where the field lies in the window, or -1 when it must be taken in pieces. */
  private scan(bytes: Uint8Array, start: number, end: number, context?: FieldContext): number {
    this.host.enter(this.session);
    if (end - start > SHORT) return -1;
    const { memory, words } = this.host.engine;
    const before = this.before(context);
    const from = layout.WINDOW + layout.LOOK_BEHIND;
    const to = from + end - start;
    memory.set(before, from - before.length);
    if (end - start < 48) for (let i = start, k = from; i < end; i += 1, k += 1) memory[k] = bytes[i];
    else memory.set(bytes.subarray(start, end), from);
    memory.fill(0, to, to + GUARD);
    const state = layout.STATE >> 2;
    words[state + (layout.MATCH_COUNT >> 2)] = 0;
    words[state + (layout.NUMBERS_DONE >> 2)] = 0;
    for (const word of this.host.patternWords) words[word] = 0;
    const stopped = this.host.engine.search(from, to, to);
    if (words[state + (layout.OVERFLOW >> 2)] !== 0) {
      words[state + (layout.OVERFLOW >> 2)] = 0;
      throw new LimitExceededError('findings in one field', layout.MATCHES_MAX);
    }
    return stopped < to ? -1 : from;
  }

  private stop(end: number, tail: number, limit: number): number {
    return tail === layout.TAIL_NONE ? end : this.host.engine.tailStop(end, tail, limit);
  }

  /** A NUL, where every look-behind stops, then the name's words: `homePhone_number` gives `home Phone number: `. */
  private before(context?: FieldContext): Uint8Array {
    if (context?.name === undefined) return NOTHING;
    let bytes = this.names.get(context.name);
    if (!bytes) {
      const words = context.name.slice(0, 200).replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2').replace(/[_.:@/-]+/g, ' ');
      bytes = Buffer.concat([NOTHING, Buffer.from(`${words}: `, 'utf8').subarray(-256)]);
      if (this.names.size < NAMES) this.names.set(context.name, bytes);
    }
    return bytes;
  }
}
