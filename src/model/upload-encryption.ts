import { requireReason } from '../input/reason';

/**
 * What an upload may say about its encryption. The kind and the key are those of the bucket's default encryption.
 *
 * A bucket policy is evaluated before the default encryption is applied, so a policy that asks for a header denies
 * every client that relies on the default, and log delivery with it. Hence two honest modes, and no third.
 *
 * | an upload that | `bucketDefault()` | `explicitHeader()` |
 * |---|---|---|
 * | names no encryption | gets the default | is denied |
 * | names the bucket's encryption and key | is stored | is stored |
 * | names another encryption or key, or `aws:kms` without a key | is denied | is denied |
 * | comes from an AWS service principal | is stored, unless under another KMS key | is stored, unless under another KMS key |
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#require-sse-kms
 *
 * @example
 * new SecureBucket(this, 'Ledger', { uploadEncryption: UploadEncryption.explicitHeader() });
 */
export class UploadEncryption {
  /**
   * A wrong header is denied, an absent one gets the default. Breaks no client and no service that relies on the
   * default.
   */
  public static bucketDefault(): UploadEncryption {
    return new UploadEncryption('bucket-default');
  }

  /** A wrong header is denied, and so is an absent one. For rules that want the client itself to ask for encryption. */
  public static explicitHeader(): UploadEncryption {
    return new UploadEncryption('explicit-header');
  }

  /** An upload without the customer's own key (SSE-C) is denied. It goes with `Encryption.customerProvided()`. */
  public static customerKey(): UploadEncryption {
    return new UploadEncryption('customer-key');
  }

  /**
   * An upload may name any encryption, for a reason that stays in the report.
   *
   * @param reason Who decided it and why, as a sentence for an auditor.
   */
  public static unrestricted(reason: string): UploadEncryption {
    return new UploadEncryption('unrestricted', requireReason('UploadEncryption.unrestricted(reason)', reason));
  }

  private constructor(
    /** `bucket-default`, `explicit-header`, `customer-key` or `unrestricted`. */
    public readonly mode: string,
    /** Why anything goes, if anything does. */
    public readonly reasonForUnrestricted?: string,
  ) {}
}
