import { contextAfter, isPartBefore, wordBefore } from './context';
import { C_CALL, C_LINE, C_OTHER, C_PERSON, C_PHONE, PHONE } from './ids';
import { ALNUM, CALLING_CODES, CLASS, LETTER, PHONE_FEWER, STATE, TAIL_NONE } from './layout';
import { found, on } from './matches';
import { DOTTED, isNational, LOCAL } from './plan';
import { load32, load8 } from './portable';
import {
  BLANK,
  digit,
  DIGITS,
  DOT,
  end,
  first,
  groups,
  HYPHEN,
  isDigit,
  MIXED,
  separator,
  size,
  spoken,
  start,
  suffix,
  value,
} from './sequence';
import type { i32 } from './types';

/** Words before the number, or one right after it, speak of a phone. */
function isSpokenOf(n: i32, at: i32, until: i32): boolean {
  const near = spoken();
  if ((near & C_PHONE) != 0) return true;
  // An unbroken number is one called by somebody, or under a name such as `mobile:`.
  if ((near & C_CALL) != 0 && (n > 1 || (near & C_PERSON) != 0 || load8(at) == 0x30 || isKeyed(at))) return true;
  return contextAfter(until) != 0 && (n > 1 || load8(until + 1) == 0x28);
}

/** `mobile `, `office=`: a word that names a line, or a key. */
function isKeyed(at: i32): boolean {
  const word = wordBefore(at);
  if ((word & (C_LINE | C_CALL)) == (C_LINE | C_CALL)) return true;
  const c = load8(at - 1) == 0x20 || load8(at - 1) == 0x22 ? load8(at - 2) : load8(at - 1);
  return (c == 0x3a || c == 0x3d) && (word & C_LINE) != 0;
}

/**
 * `12345.678`, `1.234.567`, `12.5 13.75`: numbers, unless they begin as none does or a word for a phone is right
 * before.
 */
function isAmount(from: i32, to: i32): boolean {
  if (isTrunk(from)) return false;
  /** Groups that dots join so far. */
  let dotted = 1;
  let threes = size(from) <= 3;
  let i = from + 1;
  while (i < to) {
    if (separator(i) == DOT) {
      dotted += 1;
    } else if (dotted == 2) {
      return true;
    } else {
      dotted = 1;
      threes = false;
    }
    if (size(i) != 3) threes = false;
    i += 1;
  }
  return dotted == 2 || (threes && (wordBefore(start(from)) & (C_PHONE | C_CALL)) == 0);
}

/** `00` begins a number of another country: alone, before all of its code, or before all of the number. */
function isExit(from: i32, n: i32, count: i32): boolean {
  const code = digit(first(from) + 2);
  // Two groups of four that begin with zeros: a table of codes. Italy's numbers have a zero.
  if (
    n > 1 &&
    size(from) == 4 &&
    digit(first(from + 1)) == 0 &&
    separator(from + 1) != MIXED &&
    value(first(from) + 2, 2) != 39
  ) {
    return false;
  }
  return n > 1
    ? size(from) == 2 || size(from) > 3 || (size(from) == 3 && (code == 1 || code == 7))
    : count >= 12 && isNoOther();
}

/** `011` begins a number of another country, dialled in North America. */
function isAmericanExit(from: i32, n: i32): boolean {
  return n > 2 && size(from) == 3 && value(first(from), 3) == 11;
}

/** No number but one of a phone begins with zero and another digit. */
function isTrunk(from: i32): boolean {
  return digit(first(from)) == 0 && size(from) > 1 && size(from) < 7;
}

/** Groups `from` to `to` as a phone number. */
export function phone(from: i32, to: i32): boolean {
  return phoneOf(from, to, from == 0 && to == groups);
}

/** As `phone`; `all` tells that what is before and behind these groups is another number, or nothing. */
export function phoneOf(from: i32, to: i32, all: boolean): boolean {
  if (!on(PHONE)) return false;
  const n = to - from;
  const f = first(from);
  let count = first(to) - f;
  if (count < 7 - load32(STATE + PHONE_FEWER)) return false;
  let at = start(from);
  let until = end(to - 1);
  const last = to == groups;
  // An extension: x123, ext. 123, #123.
  if (last) until = extension(until);
  if (suffix != 0 && last && until == end(to - 1)) return false;
  let c = load8(at - 1);
  let bracket = false;
  if (c == 0x28) {
    bracket = true;
    at -= 1;
    c = load8(at - 1);
    if (c == 0x20 && load8(at - 2) == 0x2b) return false;
  }
  if (c == 0x2b) {
    at -= 1;
    if (load8(at - 1) == 0x28) at -= 1;
    // A sum: `x+1234567890`, `f(x)+1234567890`.
    c = load8(at - 1);
    if ((load8(CLASS + c) & ALNUM) != 0 || c == 0x29 || c == 0x5d) return false;
    return international(f, to, at, until);
  }
  if (count > 17) return false;
  if (c == 0x2e || c == 0x24 || c == 0x23 || (c == 0x2c && isDigit(start(from) - 2))) return false;
  if (n > 1 && isAmount(from, to)) return false;
  // The number must stand alone: a dash or a slash on either side makes it part of a code.
  if (c == 0x2d || (c == 0x2f && from == 0) || c == 0x5f) return false;
  if (all && digit(f) == 0 && (digit(f + 1) == 0 ? isExit(from, n, count) : isAmericanExit(from, n))) {
    if (internationalAfter(f + (digit(f + 1) == 0 ? 2 : 3), to)) {
      found(PHONE, at, until, TAIL_NONE);
      return true;
    }
    // `0044 20 7946 0123 - 8 High Street`: up to where something more than a blank stands.
    let k = to - 1;
    while (k > 1 && separator(k) != MIXED) k -= 1;
    if (k > 1 && internationalAfter(f + 2, k)) {
      found(PHONE, at, end(k - 1), TAIL_NONE);
      return true;
    }
  }
  if (n > 1 && isShaped(from, to, bracket)) {
    // `1 202-555-0143`: the code of the country is of the number.
    if (from == 1 && size(0) == 1 && digit(0) == 1 && n == 3) at = start(0);
    found(PHONE, at, until, TAIL_NONE);
    return true;
  }
  if (count > 15) return false;
  if (!all) return false;
  if (isPlanned(from, to) && isNational(DIGITS + f, count, isSet(from, to, bracket), formOf(from, n))) {
    if (isNoOther()) {
      found(PHONE, at, until, TAIL_NONE);
      return true;
    }
    return false;
  }
  if (
    count <= 13 &&
    (count > 6 || isNational(DIGITS + f, count, true, 0)) &&
    isSpokenOf(n, start(from), until) &&
    !looksLikeDate(from, to)
  ) {
    found(PHONE, at, until, TAIL_NONE);
    return true;
  }
  return false;
}

export function extension(at: i32): i32 {
  let i = at;
  if (load8(i) == 0x20) i += 1;
  const c = load8(i) | 0x20;
  if (c == 0x65) {
    if ((load8(i + 1) | 0x20) != 0x78 || (load8(i + 2) | 0x20) != 0x74) return at;
    i += 3;
    const tail = i + 6;
    while (i < tail && (load8(CLASS + load8(i)) & LETTER) != 0) i += 1;
    if (load8(i) == 0x2e || load8(i) == 0x3a) i += 1;
  } else if (c == 0x78 || load8(i) == 0x23) {
    i += 1;
    if (load8(i) == 0x2e) i += 1;
  } else {
    return at;
  }
  if (load8(i) == 0x20) i += 1;
  const digits = i;
  while (i < digits + 7 && isDigit(i)) i += 1;
  return i == digits || i == digits + 7 || (load8(CLASS + load8(i)) & ALNUM) != 0 ? at : i;
}

/** Where the number ends that was found last behind a `+`. */
export let phoneEnd: i32 = 0;

/**
 * `+` stands before. As many groups of the sequence as make a possible number are taken: the calling code says how many
 * digits.
 */
function international(f: i32, to: i32, at: i32, until: i32): boolean {
  phoneEnd = until;
  if (internationalAfter(f, to)) {
    found(PHONE, at, until, TAIL_NONE);
    return true;
  }
  let k = to - 1;
  while (k > 0 && first(k) > f + 17) k -= 1;
  while (k > 0 && first(k) > f) {
    if (internationalAfter(f, k)) {
      phoneEnd = end(k - 1);
      found(PHONE, at, phoneEnd, TAIL_NONE);
      return true;
    }
    k -= 1;
  }
  return false;
}

/** The digits from `f` to the end of group `to - 1` are a calling code and a national number of a length it has. */
function internationalAfter(f: i32, to: i32): boolean {
  const count = first(to) - f;
  // No calling code begins with 0.
  if (count < 7 || count > 16 || digit(f) == 0) return false;
  let code = 0;
  let i = 0;
  while (i < 3) {
    code = code * 10 + digit(f + i);
    i += 1;
    const lengths = load32(CALLING_CODES + (code << 2));
    if (lengths != 0) {
      // `+44 (0)20`: the trunk digit is not counted.
      const national = count - i;
      return ((lengths >> national) & 1) != 0 || (digit(f + i) == 0 && ((lengths >> (national - 1)) & 1) != 0);
    }
  }
  return false;
}

/** No word calls the number that of a part or of something else. */
function isNoOther(): boolean {
  return (spoken() & C_PHONE) != 0 || ((spoken() & C_OTHER) == 0 && !isPartBefore(start(0)));
}

/** The digits may be a national number: no date, no version, and with a trunk digit no few. */
function isPlanned(from: i32, to: i32): boolean {
  if (to - from > 1) return isGrouped(from, to) && !looksLikeDate(from, to);
  const c = digit(first(from));
  return size(from) > (c == 1 ? 10 : c == 0 ? 8 : 0);
}

/** As many groups as numbers have that are written without their trunk digit. */
function isSet(from: i32, to: i32, bracket: boolean): boolean {
  const n = to - from;
  const count = first(to) - first(from);
  if (count < 7) return n > 1 && (count < 6 || isThreePairs(from, n));
  return n > 2 || (n > 1 && (bracket || isPair(from)));
}

/** Two groups that are no range of pages: `321 1234567`, `984-1234567`, `310-1234`, `4004-1234`. */
function isPair(from: i32): boolean {
  const s = separator(from + 1);
  const a = size(from);
  const b = size(from + 1);
  if (s == HYPHEN && a == b) {
    const gap = value(first(from + 1), b) - value(first(from), a);
    return gap < 0 || gap > FURTHEST_PAGE;
  }
  return a + b > 7 ? s == BLANK || s == HYPHEN : s == HYPHEN && a == 3 && load8(start(from) - 1) != 0x3a;
}

/** No range of pages is longer. */
const FURTHEST_PAGE: i32 = 999;

/** What a plan must say of itself for groups like these to be one of its numbers. */
function formOf(from: i32, n: i32): i32 {
  if (isThreePairs(from, n) && separator(from + 1) == DOT) return DOTTED;
  return n == 2 && size(from) == 3 && size(from + 1) == 4 && separator(from + 1) == HYPHEN ? LOCAL : 0;
}

/** `20.12.34` */
function isThreePairs(from: i32, n: i32): boolean {
  return n == 3 && size(from) == 2 && size(from + 1) == 2 && size(from + 2) == 2;
}

/** Not groups that dots join as in a version, a date or a page: with a trunk zero, or four and more. */
function isGrouped(from: i32, to: i32): boolean {
  const n = to - from;
  if (n < 2 || n > 3 || isTrunk(from) || separator(from + 1) != DOT) return true;
  return separator(to - 1) != DOT || isThreePairs(from, n);
}

/** A form that other numbers do not have, whatever the region. */
function isShaped(from: i32, to: i32, bracket: boolean): boolean {
  const n = to - from;
  const f = first(from);
  const count = first(to) - f;
  const a = size(from);
  const b = size(from + 1);
  const s = separator(to - 1);
  // North America: (AAA) EEE-NNNN and its like; area and exchange begin with 2 to 9.
  if (n == 3 && a == 3 && b == 3 && size(from + 2) == 4 && digit(f) != 0 && (s == HYPHEN || s == DOT || bracket)) {
    return digit(f) > 1 && digit(f + 3) > 1;
  }
  if (n == 4 && a == 1 && digit(f) == 1 && b == 3 && size(from + 2) == 3 && size(from + 3) == 4) {
    return digit(f + 1) > 1 && digit(f + 4) > 1;
  }
  if (n == 2 && bracket && a == 3 && b == 7) return digit(f) > 1 && digit(f + 3) > 1;
  // A trunk zero: 0X XX XX XX XX, 0XXX XXX XXXX, (0XX) XXXX XXXX, 0XXX-XXXXXXX, 0XXX/XXXXXXX.
  if (digit(f) == 0 && digit(f + 1) != 0 && a >= 2 && a <= 5 && n <= 5) {
    if (count < 9 || count > 12) return false;
    if (n == 2 && !bracket) {
      if (a == 5 && b == 4) return false;
      return count >= 10 && b >= 5 && s != DOT && isNoOther();
    }
    let i = from + 1;
    while (i < to) {
      if (size(i) < 2 || size(i) > 8) return false;
      i += 1;
    }
    return !looksLikeDate(from, to) && (bracket || isNoOther());
  }
  return bracket && a >= 2 && a <= 4 && count >= 9 && count <= 11 && n <= 4;
}

/** A date, a range of years, or a date among other groups. */
function looksLikeDate(from: i32, to: i32): boolean {
  const n = to - from;
  if (n == 2) return size(from) == 4 && size(from + 1) == 4 && isYear(first(from)) && isYear(first(from + 1));
  let i = from;
  while (i + 2 < to) {
    if (isDate(i)) return true;
    i += 1;
  }
  return false;
}

function isDate(i: i32): boolean {
  if (separator(i + 1) != separator(i + 2)) return false;
  const a = size(i);
  const b = size(i + 1);
  const c = size(i + 2);
  if (b > 2) return false;
  if (a == 4 && c <= 2) return isYear(first(i)) && value(first(i + 1), b) <= 12 && value(first(i + 2), c) <= 31;
  if (a <= 2 && c == 4) return isYear(first(i + 2)) && value(first(i), a) <= 31 && value(first(i + 1), b) <= 31;
  return false;
}

function isYear(f: i32): boolean {
  const y = value(f, 4);
  return y >= 1850 && y <= 2100;
}
