import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { arnsOf, denyExceptPrincipals } from '../../policy/principal-restriction';
import { restrict } from '../../policy/working-side';
import { BucketControl } from '../bucket-control';

/** Options of `BucketRetentionRestricted`. */
export interface RetentionOfficersOnlyOptions {
  /**
   * Roles and users who may name a retention, for example with an upload, but never bypass one.
   *
   * @default - nobody but the officers
   */
  readonly uploaders?: iam.IGrantable[];
}

/**
 * Denies every principal except those listed to set the retention of an object and to bypass governance mode.
 *
 * Stops: an administrator who shortens a retention or deletes by bypass, because IAM grants `s3:*`. Sets: statements
 * of the bucket policy on `s3:BypassGovernanceRetention` and `s3:PutObjectRetention`. Merges: of two lists those remain
 * whom both name. Limits: it grants nothing; in compliance mode nobody can bypass anyway.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html#object-lock-managing-bypass
 *
 * @example
 * declare const existing: s3.Bucket;
 * declare const recordsOfficer: iam.Role;
 * existing.with(new BucketRetentionRestricted([recordsOfficer]));
 */
export class BucketRetentionRestricted extends BucketControl {
  private readonly uploaders: iam.IGrantable[];

  /**
   * @param officers Roles and users who may bypass governance mode; none means nobody.
   */
  public constructor(
    public readonly officers: iam.IGrantable[],
    options: RetentionOfficersOnlyOptions = {},
  ) {
    super('retention-restricted');
    this.uploaders = options.uploaders ?? [];
  }

  protected harden(bucket: s3.CfnBucket): void {
    const property = 'retentionManagers';
    const officers = arnsOf(property, this.officers);
    denyExceptPrincipals(
      bucket,
      { sid: 'StrongboxBypass', property, actions: ['s3:BypassGovernanceRetention'], on: 'objects' },
      officers,
    );
    const setters = [...new Set([...officers, ...arnsOf('uploaders', this.uploaders)])];
    denyExceptPrincipals(
      bucket,
      { sid: 'StrongboxRetentionSetters', property, actions: ['s3:PutObjectRetention'], on: 'objects' },
      setters,
    );
    this._claimInPolicy(bucket, 'governance-bypass-only-by', { principals: officers });
    this._claimInPolicy(bucket, 'retention-set-only-by', { principals: setters });
    restrict(bucket, { actions: ['s3:BypassGovernanceRetention'], onlyBy: () => officers });
    restrict(bucket, { actions: ['s3:PutObjectRetention'], onlyBy: () => setters });
  }
}
