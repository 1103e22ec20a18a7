import * as fc from 'fast-check';
import { HttpError } from '../../../src/runtime/presigned-urls/http-error';
import { objectKey } from '../../../src/runtime/presigned-urls/object-key';

const PREFIX = 'uploads/AROAEXAMPLE/';

test.each([
  ['report.pdf', 'report.pdf'],
  ['2026/january/a b.pdf', '2026/january/a b.pdf'],
  ['..hidden/a..b/...', '..hidden/a..b/...'],
  ['100%', '100%'],
  ['50%-zz', '50%-zz'],
  ['naïve.txt', 'nai\u0308ve.txt'],
  ['名前.txt', '名前.txt'],
  ['\u{1F468}\u200D\u{1F469}', '\u{1F468}\u200D\u{1F469}'],
  ['\u2764\uFE0F\u200D\u{1F525}', '\u2764\uFE0F\u200D\u{1F525}'],
  ['\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645', '\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645'],
  ['a\u202Fb\u00A0c\u3000d', 'a\u202Fb\u00A0c\u3000d'],
])('takes "%s", in NFC', (expected, name) => {
  expect(objectKey(PREFIX, name)).toBe(PREFIX + expected.normalize('NFC'));
});

test.each<[string, unknown, string]>([
  ['no key', undefined, 'is missing or no text'],
  ['an empty one', '', 'is missing or no text'],
  ['a number', 7, 'is missing or no text'],
  ['a list', ['a'], 'is missing or no text'],
  ['a parent folder', '../b', 'holds "." or ".." as a folder'],
  ['a parent folder inside', 'a/../b', 'holds "." or ".." as a folder'],
  ['a parent folder at the end', 'a/..', 'holds "." or ".." as a folder'],
  ['the same folder', './a', 'holds "." or ".." as a folder'],
  ['a parent folder with blanks', 'a/ .. /b', 'holds "." or ".." as a folder'],
  ['fullwidth dots', 'a/\uFF0E\uFF0E/b', 'holds "." or ".." as a folder'],
  ['a two dot leader', 'a/\u2025/b', 'holds "." or ".." as a folder'],
  ['fullwidth slashes', 'a\uFF0F\uFF0E\uFF0E\uFF0Fb', 'holds "." or ".." as a folder'],
  ['a leading slash', '/a', 'begins or ends with a slash'],
  ['a trailing slash', 'a/', 'begins or ends with a slash'],
  ['two slashes', 'a//b', 'or holds two in a row'],
  ['a backslash', 'a\\..\\b', 'holds a backslash'],
  ['a fullwidth backslash', 'a\uFF3Cb', 'holds a backslash'],
  ['an encoded dot', 'a/%2e%2e/b', 'is percent-encoded'],
  ['an encoded slash', 'a%2Fb', 'is percent-encoded'],
  ['a doubly encoded one', 'a/%252e%252e/b', 'is percent-encoded'],
  ['a fullwidth percent', 'a/\uFF052e\uFF052e/b', 'is percent-encoded'],
  ['a null', 'a\0', 'holds a control character'],
  ['a line break', 'a\r\nb', 'holds a control character'],
  ['a delete', 'a\u007F', 'holds a control character'],
  ['a C1 control', 'a\u0085', 'holds a control character'],
  ['a line separator', 'a\u2028', 'holds a control character'],
  ['a noncharacter', 'a\uFFFE', 'holds a control character'],
  ['text turned around', 'a\u202Efdp.exe', 'holds an invisible character'],
  ['a zero-width space', 'a\u200Bb', 'holds an invisible character'],
  ['half a pair', 'a\uD83D', 'holds half of a surrogate pair'],
  ['what a form replaces', '${filename}', 'holds a dollar sign'],
  ['too long a key', 'x'.repeat(1024 - PREFIX.length + 1), "makes a key of 1025 bytes; 1024 is S3's limit"],
  ['too many bytes', 'ü'.repeat(503), 'makes a key of 1026 bytes'],
])('refuses %s', (_what, name, why) => {
  expect(() => objectKey(PREFIX, name)).toThrow(HttpError);
  expect(() => objectKey(PREFIX, name)).toThrow(why);
});

test.each([
  0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x17b4, 0x180b, 0x180e, 0x200b, 0x200c, 0x200d, 0x200e, 0x2060, 0x2061, 0x2064,
  0x2065, 0x2066, 0x206f, 0x2800, 0x3164, 0xfe00, 0xfe0f, 0xfeff, 0xffa0, 0xfff0, 0xfff9, 0x1bca0, 0x1d173, 0x13430,
  0xe000, 0xe0001, 0xe0020, 0xe0041, 0xe0100, 0xe01ef, 0x10fffd,
])('refuses U+%i between letters, which nobody sees', (code) => {
  for (const name of ['a', 'a/b', 'report.pdf']) {
    const at = name.length - 1;
    expect(() => objectKey(PREFIX, name.slice(0, at) + String.fromCodePoint(code) + name.slice(at))).toThrow(
      'holds an invisible character',
    );
  }
});

test('takes a key of exactly 1024 bytes', () => {
  expect(objectKey(PREFIX, 'x'.repeat(1024 - PREFIX.length))).toHaveLength(1024);
});

/** Pieces of which attacks are made, among ordinary ones. */
const piece = fc.oneof(
  fc.constantFrom(
    '.',
    '..',
    '/',
    '//',
    '\\',
    '%2e',
    '%2F',
    '%252e',
    '%',
    '\0',
    '\uFF0E',
    '\uFF0F',
    '\u2024',
    '\u2025',
    ' ',
    'a',
    'b.txt',
    '\u202E',
    '\uD800',
    '~',
  ),
  fc.string({ unit: 'binary', maxLength: 3 }),
);

test('whatever is taken stays below the prefix, by every reading', () => {
  let taken = 0;
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
      (name) => {
        let key: string;
        try {
          key = objectKey(PREFIX, name);
        } catch (error) {
          expect(error).toBeInstanceOf(HttpError);
          return;
        }
        taken++;
        expect(key.startsWith(PREFIX)).toBe(true);
        expect(key).toBe(key.normalize('NFC'));
        const decode = (text: string) => {
          try {
            return decodeURIComponent(text);
          } catch {
            return text;
          }
        };
        const readings = [key, key.normalize('NFKC'), decode(key), decode(decode(key)), decode(key.normalize('NFKC'))];
        for (const reading of readings) {
          // As a URL parser or a file system would join it.
          const joined: string[] = [];
          for (const segment of reading.replace(/\\/g, '/').split('/')) {
            if (segment.trim() === '..') joined.pop();
            else if (segment !== '' && segment.trim() !== '.') joined.push(segment);
          }
          expect(`${joined.join('/')}/`.startsWith(PREFIX)).toBe(true);
          expect(joined.length).toBeGreaterThan(2);
        }
        expect(
          decodeURIComponent(new URL(`https://x/${key.split('/').map(encodeURIComponent).join('/')}`).pathname),
        ).toBe(`/${key}`);
      },
    ),
    { numRuns: 20_000 },
  );
  expect(taken).toBeGreaterThan(500);
});

test('two names never make one key unless they are the same text', () => {
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 });
  const keyOf = (text: string) => {
    try {
      return objectKey(PREFIX, text);
    } catch {
      return undefined;
    }
  };
  fc.assert(
    fc.property(name, name, (one, other) => {
      const [a, b] = [keyOf(one), keyOf(other)];
      if (a !== undefined && a === b) expect(one.normalize('NFC')).toBe(other.normalize('NFC'));
    }),
    { numRuns: 5000 },
  );
});
