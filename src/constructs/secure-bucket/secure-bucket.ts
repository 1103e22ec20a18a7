import { RemovalPolicy, type ResourceEnvironment } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { DELETE, grant, READ, WRITE } from './bucket-grants';
import { warnOfKmsRequestQuota } from './kms-request-quota';
import { BucketAccessLogs } from '../../controls/bucket/access-logs';
import { BucketAclsDisabled } from '../../controls/bucket/acls-disabled';
import { BucketCors } from '../../controls/bucket/cors';
import { BucketDefaultEncryption } from '../../controls/bucket/default-encryption';
import { BucketLifecycle } from '../../controls/bucket/lifecycle';
import { BucketPublicAccessBlocked } from '../../controls/bucket/public-access-blocked';
import { BucketReplication } from '../../controls/bucket/replication';
import { BucketRetainedWithPolicyAndKey } from '../../controls/bucket/retained-with-policy-and-key';
import { BucketSseCDisabled } from '../../controls/bucket/sse-c-disabled';
import { BucketVersioned } from '../../controls/bucket/versioned';
import { BucketDelivery } from '../../controls/bucket-policy/delivery';
import { BucketTlsMinimumVersion } from '../../controls/bucket-policy/tls-minimum-version';
import { BucketTlsOnly } from '../../controls/bucket-policy/tls-only';
import { BucketUploadEncryption } from '../../controls/bucket-policy/upload-encryption';
import { checkBucketName } from '../../input/bucket-name';
import { validationError } from '../../input/validation-error';
import { AccessLogs } from '../../model/access-logs';
import type { CorsPolicy } from '../../model/cors-policy';
import type { Delivery } from '../../model/delivery/delivery';
import { Encryption } from '../../model/encryption';
import { Lifecycle } from '../../model/lifecycle';
import { UploadEncryption } from '../../model/upload-encryption';
import { LoggingBucket } from '../logging-bucket/logging-bucket';

/**
 * Properties of `SecureBucket`. Everything else is a control: `bucket.with(new
 * BucketTlsMinimumVersion(TlsVersion.V1_3))`.
 */
export interface SecureBucketProps {
  /**
   * The name of the bucket.
   *
   * @default - CloudFormation makes one up
   */
  readonly bucketName?: string;

  /**
   * How S3 encrypts the objects.
   *
   * @default Encryption.kms() - with a key of its own, rotated every year, and a bucket key
   */
  readonly encryption?: Encryption;

  /**
   * What an upload may say about its encryption.
   *
   * @default UploadEncryption.bucketDefault() - another encryption or key is denied, none is filled in; with
   * `Encryption.customerProvided()` it is `UploadEncryption.customerKey()`
   */
  readonly uploadEncryption?: UploadEncryption;

  /**
   * Where the server access logs go.
   *
   * @default AccessLogs.shared() - the `LoggingBucket` of the stack
   */
  readonly accessLogs?: AccessLogs;

  /**
   * Which pages of other origins a browser lets use the bucket.
   *
   * @default - none
   */
  readonly cors?: CorsPolicy;

  /**
   * What S3 cleans up by itself.
   *
   * @default Lifecycle.keepEverything() - only the parts of uploads that were never completed go, after 7 days
   */
  readonly lifecycle?: Lifecycle;

  /**
   * What becomes of the bucket when the stack is deleted. Its policy and its own key go with it.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** Options of the grants of `SecureBucket`. */
export interface BucketGrantOptions {
  /**
   * Key prefixes to which the grant is bounded, each ending in `/`.
   *
   * @default - the whole bucket
   */
  readonly prefixes?: string[];
}

/**
 * A bucket that is safe with no properties at all: encrypted with a rotated KMS key of its own, uploads under another
 * key and SSE-C denied, TLS 1.2 and newer only, private, ACLs off, versioned, logged, and its policy and key kept as
 * long as the bucket.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
 *
 * @example
 * declare const reportFunction: lambda.Function;
 * const documents = new SecureBucket(this, 'Documents');
 * documents.grantRead(reportFunction, { prefixes: ['reports/'] });
 */
export class SecureBucket extends Construct implements s3.IBucketRef {
  /** The L2 bucket, for constructs that want one. */
  public readonly bucket: s3.Bucket;

  /** The KMS key that encrypts the objects: the one given, or the one made; none with SSE-S3. */
  public readonly key?: kms.IKey;

  public constructor(scope: Construct, id: string, props: SecureBucketProps = {}) {
    super(scope, id);
    checkBucketName(this, props.bucketName);
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    const encryption = this.withKey(props.encryption ?? Encryption.kms(), removalPolicy);
    const uploadEncryption = this.fitting(encryption, props.uploadEncryption);
    this.key = encryption.key;

    this.bucket = new s3.Bucket(this, 'Resource', {
      bucketName: props.bucketName,
      removalPolicy,
      encryption: l2Encryption(encryption),
      encryptionKey: encryption.key,
    });
    this.bucket.with(
      new BucketDefaultEncryption(encryption),
      new BucketTlsOnly(),
      new BucketTlsMinimumVersion(),
      new BucketPublicAccessBlocked(),
      new BucketAclsDisabled(),
      new BucketVersioned(),
      new BucketAccessLogs(this.target(props.accessLogs ?? AccessLogs.shared())),
      new BucketLifecycle(props.lifecycle ?? Lifecycle.keepEverything()),
      new BucketUploadEncryption(uploadEncryption),
      new BucketRetainedWithPolicyAndKey(),
      ...(encryption.requiresCustomerKey ? [] : [new BucketSseCDisabled()]),
      ...(props.cors ? [new BucketCors(props.cors)] : []),
    );
    warnOfKmsRequestQuota(this, encryption);
  }

  /** The name and ARN of the bucket. */
  public get bucketRef(): s3.BucketReference {
    return this.bucket.bucketRef;
  }

  /** The role that replicates this bucket; none without `BucketReplication`. */
  public get replicationRole(): iam.IRole | undefined {
    return BucketReplication.roleOf(this);
  }

  /** The account and Region of the bucket. */
  public get env(): ResourceEnvironment {
    return this.bucket.env;
  }

  /**
   * Lets a principal read and list objects, and decrypt them through S3.
   *
   * A principal of another account is named in the bucket's policy and in the key's as well; its own account must allow
   * it too.
   */
  public grantRead(grantee: iam.IGrantable, options: BucketGrantOptions = {}): iam.Grant {
    return grant(this.bucket, this.key, grantee, READ, options.prefixes);
  }

  /**
   * Lets a principal upload objects, multipart uploads included, and encrypt them through S3. It can neither read nor
   * delete.
   */
  public grantWrite(grantee: iam.IGrantable, options: BucketGrantOptions = {}): iam.Grant {
    return grant(this.bucket, this.key, grantee, WRITE, options.prefixes);
  }

  /** Lets a principal read, list and upload objects. It cannot delete. */
  public grantReadWrite(grantee: iam.IGrantable, options: BucketGrantOptions = {}): iam.Grant {
    return this.grantRead(grantee, options).combine(this.grantWrite(grantee, options));
  }

  /** Lets a principal delete objects in a way that can be undone: by a delete marker, never by destroying a version. */
  public grantDelete(grantee: iam.IGrantable, options: BucketGrantOptions = {}): iam.Grant {
    return grant(this.bucket, this.key, grantee, DELETE, options.prefixes);
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

  private withKey(encryption: Encryption, removalPolicy: RemovalPolicy): Encryption {
    if (!encryption.usesKms || encryption.key) return encryption;
    return encryption._withKey(
      new kms.Key(this, 'Key', {
        description: `Encrypts the objects of ${this.node.path}`,
        enableKeyRotation: true,
        removalPolicy,
      }),
    );
  }

  private fitting(encryption: Encryption, upload: UploadEncryption | undefined): UploadEncryption {
    const byCustomerKey = UploadEncryption.customerKey();
    if (!upload) return encryption.requiresCustomerKey ? byCustomerKey : UploadEncryption.bucketDefault();
    if (upload.mode !== 'unrestricted' && (upload.mode === byCustomerKey.mode) !== encryption.requiresCustomerKey) {
      throw validationError({
        property: 'uploadEncryption',
        actual: upload.mode,
        expected: 'customerKey() together with Encryption.customerProvided(), and neither without the other',
        hint: 'leave "uploadEncryption" out, or change "encryption"',
        scope: this,
      });
    }
    return upload;
  }

  private target(accessLogs: AccessLogs): AccessLogs {
    if (accessLogs.target || accessLogs.reasonForNone) return accessLogs;
    return AccessLogs.to(LoggingBucket.of(this), { prefix: accessLogs.prefix, partition: accessLogs.partition });
  }
}

/**
 * The L2 must know the key, for its own grants and for constructs that ask it; the control decides what the template
 * says.
 */
function l2Encryption(encryption: Encryption): s3.BucketEncryption {
  switch (encryption.algorithm) {
    case 'aws:kms':
      return s3.BucketEncryption.KMS;
    case 'aws:kms:dsse':
      return s3.BucketEncryption.DSSE;
    default:
      return s3.BucketEncryption.S3_MANAGED;
  }
}
