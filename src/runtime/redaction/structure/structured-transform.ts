import type { ByteTransform, FieldContext, FieldRedactor } from '../contract';
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
  /** While true nothing of the window reaches the output. */
  protected dropping = false;

  protected readonly redactor: FieldRedactor;
  protected readonly fieldBytes: number;
  private readonly actions: (kind: string) => Action;

  private output = NOTHING;
  private outputLength = 0;
  /** The window up to here is in the output or was dropped. */
  private settled = 0;
  private ended = false;

  constructor(options: StructureOptions) {
    const { policy } = options;
    this.redactor = options.redactor;
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

  /** Puts `bytes` in the place of `[start, end)` of the window; edits come in order. */
  protected replace(start: number, end: number, bytes: Uint8Array): void {
    this.settle(start);
    this.reserve(bytes.length);
    this.output.set(bytes, this.outputLength);
    this.outputLength += bytes.length;
    this.settled = end;
  }

  /** Copies the window up to `end` to the output, or passes over it while `dropping`. */
  protected settle(end: number): void {
    const { settled } = this;
    if (end <= settled) return;
    if (!this.dropping) {
      this.reserve(end - settled);
      this.outputLength += this.buffer.copy(this.output, this.outputLength, settled, end);
    }
    this.settled = end;
  }

  /** Leaves `[start, end)` of the window out. */
  protected cut(start: number, end: number): void {
    this.settle(start);
    this.settled = end;
  }

  /** Runs the detectors over a field of the window that stands there in `scheme`'s notation. */
  protected redactField(start: number, end: number, scheme: FieldScheme, encoded: boolean, context: FieldContext | undefined): void {
    if (start === end) return;
    if (!encoded) {
      const content = this.redactor.redact(this.buffer, start, end, context);
      if (content !== undefined) this.replace(start, end, scheme.encode(content));
      return;
    }
    const decoded = scheme.decode(this.buffer, start, end);
    const matches = this.redactor.find(decoded.bytes, 0, decoded.length, context);
    if (matches.length === 0) return;
    // Only the findings are written anew: the escapes around them stay as the author wrote them.
    const origin = decoded.origins();
    for (const match of matches) {
      const value = Buffer.from(decoded.bytes.subarray(match.start, match.end));
      const content = this.redactor.apply(match.kind, this.actionOf(match.kind), value);
      if (content !== undefined) this.replace(origin.start(match.start), origin.end(match.end), scheme.encode(content));
    }
  }

  /** Applies a rule's action to the whole field. */
  protected applyToField(start: number, end: number, scheme: FieldScheme, encoded: boolean, kind: string, action: Action): void {
    const value = encoded
      ? Buffer.from(scheme.decode(this.buffer, start, end).view())
      : Buffer.from(this.buffer.subarray(start, end));
    const content = this.redactor.apply(kind, action, value);
    if (content !== undefined) this.replace(start, end, scheme.encode(content));
  }

  /** @throws LimitExceededError when a field, or what is known of it, is longer than the policy allows */
  protected checkFieldLength(bytes: number): void {
    if (bytes > this.fieldBytes) throw new LimitExceededError('fieldBytes', this.fieldBytes);
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
