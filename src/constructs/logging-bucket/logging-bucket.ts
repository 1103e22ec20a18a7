import { Duration, RemovalPolicy, Stack, Token, type ResourceEnvironment } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct, type IConstruct } from 'constructs';
import { BucketAclsDisabled } from '../../controls/bucket/acls-disabled';
import { BucketDefaultEncryption } from '../../controls/bucket/default-encryption';
import { BucketPublicAccessBlocked } from '../../controls/bucket/public-access-blocked';
import { BucketRetainedWithPolicyAndKey } from '../../controls/bucket/retained-with-policy-and-key';
import { BucketSseCDisabled } from '../../controls/bucket/sse-c-disabled';
import { BucketVersioned } from '../../controls/bucket/versioned';
import { BucketDelivery } from '../../controls/bucket-policy/delivery';
import { BucketTlsMinimumVersion } from '../../controls/bucket-policy/tls-minimum-version';
import { BucketTlsOnly } from '../../controls/bucket-policy/tls-only';
import { BucketUploadEncryption } from '../../controls/bucket-policy/upload-encryption';
import { checkBucketName } from '../../input/bucket-name';
import { validationError } from '../../input/validation-error';
import { requireWholeDays } from '../../input/whole-days';
import type { Delivery } from '../../model/delivery/delivery';
import { Encryption } from '../../model/encryption';
import { UploadEncryption } from '../../model/upload-encryption';
import { acknowledgeRule } from '../../policy/acknowledge';
import { allowLogDelivery } from '../../policy/log-delivery';

/** Properties of `LoggingBucket`. */
export interface LoggingBucketProps {
  /**
   * The name of the bucket.
   *
   * @default - CloudFormation makes one up
   */
  readonly bucketName?: string;

  /**
   * Which buckets of this account may deliver their logs here: a pattern of bucket names, `*` and `?` allowed.
   *
   * @default '*' - every bucket of this account
   */
  readonly sourceNamePattern?: string;

  /**
   * How long a log object is kept, in whole days. After 90 days those of 128 KB and more move to Glacier Instant
   * Retrieval.
   *
   * @default Duration.days(400) - a year and a month, so that the same month of last year can still be compared
   */
  readonly keepFor?: Duration;

  /**
   * What becomes of the bucket when the stack is deleted. Its policy goes with it.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

const SHARED_ID = 'StrongboxAccessLogs';
const DAYS_UNTIL_COLD = 90;

/**
 * A bucket that receives server access logs: SSE-S3 (log delivery supports no other), TLS 1.2 and newer only, private,
 * ACLs off, versioned, log objects expired. The S3 log delivery service may write for this account's buckets only
 * (`aws:SourceAccount` and an `aws:SourceArn` name pattern), in one statement, so that no circle between stacks appears
 * and the policy stays small.
 *
 * It keeps no access logs of its own: S3 would log each delivery again, without end.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
 *
 * @example
 * const logs = new LoggingBucket(this, 'CentralLogs', { keepFor: Duration.days(90) });
 * new SecureBucket(this, 'Invoices', { accessLogs: AccessLogs.to(logs) });
 */
export class LoggingBucket extends Construct implements s3.IBucketRef {
  /** The one log bucket of the stack around `scope`, made when it is first asked for. */
  public static of(scope: IConstruct): LoggingBucket {
    const stack = Stack.of(scope);
    return (stack.node.tryFindChild(SHARED_ID) as LoggingBucket | undefined) ?? new LoggingBucket(stack, SHARED_ID);
  }

  /** The L2 bucket, for constructs that want one. */
  public readonly bucket: s3.Bucket;

  public constructor(scope: Construct, id: string, props: LoggingBucketProps = {}) {
    super(scope, id);
    checkBucketName(this, props.bucketName);
    const keepFor = props.keepFor ?? Duration.days(400);
    requireWholeDays('keepFor', keepFor, this);
    const sourceNamePattern = props.sourceNamePattern ?? '*';
    requireNamePattern(sourceNamePattern, this);

    this.bucket = new s3.Bucket(this, 'Resource', {
      bucketName: props.bucketName,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
      lifecycleRules: [
        {
          id: 'ExpireLogs',
          abortIncompleteMultipartUploadAfter: Duration.days(7),
          transitions:
            keepFor.toDays() > DAYS_UNTIL_COLD
              ? [
                  {
                    storageClass: s3.StorageClass.GLACIER_INSTANT_RETRIEVAL,
                    transitionAfter: Duration.days(DAYS_UNTIL_COLD),
                  },
                ]
              : undefined,
          expiration: keepFor,
          noncurrentVersionExpiration: Duration.days(30),
        },
      ],
    });
    this.bucket.with(
      new BucketDefaultEncryption(Encryption.s3Managed()),
      new BucketTlsOnly(),
      new BucketTlsMinimumVersion(),
      new BucketPublicAccessBlocked(),
      new BucketAclsDisabled(),
      new BucketVersioned(),
      new BucketSseCDisabled(),
      new BucketUploadEncryption(UploadEncryption.bucketDefault()),
      new BucketRetainedWithPolicyAndKey(),
    );
    allowLogDelivery(this.bucket.node.defaultChild as s3.CfnBucket, sourceNamePattern);

    acknowledgeRule(
      this,
      'S3BucketLoggingEnabled',
      'This bucket is itself a log target: logging it would log every delivered log again, without end.',
    );
    acknowledgeRule(
      this,
      'S3DefaultEncryptionKMS',
      'S3 log delivery supports only SSE-S3 on its target; with a KMS key the logs would not arrive.',
    );
    acknowledgeRule(
      this,
      'S3BucketDefaultLockEnabled',
      'S3 does not deliver access logs to a bucket with Object Lock; versioning and expiry protect the logs instead.',
    );
  }

  /** The name and ARN of the bucket. */
  public get bucketRef(): s3.BucketReference {
    return this.bucket.bucketRef;
  }

  /** The account and Region of the bucket. */
  public get env(): ResourceEnvironment {
    return this.bucket.env;
  }

  /**
   * Lets an AWS service deliver to the bucket, or read from it: bucket policy and key policy, bounded to the resources
   * of this account.
   *
   * @throws where the delivery cannot work on this bucket, with the alternative
   */
  public allowDelivery(delivery: Delivery): void {
    this.bucket.with(new BucketDelivery(delivery));
  }
}

function requireNamePattern(pattern: string, at: IConstruct): void {
  if (!Token.isUnresolved(pattern) && !/^[a-z0-9.*?-]{1,63}$/.test(pattern)) {
    throw validationError({
      property: 'sourceNamePattern',
      actual: pattern,
      expected: 'a pattern of bucket names (lower-case letters, digits, ".", "-", "*" and "?")',
      hint: 'write names, not ARNs, for example "acme-prod-*"',
      scope: at,
    });
  }
}
