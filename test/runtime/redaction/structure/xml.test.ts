import * as fc from 'fast-check';
import { SaxesParser } from 'saxes';
import {
  LimitExceededError,
  MalformedContentError,
  RedactionError,
  UnsupportedContentError,
} from '../../../../src/runtime/redaction/errors';
import type { RedactionPolicyDocument } from '../../../../src/runtime/redaction/policy';
import { XmlTransform } from '../../../../src/runtime/redaction/structure/xml';
import { cuts, outcome, run } from '../../../support/byte-transforms';
import { PlainRedactor } from '../../../support/plain-redactor';

const PLAIN: RedactionPolicyDocument = { version: 1 };

function transform(policy: RedactionPolicyDocument = PLAIN, redactor = new PlainRedactor(policy)): XmlTransform {
  return new XmlTransform({ policy, redactor });
}

function redact(text: string, policy: Partial<RedactionPolicyDocument> = {}): string {
  const document = { ...PLAIN, ...policy };
  const whole = run(transform(document), Buffer.from(text)).toString();
  for (const size of [1, 2, 3, 5, 17]) {
    expect(run(transform(document), Buffer.from(text), [size]).toString()).toBe(whole);
  }
  return whole;
}

describe('detectors inside fields', () => {
  test.each([
    ['text', '<a>mail a@b.cd now</a>', '<a>mail [EMAIL] now</a>'],
    ['attributes', '<a x="a@b.cd" y=\'c@d.ef\' />', '<a x="[EMAIL]" y=\'[EMAIL]\' />'],
    ['CDATA', '<a><![CDATA[<b>a@b.cd</b> ]] > &amp; ]]]></a>', '<a><![CDATA[<b>[EMAIL]</b> ]] > &amp; ]]]></a>'],
    ['a comment', '<!-- a@b.cd --><a><!--c@d.ef--></a><!----> ', '<!-- [EMAIL] --><a><!--[EMAIL]--></a><!----> '],
    [
      'an instruction',
      '<?xml version="1.0" encoding="UTF-8"?>\n<?who a@b.cd?><a/>',
      '<?xml version="1.0" encoding="UTF-8"?>\n<?who [EMAIL]?><a/>',
    ],
    [
      'entities and references first',
      '<a>a&#64;b.cd &lt;c&#x40;d.ef&gt; a&amp;b</a>',
      '<a>[EMAIL] &lt;[EMAIL]&gt; a&amp;b</a>',
    ],
    ['in attributes too', '<a b="x&quot;a&#0064;b.cd&quot;"/>', '<a b="x&quot;[EMAIL]&quot;"/>'],
    [
      'an element gives context',
      '<r><phone>1234567</phone><id>1234567</id><x phone="1234567"/></r>',
      '<r><phone>[PHONE]</phone><id>1234567</id><x phone="[PHONE]"/></r>',
    ],
    [
      'a prefix does not hide it',
      '<r xmlns:c="urn:x"><c:phone>1234567</c:phone></r>',
      '<r xmlns:c="urn:x"><c:phone>[PHONE]</c:phone></r>',
    ],
    [
      'whitespace and quotes in odd places',
      '<a\n b = "1>2"\tc=\'"\' ><b ></b ></a >',
      '<a\n b = "1>2"\tc=\'"\' ><b ></b ></a >',
    ],
    [
      'a document type without declarations',
      '<!DOCTYPE a SYSTEM "a>b.dtd"><a>a@b.cd</a>',
      '<!DOCTYPE a SYSTEM "a>b.dtd"><a>[EMAIL]</a>',
    ],
    [
      'URL encoding',
      '<a href="?a=1&amp;b=x%40y.zz">x&#x25;40y.zz 5%<!--x%40y.zz--></a>',
      '<a href="?a=1&amp;b=[EMAIL]">[EMAIL] 5%<!--[EMAIL]--></a>',
    ],
    [
      'quotes and > around a finding stay',
      '<a b=\'"a@b.cd">\'>"it\'s" > a@b.cd<!-- >\' a@b.cd --></a>',
      '<a b=\'"[EMAIL]">\'>"it\'s" > [EMAIL]<!-- >\' [EMAIL] --></a>',
    ],
    ['nothing', '', ''],
  ])('%s', (_name, input, output) => expect(redact(input)).toBe(output));

  test('a replacement is escaped as its place asks', () => {
    const policy = { defaultAction: { type: 'label', label: '<"&\'--]]>?>' } as const };
    expect(redact('<?p a@b.cd?><a x="a@b.cd">a@b.cd<![CDATA[a@b.cd]]><!-- a@b.cd --></a>', policy)).toBe(
      '<?p <"&\'--]]>? >?><a ' +
        'x="&lt;&quot;&amp;&apos;--]]&gt;?&gt;">&lt;&quot;&amp;&apos;--]]&gt;?&gt;<![CDATA[<"&\'--]]]]><![CDATA[>?>]]><!-- ' +
        '<"&\'- -]]>?> --></a>',
    );
  });
});

describe('paths', () => {
  const label = (path: string) => ({
    fields: [{ path, kind: 'field', action: { type: 'label', label: '#' } as const }],
  });

  test.each([
    ['/r/a', '<r><a>1</a><b><a>2</a></b></r>', '<r><a>#</a><b><a>2</a></b></r>'],
    ['//a', '<r><a>1</a><b><a>2</a></b></r>', '<r><a>#</a><b><a>#</a></b></r>'],
    ['/r/@id', '<r id="1"><a id="2"/></r>', '<r id="#"><a id="2"/></r>'],
    ['//@id', '<r id="1"><a id="2" x="3"/></r>', '<r id="#"><a id="#" x="3"/></r>'],
    ['//a/@*', '<r id="1"><a id="2" x="3">4</a></r>', '<r id="1"><a id="#" x="#">4</a></r>'],
    ['/r/*', '<r>0<a>1</a><b>2</b></r>', '<r>0<a>#</a><b>#</b></r>'],
    [
      '/r/a',
      '<r><a x="1" xmlns:p="urn:p" xml:lang="en">2<b>3</b><!--4--><![CDATA[5]]> </a></r>',
      '<r><a x="#" xmlns:p="urn:p" xml:lang="en">#<b>#</b><!--#--><![CDATA[#]]> </a></r>',
    ],
    ['//a', '<r><p:a>1</p:a><a>2</a></r>', '<r><p:a>#</p:a><a>#</a></r>'],
    ['//p:a', '<r><p:a>1</p:a><a>2</a></r>', '<r><p:a>#</p:a><a>2</a></r>'],
    [
      '//{urn:p}a',
      '<r xmlns:q="urn:p"><q:a>1</q:a><a>2</a><b xmlns="urn:p"><a>3</a><a xmlns="">4</a></b><a>5</a></r>',
      '<r xmlns:q="urn:p"><q:a>#</q:a><a>2</a><b xmlns="urn:p"><a>#</a><a xmlns="">4</a></b><a>5</a></r>',
    ],
    [
      '//@{urn:p}a',
      '<r xmlns="urn:p" xmlns:q="urn&#58;p" a="1" q:a="2"/>',
      '<r xmlns="urn:p" xmlns:q="urn&#58;p" a="1" q:a="#"/>',
    ],
    ['//{}a', '<r xmlns:q="urn:p"><q:a>1</q:a><a>2</a></r>', '<r xmlns:q="urn:p"><q:a>1</q:a><a>#</a></r>'],
    ['$.a', '<a>1</a>', '<a>1</a>'],
  ])('%s in %s', (path, input, output) => expect(redact(input, label(path))).toBe(output));

  test('keep keeps detectors out', () => {
    expect(
      redact('<r><a x="a@b.cd">a@b.cd</a>a@b.cd</r>', { fields: [{ path: '//a', action: { type: 'keep' } }] }),
    ).toBe('<r><a x="a@b.cd">a@b.cd</a>[EMAIL]</r>');
  });

  test.each(['/', '/a/', '//', '/a b', '/@', '/{urn:x}p:a', '/a[1]', '/a//@'])(
    '"%s" is refused when the policy is built',
    (path) => {
      expect(() => transform({ version: 1, fields: [{ path }] })).toThrow(/"path" is '/);
    },
  );

  test.each([
    ['//a', '<r> <a>1</a><b/><a x="1"/><b><a><a>2</a></a></b></r>', '<r> <b/><b></b></r>'],
    ['//@a', '<r a="1"\n a2="2"  b="3" a=\'>\'/>', '<r\n a2="2"  b="3"/>'],
    ['/r', ' <r>1</r><!-- 2 -->', ' <!-- 2 -->'],
  ])('drop %s', (path, input, output) =>
    expect(redact(input, { fields: [{ path, action: { type: 'drop' } }] })).toBe(output),
  );
});

describe('what is not XML is refused', () => {
  test.each([
    '<',
    '<a',
    '<a>',
    '<a><b></a>',
    '<a></b>',
    '</a>',
    '<a/><b/>',
    'x<a/>',
    '<a/>x',
    '<a b>',
    '<a b=1/>',
    '<a b="1"c="2"/>',
    '<a b="<"/>',
    '<a/ >',
    '< a/>',
    '<1/>',
    '<a>&foo;</a>',
    '<a>&#xD800;</a>',
    '<a>&#0;</a>',
    '<a>& b</a>',
    '<a>a&#64</a>',
    '<a b="&x;"/>',
    '<!-- -- --><a/>',
    '<!-- <a/>',
    '<a><![CDATA[x]]></a',
    '<a><![CDATA[x</a>',
    '<![CDATA[x]]><a/>',
    '<!ELEMENT a>',
    '<?x <a/>',
    '<a/><!DOCTYPE a>',
    '<!-->',
    '  ',
  ])('%j', (text) => {
    for (const size of [1, 2, 1000]) {
      expect(() => run(transform(), Buffer.from(text), [size])).toThrow(MalformedContentError);
    }
  });

  test('a document type that declares', () => {
    for (const size of [1, 1000]) {
      expect(() => run(transform(), Buffer.from('<!DOCTYPE a [<!ENTITY x "a@b.cd">]><a>&x;</a>'), [size])).toThrow(
        UnsupportedContentError,
      );
    }
  });
});

test('depth, attributes and field size are bounded, however the input is cut', () => {
  const limits = { depth: 3, fields: 2, fieldBytes: 60 };
  for (const size of [1, 7, 100_000]) {
    const attempt = (text: string) => run(transform({ version: 1, limits }), Buffer.from(text), [size]).toString();
    expect(attempt('<a><b><c/></b></a>')).toBe('<a><b><c/></b></a>');
    expect(() => attempt('<a><b><c><d/></c></b></a>')).toThrow(LimitExceededError);
    expect(() => attempt('<a b="1" c="2" d="3"/>')).toThrow(LimitExceededError);
    expect(() => attempt(`<a>${'x'.repeat(61)}</a>`)).toThrow(LimitExceededError);
    expect(() => attempt(`<a b="${'x'.repeat(61)}"/>`)).toThrow(LimitExceededError);
    expect(() => attempt(`<a b="${'x'.repeat(600)}`)).toThrow(LimitExceededError);
    expect(() => attempt(`<a><!--${'x'.repeat(600)}`)).toThrow(LimitExceededError);
    expect(attempt(`<a>${'x'.repeat(60)}</a>`)).toHaveLength(67);
  }
});

interface Element {
  name: string;
  attributes: Array<[string, string]>;
  children: Array<Element | string | { cdata: string } | { comment: string }>;
}

const words = fc
  .array(
    fc.constantFrom(
      'a@b.cd',
      '4111111111111111',
      '1234567',
      ' ',
      'é',
      '😀',
      '<',
      '>',
      '&',
      '"',
      "'",
      '-',
      ']',
      'x',
      '\n',
    ),
    { maxLength: 5 },
  )
  .map((parts) => parts.join(''));
const element = fc.letrec<{ element: Element }>((tie) => ({
  element: fc.record({
    name: fc.constantFrom('a', 'b', 'phone', 'p:phone'),
    attributes: fc.uniqueArray(fc.tuple(fc.constantFrom('x', 'phone', 'p:y'), words), {
      maxLength: 3,
      selector: ([name]) => name,
    }),
    children: fc.array(
      fc.oneof(
        { maxDepth: 3 },
        words,
        fc.record({ cdata: words.map((content) => content.replaceAll(']', '')) }),
        fc.record({ comment: words.map((content) => content.replaceAll('-', '')) }),
        tie('element'),
      ),
      { maxLength: 4 },
    ),
  }),
})).element;

function write(node: Element | string | { cdata: string } | { comment: string }, random: () => number): string {
  const escape = (content: string) =>
    [...content]
      .map((character) =>
        '<>&"\''.includes(character) || random() % 6 === 0
          ? [
              `&#${character.codePointAt(0)};`,
              `&#x${character.codePointAt(0)!.toString(16)};`,
              ({ '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;', "'": '&apos;' } as Record<string, string>)[
                character
              ] ?? character,
            ][random() % 3]
          : character,
      )
      .join('');
  if (typeof node === 'string') return escape(node);
  if ('cdata' in node) return `<![CDATA[${node.cdata}]]>`;
  if ('comment' in node) return `<!--${node.comment}-->`;
  const attributes = node.attributes.map(([name, content]) => ` ${name}="${escape(content)}"`).join('');
  return `<${node.name}${attributes}>${node.children.map((child) => write(child, random)).join('')}</${node.name}>`;
}

/**
 * The fields of a document as an independent parser reads them: for each the name that goes with it, and its content.
 */
function fields(xml: string): Array<[string, string]> {
  const found: Array<[string, string]> = [];
  const stack: string[] = [];
  const local = (name: string) => name.replace(/^.*:/, '');
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', (tag) => {
    stack.push(local(tag.name));
    for (const [name, content] of Object.entries(tag.attributes)) found.push([local(name), content]);
  });
  parser.on('closetag', () => void stack.pop());
  parser.on('text', (content) => found.push([stack.at(-1) ?? '', content]));
  parser.on('cdata', (content) => found.push([stack.at(-1) ?? '', content]));
  parser.on('comment', (content) => found.push([stack.at(-1) ?? '', content]));
  parser.write(xml).close();
  return found;
}

test(
  'any document, however it is written and cut: an independent parser reads from the output what the ' +
    'detectors leave of the fields',
  () => {
    fc.assert(
      fc.property(element, fc.infiniteStream(fc.nat({ max: 60 })), cuts, cuts, (root, stream, one, other) => {
        const iterator = stream[Symbol.iterator]();
        const xml = write(root, () => iterator.next().value as number);
        const whole = run(transform(), Buffer.from(xml), one).toString();
        expect(run(transform(), Buffer.from(xml), other).toString()).toBe(whole);
        const redactor = new PlainRedactor(PLAIN);
        const wanted = fields(xml).map(([name, content]) => {
          const bytes = Buffer.from(content);
          const redacted = redactor.redact(bytes, 0, bytes.length, { name });
          return [name, redacted ? Buffer.from(redacted).toString() : content];
        });
        expect(fields(whole)).toEqual(wanted);
      }),
      { numRuns: 400 },
    );
  },
);

test('any bytes: the outcome is the same however they are cut', () => {
  const junk = fc.array(
    fc.constantFrom(
      '<',
      '>',
      '</',
      '/>',
      '<a>',
      '</a>',
      '<b c="d">',
      '</b>',
      '"',
      "'",
      '=',
      ' ',
      '&',
      'amp;',
      '&#64;',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<?',
      '?>',
      '<!DOCTYPE a',
      '[',
      'a@b.cd',
      'x',
    ),
    { maxLength: 14 },
  );
  const policy: RedactionPolicyDocument = {
    version: 1,
    fields: [
      { path: '//b', action: { type: 'drop' } },
      { path: '//a/@c', action: { type: 'mask' } },
    ],
  };
  fc.assert(
    fc.property(junk, cuts, (parts, sizes) => {
      const bytes = Buffer.from(`<a>${parts.join('')}</a>`);
      expect(outcome(transform(policy), bytes, sizes)).toBe(outcome(transform(policy), bytes, [1]));
    }),
    { numRuns: 2000 },
  );
});

test('every refusal is an error of the core', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 30 }), (text) => {
      try {
        run(transform(), Buffer.from(`<a>${text}`));
      } catch (error) {
        expect(error).toBeInstanceOf(RedactionError);
      }
    }),
  );
});
