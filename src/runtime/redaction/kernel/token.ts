import { vin } from './codes';
import { tokenStop } from './ends';
import { AWS_KEY, JWT, PRIVATE_KEY, TOKEN_KIND } from './ids';
import { CLASS, HEX, TAIL_JWT, TAIL_NONE, TAIL_PEM, TAIL_TOKEN, TOKEN, TOKEN_PREFIXES, TOKEN_ROWS } from './layout';
import { found } from './matches';
import { digitRun, load32u, load8, tokenMask } from './portable';
import type { i32 } from './types';
import { wallet } from './wallet';

/** How far a run is read before its tail is left to the output. */
const REACH: i32 = 500;

/** What follows the prefix is hexadecimal, and as long as it says. */
export const HEX_ONLY: i32 = 2;

function isHex(at: i32): boolean {
  return (load8(CLASS + load8(at)) & HEX) != 0;
}

function isToken(at: i32): boolean {
  return (load8(CLASS + load8(at)) & TOKEN) != 0;
}

/** `at` is the sixteenth byte of a run of token bytes. */
export function longRun(at: i32): void {
  let start = at - 15;
  // Dashes before a token (a list, `--flag`) are not part of it.
  while (load8(start) == 0x2d && start < at - 8) start += 1;
  if (load32u(start) << 8 == 0x4a796500) {
    jwt(start);
    return;
  }
  const before = load8(start - 1);
  if (before == 0x2e && dotted(start)) return;
  if (before == 0x3a && botToken(start)) return;
  const length = digitRun(tokenMask(start));
  if (wallet(start, length)) return;
  if (length == 17) vin(start);
  prefixed(start);
}

/** What begins with a prefix and a dot: `SG.`, `hvs.`, `ya29.`. */
function dotted(start: i32): boolean {
  const four = load32u(start - 5);
  let from = start - 5;
  // "ya29", "xoxe", "hvs", "hvb", "hvr", "SG"
  if (four != 0x39326179 && four != 0x65786f78) {
    from += 1;
    const three = four >>> 8;
    if (three != 0x737668 && three != 0x627668 && three != 0x727668) {
      from += 1;
      if (three >>> 8 != 0x4753) return false;
    }
  }
  if (isToken(from - 1)) return false;
  found(TOKEN_KIND, from, start + 16, TAIL_JWT);
  return true;
}

/** Telegram: eight digits or more, a colon, and 35 bytes that begin with `AA`. */
function botToken(start: i32): boolean {
  if (load8(start) != 0x41 || load8(start + 1) != 0x41 || tokenStop(start, start + 64, 0) != start + 35) return false;
  let i = start - 1;
  while (i > start - 12 && load8(i - 1) >= 0x30 && load8(i - 1) <= 0x39) i -= 1;
  if (start - 1 - i < 8 || start - 1 - i > 10) return false;
  found(TOKEN_KIND, i, start + 35, TAIL_NONE);
  return true;
}

/**
 * `eyJ...` with at least one dot and a second part: header.payload[.signature], and the five parts of an encrypted
 * token.
 */
function jwt(start: i32): void {
  const dot = tokenStop(start, start + REACH, 0);
  if (load8(dot) != 0x2e || dot >= start + REACH) return;
  if (digitRun(tokenMask(dot + 1)) >= 8) found(JWT, start, dot + 9, TAIL_JWT);
}

/** The run begins with a prefix that an issuer gives its tokens. */
function prefixed(start: i32): void {
  const first = load8(start);
  if (first > 127 || load8(TOKEN_ROWS + first) == 0) return;
  let at = TOKEN_PREFIXES + ((load8(TOKEN_ROWS + first) - 1) << 4);
  while (load8(at + 4) == first) {
    const length = load8(at);
    if (startsWith(start, at + 4, length)) {
      const least = load8(at + 1);
      const kind = load8(at + 2);
      const exact = load8(at + 3);
      let i = start + length;
      if (kind == AWS_KEY) {
        while (i < start + 21 && isUpperOrDigit(load8(i))) i += 1;
        if (i == start + 20 && !isToken(i)) {
          found(AWS_KEY, start, i, TAIL_NONE);
          return;
        }
      } else {
        while (i < start + least && (exact == HEX_ONLY ? isHex(i) : isToken(i))) i += 1;
        if (i == start + least && (exact == 0 || !isToken(i))) {
          found(TOKEN_KIND, start, i, exact == 0 ? TAIL_TOKEN : TAIL_NONE);
          return;
        }
      }
    }
    at += 16;
  }
}

function isUpperOrDigit(c: i32): boolean {
  return (c >= 0x41 && c <= 0x5a) || (c >= 0x30 && c <= 0x39);
}

function startsWith(at: i32, literal: i32, length: i32): boolean {
  let i = 0;
  while (i < length) {
    if (load8(at + i) != load8(literal + i)) return false;
    i += 1;
  }
  return true;
}

/** `at` is the first of a row of dashes: `-----BEGIN ... PRIVATE KEY-----` and what follows. */
export function dashes(at: i32): void {
  if (load32u(at + 1) != 0x2d2d2d2d || load32u(at + 5) != 0x49474542 || load8(at + 9) != 0x4e) return;
  let i = at + 10;
  const limit = at + 50;
  // "PRIVATE KEY"
  while (i < limit) {
    const c = load8(i);
    if (c == 0x2d || c < 0x20) return;
    if (c == 0x50 && load32u(i) == 0x56495250 && load32u(i + 4) == 0x20455441 && load32u(i + 7) == 0x59454b20) {
      i += 11;
      while (i < limit + 16 && load8(i) >= 0x20 && load8(i) != 0x2d) i += 1;
      if (load32u(i) != 0x2d2d2d2d || load8(i + 4) != 0x2d) return;
      found(PRIVATE_KEY, at, i + 5, TAIL_PEM);
      return;
    }
    i += 1;
  }
}
