import {
  C_BIRTH,
  C_CALL,
  C_LINE,
  C_OTHER,
  C_PART,
  C_PERMIT,
  C_PERSON,
  C_PHONE,
  C_SSN,
  C_TAX_FORM,
  C_VERSION,
} from './ids';
import {
  ALNUM,
  CLASS,
  CONTEXT_ENDINGS,
  CONTEXT_HITS,
  CONTEXT_READ,
  CONTEXT_RING,
  CONTEXT_SLOTS,
  CONTEXT_WORDS,
  DIGIT,
  HIGH,
  LETTER,
  STATE,
} from './layout';
import { byteMask, leadingZeros, load32, load32u, load8, mul, store32, wordMask } from './portable';
import type { i32 } from './types';

/** No context word is longer. */
const LONGEST_WORD: i32 = 32;
/** How far before a number its word may stand. */
const REACH: i32 = 64;
/** More words than REACH and a block ahead can hold. */
const RING_MASK: i32 = 127;

function isWordByte(c: i32): boolean {
  return (load8(CLASS + c) & (LETTER | HIGH)) != 0;
}

/** Categories of the word whose letters, last to first, gave this hash; none of a word of identities. */
export function categories(hash: i32): i32 {
  return ofWords(meaning(hash));
}

function ofWords(spoken: i32): i32 {
  return spoken < 0 ? 0 : spoken;
}

/** As the table has it: negative for a word of identities. */
function meaning(hash: i32): i32 {
  let slot = (hash ^ (hash >> 15)) & (CONTEXT_SLOTS - 1);
  while (load32(CONTEXT_WORDS + (slot << 3)) != 0) {
    if (load32(CONTEXT_WORDS + (slot << 3)) == hash) return load32(CONTEXT_WORDS + (slot << 3) + 4);
    slot = (slot + 1) & (CONTEXT_SLOTS - 1);
  }
  return 0;
}

/** A number below 16384 for the last letters (up to four) of the word that ends at `end`. */
export function endingSlot(end: i32): i32 {
  const four = load32u(end - 4);
  // The top bit of each byte that belongs to no word: folded to small letters, from `a` on and not beyond `z`, or
  // beyond ASCII.
  const folded = (four | 0x20202020) & 0x7f7f7f7f;
  const apart = ~(((folded + 0x1f1f1f1f) & ~(folded + 0x05050505)) | four) & (0x80808080 | 0);
  const key = (four | 0x20202020) & (-1 << (32 - leadingZeros(apart)));
  return mul(key ^ (key >>> 15), 0x9e3779b1 | 0) >>> 18;
}

/** A context word ends like what ends at `end`: most words are told apart by this. */
function endsLikeContext(end: i32): boolean {
  const slot = endingSlot(end);
  return ((load8(CONTEXT_ENDINGS + (slot >> 3)) >> (slot & 7)) & 1) != 0;
}

/** Categories of the word that ends at `end`, of which `endsLikeContext` is true. */
function spokenBy(end: i32): i32 {
  // A label that stands for a finding, as in `[PHONE]`, says nothing of its neighbours.
  if (load8(end) == 0x5d && load8(end - 1) < 0x60) return 0;
  let hash = 0;
  let i = end - 1;
  const floor = end - LONGEST_WORD;
  while (i >= floor && isWordByte(load8(i))) {
    const c = load8(i);
    hash = mul(hash, 31) + (c < 128 ? c | 0x20 : c);
    i -= 1;
    // Scripts that write no blanks: the word may end a longer run.
    if (c > 0xe2 && c < 0xf0 && meaning(hash) != 0) return meaning(hash);
  }
  const spoken = meaning(hash);
  if (spoken == C_TAX_FORM) return (load8(end - 1) | 0x20) == 0x62 ? initials(end) : taxForm(end);
  // Two or three letters of a hash or of base64 are no word.
  return end - i < 5 && (isCode(load8(end)) || isCode(load8(i))) ? 0 : spoken;
}

function isCode(c: i32): boolean {
  return (load8(CLASS + c) & DIGIT) != 0 || c == 0x2b || c == 0x2f;
}

/** `D.O.B`: what the letter that ends at `end` speaks of. */
function initials(end: i32): i32 {
  return (load32u(end - 5) | 0x00200020) == 0x2e6f2e64 ? C_BIRTH : 0;
}

/** `W-2`, `W2`: what the letter that ends at `end` speaks of. */
function taxForm(end: i32): i32 {
  const number = load8(end) == 0x2d ? end + 1 : end;
  const isForm = (load8(CLASS + load8(number)) & DIGIT) != 0 && (load8(CLASS + load8(number + 1)) & ALNUM) == 0;
  return isForm ? C_SSN : 0;
}

/** Without the wide colon of East Asian texts. */
function wordEnd(end: i32): i32 {
  return load8(end - 1) == 0x9a && load8(end - 2) == 0xbc && load8(end - 3) == 0xef ? end - 3 : end;
}

/** Reads on to `to`, keeping what words speak of. Each byte is read once, however many numbers ask. */
function index(to: i32): void {
  let at = load32(STATE + CONTEXT_READ);
  if (at < to - REACH) at = to - REACH;
  while (at < to) {
    const letters = wordMask(at);
    let ends = letters & ~((letters >>> 1) | (isWordByte(load8(at + 32)) ? 1 << 31 : 0));
    while (ends != 0) {
      const bit = 31 - leadingZeros(ends & -ends);
      const end = wordEnd(at + bit + 1);
      const spoken = endsLikeContext(end) ? spokenBy(end) : 0;
      if (spoken != 0) {
        const count = load32(STATE + CONTEXT_HITS) + 1;
        store32(STATE + CONTEXT_HITS, count);
        store32(CONTEXT_RING + ((count & RING_MASK) << 3), at + bit + 1);
        store32(CONTEXT_RING + ((count & RING_MASK) << 3) + 4, spoken);
      }
      ends &= ends - 1;
    }
    at += 32;
  }
  store32(STATE + CONTEXT_READ, at);
}

/** Forgets what was read: the window has moved. */
export function resetContext(): void {
  store32(STATE + CONTEXT_READ, 0);
  store32(STATE + CONTEXT_HITS, 0);
  askedAt = 0;
}

/**
 * What the words that end in the 64 bytes before `at` speak of. The nearest of "a phone" and "something else" wins: in
 * `Phone: 1, order 2` the second number is an order.
 */
export function contextBefore(at: i32): i32 {
  return contextWithin(at, REACH);
}

/** What words of identities said that the last question came across: D_ROUTING and its like. */
export let identities: i32 = 0;

/* The last question and its answer: several detectors ask of the same place. */
let askedAt: i32 = 0;
let askedReach: i32 = 0;
let answer: i32 = 0;

/** As `contextBefore`, of at most `reach` bytes. */
export function contextWithin(at: i32, reach: i32): i32 {
  if (at == askedAt && reach == askedReach) return answer;
  if (load32(STATE + CONTEXT_READ) < at) index(at);
  askedAt = at;
  askedReach = reach;
  identities = 0;
  answer = load32(STATE + CONTEXT_HITS) == 0 ? 0 : spokenWithin(at, reach);
  return answer;
}

/** The last place before `at`, of 64 bytes, where `c` is; or as far back as that. */
function lastBefore(at: i32, c: i32): i32 {
  const near = byteMask(at - 32, c);
  if (near != 0) return at - leadingZeros(near) - 1;
  const far = byteMask(at - REACH, c);
  return far != 0 ? at - 32 - leadingZeros(far) - 1 : at - REACH - 1;
}

function spokenWithin(at: i32, reach: i32): i32 {
  let result = 0;
  let blocked = false;
  let hit = load32(STATE + CONTEXT_HITS);
  const oldest = hit > RING_MASK ? hit - RING_MASK : 0;
  while (hit > oldest && load32(CONTEXT_RING + ((hit & RING_MASK) << 3)) > at) hit -= 1;
  if (hit == oldest || load32(CONTEXT_RING + ((hit & RING_MASK) << 3)) <= at - reach) return 0;
  // What is beyond a NUL, in the field before, says nothing.
  const field = lastBefore(at, 0);
  const line = lastBefore(at, 0x0a);
  while (hit > oldest) {
    const end = load32(CONTEXT_RING + ((hit & RING_MASK) << 3));
    if (end <= at - reach || end <= field) break;
    let spoken = load32(CONTEXT_RING + ((hit & RING_MASK) << 3) + 4);
    if (spoken < 0) {
      identities |= spoken;
      spoken = 0;
    }
    // What may be of another thing as well says nothing beyond its line.
    if (end <= line) spoken &= ~(C_CALL | C_PERSON | C_PART | C_VERSION | C_PERMIT);
    if ((spoken & C_OTHER) != 0 && (result & (C_PHONE | C_CALL)) == 0) blocked = true;
    if (blocked) spoken &= ~(C_PHONE | C_CALL);
    result |= spoken;
    hit -= 1;
  }
  return result;
}

/** How far before a part's number its word may stand. */
const PART_REACH: i32 = 24;

/** A word for goods is near, or `P/N`. */
export function isPartBefore(at: i32): boolean {
  const end = load8(at - 1) == 0x20 ? at - 1 : at;
  if (load8(end - 1) == 0x4e && load8(end - 2) == 0x2f) return true;
  return (contextWithin(at, PART_REACH) & C_PART) != 0;
}

/**
 * What the one word speaks of that stands right before `at`, with up to three blanks, dots, colons or the like between.
 */
export function wordBefore(at: i32): i32 {
  let end = at;
  while (end > at - 4 && !isWordByte(load8(end - 1))) {
    if ((load8(CLASS + load8(end - 1)) & DIGIT) != 0 || load8(end - 1) == 0) return 0;
    end -= 1;
  }
  return end == at - 4 || !endsLikeContext(end) ? 0 : ofWords(spokenBy(end));
}

/** What the word after `at` speaks of, as in `555 1234 (office)`. */
export function contextAfter(at: i32): i32 {
  let i = at;
  while (i < at + 3) {
    const c = load8(i);
    if (c != 0x20 && c != 0x28 && c != 0x2d && c != 0x2c && c != 0x5b) break;
    i += 1;
  }
  const first = i;
  while (i < first + 16 && isWordByte(load8(i))) i += 1;
  // No such word is shorter than `fax`.
  if (i - first < 3 || i == first + 16) return 0;
  let hash = 0;
  let k = i - 1;
  while (k >= first) {
    const c = load8(k);
    hash = mul(hash, 31) + (c < 128 ? c | 0x20 : c);
    k -= 1;
  }
  return categories(hash) & C_LINE;
}
