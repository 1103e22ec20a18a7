import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { arnsOf, denyExceptPrincipals } from '../../policy/principal-restriction';
import { restrict } from '../../policy/working-side';
import { BucketControl } from '../bucket-control';

/**
 * Denies everybody to delete: a delete marker to all without exception, a version to all except the listed principals.
 *
 * Stops: records that are still there and that nobody finds, since Object Lock does not prevent delete markers; and
 * versions that are deleted as soon as, or before, a lock is set. Sets: statements of the bucket policy on
 * `s3:DeleteObject` and `s3:ReplicateDelete`, and on `s3:DeleteObjectVersion`. Merges: of two lists the principals that
 * both lists name remain. Limits: lifecycle is not bound by bucket policies. Object Lock still refuses those named
 * while a lock stands.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html#object-lock-managing-delete-markers
 *
 * @example
 * declare const existing: s3.Bucket;
 * existing.with(new BucketDeletesDenied());
 */
export class BucketDeletesDenied extends BucketControl {
  /**
   * @param disposers Roles and users who may delete versions that are no longer locked; none means nobody.
   */
  public constructor(public readonly disposers: iam.IGrantable[] = []) {
    super('deletes-denied');
  }

  protected harden(bucket: s3.CfnBucket): void {
    const property = 'retentionManagers';
    const disposers = arnsOf(property, this.disposers);
    denyExceptPrincipals(
      bucket,
      { sid: 'StrongboxDeleteMarkers', property, actions: ['s3:DeleteObject', 's3:ReplicateDelete'], on: 'objects' },
      [],
    );
    denyExceptPrincipals(
      bucket,
      { sid: 'StrongboxDeleteVersions', property, actions: ['s3:DeleteObjectVersion'], on: 'objects' },
      disposers,
    );
    this._claimInPolicy(bucket, 'delete-only-by', { principals: disposers });
    this._claimInPolicy(bucket, 'delete-markers-denied');
    this._claimInPolicy(bucket, 'deletes-not-replicated');
    restrict(bucket, { actions: ['s3:DeleteObject', 's3:ReplicateDelete'], onlyBy: () => [] });
    restrict(bucket, { actions: ['s3:DeleteObjectVersion'], onlyBy: () => disposers });
  }
}
