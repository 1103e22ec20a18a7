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
export function replace(kind: i32, start: i32, end: i32, to: i32, room: i32): i32 { return hostReplace(kind, start, end, to, room); }
