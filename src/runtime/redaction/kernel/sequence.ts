import { contextBefore, identities } from './context';
import { ALNUM, CLASS, DIGIT, MORE, REGIONS, SEPARATES_SHIFT, SEQUENCE, STATE } from './layout';
import { digitMask, digitRun, load32, load8, store16Digits, store32, store8 } from './portable';
import type { i32 } from './types';

/*
 * A number sequence is digit groups with one separator (or a short run of them) between two groups. It is read once,
 * and each way of
 * reading numbers into it costs the same few steps: a page of digits is no trap.
 */
/** No group begins further behind the first than this; the rest of the page is another sequence. */
export const REACH: i32 = 680;
/** Nor does one end further behind it: together with what is looked up behind a number that is less than AHEAD. */
const END: i32 = 704;
/** How many groups are read again when a sequence is longer: more than any number here has. */
export const OVERLAP: i32 = 10;
const STARTS: i32 = SEQUENCE;
/** Index of the group's first digit. */
const FIRSTS: i32 = SEQUENCE + 0x600;
/** What the group's digits count in Luhn's sum, where they are four. */
export const FOURS: i32 = SEQUENCE + 0xc00;
/** Separator before the group. */
const SEPARATORS: i32 = SEQUENCE + 0x1200;
export const DIGITS: i32 = SEQUENCE + 0x1400;
export const BLANK: i32 = 1;
export const HYPHEN: i32 = 2;
export const DOT: i32 = 3;
export const SLASH: i32 = 4;
/** Anything with a bracket, or more than one character. */
export const MIXED: i32 = 5;
export let groups: i32 = 0;
/** Digits of the longest group. */
export let longest: i32 = 0;
/** Something other than a blank or a bracket joins two groups. */
export let joined: boolean = false;
/** Nothing but dots. */
export let dotted: boolean = false;
/** A blank or a bracket stands between two groups. */
export let broken: boolean = false;
/** The letter that touches the last group, or 0. */
export let suffix: i32 = 0;
let before: i32 = -1;
let named: i32 = 0;
export function start(i: i32): i32 {
  return load32(STARTS + (i << 2));
}
export function first(i: i32): i32 {
  return load32(FIRSTS + (i << 2));
}
export function separator(i: i32): i32 {
  return load8(SEPARATORS + i);
}
export function size(i: i32): i32 {
  return first(i + 1) - first(i);
}
export function end(i: i32): i32 {
  return start(i) + size(i);
}
export function digit(i: i32): i32 {
  return load8(DIGITS + i);
}

export function isDigit(at: i32): boolean {
  return (load8(CLASS + load8(at)) & DIGIT) != 0;
}

/** The separator at `at` as kind and length, `kind << 8 | length`, or 0 when no group follows. */
export function separatorAt(at: i32): i32 {
  const c = load8(at);
  if (c == 0x20) {
    if (isDigit(at + 1)) return (BLANK << 8) | 1;
    const next = load8(at + 1);
    if (next == 0x28) return isDigit(at + 2) ? (MIXED << 8) | 2 : 0;
    if (next == 0x2d || next == 0x2f || next == 0x2e) {
      return load8(at + 2) == 0x20 && isDigit(at + 3) && next != 0x2e ? (MIXED << 8) | 3 : 0;
    }
    return 0;
  }
  if (c == 0x2d) {
    return isDigit(at + 1) ? (HYPHEN << 8) | 1 : load8(at + 1) == 0x28 && isDigit(at + 2) ? (MIXED << 8) | 2 : 0;
  }
  if (c == 0x2e) return isDigit(at + 1) ? (DOT << 8) | 1 : 0;
  if (c == 0x2f) return isDigit(at + 1) ? (SLASH << 8) | 1 : 0;
  if (c == 0x29) {
    if (isDigit(at + 1)) return (MIXED << 8) | 1;
    const next = load8(at + 1);
    if ((next == 0x20 || next == 0x2d || next == 0x2e || next == 0x2f) && isDigit(at + 2)) return (MIXED << 8) | 2;
    return 0;
  }
  if (c == 0x28) return isDigit(at + 1) ? (MIXED << 8) | 1 : 0;
  // No-break blank; narrow no-break blank, thin blanks and those without width, hyphens and dashes of U+2000-2015.
  if (c == 0xc2) return load8(at + 1) == 0xa0 && isDigit(at + 2) ? (BLANK << 8) | 2 : 0;
  if (c == 0xe2 && load8(at + 1) == 0x80 && isDigit(at + 3)) {
    const third = load8(at + 2);
    if (third == 0xaf || (third >= 0x80 && third <= 0x8d)) return (BLANK << 8) | 3;
    if (third >= 0x90 && third <= 0x95) return (HYPHEN << 8) | 3;
  }
  return 0;
}

/** Reads the sequence whose first digit is at `from`; true when it was cut because it is too long. */
export function read(from: i32): boolean {
  let at = from;
  let n = 0;
  let g = 0;
  let base = from;
  let mask = digitMask(from);
  let most = 0;
  let kinds = 0;
  suffix = 0;
  store8(SEPARATORS, 0);
  store32(FIRSTS, 0);
  while (true) {
    store32(STARTS + (g << 2), at);
    let count = digitRun(mask >>> (at - base));
    if (at - base + count > 29) {
      // What the mask tells ends too near.
      count = longGroup(at, n, from + END - at);
      base = at + count;
      mask = digitMask(base);
    } else {
      store16Digits(DIGITS + n, at);
      if (count > 16) store16Digits(DIGITS + n + 16, at + 16);
    }
    n += count;
    at += count;
    g += 1;
    store32(FIRSTS + (g << 2), n);
    if (count > most) most = count;
    const c = load8(at);
    const separates = load8(MORE + c) >> SEPARATES_SHIFT;
    if (separates != 0 && ((mask >>> (at - base + 1)) & 1) != 0 && at < from + REACH) {
      // Most separators are one byte. What is next must not wait for what that byte is.
      kinds |= 1 << separates;
      store8(SEPARATORS + g, separates);
      at += 1;
      continue;
    }
    const flags = load8(CLASS + c);
    if ((flags & ALNUM) != 0) {
      suffix = c;
      // Too many digits: the group at hand is not whole.
      return done((flags & DIGIT) != 0 ? g - 1 : g, most, kinds, (flags & DIGIT) != 0);
    }
    const next = separatorAt(at);
    if (next == 0 || at >= from + REACH) return done(g, most, kinds, next != 0);
    kinds |= 1 << (next >> 8);
    store8(SEPARATORS + g, next >> 8);
    at += next & 255;
  }
}

function done(count: i32, most: i32, kinds: i32, cut: boolean): boolean {
  groups = count;
  before = -1;
  longest = most;
  joined = (kinds & ((1 << HYPHEN) | (1 << DOT) | (1 << SLASH))) != 0;
  dotted = kinds == 1 << DOT;
  broken = (kinds & ((1 << BLANK) | (1 << MIXED))) != 0;
  return cut;
}

/**
 * Writes the digits of the group that begins at `at` behind the first `n`. Returns how many there are, at most `most`.
 */
function longGroup(at: i32, n: i32, most: i32): i32 {
  let total = 0;
  let count = 32;
  while (count == 32) {
    store16Digits(DIGITS + n + total, at + total);
    store16Digits(DIGITS + n + total + 16, at + total + 16);
    count = digitRun(digitMask(at + total));
    if (count > most - total) count = most - total;
    total += count;
  }
  return total;
}

export function spoken(): i32 {
  if (before < 0) {
    before = contextBefore(start(0));
    named = identities;
  }
  return before;
}

/** What words of identities stand before: D_ROUTING and its like. */
export function namedBefore(): i32 {
  spoken();
  return named;
}

export function value(from: i32, count: i32): i32 {
  let v = 0;
  let i = from;
  while (i < from + count) {
    v = v * 10 + digit(i);
    i += 1;
  }
  return v;
}

export function isClean(i: i32): boolean {
  return i < groups - 1 || suffix == 0;
}

export function sameSeparators(from: i32, to: i32): boolean {
  let i = from + 2;
  while (i < to) {
    if (separator(i) != separator(from + 1)) return false;
    i += 1;
  }
  return true;
}

/** Leaves the last group out. */
export function dropLast(): void {
  groups -= 1;
  suffix = 0;
}

/** Regions of the policy, as a mask. */
export function regions(): i32 {
  return load32(STATE + REGIONS);
}
