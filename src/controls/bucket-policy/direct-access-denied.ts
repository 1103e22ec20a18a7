import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { admitted } from '../../policy/admissions';
import { arnsOf, denyExceptPrincipals } from '../../policy/principal-restriction';
import { LIST, LIST_UPLOADS } from '../../policy/team-rights';
import { ON_OBJECTS, restrict } from '../../policy/working-side';
import { BucketControl } from '../bucket-control';

const OBJECTS = 'StrongboxDirectObjects';
const LISTING = 'StrongboxDirectListing';

/**
 * Denies every request to objects, and every listing, that comes by no access point.
 *
 * Stops: the way around the access points, for everybody whose rights in IAM reach the bucket itself. Sets: two
 * statements of the bucket policy, where `s3:DataAccessPointArn` is absent: `s3:*` on the objects, and the three
 * listings of the bucket. What administers the bucket is not touched. Merges: of two lists of exceptions the principals
 * that both lists name remain. Limits: AWS services that act under their own name are exempt (log delivery, CloudTrail,
 * inventory). S3 replication and Batch Operations work under a role of yours and must be among the exceptions; a
 * request that a service makes for its user (Athena, for example) has to name the access point.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
 *
 * @example
 * declare const existing: s3.Bucket;
 * declare const breakGlass: iam.Role;
 * existing.with(new BucketDirectAccessDenied([breakGlass]));
 */
export class BucketDirectAccessDenied extends BucketControl {
  /**
   * @param exceptions Roles and users; none means nobody.
   */
  public constructor(public readonly exceptions: iam.IGrantable[] = []) {
    super('direct-access-denied');
  }

  protected harden(bucket: s3.CfnBucket): void {
    const people = arnsOf('except', this.exceptions);
    const exempt = () => [...people, ...admitted(bucket, ({ services }) => services === undefined)];
    const direct = {
      Null: { 's3:DataAccessPointArn': 'true' },
      // An anonymous request has no such key, and a plain Bool would let it pass.
      BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
    };
    denyExceptPrincipals(
      bucket,
      { sid: OBJECTS, property: 'except', actions: ['s3:*'], on: 'objects', conditions: direct },
      people,
    );
    denyExceptPrincipals(
      bucket,
      { sid: LISTING, property: 'except', actions: [...LIST, LIST_UPLOADS], on: 'bucket', conditions: direct },
      people,
    );
    this._claimInPolicy(bucket, 'only-through-access-points', () => ({ principals: exempt() }));
    restrict(bucket, { actions: [...ON_OBJECTS, ...LIST, LIST_UPLOADS], onlyBy: () => people });
  }
}
