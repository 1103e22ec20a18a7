import { EMAIL, URL_CREDENTIAL } from './ids';
import { ALNUM, CLASS, DIGIT, HIGH, HOST, LETTER, LOCAL, MORE, TAIL_NONE, USER_END } from './layout';
import { found } from './matches';
import {
  alnumMask,
  byteMask,
  digitMask,
  digitRun,
  leadingZeros,
  load16,
  load32u,
  load8,
  localMask,
  userEndMask,
} from './portable';
import type { i32 } from './types';

const MAX_LOCAL: i32 = 64;
const MAX_DOMAIN: i32 = 253;
const MAX_USER_INFO: i32 = 256;

/** `at` is an `@`. */
export function atSign(at: i32): void {
  const before = load8(at - 1);
  if (before <= 0x20 || !userInfo(at)) address(at, before);
}

/** `scheme://user:password@host`: the part between `//` and `@`. */
function userInfo(at: i32): boolean {
  const ends = userEndMask(at - 32);
  if (ends != 0 && load8(at - 1 - leadingZeros(ends)) != 0x2f) return false;
  let i = at - 1;
  const floor = at - MAX_USER_INFO;
  let colon = false;
  while (i >= floor && (load8(MORE + load8(i)) & USER_END) == 0) {
    if (load8(i) == 0x3a) colon = true;
    i -= 1;
  }
  if (i >= floor && load8(i) != 0x2f) return false;
  if (i < floor || !colon) return false;
  // "://"
  if (load8(i - 1) != 0x2f || load8(i - 2) != 0x3a || (load8(CLASS + load8(i - 3)) & ALNUM) == 0) return false;
  if (i + 1 == at) return false;
  found(URL_CREDENTIAL, i + 1, at, TAIL_NONE);
  return true;
}

function address(at: i32, before: i32): void {
  if (before != 0x22 && (load8(CLASS + before) & LOCAL) == 0) return;
  const end = load8(at + 1) == 0x5b ? literalDomain(at + 1) : host(at + 1);
  if (end == 0) return;
  const start = before == 0x22 ? quotedLocal(at) : dotString(at);
  if (start != 0) found(EMAIL, withoutEscape(start, at), end, TAIL_NONE);
}

/** Behind the letter of an escape (`\\njane@`) or the colour of a terminal (`ESC[32mjane@`). */
function withoutEscape(start: i32, at: i32): i32 {
  const before = load8(start - 1);
  const c = load8(start);
  if (before == 0x5c && start + 1 < at && (c == 0x6e || c == 0x72 || c == 0x74)) return start + 1;
  if (before != 0x5b && before != 0x3b) return start;
  let i = start;
  while (i < start + 4 && (load8(CLASS + load8(i)) & DIGIT) != 0) i += 1;
  let k = start - 1;
  while (k > start - 12 && load8(k) != 0x1b) k -= 1;
  return load8(i) == 0x6d && i + 1 < at && load8(k) == 0x1b ? i + 1 : start;
}

/** `"any text"@`: back to the opening quote. */
function quotedLocal(at: i32): i32 {
  let i = at - 2;
  while (i >= at - MAX_LOCAL) {
    const c = load8(i);
    if (c < 0x20) return 0;
    if (c == 0x22 && load8(i - 1) != 0x5c) return i < at - 2 ? i : 0;
    i -= 1;
  }
  return 0;
}

/**
 * Where the local part begins, or 0. A key of a `key=value` pair and punctuation that only surrounds the address stay
 * outside.
 */
function dotString(at: i32): i32 {
  // Most are read at a glance: a letter, digit or one of `_+-` begins what is at most 31 bytes without a `=`.
  const length = leadingZeros(~localMask(at - 32));
  if (length > 0 && length < 32 && byteMask(at - 32, 0x3d) >>> (32 - length) == 0 && begins(at - length)) {
    return at - length;
  }
  let i = at - 1;
  const floor = at - MAX_LOCAL;
  while (i >= floor && (load8(CLASS + load8(i)) & LOCAL) != 0) i -= 1;
  // A run longer than the grammar allows is no address as a whole; its last 64 bytes may still be one, and are taken.
  i += 1;
  let k = at - 1;
  while (k > i) {
    if (load8(k) == 0x3d && isKey(i, k)) {
      i = k + 1;
      break;
    }
    k -= 1;
  }
  while (i < at) {
    if (begins(i)) break;
    i += 1;
  }
  return i < at ? i : 0;
}

function begins(at: i32): boolean {
  const c = load8(at);
  return (load8(CLASS + c) & (ALNUM | HIGH)) != 0 || c == 0x5f || c == 0x2b || c == 0x2d;
}

/** Letters and underscores only, as in `email=`; what a mailing list writes before `=` has a `+`, a digit or a dot. */
function isKey(from: i32, to: i32): boolean {
  let i = from;
  while (i < to) {
    const c = load8(i);
    if ((load8(CLASS + c) & LETTER) == 0 && c != 0x5f && c != 0x26 && c != 0x3f) return false;
    i += 1;
  }
  return from < to;
}

/** `[192.0.2.1]`, `[IPv6:...]`. */
function literalDomain(at: i32): i32 {
  let i = at + 1;
  while (i < at + 52) {
    const c = load8(i);
    if (c == 0x5d) return i > at + 7 ? i + 1 : 0;
    if ((load8(CLASS + c) & ALNUM) == 0 && c != 0x2e && c != 0x3a) return 0;
    i += 1;
  }
  return 0;
}

/**
 * A UTF-8 sequence that stands for punctuation or a symbol and not for a letter of a name: U+0080-BF, U+2000-2BFF,
 * U+3000-303F, U+FF00-FF0F.
 */
export function isForeignPunctuation(at: i32): boolean {
  const c = load8(at);
  if (c == 0xc2) return true;
  const next = load8(at + 1);
  if (c == 0xe2) return next < 0xb0;
  if (c == 0xe3) return next == 0x80;
  if (c == 0xef) return next == 0xbc && load8(at + 2) < 0x90;
  return c == 0xf0 && next == 0x9f;
}

/**
 * As `domain`. Most are read at a glance: labels of letters, digits and hyphens, the last one of letters, all in 30
 * bytes.
 */
function host(from: i32): i32 {
  const alnum = alnumMask(from);
  const dots = byteMask(from, 0x2e);
  const hyphens = byteMask(from, 0x2d);
  let length = digitRun(alnum | dots | hyphens);
  if (length < 31 && (load8(CLASS + load8(from + length)) & HIGH) == 0) {
    // A dot after it ends a sentence.
    if (length > 0 && load8(from + length - 1) == 0x2e) length -= 1;
    const all = (1 << length) - 1;
    const inner = dots & all;
    if (inner == 0) return 0;
    const last = 32 - leadingZeros(inner);
    if (
      (((inner << 1) | 1) & (inner | hyphens)) == 0 &&
      length > last + 1 &&
      (all & (hyphens | digitMask(from))) >>> last == 0 &&
      !isFileSuffix(from + last, from + length) &&
      !isInvalid(from + last, from + length)
    ) {
      return from + length;
    }
  }
  return domain(from);
}

/**
 * Where the host name that begins at `from` ends, or 0: at least two labels, the last one a top-level domain by its
 * form.
 */
function domain(from: i32): i32 {
  let i = from;
  let label = from;
  let end = 0;
  let labels = 0;
  const limit = from + MAX_DOMAIN;
  while (i <= limit) {
    const c = load8(i);
    const flags = load8(CLASS + c);
    if ((flags & HOST) != 0) {
      i += 1;
      continue;
    }
    if ((flags & HIGH) != 0 && !isForeignPunctuation(i)) {
      i += c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;
      continue;
    }
    const length = i - label;
    if (length == 0 || length > 63) break;
    labels += 1;
    // One letter is no top-level domain; one of another script has two bytes at least.
    if (labels > 1 && length > 1) {
      const last = topLevel(label, i);
      if (last != 0) end = last;
    }
    if (load8(label) == 0x2d) break;
    if (c != 0x2e) break;
    i += 1;
    label = i;
  }
  return end;
}

/**
 * Where the label that could be a top-level domain ends, or 0. ASCII letters end where another script begins:
 * `example.com是`.
 */
function topLevel(from: i32, to: i32): i32 {
  const first = load8(CLASS + load8(from));
  if ((first & HIGH) != 0) return to;
  let i = from;
  let letters = true;
  while (i < to) {
    const flags = load8(CLASS + load8(i));
    if ((flags & HIGH) != 0) break;
    if ((flags & LETTER) == 0) letters = false;
    i += 1;
  }
  if (!letters) {
    // "xn--" and letters, digits, hyphens
    if (
      i == to &&
      to - from > 5 &&
      (load32u(from) | 0x2020) == 0x2d2d6e78 &&
      (load8(CLASS + load8(to - 1)) & (LETTER | DIGIT)) != 0
    ) {
      return to;
    }
    // `user@example.com-` or `a@b.org-wide`: the letters before the hyphen.
    let k = from;
    while (k < i && (load8(CLASS + load8(k)) & LETTER) != 0) k += 1;
    if (k - from < 2 || load8(k) != 0x2d) return 0;
    return isFileSuffix(from, k) ? 0 : k;
  }
  if (i - from < 2) return 0;
  return isFileSuffix(from, i) || isInvalid(from, i) ? 0 : i;
}

/** `.invalid` is nobody's (RFC 2606); pseudonyms end in it. */
function isInvalid(from: i32, to: i32): boolean {
  return to - from == 7 && (load32u(from) | 0x20202020) == 0x61766e69 && (load32u(from + 3) | 0x20202020) == 0x64696c61;
}

/** `logo@2x.png` is a file: suffixes that are no top-level domains. */
function isFileSuffix(from: i32, to: i32): boolean {
  const length = to - from;
  if (length == 3) {
    const s = load16(from) | (load8(from + 2) << 16) | 0x202020;
    return (
      s == 0x676e70 ||
      s == 0x67706a ||
      s == 0x666967 ||
      s == 0x677673 ||
      s == 0x737363 ||
      s == 0x736a6d ||
      s == 0x666470 ||
      s == 0x676f6c
    );
  }
  if (length == 4) {
    const s = load32u(from) | 0x20202020;
    return s == 0x6765706a || s == 0x70626577 || s == 0x6e6f736a || s == 0x6c6d7468;
  }
  return false;
}
