import { label } from './actions/stand-in';
import { CARD_RANGES } from './detectors/card-ranges';
import { CONTEXT_WORDS } from './detectors/context-words';
import { IBAN_STRUCTURES } from './detectors/iban-structures';
import { CALLING_CODE_LENGTHS } from './detectors/phone-plan';
import { AWS_PREFIXES, TOKEN_PREFIXES } from './detectors/token-prefixes';
import { endingSlot } from './kernel/context';
import { AWS_KEY, C_SECRET, C_TOKEN, C_VALUE, TOKEN_KIND } from './kernel/ids';
import * as layout from './kernel/layout';
import { bind } from './kernel/portable';
import { lastLetters } from './kernel/secret';
import { HEX_ONLY } from './kernel/token';
import { KINDS } from './kinds';
import { writeLabel } from './static-image';

/**
 * Bytes that separate groups of digits, in the order of the kinds in kernel/number.ts: blank, hyphen, dot, slash,
 * mixed.
 */
const SEPARATORS = [' ', '-', '.', '/', '()'];

/**
 * The part of the memory that is the same for every policy. scripts/redaction-kernel.ts keeps it ready in
 * kernel/image.ts.
 */
export function buildImage(): Uint8Array {
  const bytes = new Uint8Array(layout.IMAGE_END);
  const view = new DataView(bytes.buffer);
  classes(bytes);
  contextWords(bytes, view);
  tokenPrefixes(bytes);
  letterTables(bytes, view);
  cardRanges(view);
  ibanStructures(bytes, view);
  defaultActions(bytes);
  for (const [code, lengths] of Object.entries(CALLING_CODE_LENGTHS)) {
    view.setInt32(
      layout.CALLING_CODES + Number(code) * 4,
      lengths.reduce((mask, length) => mask | (1 << length), 0),
      true,
    );
  }
  return bytes;
}

/** What a policy does that says nothing: every kind is looked for and replaced by its label. */
function defaultActions(bytes: Uint8Array): void {
  let at = layout.LABELS;
  KINDS.forEach((kind, i) => {
    bytes[layout.KIND_ON + i] = 1;
    at = writeLabel(bytes, i, label(kind), at);
  });
}

function classes(bytes: Uint8Array): void {
  for (let c = 0; c < 256; c += 1) {
    const char = String.fromCharCode(c);
    let flags = 0;
    if (/[0-9]/.test(char)) flags |= layout.DIGIT;
    if (/[A-Za-z]/.test(char)) flags |= layout.LETTER;
    if (/[0-9A-Fa-f]/.test(char)) flags |= layout.HEX;
    if (/[0-9A-Za-z_-]/.test(char)) flags |= layout.TOKEN;
    if (/[0-9A-Za-z-]/.test(char)) flags |= layout.HOST;
    if (/[0-9A-Za-z+/_=\- \n\r\t:,\\]/.test(char)) flags |= layout.PEM;
    // RFC 5322 atext and the dot; a slash begins a path far more often than it is part of a mailbox.
    if (c >= 0x80 || /[0-9A-Za-z.!#$%&'*+=?^_`{|}~-]/.test(char)) flags |= layout.LOCAL;
    if (c >= 0x80) flags |= layout.HIGH;
    bytes[layout.CLASS + c] = flags;
    let more = 0;
    if (c <= 0x20 || /["'`&,;<>}\])|]/.test(char)) more |= layout.VALUE_END;
    if (c <= 0x20 || /["'<>@`/]/.test(char)) more |= layout.USER_END;
    if (c < 0x80 && !/[A-Za-z]/.test(char)) more |= layout.NO_LETTER;
    if (/[$<{%*[(]/.test(char)) more |= layout.STANDS_IN;
    bytes[layout.MORE + c] =
      more | ((SEPARATORS.findIndex((bytesOfKind) => bytesOfKind.includes(char)) + 1) << layout.SEPARATES_SHIFT);
  }
}

/** The kernel reads words backwards, so they are hashed from their last byte. */
function wordHash(word: string): number {
  let hash = 0;
  for (const c of Buffer.from(word, 'utf8').reverse()) hash = (Math.imul(hash, 31) + (c < 128 ? c | 0x20 : c)) | 0;
  return hash;
}

/** What the kernel makes of the word's end, asked of the kernel itself. */
function endingOf(word: string, memory: Uint8Array): number {
  memory.fill(0, layout.SCRATCH, layout.MATCHES);
  const bytes = Buffer.from(word, 'utf8').subarray(-8);
  memory.set(bytes, layout.SCRATCH);
  bind(memory, () => 0);
  return endingSlot(layout.SCRATCH + bytes.length);
}

/** What the checks of identities look up. */
function letterTables(bytes: Uint8Array, view: DataView): void {
  bytes.set(Buffer.from('TRWAGMYFPDXBNJZSQVHLCKE'), layout.SPANISH_LETTERS);
  bytes.set(Buffer.from('JZIHGFEDCBAXWUTRQPNMLKXWUTRQPNJLK'), layout.NRIC_LETTERS);
  bytes.set(Buffer.from('0123456789ABCDEFHJKLMNPRSTUVWXY'), layout.HETU_LETTERS);
  // A to Z as digits; 0 where a vehicle has no such letter.
  bytes.set(
    Buffer.from('12345678012345070923456789').map((digit) => digit - 0x30),
    layout.VIN_DIGITS,
  );
  bytes.set([8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2], layout.VIN_WEIGHTS);
  bytes.fill(0xff, layout.BECH32_VALUES, layout.BECH32_VALUES + 128);
  [...'qpzry9x8gf2tvdw0s3jn54khce6mua7l'].forEach((character, value) => {
    bytes[layout.BECH32_VALUES + character.charCodeAt(0)] = value;
  });
  const generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
  for (let top = 0; top < 32; top += 1) {
    const sum = generator.reduce((all, term, bit) => ((top >> bit) & 1 ? all ^ term : all), 0);
    view.setInt32(layout.BECH32_STEPS + top * 4, sum, true);
  }
}

/** Categories of the names that stand before a `:` or `=`. */
const KEYS = C_SECRET | C_TOKEN | C_VALUE;

function contextWords(bytes: Uint8Array, view: DataView): void {
  const memory = new Uint8Array(layout.MATCHES);
  memory.set(bytes);
  const byHash = new Map<number, number>();
  for (const [category, words] of CONTEXT_WORDS) {
    for (const written of words.split(' ')) {
      const word = written.replace('-', '');
      const ending = endingOf(word, memory);
      bytes[layout.CONTEXT_ENDINGS + (ending >> 3)] |= 1 << (ending & 7);
      byHash.set(wordHash(word), (byHash.get(wordHash(word)) ?? 0) | category);
      if ((category & KEYS) === 0) continue;
      for (const form of new Set([word, written, written.replace('-', '_')])) {
        const end = Buffer.from(form.padStart(4), 'utf8').subarray(-4);
        const slot = lastLetters(end.readInt32LE(0));
        bytes[layout.SECRET_ENDINGS + (slot >> 3)] |= 1 << (slot & 7);
      }
    }
  }
  for (const [hash, categories] of byHash) {
    let slot = (hash ^ (hash >> 15)) & (layout.CONTEXT_SLOTS - 1);
    while (view.getInt32(layout.CONTEXT_WORDS + slot * 8, true) !== 0) slot = (slot + 1) & (layout.CONTEXT_SLOTS - 1);
    view.setInt32(layout.CONTEXT_WORDS + slot * 8, hash, true);
    view.setInt32(layout.CONTEXT_WORDS + slot * 8 + 4, categories, true);
  }
}

function tokenPrefixes(bytes: Uint8Array): void {
  const rows: Array<[prefix: string, least: number, kind: number, exact: number]> = [
    ...AWS_PREFIXES.map((prefix) => [prefix, 20, AWS_KEY, 1] as [string, number, number, number]),
    ...TOKEN_PREFIXES.map(
      ([prefix, least, exact]) =>
        [prefix, least, TOKEN_KIND, exact === undefined ? 0 : exact === '=' ? 1 : HEX_ONLY] as [
          string,
          number,
          number,
          number,
        ],
    ),
  ];
  // Longer prefixes first: `sk-ant-` before `sk-`.
  rows.sort(([a], [b]) => (a[0] === b[0] ? b.length - a.length : a[0] < b[0] ? -1 : 1));
  rows.forEach(([prefix, least, kind, exact], i) => {
    const at = layout.TOKEN_PREFIXES + i * 16;
    bytes[layout.TOKEN_ROWS + prefix.charCodeAt(0)] ||= i + 1;
    bytes.set([prefix.length, least, kind, exact], at);
    bytes.set(Buffer.from(prefix, 'latin1'), at + 4);
  });
}

function cardRanges(view: DataView): void {
  CARD_RANGES.forEach(([from, to, lengths], i) => {
    const at = layout.CARD_RANGES + i * 12;
    view.setInt32(at, from, true);
    view.setInt32(at + 4, to, true);
    view.setInt32(
      at + 8,
      lengths.reduce((mask, length) => mask | (1 << length), 0),
      true,
    );
  });
}

function ibanStructures(bytes: Uint8Array, view: DataView): void {
  const allowed: Record<string, number> = { n: layout.DIGIT, a: layout.LETTER, c: layout.ALNUM };
  let at = layout.IBAN_STRUCTURES;
  for (const [country, structure] of Object.entries(IBAN_STRUCTURES)) {
    const parts = [...structure.matchAll(/(\d+)([nac])/g)].map(([, count, type]) => [allowed[type], Number(count)]);
    const index = (country.charCodeAt(0) - 65) * 26 + country.charCodeAt(1) - 65;
    view.setInt32(layout.IBAN_INDEX + index * 4, at, true);
    bytes.set([4 + parts.reduce((sum, [, count]) => sum + count, 0), ...parts.flat()], at);
    at += 1 + parts.length * 2;
  }
}
