import { Token } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { validationError } from '../../input/validation-error';
import { admitted } from '../../policy/admissions';
import { PolicyOfBucket } from '../../policy/bucket-policy';
import { arnsOf, denyExceptPrincipals } from '../../policy/principal-restriction';
import { restrict } from '../../policy/working-side';
import { BucketControl } from '../bucket-control';

const REPLICAS_SID = 'StrongboxReplicasInto';

/** Options of `BucketWritersOnly`. */
export interface WritersOnlyOptions {
  /**
   * The account, twelve digits, whose replication may write here.
   *
   * @default - none: nothing is replicated into the bucket
   */
  readonly replicasFrom?: string;
}

/**
 * Denies uploads to every principal except those listed.
 *
 * Stops: uploads by principals that are not listed, whatever IAM allows them. Sets: statements of the bucket policy on
 * `s3:PutObject`, and on `s3:ReplicateObject` and `s3:ReplicateTags`. Merges: of two lists those remain whom both name.
 * Limits: it grants nothing. AWS services that write under their own name are denied, too.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
 *
 * @example
 * declare const existing: s3.Bucket;
 * declare const ingestRole: iam.Role;
 * existing.with(new BucketWritersOnly([ingestRole]));
 */
export class BucketWritersOnly extends BucketControl {
  private readonly replicasFrom?: string;

  /**
   * @param writers Roles and users; none means nobody.
   */
  public constructor(
    public readonly writers: iam.IGrantable[],
    options: WritersOnlyOptions = {},
  ) {
    super('writers-only');
    this.replicasFrom = options.replicasFrom;
    if (
      this.replicasFrom !== undefined &&
      !Token.isUnresolved(this.replicasFrom) &&
      !/^\d{12}$/.test(this.replicasFrom)
    ) {
      throw validationError({
        property: 'replicasFrom',
        actual: this.replicasFrom,
        expected: 'an account id of twelve digits',
        hint: 'write the account of the source archive',
      });
    }
  }

  protected harden(bucket: s3.CfnBucket): void {
    const arns = arnsOf('writers', this.writers);
    denyExceptPrincipals(
      bucket,
      { sid: 'StrongboxWritersOnly', property: 'writers', actions: ['s3:PutObject'], on: 'objects' },
      arns,
    );
    this._claimInPolicy(bucket, 'writers-only', () => ({
      principals: [...arns, ...admitted(bucket, ({ writes }) => writes)],
      replicasFrom: this.replicasFrom,
    }));
    restrict(bucket, { actions: ['s3:PutObject'], onlyBy: () => arns });
    restrict(bucket, { actions: ['s3:ReplicateObject', 's3:ReplicateTags'], onlyBy: () => [] });
    const policy = PolicyOfBucket.of(bucket);
    if (policy.find(REPLICAS_SID)) return;
    policy.deny(REPLICAS_SID, {
      actions: ['s3:ReplicateObject', 's3:ReplicateTags'],
      resources: [policy.objects],
      conditions: this.replicasFrom ? { StringNotEquals: { 'aws:PrincipalAccount': this.replicasFrom } } : undefined,
    });
  }
}
