/** A part of the view's bytes that was asked for. */
export type Wanted =
  | { readonly kind: 'from'; readonly first: number; readonly last: number | undefined }
  | { readonly kind: 'suffix'; readonly length: number }
  | { readonly kind: 'part'; readonly number: number };

/** Half-open. */
export interface Slice {
  readonly start: number;
  readonly end: number;
}

/** 2^53 has 16 digits. */
const RANGE = /^bytes=(?:(\d{1,15})-(\d{1,15})?|-(\d{1,15}))$/i;
const MAX_PARTS = 10_000;

/**
 * A single range of bytes. What is malformed, or asks for several, is ignored: the whole object is then the right
 * answer.
 * @see https://www.rfc-editor.org/rfc/rfc9110.html#name-range-requests
 */
export function parseRange(header: string | undefined): Wanted | undefined {
  const [, first, last, suffix] = RANGE.exec(header?.replace(/\s/g, '') ?? '') ?? [];
  if (suffix !== undefined) return { kind: 'suffix', length: Number(suffix) };
  if (first === undefined) return undefined;
  if (last !== undefined && Number(last) < Number(first)) return undefined;
  return { kind: 'from', first: Number(first), last: last === undefined ? undefined : Number(last) };
}

/** @returns undefined when it is not the number of a part */
export function parsePartNumber(text: string): Wanted | undefined {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return number >= 1 && number <= MAX_PARTS ? { kind: 'part', number } : undefined;
}

/** The bytes that are meant in a view of that size; `undefined` when there are none: 416. */
export function sliceOf(wanted: Wanted, total: number, partBytes: number): Slice | undefined {
  switch (wanted.kind) {
    case 'from':
      return wanted.first >= total
        ? undefined
        : { start: wanted.first, end: Math.min(total, (wanted.last ?? total) + 1) };
    case 'suffix':
      return wanted.length === 0 || total === 0 ? undefined : { start: Math.max(0, total - wanted.length), end: total };
    case 'part': {
      const start = (wanted.number - 1) * partBytes;
      // An empty object has one part, an empty one.
      if (start >= total && wanted.number > 1) return undefined;
      return { start, end: Math.min(total, start + partBytes) };
    }
  }
}

export function partsOf(total: number, partBytes: number): number {
  return Math.max(1, Math.ceil(total / partBytes));
}

/** The most that the answer can have, before the size of the view is known; `undefined` for everything to its end. */
export function mostBytes(wanted: Wanted, partBytes: number): number | undefined {
  switch (wanted.kind) {
    case 'from':
      return wanted.last === undefined ? undefined : wanted.last - wanted.first + 1;
    case 'suffix':
      return wanted.length;
    case 'part':
      return partBytes;
  }
}
