import { ALNUM, CLASS, HIGH } from './layout';
import { load8 } from './portable';
import type { i32 } from './types';

/**
 * The byte is part of a letter or digit of a script that writes words apart. Ideographs, kana and Hangul touch without
 * being one word.
 */
function isWordLead(c: i32): boolean {
  if ((load8(CLASS + c) & ALNUM) != 0) return true;
  return (c >= 0xc3 && c <= 0xdf) || c == 0xe0 || c == 0xe1;
}

/** No letter or digit stands on both sides of the place before `at`. */
export function isBoundary(at: i32): boolean {
  if (!isWordLead(lead(at))) return true;
  return !isWordLead(lead(at - 1));
}

/** The first byte of the character that the byte at `at` belongs to. */
function lead(at: i32): i32 {
  let i = at;
  while (i > at - 3 && (load8(CLASS + load8(i)) & HIGH) != 0 && load8(i) < 0xc0) i -= 1;
  return load8(i);
}
