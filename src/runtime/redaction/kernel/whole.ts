import { isBsn, isGermanTaxId, isNhs, isNir, isSin, isTfn, isVerhoeff } from './checks';
import { spaced } from './civil';
import {
  AU_TFN,
  C_BSN,
  C_DE_TAX,
  C_NHS,
  C_SIN,
  C_TFN,
  CA_SIN,
  DE_TAX_ID,
  DRIVING_LICENCE,
  FR_NIR,
  IN_AADHAAR,
  NL_BSN,
  R_AU,
  R_CA,
  R_DE,
  R_GB,
  R_NL,
  UK_NHS,
} from './ids';
import { TAIL_NONE } from './layout';
import { found } from './matches';
import { sideBySide } from './neighbours';
import { phone } from './phone';
import {
  BLANK,
  digit,
  end,
  first,
  HYPHEN,
  MIXED,
  regions,
  sameSeparators,
  separator,
  size,
  spoken,
  start,
  suffix,
} from './sequence';
import { isLicence } from './single';
import type { i32 } from './types';

/** All groups of the sequence taken together. */
export function whole(from: i32, to: i32): void {
  const n = to - from;
  const f = first(from);
  const digits = first(to) - f;
  if (digits < 5) return;
  if (n > 8) {
    sideBySide();
    return;
  }
  const same = sameSeparators(from, to);
  const s = separator(from + 1);
  if (suffix == 0 && same && (s == BLANK || s == HYPHEN)) {
    if (n == 3 && digits == 12 && size(from) == 4 && size(from + 1) == 4 && digit(f) > 1 && isVerhoeff(f, 12)) {
      found(IN_AADHAAR, start(from), end(to - 1), TAIL_NONE);
      return;
    }
    if (n == 3 && digits == 13 && s == BLANK && size(from) == 6 && size(from + 1) == 4 && spaced(from)) return;
    if (digits == 15 && size(from) == 1 && isNir(f)) {
      found(FR_NIR, start(from), end(to - 1), TAIL_NONE);
      return;
    }
    if (n == 3 && size(from) == 3 && size(from + 1) == 3) {
      const near = spoken();
      const r = regions();
      if (digits == 10 && ((near & C_NHS) != 0 || (r & R_GB) != 0) && isNhs(f)) {
        found(UK_NHS, start(from), end(to - 1), TAIL_NONE);
      }
      if (digits == 9) {
        if (((near & C_SIN) != 0 || (r & R_CA) != 0) && isSin(f)) found(CA_SIN, start(from), end(to - 1), TAIL_NONE);
        if (((near & C_TFN) != 0 || (r & R_AU) != 0) && isTfn(f)) found(AU_TFN, start(from), end(to - 1), TAIL_NONE);
        if (((near & C_BSN) != 0 || (r & R_NL) != 0) && isBsn(f)) found(NL_BSN, start(from), end(to - 1), TAIL_NONE);
      }
    }
    if (
      digits == 11 &&
      n == 4 &&
      size(from) == 2 &&
      size(from + 1) == 3 &&
      size(from + 2) == 3 &&
      ((spoken() & C_DE_TAX) != 0 || (regions() & R_DE) != 0) &&
      isGermanTaxId(f)
    ) {
      found(DE_TAX_ID, start(from), end(to - 1), TAIL_NONE);
    }
  }
  // A phone number with a form of its own is none that a word makes another thing of.
  if (n > 3 && separator(to - 1) == MIXED && phone(from, to - 1)) return;
  if (phone(from, to) || sideBySide()) return;
  if (digits <= 16 && isLicence(spoken())) {
    found(DRIVING_LICENCE, start(from), end(to - 1), TAIL_NONE);
  }
}
