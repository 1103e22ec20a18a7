import { normal } from './actions/normal';
import type { Kind } from './kinds';
import type { AllowList } from './policy';

/** Hosts that RFC 2606 and RFC 6761 keep for documentation and tests. */
const RESERVED_HOST = /(?:^|\.)(?:example|test|localhost|invalid|example\.(?:com|net|org|edu))$/;
/** 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24 (RFC 5737). */
const DOCUMENTATION_IPV4 = /^(?:192\.0\.2|198\.51\.100|203\.0\.113)\./;
/** 2001:db8::/32 (RFC 3849) and 3fff::/20 (RFC 9637), as `normal` writes them. */
const DOCUMENTATION_IPV6 = /^(?:2001:db8|3fff:[0-9a-f]{1,3}|3fff):/;
/** 555-0100 to 555-0199 of each area of North America, and the numbers that Ofcom keeps for drama. */
const FICTITIOUS_PHONE = /^(?:[2-9]\d{2}55501\d{2}|2079460\d{3}|1[1-6]1496 ?0\d{3}|7700900\d{3})$/;
/** Numbers that the schemes and their processors publish for tests. */
const TEST_CARDS = new Set(
  (
    '4111111111111111 4242424242424242 4012888888881881 4222222222222 4000056655665556 5555555555554444 ' +
    '5105105105105100 2223003122003222 5200828282828210 378282246310005 371449635398431 378734493671000 ' +
    '6011111111111117 6011000990139424 3056930009020004 30569309025904 38520000023237 3566002020360505 ' +
    '3530111333300000 6200000000000005'
  ).split(' '),
);
/** The access key id of AWS's documentation. */
const EXAMPLE_KEY = /EXAMPLE$/;

/** What of the findings is left as it is. */
export class Allowed {
  private readonly values: ReadonlySet<string>;
  private readonly domains: readonly string[];

  constructor(private readonly list: AllowList) {
    this.values = new Set((list.values ?? []).flatMap((value) => [value.toLowerCase(), normal('card', value)]));
    this.domains = (list.domains ?? []).map((domain) => domain.toLowerCase().replace(/^[@.]+/, ''));
  }

  public has(kind: Kind, value: string): boolean {
    const plain = value.toLowerCase();
    if (this.values.has(plain) || this.values.has(normal('card', value))) return true;
    if (kind === 'email') {
      const host = plain.slice(plain.lastIndexOf('@') + 1);
      return (
        this.domains.some((domain) => host === domain || host.endsWith(`.${domain}`)) ||
        (this.list.documentation === true && RESERVED_HOST.test(host))
      );
    }
    return this.list.documentation === true && isDocumentation(kind, plain);
  }
}

function isDocumentation(kind: Kind, value: string): boolean {
  switch (kind) {
    case 'ipv4':
      return DOCUMENTATION_IPV4.test(value);
    case 'ipv6':
      return DOCUMENTATION_IPV6.test(normal(kind, value));
    case 'phone':
      return FICTITIOUS_PHONE.test(normal(kind, value));
    case 'card':
      return TEST_CARDS.has(normal(kind, value));
    case 'aws-key':
      return EXAMPLE_KEY.test(value.toUpperCase());
    default:
      return false;
  }
}
