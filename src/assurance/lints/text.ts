import { isUnknown, unknownNames } from '../template/unknown';

/** Whether the text is one that a pattern with `*` and `?` stands for. */
export function matchesText(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '[^]*')
    .replace(/\?/g, '[^]');
  return new RegExp(`^${source}$`).test(text);
}

/** The text without what only the deployment knows. */
export function withoutUnknown(value: string): string {
  if (!isUnknown(value)) return value;
  // Between the control characters stands the name of the unknown value, never policy text.
  return unknownNames(value).reduce((text, name) => text.replace(`\u0001${name}\u0002`, ''), value);
}

/** Whether the template says how the text ends. */
export function endsKnown(value: string): boolean {
  return !value.endsWith('\u0002');
}

/** Names in a sentence; of more than four, the number of the others. */
export function listed(names: readonly string[], what: string): string {
  const unique = [...new Set(names)];
  return unique.length > 4
    ? `${unique.slice(0, 4).join(', ')} and ${unique.length - 4} more ${what}`
    : unique.join(', ');
}
