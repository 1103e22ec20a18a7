/** A request in a test. */
export interface RequestOptions {
  /**
   * One action, e.g. `s3:PutObject`.
   * @default - the actions that `call` needs
   */
  readonly action?: string;
  /**
   * An S3 API call, e.g. `PutObject`: allowed if all the actions that it needs are, the use of the bucket's own KMS key
   * included.
   * @default - `action` alone
   */
  readonly call?: string;
  /**
   * What the call carries beyond its plain form: `version`, `acl`, `tagging`, `retention`, `legal-hold`, `bypass`.
   * @default - nothing
   */
  readonly features?: string[];
  /**
   * An ARN; or a bucket by logical id, name or construct path (from any of its parts on: `Docs` for `Stack/Docs`); or
   * one of its objects, as the bucket with `/` and the key. Attributes of constructs do as well:
   * `bucket.arnForObjects('x')`. With `accessPoint`, a key of its bucket is enough.
   * @default - the only bucket (or all of its objects' stand-in `x`, if the action is on objects)
   */
  readonly resource?: string;
  /**
   * `anonymous`, an IAM ARN, a service principal such as `logging.s3.amazonaws.com`, or a role or user of the templates
   * by logical id, name or construct path.
   * @default - a role of the bucket's account
   */
  readonly principal?: string;
  /**
   * Condition keys and their values. What is left out is as in an ordinary request: HTTPS, TLS 1.2, a SigV4 header, no
   * optional header.
   * @default - an ordinary request
   */
  readonly context?: { [key: string]: string };
  /**
   * Name, ARN, construct path or logical id of the access point through which the request comes.
   * @default - none: the request names the bucket
   */
  readonly accessPoint?: string;
  /**
   * Construct path or logical id of the VPC endpoint through which the request comes, whose policy then counts.
   * @default - none, or one that `context` names and that no template makes
   */
  readonly vpcEndpoint?: string;
  /**
   * Whether the caller's own policies are taken to allow the request.
   * @default true
   */
  readonly identityAllows?: boolean;
}
