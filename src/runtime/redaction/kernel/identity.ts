import { isCpf, luhn } from './checks';
import { isPartBefore } from './context';
import { BR_CPF, C_CARD, C_OTHER, C_PHONE, C_SSN, CARD, R_US, US_ITIN, US_SSN } from './ids';
import { CARD_RANGES, TAIL_NONE } from './layout';
import { found } from './matches';
import { isNational } from './plan';
import { load32, luhnSum, store32 } from './portable';
import {
  BLANK,
  digit,
  DIGITS,
  DOT,
  end,
  first,
  FOURS,
  groups,
  HYPHEN,
  isClean,
  longest,
  MIXED,
  regions,
  separator,
  size,
  SLASH,
  spoken,
  start,
  value,
} from './sequence';
import type { i32 } from './types';

/** With more groups than this, what four of them add to Luhn's sum is carried from group to group. */
const FEW: i32 = 8;
/** More than all digits of four groups add. */
const NOT_FOUR: i32 = 1 << 12;

/** Numbers that carry their own proof. */
export function proven(): void {
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

/** Groups of four say what they are, and so does a word for a card: then every bank's sixteen digits will do. */
function isCard(from: i32, n: i32, grouped: boolean): boolean {
  if (!luhn(from, from + n)) return false;
  const known = isCardRange(from, n);
  if (grouped && known) return true;
  const near = spoken();
  if ((near & C_CARD) == 0 && !grouped) return known && (near & C_OTHER) == 0;
  // Airlines' cards (UATP) have 15 digits and begin with 1; unbroken a word must call it a card.
  return known || (n == 16 ? digit(from) > 2 && digit(from) < 7 : n == 15 && digit(from) == 1 && (near & C_CARD) != 0);
}

function card(from: i32, to: i32): boolean {
  if (!isCard(first(from), first(to) - first(from), true)) return false;
  found(CARD, start(from), end(to - 1), TAIL_NONE);
  return true;
}

/** What can begin at group `i` wherever in a sequence it is: numbers that carry their own proof. */
export function group(i: i32, n: i32): void {
  const left = groups - i;
  if (n == 4) {
    if (left < 3) return;
    const s = separator(i + 1);
    if (s == SLASH || s == MIXED || (s == DOT && separator(i + 2) != DOT)) return;
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
      if (isCard(first(i), n, false)) found(CARD, start(i), end(i), TAIL_NONE);
    }
    return;
  }
  if (n == 3 && left >= 3) {
    const second = size(i + 1);
    if (second == 2 || (second == 3 && left > 3 && size(i + 3) == 2)) threes(i);
  }
}

/** Group `from` begins and group `to - 1` ends a run of this separator: no neighbour goes on with it. */
function isApart(from: i32, to: i32, s: i32): boolean {
  return (from == 0 || separator(from) != s) && (to == groups || separator(to) != s) && isClean(to - 1);
}

/** 3-2-4: a US social security or taxpayer number. 3.3.3-2: a Brazilian CPF. */
function threes(i: i32): void {
  const s = separator(i + 1);
  if (size(i + 1) == 2 && size(i + 2) == 4 && separator(i + 2) == s && isApart(i, i + 3, s)) {
    if (s == HYPHEN || ((s == BLANK || s == DOT) && i == 0 && groups == 3 && isNoOther() && !isForeign())) {
      social(i, i + 3);
    }
    return;
  }
  if (
    groups - i >= 4 &&
    s == DOT &&
    size(i + 1) == 3 &&
    size(i + 2) == 3 &&
    size(i + 3) == 2 &&
    separator(i + 2) == DOT &&
    separator(i + 3) == HYPHEN &&
    isClean(i + 3) &&
    isCpf(first(i))
  ) {
    found(BR_CPF, start(i), end(i + 3), TAIL_NONE);
  }
}

/** No word takes the number for a phone's or another thing's, or one calls it what it is. */
function isNoOther(): boolean {
  const near = spoken();
  return (near & C_SSN) != 0 || (near & (C_PHONE | C_OTHER)) == 0;
}

/** A phone number of a region of the policy, which is not the United States. */
function isForeign(): boolean {
  const near = spoken();
  return (near & C_SSN) == 0 && (regions() & R_US) == 0 && isNational(DIGITS, 9, true, 0);
}

/** Nine digits from group `from` on, in the form of the US numbers. */
export function social(from: i32, to: i32): boolean {
  const f = first(from);
  const area = value(f, 3);
  const middle = value(f + 3, 2);
  if ((spoken() & C_SSN) == 0 && isPartBefore(start(from))) return false;
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
