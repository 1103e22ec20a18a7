import * as fc from 'fast-check';
import { compilePolicy } from '../../../src/runtime/redaction/compiled-policy';
import {
  MalformedContentError,
  TransformEndedError,
  UnsupportedContentError,
} from '../../../src/runtime/redaction/errors';
import { ObjectTransform } from '../../../src/runtime/redaction/pipeline';
import type { RedactionPolicyDocument } from '../../../src/runtime/redaction/policy';
import {
  formatByContent,
  formatByDescription,
  type ObjectDescription,
} from '../../../src/runtime/redaction/structure/format';
import { cuts, run } from '../../support/byte-transforms';

const BOM = { 'utf-8': [0xef, 0xbb, 0xbf], 'utf-16le': [0xff, 0xfe], 'utf-16be': [0xfe, 0xff] };

function transform(
  description: ObjectDescription = {},
  policy: Partial<RedactionPolicyDocument> = {},
): ObjectTransform {
  const compiled = compilePolicy({ version: 1, ...policy });
  return new ObjectTransform(compiled, compiled.session({ engine: 'typescript' }), description);
}

function redact(
  content: string | Buffer,
  description?: ObjectDescription,
  policy?: Partial<RedactionPolicyDocument>,
): string {
  return run(transform(description, policy), Buffer.from(content as string)).toString();
}

describe('the format is found', () => {
  test.each<[ObjectDescription, string | undefined]>([
    [{ contentType: 'application/json; charset=utf-8' }, 'json'],
    [{ contentType: 'APPLICATION/LD+JSON', name: 'x.xml' }, 'json'],
    [{ contentType: 'application/x-ndjson' }, 'ndjson'],
    [{ contentType: 'text/csv', name: 'x.txt' }, 'csv'],
    [{ contentType: 'text/tab-separated-values' }, 'tsv'],
    [{ contentType: 'application/atom+xml' }, 'xml'],
    [{ contentType: 'text/html' }, 'text'],
    [{ contentType: 'application/xhtml+xml' }, 'text'],
    [{ contentType: 'image/png', name: 'x.json' }, 'unknown'],
    [{ contentType: 'application/vnd.unheard-of' }, 'unknown'],
    [{ contentType: 'text/plain', name: 'a/b.CSV' }, 'csv'],
    [{ contentType: 'binary/octet-stream', name: 'logs/x.jsonl' }, 'ndjson'],
    [{ name: 'x.log' }, undefined],
    [{ name: 'x' }, undefined],
    [{}, undefined],
  ])('from %j: %s', (description, format) => expect(formatByDescription(description)).toBe(format));

  test.each([
    ['{"a": 1}\n{"b": 2}', 'json'],
    [' [1, 2, {"a"', 'json'],
    ['[2024-01-01] started', 'text'],
    ['{not json', 'text'],
    ['<?xml version="1.0"?><a>', 'xml'],
    ['\n<a b="c"><d>', 'xml'],
    ['<ann@example.com> wrote:', 'text'],
    ['<!DOCTYPE html><p>x<br>', 'text'],
    ['a,b\n1,2\n3,4\n', 'csv'],
    ['a\tb\n1\t2\n', 'tsv'],
    ['Dear Ann,\nI write, as you asked,\n', 'text'],
    ['ts=1 level=info msg="a b"\nts=2 level=warn msg=x\n', 'log-keyvalue'],
    ['127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326\n', 'log-apache'],
    [
      `${'0a'.repeat(32)} b [06/Feb/2019:00:00:38 +0000] 192.0.2.3 - X REST.GET.OBJECT k "GET / HTTP/1.1" 200 -\n`,
      'log-s3',
    ],
    ['hello', 'text'],
    ['', 'text'],
    ['a\u0000b', 'unknown'],
    ['%PDF-1.7 text', 'unknown'],
  ])('from %j: %s', (content, format) => {
    expect(formatByContent(Buffer.from(content), false)).toBe(
      format === 'json' && content.includes('\n{') ? 'json' : format,
    );
  });
});

test('formats, charsets and byte order marks join', () => {
  const text = '{"mail": "Jürgen <juergen@example.com>"}';
  const redacted = '{"mail": "Jürgen <[EMAIL]>"}';
  expect(redact(text)).toBe(redacted);
  const utf16 = run(transform({}, {}), Buffer.concat([Buffer.from(BOM['utf-16le']), Buffer.from(text, 'utf16le')]));
  expect(utf16.equals(Buffer.concat([Buffer.from(BOM['utf-16le']), Buffer.from(redacted, 'utf16le')]))).toBe(true);
  const big = run(
    transform({}, {}),
    Buffer.concat([Buffer.from(BOM['utf-16be']), Buffer.from(text, 'utf16le').swap16()]),
  );
  expect(big.equals(Buffer.concat([Buffer.from(BOM['utf-16be']), Buffer.from(redacted, 'utf16le').swap16()]))).toBe(
    true,
  );
  const bom = run(transform(), Buffer.concat([Buffer.from(BOM['utf-8']), Buffer.from(text)]));
  expect(bom.equals(Buffer.concat([Buffer.from(BOM['utf-8']), Buffer.from(redacted)]))).toBe(true);
  expect(
    run(transform({ contentType: 'application/json;charset=ISO-8859-1' }), Buffer.from(text, 'latin1')).toString(
      'latin1',
    ),
  ).toBe(redacted);
  expect(run(transform({}, { charset: 'latin1' }), Buffer.from(text, 'latin1')).toString('latin1')).toBe(redacted);
  const xml = '<?xml version="1.0" encoding="iso-8859-1"?><a>Jürgen a@example.com</a>';
  expect(run(transform(), Buffer.from(xml, 'latin1')).toString('latin1')).toBe(xml.replace('a@example.com', '[EMAIL]'));
});

test('unknown and binary content is refused, passed or dropped', () => {
  const binary = Buffer.from([0, 1, 2, 0xff, 0x61]);
  for (const description of [{}, { contentType: 'image/png' }, { contentType: 'text/plain' }]) {
    expect(() => run(transform(description), binary)).toThrow(UnsupportedContentError);
    expect(run(transform(description, { unknownContent: 'pass' }), binary, [2]).equals(binary)).toBe(true);
    expect(run(transform(description, { unknownContent: 'drop' }), binary, [2])).toHaveLength(0);
  }
  expect(() => redact('a@example.com', { contentType: 'application/pdf' })).toThrow(UnsupportedContentError);
  // Text that turns out not to be UTF-8 later is no unknown content: it is broken, whatever the policy says of unknown.
  const late = Buffer.concat([Buffer.alloc(5000, 'x '), Buffer.from([0xff])]);
  expect(() => run(transform({}, { unknownContent: 'pass' }), late)).toThrow(MalformedContentError);
});

test("a policy's format outranks what the content looks like", () => {
  expect(redact('{"phone": broken, "a@example.com"', {}, { format: 'text' })).toBe('{"phone": broken, "[EMAIL]"');
  expect(() => redact('a@example.com', {}, { format: 'json' })).toThrow(MalformedContentError);
});

test.each(['$.a[', '//', '/a b'])('a path that cannot be read (%s) is refused when the policy is compiled', (path) => {
  expect(() => compilePolicy({ version: 1, fields: [{ path }] })).toThrow(/"path" is '/);
});

test('nothing more comes out after an error', () => {
  const object = transform({ contentType: 'application/json' });
  expect(() => object.push(Buffer.from(`{"a":"a@example.com",x${' '.repeat(5000)}`))).toThrow(MalformedContentError);
  expect(() => object.push(Buffer.from('b'))).toThrow(TransformEndedError);
  expect(() => object.end()).toThrow(TransformEndedError);
});

const LINES: Record<string, (i: number, mail: string) => string> = {
  json: (i, mail) => `{"id":${i},"mail":"${mail}","name":"Zoë ${i}"}`,
  csv: (i, mail) => `${i},${mail},"Zoë, ${i}"`,
  xml: (i, mail) => `<r id="${i}" mail="${mail}">Zoë</r>`,
  text: (i, mail) => `Line ${i} for Zoë: ${mail}.`,
  log: (i, mail) => `ts=${i} level=info user=${mail}`,
};

test.each(Object.keys(LINES))('%s in every encoding, however it is cut: the same, and no address left', (kind) => {
  const rows = Array.from({ length: 160 }, (_, i) => LINES[kind](i, `user${i}@example.com`));
  const text =
    kind === 'json' ? `[${rows.join(',\n')}]` : kind === 'xml' ? `<a>${rows.join('\n')}</a>` : rows.join('\n');
  for (const charset of ['utf-8', 'utf-16le', 'utf-16be', 'latin1'] as const) {
    const encoded = charset === 'utf-16be' ? Buffer.from(text, 'utf16le').swap16() : Buffer.from(text, charset);
    const bytes = charset === 'latin1' ? encoded : Buffer.concat([Buffer.from(BOM[charset]), encoded]);
    const description = charset === 'latin1' ? { contentType: 'text/plain; charset=latin1' } : {};
    const whole = run(transform(description), bytes);
    const readable = (charset === 'utf-16be' ? Buffer.from(whole).swap16() : whole).toString(
      charset === 'utf-16be' ? 'utf16le' : charset,
    );
    expect(readable).not.toContain('@');
    expect(readable.match(/\[EMAIL\]/g)).toHaveLength(160);
    expect(readable.replace(/^\ufeff/, '')).toContain(LINES[kind](159, '[EMAIL]'));
    fc.assert(
      fc.property(cuts, (sizes) => {
        expect(run(transform(description), bytes, sizes).equals(whole)).toBe(true);
      }),
      { numRuns: 6 },
    );
  }
});
