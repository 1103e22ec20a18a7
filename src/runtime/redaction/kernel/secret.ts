import { categories } from './context';
import { isValueEnd, valueStop } from './ends';
import {
  C_CARD_CODE,
  C_CODE,
  C_CURSOR,
  C_EXPIRY,
  C_SECRET,
  C_TOKEN,
  C_VALUE,
  CARD_EXPIRY,
  CARD_SECURITY_CODE,
  SECRET,
} from './ids';
import {
  CLASS,
  DIGIT,
  HIGH,
  LETTER,
  MORE,
  NO_LETTER,
  SECRET_ENDINGS,
  STATE,
  TAIL_NONE,
  TAIL_QUOTED,
  TAIL_VALUE,
  TOKEN,
  VALUE_FROM,
  VALUE_READ,
} from './layout';
import { found } from './matches';
import { digitMask, digitRun, load32, load32u, load8, mul, store32, valueEndMask } from './portable';
import { isPlain, isReference, isWord, REACHED, REACHED_PLAIN, standsIn, throughCommas, WEAK } from './reference';
import type { i32 } from './types';

/* How much a key says, WEAK (reference.ts) being the least. */
const STRONG: i32 = 2;
/** Digits alone are a value. */
const CODE: i32 = 3;
const CARD_CODE: i32 = 4;
const EXPIRES: i32 = 5;
const COOKIE: i32 = 6;
/** As much as the name before says. */
const VALUE: i32 = 7;

function isToken(at: i32): boolean {
  return (load8(CLASS + load8(at)) & (TOKEN | HIGH)) != 0;
}

function isDigit(at: i32): boolean {
  return (load8(CLASS + load8(at)) & DIGIT) != 0;
}

function isBlank(at: i32): boolean {
  return load8(at) == 0x20 || load8(at) == 0x09;
}

/** So many blanks may stand between a key, its `=` and its value: keys and values are aligned. */
const BLANKS: i32 = 40;

/** The last letter of the key before `at`: blanks, a quote and a backslash, and two digits of it, may stand between. */
export function keyEnd(at: i32): i32 {
  let i = at - 1;
  while (i > at - BLANKS && isBlank(i)) i -= 1;
  i -= (load8(i) == 0x22 ? 1 : 0) | (load8(i) == 0x27 ? 1 : 0);
  i -= load8(i) == 0x5c ? 1 : 0;
  i -= isDigit(i) ? 1 : 0;
  return i - (isDigit(i) ? 1 : 0);
}

/** Words that name a secret end in these three letters. Most keys, here with their last byte at `i`, do not. */
export function endsLikeSecret(i: i32): boolean {
  const slot = lastLetters(load32u(i - 3));
  return (
    ((load8(SECRET_ENDINGS + (slot >> 3)) >> (slot & 7)) & 1) != 0 &&
    (load8(CLASS + load8(i)) & (LETTER | HIGH)) != 0 &&
    isToken(i - 1) &&
    isToken(i - 2)
  );
}

/** `at` is `=` or `:`. A key that names a secret stands before, with its last byte at `last`, and its value after. */
export function assignment(at: i32, last: i32): void {
  if (isInValue(at)) return;
  let strength = namesSecret(last);
  if (strength == VALUE) strength = nameBefore(last);
  if (strength != 0) value(at + 1, strength);
}

/** Forgets the last value: the window has moved. */
export function resetValue(): void {
  store32(STATE + VALUE_FROM, 0);
}

/**
 * `at` is within a value without quotes, and what it assigns ends where that does: `password=password=...` is one
 * finding. Each byte is read once, however many ask.
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
  const first = load8(at + 1) == 0x3d ? at + 2 : at + 1;
  return load8(first) != 0x5c && !isValueEnd(load8(first), 0) && afterScheme(first) == first;
}

/** A number below 4096 for the last three of four bytes, without case. */
export function lastLetters(four: i32): i32 {
  return mul((four >>> 8) | 0x202020, 0x9e3779b1 | 0) >>> 20;
}

/**
 * The last nine bytes of the key that was last seen to name a secret, and how much it says: texts repeat their keys.
 */
let known: i32 = 0;
let knownBefore: i32 = 0;
let knownFirst: i32 = -1;
let knownStrength: i32 = 0;

/** What is longer than any of them joined to another word, as `PGPASSWORD`, and what is shorter. */
const LONGEST_SUFFIX: i32 = 10;

const LEAST_SUFFIX: i32 = 6;

/**
 * The identifier that ends at `last` ends in a word that names a secret, or in words that do together: `api_key`,
 * `secretAccessKey`. Zero where it does not.
 */
function namesSecret(last: i32): i32 {
  const end = load32u(last - 3);
  const before = load32u(last - 7);
  const first = load8(last - 8);
  if (end == known && before == knownBefore && first == knownFirst) return knownStrength;
  let i = last;
  let letters = 0;
  /** The words from this one on. */
  let words = 0;
  const floor = last - 40;
  while (i >= floor) {
    const c = load8(i);
    const letter = (load8(MORE + c) & NO_LETTER) == 0;
    if (letter) {
      words = mul(words, 31) + (c < 128 ? c | 0x20 : c);
      letters += 1;
    }
    // A capital begins a word.
    const begins = !letter || (c < 0x60 && load8(i - 1) > 0x60);
    if (begins || (letters >= LEAST_SUFFIX && letters <= LONGEST_SUFFIX)) {
      const spoken = categories(words);
      if (begins && (spoken & C_VALUE) != 0) {
        return codeOf(spoken);
      }
      if ((spoken & C_SECRET) != 0 || (begins && (spoken & C_TOKEN) != 0)) {
        const strength = (spoken & C_SECRET) != 0 ? STRONG : isCursor(letter ? i - 1 : i) || c == 0x3a ? 0 : WEAK;
        // No byte before those decided it.
        if (strength == STRONG && i - (letter ? 1 : 0) >= last - 8) {
          known = end;
          knownBefore = before;
          knownFirst = first;
          knownStrength = strength;
        }
        return strength;
      }
    }
    if (!letter && c != 0x5f && c != 0x2d && c != 0x2e && (load8(CLASS + c) & DIGIT) == 0) return 0;
    i -= 1;
  }
  return 0;
}

/** How much a name of a code, of cookies or of a value says. */
function codeOf(spoken: i32): i32 {
  if ((spoken & C_VALUE) == C_VALUE) return VALUE;
  if ((spoken & C_EXPIRY) == C_EXPIRY) return EXPIRES;
  if ((spoken & C_CARD_CODE) == C_CARD_CODE) return CARD_CODE;
  return (spoken & C_CODE) != 0 ? CODE : COOKIE;
}

/** `MM/YY`, `MM-YYYY`, `MM / YY`, `MMYY`: the end of a card's life. */
function expiry(at: i32): void {
  if (!isDigit(at) || !isDigit(at + 1)) return;
  const month = (load8(at) - 0x30) * 10 + load8(at + 1) - 0x30;
  if (month == 0 || month > 12) return;
  let i = at + 2;
  if (load8(i) == 0x20) i += 1;
  const separated = load8(i) == 0x2f || load8(i) == 0x2d;
  if (separated) i += 1;
  if (load8(i) == 0x20) i += 1;
  const length = digitRun(digitMask(i) & 0x1f);
  if ((length != 2 && length != 4) || (!separated && i > at + 2) || (load8(i) != 0x32 && length == 4)) return;
  if (isValueEnd(load8(i + length), 0) || load8(i + length) == 0x2e) found(CARD_EXPIRY, at, i + length, TAIL_NONE);
}

/** How far the name may end before `value`. */
const NAME_REACH: i32 = 32;

/** `"name":"DB_PASSWORD","value"`, `name="password" value`: what the name says that is the value before this one. */
function nameBefore(last: i32): i32 {
  let i = last - 4;
  if ((load8(i) | 0x20) != 0x76) return 0;
  i -= 1;
  const floor = i - NAME_REACH;
  while (i > floor && (isBlank(i) || load8(i) == 0x0a || load8(i) == 0x0d || isNameEnd(load8(i)))) i -= 1;
  const strength = i == floor || load8(i) < 0x30 || i == last - 5 ? 0 : namesSecret(i);
  if (strength == 0 || strength >= COOKIE) return 0;
  // It is itself behind a key.
  const first = i - 40;
  while (i > first && (isToken(i) || load8(i) == 0x2e || load8(i) == 0x2f)) i -= 1;
  while (i > first && (isBlank(i) || load8(i) == 0x22 || load8(i) == 0x27 || load8(i) == 0x5c)) i -= 1;
  return load8(i) == 0x3a || load8(i) == 0x3d ? strength : 0;
}

function isNameEnd(c: i32): boolean {
  return c == 0x22 || c == 0x27 || c == 0x2c || c == 0x3b || c == 0x5c;
}

/**
 * The word of the identifier that ends at `last`, or before a hyphen there, makes a token one of a parser or of a list.
 */
function isCursor(last: i32): boolean {
  let i = last;
  if (load8(i) == 0x5f || load8(i) == 0x2d || load8(i) == 0x20) i -= 1;
  let hash = 0;
  const floor = i - 14;
  while (i > floor && (load8(MORE + load8(i)) & NO_LETTER) == 0) {
    hash = mul(hash, 31) + (load8(i) | 0x20);
    if (load8(i) < 0x60 && load8(i - 1) > 0x60) break;
    i -= 1;
  }
  return (categories(hash) & C_CURSOR) != 0;
}

function value(from: i32, strength: i32): void {
  let i = from;
  if (load8(i) == 0x3d || load8(i) == 0x3e) i += 1;
  while (i < from + BLANKS && isBlank(i)) i += 1;
  if (load8(i) == 0x7b) i = attributeValue(i);
  let quote = load8(i);
  // Within a string of JSON the quotes themselves are escaped.
  const within = quote == 0x5c && load8(i + 1) == 0x22;
  if (within) {
    i += 1;
    quote = 0x22;
  }
  if (quote == 0x22 || quote == 0x27 || quote == 0x60) i += 1;
  else quote = 0;
  if (strength == COOKIE) {
    cookies(i, quote);
    return;
  }
  const scheme = i;
  i = afterScheme(i);
  if (strength == CODE || strength == CARD_CODE) {
    const length = digitRun(digitMask(i));
    if (length > 2 && length < (strength == CODE ? 9 : 5) && isValueEnd(load8(i + length), 0)) {
      found(strength == CODE ? SECRET : CARD_SECURITY_CODE, i, i + length, TAIL_NONE);
    }
    return;
  }
  if (strength == EXPIRES) {
    expiry(i);
    return;
  }
  if (standsIn(i, quote)) return;
  let length = 0;
  if (quote != 0) {
    let symbols = strength == STRONG ? 1 : 0;
    let digits = 0;
    while ((length < REACHED || (symbols == 0 && length < REACHED_PLAIN)) && !isValueEnd(load8(i + length), quote)) {
      const c = load8(i + length);
      // What a word like `token` names has no blanks, and is more than letters.
      if (c == 0x20 && strength == WEAK) return;
      if ((load8(MORE + c) & NO_LETTER) != 0 && c != 0x5f && c != 0x2d && c != 0x2e && c != 0x2f && c != 0x3a) {
        symbols += 1;
      }
      if ((load8(CLASS + c) & DIGIT) != 0) digits += 1;
      length += !within && c == 0x5c && load8(i + length + 1) == quote ? 2 : 1;
    }
    if (
      length < 4 ||
      (symbols == 0 && length < REACHED_PLAIN) ||
      (strength == WEAK && digits == length && length < 10)
    ) {
      return;
    }
  } else {
    length = digitRun(~(valueEndMask(i) | (1 << REACHED)));
    const plain = length;
    if (strength == STRONG && load8(i + length) == 0x2c && length < REACHED) length = throughCommas(i, length);
    if (length == plain && scheme == i ? isReference(i, strength) : isWord(i, length)) return;
    if (length < 4 || (strength == WEAK && scheme == i && isPlain(i, length))) return;
  }
  let tail: i32 = TAIL_NONE;
  if (quote == 0) {
    if (!isValueEnd(load8(i + length), 0)) tail = TAIL_VALUE;
  } else if (length >= REACHED) {
    tail = TAIL_QUOTED + quote;
  } else if (within && load8(i + length - 1) == 0x5c) {
    // Of the quote behind.
    length -= 1;
  }
  found(SECRET, i, i + length, tail);
  if (quote != 0) return;
  store32(STATE + VALUE_FROM, i);
  store32(STATE + VALUE_READ, i + length);
}

/** `{"S":"...`: where the value of an attribute of DynamoDB begins, or `at`. */
function attributeValue(at: i32): i32 {
  let i = at + 1;
  if (load8(i) == 0x20) i += 1;
  if (load8(i) == 0x5c) i += 1;
  if (load8(i) != 0x22 || (load8(i + 1) != 0x53 && load8(i + 1) != 0x4e)) return at;
  i += 2;
  if (load8(i) == 0x5c) i += 1;
  if (load8(i) != 0x22 || load8(i + 1) != 0x3a) return at;
  i += 2;
  return load8(i) == 0x20 ? i + 1 : i;
}

/** Skips `Bearer `, `Basic ` and `Token ` of an Authorization header. */
function afterScheme(at: i32): i32 {
  const four = load32u(at) | 0x20202020;
  if (four == 0x72616562 && load8(at + 6) == 0x20) return at + 7;
  if ((four == 0x69736162 || four == 0x656b6f74) && load8(at + 5) == 0x20) return at + 6;
  return at;
}

/** `a=b; c=d`: as far as the line or the quotes reach. */
function cookies(at: i32, quote: i32): void {
  let i = at;
  while (i < at + 64 && isToken(i)) i += 1;
  if (i == at || load8(i) != 0x3d || load8(i + 1) <= 0x20 || load8(i + 1) == 0x3d) return;
  while (i < at + REACHED_PLAIN && !isValueEnd(load8(i), quote != 0 ? quote : 0x0a)) i += 1;
  found(SECRET, at, i, i < at + REACHED_PLAIN ? TAIL_NONE : TAIL_QUOTED + (quote != 0 ? quote : 0x0a));
}
