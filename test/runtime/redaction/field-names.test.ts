import * as fc from 'fast-check';
import { ENGINES, policyOf } from './support';
import { ObjectTransform } from '../../../src/runtime/redaction/pipeline';
import type { Action, Format, RedactionPolicyDocument } from '../../../src/runtime/redaction/policy';
import { cuts, run } from '../../support/byte-transforms';

/** What nothing but the name of its field tells. */
const SECRET = 'hunter22';

/** Documents of one field and of a neighbour that says nothing, by format. */
const ONE_FIELD: Record<
  string,
  { readonly format: Format; readonly document: (name: string, value: string) => string }
> = {
  JSON: { format: 'json', document: (name, value) => `{"id":"a","${name}":"${value}","note":"b"}` },
  NDJSON: { format: 'ndjson', document: (name, value) => `{"${name}":"${value}"}\n{"id":"${'c'.repeat(9)}"}\n` },
  'JSON in an array': { format: 'json', document: (name, value) => `{"${name}":["${value}"]}` },
  CSV: { format: 'csv', document: (name, value) => `id,${name},note\na,${value},b\n` },
  'quoted CSV': { format: 'csv', document: (name, value) => `id,${name},note\na,"${value}",b\n` },
  TSV: { format: 'tsv', document: (name, value) => `id\t${name}\na\t${value}\n` },
  'XML element': { format: 'xml', document: (name, value) => `<a><${name}>${value}</${name}><b>c</b></a>` },
  'XML attribute': { format: 'xml', document: (name, value) => `<a ${name}="${value}">c</a>` },
  log: { format: 'log-keyvalue', document: (name, value) => `ts=1 ${name}=${value} level=info\n` },
  'quoted log': { format: 'log-keyvalue', document: (name, value) => `ts=1 ${name}="${value}" level=info\n` },
};
const FORMATS = Object.keys(ONE_FIELD);
const NAMES = ['password', 'api_key', 'clientSecret', 'db.password'];

/** Ways to write the secret that the paths through the redactor differ by; each holds it as its last word. */
const VALUES: Record<string, (secret: string) => string> = {
  'as it is': (secret) => secret,
  'with a percent-encoded byte': (secret) => `${secret.slice(0, -1)}%3${secret.slice(-1)}`,
  'with a percent sign': (secret) => `${secret}%zz`,
  'over 4 KiB': (secret) => secret.repeat(700),
  'over 64 KiB': (secret) => secret.repeat(9000),
};

function redact(
  text: string,
  format: Format,
  policy: Partial<RedactionPolicyDocument>,
  engine: 'typescript' | 'wasm',
  sizes?: readonly number[],
): string {
  const compiled = policyOf({ ...policy, format });
  return run(new ObjectTransform(compiled, compiled.session({ engine })), Buffer.from(text), sizes).toString();
}

describe.each(ENGINES)('%s: a secret that only the name of its field tells', (engine) => {
  for (const format of FORMATS) {
    test.each(Object.keys(VALUES))(`${format}: %s`, (value) => {
      for (const name of NAMES) {
        const { format: of, document } = ONE_FIELD[format];
        expect(redact(document(name, VALUES[value](SECRET)), of, {}, engine)).toBe(document(name, '[SECRET]'));
      }
    });
  }

  test.each(FORMATS)('%s: beside more findings than the kernel has room for', (name) => {
    const { format, document } = ONE_FIELD[name];
    const lines = Array.from({ length: 6000 }, (_, i) => document('password', `${SECRET}${i}`));
    const head = format === 'csv' || format === 'tsv' ? `${lines[0].split('\n')[0]}\n` : '';
    const body =
      format === 'xml' ? `<all>${lines.join('')}</all>` : lines.map((line) => line.replace(head, '')).join('\n');
    expect(redact(head + body, format, {}, engine)).not.toContain(SECRET);
  });

  test('in one field with more findings than the kernel has room for', () => {
    const addresses = Array.from({ length: 7000 }, (_, i) => `1.2.3.${i % 200}`).join(' ');
    expect(redact(`{"a":"${addresses}"}`, 'json', {}, engine)).toBe(
      `{"a":"${addresses.replace(/[\d.]+/g, '[IPV4]')}"}`,
    );
  });

  test.each([
    'letmein',
    'correct horse battery staple',
    'pa"ss\'wo`rd, and;more',
    'two\nlines',
    '  blanks before',
    'Bearer abc"def',
    '$ecret',
    '(x)y',
    '$(a)$(b)',
  ])('all of the field: %j', (value) => {
    const stays = /^(?:\s+|Bearer )?/.exec(value)![0];
    for (const text of [value, `${value} ${'y'.repeat(5000)}`, `${value} ${'y'.repeat(70_000)}`]) {
      expect(JSON.parse(redact(JSON.stringify({ password: text, b: 'x' }), 'json', {}, engine))).toEqual({
        password: `${stays}[SECRET]`,
        b: 'x',
      });
    }
    expect(redact(`<a>\n<password>\n  ${value.trim()}</password></a>`, 'xml', {}, engine)).toBe(
      `<a>\n<password>\n  ${stays.trimStart()}[SECRET]</password></a>`,
    );
  });

  test.each([
    '${DB_PASSWORD}',
    '<password>',
    '{{ password }}',
    '%PASSWORD%',
    '%s',
    '********',
    '[SECRET]',
    ' ***',
    'abc',
    'Bearer x',
  ])('what stands for a secret stays: %j', (value) => {
    const text = JSON.stringify({ password: value });
    expect(redact(text, 'json', {}, engine)).toBe(text);
  });

  test('what stands in one field is no context of another', () => {
    const numbers = [
      'passport',
      'A1BCDEFG',
      'ssn',
      '219099999',
      'phone',
      '4673395',
      'geboren',
      '17.08.1961',
      'password',
      SECRET,
    ];
    const neighbours = JSON.stringify(numbers);
    expect(redact(neighbours, 'json', {}, engine)).toBe(neighbours);
  });

  test('a pattern does not reach from one field into the next', () => {
    const policy: Partial<RedactionPolicyDocument> = { patterns: [{ kind: 'pair', pattern: 'a[^x]{0,8}b' }] };
    expect(redact('["a","b","a","ab"]', 'json', policy, engine)).toBe('["a","b","a","[PAIR]"]');
  });
});

const ACTIONS: Action[] = [{ type: 'label' }, { type: 'mask' }, { type: 'partial', keep: 2 }, { type: 'drop' }];

test.each(FORMATS)('%s: in every form and however it is cut, the same', (format) => {
  const { format: of, document } = ONE_FIELD[format];
  const values = fc.constantFrom(...Object.values(VALUES));
  fc.assert(
    fc.property(fc.constantFrom(...NAMES), values, fc.constantFrom(...ACTIONS), cuts, (name, value, action, sizes) => {
      const text = document(name, value(SECRET));
      const small = text.length > 10_000 ? sizes.map((size) => size * 500) : sizes;
      const whole = redact(text, of, { defaultAction: action }, 'wasm');
      expect(redact(text, of, { defaultAction: action }, 'wasm', small)).toBe(whole);
      expect(whole).not.toContain(SECRET);
    }),
    { numRuns: 60 },
  );
});

test.each([
  'password=',
  'password=\\"',
  "password='a\\\\",
  'eyJhbGciOiJIUzI1NiJ9.',
  '-----BEGIN PRIVATE KEY-----',
  '1.2.3.4 ',
  'a@b.de ',
])('fields of nothing but %j take no longer than their length says', (hostile) => {
  const milliseconds = (bytes: number) => {
    const text = JSON.stringify([`${hostile.repeat(Math.ceil(bytes / hostile.length))} \u0001`]);
    const begun = process.cpuUsage();
    redact(text, 'json', {}, 'wasm');
    const { user, system } = process.cpuUsage(begun);
    return (user + system) / 1000;
  };
  milliseconds(60_000);
  expect(Math.min(milliseconds(60_000), milliseconds(60_000))).toBeLessThan(400);
});
