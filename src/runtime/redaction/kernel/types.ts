/** A whole number of 32 bits: the one type of the kernel, in TypeScript and AssemblyScript. */
export type i32 = number;

/** Stand-in for values only the host can make (keyed pseudonyms); returns the bytes written at `to`, at most `room`. */
export type Replace = (kind: i32, start: i32, end: i32, to: i32, room: i32) => i32;
