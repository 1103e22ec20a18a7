import { HttpError } from './http-error';

/** S3's limit for the whole key. */
const MAX_BYTES = 1024;

/**
 * Turns text around or hides in it, so that a key is not what it reads as: format characters, what is ignored by
 * default (fillers, variation selectors, tags), the blank of Braille, and private characters. Blanks of any width are
 * seen.
 * @see https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
 */
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800\p{Co}]/u;
/** Joiners and selectors where they change what is seen: between letters of scripts that join them, and in emoji. */
const SEEN = new RegExp(
  [
    '(?<=[\\p{L}\\p{M}])[\\u200C\\u200D](?=[\\p{Script=Arabic}\\p{Script=Syriac}\\p{Script=Devanagari}\\p{Script=Bengali}\\p{Script=Malayalam}\\p{Script=Sinhala}])',
    '(?<=[\\p{Extended_Pictographic}\\p{Emoji_Modifier}]\\uFE0F?)\\u200D(?=\\p{Extended_Pictographic})',
    '(?<=\\p{Extended_Pictographic})\\uFE0F',
  ].join('|'),
  'gu',
);
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u;

/**
 * The full key of an object that a caller names below a prefix. It begins with that prefix, whatever decodes,
 * normalizes or joins it later.
 *
 * @param prefix ends in a slash
 * @throws HttpError
 */
export function objectKey(prefix: string, name: unknown): string {
  if (typeof name !== 'string' || name === '') throw refused('is missing or no text');
  if (!isWellFormed(name)) throw refused('holds half of a surrogate pair');
  const normal = name.normalize('NFC');
  if (CONTROL.test(normal)) throw refused('holds a control character');
  if (INVISIBLE.test(normal.replace(SEEN, ''))) throw refused('holds an invisible character');
  // S3 replaces "${filename}" in the fields of a form.
  if (normal.includes('$')) throw refused('holds a dollar sign');
  // The compatibility form too: fullwidth dots and slashes become plain ones in programs that fold them.
  for (const form of [normal, normal.normalize('NFKC')]) checkPath(form);
  const key = prefix + normal;
  const bytes = Buffer.byteLength(key);
  if (bytes > MAX_BYTES) throw refused(`makes a key of ${bytes} bytes; ${MAX_BYTES} is S3's limit`);
  return key;
}

function checkPath(text: string): void {
  if (text.includes('\\')) throw refused('holds a backslash');
  if (/%[0-9a-f]{2}/i.test(text)) throw refused('is percent-encoded: send it as plain text');
  const segments = text.split('/');
  if (segments.includes('')) throw refused('begins or ends with a slash, or holds two in a row');
  // A dot with blanks around it is a dot to file systems that trim.
  if (segments.some((segment) => /^\.{1,2}$/.test(segment.trim()))) throw refused('holds "." or ".." as a folder');
}

function refused(why: string): HttpError {
  return new HttpError(400, `"key" ${why}.`);
}

function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
