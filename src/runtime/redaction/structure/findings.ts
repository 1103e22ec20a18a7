import type { Origins } from './field-scheme';
import type { Match } from '../contract';

/** A finding with its place in the window. */
export interface Finding {
  readonly kind: string;
  readonly value: Buffer;
  readonly from: number;
  readonly to: number;
}

/** Of a field that stands in the window as it is read. */
export const SAME_PLACE: Origins = { start: (at) => at, end: (at) => at };

/** The matches of the field that begins at `base` of `bytes`, with their places in the window. */
export function placed(bytes: Buffer, base: number, matches: readonly Match[], origins: Origins): Finding[] {
  return matches.map(({ kind, start, end }) => ({
    kind,
    value: bytes.subarray(base + start, base + end),
    from: origins.start(base + start),
    to: origins.end(base + end),
  }));
}

/** Of findings that overlap, one over the bytes of both, named by the longer. */
export function merged(findings: Finding[]): Finding[] {
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
