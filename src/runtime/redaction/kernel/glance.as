// AssemblyScript with SIMD: the same bits as glance.ts, 32 bytes at a time.
import { GLANCE_BEHIND, GLANCE_WORDS } from './layout';
import { classes } from './portable';

// Of the bytes before, 32 stay in the lower half of each mask, so that what lies up to 32 bytes back is a shift away.
// @ts-ignore: decorator
@inline function shifted(mask: u64, a: v128, b: v128): u64 {
  return mask >> 32 | <u64>(<u32>(i8x16.bitmask(a) | i8x16.bitmask(b) << 16)) << 32;
}

// @ts-ignore: decorator
@inline function digit(v: v128): v128 {
  return i8x16.le_u(i8x16.sub(v, i8x16.splat(0x30)), i8x16.splat(9));
}

// @ts-ignore: decorator
@inline function letter(v: v128): v128 {
  return i8x16.le_u(i8x16.sub(v128.or(v, i8x16.splat(0x20)), i8x16.splat(0x61)), i8x16.splat(25));
}

// By nibble:   1 blank ( ) - . /   2 `_`   4 beyond ASCII   8 `@` `:` `=`   -128 `-`
// @ts-ignore: decorator
@inline function shapes(v: v128): v128 {
  const low = i8x16(1 | 4 | 16, 4, 4, 4, 4, 4, 4, 4, 1 | 4, 1 | 4, 4 | 8, 4, 4, 1 | 4 | 8 | -128, 1 | 4, 1 | 2 | 4);
  const high = i8x16(0, 0, 1 | -128, 8, 16, 2, 0, 0, 4, 4, 4, 4, 4, 4, 4, 4);
  return classes(v, low, high, i8x16.splat(15));
}

// @ts-ignore: decorator
@inline function any(shapes: v128, bits: i8): v128 {
  return i8x16.ne(v128.and(shapes, i8x16.splat(bits)), i8x16.splat(0));
}

export function glance(from: i32, to: i32, out: i32, end: i32, first: i32, last: i32): void {
  const ends = i8x16.splat(<i8>end);
  const least = i8x16.splat(<i8>first);
  const most = i8x16.splat(<i8>(last - first));
  let digits: u64 = 0;
  let letters: u64 = 0;
  let separators: u64 = 0;
  let hyphens: u64 = 0;
  let underscores: u64 = 0;
  let at = from - GLANCE_BEHIND;
  let word = out - (GLANCE_WORDS << 2);
  while (at < to) {
    const a = v128.load(at);
    const b = v128.load(at, 16);
    const ca = shapes(a);
    const cb = shapes(b);
    digits = shifted(digits, digit(a), digit(b));
    letters = shifted(letters, letter(a), letter(b));
    separators = shifted(separators, any(ca, 1 | 2 | 4), any(cb, 1 | 2 | 4));
    hyphens = shifted(hyphens, ca, cb);
    underscores = shifted(underscores, any(ca, 2), any(cb, 2));
    let hits = shifted(0, any(ca, 8 | 16), any(cb, 8 | 16)) | hyphens & (hyphens << 1 | hyphens << 3);
    if (digits != 0) {
      const alnum = digits | letters;
      const alnum2 = alnum & alnum << 1;
      const digits2 = digits & digits << 1;
      const digits4 = digits2 & digits2 << 2;
      const gap = separators << 1;
      hits |= digits4 & digits2 << 4
        | digits & gap & (digits << 2 | separators << 2 & (digits << 3 | separators << 3 & digits << 4))
        | digits2 & letters << 2 & letters << 3;
      // The fourth of exactly four so far, with a digit 5 to 23 bytes before.
      let days = digits << 5;
      days |= days << 1;
      days |= days << 2;
      days |= days << 4;
      days |= days << 8;
      days |= days << 3;
      hits |= digits4 & ~(digits << 4) & days;
      let near = digits | digits << 1;
      near |= near << 2;
      near |= near << 2;
      hits |= alnum2 & alnum2 << 2 & alnum2 << 4 & near;
    }
    const tokens = digits | letters | hyphens | underscores;
    const tokens2 = tokens & tokens << 1;
    const tokens4 = tokens2 & tokens2 << 2;
    const tokens8 = tokens4 & tokens4 << 4;
    hits |= tokens8 & tokens8 << 8;
    if (at >= from) {
      store<u32>(word, <u32>(hits >> 32));
      store<u32>(word, i8x16.bitmask(i8x16.eq(a, ends)) | i8x16.bitmask(i8x16.eq(b, ends)) << 16, 4);
      store<u32>(word, i8x16.bitmask(i8x16.le_u(i8x16.sub(a, least), most)) | i8x16.bitmask(i8x16.le_u(i8x16.sub(b, least), most)) << 16, 8);
    }
    at += 32;
    word += GLANCE_WORDS << 2;
  }
}
