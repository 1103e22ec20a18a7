import { PHONE_REGIONS, STATE } from './layout';
import { load16, load32, load8 } from './portable';
import type { i32 } from './types';

/** Bytes of one state: where each digit leads (u16, 0 is nowhere), and whether a number may end here. */
export const STATE_SIZE: i32 = 22;

/* Flags of a plan: what its region writes that is something else elsewhere. */
/** Pairs of digits joined by dots, as dates and versions are: `20.12.34`. */
export const DOTTED: i32 = 1;
/** Numbers within an area, which look like pages: `310-1234`. */
export const LOCAL: i32 = 2;

/**
 * The digits are a national number of one of the policy's regions, by its numbering plan. Without separators the trunk
 * prefix must be there where the plan has one: nine digits in a row are anything. Only plans that have all `flags`
 * count.
 */
export function isNational(digits: i32, count: i32, grouped: boolean, flags: i32): boolean {
  // Records: next (i32), states (i32), length of the trunk prefix, flags, the prefix's digits (4 bytes).
  let record = load32(STATE + PHONE_REGIONS);
  while (record != 0) {
    const states = load32(record + 4);
    const trunk = load32(record + 8);
    if ((load32(record + 12) & flags) == flags) {
      if (trunk > 0 && hasPrefix(digits, record + 16, trunk) && walk(states, digits + trunk, count - trunk)) {
        return true;
      }
      if ((trunk == 0 || grouped) && walk(states, digits, count)) return true;
    }
    record = load32(record);
  }
  return false;
}

function hasPrefix(digits: i32, prefix: i32, length: i32): boolean {
  let i = 0;
  while (i < length) {
    if (load8(digits + i) != load8(prefix + i)) return false;
    i += 1;
  }
  return true;
}

function walk(states: i32, digits: i32, count: i32): boolean {
  let state = 1;
  let i = 0;
  while (i < count) {
    state = load16(states + state * STATE_SIZE + (load8(digits + i) << 1));
    if (state == 0) return false;
    i += 1;
  }
  return load16(states + state * STATE_SIZE + 20) != 0;
}
