import { hetu } from './codes';
import { contextAfter, contextBefore, wordBefore } from './context';
import { dateOfBirth, easternDate } from './date';
import { proven } from './identity';
import { C_BIRTH, C_CALL, C_LICENCE, C_PERMIT, C_PHONE } from './ids';
import {
  CLASS,
  DIGIT,
  HIGH,
  LETTER,
  MORE,
  NUMBERS_DONE,
  PHONE_FEWER,
  PHONE_REGIONS,
  SEPARATES_SHIFT,
  STATE,
} from './layout';
import { isLast, matches } from './matches';
import { extension, phone, phoneEnd } from './phone';
import { place } from './place';
import { byteMask, digitMask, digitRun, load32, load8, store32 } from './portable';
import { runs } from './runs';
import {
  BLANK,
  DOT,
  dotted,
  dropLast,
  end,
  first,
  groups,
  HYPHEN,
  isDigit,
  joined,
  longest,
  OVERLAP,
  REACH,
  read,
  separator,
  separatorAt,
  size,
  start,
  value,
} from './sequence';
import { single } from './single';
import type { i32 } from './types';
import { whole } from './whole';

/** A blank and a letter, as behind most numbers: no group follows. */
function isWordBehind(at: i32): boolean {
  return load8(at) == 0x20 && (load8(CLASS + load8(at + 1)) & LETTER) != 0;
}

/** `YYYY-MM-DDT` or `YYYY-MM-DD HH:`: when something was written. */
function isStamp(at: i32): boolean {
  if (
    load8(at + 4) != 0x2d ||
    load8(at + 7) != 0x2d ||
    !isDigit(at + 5) ||
    !isDigit(at + 6) ||
    !isDigit(at + 8) ||
    !isDigit(at + 9)
  ) {
    return false;
  }
  const c = load8(at + 10);
  return c == 0x54 ? isDigit(at + 11) : c == 0x20 && isDigit(at + 11) && isDigit(at + 12) && load8(at + 13) == 0x3a;
}

function isColon(c: i32): boolean {
  return c == 0x3a || c == 0x3d;
}

/** `:12:` before: these are the seconds of a time, with `=` for a colon too. */
function isSeconds(at: i32): boolean {
  return isColon(load8(at - 1)) && isDigit(at - 2) && isDigit(at - 3) && isColon(load8(at - 4));
}

/** What two groups of digits may have between them, and what is of the same class for the scanner. */
function joins(c: i32): boolean {
  return load8(MORE + c) >> SEPARATES_SHIFT != 0 || c == 0x5f || (load8(CLASS + c) & HIGH) != 0;
}

/** `DE89` before a blank: what follows is of an account, and no phone's number. */
function isAccountHead(at: i32): boolean {
  return (load8(CLASS + load8(at)) & load8(CLASS + load8(at + 1)) & LETTER) != 0 && isDigit(at + 2) && isDigit(at + 3);
}

/**
 * Two groups of eight digits at most, no third, with nothing before, after or around that makes a phone number or a
 * licence of them.
 */
function isUnnamedPair(at: i32, joint: i32, to: i32): boolean {
  const c = load8(at - 1);
  if ((joint != BLANK && joint != HYPHEN) || c == 0x2b || c == 0x28 || load32(STATE + PHONE_REGIONS) != 0) return false;
  if (c == 0x20 && isAccountHead(at - 5)) return true;
  return (
    extension(to) == to && contextAfter(to) == 0 && (contextBefore(at) & (C_PHONE | C_CALL | C_LICENCE | C_PERMIT)) == 0
  );
}

/**
 * Groups of one or two digits, and always the same byte between two: with more of them than any number has, nothing
 * begins here. True when they are done up to the last.
 */
function skipPage(from: i32, to: i32): boolean {
  const c = load8(to);
  if (load8(MORE + c) >> SEPARATES_SHIFT == 0) return false;
  let at = from;
  while (at < from + REACH) {
    const digits = digitMask(at);
    const separators = byteMask(at, c);
    if (
      ~(digits | separators) != 0 ||
      (digits & (digits >>> 1) & (digits >>> 2)) != 0 ||
      (separators & (separators >>> 1)) != 0
    ) {
      break;
    }
    // The last two bytes are looked at again with what follows them.
    at += 30;
  }
  if (at < from + 90) return false;
  at -= 60;
  while (isDigit(at - 1)) at -= 1;
  store32(STATE + NUMBERS_DONE, at);
  return true;
}

/**
 * `YYYY-MM-DDT`, whose first digit is at `at`: when something was written, or when somebody was born if the key before
 * says so.
 */
export function stamp(at: i32): void {
  if ((wordBefore(at) & C_BIRTH) != 0) dateOfBirth(at, at + 10);
}

/** A day with its ending (`12th`), or a colour of a terminal: `ESC[31m` and digits. */
function behindLetter(at: i32, last: i32): void {
  const two = load8(last) | (load8(last + 1) << 8) | 0x2020;
  if (two == 0x6874 || two == 0x7473 || two == 0x646e || two == 0x6472) {
    if (load8(last + 2) == 0x20 || load8(last + 2) == 0x2c) dateOfBirth(at, last);
    return;
  }
  if (load8(last) != 0x6d || !isDigit(last + 1)) return;
  let i = at - 1;
  while (i > at - 12 && (isDigit(i) || load8(i) == 0x3b)) i -= 1;
  if (load8(i) == 0x5b && load8(i - 1) == 0x1b) number(last + 1, digitMask(last + 1));
}

/** A decimal number, with nothing that makes a phone number of it: `+1.2025550143`, `030.1234567`, a third group. */
function isMereDecimal(at: i32, n: i32, to: i32): boolean {
  const before = load8(at - 1);
  if (before == 0x2b || before == 0x28 || (load8(at) == 0x30 && n > 1)) return false;
  const c = load8(to);
  return load8(MORE + c) >> SEPARATES_SHIFT == 0
    ? (load8(CLASS + c) & HIGH) == 0
    : c == 0x20
      ? isWordBehind(to)
      : separatorAt(to) == 0;
}

/**
 * A run of letters and digits, or several that hyphens join, stands before the hyphen before `at`: part of an
 * identifier.
 */
function isInCode(at: i32): boolean {
  let i = at - 1;
  let letters = false;
  let digits = false;
  while (i > at - 40) {
    const c = load8(i);
    const flags = load8(CLASS + c);
    if (c == 0x2d || c == 0x5f) {
      letters = false;
      digits = false;
    } else if ((flags & LETTER) != 0) {
      letters = true;
    } else if ((flags & DIGIT) != 0) {
      digits = true;
    } else {
      return false;
    }
    if (letters && digits) return true;
    i -= 1;
  }
  return false;
}

/** Passes over the groups from `at` that hyphens, dots and slashes join. */
function skipCode(at: i32): void {
  let i = at;
  while (
    i < at + 64 &&
    (isDigit(i) || (load8(i) != 0x20 && load8(MORE + load8(i)) >> SEPARATES_SHIFT != 0 && isDigit(i + 1)))
  ) {
    i += 1;
  }
  store32(STATE + NUMBERS_DONE, i);
}

/**
 * `at` is the first digit of a number that no letter touches on the left; `digits` says where digits are in the 32
 * bytes from there.
 */
export function number(at: i32, digits: i32): void {
  if (at < load32(STATE + NUMBERS_DONE)) return;
  const n = digitRun(digits);
  // What most numbers are is told apart here: short ones, words that begin with digits, times, stamps and amounts.
  if (n < 7) {
    const last = at + n;
    if ((load8(CLASS + load8(last)) & LETTER) != 0) {
      if (n < 3) behindLetter(at, last);
      if (n == 6) hetu(at);
      return;
    }
    if (n == 4 && load8(last) == 0xe5) easternDate(at, last);
    if (n < 3 && isDigit(at - 2) && (load8(at - 1) == 0x3a || isSeconds(at))) return;
    if (n == 4 && isStamp(at)) {
      stamp(at);
      store32(STATE + NUMBERS_DONE, at + 10);
      return;
    }
    if (n < 3 && skipPage(at, last)) return;
    const next = separatorAt(last);
    if (next == 0) {
      if (n == 6 && load32(STATE + PHONE_FEWER) != 0 && (contextBefore(at) & C_PHONE) != 0) {
        read(at);
        phone(0, 1);
        return;
      }
      // What is the second of two groups is no day: `08.12 March`.
      if (n < 3 && !(isDigit(at - 2) && joins(load8(at - 1)))) dateOfBirth(at, last);
      return;
    }
    const second = n + (next & 255);
    const m = digitRun(digits >>> second);
    const until = at + second + m;
    if (next >> 8 == DOT && second + m < 31 && isMereDecimal(at, n, until)) {
      if (n < 4 && m > 2) place(at);
      store32(STATE + NUMBERS_DONE, until);
      return;
    }
    if (n + m < 9 && (isWordBehind(until) || separatorAt(until) == 0)) {
      // `March 12 1985`
      if (n < 3 && m == 4 && next >> 8 == BLANK) dateOfBirth(at, last);
      // Two groups of less than seven digits are nothing.
      if (n + m < 7 - load32(STATE + PHONE_FEWER) || (m != 0 && isUnnamedPair(at, next >> 8, until))) {
        store32(STATE + NUMBERS_DONE, until);
        return;
      }
    }
  }
  if ((load8(at - 1) == 0x2d || load8(at - 1) == 0x5f) && isInCode(at)) {
    skipCode(at);
    return;
  }
  const cut = read(at);
  if (groups == 0) {
    // One group of more digits than any number has.
    store32(STATE + NUMBERS_DONE, at + 1);
    return;
  }
  // A column of numbers that were read as floats: `123456789.0`.
  if (groups == 2 && n > 6 && separator(1) == DOT && size(1) < 3 && value(first(1), size(1)) == 0) dropLast();
  let until = end(groups - 1);
  // What is cut is read again from a group that no number found so far can reach beyond.
  if (cut && groups > OVERLAP) until = start(groups - OVERLAP);
  store32(STATE + NUMBERS_DONE, until);
  // Part of a longer number: `1,234,567` or `-12.5e10` have no groups worth a look, and a decimal fraction is no
  // identity.
  if (groups == 1 && !cut) {
    single();
    return;
  }
  // A number of a phone by its brackets is nothing else.
  if (groups < 5 && load8(at - 1) == 0x28 && phone(0, groups)) return;
  // The country's code is of the number, and what follows the number is another.
  if (groups > 1 && load8(at - 1) == 0x2b && phone(0, groups)) {
    if (phoneEnd < until) store32(STATE + NUMBERS_DONE, phoneEnd);
    return;
  }
  // Nothing that carries its own proof begins with fewer than three digits, or is four groups of no more with dots
  // between.
  if (longest > 2 && !(dotted && groups == 4 && longest == 3)) {
    const known = matches();
    proven();
    // All of it is something: nothing but a phone number is longer, with what stands before it or after.
    if (
      matches() > known &&
      isLast(at, until) &&
      load8(at - 1) != 0x2b &&
      load8(at - 1) != 0x28 &&
      extension(until) == until
    ) {
      return;
    }
  }
  // Runs that blanks set apart, then the whole: `12 555-010-9999 3` holds a number of its own.
  if (!joined || !runs()) whole(0, groups);
}
