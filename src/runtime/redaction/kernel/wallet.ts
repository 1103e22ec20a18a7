import { contextBefore, identities } from './context';
import { CRYPTO_ADDRESS, D_WALLET } from './ids';
import { BECH32_STEPS, BECH32_VALUES, CLASS, DIGIT, HEX, TAIL_NONE } from './layout';
import { found } from './matches';
import { load32, load8 } from './portable';
import type { i32 } from './types';

/*
 * Addresses of cryptocurrencies. Bech32 carries a checksum that costs a step for each character, and it is computed.
 * The checksums of Base58Check and of EIP-55 are hashes: a page of such runs would cost a hundred times what other text
 * does, so the form must do.
 */

function isNamed(at: i32): boolean {
  contextBefore(at);
  return (identities & D_WALLET) != 0;
}

/** `start` begins a run of `length` token bytes (32 for as many and more). True for an address. */
export function wallet(start: i32, length: i32): boolean {
  const c = load8(start);
  if (c == 0x30) return ethereum(start);
  // 1 and 3 of Bitcoin, T of TRON
  if (c == 0x31 || c == 0x33 || c == 0x54) return length > 25 && base58(start, c == 0x54);
  // bc1, ltc1
  if (c == 0x62 || c == 0x6c) return bech32(start);
  return false;
}

/** `0x` and 40 hexadecimal digits, capitals and small letters mixed as by EIP-55, or a word for a wallet before. */
function ethereum(start: i32): boolean {
  if (load8(start + 1) != 0x78) return false;
  let capitals = false;
  let small = false;
  let i = start + 2;
  while (i < start + 43 && (load8(CLASS + load8(i)) & HEX) != 0) {
    const c = load8(i);
    if (c > 0x60) small = true;
    else if (c > 0x40) capitals = true;
    i += 1;
  }
  if (i != start + 42 || isTokenByte(i) || (!(capitals && small) && !isNamed(start))) return false;
  found(CRYPTO_ADDRESS, start, i, TAIL_NONE);
  return true;
}

/** 26 to 35 characters of Base58: 33 and more with digits, capitals and small letters, or with a word before. */
function base58(start: i32, tron: boolean): boolean {
  let digits = 0;
  let capitals = 0;
  let small = 0;
  let i = start;
  while (i < start + 36) {
    const c = load8(i);
    if (c == 0x30 || c == 0x49 || c == 0x4f || c == 0x6c) return false;
    if (c >= 0x61 && c <= 0x7a) small += 1;
    else if (c >= 0x41 && c <= 0x5a) capitals += 1;
    else if ((load8(CLASS + c) & DIGIT) != 0) digits += 1;
    else break;
    i += 1;
  }
  const length = i - start;
  // A part of base64, which has more than letters and digits.
  const behind = load8(i);
  if (load8(start - 1) == 0x2b || behind == 0x2b || behind == 0x2f || behind == 0x3d) return false;
  if (length < 26 || length > 35 || isTokenByte(i) || digits == 0 || capitals < 4 || small < 4) return false;
  if ((tron || length < 33 || length > 34) && !(isNamed(start) && (!tron || length == 34))) return false;
  found(CRYPTO_ADDRESS, start, i, TAIL_NONE);
  return true;
}

/** BIP 173 and BIP 350: the human-readable part, `1`, and characters whose last six check all. */
function bech32(start: i32): boolean {
  const prefix = load8(start + 1) == 0x63 && load8(start) == 0x62 ? 2 : isLitecoin(start) ? 3 : 0;
  if (prefix == 0 || load8(start + prefix) != 0x31) return false;
  let sum = 1;
  let i = 0;
  while (i < prefix) {
    sum = stepped(sum) ^ (load8(start + i) >> 5);
    i += 1;
  }
  sum = stepped(sum);
  i = 0;
  while (i < prefix) {
    sum = stepped(sum) ^ (load8(start + i) & 31);
    i += 1;
  }
  i = start + prefix + 1;
  while (i < start + 90) {
    const c = load8(i);
    const v = c < 128 ? load8(BECH32_VALUES + c) : 255;
    if (v == 255) break;
    sum = stepped(sum) ^ v;
    i += 1;
  }
  if (i - start < 14 || isTokenByte(i) || (sum != 1 && sum != 0x2bc830a3)) return false;
  found(CRYPTO_ADDRESS, start, i, TAIL_NONE);
  return true;
}

function isLitecoin(start: i32): boolean {
  return load8(start) == 0x6c && load8(start + 1) == 0x74 && load8(start + 2) == 0x63;
}

/** One step of the checksum, which has 30 bits. */
function stepped(sum: i32): i32 {
  return ((sum & 0x1ffffff) << 5) ^ load32(BECH32_STEPS + ((sum >>> 25) << 2));
}

function isTokenByte(at: i32): boolean {
  const c = load8(at);
  return c == 0x5f || c == 0x2d || (c >= 0x30 && c <= 0x39) || ((c | 0x20) >= 0x61 && (c | 0x20) <= 0x7a && c < 0x80);
}
