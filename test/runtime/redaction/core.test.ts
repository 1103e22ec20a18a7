import fc from 'fast-check';
import { ENGINES, KEY, findings, policyOf, redact } from './support';
import type { Action, RedactionPolicyDocument } from '../../../src/runtime/redaction';
import { TransformEndedError } from '../../../src/runtime/redaction';
import * as ids from '../../../src/runtime/redaction/kernel/ids';
import { KINDS } from '../../../src/runtime/redaction/kinds';

const RUNS = Number(process.env.FUZZ_RUNS ?? 150);

const VALUES = [
  'jane@example.com',
  '4111 1111 1111 1111',
  '378282246310005',
  'DE89 3704 0044 0532 0130 00',
  '123-45-6789',
  '912-70-1234',
  'AB123456C',
  '192.0.2.1',
  '2001:db8::1',
  '00:1a:2b:3c:4d:5e',
  '+44 20 7946 0958',
  '(202) 555-0143 x12',
  'call 467 3395',
  'born 12/03/1985',
  'born on March 12, 1985',
  'passport C01X00T47',
  '48.8584, 2.2945',
  'password="hunter2 x"',
  'https://u:pa55@h.example/x',
  'AKIAIOSFODNN7EXAMPLE',
  `ghp_${'a1'.repeat(30)}`,
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U',
  '-----BEGIN RSA PRIVATE KEY-----\nMIIEvQ\nIBADANBgkqhkiG9w\n-----END RSA PRIVATE KEY-----',
  '12345678Z',
  'RSSMRA85T10A562S',
  '2341 2341 2346',
  '529.982.247-25',
  'jörg@bücher.de',
  '用户@例子.中国',
  'EIN 12-3456789',
  'routing 021000021',
  '1EG4-TE5-MK73',
  '1EG4TE5MK73',
  'NPI 1234567893',
  '1HGCM82633A004352',
  'VIN WVWZZZ1JZ3W386752',
  'PESEL 44051401359',
  'personnummer 19811228-9874',
  '131052-308T',
  '010101A123N',
  '900101-1234568',
  'S1234567D',
  'TCKN 10000000146',
  'ABCPE1234F',
  'identity 800101 5009 087',
  '756.9217.0769.85',
  '11010519491231002X',
  'imei 49-015420-323751-8',
  '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa',
  'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq',
  '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
  'exp: 12/27',
  'cvv=123',
  '(202) 555-0143 (202) 555-0144',
  '1 202-555-0143',
  'term one',
  'Straße',
  'AC-1234-X',
];
const FILLERS = [
  'the quick brown fox ',
  'id=8f14e45f ',
  '2024-01-02T03:04:05.678Z ',
  '{"a":1,"b":[2,3]}',
  '\n',
  '-----',
  '::',
  '....',
  '@@',
  '1 2 3 4 ',
  '12 34 56 78 ',
  '1111 2222 3333 ',
  'é漢字🙂',
  '\u0000',
  'a'.repeat(70),
  '9'.repeat(200),
  '9'.repeat(400),
  '= = = ',
  '"',
  'x_'.repeat(40),
  'ip=fe80::1 ',
  'a::',
  'ab:',
  'a:',
  'a@',
  'a@a.',
  '(1',
  '1.1.1.',
  '123-',
  '255.255.',
  '4111 1111 1111 1111 '.repeat(9),
  'password=',
  'api_key: ',
  'Token="a\\"b',
  'DE89 3704 0044 ',
  '5551 234 ',
  '193.74,',
  '8.12 March 1985',
  ' 12',
  ' 1985',
  '08:15:30.25 ',
  '1 '.repeat(60),
  '12.'.repeat(40),
  '4111 '.repeat(20),
  '123 4567 '.repeat(9),
  '"session_id":',
  '_id=',
  ' - ',
  'Mobil ',
  '40.04.35.02',
  'd5338a98f-',
  'W',
  'a.b@',
  '.com.',
  'eyJa.',
  '0044 20 7946 0958',
];

/** Text of what matters: whole values, broken values, fillers, single characters. */
const parts = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...VALUES) },
    { weight: 4, arbitrary: fc.constantFrom(...FILLERS) },
    { weight: 2, arbitrary: fc.tuple(fc.constantFrom(...VALUES), fc.nat(40)).map(([value, n]) => value.slice(0, n)) },
    {
      weight: 2,
      arbitrary: fc.string({ unit: fc.constantFrom(...' .-/:@=()+_\\0123456789abcXYZ"\n'), maxLength: 30 }),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 10 }) },
  ),
  { maxLength: 60 },
);
const document = parts.map((all) => all.join(''));
/** A mask changes what touches it, so that only what stands apart can be expected to stay as it is. */
const apart = parts.map((all) => all.join(' \n '));

const CUSTOM: Partial<RedactionPolicyDocument> = {
  dictionaries: [{ kind: 'name', terms: ['term one', 'Straße', '漢字'] }],
  patterns: [
    { kind: 'ticket', pattern: '[A-Z]{2}-\\d{4}-[A-Z]' },
    { kind: 'run', pattern: 'x_(x_){1,9}', wholeWord: false },
  ],
  regions: ['GB', 'FR', 'US'],
};

const ACTIONS: Action[] = [
  { type: 'label' },
  { type: 'mask' },
  { type: 'partial' },
  { type: 'pseudonym' },
  { type: 'generalize' },
  { type: 'drop' },
  { type: 'label', label: '#' },
  { type: 'keep' },
];

test('the kernel numbers the kinds as they are listed', () => {
  const { KIND_COUNT, ...numbers } = ids as unknown as Record<string, number>;
  const named = Object.entries(numbers).filter(([name]) => !/^[CDR]_/.test(name));
  expect(KIND_COUNT).toBe(KINDS.length);
  expect(named.map(([name, number]) => [name.replace('_KIND', '').replace(/_/g, '-').toLowerCase(), number])).toEqual(
    KINDS.slice(0, named.length).map((kind, i) => [kind, i]),
  );
});

describe.each([{}, CUSTOM])('whatever the input (%#)', (policy) => {
  test.each(ENGINES)('%s: every way of cutting gives the same bytes', (engine) => {
    const cutting = fc.array(fc.oneof(fc.nat(3), fc.nat(4000)), { maxLength: 40 });
    fc.assert(
      fc.property(document, cutting, fc.constantFrom(...ACTIONS), (text, cuts, defaultAction) => {
        // Long enough for the window to move.
        const long = text + 'and so on, '.repeat(400) + text + 'and so on, '.repeat(300) + text;
        const whole = redact(long, { ...policy, defaultAction }, { engine });
        expect(redact(long, { ...policy, defaultAction }, { engine }, cuts).equals(whole)).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  test('both engines give the same bytes and counts', () => {
    fc.assert(
      fc.property(document, fc.constantFrom(...ACTIONS), (text, defaultAction) => {
        const [a, b] = ENGINES.map((engine) => {
          const session = policyOf({ ...policy, defaultAction }).session({ engine, pseudonymKey: KEY });
          const transform = session.text();
          return {
            bytes: Buffer.concat([...transform.push(Buffer.from(text)), ...transform.end()]).toString('latin1'),
            counts: session.counts,
          };
        });
        expect(b).toEqual(a);
      }),
      { numRuns: RUNS * 4 },
    );
  });

  test('what is left of the output is the input, in order: matches replaced, all else as it was', () => {
    fc.assert(
      fc.property(document, (text) => {
        const bytes = Buffer.from(text);
        const matches = policyOf(policy).session().fields().find(bytes, 0, bytes.length);
        let at = 0;
        let expected = '';
        for (const { kind, start, end } of matches) {
          expect(start).toBeGreaterThanOrEqual(at);
          expected += `${bytes.toString('latin1', at, start)}\u0001${kind}\u0002`;
          at = end;
        }
        expected += bytes.toString('latin1', at);
        const masked = redact(text, { ...policy, defaultAction: { type: 'mask' } });
        expect(masked.length).toBe(bytes.length);
        let restored = '';
        at = 0;
        for (const { kind, start, end } of matches) {
          expect(masked.toString('latin1', start, end)).toBe('*'.repeat(end - start));
          restored += `${masked.toString('latin1', at, start)}\u0001${kind}\u0002`;
          at = end;
        }
        expect(restored + masked.toString('latin1', at)).toBe(expected);
      }),
      { numRuns: RUNS * 2 },
    );
  });

  test('its own output has nothing left to find, where a mask keeps the length', () => {
    fc.assert(
      fc.property(apart, (text) => {
        const once = redact(text, { ...policy, defaultAction: { type: 'mask' } });
        expect(redact(once, { ...policy, defaultAction: { type: 'mask' } }).toString('latin1')).toBe(
          once.toString('latin1'),
        );
      }),
      { numRuns: RUNS * 2 },
    );
  });

  test(
    'a label is never found itself; being shorter, it may only bring a context word within reach of what ' + 'follows',
    () => {
      const labels = (text: Buffer): string[] => text.toString('latin1').match(/\[[A-Z_]+\]/g) ?? [];
      fc.assert(
        fc.property(apart, (text) => {
          const once = redact(text, { ...policy, defaultAction: { type: 'label' } });
          const twice = labels(redact(once, { ...policy, defaultAction: { type: 'label' } }));
          let at = 0;
          for (const label of labels(once)) {
            at = twice.indexOf(label, at) + 1;
            expect(at).toBeGreaterThan(0);
          }
        }),
        { numRuns: RUNS * 2 },
      );
    },
  );
});

test('a stand-in is not found again', () => {
  for (const type of ['pseudonym', 'generalize', 'partial'] as const) {
    for (const value of VALUES) {
      const once = redact(`x ${value} y`, { defaultAction: { type } }).toString();
      expect(redact(once, { defaultAction: { type } }).toString()).toBe(once);
    }
  }
});

test('the same value has the same pseudonym under one key, and another under another', () => {
  const policy = { defaultAction: { type: 'pseudonym' } } as const;
  const both = redact('jane@example.com JANE@example.com', policy).toString().split(' ');
  expect(both[0]).toBe(both[1]);
  expect(both[0]).toMatch(/^[a-z]{12}@pseudonym\.invalid$/);
  expect(redact('jane@example.com', policy, { pseudonymKey: Buffer.alloc(16, 7) }).toString()).not.toBe(both[0]);
  expect(redact('4111-1111-1111-1111', policy).toString()).toMatch(/^0000-\d{4}-\d{4}-\d{4}$/);
  expect(() => policyOf(policy).session()).toThrow(/"pseudonymKey" is missing/);
  expect(() => policyOf(policy).session({ pseudonymKey: Buffer.alloc(3) })).toThrow(/"pseudonymKey" has 3 bytes/);
});

test.each([
  ['jane@example.com', '*@example.com'],
  ['192.0.2.77', '192.0.2.*'],
  ['2001:db8:7::1', '2001:db8:7:*'],
  ['::1', '0:0:0:*'],
  ['born 12/03/1985', 'born 1985'],
  ['48.8584, 2.2945', '48.8, 2.2'],
  ['DE89 3704 0044 0532 0130 00', 'DE*'],
  ['4111 1111 1111 1111', '[CARD]'],
  ['00:1a:2b:3c:4d:5e', '00:1a:2b:*'],
])('generalized: %s', (value, expected) => {
  expect(redact(value, { defaultAction: { type: 'generalize' } }).toString()).toBe(expected);
});

test.each([
  ['4111 1111 1111 1111', '**** **** **** 1111'],
  ['123-45-6789', '***-**-6789'],
  ['::1', '::*'],
])('partial: %s', (value, expected) => {
  expect(redact(value, { defaultAction: { type: 'partial' } }).toString()).toBe(expected);
});

test('no byte of overlapping findings is left: the earlier one names them, the rest of the later one goes too', () => {
  const policy: Partial<RedactionPolicyDocument> = {
    dictionaries: [
      { kind: 'first', terms: ['alpha beta'] },
      { kind: 'second', terms: ['beta gamma'] },
      { kind: 'third', terms: ['alpha'] },
    ],
  };
  expect(redact('x alpha beta gamma y', policy).toString()).toBe('x [FIRST][SECOND] y');
  expect(findings('x alpha beta gamma y', policy)).toEqual([
    ['first', 'alpha beta'],
    ['second', ' gamma'],
  ]);
});

test('a secret longer than any window is masked to its end, in constant memory', () => {
  const body = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC'.repeat(20_000);
  const text =
    `a -----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY----- b ghp_${'a1'.repeat(100_000)} c ` +
    `password="${'p@ss word'.repeat(50_000)}" d`;
  for (const engine of ENGINES) {
    expect(redact(text, {}, { engine }, Array<number>(40).fill(9973)).toString()).toBe(
      'a [PRIVATE-KEY] b [TOKEN] c password="[SECRET]" d',
    );
    const masked = redact(text, { defaultAction: { type: 'mask' } }, { engine }, Array<number>(40).fill(9973));
    expect(masked.length).toBe(text.length);
    expect(masked.toString()).toMatch(/^a \*+ b \*+ c password="\*+" d$/);
  }
});

test('what is given back is used again, and nothing else is written to', () => {
  const transform = policyOf().session().text();
  const chunk = Buffer.from('some words and jane@example.com. '.repeat(3000));
  const copy = Buffer.from(chunk);
  const [first] = transform.push(chunk);
  const text = Buffer.from(first).toString();
  transform.release!(first);
  const second = transform.push(chunk);
  expect(second.some((out) => out.buffer === first.buffer)).toBe(true);
  expect(text).not.toContain('jane');
  expect(chunk.equals(copy)).toBe(true);
  transform.release!(Buffer.from('not ours'));
});

test('after its end a transform takes nothing more', () => {
  const transform = policyOf().session().text();
  transform.end();
  expect(() => transform.push(Buffer.from('x'))).toThrow(TransformEndedError);
  expect(() => transform.end()).toThrow(TransformEndedError);
});

test('sessions of one policy do not mix, however their calls do', () => {
  const policy = policyOf();
  const inputs = ['jane@example.com and text. ', '192.0.2.1 and more text. '].map((text) =>
    Buffer.from(text.repeat(3000)),
  );
  const sessions = inputs.map(() => policy.session());
  const transforms = sessions.map((session) => session.text());
  const out: Buffer[] = [Buffer.alloc(0), Buffer.alloc(0)];
  for (let at = 0; at < inputs[0].length; at += 5000) {
    transforms.forEach((transform, i) => {
      out[i] = Buffer.concat([out[i], ...transform.push(inputs[i].subarray(at, at + 5000))]);
    });
  }
  transforms.forEach((transform, i) => {
    out[i] = Buffer.concat([out[i], ...transform.end()]);
  });
  inputs.forEach((input, i) => expect(out[i].equals(redact(input))).toBe(true));
  expect(sessions.map(({ counts }) => counts)).toEqual([{ email: 3000 }, { ipv4: 3000 }]);
});

test('more findings than there is room for are an error before anything is emitted', () => {
  const policy = {
    dictionaries: [{ kind: 'noise', terms: Array.from({ length: 60 }, (_, i) => 'a'.repeat(i + 2)), wholeWord: false }],
  };
  expect(() => redact('a'.repeat(100_000), policy)).toThrow(/the limit 'findings in 64 KiB'/);
});

test('fields: whole values, long ones too', () => {
  const session = policyOf({ kinds: { email: { type: 'partial' } } }).session();
  const fields = session.fields();
  const value = Buffer.from('xx jane@example.com');
  expect(Buffer.from(fields.redact(value, 3, value.length)!).toString()).toBe(
    '****@*****le.com'.replace('le.com', '*e.com'),
  );
  expect(fields.redact(Buffer.from('nothing'), 0, 7)).toBeUndefined();
  const long = Buffer.from('words and words '.repeat(10_000));
  expect(fields.redact(long, 0, long.length)).toBeUndefined();
  const longer = Buffer.concat([long, Buffer.from('192.0.2.1')]);
  expect(
    Buffer.from(fields.redact(longer, 0, longer.length)!).equals(Buffer.concat([long, Buffer.from('[IPV4]')])),
  ).toBe(true);
  expect(Buffer.from(fields.apply('salary', { type: 'mask' }, Buffer.from('1234'))!).toString()).toBe('****');
  expect(fields.apply('salary', { type: 'keep' }, Buffer.from('1234'))).toBeUndefined();
  expect(session.counts).toEqual({ email: 1, ipv4: 1, salary: 1 });
});
