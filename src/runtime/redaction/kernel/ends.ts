import { CLASS, MORE, PEM, VALUE_END } from './layout';
import { byteMask, digitRun, load8, tokenMask, valueEndMask } from './portable';
import type { i32 } from './types';

/** Where a run of token bytes, and of `also`, that goes on at `from` ends, or a place from `end` on. */
export function tokenStop(from: i32, end: i32, also: i32): i32 {
  let i = from;
  while (i < end) {
    const rest = ~(tokenMask(i) | (also != 0 ? byteMask(i, also) : 0));
    if (rest != 0) return i + digitRun(~rest);
    i += 32;
  }
  return i;
}

/** Where a value without quotes that goes on at `from` ends, or a place from `end` on. */
export function valueStop(from: i32, end: i32): i32 {
  let i = from;
  while (i < end) {
    const ends = valueEndMask(i);
    if (ends != 0) return i + digitRun(~ends);
    i += 32;
  }
  return i;
}

/**
 * Where a value without quotes ends: white space, quotes and what separates pairs; with a quote, at that quote or the
 * line's end.
 */
export function isValueEnd(c: i32, quote: i32): boolean {
  if (quote != 0) return c == quote || c == 0x0a || c == 0x0d || c == 0;
  return (load8(MORE + c) & VALUE_END) != 0;
}

/** Bytes of a PEM block. */
export function isPem(c: i32): boolean {
  return (load8(CLASS + c) & PEM) != 0;
}
