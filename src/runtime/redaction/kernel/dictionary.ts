import { isBoundary } from './boundary';
import { DICTIONARY, STATE, TAIL_NONE } from './layout';
import { found } from './matches';
import { alnumMask, highMask, leadingZeros, load16, load32, load32u, load8, mul } from './portable';
import type { i32 } from './types';

/*
 * At DICTIONARY: filter address and shift, trie address and shift, nodes address, pairs address, 1 where a term may
 * begin inside a word.
 * The filter says by four bytes that a term may begin; the trie is a hash table of (node, byte) with the node it leads
 * to.
 */

/** Finds the terms that begin in `[from, to)`. */
export function dictionary(from: i32, to: i32): void {
  const table = load32(STATE + DICTIONARY);
  if (table == 0) return;
  if (load32(table + 24) != 0) {
    let at = from;
    while (at < to) {
      if (mayBegin(table, at)) walk(table, at);
      at += 1;
    }
    return;
  }
  let at = from;
  while (at < to) {
    const before = alnumMask(at - 1);
    let starts = (alnumMask(at) & ~before) | (highMask(at) & ~(before | highMask(at - 1)));
    if (to - at < 32) starts &= (1 << (to - at)) - 1;
    while (starts != 0) {
      const bit = 31 - leadingZeros(starts & -starts);
      if (mayBegin(table, at + bit)) walk(table, at + bit);
      starts &= starts - 1;
    }
    at += 32;
  }
}

function fold(c: i32): i32 {
  return c >= 0x41 && c <= 0x5a ? c | 0x20 : c;
}

function mayBegin(table: i32, at: i32): boolean {
  // Folding by one bit makes two bytes one here and there: a filter may say yes too often.
  const four = load32u(at) | 0x20202020;
  const pair = four & 0xffff;
  const flags = (load8(load32(table + 20) + (pair >> 2)) >> ((pair & 3) << 1)) & 3;
  if (flags == 0) return false;
  if ((flags & 2) != 0) return true;
  const slot = mul(four, 0x9e3779b1 | 0) >>> load32(table + 4);
  return ((load8(load32(table) + (slot >> 3)) >> (slot & 7)) & 1) != 0;
}

function walk(table: i32, at: i32): void {
  const trie = load32(table + 8);
  const shift = load32(table + 12);
  const nodes = load32(table + 16);
  const mask = (1 << (32 - shift)) - 1;
  let node = 0;
  let i = at;
  while (i < at + 256) {
    const c = fold(load8(i));
    const key = ((node << 8) | c) + 1;
    let slot = mul(key, 0x9e3779b1 | 0) >>> shift;
    let to = 0;
    while (true) {
      const seen = load32(trie + (slot << 3));
      if (seen == 0) return;
      if (seen == key) {
        to = load32(trie + (slot << 3) + 4);
        break;
      }
      slot = (slot + 1) & mask;
    }
    node = to;
    i += 1;
    let term = load32(nodes + (node << 2));
    while (term != 0) {
      // next (i32), kind (u8), 1 case matters + 2 whole word (u8), length (u16), the bytes as written
      const flags = load8(term + 5);
      if (
        ((flags & 2) == 0 || (isBoundary(at) && isBoundary(i))) &&
        ((flags & 1) == 0 || isWritten(term + 8, at, load16(term + 6)))
      ) {
        found(load8(term + 4), at, i, TAIL_NONE);
      }
      term = load32(term);
    }
  }
}

function isWritten(term: i32, at: i32, length: i32): boolean {
  let i = 0;
  while (i < length) {
    if (load8(term + i) != load8(at + i)) return false;
    i += 1;
  }
  return true;
}
