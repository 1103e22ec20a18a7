import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import type * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';

/** Options of every delivery. */
export interface DeliveryOptions {
  /**
   * The key prefix that the service is configured with, ending in `/`.
   *
   * @default - no prefix
   */
  readonly prefix?: string;

  /**
   * The accounts whose resources the service may act for, twelve digits each.
   *
   * @default - the account of the bucket
   */
  readonly accounts?: string[];

  /**
   * The Regions of those resources.
   *
   * @default - the Region of the bucket where the service requires it, else every Region
   */
  readonly regions?: string[];

  /**
   * The organization whose accounts the service may act for, such as `o-a1b2c3d4e5`, in place of `accounts`. Only where
   * AWS documents `aws:SourceOrgID` for the service, and for an organization trail of CloudTrail, whose management
   * account is named in `accounts` as well.
   *
   * @default - none
   */
  readonly organizationId?: string;

  /**
   * Why the KMS key of the bucket lets the service use it, although this app does not write the policy of the key; it
   * stays in the report.
   *
   * @default - the policy of the key is extended, and a key that this app does not create is an error
   */
  readonly keyPolicyReason?: string;
}

/** Options of `Delivery.cloudTrail()`. */
export interface CloudTrailDeliveryOptions extends DeliveryOptions {
  /**
   * The trail that delivers. It must have a literal name: a reference to the trail would make a circle, since a trail
   * is created after the policy of its bucket.
   *
   * @default - `trailName`
   */
  readonly trail?: cloudtrail.Trail;

  /**
   * The name of the trail that delivers.
   *
   * @default - every trail of the accounts
   */
  readonly trailName?: string;
}

/** Options of `Delivery.cloudFront()`. */
export interface CloudFrontDeliveryOptions extends DeliveryOptions {
  /** The distribution that reads by origin access control. */
  readonly distribution: cloudfront.IDistribution;
}
