import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { validationError } from '../../input/validation-error';
import { POLICY_ADMINISTRATION } from '../../policy/perimeter-denials';
import { arnsOf, denyExceptPrincipals } from '../../policy/principal-restriction';
import { restrict } from '../../policy/working-side';
import { BucketControl } from '../bucket-control';

/**
 * Denies every principal except those listed to change the bucket policy, Block Public Access and object ownership: the
 * break-glass of a bucket whose policy is its guard.
 *
 * Stops: an administrator who removes the denies first and the records afterwards. Sets: one statement of the bucket
 * policy. Merges: of two lists the principals that both lists name remain. Limits: the account's root user can always
 * change the policy; only an Organizations policy stops that. The role that deploys the stack must be among those
 * named, or no later deployment can change the policy.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
 *
 * @example
 * declare const existing: s3.Bucket;
 * declare const breakGlass: iam.Role;
 * existing.with(new BucketPolicyAdministratorsOnly([breakGlass]));
 */
export class BucketPolicyAdministratorsOnly extends BucketControl {
  /**
   * @param administrators Roles and users, at least one.
   */
  public constructor(public readonly administrators: iam.IGrantable[]) {
    super('policy-administrators-only');
    if (administrators.length === 0) {
      throw validationError({
        property: 'policyAdministrators',
        actual: '[]',
        expected: 'at least one role, or only the root user could ever change the policy again',
        hint: 'name the role that deploys the stack',
      });
    }
  }

  protected harden(bucket: s3.CfnBucket): void {
    const administrators = arnsOf('policyAdministrators', this.administrators);
    denyExceptPrincipals(
      bucket,
      {
        sid: 'StrongboxPolicyAdministrators',
        property: 'policyAdministrators',
        actions: POLICY_ADMINISTRATION,
        on: 'bucket',
      },
      administrators,
    );
    this._claimInPolicy(bucket, 'policy-changed-only-by', { principals: administrators });
    restrict(bucket, { actions: POLICY_ADMINISTRATION, onlyBy: () => administrators });
  }
}
