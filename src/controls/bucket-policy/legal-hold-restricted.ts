import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { arnsOf, denyExceptPrincipals } from '../../policy/principal-restriction';
import { restrict } from '../../policy/working-side';
import { BucketControl } from '../bucket-control';

/**
 * Denies every principal except those listed to place and to lift legal holds, with an upload as well as later.
 *
 * Stops: evidence that is released by whoever has `s3:*`, and holds that nobody ordered and nobody dares to lift. Sets:
 * one statement of the bucket policy on `s3:PutObjectLegalHold`. Merges: of two lists the principals that both lists
 * name remain. Limits: it grants nothing. A role that S3 Batch Operations uses to change many holds must be named, too.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html#object-lock-legal-holds
 *
 * @example
 * declare const existing: s3.Bucket;
 * declare const legalRole: iam.Role;
 * existing.with(new BucketLegalHoldRestricted([legalRole]));
 */
export class BucketLegalHoldRestricted extends BucketControl {
  /**
   * @param officers Roles and users; none means nobody.
   */
  public constructor(public readonly officers: iam.IGrantable[]) {
    super('legal-hold-restricted');
  }

  protected harden(bucket: s3.CfnBucket): void {
    const officers = arnsOf('legalHoldManagers', this.officers);
    denyExceptPrincipals(
      bucket,
      {
        sid: 'StrongboxLegalHolds',
        property: 'legalHoldManagers',
        actions: ['s3:PutObjectLegalHold'],
        on: 'objects',
      },
      officers,
    );
    this._claimInPolicy(bucket, 'legal-hold-changed-only-by', { principals: officers });
    restrict(bucket, { actions: ['s3:PutObjectLegalHold'], onlyBy: () => officers });
  }
}
