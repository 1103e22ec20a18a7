import type { Detector } from './detector';

/** Keys, tokens and passwords. */
export const SECRETS: readonly Detector[] = [
  {
    kind: 'private-key',
    title: 'Private key',
    rule:
      'A PEM block whose label ends in `PRIVATE KEY` (PKCS#1, PKCS#8, EC, OpenSSH, PGP), from its first ' +
      'line to its last; line ends may be written as `\\n`.',
    longest: Infinity,
    misses:
      'Keys without armour. A block that is never closed is masked up to the first byte that no such ' + 'block has.',
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
      'the line, and the digits of a PIN or an OTP.',
    longest: Infinity,
    misses:
      'Values of fewer than 4 bytes, unquoted words of fewer than 16 letters (`secret: none`), also with a ' +
      'colon behind them, names of variables and calls (`req.body.password`, `next(`), placeholders ' +
      '(`${X}`, `<x>`), secrets in running text and of options without `=`, a `value` that stands before ' +
      'its `name`.',
    examples: [],
  },
];
