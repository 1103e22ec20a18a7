/** Names a document may bring before those seen are forgotten; longer names are not remembered at all. */
const REMEMBERED = 4096;
const REMEMBERED_BYTES = 128;

/** A name as the document writes it. */
export interface Name {
  readonly bytes: Buffer;
}

/** The names seen so far, found by their bytes. */
export class Names<T extends Name> {
  private slots: Array<T | undefined> = new Array<T | undefined>(2 * REMEMBERED);
  private count = 0;

  public find(buffer: Buffer, start: number, end: number): T | undefined {
    return this.findHashed(buffer, start, end, hashOf(buffer, start, end));
  }

  /** `find` for one who read the bytes already, and mixed the hash of them on the way. */
  public findHashed(buffer: Buffer, start: number, end: number, hash: number): T | undefined {
    if (end - start > REMEMBERED_BYTES) return undefined;
    const { slots } = this;
    for (let slot = slotOf(hash, end - start); ; slot++) {
      const name = slots[slot & (2 * REMEMBERED - 1)];
      if (name === undefined || same(name.bytes, buffer, start, end)) return name;
    }
  }

  public remember(name: T): void {
    if (name.bytes.length > REMEMBERED_BYTES) return;
    if (this.count === REMEMBERED) {
      this.slots = new Array<T | undefined>(2 * REMEMBERED);
      this.count = 0;
    }
    let slot = slotOf(hashOf(name.bytes, 0, name.bytes.length), name.bytes.length) & (2 * REMEMBERED - 1);
    while (this.slots[slot] !== undefined) slot = (slot + 1) & (2 * REMEMBERED - 1);
    this.slots[slot] = name;
    this.count++;
  }
}

/** The hash of nothing. */
export const EMPTY_HASH = 0;

/** The hash of the bytes before and one more. */
export function mixed(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193);
}

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = EMPTY_HASH;
  for (let i = start; i < end; i++) hash = mixed(hash, bytes[i]);
  return hash;
}

function slotOf(hash: number, length: number): number {
  const value = hash ^ Math.imul(length, 0x9e3779b1);
  return (value ^ value >>> 15) >>> 0;
}

function same(name: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  const { length } = name;
  if (length !== end - start) return false;
  for (let i = 0; i < length; i++) {
    if (name[i] !== bytes[start + i]) return false;
  }
  return true;
}
