import * as fc from 'fast-check';
import {
  chooseCharset,
  createCharsetDecoder,
  createCharsetEncoder,
} from '../../../../src/runtime/redaction/charset/charset';
import {
  MalformedContentError,
  TransformEndedError,
  UnsupportedContentError,
} from '../../../../src/runtime/redaction/errors';
import type { Charset } from '../../../../src/runtime/redaction/policy';
import { run } from '../../../support/byte-transforms';

const CHARSETS: Charset[] = ['utf-8', 'utf-16le', 'utf-16be', 'latin1'];

function encode(text: string, charset: Charset): Buffer {
  return charset === 'utf-16be' ? Buffer.from(text, 'utf16le').swap16() : Buffer.from(text, charset);
}

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });

test.each(CHARSETS.filter((charset) => charset !== 'latin1'))(
  '%s becomes UTF-8 and comes back, however it is cut',
  (charset) => {
    fc.assert(
      fc.property(text, sizes, sizes, (original, cuts, cutsBack) => {
        const bytes = encode(original, charset);
        const utf8 = run(createCharsetDecoder(charset), bytes, cuts);
        expect(utf8.toString('utf8')).toBe(original);
        expect(run(createCharsetEncoder(charset), utf8, cutsBack).equals(bytes)).toBe(true);
      }),
    );
  },
);

test('each byte of latin1 comes back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), sizes, sizes, (bytes, cuts, cutsBack) => {
      const utf8 = run(createCharsetDecoder('latin1'), bytes, cuts);
      expect(run(createCharsetEncoder('latin1'), utf8, cutsBack).equals(bytes)).toBe(true);
    }),
  );
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  expect(new Set(run(createCharsetDecoder('latin1'), all).toString('utf8')).size).toBe(256);
});

test('latin1 is read as windows-1252', () => {
  expect(run(createCharsetDecoder('latin1'), Buffer.from([0x80, 0x96, 0xe9])).toString()).toBe('€–é');
  expect(
    run(createCharsetEncoder('latin1'), Buffer.from('€–é☃😀')).equals(Buffer.from([0x80, 0x96, 0xe9, 0x3f, 0x3f])),
  ).toBe(true);
});

const INVALID: Array<[string, Charset, number[]]> = [
  ['a lone continuation', 'utf-8', [0x61, 0x80, 0x62]],
  ['four continuations at the end', 'utf-8', [0x80, 0x80, 0x80, 0x80]],
  ['an overlong slash', 'utf-8', [0xc0, 0xaf]],
  ['a surrogate', 'utf-8', [0xed, 0xa0, 0x80]],
  ['past U+10FFFF', 'utf-8', [0xf4, 0x90, 0x80, 0x80]],
  ['an unfinished character', 'utf-8', [0x61, 0xe2, 0x82]],
  ['an unfinished character followed by a letter', 'utf-8', [0xe2, 0x82, 0x61]],
  ['Latin-1', 'utf-8', [...Buffer.from('Müller, 30 Straße', 'latin1')]],
  ['a lone high surrogate', 'utf-16le', [0x00, 0xd8, 0x61, 0x00]],
  ['a lone low surrogate', 'utf-16be', [0xdc, 0x00]],
  ['a high surrogate at the end', 'utf-16be', [0x00, 0x61, 0xd8, 0x00]],
  ['an odd byte', 'utf-16le', [0x61, 0x00, 0x62]],
];

test.each(INVALID)('%s is refused as %s, however it is cut', (_what, charset, bytes) => {
  for (let size = 1; size <= bytes.length; size++) {
    expect(() => run(createCharsetDecoder(charset), Uint8Array.from(bytes), [size])).toThrow(MalformedContentError);
  }
});

test('a decoder that failed says nothing more', () => {
  const decoder = createCharsetDecoder('utf-8');
  expect(() => decoder.push(Buffer.from([0xff, 0xc3]))).toThrow(MalformedContentError);
  expect(() => decoder.push(Buffer.from([0xa9]))).toThrow(TransformEndedError);
  expect(() => decoder.end()).toThrow(TransformEndedError);
});

test('the byte order mark outranks the policy, the policy the content type', () => {
  expect(chooseCharset(Buffer.from([0xff, 0xfe, 0x61]), 'latin1', 'utf-8')).toEqual({
    charset: 'utf-16le',
    bomBytes: 2,
  });
  expect(chooseCharset(Buffer.from([0xfe, 0xff]), undefined, undefined)).toEqual({ charset: 'utf-16be', bomBytes: 2 });
  expect(chooseCharset(Buffer.from([0xef, 0xbb, 0xbf]), undefined, 'iso-8859-1')).toEqual({
    charset: 'utf-8',
    bomBytes: 3,
  });
  expect(chooseCharset(Buffer.from('abc'), 'latin1', 'utf-8')).toEqual({ charset: 'latin1', bomBytes: 0 });
  expect(chooseCharset(Buffer.from('abc'), undefined, 'ISO-8859-1')).toEqual({ charset: 'latin1', bomBytes: 0 });
  expect(chooseCharset(Buffer.alloc(0), undefined, undefined)).toEqual({ charset: 'utf-8', bomBytes: 0 });
  expect(() => chooseCharset(Buffer.from('abc'), undefined, 'shift_jis')).toThrow(UnsupportedContentError);
});
