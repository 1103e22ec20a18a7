// AssemblyScript with SIMD: finds the same anchors as scan.ts, 64 bytes at a time.
import { anchor } from './anchor';
import { MATCHES_MAX, MATCH_COUNT, STATE } from './layout';
import { longRun } from './secret';

const WARM_UP: i32 = 32;
const MARGIN: i32 = 256;

// Classes by nibble, for a look-up in two registers: a byte is of a class when low[b & 15] & high[b >> 4] has its bit; no byte is of two.
//   1 digit   2 letter A-O, a-o   4 letter P-Z, p-z   8 `_`   16 `-`   32 `=`   64 `:`   128 `@`
// The classes are ordered: adding 128 - n to a byte sets its top bit where the class is n or more, and that bit is what bitmask reads.
// @ts-ignore: decorator
@inline function classes(v: v128): v128 {
  const low = i8x16(
    1 | 4 | -128, 1 | 2 | 4, 1 | 2 | 4, 1 | 2 | 4, 1 | 2 | 4, 1 | 2 | 4, 1 | 2 | 4, 1 | 2 | 4,
    1 | 2 | 4, 1 | 2 | 4, 2 | 4 | 64, 2, 2, 2 | 16 | 32, 2, 2 | 8,
  );
  const high = i8x16(0, 0, 16, 1 | 32 | 64, 2 | -128, 4 | 8, 2, 4, 0, 0, 0, 0, 0, 0, 0, 0);
  const nibble = i8x16.splat(15);
  return v128.and(i8x16.swizzle(low, v128.and(v, nibble)), i8x16.swizzle(high, v128.and(i16x8.shr_u(v, 4), nibble)));
}

// @ts-ignore: decorator
@inline function atLeast(a: v128, b: v128, c: v128, d: v128, least: i8): u64 {
  const add = i8x16.splat(<i8>(128 - <i32>least));
  return <u64>(<u32>(i8x16.bitmask(i8x16.add(a, add)) | i8x16.bitmask(i8x16.add(b, add)) << 16))
    | <u64>(<u32>(i8x16.bitmask(i8x16.add(c, add)) | i8x16.bitmask(i8x16.add(d, add)) << 16)) << 32;
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
    const a = classes(v128.load(at));
    const b = classes(v128.load(at, 16));
    const c = classes(v128.load(at, 32));
    const d = classes(v128.load(at, 48));
    const any = atLeast(a, b, c, d, 1);
    const beyondDigits = atLeast(a, b, c, d, 2);
    const beyondLetters = atLeast(a, b, c, d, 8);
    const special = atLeast(a, b, c, d, 16);
    const beyondToken = atLeast(a, b, c, d, 32);
    const alnum = any & ~beyondLetters;
    const digits = any & ~beyondDigits;
    const letters = beyondDigits & ~beyondLetters;
    // A hyphen matters where another one comes next (-----BEGIN) or three bytes on (00-1A-2B); the last bits cannot tell.
    const hyphens = special & ~beyondToken;
    const asked = (special & beyondToken) | (hyphens & (hyphens >> 1 | hyphens >> 3 | <u64>7 << 61));

    const starts = alnum & ~(alnum << 1 | run);
    run = alnum >> 63;
    // Adding a run's first bit to it carries to the byte after its letters.
    const initial = (starts & letters) | (open & letters);
    const sum = initial + letters;
    const first = digits & (starts | (sum & ~letters) | open);
    open = sum < letters ? 1 : 0;

    const r1 = any & ~beyondToken;
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
    let anchors = (first | asked) & wanted;
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
    if (load<i32>(STATE + MATCH_COUNT) > MATCHES_MAX - MARGIN && at > from && at < to) return at;
  }
  return to;
}
