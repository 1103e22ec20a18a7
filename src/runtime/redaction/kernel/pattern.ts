import { isBoundary } from './boundary';
import { PATTERNS, PATTERN_STARTS, STATE, TAIL_NONE } from './layout';
import { found } from './matches';
import { fill, load16, load32, load8, store32, store8 } from './portable';
import type { i32 } from './types';

/** Bytes marked at once; PATTERN_STARTS has a bit for each. */
const BLOCK: i32 = 4096;

/**
 * Finds what the policy's patterns match with a beginning in `[from, to)`. First backwards, one step a byte, marking
 * where a match begins; then each pattern forward from its marks, the longest match, the next one after it. `end` is
 * the end of the window.
 */
export function patterns(from: i32, to: i32, end: i32): void {
  const table = load32(STATE + PATTERNS);
  if (table == 0) return;
  let at = from;
  while (at < to) {
    const until = at + BLOCK < to ? at + BLOCK : to;
    if (mark(table, at, until, end)) follow(table, at, until, end);
    at = until;
  }
}

function mark(table: i32, from: i32, to: i32, end: i32): boolean {
  const longest = load32(table);
  const automaton = load32(table + 8);
  const classes = load32(automaton + 256);
  const accepts = load32(automaton + 260);
  const next = automaton + 264;
  fill(PATTERN_STARTS, 0, BLOCK >> 3);
  let any = false;
  let at = to + longest < end ? to + longest : end;
  let state = 1;
  while (at > from) {
    at -= 1;
    state = load16(next + ((state * classes + load8(automaton + load8(at))) << 1));
    if (load8(accepts + state) != 0 && at < to) {
      const bit = at - from;
      store8(PATTERN_STARTS + (bit >> 3), load8(PATTERN_STARTS + (bit >> 3)) | (1 << (bit & 7)));
      any = true;
    }
  }
  return any;
}

function follow(table: i32, from: i32, to: i32, end: i32): void {
  const count = load32(table + 4);
  let i = 0;
  while (i < count) {
    const row = table + 16 + (i << 4);
    let done = load32(row + 12);
    let at = from > done ? from : done;
    while (at < to) {
      const bits = load8(PATTERN_STARTS + ((at - from) >> 3));
      if (bits == 0) {
        at = from + ((((at - from) >> 3) + 1) << 3);
        continue;
      }
      if (((bits >> ((at - from) & 7)) & 1) != 0) {
        const stop = furthest(load32(row + 8), at, end, load32(row + 4) != 0);
        if (stop != 0) {
          found(load32(row), at, stop, TAIL_NONE);
          done = stop;
          at = stop;
          continue;
        }
      }
      at += 1;
    }
    store32(row + 12, done);
    i += 1;
  }
}

/** Where the longest match that begins at `at` ends, or 0. */
function furthest(automaton: i32, at: i32, end: i32, wholeWord: boolean): i32 {
  if (wholeWord && !isBoundary(at)) return 0;
  const classes = load32(automaton + 256);
  const accepts = load32(automaton + 260);
  const next = automaton + 264;
  let state = 1;
  let stop = 0;
  let i = at;
  while (i < end) {
    state = load16(next + ((state * classes + load8(automaton + load8(i))) << 1));
    if (state == 0) break;
    i += 1;
    if (load8(accepts + state) != 0 && (!wholeWord || isBoundary(i))) stop = i;
  }
  return stop;
}
