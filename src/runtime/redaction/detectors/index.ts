import type { BuiltInKind } from '../kinds';

/** What a detector says of itself; docs/redaction.md is made of this. */
export interface Detector {
  readonly kind: BuiltInKind;
  readonly title: string;
  /** What is claimed, and how it is checked. */
  readonly rule: string;
  /**
   * Bytes of the longest match that is decided at once. `Infinity`: what follows in the same alphabet belongs to it,
   * however long.
   */
  readonly longest: number;
  /** Where a word must name it: the forms that say too little by themselves. */
  readonly context?: string;
  /** What is not found, and what is wrongly found. */
  readonly misses: string;
  /** Made-up values that are found by themselves. */
  readonly examples: readonly string[];
}

const WORDS = 'a word for it in the 64 bytes before';

/** In the order of KINDS. */
export const DETECTORS: readonly Detector[] = [
  {
    kind: 'private-key',
    title: 'Private key',
    rule:
      'A PEM block whose label ends in `PRIVATE KEY` (PKCS#1, PKCS#8, EC, OpenSSH, PGP), from its first ' +
      'line to its last; line ends may be written as `\\n`.',
    longest: Infinity,
    misses: 'Keys without armour. A block that is never closed is masked up to the first byte that no such block has.',
    examples: ['-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIIGLoAaw\n-----END EC PRIVATE KEY-----'],
  },
  {
    kind: 'jwt',
    title: 'JSON web token',
    rule:
      '`eyJ`, at least 13 more base64url characters, a dot and 8 or more such characters; all that follows ' +
      'of that alphabet and dots.',
    longest: Infinity,
    misses: 'A header of more than 500 bytes.',
    examples: ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl'],
  },
  {
    kind: 'aws-key',
    title: 'AWS access key id',
    rule: '`AKIA`, `ASIA`, `ABIA` or `ACCA` and exactly 16 capitals or digits.',
    longest: 20,
    misses: 'The secret access key has no form; it is found as `secret` where a key names it.',
    examples: ['AKIAIOSFODNN7EXAMPLE'],
  },
  {
    kind: 'token',
    title: 'Access token of a known issuer',
    rule:
      'The prefix an issuer gives its tokens (GitHub, GitLab, Slack, Stripe, Google, npm, PyPI, Docker, ' +
      'DigitalOcean, Shopify, Twilio and others) and at least as ' +
      'many letters, digits, `_` and `-` as such a token has.',
    longest: Infinity,
    misses: 'Issuers without a prefix; they are found as `secret` where a key names them.',
    examples: [`ghp_${'a1'.repeat(18)}`],
  },
  {
    kind: 'url-credential',
    title: 'Credentials in a URL',
    rule: '`user:password` between `//` and `@`, up to 256 bytes.',
    longest: 256,
    misses: 'A user without a password (`https://token@host`).',
    examples: [],
  },
  {
    kind: 'secret',
    title: 'Value that a key names as secret',
    rule:
      'After `:` or `=`, where the key has a word such as password, secret, token, credential: the value, ' +
      'to its closing quote, or to white space or a separator. Names such as token, auth and ' +
      'credentials are of programs too: behind them only what has digits or symbols. Cookies to the end of ' +
      "the line, and the digits of a PIN, an OTP or a card's code.",
    longest: Infinity,
    misses:
      'Values of fewer than 4 bytes, unquoted words of fewer than 16 letters (`secret: none`), also with a ' +
      'colon behind them, names of variables and calls (`req.body.password`, `next(`), placeholders ' +
      '(`${X}`, `<x>`), secrets in running text and of options without `=`, a `value` that stands before ' +
      'its `name`.',
    examples: [],
  },
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
      'Discover, JCB, UnionPay, Maestro, Mir, RuPay, Troy, Verve, Dankort, LankaPay, InterPayment.',
    longest: 27,
    misses:
      'Other groupings, a letter against the number. One number in ten of the right length and first ' +
      'digits has a right sum by chance.',
    examples: ['4111 1111 1111 1111', '378282246310005'],
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
  {
    kind: 'us-ssn',
    title: 'US social security number',
    rule:
      '3-2-4 digits with hyphens; with blanks or dots where it stands alone; area not 000, 666 or 9xx, ' +
      'group not 00, serial not 0000.',
    longest: 13,
    context: `Nine digits together: ${WORDS}.`,
    misses:
      'There is no check digit: any number of that form is one, but after a word for a part (`part`, `SKU`, `no.`).',
    examples: ['123-45-6789'],
  },
  {
    kind: 'us-itin',
    title: 'US individual taxpayer number',
    rule: 'As the social security number, area 9xx, group 50-65, 70-88, 90-92 or 94-99.',
    longest: 13,
    context: `Nine digits together: ${WORDS}.`,
    misses: 'There is no check digit.',
    examples: ['912-70-1234'],
  },
  {
    kind: 'uk-nino',
    title: 'UK national insurance number',
    rule: 'Two letters that are given out, six digits, unbroken or in pairs, a letter A to D; either case.',
    longest: 13,
    misses: 'The form without its last letter.',
    examples: ['AB 12 34 56 C'],
  },
  {
    kind: 'uk-nhs',
    title: 'UK NHS number',
    rule: 'Ten digits, unbroken or 3-3-4, modulo 11.',
    longest: 16,
    context: `${WORDS}; in groups, region GB.`,
    misses: 'One phone number in eleven has the sum: without the word it stays a phone number.',
    examples: [],
  },
  {
    kind: 'de-tax-id',
    title: 'German tax identification number',
    rule: 'Eleven digits, unbroken or 2-3-3-3, one digit repeated among the first ten, ISO 7064 mod 11,10.',
    longest: 20,
    context: `${WORDS}; in groups, region DE.`,
    misses: 'The older Steuernummer.',
    examples: [],
  },
  {
    kind: 'fr-nir',
    title: 'French social security number (NIR)',
    rule: '15 digits, unbroken or with blanks, first group of one; sex, month, and 97 minus the rest modulo 97.',
    longest: 27,
    misses: 'Births in Corsica (2A, 2B), the 13 digits without their key.',
    examples: ['2 55 08 14 168 025 38'],
  },
  {
    kind: 'es-dni',
    title: 'Spanish DNI and NIE',
    rule:
      'Eight digits, or X, Y, Z and seven, and the letter of the number modulo 23; a hyphen before the ' +
      'letter is allowed.',
    longest: 11,
    misses: "Companies' NIF.",
    examples: ['12345678Z', 'X1234567L'],
  },
  {
    kind: 'it-codice-fiscale',
    title: 'Italian codice fiscale',
    rule:
      '16 characters: six letters, year, month letter, day, place, check letter; letters that stand for ' +
      'digits (omocodia) are read.',
    longest: 16,
    misses: "A code with fewer than four digits left. Companies' eleven digits.",
    examples: ['RSSMRA85T10A562S'],
  },
  {
    kind: 'nl-bsn',
    title: 'Dutch BSN',
    rule: 'Nine digits, unbroken or 3-3-3, eleven-test.',
    longest: 15,
    context: `${WORDS}; in groups, region NL.`,
    misses: 'Eight digits without the leading zero.',
    examples: [],
  },
  {
    kind: 'in-aadhaar',
    title: 'Indian Aadhaar number',
    rule: "4-4-4 digits standing alone, first digit 2 to 9, Verhoeff's check.",
    longest: 18,
    context: `Twelve digits together: ${WORDS}, or region IN.`,
    misses: 'Virtual ids of 16 digits.',
    examples: ['2341 2341 2346'],
  },
  {
    kind: 'br-cpf',
    title: 'Brazilian CPF',
    rule: '000.000.000-00 with both check digits, not all digits the same.',
    longest: 14,
    context: `Eleven digits together: ${WORDS}, or region BR.`,
    misses: 'Other separators.',
    examples: ['529.982.247-25'],
  },
  {
    kind: 'br-cnpj',
    title: 'Brazilian CNPJ',
    rule: '00.000.000/0000-00 with both check digits.',
    longest: 18,
    context: `Fourteen digits together: ${WORDS}, or region BR.`,
    misses: 'The alphanumeric form of 2026.',
    examples: ['11.222.333/0001-81'],
  },
  {
    kind: 'ca-sin',
    title: 'Canadian social insurance number',
    rule: 'Nine digits, unbroken or 3-3-3, Luhn, first digit not 0 or 8.',
    longest: 15,
    context: `${WORDS}; in groups, region CA.`,
    misses: 'Without the word or the region it is not told from other numbers.',
    examples: [],
  },
  {
    kind: 'au-tfn',
    title: 'Australian tax file number',
    rule: 'Nine digits, unbroken or 3-3-3, weighted sum modulo 11.',
    longest: 15,
    context: `${WORDS}; in groups, region AU.`,
    misses: 'The old eight-digit numbers.',
    examples: [],
  },
  {
    kind: 'ipv4',
    title: 'IPv4 address',
    rule: 'Four decimal numbers up to 255 with dots, no fifth; first number below 240.',
    longest: 15,
    misses:
      'A version number of four parts is an address in form: after words such as "version" and after a ' +
      'product (`Chrome/120.0.0.0`) it is left alone. Four pairs of digits, or a zero before other digits, ' +
      'are a phone number where a word says so.',
    examples: ['192.0.2.1'],
  },
  {
    kind: 'ipv6',
    title: 'IPv6 address',
    rule: 'RFC 4291 text form with `::`, an IPv4 tail and a zone; at least one decimal digit.',
    longest: 63,
    misses: 'Addresses of letters only (`dead::beef`). 100::/64 is left alone.',
    examples: ['2001:db8::1'],
  },
  {
    kind: 'mac',
    title: 'MAC address',
    rule: 'Six pairs of hex digits with `:` or `-`.',
    longest: 17,
    misses: "Cisco's dotted form, unbroken hex.",
    examples: ['00:1a:2b:3c:4d:5e'],
  },
  {
    kind: 'phone',
    title: 'Phone number',
    rule:
      "`+`, 00 or 011, a calling code and a length it has (libphonenumber's metadata); North American and " +
      'trunk-zero forms that no other number has; extensions; two numbers side by side.',
    longest: 80,
    context:
      `Seven to 13 digits in any other form: ${WORDS} (in some twenty languages) or a word such as ` +
      '"office" or "fax" right after, or the numbering plan of one of ' +
      "the policy's regions.",
    misses:
      'A national number without word, region or form of its own. Dates, years and numbers with one dot ' +
      'are not taken for numbers of phones; a number a word calls an order or an account is not either. ' +
      'Unbroken national numbers without their trunk digit, other than where a word names them.',
    examples: ['+44 20 7946 0958', '(202) 555-0143'],
  },
  {
    kind: 'date-of-birth',
    title: 'Date of birth',
    rule:
      'A numeric date in any order, with a time of day where the key says birth, eight digits, or day, ' +
      'month in words and year.',
    longest: 48,
    context: `${WORDS} (born, DOB, geboren, née, nacido, ...).`,
    misses: 'Dates without such a word; two-digit years with a month in words.',
    examples: [],
  },
  {
    kind: 'passport',
    title: 'Passport number',
    rule: '6 to 10 letters and digits, at least one digit; seven or more when all are digits.',
    longest: 10,
    context: `${WORDS}.`,
    misses: 'Without the word; every number of that form near the word is taken.',
    examples: [],
  },
  {
    kind: 'driving-licence',
    title: 'Driving licence number',
    rule: '6 to 20 letters and digits, at most five letters first; all-digit numbers in groups.',
    longest: 20,
    context: `${WORDS}.`,
    misses: 'Without the word; every number of that form near the word is taken.',
    examples: [],
  },
  {
    kind: 'coordinates',
    title: 'Coordinates',
    rule:
      'Two decimal degrees in range with the same number of places and a comma between: six or more, or ' +
      'four where nothing else is in the field, line or quotes.',
    longest: 48,
    context:
      'Fewer places, a blank between: a word such as GPS in the 64 bytes before; a single one: latitude or ' +
      'longitude right before.',
    misses:
      'Degrees, minutes and seconds; a longitude first that is beyond 90. Lists and lines of GeoJSON are left alone.',
    examples: ['48.8584, 2.2945'],
  },
  {
    kind: 'name',
    title: 'Name',
    rule: 'By the policy alone: a field rule, or the terms of a dictionary of this kind.',
    longest: 256,
    misses: 'Names that the policy does not list: no guess is made.',
    examples: [],
  },
  {
    kind: 'address',
    title: 'Postal address',
    rule: 'By the policy alone: a field rule, or the terms of a dictionary of this kind.',
    longest: 256,
    misses: 'Addresses that the policy does not list: no guess is made.',
    examples: [],
  },
];
