import { Aws } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { certainlyDiffer } from '../input/environment';
import { validationError } from '../input/validation-error';
import type { Delivery } from '../model/delivery/delivery';
import { ELB_ACCOUNT_ONLY, ELB_ACCOUNTS } from '../model/delivery/table';

type Conditions = Record<string, Record<string, unknown>>;

/** The bucket that a delivery is for. */
export interface DeliveryTarget {
  readonly arn: string;
  readonly account: string;
  readonly region: string;
}

/** A statement that a delivery needs; `suffix` tells it from the others of the delivery. */
export interface DeliveryStatement {
  readonly suffix: string;
  readonly props: iam.PolicyStatementProps;
}

const PARTITION = Aws.PARTITION;

/** Who calls, and under which conditions the permission is given: the same for the bucket and for its key. */
class Caller {
  public readonly accounts: string[];
  public readonly regions: string[];

  public constructor(
    private readonly delivery: Delivery,
    private readonly target: DeliveryTarget,
  ) {
    const { accounts, regions } = delivery._options;
    const { sameRegion } = delivery._row;
    this.accounts = accounts ?? [target.account];
    this.regions = regions ?? (sameRegion ? [target.region] : ['*']);
    this.requireSame('accounts', 'account', delivery._row.sameAccount, this.accounts, target.account);
    this.requireSame('regions', 'Region', sameRegion, this.regions, target.region);
  }

  public get principals(): iam.IPrincipal[] {
    const { caller, principal, optInPrincipal } = this.delivery._row;
    if (caller === 'service-linked-role') return this.accounts.map((account) => new iam.AccountPrincipal(account));
    const account = elbAccountFor(this.delivery, this.target.region);
    if (account) return [new iam.AccountPrincipal(account)];
    const regional = [
      ...new Set([principal, ...(optInPrincipal ? optInPrincipalsOf(optInPrincipal, this.namedRegions) : [])]),
    ];
    return regional.flatMap((each) =>
      each.includes('{region}') ? this.servicesIn(each) : [new iam.ServicePrincipal(each)],
    );
  }

  /** The source for which the service acts; for a service-linked role its own ARN. */
  public get conditions(): Conditions {
    const { caller, principal, source } = this.delivery._row;
    if (caller === 'service-linked-role') {
      return {
        ArnEquals: {
          'aws:PrincipalArn': this.accounts.map(
            (account) => `arn:${PARTITION}:iam::${account}:role/aws-service-role/${principal}`,
          ),
        },
      };
    }
    if (!source || elbAccountFor(this.delivery, this.target.region)) return {};
    const { organizationId } = this.delivery._options;
    const bySourceOrganization = organizationId !== undefined && this.delivery.id !== 'cloudtrail';
    const equals: Record<string, unknown> = {};
    if (bySourceOrganization) equals['aws:SourceOrgID'] = organizationId;
    else if (source.account && !source.arnPreferred) equals['aws:SourceAccount'] = single(this.accounts);
    const conditions: Conditions = Object.keys(equals).length > 0 ? { StringEquals: equals } : {};
    if (source.arn === undefined) return conditions;
    const arns = (bySourceOrganization ? ['*'] : this.accounts).flatMap((account) =>
      this.regions.map((region) => this.fill(source.arn!, account, region)),
    );
    const exact = source.literal || (source.operator === 'StringEquals' && !arns.some((arn) => arn.includes('*')));
    const operator = exact ? 'StringEquals' : 'ArnLike';
    return { ...conditions, [operator]: { ...conditions[operator], 'aws:SourceArn': single([...new Set(arns)]) } };
  }

  public get keys(): string[] {
    const { organizationId } = this.delivery._options;
    const byOrganization = organizationId !== undefined && this.delivery.id !== 'cloudtrail';
    const accounts = [
      ...(byOrganization ? ['*'] : this.accounts),
      ...(organizationId !== undefined && !byOrganization ? [organizationId] : []),
    ];
    const filled = this.delivery._row.keys.flatMap((key) => accounts.map((account) => this.fill(key, account, '*')));
    return [...new Set(filled.map((key) => key.replace(/\*+/g, '*')))];
  }

  private fill(pattern: string, account: string, region: string): string {
    const known: Record<string, string> = {
      ...this.delivery._names,
      partition: PARTITION,
      account,
      region,
      prefix: this.delivery._options.prefix ?? '',
      organization: this.delivery._options.organizationId ?? '*',
    };
    return pattern.replace(/\{(\w+)\}/g, (_, name: string) => known[name] ?? '*');
  }

  /** A regional service principal must be named for each Region. */
  private servicesIn(principal: string): iam.IPrincipal[] {
    return this.namedRegions.map((region) => new iam.ServicePrincipal(principal.replace('{region}', region)));
  }

  private get namedRegions(): string[] {
    return this.regions.includes('*') ? [this.target.region] : this.regions;
  }

  private requireSame(
    property: string,
    what: string,
    required: boolean | undefined,
    given: string[],
    own: string,
  ): void {
    const other = required ? given.find((each) => certainlyDiffer(each, own)) : undefined;
    if (other === undefined) return;
    throw validationError({
      property,
      actual: other,
      expected: `the ${what} of the bucket, ${own}, since ${this.delivery.title} are delivered within one ${what}`,
      hint: `make a bucket in ${other}`,
    });
  }
}

/** In an opt-in Region the service may have a principal of its own, beside the global one. */
function optInPrincipalsOf(pattern: string, regions: string[]): string[] {
  return regions.filter((region) => OPT_IN.includes(region)).map((region) => pattern.replace('{region}', region));
}

/** @see https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html */
const OPT_IN = [
  'af-south-1',
  'ap-east-1',
  'ap-east-2',
  'ap-south-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ca-west-1',
  'eu-central-2',
  'eu-south-1',
  'eu-south-2',
  'il-central-1',
  'me-central-1',
  'me-south-1',
  'mx-central-1',
];

/** The account of Elastic Load Balancing, where only that is known to deliver. */
export function elbAccountFor({ _row: { principal } }: Delivery, region: string): string | undefined {
  return principal === 'logdelivery.elasticloadbalancing.amazonaws.com' && ELB_ACCOUNT_ONLY.includes(region)
    ? ELB_ACCOUNTS[region]
    : undefined;
}

/** The accounts for which the service may act. */
export function accountsOf(delivery: Delivery, target: DeliveryTarget): string[] {
  return new Caller(delivery, target).accounts;
}

/** The Regions of the resources for which the service may act; a star stands for all. */
export function regionsOf(delivery: Delivery, target: DeliveryTarget): string[] {
  return new Caller(delivery, target).regions;
}

/**
 * What the bucket policy must allow. Actions of the bucket and of its objects are apart, since their condition keys
 * differ.
 */
export function bucketStatements(delivery: Delivery, target: DeliveryTarget): DeliveryStatement[] {
  const { bucketActions, objectActions, acl } = delivery._row;
  const caller = new Caller(delivery, target);
  const { principals, conditions } = caller;
  const statements: DeliveryStatement[] = [];
  if (bucketActions.length > 0) {
    statements.push({
      suffix: 'Bucket',
      props: { principals, actions: [...bucketActions], resources: [target.arn], conditions },
    });
  }
  if (objectActions.length > 0) {
    const resources = caller.keys.map((key) => `${target.arn}/${key}`);
    const header =
      acl && !elbAccountFor(delivery, target.region)
        ? { StringEquals: { ...conditions.StringEquals, 's3:x-amz-acl': acl } }
        : {};
    statements.push({
      suffix: '',
      props: { principals, actions: [...objectActions], resources, conditions: { ...conditions, ...header } },
    });
  }
  if (delivery.id === 'ssm-resource-data-sync' && delivery._options.organizationId !== undefined) {
    const resources = caller.keys.map((key) => `${target.arn}/${key}`);
    statements.push({ suffix: 'Tags', props: { principals, actions: ['s3:PutObjectTagging'], resources, conditions } });
  }
  return statements;
}

/** What the policy of the KMS key must allow; none where the delivery cannot use a KMS key. */
export function keyStatement(delivery: Delivery, target: DeliveryTarget): iam.PolicyStatementProps | undefined {
  const { key } = delivery._row;
  if (!key || elbAccountFor(delivery, target.region)) return undefined;
  const caller = new Caller(delivery, target);
  return { principals: caller.principals, actions: [...key.actions], resources: ['*'], conditions: caller.conditions };
}

function single(values: string[]): string | string[] {
  return values.length === 1 ? values[0] : values;
}

/** Whether the policy bounds the delivery by what the service says of its source. */
export function isBounded({ _row: { caller, source } }: Delivery): boolean {
  return caller !== 'service' || source?.account === true || source?.arn !== undefined;
}
