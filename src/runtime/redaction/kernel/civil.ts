import { luhn } from './checks';
import {
  isAhv,
  isEin,
  isNpi,
  isOldRrn,
  isPersonnummer,
  isPesel,
  isResident,
  isRouting,
  isRrn,
  isSouthAfrican,
  isTckn,
} from './civil-checks';
import { hetu } from './codes';
import {
  CH_AHV,
  CN_RESIDENT_ID,
  D_EIN,
  D_IMEI,
  D_KOREA,
  D_NPI,
  D_PESEL,
  D_ROUTING,
  D_SOUTH_AFRICA,
  D_SWEDEN,
  D_SWISS,
  D_TURKEY,
  IMEI,
  KR_RRN,
  PL_PESEL,
  R_CH,
  R_KR,
  R_PL,
  R_SE,
  R_TR,
  R_ZA,
  SE_PERSONNUMMER,
  TR_TCKN,
  US_EIN,
  US_NPI,
  US_ROUTING_NUMBER,
  ZA_ID,
} from './ids';
import { TAIL_NONE } from './layout';
import { found } from './matches';
import {
  digit,
  DOT,
  end,
  first,
  HYPHEN,
  isClean,
  namedBefore,
  regions,
  separator,
  size,
  start,
  value,
} from './sequence';
import type { i32 } from './types';

/** A word before names it, or a region of the policy gives it out. */
function isNamed(word: i32, region: i32): boolean {
  return (namedBefore() & word) != 0 || (regions() & region) != 0;
}

/** Identity numbers of one group of digits, the first of the sequence. */
export function civil(n: i32): void {
  const f = first(0);
  let kind = -1;
  if (n == 9) {
    if (isNamed(D_ROUTING, 0) && isRouting(f)) kind = US_ROUTING_NUMBER;
    else if (isNamed(D_EIN, 0) && isEin(f)) kind = US_EIN;
  } else if (n == 10) {
    if (isNamed(D_NPI, 0) && isNpi(f)) kind = US_NPI;
    else if (isNamed(D_SWEDEN, 0) && isPersonnummer(f)) kind = SE_PERSONNUMMER;
  } else if (n == 11) {
    if (isPesel(f) && isNamed(D_PESEL, R_PL)) kind = PL_PESEL;
    else if (isTckn(f) && isNamed(D_TURKEY, R_TR)) kind = TR_TCKN;
  } else if (n == 12) {
    if (isNamed(D_SWEDEN, 0) && isPersonnummer(f + 2)) kind = SE_PERSONNUMMER;
  } else if (n == 13) {
    if (isSouthAfrican(f) && isNamed(D_SOUTH_AFRICA, R_ZA)) kind = ZA_ID;
    else if (isAhv(f) && isNamed(D_SWISS, R_CH)) kind = CH_AHV;
    else if (isRrn(f) && isNamed(D_KOREA, 0)) kind = KR_RRN;
  } else if (n == 15) {
    if (isNamed(D_IMEI, 0) && luhn(f, f + 15)) kind = IMEI;
  } else if (n == 18) {
    if (isResident(f, digit(f + 17))) kind = CN_RESIDENT_ID;
  }
  if (kind >= 0) found(kind, start(0), end(0), TAIL_NONE);
}

/** Seventeen digits and an X. */
export function residentX(): boolean {
  if (!isResident(first(0), 10)) return false;
  found(CN_RESIDENT_ID, start(0), end(0) + 1, TAIL_NONE);
  return true;
}

/** Two groups that a hyphen joins: `900101-1234567`, `811228-9874`, `12-3456789`, `131052-308T`. */
export function pair(from: i32): boolean {
  const f = first(from);
  const a = size(from);
  const b = size(from + 1);
  let kind = -1;
  if (a == 6 && b == 3) return hetu(start(from));
  if (!isClean(from + 1)) return false;
  if (a == 6 && b == 7) {
    if (isRrn(f) && (isOldRrn(f) || isNamed(D_KOREA, R_KR))) kind = KR_RRN;
  } else if (b == 4 && a == 6) {
    if (hetu(start(from))) return true;
    if (isPersonnummer(f) && isNamed(D_SWEDEN, R_SE)) kind = SE_PERSONNUMMER;
  } else if (b == 4 && a == 8) {
    if (isPersonnummer(f + 2) && isNamed(D_SWEDEN, R_SE)) kind = SE_PERSONNUMMER;
  } else if (a == 2 && b == 7) {
    if (isNamed(D_EIN, 0) && isEin(f)) kind = US_EIN;
  }
  if (kind < 0) return false;
  found(kind, start(from), end(from + 1), TAIL_NONE);
  return true;
}

/** Four groups: `756.1234.5678.97` by dots, `49-015420-323751-8` by hyphens where a word says so. */
export function quartet(from: i32): boolean {
  const s = separator(from + 1);
  if (!isClean(from + 3) || separator(from + 2) != s || separator(from + 3) != s) return false;
  const a = size(from);
  const b = size(from + 1);
  let kind = -1;
  if (s == DOT && a == 3 && b == 4 && size(from + 2) == 4 && size(from + 3) == 2) {
    if (isAhv(first(from))) kind = CH_AHV;
  } else if (s == HYPHEN && a == 2 && b == 6 && size(from + 2) == 6 && size(from + 3) == 1) {
    if (isNamed(D_IMEI, 0) && luhn(first(from), first(from) + 15)) kind = IMEI;
  }
  if (kind < 0) return false;
  found(kind, start(from), end(from + 3), TAIL_NONE);
  return true;
}

/** `800101 5009 087`: a South African identity number as it is printed. */
export function spaced(from: i32): boolean {
  if (value(first(from), 6) == 0 || !isSouthAfrican(first(from)) || !isNamed(D_SOUTH_AFRICA, R_ZA)) return false;
  found(ZA_ID, start(from), end(from + 2), TAIL_NONE);
  return true;
}
