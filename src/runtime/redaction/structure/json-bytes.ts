export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const BACKSLASH = 0x5c;
export const PERCENT_SIGN = 0x25;
export const OPEN_BRACKET = 0x5b;
export const CLOSE_BRACKET = 0x5d;
export const OPEN_BRACE = 0x7b;
export const CLOSE_BRACE = 0x7d;

/** Bytes that end the plain run of a string: quote, backslash, percent, controls. */
export const STRING_STOP = new Uint8Array(256);
STRING_STOP.fill(1, 0, 0x20);
STRING_STOP[QUOTE] = STRING_STOP[BACKSLASH] = STRING_STOP[PERCENT_SIGN] = 1;

export const NUMBER_BYTE = new Uint8Array(256);
for (const byte of Buffer.from('0123456789+-.eE')) NUMBER_BYTE[byte] = 1;

const HEX_DIGIT = new Uint8Array(256);
for (const byte of Buffer.from('0123456789abcdefABCDEF')) HEX_DIGIT[byte] = 1;

export const SIMPLE_ESCAPE = new Uint8Array(256);
for (const byte of Buffer.from('"\\/bfnrt')) SIMPLE_ESCAPE[byte] = 1;

export const LITERALS: Record<number, Buffer | undefined> = {
  0x74: Buffer.from('true'),
  0x66: Buffer.from('false'),
  0x6e: Buffer.from('null'),
};
export const LETTER_N = 0x6e;
export const LETTER_U = 0x75;
export const SLASH = 0x2f;
export const DIGIT_0 = 0x30;

export function isHex(buffer: Buffer, at: number): boolean {
  return (
    (HEX_DIGIT[buffer[at]] & HEX_DIGIT[buffer[at + 1]] & HEX_DIGIT[buffer[at + 2]] & HEX_DIGIT[buffer[at + 3]]) === 1
  );
}
