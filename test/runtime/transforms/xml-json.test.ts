import * as fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { cuts, outcome, SURROUNDINGS, text } from './support';
import type { JsonToXmlSpec, XmlToJsonSpec } from '../../../src/runtime/object-views/transform-spec';
import {
  LimitExceededError,
  MalformedContentError,
  UnsupportedContentError,
} from '../../../src/runtime/redaction/errors';
import { prepareChain } from '../../../src/runtime/transforms/prepare';

const toJson = (xml: string | Buffer, spec: Partial<XmlToJsonSpec> = {}, sizes?: number[]) =>
  text([{ type: 'xmlToJson', ...spec }], xml, {}, sizes);
const toXml = async (json: string, spec: Partial<JsonToXmlSpec> = {}) =>
  (await text([{ type: 'jsonToXml', ...spec }], json)).replace(/^<\?xml.*\?>\n/, '');

const ORDER = `<?xml version="1.0"?>
<order id="7" xmlns:p="urn:people">
  <!-- layout -->
  <p:customer><name>Ada &amp; Co</name><vip>true</vip></p:customer>
  <item sku="a"><price>1.50</price></item>
  <item sku="b"><price>007</price></item>
  <note>call <b>now</b> please</note>
  <empty/><blank> </blank><data><![CDATA[<x> & y]]></data>
</order>`;

describe('XML to JSON', () => {
  test('elements, attributes, texts, arrays by rule, mixed content', async () => {
    expect(JSON.parse(await toJson(ORDER, { arrays: ['order/item'] }))).toEqual({
      order: {
        '@id': '7',
        '@xmlns:p': 'urn:people',
        'p:customer': { name: 'Ada & Co', vip: 'true' },
        item: [
          { '@sku': 'a', price: '1.50' },
          { '@sku': 'b', price: '007' },
        ],
        note: { b: 'now', '#text': 'call  please' },
        empty: '',
        blank: ' ',
        data: '<x> & y',
      },
    });
  });

  test('an array by rule is one with a single element too', async () => {
    expect(await toJson('<a><b>1</b></a>', { arrays: ['//b'] })).toBe('{"a":{"b":["1"]}}');
  });

  test.each([
    ['<a><b/><b/></a>', 'no rule'],
    ['<a><b/><c/><b/></a>', 'not next to each other'],
  ])('repeated elements without a rule are refused: %s (%s)', async (xml) => {
    await expect(toJson(xml)).rejects.toThrow(/"arrays"/);
  });

  test('elements of one name that are apart are refused even with a rule', async () => {
    await expect(toJson('<a><b/><c/><b/></a>', { arrays: ['a/b'] })).rejects.toThrow(MalformedContentError);
  });

  test('every child an array, or the children as an ordered list', async () => {
    expect(await toJson('<a><b>1</b><b>2</b></a>', { repeated: 'array' })).toBe('{"a":{"b":["1","2"]}}');
    expect(await toJson('<a x="1">t<b>1</b>u<c/><b>2</b>v</a>', { repeated: 'ordered' })).toBe(
      '{"a":{"@x":"1","#children":["t",{"b":"1"},"u",{"c":""},{"b":"2"},"v"]}}',
    );
  });

  test('numbers and booleans only where asked, and only where they are exactly that', async () => {
    const spec = { arrays: ['order/item'], numbers: ['//price', 'order/@id'], booleans: ['//vip'] };
    const { order } = JSON.parse(await toJson(ORDER, spec));
    expect([order['@id'], order.item[0].price, order.item[1].price, order['p:customer'].vip]).toEqual([
      7,
      1.5,
      '007',
      true,
    ]);
    expect(await toJson('<a>12345678901234567890.10</a>', { numbers: ['a'] })).toBe('{"a":12345678901234567890.10}');
    for (const not of ['NaN', '0x10', '1e', '+1', ' 1', '']) {
      expect(await toJson(`<a>${not}</a>`, { numbers: ['a'] })).toBe(`{"a":"${not}"}`);
    }
  });

  test('namespaces: prefix, local name, URI', async () => {
    const xml = '<p:a xmlns:p="urn:x" xmlns="urn:y" p:k="1"><b/></p:a>';
    expect(JSON.parse(await toJson(xml))).toEqual({
      'p:a': { '@xmlns:p': 'urn:x', '@xmlns': 'urn:y', '@p:k': '1', b: '' },
    });
    expect(JSON.parse(await toJson(xml, { namespaces: 'local' }))).toEqual({ a: { '@k': '1', b: '' } });
    expect(JSON.parse(await toJson(xml, { namespaces: 'uri' }))).toEqual({
      '{urn:x}a': { '@{urn:x}k': '1', '{urn:y}b': '' },
    });
    await expect(toJson('<q:a/>')).rejects.toThrow(MalformedContentError);
    await expect(
      toJson('<a xmlns:p="urn:x" xmlns:q="urn:z" p:k="1" q:k="2"/>', { namespaces: 'local' }),
    ).rejects.toThrow(MalformedContentError);
  });

  test('records, one a line', async () => {
    expect(await toJson('<all><head/><row n="1"><a>x</a></row><row n="2"/></all>', { records: 'all/row' })).toBe(
      '{"@n":"1","a":"x"}\n{"@n":"2"}\n',
    );
  });

  test('other charsets by declaration, byte order mark and content type', async () => {
    const xml = '<?xml version="1.0" encoding="ISO-8859-1"?><a>café</a>';
    expect(await toJson(Buffer.from(xml, 'latin1'))).toBe('{"a":"café"}');
    expect(await toJson(Buffer.from('\ufeff<a>café</a>', 'utf16le'))).toBe('{"a":"café"}');
    expect(
      await text([{ type: 'xmlToJson' }], Buffer.from('<a>café</a>', 'latin1'), {
        contentType: 'text/xml; charset=latin1',
      }),
    ).toBe('{"a":"café"}');
  });

  test.each([
    ['<!DOCTYPE a><a/>', UnsupportedContentError],
    ['<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;">]><a>&lol2;</a>', UnsupportedContentError],
    ['<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', UnsupportedContentError],
    ['<a>&undeclared;</a>', MalformedContentError],
    ['<a><b></a>', MalformedContentError],
    ['<a/><b/>', MalformedContentError],
    ['', MalformedContentError],
    ['<a', MalformedContentError],
    ['<a x=1/>', MalformedContentError],
    ['<a>\u0001</a>', MalformedContentError],
  ])('%s is refused', async (xml, error) => {
    await expect(toJson(xml)).rejects.toThrow(error);
  });

  test('limits: depth, length of a field, number of fields, a token that never ends', async () => {
    const limits = { depth: 5, fieldBytes: 1000, fields: 10 };
    await expect(toJson(`${'<a>'.repeat(6)}${'</a>'.repeat(6)}`, { limits })).rejects.toThrow(LimitExceededError);
    expect(await toJson(`${'<a>'.repeat(5)}${'</a>'.repeat(5)}`, { limits })).toContain('"a"');
    for (const xml of [
      `<a>${'x'.repeat(1001)}</a>`,
      `<a b="${'x'.repeat(1001)}"/>`,
      `<a><!--${'x'.repeat(5000)}--></a>`,
      `<a ${'x'.repeat(5000)}`,
    ]) {
      await expect(toJson(xml, { limits })).rejects.toThrow(LimitExceededError);
    }
    const many = Array.from({ length: 11 }, (_, i) => `k${i}="1"`).join(' ');
    await expect(toJson(`<a ${many}/>`, { limits })).rejects.toThrow(LimitExceededError);
    await expect(
      toJson(`<a>${Array.from({ length: 11 }, (_, i) => `<k${i}/>`).join('')}</a>`, { limits }),
    ).rejects.toThrow(LimitExceededError);
  });

  test('an error tells nothing of the content', async () => {
    await expect(toJson('<a><secret>planted</b></a>')).rejects.toThrow(/^the XML is not well-formed$/);
  });

  test('the way of cutting does not matter', async () => {
    const pieces = fc.constantFrom(
      '<b>',
      '</b>',
      '<c x="1&amp;2">',
      '</c>',
      'text',
      ' ',
      '&lt;',
      '<![CDATA[x]]>',
      '<!-- é -->',
      '\r\n',
      '<?p i?>',
      'é😀',
      '<b/>',
      '&bad;',
      '<!DOCTYPE a>',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(pieces, { maxLength: 20 }),
        cuts,
        fc.constantFrom('refuse', 'array', 'ordered'),
        async (parts, sizes, repeated) => {
          const xml = `<a>${parts.join('')}</a>`;
          const spec = [{ type: 'xmlToJson', repeated, limits: { fieldBytes: 40, depth: 4 } } as XmlToJsonSpec];
          const whole = await outcome(spec, xml);
          expect(await outcome(spec, xml, {}, sizes)).toBe(whole);
          if (!whole.startsWith('threw')) JSON.parse(Buffer.from(whole, 'latin1').toString());
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('JSON to XML', () => {
  test.each([
    ['{"a":"x"}', {}, '<a>x</a>'],
    [
      '{"a":{"@k":"1 \\" < \\n","b":["x",2,true,null],"#text":"t"}}',
      {},
      '<a k="1 &quot; &lt; &#10;"><b>x</b><b>2</b><b>true</b><b/>t</a>',
    ],
    ['{"a":{}}', {}, '<a/>'],
    ['{"a":[]}', { root: 'r' }, '<r/>'],
    ['[1,[2,{"a":3}]]', { root: 'r' }, '<r><item>1</item><item><item>2</item><item><a>3</a></item></item></r>'],
    ['{"a":1,"b":2}', { root: 'r' }, '<r><a>1</a><b>2</b></r>'],
    [
      '{"1st name":"x","":"y","_x0041_":"z"}',
      { root: 'r' },
      '<r><_x0031_st_x0020_name>x</_x0031_st_x0020_name><_>y</_><_x005f_x0041_>z</_x005f_x0041_></r>',
    ],
    ['12345678901234567890', { root: 'r' }, '<r>12345678901234567890</r>'],
    ['{"a":"&<>\\r"}', {}, '<a>&amp;&lt;&gt;&#13;</a>'],
  ])('%s', async (json, spec, xml) => {
    expect((await toXml(json, spec)).replace('<r></r>', '<r/>')).toBe(xml);
  });

  test.each([
    ['{"a":1,"b":2}', /"root"/],
    ['[1]', /"root"/],
    ['1', /"root"/],
    ['', /empty/],
    ['{"a":1}{"a":1}', /one root/],
    ['{"a":{"b":1,"@k":2}}', /attributes must be the first/],
    ['{"a":{"@k":{}}}', /attribute/],
    ['{"a":"\\u0000"}', /character/],
    ['{"a":"\\ud800"}', /character/],
    ['{"a":1,}', /not valid/],
    ['{"a"}', /not valid/],
    ['{"a":[1', /not valid/],
    ['{"a":tru}', /not valid/],
    ['{"a":[1 2]}', /not valid/],
    ['{"a":1]', /not valid/],
    [']', /not valid/],
  ])('%s is refused', async (json, message) => {
    await expect(toXml(json)).rejects.toThrow(message);
  });

  test('what came from XML goes back', async () => {
    const options = { arrays: ['//item'] };
    const json = await toJson(ORDER, options);
    const xml = await toXml(json);
    expect(await toJson(xml, options)).toBe(json);
  });

  test('any JSON object becomes well-formed XML, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 4 }), cuts, async (json, sizes) => {
        const spec: JsonToXmlSpec[] = [{ type: 'jsonToXml', root: 'r', attributePrefix: '' }];
        const whole = await outcome(spec, json);
        expect(await outcome(spec, json, {}, sizes)).toBe(whole);
        if (!whole.startsWith('threw')) new SaxesParser().write(Buffer.from(whole, 'latin1').toString()).close();
      }),
      { numRuns: 300 },
    );
  });

  test('limits', async () => {
    const limits = { depth: 3, fieldBytes: 1000, fields: 5 };
    await expect(toXml('{"a":{"b":{"c":{}}}}', { limits })).rejects.toThrow(LimitExceededError);
    await expect(toXml(`{"a":"${'x'.repeat(1001)}"}`, { limits })).rejects.toThrow(LimitExceededError);
    await expect(toXml(`{"a":"${'x'.repeat(300_000)}`, { limits })).rejects.toThrow(LimitExceededError);
    await expect(toXml('{"a":{"1":1,"2":1,"3":1,"4":1,"5":1,"6":1}}', { limits })).rejects.toThrow(LimitExceededError);
  });
});

test('HEAD knows the type: it is that of the last transform', () => {
  const chain = prepareChain(
    [{ type: 'decompress' }, { type: 'xmlToJson' }, { type: 'redact', policy: { version: 1 } }],
    SURROUNDINGS,
  );
  expect(chain.describe({ contentType: 'text/xml; charset=latin1', contentEncoding: 'gzip', name: 'a.xml' })).toEqual({
    contentType: 'application/json',
    name: 'a.xml',
  });
});

test('converted and then redacted: what the fields hold is found', async () => {
  const out = await text(
    [{ type: 'xmlToJson' }, { type: 'redact', policy: { version: 1 } }],
    '<a><mail>ada&#64;example.com</mail></a>',
    { contentType: 'application/xml' },
  );
  expect(out).toBe('{"a":{"mail":"[EMAIL]"}}');
});
