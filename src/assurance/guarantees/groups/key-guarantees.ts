import { Guarantee } from '../guarantee';
import type { PrincipalsGuaranteeOptions } from '../guarantee-options';
import * as keys from '../key';
import type { KeyGuaranteeOptions } from '../key';

/** Guarantees of the KMS key of a bucket. */
export class KeyGuarantees {
  /** The bucket's key, made in the same templates, is rotated. */
  public static rotated(): Guarantee {
    return Guarantee._of(keys.keyRotated());
  }

  /** Nobody outside the account may do anything with the bucket's key. */
  public static onlyAccount(): Guarantee {
    return Guarantee._of(keys.keyOnlyAccount());
  }

  /**
   * A principal that IAM allows may use and manage the bucket's key: it can neither lock the data up nor be lost to its
   * account.
   */
  public static usable(): Guarantee {
    return Guarantee._of(keys.keyUsable());
  }

  /**
   * The policy of the bucket's key gives nobody but the principals anything.
   */
  public static usedOnlyBy(options: PrincipalsGuaranteeOptions = {}): Guarantee {
    return Guarantee._of(keys.keyOnlyUsedBy(options.principals ?? []));
  }

  /** The policy of the bucket's key gives the principals no more than these actions, through S3. */
  public static throughS3Only(options: KeyGuaranteeOptions): Guarantee {
    return Guarantee._of(keys.keyThroughS3Only(options));
  }

  /** The principals may use the bucket's key through S3: the other side of `throughS3Only`. */
  public static worksThroughS3(options: KeyGuaranteeOptions): Guarantee {
    return Guarantee._of(keys.keyWorksThroughS3(options));
  }

  /** Nobody can destroy or disable the bucket's key, and with it the objects. */
  public static deletionDenied(): Guarantee {
    return Guarantee._of(keys.keyDeletionDenied());
  }

  /** A principal that IAM allows can encrypt and decrypt with the bucket's key: the other side of `deletionDenied`. */
  public static servesData(): Guarantee {
    return Guarantee._of(keys.keyServesData());
  }
}
