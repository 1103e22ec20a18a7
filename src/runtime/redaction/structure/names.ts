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

  /** How many are remembered. */
  public get size(): number {
    return this.count;
  }

  public find(buffer: Buffer, start: number, end: number): T | undefined {
    if (end - start > REMEMBERED_BYTES) return undefined;
    const { slots } = this;
    for (let slot = slotOf(buffer, start, end); ; slot++) {
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
    let slot = slotOf(name.bytes, 0, name.bytes.length) & (2 * REMEMBERED - 1);
    while (this.slots[slot] !== undefined) slot = (slot + 1) & (2 * REMEMBERED - 1);
    this.slots[slot] = name;
    this.count++;
  }
}

function slotOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = Math.imul(end - start, 0x9e3779b1);
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

function same(name: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  const { length } = name;
  if (length !== end - start) return false;
  for (let i = 0; i < length; i++) {
    if (name[i] !== bytes[start + i]) return false;
  }
  return true;
}
