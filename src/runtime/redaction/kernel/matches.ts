import { KIND_ON, MATCHES, MATCHES_MAX, MATCH_COUNT, OVERFLOW, STATE } from './layout';
import { load32, load8, store32 } from './portable';
import type { i32 } from './types';

export function on(kind: i32): boolean {
  return load8(KIND_ON + kind) != 0;
}

/**
 * Keeps a finding in its place: by start, the longer first, then by kind. Findings come nearly sorted, so this is a
 * short walk.
 */
export function found(kind: i32, start: i32, end: i32, tail: i32): void {
  if (!on(kind)) return;
  const count = load32(STATE + MATCH_COUNT);
  if (count == MATCHES_MAX) {
    store32(STATE + OVERFLOW, 1);
    return;
  }
  let at = MATCHES + (count << 4);
  while (at > MATCHES) {
    const before = load32(at - 16);
    if (before < start) break;
    if (before == start) {
      const beforeEnd = load32(at - 12);
      if (beforeEnd > end || (beforeEnd == end && load32(at - 8) <= kind)) break;
    }
    store32(at, before);
    store32(at + 4, load32(at - 12));
    store32(at + 8, load32(at - 8));
    store32(at + 12, load32(at - 4));
    at -= 16;
  }
  store32(at, start);
  store32(at + 4, end);
  store32(at + 8, kind);
  store32(at + 12, tail);
  store32(STATE + MATCH_COUNT, count + 1);
}

/** How many findings there are. */
export function matches(): i32 {
  return load32(STATE + MATCH_COUNT);
}

/** The last finding is of this place. */
export function isLast(start: i32, end: i32): boolean {
  const last = MATCHES + ((matches() - 1) << 4);
  return load32(last) == start && load32(last + 4) == end;
}
