import type * as s3 from 'aws-cdk-lib/aws-s3';
import { denyExceptPrincipals } from '../../policy/principal-restriction';
import { restrict } from '../../policy/working-side';
import { BucketControl } from '../bucket-control';

const SETTINGS = [
  's3:PutBucketObjectLockConfiguration',
  's3:PutBucketVersioning',
  's3:PutLifecycleConfiguration',
  's3:PutEncryptionConfiguration',
  's3:DeleteBucket',
];

/**
 * Denies everybody, the deployment included, to change the bucket's lock configuration, versioning, lifecycle and
 * default encryption, and to delete the bucket.
 *
 * Stops: an archive that is weakened for the next object while all that is in it stays locked: by a shorter default, or
 * by another key, which can be destroyed. Sets: one statement of the bucket policy. Merges: a second application
 * changes nothing. Limits: whoever may change the bucket policy can take the statement away; that is the break-glass,
 * and `BucketPolicyAdministratorsOnly` says who has it. CloudFormation sets these things before the policy when it
 * makes the bucket; to change them later, the statement goes first.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
 *
 * @example
 * declare const existing: s3.Bucket;
 * existing.with(new BucketLockSettingsFrozen());
 */
export class BucketLockSettingsFrozen extends BucketControl {
  public constructor() {
    super('lock-settings-frozen');
  }

  protected harden(bucket: s3.CfnBucket): void {
    denyExceptPrincipals(
      bucket,
      {
        sid: 'StrongboxLockSettings',
        property: 'bucket',
        actions: SETTINGS,
        on: 'bucket',
      },
      [],
    );
    this._claimInPolicy(bucket, 'protection-changed-only-by');
    restrict(bucket, { actions: SETTINGS, onlyBy: () => [] });
  }
}
