import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';

/** How the functions that make views run. */
export interface ViewFunctionOptions {
  /**
   * Memory in MB; the processor grows with it.
   *
   * @default 1769 - one whole processor
   */
  readonly memorySize?: number;

  /**
   * How many objects are made at a time, at most. It is taken from the account's own limit, which must leave 100 to the
   * other functions.
   *
   * @default - what the account has left
   */
  readonly reservedConcurrency?: number;

  /**
   * How long the logs are kept; they never hold content.
   *
   * @default RetentionDays.THIRTEEN_MONTHS
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * A VPC for the functions. They reach S3 by an interface endpoint or the internet: S3 Object Lambda has no gateway
   * endpoint.
   *
   * @default - none
   */
  readonly vpc?: ec2.IVpc;

  /**
   * The subnets in the VPC.
   *
   * @default - the private ones
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * The security groups in the VPC.
   *
   * @default - one is made
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * A layer with `sharp`, which makes pictures several times as fast as the codecs that the library ships.
   *
   * @default - the library's own codecs
   */
  readonly imageLayer?: lambda.ILayerVersion;
}

/** What every construct that serves views has. */
export interface ViewSourceProps {
  /** The bucket with the originals, which this app creates. */
  readonly bucket: s3.IBucketRef;

  /**
   * The secret, at least 16 random characters, that pseudonyms and ETags are keyed with. Constructs that share it give
   * the same object the same ETag and pseudonyms.
   *
   * @default - one is made for the ETags ($0.40 a month); an error where a policy has pseudonyms, which must outlive
   * the construct
   */
  readonly keySecret?: secretsmanager.ISecret;

  /**
   * How the function runs.
   *
   * @default - see `ViewFunctionOptions`
   */
  readonly functions?: ViewFunctionOptions;
}
