import type { Kind } from '../kinds';

/**
 * The coarser value that still says something, or undefined where none is defined for the kind. It is never found
 * again.
 */
export function generalized(kind: Kind, value: string): string | undefined {
  switch (kind) {
    case 'email':
      return `*@${value.slice(value.lastIndexOf('@') + 1)}`;
    case 'ipv4':
      return `${value.split('.').slice(0, 3).join('.')}.*`;
    case 'ipv6':
      return `${expanded(value).slice(0, 3).join(':')}:*`;
    case 'mac':
      return `${value.slice(0, 9)}*`;
    case 'iban':
      return `${value.slice(0, 2).toUpperCase()}*`;
    case 'date-of-birth':
      return /(?<!\d)(?:18|19|20)\d\d(?!\d)/.exec(value)?.[0] ?? /^(?:18|19|20)\d\d/.exec(value)?.[0];
    case 'coordinates':
      return value.replace(/(\d+)\.(\d)\d*/g, '$1.$2');
    default:
      return undefined;
  }
}

/** The eight groups of an IPv6 address, leading zeros gone; an IPv4 tail counts as two and is not spelt out. */
function expanded(value: string): string[] {
  const [address] = value.split('%');
  const [head, rest] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  if (rest === undefined) return before.map(plain);
  const after = rest === '' ? [] : rest.split(':');
  const width = before.length + after.length + (rest.includes('.') ? 1 : 0);
  return [...before, ...Array<string>(Math.max(0, 8 - width)).fill('0'), ...after].map(plain);
}

function plain(group: string): string {
  return group.toLowerCase().replace(/^0+(?=.)/, '');
}
