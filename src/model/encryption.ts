import { Token } from 'aws-cdk-lib';
import type { IAlias, IKey } from 'aws-cdk-lib/aws-kms';
import { validationError } from '../input/validation-error';

/** Options of `Encryption.kms()`. */
export interface KmsEncryptionOptions {
  /**
   * The symmetric KMS key that encrypts the objects.
   *
   * @default - the construct makes a key of its own, rotated every year and kept with the bucket
   */
  readonly key?: IKey;

  /**
   * Whether S3 derives a bucket-level key, so that most requests do not call KMS. Without it every upload calls
   * `kms:GenerateDataKey` and every download `kms:Decrypt`, which cost money and count toward the Region's request
   * quota.
   *
   * @default true
   */
  readonly bucketKey?: boolean;

  /**
   * Uploads and downloads expected per second at the peak, in requests a second. Used only to warn when they would pass
   * the Region's KMS request quota.
   *
   * @default - no check against the quota
   */
  readonly expectedRequestsPerSecond?: number;
}

/** Options of `Encryption.dualLayerKms()`. */
export interface DualLayerKmsEncryptionOptions {
  /**
   * The symmetric KMS key that encrypts the objects.
   *
   * @default - the construct makes a key of its own, rotated every year and kept with the bucket
   */
  readonly key?: IKey;

  /**
   * Uploads and downloads expected per second at the peak, in requests a second. DSSE-KMS has no bucket key, so each of
   * them calls KMS.
   *
   * @default - no check against the quota
   */
  readonly expectedRequestsPerSecond?: number;
}

/**
 * How S3 encrypts the objects of a bucket at rest.
 *
 * | | who holds the key | bucket key | cross-account |
 * |---|---|---|---|
 * | `s3Managed()` | S3 | - | yes |
 * | `kms()` | you, in AWS KMS | yes | by the key's policy |
 * | `dualLayerKms()` | you, in AWS KMS, two layers | no | by the key's policy |
 * | `customerProvided()` | the caller, who sends it with every request | - | yes |
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/serv-side-encryption.html
 *
 * @example
 * new SecureBucket(this, 'Invoices', { encryption: Encryption.kms({ expectedRequestsPerSecond: 500 }) });
 */
export class Encryption {
  /**
   * SSE-S3 (`AES256`): S3 makes, holds and rotates the keys. No cost, no key policy, no quota.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingServerSideEncryption.html
   */
  public static s3Managed(): Encryption {
    return new Encryption('AES256', false, false);
  }

  /**
   * SSE-KMS (`aws:kms`): a key in AWS KMS whose policy and log are yours. A reader needs the right on the key as well
   * as on the object.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
   */
  public static kms(options: KmsEncryptionOptions = {}): Encryption {
    return new Encryption('aws:kms', options.bucketKey ?? true, false, options.key, options.expectedRequestsPerSecond);
  }

  /**
   * DSSE-KMS (`aws:kms:dsse`): two independent layers of encryption, for CNSSP 15 and similar rules. It has no bucket
   * key.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingDSSEncryption.html
   */
  public static dualLayerKms(options: DualLayerKmsEncryptionOptions = {}): Encryption {
    return new Encryption('aws:kms:dsse', false, false, options.key, options.expectedRequestsPerSecond);
  }

  /**
   * SSE-C: every request carries the customer's own key, which S3 uses and forgets. A lost key is lost data. Objects
   * written by AWS services, which send no such key, are refused; the bucket default below it stays SSE-S3.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html
   */
  public static customerProvided(): Encryption {
    return new Encryption('AES256', false, true);
  }

  /** The KMS key, if one was named; of an alias the key behind it. */
  public readonly key?: IKey;

  private constructor(
    /** The value of `SSEAlgorithm`: `AES256`, `aws:kms` or `aws:kms:dsse`. */
    public readonly algorithm: string,
    /** Whether S3 Bucket Keys are on. */
    public readonly bucketKeyEnabled: boolean,
    /** Whether every request must bring the customer's own key (SSE-C). */
    public readonly requiresCustomerKey: boolean,
    key?: IKey,
    /** The expected peak, in requests a second, if one was named. */
    public readonly expectedRequestsPerSecond?: number,
  ) {
    this.key = key && keyBehind(key);
    if (
      expectedRequestsPerSecond !== undefined &&
      !Token.isUnresolved(expectedRequestsPerSecond) &&
      !(Number.isFinite(expectedRequestsPerSecond) && expectedRequestsPerSecond > 0)
    ) {
      throw validationError({
        property: 'expectedRequestsPerSecond',
        actual: expectedRequestsPerSecond,
        expected: 'a number of requests a second above 0',
        hint: 'give the peak of uploads plus downloads, or leave it out',
      });
    }
  }

  /** Whether a KMS key encrypts the objects. */
  public get usesKms(): boolean {
    return this.algorithm !== 'AES256';
  }

  /**
   * The same choice with its key made.
   *
   * @internal
   */
  public _withKey(key: IKey): Encryption {
    return new Encryption(
      this.algorithm,
      this.bucketKeyEnabled,
      this.requiresCustomerKey,
      key,
      this.expectedRequestsPerSecond,
    );
  }
}

/**
 * The key behind an alias: an alias can be moved to another key, so it pins nothing, and a request that names the key
 * by its ARN would not match it.
 */
function keyBehind(key: IKey): IKey {
  if (!('aliasName' in key)) {
    if (key.keyArn.includes(':alias/')) throw unknownKey(key);
    return key;
  }
  try {
    return keyBehind((key as IAlias).aliasTargetKey);
  } catch {
    // An imported alias does not know its key.
    throw unknownKey(key);
  }
}

function unknownKey(key: IKey): Error {
  return validationError({
    property: 'key',
    actual: `the alias ${key.node.path}`,
    expected: 'a KMS key with the ARN of the key, or an alias that this app makes',
    hint: 'pass the key itself, or import it with kms.Key.fromKeyArn(scope, id, arn)',
  });
}
