import { DecodedField } from './field-scheme';

const SIGN = 0x25;

/**
 * Replaces `%40` by the byte it stands for, and `%2540` too: keys in S3 access logs are encoded twice.
 * @returns `undefined` when there is nothing to replace; otherwise valid until the next call
 * @see https://www.rfc-editor.org/rfc/rfc3986.html#section-2.1
 */
export function decodePercent(bytes: Uint8Array, start: number, end: number): DecodedField | undefined {
  field.reset(start, end);
  let run = start;
  for (let i = start; i + 3 <= end;) {
    const byte = bytes[i] === SIGN ? hexByte(bytes, i + 1) : -1;
    if (byte < 0) {
      i++;
      continue;
    }
    field.copy(bytes, run, i);
    const inner = byte === SIGN && i + 5 <= end ? hexByte(bytes, i + 3) : -1;
    run = inner < 0 ? i + 3 : i + 5;
    field.byte(inner < 0 ? byte : inner, i, run);
    i = run;
  }
  if (run === start) return undefined;
  field.copy(bytes, run, end);
  return field;
}

const field = new DecodedField();

function hexByte(bytes: Uint8Array, at: number): number {
  const high = hexDigit(bytes[at]);
  const low = hexDigit(bytes[at + 1]);
  return high < 0 || low < 0 ? -1 : (high << 4) | low;
}

/** The value of a hexadecimal digit, or -1. */
export function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
