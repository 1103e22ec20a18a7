import fc from 'fast-check';
import { ENGINES, findings, policyOf, redact } from './support';
import type { RedactionPolicyDocument } from '../../../src/runtime/redaction';
import { POLICY_SCHEMA, PolicyError, compilePolicy } from '../../../src/runtime/redaction';
import { determinize, parse } from '../../../src/runtime/redaction/pattern/regular';

const RUNS = Number(process.env.FUZZ_RUNS ?? 150);

describe('the document', () => {
  test.each<[document: unknown, message: RegExp]>([
    [undefined, /"policy" is undefined, it must be an object/],
    [{}, /"version" is undefined, it must be given/],
    [{ version: 2 }, /"version" is 2, it must be one of 1/],
    [{ version: 1, kind: {} }, /"kind" is \{\}, it must be left out; known here are/],
    [{ version: 1, kinds: { emial: { type: 'mask' } } }, /"kinds.emial"/],
    [{ version: 1, kinds: { email: 'mask' } }, /"kinds.email" is "mask", it must be an object/],
    [{ version: 1, kinds: { email: { type: 'hide' } } }, /"kinds.email.type" is "hide", it must be one of "label"/],
    [{ version: 1, kinds: { email: { type: 'mask', keep: 4 } } }, /"kinds.email.keep" is 4, it must be left out/],
    [
      { version: 1, kinds: { email: { type: 'partial', keep: 0 } } },
      /"kinds.email.keep" is 0, it must be a whole number from 1 to 8/,
    ],
    [
      { version: 1, kinds: { email: { type: 'label', label: 'x@y.zz' } } },
      /"kinds.email.label" is "x@y.zz", it must be without digits/,
    ],
    [{ version: 1, regions: ['XX'] }, /"regions\[0\]" is "XX", it must be an ISO 3166 code/],
    [{ version: 1, dictionaries: [{ kind: 'Name', terms: [] }] }, /"dictionaries\[0\].kind" is "Name"/],
    [
      { version: 1, dictionaries: [{ kind: 'name', terms: ['x'] }] },
      /"dictionaries\[0\].terms\[0\]" is "x", it must be a text of 2 to 256 bytes/,
    ],
    [{ version: 1, fields: [{}] }, /"fields\[0\].path" is undefined, it must be given/],
    [{ version: 1, limits: { depth: 0 } }, /"limits.depth" is 0, it must be a whole number from 1/],
    [{ version: 1, unknownContent: 'ignore' }, /"unknownContent" is "ignore"/],
  ])('%j is refused', (document, message) => {
    expect(() => compilePolicy(document as RedactionPolicyDocument)).toThrow(message);
    expect(() => compilePolicy(document as RedactionPolicyDocument)).toThrow(PolicyError);
  });

  test('the schema has the properties that the check knows, and no others', () => {
    const samples: Record<string, unknown> = {
      version: 1,
      $schema: 'https://example.org/schema.json',
      name: 'x',
      defaultAction: { type: 'mask' },
      kinds: {},
      regions: ['GB'],
      allow: { values: ['ab'], domains: ['a.org'], documentation: true },
      dictionaries: [],
      patterns: [],
      fields: [],
      format: 'json',
      charset: 'latin1',
      onInvalidText: 'replace',
      contentEncoding: 'preserve',
      unknownContent: 'pass',
      limits: { expansionRatio: 1, decodedBytes: 1, fieldBytes: 1024, depth: 1, fields: 1 },
    };
    expect(Object.keys(POLICY_SCHEMA.properties)).toEqual(Object.keys(samples));
    expect(Object.keys(POLICY_SCHEMA.properties.limits.properties)).toEqual(Object.keys(samples.limits as object));
    expect(() => compilePolicy(samples as unknown as RedactionPolicyDocument)).not.toThrow();
  });

  test('equal documents have one hash, whatever the order of their properties; another document has another', () => {
    const hash = (document: Partial<RedactionPolicyDocument>) => policyOf(document).hash;
    expect(hash({ name: 'a', format: 'json' })).toBe(hash({ format: 'json', name: 'a' }));
    expect(hash({ name: 'a' })).not.toBe(hash({ name: 'b' }));
    expect(hash({})).toMatch(/^[0-9a-f]{64}$/);
  });

  test('a kind that is kept neither shows nor hides another', () => {
    expect(findings('jane@example.com', { kinds: { email: { type: 'keep' } } })).toEqual([]);
    expect(findings('x@192.0.2.1', { kinds: { email: { type: 'keep' } } })).toEqual([['ipv4', '192.0.2.1']]);
  });
});

describe('patterns', () => {
  test.each<[pattern: string, message: RegExp]>([
    ['a+', /"\+" has no bound; write \{0,n\} or \{1,n\}/],
    ['a*', /"\*" has no bound/],
    ['a{2,}', /"\{2,\}" has no bound/],
    ['(a', /"\(" without "\)"/],
    ['a)', /"\)" without "\("/],
    ['[a', /"\[" without "\]"/],
    ['(?=a)b', /look-around/],
    ['^a', /is not needed/],
    ['(a)\\1', /"\\1" is not known here/],
    ['a{300}', /is not a count/],
    ['(a{100}){3}', /its longest match has 300 bytes/],
    ['a?', /matches nothing at all/],
    ['[z-a]', /the wrong way round/],
    ['\\', /at the end/],
    ['[ab]{0,20}a[ab]{20}', /needs more than 4096 states/],
    ['{2}', /nothing to repeat/],
  ])('%s is refused', (pattern, message) => {
    expect(() => compilePolicy({ version: 1, patterns: [{ kind: 'x', pattern }] })).toThrow(message);
  });

  test('an exponential pattern is refused quickly', () => {
    const begun = process.hrtime.bigint();
    expect(() =>
      compilePolicy({ version: 1, patterns: [{ kind: 'x', pattern: '(a|b|ab|ba){0,12}a[ab]{30}[cd]{0,9}' }] }),
    ).toThrow(PolicyError);
    expect(Number(process.hrtime.bigint() - begun) / 1e9).toBeLessThan(5);
  });

  /** Patterns in the common ground with JavaScript's. */
  const pattern: fc.Arbitrary<string> = fc.letrec<{ node: string; atom: string }>((tie) => ({
    atom: fc.oneof(
      fc.constantFrom('a', 'b', 'c', '[ab]', '[^a\\n]', '\\d', '\\w', '.', '\\.', 'é', '[a-c1]'),
      fc.tuple(tie('node')).map(([n]) => `(?:${n})`),
    ),
    node: fc.oneof(
      {
        weight: 3,
        arbitrary: fc
          .array(
            fc.tuple(tie('atom'), fc.constantFrom('', '', '', '?', '{2}', '{1,3}', '{0,2}')).map((p) => p.join('')),
            { minLength: 1, maxLength: 3 },
          )
          .map((p) => p.join('')),
      },
      { weight: 1, arbitrary: fc.tuple(tie('node'), tie('node')).map((p) => p.join('|')) },
    ),
  })).node;

  test('an automaton accepts what the expression does', () => {
    fc.assert(
      fc.property(
        pattern,
        fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', '.', 'é', ' ', '\n'), maxLength: 6 }), {
          maxLength: 20,
        }),
        (source, texts) => {
          const automaton = determinize([parse(source, false)], false);
          if (!automaton) return;
          const { next, classes, classCount, accepts } = automaton;
          for (const text of texts) {
            let state = 1;
            for (const byte of Buffer.from(text)) state = next[state * classCount + classes[byte]];
            expect([source, text, accepts[state] === 1]).toEqual([
              source,
              text,
              new RegExp(`^(?:${source})$`, 'u').test(text),
            ]);
          }
        },
      ),
      { numRuns: RUNS * 2 },
    );
  });

  test.each(ENGINES)('%s: leftmost, longest, one after the other', (engine) => {
    const find = (text: string, p: string, wholeWord = false) =>
      findings(text, { patterns: [{ kind: 'x', pattern: p, wholeWord }] }, engine).map(([, value]) => value);
    expect(find('aaab ab', 'a{1,2}b?')).toEqual(['aa', 'ab', 'ab']);
    expect(find('PO-1234, PO-12345, XPO-1234', 'PO-\\d{4}', true)).toEqual(['PO-1234']);
    expect(find('po-1234', 'PO-\\d{4}')).toEqual([]);
    expect(findings('po-1234', { patterns: [{ kind: 'x', pattern: 'PO-\\d{4}', ignoreCase: true }] }, engine)).toEqual([
      ['x', 'po-1234'],
    ]);
    expect(find('名前:山田太郎。', '山田.{2}')).toEqual(['山田太郎']);
  });
});

describe('dictionaries', () => {
  test('ten thousand terms with one beginning are each found', () => {
    const terms = Array.from({ length: 10_000 }, (_, i) => `customer-${i}`);
    const policy = {
      dictionaries: [{ kind: 'customer', terms }],
      defaultAction: { type: 'label', label: '#' },
    } as const;
    expect(redact('customer-1 customer-9999 customer-10000 xcustomer-5 Customer-77.', policy).toString()).toBe(
      '# # customer-10000 xcustomer-5 #.',
    );
  });

  test.each(ENGINES)('%s: what a plain search finds', (engine) => {
    const unit = fc.constantFrom('a', 'b', 'A', ' ', '-', 'é', '漢');
    const term = fc.string({ unit, minLength: 1, maxLength: 6 }).filter((t) => Buffer.byteLength(t) >= 2);
    const vocabulary = fc.array(term, { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(vocabulary, fc.string({ unit, maxLength: 80 }), fc.boolean(), (terms, text, caseSensitive) => {
        const policy = compilePolicy({
          version: 1,
          defaultAction: { type: 'mask' },
          dictionaries: [{ kind: 'x', terms, caseSensitive, wholeWord: false }],
        });
        const transform = policy.session({ engine }).text();
        const masked = Buffer.concat([...transform.push(Buffer.from(text)), ...transform.end()]).toString('latin1');
        const lower = (s: string) => (caseSensitive ? s : s.replace(/[A-Z]/g, (c) => c.toLowerCase()));
        const bytes = lower(Buffer.from(text).toString('latin1'));
        const expected = [...Buffer.from(text).toString('latin1')];
        for (const needle of terms.map((t) => lower(Buffer.from(t).toString('latin1')))) {
          for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, at + 1)) {
            expected.fill('*', at, at + needle.length);
          }
        }
        expect(masked).toBe(expected.join(''));
      }),
      { numRuns: RUNS / 3 },
    );
  });

  test('words are whole where a script has words', () => {
    const find = (text: string) =>
      findings(text, { dictionaries: [{ kind: 'x', terms: ['anna', 'Åsa', '山田'] }] }).map(([, value]) => value);
    expect(find('Anna, joanna, annas, ANNA; Åsa Åsas 是anna的 山田さん')).toEqual([
      'Anna',
      'ANNA',
      'Åsa',
      'anna',
      '山田',
    ]);
  });
});
