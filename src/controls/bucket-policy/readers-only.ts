import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { admitted } from '../../policy/admissions';
import { arnsOf, denyExceptPrincipals } from '../../policy/principal-restriction';
import { restrict } from '../../policy/working-side';
import { BucketControl } from '../bucket-control';

const READING = ['s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectTorrent', 's3:GetObjectVersionTorrent'];

/**
 * Denies reading objects, any version and as the source of a copy, to every principal except those listed.
 *
 * Stops: an administrator, or a stolen role with broad rights, that reads records it has no business with.
 * Sets: one statement of the bucket policy. Merges: of two lists the principals that both lists name remain.
 * Limits: it grants nothing, and it does not hide keys: listing is another right. Replication and inventory read by
 * rights of their own.
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
    const readers = arnsOf('readers', this.readers);
    denyExceptPrincipals(
      bucket,
      {
        sid: 'StrongboxReadersOnly',
        property: 'readers',
        actions: READING,
        on: 'objects',
      },
      readers,
    );
    this._claimInPolicy(bucket, 'readers-only', () => ({
      principals: [...readers, ...admitted(bucket, ({ reads }) => reads)],
    }));
    restrict(bucket, { actions: READING, onlyBy: () => readers });
  }
}
