import { IMAGE } from './kernel/image';
import * as layout from './kernel/layout';
import { KINDS } from './kinds';

/** Fewer zeros than this between two parts are kept with them: a part costs more than that. */
const GAP = 16;

export interface ImagePart {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** The parts of the image that are not zero. */
export function imageParts(image: Uint8Array): ImagePart[] {
  const parts: ImagePart[] = [];
  for (let at = 0; at < image.length; at += 1) {
    if (image[at] === 0) continue;
    let end = at + 1;
    for (let i = end; i < image.length && i < end + GAP; i += 1) if (image[i] !== 0) end = i + 1;
    parts.push({ at, bytes: image.subarray(at, end) });
    at = end;
  }
  return parts;
}

/** The parts one after the other: where it begins (u16), how long it is (u16), its bytes. */
export function packImage(image: Uint8Array): Buffer {
  return Buffer.concat(
    imageParts(image).flatMap(({ at, bytes }) => {
      const head = Buffer.alloc(4);
      head.writeUInt16LE(at, 0);
      head.writeUInt16LE(bytes.length, 2);
      return [head, bytes];
    }),
  );
}

/** Writes the committed image to the beginning of a memory that is zero. The WebAssembly module brings it along. */
export function loadImage(memory: Uint8Array): void {
  const packed = Buffer.from(IMAGE, 'base64');
  for (let at = 0; at < packed.length;) {
    const length = packed.readUInt16LE(at + 2);
    memory.set(packed.subarray(at + 4, at + 4 + length), packed.readUInt16LE(at));
    at += 4 + length;
  }
}

/** Has findings of this kind replaced by a label, which is written to `at`. Returns where it ends. */
export function writeLabel(memory: Uint8Array, kind: number, label: string, at: number): number {
  const bytes = Buffer.from(label, 'utf8');
  const entry = layout.ACTIONS + kind * 8;
  memory.set(bytes, at);
  memory[entry] = layout.LABEL;
  memory.set([bytes.length & 255, bytes.length >> 8, at & 255, (at >> 8) & 255, at >> 16, 0], entry + 2);
  return at + bytes.length;
}

/** Where the labels of the built-in kinds end, of which the last was written last. */
export function labelsEnd(words: Int32Array): number {
  const last = (layout.ACTIONS + (KINDS.length - 1) * 8) >> 2;
  return words[last + 1] + (words[last] >>> 16);
}
