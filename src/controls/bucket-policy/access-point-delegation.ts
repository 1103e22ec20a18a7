import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { AccessPointDelegation } from '../../model/access-point-delegation';
import { onFinalize, PolicyOfBucket } from '../../policy/bucket-policy';
import { DELEGATED } from '../../policy/team-rights';
import { BucketControl } from '../bucket-control';

const TRUSTED = 'StrongboxTrustedAccessPoints';
const OTHERS = 'StrongboxOtherAccessPoints';
const FOREIGN = 'StrongboxForeignAccessPoints';
const ARN = 's3:DataAccessPointArn';
const ACCOUNT = 's3:DataAccessPointAccount';

/**
 * Lets named access points decide who reads and writes, and denies what comes by any other one.
 *
 * Stops: an access point that an attacker creates, before a bucket that trusts the access points of its account.
 * Sets: three statements of the bucket policy: an Allow of reading, writing, delete markers and listing by the
 * account's access points, a Deny of all that comes by another one of the account, and a Deny of all that comes by one
 * of another account. Neither of the Denies is met by a request that comes by no access point. Merges: what is trusted
 * adds up. Limits: who may change the policy of a trusted access point, or delete it and make it anew, decides what it
 * lets through.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html#access-points-delegating-control
 *
 * @example
 * declare const existing: s3.Bucket;
 * existing.with(new BucketAccessPointDelegation(AccessPointDelegation.named('acme-finance', 'acme-sales')));
 */
export class BucketAccessPointDelegation extends BucketControl {
  public constructor(public readonly trust: AccessPointDelegation) {
    super('access-point-delegation');
  }

  protected harden(bucket: s3.CfnBucket): void {
    onFinalize(bucket, () => this.claim(bucket));
    const policy = PolicyOfBucket.of(bucket);
    const patterns = this.trust.names?.map((name) => `arn:*:accesspoint/${name}`);
    const others = policy.find(OTHERS);
    if (others) {
      const before = others.conditions.StringNotLike[ARN] as string[];
      others.addCondition('StringNotLike', {
        [ARN]: patterns ? [...new Set([...before, ...patterns])].sort() : [EVERY],
      });
      return;
    }
    if (policy.find(TRUSTED)) return;
    const account = bucket.stack.account;
    policy.add(TRUSTED, {
      principals: [new iam.AnyPrincipal()],
      actions: DELEGATED,
      resources: policy.bucketAndObjects,
      conditions: { StringEquals: { [ACCOUNT]: account } },
    });
    // Only requests that come by an access point carry its ARN: nothing else of the bucket is touched.
    const byAccessPoint = { Null: { [ARN]: 'false' } };
    const [actions, resources] = [['s3:*'], policy.bucketAndObjects];
    if (patterns) {
      policy.deny(OTHERS, {
        actions,
        resources,
        conditions: { ...byAccessPoint, StringNotLike: { [ARN]: patterns.sort() } },
      });
    }
    policy.deny(FOREIGN, {
      actions,
      resources,
      conditions: { ...byAccessPoint, StringNotEquals: { [ACCOUNT]: account } },
    });
  }

  /** Of all that is trusted, when all is known. */
  private claim(bucket: s3.CfnBucket): void {
    const policy = PolicyOfBucket.of(bucket);
    const trusted = policy.find(OTHERS)?.conditions.StringNotLike[ARN] as string[] | undefined;
    this._claimInPolicy(
      bucket,
      'access-points-trusted',
      {
        accessPoints: trusted?.includes(EVERY) ? undefined : trusted?.map((pattern) => pattern.split('/').pop()!),
      },
      this.id,
    );
  }
}

/** Every access point; those of other accounts are the business of a statement of their own. */
const EVERY = 'arn:*:accesspoint/*';
