import { contextBefore, wordBefore as keyBefore } from './context';
import { C_BIRTH, DATE_OF_BIRTH } from './ids';
import { ALNUM, CLASS, DIGIT, HIGH, LETTER, TAIL_NONE } from './layout';
import { found } from './matches';
import { load8 } from './portable';
import type { i32 } from './types';

function isDigit(at: i32): boolean {
  return (load8(CLASS + load8(at)) & DIGIT) != 0;
}

function isLetter(at: i32): boolean {
  return (load8(CLASS + load8(at)) & (LETTER | HIGH)) != 0;
}

function decimal(from: i32, to: i32): i32 {
  let v = 0;
  let i = from;
  while (i < to) {
    v = v * 10 + load8(i) - 0x30;
    i += 1;
  }
  return v;
}

/**
 * A date that a word of birth stands before. `from` is its first digit, `to` the end of what is digits and separators:
 * a numeric date, eight digits, or the day of a date written in words (`12 March 1985`, `12. März 1985`, `March 12,
 * 1985`).
 */
export function dateOfBirth(from: i32, to: i32): void {
  const length = to - from;
  // A time of day follows: a log line's stamp, not a birth, unless the key says so.
  const after = timeEnd(to);
  if (length >= 8 && after != to && (keyBefore(from) & C_BIRTH) == 0) return;
  if (length > 2) {
    if (length == 8 && isEightDigits(from) && !isPlainDate(from)) return;
    if ((contextBefore(from) & C_BIRTH) != 0) found(DATE_OF_BIRTH, from, after, TAIL_NONE);
    return;
  }
  const day = decimal(from, to);
  if (day == 0 || day > 31) return;
  // Day first: an ordinal, a dot or `de`, then the month, then the year.
  const joined = namedMonth(to);
  if (joined != 0) {
    if ((contextBefore(from) & C_BIRTH) != 0) found(DATE_OF_BIRTH, from, joined, TAIL_NONE);
    return;
  }
  let i = to;
  while (i < to + 5 && !isDigit(i) && load8(i) > 0x20) i += 1;
  if (load8(i) == 0x2c) i += 1;
  const end = year(i);
  if (end != 0 && isLetter(wordBefore(from))) {
    birth(wordBefore(from) + 1, from, end);
    return;
  }
  if (load8(i) != 0x20) return;
  i += 1;
  let words = 0;
  while (words < 3) {
    const word = i;
    while (i < word + 14 && isLetter(i)) i += 1;
    if (i == word) return;
    if (load8(i) == 0x2e || load8(i) == 0x2c) i += 1;
    const until = year(i);
    if (until != 0) {
      if ((contextBefore(from) & C_BIRTH) != 0) found(DATE_OF_BIRTH, from, until, TAIL_NONE);
      return;
    }
    if (load8(i) != 0x20) return;
    i += 1;
    words += 1;
  }
}

/** Where `T00:00:00.000Z` or ` 00:00` ends that begins at `at`; `at` where no time does. */
function timeEnd(at: i32): i32 {
  const c = load8(at) | 0x20;
  if (!isDigit(at + 1) || (c == 0x74 ? false : load8(at) != 0x20 || !isDigit(at + 2) || load8(at + 3) != 0x3a)) {
    return at;
  }
  let i = at + 1;
  while (i < at + 24 && (isDigit(i) || load8(i) == 0x3a || load8(i) == 0x2e || load8(i) == 0x2b || load8(i) == 0x5a)) {
    i += 1;
  }
  while (!isDigit(i - 1) && load8(i - 1) != 0x5a) i -= 1;
  return i;
}

/** `-Mar-1985`, `/März/1985`: where it ends, or 0. */
function namedMonth(at: i32): i32 {
  const c = load8(at);
  if (c != 0x2d && c != 0x2f && c != 0x2e) return 0;
  let i = at + 1;
  while (i < at + 14 && isLetter(i)) i += 1;
  if (i < at + 4 || load8(i) != c || !isDigit(i + 1) || !isDigit(i + 2)) return 0;
  const end = isDigit(i + 3) && isDigit(i + 4) ? i + 5 : i + 3;
  return (load8(CLASS + load8(end)) & ALNUM) == 0 ? end : 0;
}

/** `1985年3月12日`: `from` is the year's first digit, `to` the end of the year. */
export function easternDate(from: i32, to: i32): void {
  if (load8(to + 1) != 0xb9 || load8(to + 2) != 0xb4) return;
  let i = to + 3;
  while (i < to + 6 && isDigit(i)) i += 1;
  if (i == to + 3 || load8(i) != 0xe6 || load8(i + 1) != 0x9c || load8(i + 2) != 0x88) return;
  let k = i + 3;
  while (k < i + 6 && isDigit(k)) k += 1;
  if (k == i + 3 || load8(k) != 0xe6 || load8(k + 1) != 0x97 || load8(k + 2) != 0xa5) return;
  if ((contextBefore(from) & C_BIRTH) != 0) found(DATE_OF_BIRTH, from, k + 3, TAIL_NONE);
}

function isEightDigits(from: i32): boolean {
  let i = from;
  while (i < from + 8 && isDigit(i)) i += 1;
  return i == from + 8;
}

/** The last byte of the word before `from`, or of whatever stands there. */
function wordBefore(from: i32): i32 {
  return load8(from - 1) == 0x20 ? (load8(from - 2) == 0x2e ? from - 3 : from - 2) : from - 1;
}

/** `March 12, 1985`: the month is part of the date. */
function birth(monthEnd: i32, from: i32, end: i32): void {
  let i = monthEnd;
  while (i > monthEnd - 14 && isLetter(i - 1)) i -= 1;
  if (i < from - 2 && (contextBefore(i) & C_BIRTH) != 0) found(DATE_OF_BIRTH, i, end, TAIL_NONE);
}

/** Where ` 1985` ends, or 0. */
function year(at: i32): i32 {
  if (load8(at) != 0x20 || !isDigit(at + 1) || !isDigit(at + 2) || !isDigit(at + 3) || !isDigit(at + 4)) return 0;
  if ((load8(CLASS + load8(at + 5)) & ALNUM) != 0) return 0;
  const y = decimal(at + 1, at + 5);
  return y >= 1850 && y <= 2100 ? at + 5 : 0;
}

/** Eight digits, year first or last. */
function isPlainDate(from: i32): boolean {
  const a = decimal(from, from + 4);
  const b = decimal(from + 4, from + 8);
  if (a >= 1850 && a <= 2100) return isMonthDay(decimal(from + 4, from + 6), decimal(from + 6, from + 8));
  if (b < 1850 || b > 2100) return false;
  const x = decimal(from, from + 2);
  const y = decimal(from + 2, from + 4);
  return isMonthDay(x, y) || isMonthDay(y, x);
}

function isMonthDay(month: i32, day: i32): boolean {
  return month > 0 && month <= 12 && day > 0 && day <= 31;
}
