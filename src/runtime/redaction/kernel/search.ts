import { resetContext } from './context';
import { dictionary } from './dictionary';
import { DICTIONARY, MATCHES_MAX, MATCH_COUNT, PATTERNS, STATE } from './layout';
import { patterns } from './pattern';
import { load32 } from './portable';
import { scan } from './scan';
import { resetValue } from './secret';
import type { i32 } from './types';

/** With terms and patterns of the policy, what is searched before the table of findings is looked at again. */
const BLOCK: i32 = 2048;

/**
 * Finds everything that has its anchor in `[from, to)`; `end` is the end of the window. Returns where it stopped: `to`,
 * or earlier when the table of findings is filling up.
 */
export function search(from: i32, to: i32, end: i32): i32 {
  resetContext();
  resetValue();
  if (load32(STATE + DICTIONARY) == 0 && load32(STATE + PATTERNS) == 0) return scan(from, to);
  let at = from;
  while (at < to) {
    const stop = scan(at, at + BLOCK < to ? at + BLOCK : to);
    dictionary(at, stop);
    patterns(at, stop, end);
    at = stop;
    if (load32(STATE + MATCH_COUNT) > MATCHES_MAX >> 2) break;
  }
  return at;
}
