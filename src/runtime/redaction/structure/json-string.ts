import { DecodedField, type FieldScheme, holds } from './field-scheme';

const BACKSLASH = 0x5c;
const REPLACEMENT_CHARACTER = 0xfffd;

const SIMPLE: Record<number, number> = { 0x62: 8, 0x66: 0x0c, 0x6e: 0x0a, 0x72: 0x0d, 0x74: 9 };

/** Bytes that content cannot have as they are. */
const NEEDS_ESCAPE = new Uint8Array(256).fill(1, 0, 0x20);
NEEDS_ESCAPE[0x22] = NEEDS_ESCAPE[BACKSLASH] = 1;

const SHORT_ESCAPE: Record<number, string> = {
  0x22: '\\"',
  0x5c: '\\\\',
  0x08: '\\b',
  0x0c: '\\f',
  0x0a: '\\n',
  0x0d: '\\r',
  0x09: '\\t',
};

/** The inside of a JSON string. */
export const JSON_STRING: FieldScheme = {
  decode(bytes, start, end) {
    field.reset(start, end);
    let run = start;
    for (let i = start; i < end;) {
      if (bytes[i] !== BACKSLASH) {
        i++;
        continue;
      }
      field.copy(bytes, run, i);
      const letter = bytes[i + 1];
      if (letter === 0x75) {
        let code = hex(bytes, i + 2);
        let length = 6;
        if (code >= 0xd800 && code <= 0xdfff) {
          const low =
            code <= 0xdbff && i + 12 <= end && bytes[i + 6] === BACKSLASH && bytes[i + 7] === 0x75
              ? hex(bytes, i + 8)
              : 0;
          if (low >= 0xdc00 && low <= 0xdfff) {
            code = 0x10000 + (((code & 0x3ff) << 10) | (low & 0x3ff));
            length = 12;
          } else {
            code = REPLACEMENT_CHARACTER;
          }
        }
        field.escape(code, i, i + length);
        i += length;
      } else {
        field.escape(SIMPLE[letter] ?? letter, i, i + 2);
        i += 2;
      }
      run = i;
    }
    field.copy(bytes, run, end);
    return field;
  },

  encode(content) {
    if (!holds(content, NEEDS_ESCAPE)) return content;
    const parts: string[] = [];
    for (const byte of content) {
      parts.push(
        NEEDS_ESCAPE[byte] === 0
          ? String.fromCharCode(byte)
          : (SHORT_ESCAPE[byte] ?? `\\u${byte.toString(16).padStart(4, '0')}`),
      );
    }
    return Buffer.from(parts.join(''), 'latin1');
  },
};

/** A number as the standard writes it. */
export const JSON_NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;
const MASKED_SCALAR = /^[*0-9eE+.-]*$/;
const QUOTE_BYTES = Buffer.from('"');

/** A number, `true` or `false`: what replaces it is a number where it still can be one, otherwise a string. */
export const JSON_SCALAR: FieldScheme = {
  whole: true,
  decode: JSON_STRING.decode,
  encode(content, sourceBytes) {
    const text = Buffer.from(content.buffer, content.byteOffset, content.length).toString('latin1');
    if (JSON_NUMBER.test(text)) return content;
    // Where the length was kept, the quotes take the place of the first two bytes.
    if (content.length === sourceBytes && MASKED_SCALAR.test(text)) {
      return Buffer.from(sourceBytes === 1 ? '0' : `"${text.slice(2)}"`, 'latin1');
    }
    return Buffer.concat([QUOTE_BYTES, JSON_STRING.encode(content, sourceBytes), QUOTE_BYTES]);
  },
};

const field = new DecodedField();

function hex(bytes: Uint8Array, at: number): number {
  return (digit(bytes[at]) << 12) | (digit(bytes[at + 1]) << 8) | (digit(bytes[at + 2]) << 4) | digit(bytes[at + 3]);
}

function digit(byte: number): number {
  return byte <= 0x39 ? byte - 0x30 : (byte | 0x20) - 0x57;
}
