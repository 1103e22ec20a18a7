import type { IGrantable } from 'aws-cdk-lib/aws-iam';

/** Options of `DirectAccess.denied()`. */
export interface DirectAccessDeniedOptions {
  /**
   * Roles and users who may still reach objects without an access point: administrators, and the service roles that S3
   * replication, S3 Batch Operations and the like work under, since AWS does not count these as AWS services.
   *
   * @default - nobody
   */
  readonly except?: IGrantable[];
}

/**
 * Whether objects are still reached by the bucket's own name, beside the access points.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
 *
 * @example
 * declare const breakGlass: iam.Role;
 * DirectAccess.denied({ except: [breakGlass] });
 */
export class DirectAccess {
  /** Direct requests are decided as without access points: by the bucket's policy and IAM. */
  public static allowed(): DirectAccess {
    return new DirectAccess();
  }

  /**
   * No object is read, written, deleted or listed but through an access point; AWS services that act under their own
   * name are exempt.
   */
  public static denied(options: DirectAccessDeniedOptions = {}): DirectAccess {
    return new DirectAccess(options.except ?? []);
  }

  private constructor(
    /** Who is exempt; absent where direct access goes on. */
    public readonly except?: IGrantable[],
  ) {}
}
