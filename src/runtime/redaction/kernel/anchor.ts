import { ipv6, mac } from './address';
import { atSign } from './email';
import type { i32 } from './portable';
import { load8 } from './portable';
import { assignment, dashes } from './secret';
import { firstDigit } from './word';

/*
 * The scanners (scan.ts byte by byte, scan.as with SIMD) find the same anchors:
 *  - the first digit of each run of ASCII letters and digits,
 *  - `@`, `:`, `=`, `-` (SIMD leaves out hyphens that `hyphen` below would),
 *  - the sixteenth byte of each run of token bytes (`longRun` in secret.ts).
 * All that is known of a candidate is decided here and below from the bytes around it.
 */
export function anchor(at: i32): void {
  const c = load8(at);
  if (c <= 0x39 && c >= 0x30) {
    firstDigit(at);
  } else if (c == load8(at - 1)) {
    // Only the first of a row: lines of dashes and `::` are looked at once.
    return;
  } else if (c == 0x3A) {
    colon(at);
  } else if (c == 0x2D) {
    hyphen(at);
  } else if (c == 0x40) {
    atSign(at);
  } else {
    assignment(at);
  }
}

function colon(at: i32): void {
  const next = load8(at + 1);
  if (next <= 0x20 || next == 0x22 || next == 0x27) {
    assignment(at);
    return;
  }
  if (next == 0x2F) return;
  if (load8(at + 3) == 0x3A && mac(at)) return;
  ipv6(at);
  assignment(at);
}

function hyphen(at: i32): void {
  const next = load8(at + 1);
  if (next == 0x2D) dashes(at);
  else if (load8(at + 3) == 0x2D) mac(at);
}
