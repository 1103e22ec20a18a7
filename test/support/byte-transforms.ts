import * as fc from 'fast-check';
import type { ByteTransform } from '../../src/runtime/redaction/contract';

/**
 * Runs the bytes through in chunks of the given sizes, over and over; each chunk is overwritten after its push, as a
 * caller may.
 */
export function run(
  transform: ByteTransform,
  bytes: Uint8Array,
  sizes: readonly number[] = [bytes.length || 1],
): Buffer {
  const out: Buffer[] = [];
  const keep = (parts: Uint8Array[]) => out.push(...parts.map((part) => Buffer.from(part)));
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length];
    const chunk = Uint8Array.prototype.slice.call(bytes, at, at + size);
    keep(transform.push(chunk));
    chunk.fill(0x58);
    at += size;
  }
  keep(transform.end());
  return Buffer.concat(out);
}

/** The outcome for one way of cutting: the output, or the class of the error. */
export function outcome(transform: ByteTransform, bytes: Uint8Array, sizes: readonly number[]): string {
  try {
    return run(transform, bytes, sizes).toString('latin1');
  } catch (error) {
    return `threw ${(error as Error).constructor.name}`;
  }
}

/** Ways of cutting that reach every position and both sides of the internal buffers. */
export const cuts = fc.oneof(
  fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 4 }),
  fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 4 }),
  fc.constantFrom([1], [65536], [65535, 1], [3, 65536]),
);
