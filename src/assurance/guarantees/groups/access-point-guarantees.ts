import * as accessPoints from '../access-point';
import type { AccessPointGuaranteeOptions } from '../access-point';
import * as endpoints from '../endpoint';
import type { EndpointBucketsGuaranteeOptions } from '../endpoint';
import { Guarantee } from '../guarantee';
import type { BucketsGuaranteeOptions, TrustedAccessPointsGuaranteeOptions } from '../guarantee-options';
import * as perimeters from '../perimeter';
import type { PerimeterGuaranteeOptions } from '../perimeter';

/** Guarantees of the access points of a bucket and of the VPC endpoints that lead to it. */
export class AccessPointGuarantees {
  /**
   * No data is reached through an access point of the bucket from outside; what the bucket itself lets in is not
   * asked.
   */
  public static perimeter(options: PerimeterGuaranteeOptions): Guarantee {
    return Guarantee._of(perimeters.accessPointPerimeter(options));
  }

  /** All four settings of Block Public Access are on for each access point of the bucket that the templates make. */
  public static blockPublicAccess(): Guarantee {
    return Guarantee._of(accessPoints.accessPointsBlockPublicAccess());
  }

  /** No request is allowed that comes by an access point which the templates do not make. */
  public static pinned(): Guarantee {
    return Guarantee._of(accessPoints.accessPointsPinned());
  }

  /**
   * No request is allowed that comes by an access point of another account, or by one of the account whose name is none
   * of these.
   */
  public static trusted(options: TrustedAccessPointsGuaranteeOptions = {}): Guarantee {
    return Guarantee._of(accessPoints.accessPointsTrusted(options.accessPoints ?? []));
  }

  /** One access point is open to its team alone, administrators included, for its actions and prefixes. */
  public static servesOnly(options: AccessPointGuaranteeOptions): Guarantee {
    return Guarantee._of(accessPoints.accessPointServesOnly(options));
  }

  /** What a team is there for works through its access point: the other side of `servesOnly`. */
  public static works(options: AccessPointGuaranteeOptions): Guarantee {
    return Guarantee._of(accessPoints.accessPointWorks(options));
  }

  /** No data is reached through an access point of the bucket but from a VPC. */
  public static onlyFromVpc(): Guarantee {
    return Guarantee._of(accessPoints.accessPointsOnlyFromVpc());
  }

  /** No policy of an access point locks anybody out of administering it. */
  public static administrable(): Guarantee {
    return Guarantee._of(accessPoints.accessPointsAdministrable());
  }

  /** Every access point that is bound to a VPC is reached by every S3 endpoint of that VPC, and there is one. */
  public static endpointsComplete(): Guarantee {
    return Guarantee._of(accessPoints.endpointsComplete());
  }

  /** No S3 endpoint of the templates leads to a bucket of another owner. */
  public static endpointsBounded(): Guarantee {
    return Guarantee._of(endpoints.endpointsBounded());
  }

  /**
   * Objects of these buckets are read through every S3 endpoint of the templates, and nothing else is done there.
   */
  public static endpointsAllowRead(options: BucketsGuaranteeOptions): Guarantee {
    return Guarantee._of(endpoints.endpointsAllowRead(options.buckets));
  }

  /** The VPC endpoint leads to the named buckets, and to no other. Asked of the AWS::EC2::VPCEndpoint. */
  public static endpointBucketsOnly(options: EndpointBucketsGuaranteeOptions): Guarantee {
    return Guarantee._of(endpoints.endpointBucketsOnly(options));
  }
}
