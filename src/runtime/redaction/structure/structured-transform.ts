import type { ByteTransform, FieldBatch, FieldContext, FieldRedactor, Match, OwnBytes } from '../contract';
import { LimitExceededError, TransformEndedError } from '../errors';
import { LONGEST_FIELD } from '../field-batch';
import type { Action, FieldRule, RedactionPolicyDocument } from '../policy';
import { ESCAPES, type FieldScheme, HIDING, type Origins, PERCENT } from './field-scheme';
import { Lookout } from './lookout';
import { decodePercent } from './percent';

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
/** So few bytes are copied faster one by one. */
const SHORT_BYTES = 64;
/** A buffer for output that can be given back, and how many are kept. */
const OUTPUT_BYTES = SLICE_BYTES + 8 * 1024;
const FREE = 4;
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

/** A finding with its place in the window. */
interface Finding {
  readonly kind: string;
  readonly value: Buffer;
  readonly from: number;
  readonly to: number;
}

const SAME_PLACE: Origins = { start: (at) => at, end: (at) => at };

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

  /** While true nothing of the window reaches the output. */
  private dropping = false;
  private output = NOTHING;
  /** Output buffers given back. */
  private readonly free: Array<Buffer<ArrayBuffer>> = [];
  private outputLength = 0;
  /** The window up to here is in the output or was dropped. */
  private settled = 0;
  private ended = false;

  constructor(options: StructureOptions, own?: OwnBytes) {
    const { policy } = options;
    this.redactor = options.redactor;
    this.batch = this.redactor.batch();
    this.lookout = new Lookout(this.batch, own);
    this.fieldBytes = policy.limits?.fieldBytes ?? DEFAULT_FIELD_BYTES;
    this.policy = policy;
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
    const { buffer, byteOffset } = chunk;
    if (byteOffset === 0 && buffer.byteLength === OUTPUT_BYTES && this.free.length < FREE) {
      this.free.push(Buffer.from(buffer as ArrayBuffer));
    }
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
      if (!this.wait(start, end, scheme, marks, context)) this.redactAlone(start, end, scheme, marks, context);
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
      this.valueFor(action, start, end, scheme, marks),
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
      this.replace(start, end, content);
      return;
    }
    this.settle(start);
    if (edit === Edit.Cut) this.settled = end;
    else this.dropping = edit === Edit.DropFrom;
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
        this.redactField(field, hits[i].matches);
      } else {
        // Either reading may have hit, or both.
        if (i + 1 < hits.length && this.fields[hits[i + 1].field] === field) i++;
        this.redactAlone(this.starts[field], this.ends[field], this.schemes[field], marks, this.contexts[field]);
      }
    }
    editUpTo(this.waiting);
    this.editWords = 0;
    this.contents.length = 0;
    this.waiting = 0;
  }

  private redactField(field: number, matches: readonly Match[]): void {
    const start = this.starts[field];
    const end = this.ends[field];
    const scheme = this.schemes[field];
    const marks = this.markings[field];
    if ((marks & ESCAPES) !== 0) {
      const decoded = scheme.decode(this.buffer, start, end);
      this.rewrite(start, end, scheme, placed(decoded.bytes, 0, matches, decoded.origins()));
    } else if (matches.length > 1 && scheme.whole) {
      this.rewrite(start, end, scheme, placed(this.buffer, start, matches, SAME_PLACE));
    } else {
      for (const match of matches) {
        this.redactPart(start, end, start + match.start, start + match.end, match.kind, scheme);
      }
    }
  }

  /**
   * Replaces the finding `[from, to)` of the field `[start, end)`, the only one if the scheme writes fields as a whole.
   */
  private redactPart(start: number, end: number, from: number, to: number, kind: string, scheme: FieldScheme): void {
    const action = this.actionOf(kind);
    const content = this.redactor.apply(kind, action, this.valueFor(action, from, to, scheme, 0));
    if (content === undefined) return;
    if (!scheme.whole || (from === start && to === end) || scheme.fits?.(content)) {
      this.replace(from, to, scheme.encode(content, to - from));
    } else {
      const whole = Buffer.concat([this.buffer.subarray(start, from), content, this.buffer.subarray(to, end)]);
      this.replace(start, end, scheme.encode(whole, end - start));
    }
  }

  /** What the action is told of the value; a label and a gap are the same for all. Valid until the next push. */
  private valueFor(action: Action, start: number, end: number, scheme: FieldScheme, marks: number): Uint8Array {
    if (action.type === 'label' || action.type === 'drop') return NOTHING;
    return (marks & ESCAPES) !== 0 ? scheme.decode(this.buffer, start, end).view() : this.buffer.subarray(start, end);
  }

  private redactAlone(
    start: number,
    end: number,
    scheme: FieldScheme,
    marks: number,
    context: FieldContext | undefined,
  ): void {
    if (end - start > LONGEST_FIELD) this.redactLong(start, end, scheme, marks, context);
    else this.rewrite(start, end, scheme, this.findings(start, end, scheme, marks, context));
  }

  /** A field too long for its findings to be told: when it holds any, all of it is written anew. */
  private redactLong(
    start: number,
    end: number,
    scheme: FieldScheme,
    marks: number,
    context: FieldContext | undefined,
  ): void {
    const value = Buffer.from(
      (marks & ESCAPES) !== 0 ? scheme.decode(this.buffer, start, end).view() : this.buffer.subarray(start, end),
    );
    let content = this.redactor.redact(value, 0, value.length, context);
    const plain = (marks & PERCENT) !== 0 ? decodePercent(content ?? value, 0, (content ?? value).length) : undefined;
    if (plain) content = this.redactor.redact(Buffer.from(plain.view()), 0, plain.length, context) ?? content;
    if (content !== undefined) this.replace(start, end, scheme.encode(content, end - start));
  }

  /** Writes the findings anew: what is around them stays as the author wrote it. */
  private rewrite(start: number, end: number, scheme: FieldScheme, findings: readonly Finding[]): void {
    const contents = findings.map(({ kind, value }) => this.redactor.apply(kind, this.actionOf(kind), value));
    if (!scheme.whole || contents.every((content) => content === undefined || scheme.fits?.(content))) {
      findings.forEach(({ from, to }, i) => {
        const content = contents[i];
        if (content !== undefined) this.replace(from, to, scheme.encode(content, to - from));
      });
      return;
    }
    const parts: Uint8Array[] = [];
    let at = start;
    findings.forEach(({ from, to }, i) => {
      const content = contents[i];
      if (content === undefined) return;
      parts.push(this.buffer.subarray(at, from), content);
      at = to;
    });
    this.replace(start, end, scheme.encode(Buffer.concat([...parts, this.buffer.subarray(at, end)]), end - start));
  }

  /**
   * What is found in the field as it reads in the format, and with URL encoding undone; positions are those of the
   * window.
   */
  private findings(
    start: number,
    end: number,
    scheme: FieldScheme,
    marks: number,
    context: FieldContext | undefined,
  ): Finding[] {
    const decoded = (marks & ESCAPES) !== 0 ? scheme.decode(this.buffer, start, end) : undefined;
    const bytes = decoded ? decoded.bytes : this.buffer;
    const from = decoded ? 0 : start;
    const to = decoded ? decoded.length : end;
    const found = placed(
      bytes,
      0,
      this.redactor.find(bytes, from, to, context),
      decoded ? decoded.origins() : SAME_PLACE,
    );
    const plain = (marks & PERCENT) !== 0 ? decodePercent(bytes, from, to) : undefined;
    if (plain === undefined) return found;

    const inner = plain.origins();
    const outer = decoded ? decoded.origins() : SAME_PLACE;
    const origins = {
      start: (at: number) => outer.start(inner.start(at)),
      end: (at: number) => outer.end(inner.end(at)),
    };
    return merged([
      ...found,
      ...placed(plain.bytes, 0, this.redactor.find(plain.bytes, 0, plain.length, context), origins),
    ]);
  }

  /** Puts `bytes` in the place of `[start, end)` of the window. */
  private replace(start: number, end: number, bytes: Uint8Array): void {
    this.settle(start);
    this.reserve(bytes.length);
    this.put(bytes, 0, bytes.length);
    this.settled = end;
  }

  /** Copies the window up to `end` to the output, or passes over it while `dropping`. */
  private settle(end: number): void {
    const { settled } = this;
    if (end <= settled) return;
    if (!this.dropping) {
      this.reserve(end - settled);
      this.put(this.buffer, settled, end);
    }
    this.settled = end;
  }

  /** Adds to the output, which has room for it. */
  private put(bytes: Uint8Array, start: number, end: number): void {
    const { output } = this;
    let to = this.outputLength;
    if (end - start <= SHORT_BYTES) {
      for (let from = start; from < end; from++) output[to++] = bytes[from];
    } else {
      output.set(bytes.subarray(start, end), to);
      to += end - start;
    }
    this.outputLength = to;
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
    this.lookout.extend(this.buffer, this.length, this.length + chunk.length);
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
      this.lookout.discard(keep, this.length);
      this.at -= keep;
      this.offset += keep;
      this.settled -= keep;
      this.rebase(keep);
    }
  }

  private reserve(bytes: number): void {
    const needed = this.outputLength + bytes;
    if (needed <= this.output.length) return;
    const room = Math.max(needed, 2 * this.output.length, this.length - this.settled + EDIT_ROOM_BYTES);
    const free = this.free.pop();
    const larger =
      free !== undefined && free.length >= room ? free : Buffer.allocUnsafeSlow(Math.max(room, OUTPUT_BYTES));
    this.output.copy(larger, 0, 0, this.outputLength);
    this.output = larger;
  }
}

function grown(from: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * from.length);
  larger.set(from);
  return larger;
}

function placed(bytes: Buffer, base: number, matches: readonly Match[], origins: Origins): Finding[] {
  return matches.map(({ kind, start, end }) => ({
    kind,
    value: bytes.subarray(base + start, base + end),
    from: origins.start(base + start),
    to: origins.end(base + end),
  }));
}

/** Of findings that overlap, one over the bytes of both, named by the longer. */
function merged(findings: Finding[]): Finding[] {
  const result: Finding[] = [];
  for (const finding of findings.sort((a, b) => a.from - b.from || b.to - a.to)) {
    const last = result.at(-1);
    if (!last || finding.from >= last.to) {
      result.push(finding);
    } else {
      const longer = finding.to - finding.from > last.to - last.from ? finding : last;
      result[result.length - 1] = { ...longer, from: last.from, to: Math.max(last.to, finding.to) };
    }
  }
  return result;
}
