import { bytesOf, DecodedField, type FieldScheme, holds } from './field-scheme';
import { hexDigit } from './percent';
import { MalformedContentError } from '../errors';

const AMPERSAND = 0x26;
const SEMICOLON = 0x3b;
const NUMBER_SIGN = 0x23;
const LETTER_X = 0x78;

const PREDEFINED = [
  ['&lt;', 0x3c],
  ['&gt;', 0x3e],
  ['&amp;', 0x26],
  ['&quot;', 0x22],
  ['&apos;', 0x27],
].map(([text, code]) => ({ bytes: Buffer.from(text as string), code: code as number }));
const NEEDS_ESCAPE = bytesOf('<>&"\'');
const ESCAPED: Record<string, string> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;', "'": '&apos;' };

/** Text and attribute values: the five predefined entities and character references; any other entity is refused. */
export const XML_TEXT: FieldScheme = {
  decode(bytes, start, end) {
    field.reset(start, end);
    let run = start;
    for (let i = start; i < end; i++) {
      if (bytes[i] !== AMPERSAND) continue;
      const length = reference(bytes, i, end);
      field.copy(bytes, run, i);
      field.escape(referenced, i, i + length);
      i += length - 1;
      run = i + 1;
    }
    field.copy(bytes, run, end);
    return field;
  },

  encode: (content) =>
    holds(content, NEEDS_ESCAPE) ? rewritten(content, /[<>&"']/g, (character) => ESCAPED[character]) : content,
};

/** The inside of a CDATA section: nothing is escaped, so its end is split over two sections. */
export const XML_CDATA: FieldScheme = {
  whole: true,
  decode: XML_TEXT.decode,
  encode: (content) => rewritten(content, /\]\]>/g, () => ']]]]><![CDATA[>'),
};

/** The inside of a comment. */
export const XML_COMMENT: FieldScheme = {
  whole: true,
  decode: XML_TEXT.decode,
  encode: (content) => rewritten(content, /-(?=-|$)/g, () => '- '),
};

/** The inside of a processing instruction. */
export const XML_INSTRUCTION: FieldScheme = {
  whole: true,
  decode: XML_TEXT.decode,
  encode: (content) => rewritten(content, /\?(?=>)/g, () => '? '),
};

/** @throws MalformedContentError for a reference that is neither to a character nor predefined */
export function checkReferences(bytes: Uint8Array, start: number, end: number): void {
  for (let i = start; i < end; i++) {
    if (bytes[i] === AMPERSAND) reference(bytes, i, end);
  }
}

const field = new DecodedField();

/** The code point that the last reference stood for. */
let referenced = 0;

/** @returns the length of the reference at `at`; leaves its character in `referenced` */
function reference(bytes: Uint8Array, at: number, end: number): number {
  const length = bytes[at + 1] === NUMBER_SIGN ? characterReference(bytes, at, end) : entityReference(bytes, at, end);
  if (length === 0) {
    throw new MalformedContentError('the XML has a reference that is neither to a character nor predefined');
  }
  return length;
}

/** @returns the length of the reference at `at`, or 0 for none; leaves its character in `referenced` */
function entityReference(bytes: Uint8Array, at: number, end: number): number {
  for (const { bytes: text, code } of PREDEFINED) {
    const { length } = text;
    if (text[1] !== bytes[at + 1] || at + length > end) continue;
    let i = 2;
    while (i < length && bytes[at + i] === text[i]) i++;
    if (i < length) continue;
    referenced = code;
    return length;
  }
  return 0;
}

function characterReference(bytes: Uint8Array, at: number, end: number): number {
  const base = bytes[at + 2] === LETTER_X ? 16 : 10;
  const first = at + (base === 16 ? 3 : 2);
  let code = 0;
  let i = first;
  for (; i < end && bytes[i] !== SEMICOLON; i++) {
    const digit = hexDigit(bytes[i]);
    if (digit < 0 || digit >= base) return 0;
    code = code * base + digit;
    if (code > 0x10ffff) return 0;
  }
  if (i === end || i === first || code === 0 || (code >= 0xd800 && code <= 0xdfff)) return 0;
  referenced = code;
  return i + 1 - at;
}

function rewritten(content: Uint8Array, pattern: RegExp, by: (found: string) => string): Uint8Array {
  const text = Buffer.from(content.buffer, content.byteOffset, content.length).toString('latin1');
  const changed = text.replace(pattern, by);
  return changed === text ? content : Buffer.from(changed, 'latin1');
}
