import * as clientKeys from '../client-key';
import type { ClientSideKeyGuaranteeOptions } from '../client-key';
import { Guarantee } from '../guarantee';

/** Guarantees of a KMS key for client-side encryption. */
export class ClientKeyGuarantees {
  /**
   * Nobody encrypts but the writers, nobody decrypts but the readers, and nobody does anything else with the key,
   * administrators included.
   */
  public static usedOnlyBy(options: ClientSideKeyGuaranteeOptions): Guarantee {
    return Guarantee._of(clientKeys.clientKeyUsedOnlyBy(options));
  }

  /**
   * Nobody encrypts or decrypts without the pairs of the encryption context, under other values or names, or with
   * further pairs.
   */
  public static contextBound(options: ClientSideKeyGuaranteeOptions): Guarantee {
    return Guarantee._of(clientKeys.clientKeyContextBound(options));
  }

  /** No AWS service uses the key, neither under its own name nor for a caller. */
  public static notThroughServices(options: ClientSideKeyGuaranteeOptions): Guarantee {
    return Guarantee._of(clientKeys.clientKeyNotThroughServices(options));
  }

  /** Nobody manages the key but its administrators or, if none are named, whom IAM lets in the key's own account. */
  public static managedOnlyBy(options: ClientSideKeyGuaranteeOptions): Guarantee {
    return Guarantee._of(clientKeys.clientKeyManagedOnlyBy(options));
  }

  /**
   * Writers encrypt and readers decrypt under the encryption context, and administrators manage the key: the other side
   * of the others.
   */
  public static works(options: ClientSideKeyGuaranteeOptions): Guarantee {
    return Guarantee._of(clientKeys.clientKeyWorks(options));
  }

  /** The key is kept and rotated, and nobody deletes or disables it. */
  public static kept(options: ClientSideKeyGuaranteeOptions): Guarantee {
    return Guarantee._of(clientKeys.clientKeyKept(options));
  }
}
