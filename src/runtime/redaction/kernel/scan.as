// AssemblyScript with SIMD: finds the same anchors as scan.ts, 56 bytes at a time, and leaves out those that nothing can come of.
import { assign, special } from './anchor';
import { MATCHES_MAX, MATCH_COUNT, NUMBERS_DONE, STATE } from './layout';
import { longRun } from './secret';
import { firstDigit } from './word';

const WARM_UP: i32 = 32;
const MARGIN: i32 = 256;

// 64 bytes are looked at for 56: so what follows a byte is known for eight more without a thought of the next block.
const STEP: i32 = 56;
const STEP_MASK: u64 = 0x00FFFFFFFFFFFFFF;

// Classes by nibble, for a look-up in two registers: a byte is of a class when low[b & 15] & high[b >> 4] has its bit; no byte is of two.
//   1 digit   2 letter A-O, a-o   4 letter P-Z, p-z   8 `_`   16 `-`   32 blank ( ) . /   64 `:`   128 `=`
// The classes are ordered: adding 128 - n to a byte sets its top bit where the class is n or more, and that bit is what bitmask reads.
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
  // What the block before says of this one: a run of letters and digits, its first letters still open, hyphens, token runs of 1, 2, 4, 8, 16 bytes.
  let run: u64 = 0;
  let open: u64 = 0;
  let hyphen: u64 = 0;
  let t1: u64 = 0;
  let t2: u64 = 0;
  let t4: u64 = 0;
  let t8: u64 = 0;
  let t16: u64 = 0;
  let wanted: u64 = STEP_MASK & (<u64>-1 << WARM_UP);
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
    const beyondLine = atLeast(a, b, c, d, 16);
    const beyondToken = atLeast(a, b, c, d, 32);
    const beyondBlank = atLeast(a, b, c, d, 64);
    const equals = joined(a, b, c, d);
    const high = joined(va, vb, vc, vd);
    const alnum = any & ~beyondLetters;
    const digits = any & ~beyondDigits;
    const letters = beyondDigits & ~beyondLetters;
    const hyphens = beyondLine & ~beyondToken;
    const colons = beyondBlank & ~equals;
    if (to - at < STEP) wanted &= ~(<u64>-1 << <u64>(to - at));

    const starts = alnum & ~(alnum << 1 | run);
    run = alnum >> (STEP - 1) & 1;
    const initial = letters & STEP_MASK;
    let begun = starts & letters;
    let numbers: u64 = 0;
    if (digits != 0) {
      const digits2 = digits & digits >> 1;
      const digits4 = digits2 & digits2 >> 2;

      // Numbers: six digits in a row, or a group that another one follows after a separator of up to three bytes, or one or two digits
      // and a blank near them, as in a date; no minutes and seconds. What `number` makes of any other is nothing.
      const separators = (beyondToken & ~beyondBlank) | hyphens | high;
      let reach = digits | (separators & digits >> 1);
      reach = digits | (separators & reach >> 1);
      let groups = digits & ~(digits >> 1) & (separators & reach >> 1) >> 1;
      groups |= digits & groups >> 1;
      groups |= digits2 & groups >> 2;
      groups |= digits4 & groups >> 4;
      let blanks = separators | separators >> 1;
      blanks |= blanks >> 2;
      blanks |= blanks >> 4;
      const small = ~(digits2 & digits >> 2);
      numbers = starts & digits & (groups | (digits4 & digits2 >> 4) | (small & blanks >> 1)) & ~(small & colons << 1 & digits << 2);

      // Letters and then a digit: a run of six or more, or two letters and two digits.
      const alnum2 = alnum & alnum >> 1;
      begun &= alnum2 & alnum2 >> 2 & alnum2 >> 4 | letters >> 1 & digits2 >> 2;
    }
    // Adding a run's first bit to it carries to the byte after its letters.
    const sum = (begun & STEP_MASK | open & letters) + initial;
    let first = (numbers | digits & (sum & ~initial | open)) & wanted;
    open = sum >> STEP;
    while (first != 0) {
      const digit = at + <i32>ctz(first);
      if (digit >= load<i32>(STATE + NUMBERS_DONE)) firstDigit(digit);
      first &= first - 1;
    }

    const r1 = any & ~beyondToken;
    const r2 = r1 & (r1 << 1 | t1 >> (STEP - 1) & 1);
    const r4 = r2 & (r2 << 2 | t2 >> (STEP - 2) & 3);
    const r8 = r4 & (r4 << 4 | t4 >> (STEP - 4) & 15);
    const r16 = r8 & (r8 << 8 | t8 >> (STEP - 8) & 255);
    let sixteenth = r16 & ~(r16 << 1 | t16 >> (STEP - 1) & 1) & wanted;
    t1 = r1;
    t2 = r2;
    t4 = r4;
    t8 = r8;
    t16 = r16;

    const pairs = colons | hyphens;
    if ((pairs | equals) != 0) {
      // No key that names a secret ends in a digit.
      let keys = (colons | equals) & ~(digits << 1) & wanted;
      while (keys != 0) {
        assign(at + <i32>ctz(keys));
        keys &= keys - 1;
      }
      // Five hyphens; pairs of a MAC address; `::`, or three colons as near to each other as in an IPv6 address.
      const near = colons & (colons >> 1 | colons >> 2 | colons >> 3 | colons >> 4 | colons >> 5 | <u64>31 << 59);
      const dashes = hyphens & hyphens >> 1;
      let specials = ((dashes & dashes >> 2 & hyphens >> 4 & ~(hyphens << 1 | hyphen)) | (pairs & pairs >> 3 & pairs >> 6)
        | (colons & (colons >> 1 | near >> 1 | near >> 2 | near >> 3 | near >> 4 | near >> 5))) & wanted;
      while (specials != 0) {
        special(at + <i32>ctz(specials));
        specials &= specials - 1;
      }
    }
    hyphen = hyphens >> (STEP - 1) & 1;
    const sign = i8x16.splat(0x40);
    const sa = i8x16.eq(va, sign);
    const sb = i8x16.eq(vb, sign);
    const sc = i8x16.eq(vc, sign);
    const sd = i8x16.eq(vd, sign);
    if (v128.any_true(v128.or(v128.or(sa, sb), v128.or(sc, sd)))) {
      let signs = joined(sa, sb, sc, sd) & wanted;
      while (signs != 0) {
        special(at + <i32>ctz(signs));
        signs &= signs - 1;
      }
    }
    while (sixteenth != 0) {
      longRun(at + <i32>ctz(sixteenth));
      sixteenth &= sixteenth - 1;
    }
    wanted = STEP_MASK;
    at += STEP;
    if (load<i32>(STATE + MATCH_COUNT) > MATCHES_MAX - MARGIN && at > from && at < to) return at;
  }
  return to;
}
