import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Perimeter } from '../../model/perimeter';
import { PolicyOfAccessPoint } from '../../policy/access-point-policy';
import { addDenial, BY_ACCESS_POINT, perimeterDenials } from '../../policy/perimeter-denials';
import { arnsOf } from '../../policy/principal-restriction';
import { AccessPointControl } from '../access-point-control';

/** Options of `AccessPointPerimeter`. */
export interface AccessPointPerimeterOptions {
  /**
   * Roles and users who reach the data through the access point from outside.
   *
   * @default - nobody
   */
  readonly exempt?: iam.IGrantable[];

  /**
   * Whether S3 Object Lambda may fetch the original for callers outside: they get what the function makes of it.
   *
   * @default false
   */
  readonly throughObjectLambda?: boolean;
}

/**
 * Denies reading, writing, deleting and listing objects through one access point to every request from outside a
 * perimeter.
 *
 * Stops: a second access path to the bucket that is open to networks or identities that the first one keeps out. Sets:
 * statements of the access point's policy on the data actions and listing, as `BucketPerimeter` sets them for a bucket.
 * Merges: the same perimeter changes nothing; of two the request must be inside both. Limits: it binds this access
 * point alone; the bucket and its other access points need their own.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
 *
 * @example
 * declare const accessPoint: s3.CfnAccessPoint;
 * accessPoint.with(new AccessPointPerimeter(Perimeter.organization('o-a1b2c3d4e5')));
 */
export class AccessPointPerimeter extends AccessPointControl {
  private readonly options: AccessPointPerimeterOptions;

  public constructor(
    public readonly perimeter: Perimeter,
    options: AccessPointPerimeterOptions = {},
  ) {
    super('access-point-perimeter');
    this.options = options;
  }

  protected harden(accessPoint: s3.CfnAccessPoint): void {
    const { exempt = [], throughObjectLambda = false } = this.options;
    const policy = PolicyOfAccessPoint.of(accessPoint);
    const exemptions = { exempt: arnsOf('exempt', exempt), throughObjectLambda };
    this._claim(accessPoint, 'access-point-perimeter', {
      ...this.perimeter._options,
      exceptPrincipals: exemptions.exempt,
      throughObjectLambda: throughObjectLambda || undefined,
    });
    for (const denial of perimeterDenials(this.perimeter, accessPoint.stack.account, BY_ACCESS_POINT, exemptions)) {
      addDenial(accessPoint, policy, denial, [policy.arn, policy.objects()]);
    }
  }
}
