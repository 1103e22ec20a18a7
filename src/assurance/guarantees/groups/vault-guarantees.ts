import { Guarantee } from '../guarantee';
import type { PrincipalsGuaranteeOptions, VaultDeletionGuaranteeOptions } from '../guarantee-options';
import * as vaults from '../vault';

/** Guarantees of vaults of the original Amazon Glacier service. */
export class VaultGuarantees {
  /** The lock of the vault is complete, and never changes. */
  public static locked(): Guarantee {
    return Guarantee._of(vaults.vaultLocked());
  }

  /** The lock policy denies the deletion of archives younger than that. @param days whole days, from 1 on */
  public static deletesDeniedBefore(days: number): Guarantee {
    return Guarantee._of(vaults.vaultDeletesDeniedBefore(days));
  }

  /**
   * The lock policy denies the deletion of archives while the vault has the tag.
   * @param tag its key; `LegalHold` if left out
   */
  public static deletesDeniedUnderLegalHold(tag: string = 'LegalHold'): Guarantee {
    return Guarantee._of(vaults.vaultDeletesDeniedUnderLegalHold(tag));
  }

  /**
   * A principal that IAM allows may delete archives of that age, without a legal hold: the other side of the lock.
   */
  public static deletesAllowedAfter(options: VaultDeletionGuaranteeOptions): Guarantee {
    return Guarantee._of(vaults.vaultDeletesAllowedAfter(options.days, options.tag ?? 'LegalHold'));
  }

  /** A principal that IAM allows may upload and retrieve archives, whatever the lock says of deletions. */
  public static works(): Guarantee {
    return Guarantee._of(vaults.vaultWorks());
  }

  /** The vault stays when its stack goes or would replace it. */
  public static kept(): Guarantee {
    return Guarantee._of(vaults.vaultKept());
  }

  /**
   * Nobody but the named principals places and lifts legal holds, which are tags of the vault.
   */
  public static legalHoldOnlyBy(options: PrincipalsGuaranteeOptions = {}): Guarantee {
    return Guarantee._of(vaults.vaultLegalHoldOnlyBy(options.principals ?? []));
  }

  /**
   * The named principals may place and lift legal holds: the other side.
   */
  public static legalHoldAllowedTo(options: PrincipalsGuaranteeOptions = {}): Guarantee {
    return Guarantee._of(vaults.vaultLegalHoldBy(options.principals ?? []));
  }

  /** No request over plain HTTP reaches the vault. */
  public static tlsOnly(): Guarantee {
    return Guarantee._of(vaults.vaultTlsOnly());
  }
}
