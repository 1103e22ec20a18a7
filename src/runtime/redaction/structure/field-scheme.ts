/** How a format writes the content of a field: its escapes. */
export interface FieldScheme {
  /** What replaces a part of the field decides how all of it is written. */
  readonly whole?: boolean;
  /** For a `whole` scheme: this content can take the place of a part, and the rest stays as it is written. */
  fits?(content: Uint8Array): boolean;
  /**
   * The content of `bytes[start, end)`, which is well-formed in the scheme. The result is valid until the next call.
   */
  decode(bytes: Uint8Array, start: number, end: number): DecodedField;
  /** Content that the redactor made, in the scheme's notation; `sourceBytes` is the length of what it replaces. */
  encode(content: Uint8Array, sourceBytes: number): Uint8Array;
}

/** Where decoded bytes came from; asked in ascending order. */
export interface Origins {
  /** Position of the first source byte of the character that holds the decoded byte. */
  start(decoded: number): number;
  /** Position behind the last source byte of the character that ends at the decoded position. */
  end(decoded: number): number;
}

/** A table of the bytes in `characters`. */
export function bytesOf(characters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const byte of Buffer.from(characters)) table[byte] = 1;
  return table;
}

/** Whether any byte of `content` is in the table. */
export function holds(content: Uint8Array, table: Uint8Array): boolean {
  for (let i = 0; i < content.length; i++) {
    if (table[content[i]] === 1) return true;
  }
  return false;
}

/** What a tokenizer saw in a field. */
export const ESCAPES = 1;
/** A `%`: perhaps a part of a URL, in which `%40` is an `@`. */
export const PERCENT = 2;
/**
 * An escape for a character that a finding may hold. Others, such as quotes, angle brackets and line ends, only end
 * what is looked for: a glance at the field as it is written tells as much as one at its content.
 */
export const HIDING = 4;

/**
 * Decoded content, with a record of the places where it differs from its source. Between two such places source and
 * content run in step, so the record is as long as the number of escapes.
 */
export class DecodedField {
  public bytes: Buffer = Buffer.allocUnsafeSlow(1024);
  public length = 0;
  /** For each escape: decoded start, decoded end, source start, source end. */
  private escapes = new Int32Array(64);
  private escapeFields = 0;
  private sourceStart = 0;

  /** Prepares for content from `bytes[start, end)`; no decoded form is longer than its source. */
  public reset(start: number, end: number): void {
    if (this.bytes.length < end - start) this.bytes = Buffer.allocUnsafeSlow(2 * (end - start));
    this.length = 0;
    this.escapeFields = 0;
    this.sourceStart = start;
  }

  public view(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  public copy(source: Uint8Array, start: number, end: number): void {
    const { bytes } = this;
    let to = this.length;
    for (let from = start; from < end; from++) bytes[to++] = source[from];
    this.length = to;
  }

  /** Adds a character, as UTF-8, that the source writes in `[start, end)`. */
  public escape(codePoint: number, start: number, end: number): void {
    const { bytes } = this;
    const before = this.length;
    let to = before;
    if (codePoint < 0x80) {
      bytes[to++] = codePoint;
    } else if (codePoint < 0x800) {
      bytes[to++] = 0xc0 | (codePoint >> 6);
      bytes[to++] = 0x80 | (codePoint & 0x3f);
    } else if (codePoint < 0x10000) {
      bytes[to++] = 0xe0 | (codePoint >> 12);
      bytes[to++] = 0x80 | ((codePoint >> 6) & 0x3f);
      bytes[to++] = 0x80 | (codePoint & 0x3f);
    } else {
      bytes[to++] = 0xf0 | (codePoint >> 18);
      bytes[to++] = 0x80 | ((codePoint >> 12) & 0x3f);
      bytes[to++] = 0x80 | ((codePoint >> 6) & 0x3f);
      bytes[to++] = 0x80 | (codePoint & 0x3f);
    }
    this.length = to;
    this.note(before, to, start, end);
  }

  /** Adds a byte that the source writes in `[start, end)`. */
  public byte(value: number, start: number, end: number): void {
    const before = this.length;
    this.bytes[before] = value;
    this.length = before + 1;
    this.note(before, before + 1, start, end);
  }

  public origins(): Origins {
    const { escapes, escapeFields, sourceStart } = this;
    // The next escape to look at, and where source and content ran in step before it.
    let next = 0;
    let decodedFrom = 0;
    let sourceFrom = sourceStart;
    const inStep = (decoded: number) => sourceFrom + (decoded - decodedFrom);
    const pass = () => {
      decodedFrom = escapes[next + 1];
      sourceFrom = escapes[next + 3];
      next += 4;
    };
    // A finding that begins or ends within an escape takes all of it.
    return {
      start: (decoded) => {
        while (next < escapeFields && decoded >= escapes[next + 1]) pass();
        return next < escapeFields && decoded >= escapes[next] ? escapes[next + 2] : inStep(decoded);
      },
      end: (decoded) => {
        while (next < escapeFields && decoded > escapes[next + 1]) pass();
        return next < escapeFields && decoded > escapes[next] ? escapes[next + 3] : inStep(decoded);
      },
    };
  }

  private note(decodedStart: number, decodedEnd: number, sourceStart: number, sourceEnd: number): void {
    if (this.escapeFields + 4 > this.escapes.length) {
      const larger = new Int32Array(2 * this.escapes.length);
      larger.set(this.escapes);
      this.escapes = larger;
    }
    const { escapes } = this;
    escapes[this.escapeFields++] = decodedStart;
    escapes[this.escapeFields++] = decodedEnd;
    escapes[this.escapeFields++] = sourceStart;
    escapes[this.escapeFields++] = sourceEnd;
  }
}
