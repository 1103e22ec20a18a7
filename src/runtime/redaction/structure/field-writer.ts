import { EditedOutput } from './edited-output';
import { ESCAPES, type FieldScheme, PERCENT } from './field-scheme';
import { type Finding, merged, placed, SAME_PLACE } from './findings';
import { decodePercent } from './percent';
import type { FieldContext, FieldRedactor, Match } from '../contract';
import { LONGEST_FIELD } from '../field-batch';
import type { Action } from '../policy';

const NOTHING = Buffer.alloc(0);

/** Writes fields of the window anew, in the notation in which they stand there. */
export class FieldWriter {
  constructor(
    private readonly redactor: FieldRedactor,
    private readonly actionOf: (kind: string) => Action,
    private readonly output: EditedOutput,
  ) {}

  /** Writes what the detectors found in the field `[start, end)`. */
  public write(start: number, end: number, scheme: FieldScheme, marks: number, matches: readonly Match[]): void {
    if ((marks & ESCAPES) !== 0) {
      const decoded = scheme.decode(this.output.window, start, end);
      this.rewrite(start, end, scheme, placed(decoded.bytes, 0, matches, decoded.origins()));
    } else if (matches.length > 1 && scheme.whole) {
      this.rewrite(start, end, scheme, placed(this.output.window, start, matches, SAME_PLACE));
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
      this.output.replace(from, to, scheme.encode(content, to - from));
    } else {
      const whole = Buffer.concat([
        this.output.window.subarray(start, from),
        content,
        this.output.window.subarray(to, end),
      ]);
      this.output.replace(start, end, scheme.encode(whole, end - start));
    }
  }

  /** What the action is told of the value; a label and a gap are the same for all. Valid until the next push. */
  public valueFor(action: Action, start: number, end: number, scheme: FieldScheme, marks: number): Uint8Array {
    if (action.type === 'label' || action.type === 'drop') return NOTHING;
    return (marks & ESCAPES) !== 0
      ? scheme.decode(this.output.window, start, end).view()
      : this.output.window.subarray(start, end);
  }

  /** Looks at a field by itself, and writes what is found there. */
  public redact(
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
      (marks & ESCAPES) !== 0
        ? scheme.decode(this.output.window, start, end).view()
        : this.output.window.subarray(start, end),
    );
    let content = this.redactor.redact(value, 0, value.length, context);
    const plain = (marks & PERCENT) !== 0 ? decodePercent(content ?? value, 0, (content ?? value).length) : undefined;
    if (plain) content = this.redactor.redact(Buffer.from(plain.view()), 0, plain.length, context) ?? content;
    if (content !== undefined) this.output.replace(start, end, scheme.encode(content, end - start));
  }

  /** Writes the findings anew: what is around them stays as the author wrote it. */
  private rewrite(start: number, end: number, scheme: FieldScheme, findings: readonly Finding[]): void {
    const contents = findings.map(({ kind, value }) => this.redactor.apply(kind, this.actionOf(kind), value));
    if (!scheme.whole || contents.every((content) => content === undefined || scheme.fits?.(content))) {
      findings.forEach(({ from, to }, i) => {
        const content = contents[i];
        if (content !== undefined) this.output.replace(from, to, scheme.encode(content, to - from));
      });
      return;
    }
    const parts: Uint8Array[] = [];
    let at = start;
    findings.forEach(({ from, to }, i) => {
      const content = contents[i];
      if (content === undefined) return;
      parts.push(this.output.window.subarray(at, from), content);
      at = to;
    });
    this.output.replace(
      start,
      end,
      scheme.encode(Buffer.concat([...parts, this.output.window.subarray(at, end)]), end - start),
    );
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
    const decoded = (marks & ESCAPES) !== 0 ? scheme.decode(this.output.window, start, end) : undefined;
    const bytes = decoded ? decoded.bytes : this.output.window;
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
}
