import { requireReason } from '../input/reason';
import { validationError } from '../input/validation-error';

/**
 * How an issuer of presigned URLs tells its callers apart. Each has its own folder below the issuer's prefix, and
 * no way out of it.
 *
 * @example
 * PresignCallers.claim('sub');
 */
export class PresignCallers {
  /**
   * By the principal that signed the call to the function URL or to an API with IAM authorization: the folder is the
   * unique id of the role or user (`AROA...`, `AIDA...`), the same for all sessions of a role.
   */
  public static iam(): PresignCallers {
    return new PresignCallers('iam');
  }

  /**
   * By a claim of the token that an API of yours has verified (HTTP API with a JWT authorizer, REST API with a Cognito
   * authorizer).
   *
   * @param name A claim that callers cannot choose and that does not change, such as `sub`.
   */
  public static claim(name: string): PresignCallers {
    if (!/^[\w:./-]{1,128}$/.test(name)) {
      throw validationError({
        property: 'name',
        actual: name,
        expected: 'the name of a claim',
        hint: 'write for example "sub"',
      });
    }
    return new PresignCallers('claim', name);
  }

  /**
   * Not at all: whoever may call reaches everything below the prefix, and may overwrite what others uploaded.
   *
   * @param reason Who decided it and why, as a sentence for an auditor.
   */
  public static shared(reason: string): PresignCallers {
    return new PresignCallers('shared', undefined, requireReason('PresignCallers.shared(reason)', reason));
  }

  private constructor(
    /** `iam`, `claim` or `shared`. */
    public readonly kind: string,
    /** The name of the claim, if it is one. */
    public readonly claimName?: string,
    /** Why callers are not told apart, if they are not. */
    public readonly reasonForShared?: string,
  ) {}
}
