import { isUtf8 } from 'node:buffer';
import type { ByteTransform } from '../contract';
import { MalformedContentError, TransformEndedError, UnsupportedContentError } from '../errors';
import type { Charset } from '../policy';

/**
 * A charset, and the byte order mark that told it: the mark is kept at the start of the output and shown to no
 * detector.
 */
export interface CharsetChoice {
  readonly charset: Charset;
  readonly bomBytes: number;
}

/** The longest byte order mark. */
export const BOM_BYTES = 3;

const LABELS: Record<string, Charset | undefined> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'us-ascii': 'utf-8',
  ascii: 'utf-8',
  'utf-16': 'utf-16le',
  'utf-16le': 'utf-16le',
  'utf-16be': 'utf-16be',
  'iso-8859-1': 'latin1',
  latin1: 'latin1',
  'windows-1252': 'latin1',
  cp1252: 'latin1',
};

/**
 * Byte order mark, then the policy's charset, then the content type's, then UTF-8. A mark outranks the others because
 * it is in the bytes that a reader will see.
 * @param head the first `BOM_BYTES` bytes, fewer only when the object is shorter
 * @throws UnsupportedContentError for a charset that cannot be decoded
 */
export function chooseCharset(head: Uint8Array, policy: Charset | undefined, label: string | undefined): CharsetChoice {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { charset: 'utf-8', bomBytes: 3 };
  if (head[0] === 0xff && head[1] === 0xfe) return { charset: 'utf-16le', bomBytes: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { charset: 'utf-16be', bomBytes: 2 };
  if (policy !== undefined) return { charset: policy, bomBytes: 0 };
  if (label === undefined || label === '') return { charset: 'utf-8', bomBytes: 0 };
  const charset = LABELS[label.toLowerCase()];
  if (charset === undefined) {
    throw new UnsupportedContentError('the charset is none of utf-8, utf-16le, utf-16be, latin1, windows-1252');
  }
  return { charset, bomBytes: 0 };
}

/**
 * To UTF-8. The result is always whole characters.
 * @param replaces what is no text becomes U+FFFD instead of an error
 */
export function createCharsetDecoder(charset: Charset, replaces = false): ByteTransform {
  if (replaces && charset !== 'latin1') return new ReplacingDecoder(charset);
  switch (charset) {
    case 'utf-8':
      return new Utf8Check();
    case 'utf-16le':
      return new Utf16Decoder(false);
    case 'utf-16be':
      return new Utf16Decoder(true);
    case 'latin1':
      return new Latin1Decoder();
  }
}

/**
 * From UTF-8 that comes in whole characters or not. Latin-1 has no place for most of Unicode: what does not fit becomes
 * `?`.
 */
export function createCharsetEncoder(charset: Charset): ByteTransform {
  switch (charset) {
    case 'utf-8':
      return new Identity();
    case 'utf-16le':
      return new FromUtf8((text) => Buffer.from(text, 'utf16le'));
    case 'utf-16be':
      return new FromUtf8((text) => Buffer.from(text, 'utf16le').swap16());
    case 'latin1':
      return new FromUtf8(toWindows1252);
  }
}

class Identity implements ByteTransform {
  public push(chunk: Uint8Array): Uint8Array[] {
    return [chunk];
  }

  public end(): Uint8Array[] {
    return [];
  }
}

/** Carries what is not yet a whole unit and makes sure that a failed decoder says nothing more. */
abstract class Decoder implements ByteTransform {
  protected abstract readonly charset: Charset;
  private carry: Uint8Array | undefined;
  private offset = 0;
  private ended = false;

  public push(chunk: Uint8Array): Uint8Array[] {
    if (this.ended) throw new TransformEndedError();
    if (chunk.length === 0) return [];
    const bytes = this.carry ? Buffer.concat([this.carry, chunk]) : chunk;
    const whole = bytes.length - this.incomplete(bytes);
    this.carry = whole === bytes.length ? undefined : Uint8Array.prototype.slice.call(bytes, whole);
    const decoded = this.attempt(bytes, whole);
    this.offset += whole;
    return decoded.length === 0 ? [] : [decoded];
  }

  public end(): Uint8Array[] {
    if (this.ended) throw new TransformEndedError();
    this.ended = true;
    if (this.carry) throw new MalformedContentError(`the text ends within a character of ${this.charset}`, this.offset);
    return [];
  }

  /** How many bytes at the end may be the beginning of a character: at most three. */
  protected abstract incomplete(bytes: Uint8Array): number;
  /** @returns undefined when the bytes are not text in the charset */
  protected abstract decode(bytes: Buffer): Uint8Array | undefined;

  /**
   * Where what is no text begins in these bytes, of which all before are whole characters; each is a character's first
   * byte.
   */
  private invalidAt(bytes: Buffer): number {
    let from = 0;
    let to = bytes.length;
    // The longest part from the beginning that is text, but for a character that its end cuts.
    while (to - from > 1) {
      const middle = (from + to) >> 1;
      const part = bytes.subarray(0, middle);
      if (this.decode(part.subarray(0, middle - this.incomplete(part))) === undefined) to = middle;
      else from = middle;
    }
    const part = bytes.subarray(0, from);
    return from - this.incomplete(part);
  }

  private attempt(bytes: Uint8Array, whole: number): Uint8Array {
    const decoded = this.decode(Buffer.from(bytes.buffer, bytes.byteOffset, whole));
    if (decoded) return decoded;
    this.ended = true;
    this.carry = undefined;
    throw new MalformedContentError(
      `the text is not valid ${this.charset}; name its charset in the content type or the policy, or set ` +
        '"onInvalidText" to replace',
      this.offset + this.invalidAt(Buffer.from(bytes.buffer, bytes.byteOffset, whole)),
    );
  }
}

class Utf8Check extends Decoder {
  protected readonly charset = 'utf-8';

  protected incomplete(bytes: Uint8Array): number {
    const { length } = bytes;
    for (let back = 1; back <= 3 && back <= length; back++) {
      const byte = bytes[length - back];
      if (byte < 0x80) return 0;
      if (byte >= 0xc0) return (byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4) > back ? back : 0;
    }
    return 0;
  }

  protected decode(bytes: Buffer): Uint8Array | undefined {
    return isUtf8(bytes) ? bytes : undefined;
  }
}

/** What is no text in the charset becomes U+FFFD. */
class ReplacingDecoder implements ByteTransform {
  private readonly decoder: InstanceType<typeof TextDecoder>;

  constructor(charset: Charset) {
    // The byte order mark was taken off before.
    this.decoder = new TextDecoder(charset, { ignoreBOM: true });
  }

  public push(chunk: Uint8Array): Uint8Array[] {
    return this.encoded(this.decoder.decode(chunk, { stream: true }));
  }

  public end(): Uint8Array[] {
    return this.encoded(this.decoder.decode());
  }

  private encoded(text: string): Uint8Array[] {
    return text === '' ? [] : [Buffer.from(text, 'utf8')];
  }
}

class Utf16Decoder extends Decoder {
  protected readonly charset: Charset;

  constructor(private readonly bigEndian: boolean) {
    super();
    this.charset = bigEndian ? 'utf-16be' : 'utf-16le';
  }

  protected incomplete(bytes: Uint8Array): number {
    const odd = bytes.length % 2;
    const lastUnit = bytes.length - odd - 2;
    const high = lastUnit < 0 ? 0 : bytes[lastUnit + (this.bigEndian ? 0 : 1)];
    return high >= 0xd8 && high <= 0xdb ? odd + 2 : odd;
  }

  protected decode(bytes: Buffer): Uint8Array | undefined {
    const text = (this.bigEndian ? Buffer.from(bytes).swap16() : bytes).toString('utf16le');
    // A lone surrogate has no UTF-8: it could not be given back as it was.
    return (text as string & { isWellFormed(): boolean }).isWellFormed() ? Buffer.from(text, 'utf8') : undefined;
  }
}

/**
 * What windows-1252 has in 0x80 to 0x9F; the five bytes without a character stand for the control of the same number,
 * so that each byte has a character of its own and the way back is exact. The web reads `iso-8859-1` as windows-1252
 * too.
 * @see https://encoding.spec.whatwg.org/#index-windows-1252
 */
const WINDOWS_1252 =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f' +
  '\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';
const TO_WINDOWS_1252 = new Map(
  [...WINDOWS_1252].map((character, index) => [character, String.fromCharCode(0x80 + index)]),
);

class Latin1Decoder extends Decoder {
  protected readonly charset = 'latin1';

  protected incomplete(): number {
    return 0;
  }

  protected decode(bytes: Buffer): Uint8Array {
    const text = bytes
      .toString('latin1')
      .replace(/[\x80-\x9f]/g, (control) => WINDOWS_1252[control.charCodeAt(0) - 0x80]);
    return Buffer.from(text, 'utf8');
  }
}

function toWindows1252(text: string): Buffer {
  return Buffer.from(
    text.replace(/[\x80-\x9f]|[^\x00-\xff]/gu, (character) => TO_WINDOWS_1252.get(character) ?? '?'),
    'latin1',
  );
}

class FromUtf8 implements ByteTransform {
  private readonly check = new Utf8Check();

  constructor(private readonly encode: (text: string) => Buffer) {}

  public push(chunk: Uint8Array): Uint8Array[] {
    return this.check.push(chunk).map((whole) => this.encode((whole as Buffer).toString('utf8')));
  }

  public end(): Uint8Array[] {
    return this.check.end();
  }
}
