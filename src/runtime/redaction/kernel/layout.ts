import type { i32 } from './types';

/* Where things lie in the linear memory. Host and kernel share these numbers. */

/** Flags of each byte value. */
export const CLASS: i32 = 0x100;
export const DIGIT: i32 = 1;
export const LETTER: i32 = 2;
export const HEX: i32 = 4;
/** Letters, digits, `_`, `-`: what keys and tokens are made of. */
export const TOKEN: i32 = 8;
/** What may stand before the `@` of an e-mail address (RFC 5321 dot-string, and UTF-8 by RFC 6531). */
export const LOCAL: i32 = 16;
/** What may stand in a host name, without the dot. */
export const HOST: i32 = 32;
/** Bytes of UTF-8 beyond ASCII. */
export const HIGH: i32 = 64;
/** Of a PEM block: base64, its header lines, line ends plain or escaped. */
export const PEM: i32 = 128;
export const ALNUM: i32 = 3;

/** More flags of each byte value. */
export const MORE: i32 = 0x200;
/** Ends a value without quotes: white space, quotes and what separates pairs. */
export const VALUE_END: i32 = 1;
/** Not of the user and password of a URL, or the slash before them. */
export const USER_END: i32 = 2;
export const NO_LETTER: i32 = 4;
/** Begins a reference or a placeholder, which is no value: ${X}, <x>, {{x}}, %s, ***, [SECRET], (x). */
export const STANDS_IN: i32 = 8;
/**
 * Above these flags: what a byte separates two groups of digits as, when it stands between them alone (BLANK to MIXED
 * in number.ts).
 */
export const SEPARATES_SHIFT: i32 = 4;

/** 256 bytes: 1 where the kind is looked for. */
export const KIND_ON: i32 = 0x300;
/** 256 x 8 bytes: action, parameter, label length (u16), label address (i32). */
export const ACTIONS: i32 = 0x400;
/** 256 x i32. */
export const COUNTS: i32 = 0xc00;
export const LABELS: i32 = 0x1000;
export const LABELS_END: i32 = 0x3000;
/** 1024 x (hash, categories): open addressing. */
export const CONTEXT_WORDS: i32 = 0x3000;
export const CONTEXT_SLOTS: i32 = 1024;
/** 4096 bits: the last three letters of the words that name secrets. */
export const SECRET_ENDINGS: i32 = 0x5600;
/** 128 bytes: the first row (from 1) of the prefixes that begin with this character, or 0. */
export const TOKEN_ROWS: i32 = 0x6e00;
/** The 23 letters of the Spanish DNI. */
export const SPANISH_LETTERS: i32 = 0x6f00;
/** Check letters of Singapore's ids by their first letter: S and T, F and G, M; eleven each. */
export const NRIC_LETTERS: i32 = 0x6f20;
/** The 31 characters that check a Finnish identity. */
export const HETU_LETTERS: i32 = 0x6f44;
/** The letters A to Z as the digits that a vehicle's number is checked with, and its 17 weights. */
export const VIN_DIGITS: i32 = 0x6f64;
export const VIN_WEIGHTS: i32 = 0x6f80;
/** 128 bytes: the value of each character of Bech32, or 255; 32 x i32: what its checksum is changed by. */
export const BECH32_VALUES: i32 = 0x5000;
export const BECH32_STEPS: i32 = 0x5080;
/**
 * Prefixes of tokens in order: length, least whole length, kind, 1 where that is exact, then 12 bytes; zeros at the
 * end.
 */
export const TOKEN_PREFIXES: i32 = 0x8800;
/** Card ranges: from (i32), to (i32), lengths (i32 mask); ends with a zero. */
export const CARD_RANGES: i32 = 0x5800;
/** 26 x 26 x i32: address of the country's BBAN structure, or 0. */
export const IBAN_INDEX: i32 = 0x6000;
export const IBAN_STRUCTURES: i32 = 0x6b00;
/** 1000 x i32: national lengths (mask) of each calling code. */
export const CALLING_CODES: i32 = 0x7000;
/** 16384 bits: how context words end. */
export const CONTEXT_ENDINGS: i32 = 0x8000;

/** Here end the tables that are the same for every policy. */
export const IMAGE_END: i32 = 0x9000;
export const STATE: i32 = 0x9000;
/** The last words found: end, categories; a ring of 128. */
export const CONTEXT_RING: i32 = 0x9400;
/** 4096 bits: where a pattern begins. */
export const PATTERN_STARTS: i32 = 0x9800;
export const SCRATCH: i32 = 0x9a00;
/** Matches: start, end, kind, tail; 16 bytes each. */
export const MATCHES: i32 = 0xa000;
export const MATCHES_MAX: i32 = 5000;

/** A sequence of groups of digits, while it is looked at (number.ts). */
export const SEQUENCE: i32 = 0x1e000;
export const OUTPUT: i32 = 0x20000;
export const OUTPUT_BYTES: i32 = 0x40000;
/** The window begins with LOOK_BEHIND bytes of what was before, zero at the beginning of the object. */
export const WINDOW: i32 = 0x60000;
export const WINDOW_BYTES: i32 = 0x40000;
/** Tables whose size depends on the policy. */
export const DYNAMIC: i32 = 0xa0000;
/** Memory grows by this. */
export const PAGE: i32 = 0x10000;

/** No detector reads further back than this from its anchor, nor begins a match further back than BACK. */
export const LOOK_BEHIND: i32 = 512;
export const BACK: i32 = 320;
/** No detector reads further than this past its anchor. */
export const AHEAD: i32 = 768;

/* State words, offsets from STATE. */
/** Number anchors below this address are done. */
export const NUMBERS_DONE: i32 = 0;
export const MATCH_COUNT: i32 = 4;
/** The last value without quotes that was found: its first byte, and how far on nothing was seen that ends one. */
export const VALUE_FROM: i32 = 8;
export const VALUE_READ: i32 = 12;
/** Regions of the policy, as a mask. */
export const REGIONS: i32 = 20;
/** Where the output ends. */
export const OUT_END: i32 = 24;
/** What of the window has been emitted. */
export const EMITTED: i32 = 28;
export const DICTIONARY: i32 = 32;
export const PATTERNS: i32 = 36;
export const PHONE_REGIONS: i32 = 40;
/** By how many a number of the policy's regions may have fewer than seven digits. */
export const PHONE_FEWER: i32 = 16;
export const CONTEXT_READ: i32 = 44;
/** 1 when there were more findings than fit: nothing may be emitted. */
export const OVERFLOW: i32 = 52;
export const CONTEXT_HITS: i32 = 48;
/** Tails in progress: class or 0, state, action. */
export const TAILS: i32 = 64;
export const TAILS_MAX: i32 = 4;

/* A glance (glance.ts). */
/** How many bytes before a byte may decide with it. */
export const GLANCE_BEHIND: i32 = 32;
/** For each 32 bytes: the bits of the shapes, of the bytes `end`, and of those from `first` to `last`. */
export const GLANCE_WORDS: i32 = 3;

/* Actions. */
export const KEEP: i32 = 0;
export const LABEL: i32 = 1;
export const MASK: i32 = 2;
export const PARTIAL: i32 = 3;
export const DROP: i32 = 4;
/** Done by the host: pseudonym, generalize. */
export const HOSTED: i32 = 5;

/* Tails: a match that goes on past what the look-ahead covers. */
export const TAIL_NONE: i32 = 0;
/** TOKEN bytes. */
export const TAIL_TOKEN: i32 = 1;
/** TOKEN bytes and dots. */
export const TAIL_JWT: i32 = 2;
/** A PEM body, up to the line that ends it. */
export const TAIL_PEM: i32 = 3;
/** Up to white space, quote or another delimiter. */
export const TAIL_VALUE: i32 = 4;
/** Up to the quote that ends the value: TAIL_QUOTED + the quote's byte. */
export const TAIL_QUOTED: i32 = 256;
