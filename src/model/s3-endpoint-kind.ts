import type { ISecurityGroup, SubnetSelection } from 'aws-cdk-lib/aws-ec2';

/** Which names of S3 lead to an interface endpoint. */
export enum S3PrivateDns {
  /** None: clients use the endpoint's own names. */
  NONE = 'none',
  /**
   * Those asked for through the inbound resolver, from on premises. The VPC itself goes by its gateway endpoint, which
   * costs nothing and must be there.
   */
  ON_PREMISES_ONLY = 'on-premises-only',
  /** All: traffic of the VPC goes by the interface endpoint as well, and is billed by the gigabyte. */
  EVERYBODY = 'everybody',
}

/** Options of `S3EndpointKind.gateway()`. */
export interface GatewayOptions {
  /**
   * Subnets whose route tables lead to the endpoint.
   *
   * @default - all subnets of the VPC
   */
  readonly subnets?: SubnetSelection[];
}

/** Options of `S3EndpointKind.networkInterface()`. */
export interface NetworkInterfaceOptions {
  /**
   * Subnets that get a network interface, one in each Availability Zone.
   *
   * @default - the private subnets
   */
  readonly subnets?: SubnetSelection;

  /**
   * Security groups of the network interfaces.
   *
   * @default - a new one, that takes HTTPS from the VPC
   */
  readonly securityGroups?: ISecurityGroup[];

  /**
   * Which names of S3 lead here.
   *
   * @default S3PrivateDns.ON_PREMISES_ONLY
   */
  readonly privateDns?: S3PrivateDns;
}

/**
 * How a VPC reaches S3.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html#types-of-vpc-endpoints-for-s3
 *
 * @example
 * S3EndpointKind.networkInterface({ privateDns: S3PrivateDns.EVERYBODY });
 */
export class S3EndpointKind {
  /** By a route: for the VPC alone, at no cost. */
  public static gateway(options: GatewayOptions = {}): S3EndpointKind {
    return new S3EndpointKind(options);
  }

  /** By network interfaces with addresses of the VPC: for on premises, peered VPCs and transit gateways too. */
  public static networkInterface(options: NetworkInterfaceOptions = {}): S3EndpointKind {
    return new S3EndpointKind(undefined, options);
  }

  private constructor(
    /** Of a gateway endpoint. */
    public readonly gatewayOptions?: GatewayOptions,
    /** Of an interface endpoint. */
    public readonly networkInterfaceOptions?: NetworkInterfaceOptions,
  ) {}
}
