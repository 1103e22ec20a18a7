import { BlockList, isIP } from 'node:net';
import type { LooseCondition } from './documents';
import type { Lint } from './lint';
import { ACCESS_ANALYZER } from './pages';
import { isNegated } from './presence';

/** Addresses that no request from the internet has (RFC 1918, 4193, 3927, loopback). */
const PRIVATE: ReadonlyArray<readonly [address: string, bits: number]> = [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['127.0.0.0', 8],
  ['fc00::', 7],
  ['fe80::', 10],
];

const ranges = PRIVATE.map(([address, bits]) => {
  const list = new BlockList();
  list.addSubnet(address, bits, address.includes(':') ? 'ipv6' : 'ipv4');
  return { list, bits };
});

/** `aws:SourceIp` is a public address; through a VPC endpoint the key is missing. */
export const privateSourceIp: Lint = {
  id: 'private-source-ip',
  title: 'A condition compares aws:SourceIp with a private range',
  fix:
    'Write the public addresses of the network (of its NAT gateways or proxies); for requests through a VPC ' +
    'endpoint compare aws:SourceVpce, aws:SourceVpc or aws:VpcSourceIp.',
  page: ACCESS_ANALYZER,
  example: {
    wrong: '"NotIpAddress": { "aws:SourceIp": "10.0.0.0/8" }',
    right:
      '"NotIpAddress": { "aws:VpcSourceIp": "10.0.0.0/8" }, "StringNotEquals": { "aws:SourceVpc": "vpc-0a1b2c3d" }',
  },
  *find(template) {
    for (const { conditions, document } of template.statements) {
      for (const condition of conditions) {
        if (!/^aws:SourceIp$/i.test(condition.key) || !/^(Not)?IpAddress$/i.test(condition.operator)) continue;
        const found = condition.values.filter(isPrivate);
        if (found.length === 0) continue;
        yield { resource: document.resource, location: condition.location, message: messageFor(found, condition) };
      }
    }
  },
};

function isPrivate(value: string): boolean {
  const [address, prefix] = value.split('/');
  const version = isIP(address);
  if (version === 0) return false;
  const bits = prefix === undefined ? 128 : Number(prefix);
  return ranges.some((range) => bits >= range.bits && range.list.check(address, version === 4 ? 'ipv4' : 'ipv6'));
}

function messageFor(found: readonly string[], { values, operator, ifExists }: LooseCondition): string {
  const all = found.length === values.length;
  const decided = isNegated(operator)
    ? 'is always true'
    : ifExists
      ? 'is true only where the key is missing'
      : 'is never true';
  return (
    `"aws:SourceIp" is a public address, or missing from requests through a VPC endpoint, and ${found.join(', ')} ` +
    `${found.length === 1 ? 'is a private range' : 'are private ranges'}: ` +
    (all ? `the test ${decided}.` : 'no request has such an address.')
  );
}
