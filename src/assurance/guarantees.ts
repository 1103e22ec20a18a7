import type { Model, ResolvedResource } from './resolve';

/** What an upload may name as its encryption. */
export interface UploadEncryptionGuaranteeOptions {
  /**
   * Values of `x-amz-server-side-encryption` that an upload may carry: `AES256`, `aws:kms`, `aws:kms:dsse`.
   * @default - the algorithm of the bucket's default encryption
   */
  readonly algorithms?: string[];
  /**
   * ARN of the only KMS key that an upload may name.
   * @default - the key of the bucket's default encryption
   */
  readonly keyArn?: string;
  /**
   * Whether an upload without the header is refused as well (`EXPLICIT_HEADER`).
   * @default false
   */
  readonly explicitHeader?: boolean;
}

/**
 * Something that must hold for every request to a resource, or a setting that must stand in the template.
 * The catalog: one id, one title, plain words, one predicate each.
 */
export class Guarantee {
  /** No request over plain HTTP reaches the bucket or its objects. */
  public static tlsOnly(): Guarantee { throw new Error('contract'); }
  /** No request with a TLS version below the minimum (1.2 or 1.3). */
  public static tlsMinimumVersion(_version: number): Guarantee { throw new Error('contract'); }
  /** Block Public Access is on in all four settings, and no anonymous request is allowed. */
  public static publicAccessBlocked(): Guarantee { throw new Error('contract'); }
  /** Object ownership is enforced, so that ACLs decide nothing. */
  public static aclsOff(): Guarantee { throw new Error('contract'); }
  /** The bucket names its default encryption; with `algorithm`, that one. */
  public static defaultEncryption(_algorithm?: string): Guarantee { throw new Error('contract'); }
  /** No object is stored, replicated or re-encrypted under another algorithm or key. */
  public static uploadEncryption(_options?: UploadEncryptionGuaranteeOptions): Guarantee { throw new Error('contract'); }
  /** No upload without an encryption header (strict mode). */
  public static uploadHeaderRequired(): Guarantee { throw new Error('contract'); }
  /** An upload without encryption header, and one that names the default, is allowed to whom IAM allows it. */
  public static defaultUploadAllowed(): Guarantee { throw new Error('contract'); }
  /** Every object is written and read with a customer key (SSE-C). */
  public static sseCOnly(): Guarantee { throw new Error('contract'); }
  /** No object is written with a customer key (SSE-C). */
  public static sseCNever(): Guarantee { throw new Error('contract'); }
  /** Nobody outside the bucket's own account and the named accounts is allowed anything. */
  public static onlyAccounts(..._accounts: string[]): Guarantee { throw new Error('contract'); }
  /** Nobody outside the organization is allowed anything. */
  public static onlyOrganization(_organizationId: string): Guarantee { throw new Error('contract'); }
  /** Server access logs are written only for buckets of the bucket's own account. */
  public static logDeliveryOnlyFromAccount(): Guarantee { throw new Error('contract'); }
  /** Server access logs of buckets of the same account are delivered. */
  public static logDeliveryAllowed(): Guarantee { throw new Error('contract'); }
  /** CloudTrail of the same account can deliver. */
  public static cloudTrailDeliveryAllowed(): Guarantee { throw new Error('contract'); }
  /** The bucket's policy is kept for as long as the bucket is. */
  public static policyRetained(): Guarantee { throw new Error('contract'); }
  /** Anonymous callers can read objects under the prefix, and nothing else. */
  public static publicReadOnly(_prefix: string): Guarantee { throw new Error('contract'); }

  private constructor(
    /** Stable kebab-case id. */
    public readonly id: string,
    /** One line for a table. */
    public readonly title: string,
    /** What it says, in plain words, for people who look rather than read. */
    public readonly words: string,
    /** CloudFormation type of the resources it speaks of. */
    public readonly resourceType: string,
    /** What to change when it does not hold, in one sentence. */
    public readonly fix: string,
  ) {}

  /** @internal Whether the guarantee can be asked of this resource. */
  public _appliesTo(_model: Model, _subject: ResolvedResource): boolean { throw new Error('contract'); }
}
