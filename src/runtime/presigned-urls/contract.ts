/** What the construct tells the function, as JSON in one environment variable. */
export const SETTINGS_VARIABLE = 'STRONGBOX_PRESIGNED_URLS';

/** S3 takes no presigned request that lives longer, whoever signs it. */
export const MAX_SECONDS = 604_800;

/** Each assumed role signs for this long: a role that another role assumes lives for an hour at most. */
export const SIGNER_SESSION_SECONDS = 3600;

/** A minute less than that: a session has already begun when it signs, and serves for some calls. */
export const MAX_ISSUED_SECONDS = SIGNER_SESSION_SECONDS - 60;

export type Operation = 'get' | 'put' | 'post';

/** What an upload may be. */
export interface UploadRule {
  /** e.g. `application/pdf`, `image/*`. */
  readonly contentTypes: readonly string[];
  readonly minimumBytes: number;
  readonly maximumBytes: number;
}

/**
 * How the caller is told from others: the principal of an IAM-signed call, a claim of a verified token, or not at all.
 */
export type CallerRule =
  { readonly kind: 'iam' } | { readonly kind: 'claim'; readonly claim: string } | { readonly kind: 'shared' };

export interface IssuerSettings {
  readonly bucket: string;
  readonly region: string;
  /** e.g. `amazonaws.com`. */
  readonly urlSuffix: string;
  /** Ends in a slash. */
  readonly prefix: string;
  readonly operations: { readonly get?: Record<string, never>; readonly put?: UploadRule; readonly post?: UploadRule };
  readonly caller: CallerRule;
  readonly maximumSeconds: number;
  /** The role whose rights the URLs have. */
  readonly signerRoleArn: string;
  /** Headers of encryption that every upload states. */
  readonly encryptionHeaders: Readonly<Record<string, string>>;
}
