import * as fc from 'fast-check';
import { compilePolicy } from '../../../src/runtime/redaction/compiled-policy';
import type { FieldContext } from '../../../src/runtime/redaction/contract';

/** Fragments that detectors look for, parts of such, and what may come between. */
const fragment = fc.constantFrom(
  'ann@example.com', 'ann', '@', 'example.com', '.', '4111 1111 1111 1111', '4111111111111111', '4111', '1111', 'DE89 3704 0044 0532 0130 00', 'DE89', '+49 30 901820', '030 901820',
  '078-05-1120', '219-09-9999', 'SSN', '192.0.2.7', '2001:db8::1', '00:1A:2B:3C:4D:5E', 'AKIAIOSFODNN7EXAMPLE', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', 'password', 'password=', '=', ':',
  'https://u:p@h.org/', '1980-02-29', 'born', 'passport', 'C01X00T47', '52.5200, 13.4050', '-----BEGIN RSA PRIVATE KEY-----', 'MIIEow', '-----END RSA PRIVATE KEY-----', ' ', '\n', '-', ',', '7', 'x', 'é',
);
const field = fc.record({
  bytes: fc.oneof(fc.array(fragment, { maxLength: 5 }).map((parts) => Buffer.from(parts.join(''))), fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes))),
  name: fc.option(fc.constantFrom('phone', 'ssn', 'dateOfBirth', 'passport_no', 'password', 'card', 'x', '4111', 'ann@example.com'), { nil: undefined }),
});

test.each(['typescript', 'wasm'] as const)('%s: a batch finds what a look of its own finds, and little else', (engine) => {
  const policy = compilePolicy({ version: 1, regions: ['DE', 'US'] });
  let found = 0;
  let superfluous = 0;
  fc.assert(fc.property(fc.array(field, { maxLength: 25 }), (fields) => {
    const redactor = policy.session({ engine }).fields();
    const batch = redactor.batch();
    const context = (name: string | undefined): FieldContext | undefined => name === undefined ? undefined : { name };
    for (const { bytes, name } of fields) expect(batch.add(bytes, 0, bytes.length, context(name))).toBe(true);
    const hits = new Map(batch.hits().map(({ field: number, matches }) => [number, matches]));
    fields.forEach(({ bytes, name }, i) => {
      const alone = redactor.find(bytes, 0, bytes.length, context(name));
      const together = hits.get(i) ?? [];
      found += alone.length;
      const covered = new Set(together.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, k) => start + k)));
      if (!alone.every(({ start, end }) => Array.from({ length: end - start }, (_, k) => start + k).every((at) => covered.has(at)))) {
        throw new Error(`field ${i}: ${JSON.stringify([fields.map((each) => [each.bytes.toString('latin1'), each.name]), alone, together])}`);
      }
      superfluous += Math.max(0, together.length - alone.length);
    });
    expect(batch.hits()).toEqual([]);
  }), { numRuns: 1500 });
  expect(found).toBeGreaterThan(1000);
  expect(superfluous).toBeLessThan(found / 4);
});

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
  const mail = Buffer.from('a@b.de');
  let added = 0;
  while (batch.add(mail, 0, mail.length)) added++;
  expect(added).toBeGreaterThan(900);
  expect(batch.hits()).toHaveLength(added);
});
