import * as fc from 'fast-check';
import { arnPattern, folded, glob, matches, type Pattern } from '../../../src/assurance/engine/glob';

/** The definition, too slow for anything but a test. */
function reference(pattern: Pattern, text: string): boolean {
  const [token, ...rest] = pattern;
  if (token === undefined) return text === '';
  const [c] = text;
  switch (token.t) {
    case 'char':
      return c === token.c && reference(rest, text.slice(1));
    case 'fold':
      return c?.toLowerCase() === token.c && reference(rest, text.slice(1));
    case 'of':
      return c !== undefined && token.set.includes(c) && reference(rest, text.slice(1));
    case 'any':
      return c !== undefined && (token.colon || c !== ':') && reference(rest, text.slice(1));
    case 'many':
      return (
        reference(rest, text) || (c !== undefined && (token.colon || c !== ':') && reference(pattern, text.slice(1)))
      );
  }
}

const letters = 'aAb:*?.$^(|\\/ß';
const text = fc.string({ unit: fc.constantFrom(...letters), maxLength: 8 });

test.each<[string, (written: string) => Pattern]>([
  ['a glob', (written) => glob(written)],
  ['an ARN', (written) => arnPattern(glob(written))],
  ['a text in any case', (written) => folded(written)],
])('%s matches what its definition says, whatever the way to find out', (_, compile) => {
  fc.assert(
    fc.property(
      text,
      text,
      (written, asked) => matches(compile(written), asked) === reference(compile(written), asked),
    ),
    { numRuns: 2000 },
  );
});

test('many wildcards take no time', () => {
  const start = Date.now();
  expect(matches(glob(`${'*a'.repeat(40)}b`), 'a'.repeat(2000))).toBe(false);
  expect(matches(glob(`${'*a'.repeat(2)}b`), 'a'.repeat(2000))).toBe(false);
  expect(matches(arnPattern(glob('arn:*:*:*:*:a*a*b')), `arn:${'a'.repeat(500)}:b:c:d:${'a'.repeat(1000)}`)).toBe(
    false,
  );
  expect(Date.now() - start).toBeLessThan(5000);
});
