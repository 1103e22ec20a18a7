import {
  ACTIONS, ALNUM, CLASS, COUNTS, DROP, EMITTED, HIGH, HOSTED, KEEP, LABEL, MASK, MATCHES, MATCH_COUNT, OUTPUT, OUTPUT_BYTES, OUT_END, PARTIAL, STATE,
  TAIL_ACTION, TAIL_CLASS, TAIL_JWT, TAIL_NONE, TAIL_PEM, TAIL_QUOTED, TAIL_STATE, TAIL_TOKEN, TAIL_VALUE, TOKEN,
} from './layout';
import type { i32 } from './portable';
import { copy, fill, load16, load32, load8, replace, store32, store8 } from './portable';
import { isPem, isValueEnd } from './secret';

/** Room a single stand-in may need: a label, or a pseudonym. */
const ROOM: i32 = 1024;

/**
 * Writes the window from what was emitted before up to `until`, findings replaced. Findings that begin at or after `until` stay; one that
 * begins before is written whole, so that EMITTED may end up beyond. Stops early when the output is full: call again until EMITTED is
 * at least `until`. `end` is the end of the window.
 */
export function emit(until: i32, end: i32): void {
  let at = load32(STATE + EMITTED);
  let out = OUTPUT;
  const full = OUTPUT + OUTPUT_BYTES - ROOM;
  if (load32(STATE + TAIL_CLASS) != TAIL_NONE) {
    const stop = tailEnd(at, end);
    const action = load32(STATE + TAIL_ACTION);
    out = tailOut(action, at, stop, out);
    at = stop;
    if (stop < end) store32(STATE + TAIL_CLASS, TAIL_NONE);
  }
  const count = load32(STATE + MATCH_COUNT);
  let done = 0;
  while (done < count) {
    const match = MATCHES + (done << 4);
    let from = load32(match);
    const to = load32(match + 4);
    const tail = load32(match + 12);
    // What is found later may still begin before this one.
    if (from >= until) break;
    if (to <= at && (tail == TAIL_NONE || to < at)) {
      done += 1;
      continue;
    }
    // What an earlier finding covered is gone; the rest is still this one's.
    const trimmed = from < at;
    if (trimmed) from = at;
    if (from - at > full - out) break;
    copy(out, at, from - at);
    out += from - at;
    at = from;
    if (to - from > full - out) break;
    const kind = load32(match + 8);
    const entry = ACTIONS + (kind << 3);
    const action = load8(entry);
    if (!trimmed) store32(COUNTS + (kind << 2), load32(COUNTS + (kind << 2)) + 1);
    out = replaced(kind, entry, action, from, to, out, trimmed);
    at = to;
    if (tail != TAIL_NONE) {
      store32(STATE + TAIL_STATE, 0);
      store32(STATE + TAIL_CLASS, tail);
      store32(STATE + TAIL_ACTION, action);
      const stop = tailEnd(at, end);
      if (stop - at > full - out) {
        store32(STATE + TAIL_STATE, 0);
        done += 1;
        break;
      }
      out = tailOut(action, at, stop, out);
      at = stop;
      if (stop < end) store32(STATE + TAIL_CLASS, TAIL_NONE);
      else {
        done += 1;
        break;
      }
    }
    done += 1;
  }
  const blocked = done < count && (load32(MATCHES + (done << 4)) < until);
  if (!blocked && load32(STATE + TAIL_CLASS) == TAIL_NONE && at < until) {
    const room = full - out;
    const length = until - at < room ? until - at : room;
    copy(out, at, length);
    out += length;
    at += length;
  }
  if (done > 0) {
    copy(MATCHES, MATCHES + (done << 4), (count - done) << 4);
    store32(STATE + MATCH_COUNT, count - done);
  }
  store32(STATE + EMITTED, at);
  store32(STATE + OUT_END, out);
}

function replaced(kind: i32, entry: i32, action: i32, from: i32, to: i32, out: i32, trimmed: boolean): i32 {
  const length = to - from;
  if (action == LABEL) {
    const label = load16(entry + 2);
    copy(out, load32(entry + 4), label);
    return out + label;
  }
  if (action == MASK) {
    fill(out, 0x2A, length);
    return out + length;
  }
  if (action == PARTIAL) return partial(load8(entry + 1), from, to, out);
  if (action == DROP) return out;
  if (action == KEEP) {
    copy(out, from, length);
    return out + length;
  }
  if (trimmed) {
    fill(out, 0x2A, length);
    return out + length;
  }
  return out + replace(kind, from, to, out, ROOM);
}

/** Letters and digits become `*` but the last `keep`; a value too short to hide anything is masked whole. Every byte keeps its place. */
function partial(keep: i32, from: i32, to: i32, out: i32): i32 {
  let symbols = 0;
  let i = from;
  while (i < to) {
    if (isSymbol(load8(i))) symbols += 1;
    i += 1;
  }
  let hidden = symbols > keep * 2 ? symbols - keep : symbols;
  i = from;
  while (i < to) {
    const c = load8(i);
    if (isSymbol(c) && hidden > 0) {
      store8(out, 0x2A);
      hidden -= 1;
    } else {
      store8(out, c);
    }
    out += 1;
    i += 1;
  }
  return out;
}

function isSymbol(c: i32): boolean {
  return (load8(CLASS + c) & (ALNUM | HIGH)) != 0;
}

function tailOut(action: i32, from: i32, to: i32, out: i32): i32 {
  const length = to - from;
  if (action == LABEL || action == DROP || action == HOSTED) return out;
  if (action == KEEP) copy(out, from, length);
  else fill(out, 0x2A, length);
  return out + length;
}

/** Where the tail in progress ends; `end` when the window ends first. */
function tailEnd(from: i32, end: i32): i32 {
  const tail = load32(STATE + TAIL_CLASS);
  let i = from;
  if (tail == TAIL_PEM) return pemEnd(from, end);
  if (tail == TAIL_TOKEN) {
    while (i < end && (load8(CLASS + load8(i)) & TOKEN) != 0) i += 1;
    return i;
  }
  if (tail == TAIL_JWT) {
    while (i < end && ((load8(CLASS + load8(i)) & TOKEN) != 0 || load8(i) == 0x2E)) i += 1;
    return i;
  }
  const quote = tail >= TAIL_QUOTED ? tail - TAIL_QUOTED : 0;
  if (tail == TAIL_VALUE || quote != 0) {
    let escaped = load32(STATE + TAIL_STATE);
    while (i < end) {
      const c = load8(i);
      if (escaped == 0 && isValueEnd(c, quote)) break;
      escaped = c == 0x5C && escaped == 0 && quote != 0 ? 1 : 0;
      i += 1;
    }
    store32(STATE + TAIL_STATE, escaped);
  }
  return i;
}

/** Where the tail of a finding that ends at `from` ends, within `[from, end)`. */
export function tailStop(from: i32, tail: i32, end: i32): i32 {
  store32(STATE + TAIL_CLASS, tail);
  store32(STATE + TAIL_STATE, 0);
  const stop = tailEnd(from, end);
  store32(STATE + TAIL_CLASS, TAIL_NONE);
  return stop;
}

/** Through `-----END ... -----`, or up to a byte that no PEM block has. The state counts what was seen of the last line. */
function pemEnd(from: i32, end: i32): i32 {
  let state = load32(STATE + TAIL_STATE);
  let i = from;
  while (i < end) {
    const c = load8(i);
    if (!isPem(c)) break;
    i += 1;
    if (state < 8) {
      // "-----END": five dashes or more, E, N, D
      if (c == 0x2D) state = state < 5 ? state + 1 : 5;
      else if (state == 5 && c == 0x45) state = 6;
      else if (state == 6 && c == 0x4E) state = 7;
      else if (state == 7 && c == 0x44) state = 8;
      else state = 0;
    } else {
      state = c == 0x2D ? state + 1 : 8;
      if (state == 13) {
        store32(STATE + TAIL_STATE, 0);
        // The block is over here even where the window ends too.
        if (i == end) store32(STATE + TAIL_CLASS, -1);
        return i;
      }
    }
  }
  store32(STATE + TAIL_STATE, state);
  return i;
}
