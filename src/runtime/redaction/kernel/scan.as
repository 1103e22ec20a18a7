// AssemblyScript with SIMD: finds the same anchors as scan.ts, 56 bytes at a time, and leaves out those that nothing can come of.
import { assign, special } from './anchor';
import { atSign } from './email';
import { MATCHES_MAX, MATCH_COUNT, NUMBERS_DONE, STATE } from './layout';
import { isLong, longRun } from './secret';
import { firstDigit } from './word';

const WARM_UP: i32 = 32;
const MARGIN: i32 = 256;

// 64 bytes are looked at for 56: so what follows a byte is known for eight more without a thought of the next block.
const STEP: i32 = 56;
const STEP_MASK: u64 = 0x00FFFFFFFFFFFFFF;

// Classes by nibble, for a look-up in two registers: a byte is of a class when low[b & 15] & high[b >> 4] has its bit; no byte is of two.
//   1 digit   2 letter A-O, a-o   4 letter P-Z, p-z   8 `_`   16 `-`   32 blank ( ) . /   64 `:`   128 `=`
// The classes are ordered: adding 128 - n to a byte sets its top bit where the class is n or more, and that bit is what bitmask reads.
// Fewer questions are asked than there are classes: where `_` is taken for `-`, or `=` for `:`, it comes to nothing later.
// @ts-ignore: decorator
@inline function classes(v: v128): v128 {
  const low = i8x16(
    1 | 4 | 32, 1 | 2 | 4, 1 | 2 | 4, 1 | 2 | 4, 1 | 2 | 4, 1 | 2 | 4, 1 | 2 | 4, 1 | 2 | 4,
    1 | 2 | 4 | 32, 1 | 2 | 4 | 32, 2 | 4 | 64, 2, 2, 2 | 16 | -128, 2 | 32, 2 | 8 | 32,
  );
  const high = i8x16(0, 0, 16 | 32, 1 | 64 | -128, 2, 4 | 8, 2, 4, 0, 0, 0, 0, 0, 0, 0, 0);
  const nibble = i8x16.splat(15);
  return v128.and(i8x16.swizzle(low, v128.and(v, nibble)), i8x16.swizzle(high, v128.and(i16x8.shr_u(v, 4), nibble)));
}

// @ts-ignore: decorator
@inline function joined(a: v128, b: v128, c: v128, d: v128): u64 {
  return <u64>(<u32>(i8x16.bitmask(a) | i8x16.bitmask(b) << 16)) | <u64>(<u32>(i8x16.bitmask(c) | i8x16.bitmask(d) << 16)) << 32;
}

// @ts-ignore: decorator
@inline function atLeast(a: v128, b: v128, c: v128, d: v128, least: i8): u64 {
  const add = i8x16.splat(<i8>(128 - <i32>least));
  return joined(i8x16.add(a, add), i8x16.add(b, add), i8x16.add(c, add), i8x16.add(d, add));
}

export function scan(from: i32, to: i32): i32 {
  let at = from - WARM_UP;
  // What the block before says of this one: its last byte of these classes, and whether first letters are still open.
  let run: u64 = 0;
  let token: u64 = 0;
  let sign: u64 = 0;
  let open: u64 = 0;
  let wanted: u64 = STEP_MASK & (<u64>-1 << WARM_UP);
  // A run of token bytes is known by its first, and wanted for its sixteenth.
  let wantedRuns: u64 = STEP_MASK & (<u64>-1 << WARM_UP - 15);
  while (at < to) {
    const va = v128.load(at);
    const vb = v128.load(at, 16);
    const vc = v128.load(at, 32);
    const vd = v128.load(at, 48);
    const a = classes(va);
    const b = classes(vb);
    const c = classes(vc);
    const d = classes(vd);
    const any = atLeast(a, b, c, d, 1);
    const beyondDigits = atLeast(a, b, c, d, 2);
    const beyondLetters = atLeast(a, b, c, d, 8);
    const beyondLine = atLeast(a, b, c, d, 32);
    const colons = atLeast(a, b, c, d, 64);
    const digits = any & ~beyondDigits;
    const letters = beyondDigits & ~beyondLetters;
    const lines = beyondLetters & ~beyondLine;
    if (to - at < STEP + 15) {
      if (to - at < STEP) wanted &= ~(<u64>-1 << <u64>(to - at));
      wantedRuns &= to - at > 15 ? ~(<u64>-1 << <u64>(to - at - 15)) : 0;
    }

    const alnum = any & ~beyondLetters;
    const starts = alnum & ~(alnum << 1 | run);
    run = alnum >> (STEP - 1) & 1;
    const initial = letters & STEP_MASK;
    let begun = starts & initial;
    let numbers: u64 = 0;
    if (digits != 0) {
      const digits2 = digits & digits >> 1;
      const digits4 = digits2 & digits2 >> 2;
      const last = digits & ~(digits >> 1);

      // Numbers: six digits in a row, or a group that another one follows after a separator of up to three bytes; no seconds of a time.
      const separators = (beyondLine & ~colons) | lines | joined(va, vb, vc, vd);
      let reach = digits | (separators & digits >> 1);
      reach = digits | (separators & reach >> 1);
      let groups = last & (separators & reach >> 1) >> 1;
      groups |= digits & groups >> 1;
      groups |= digits2 & groups >> 2;
      groups |= digits4 & groups >> 4;
      groups &= ~(last >> 1 & colons << 1 & digits2 << 3 & colons << 4);
      // One or two digits with a blank after them, and up to six bytes but digits between: the day of a date.
      const gaps = ~digits;
      const gaps2 = gaps & gaps >> 1;
      let blanks = separators | (gaps & separators >> 1);
      blanks |= gaps2 & blanks >> 2;
      blanks |= gaps2 & gaps2 >> 2 & blanks >> 4;
      const days = last & blanks >> 1;
      numbers = starts & digits & (groups | (digits4 & digits2 >> 4) | days | days >> 1);

      // Letters and then a digit: a run of six or more, or two letters and two digits.
      const alnum2 = alnum & alnum >> 1;
      begun &= (alnum2 & alnum2 >> 2 & alnum2 >> 4) | (letters >> 1 & digits2 >> 2);
    }
    // Adding a run's first bit to it carries to the byte after its letters.
    const sum = (begun | open & letters) + initial;
    let first = (numbers | digits & (sum & ~initial | open)) & wanted;
    open = sum >> STEP;
    if (first != 0) {
      const done = load<i32>(STATE + NUMBERS_DONE) - at;
      if (done > 0) first &= done < 64 ? <u64>-1 << <u64>done : 0;
    }
    while (first != 0) {
      const digit = at + <i32>ctz(first);
      if (digit >= load<i32>(STATE + NUMBERS_DONE)) firstDigit(digit);
      first &= first - 1;
    }

    if ((colons | lines) != 0) {
      // No key that names a secret ends in a digit, or in a `:` or `=`.
      let keys = colons & ~((digits | colons) << 1) & wanted;
      while (keys != 0) {
        assign(at + <i32>ctz(keys));
        keys &= keys - 1;
      }
      // Five hyphens; pairs of a MAC address; `::`, or three colons as near to each other as in an IPv6 address.
      const pairs = colons | lines;
      const near = colons & (colons >> 1 | colons >> 2 | colons >> 3 | colons >> 4 | colons >> 5 | <u64>31 << 59);
      const lines2 = lines & lines >> 1;
      let specials = ((lines2 & lines2 >> 2 & lines >> 4) | (pairs & pairs >> 3 & pairs >> 6)
        | (colons & (colons >> 1 | near >> 1 | near >> 2 | near >> 3 | near >> 4 | near >> 5))) & wanted;
      if ((specials & specials - 1) != 0) {
        // An address begins with its first colon: none is up to four letters and digits before.
        const paired = colons & ~joined(a, b, c, d);
        let after = alnum & paired << 1;
        after |= alnum & after << 1;
        after |= alnum & after << 1;
        after |= alnum & after << 1;
        specials &= ~(paired & after << 1);
        // Of a row `special` looks at the first alone.
        if ((specials & specials << 1) != 0) {
          specials &= ~joined(i8x16.eq(va, v128.load(at - 1)), i8x16.eq(vb, v128.load(at - 1, 16)), i8x16.eq(vc, v128.load(at - 1, 32)), i8x16.eq(vd, v128.load(at - 1, 48)));
        }
      }
      while (specials != 0) {
        special(at + <i32>ctz(specials));
        specials &= specials - 1;
      }
    }

    const commercial = i8x16.splat(0x40);
    const sa = i8x16.eq(va, commercial);
    const sb = i8x16.eq(vb, commercial);
    const sc = i8x16.eq(vc, commercial);
    const sd = i8x16.eq(vd, commercial);
    if (v128.any_true(v128.or(v128.or(sa, sb), v128.or(sc, sd)))) {
      // Of a row the first alone.
      const row = joined(sa, sb, sc, sd);
      let signs = row & ~(row << 1 | sign) & wanted;
      sign = row >> (STEP - 1) & 1;
      if ((signs & signs - 1) != 0) {
        // A host of two labels has four bytes, `s://:@` has five before the sign: between two others there is no room for either.
        const two = row << 1 | row << 2;
        const others = row >> 1 | row >> 2;
        signs &= ~((two | two << 2 | row << 5) & (others | others >> 2));
      }
      while (signs != 0) {
        atSign(at + <i32>ctz(signs));
        signs &= signs - 1;
      }
    } else {
      sign = 0;
    }

    // Runs of sixteen token bytes. Of the last seven that begin here only eight bytes are known: `isLong` sees the rest.
    const tokens = any & ~beyondLine;
    const tokens2 = tokens & tokens >> 1;
    const tokens4 = tokens2 & tokens2 >> 2;
    const tokens8 = tokens4 & tokens4 >> 4;
    let runs = tokens8 & (tokens8 >> 8 | <u64>255 << 48) & ~(tokens << 1 | token) & wantedRuns;
    token = tokens >> (STEP - 1) & 1;
    while (runs != 0) {
      const sixteenth = at + <i32>ctz(runs) + 15;
      if (isLong(sixteenth)) longRun(sixteenth);
      runs &= runs - 1;
    }
    wanted = STEP_MASK;
    wantedRuns = STEP_MASK;
    at += STEP;
    if (load<i32>(STATE + MATCH_COUNT) > MATCHES_MAX - MARGIN && at > from && at < to) return at;
  }
  return to;
}
