import { isIP } from 'node:net';
import { validationError } from './validation-error';

/**
 * Ranges that no request from the internet comes from, so that naming them lets nobody in, or is a misunderstanding.
 */
const NEVER_PUBLIC: ReadonlyArray<readonly [range: string, what: string]> = [
  ['0.0.0.0/8', 'of no network'],
  ['10.0.0.0/8', 'private'],
  ['100.64.0.0/10', 'shared by carriers'],
  ['127.0.0.0/8', 'of the machine itself'],
  ['169.254.0.0/16', 'link-local'],
  ['172.16.0.0/12', 'private'],
  ['192.168.0.0/16', 'private'],
  ['198.18.0.0/15', 'for measurements'],
  ['224.0.0.0/3', 'multicast or reserved'],
  ['::/8', 'reserved'],
  ['fc00::/7', 'private'],
  ['fe80::/10', 'link-local'],
  ['ff00::/8', 'multicast'],
];

interface Range {
  readonly version: 4 | 6;
  readonly bits: number;
  readonly address: bigint;
  readonly length: number;
}

/** Everybody: all addresses, and all that are public in version 6. */
const EVERYBODY = ['0.0.0.0/0', '::/0', '2000::/3'];

/** Refuses what is no range, a range with host bits, the whole internet, and addresses that S3 never sees. */
export function requirePublicRange(property: string, text: string): void {
  const refuse = (allowed: string, fix: string) =>
    validationError({ property, actual: text, expected: allowed, hint: fix });
  const range = parse(text);
  if (range === undefined) {
    throw refuse(
      'an address range in CIDR notation',
      isIP(text) ? `write "${text}/${isIP(text) === 4 ? 32 : 128}"` : 'write for example "203.0.113.0/24"',
    );
  }
  const network = networkOf(range);
  if (EVERYBODY.includes(show({ ...range, address: network }))) {
    throw refuse('a range that leaves somebody outside', 'leave the IP ranges out if every address is inside');
  }
  if (network !== range.address) {
    throw refuse('a range with no host bits set', `write "${show({ ...range, address: network })}"`);
  }
  for (const [never, what] of NEVER_PUBLIC) {
    const other = parse(never)!;
    if (overlap(range, other)) {
      throw refuse(
        `public addresses only, since S3 sees no private ones; ${never} is ${what}`,
        'name the public address of the NAT gateway, or for requests through a VPC endpoint Perimeter.vpcs(...)',
      );
    }
  }
}

function parse(text: string): Range | undefined {
  const [, address, digits] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  if (address === undefined) return undefined;
  const version = isIP(address);
  const bits = version === 4 ? 32 : 128;
  const length = Number(digits);
  if (version === 0 || length > bits || address.includes('%')) return undefined;
  return { version: version as 4 | 6, bits, length, address: version === 4 ? v4(address) : v6(address) };
}

function v4(address: string): bigint {
  return address.split('.').reduce((sum, octet) => sum * 256n + BigInt(octet), 0n);
}

function v6(address: string): bigint {
  // The last 32 bits may be written as an IPv4 address.
  const plain = address.replace(/\d+\.\d+\.\d+\.\d+$/, (quad) => {
    const value = v4(quad);
    return `${(value / 65_536n).toString(16)}:${(value % 65_536n).toString(16)}`;
  });
  const [head, tail] = plain.split('::').map((part) => (part === '' ? [] : part.split(':')));
  const groups = tail === undefined ? head : [...head, ...Array(8 - head.length - tail.length).fill('0'), ...tail];
  return groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

function networkOf({ address, bits, length }: Range): bigint {
  const size = 2n ** BigInt(bits - length);
  return (address / size) * size;
}

function overlap(one: Range, other: Range): boolean {
  if (one.version !== other.version) return false;
  const length = Math.min(one.length, other.length);
  return networkOf({ ...one, length }) === networkOf({ ...other, length });
}

function show({ version, address, length }: Range): string {
  if (version === 4) return `${[24n, 16n, 8n, 0n].map((shift) => (address / 2n ** shift) % 256n).join('.')}/${length}`;
  const groups = Array.from({ length: 8 }, (_, i) => ((address / 65_536n ** BigInt(7 - i)) % 65_536n).toString(16));
  // URLs write the longest run of zeros as "::".
  return `${new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)}/${length}`;
}
