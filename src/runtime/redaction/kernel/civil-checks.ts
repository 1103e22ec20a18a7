import { luhn } from './checks';
import { luhnSum } from './portable';
import { digit, DIGITS, value } from './sequence';
import type { i32 } from './types';

/** A day of the calendar; the year is of two or four digits. */
function isDay(year: i32, month: i32, day: i32): boolean {
  if (month < 1 || month > 12 || day < 1 || day > 31) return false;
  if (month == 2) return day < 29 || (day == 29 && (year & 3) == 0);
  return day < 31 || (month != 4 && month != 6 && month != 9 && month != 11);
}

/** Six digits from `from` on: year, month and day. */
function isBirth(from: i32): boolean {
  return isDay(value(from, 2), value(from + 2, 2), value(from + 4, 2));
}

/** Routing number of a US bank: weights 3 7 1, modulo 10; the first two digits are of a district. */
export function isRouting(from: i32): boolean {
  const district = value(from, 2);
  if (!(district <= 12 || (district >= 21 && district <= 32) || (district >= 61 && district <= 72) || district == 80)) {
    return false;
  }
  let sum = 0;
  let i = 0;
  while (i < 9) {
    sum += digit(from + i) * 3 + digit(from + i + 1) * 7 + digit(from + i + 2);
    i += 3;
  }
  return sum > 0 && sum % 10 == 0;
}

/** US national provider identifier: Luhn with 80840 before it, which adds 24. */
export function isNpi(from: i32): boolean {
  const first = digit(from);
  return (first == 1 || first == 2) && (luhnSum(DIGITS + from, 10) + 24) % 10 == 0;
}

/** US employer identification number: prefixes that no campus of the tax authority has are none. */
export function isEin(from: i32): boolean {
  const prefix = value(from, 2);
  if (prefix == 0 || (prefix > 6 && prefix < 10) || (prefix > 16 && prefix < 20)) return false;
  return (
    prefix != 28 &&
    prefix != 29 &&
    prefix != 49 &&
    prefix != 69 &&
    prefix != 70 &&
    prefix != 78 &&
    prefix != 79 &&
    prefix != 89 &&
    prefix != 96 &&
    prefix != 97 &&
    value(from + 2, 7) != 0
  );
}

/** Polish PESEL: date with the century in the month, weights 1 3 7 9, modulo 10. */
export function isPesel(from: i32): boolean {
  if (!isDay(value(from, 2), value(from + 2, 2) % 20, value(from + 4, 2))) return false;
  let sum = 0;
  let i = 0;
  while (i < 10) {
    const k = i & 3;
    sum += digit(from + i) * (k == 0 ? 1 : k == 1 ? 3 : k == 2 ? 7 : 9);
    i += 1;
  }
  return (sum + digit(from + 10)) % 10 == 0;
}

/** Turkish identity number: the tenth digit of the nine before, the last of all ten. */
export function isTckn(from: i32): boolean {
  if (digit(from) == 0) return false;
  const odd = digit(from) + digit(from + 2) + digit(from + 4) + digit(from + 6) + digit(from + 8);
  const even = digit(from + 1) + digit(from + 3) + digit(from + 5) + digit(from + 7);
  const tenth = (odd * 7 - even + 100) % 10;
  return digit(from + 9) == tenth && digit(from + 10) == (odd + even + tenth) % 10;
}

/** South African identity number: date, four digits, citizenship, one digit, Luhn. */
export function isSouthAfrican(from: i32): boolean {
  return digit(from + 10) < 3 && isBirth(from) && luhn(from, from + 13);
}

/** Swiss AHV number: 756 and the sum of EAN-13. */
export function isAhv(from: i32): boolean {
  if (value(from, 3) != 756) return false;
  let sum = 0;
  let i = 0;
  while (i < 12) {
    sum += digit(from + i) * ((i & 1) == 0 ? 1 : 3);
    i += 1;
  }
  return (sum + digit(from + 12)) % 10 == 0;
}

/**
 * Chinese resident identity number: division, date of birth, order, ISO 7064 mod 11-2; `last` is the value of the check
 * character, ten for X.
 */
export function isResident(from: i32, last: i32): boolean {
  const division = digit(from);
  const year = value(from + 6, 4);
  if (division == 0 || division == 7 ? value(from, 2) != 71 : division > 8) return false;
  if (year < 1800 || year > 2099 || !isDay(year, value(from + 10, 2), value(from + 12, 2))) return false;
  let sum = 0;
  let i = 0;
  while (i < 17) {
    sum = ((sum + digit(from + i)) * 2) % 11;
    i += 1;
  }
  return (sum + last) % 11 == 1;
}

/** Swedish identity number of ten digits: date, or a date whose day has 60 added, and Luhn. */
export function isPersonnummer(from: i32): boolean {
  const day = value(from + 4, 2);
  return isDay(value(from, 2), value(from + 2, 2), day > 60 ? day - 60 : day) && luhn(from, from + 10);
}

/** Korean resident registration number of 13 digits: date, century and sex. */
export function isRrn(from: i32): boolean {
  const century = digit(from + 6);
  return century > 0 && century < 9 && isBirth(from);
}

/** The check digit of those given out before October 2020: weights 2 to 9 and 2 to 5, modulo 11. */
export function isOldRrn(from: i32): boolean {
  let sum = 0;
  let i = 0;
  while (i < 12) {
    sum += digit(from + i) * (2 + (i & 7));
    i += 1;
  }
  return (11 - (sum % 11)) % 10 == digit(from + 12);
}

/** The date of a Finnish identity: day, month, year. */
export function isFinnishDate(day: i32, month: i32, year: i32): boolean {
  return isDay(year, month, day);
}
