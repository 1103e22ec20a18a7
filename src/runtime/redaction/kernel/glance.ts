import { ALNUM, CLASS, DIGIT, GLANCE_BEHIND, GLANCE_WORDS, LETTER, TOKEN } from './layout';
import { load8, store32 } from './portable';
import type { i32 } from './types';

/*
 * A glance at the bytes of many fields at once. A bit is set for each byte that ends one of the shapes below, so a
 * field without such a
 * bit holds nothing that the scanners (scan.ts, scan.as) would verify:
 *  - `@`, `:`, `=`; a `-` with another one right before it or three bytes before;
 *  - six digits in a row; a digit behind another one and up to three separators; the fourth digit of a year, with a
 *    digit up to 23 bytes
 *    before it that may be the day;
 *  - six letters and digits in a row with a digit among them; two letters and two digits;
 *  - sixteen bytes of a token.
 * This is the form byte by byte, glance.as the one with SIMD.
 */

const LONG_AGO: i32 = 64;

function isSeparator(c: i32): boolean {
  return c >= 0x80 || c == 0x20 || c == 0x28 || c == 0x29 || (c >= 0x2d && c <= 0x2f) || c == 0x5f;
}

/**
 * Writes the bits of `[from, to)` to the words at `out`, the first byte's lowest. The length is a multiple of 32, and
 * GLANCE_BEHIND bytes before `from` are looked at, too.
 */
export function glance(from: i32, to: i32, out: i32, end: i32, first: i32, last: i32): void {
  let word = out;
  let bits = 0;
  let ends = 0;
  let noted = 0;
  let digits = 0;
  let alnum = 0;
  let token = 0;
  let separators = LONG_AGO;
  /** How far back the last digit is, and the last one before the digits at hand. */
  let digit = LONG_AGO;
  let group = LONG_AGO;
  /** How many letters are at hand, and were there before the digits at hand. */
  let letters = 0;
  let lettersBefore = 0;
  let at = from - GLANCE_BEHIND;
  while (at < to) {
    const c = load8(at);
    const flags = load8(CLASS + c);
    let hit = c == 0x40 || c == 0x3a || c == 0x3d || (c == 0x2d && (load8(at - 1) == 0x2d || load8(at - 3) == 0x2d));
    token = (flags & TOKEN) != 0 ? token + 1 : 0;
    alnum = (flags & ALNUM) != 0 ? alnum + 1 : 0;
    digit += 1;
    group += 1;
    if ((flags & DIGIT) != 0) {
      if (digits == 0) {
        lettersBefore = letters;
        if (separators > 0 && separators <= 3) hit = true;
      }
      digits += 1;
      digit = 0;
      if (digits >= 6 || (digits == 4 && group < 24) || (digits == 2 && lettersBefore >= 2)) hit = true;
    } else {
      if (digits > 0) group = 1;
      digits = 0;
    }
    letters = (flags & LETTER) != 0 ? letters + 1 : 0;
    if (token >= 16 || (alnum >= 6 && digit < 6)) hit = true;
    separators = !isSeparator(c) ? (digits > 0 ? 0 : LONG_AGO) : separators + 1;
    if (hit) bits |= 1 << (at & 31);
    if (c == end) ends |= 1 << (at & 31);
    if (c >= first && c <= last) noted |= 1 << (at & 31);
    at += 1;
    if ((at & 31) == 0) {
      if (at > from) {
        store32(word, bits);
        store32(word + 4, ends);
        store32(word + 8, noted);
        word += GLANCE_WORDS << 2;
      }
      bits = 0;
      ends = 0;
      noted = 0;
    }
  }
}
