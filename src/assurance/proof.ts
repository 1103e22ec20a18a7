import type { Stack, Stage } from 'aws-cdk-lib';
import type { Guarantee } from './guarantees';
import type { Verdict } from './verdict';

/** A request in a test. */
export interface RequestOptions {
  /** e.g. `s3:PutObject`. */
  readonly action: string;
  /**
   * Logical id, construct path or name of the bucket, with an object key after a slash if the action is on objects (`Docs/a.txt`), or an ARN.
   * @default - the only bucket
   */
  readonly resource?: string;
  /**
   * `anonymous`, an IAM ARN, a 12-digit account, or a service principal.
   * @default - a role of the bucket's account
   */
  readonly principal?: string;
  /**
   * Condition keys and their values. What is left out has the value of an ordinary request: HTTPS, TLS 1.2, SigV4, no optional header.
   * @default - an ordinary request
   */
  readonly context?: { [key: string]: string };
  /**
   * Whether an identity policy is taken to allow the request.
   * @default true for principals that have no policy in the template
   */
  readonly identityAllows?: boolean;
}

/** Which resources a guarantee is asked of. */
export interface HoldsOptions {
  /**
   * Logical id or construct path of the one resource to ask.
   * @default - every resource to which the guarantee applies
   */
  readonly subject?: string;
}

/**
 * Proves guarantees about synthesized templates, whoever wrote the constructs.
 */
export class Proof {
  /** All that the stack's template (and its nested stacks) says; references to other stacks of its app are followed. */
  public static ofStack(_stack: Stack): Proof { throw new Error('contract'); }
  /** A template as an object. */
  public static ofTemplate(_template: { [key: string]: any }): Proof { throw new Error('contract'); }
  /** Every stack of the app or stage. */
  public static ofApp(_app: Stage): Proof { throw new Error('contract'); }
  private constructor() {}

  /**
   * Proves the guarantee.
   * @returns one verdict a resource, all proved
   * @throws with the counterexample in words and as JSON if it is broken or unknown, or if no resource is there to ask
   */
  public holds(_guarantee: Guarantee, _options?: HoldsOptions): Verdict[] { throw new Error('contract'); }
  /** Like `holds`, without throwing for what is broken or unknown. */
  public verdicts(_guarantee: Guarantee, _options?: HoldsOptions): Verdict[] { throw new Error('contract'); }
  /** @throws if the request is not allowed */
  public allows(_request: RequestOptions): void { throw new Error('contract'); }
  /** @throws if the request is allowed */
  public denies(_request: RequestOptions): void { throw new Error('contract'); }
}
