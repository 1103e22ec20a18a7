import { bytesOf, DecodedField, type FieldScheme } from './field-scheme';
import { MalformedContentError } from '../errors';

const AMPERSAND = 0x26;
const SEMICOLON = 0x3b;
/** `&#x0010FFFF;` with room for more zeros than anybody writes. */
const MAX_REFERENCE_BYTES = 16;

const PREDEFINED: Record<string, number | undefined> = { lt: 0x3c, gt: 0x3e, amp: 0x26, quot: 0x22, apos: 0x27 };
const ESCAPED: Record<string, string> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;', '\'': '&apos;' };

/** Text and attribute values: the five predefined entities and character references; any other entity is refused. */
export const XML_TEXT: FieldScheme = {
  decode(bytes, start, end) {
    field.reset(start, end);
    let run = start;
    for (let i = start; i < end; i++) {
      if (bytes[i] !== AMPERSAND) continue;
      let semicolon = i + 1;
      while (semicolon < end && bytes[semicolon] !== SEMICOLON && semicolon - i < MAX_REFERENCE_BYTES) semicolon++;
      const name = Buffer.from(bytes.buffer, bytes.byteOffset + i + 1, semicolon - i - 1).toString('latin1');
      const code = bytes[semicolon] === SEMICOLON && semicolon < end ? codePoint(name) : undefined;
      if (code === undefined) throw new MalformedContentError('the XML has a reference that is neither to a character nor predefined');
      field.copy(bytes, run, i);
      field.escape(code, i, semicolon + 1);
      i = semicolon;
      run = i + 1;
    }
    field.copy(bytes, run, end);
    return field;
  },

  delicate: bytesOf('>"\''),
  encode: (content) => rewritten(content, /[<>&"']/g, (character) => ESCAPED[character]),
};

/** The inside of a CDATA section: nothing is escaped, so its end is split over two sections. */
export const XML_CDATA: FieldScheme = {
  whole: true,
  decode: XML_TEXT.decode,
  encode: (content) => rewritten(content, /\]\]>/g, () => ']]]]><![CDATA[>'),
};

/** The inside of a comment. */
export const XML_COMMENT: FieldScheme = { whole: true, decode: XML_TEXT.decode, encode: (content) => rewritten(content, /-(?=-|$)/g, () => '- ') };

/** The inside of a processing instruction. */
export const XML_INSTRUCTION: FieldScheme = { whole: true, decode: XML_TEXT.decode, encode: (content) => rewritten(content, /\?(?=>)/g, () => '? ') };

const field = new DecodedField();

function codePoint(reference: string): number | undefined {
  const match = /^#(?:x([0-9A-Fa-f]+)|([0-9]+))$/.exec(reference);
  if (!match) return Object.hasOwn(PREDEFINED, reference) ? PREDEFINED[reference] : undefined;
  const code = match[1] !== undefined ? parseInt(match[1], 16) : parseInt(match[2], 10);
  return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? code : undefined;
}

function rewritten(content: Uint8Array, pattern: RegExp, by: (found: string) => string): Uint8Array {
  const text = Buffer.from(content.buffer, content.byteOffset, content.length).toString('latin1');
  const changed = text.replace(pattern, by);
  return changed === text ? content : Buffer.from(changed, 'latin1');
}
