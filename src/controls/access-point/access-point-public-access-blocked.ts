import type * as s3 from 'aws-cdk-lib/aws-s3';
import { AccessPointControl } from '../access-point-control';

/**
 * Turns all four settings of Block Public Access on for the access point.
 *
 * Stops: a policy of the access point that opens the bucket behind it to everybody, where the bucket's own settings are
 * off. Sets: `PublicAccessBlockConfiguration`, all four `true`. Merges: whatever was set before, the result is four
 * times `true`. Limits: S3 takes no change of it once the access point is made; later it replaces the access point.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-bpa-settings.html
 *
 * @example
 * declare const accessPoint: s3.CfnAccessPoint;
 * accessPoint.with(new AccessPointPublicAccessBlocked());
 */
export class AccessPointPublicAccessBlocked extends AccessPointControl {
  public constructor() {
    super('access-point-public-access-blocked');
  }

  protected harden(accessPoint: s3.CfnAccessPoint): void {
    this._claim(accessPoint, 'access-points-block-public-access');
    accessPoint.publicAccessBlockConfiguration = {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    };
  }
}
