import { ipv6, isKey, mac } from './address';
import { atSign } from './email';
import { CLASS, HEX } from './layout';
import { load8 } from './portable';
import { assignment, endsLikeSecret, keyEnd } from './secret';
import { dashes } from './token';
import type { i32 } from './types';

/*
 * The scanners (scan.ts byte by byte, scan.as with SIMD) find the same anchors:
 *  - the first digit of each run of ASCII letters and digits (`firstDigit` in word.ts),
 *  - `@`, `:`, `-` (`special`), `:` and `=` (`assign`),
 *  - the sixteenth byte of each run of token bytes (`longRun` in secret.ts).
 * All that is known of a candidate is decided there and below from the bytes around it; SIMD leaves out those that come
 * to nothing.
 */

/** `at` is an `@`, or a `:` or `-` that an address or a key may be made with. */
export function special(at: i32): void {
  const c = load8(at);
  // Only the first of a row: lines of dashes and `::` are looked at once.
  if (c == load8(at - 1)) return;
  if (c == 0x40) atSign(at);
  else if (c == 0x3a) colon(at);
  else if (c == 0x2d) hyphen(at);
}

/** `at` is a `:` or a `=`: a key that names a secret may stand before. */
export function assign(at: i32): void {
  const last = keyEnd(at);
  if (!endsLikeSecret(last)) return;
  const c = load8(at);
  if (c == load8(at - 1) || (c == 0x3a && load8(at + 1) == 0x2f)) return;
  assignment(at, last);
}

function colon(at: i32): void {
  const next = load8(at + 1);
  if (next <= 0x20 || next == 0x22 || next == 0x27 || next == 0x2f) return;
  if (load8(at + 3) == 0x3a && mac(at)) return;
  // The address begins behind: `ip:2001:db8::1`.
  if (isKey(at)) afterKey(at + 1);
  else ipv6(at);
}

/** `at` is behind a key and its colon: the first colon of an address is up to four hex digits further. */
function afterKey(at: i32): void {
  let i = at;
  while (i < at + 5 && (load8(CLASS + load8(i)) & HEX) != 0) i += 1;
  if (load8(i) != 0x3a || (i == at && load8(at + 1) != 0x3a)) return;
  if (load8(i + 3) == 0x3a && mac(i)) return;
  ipv6(i);
}

function hyphen(at: i32): void {
  const next = load8(at + 1);
  if (next == 0x2d) dashes(at);
  else if (load8(at + 3) == 0x2d) mac(at);
}
