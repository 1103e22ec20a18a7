import { phoneOf } from './phone';
import { load8 } from './portable';
import { first, groups, MIXED, separator, size, SLASH, start } from './sequence';
import type { i32 } from './types';

/** More groups than two numbers have that stand side by side. */
const MANY: i32 = 16;
/** Digits of two numbers at least. */
const FEW: i32 = 14;

/**
 * Numbers of phones side by side, which the sequence holds as one: `020 7946 0958 020 7946 0959`, `030 1234567 / 030
 * 7654321`.
 */
export function sideBySide(): boolean {
  if (groups < 2 || groups > MANY || first(groups) < FEW) return false;
  const middle = slashed();
  if (middle != 0) {
    const one = phoneOf(0, middle, true);
    return phoneOf(middle, groups, true) || one;
  }
  let k = 1;
  while (k <= groups >> 1) {
    if (groups % k == 0 && repeats(k) && row(k)) return true;
    k += 1;
  }
  return false;
}

/** The one group before which a slash stands, or 0. */
function slashed(): i32 {
  let found = 0;
  let i = 1;
  while (i < groups) {
    const s = separator(i);
    if (s == SLASH || (s == MIXED && load8(start(i) - 2) == 0x2f)) {
      if (found != 0) return 0;
      found = i;
    }
    i += 1;
  }
  return found;
}

/** Every `k` groups have as many digits as the `k` before them. */
function repeats(k: i32): boolean {
  let i = k;
  while (i < groups) {
    if (size(i) != size(i - k)) return false;
    i += 1;
  }
  return true;
}

/** Numbers of `k` groups each; where the first is none, the others are none. */
function row(k: i32): boolean {
  let any = false;
  let i = 0;
  while (i < groups) {
    const one = phoneOf(i, i + k, true);
    if (!one && i == 0) return false;
    if (one) any = true;
    i += k;
  }
  return any;
}
