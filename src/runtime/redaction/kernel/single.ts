import { isBsn, isCnpj, isCpf, isGermanTaxId, isNhs, isNir, isSin, isTfn, isVerhoeff } from './checks';
import { civil, residentX } from './civil';
import { contextBefore } from './context';
import { dateOfBirth } from './date';
import { group, social } from './identity';
import {
  AU_TFN,
  BR_CNPJ,
  BR_CPF,
  C_AADHAAR,
  C_BRAZIL,
  C_BSN,
  C_DE_TAX,
  C_DRIVE,
  C_LICENCE,
  C_NHS,
  C_OTHER,
  C_PASSPORT,
  C_PERMIT,
  C_SIN,
  C_SSN,
  C_TFN,
  CA_SIN,
  DE_TAX_ID,
  DRIVING_LICENCE,
  ES_DNI,
  FR_NIR,
  IN_AADHAAR,
  NL_BSN,
  PASSPORT,
  R_BR,
  UK_NHS,
} from './ids';
import { ALNUM, CLASS, LETTER, SPANISH_LETTERS, TAIL_NONE } from './layout';
import { found } from './matches';
import { phone } from './phone';
import { load8 } from './portable';
import { digit, end, first, isDigit, regions, size, spoken, start, suffix, value } from './sequence';
import type { i32 } from './types';

/** A sequence of one group: numbers that are written without separators. */
export function single(): void {
  const n = size(0);
  const from = start(0);
  const to = end(0);
  if (suffix != 0) {
    if (n == 8 && spanishLetter(first(0), 8) == (suffix & 0xdf) && (load8(CLASS + load8(to + 1)) & ALNUM) == 0) {
      found(ES_DNI, from, to + 1, TAIL_NONE);
      return;
    }
    if ((suffix | 0x20) == 0x78 && !(n == 17 && residentX())) phone(0, 1);
    return;
  }
  // `8-Z`: a DNI whose letter a hyphen sets apart.
  if (
    n == 8 &&
    load8(to) == 0x2d &&
    spanishLetter(first(0), 8) == (load8(to + 1) & 0xdf) &&
    (load8(CLASS + load8(to + 1)) & LETTER) != 0 &&
    (load8(CLASS + load8(to + 2)) & ALNUM) == 0
  ) {
    found(ES_DNI, from, to + 2, TAIL_NONE);
    return;
  }
  if (n < 7 || n > 19) return;
  const c = load8(from - 1);
  if (c == 0x2b) {
    phone(0, 1);
    return;
  }
  if (n >= 12) group(0, n);
  // A fraction, an amount or a price: `0.` is another group, `,` and currency signs are not separators.
  if (c == 0x2e || c == 0x24 || (c == 0x2c && isDigit(from - 2))) return;
  if (load8(to) == 0x2c && isDigit(to + 1) && isDigit(to + 2) && isDigit(to + 3) && !isDigit(to + 4)) return;
  const f = first(0);
  if (n == 15 && isNir(f) && (spoken() & C_OTHER) == 0) {
    found(FR_NIR, from, to, TAIL_NONE);
    return;
  }
  if (n > 8) civil(n);
  if (n > 14) return;
  const near = spoken();
  // What a word calls an id or an order is no region's number.
  const r = (near & C_OTHER) != 0 ? 0 : regions();
  if (n == 9) {
    if ((near & C_SSN) != 0) social(0, 1);
    if ((near & C_BSN) != 0) if (isBsn(f)) found(NL_BSN, from, to, TAIL_NONE);
    if ((near & C_SIN) != 0) if (isSin(f)) found(CA_SIN, from, to, TAIL_NONE);
    if ((near & C_TFN) != 0) if (isTfn(f)) found(AU_TFN, from, to, TAIL_NONE);
  } else if (n == 10) {
    if ((near & C_NHS) != 0) if (isNhs(f)) found(UK_NHS, from, to, TAIL_NONE);
  } else if (n == 11) {
    if ((near & C_BRAZIL) != 0 || (r & R_BR) != 0) if (isCpf(f)) found(BR_CPF, from, to, TAIL_NONE);
    if ((near & C_DE_TAX) != 0) if (isGermanTaxId(f)) found(DE_TAX_ID, from, to, TAIL_NONE);
  } else if (n == 12) {
    if ((near & C_AADHAAR) != 0) if (digit(f) > 1 && isVerhoeff(f, 12)) found(IN_AADHAAR, from, to, TAIL_NONE);
  } else if (n == 14) {
    if ((near & C_BRAZIL) != 0 || (r & R_BR) != 0) if (isCnpj(f)) found(BR_CNPJ, from, to, TAIL_NONE);
  }
  if (n == 8) dateOfBirth(from, to);
  byContext(from, to);
  if (n >= 7) phone(0, 1);
}

/** The letter of a Spanish DNI or NIE. */
function spanishLetter(from: i32, count: i32): i32 {
  return spanishLetterOf(value(from, count));
}

/** By the number modulo 23. */
export function spanishLetterOf(v: i32): i32 {
  return load8(SPANISH_LETTERS + (v % 23));
}

/** A word for a driving licence, or one for driving and one for a licence. */
export function isLicence(near: i32): boolean {
  return (near & C_LICENCE) != 0 || (near & (C_DRIVE | C_PERMIT)) == (C_DRIVE | C_PERMIT);
}

/** Passport and licence numbers have no form of their own: the word that names them must stand before. */
export function byContext(from: i32, to: i32): void {
  const length = to - from;
  if (length > 20) return;
  const near = contextBefore(from);
  if ((near & C_PASSPORT) != 0 && length >= 6 && length <= 10) found(PASSPORT, from, to, TAIL_NONE);
  if (isLicence(near)) found(DRIVING_LICENCE, from, to, TAIL_NONE);
}
