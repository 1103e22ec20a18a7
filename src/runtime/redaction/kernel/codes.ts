import { isFinnishDate } from './civil-checks';
import { contextBefore, identities } from './context';
import { D_FINLAND, D_VIN, FI_HETU, IN_PAN, R_FI, SG_NRIC, US_MBI, VIN } from './ids';
import {
  CLASS,
  DIGIT,
  HETU_LETTERS,
  NRIC_LETTERS,
  REGIONS,
  STATE,
  TAIL_NONE,
  TOKEN,
  VIN_DIGITS,
  VIN_WEIGHTS,
} from './layout';
import { found } from './matches';
import { load32, load8 } from './portable';
import type { i32 } from './types';

/*
 * Identity numbers of letters and digits. What is in capitals is a number as documents print it; in small letters it is
 * a hash or a name of a thing.
 */

function isDigit(at: i32): boolean {
  return (load8(CLASS + load8(at)) & DIGIT) != 0;
}

function isCapital(at: i32): boolean {
  const c = load8(at);
  return c >= 0x41 && c <= 0x5a;
}

function isToken(at: i32): boolean {
  return (load8(CLASS + load8(at)) & TOKEN) != 0;
}

function decimal(from: i32, to: i32): i32 {
  let v = 0;
  let i = from;
  while (i < to) {
    v = v * 10 + load8(i) - 0x30;
    i += 1;
  }
  return v;
}

/** A letter that Medicare gives out: not S, L, O, I, B, Z. */
function isMedicareLetter(at: i32): boolean {
  const c = load8(at);
  return isCapital(at) && c != 0x53 && c != 0x4c && c != 0x4f && c != 0x49 && c != 0x42 && c != 0x5a;
}

/** US Medicare beneficiary identifier: `1EG4-TE5-MK73`, with hyphens or without; `at` is its first digit. */
export function mbi(at: i32): boolean {
  if (load8(at) == 0x30 || isToken(at - 1)) return false;
  let i = at;
  let place = 0;
  const hyphens = load8(at + 4) == 0x2d;
  while (place < 11) {
    if (hyphens && (place == 4 || place == 7)) {
      if (load8(i) != 0x2d) return false;
      i += 1;
    }
    // C A AN N A AN N A A N N
    const letter = place == 1 || place == 4 || place == 7 || place == 8;
    const either = place == 2 || place == 5;
    if (letter ? !isMedicareLetter(i) : either ? !isDigit(i) && !isMedicareLetter(i) : !isDigit(i)) return false;
    i += 1;
    place += 1;
  }
  if (isToken(i)) return false;
  found(US_MBI, at, i, TAIL_NONE);
  return true;
}

/** What a character of a vehicle's number counts, or -1. */
function vehicleValue(at: i32): i32 {
  const c = load8(at);
  if (isDigit(at)) return c - 0x30;
  const letter = (c & 0xdf) - 0x41;
  if (letter < 0 || letter > 25) return -1;
  const v = load8(VIN_DIGITS + letter);
  return v == 0 ? -1 : v;
}

/**
 * Vehicle identification number (ISO 3779): 17 characters without I, O and Q. The check digit of North America counts
 * with four digits at the end; elsewhere a word must name it. `start` begins a run of exactly 17 token bytes.
 */
export function vin(start: i32): void {
  let sum = 0;
  let digits = 0;
  let small = false;
  let i = 0;
  while (i < 17) {
    const v = vehicleValue(start + i);
    if (v < 0) return;
    if (isDigit(start + i)) digits += 1;
    else if (!isCapital(start + i)) small = true;
    sum += v * load8(VIN_WEIGHTS + i);
    i += 1;
  }
  if (digits < 3 || digits == 17) return;
  const check = sum % 11;
  const proven =
    !small &&
    load8(start + 8) == (check == 10 ? 0x58 : 0x30 + check) &&
    isDigit(start + 13) &&
    isDigit(start + 14) &&
    isDigit(start + 15) &&
    isDigit(start + 16);
  if (!proven) {
    contextBefore(start);
    if ((identities & D_VIN) == 0) return;
  }
  found(VIN, start, start + 17, TAIL_NONE);
}

/** Finnish identity code: `131052-308T`, `010101A123N`; the sign tells the century. `at` is its first digit. */
export function hetu(at: i32): boolean {
  const sign = load8(at + 6) & 0xdf;
  const hyphen = load8(at + 6) == 0x2d;
  // + and -, A to F, U to Y
  if (!hyphen && !(isCapital(at + 6) && (sign <= 0x46 || (sign >= 0x55 && sign <= 0x59)))) return false;
  if (!isDigit(at + 7) || !isDigit(at + 8) || !isDigit(at + 9) || isToken(at - 1) || isToken(at + 11)) return false;
  const day = decimal(at, at + 2);
  const month = decimal(at + 2, at + 4);
  const order = decimal(at + 7, at + 10);
  if (order < 2 || !isFinnishDate(day, month, decimal(at + 4, at + 6))) return false;
  if (load8(HETU_LETTERS + ((decimal(at, at + 6) * 1000 + order) % 31)) != load8(at + 10)) return false;
  if (isDigit(at + 10) && hyphen && (load32(STATE + REGIONS) & R_FI) == 0) {
    // All digits: one in thirty of those that look like a date.
    contextBefore(at);
    if ((identities & D_FINLAND) == 0) return false;
  }
  found(FI_HETU, at, at + 11, TAIL_NONE);
  return true;
}

/** NRIC and FIN of Singapore: a letter, seven digits, a check letter. */
export function nric(start: i32): boolean {
  const c = load8(start);
  // S T, F G, M
  const row = c == 0x53 || c == 0x54 ? 0 : c == 0x46 || c == 0x47 ? 11 : c == 0x4d ? 22 : -1;
  if (row < 0) return false;
  let sum = c == 0x54 || c == 0x47 ? 4 : c == 0x4d ? 3 : 0;
  let i = 1;
  while (i < 8) {
    if (!isDigit(start + i)) return false;
    sum += (load8(start + i) - 0x30) * (i == 1 ? 2 : 9 - i);
    i += 1;
  }
  if (load8(start + 8) != load8(NRIC_LETTERS + row + (sum % 11)) || isToken(start + 9) || isToken(start - 1)) {
    return false;
  }
  found(SG_NRIC, start, start + 9, TAIL_NONE);
  return true;
}

/** Indian permanent account number: five letters, four digits, a letter; the fourth tells what the holder is. */
export function pan(start: i32): boolean {
  let i = 0;
  while (i < 10) {
    if (i > 4 && i < 9 ? !isDigit(start + i) : !isCapital(start + i)) return false;
    i += 1;
  }
  if (isToken(start + 10) || isToken(start - 1)) return false;
  const holder = load8(start + 3);
  // A B C F G H J L P T
  if (
    holder != 0x50 &&
    holder != 0x43 &&
    holder != 0x48 &&
    holder != 0x46 &&
    holder != 0x41 &&
    holder != 0x54 &&
    holder != 0x42 &&
    holder != 0x4c &&
    holder != 0x4a &&
    holder != 0x47
  ) {
    return false;
  }
  found(IN_PAN, start, start + 10, TAIL_NONE);
  return true;
}
