import { createHash, type Hash } from 'node:crypto';
import * as zlib from 'node:zlib';
import type { Headers } from './headers';
import { TransformError } from '../transforms/errors';

/** In Node since 20.15 and 22.2. */
const { crc32 } = zlib as unknown as { crc32(data: Uint8Array, value?: number): number };

interface Digest {
  update(chunk: Uint8Array): void;
  value(): string;
}

class Crc32 implements Digest {
  private sum = 0;

  public update(chunk: Uint8Array): void {
    this.sum = crc32(chunk, this.sum);
  }

  public value(): string {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(this.sum);
    return bytes.toString('base64');
  }
}

/** Castagnoli's polynomial, reflected. */
const CRC32C = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value >>> 0;
});

class Crc32c implements Digest {
  private sum = -1;

  public update(chunk: Uint8Array): void {
    let { sum } = this;
    for (let i = 0; i < chunk.length; i += 1) sum = CRC32C[(sum ^ chunk[i]) & 0xff] ^ (sum >>> 8);
    this.sum = sum;
  }

  public value(): string {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(~this.sum);
    return bytes.toString('base64');
  }
}

class Hashed implements Digest {
  private readonly hash: Hash;

  constructor(algorithm: string) {
    this.hash = createHash(algorithm);
  }

  public update(chunk: Uint8Array): void {
    this.hash.update(chunk);
  }

  public value(): string {
    return this.hash.digest('base64');
  }
}

/** The cheapest first; CRC-64/NVME is left to TLS, which protects the bytes too. */
const DIGESTS: ReadonlyArray<readonly [header: string, make: () => Digest]> = [
  ['x-amz-checksum-crc32', () => new Crc32()],
  ['x-amz-checksum-crc32c', () => new Crc32c()],
  ['x-amz-checksum-sha1', () => new Hashed('sha1')],
  ['x-amz-checksum-sha256', () => new Hashed('sha256')],
];

/** Holds the original's bytes against the checksum that S3 sent with them. */
export class Verifier {
  private readonly digest: Digest | undefined;
  private readonly expected: string | undefined;

  constructor(headers: Headers) {
    // The checksum of parts (`...-3`) is not one of the bytes.
    if (headers['x-amz-checksum-type'] === 'COMPOSITE') return;
    const found = DIGESTS.find(([header]) => headers[header] !== undefined && !headers[header]!.includes('-'));
    this.expected = found && headers[found[0]];
    this.digest = found?.[1]();
  }

  public update(chunk: Uint8Array): void {
    this.digest?.update(chunk);
  }

  /** @throws TransformError when the bytes are not the ones that were stored */
  public check(): void {
    if (this.digest && this.digest.value() !== this.expected) {
      throw new TransformError('ServiceUnavailable', 'the original does not match its checksum', true);
    }
  }
}

/** CRC-32 of the view's bytes, as S3 writes it. */
export function crc32Of(chunks: readonly Uint8Array[]): string {
  const digest = new Crc32();
  for (const chunk of chunks) digest.update(chunk);
  return digest.value();
}
