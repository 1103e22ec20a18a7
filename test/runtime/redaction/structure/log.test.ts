import * as fc from 'fast-check';
import { LimitExceededError } from '../../../../src/runtime/redaction/errors';
import type { RedactionPolicyDocument } from '../../../../src/runtime/redaction/policy';
import { type LogFormat, LogTransform } from '../../../../src/runtime/redaction/structure/log';
import { cuts, outcome, run } from '../../../support/byte-transforms';
import { PlainRedactor } from '../../../support/plain-redactor';

function redact(format: LogFormat, text: string, policy: Partial<RedactionPolicyDocument> = {}): string {
  const document: RedactionPolicyDocument = { version: 1, ...policy };
  const transform = () => new LogTransform({ policy: document, redactor: new PlainRedactor(document), format });
  const whole = run(transform(), Buffer.from(text)).toString();
  for (const size of [1, 2, 3, 5, 17]) expect(run(transform(), Buffer.from(text), [size]).toString()).toBe(whole);
  return whole;
}

const rule = (path: string, action: 'label' | 'drop' | 'keep' | 'mask') => ({
  fields: [{ path, action: action === 'label' ? { type: action, label: '#' } : { type: action } }],
});

describe('key=value', () => {
  test.each([
    ['values', 'level=info user=a@b.cd ok\n', 'level=info user=[EMAIL] ok\n'],
    [
      'quoted values',
      'msg="mail \\"a@b.cd\\" and c\\u0040d.ef" n=1\r\n',
      'msg="mail \\"[EMAIL]\\" and [EMAIL]" n=1\r\n',
    ],
    ['text around them', 'a@b.cd x=1 tail c@d.ef', '[EMAIL] x=1 tail [EMAIL]'],
    ['a key gives context', 'phone=1234567 id=1234567 phone="1234567"', 'phone=[PHONE] id=1234567 phone="[PHONE]"'],
    ['URL encoding', 'url=/?m=a%40b.cd&x=%zz', 'url=/?m=[EMAIL]&x=%zz'],
    ['tabs and what else stays', 'a\tmsg="x\ty a@b.cd"\tz "c@d.ef', 'a\tmsg="x\ty [EMAIL]"\tz "[EMAIL]'],
    ['a quote that never closes', 'msg="a@b.cd x', 'msg="[EMAIL] x'],
    ['empty lines and values', '\n\nx= y=\n', '\n\nx= y=\n'],
  ])('%s', (_name, input, output) => expect(redact('log-keyvalue', input)).toBe(output));

  test.each([
    [
      'to the next key',
      'id=1 name=Ann B. Smith age=3\nname=Bob\n',
      'id=1 name=# age=3\nname=#\n',
      rule('name', 'label'),
    ],
    ['a quoted one', 'name="Ann \\"B\\"" age=3', 'name="#" age=3', rule('NAME', 'label')],
    ['drop in between', 'id=1 name="Ann B" age=3\n', 'id=1 age=3\n', rule('name', 'drop')],
    ['drop at the end', 'id=1 name=Ann B\nid=2', 'id=1\nid=2', rule('name', 'drop')],
    ['drop at the beginning', 'name=Ann id=1', 'id=1', rule('name', 'drop')],
    ['drop all', 'name=Ann name=Bob\n', '\n', rule('name', 'drop')],
    ['keep', 'name=a@b.cd x=a@b.cd', 'name=a@b.cd x=[EMAIL]', rule('name', 'keep')],
    ['only whole keys', 'surname=Ann name2=Bob', 'surname=Ann name2=Bob', rule('name', 'label')],
  ])('a rule: %s', (_name, input, output, policy) =>
    expect(redact('log-keyvalue', input, policy as Partial<RedactionPolicyDocument>)).toBe(output),
  );
});

describe('Apache', () => {
  const line =
    '127.0.0.1 - ann [10/Oct/2000:13:55:36 -0700] "GET /?m=a%40b.cd HTTP/1.0" 200 2326 ' +
    '"http://x.org/?u=c@d.ef" "UA \\"x\\" \\x61@g.hi"\n';

  test('each place is a field', () => {
    expect(redact('log-apache', line)).toBe(
      '127.0.0.1 - ann [10/Oct/2000:13:55:36 -0700] "GET /?m=[EMAIL] HTTP/1.0" 200 2326 ' +
        '"http://x.org/?u=[EMAIL]" "UA \\"x\\" [EMAIL]"\n',
    );
  });

  test('rules by name; what is dropped leaves its place', () => {
    expect(redact('log-apache', line, rule('user', 'label'))).toContain('127.0.0.1 - # [10/Oct');
    expect(redact('log-apache', line, rule('agent', 'drop'))).toMatch(/ "-"\n$/);
    expect(redact('log-apache', line, rule('host', 'drop'))).toMatch(/^- - ann \[/);
    expect(redact('log-apache', line, rule('time', 'mask'))).toContain('ann [**************************] "GET');
  });

  test('lines of another shape are text', () =>
    expect(redact('log-apache', 'a@b.cd\n\n[x] "c@d.ef y\n')).toBe('[EMAIL]\n\n[x] "[EMAIL] y\n'));
});

test('S3 access log: keys are encoded twice', () => {
  const line =
    `${'79a5'.repeat(16)} bucket [06/Feb/2019:00:00:38 +0000] 192.0.2.3 arn:aws:iam::1:user/ann ` +
    '3E57427F3EXAMPLE REST.GET.OBJECT home/a%2540b.cd "GET /home/a%40b.cd HTTP/1.1" 200 - 113 - 7 - "-" ' +
    `"S3Console/0.4" -\n`;
  expect(redact('log-s3', line, rule('requester', 'label'))).toBe(
    `${'79a5'.repeat(16)} bucket [06/Feb/2019:00:00:38 +0000] 192.0.2.3 # 3E57427F3EXAMPLE ` +
      `REST.GET.OBJECT home/[EMAIL] "GET /home/[EMAIL] HTTP/1.1" 200 - 113 - 7 - "-" "S3Console/0.4" -\n`,
  );
});

test('a line is bounded, however the input is cut', () => {
  const policy: RedactionPolicyDocument = { version: 1, limits: { fieldBytes: 20 } };
  for (const size of [1, 7, 1000]) {
    const attempt = (text: string) =>
      run(
        new LogTransform({ policy, redactor: new PlainRedactor(policy), format: 'log-keyvalue' }),
        Buffer.from(text),
        [size],
      );
    expect(() => attempt('x'.repeat(21))).toThrow(LimitExceededError);
    expect(attempt(`${'x'.repeat(20)}\nx`)).toHaveLength(22);
  }
});

test.each<LogFormat>(['log-keyvalue', 'log-apache', 'log-s3'])(
  '%s: any bytes: the outcome is the same however they are cut, and lines without findings stay',
  (format) => {
    const junk = fc.array(
      fc.constantFrom('a', 'user', '=', '"', '\\', '\n', '\r\n', ' ', '[', ']', '-', '%40', '%', 'a@b.cd', 'é'),
      { maxLength: 16 },
    );
    const policy: RedactionPolicyDocument = {
      version: 1,
      fields: [
        { path: 'a', action: { type: 'drop' } },
        { path: 'user', action: { type: 'mask' } },
      ],
    };
    const plain: RedactionPolicyDocument = { version: 1 };
    fc.assert(
      fc.property(junk, cuts, (parts, sizes) => {
        const bytes = Buffer.from(parts.join(''));
        const transform = () => new LogTransform({ policy, redactor: new PlainRedactor(policy), format });
        expect(outcome(transform(), bytes, sizes)).toBe(outcome(transform(), bytes, [1]));
        const harmless = Buffer.from(parts.join('').replaceAll('a@b.cd', 'ab').replaceAll('%40', ''));
        expect(
          run(new LogTransform({ policy: plain, redactor: new PlainRedactor(plain), format }), harmless, sizes).equals(
            harmless,
          ),
        ).toBe(true);
      }),
      { numRuns: 700 },
    );
  },
);
