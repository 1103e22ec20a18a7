import { ENGINES, findings, policyOf, redact } from './support';
import {
  compilePolicy,
  ObjectTransform,
  PolicyError,
  type RedactionPolicyDocument,
} from '../../../src/runtime/redaction';

const DOCUMENTED = [
  'ann@example.com',
  'ann@mail.example.org',
  'ann@host.test',
  '192.0.2.1',
  '198.51.100.7',
  '203.0.113.255',
  '2001:db8::1',
  '3fff:1::1',
  '(202) 555-0143',
  '+1 202 555 0199',
  '+44 20 7946 0958',
  '4111 1111 1111 1111',
  '378282246310005',
  'AKIAIOSFODNN7EXAMPLE',
];
const OTHERS = [
  'ann@example.net.evil.com',
  'ann@myexample.com',
  '192.0.3.1',
  '2001:db9::1',
  '(202) 555-1143',
  '+44 20 7945 0958',
  '4111 1111 1111 1129',
  '4539 1488 0343 6467',
];

describe.each(ENGINES)('%s', (engine) => {
  test.each(DOCUMENTED)('what is kept for documentation may stay: %s', (text) => {
    expect(findings(text, { allow: { documentation: true } }, engine)).toEqual([]);
    expect(findings(text, {}, engine)).toHaveLength(1);
  });

  test.each(OTHERS.filter((text) => findings(text).length > 0))('others are found all the same: %s', (text) => {
    expect(findings(text, { allow: { documentation: true, domains: ['own.example'] } }, engine)).toHaveLength(1);
  });

  test('values and domains of a list stay, in text of every cut and in fields', () => {
    const allow = { values: ['5555-5555-5555-4444', 'help@shop.example'], domains: ['@own.org'] };
    const text =
      'a@own.org b@x.own.org c@notown.org HELP@shop.example ann@shop.example 5555555555554444 4111111111111111';
    const kept = 'a@own.org b@x.own.org [EMAIL] HELP@shop.example [EMAIL] 5555555555554444 [CARD]';
    expect(redact(text, { allow }, { engine }).toString()).toBe(kept);
    for (let cut = 1; cut < text.length; cut += 1) {
      expect(redact(text, { allow }, { engine }, [cut]).toString()).toBe(kept);
    }
    const fields = policyOf({ allow }).session({ engine }).fields();
    expect(Buffer.from(fields.redact(Buffer.from(text), 0, text.length)!).toString()).toBe(kept);
  });

  test('what an allowed value is a part of is still found', () => {
    const allow = { domains: ['own.org'] };
    expect(redact('password="ann@own.org"', { allow }, { engine }).toString()).toBe('password="[SECRET]"');
  });
});

test('an allow list of nothing known is refused', () => {
  const document = { version: 1, allow: { domain: ['x'] } } as unknown as RedactionPolicyDocument;
  expect(() => compilePolicy(document)).toThrow(PolicyError);
  expect(() => compilePolicy(document)).toThrow(/"allow.domain".*known here are values, domains, documentation/);
});

describe('field rules that match nothing are told', () => {
  const unmatched = (name: string, content: string, paths: string[]) => {
    const policy = compilePolicy({
      version: 1,
      fields: paths.map((path, i) => ({
        path,
        action: { type: i === 0 ? 'keep' : i === 1 ? 'drop' : 'mask' } as const,
      })),
    });
    const object = new ObjectTransform(policy, policy.session(), { name });
    object.push(Buffer.from(content));
    expect(object.unmatchedFields).toEqual([]);
    object.end();
    return object.unmatchedFields;
  };

  test('in JSON, CSV and XML; not in text', () => {
    const json = '{"a":1,"b":2,"c":{"d":"x"}}';
    expect(unmatched('a.json', json, ['$.a', '$.b', '$.c.d'])).toEqual([]);
    expect(unmatched('a.json', json, ['$.x', '$.y', '$.c.z'])).toEqual(['$.x', '$.y', '$.c.z']);
    expect(unmatched('a.csv', 'a,b,c\n1,2,3\n', ['a', 'b', 'd'])).toEqual(['d']);
    expect(unmatched('a.xml', '<r><a>x</a><b>y</b></r>', ['/r/a', '/r/b', '//c'])).toEqual(['//c']);
    expect(unmatched('a.txt', 'text', ['/r/a', '/r/b', '//c'])).toEqual([]);
  });
});
