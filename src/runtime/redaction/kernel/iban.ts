import { IBAN } from './ids';
import { ALNUM, CLASS, DIGIT, HIGH, IBAN_INDEX, SCRATCH, TAIL_NONE } from './layout';
import { found } from './matches';
import { alnumMask, byteMask, digitRun, load32, load8, ones, store8 } from './portable';
import type { i32 } from './types';

/** What a symbol counts in ISO 7064: 0-9, a-z as 10-35. */
function valueOf(c: i32): i32 {
  return c <= 0x39 ? c - 0x30 : (c | 0x20) - 0x57;
}

/**
 * Of these symbols, with single blanks and hyphens between, there are less than `count` from `at` on. Seen at a glance.
 */
function isShort(at: i32, count: i32, symbols: i32): boolean {
  const run = digitRun(symbols | byteMask(at, 0x20) | byteMask(at, 0x2d));
  return run < 32 && (load8(CLASS + load8(at + run)) & HIGH) == 0 && ones(symbols & ((1 << run) - 1)) < count;
}

/**
 * Two letters begin at `start`, and digits behind them, as `digits` says where they are. True when an IBAN was found.
 */
export function iban(start: i32, digits: i32): boolean {
  const country = (valueOf(load8(start)) - 10) * 26 + valueOf(load8(start + 1)) - 10;
  const structure = load32(IBAN_INDEX + (country << 2));
  if (structure == 0) return false;
  // Structure: whole length, then pairs (class, count); class 1 digits, 2 letters, 3 both.
  const length = load8(structure);
  const digitsAlone = load8(structure + 1) == DIGIT && load8(structure + 2) == length - 4;
  if (isShort(start + 2, length - 2, digitsAlone ? digits : alnumMask(start + 2))) return false;
  let i = start + 2;
  let n = 2;
  // Two check digits, then the parts of the structure.
  let allowed = DIGIT;
  let last = 4;
  let part = structure + 1;
  while (n < length) {
    const c = load8(i);
    const flags = load8(CLASS + c);
    if ((flags & allowed) == 0) {
      // Printed in groups: one blank (or no-break blank) or hyphen between two symbols.
      if ((flags & ALNUM) != 0) return false;
      let gap = 0;
      if (c == 0x20 || c == 0x2d) gap = 1;
      else if (c == 0xc2 && load8(i + 1) == 0xa0) gap = 2;
      if (gap == 0 || (load8(CLASS + load8(i + gap)) & ALNUM) == 0) return false;
      i += gap;
      continue;
    }
    store8(SCRATCH + n, c);
    n += 1;
    i += 1;
    if (n == last) {
      allowed = load8(part);
      last = n + load8(part + 1);
      part += 2;
    }
  }
  if ((load8(CLASS + load8(i)) & ALNUM) != 0) return false;
  store8(SCRATCH, load8(start));
  store8(SCRATCH + 1, load8(start + 1));
  let remainder = 0;
  let k = 0;
  while (k < length) {
    const v = valueOf(load8(SCRATCH + (k + 4 < length ? k + 4 : k + 4 - length)));
    remainder = v < 10 ? remainder * 10 + v : remainder * 100 + v;
    // As long as two more digits have room, the division waits.
    if (remainder > 10000000) remainder %= 97;
    k += 1;
  }
  if (remainder % 97 != 1) return false;
  found(IBAN, start, i, TAIL_NONE);
  return true;
}
