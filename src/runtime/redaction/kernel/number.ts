import { contextAfter, contextBefore, wordBefore } from './context';
import { dateOfBirth } from './date';
import {
  AU_TFN, BR_CNPJ, BR_CPF, CA_SIN, CARD, C_AADHAAR, C_BRAZIL, C_BSN, C_DE_TAX, C_LICENCE, C_NHS, C_OTHER, C_PASSPORT, C_PHONE,
  C_PLACE, C_SIN, C_SSN, C_TFN, C_VERSION, COORDINATES, DE_TAX_ID, DRIVING_LICENCE, ES_DNI, FR_NIR, IN_AADHAAR, IPV4, NL_BSN, PASSPORT, PHONE,
  R_AU, R_BR, R_CA, R_DE, R_GB, R_IN, R_NL, UK_NHS, US_ITIN, US_SSN,
} from './ids';
import {
  ALNUM, CALLING_CODES, CARD_RANGES, CLASS, DIGIT, HIGH, LETTER, MORE, NUMBERS_DONE, PHONE_REGIONS, REGIONS, SEPARATES_SHIFT, SEQUENCE,
  SPANISH_LETTERS, STATE, TAIL_NONE,
} from './layout';
import { found, isLast, matches, on } from './matches';
import { isNational } from './plan';
import { byteMask, digitMask, digitRun, load32, load8, luhnSum, store16Digits, store32, store8 } from './portable';
import type { i32 } from './types';

/*
 * A number sequence is digit groups with one separator (or a short run of them) between two groups. It is read once, and each way of
 * reading numbers into it costs the same few steps: a page of digits is no trap.
 */
/** No group begins further behind the first than this; the rest of the page is another sequence. */
const REACH: i32 = 680;
/** Nor does one end further behind it: together with what is looked up behind a number that is less than AHEAD. */
const END: i32 = 704;
/** How many groups are read again when a sequence is longer: more than any number here has. */
const OVERLAP: i32 = 10;

const STARTS: i32 = SEQUENCE;
/** Index of the group's first digit. */
const FIRSTS: i32 = SEQUENCE + 0x600;
/** What the group's digits count in Luhn's sum, where they are four. */
const FOURS: i32 = SEQUENCE + 0xC00;
/** Separator before the group. */
const SEPARATORS: i32 = SEQUENCE + 0x1200;
const DIGITS: i32 = SEQUENCE + 0x1400;

const BLANK: i32 = 1;
const HYPHEN: i32 = 2;
const DOT: i32 = 3;
const SLASH: i32 = 4;
/** Anything with a bracket, or more than one character. */
const MIXED: i32 = 5;

let groups: i32 = 0;
/** Digits of the longest group. */
let longest: i32 = 0;
/** Something other than a blank or a bracket joins two groups. */
let joined: boolean = false;
/** Nothing but dots. */
let dotted: boolean = false;
/** A blank or a bracket stands between two groups. */
let broken: boolean = false;
/** The letter that touches the last group, or 0. */
let suffix: i32 = 0;
let before: i32 = -1;

function start(i: i32): i32 { return load32(STARTS + (i << 2)); }
function first(i: i32): i32 { return load32(FIRSTS + (i << 2)); }
function separator(i: i32): i32 { return load8(SEPARATORS + i); }
function size(i: i32): i32 { return first(i + 1) - first(i); }
function end(i: i32): i32 { return start(i) + size(i); }
function digit(i: i32): i32 { return load8(DIGITS + i); }

function isDigit(at: i32): boolean {
  return (load8(CLASS + load8(at)) & DIGIT) != 0;
}

/** The separator at `at` as kind and length, `kind << 8 | length`, or 0 when no group follows. */
function separatorAt(at: i32): i32 {
  const c = load8(at);
  if (c == 0x20) {
    if (isDigit(at + 1)) return BLANK << 8 | 1;
    const next = load8(at + 1);
    if (next == 0x28) return isDigit(at + 2) ? MIXED << 8 | 2 : 0;
    if (next == 0x2D || next == 0x2F || next == 0x2E) return load8(at + 2) == 0x20 && isDigit(at + 3) && next != 0x2E ? MIXED << 8 | 3 : 0;
    return 0;
  }
  if (c == 0x2D) return isDigit(at + 1) ? HYPHEN << 8 | 1 : load8(at + 1) == 0x28 && isDigit(at + 2) ? MIXED << 8 | 2 : 0;
  if (c == 0x2E) return isDigit(at + 1) ? DOT << 8 | 1 : 0;
  if (c == 0x2F) return isDigit(at + 1) ? SLASH << 8 | 1 : 0;
  if (c == 0x29) {
    if (isDigit(at + 1)) return MIXED << 8 | 1;
    const next = load8(at + 1);
    if ((next == 0x20 || next == 0x2D || next == 0x2E || next == 0x2F) && isDigit(at + 2)) return MIXED << 8 | 2;
    return 0;
  }
  if (c == 0x28) return isDigit(at + 1) ? MIXED << 8 | 1 : 0;
  // No-break blank; narrow no-break blank, thin blanks, hyphens and dashes of U+2000-2015.
  if (c == 0xC2) return load8(at + 1) == 0xA0 && isDigit(at + 2) ? BLANK << 8 | 2 : 0;
  if (c == 0xE2 && load8(at + 1) == 0x80 && isDigit(at + 3)) {
    const third = load8(at + 2);
    if (third == 0xAF || (third >= 0x80 && third <= 0x8A)) return BLANK << 8 | 3;
    if (third >= 0x90 && third <= 0x95) return HYPHEN << 8 | 3;
  }
  return 0;
}

/** A blank and a letter, as behind most numbers: no group follows. */
function isWordBehind(at: i32): boolean {
  return load8(at) == 0x20 && (load8(CLASS + load8(at + 1)) & LETTER) != 0;
}

/** Reads the sequence whose first digit is at `from`; true when it was cut because it is too long. */
function read(from: i32): boolean {
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
    if (separates != 0 && (mask >>> (at - base + 1) & 1) != 0 && at < from + REACH) {
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
  longest = most;
  joined = (kinds & (1 << HYPHEN | 1 << DOT | 1 << SLASH)) != 0;
  dotted = kinds == 1 << DOT;
  broken = (kinds & (1 << BLANK | 1 << MIXED)) != 0;
  return cut;
}

/** Writes the digits of the group that begins at `at` behind the first `n`. Returns how many there are, at most `most`. */
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

/** `YYYY-MM-DDT` or `YYYY-MM-DD HH:`: when something was written. */
function isStamp(at: i32): boolean {
  if (load8(at + 4) != 0x2D || load8(at + 7) != 0x2D || !isDigit(at + 5) || !isDigit(at + 6) || !isDigit(at + 8) || !isDigit(at + 9)) return false;
  const c = load8(at + 10);
  return c == 0x54 ? isDigit(at + 11) : c == 0x20 && isDigit(at + 11) && isDigit(at + 12) && load8(at + 13) == 0x3A;
}

function isColon(c: i32): boolean {
  return c == 0x3A || c == 0x3D;
}

/** `:12:` before: these are the seconds of a time, with `=` for a colon too. */
function isSeconds(at: i32): boolean {
  return isColon(load8(at - 1)) && isDigit(at - 2) && isDigit(at - 3) && isColon(load8(at - 4));
}

/** What two groups of digits may have between them, and what is of the same class for the scanner. */
function joins(c: i32): boolean {
  return load8(MORE + c) >> SEPARATES_SHIFT != 0 || c == 0x5F || (load8(CLASS + c) & HIGH) != 0;
}

/** `DE89` before a blank: what follows is of an account, and no phone's number. */
function isAccountHead(at: i32): boolean {
  return (load8(CLASS + load8(at)) & load8(CLASS + load8(at + 1)) & LETTER) != 0 && isDigit(at + 2) && isDigit(at + 3);
}

/** Two groups of eight digits at most, no third, with nothing before, after or around that makes a phone number or a licence of them. */
function isUnnamedPair(at: i32, joint: i32, to: i32): boolean {
  const c = load8(at - 1);
  if ((joint != BLANK && joint != HYPHEN) || c == 0x2B || c == 0x28 || load32(STATE + PHONE_REGIONS) != 0) return false;
  if (c == 0x20 && isAccountHead(at - 5)) return true;
  return extension(to) == to && contextAfter(to) == 0 && (contextBefore(at) & (C_PHONE | C_LICENCE)) == 0;
}

/**
 * Groups of one or two digits, and always the same byte between two: with more of them than any number has, nothing begins here. True when
 * they are done up to the last.
 */
function skipPage(from: i32, to: i32): boolean {
  const c = load8(to);
  if (load8(MORE + c) >> SEPARATES_SHIFT == 0) return false;
  let at = from;
  while (at < from + REACH) {
    const digits = digitMask(at);
    const separators = byteMask(at, c);
    if (~(digits | separators) != 0 || (digits & digits >>> 1 & digits >>> 2) != 0 || (separators & separators >>> 1) != 0) break;
    // The last two bytes are looked at again with what follows them.
    at += 30;
  }
  if (at < from + 90) return false;
  at -= 60;
  while (isDigit(at - 1)) at -= 1;
  store32(STATE + NUMBERS_DONE, at);
  return true;
}

/** `at` is the first digit of a number that no letter touches on the left; `digits` says where digits are in the 32 bytes from there. */
export function number(at: i32, digits: i32): void {
  if (at < load32(STATE + NUMBERS_DONE)) return;
  const n = digitRun(digits);
  // What most numbers are is told apart here: short ones, words that begin with digits, times, stamps and amounts.
  if (n < 7) {
    const last = at + n;
    if ((load8(CLASS + load8(last)) & LETTER) != 0) return;
    if (n < 3 && isDigit(at - 2) && (load8(at - 1) == 0x3A || isSeconds(at))) return;
    if (n == 4 && isStamp(at)) {
      store32(STATE + NUMBERS_DONE, at + 10);
      return;
    }
    if (n < 3 && skipPage(at, last)) return;
    const next = separatorAt(last);
    if (next == 0) {
      // What is the second of two groups is no day: `08.12 March`.
      if (n < 3 && !(isDigit(at - 2) && joins(load8(at - 1)))) dateOfBirth(at, last);
      return;
    }
    const second = n + (next & 255);
    const m = digitRun(digits >>> second);
    const until = at + second + m;
    if (n + m < 9 && (isWordBehind(until) || separatorAt(until) == 0)) {
      // Two groups of less than seven digits are nothing but half of a place: one or two digits, a dot, three and more.
      const nothing = n + m < 7 ? next >> 8 != DOT || n > 2 || m < 3 : m != 0 && isUnnamedPair(at, next >> 8, until);
      if (nothing) {
        store32(STATE + NUMBERS_DONE, until);
        return;
      }
    }
  }
  const cut = read(at);
  if (groups == 0) {
    // One group of more digits than any number has.
    store32(STATE + NUMBERS_DONE, at + 1);
    return;
  }
  before = -1;
  let until = end(groups - 1);
  // What is cut is read again from a group that no number found so far can reach beyond.
  if (cut && groups > OVERLAP) until = start(groups - OVERLAP);
  store32(STATE + NUMBERS_DONE, until);
  // Part of a longer number: `1,234,567` or `-12.5e10` have no groups worth a look, and a decimal fraction is no identity.
  if (groups == 1 && !cut) {
    single();
    return;
  }
  // A number of a phone by its brackets is nothing else.
  if (groups < 5 && load8(at - 1) == 0x28 && phone(0, groups)) return;
  // Nothing that carries its own proof begins with fewer than three digits, or is four groups of no more with dots between.
  if (longest > 2 && !(dotted && groups == 4 && longest == 3)) {
    const known = matches();
    proven();
    // All of it is something: nothing but a phone number is longer, with what stands before it or after.
    if (matches() > known && isLast(at, until) && load8(at - 1) != 0x2B && load8(at - 1) != 0x28 && extension(until) == until) return;
  }
  // Runs that blanks set apart, then the whole: `12 555-010-9999 3` holds a number of its own.
  if (!joined || !runs()) whole(0, groups);
}

/** Numbers that carry their own proof. */
function proven(): void {
  if (longest > 3 && groups > FEW) {
    provenOfMany();
    return;
  }
  let i = 0;
  while (i < groups) {
    const n = size(i);
    if (n > 3 || (n == 3 && mayBeThrees(i))) group(i, n);
    i += 1;
  }
}

/** The group after next but one, or the next, is of two digits: what begins with three has one. */
function mayBeThrees(i: i32): boolean {
  return size(i + 1) == 2 || size(i + 3) == 2;
}

/** With more groups than this, what four of them add to Luhn's sum is carried from group to group. */
const FEW: i32 = 8;
/** More than all digits of four groups add. */
const NOT_FOUR: i32 = 1 << 12;

/** As `proven`. Of a page of groups of four each is counted once. */
function provenOfMany(): void {
  let sum = four(0) + four(1) + four(2);
  let i = 0;
  while (i < groups) {
    const n = size(i);
    sum += i + 3 < groups ? four(i + 3) : NOT_FOUR;
    if (n == 4) {
      if (sum < NOT_FOUR ? sum % 10 == 0 || (i + 4 < groups && size(i + 4) == 3) : size(i + 1) == 6) group(i, 4);
    } else if (n > 4 || (n == 3 && mayBeThrees(i))) {
      group(i, n);
    }
    sum -= load32(FOURS + (i << 2));
    i += 1;
  }
}

/** What group `i` adds to Luhn's sum where it is four digits of a longer number of groups of four. */
function four(i: i32): i32 {
  const sum = size(i) == 4 ? luhnSum(DIGITS + first(i), 4) : NOT_FOUR;
  store32(FOURS + (i << 2), sum);
  return sum;
}

function spoken(): i32 {
  if (before < 0) before = contextBefore(start(0));
  return before;
}

function luhn(from: i32, to: i32): boolean {
  return luhnSum(DIGITS + from, to - from) % 10 == 0;
}

function value(from: i32, count: i32): i32 {
  let v = 0;
  let i = from;
  while (i < from + count) {
    v = v * 10 + digit(i);
    i += 1;
  }
  return v;
}

/** The digits at `from` begin with a card scheme's range for this length. */
function isCardRange(from: i32, length: i32): boolean {
  const prefix = value(from, 6);
  const bit = 1 << length;
  let at = CARD_RANGES;
  while (load32(at) != 0) {
    if (prefix >= load32(at) && prefix <= load32(at + 4) && (load32(at + 8) & bit) != 0) return true;
    at += 12;
  }
  return false;
}

function card(from: i32, to: i32): boolean {
  const n = first(to) - first(from);
  if (!luhn(first(from), first(from) + n) || !isCardRange(first(from), n)) return false;
  found(CARD, start(from), end(to - 1), TAIL_NONE);
  return true;
}

function isClean(i: i32): boolean {
  return i < groups - 1 || suffix == 0;
}

/** What can begin at group `i` wherever in a sequence it is: numbers that carry their own proof. */
function group(i: i32, n: i32): void {
  const left = groups - i;
  if (n == 4) {
    if (left < 3) return;
    const s = separator(i + 1);
    if (s == SLASH || s == MIXED || s == DOT && separator(i + 2) != DOT) return;
    if (s != separator(i + 2)) return;
    const second = size(i + 1);
    if (second == 4 && size(i + 2) == 4) {
      if (left > 3 && size(i + 3) == 4 && separator(i + 3) == s) {
        if (left > 4 && separator(i + 4) == s && size(i + 4) == 3 && isClean(i + 4) && card(i, i + 5)) return;
        // Nine in ten end here, without a call.
        if (isClean(i + 3) && luhn(first(i), first(i) + 16)) card(i, i + 4);
      }
      return;
    }
    if (second == 6 && (size(i + 2) == 5 || size(i + 2) == 4) && isClean(i + 2)) card(i, i + 3);
    return;
  }
  if (n >= 12) {
    // A decimal fraction is no card.
    if (n <= 19 && isClean(i) && separator(i) != DOT && (i == groups - 1 || separator(i + 1) != DOT)) {
      if (luhn(first(i), first(i + 1)) && isCardRange(first(i), n)) found(CARD, start(i), end(i), TAIL_NONE);
    }
    return;
  }
  if (n == 3 && left >= 3) {
    const second = size(i + 1);
    if (second == 2 || (second == 3 && left > 3 && size(i + 3) == 2)) threes(i);
  }
}

function sameSeparators(from: i32, to: i32): boolean {
  let i = from + 2;
  while (i < to) {
    if (separator(i) != separator(from + 1)) return false;
    i += 1;
  }
  return true;
}

/** Group `from` begins and group `to - 1` ends a run of this separator: no neighbour goes on with it. */
function isApart(from: i32, to: i32, s: i32): boolean {
  return (from == 0 || separator(from) != s) && (to == groups || separator(to) != s) && isClean(to - 1);
}

/** 3-2-4: a US social security or taxpayer number. 3.3.3-2: a Brazilian CPF. */
function threes(i: i32): void {
  const s = separator(i + 1);
  if (size(i + 1) == 2 && size(i + 2) == 4 && separator(i + 2) == s && isApart(i, i + 3, s)) {
    if (s == HYPHEN || ((s == BLANK || s == DOT) && i == 0 && groups == 3 && isNoOther())) social(i, i + 3);
    return;
  }
  if (groups - i >= 4 && s == DOT && size(i + 1) == 3 && size(i + 2) == 3 && size(i + 3) == 2 && separator(i + 2) == DOT
    && separator(i + 3) == HYPHEN && isClean(i + 3) && isCpf(first(i))) {
    found(BR_CPF, start(i), end(i + 3), TAIL_NONE);
  }
}

/** Nine digits from group `from` on, in the form of the US numbers. */
/** No word takes the number for a phone's or another thing's, or one calls it what it is. */
function isNoOther(): boolean {
  const near = spoken();
  return (near & C_SSN) != 0 || (near & (C_PHONE | C_OTHER)) == 0;
}

function social(from: i32, to: i32): boolean {
  const f = first(from);
  const area = value(f, 3);
  const middle = value(f + 3, 2);
  if (area == 0 || area == 666 || middle == 0 || value(f + 5, 4) == 0) return false;
  if (area < 900) {
    found(US_SSN, start(from), end(to - 1), TAIL_NONE);
    return true;
  }
  if ((middle >= 50 && middle <= 65) || (middle >= 70 && middle <= 88) || (middle >= 90 && middle != 93)) {
    found(US_ITIN, start(from), end(to - 1), TAIL_NONE);
    return true;
  }
  return false;
}

function isCpf(from: i32): boolean {
  let a = 0;
  let b = 0;
  let i = 0;
  let same = true;
  while (i < 9) {
    const d = digit(from + i);
    a += d * (10 - i);
    b += d * (11 - i);
    if (d != digit(from)) same = false;
    i += 1;
  }
  const x = a * 10 % 11 % 10;
  b += x * 2;
  return !same && x == digit(from + 9) && b * 10 % 11 % 10 == digit(from + 10);
}

function isCnpj(from: i32): boolean {
  let a = 0;
  let b = 0;
  let i = 0;
  while (i < 12) {
    const d = digit(from + i);
    a += d * (i < 4 ? 5 - i : 13 - i);
    b += d * (i < 5 ? 6 - i : 14 - i);
    i += 1;
  }
  const x = a % 11 < 2 ? 0 : 11 - a % 11;
  b += x * 2;
  const y = b % 11 < 2 ? 0 : 11 - b % 11;
  return x == digit(from + 12) && y == digit(from + 13) && value(from, 8) != 0;
}

/** UK NHS number: weights 10 to 2, modulo 11. */
function isNhs(from: i32): boolean {
  let sum = 0;
  let i = 0;
  while (i < 9) {
    sum += digit(from + i) * (10 - i);
    i += 1;
  }
  const check = (11 - sum % 11) % 11;
  return check != 10 && check == digit(from + 9);
}

/** Dutch BSN: weights 9 to 2 and -1, modulo 11. */
function isBsn(from: i32): boolean {
  let sum = 0;
  let i = 0;
  while (i < 8) {
    sum += digit(from + i) * (9 - i);
    i += 1;
  }
  sum -= digit(from + 8);
  return sum > 0 && sum % 11 == 0;
}

/** Australian TFN of nine digits: weights 1 4 3 7 5 8 6 9 10, modulo 11. */
function isTfn(from: i32): boolean {
  const sum = digit(from) + digit(from + 1) * 4 + digit(from + 2) * 3 + digit(from + 3) * 7 + digit(from + 4) * 5 + digit(from + 5) * 8
    + digit(from + 6) * 6 + digit(from + 7) * 9 + digit(from + 8) * 10;
  return sum > 0 && sum % 11 == 0;
}

/** German tax identification number: ISO 7064 mod 11,10; one digit twice or three times among the first ten. */
function isGermanTaxId(from: i32): boolean {
  if (digit(from) == 0) return false;
  let product = 10;
  let seen = 0;
  let i = 0;
  while (i < 10) {
    const d = digit(from + i);
    seen |= 1 << d;
    let sum = (d + product) % 10;
    if (sum == 0) sum = 10;
    product = sum * 2 % 11;
    i += 1;
  }
  let distinct = 0;
  while (seen != 0) {
    distinct += seen & 1;
    seen >>= 1;
  }
  return (distinct == 9 || distinct == 8) && (11 - product) % 10 == digit(from + 10);
}

/** French NIR without the Corsican letters: sex, year, month, place, order, then 97 minus the number modulo 97. */
function isNir(from: i32): boolean {
  const sex = digit(from);
  if (sex != 1 && sex != 2 && sex != 7 && sex != 8) return false;
  const month = value(from + 3, 2);
  if (month == 0 || (month > 12 && month < 20) || (month > 42 && month < 50)) return false;
  let remainder = 0;
  let i = 0;
  while (i < 13) {
    remainder = (remainder * 10 + digit(from + i)) % 97;
    i += 1;
  }
  return 97 - remainder == value(from + 13, 2);
}

/** Verhoeff's check, the dihedral group of order ten written out as arithmetic. */
function isVerhoeff(from: i32, count: i32): boolean {
  let c = 0;
  let i = 0;
  while (i < count) {
    let d = digit(from + count - 1 - i);
    // The permutation (1 5 8 9 4 2 7 0)(3 6), applied i times.
    let times = i & 7;
    while (times > 0) {
      d = permuted(d);
      times -= 1;
    }
    c = dihedral(c, d);
    i += 1;
  }
  return c == 0;
}

function permuted(d: i32): i32 {
  if (d == 0) return 1;
  if (d == 1) return 5;
  if (d == 2) return 7;
  if (d == 3) return 6;
  if (d == 4) return 2;
  if (d == 5) return 8;
  if (d == 6) return 3;
  if (d == 7) return 0;
  if (d == 8) return 9;
  return 4;
}

function dihedral(a: i32, b: i32): i32 {
  if (a < 5) return b < 5 ? (a + b) % 5 : (a + b - 5) % 5 + 5;
  return b < 5 ? (a - 5 - b + 5) % 5 + 5 : (a - b + 5) % 5;
}

function regions(): i32 {
  return load32(STATE + REGIONS);
}

/** A sequence of one group: numbers that are written without separators. */
function single(): void {
  const n = size(0);
  const from = start(0);
  const to = end(0);
  if (suffix != 0) {
    if (n == 8 && spanishLetter(first(0), 8) == (suffix & 0xDF) && (load8(CLASS + load8(to + 1)) & ALNUM) == 0) {
      found(ES_DNI, from, to + 1, TAIL_NONE);
      return;
    }
    if ((suffix | 0x20) == 0x78) phone(0, 1);
    return;
  }
  // `8-Z`: a DNI whose letter a hyphen sets apart.
  if (n == 8 && load8(to) == 0x2D && spanishLetter(first(0), 8) == (load8(to + 1) & 0xDF) && (load8(CLASS + load8(to + 1)) & LETTER) != 0
    && (load8(CLASS + load8(to + 2)) & ALNUM) == 0) {
    found(ES_DNI, from, to + 2, TAIL_NONE);
    return;
  }
  if (n < 7 || n > 19) return;
  const c = load8(from - 1);
  if (c == 0x2B) {
    phone(0, 1);
    return;
  }
  if (n >= 12) group(0, n);
  // A fraction, an amount or a price: `0.` is another group, `,` and currency signs are not separators.
  if (c == 0x2E || c == 0x24 || (c == 0x2C && isDigit(from - 2))) return;
  if (load8(to) == 0x2C && isDigit(to + 1) && isDigit(to + 2) && isDigit(to + 3) && !isDigit(to + 4)) return;
  const f = first(0);
  if (n == 15 && isNir(f)) {
    found(FR_NIR, from, to, TAIL_NONE);
    return;
  }
  if (n > 14) return;
  const near = spoken();
  const r = regions();
  if (n == 9) {
    if ((near & C_SSN) != 0) social(0, 1);
    if ((near & C_BSN) != 0 || (r & R_NL) != 0) if (isBsn(f)) found(NL_BSN, from, to, TAIL_NONE);
    if ((near & C_SIN) != 0 || (r & R_CA) != 0) if (isSin(f)) found(CA_SIN, from, to, TAIL_NONE);
    if ((near & C_TFN) != 0 || (r & R_AU) != 0) if (isTfn(f)) found(AU_TFN, from, to, TAIL_NONE);
  } else if (n == 10) {
    if ((near & C_NHS) != 0 || (r & R_GB) != 0) if (isNhs(f)) found(UK_NHS, from, to, TAIL_NONE);
  } else if (n == 11) {
    if ((near & C_BRAZIL) != 0 || (r & R_BR) != 0) if (isCpf(f)) found(BR_CPF, from, to, TAIL_NONE);
    if ((near & C_DE_TAX) != 0 || (r & R_DE) != 0) if (isGermanTaxId(f)) found(DE_TAX_ID, from, to, TAIL_NONE);
  } else if (n == 12) {
    if ((near & C_AADHAAR) != 0 || (r & R_IN) != 0) if (digit(f) > 1 && isVerhoeff(f, 12)) found(IN_AADHAAR, from, to, TAIL_NONE);
  } else if (n == 14) {
    if ((near & C_BRAZIL) != 0 || (r & R_BR) != 0) if (isCnpj(f)) found(BR_CNPJ, from, to, TAIL_NONE);
  }
  if (n == 8) dateOfBirth(from, to);
  byContext(from, to);
  if (n >= 7) phone(0, 1);
}

function isSin(from: i32): boolean {
  return digit(from) != 0 && digit(from) != 8 && luhn(from, from + 9);
}

/** The letter of a Spanish DNI or NIE. */
function spanishLetter(from: i32, count: i32): i32 {
  return spanishLetterOf(value(from, count));
}

/** By the number modulo 23. */
export function spanishLetterOf(v: i32): i32 {
  return load8(SPANISH_LETTERS + v % 23);
}

/** Passport and licence numbers have no form of their own: the word that names them must stand before. */
export function byContext(from: i32, to: i32): void {
  const length = to - from;
  if (length > 20) return;
  const near = contextBefore(from);
  if ((near & C_PASSPORT) != 0 && length >= 6 && length <= 10) found(PASSPORT, from, to, TAIL_NONE);
  if ((near & C_LICENCE) != 0) found(DRIVING_LICENCE, from, to, TAIL_NONE);
}

/** Runs of groups that something other than a blank joins. True when a phone number was found among them. */
function runs(): boolean {
  let i = 0;
  let any = false;
  while (i < groups) {
    let k = broken ? i + 1 : groups;
    while (k < groups && separator(k) != BLANK && separator(k) != MIXED) k += 1;
    if (k - i >= 2 && run(i, k)) any = true;
    i = k;
  }
  return any;
}

/** Groups `from` to `to` are joined by hyphens, dots and slashes, and blanks or the ends of the sequence surround them. */
function run(from: i32, to: i32): boolean {
  const n = to - from;
  const s = separator(from + 1);
  if (s == DOT) {
    let k = from + 1;
    while (k < to && k < from + 5 && separator(k) == DOT) k += 1;
    if (k - from == 4 && isQuad(from) && !(isPaired(from) && (contextBefore(start(from)) & C_PHONE) != 0)) {
      // A port, a mask or a range may follow; another dot may not.
      if (isClean(k - 1) && load8(start(from) - 1) != 0x2E && (wordBefore(start(from)) & C_VERSION) == 0) {
        found(IPV4, start(from), end(k - 1), TAIL_NONE);
        if (k < to && separator(k) == HYPHEN) run(k, to);
        return true;
      }
    }
    if (n == 2) {
      coordinate(from);
      return false;
    }
    if (n == 5 && size(from) == 2 && size(from + 1) == 3 && size(from + 2) == 3 && separator(from + 2) == DOT && separator(from + 3) == SLASH
      && size(from + 3) == 4 && separator(from + 4) == HYPHEN && size(from + 4) == 2 && isClean(to - 1) && isCnpj(first(from))) {
      found(BR_CNPJ, start(from), end(to - 1), TAIL_NONE);
      return true;
    }
  }
  if (n == 3 && sameSeparators(from, to)) {
    const a = size(from);
    const c = size(from + 2);
    if ((a == 4 && c <= 2) || (a <= 2 && (c == 4 || c == 2))) {
      dateOfBirth(start(from), end(from + 2));
      return false;
    }
  }
  if (n > 6) return false;
  if (from > 0 && groups > 2 && to < groups && size(from) < 3) return false;
  return phone(from, to);
}

/** As a phone number is printed and an address is not: four pairs of digits, or a zero before other digits. */
function isPaired(from: i32): boolean {
  // Negative where more than one digit begins with a zero; zero where all are pairs.
  let zeros = 0;
  let others = 0;
  let i = from;
  while (i < from + 4) {
    zeros |= (1 - size(i)) & (digit(first(i)) - 1);
    others |= size(i) ^ 2;
    i += 1;
  }
  return zeros < 0 || others == 0;
}

/** The four groups from `from` on are numbers up to 255; 240.0.0.0/4 has masks and stand-ins, and nobody's address. */
function isQuad(from: i32): boolean {
  // Negative where a group has more than three digits, or three that are too many. No branch: how long they are nobody can guess.
  let most = 239;
  let fits = 0;
  let i = from;
  while (i < from + 4) {
    const n = size(i);
    const f = first(i);
    fits |= (3 - n) | ((2 - n) & (most - digit(f) * 100 - digit(f + 1) * 10 - digit(f + 2)));
    most = 255;
    i += 1;
  }
  return fits >= 0;
}

/** All groups of the sequence taken together. */
function whole(from: i32, to: i32): void {
  const n = to - from;
  const f = first(from);
  const digits = first(to) - f;
  if (digits < 7) return;
  if (n > 8) return;
  const same = sameSeparators(from, to);
  const s = separator(from + 1);
  if (suffix == 0 && same && (s == BLANK || s == HYPHEN)) {
    if (n == 3 && digits == 12 && size(from) == 4 && size(from + 1) == 4 && digit(f) > 1 && isVerhoeff(f, 12)) {
      found(IN_AADHAAR, start(from), end(to - 1), TAIL_NONE);
      return;
    }
    if (digits == 15 && size(from) == 1 && isNir(f)) {
      found(FR_NIR, start(from), end(to - 1), TAIL_NONE);
      return;
    }
    if (n == 3 && size(from) == 3 && size(from + 1) == 3) {
      const near = spoken();
      const r = regions();
      if (digits == 10 && ((near & C_NHS) != 0 || (r & R_GB) != 0) && isNhs(f)) found(UK_NHS, start(from), end(to - 1), TAIL_NONE);
      if (digits == 9) {
        if (((near & C_SIN) != 0 || (r & R_CA) != 0) && isSin(f)) found(CA_SIN, start(from), end(to - 1), TAIL_NONE);
        if (((near & C_TFN) != 0 || (r & R_AU) != 0) && isTfn(f)) found(AU_TFN, start(from), end(to - 1), TAIL_NONE);
        if (((near & C_BSN) != 0 || (r & R_NL) != 0) && isBsn(f)) found(NL_BSN, start(from), end(to - 1), TAIL_NONE);
      }
    }
    if (digits == 11 && n == 4 && size(from) == 2 && size(from + 1) == 3 && size(from + 2) == 3
      && ((spoken() & C_DE_TAX) != 0 || (regions() & R_DE) != 0) && isGermanTaxId(f)) {
      found(DE_TAX_ID, start(from), end(to - 1), TAIL_NONE);
    }
  }
  // A phone number with a form of its own is none that a word makes another thing of.
  if (!phone(from, to) && digits <= 16 && (spoken() & C_LICENCE) != 0) found(DRIVING_LICENCE, start(from), end(to - 1), TAIL_NONE);
}

/** `48.8584, 2.2945`: two decimal numbers in range with three places or more, a comma or a word that says so between or before. */
function coordinate(from: i32): void {
  if (size(from) > 2 || size(from + 1) < 3 || size(from + 1) > 15 || value(first(from), size(from)) > 90) return;
  let at = start(from);
  const sign = load8(at - 1);
  if (sign == 0x2D || sign == 0x2B) at -= 1;
  let i = end(from + 1);
  let comma = false;
  const limit = i + 6;
  while (i < limit) {
    const c = load8(i);
    if (c == 0x2C || c == 0x3B) comma = true;
    else if (c != 0x20 && c != 0xC2 && c != 0xB0 && (c | 0x20) != 0x6E && (c | 0x20) != 0x73) break;
    i += 1;
  }
  if (load8(i) == 0x2D || load8(i) == 0x2B) i += 1;
  let degrees = 0;
  let digits = 0;
  while (isDigit(i) && digits < 4) {
    degrees = degrees * 10 + load8(i) - 0x30;
    digits += 1;
    i += 1;
  }
  if (digits == 0 || digits > 3 || degrees > 180 || load8(i) != 0x2E) {
    // One of the two by itself: `lat: 48.8584`.
    if ((spoken() & C_PLACE) != 0 && from == 0) found(COORDINATES, at, end(from + 1), TAIL_NONE);
    return;
  }
  i += 1;
  const fraction = i;
  while (isDigit(i) && i < fraction + 16) i += 1;
  if (i < fraction + 3 || isDigit(i)) return;
  // Four places on both, or a word: prices and measures come in pairs too.
  if ((comma && size(from + 1) >= 4 && i - fraction >= 4) || (spoken() & C_PLACE) != 0) found(COORDINATES, at, i, TAIL_NONE);
}

/** Groups `from` to `to` as a phone number. */
function phone(from: i32, to: i32): boolean {
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

function extension(at: i32): i32 {
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
