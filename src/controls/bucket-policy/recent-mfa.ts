import { Duration } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { validationError } from '../../input/validation-error';
import { PolicyOfBucket } from '../../policy/bucket-policy';
import { arnsOf, denyExceptPrincipals } from '../../policy/principal-restriction';
import { restrict } from '../../policy/working-side';
import { BucketControl } from '../bucket-control';

const AGE_SID = 'StrongboxRecentMfaAge';
const AGE = 'aws:MultiFactorAuthAge';
const PROPERTY = 'exempt';
const ACTIONS = ['s3:DeleteObjectVersion', 's3:PutBucketVersioning'];
const MAX_SECONDS = 36 * 3600;

/** Options of `BucketRecentMfa`. */
export interface RecentMfaOptions {
  /**
   * How long ago the second factor may have been given, in whole seconds up to 36 hours, the life of the longest
   * session with MFA.
   *
   * @default Duration.hours(1)
   */
  readonly maxAge?: Duration;

  /**
   * Roles and users who need no MFA: machines cannot have it.
   *
   * @default - nobody, so that no role of a service or of a deployment deletes versions or changes versioning
   */
  readonly exempt?: iam.IGrantable[];
}

/**
 * Denies deleting versions for good and changing versioning unless the caller's session gave a second factor lately.
 *
 * This is not S3's MFA delete, and weaker. It asks how the *session* was made, not for a code with each request;
 * whoever may change the bucket policy can take it away; services, service roles and roles that chain from them never
 * carry MFA, so they are denied, or exempt by name and then need none at all. What it has over MFA delete: it can be
 * deployed, and lifecycle keeps working.
 *
 * Stops: versions deleted with long-lived or stolen access keys, which carry no MFA. Sets: statements of the bucket
 * policy on `s3:DeleteObjectVersion` and `s3:PutBucketVersioning`: no MFA (a missing key counts as none), and MFA older
 * than allowed. Merges: the shorter age stays; of two lists of exempt people the principals that both lists name
 * remain. Limits: delete markers need no MFA. Lifecycle is not bound by bucket policies.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html#example-bucket-policies-MFA
 *
 * @example
 * declare const existing: s3.Bucket;
 * existing.with(new BucketRecentMfa({ maxAge: Duration.minutes(15) }));
 */
export class BucketRecentMfa extends BucketControl {
  private readonly seconds: number;
  private readonly exempt: iam.IGrantable[];

  public constructor(options: RecentMfaOptions = {}) {
    super('recent-mfa');
    const maxAge = options.maxAge ?? Duration.hours(1);
    this.seconds = maxAge.isUnresolved() ? NaN : maxAge.toSeconds({ integral: false });
    this.exempt = options.exempt ?? [];
    if (!Number.isInteger(this.seconds) || this.seconds < 1 || this.seconds > MAX_SECONDS) {
      throw validationError({
        property: 'maxAge',
        actual: maxAge.isUnresolved() ? 'a token, which only the deployment knows' : maxAge.toHumanString(),
        expected: 'whole seconds from 1 to 36 hours',
        hint: 'pass Duration.minutes(n)',
      });
    }
  }

  protected harden(bucket: s3.CfnBucket): void {
    const exempt = arnsOf(PROPERTY, this.exempt);
    const policy = PolicyOfBucket.of(bucket);
    const before = policy.find(AGE_SID)?.conditions.NumericGreaterThan?.[AGE] as string | undefined;
    const seconds = Math.min(this.seconds, Number(before ?? Infinity));
    const deny = (sid: string, conditions: Record<string, Record<string, unknown>>) =>
      denyExceptPrincipals(bucket, { sid, property: PROPERTY, actions: ACTIONS, on: 'both', conditions }, exempt);

    deny('StrongboxRecentMfa', { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } });
    deny(AGE_SID, { NumericGreaterThan: { [AGE]: String(seconds) } });
    this._claimInPolicy(bucket, 'no-permanent-delete-without-mfa', { maximumAgeSeconds: this.seconds, exempt });
    restrict(bucket, {
      actions: ACTIONS,
      within: () => [{ 'aws:MultiFactorAuthPresent': 'true', [AGE]: String(seconds) }],
    });
    policy.find(AGE_SID)!.addCondition('NumericGreaterThan', { [AGE]: String(seconds) });
  }
}
