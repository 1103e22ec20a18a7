import { mbi, nric, pan } from './codes';
import { iban } from './iban';
import { ES_DNI, IT_CODICE_FISCALE, UK_NINO } from './ids';
import { ALNUM, CLASS, DIGIT, LETTER, TAIL_NONE } from './layout';
import { found } from './matches';
import { number } from './number';
import { alnumMask, digitMask, digitRun, load8, ones } from './portable';
import { byContext, spanishLetterOf } from './single';
import type { i32 } from './types';

const MAX_LETTERS: i32 = 8;

function isDigit(at: i32): boolean {
  return (load8(CLASS + load8(at)) & DIGIT) != 0;
}

function isLetter(at: i32): boolean {
  return (load8(CLASS + load8(at)) & LETTER) != 0;
}

function isAlnum(at: i32): boolean {
  return (load8(CLASS + load8(at)) & ALNUM) != 0;
}

/** `at` is the first digit of a run of letters and digits. */
export function firstDigit(at: i32): void {
  // Most numbers are small and alone: nothing that is looked for has fewer than four digits in 24 bytes.
  const digits = digitMask(at);
  if (ones(digits & 0xffffff) < 4) return;
  if (!isLetter(at - 1)) {
    if (isLetter(at + 1)) mbi(at);
    // `AB 12 34 56 C`
    if (load8(at - 1) == 0x20 && isLetter(at - 2) && isLetter(at - 3) && !isAlnum(at - 4) && nino(at - 3)) return;
    number(at, digits);
    return;
  }
  let start = at - 1;
  while (start > at - MAX_LETTERS && isLetter(start - 1)) start -= 1;
  if (isLetter(start - 1)) return;
  // The letter of an escape: `\n4111...`.
  if (load8(start - 1) == 0x5c && isEscape(load8(start))) start += 1;
  const letters = at - start;
  if (letters == 0) {
    number(at, digits);
    return;
  }
  if (letters == 2) {
    if (isDigit(at + 1) && iban(start, digits)) return;
    if (nino(start)) return;
  } else if (letters == 1) {
    if (nie(start) || nric(start)) return;
  } else if (letters == 6) {
    codiceFiscale(start);
    return;
  }
  if (letters == 5 && pan(start)) return;
  if (letters > 5) return;
  // Most are short: `A4`, `DE89`.
  const n = digitRun(digits);
  if (letters + n < 6 && !isAlnum(at + n)) return;
  const end = at + digitRun(alnumMask(at));
  if (end - start >= 6 && end < at + 20 && (load8(start) < 0x60 || isSmallNumber(start, end))) byContext(start, end);
}

/** n, r, t */
function isEscape(c: i32): boolean {
  return c == 0x6e || c == 0x72 || c == 0x74;
}

/**
 * Documents print their numbers in capitals; a long run in small letters is a hash or a name of a thing, one beside a
 * hyphen a part of that, one before an `@` a mailbox.
 */
function isSmallNumber(start: i32, end: i32): boolean {
  return (
    end - start <= 10 && load8(end) != 0x40 && load8(start - 1) != 0x2d && !(load8(end) == 0x2d && isAlnum(end + 1))
  );
}

/** UK national insurance number: two letters, six digits in pairs, a letter A to D. */
function nino(start: i32): boolean {
  const a = load8(start) & 0xdf;
  const b = load8(start + 1) & 0xdf;
  // D F I Q U V at either place, O at the second.
  if (isBarred(a) || isBarred(b) || b == 0x4f) return false;
  const pair = (a << 8) | b;
  // BG GB KN NK NT TN ZZ
  if (
    pair == 0x4247 ||
    pair == 0x4742 ||
    pair == 0x4b4e ||
    pair == 0x4e4b ||
    pair == 0x4e54 ||
    pair == 0x544e ||
    pair == 0x5a5a
  ) {
    return false;
  }
  let i = start + 2;
  let k = 0;
  while (k < 3) {
    if (load8(i) == 0x20) i += 1;
    if (!isDigit(i) || !isDigit(i + 1)) return false;
    i += 2;
    k += 1;
  }
  if (load8(i) == 0x20) i += 1;
  const suffix = load8(i) & 0xdf;
  if (suffix < 0x41 || suffix > 0x44 || !isLetter(i) || isAlnum(i + 1)) return false;
  found(UK_NINO, start, i + 1, TAIL_NONE);
  return true;
}

function isBarred(c: i32): boolean {
  return c == 0x44 || c == 0x46 || c == 0x49 || c == 0x51 || c == 0x55 || c == 0x56;
}

/** Spanish NIE: X, Y or Z, seven digits, the letter of the number modulo 23. */
function nie(start: i32): boolean {
  const c = load8(start) & 0xdf;
  if (c < 0x58 || c > 0x5a) return false;
  let v = c - 0x58;
  let i = start + 1;
  if (load8(i) == 0x2d) i += 1;
  const last = i + 7;
  while (i < last) {
    if (!isDigit(i)) return false;
    v = v * 10 + load8(i) - 0x30;
    i += 1;
  }
  if (load8(i) == 0x2d) i += 1;
  if (!isLetter(i) || (load8(i) & 0xdf) != spanishLetterOf(v) || isAlnum(i + 1)) return false;
  found(ES_DNI, start, i + 1, TAIL_NONE);
  return true;
}

/** A digit, or a letter that stands for one where two codes fell together (omocodia: LMNPQRSTUV for 0 to 9). */
function isFiscalDigit(c: i32): boolean {
  if (c >= 0x30 && c <= 0x39) return true;
  const u = c & 0xdf;
  return u >= 0x4c && u <= 0x56 && u != 0x4f && c >= 0x41;
}

/** LLLLLL DD L DD L DDD L, the last letter a check of the fifteen before. */
function codiceFiscale(start: i32): void {
  let sum = 0;
  let i = 0;
  while (i < 15) {
    const c = load8(start + i);
    const letter = i < 6 || i == 8 || i == 11;
    if (letter ? !isLetter(start + i) : !isFiscalDigit(c)) return;
    if (i == 8 && !isMonth(c & 0xdf)) return;
    sum += (i & 1) == 0 ? oddWeight(c) : c <= 0x39 ? c - 0x30 : (c & 0xdf) - 0x41;
    i += 1;
  }
  if (!isLetter(start + 15) || (load8(start + 15) & 0xdf) != 0x41 + (sum % 26) || isAlnum(start + 16)) return;
  found(IT_CODICE_FISCALE, start, start + 16, TAIL_NONE);
}

/** A B C D E H L M P R S T */
function isMonth(c: i32): boolean {
  return (c >= 0x41 && c <= 0x45) || c == 0x48 || c == 0x4c || c == 0x4d || c == 0x50 || (c >= 0x52 && c <= 0x54);
}

/** The weights of the decree for the odd places: 1 0 5 7 9 13 15 17 19 21 for 0-9 and A-J, then by letter. */
function oddWeight(c: i32): i32 {
  const v = c <= 0x39 ? c - 0x30 : (c & 0xdf) - 0x41;
  if (v < 10) return v < 2 ? 1 - v : v < 5 ? v * 2 + 1 : v * 2 + 3;
  if (v == 10) return 2;
  if (v == 11) return 4;
  if (v == 12) return 18;
  if (v == 13) return 20;
  if (v == 14) return 11;
  if (v == 15) return 3;
  if (v == 16) return 6;
  if (v == 17) return 8;
  if (v == 18) return 12;
  if (v == 19) return 14;
  if (v == 20) return 16;
  if (v == 21) return 10;
  if (v == 22) return 22;
  if (v == 23) return 25;
  if (v == 24) return 24;
  return 23;
}
