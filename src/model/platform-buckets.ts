import { Aws, Fn } from 'aws-cdk-lib';
import { validationError } from '../input/validation-error';

/**
 * Buckets of AWS that software in a VPC needs, by the names that AWS documents. An endpoint that forgets them breaks
 * package updates and images.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html
 *
 * @example
 * declare const vpc: ec2.Vpc;
 * declare const documents: SecureBucket;
 * new S3Endpoint(this, 'S3', {
 *   vpc,
 *   buckets: [documents],
 *   platform: [PlatformBuckets.amazonLinux(), PlatformBuckets.containerImages()],
 * });
 */
export class PlatformBuckets {
  /**
   * The package repositories of Amazon Linux 2023 and Amazon Linux 2 in the Region.
   *
   * @see https://docs.aws.amazon.com/linux/al2023/ug/managing-repos-os-updates.html
   */
  public static amazonLinux(): PlatformBuckets {
    return new PlatformBuckets(['al2023-repos-{region}-de612dc2', 'amazonlinux-2-repos-{region}'], ['s3:GetObject']);
  }

  /**
   * The layers of container images in Amazon ECR.
   *
   * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms
   */
  public static containerImages(): PlatformBuckets {
    return new PlatformBuckets(['prod-{region}-starport-layer-bucket'], ['s3:GetObject']);
  }

  /**
   * What the agent of AWS Systems Manager fetches: itself, its packages and documents, and patch baselines.
   *
   * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/ssm-agent-technical-details.html#ssm-agent-minimum-s3-permissions
   */
  public static systemsManager(): PlatformBuckets {
    return new PlatformBuckets(
      [
        'aws-ssm-{region}',
        'aws-windows-downloads-{region}',
        'amazon-ssm-{region}',
        'amazon-ssm-packages-{region}',
        '{region}-birdwatcher-prod',
        'aws-ssm-distributor-file-{region}',
        'aws-ssm-document-attachments-{region}',
        'patch-baseline-snapshot-{region}',
      ],
      ['s3:GetObject'],
    );
  }

  /**
   * Where custom resources and `cfn-signal` answer AWS CloudFormation, by presigned URLs.
   *
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/vpc-interface-endpoints.html
   */
  public static cloudFormationResponses(): PlatformBuckets {
    return new PlatformBuckets(
      ['cloudformation-custom-resource-response-{regionword}', 'cloudformation-waitcondition-{region}'],
      ['s3:PutObject'],
    );
  }

  /**
   * Buckets of others to read from.
   *
   * @param names Names of buckets; `{region}` stands for the Region.
   */
  public static named(...names: string[]): PlatformBuckets {
    const wrong = names.find((name) => !/^[a-z0-9.{}-]{3,63}$/.test(name));
    if (wrong !== undefined || names.length === 0) {
      throw validationError({
        property: 'names',
        actual: wrong,
        expected: 'names of buckets, without wildcards',
        hint: 'name each bucket; "{region}" stands for the Region',
      });
    }
    return new PlatformBuckets(names, ['s3:GetObject']);
  }

  private constructor(
    /** Names of buckets, with `{region}` for the Region. */
    public readonly names: string[],
    /** What the endpoint lets through to their objects. */
    public readonly actions: string[],
  ) {}

  /**
   * The ARNs of their objects.
   *
   * @internal
   */
  public _objects(region: string): string[] {
    const word = Fn.join('', Fn.split('-', region));
    return this.names.map(
      (name) => `arn:${Aws.PARTITION}:s3:::${name.replace('{regionword}', word).replace('{region}', region)}/*`,
    );
  }
}
