import { IPV6, MAC } from './ids';
import { ALNUM, CLASS, HEX, TAIL_NONE } from './layout';
import { found } from './matches';
import { load32u, load8 } from './portable';
import type { i32 } from './types';

function isHex(at: i32): boolean {
  return (load8(CLASS + load8(at)) & HEX) != 0;
}

function isAlnum(at: i32): boolean {
  return (load8(CLASS + load8(at)) & ALNUM) != 0;
}

/** `ip:`, `mac:`: what ends at the colon at `at` is no group of an address. */
export function isKey(at: i32): boolean {
  let i = at - 1;
  let key = false;
  while (i > at - 17 && isAlnum(i)) {
    if (!isHex(i)) key = true;
    i -= 1;
  }
  return key || at - i > 5;
}

/**
 * `at` is the second separator-sized step: the first `:` or `-` of a possible MAC address, two hex digits before it.
 */
export function mac(at: i32): boolean {
  const separator = load8(at);
  const start = at - 2;
  if (!isHex(start) || !isHex(start + 1)) return false;
  const before = load8(start - 1);
  if ((before == separator && !(before == 0x3a && isKey(start - 1))) || isAlnum(start - 1)) return false;
  let i = at;
  let groups = 1;
  while (groups < 6) {
    if (load8(i) != separator || !isHex(i + 1) || !isHex(i + 2)) return false;
    i += 3;
    groups += 1;
  }
  if (load8(i) == separator || isAlnum(i)) return false;
  found(MAC, start, i, TAIL_NONE);
  return true;
}

/** `at` is a `:`, the first of a possible IPv6 address (RFC 4291, 2.2; with an embedded IPv4 address; with a zone). */
export function ipv6(at: i32): void {
  let start = at;
  while (start > at - 5 && isHex(start - 1)) start -= 1;
  if (at - start > 4 || isAlnum(start - 1)) return;
  const before = load8(start - 1);
  if ((before == 0x3a && (start == at || !isKey(start - 1))) || before == 0x2e) return;
  let i = start;
  let groups = 0;
  let compressed = false;
  let end = 0;
  // 100::/64 leads nowhere (RFC 6666); pseudonyms are of it.
  if (load32u(start) == 0x3a303031 && load8(start + 4) == 0x3a) return;
  if (start == at) {
    if (load8(at + 1) != 0x3a) return;
    compressed = true;
    i = at + 2;
    end = i;
  }
  while (groups < 8) {
    let k = i;
    let decimal = true;
    while (k < i + 5 && isHex(k)) {
      if (load8(k) > 0x39) decimal = false;
      k += 1;
    }
    const digits = k - i;
    if (digits == 0) break;
    if (digits > 4) return;
    if (decimal && digits <= 3 && load8(k) == 0x2e && groups > 0) {
      const four = dottedQuad(i);
      if (four != 0) {
        groups += 2;
        end = four;
        break;
      }
      if (load8(k + 1) >= 0x30 && load8(k + 1) <= 0x39) break;
    }
    groups += 1;
    end = k;
    i = k;
    if (load8(i) != 0x3a) break;
    if (load8(i + 1) == 0x3a) {
      if (compressed) return;
      compressed = true;
      i += 2;
      end = i;
    } else {
      if (!isHex(i + 1)) break;
      i += 1;
    }
  }
  if (compressed ? groups > 7 || groups == 0 : groups != 8) return;
  // `a::b` of a programming language (std::vector) has letters beyond hex beside it.
  if (isAlnum(end)) return;
  if (load8(end) == 0x3a && (load8(end + 1) == 0x3a || isAlnum(end + 1))) return;
  // Two short words and `::` are more often a name (`dead::beef` aside): an address has a digit.
  if (!hasDigit(start, end)) return;
  if (load8(end) == 0x25) {
    let zone = end + 1;
    while (zone < end + 17 && isAlnum(zone)) zone += 1;
    end = zone;
  }
  found(IPV6, start, end, TAIL_NONE);
}

function hasDigit(from: i32, to: i32): boolean {
  let i = from;
  while (i < to) {
    const c = load8(i);
    if (c >= 0x30 && c <= 0x39) return true;
    i += 1;
  }
  return false;
}

/** Where the dotted quad at `from` ends, or 0. */
function dottedQuad(from: i32): i32 {
  let i = from;
  let part = 0;
  while (part < 4) {
    let value = 0;
    let digits = 0;
    while (digits < 4) {
      const c = load8(i);
      if (c < 0x30 || c > 0x39) break;
      value = value * 10 + c - 0x30;
      digits += 1;
      i += 1;
    }
    if (digits == 0 || digits > 3 || value > 255) return 0;
    part += 1;
    if (part < 4) {
      if (load8(i) != 0x2e) return 0;
      i += 1;
    }
  }
  return i;
}
