// AssemblyScript with SIMD: finds the same anchors as scan.ts, 64 bytes at a time.
import { anchor } from './anchor';
import { MATCHES_MAX, MATCH_COUNT, STATE } from './layout';
import { longRun } from './secret';

const WARM_UP: i32 = 32;
const MARGIN: i32 = 256;

// Bits by nibble, for pshufb-like look-up. A byte has a property when low[b & 15] & high[b >> 4] has its bit.
// 1: digit   2: letter, columns 1-15 of rows 4 and 6   4: letter, columns 0-10 of rows 5 and 7   8: `_`   16: `-`, `=`   32: `:`   64: `@`
// High rows: 2 -> '-'; 3 -> digit, '=', ':'; 4 -> letter, '@'; 5 -> letter, '_'; 6, 7 -> letters.
// @ts-ignore: decorator
@inline function low(): v128 {
  return i8x16(
    1 | 4 | 64, // 0: digit, P p, @
    1 | 2 | 4, 1 | 2 | 4, 1 | 2 | 4, 1 | 2 | 4, 1 | 2 | 4, 1 | 2 | 4, 1 | 2 | 4, 1 | 2 | 4, 1 | 2 | 4, // 1-9
    2 | 4 | 32, // A: J j Z z :
    2, // B
    2, // C
    2 | 16, // D: M m - =
    2, // E
    2 | 8, // F: O o _
  );
}

// @ts-ignore: decorator
@inline function high(): v128 {
  return i8x16(0, 0, 16, 1 | 16 | 32, 2 | 64, 4 | 8, 2, 4, 0, 0, 0, 0, 0, 0, 0, 0);
}

// @ts-ignore: decorator
@inline function bits(v: v128): u64 {
  return <u64>(<u32>i8x16.bitmask(v));
}

// What one step of 16 bytes adds to the masks of a block.
let digits: u64 = 0;
let letters: u64 = 0;
let others: u64 = 0;
let special: u64 = 0;

// @ts-ignore: decorator
@inline function classify(at: i32, shift: u64): void {
  const v = v128.load(at);
  const c = v128.and(i8x16.swizzle(low(), v128.and(v, i8x16.splat(15))), i8x16.swizzle(high(), i8x16.shr_u(v, 4)));
  // The top bit of each lane is what bitmask reads.
  digits |= bits(i8x16.shl(c, 7)) << shift;
  letters |= bits(v128.or(i8x16.shl(c, 6), i8x16.shl(c, 5))) << shift;
  const hyphen = i8x16.eq(v, i8x16.splat(0x2D));
  others |= bits(v128.or(i8x16.shl(c, 4), hyphen)) << shift;
  const anchors = v128.or(v128.or(i8x16.shl(c, 3), i8x16.shl(c, 2)), i8x16.shl(c, 1));
  special |= bits(v128.andnot(anchors, i8x16.eq(v, v128.load(at - 1)))) << shift;
}

export function scan(from: i32, to: i32): i32 {
  let at = from - WARM_UP;
  // What the block before says of this one: a run of letters and digits, its first letters still open, token runs of 1, 2, 4, 8, 16 bytes.
  let run: u64 = 0;
  let open: u64 = 0;
  let t1: u64 = 0;
  let t2: u64 = 0;
  let t4: u64 = 0;
  let t8: u64 = 0;
  let t16: u64 = 0;
  let wanted: u64 = <u64>-1 << WARM_UP;
  while (at < to) {
    digits = 0;
    letters = 0;
    others = 0;
    special = 0;
    classify(at, 0);
    classify(at + 16, 16);
    classify(at + 32, 32);
    classify(at + 48, 48);
    const alnum = digits | letters;
    const starts = alnum & ~(alnum << 1 | run);
    run = alnum >> 63;
    // Adding a run's first bit to it carries to the byte after its letters.
    const initial = (starts & letters) | (open & letters);
    const sum = initial + letters;
    const first = digits & (starts | (sum & ~letters) | open);
    open = sum < letters ? 1 : 0;

    const r1 = alnum | others;
    const r2 = r1 & (r1 << 1 | t1 >> 63);
    const r4 = r2 & (r2 << 2 | t2 >> 62);
    const r8 = r4 & (r4 << 4 | t4 >> 60);
    const r16 = r8 & (r8 << 8 | t8 >> 56);
    let sixteenth = r16 & ~(r16 << 1 | t16 >> 63);
    t1 = r1;
    t2 = r2;
    t4 = r4;
    t8 = r8;
    t16 = r16;

    if (to - at < 64) wanted &= ~(<u64>-1 << <u64>(to - at));
    let anchors = (first | special) & wanted;
    sixteenth &= wanted;
    wanted = <u64>-1;
    while (anchors != 0) {
      anchor(at + <i32>ctz(anchors));
      anchors &= anchors - 1;
    }
    while (sixteenth != 0) {
      longRun(at + <i32>ctz(sixteenth));
      sixteenth &= sixteenth - 1;
    }
    at += 64;
    if (at < to && load<i32>(STATE + MATCH_COUNT) > MATCHES_MAX - MARGIN && at > from) return at;
  }
  return to;
}
