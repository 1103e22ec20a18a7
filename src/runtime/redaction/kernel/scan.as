// AssemblyScript with SIMD: finds the same anchors as scan.ts, 56 bytes at a time, and leaves out those that nothing can come of.
import { assign, special } from './anchor';
import { mbi } from './codes';
import { atSign } from './email';
import { MATCHES_MAX, MATCH_COUNT, NUMBERS_DONE, SCRATCH, STATE } from './layout';
import { stamp } from './number';
import { classes } from './portable';
import { longRun } from './token';
import { firstDigit } from './word';

const WARM_UP: i32 = 32;
const MARGIN: i32 = 256;

// 64 bytes are looked at for 56: so what follows a byte is known for eight more without a thought of the next block.
const STEP: i32 = 56;
const STEP_MASK: u64 = 0x00FFFFFFFFFFFFFF;
// Bytes after which three more are known.
const SEEN: u64 = 0x0FFFFFFFFFFFFFFF;

// The tables are read from memory: a compiler that knows them makes them anew for each block.
// @ts-ignore: decorator
@inline function kept(v: v128): v128 {
  v128.store(SCRATCH, v);
  return v128.load(SCRATCH);
}

// @ts-ignore: decorator
@inline function joined(a: v128, b: v128, c: v128, d: v128): u64 {
  return <u64>(<u32>(i8x16.bitmask(a) | i8x16.bitmask(b) << 16)) | <u64>(<u32>(i8x16.bitmask(c) | i8x16.bitmask(d) << 16)) << 32;
}

// The bytes of this class or one beyond.
// @ts-ignore: decorator
@inline function atLeast(a: v128, b: v128, c: v128, d: v128, least: i8): u64 {
  const add = i8x16.splat(<i8>(128 - <i32>least));
  return joined(i8x16.add(a, add), i8x16.add(b, add), i8x16.add(c, add), i8x16.add(d, add));
}

// The run of token bytes of which eight are known goes on to its sixteenth, at `at`.
// @ts-ignore: decorator
@inline function isLong(at: i32, low: v128, high: v128, nibble: v128): boolean {
  // Classes 2 to 32 are token bytes.
  const token = i8x16.lt_u(i8x16.sub(classes(v128.load(at - 7), low, high, nibble), i8x16.splat(2)), i8x16.splat(62));
  return (i8x16.bitmask(token) & 255) == 255;
}

// One of these is among the next five.
// @ts-ignore: decorator
@inline function within5(mask: u64): u64 {
  const two = mask >> 1 | mask >> 2;
  return two | two >> 2 | mask >> 5;
}

export function scan(from: i32, to: i32): i32 {
  // Classes by nibble, for a look-up in two registers: a byte is of a class when low[b & 15] & high[b >> 4] has its bit; no byte is of two.
  //   1 blank ( ) . /   2 digit   4 letter A-O, a-o   8 letter P-Z, p-z   16 `_`   32 `-`   64 `:` `=`   128 `@`
  // The classes are ordered: adding 128 - n to a byte sets its top bit where the class is n or more, and that bit is what bitmask reads.
  // Fewer questions are asked than there are classes: where `_` is taken for `-`, or `=` for `:`, it comes to nothing later.
  const low = kept(i8x16(
    1 | 2 | 8 | -128, 2 | 4 | 8, 2 | 4 | 8, 2 | 4 | 8, 2 | 4 | 8, 2 | 4 | 8, 2 | 4 | 8, 2 | 4 | 8,
    1 | 2 | 4 | 8, 1 | 2 | 4 | 8, 4 | 8 | 64, 4, 4, 4 | 32 | 64, 1 | 4, 1 | 4 | 16,
  ));
  const high = kept(i8x16(0, 0, 1 | 32, 2 | 64, 4 | -128, 8 | 16, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0));
  const nibble = kept(i8x16.splat(15));
  let at = from - WARM_UP;
  // What the block before says of this one: its last byte of these classes, and whether first letters are still open.
  let run: u64 = 0;
  let token: u64 = 0;
  let sign: u64 = 0;
  let open: u64 = 0;
  let wanted: u64 = STEP_MASK & (<u64>-1 << WARM_UP);
  // A run of token bytes is known by its first, and wanted for its sixteenth.
  let wantedRuns: u64 = STEP_MASK & (<u64>-1 << WARM_UP - 15);
  while (at < to) {
    const va = v128.load(at);
    const vb = v128.load(at, 16);
    const vc = v128.load(at, 32);
    const vd = v128.load(at, 48);
    const a = classes(va, low, high, nibble);
    const b = classes(vb, low, high, nibble);
    const c = classes(vc, low, high, nibble);
    const d = classes(vd, low, high, nibble);
    if (to - at < STEP + 15) {
      if (to - at < STEP) wanted &= ~(<u64>-1 << <u64>(to - at));
      wantedRuns &= to - at > 15 ? ~(<u64>-1 << <u64>(to - at - 15)) : 0;
    }

    const beyondBlanks = atLeast(a, b, c, d, 2);
    const beyondDigits = atLeast(a, b, c, d, 4);
    const digits = beyondBlanks & ~beyondDigits;
    let alnum = beyondBlanks;
    let tokens = beyondBlanks;
    let lines: u64 = 0;
    let colons: u64 = 0;
    let keys: u64 = 0;
    let specials: u64 = 0;
    let mailboxes: u64 = 0;
    const all = v128.or(v128.or(a, b), v128.or(c, d));
    // Of the classes in all of them one is beyond letters.
    if (v128.any_true(v128.and(all, i8x16.splat(16 | 32 | 64 | -128)))) {
      const beyondLetters = atLeast(a, b, c, d, 16);
      const beyondLines = atLeast(a, b, c, d, 64);
      alnum &= ~beyondLetters;
      tokens &= ~beyondLines;
      lines = beyondLetters & ~beyondLines;
      colons = beyondLines;
      if (i8x16.bitmask(all) != 0) {
        const signs = joined(a, b, c, d);
        colons &= ~signs;
        // Of a row the first alone.
        mailboxes = signs & ~(signs << 1 | sign) & wanted;
        if ((mailboxes & mailboxes - 1) != 0) {
          // A host of two labels has four bytes, `s://:@` has five before the sign: between two others there is no room for either.
          const two = signs << 1 | signs << 2;
          const others = signs >> 1 | signs >> 2;
          mailboxes &= ~((two | two << 2 | signs << 5) & (others | others >> 2));
        }
        sign = signs >> (STEP - 1) & 1;
      } else {
        sign = 0;
      }
      // No key that names a secret ends in a `:` or `=`, or in more than two digits.
      const letters = alnum & beyondDigits;
      keys = colons & ~(colons << 1) & (~(digits << 1) | letters << 2 | digits << 2 & letters << 3 | 7) & wanted;
      // None is shorter than three token bytes; a quote, a backslash and any blanks may stand behind it.
      const named = tokens & tokens << 1 & tokens << 2;
      keys &= (named | named << 1 | named << 2 | named << 3) << 1 | ~(tokens << 1 | tokens << 2) | joined(va, vb, vc, vd) << 2 | joined(va, vb, vc, vd) << 3 | 63;
      // Five hyphens; pairs of a MAC address; `::`, or three colons as near to each other as in an IPv6 address.
      const pairs = colons | lines;
      const near = colons & (within5(colons) | <u64>31 << 59);
      const lines2 = lines & lines >> 1;
      specials = ((lines2 & lines2 >> 2 & lines >> 4) | (pairs & pairs >> 3 & pairs >> 6)
        | (colons & (colons >> 1 | within5(near)))) & wanted;
      if ((specials & specials - 1) != 0) {
        // An address begins with its first colon: none is up to four letters and digits before.
        const colon = i8x16.splat(0x3A);
        const paired = joined(
          i8x16.eq(v128.load(at), colon), i8x16.eq(v128.load(at, 16), colon), i8x16.eq(v128.load(at, 32), colon), i8x16.eq(v128.load(at, 48), colon),
        );
        let after = alnum & paired << 1;
        after |= alnum & after << 1;
        after |= alnum & after << 1;
        after |= alnum & after << 1;
        specials &= ~(paired & after << 1);
        // Of a row `special` looks at the first alone.
        if ((specials & specials << 1) != 0) {
          specials &= ~joined(
            i8x16.eq(v128.load(at), v128.load(at - 1)), i8x16.eq(v128.load(at, 16), v128.load(at - 1, 16)),
            i8x16.eq(v128.load(at, 32), v128.load(at - 1, 32)), i8x16.eq(v128.load(at, 48), v128.load(at - 1, 48)),
          );
        }
      }
    } else {
      sign = 0;
    }
    const letters = alnum & beyondDigits;

    const starts = alnum & ~(alnum << 1 | run);
    run = alnum >> (STEP - 1) & 1;
    const initial = letters & STEP_MASK;
    let begun = starts & initial;
    let numbers: u64 = 0;
    let stamps: u64 = 0;
    let medicare: u64 = 0;
    if (digits != 0) {
      const digits2 = digits & digits >> 1;
      const digits4 = digits2 & digits2 >> 2;
      const last = digits & ~(digits >> 1);

      // Numbers: six digits in a row, or a group that another one follows after a separator of up to three bytes; no seconds of a time.
      const separators = (atLeast(a, b, c, d, 1) & ~beyondBlanks) | lines | joined(va, vb, vc, vd);
      let reach = digits | (separators & digits >> 1);
      reach = digits | (separators & reach >> 1);
      const followed = last & (separators & reach >> 1) >> 1;
      let groups = followed | (digits & followed >> 1);
      groups |= digits2 & groups >> 2;
      groups |= digits4 & groups >> 4;
      // Four digits at most, one separator, one or two digits, and no group after them: an amount.
      const ends = last & ~followed & SEEN;
      let amounts = digits & ((ends & separators << 1) >> 2 | (ends & digits << 1 & separators << 2) >> 3);
      amounts |= digits & amounts >> 1;
      amounts |= digits2 & amounts >> 2;
      // One or two digits, up to 23 bytes but digits, a blank and four digits: the day of a date, and its year.
      const gaps = ~digits;
      const gaps2 = gaps & gaps >> 1;
      const gaps4 = gaps2 & gaps2 >> 2;
      const gaps8 = gaps4 & gaps4 >> 4;
      let years = (separators & digits4 >> 1) | ~SEEN;
      years |= gaps & years >> 1;
      years |= gaps2 & years >> 2;
      years |= gaps4 & years >> 4;
      years |= gaps8 & years >> 8;
      years |= gaps8 & years >> 8;
      let days = last & years >> 1;
      days = (days | days >> 1) & ~(separators << 1 & digits << 2);
      // `31m` before digits may be a colour of a terminal.
      const colours = last & letters >> 1 & digits4 >> 2;
      const seconds = (last | last >> 1) & colons << 1 & digits2 << 3 & colons << 4;
      // `1EG4TE5`, `1EG4-TE5`: a beneficiary of Medicare.
      medicare = starts & digits & letters >> 1 & digits >> 3 & (letters >> 4 & digits >> 6 & letters >> 7 | lines >> 4 & letters >> 5 & digits >> 7) & wanted;
      numbers = starts & digits & (groups | (digits4 & digits2 >> 4) | days | colours | colours >> 1) & ~(amounts | seconds);
      // `YYYY-MM-DDT` is known by sight.
      stamps = numbers & digits4 & lines >> 4 & digits2 >> 5 & lines >> 7 & digits2 >> 8 & letters >> 10 & digits >> 11;

      // Letters and then a digit: a run of six or more, or one or two letters and two digits.
      const alnum2 = alnum & alnum >> 1;
      begun &= (alnum2 & alnum2 >> 2 & alnum2 >> 4) | (letters >> 1 & digits2 >> 2) | digits2 >> 1;
    }
    // Adding a run's first bit to it carries to the byte after its letters.
    const sum = (begun | open & letters) + initial;
    let first = (numbers | digits & (sum & ~initial | open)) & wanted;
    open = sum >> STEP;

    // Runs of sixteen token bytes. Of the last seven that begin here only eight bytes are known: `isLong` sees the rest.
    const tokens2 = tokens & tokens >> 1;
    const tokens4 = tokens2 & tokens2 >> 2;
    const tokens8 = tokens4 & tokens4 >> 4;
    let runs = tokens8 & (tokens8 >> 8 | <u64>255 << 48) & ~(tokens << 1 | token) & wantedRuns;
    token = tokens >> (STEP - 1) & 1;
    wanted = STEP_MASK;
    wantedRuns = STEP_MASK;

    if (first != 0) {
      const done = load<i32>(STATE + NUMBERS_DONE) - at;
      if (done > 0) first &= done < 64 ? <u64>-1 << <u64>done : 0;
    }
    while (first != 0) {
      const digit = at + <i32>ctz(first);
      if (digit >= load<i32>(STATE + NUMBERS_DONE)) {
        if ((first & -first & stamps) != 0 && (load<u32>(digit, 4) & 0xFF0000FF) == 0x2D00002D && load<u8>(digit, 10) == 0x54) {
          stamp(digit);
          store<i32>(STATE + NUMBERS_DONE, digit + 10);
        } else {
          firstDigit(digit);
        }
      }
      first &= first - 1;
    }
    while (medicare != 0) {
      mbi(at + <i32>ctz(medicare));
      medicare &= medicare - 1;
    }
    while (keys != 0) {
      assign(at + <i32>ctz(keys));
      keys &= keys - 1;
    }
    while (specials != 0) {
      special(at + <i32>ctz(specials));
      specials &= specials - 1;
    }
    while (mailboxes != 0) {
      atSign(at + <i32>ctz(mailboxes));
      mailboxes &= mailboxes - 1;
    }
    while (runs != 0) {
      const sixteenth = at + <i32>ctz(runs) + 15;
      if (isLong(sixteenth, low, high, nibble)) longRun(sixteenth);
      runs &= runs - 1;
    }
    at += STEP;
    if (load<i32>(STATE + MATCH_COUNT) > MATCHES_MAX - MARGIN && at > from && at < to) return at;
  }
  return to;
}
