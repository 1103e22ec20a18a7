import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { arnsOf, denyExceptPrincipals } from '../../policy/principal-restriction';
import { BucketControl } from '../bucket-control';

/**
 * Denies reading objects, any version and as the source of a copy, to everybody but the people named.
 *
 * Stops: an administrator, or a stolen role with broad rights, that reads records it has no business with.
 * Sets: one statement of the bucket policy. Merges: of two lists those remain whom both name.
 * Limits: it grants nothing, and it does not hide keys: listing is another right. Replication and inventory read by rights of their own.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
 *
 * @example
 * declare const existing: s3.Bucket;
 * declare const auditRole: iam.Role;
 * existing.with(new BucketReadersOnly([auditRole]));
 */
export class BucketReadersOnly extends BucketControl {
  /**
   * @param readers Roles and users; none means nobody.
   */
  public constructor(public readonly readers: iam.IGrantable[]) {
    super('readers-only');
  }

  protected harden(bucket: s3.CfnBucket): void {
    denyExceptPrincipals(bucket, {
      sid: 'StrongboxReadersOnly',
      property: 'readers',
      actions: ['s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectTorrent', 's3:GetObjectVersionTorrent'],
      on: 'objects',
    }, arnsOf('readers', this.readers));
  }
}
