import { matches, type Pattern } from './glob';

const UNKNOWN_PART = /\u0001[^\u0002]*\u0002/g;
const ANY_UNKNOWN = '\u0001\u0002';

/**
 * What follows the unknown parts of a pattern, and what stands there in a text that begins alike: equal expressions
 * have equal values. The text is the name of something that exists, so its unknown parts hold no wildcard. Undefined if
 * it cannot be told, for an ARN that is unknown as a whole as well.
 */
export function afterSharedUnknown(
  pattern: string,
  text: string,
): { readonly pattern: string; readonly text: string } | undefined {
  const shared = pattern.slice(0, pattern.lastIndexOf('\u0002') + 1);
  const known = shared.replace(UNKNOWN_PART, '');
  if (shared === '' || !text.startsWith(shared) || /[*?]|\$\{/.test(known) || known.split(':').length < 6) {
    return undefined;
  }
  return { pattern: pattern.slice(shared.length), text: text.slice(shared.length) };
}

/** Whether a known pattern matches a text with unknown parts: `undefined` if their values decide it. */
export function matchesAnyValue(pattern: Pattern, text: string): boolean | undefined {
  // Wildcards alone take in an unknown part; one for a single character says how long it is.
  if (matches(pattern, text.replace(UNKNOWN_PART, ANY_UNKNOWN))) {
    return pattern.some(({ t }) => t === 'any') ? undefined : true;
  }
  const before = text.slice(0, text.search(/[\u0001{]/));
  const end = pattern.findIndex((token) => token.t !== 'char' || token.c.startsWith('{'));
  const known = pattern
    .slice(0, end === -1 ? undefined : end)
    .map((token) => ('c' in token ? token.c : ''))
    .join('');
  return known.startsWith(before) || before.startsWith(known) ? undefined : false;
}
