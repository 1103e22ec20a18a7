import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { validationError } from '../../input/validation-error';
import { arnsOf, denyExceptPrincipals } from '../../policy/principal-restriction';
import { restrict } from '../../policy/working-side';
import { BucketControl } from '../bucket-control';

const ACTIONS = ['s3:PutLifecycleConfiguration'];

/**
 * Denies everybody but the listed principals to set or delete the lifecycle rules of the bucket.
 *
 * Stops: extortion and sabotage by lifecycle: one request of a stolen key makes S3 expire every object and version of
 * the bucket within a day or so, without a single delete in the logs. Sets: one statement of the bucket policy. Merges:
 * of two lists the principals that both lists name remain. Limits: the role that deploys the stack must be listed, or
 * CloudFormation cannot change the rules any more. Whoever may change the bucket policy can remove the statement;
 * `BucketPolicyAdministratorsOnly` says who that is. Only versioning together with Object Lock keeps objects from a
 * principal that is listed.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-set-lifecycle-configuration-intro.html
 *
 * @example
 * declare const existing: s3.Bucket;
 * declare const deployRole: iam.Role;
 * existing.with(new BucketLifecycleRestricted([deployRole]));
 */
export class BucketLifecycleRestricted extends BucketControl {
  /**
   * @param principals Roles and users, at least one.
   */
  public constructor(public readonly principals: iam.IGrantable[]) {
    super('lifecycle-restricted');
    if (principals.length === 0) {
      throw validationError({
        property: 'principals',
        actual: '[]',
        expected: 'at least one role, or no deployment could change the lifecycle rules again',
        hint: 'name the role that deploys the stack',
      });
    }
  }

  protected harden(bucket: s3.CfnBucket): void {
    const principals = arnsOf('principals', this.principals);
    denyExceptPrincipals(
      bucket,
      { sid: 'StrongboxLifecycle', property: 'principals', actions: ACTIONS, on: 'bucket' },
      principals,
    );
    this._claimInPolicy(bucket, 'lifecycle-changed-only-by', { principals });
    restrict(bucket, { actions: ACTIONS, onlyBy: () => principals });
  }
}
