import type { Detector } from './detector';

/** Mailboxes, cards and bank accounts. */
export const ACCOUNTS: readonly Detector[] = [
  {
    kind: 'email',
    title: 'E-mail address',
    rule:
      'RFC 5321 mailbox (dot-string, quoted string, address literal) and RFC 6531 (UTF-8 in either part): ' +
      'at most 64 bytes, `@`, at most 253 bytes of at least two ' +
      'labels, the last one letters of one script or `xn--`.',
    longest: 320,
    misses:
      'Hosts without a dot, `/` in the local part, comments. The domains .invalid and file suffixes such ' +
      'as .png are left alone. A key before `=` stays outside.',
    examples: ['jane.doe@example.com', 'jörg@bücher.de'],
  },
  {
    kind: 'card',
    title: 'Payment card number',
    rule:
      '12 to 19 digits, unbroken or in groups of 4-4-4-4, 4-4-4-4-3, 4-6-5 or 4-6-4 with one kind of ' +
      "blank, hyphen or dot; a scheme's first digits and length (in fours, or " +
      'where a word says card, any 16 digits that begin with 3 to 6, the industries of travel and banking ' +
      'in ISO/IEC 7812), and the Luhn sum. Unbroken not where a word says id, order or the like. Visa, ' +
      'Mastercard, American Express, Diners Club, ' +
      'Discover, JCB, UnionPay, Maestro, Mir, RuPay, Troy, Verve, Dankort, LankaPay, InterPayment; UATP ' +
      '(15 digits that begin with 1) where a word says card.',
    longest: 27,
    misses:
      'Other groupings, a letter against the number. One number in ten of the right length and first ' +
      'digits has a right sum by chance.',
    examples: ['4111 1111 1111 1111', '378282246310005'],
  },
  {
    kind: 'card-security-code',
    title: 'Card security code',
    rule: 'Three or four digits after `:` or `=` where the key is CVV, CVC, CSC, CVN, security code or the like.',
    longest: 4,
    misses: 'In running text (`the CVV is 123`).',
    examples: [],
  },
  {
    kind: 'card-expiry',
    title: 'Expiry of a card',
    rule:
      '`MM/YY`, `MM/YYYY`, with a hyphen, or `MMYY`, after `:` or `=` where the key is expiry, exp, ' +
      'expires, expiration date or the like.',
    longest: 9,
    misses: 'In running text; month and year in fields of their own.',
    examples: [],
  },
  {
    kind: 'iban',
    title: 'International bank account number',
    rule:
      'Length and structure that the SWIFT registry gives the country, in either case, single blanks or ' +
      'hyphens anywhere, and ISO 7064 mod 97-10.',
    longest: 67,
    misses: 'Countries outside of the registry.',
    examples: ['DE89 3704 0044 0532 0130 00'],
  },
];
