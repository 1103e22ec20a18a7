import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { requireReason } from '../input/reason';

/** Options of `NetworkOrigin.vpc()`. */
export interface VpcOriginOptions {
  /**
   * Why no S3 endpoint of this app stands in the VPC, or its policy is not looked at: who runs the endpoint and lets
   * these access points through.
   *
   * @default - the app must have an S3 endpoint in the VPC, and its policy must let the access points and their bucket
   * through
   */
  readonly endpointElsewhere?: string;
}

/**
 * From where an access point takes requests. It cannot be changed later: another origin replaces the access point.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-vpc.html
 *
 * @example
 * declare const vpc: ec2.Vpc;
 * NetworkOrigin.vpc(vpc);
 */
export class NetworkOrigin {
  /** From anywhere, under the policies. */
  public static internet(): NetworkOrigin {
    return new NetworkOrigin();
  }

  /**
   * From one VPC alone, through an S3 endpoint in it.
   */
  public static vpc(vpc: IVpc, options: VpcOriginOptions = {}): NetworkOrigin {
    const reason = options.endpointElsewhere;
    return new NetworkOrigin(vpc, reason === undefined ? undefined : requireReason('endpointElsewhere', reason));
  }

  private constructor(
    /** The VPC, if it is bound to one. */
    public readonly boundTo?: IVpc,
    /** Who runs the S3 endpoint, if not this app. */
    public readonly endpointElsewhere?: string,
  ) {}
}
