import * as fc from 'fast-check';
import { compilePolicy } from '../../../src/runtime/redaction/compiled-policy';
import type { FieldBatch, FieldContext } from '../../../src/runtime/redaction/contract';
import { CONTEXT_WORDS } from '../../../src/runtime/redaction/detectors/context-words';
import { LimitExceededError } from '../../../src/runtime/redaction/errors';
import { GLANCE_WORDS } from '../../../src/runtime/redaction/kernel/layout';

/** Fragments that detectors look for, parts of such, and what may come between. */
const fragment = fc.constantFrom(
  'ann@example.com',
  'ann',
  '@',
  'example.com',
  '.',
  '4111 1111 1111 1111',
  '4111111111111111',
  '4111',
  '1111',
  'DE89 3704 0044 0532 0130 00',
  'DE89',
  '+49 30 901820',
  '030 901820',
  '078-05-1120',
  '219-09-9999',
  'SSN',
  '192.0.2.7',
  '2001:db8::1',
  '00:1A:2B:3C:4D:5E',
  'AKIAIOSFODNN7EXAMPLE',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl',
  'password',
  'password=',
  '=',
  ':',
  'https://u:p@h.org/',
  '1980-02-29',
  'born',
  'passport',
  'C01X00T47',
  '52.5200, 13.4050',
  '-----BEGIN RSA PRIVATE KEY-----',
  'MIIEow',
  '-----END RSA PRIVATE KEY-----',
  ' ',
  '\n',
  '-',
  ',',
  '7',
  'x',
  'é',
);
const field = fc.record({
  bytes: fc.oneof(
    fc.array(fragment, { maxLength: 5 }).map((parts) => Buffer.from(parts.join(''))),
    fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
  ),
  name: fc.option(
    fc.constantFrom('phone', 'ssn', 'dateOfBirth', 'passport_no', 'password', 'card', 'x', '4111', 'ann@example.com'),
    { nil: undefined },
  ),
});

test.each(['typescript', 'wasm'] as const)(
  '%s: a batch finds what a look of its own finds, and nothing else',
  (engine) => {
    const policy = compilePolicy({
      version: 1,
      regions: ['DE', 'US'],
      patterns: [{ kind: 'pair', pattern: '1[^x]{0,9}7' }],
      dictionaries: [{ kind: 'term', terms: ['ann', '4111 1111'] }],
    });
    let found = 0;
    fc.assert(
      fc.property(fc.array(field, { maxLength: 25 }), (fields) => {
        const redactor = policy.session({ engine }).fields();
        const batch = redactor.batch();
        const context = (name: string | undefined): FieldContext | undefined =>
          name === undefined ? undefined : { name };
        for (const { bytes, name } of fields) expect(batch.add(bytes, 0, bytes.length, context(name))).toBe(true);
        const alone = fields.flatMap(({ bytes, name }, i) => {
          const matches = redactor.find(bytes, 0, bytes.length, context(name));
          return matches.length === 0 ? [] : [{ field: i, matches }];
        });
        found += alone.length;
        expect(batch.hits()).toEqual(alone);
        expect(batch.hits()).toEqual([]);
      }),
      { numRuns: 1500 },
    );
    expect(found).toBeGreaterThan(1000);
  },
);

test('what does not fit is turned away and fits into the next one', () => {
  const redactor = compilePolicy({ version: 1 }).session().fields();
  const batch = redactor.batch();
  const long = Buffer.from(`ann@example.com ${'x'.repeat(3000)}`);
  let added = 0;
  while (batch.add(long, 0, long.length)) added++;
  expect(added).toBeGreaterThan(15);
  expect(batch.hits().map((hit) => hit.field)).toEqual(Array.from({ length: added }, (_, i) => i));
  expect(batch.add(long, 0, long.length)).toBe(true);
  expect(batch.hits()).toEqual([{ field: 0, matches: [{ kind: 'email', start: 0, end: 15 }] }]);
  expect(batch.add(Buffer.alloc(10_000), 0, 10_000)).toBe(false);
});

test('more findings than the kernel has room for are all told', () => {
  const redactor = compilePolicy({ version: 1 }).session().fields();
  const batch = redactor.batch();
  const many = Buffer.from('a@b.de '.repeat(100));
  let added = 0;
  while (batch.add(many, 0, many.length)) added++;
  expect(added * 100).toBeGreaterThan(7000);
  expect(batch.hits().map((hit) => hit.matches.length)).toEqual(Array.from({ length: added }, () => 100));
  const addresses = Buffer.from('1.2.3.4 '.repeat(8000));
  expect(redactor.find(addresses, 0, addresses.length)).toHaveLength(8000);
});

test('too many findings at one place are an error of that field, whatever its company', () => {
  const patterns = Array.from({ length: 60 }, (_, i) => ({ kind: `k${i}`, pattern: 'a{1,100}' }));
  const redactor = compilePolicy({ version: 1, patterns }).session().fields();
  const batch = redactor.batch();
  const many = Buffer.from('a '.repeat(1000));
  expect(() => redactor.find(many, 0, many.length)).toThrow(LimitExceededError);
  const few = Buffer.from('a '.repeat(30));
  const added = Array.from({ length: 100 }, () => batch.add(few, 0, few.length)).filter(Boolean).length;
  expect(batch.hits()).toEqual(
    Array.from({ length: added }, (_, i) => ({ field: i, matches: redactor.find(few, 0, few.length) })),
  );
});

const OWN = { end: 0x3c, first: 0x23, last: 0x26 };

function glanceOf(batch: FieldBatch, bytes: Uint8Array, before = 0): Int32Array {
  const words = new Int32Array(GLANCE_WORDS * ((bytes.length + before + 31) >> 5));
  batch.glance(bytes, 0, bytes.length, before, OWN, words, 0);
  return words;
}

const pieces = fc.oneof(
  fragment,
  fc.constantFrom(
    '1',
    '12',
    '123',
    'AB',
    'ghp_',
    'may',
    'A1B2',
    '/',
    '_',
    '.',
    'Ä',
    '<',
    '&',
    '(',
    '2 March ',
    ' 1980',
    '1980',
    ', ',
    'de septiembre de',
    '\0',
  ),
);
const joined = fc.array(pieces, { maxLength: 8 }).map((parts) => Buffer.from(parts.join('')));

test.each(['typescript', 'wasm'] as const)('%s: what is empty at a glance is', (engine) => {
  const redactor = compilePolicy({ version: 1, regions: ['DE', 'US', 'GB', 'BR', 'IN'] })
    .session({ engine })
    .fields();
  const batch = redactor.batch();
  let [empty, full] = [0, 0];
  fc.assert(
    fc.property(joined, field, (bytes, { name }) => {
      const context = name === undefined ? undefined : { name };
      const found = redactor.find(bytes, 0, bytes.length, context);
      if (batch.mayHoldAnything(context)) return;
      if (glanceOf(batch, bytes).some((word, i) => i % GLANCE_WORDS === 0 && word !== 0)) {
        full += 1;
      } else {
        empty += 1;
        expect(found).toEqual([]);
      }
    }),
    { numRuns: 8000 },
  );
  expect(empty).toBeGreaterThan(500);
  expect(full).toBeGreaterThan(500);
  const terms = compilePolicy({ version: 1, dictionaries: [{ kind: 'name', terms: ['ann'] }] })
    .session({ engine })
    .fields()
    .batch();
  expect(terms.mayHoldAnything()).toBe(true);
});

test('both engines see the same at a glance, wherever the bytes begin', () => {
  const policy = compilePolicy({ version: 1 });
  const [portable, simd] = (['typescript', 'wasm'] as const).map((engine) =>
    policy.session({ engine }).fields().batch(),
  );
  fc.assert(
    fc.property(fc.oneof(joined, fc.uint8Array({ maxLength: 300 })), fc.nat(31), (bytes, before) => {
      expect(glanceOf(simd, bytes, before)).toEqual(glanceOf(portable, bytes, before));
    }),
    { numRuns: 5000 },
  );
  const [shapes, ends, noted] = glanceOf(simd, Buffer.from('a@b <12 34> &#'));
  expect([shapes, ends, noted].map((word) => word.toString(2).length - 1)).toEqual([8, 4, 13]);
});

test.each(['typescript', 'wasm'] as const)(
  '%s: a mere number holds nothing, under every name that is no place',
  (engine) => {
    const redactor = compilePolicy({ version: 1, regions: ['DE', 'US', 'GB', 'BR', 'IN'] })
      .session({ engine })
      .fields();
    const batch = redactor.batch();
    const names = CONTEXT_WORDS.flatMap(([, words]) => words.split(/\s+/)).concat(
      'x',
      'price',
      'driver licence number',
      'passport_no',
    );
    const numbers = [
      '1',
      '12',
      '1.5',
      '12.5',
      '123.45',
      '-12.34',
      '52.520',
      '0.1234',
      '12345',
      '1.2345',
      '19.99',
      '1980',
      '.5',
      '5.',
    ].map((text) => Buffer.from(text));
    let [mere, places] = [0, 0];
    for (const name of names) {
      for (const bytes of numbers) {
        const found = redactor.find(bytes, 0, bytes.length, { name });
        if (batch.isMereNumber(bytes, 0, bytes.length, { name })) {
          mere += 1;
          expect({ name, number: bytes.toString(), found }).toEqual({ name, number: bytes.toString(), found: [] });
        } else {
          places += found.length;
        }
      }
    }
    expect(mere).toBeGreaterThan(1000);
    expect(places).toBeGreaterThan(5);
    for (const text of ['1.2.3', '123456', '1,5', '1a', '12 34']) {
      expect(batch.isMereNumber(Buffer.from(text), 0, text.length)).toBe(false);
    }
  },
);
