import { bytesOf, ESCAPES, HIDING, PERCENT } from './field-scheme';

export const LESS = 0x3c;
export const GREATER = 0x3e;
export const SLASH = 0x2f;
export const EQUALS = 0x3d;
export const AMPERSAND = 0x26;
export const NUMBER_SIGN = 0x23;
export const PERCENT_SIGN = 0x25;
export const BANG = 0x21;
export const QUESTION = 0x3f;
export const DASH = 0x2d;
export const QUOTE = 0x22;
export const APOSTROPHE = 0x27;
export const OPEN_BRACKET = 0x5b;
export const COLON = 0x3a;

/** What a byte of a text tells of its field; a reference with a number may be to any character. */
export const TEXT_MARKS = new Uint8Array(256);
TEXT_MARKS[AMPERSAND] = ESCAPES;
TEXT_MARKS[NUMBER_SIGN] = HIDING;
TEXT_MARKS[PERCENT_SIGN] = PERCENT;
export const SPACE = bytesOf(' \t\r\n');
/** What ends a name: whatever it cannot hold, as far as ASCII goes. */
export const NAME_STOP = bytesOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_:.-')
  .fill(1, 0x80)
  .map((member) => 1 - member);
export const NAME_START = bytesOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_:').fill(1, 0x80);

/** A token that is not whole yet. */
export const INCOMPLETE = -1;
