import { isCnpj } from './checks';
import { pair, quartet } from './civil';
import { contextBefore, contextWithin, wordBefore } from './context';
import { dateOfBirth } from './date';
import { BR_CNPJ, C_CALL, C_NET, C_PERMIT, C_PHONE, C_VERSION, IPV4 } from './ids';
import { CLASS, TAIL_NONE, TOKEN } from './layout';
import { found } from './matches';
import { phone } from './phone';
import { place } from './place';
import { digitMask, load8 } from './portable';
import {
  BLANK,
  broken,
  digit,
  DOT,
  end,
  first,
  groups,
  HYPHEN,
  isClean,
  MIXED,
  sameSeparators,
  separator,
  size,
  SLASH,
  start,
} from './sequence';
import type { i32 } from './types';

/** Runs of groups that something other than a blank joins. True when it was told of one of them what it is. */
export function runs(): boolean {
  let i = 0;
  let any = false;
  while (i < groups) {
    let k = broken ? i + 1 : groups;
    while (k < groups && separator(k) != BLANK && separator(k) != MIXED) k += 1;
    if (k - i >= 2 && run(i, k)) any = true;
    i = k;
  }
  return any;
}

/**
 * Groups `from` to `to` are joined by hyphens, dots and slashes, and blanks or the ends of the sequence surround them.
 */
function run(from: i32, to: i32): boolean {
  const n = to - from;
  const s = separator(from + 1);
  if (n == 2 && s == HYPHEN && pair(from)) return true;
  if (n == 4 && quartet(from)) return true;
  if (s == DOT) {
    let k = from + 1;
    while (k < to && k < from + 5 && separator(k) == DOT) k += 1;
    if (k - from == 4 && isQuad(from) && !(isPaired(from) && (contextBefore(start(from)) & (C_PHONE | C_CALL)) != 0)) {
      // A port, a mask or a range may follow; another dot may not.
      if (isVersion(start(from), end(k - 1))) return true;
      if (isClean(k - 1) && load8(start(from) - 1) != 0x2e) {
        found(IPV4, start(from), end(k - 1), TAIL_NONE);
        if (k < to && separator(k) == HYPHEN) run(k, to);
        return true;
      }
    }
    if (n == 2) {
      place(start(from));
      return phone(from, to);
    }
    if (
      n == 5 &&
      size(from) == 2 &&
      size(from + 1) == 3 &&
      size(from + 2) == 3 &&
      separator(from + 2) == DOT &&
      separator(from + 3) == SLASH &&
      size(from + 3) == 4 &&
      separator(from + 4) == HYPHEN &&
      size(from + 4) == 2 &&
      isClean(to - 1) &&
      isCnpj(first(from))
    ) {
      found(BR_CNPJ, start(from), end(to - 1), TAIL_NONE);
      return true;
    }
  }
  if (n == 3 && sameSeparators(from, to)) {
    const a = size(from);
    const c = size(from + 2);
    if ((a == 4 && c <= 2) || (a <= 2 && (c == 4 || c == 2))) {
      dateOfBirth(start(from), end(from + 2));
      return false;
    }
  }
  if (n > 6) return false;
  if (from > 0 && groups > 2 && to < groups && size(from) < 3) return false;
  return phone(from, to);
}

/** `release 1.2.3.4`, `Chrome/120.0.0.0`, `^1.2.3.4`: no address, unless a word of networks is beside it. */
function isVersion(at: i32, to: i32): boolean {
  let i = at - 1;
  if (load8(i) == 0x2f) {
    // A product, and no host's name: `localhost/127.0.0.1`, `example.com/192.0.2.1:80`.
    let dots = 0;
    while (i > at - 32 && (load8(CLASS + load8(i - 1)) & TOKEN) != 0) i -= 1;
    if (load8(i - 1) == 0x2e) dots += 1;
    const c = load8(i);
    return i < at - 1 && dots == 0 && load8(to) != 0x3a && ((c >= 0x41 && c <= 0x5a) || isSmall(at, to));
  }
  if (load8(i) == 0x5e || load8(i) == 0x7e) return true;
  // A heading of Markdown: `## [1.2.3.4]`.
  if (load8(i) == 0x5b) i -= 1;
  if (load8(i) == 0x20 && load8(i - 1) == 0x23) return true;
  if ((wordBefore(at) & C_VERSION) != 0) return (contextBefore(at) & C_NET) == 0;
  return isSmall(at, to) && isSmallVersion(contextWithin(at, VERSION_REACH));
}

function isSmallVersion(near: i32): boolean {
  return (near & (C_VERSION | C_PERMIT)) != 0 && (near & C_NET) == 0;
}

/** How far before `1.2.3.5` of `updated from 1.2.3.4 to 1.2.3.5` its word may stand. */
const VERSION_REACH: i32 = 32;

/** No number of the four has three digits. */
function isSmall(at: i32, to: i32): boolean {
  const digits = digitMask(at) & ((1 << (to - at)) - 1);
  return (digits & (digits >>> 1) & (digits >>> 2)) == 0;
}

/** As a phone number is printed and an address is not: four pairs of digits, or a zero before other digits. */
function isPaired(from: i32): boolean {
  // Negative where more than one digit begins with a zero; zero where all are pairs.
  let zeros = 0;
  let others = 0;
  let i = from;
  while (i < from + 4) {
    zeros |= (1 - size(i)) & (digit(first(i)) - 1);
    others |= size(i) ^ 2;
    i += 1;
  }
  return zeros < 0 || others == 0;
}

/** The four groups from `from` on are numbers up to 255; 240.0.0.0/4 has masks and stand-ins, and nobody's address. */
function isQuad(from: i32): boolean {
  // Negative where a group has more than three digits, or three that are too many. No branch: how long they are nobody
  // can guess.
  let most = 239;
  let fits = 0;
  let i = from;
  while (i < from + 4) {
    const n = size(i);
    const f = first(i);
    fits |= (3 - n) | ((2 - n) & (most - digit(f) * 100 - digit(f + 1) * 10 - digit(f + 2)));
    most = 255;
    i += 1;
  }
  return fits >= 0;
}
