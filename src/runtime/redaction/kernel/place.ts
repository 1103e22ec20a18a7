import { contextBefore, wordBefore } from './context';
import { COORDINATES, C_GPS, C_PLACE, C_SPOT } from './ids';
import { ALNUM, CLASS, TAIL_NONE } from './layout';
import { found } from './matches';
import { load8 } from './portable';
import { isDigit } from './sequence';
import type { i32 } from './types';

/** A pair of this many decimal places is one of coordinates wherever it stands. */
const EXACT: i32 = 6;
/** As many in brackets: intervals have fewer. */
const BRACKETED: i32 = 5;
const QUOTED: i32 = 4;
const LEAST: i32 = 3;
const MOST: i32 = 15;

let degrees: i32 = 0;
let places: i32 = 0;

/** Reads a decimal number of at most three digits before its dot. Returns where it ends, or 0. */
function decimalAt(from: i32): i32 {
  let i = from;
  degrees = 0;
  while (i < from + 4 && isDigit(i)) {
    degrees = degrees * 10 + load8(i) - 0x30;
    i += 1;
  }
  if (i == from || i == from + 4 || load8(i) != 0x2e) return 0;
  i += 1;
  const fraction = i;
  while (i < fraction + 16 && isDigit(i)) i += 1;
  places = i - fraction;
  return isDigit(i) ? 0 : i;
}

function isSign(c: i32): boolean {
  return c == 0x2d || c == 0x2b;
}

/** A number and what separates it stand before `at`: one of a list. */
function isInList(at: i32): boolean {
  let i = at - 1;
  if (load8(i) == 0x20) i -= 1;
  return (load8(i) == 0x2c || load8(i) == 0x3b) && isDigit(i - 1);
}

/** `at` is the first digit of a decimal number: `48.8584, 2.2945`, or one of the two that a word names. */
export function place(first: i32): void {
  const at = isSign(load8(first - 1)) ? first - 1 : first;
  // No word is right before one of a list.
  if (isInList(at)) return;
  const middle = decimalAt(first);
  if (middle == 0 || degrees > 180 || places < LEAST || places > MOST) return;
  const head = degrees;
  const digits = places;
  const named = (wordBefore(at) & C_PLACE) != 0;
  if (head <= 90 && pair(at, middle, head, digits)) return;
  if (named) found(COORDINATES, at, middle, TAIL_NONE);
}

function pair(at: i32, middle: i32, head: i32, digits: i32): boolean {
  let i = middle;
  let comma = false;
  const limit = i + 6;
  while (i < limit) {
    const c = load8(i);
    if (c == 0x2c || c == 0x3b) comma = true;
    else if (c != 0x20 && c != 0xc2 && c != 0xb0 && (c | 0x20) != 0x6e && (c | 0x20) != 0x73) break;
    i += 1;
  }
  if (i == middle || i == limit) return false;
  const to = decimalAt(isSign(load8(i)) ? i + 1 : i);
  if (to == 0 || degrees > 180 || places < LEAST) return false;
  // Another one behind: a list.
  const next = load8(to) == 0x2c || load8(to) == 0x3b ? (load8(to + 1) == 0x20 ? to + 2 : to + 1) : to;
  if (next > to && (isDigit(next) || (isSign(load8(next)) && isDigit(next + 1)))) return false;
  const least = digits < places ? digits : places;
  if (!(comma && digits == places && (head != 0 || degrees != 0) && isApart(at, to, least))) {
    const near = contextBefore(at);
    if ((near & (C_PLACE | C_GPS)) == 0 && !(comma && least >= QUOTED && (wordBefore(at) & C_SPOT) != 0)) return false;
    if (isNested(at, to)) return false;
  }
  found(COORDINATES, at, to, TAIL_NONE);
  return true;
}

/** Of two as exact as this, nothing else is around, or there are more places than other pairs have. */
function isApart(at: i32, to: i32, least: i32): boolean {
  if (isNested(at, to)) return false;
  // What a function is called with is none.
  if (load8(at - 1) == 0x28 && (load8(CLASS + load8(at - 2)) & ALNUM) != 0) return false;
  if (least >= EXACT) return true;
  const before = load8(at - 1);
  const after = load8(to);
  if (before == 0x28 || before == 0x5b) return least >= BRACKETED && (after == 0x29 || after == 0x5d);
  return (
    least >= QUOTED &&
    (before < 0x20 || before == 0x22 || before == 0x27) &&
    (after < 0x20 || after == 0x22 || after == 0x27)
  );
}

/** `[[1.2, 3.4], [5.6, 7.8]]`: a line on a map. */
function isNested(at: i32, to: i32): boolean {
  if (load8(at - 1) != 0x5b || load8(to) != 0x5d) return false;
  const after = load8(to + 1);
  return load8(at - 2) == 0x5b || after == 0x5d || after == 0x2c;
}
