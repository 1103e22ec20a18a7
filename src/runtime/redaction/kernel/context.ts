import { C_LINE, C_OTHER, C_PHONE } from './ids';
import { CLASS, CONTEXT_SLOTS, CONTEXT_WORDS, HIGH, LETTER } from './layout';
import type { i32 } from './portable';
import { load32, load8, mul } from './portable';

function isWordByte(c: i32): boolean {
  return (load8(CLASS + c) & (LETTER | HIGH)) != 0;
}

/** Categories of the word whose letters, last to first, gave this hash. */
export function categories(hash: i32): i32 {
  let slot = (hash ^ (hash >> 15)) & (CONTEXT_SLOTS - 1);
  while (load32(CONTEXT_WORDS + (slot << 3)) != 0) {
    if (load32(CONTEXT_WORDS + (slot << 3)) == hash) return load32(CONTEXT_WORDS + (slot << 3) + 4);
    slot = (slot + 1) & (CONTEXT_SLOTS - 1);
  }
  return 0;
}

/**
 * What the words in the `reach` bytes before `at` speak of. The nearest of "a phone" and "something else" wins: in `Phone: 1, order 2`
 * the second number is an order.
 */
export function contextBefore(at: i32, reach: i32): i32 {
  let result = 0;
  let hash = 0;
  let blocked = false;
  let i = at - 1;
  const floor = at - reach;
  while (i >= floor) {
    const c = load8(i);
    if (c == 0) break;
    if (isWordByte(c)) {
      hash = mul(hash, 31) + (c < 128 ? c | 0x20 : c);
    } else if (hash != 0) {
      let spoken = categories(hash);
      if (spoken != 0) {
        if ((spoken & C_OTHER) != 0 && (result & C_PHONE) == 0) blocked = true;
        if (blocked) spoken &= ~C_PHONE;
        result |= spoken;
      }
      hash = 0;
    }
    i -= 1;
  }
  // A word cut by the reach is not read: its visible end may be another word.
  if (hash != 0 && (i < floor ? !isWordByte(load8(i)) : true)) {
    let spoken = categories(hash);
    if ((spoken & C_OTHER) != 0 && (result & C_PHONE) == 0) blocked = true;
    if (blocked) spoken &= ~C_PHONE;
    result |= spoken;
  }
  return result;
}

/** What the word after `at` speaks of, as in `555 1234 (office)`. */
export function contextAfter(at: i32): i32 {
  let i = at;
  while (i < at + 3) {
    const c = load8(i);
    if (c != 0x20 && c != 0x28 && c != 0x2D && c != 0x2C && c != 0x5B) break;
    i += 1;
  }
  const first = i;
  while (i < first + 16 && isWordByte(load8(i))) i += 1;
  if (i == first || i == first + 16) return 0;
  let hash = 0;
  let k = i - 1;
  while (k >= first) {
    const c = load8(k);
    hash = mul(hash, 31) + (c < 128 ? c | 0x20 : c);
    k -= 1;
  }
  return categories(hash) & C_LINE;
}
