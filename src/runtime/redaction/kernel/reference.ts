import { isValueEnd } from './ends';
import { ALNUM, CLASS, DIGIT, LETTER, MORE, NO_LETTER } from './layout';
import { load8 } from './portable';
import type { i32 } from './types';

/** What a key says whose name is one of parsers and of HTTP as well. */
export const WEAK: i32 = 1;

function isDigit(at: i32): boolean {
  return (load8(CLASS + load8(at)) & DIGIT) != 0;
}

/** As much of a value is read before its tail is left to the output. */
export const REACHED: i32 = 24;

/** What is read of one that may be a name. */
export const REACHED_PLAIN: i32 = 96;

/** What is read of one that has commas. */
const REACHED_LIST: i32 = 256;

/** A reference or a placeholder: `${X}`, `$X`, `<x>`, `{{x}}`, `%s`, `%X%`, `***`, `[SECRET]`, `(x)`. */
export function standsIn(at: i32, quote: i32): boolean {
  const c = load8(at);
  if (c == 0x3c || c == 0x7b) return true;
  if (c != 0x24 && c != 0x25 && c != 0x2a && c != 0x5b && c != 0x28) return false;
  const next = load8(at + 1);
  let i = at + 1;
  if (c == 0x2a) {
    while (i < at + REACHED && load8(i) == 0x2a) i += 1;
    return i == at + REACHED || isValueEnd(load8(i), quote);
  }
  if (c == 0x5b || c == 0x28) {
    const closing = c == 0x5b ? 0x5d : 0x29;
    while (i < at + 64 && load8(i) != closing && (quote != 0 ? !isValueEnd(load8(i), quote) : load8(i) > 0x20)) i += 1;
    return load8(i) == closing && (quote == 0 || isValueEnd(load8(i + 1), quote));
  }
  if (next == 0x7b || next == 0x28) return true;
  let small = false;
  let digits = false;
  while (i < at + 64 && ((load8(CLASS + load8(i)) & ALNUM) != 0 || load8(i) == 0x5f)) {
    if (load8(i) > 0x60) small = true;
    if (isDigit(i)) digits = true;
    i += 1;
  }
  if (c == 0x25) return load8(i) == 0x25 ? isValueEnd(load8(i + 1), quote) : i <= at + 2 && isValueEnd(load8(i), quote);
  // `$self->token`, `$token.x`
  if (load8(i) == 0x2d && load8(i + 1) == 0x3e) return true;
  return (isValueEnd(load8(i), quote) || load8(i) == 0x2e) && (!small || !digits);
}

/** Without quotes: a word, a name of a program's (`req.body.password`) or a call: `nextToken(`. */
export function isReference(at: i32, strength: i32): boolean {
  let i = at;
  let letters = 0;
  let capitals = 0;
  let digits = 0;
  let others = 0;
  while (i < at + REACHED_PLAIN) {
    const c = load8(i);
    const flags = load8(CLASS + c);
    if ((flags & LETTER) != 0) {
      letters += 1;
      if (c < 0x60) capitals += 1;
    } else if ((flags & DIGIT) != 0) {
      digits += 1;
    } else if (c == 0x5f || c == 0x2e || c == 0x24) {
      others += 1;
    } else {
      break;
    }
    i += 1;
  }
  if (i == at || (load8(CLASS + load8(at)) & DIGIT) != 0) return false;
  const c = load8(i);
  if (c == 0x28 || c == 0x5b || i == at + REACHED_PLAIN) return others > 0 || i < at + REACHED_PLAIN;
  // `messages_1.UnexpectedToken`
  if (strength == WEAK && digits < 3 && others > 1) digits = 0;
  if (digits != 0 || (!isValueEnd(c, 0) && c != 0x3a && c != 0x3f)) return false;
  // Words of a name are longer than what chance makes of capitals.
  return others > 0 || letters < 16 || (capitals > 0 && capitals * 3 <= letters);
}

/** Small letters alone, as behind `basic`, or words that commas join. */
export function isWord(at: i32, length: i32): boolean {
  let i = at;
  while (i < at + length && (load8(i) == 0x2c || (load8(i) > 0x60 && load8(i) < 0x7b))) i += 1;
  return i == at + length;
}

/** After a word like `token`: a number, or nothing but letters and what joins them. */
export function isPlain(at: i32, length: i32): boolean {
  let digits = 0;
  let others = 0;
  let i = at;
  while (i < at + length) {
    const c = load8(i);
    if ((load8(CLASS + c) & DIGIT) != 0) digits += 1;
    else if (c == 0x5f || c == 0x2e || (c == 0x2d && i == at)) others += 1;
    else if ((load8(MORE + c) & NO_LETTER) != 0 && c != 0x2d && c != 0x2f && c != 0x3a) return false;
    i += 1;
  }
  if (digits == 0) return length < REACHED;
  // `7_000_000`, `0xFF00`
  return (
    (digits + others == length && length < 16) || (load8(at) == 0x30 && (load8(at + 1) | 0x20) == 0x78 && length < 19)
  );
}

/** A comma is a part of the value where what follows, up to the next, is neither a pair nor after a blank, nor code. */
export function throughCommas(at: i32, length: i32): i32 {
  let end = length;
  let i = at;
  while (i < at + length && (load8(CLASS + load8(i)) & ALNUM) != 0) i += 1;
  // One letter, or a name with dots, is a variable.
  if (i < at + length || length < 2) return length;
  i += 1;
  const limit = at + REACHED_LIST;
  while (i < limit) {
    const c = load8(i);
    // A pair, or what a program goes on with.
    if (c == 0x3d || c == 0x3a || c == 0x28 || c == 0x5b || c == 0x7b || c == 0x2e || c == 0x2a) return end;
    if (isValueEnd(c, 0)) {
      if (i == at + end + 1 || c == 0x22 || c == 0x27 || c == 0x60) return end;
      end = i - at;
      if (c != 0x2c) return end;
    }
    i += 1;
  }
  return end;
}
