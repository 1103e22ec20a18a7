import * as fc from 'fast-check';
import { LimitExceededError, MalformedContentError } from '../../../../src/runtime/redaction/errors';
import type { RedactionPolicyDocument } from '../../../../src/runtime/redaction/policy';
import { CsvTransform, TSV_DELIMITER } from '../../../../src/runtime/redaction/structure/csv';
import { cuts, outcome, run } from '../../../support/byte-transforms';
import { PlainRedactor } from '../../../support/plain-redactor';

const PLAIN: RedactionPolicyDocument = { version: 1 };

function transform(
  policy: RedactionPolicyDocument = PLAIN,
  delimiter?: number,
  redactor = new PlainRedactor(policy),
): CsvTransform {
  return new CsvTransform({ policy, redactor, delimiter });
}

function redact(text: string, policy: Partial<RedactionPolicyDocument> = {}, delimiter?: number): string {
  const document = { ...PLAIN, ...policy };
  const whole = run(transform(document, delimiter), Buffer.from(text)).toString();
  for (const size of [1, 2, 3, 5, 17]) {
    expect(run(transform(document, delimiter), Buffer.from(text), [size]).toString()).toBe(whole);
  }
  return whole;
}

describe('detectors inside cells', () => {
  test.each([
    ['plain cells', 'id,mail\n1,a@b.cd\n2,x\n', 'id,mail\n1,[EMAIL]\n2,x\n'],
    ['CRLF and no last line end', 'id,mail\r\n1,a@b.cd\r\n2,c@d.ef', 'id,mail\r\n1,[EMAIL]\r\n2,[EMAIL]'],
    ['CR alone', 'id,mail\r1,a@b.cd\r', 'id,mail\r1,[EMAIL]\r'],
    ['quoted cells', 'id,"mail"\n"1","to a@b.cd, please"\n', 'id,"mail"\n"1","to [EMAIL], please"\n'],
    ['line ends in cells', 'a,b\n"x\r\ny\na@b.cd",2\n3,4', 'a,b\n"x\r\ny\n[EMAIL]",2\n3,4'],
    [
      'doubled quotes stay',
      'a,b\n"say ""hi"" to a@b.cd or ""c@d.ef"" """,2\n',
      'a,b\n"say ""hi"" to [EMAIL] or ""[EMAIL]"" """,2\n',
    ],
    ['quotes within a plain cell', 'a,b\n5" pipe,a@b.cd\n', 'a,b\n5" pipe,[EMAIL]\n'],
    ['a header gives context', 'id,Phone No\n1234567,1234567\n', 'id,Phone No\n1234567,[PHONE]\n'],
    ['no header, but data', 'a@b.cd,phone\nx,1234567\n', '[EMAIL],phone\nx,1234567\n'],
    ['a number is no header', '1,phone\nx,1234567\n', '1,phone\nx,1234567\n'],
    ['semicolons', 'id;phone\n1;1234567\n', 'id;phone\n1;[PHONE]\n'],
    ['bars', 'id|phone|"x,y,z"\n1|1234567|a@b.cd\n', 'id|phone|"x,y,z"\n1|[PHONE]|[EMAIL]\n'],
    ['quotes within a plain cell of the first record', '5" pipe,phone\n1,1234567\n', '5" pipe,phone\n1,[PHONE]\n'],
    ['empty lines and cells', '\n\nid,phone\n\n,1234567\n,\n', '\n\nid,phone\n\n,[PHONE]\n,\n'],
    ['rows longer than the header', 'a,b\n1,2,a@b.cd\n', 'a,b\n1,2,[EMAIL]\n'],
    ['URL encoding', 'a,b\n100%,x%40y.zz\n"""x%40y.zz",%4\n', 'a,b\n100%,[EMAIL]\n"""[EMAIL]",%4\n'],
    ['one column', 'mail\na@b.cd\n', 'mail\n[EMAIL]\n'],
    ['one cell', 'a@b.cd', '[EMAIL]'],
    ['nothing', '', ''],
    ['line ends only', '\n\r\n', '\n\r\n'],
  ])('%s', (_name, input, output) => expect(redact(input)).toBe(output));

  test('tabs', () => expect(redact('id\tphone,x\n1\t1234567\n', {}, TSV_DELIMITER)).toBe('id\tphone,x\n1\t[PHONE]\n'));

  test('a replacement is quoted where it must be', () => {
    const policy = { defaultAction: { type: 'label', label: 'a,"b' } as const };
    expect(redact('x,y\na@b.cd,"a@b.cd"\n50% a%40b.cd,1\n', policy)).toBe('x,y\n"a,""b","a,""b"\n"50% a,""b",1\n');
  });
});

describe('columns', () => {
  const rules = (...paths: string[]) => ({
    fields: paths.map((path) => ({ path, action: { type: 'label', label: '#' } as const })),
  });

  test.each([
    ['by name', 'id,name\n1,Ann\n2,"B ""o"" b"\n', 'id,name\n1,#\n2,"#"\n', ['name']],
    ['by name, other case and spaces', 'id, NAME \n1,Ann\n', 'id, NAME \n1,#\n', ['name']],
    ['by a quoted name', '"first, last",x\nAnn,1\n', '"first, last",x\n#,1\n', ['first, last']],
    ['by index', 'id,name\n1,Ann\n', 'id,name\n1,#\n', ['#1']],
    ['by index without header', '1,Ann\n2,Bob', '1,#\n2,#', ['#1']],
    ['a name makes the first record a header', 'name,4711\nAnn,1\n', 'name,4711\n#,1\n', ['name']],
    ['an index past the header', 'a\n1,2,3\n', 'a\n1,2,#\n', ['#2']],
    ['paths of other formats do nothing', 'a,b\n1,2\n', 'a,b\n1,2\n', ['$.a', '/b']],
  ])('%s', (_name, input, output, paths) => expect(redact(input, rules(...paths))).toBe(output));

  test('keep keeps detectors out', () => {
    expect(redact('a,b\na@b.cd,a@b.cd\n', { fields: [{ path: 'a', action: { type: 'keep' } }] })).toBe(
      'a,b\na@b.cd,[EMAIL]\n',
    );
  });

  const drop = (...paths: string[]) => ({ fields: paths.map((path) => ({ path, action: { type: 'drop' } as const })) });

  test.each([
    ['the first', 'a,b,c\n1,2,3\n\n"4,""",5,6', 'b,c\n2,3\n\n5,6', ['a']],
    ['one in between', 'a,b,c\n1,"2\n2",3\r\n4,5,6\n', 'a,c\n1,3\r\n4,6\n', ['b']],
    ['the last', 'a,b,c\n1,2,3\n4,5\n6', 'a,b\n1,2\n4,5\n6', ['c']],
    ['the first two', 'a,b,c\n1,2,3\n', 'c\n3\n', ['a', 'b']],
    ['the first and the last', 'a,b,c\n1,2,3\n', 'b\n2\n', ['a', 'c']],
    ['all', 'a,b\n1,2\n3,4', '\n\n', ['a', 'b']],
    ['empty cells', 'a,b,c\n,,\n', 'a,c\n,\n', ['b']],
    ['by index without header', '1,2\n3,4\n', '1\n3\n', ['#1']],
  ])('drop %s', (_name, input, output, paths) => expect(redact(input, drop(...paths))).toBe(output));

  test('each dropped cell is counted, the header is not', () => {
    const policy = { ...PLAIN, ...drop('b') };
    const redactor = new PlainRedactor(policy);
    run(transform(policy, undefined, redactor), Buffer.from('a,b\n1,a@b.cd\n2,\n'));
    expect(redactor.counts).toEqual({ field: 2 });
  });
});

test.each(['a,b\n"x', 'a,b\n"x""', '"', 'a,b\n"x"y,2\n', 'a,b\n"x" ,2\n'])('%j is refused', (text) => {
  for (const size of [1, 2, 1000]) {
    expect(() => run(transform(), Buffer.from(text), [size])).toThrow(MalformedContentError);
  }
});

test('cells and columns are bounded, however the input is cut', () => {
  const limits = { fields: 3, fieldBytes: 50 };
  for (const size of [1, 7, 100_000]) {
    const attempt = (text: string) => run(transform({ version: 1, limits }), Buffer.from(text), [size]).toString();
    expect(() => attempt('a,b\n1,2,3,4\n')).toThrow(LimitExceededError);
    expect(() => attempt(`a,b\n1,${'x'.repeat(51)}\n`)).toThrow(LimitExceededError);
    expect(() => attempt(`a,b\n1,"${'x'.repeat(500)}`)).toThrow(LimitExceededError);
    expect(() => attempt('x'.repeat(500))).toThrow(LimitExceededError);
    expect(() => attempt(`${'x'.repeat(30)},${'y'.repeat(30)}\n1,2\n`)).toThrow(LimitExceededError);
    expect(attempt(`a,b\n1,${'x'.repeat(50)}\n`)).toHaveLength(57);
  }
});

const cell = fc
  .array(fc.constantFrom('a@b.cd', '4111111111111111', '1234567', ' ', 'é', '"', ',', '\n', '\r\n', 'x', ';'), {
    maxLength: 4,
  })
  .map((parts) => parts.join(''));

test('any table, however it is cut: the cells are what the detectors leave of them', () => {
  const table = fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { maxLength: 5 });
  fc.assert(
    fc.property(table, fc.boolean(), fc.constantFrom('\n', '\r\n'), cuts, (rows, always, eol, sizes) => {
      const quote = (content: string) =>
        always || /[",\r\n;]/.test(content) ? `"${content.replaceAll('"', '""')}"` : content;
      const write = (content: string[][]) =>
        ['id,phone,note', ...content.map((row) => row.map(quote).join(','))].join(eol);
      const redactor = new PlainRedactor(PLAIN);
      const wanted = rows.map((row) =>
        row.map((content, i) => {
          const bytes = Buffer.from(content);
          const redacted = redactor.redact(bytes, 0, bytes.length, { name: ['id', 'phone', 'note'][i] });
          return redacted ? Buffer.from(redacted).toString() : content;
        }),
      );
      // What was quoted stays quoted: so the input decides, not the output.
      const text = [
        'id,phone,note',
        ...rows.map((row, r) =>
          row
            .map((content, c) =>
              quote(content) === content ? wanted[r][c] : `"${wanted[r][c].replaceAll('"', '""')}"`,
            )
            .join(','),
        ),
      ].join(eol);
      expect(run(transform(), Buffer.from(write(rows)), sizes).toString()).toBe(text);
    }),
    { numRuns: 500 },
  );
});

test('any bytes: the outcome is the same however they are cut', () => {
  const junk = fc.array(fc.constantFrom('a', 'b', ',', '"', '""', '\n', '\r', ';', '\t', 'a@b.cd', '12', ' ', 'é'), {
    maxLength: 16,
  });
  const policy: RedactionPolicyDocument = {
    version: 1,
    fields: [
      { path: 'a', action: { type: 'drop' } },
      { path: '#1', action: { type: 'mask' } },
    ],
  };
  fc.assert(
    fc.property(junk, cuts, (parts, sizes) => {
      const bytes = Buffer.from(parts.join(''));
      expect(outcome(transform(policy), bytes, sizes)).toBe(outcome(transform(policy), bytes, [1]));
    }),
    { numRuns: 2000 },
  );
});
