import { categories } from './context';
import { AWS_KEY, C_SECRET, JWT, PRIVATE_KEY, SECRET, TOKEN_KIND } from './ids';
import {
  CLASS, DIGIT, LETTER, MORE, NO_LETTER, PEM, SECRET_ENDINGS, STANDS_IN, STATE, TAIL_JWT, TAIL_NONE, TAIL_PEM, TAIL_QUOTED, TAIL_TOKEN, TAIL_VALUE,
  TOKEN, TOKEN_PREFIXES, TOKEN_ROWS, VALUE_END, VALUE_FROM, VALUE_READ,
} from './layout';
import { found } from './matches';
import { byteMask, digitRun, highMask, load32, load32u, load8, mul, store32, tokenMask, valueEndMask, wordMask } from './portable';
import type { i32 } from './types';

function isToken(at: i32): boolean {
  return (load8(CLASS + load8(at)) & TOKEN) != 0;
}

/** How far a run is read before its tail is left to the output. */
const REACH: i32 = 500;

/** `at` is the sixteenth byte of a run of token bytes. */
export function longRun(at: i32): void {
  let start = at - 15;
  // Dashes before a token (a list, `--flag`) are not part of it.
  while (load8(start) == 0x2D && start < at - 8) start += 1;
  if (load32u(start) << 8 == 0x4A796500) {
    jwt(start);
    return;
  }
  prefixed(start);
}

/** `eyJ...` with at least one dot and a second part: header.payload[.signature], and the five parts of an encrypted token. */
function jwt(start: i32): void {
  const dot = tokenStop(start, start + REACH, 0);
  if (load8(dot) != 0x2E || dot >= start + REACH) return;
  if (digitRun(tokenMask(dot + 1)) >= 8) found(JWT, start, dot + 9, TAIL_JWT);
}

/** The run begins with a prefix that an issuer gives its tokens. */
function prefixed(start: i32): void {
  const first = load8(start);
  if (first > 127 || load8(TOKEN_ROWS + first) == 0) return;
  let at = TOKEN_PREFIXES + (load8(TOKEN_ROWS + first) - 1 << 4);
  while (load8(at + 4) == first) {
    const length = load8(at);
    if (startsWith(start, at + 4, length)) {
      const least = load8(at + 1);
      const kind = load8(at + 2);
      const exact = load8(at + 3);
      let i = start + length;
      if (kind == AWS_KEY) {
        while (i < start + 21 && isUpperOrDigit(load8(i))) i += 1;
        if (i == start + 20 && !isToken(i)) {
          found(AWS_KEY, start, i, TAIL_NONE);
          return;
        }
      } else {
        while (i < start + least && isToken(i)) i += 1;
        if (i == start + least && (exact == 0 || !isToken(i))) {
          found(TOKEN_KIND, start, i, exact == 0 ? TAIL_TOKEN : TAIL_NONE);
          return;
        }
      }
    }
    at += 16;
  }
}

function isUpperOrDigit(c: i32): boolean {
  return (c >= 0x41 && c <= 0x5A) || (c >= 0x30 && c <= 0x39);
}

function startsWith(at: i32, literal: i32, length: i32): boolean {
  let i = 0;
  while (i < length) {
    if (load8(at + i) != load8(literal + i)) return false;
    i += 1;
  }
  return true;
}

/** `at` is the first of a row of dashes: `-----BEGIN ... PRIVATE KEY-----` and what follows. */
export function dashes(at: i32): void {
  if (load32u(at + 1) != 0x2D2D2D2D || load32u(at + 5) != 0x49474542 || load8(at + 9) != 0x4E) return;
  let i = at + 10;
  const limit = at + 50;
  // "PRIVATE KEY"
  while (i < limit) {
    const c = load8(i);
    if (c == 0x2D || c < 0x20) return;
    if (c == 0x50 && load32u(i) == 0x56495250 && load32u(i + 4) == 0x20455441 && load32u(i + 7) == 0x59454B20) {
      i += 11;
      while (i < limit + 16 && load8(i) >= 0x20 && load8(i) != 0x2D) i += 1;
      if (load32u(i) != 0x2D2D2D2D || load8(i + 4) != 0x2D) return;
      found(PRIVATE_KEY, at, i + 5, TAIL_PEM);
      return;
    }
    i += 1;
  }
}

/** The last byte of the key before `at`: a blank, a quote and a backslash before that may stand between. */
export function keyEnd(at: i32): i32 {
  let i = at - 1;
  i -= load8(i) == 0x20 ? 1 : 0;
  i -= (load8(i) == 0x22 ? 1 : 0) | (load8(i) == 0x27 ? 1 : 0);
  return i - (load8(i) == 0x5C ? 1 : 0);
}

/** Words that name a secret end in these three letters. Most keys, here with their last byte at `i`, do not. */
export function endsLikeSecret(i: i32): boolean {
  const slot = lastLetters(load32u(i - 3));
  return (load8(SECRET_ENDINGS + (slot >> 3)) >> (slot & 7) & 1) != 0 && (load8(CLASS + load8(i)) & LETTER) != 0 && isToken(i - 1) && isToken(i - 2);
}

/** `at` is `=` or `:`. A key that names a secret stands before, with its last byte at `last`, and its value after. */
export function assignment(at: i32, last: i32): void {
  if (!isInValue(at) && namesSecret(last)) value(at + 1);
}

/** Forgets the last value: the window has moved. */
export function resetValue(): void {
  store32(STATE + VALUE_FROM, 0);
}

/**
 * `at` is within a value without quotes, and what it assigns ends where that does: `password=password=...` is one finding. Each byte is
 * read once, however many ask.
 */
function isInValue(at: i32): boolean {
  const from = load32(STATE + VALUE_FROM);
  if (from == 0 || at < from) return false;
  if (load32(STATE + VALUE_READ) < at) {
    const i = valueStop(load32(STATE + VALUE_READ), at);
    store32(STATE + VALUE_READ, i);
    if (i < at) {
      resetValue();
      return false;
    }
  }
  // A quote, a blank or the scheme of an Authorization header begins a value that goes on beyond.
  const first = load8(at + 1) == 0x3D ? at + 2 : at + 1;
  return load8(first) != 0x5C && !isValueEnd(load8(first), 0) && afterScheme(first) == first;
}

/** A number below 4096 for the last three of four bytes, without case. */
export function lastLetters(four: i32): i32 {
  return mul(four >>> 8 | 0x202020, 0x9E3779B1 | 0) >>> 20;
}

/** The last nine bytes of the key that was last seen to name a secret: texts repeat their keys. */
let known: i32 = 0;
let knownBefore: i32 = 0;
let knownFirst: i32 = -1;

/** The identifier that ends at `last` has a word that names a secret, or words that do together: `api_key`, `secretAccessKey`. */
function namesSecret(last: i32): boolean {
  let i = last;
  let word = 0;
  /** The words behind, and this one. */
  let words = 0;
  let several = false;
  const end = load32u(last - 3);
  const before = load32u(last - 7);
  const first = load8(last - 8);
  if (end == known && before == knownBefore && first == knownFirst) return true;
  const floor = last - 40;
  while (i >= floor) {
    const c = load8(i);
    const letter = (load8(MORE + c) & NO_LETTER) == 0;
    if (letter) {
      word = mul(word, 31) + (c | 0x20);
      if (several) words = mul(words, 31) + (c | 0x20);
    }
    // A capital begins a word.
    if (!letter || (c < 0x60 && load8(i - 1) > 0x60)) {
      if (isSecretWord(word) || (several && isSecretWord(words))) {
        // No byte before those decided it.
        if (i - (letter ? 1 : 0) >= last - 8) {
          known = end;
          knownBefore = before;
          knownFirst = first;
        }
        return true;
      }
      if (!letter && c != 0x5F && c != 0x2D && c != 0x2E && (load8(CLASS + c) & DIGIT) == 0) return false;
      if (!several) words = word;
      several = true;
      word = 0;
    }
    i -= 1;
  }
  return false;
}

function isSecretWord(hash: i32): boolean {
  return (categories(hash) & C_SECRET) != 0;
}

/** As much of a value is read before its tail is left to the output. */
const REACHED: i32 = 24;

function value(from: i32): void {
  let i = from;
  if (load8(i) == 0x3D || load8(i) == 0x3E) i += 1;
  while (i < from + 4 && (load8(i) == 0x20 || load8(i) == 0x09)) i += 1;
  let quote = load8(i);
  // Within a string of JSON the quotes themselves are escaped.
  const within = quote == 0x5C && load8(i + 1) == 0x22;
  if (within) {
    i += 1;
    quote = 0x22;
  }
  if (quote == 0x22 || quote == 0x27 || quote == 0x60) i += 1;
  else quote = 0;
  i = afterScheme(i);
  const first = load8(i);
  if ((load8(MORE + first) & STANDS_IN) != 0) return;
  let length = 0;
  if (quote != 0) {
    while (length < REACHED && !isValueEnd(load8(i + length), quote)) {
      length += !within && load8(i + length) == 0x5C && load8(i + length + 1) == quote ? 2 : 1;
    }
    if (length < 4) return;
  } else {
    // A word of letters is prose: `secret: none`, and so is one before a colon: `password: note: ...`.
    const letters = digitRun(wordMask(i) & ~highMask(i));
    const word = load8(i + letters) == 0x3A ? letters + 1 : letters;
    if (letters < 16 && isValueEnd(load8(i + word), 0)) return;
    length = digitRun(~(valueEndMask(i) | 1 << REACHED));
    if (length < 4) return;
  }
  found(SECRET, i, i + length, length < REACHED ? TAIL_NONE : quote == 0 ? TAIL_VALUE : TAIL_QUOTED + quote);
  if (quote != 0) return;
  store32(STATE + VALUE_FROM, i);
  store32(STATE + VALUE_READ, i + length);
}

/** Skips `Bearer `, `Basic ` and `Token ` of an Authorization header. */
function afterScheme(at: i32): i32 {
  const four = load32u(at) | 0x20202020;
  if (four == 0x72616562 && load8(at + 6) == 0x20) return at + 7;
  if ((four == 0x69736162 || four == 0x656B6F74) && load8(at + 5) == 0x20) return at + 6;
  return at;
}

/** Where a run of token bytes, and of `also`, that goes on at `from` ends, or a place from `end` on. */
export function tokenStop(from: i32, end: i32, also: i32): i32 {
  let i = from;
  while (i < end) {
    const rest = ~(tokenMask(i) | (also != 0 ? byteMask(i, also) : 0));
    if (rest != 0) return i + digitRun(~rest);
    i += 32;
  }
  return i;
}

/** Where a value without quotes that goes on at `from` ends, or a place from `end` on. */
export function valueStop(from: i32, end: i32): i32 {
  let i = from;
  while (i < end) {
    const ends = valueEndMask(i);
    if (ends != 0) return i + digitRun(~ends);
    i += 32;
  }
  return i;
}

/** Where a value without quotes ends: white space, quotes and what separates pairs; with a quote, at that quote or the line's end. */
export function isValueEnd(c: i32, quote: i32): boolean {
  if (quote != 0) return c == quote || c == 0x0A || c == 0x0D || c == 0;
  return (load8(MORE + c) & VALUE_END) != 0;
}

/** Bytes of a PEM block. */
export function isPem(c: i32): boolean {
  return (load8(CLASS + c) & PEM) != 0;
}
