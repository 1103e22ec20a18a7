import * as archive from '../archive';
import { Guarantee } from '../guarantee';
import type { ObjectLockGuaranteeOptions, PrincipalsGuaranteeOptions } from '../guarantee-options';
import * as principals from '../principal';
import * as worm from '../worm';
import type {
  ArchiveStorageGuaranteeOptions,
  EventHoldGuaranteeOptions,
  RecentMfaGuaranteeOptions,
  RetentionGuaranteeOptions,
} from '../worm-options';

/** Guarantees of Object Lock, retention and who may delete. */
export class ArchiveGuarantees {
  /** A default retention locks every object against deletion from the moment that it is written. */
  public static lockedWhenWritten(options: ObjectLockGuaranteeOptions = {}): Guarantee {
    return Guarantee._of(worm.objectLocked(options));
  }

  /** Nobody sets a retention of another mode, or of fewer or more days, on any object. */
  public static retentionBounded(options: RetentionGuaranteeOptions): Guarantee {
    return Guarantee._of(worm.retentionBounded(options));
  }

  /** Governance retention is bypassed by nobody but the named principals. */
  public static governanceBypassOnlyBy(options: PrincipalsGuaranteeOptions = {}): Guarantee {
    return Guarantee._of(principals.governanceBypassOnlyBy(options.principals ?? []));
  }

  /**
   * Nobody but the named principals sets a retention on an object that is there; an upload names its own.
   */
  public static retentionSetOnlyBy(options: PrincipalsGuaranteeOptions = {}): Guarantee {
    return Guarantee._of(principals.retentionSetOnlyBy(options.principals ?? []));
  }

  /** Legal holds are placed and lifted by nobody but the named principals. */
  public static legalHoldChangedOnlyBy(options: PrincipalsGuaranteeOptions = {}): Guarantee {
    return Guarantee._of(principals.legalHoldChangedOnlyBy(options.principals ?? []));
  }

  /**
   * Nobody deletes objects or versions, by a delete marker or an overwrite either, but the named principals.
   */
  public static deleteOnlyBy(options: PrincipalsGuaranteeOptions = {}): Guarantee {
    return Guarantee._of(principals.deleteOnlyBy(options.principals ?? []));
  }

  /** Nobody hides an object behind a delete marker. */
  public static deleteMarkersDenied(): Guarantee {
    return Guarantee._of(principals.deleteMarkersDenied());
  }

  /**
   * Versioning, lock, lifecycle, default encryption and the bucket itself are changed by nobody but the named
   * principals.
   */
  public static protectionChangedOnlyBy(options: PrincipalsGuaranteeOptions = {}): Guarantee {
    return Guarantee._of(principals.protectionChangedOnlyBy(options.principals ?? []));
  }

  /**
   * No version is deleted for good, and versioning is not changed, by a request without (recent) MFA. Weaker than S3's
   * own MFA delete.
   */
  public static permanentDeleteNeedsMfa(options: RecentMfaGuaranteeOptions = {}): Guarantee {
    return Guarantee._of(worm.noPermanentDeleteWithoutMfa(options));
  }

  /** A caller with recent MFA may delete versions: the other side of `permanentDeleteNeedsMfa`. */
  public static recentMfaSuffices(options: RecentMfaGuaranteeOptions = {}): Guarantee {
    return Guarantee._of(worm.recentMfaSuffices(options));
  }

  /** Objects can be locked: Object Lock is on, with or without a default retention. */
  public static lockEnabled(): Guarantee {
    return Guarantee._of(worm.objectLockOn());
  }

  /** The bucket is made with Object Lock, so that no object is older than the lock. */
  public static lockedFromCreation(): Guarantee {
    return Guarantee._of(worm.lockedFromCreation());
  }

  /** No delete marker comes into the bucket by replication. */
  public static deletesNotReplicated(): Guarantee {
    return Guarantee._of(worm.deletesNotReplicated());
  }

  /** Versions move to colder storage classes by age, and none is deleted before the default retention ends. */
  public static storage(options: ArchiveStorageGuaranteeOptions = {}): Guarantee {
    return Guarantee._of(archive.archiveStorage(options));
  }

  /** All versions are listed with their locks in another bucket, which takes the lists. */
  public static lockInventory(): Guarantee {
    return Guarantee._of(archive.lockInventory());
  }

  /**
   * Every new version is held until its event and for a time after, and nobody but the named principals releases it.
   */
  public static eventHoldKept(options: EventHoldGuaranteeOptions): Guarantee {
    return Guarantee._of(worm.eventHoldKept(options));
  }
}
