import { ENGINES, policyOf, redact } from './support';
import type { Kind } from '../../../src/runtime/redaction';

/*
 * Where the kernel leaves something out that comes to nothing, what is right beside it still comes to something.
 */
const text = (engine: 'typescript' | 'wasm', input: string) => redact(input, {}, { engine }).toString();

describe.each(ENGINES)('%s', (engine) => {
  test.each([
    [
      'a PEM block behind a byte of the same class as its dashes',
      'x_-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----.',
      'x_[PRIVATE-KEY].',
    ],
    ['an address behind `=`, which is of the class of a colon', 'ip=fe80::1 ip=2001:db8::1', 'ip=[IPV6] ip=[IPV6]'],
    ['an address behind many half ones', `${'a:'.repeat(40)} 2001:db8::1`, `${'a:'.repeat(40)} [IPV6]`],
    ['a MAC address behind half ones', `${'ab:'.repeat(20)} 00:1a:2b:3c:4d:5e`, `${'ab:'.repeat(20)} [MAC]`],
    ['a mailbox among signs', 'a@a@a@jo@ab.de@a@', 'a@a@a@[EMAIL]@a@'],
    ['credentials right behind a sign', 'a@b@ftp://u:p@h.example', 'a@b@ftp://[URL-CREDENTIAL]@h.example'],
    ['a host whose last label but one is a letter', 'jo@a.b.c.example.com', '[EMAIL]'],
    [
      'a card behind more groups than are read at once',
      `${'1 '.repeat(300)}4111 1111 1111 1111`,
      `${'1 '.repeat(300)}[CARD]`,
    ],
    [
      'a card behind more digits than are read at once',
      `${'1234 '.repeat(200)}x 4111 1111 1111 1111`,
      `${'1234 '.repeat(200)}x [CARD]`,
    ],
    ['an address of four groups before other groups', '192.0.2.1-5', '[IPV4]-5'],
    ['two groups that a word names', 'phone 5551 2345', 'phone [PHONE]'],
    ['two groups that a word after names', '5551 2345 (office)', '[PHONE] (office)'],
    ['two groups of a licence', 'driving licence 5551 2345', 'driving licence [DRIVING-LICENCE]'],
    ['two groups that nothing names', 'rows 5551 2345 of it', 'rows 5551 2345 of it'],
    ['a day behind an amount', 'born: 3.50, 12 March 1985', 'born: 3.50, [DATE-OF-BIRTH]'],
    [
      'a day at the end of a line behind a line that ends in a digit',
      'born 1\n12 March 1985',
      'born 1\n[DATE-OF-BIRTH]',
    ],
    ['the second of two groups is no day', 'born 08.12 March 1985', 'born 08.12 March 1985'],
    ['a day whose year is far', 'born 12 de septiembre 1985', 'born [DATE-OF-BIRTH]'],
    ['a place that looks like an amount in its first number', 'at 48.8584, 2.2945', 'at [COORDINATES]'],
    ['a number right behind a stamp', '2024-01-02T03:04:05.678Z 4111111111111111', '2024-01-02T03:04:05.678Z [CARD]'],
    [
      'a number right behind what looks like a stamp',
      '2024-01-02X4111111111111111 202-555-0143',
      '2024-01-02X4111111111111111 [PHONE]',
    ],
    ['an amount before a number', '193.74 4111111111111111', '193.74 [CARD]'],
    ['a card after a page of small groups', `${'1 '.repeat(700)}4111 1111 1111 1111`, `${'1 '.repeat(700)}[CARD]`],
    ['an address after a page of dots', `${'1.'.repeat(700)}x 192.0.2.1`, `${'1.'.repeat(700)}x [IPV4]`],
    [
      'small groups that are a number, before a page',
      `Phone: 12 34 56 78 y ${'1 '.repeat(100)}`,
      `Phone: [PHONE] y ${'1 '.repeat(100)}`,
    ],
    [
      'one card in a page of fours',
      `${'4111 '.repeat(60)}4111 1111 1111 1111 ${'1112 '.repeat(60)}`,
      `${'4111 '.repeat(60)}[CARD] ${'1112 '.repeat(60)}`,
    ],
    [
      'a card of nineteen digits in a page of fours',
      `${'0001 '.repeat(20)}6304 0000 0000 0000 000`,
      `${'0001 '.repeat(20)}[CARD]`,
    ],
    ['an IBAN behind a beginning of one', 'DE89 3704 0044 DE89 3704 0044 0532 0130 00', 'DE89 3704 0044 [IBAN]'],
    ['an IBAN with no-break blanks', 'DE89\u00A03704\u00A00044\u00A00532\u00A00130\u00A000', '[IBAN]'],
    ['a mailbox with a key before it', 'email=jo@example.com', 'email=[EMAIL]'],
    ['a mailbox behind what begins none', '..jo@example.com', '..[EMAIL]'],
    ['a mailbox before a file', 'jo@example.com.png', '[EMAIL].png'],
    ['a mailbox at the end of a sentence', 'jo@example.com. Jo', '[EMAIL]. Jo'],
    ['a mailbox of 31 bytes before the sign', `${'a'.repeat(31)}@example.com`, '[EMAIL]'],
    ['a mailbox of 32 bytes before the sign', `${'a'.repeat(32)}@example.com`, '[EMAIL]'],
    ['a host of 31 bytes', `jo@${'a'.repeat(27)}.com`, '[EMAIL]'],
    ['a host of 32 bytes', `jo@${'a'.repeat(28)}.com`, '[EMAIL]'],
    ['a host whose label begins with a hyphen', 'jo@example.com.-x', '[EMAIL].-x'],
    ['a token whose part is read at a glance', `eyJ${'a'.repeat(40)}.${'b'.repeat(40)} x`, '[JWT] x'],
    ['a secret behind a key behind a key', 'password: token: abcd1234 x', 'password: token: [SECRET] x'],
    ['a secret that ends in a colon', 'password: abcd1234: x', 'password: [SECRET] x'],
    ['two groups of an account that is not whole', 'phone DE89 3704 0044, 5551 2345', 'phone DE89 3704 0044, [PHONE]'],
    [
      'a key in two words',
      '"session_id":"abcd1234efgh", "user_id":"abcd1234efgh"',
      '"session_id":"[SECRET]", "user_id":"abcd1234efgh"',
    ],
    ['a key of two letters', 'pw: abcd1234efgh', 'pw: abcd1234efgh'],
    ['a number in small letters', 'passport c01x00t47', 'passport [PASSPORT]'],
    ['a mailbox that a document is named before', 'passport adler45@example.com', 'passport [EMAIL]'],
    ['a part of an identifier that a document is named before', 'passport d5338a98-1c2d', 'passport d5338a98-1c2d'],
  ])('%s', (_title, input, output) => {
    expect(text(engine, input)).toBe(output);
  });

  test('what one kind claims another has where the first is not looked for', () => {
    const without = (...kinds: Kind[]) => ({
      kinds: Object.fromEntries(kinds.map((kind) => [kind, { type: 'keep' as const }])),
    });
    expect(redact('driving licence 202-555-0143', without('phone'), { engine }).toString()).toBe(
      'driving licence [DRIVING-LICENCE]',
    );
    expect(redact('phone 123-45-6789', {}, { engine }).toString()).toBe('phone [US-SSN]');
    expect(redact('phone 123-45-6789', without('us-ssn'), { engine }).toString()).toBe('phone [PHONE]');
    expect(redact('password=123-45-6789', {}, { engine }).toString()).toBe('password=[SECRET]');
  });

  test('what a value assigns is a part of it', () => {
    expect(text(engine, 'password=a1b2token=c3d4secret=e5f6 and more')).toBe('password=[SECRET] and more');
    const session = policyOf().session({ engine });
    const transform = session.text();
    transform.push(Buffer.from('password='.repeat(5000)));
    transform.end();
    expect(session.counts).toEqual({ secret: 1 });
  });

  test('a value that begins within another goes on beyond it', () => {
    expect(text(engine, 'password=a1b2token="c3d4-e5f6" x')).toBe('password=[SECRET]"[SECRET]" x');
    expect(text(engine, 'password=a1b2token=Bearer c3d4e5f6 x')).not.toContain('c3d4');
  });

  test('a quote that is escaped does not end a secret', () => {
    expect(text(engine, 'password="ab\\"cdefgh", x=1')).toBe('password="[SECRET]", x=1');
    expect(text(engine, `password="${'a'.repeat(22)}\\"bcd", x=1`)).toBe('password="[SECRET]", x=1');
    expect(text(engine, `password="${'a'.repeat(23)}\\"bcd", x=1`)).toBe('password="[SECRET]", x=1');
    expect(text(engine, '{\\"password\\":\\"hunter22\\",\\"x\\":1}')).not.toContain('hunter');
  });
});
