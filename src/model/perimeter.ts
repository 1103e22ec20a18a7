import { Token } from 'aws-cdk-lib';
import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { CfnVPC, CfnVPCEndpoint } from 'aws-cdk-lib/aws-ec2';
import type { IConstruct } from 'constructs';
import { requirePublicRange } from '../input/ip-range';
import { referenced } from '../input/referenced';
import { validationError } from '../input/validation-error';

interface Inside {
  readonly vpcEndpoints: string[];
  readonly vpcs: string[];
  readonly ipRanges: string[];
  readonly organizations: string[];
  readonly accounts: string[];
  readonly distributions: string[];
}

const NOWHERE: Inside = {
  vpcEndpoints: [],
  vpcs: [],
  ipRanges: [],
  organizations: [],
  accounts: [],
  distributions: [],
};

/**
 * From where, and by whom, data may be reached: networks (`vpcEndpoints`, `vpcs`, `ipRanges`), identities
 * (`organization`, `accounts`) and a distribution (`cloudFront`). Of several, `anyOf` holds what is inside at least one
 * of them.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
 *
 * @example
 * declare const existing: s3.Bucket;
 * declare const vpc: ec2.Vpc;
 * existing.with(new BucketPerimeter(Perimeter.anyOf(Perimeter.vpcs(vpc.vpcId), Perimeter.ipRanges('203.0.113.0/24'))));
 */
export class Perimeter {
  /**
   * Requests through these VPC endpoints (`aws:SourceVpce`).
   * @param endpointIds Ids such as `vpce-0123456789abcdef0`, at least one.
   */
  public static vpcEndpoints(...endpointIds: string[]): Perimeter {
    return new Perimeter({ ...NOWHERE, vpcEndpoints: ids('endpointIds', endpointIds, ENDPOINT, VPC) });
  }

  /**
   * Requests from these VPCs, through any endpoint of theirs (`aws:SourceVpc`). Without an endpoint for S3 a VPC's
   * requests leave by the internet and carry no such key.
   *
   * @param vpcIds Ids such as `vpc-0123456789abcdef0`, at least one.
   */
  public static vpcs(...vpcIds: string[]): Perimeter {
    return new Perimeter({ ...NOWHERE, vpcs: ids('vpcIds', vpcIds, VPC, ENDPOINT) });
  }

  /**
   * Requests from these public addresses (`aws:SourceIp`). A request through a VPC endpoint carries no such key and is
   * outside: name the endpoint or the VPC as well.
   *
   * @param ranges IPv4 or IPv6 in CIDR notation with no host bits set, such as `203.0.113.0/24`; a single address is
   * `203.0.113.7/32`.
   */
  public static ipRanges(...ranges: string[]): Perimeter {
    requireSome('ranges', ranges, '"203.0.113.0/24"');
    for (const range of ranges) if (!isUnknown(range)) requirePublicRange('ranges', range);
    return new Perimeter({ ...NOWHERE, ipRanges: ranges });
  }

  /**
   * Requests by principals of this organization (`aws:PrincipalOrgID`).
   * @param organizationId Such as `o-a1b2c3d4e5`.
   */
  public static organization(organizationId: string): Perimeter {
    if (!isUnknown(organizationId) && !/^o-[a-z0-9]{10,32}$/.test(organizationId)) {
      throw validationError({
        property: 'organizationId',
        actual: organizationId,
        expected: 'the id of an organization, "o-" and 10 to 32 lower-case letters or digits',
        hint: /^(r|ou)-/.test(organizationId)
          ? 'name the organization, not a root or a unit of it'
          : 'write for example "o-a1b2c3d4e5"',
      });
    }
    return new Perimeter({ ...NOWHERE, organizations: [organizationId] });
  }

  /**
   * Requests by principals of the bucket's own account and of these (`aws:PrincipalAccount`).
   * @param accountIds Twelve digits each, at least one.
   */
  public static accounts(...accountIds: string[]): Perimeter {
    requireSome('accountIds', accountIds, '"111122223333"');
    for (const account of accountIds) {
      if (!isUnknown(account) && !/^\d{12}$/.test(account)) {
        throw validationError({
          property: 'accountIds',
          actual: account,
          expected: 'the id of an account, twelve digits',
          hint: 'write for example "111122223333"',
        });
      }
    }
    return new Perimeter({ ...NOWHERE, accounts: accountIds });
  }

  /**
   * Requests that CloudFront makes for this distribution, by origin access control. Those of the account's other
   * distributions are then outside.
   *
   * @param distribution The distribution; `S3BucketOrigin.withOriginAccessControl` lets it read.
   */
  public static cloudFront(distribution: cloudfront.IDistribution): Perimeter {
    return new Perimeter({ ...NOWHERE, distributions: [distribution.distributionArn] });
  }

  /** What is inside at least one of these. @param perimeters At least one. */
  public static anyOf(...perimeters: Perimeter[]): Perimeter {
    requireSome('perimeters', perimeters, 'Perimeter.vpcs(vpc.vpcId)');
    const all = (part: keyof Inside) => [...new Set(perimeters.flatMap(({ inside }) => inside[part]))];
    return new Perimeter({
      vpcEndpoints: all('vpcEndpoints'),
      vpcs: all('vpcs'),
      ipRanges: all('ipRanges'),
      organizations: all('organizations'),
      accounts: all('accounts'),
      distributions: all('distributions'),
    });
  }

  private constructor(private readonly inside: Inside) {}

  /**
   * Conditions that hold together for a request from outside all of it, where an absent key is outside.
   *
   * @internal
   */
  public _outside(ownAccount: string): Record<string, Record<string, string[]>> {
    const { vpcs, vpcEndpoints, ipRanges } = this.inside;
    const keys = named({ 'aws:SourceVpc': vpcs, 'aws:SourceVpce': vpcEndpoints, ...this.identities(ownAccount) });
    return named({ StringNotEqualsIfExists: keys, NotIpAddressIfExists: named({ 'aws:SourceIp': ipRanges }) });
  }

  /**
   * Conditions that hold together for a principal that the perimeter does not list, in any network.
   *
   * @internal
   */
  public _stranger(ownAccount: string): Record<string, Record<string, string[]>> {
    return { StringNotEqualsIfExists: { 'aws:PrincipalAccount': [ownAccount], ...this.identities(ownAccount) } };
  }

  /**
   * Conditions that hold together for an AWS service that says for whom it acts, and that is somebody else.
   *
   * @internal
   */
  public _foreignSource(ownAccount: string): Record<string, Record<string, string[]>> {
    const { accounts, organizations, distributions } = this.inside;
    return named({
      StringNotEquals: {
        'aws:SourceAccount': [ownAccount, ...accounts],
        ...named({ 'aws:SourceOrgID': organizations }),
      },
      ArnNotEquals: named({ 'aws:SourceArn': distributions }),
    });
  }

  /**
   * The distributions, if CloudFront is part of it.
   *
   * @internal
   */
  public get _distributions(): string[] {
    return this.inside.distributions;
  }

  /**
   * What is inside, as the guarantee of the perimeter names it.
   *
   * @internal
   */
  public get _options(): Record<string, string[]> {
    const { vpcs, vpcEndpoints, ipRanges, organizations, accounts, distributions } = this.inside;
    return named({ vpcs, vpcEndpoints, addresses: ipRanges, organizations, accounts, distributions });
  }

  private identities(ownAccount: string): Record<string, string[]> {
    const { accounts, organizations } = this.inside;
    return named({
      'aws:PrincipalAccount': accounts.length > 0 ? [ownAccount, ...accounts] : [],
      'aws:PrincipalOrgID': organizations,
    });
  }
}

interface Kind {
  readonly name: string;
  readonly prefix: string;
  readonly factory: string;
  readonly is: (construct: IConstruct) => boolean;
}

const VPC: Kind = {
  name: 'a VPC',
  prefix: 'vpc-',
  factory: 'Perimeter.vpcs',
  is: (construct) => CfnVPC.isCfnVPC(construct),
};
const ENDPOINT: Kind = {
  name: 'a VPC endpoint',
  prefix: 'vpce-',
  factory: 'Perimeter.vpcEndpoints',
  is: (construct) => CfnVPCEndpoint.isCfnVPCEndpoint(construct),
};

/** aws:SourceVpc and aws:SourceVpce are told apart by one letter, and a mix-up denies everybody or nobody. */
function ids(property: string, given: string[], kind: Kind, other: Kind): string[] {
  requireSome(property, given, `"${kind.prefix}0123456789abcdef0"`);
  for (const id of given) {
    const target = referenced(id);
    if (target ? other.is(target) : id.startsWith(other.prefix)) {
      throw validationError({
        property,
        actual: target ? target.node.path : id,
        expected: `the id of ${kind.name}, not of ${other.name}`,
        hint: `pass it to ${other.factory}(...)`,
      });
    }
    if (!isUnknown(id) && !new RegExp(`^${kind.prefix}([0-9a-f]{8}|[0-9a-f]{17})$`).test(id)) {
      throw validationError({
        property,
        actual: id,
        expected: `the id of ${kind.name}, "${kind.prefix}" and 8 or 17 hexadecimal digits`,
        hint: `write for example "${kind.prefix}0123456789abcdef0"`,
      });
    }
  }
  return given;
}

/**
 * What only the deployment knows, or a lookup of the CLI, for which a placeholder stands in on the first run of the
 * app.
 */
function isUnknown(value: string): boolean {
  return Token.isUnresolved(value) || value === 'vpc-12345' || value.startsWith('dummy-value-for-');
}

function requireSome(property: string, given: unknown[], example: string): void {
  if (given.length === 0) {
    throw validationError({ property, actual: '[]', expected: 'at least one', hint: `write for example ${example}` });
  }
}

/** Leaves out what names nothing: an empty list in a condition matches in ways that nobody means. */
function named<T extends object>(all: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => Object.keys(value).length > 0));
}
