import { contextAfter } from './context';
import { C_OTHER, C_PHONE, PHONE } from './ids';
import { ALNUM, CALLING_CODES, CLASS, LETTER, TAIL_NONE } from './layout';
import { found, on } from './matches';
import { isNational } from './plan';
import { load32, load8 } from './portable';
import {
  digit, DIGITS, DOT, end, first, groups, HYPHEN, isDigit, MIXED, separator, size, spoken, start, suffix, value,
} from './sequence';
import type { i32 } from './types';

/** Groups `from` to `to` as a phone number. */
export function phone(from: i32, to: i32): boolean {
  if (!on(PHONE)) return false;
  const n = to - from;
  const f = first(from);
  let count = first(to) - f;
  if (count < 7 || count > 17) return false;
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
    if (c == 0x20 && load8(at - 2) == 0x2B) return false;
  }
  if (c == 0x2B) {
    at -= 1;
    if (load8(at - 1) == 0x28) at -= 1;
    if ((load8(CLASS + load8(at - 1)) & ALNUM) != 0) return false;
    return international(f, to, at, until);
  }
  if (c == 0x2E || c == 0x24 || (c == 0x2C && isDigit(start(from) - 2))) return false;
  // The number must stand alone: a dash or a slash on either side makes it part of a code.
  if (c == 0x2D || c == 0x2F || c == 0x5F) return false;
  if (from == 0 && to == groups && digit(f) == 0 && digit(f + 1) == 0 && (n > 1 || count >= 12)) {
    if (internationalAfter(f + 2, to)) {
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
    found(PHONE, at, until, TAIL_NONE);
    return true;
  }
  if (count > 15) return false;
  if (from != 0 || to != groups) return false;
  if (isNational(DIGITS + f, count, n > 1)) {
    if ((spoken() & C_OTHER) == 0) {
      found(PHONE, at, until, TAIL_NONE);
      return true;
    }
    return false;
  }
  if (count <= 13 && ((spoken() & C_PHONE) != 0 || contextAfter(until) != 0) && !looksLikeDate(from, to)) {
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
    if (load8(i) == 0x2E || load8(i) == 0x3A) i += 1;
  } else if (c == 0x78 || load8(i) == 0x23) {
    i += 1;
    if (load8(i) == 0x2E) i += 1;
  } else {
    return at;
  }
  if (load8(i) == 0x20) i += 1;
  const digits = i;
  while (i < digits + 7 && isDigit(i)) i += 1;
  return i == digits || i == digits + 7 || (load8(CLASS + load8(i)) & ALNUM) != 0 ? at : i;
}

/** `+` stands before. As many groups of the sequence as make a possible number are taken: the calling code says how many digits. */
function international(f: i32, to: i32, at: i32, until: i32): boolean {
  if (internationalAfter(f, to)) {
    found(PHONE, at, until, TAIL_NONE);
    return true;
  }
  let k = to - 1;
  while (k > 0 && first(k) > f) {
    if (internationalAfter(f, k)) {
      found(PHONE, at, end(k - 1), TAIL_NONE);
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
      return (lengths >> national & 1) != 0 || (digit(f + i) == 0 && (lengths >> (national - 1) & 1) != 0);
    }
  }
  return false;
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
  if (n == 3 && a == 3 && b == 3 && size(from + 2) == 4 && (s == HYPHEN || s == DOT || bracket)) {
    return digit(f) > 1 && digit(f + 3) > 1;
  }
  if (n == 4 && a == 1 && digit(f) == 1 && b == 3 && size(from + 2) == 3 && size(from + 3) == 4) return digit(f + 1) > 1 && digit(f + 4) > 1;
  if (n == 2 && bracket && a == 3 && b == 7) return digit(f) > 1 && digit(f + 3) > 1;
  // A trunk zero: 0X XX XX XX XX, 0XXX XXX XXXX, (0XX) XXXX XXXX, 0XXX-XXXXXXX, 0XXX/XXXXXXX.
  if (digit(f) == 0 && digit(f + 1) != 0 && a >= 2 && a <= 5 && n <= 5) {
    if (count < 9 || count > 12) return false;
    if (n == 2 && !bracket) {
      if (a == 5 && b == 4) return false;
      return count >= 10 && b >= 5 && s != DOT;
    }
    let i = from + 1;
    while (i < to) {
      if (size(i) < 2 || size(i) > 8) return false;
      i += 1;
    }
    return !looksLikeDate(from, to);
  }
  return bracket && a >= 2 && a <= 4 && count >= 9 && count <= 11 && n <= 4;
}

/** A date, or a date and a time. */
function looksLikeDate(from: i32, to: i32): boolean {
  const n = to - from;
  if (n < 3) {
    // A range of years: 2019-2020.
    return n == 2 && size(from) == 4 && size(from + 1) == 4 && isYear(first(from)) && isYear(first(from + 1));
  }
  const a = size(from);
  const b = size(from + 1);
  const c = size(from + 2);
  if (a == 4 && b <= 2 && c <= 2) return isYear(first(from)) && value(first(from + 1), b) <= 12 && value(first(from + 2), c) <= 31;
  if (a <= 2 && b <= 2 && c == 4) return isYear(first(from + 2)) && value(first(from), a) <= 31 && value(first(from + 1), b) <= 31;
  return false;
}

function isYear(f: i32): boolean {
  const y = value(f, 4);
  return y >= 1850 && y <= 2100;
}
