import { IMAGE } from './kernel/image';

/** Fewer zeros than this between two parts are kept with them: a head of its own would be no shorter. */
const GAP = 4;

/** Parts of the image that are not zero: where they begin (u16), how long they are (u16), their bytes. */
export function packImage(image: Uint8Array): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < image.length; at += 1) {
    if (image[at] === 0) continue;
    let end = at + 1;
    for (let i = end; i < image.length && i < end + GAP; i += 1) if (image[i] !== 0) end = i + 1;
    const head = Buffer.alloc(4);
    head.writeUInt16LE(at, 0);
    head.writeUInt16LE(end - at, 2);
    parts.push(head, Buffer.from(image.subarray(at, end)));
    at = end;
  }
  return Buffer.concat(parts);
}

/** Writes the committed image to the beginning of a memory that is zero. */
export function loadImage(memory: Uint8Array): void {
  const packed = Buffer.from(IMAGE, 'base64');
  for (let at = 0; at < packed.length;) {
    const length = packed.readUInt16LE(at + 2);
    memory.set(packed.subarray(at + 4, at + 4 + length), packed.readUInt16LE(at));
    at += 4 + length;
  }
}
