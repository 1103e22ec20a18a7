import type { ByteTransform, FieldBatch, FieldContext, FieldRedactor, OwnBytes } from '../contract';
import { LimitExceededError, TransformEndedError } from '../errors';
import type { Action, FieldRule, RedactionPolicyDocument } from '../policy';
import { EditedOutput, SLICE_BYTES } from './edited-output';
import { ESCAPES, type FieldScheme, HIDING, PERCENT } from './field-scheme';
import { FieldWriter } from './field-writer';
import { Lookout } from './lookout';
import { decodePercent } from './percent';

/** What the structured formats need to know. */
export interface StructureOptions {
  readonly redactor: FieldRedactor;
  readonly policy: RedactionPolicyDocument;
}

/** What a field named by a rule is counted as, unless the rule says. */
const FIELD_KIND = 'field';

const DEFAULT_FIELD_BYTES = 1 << 20;
export const DEFAULT_DEPTH = 256;
export const DEFAULT_FIELDS = 10_000;

/** Room behind the window for the byte that ends every scan loop. */
const SENTINEL_BYTES = 8;
const NOTHING = Buffer.alloc(0);
const DROP = { type: 'drop' } as const;

const enum Edit {
  Replace,
  Cut,
  DropFrom,
  DropTo,
}

/** Marks a waiting field that will be added again. */
const TAKEN_BACK = -1;

/**
 * The part that all structured formats share: a window of the input in which one token is whole, and the output, which
 * is the input with edits. What no edit covers is copied as it is.
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
  private readonly policy: RedactionPolicyDocument;
  private readonly actions = new Map<string, Action>();
  private readonly matched = new Set<FieldRule>();

  /** Fields that wait for the batch to be looked at, and edits that wait for them. */
  private readonly batch: FieldBatch;
  protected readonly lookout: Lookout;
  private waiting = 0;
  private starts = new Int32Array(1024);
  private ends = new Int32Array(1024);
  private markings = new Int32Array(1024);
  /** For the second reading of a field the number of the first, otherwise its own. */
  private fields = new Int32Array(1024);
  private readonly schemes: FieldScheme[] = [];
  private readonly contexts: Array<FieldContext | undefined> = [];
  /** Four numbers each: how many fields come before, what to do, from where, to where. */
  private edits = new Int32Array(1024);
  private editWords = 0;
  private readonly contents: Uint8Array[] = [];

  private readonly output = new EditedOutput();
  private readonly writer: FieldWriter;
  private ended = false;

  constructor(options: StructureOptions, own?: OwnBytes) {
    const { policy } = options;
    this.redactor = options.redactor;
    this.batch = this.redactor.batch();
    this.lookout = new Lookout(this.batch, own);
    this.fieldBytes = policy.limits?.fieldBytes ?? DEFAULT_FIELD_BYTES;
    this.policy = policy;
    this.writer = new FieldWriter(this.redactor, (kind) => this.actionOf(kind), this.output);
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

  public release(chunk: Uint8Array): void {
    this.output.release(chunk);
  }

  /** Paths of the policy's field rules that no field had so far. */
  public get unmatchedFields(): string[] {
    return (this.policy.fields ?? []).filter((rule) => !this.matched.has(rule)).map(({ path }) => path);
  }

  /**
   * Scans from `at`; leaves `at` where the next scan goes on.
   * @returns the position before which nothing can change any more
   */
  protected abstract scan(final: boolean): number;

  /** The window's first `by` bytes are gone: positions kept between scans move. */
  protected abstract rebase(by: number): void;

  protected actionOf(kind: string): Action {
    let action = this.actions.get(kind);
    if (action === undefined) {
      action = (this.policy.kinds as Record<string, Action | undefined> | undefined)?.[kind] ??
        this.policy.defaultAction ?? { type: 'label' };
      this.actions.set(kind, action);
    }
    return action;
  }

  protected actionOfRule(rule: FieldRule): Action {
    return rule.action ?? this.actionOf(rule.kind ?? FIELD_KIND);
  }

  /**
   * Has the detectors look at the field `[start, end)`, which stands there in `scheme`'s notation and holds what
   * `marks` says.
   */
  protected detect(
    start: number,
    end: number,
    scheme: FieldScheme,
    marks: number,
    context: FieldContext | undefined,
  ): void {
    if (start === end || ((marks & (HIDING | PERCENT)) === 0 && this.isEmptyAtAGlance(start, end, context))) return;
    if (!this.wait(start, end, scheme, marks, context)) {
      this.work();
      if (!this.wait(start, end, scheme, marks, context)) this.writer.redact(start, end, scheme, marks, context);
    }
  }

  /** Applies a rule's action to the whole field. */
  protected applyRule(start: number, end: number, scheme: FieldScheme, marks: number, rule: FieldRule): void {
    const action = this.actionOfRule(rule);
    this.matched.add(rule);
    if (action.type === 'keep') return;
    const content = this.redactor.apply(
      rule.kind ?? FIELD_KIND,
      action,
      this.writer.valueFor(action, start, end, scheme, marks),
    );
    if (content !== undefined) this.inOrder(Edit.Replace, start, end, scheme.encode(content, end - start));
  }

  /** Leaves `[start, end)` of the window out. */
  protected cut(start: number, end: number): void {
    this.inOrder(Edit.Cut, start, end);
  }

  /** Leaves out what follows until `dropTo`; counted as a field of `rule`, if given. */
  protected dropFrom(start: number, rule?: FieldRule): void {
    if (rule) {
      this.matched.add(rule);
      this.redactor.apply(rule.kind ?? FIELD_KIND, DROP, NOTHING);
    }
    this.inOrder(Edit.DropFrom, start, start);
  }

  protected dropTo(end: number): void {
    this.inOrder(Edit.DropTo, end, end);
  }

  /** @throws LimitExceededError when a field, or what is known of it, is longer than the policy allows */
  protected checkFieldLength(bytes: number): void {
    if (bytes > this.fieldBytes) throw new LimitExceededError('fieldBytes', this.fieldBytes);
  }

  private isEmptyAtAGlance(start: number, end: number, context: FieldContext | undefined): boolean {
    return this.lookout.isEmpty(start, end, context) || this.batch.isMereNumber(this.buffer, start, end, context);
  }

  /**
   * Adds the field to those that wait: as it reads in the format, and once more as it reads when URL encoding is
   * undone.
   * @returns false when there is no room
   */
  private wait(
    start: number,
    end: number,
    scheme: FieldScheme,
    marks: number,
    context: FieldContext | undefined,
  ): boolean {
    let bytes: Uint8Array = this.buffer;
    let from = start;
    let to = end;
    if ((marks & ESCAPES) !== 0) {
      const decoded = scheme.decode(this.buffer, start, end);
      bytes = decoded.bytes;
      from = 0;
      to = decoded.length;
    }
    if (!this.batch.add(bytes, from, to, context)) return false;
    const field = this.waiting;
    this.note(start, end, scheme, marks, context, field);
    if ((marks & PERCENT) === 0) return true;
    const plain = decodePercent(bytes, from, to);
    if (plain === undefined) return true;
    if (this.batch.add(plain.bytes, 0, plain.length, context)) {
      this.note(start, end, scheme, marks, context, field);
      return true;
    }
    this.fields[field] = TAKEN_BACK;
    return false;
  }

  private note(
    start: number,
    end: number,
    scheme: FieldScheme,
    marks: number,
    context: FieldContext | undefined,
    field: number,
  ): void {
    const { waiting } = this;
    if (waiting === this.starts.length) this.makeRoom();
    this.starts[waiting] = start;
    this.ends[waiting] = end;
    this.markings[waiting] = marks;
    this.fields[waiting] = field;
    this.schemes[waiting] = scheme;
    this.contexts[waiting] = context;
    this.waiting = waiting + 1;
  }

  /** Edits have to come in order, so one waits for the fields before it. */
  private inOrder(edit: Edit, start: number, end: number, content = NOTHING as Uint8Array): void {
    if (this.waiting === 0) {
      this.edit(edit, start, end, content);
      return;
    }
    if (this.editWords === this.edits.length) this.edits = grown(this.edits);
    const { edits } = this;
    edits[this.editWords++] = this.waiting;
    edits[this.editWords++] = edit;
    edits[this.editWords++] = start;
    edits[this.editWords++] = end;
    if (edit === Edit.Replace) this.contents.push(content);
  }

  private edit(edit: Edit, start: number, end: number, content: Uint8Array): void {
    if (edit === Edit.Replace) {
      this.output.replace(start, end, content);
    } else if (edit === Edit.Cut) {
      this.output.cut(start, end);
    } else {
      this.output.settle(start);
      this.output.dropping = edit === Edit.DropFrom;
    }
  }

  /** Looks at the waiting fields and makes the edits up to here. */
  private work(): void {
    const { edits, editWords, contents } = this;
    let next = 0;
    let content = 0;
    const editUpTo = (field: number) => {
      for (; next < editWords && edits[next] <= field; next += 4) {
        this.edit(
          edits[next + 1],
          edits[next + 2],
          edits[next + 3],
          edits[next + 1] === Edit.Replace ? contents[content++] : NOTHING,
        );
      }
    };
    const hits = this.batch.hits();
    for (let i = 0; i < hits.length; i++) {
      const field = this.fields[hits[i].field];
      if (field === TAKEN_BACK) continue;
      if (next < editWords) editUpTo(field);
      const marks = this.markings[field];
      if ((marks & PERCENT) === 0) {
        this.writer.write(this.starts[field], this.ends[field], this.schemes[field], marks, hits[i].matches);
      } else {
        // Either reading may have hit, or both.
        if (i + 1 < hits.length && this.fields[hits[i + 1].field] === field) i++;
        this.writer.redact(this.starts[field], this.ends[field], this.schemes[field], marks, this.contexts[field]);
      }
    }
    editUpTo(this.waiting);
    this.editWords = 0;
    this.contents.length = 0;
    this.waiting = 0;
  }

  private makeRoom(): void {
    this.starts = grown(this.starts);
    this.ends = grown(this.ends);
    this.markings = grown(this.markings);
    this.fields = grown(this.fields);
  }

  private live<T>(work: () => T): T {
    if (this.ended) throw new TransformEndedError();
    try {
      return work();
    } catch (error) {
      this.ended = true;
      this.buffer = NOTHING;
      this.output.clear();
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
    this.lookout.extend(this.buffer, this.length, this.length + chunk.length);
    this.length += chunk.length;
    this.output.look(this.buffer, this.length);
  }

  private step(final: boolean, parts: Uint8Array[]): void {
    const keep = this.scan(final);
    this.work();
    this.output.settle(keep);
    this.output.takeTo(parts);
    if (keep > 0) {
      this.buffer.copyWithin(0, keep, this.length);
      this.length -= keep;
      this.lookout.discard(keep, this.length);
      this.at -= keep;
      this.offset += keep;
      this.output.rebase(keep);
      this.rebase(keep);
    }
  }
}

function grown(from: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * from.length);
  larger.set(from);
  return larger;
}
