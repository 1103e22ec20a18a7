import { ENGINES, policyOf, redact } from './support';

/*
 * Where the kernel leaves something out that comes to nothing, what is right beside it still comes to something.
 */
const text = (engine: 'typescript' | 'wasm', input: string) => redact(input, {}, { engine }).toString();

describe.each(ENGINES)('%s', (engine) => {
  test.each([
    ['a PEM block behind a byte of the same class as its dashes', 'x_-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----.', 'x_[PRIVATE-KEY].'],
    ['an address behind `=`, which is of the class of a colon', 'ip=fe80::1 ip=2001:db8::1', 'ip=[IPV6] ip=[IPV6]'],
    ['an address behind many half ones', `${'a:'.repeat(40)} 2001:db8::1`, `${'a:'.repeat(40)} [IPV6]`],
    ['a MAC address behind half ones', `${'ab:'.repeat(20)} 00:1a:2b:3c:4d:5e`, `${'ab:'.repeat(20)} [MAC]`],
    ['a mailbox among signs', 'a@a@a@jo@ab.de@a@', 'a@a@a@[EMAIL]@a@'],
    ['credentials right behind a sign', 'a@b@ftp://u:p@h.example', 'a@b@ftp://[URL-CREDENTIAL]@h.example'],
    ['a host whose last label but one is a letter', 'jo@a.b.c.example.com', '[EMAIL]'],
    ['a card behind more groups than are read at once', `${'1 '.repeat(300)}4111 1111 1111 1111`, `${'1 '.repeat(300)}[CARD]`],
    ['a card behind more digits than are read at once', `${'1234 '.repeat(200)}x 4111 1111 1111 1111`, `${'1234 '.repeat(200)}x [CARD]`],
    ['an address of four groups before other groups', '192.0.2.1-5', '[IPV4]-5'],
    ['two groups that a word names', 'phone 5551 2345', 'phone [PHONE]'],
    ['two groups that a word after names', '5551 2345 (office)', '[PHONE] (office)'],
    ['two groups of a licence', 'driving licence 5551 2345', 'driving licence [DRIVING-LICENCE]'],
    ['two groups that nothing names', 'rows 5551 2345 of it', 'rows 5551 2345 of it'],
  ])('%s', (_title, input, output) => {
    expect(text(engine, input)).toBe(output);
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
    expect(text(engine, 'password=a1b2token="c3d4 e5f6" x')).toBe('password=[SECRET]"[SECRET]" x');
    expect(text(engine, 'password=a1b2token=Bearer c3d4e5f6 x')).not.toContain('c3d4');
  });

  test('a quote that is escaped does not end a secret', () => {
    expect(text(engine, 'password="ab\\"cdefgh", x=1')).toBe('password="[SECRET]", x=1');
    expect(text(engine, `password="${'a'.repeat(22)}\\"bcd", x=1`)).toBe('password="[SECRET]", x=1');
    expect(text(engine, `password="${'a'.repeat(23)}\\"bcd", x=1`)).toBe('password="[SECRET]", x=1');
    expect(text(engine, '{\\"password\\":\\"hunter22\\",\\"x\\":1}')).not.toContain('hunter');
  });
});
