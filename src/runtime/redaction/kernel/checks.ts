import { luhnSum } from './portable';
import { digit, DIGITS, value } from './sequence';
import type { i32 } from './types';

export function luhn(from: i32, to: i32): boolean {
  return luhnSum(DIGITS + from, to - from) % 10 == 0;
}

export function isSin(from: i32): boolean {
  return digit(from) != 0 && digit(from) != 8 && luhn(from, from + 9);
}

export function isCpf(from: i32): boolean {
  let a = 0;
  let b = 0;
  let i = 0;
  let same = true;
  while (i < 9) {
    const d = digit(from + i);
    a += d * (10 - i);
    b += d * (11 - i);
    if (d != digit(from)) same = false;
    i += 1;
  }
  const x = ((a * 10) % 11) % 10;
  b += x * 2;
  return !same && x == digit(from + 9) && ((b * 10) % 11) % 10 == digit(from + 10);
}

export function isCnpj(from: i32): boolean {
  let a = 0;
  let b = 0;
  let i = 0;
  while (i < 12) {
    const d = digit(from + i);
    a += d * (i < 4 ? 5 - i : 13 - i);
    b += d * (i < 5 ? 6 - i : 14 - i);
    i += 1;
  }
  const x = a % 11 < 2 ? 0 : 11 - (a % 11);
  b += x * 2;
  const y = b % 11 < 2 ? 0 : 11 - (b % 11);
  return x == digit(from + 12) && y == digit(from + 13) && value(from, 8) != 0;
}

/** UK NHS number: weights 10 to 2, modulo 11. */
export function isNhs(from: i32): boolean {
  let sum = 0;
  let i = 0;
  while (i < 9) {
    sum += digit(from + i) * (10 - i);
    i += 1;
  }
  const check = (11 - (sum % 11)) % 11;
  return check != 10 && check == digit(from + 9);
}

/** Dutch BSN: weights 9 to 2 and -1, modulo 11. */
export function isBsn(from: i32): boolean {
  let sum = 0;
  let i = 0;
  while (i < 8) {
    sum += digit(from + i) * (9 - i);
    i += 1;
  }
  sum -= digit(from + 8);
  return sum > 0 && sum % 11 == 0;
}

/** Australian TFN of nine digits: weights 1 4 3 7 5 8 6 9 10, modulo 11. */
export function isTfn(from: i32): boolean {
  const sum =
    digit(from) +
    digit(from + 1) * 4 +
    digit(from + 2) * 3 +
    digit(from + 3) * 7 +
    digit(from + 4) * 5 +
    digit(from + 5) * 8 +
    digit(from + 6) * 6 +
    digit(from + 7) * 9 +
    digit(from + 8) * 10;
  return sum > 0 && sum % 11 == 0;
}

/** German tax identification number: ISO 7064 mod 11,10; one digit twice or three times among the first ten. */
export function isGermanTaxId(from: i32): boolean {
  if (digit(from) == 0) return false;
  let product = 10;
  let seen = 0;
  let i = 0;
  while (i < 10) {
    const d = digit(from + i);
    seen |= 1 << d;
    let sum = (d + product) % 10;
    if (sum == 0) sum = 10;
    product = (sum * 2) % 11;
    i += 1;
  }
  let distinct = 0;
  while (seen != 0) {
    distinct += seen & 1;
    seen >>= 1;
  }
  return (distinct == 9 || distinct == 8) && (11 - product) % 10 == digit(from + 10);
}

/** French NIR without the Corsican letters: sex, year, month, place, order, then 97 minus the number modulo 97. */
export function isNir(from: i32): boolean {
  const sex = digit(from);
  if (sex != 1 && sex != 2 && sex != 7 && sex != 8) return false;
  const month = value(from + 3, 2);
  if (month == 0 || (month > 12 && month < 20) || (month > 42 && month < 50)) return false;
  let remainder = 0;
  let i = 0;
  while (i < 13) {
    remainder = (remainder * 10 + digit(from + i)) % 97;
    i += 1;
  }
  return 97 - remainder == value(from + 13, 2);
}

/** Verhoeff's check, the dihedral group of order ten written out as arithmetic. */
export function isVerhoeff(from: i32, count: i32): boolean {
  let c = 0;
  let i = 0;
  while (i < count) {
    let d = digit(from + count - 1 - i);
    // The permutation (1 5 8 9 4 2 7 0)(3 6), applied i times.
    let times = i & 7;
    while (times > 0) {
      d = permuted(d);
      times -= 1;
    }
    c = dihedral(c, d);
    i += 1;
  }
  return c == 0;
}

function permuted(d: i32): i32 {
  if (d == 0) return 1;
  if (d == 1) return 5;
  if (d == 2) return 7;
  if (d == 3) return 6;
  if (d == 4) return 2;
  if (d == 5) return 8;
  if (d == 6) return 3;
  if (d == 7) return 0;
  if (d == 8) return 9;
  return 4;
}

function dihedral(a: i32, b: i32): i32 {
  if (a < 5) return b < 5 ? (a + b) % 5 : ((a + b - 5) % 5) + 5;
  return b < 5 ? ((a - 5 - b + 5) % 5) + 5 : (a - b + 5) % 5;
}
