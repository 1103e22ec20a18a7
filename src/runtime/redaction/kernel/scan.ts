import { assign, special } from './anchor';
import { ALNUM, CLASS, DIGIT, MATCHES_MAX, MATCH_COUNT, STATE, TOKEN } from './layout';
import { load32, load8 } from './portable';
import { longRun } from './token';
import type { i32 } from './types';
import { firstDigit } from './word';

/** What runs before `from` may still matter for: the longest initial letters, the token run. */
const WARM_UP: i32 = 32;
/** More than the findings that 64 bytes can add. */
const MARGIN: i32 = 256;

/**
 * Verifies every anchor in `[from, to)`. Returns where it stopped: `to`, or earlier when the table of findings is
 * nearly full.
 */
export function scan(from: i32, to: i32): i32 {
  let at = from - WARM_UP;
  /** 0 outside of a run, 1 in its first letters, 2 after its first digit. */
  let run = 0;
  let token = 0;
  // A run that began earlier than the warm-up had its first digit and sixteenth byte there, or is too long to matter.
  while (at < to) {
    const c = load8(at);
    const flags = load8(CLASS + c);
    if ((flags & ALNUM) != 0) {
      if ((flags & DIGIT) != 0) {
        if (run != 2) {
          run = 2;
          if (at >= from) firstDigit(at);
        }
      } else if (run == 0) {
        run = 1;
      }
    } else {
      run = 0;
      if (at >= from) {
        if (c == 0x40 || c == 0x3a || c == 0x2d) special(at);
        if (c == 0x3a || c == 0x3d) assign(at);
      }
    }
    if ((flags & TOKEN) != 0) {
      token += 1;
      if (token == 16 && at >= from) longRun(at);
    } else {
      token = 0;
    }
    at += 1;
    if ((at & 63) == 0 && at > from && load32(STATE + MATCH_COUNT) > MATCHES_MAX - MARGIN) return at;
  }
  return to;
}
