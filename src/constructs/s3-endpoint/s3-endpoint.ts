import { Lazy, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { accessPointsOf } from './access-point-registry';
import { isGateway, s3EndpointsIn } from './s3-endpoints';
import { validationError, explain } from '../../input/validation-error';
import type { PlatformBuckets } from '../../model/platform-buckets';
import {
  S3EndpointKind,
  S3PrivateDns,
  type GatewayOptions,
  type NetworkInterfaceOptions,
} from '../../model/s3-endpoint-kind';
import { onFinalize } from '../../policy/bucket-policy';
import { claim } from '../../policy/claims';

/** Properties of `S3Endpoint`. */
export interface S3EndpointProps {
  /** The VPC that it is for. */
  readonly vpc: ec2.IVpc;

  /** The buckets that may be reached, with all of their access points that `TeamAccessPoints` makes. */
  readonly buckets: s3.IBucketRef[];

  /**
   * What the software in the VPC needs of AWS's own buckets.
   *
   * @default - nothing
   */
  readonly platform?: PlatformBuckets[];

  /**
   * A gateway or network interfaces.
   *
   * @default S3EndpointKind.gateway()
   */
  readonly kind?: S3EndpointKind;
}

/**
 * The way from a VPC to S3, for named buckets, their access points, and nothing else.
 *
 * Stops: data that leaves for a bucket of somebody else, with credentials of somebody else, from a machine in the VPC.
 * An access point that is added later is let through by itself. The policy says what may pass, not who has rights:
 * these stay with IAM and the buckets. Requests that it denies are in no access log of any bucket. Put it into a stack
 * that is deployed after the VPC and the buckets, or into that of the buckets.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies-vpc-endpoint.html
 *
 * @example
 * declare const vpc: ec2.Vpc;
 * declare const documents: SecureBucket;
 * new S3Endpoint(this, 'S3', { vpc, buckets: [documents], platform: [PlatformBuckets.amazonLinux()] });
 */
export class S3Endpoint extends Construct {
  /** The endpoint. Its policy is written by this construct alone. */
  public readonly endpoint: ec2.IVpcEndpoint;

  private readonly buckets: s3.IBucketRef[];
  private readonly platform: PlatformBuckets[];

  public constructor(scope: Construct, id: string, props: S3EndpointProps) {
    super(scope, id);
    const { vpc, kind = S3EndpointKind.gateway() } = props;
    if (props.buckets.length === 0) {
      throw validationError({
        property: 'buckets',
        actual: '[]',
        expected: 'at least one bucket',
        hint: 'name the buckets that the VPC needs',
        scope: this,
      });
    }
    this.buckets = [...props.buckets];
    this.platform = props.platform ?? [];

    this.endpoint = kind.networkInterfaceOptions
      ? this.networkInterface(vpc, kind.networkInterfaceOptions)
      : this.gateway(vpc, kind.gatewayOptions ?? {});
    const resource = this.endpoint.node.defaultChild as ec2.CfnVPCEndpoint;
    resource.policyDocument = Lazy.uncachedAny({ produce: () => this.policy() });
    claim(resource, { guarantee: 'endpoint-buckets-only', options: () => this.claimed() });
  }

  /** Lets one more bucket through, with its access points. */
  public allow(bucket: s3.IBucketRef): void {
    this.buckets.push(bucket);
  }

  private gateway(vpc: ec2.IVpc, { subnets }: GatewayOptions): ec2.GatewayVpcEndpoint {
    return new ec2.GatewayVpcEndpoint(this, 'Resource', { vpc, subnets, service: ec2.GatewayVpcEndpointAwsService.S3 });
  }

  private networkInterface(vpc: ec2.IVpc, options: NetworkInterfaceOptions): ec2.InterfaceVpcEndpoint {
    const { subnets, securityGroups, privateDns = S3PrivateDns.ON_PREMISES_ONLY } = options;
    const { ALL_RESOLVERS, ONLY_INBOUND_RESOLVER } = ec2.VpcEndpointPrivateDnsOnlyForInboundResolverEndpoint;
    const onPremises = privateDns === S3PrivateDns.ON_PREMISES_ONLY;
    const resolvers = onPremises ? ONLY_INBOUND_RESOLVER : ALL_RESOLVERS;
    const endpoint = new ec2.InterfaceVpcEndpoint(this, 'Resource', {
      vpc,
      subnets,
      securityGroups,
      service: ec2.InterfaceVpcEndpointAwsService.S3,
      privateDnsEnabled: privateDns !== S3PrivateDns.NONE,
      privateDnsOnlyForInboundResolverEndpoint: privateDns === S3PrivateDns.NONE ? undefined : resolvers,
    });
    if (onPremises) {
      this.node.addValidation({ validate: () => this.withoutGateway(vpc) });
      // CloudFormation would take whichever order it likes.
      const resource = endpoint.node.defaultChild as ec2.CfnVPCEndpoint;
      onFinalize(resource, () =>
        s3EndpointsIn(vpc)
          .filter(isGateway)
          .filter(({ stack }) => stack === resource.stack)
          .forEach((gateway) => resource.addResourceDependency(gateway)),
      );
    }
    return endpoint;
  }

  /** AWS refuses such names where the VPC has no gateway to go by. */
  private withoutGateway(vpc: ec2.IVpc): string[] {
    return s3EndpointsIn(vpc).some(isGateway)
      ? []
      : [
          explain({
            property: 'privateDns',
            actual: `ON_PREMISES_ONLY in the VPC ${vpc.node.path}, in which the app has no gateway endpoint of S3`,
            expected: 'such names beside a gateway endpoint, by which the VPC itself goes',
            hint: 'add another S3Endpoint with S3EndpointKind.gateway(), or choose S3PrivateDns.EVERYBODY or NONE',
            scope: this,
          }),
        ];
  }

  private claimed(): object {
    const platform: Record<string, string[]> = {};
    for (const each of this.platform) {
      for (const action of each.actions) {
        platform[action] = [...(platform[action] ?? []), ...each._objects(Stack.of(this).region)];
      }
    }
    return { buckets: this.buckets.map(({ bucketRef }) => bucketRef.bucketArn), platform };
  }

  private policy(): iam.PolicyDocument {
    const { region } = Stack.of(this);
    const statements = [
      new iam.PolicyStatement({
        sid: 'StrongboxBuckets',
        principals: [new iam.AnyPrincipal()],
        actions: ['s3:*'],
        resources: this.buckets.flatMap(arnsOf),
      }),
      ...this.platform.map(
        (platform, i) =>
          new iam.PolicyStatement({
            sid: `StrongboxPlatform${i + 1}`,
            principals: [new iam.AnyPrincipal()],
            actions: platform.actions,
            resources: platform._objects(region),
          }),
      ),
    ];
    return new iam.PolicyDocument({ statements });
  }
}

/** Every name by which a bucket, its access points and what is in them are known. */
function arnsOf(bucket: s3.IBucketRef): string[] {
  const { bucketArn } = bucket.bucketRef;
  const resource = bucket.node.findAll().find((node) => s3.CfnBucket.isCfnBucket(node));
  return [bucketArn, `${bucketArn}/*`, ...(resource ? accessPointsOf(resource).flatMap(({ arns }) => arns) : [])];
}
