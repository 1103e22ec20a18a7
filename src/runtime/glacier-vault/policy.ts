import type { PolicyJson } from './contract';

/**
 * Whether Glacier's text says the same as a document: the order of keys and values, lists of one and the spelling of
 * numbers aside.
 */
export function samePolicy(text: string | undefined, document: PolicyJson): boolean {
  if (text === undefined) return false;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return false;
  }
  return canonical(parsed) === canonical(document);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) {
    const items = value.map(canonical).sort();
    return items.length === 1 ? items[0] : `[${items.join()}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, item]): [string, string] => [key, canonical(item)]);
    // Everybody is written in two ways.
    if (entries.length === 1 && entries[0].join() === 'AWS,"*"') return '"*"';
    return `{${entries
      .map(([key, item]) => `${JSON.stringify(key)}:${item}`)
      .sort()
      .join()}}`;
  }
  return JSON.stringify(String(value));
}
