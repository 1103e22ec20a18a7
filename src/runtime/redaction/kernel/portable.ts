import { ALNUM, CLASS, DIGIT, HIGH, LETTER, LOCAL, MORE, TOKEN, USER_END, VALUE_END } from './layout';
import type { i32, Replace } from './types';

/**
 * The few primitives the kernel stands on. This is their TypeScript form; `portable.as` is the AssemblyScript one,
 * which the build puts in this file's place. All addresses are byte offsets into one linear memory.
 */
let bytes: Uint8Array = new Uint8Array(0);
let words: Int32Array = new Int32Array(0);
let host: Replace = () => 0;

export function bind(memory: Uint8Array, replacement: Replace): void {
  bytes = memory;
  words = new Int32Array(memory.buffer, memory.byteOffset, memory.byteLength >> 2);
  host = replacement;
}

export function load8(at: i32): i32 {
  return bytes[at];
}

/** `at` is a multiple of 4. */
export function load32(at: i32): i32 {
  return words[at >> 2];
}

/** Little endian, any address. */
export function load32u(at: i32): i32 {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
}

export function load16(at: i32): i32 {
  return bytes[at] | (bytes[at + 1] << 8);
}

export function store8(at: i32, value: i32): void {
  bytes[at] = value;
}

/** `at` is a multiple of 4. */
export function store32(at: i32, value: i32): void {
  words[at >> 2] = value;
}

export function copy(to: i32, from: i32, length: i32): void {
  bytes.copyWithin(to, from, from + length);
}

/** As `copy`, for what is mostly short; up to 63 bytes behind `to + length` may be written as anything. */
export function move(to: i32, from: i32, length: i32): void {
  bytes.copyWithin(to, from, from + length);
}

export function copy32(to: i32, from: i32): void {
  bytes.copyWithin(to, from, from + 32);
}

export function fill(to: i32, value: i32, length: i32): void {
  bytes.fill(value, to, to + length);
}

export function mul(a: i32, b: i32): i32 {
  return Math.imul(a, b);
}

export function leadingZeros(a: i32): i32 {
  return Math.clz32(a);
}

/** Bit i is set where the table has one of these flags for the byte at `at + i`; 32 bytes. */
function flagged(at: i32, table: i32, flags: i32): i32 {
  let mask = 0;
  for (let i = 0; i < 32; i += 1) if ((bytes[table + bytes[at + i]] & flags) !== 0) mask |= 1 << i;
  return mask;
}

/** Bit i is set where the byte at `at + i` is a letter or belongs to a character beyond ASCII; 32 bytes. */
export function wordMask(at: i32): i32 {
  return flagged(at, CLASS, LETTER | HIGH);
}

/** As `wordMask`, for ASCII letters and digits. */
export function alnumMask(at: i32): i32 {
  return flagged(at, CLASS, ALNUM);
}

/** As `wordMask`, for what keys and tokens are made of. */
export function tokenMask(at: i32): i32 {
  return flagged(at, CLASS, TOKEN);
}

/** As `wordMask`, for bytes beyond ASCII. */
export function highMask(at: i32): i32 {
  return flagged(at, CLASS, HIGH);
}

/** As `wordMask`, for digits. */
export function digitMask(at: i32): i32 {
  return flagged(at, CLASS, DIGIT);
}

/** As `wordMask`, for bytes that end a value without quotes. */
export function valueEndMask(at: i32): i32 {
  return flagged(at, MORE, VALUE_END);
}

/** As `wordMask`, for bytes that may stand before the `@` of an address. */
export function localMask(at: i32): i32 {
  return flagged(at, CLASS, LOCAL);
}

/** As `wordMask`, for bytes that are not of the user and password of a URL. */
export function userEndMask(at: i32): i32 {
  return flagged(at, MORE, USER_END);
}

/** As `wordMask`, for one byte. */
export function byteMask(at: i32, c: i32): i32 {
  let mask = 0;
  for (let i = 0; i < 32; i += 1) if (bytes[at + i] === c) mask |= 1 << i;
  return mask;
}

/** How many of the lowest bits are set without a gap. */
export function digitRun(mask: i32): i32 {
  const gap = ~mask & -~mask;
  return gap === 0 ? 32 : 31 - Math.clz32(gap);
}

/** How many bits are set. */
export function ones(mask: i32): i32 {
  let count = 0;
  for (let left = mask; left !== 0; left &= left - 1) count += 1;
  return count;
}

/** Writes what the 16 bytes at `from` count as digits to `to`; what is none is written as anything. */
export function store16Digits(to: i32, from: i32): void {
  for (let i = 0; i < 16; i += 1) bytes[to + i] = bytes[from + i] - 0x30;
}

/** Sum of the digits of at most 32 that lie at `at`, every second from the end doubled as Luhn has it. */
export function luhnSum(at: i32, count: i32): i32 {
  let sum = 0;
  for (let i = 0; i < count; i += 1) {
    const d = bytes[at + i];
    sum += ((count - i) & 1) !== 0 ? d : d < 5 ? d << 1 : (d << 1) - 9;
  }
  return sum;
}

export function replace(kind: i32, start: i32, end: i32, to: i32, room: i32): i32 {
  return host(kind, start, end, to, room);
}
