import { WORDS, type Detector } from './detector';

/** Where somebody is or can be reached, and what documents say of them. */
export const CONTACTS: readonly Detector[] = [
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
