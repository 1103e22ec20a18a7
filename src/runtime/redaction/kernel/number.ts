import { isBsn, isCnpj, isCpf, isGermanTaxId, isNhs, isNir, isSin, isTfn, isVerhoeff } from './checks';
import { contextAfter, contextBefore, contextWithin, wordBefore } from './context';
import { dateOfBirth, easternDate } from './date';
import { group, proven, social } from './identity';
import {
  AU_TFN,
  BR_CNPJ,
  BR_CPF,
  CA_SIN,
  C_AADHAAR,
  C_BIRTH,
  C_BRAZIL,
  C_BSN,
  C_CALL,
  C_DE_TAX,
  C_DRIVE,
  C_LICENCE,
  C_NET,
  C_NHS,
  C_OTHER,
  C_PASSPORT,
  C_PERMIT,
  C_PHONE,
  C_SIN,
  C_SSN,
  C_TFN,
  C_VERSION,
  DE_TAX_ID,
  DRIVING_LICENCE,
  ES_DNI,
  FR_NIR,
  IN_AADHAAR,
  IPV4,
  NL_BSN,
  PASSPORT,
  R_AU,
  R_BR,
  R_CA,
  R_DE,
  R_GB,
  R_NL,
  UK_NHS,
} from './ids';
import {
  ALNUM,
  CLASS,
  DIGIT,
  HIGH,
  LETTER,
  MORE,
  NUMBERS_DONE,
  PHONE_REGIONS,
  REGIONS,
  SEPARATES_SHIFT,
  SPANISH_LETTERS,
  STATE,
  TAIL_NONE,
  TOKEN,
} from './layout';
import { found, isLast, matches } from './matches';
import { extension, phone, phoneEnd } from './phone';
import { place } from './place';
import { byteMask, digitMask, digitRun, load32, load8, store32 } from './portable';
import {
  BLANK,
  broken,
  digit,
  DOT,
  dotted,
  dropLast,
  end,
  first,
  groups,
  HYPHEN,
  isClean,
  isDigit,
  joined,
  longest,
  MIXED,
  OVERLAP,
  REACH,
  read,
  sameSeparators,
  separator,
  separatorAt,
  size,
  SLASH,
  spoken,
  start,
  suffix,
  value,
} from './sequence';
import type { i32 } from './types';

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
 * begins here. True when
 * they are done up to the last.
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
      if (
        n + m < 6 ||
        (n + m < 7 && load32(STATE + PHONE_REGIONS) == 0) ||
        (m != 0 && isUnnamedPair(at, next >> 8, until))
      ) {
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

function regions(): i32 {
  return load32(STATE + REGIONS);
}

/** A sequence of one group: numbers that are written without separators. */
function single(): void {
  const n = size(0);
  const from = start(0);
  const to = end(0);
  if (suffix != 0) {
    if (n == 8 && spanishLetter(first(0), 8) == (suffix & 0xdf) && (load8(CLASS + load8(to + 1)) & ALNUM) == 0) {
      found(ES_DNI, from, to + 1, TAIL_NONE);
      return;
    }
    if ((suffix | 0x20) == 0x78) phone(0, 1);
    return;
  }
  // `8-Z`: a DNI whose letter a hyphen sets apart.
  if (
    n == 8 &&
    load8(to) == 0x2d &&
    spanishLetter(first(0), 8) == (load8(to + 1) & 0xdf) &&
    (load8(CLASS + load8(to + 1)) & LETTER) != 0 &&
    (load8(CLASS + load8(to + 2)) & ALNUM) == 0
  ) {
    found(ES_DNI, from, to + 2, TAIL_NONE);
    return;
  }
  if (n < 7 || n > 19) return;
  const c = load8(from - 1);
  if (c == 0x2b) {
    phone(0, 1);
    return;
  }
  if (n >= 12) group(0, n);
  // A fraction, an amount or a price: `0.` is another group, `,` and currency signs are not separators.
  if (c == 0x2e || c == 0x24 || (c == 0x2c && isDigit(from - 2))) return;
  if (load8(to) == 0x2c && isDigit(to + 1) && isDigit(to + 2) && isDigit(to + 3) && !isDigit(to + 4)) return;
  const f = first(0);
  if (n == 15 && isNir(f) && (spoken() & C_OTHER) == 0) {
    found(FR_NIR, from, to, TAIL_NONE);
    return;
  }
  if (n > 14) return;
  const near = spoken();
  // What a word calls an id or an order is no region's number.
  const r = (near & C_OTHER) != 0 ? 0 : regions();
  if (n == 9) {
    if ((near & C_SSN) != 0) social(0, 1);
    if ((near & C_BSN) != 0) if (isBsn(f)) found(NL_BSN, from, to, TAIL_NONE);
    if ((near & C_SIN) != 0) if (isSin(f)) found(CA_SIN, from, to, TAIL_NONE);
    if ((near & C_TFN) != 0) if (isTfn(f)) found(AU_TFN, from, to, TAIL_NONE);
  } else if (n == 10) {
    if ((near & C_NHS) != 0) if (isNhs(f)) found(UK_NHS, from, to, TAIL_NONE);
  } else if (n == 11) {
    if ((near & C_BRAZIL) != 0 || (r & R_BR) != 0) if (isCpf(f)) found(BR_CPF, from, to, TAIL_NONE);
    if ((near & C_DE_TAX) != 0) if (isGermanTaxId(f)) found(DE_TAX_ID, from, to, TAIL_NONE);
  } else if (n == 12) {
    if ((near & C_AADHAAR) != 0) if (digit(f) > 1 && isVerhoeff(f, 12)) found(IN_AADHAAR, from, to, TAIL_NONE);
  } else if (n == 14) {
    if ((near & C_BRAZIL) != 0 || (r & R_BR) != 0) if (isCnpj(f)) found(BR_CNPJ, from, to, TAIL_NONE);
  }
  if (n == 8) dateOfBirth(from, to);
  byContext(from, to);
  if (n >= 7) phone(0, 1);
}

/** The letter of a Spanish DNI or NIE. */
function spanishLetter(from: i32, count: i32): i32 {
  return spanishLetterOf(value(from, count));
}

/** By the number modulo 23. */
export function spanishLetterOf(v: i32): i32 {
  return load8(SPANISH_LETTERS + (v % 23));
}

/** A word for a driving licence, or one for driving and one for a licence. */
function isLicence(near: i32): boolean {
  return (near & C_LICENCE) != 0 || (near & (C_DRIVE | C_PERMIT)) == (C_DRIVE | C_PERMIT);
}

/** Passport and licence numbers have no form of their own: the word that names them must stand before. */
export function byContext(from: i32, to: i32): void {
  const length = to - from;
  if (length > 20) return;
  const near = contextBefore(from);
  if ((near & C_PASSPORT) != 0 && length >= 6 && length <= 10) found(PASSPORT, from, to, TAIL_NONE);
  if (isLicence(near)) found(DRIVING_LICENCE, from, to, TAIL_NONE);
}

/** Runs of groups that something other than a blank joins. True when it was told of one of them what it is. */
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

/**
 * Groups `from` to `to` are joined by hyphens, dots and slashes, and blanks or the ends of the sequence surround them.
 */
function run(from: i32, to: i32): boolean {
  const n = to - from;
  const s = separator(from + 1);
  if (s == DOT) {
    let k = from + 1;
    while (k < to && k < from + 5 && separator(k) == DOT) k += 1;
    if (k - from == 4 && isQuad(from) && !(isPaired(from) && (contextBefore(start(from)) & (C_PHONE | C_CALL)) != 0)) {
      // A port, a mask or a range may follow; another dot may not.
      if (isVersion(start(from), end(k - 1))) return true;
      if (isClean(k - 1) && load8(start(from) - 1) != 0x2e) {
        found(IPV4, start(from), end(k - 1), TAIL_NONE);
        if (k < to && separator(k) == HYPHEN) run(k, to);
        return true;
      }
    }
    if (n == 2) {
      place(start(from));
      return phone(from, to);
    }
    if (
      n == 5 &&
      size(from) == 2 &&
      size(from + 1) == 3 &&
      size(from + 2) == 3 &&
      separator(from + 2) == DOT &&
      separator(from + 3) == SLASH &&
      size(from + 3) == 4 &&
      separator(from + 4) == HYPHEN &&
      size(from + 4) == 2 &&
      isClean(to - 1) &&
      isCnpj(first(from))
    ) {
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

/** `release 1.2.3.4`, `Chrome/120.0.0.0`, `^1.2.3.4`: no address, unless a word of networks is beside it. */
function isVersion(at: i32, to: i32): boolean {
  let i = at - 1;
  if (load8(i) == 0x2f) {
    // A product, and no host's name: `localhost/127.0.0.1`, `example.com/192.0.2.1:80`.
    let dots = 0;
    while (i > at - 32 && (load8(CLASS + load8(i - 1)) & TOKEN) != 0) i -= 1;
    if (load8(i - 1) == 0x2e) dots += 1;
    const c = load8(i);
    return i < at - 1 && dots == 0 && load8(to) != 0x3a && ((c >= 0x41 && c <= 0x5a) || isSmall(at, to));
  }
  if (load8(i) == 0x5e || load8(i) == 0x7e) return true;
  // A heading of Markdown: `## [1.2.3.4]`.
  if (load8(i) == 0x5b) i -= 1;
  if (load8(i) == 0x20 && load8(i - 1) == 0x23) return true;
  if ((wordBefore(at) & C_VERSION) != 0) return (contextBefore(at) & C_NET) == 0;
  return isSmall(at, to) && isSmallVersion(contextWithin(at, VERSION_REACH));
}

function isSmallVersion(near: i32): boolean {
  return (near & (C_VERSION | C_PERMIT)) != 0 && (near & C_NET) == 0;
}

/** How far before `1.2.3.5` of `updated from 1.2.3.4 to 1.2.3.5` its word may stand. */
const VERSION_REACH: i32 = 32;

/** No number of the four has three digits. */
function isSmall(at: i32, to: i32): boolean {
  const digits = digitMask(at) & ((1 << (to - at)) - 1);
  return (digits & (digits >>> 1) & (digits >>> 2)) == 0;
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
  // Negative where a group has more than three digits, or three that are too many. No branch: how long they are nobody
  // can guess.
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
  if (digits < 6) return;
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
      if (digits == 10 && ((near & C_NHS) != 0 || (r & R_GB) != 0) && isNhs(f)) {
        found(UK_NHS, start(from), end(to - 1), TAIL_NONE);
      }
      if (digits == 9) {
        if (((near & C_SIN) != 0 || (r & R_CA) != 0) && isSin(f)) found(CA_SIN, start(from), end(to - 1), TAIL_NONE);
        if (((near & C_TFN) != 0 || (r & R_AU) != 0) && isTfn(f)) found(AU_TFN, start(from), end(to - 1), TAIL_NONE);
        if (((near & C_BSN) != 0 || (r & R_NL) != 0) && isBsn(f)) found(NL_BSN, start(from), end(to - 1), TAIL_NONE);
      }
    }
    if (
      digits == 11 &&
      n == 4 &&
      size(from) == 2 &&
      size(from + 1) == 3 &&
      size(from + 2) == 3 &&
      ((spoken() & C_DE_TAX) != 0 || (regions() & R_DE) != 0) &&
      isGermanTaxId(f)
    ) {
      found(DE_TAX_ID, start(from), end(to - 1), TAIL_NONE);
    }
  }
  // A phone number with a form of its own is none that a word makes another thing of.
  if (n > 3 && separator(to - 1) == MIXED && phone(from, to - 1)) return;
  if (!phone(from, to) && digits <= 16 && isLicence(spoken())) {
    found(DRIVING_LICENCE, start(from), end(to - 1), TAIL_NONE);
  }
}
