import { Aws } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { DELIVERIES } from '../model/delivery/table';

const SOURCES = Symbol.for('cdk-s3-strongbox.service-sources');

/** For whose resources services may act on a bucket; all controls that say so add up. */
export class ServiceSources {
  private readonly named = new Set<string>();
  private readonly trusted = new Set<string>();

  public add(accounts: readonly string[], organizationId?: string): void {
    accounts.forEach((account) => this.named.add(account));
    if (organizationId !== undefined) this.trusted.add(organizationId);
  }

  public get accounts(): string[] {
    return [...this.named];
  }

  public get organizations(): string[] {
    return [...this.trusted];
  }

  /** As options of the guarantee. */
  public get asOptions(): object {
    const { accounts, organizations } = this;
    return { accounts, ...(organizations.length > 0 && { organizations }) };
  }
}

export function sourcesOf(bucket: s3.CfnBucket): ServiceSources {
  const holder = bucket as { [SOURCES]?: ServiceSources };
  if (!holder[SOURCES]) Object.defineProperty(holder, SOURCES, { value: new ServiceSources() });
  return holder[SOURCES]!;
}

/**
 * The conditions that bound a service to its sources, by the key that a page of AWS documents for all its deliveries:
 * `aws:SourceOrgID`, `aws:SourceAccount`, or a pattern of `aws:SourceArn`. Undefined where none does, since a key that
 * the service does not send would end its work.
 */
export function sourceConditions(
  service: string,
  { accounts, organizations }: ServiceSources,
): Record<string, Record<string, unknown>> | undefined {
  const rows = DELIVERIES.filter(
    ({ caller, principal, optInPrincipal }) =>
      caller === 'service' && [principal, optInPrincipal].some((each) => each !== undefined && isFor(each, service)),
  );
  if (rows.length === 0) return undefined;
  if (organizations.length > 0 && rows.every(({ source }) => source?.organization)) {
    return { StringEquals: { 'aws:SourceOrgID': single(organizations) } };
  }
  if (rows.every(({ source }) => source?.account && !source.arnPreferred)) {
    return { StringEquals: { 'aws:SourceAccount': single(accounts) } };
  }
  if (rows.some(({ source }) => source?.arn === undefined)) return undefined;
  const arns = rows.flatMap(({ source }) => accounts.map((account) => filled(source!.arn!, account)));
  return { ArnLike: { 'aws:SourceArn': single([...new Set(arns)]) } };
}

function isFor(pattern: string, service: string): boolean {
  const [before, after] = pattern.split('{region}');
  return after === undefined
    ? pattern === service
    : service.startsWith(before) && service.endsWith(after) && service.length > before.length + after.length;
}

function filled(pattern: string, account: string): string {
  const known: Record<string, string> = { partition: Aws.PARTITION, account };
  return pattern.replace(/\{(\w+)\}/g, (_, name: string) => known[name] ?? '*');
}

function single(values: readonly string[]): unknown {
  return values.length === 1 ? values[0] : [...values];
}
