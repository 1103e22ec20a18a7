import type { Detector } from './detector';

export const card: Detector = {
  kind: 'card',
  title: 'Payment card number',
  rule: '12 to 19 digits, unbroken or grouped 4-4-4-4, 4-4-4-4-3, 4-6-5 or 4-6-4 by one kind of blank, hyphen or dot; the first digits are a scheme\'s, the '
    + 'length is one that the scheme issues (of 16 digits, any that begin with 3 to 6), and the Luhn sum holds. Schemes: Visa, Mastercard, American Express, Diners Club, Discover, JCB (with its '
    + 'old 15-digit cards), UnionPay, Maestro, Mir, RuPay, Troy, Elo, Hipercard, Verve, Dankort, InterPayment, LankaPay.',
  longest: 27,
  misses: 'Other groupings (2-2-2...), numbers with a letter against them, fractions. One number in ten of the right length and first digits has a right sum by chance.',
  examples: ['4111 1111 1111 1111', '378282246310005', '30569309025904'],
};

/** First six digits from, to; the lengths issued. Sources: ISO/IEC 7812, the schemes' public BIN tables. */
export const CARD_RANGES: ReadonlyArray<readonly [from: number, to: number, lengths: readonly number[]]> = [
  // Sixteen digits: travel (3) and banking (4 to 6) by the standard's industry digit. Issuers' ranges move faster than lists of them.
  [300000, 699999, [16]],
  [400000, 499999, [13, 19]], // Visa
  [222100, 272099, [16]], // Mastercard
  [340000, 349999, [15]], // American Express
  [370000, 379999, [15]],
  [300000, 305999, [14, 16, 17, 18, 19]], // Diners Club
  [309500, 309599, [14, 16, 17, 18, 19]],
  [360000, 369999, [14, 15, 16, 17, 18, 19]],
  [380000, 399999, [14, 16, 17, 18, 19]],
  [601100, 601199, [16, 17, 18, 19]], // Discover
  [622126, 622925, [16, 17, 18, 19]],
  [644000, 659999, [16, 17, 18, 19]],
  [352800, 358999, [16, 17, 18, 19]], // JCB
  [180000, 180099, [15]],
  [213100, 213199, [15]],
  [620000, 629999, [16, 17, 18, 19]], // UnionPay
  [810000, 817199, [16, 17, 18, 19]],
  [220000, 220499, [16, 17, 18, 19]], // Mir
  [500000, 509999, [12, 13, 14, 15, 16, 17, 18, 19]], // Maestro, Verve, RuPay
  [560000, 589999, [12, 13, 14, 15, 16, 17, 18, 19]],
  [600000, 609999, [13, 16, 17, 18, 19]], // Maestro, RuPay, Hipercard
  [630400, 630499, [12, 13, 14, 15, 16, 17, 18, 19]],
  [636000, 639999, [16, 17, 18, 19]], // InterPayment, InstaPayment, Elo
  [670000, 679999, [12, 13, 14, 15, 16, 17, 18, 19]],
  [690000, 699999, [12, 16, 17, 18, 19]],
  [60400, 60499, [12, 13, 14, 15, 16, 17, 18, 19]], // Maestro
  [820000, 829999, [16]], // RuPay
  [979200, 979299, [16]], // Troy
  [357111, 357111, [16]], // LankaPay
];
