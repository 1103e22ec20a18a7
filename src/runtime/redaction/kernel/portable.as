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
// @ts-ignore: decorator
@inline export function highMask(at: i32): i32 { return i8x16.bitmask(v128.load(at)) | i8x16.bitmask(v128.load(at + 16)) << 16; }
// @ts-ignore: decorator
@inline function digits(v: v128): i32 { return i8x16.bitmask(i8x16.le_u(i8x16.sub(v, i8x16.splat(0x30)), i8x16.splat(9))); }
// @ts-ignore: decorator
@inline export function digitsAhead(at: i32): i32 {
  return popcnt<i32>((digits(v128.load(at)) | digits(v128.load(at + 16)) << 16) & 0xFFFFFF);
}
export function replace(kind: i32, start: i32, end: i32, to: i32, room: i32): i32 { return hostReplace(kind, start, end, to, room); }
