// @ts-nocheck: AssemblyScript. The same functions as portable.ts.
@external("host", "replace")
declare function hostReplace(kind: i32, start: i32, end: i32, to: i32, room: i32): i32;

// @ts-ignore: decorator
@inline export function load8(at: i32): i32 { return <i32>load<u8>(at); }
// @ts-ignore: decorator
@inline export function load32(at: i32): i32 { return load<i32>(at); }
// @ts-ignore: decorator
@inline export function load32u(at: i32): i32 { return load<i32>(at); }
// @ts-ignore: decorator
@inline export function load16(at: i32): i32 { return <i32>load<u16>(at); }
// @ts-ignore: decorator
@inline export function store8(at: i32, value: i32): void { store<u8>(at, <u8>value); }
// @ts-ignore: decorator
@inline export function store32(at: i32, value: i32): void { store<i32>(at, value); }
// @ts-ignore: decorator
@inline export function copy(to: i32, from: i32, length: i32): void { memory.copy(to, from, length); }
// @ts-ignore: decorator
@inline export function copy32(to: i32, from: i32): void {
  v128.store(to, v128.load(from));
  v128.store(to, v128.load(from, 16), 16);
}
export function move(to: i32, from: i32, length: i32): void {
  if (length > 1024) {
    memory.copy(to, from, length);
    return;
  }
  for (let i = 0; i < length; i += 64) {
    v128.store(to + i, v128.load(from + i));
    v128.store(to + i, v128.load(from + i, 16), 16);
    v128.store(to + i, v128.load(from + i, 32), 32);
    v128.store(to + i, v128.load(from + i, 48), 48);
  }
}
// @ts-ignore: decorator
@inline export function fill(to: i32, value: i32, length: i32): void { memory.fill(to, <u8>value, length); }
// @ts-ignore: decorator
@inline export function mul(a: i32, b: i32): i32 { return a * b; }
// @ts-ignore: decorator
@inline export function leadingZeros(a: i32): i32 { return <i32>clz<i32>(a); }
// @ts-ignore: decorator
@inline function letters(v: v128): i32 {
  const folded = i8x16.sub(v128.or(v, i8x16.splat(0x20)), i8x16.splat(0x61));
  return i8x16.bitmask(v128.or(i8x16.le_u(folded, i8x16.splat(25)), v));
}
// @ts-ignore: decorator
@inline export function wordMask(at: i32): i32 {
  return letters(v128.load(at)) | letters(v128.load(at + 16)) << 16;
}
// @ts-ignore: decorator
@inline function alnums(v: v128): i32 {
  const folded = i8x16.sub(v128.or(v, i8x16.splat(0x20)), i8x16.splat(0x61));
  return i8x16.bitmask(v128.or(i8x16.le_u(folded, i8x16.splat(25)), i8x16.le_u(i8x16.sub(v, i8x16.splat(0x30)), i8x16.splat(9))));
}
// @ts-ignore: decorator
@inline export function alnumMask(at: i32): i32 { return alnums(v128.load(at)) | alnums(v128.load(at + 16)) << 16; }
export function tokenMask(at: i32): i32 { return alnumMask(at) | byteMask(at, 0x5F) | byteMask(at, 0x2D); }
// @ts-ignore: decorator
@inline export function highMask(at: i32): i32 { return i8x16.bitmask(v128.load(at)) | i8x16.bitmask(v128.load(at + 16)) << 16; }
// @ts-ignore: decorator
@inline function digits(v: v128): i32 { return i8x16.bitmask(i8x16.le_u(i8x16.sub(v, i8x16.splat(0x30)), i8x16.splat(9))); }
// @ts-ignore: decorator
@inline export function digitMask(at: i32): i32 { return digits(v128.load(at)) | digits(v128.load(at, 16)) << 16; }
// The bits that the tables of a byte's lower and upper half have in common. `nibble` is 15 in each byte.
// @ts-ignore: decorator
@inline export function classes(v: v128, low: v128, high: v128, nibble: v128): v128 {
  return v128.and(i8x16.swizzle(low, v128.and(v, nibble)), i8x16.swizzle(high, v128.and(i16x8.shr_u(v, 4), nibble)));
}
// White space and controls, and ` " & ' , ; < > ) ] | }, by nibble: each row of the code has a bit.
// @ts-ignore: decorator
@inline function valueEnds(v: v128): i32 {
  const low = i8x16(
    1 | 2 | 16, 1, 1 | 2, 1, 1, 1, 1 | 2, 1 | 2, 1, 1 | 2, 1, 1 | 4, 1 | 2 | 4 | 32, 1 | 8 | 32, 1 | 4, 1,
  );
  const high = i8x16(1, 1, 2, 4, 0, 8, 16, 32, 0, 0, 0, 0, 0, 0, 0, 0);
  return i8x16.bitmask(i8x16.ne(classes(v, low, high, i8x16.splat(15)), i8x16.splat(0)));
}
export function valueEndMask(at: i32): i32 { return valueEnds(v128.load(at)) | valueEnds(v128.load(at, 16)) << 16; }
// By nibble: what may stand before an `@`, a bit for each row of the code from 2 to 7; beyond ASCII everything may.
// @ts-ignore: decorator
@inline function locals(v: v128): i32 {
  const low = i8x16(
    2 | 8 | 16 | 32, 63, 2 | 4 | 8 | 16 | 32, 63, 63, 63, 63, 63, 2 | 4 | 8 | 16 | 32, 2 | 4 | 8 | 16 | 32,
    1 | 4 | 8 | 16 | 32, 1 | 4 | 16 | 32, 4 | 16 | 32, 1 | 2 | 4 | 16 | 32, 1 | 4 | 8 | 16 | 32, 2 | 4 | 8 | 16,
  );
  const high = i8x16(0, 0, 1, 2, 4, 8, 16, 32, 0, 0, 0, 0, 0, 0, 0, 0);
  return i8x16.bitmask(v128.or(v, i8x16.ne(classes(v, low, high, i8x16.splat(15)), i8x16.splat(0))));
}
export function localMask(at: i32): i32 { return locals(v128.load(at)) | locals(v128.load(at, 16)) << 16; }
// White space and controls, and ` " ' < > @ ` / `.
// @ts-ignore: decorator
@inline function userEnds(v: v128): i32 {
  const low = i8x16(1 | 2 | 8 | 16, 1, 1 | 2, 1, 1, 1, 1, 1 | 2, 1, 1, 1, 1, 1 | 4, 1, 1 | 4, 1 | 2);
  const high = i8x16(1, 1, 2, 4, 8, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  return i8x16.bitmask(i8x16.ne(classes(v, low, high, i8x16.splat(15)), i8x16.splat(0)));
}
export function userEndMask(at: i32): i32 { return userEnds(v128.load(at)) | userEnds(v128.load(at, 16)) << 16; }
// @ts-ignore: decorator
@inline export function byteMask(at: i32, c: i32): i32 {
  const all = i8x16.splat(<i8>c);
  return i8x16.bitmask(i8x16.eq(v128.load(at), all)) | i8x16.bitmask(i8x16.eq(v128.load(at, 16), all)) << 16;
}
// @ts-ignore: decorator
@inline export function digitRun(mask: i32): i32 { return <i32>ctz<i32>(~mask); }
// @ts-ignore: decorator
@inline export function ones(mask: i32): i32 { return <i32>popcnt<i32>(mask); }
// @ts-ignore: decorator
@inline export function store16Digits(to: i32, from: i32): void { v128.store(to, i8x16.sub(v128.load(from), i8x16.splat(0x30))); }
// @ts-ignore: decorator
@inline function weighed(v: v128, doubled: v128, length: i32): v128 {
  // Digits beyond 15 and places beyond the length weigh nothing.
  const d = v128.and(v, i8x16.lt_s(i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), i8x16.splat(<i8>length)));
  return v128.bitselect(i8x16.swizzle(i8x16(0, 2, 4, 6, 8, 1, 3, 5, 7, 9, 0, 0, 0, 0, 0, 0), d), d, doubled);
}
export function luhnSum(at: i32, count: i32): i32 {
  const doubled = i16x8.splat(<i16>((count & 1) != 0 ? 0xFF00 : 0x00FF));
  let both = weighed(v128.load(at), doubled, count);
  if (count > 16) both = i8x16.add(both, weighed(v128.load(at, 16), doubled, count - 16));
  const four = i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(both));
  const two = i64x2.add(four, i64x2.shr_u(four, 32));
  return <i32>(i64x2.extract_lane(two, 0) + i64x2.extract_lane(two, 1));
}
export function replace(kind: i32, start: i32, end: i32, to: i32, room: i32): i32 { return hostReplace(kind, start, end, to, room); }
