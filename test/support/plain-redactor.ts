/* eslint-disable no-bitwise */
import type {
  Counts,
  FieldBatch,
  FieldContext,
  FieldFindings,
  FieldRedactor,
  Match,
} from '../../src/runtime/redaction/contract';
import type { Action, RedactionPolicyDocument } from '../../src/runtime/redaction/policy';

const EMAIL = /[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+/g;
const LONG_NUMBER = /(?<![0-9])[0-9]{12,19}(?![0-9])/g;
const SHORT_NUMBER = /(?<![0-9])[0-9]{7}(?![0-9])/g;

/**
 * A stand-in for the core's detectors, simple enough to foretell: e-mail addresses, runs of 12 to 19 digits (`card`),
 * and runs of 7 digits (`phone`) in a field whose name has "phone" in it. The structure tests are about what surrounds
 * a finding.
 */
export class PlainRedactor implements FieldRedactor {
  public readonly counts: Counts = {};

  constructor(private readonly policy: RedactionPolicyDocument) {}

  public find(bytes: Uint8Array, start: number, end: number, context?: FieldContext): Match[] {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
    const matches = (kind: string, pattern: RegExp): Match[] =>
      [...text.matchAll(pattern)].map((match) => ({
        kind,
        start: start + match.index,
        end: start + match.index + match[0].length,
      }));
    const all = [...matches('email', EMAIL), ...matches('card', LONG_NUMBER)];
    if (context?.name?.toLowerCase().includes('phone')) all.push(...matches('phone', SHORT_NUMBER));
    const sorted = all
      .filter(({ kind }) => this.actionOf(kind).type !== 'keep')
      .sort((a, b) => a.start - b.start || b.end - a.end);
    let last = start;
    return sorted.filter((match) => {
      const kept = match.start >= last;
      if (kept) last = match.end;
      return kept;
    });
  }

  public redact(bytes: Uint8Array, start: number, end: number, context?: FieldContext): Uint8Array | undefined {
    const matches = this.find(bytes, start, end, context);
    if (matches.length === 0) return undefined;
    const parts: Uint8Array[] = [];
    let at = start;
    for (const match of matches) {
      const value = bytes.subarray(match.start, match.end);
      parts.push(bytes.subarray(at, match.start), this.apply(match.kind, this.actionOf(match.kind), value) ?? value);
      at = match.end;
    }
    return Buffer.concat([...parts, bytes.subarray(at, end)]);
  }

  public apply(kind: string, action: Action, value: Uint8Array): Uint8Array | undefined {
    if (action.type === 'keep') return undefined;
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
    switch (action.type) {
      case 'label':
        return Buffer.from(action.label ?? `[${kind.toUpperCase()}]`);
      case 'mask':
        return Buffer.alloc(value.length, '*');
      case 'partial':
        return Buffer.concat([Buffer.alloc(value.length - 4, '*'), value.subarray(value.length - 4)]);
      case 'drop':
        return new Uint8Array(0);
      default:
        throw new Error(`the plain redactor has no ${action.type}`);
    }
  }

  public batch(): FieldBatch {
    let hits: FieldFindings[] = [];
    let count = 0;
    return {
      glance: (bytes, from, to, before, own, words, at) => {
        words.fill(0, at, at + 3 * ((to - from + before + 31) >> 5));
        for (let i = Math.max(0, from - before); i < to; i++) {
          const bit = i - from + before;
          const rows = [
            /[0-9@]/.test(String.fromCharCode(bytes[i])),
            bytes[i] === own.end,
            bytes[i] >= own.first && bytes[i] <= own.last,
          ];
          rows.forEach((set, row) => {
            if (set) words[at + 3 * (bit >> 5) + row] |= 1 << (bit & 31);
          });
        }
      },
      mayHoldAnything: () => false,
      isMereNumber: () => false,
      add: (bytes, start, end, context) => {
        // Small enough for the tests to fill it, and for long fields to be turned away.
        if (count === 7 || end - start > 40) return false;
        const matches = this.find(bytes, start, end, context).map((match) => ({
          ...match,
          start: match.start - start,
          end: match.end - start,
        }));
        if (matches.length > 0) hits.push({ field: count, matches });
        count++;
        return true;
      },
      hits: () => {
        const found = hits;
        hits = [];
        count = 0;
        return found;
      },
    };
  }

  private actionOf(kind: string): Action {
    return (
      (this.policy.kinds as Record<string, Action | undefined> | undefined)?.[kind] ??
      this.policy.defaultAction ?? { type: 'label' }
    );
  }
}
