import { isPem, isValueEnd, tokenStop, valueStop } from './ends';
import {
  ACTIONS,
  ALNUM,
  CLASS,
  COUNTS,
  DROP,
  EMITTED,
  HIGH,
  HOSTED,
  KEEP,
  LABEL,
  MASK,
  MATCHES,
  MATCH_COUNT,
  OUTPUT,
  OUTPUT_BYTES,
  OUT_END,
  OVERFLOW,
  PARTIAL,
  SCRATCH,
  STATE,
  TAILS,
  TAILS_MAX,
  TAIL_JWT,
  TAIL_NONE,
  TAIL_PEM,
  TAIL_QUOTED,
  TAIL_VALUE,
} from './layout';
import { copy, copy32, fill, load16, load32, load32u, load8, move, replace, store32, store8 } from './portable';
import type { i32 } from './types';

/** Room a single stand-in may need: a label, or a pseudonym. */
const ROOM: i32 = 1024;
const FULL: i32 = OUTPUT + OUTPUT_BYTES - ROOM;

let out: i32 = 0;
/** What the tail at hand has seen: an escape before the next byte, or how much of the line that ends a PEM block. */
let tailState: i32 = 0;

/**
 * Writes the window from what was emitted before up to `until`, findings replaced. Findings that begin at or after
 * `until` stay; one that begins before is written whole, so that EMITTED may end up beyond. Stops early when the output
 * is full: call again until EMITTED is at least `until`. `end` is the end of the window.
 */
export function emit(until: i32, end: i32): void {
  let at = load32(STATE + EMITTED);
  out = OUTPUT;
  at = goOn(at, end);
  const count = load32(STATE + MATCH_COUNT);
  let done = 0;
  while (done < count) {
    const match = MATCHES + (done << 4);
    let from = load32(match);
    const to = load32(match + 4);
    const tail = load32(match + 12);
    // What is found later may still begin before this one.
    if (from >= until) break;
    const kind = load32(match + 8);
    const entry = ACTIONS + (kind << 3);
    const action = load8(entry);
    if (to > at) {
      // What an earlier finding covered is gone; the rest is still this one's.
      const trimmed = from < at;
      if (trimmed) from = at;
      if (to - at > FULL - out) break;
      move(out, at, from - at);
      out += from - at;
      if (!trimmed) store32(COUNTS + (kind << 2), load32(COUNTS + (kind << 2)) + 1);
      if (action == LABEL) {
        const label = load16(entry + 2);
        copy32(out, load32(entry + 4));
        if (label > 32) move(out, load32(entry + 4), label);
        out += label;
      } else {
        out = replaced(kind, entry, action, from, to, trimmed);
      }
      at = to;
    }
    if (tail != TAIL_NONE) {
      const stop = knownStop(to, tail, end);
      if (stop > at) {
        if (stop - at > FULL - out) break;
        tailOut(action, at, stop);
        at = stop;
      }
      if (stop == end && tailState >= 0) ride(tail, action);
    }
    done += 1;
  }
  if ((done == count || load32(MATCHES + (done << 4)) >= until) && at < until) {
    const room = FULL - out;
    const length = until - at < room ? until - at : room;
    move(out, at, length);
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

/** Tails that the window before left open, each on to its own end. Returns the furthest. */
function goOn(from: i32, end: i32): i32 {
  let at = from;
  let k = 0;
  forgetTails();
  while (k < TAILS_MAX) {
    const slot = STATE + TAILS + k * 12;
    const tail = load32(slot);
    if (tail != TAIL_NONE) {
      tailState = load32(slot + 4);
      const stop = tailEnd(from, tail, end);
      rememberTail(tail, from, stop);
      if (stop > at) {
        tailOut(load32(slot + 8), at, stop);
        at = stop;
      }
      if (stop < end || tailState < 0) store32(slot, TAIL_NONE);
      else store32(slot + 4, tailState);
    }
    k += 1;
  }
  return at;
}

/** Keeps a tail that reached the end of the window. */
function ride(tail: i32, action: i32): void {
  let k = 0;
  while (k < TAILS_MAX) {
    const slot = STATE + TAILS + k * 12;
    if (load32(slot) == tail && load32(slot + 4) == tailState) return;
    if (load32(slot) == TAIL_NONE) {
      store32(slot, tail);
      store32(slot + 4, tailState);
      store32(slot + 8, action);
      return;
    }
    k += 1;
  }
  store32(STATE + OVERFLOW, 1);
}

function replaced(kind: i32, entry: i32, action: i32, from: i32, to: i32, trimmed: boolean): i32 {
  const length = to - from;
  if (action == MASK) {
    fill(out, 0x2a, length);
    return out + length;
  }
  if (action == PARTIAL) return partial(load8(entry + 1), from, to);
  if (action == DROP) return out;
  if (action == KEEP) {
    move(out, from, length);
    return out + length;
  }
  if (trimmed) {
    fill(out, 0x2a, length);
    return out + length;
  }
  return out + replace(kind, from, to, out, ROOM);
}

/**
 * Letters and digits become `*` but the last `keep`; a value too short to hide anything is masked whole. Every byte
 * keeps its place.
 */
function partial(keep: i32, from: i32, to: i32): i32 {
  let at = out;
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
      store8(at, 0x2a);
      hidden -= 1;
    } else {
      store8(at, c);
    }
    at += 1;
    i += 1;
  }
  return at;
}

function isSymbol(c: i32): boolean {
  return (load8(CLASS + c) & (ALNUM | HIGH)) != 0;
}

function tailOut(action: i32, from: i32, to: i32): void {
  if (action == LABEL || action == DROP || action == HOSTED) return;
  const length = to - from;
  if (action == KEEP) move(out, from, length);
  else fill(out, 0x2a, length);
  out += length;
}

/*
 * Where each class of tail was last followed: class, from, stop, state at the stop. Findings inside of a tail have the
 * same end as it:
 * without this a page of `password=password=` would be read again for each of them.
 */
const SEEN: i32 = SCRATCH;
const SEEN_MAX: i32 = 7;

export function forgetTails(): void {
  let k = 0;
  while (k < SEEN_MAX) {
    store32(SEEN + (k << 4), TAIL_NONE);
    k += 1;
  }
}

/**
 * The row of this class, or else the first free one. There are no more classes than rows: four, and a quoted value by
 * its quote.
 */
function seenRow(tail: i32): i32 {
  let row = SEEN;
  while (load32(row) != tail && load32(row) != TAIL_NONE) row += 16;
  return row;
}

function rememberTail(tail: i32, from: i32, stop: i32): void {
  const row = seenRow(tail);
  store32(row, tail);
  store32(row + 4, from);
  store32(row + 8, stop);
  store32(row + 12, tailState);
}

/** As `tailStop`, without reading again what a tail of the same class went over. */
export function knownStop(from: i32, tail: i32, end: i32): i32 {
  const row = seenRow(tail);
  const known = load32(row) == tail && from >= load32(row + 4);
  if (known) {
    const joined = joins(from, tail);
    if (joined >= 0 && joined <= load32(row + 8)) {
      tailState = load32(row + 12);
      return load32(row + 8);
    }
  }
  const stop = tailStop(from, tail, end);
  if (!known || stop > load32(row + 8)) rememberTail(tail, from, stop);
  return stop;
}

/**
 * From where on a tail that begins at `from` is in the same state as one that began before; -1 where it may never be.
 */
function joins(from: i32, tail: i32): i32 {
  let i = from;
  if (tail == TAIL_PEM) {
    // What began before has seen the dashes that this one begins after.
    while (load8(i) == 0x2d) i += 1;
    return (load32u(i) & 0xffffff) == 0x444e45 ? -1 : i + 3;
  }
  if (tail < TAIL_QUOTED || load8(i - 1) != 0x5c) return i;
  // Which of a row of backslashes escape, and whether the last does, depends on where it is begun.
  while (load8(i) == 0x5c) i += 1;
  return isValueEnd(load8(i), tail - TAIL_QUOTED) ? -1 : i + 1;
}

/** Where the tail of a finding that ends at `from` ends; `end` when the window ends first. */
function tailStop(from: i32, tail: i32, end: i32): i32 {
  tailState = 0;
  return tailEnd(from, tail, end);
}

function tailEnd(from: i32, tail: i32, end: i32): i32 {
  let i = from;
  if (tail == TAIL_PEM) return pemEnd(from, end);
  if (tail < TAIL_QUOTED) {
    i = tail == TAIL_VALUE ? valueStop(from, end) : tokenStop(from, end, tail == TAIL_JWT ? 0x2e : 0);
    return i < end ? i : end;
  }
  let escaped = tailState;
  while (i < end) {
    const c = load8(i);
    if (escaped == 0 && isValueEnd(c, tail - TAIL_QUOTED)) break;
    escaped = c == 0x5c && escaped == 0 ? 1 : 0;
    i += 1;
  }
  tailState = escaped;
  return i;
}

/**
 * Through `-----END ... -----`, or up to a byte that no PEM block has. The state counts what was seen of the last line;
 * it is negative when the block is over.
 */
function pemEnd(from: i32, end: i32): i32 {
  let i = from;
  while (i < end) {
    const c = load8(i);
    if (!isPem(c)) return i;
    i += 1;
    if (tailState < 8) {
      // "-----END": five dashes or more, E, N, D
      if (c == 0x2d) tailState = tailState < 5 ? tailState + 1 : tailState == 5 ? 5 : 1;
      else if (tailState == 5 && c == 0x45) tailState = 6;
      else if (tailState == 6 && c == 0x4e) tailState = 7;
      else if (tailState == 7 && c == 0x44) tailState = 8;
      else tailState = 0;
    } else {
      tailState = c == 0x2d ? tailState + 1 : 8;
      if (tailState == 13) {
        tailState = -1;
        return i;
      }
    }
  }
  return i;
}
