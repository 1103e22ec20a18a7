import type * as s3 from 'aws-cdk-lib/aws-s3';
import { requireAccountIds, requireOrganizationId } from '../../input/account-ids';
import { onFinalize } from '../../policy/bucket-policy';
import { boundServices } from '../../policy/delivery-merge';
import { sourcesOf } from '../../policy/service-sources';
import { BucketControl } from '../bucket-control';

/** For whose resources AWS services may act on the bucket. */
export interface BucketServicesBoundedOptions {
  /**
   * Accounts beside that of the bucket, twelve digits each.
   *
   * @default - none
   */
  readonly accounts?: string[];

  /**
   * The organization any of whose accounts counts, such as `o-a1b2c3d4e5`. It stands in place of the accounts for the
   * services of which AWS documents `aws:SourceOrgID`.
   *
   * @default - none
   */
  readonly organizationId?: string;
}

/**
 * Lets AWS services act for resources of the account only, in statements that other constructs wrote.
 *
 * Stops: a service that writes here, or reads, for a resource of somebody else (the confused deputy). `Trail`,
 * `logAccessLogs`, `Distribution` and other L2 constructs of the CDK allow a service without naming a source. Sets: the
 * condition on `aws:SourceAccount`, `aws:SourceArn` or `aws:SourceOrgID`, as the page of the service documents it, in
 * each Allow statement for a service that has none of them. Merges: the accounts of several uses add up; what
 * `BucketDelivery` says of a service is kept. Limits: it allows nothing. A statement that names a source, however wide,
 * is left as it is, as is one for a service of which no page documents such a key; `delivery-only-from-here` reports
 * them.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 *
 * @example
 * declare const existing: s3.Bucket;
 * existing.with(new BucketServicesBounded());
 */
export class BucketServicesBounded extends BucketControl {
  public constructor(public readonly options: BucketServicesBoundedOptions = {}) {
    super('services-bounded');
    const { accounts = [], organizationId } = options;
    requireAccountIds('accounts', accounts);
    if (organizationId !== undefined) requireOrganizationId('organizationId', organizationId);
  }

  protected harden(bucket: s3.CfnBucket): void {
    const { accounts = [], organizationId } = this.options;
    const sources = sourcesOf(bucket);
    sources.add([bucket.stack.account, ...accounts], organizationId);
    this._claim(bucket, 'delivery-only-from-here', () => sources.asOptions, 'delivery-only-from-here');
    onFinalize(bucket, () => boundServices(bucket, sources));
  }
}
