import { MalformedContentError } from '../errors';

const MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;

const enum Part {
  Magic,
  SkippableSize,
  Descriptor,
  BlockHeader,
  Skip,
}

/**
 * Follows the frames of zstd data without decoding them. Decoders leave it open whether data that stops in the middle
 * of a frame is an error (Node's ends normally), and stop at the end of the first of several frames.
 * @see https://www.rfc-editor.org/rfc/rfc8878.html#section-3
 */
export class ZstdFrames {
  private part = Part.Magic;
  /** Bytes of the current little-endian number that are still to come, and its value so far. */
  private missing = 4;
  private value = 0;
  private scale = 1;
  /** Content bytes to pass over, and what is next after them. */
  private skip = 0;
  private afterSkip = Part.Magic;
  private checksumBytes = 0;

  /** Whether the data may end here. */
  public get complete(): boolean {
    return this.part === Part.Magic && this.missing === 4;
  }

  /**
   * Cuts a chunk at the ends of frames.
   * @throws MalformedContentError for what is no frame
   */
  public split(chunk: Buffer): Buffer[] {
    const pieces: Buffer[] = [];
    let from = 0;
    let at = 0;
    while (at < chunk.length) {
      if (this.part === Part.Skip) {
        const step = Math.min(this.skip, chunk.length - at);
        at += step;
        this.skip -= step;
        if (this.skip === 0) this.expect(this.afterSkip);
      } else {
        this.value += chunk[at++] * this.scale;
        this.scale *= 256;
        if (--this.missing === 0) this.number(this.value);
      }
      if (this.complete) {
        pieces.push(chunk.subarray(from, at));
        from = at;
      }
    }
    if (from < chunk.length) pieces.push(chunk.subarray(from));
    return pieces;
  }

  private expect(part: Part, bytes = NUMBER_BYTES[part]): void {
    this.part = part;
    this.missing = bytes;
    this.value = 0;
    this.scale = 1;
  }

  private pass(bytes: number, next: Part): void {
    if (bytes === 0) return this.expect(next);
    this.part = Part.Skip;
    this.skip = bytes;
    this.afterSkip = next;
  }

  private number(value: number): void {
    switch (this.part) {
      case Part.Magic:
        if (value === MAGIC) return this.expect(Part.Descriptor);
        if (value - (value % 16) === SKIPPABLE_MAGIC) return this.expect(Part.SkippableSize);
        throw new MalformedContentError('the zstd data is corrupt');
      case Part.SkippableSize:
        return this.pass(value, Part.Magic);
      case Part.Descriptor: {
        const singleSegment = (value >> 5) & 1;
        const sizeBytes = [singleSegment, 2, 4, 8][value >> 6];
        const dictionaryBytes = [0, 1, 2, 4][value & 3];
        this.checksumBytes = value & 4;
        return this.pass(1 - singleSegment + dictionaryBytes + sizeBytes, Part.BlockHeader);
      }
      default: {
        const last = (value & 1) === 1;
        const type = (value >> 1) & 3;
        if (type === 3) throw new MalformedContentError('the zstd data is corrupt');
        const size = type === 1 ? 1 : value >> 3;
        return this.pass(size + (last ? this.checksumBytes : 0), last ? Part.Magic : Part.BlockHeader);
      }
    }
  }
}

const NUMBER_BYTES: Record<Part, number> = {
  [Part.Magic]: 4,
  [Part.SkippableSize]: 4,
  [Part.Descriptor]: 1,
  [Part.BlockHeader]: 3,
  [Part.Skip]: 0,
};
