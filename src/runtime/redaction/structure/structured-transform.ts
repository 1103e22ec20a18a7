import type { ByteTransform, FieldBatch, FieldContext, FieldRedactor } from '../contract';
import { LimitExceededError, TransformEndedError } from '../errors';
import type { Action, FieldRule, RedactionPolicyDocument } from '../policy';
import type { FieldScheme } from './field-scheme';

/** What the structured formats need to know. */
export interface StructureOptions {
  readonly redactor: FieldRedactor;
  readonly policy: RedactionPolicyDocument;
}

/** What a field named by a rule is counted as, unless the rule says. */
export const FIELD_KIND = 'field';

export const DEFAULT_FIELD_BYTES = 1 << 20;
export const DEFAULT_DEPTH = 256;
export const DEFAULT_FIELDS = 10_000;

/** Larger chunks are taken in parts, so that the buffers stay in the processor's cache. */
const SLICE_BYTES = 64 * 1024;
/** Room behind the window for the byte that ends every scan loop. */
const SENTINEL_BYTES = 8;
/** What edits add to one output chunk before it has to grow. */
const EDIT_ROOM_BYTES = 256;
const NOTHING = Buffer.alloc(0);
const DROP = { type: 'drop' } as const;

/**
 * The part that all structured formats share: a window of the input in which one token is whole, and the output, which is the
 * input with edits. What no edit covers is copied as it is.
 */
export abstract class StructuredTransform implements ByteTransform {
  /** The window is `buffer[0, length)`; `buffer[length]` may be overwritten. */
  protected buffer = Buffer.allocUnsafeSlow(SLICE_BYTES + SENTINEL_BYTES);
  protected length = 0;
  /** Where the scan goes on. */
  protected at = 0;
  /** Position of the window in the decoded object. */
  protected offset = 0;
  protected readonly redactor: FieldRedactor;
  protected readonly fieldBytes: number;
  private readonly actions: (kind: string) => Action;

  /** Fields that wait for the batch to be looked at, and edits that wait for them. */
  private readonly batch: FieldBatch;
  private waiting = 0;
  private starts = new Int32Array(1024);
  private ends = new Int32Array(1024);
  private encodings = new Int32Array(1024);
  private readonly schemes: FieldScheme[] = [];
  private readonly contexts: Array<FieldContext | undefined> = [];
  private edits: Array<{ readonly after: number; readonly edit: () => void }> = [];

  /** While true nothing of the window reaches the output. */
  private dropping = false;
  private output = NOTHING;
  private outputLength = 0;
  /** The window up to here is in the output or was dropped. */
  private settled = 0;
  private ended = false;

  constructor(options: StructureOptions) {
    const { policy } = options;
    this.redactor = options.redactor;
    this.batch = this.redactor.batch();
    this.fieldBytes = policy.limits?.fieldBytes ?? DEFAULT_FIELD_BYTES;
    this.actions = (kind) => (policy.kinds as Record<string, Action | undefined> | undefined)?.[kind] ?? policy.defaultAction ?? { type: 'label' };
  }

  public push(chunk: Uint8Array): Uint8Array[] {
    return this.live(() => {
      const parts: Uint8Array[] = [];
      for (let from = 0; from < chunk.length; from += SLICE_BYTES) {
        this.append(from === 0 && chunk.length <= SLICE_BYTES ? chunk : chunk.subarray(from, from + SLICE_BYTES));
        this.step(false, parts);
      }
      return parts;
    });
  }

  public end(): Uint8Array[] {
    return this.live(() => {
      const parts: Uint8Array[] = [];
      this.step(true, parts);
      this.ended = true;
      return parts;
    });
  }

  /**
   * Scans from `at`; leaves `at` where the next scan goes on.
   * @returns the position before which nothing can change any more
   */
  protected abstract scan(final: boolean): number;

  /** The window's first `by` bytes are gone: positions kept between scans move. */
  protected abstract rebase(by: number): void;

  protected actionOf(kind: string): Action {
    return this.actions(kind);
  }

  protected actionOfRule(rule: FieldRule): Action {
    return rule.action ?? this.actionOf(rule.kind ?? FIELD_KIND);
  }

  /** Has the detectors look at the field `[start, end)`, which stands there in `scheme`'s notation. */
  protected detect(start: number, end: number, scheme: FieldScheme, encoded: boolean, context: FieldContext | undefined): void {
    if (start === end) return;
    if (!this.tryAdd(start, end, scheme, encoded, context)) {
      this.work();
      if (!this.tryAdd(start, end, scheme, encoded, context)) {
        this.redactField(start, end, scheme, encoded, context);
        return;
      }
    }
    const { waiting } = this;
    if (waiting === this.starts.length) this.makeRoom();
    this.starts[waiting] = start;
    this.ends[waiting] = end;
    this.encodings[waiting] = encoded ? 1 : 0;
    this.schemes[waiting] = scheme;
    this.contexts[waiting] = context;
    this.waiting = waiting + 1;
  }

  /** Applies a rule's action to the whole field. */
  protected applyRule(start: number, end: number, scheme: FieldScheme, encoded: boolean, rule: FieldRule): void {
    const action = this.actionOfRule(rule);
    if (action.type === 'keep') return;
    const value = encoded
      ? Buffer.from(scheme.decode(this.buffer, start, end).view())
      : Buffer.from(this.buffer.subarray(start, end));
    const content = this.redactor.apply(rule.kind ?? FIELD_KIND, action, value);
    if (content !== undefined) this.inOrder(() => this.replace(start, end, scheme.encode(content, end - start)));
  }

  /** Leaves `[start, end)` of the window out. */
  protected cut(start: number, end: number): void {
    this.inOrder(() => {
      this.settle(start);
      this.settled = end;
    });
  }

  /** Leaves out what follows until `dropTo`; counted as a field of `rule`, if given. */
  protected dropFrom(start: number, rule?: FieldRule): void {
    if (rule) this.redactor.apply(rule.kind ?? FIELD_KIND, DROP, NOTHING);
    this.inOrder(() => {
      this.settle(start);
      this.dropping = true;
    });
  }

  protected dropTo(end: number): void {
    this.inOrder(() => {
      this.settle(end);
      this.dropping = false;
    });
  }

  /** @throws LimitExceededError when a field, or what is known of it, is longer than the policy allows */
  protected checkFieldLength(bytes: number): void {
    if (bytes > this.fieldBytes) throw new LimitExceededError('fieldBytes', this.fieldBytes);
  }

  private tryAdd(start: number, end: number, scheme: FieldScheme, encoded: boolean, context: FieldContext | undefined): boolean {
    if (!encoded) return this.batch.add(this.buffer, start, end, context);
    const decoded = scheme.decode(this.buffer, start, end);
    return this.batch.add(decoded.bytes, 0, decoded.length, context);
  }

  /** Edits have to come in order, so one waits for the fields before it. */
  private inOrder(edit: () => void): void {
    if (this.waiting === 0) edit();
    else this.edits.push({ after: this.waiting, edit });
  }

  /** Looks at the waiting fields and makes the edits up to here. */
  private work(): void {
    const { edits } = this;
    let next = 0;
    for (const field of this.batch.hits()) {
      while (next < edits.length && edits[next].after <= field) edits[next++].edit();
      this.redactField(this.starts[field], this.ends[field], this.schemes[field], this.encodings[field] === 1, this.contexts[field]);
    }
    while (next < edits.length) edits[next++].edit();
    this.edits = [];
    this.waiting = 0;
  }

  private redactField(start: number, end: number, scheme: FieldScheme, encoded: boolean, context: FieldContext | undefined): void {
    if (!encoded) {
      const content = this.redactor.redact(this.buffer, start, end, context);
      if (content !== undefined) this.replace(start, end, scheme.encode(content, end - start));
      return;
    }
    const decoded = scheme.decode(this.buffer, start, end);
    // Only the findings are written anew: the escapes around them stay as the author wrote them.
    const origin = decoded.origins();
    for (const match of this.redactor.find(decoded.bytes, 0, decoded.length, context)) {
      const value = Buffer.from(decoded.bytes.subarray(match.start, match.end));
      const content = this.redactor.apply(match.kind, this.actionOf(match.kind), value);
      if (content === undefined) continue;
      const from = origin.start(match.start);
      const to = origin.end(match.end);
      this.replace(from, to, scheme.encode(content, to - from));
    }
  }

  /** Puts `bytes` in the place of `[start, end)` of the window. */
  private replace(start: number, end: number, bytes: Uint8Array): void {
    this.settle(start);
    this.reserve(bytes.length);
    this.output.set(bytes, this.outputLength);
    this.outputLength += bytes.length;
    this.settled = end;
  }

  /** Copies the window up to `end` to the output, or passes over it while `dropping`. */
  private settle(end: number): void {
    const { settled } = this;
    if (end <= settled) return;
    if (!this.dropping) {
      this.reserve(end - settled);
      this.outputLength += this.buffer.copy(this.output, this.outputLength, settled, end);
    }
    this.settled = end;
  }

  private makeRoom(): void {
    const grown = (from: Int32Array) => {
      const larger = new Int32Array(2 * from.length);
      larger.set(from);
      return larger;
    };
    this.starts = grown(this.starts);
    this.ends = grown(this.ends);
    this.encodings = grown(this.encodings);
  }

  private live<T>(work: () => T): T {
    if (this.ended) throw new TransformEndedError();
    try {
      return work();
    } catch (error) {
      this.ended = true;
      this.buffer = NOTHING;
      this.output = NOTHING;
      throw error;
    }
  }

  private append(chunk: Uint8Array): void {
    const needed = this.length + chunk.length + SENTINEL_BYTES;
    if (needed > this.buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.buffer.length));
      this.buffer.copy(larger, 0, 0, this.length);
      this.buffer = larger;
    }
    this.buffer.set(chunk, this.length);
    this.length += chunk.length;
  }

  private step(final: boolean, parts: Uint8Array[]): void {
    const keep = this.scan(final);
    this.work();
    this.settle(keep);
    if (this.outputLength > 0) {
      parts.push(this.output.subarray(0, this.outputLength));
      this.output = NOTHING;
      this.outputLength = 0;
    }
    if (keep > 0) {
      this.buffer.copyWithin(0, keep, this.length);
      this.length -= keep;
      this.at -= keep;
      this.offset += keep;
      this.settled -= keep;
      this.rebase(keep);
    }
  }

  private reserve(bytes: number): void {
    const needed = this.outputLength + bytes;
    if (needed <= this.output.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.output.length, this.length - this.settled + EDIT_ROOM_BYTES));
    this.output.copy(larger, 0, 0, this.outputLength);
    this.output = larger;
  }
}
