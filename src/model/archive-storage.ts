import type { Duration } from 'aws-cdk-lib';
import { validationError } from '../input/validation-error';
import { literalDays } from '../input/whole-days';

/** One move to a colder storage class. */
export interface ArchiveTransition {
  /** The storage class as S3 names it: `GLACIER_IR`, `GLACIER` or `DEEP_ARCHIVE`. */
  readonly storageClass: string;
  /** Days after the upload. */
  readonly afterDays: number;
}

const INSTANT = 'GLACIER_IR';
const FLEXIBLE = 'GLACIER';
const DEEP = 'DEEP_ARCHIVE';
/** Days for which S3 bills an object at least, once it is there. */
const BILLED_DAYS: Record<string, number> = { [INSTANT]: 90, [FLEXIBLE]: 90, [DEEP]: 180 };

/**
 * Where the objects of an archive lie as they get older. A move changes price and retrieval time only: the lock goes
 * with the object.
 *
 * | | first byte after | billed at least |
 * |---|---|---|
 * | `standard()` | milliseconds | - |
 * | `thenInstantRetrieval()` | milliseconds | 90 days |
 * | `thenFlexibleRetrieval()` | minutes to 12 hours, after a restore | 90 days |
 * | `thenDeepArchive()` | 12 to 48 hours, after a restore | 180 days |
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html
 *
 * @example
 * ArchiveStorage.standard()
 *   .thenInstantRetrieval(Duration.days(30))
 *   .thenDeepArchive(Duration.days(365))
 *   .expireAfter(Duration.days(2600));
 */
export class ArchiveStorage {
  /** S3 Standard for as long as the object lives; the beginning of every other arrangement. */
  public static standard(): ArchiveStorage {
    return new ArchiveStorage([]);
  }

  private constructor(
    /** The moves, by age. */
    public readonly transitions: ArchiveTransition[],
    /** Days after the upload at which an object is deleted, if it ever is. */
    public readonly expireAfterDays?: number,
  ) {}

  /** Then Glacier Instant Retrieval. @param after whole days since the upload */
  public thenInstantRetrieval(after: Duration): ArchiveStorage {
    return this.then(INSTANT, after);
  }

  /**
   * Then Glacier Flexible Retrieval: a reader must restore an object before reading it.
   * @param after whole days since the upload
   */
  public thenFlexibleRetrieval(after: Duration): ArchiveStorage {
    return this.then(FLEXIBLE, after);
  }

  /**
   * Then Glacier Deep Archive: a reader must restore an object before reading it.
   * @param after whole days since the upload
   */
  public thenDeepArchive(after: Duration): ArchiveStorage {
    return this.then(DEEP, after);
  }

  /**
   * Deletes objects by age; a lock that still stands wins. Versions go as long after they were replaced.
   * @param after whole days since the upload
   */
  public expireAfter(after: Duration): ArchiveStorage {
    const days = literalDays('expireAfter', after);
    const last = this.transitions.at(-1);
    if (last && days <= last.afterDays) {
      throw validationError({
        property: 'expireAfter',
        actual: `${days} days`,
        expected: `more than the ${last.afterDays} days of the move to ${last.storageClass}`,
        hint: 'expire later, or leave the last move out',
      });
    }
    return new ArchiveStorage(this.transitions, days);
  }

  /** Whether an object has to be restored before it can be read. */
  public get needsRestore(): boolean {
    return this.transitions.some(({ storageClass }) => storageClass !== INSTANT);
  }

  private then(storageClass: string, after: Duration): ArchiveStorage {
    const afterDays = literalDays('after', after, 0);
    const last = this.transitions.at(-1);
    const earliest = last ? last.afterDays + BILLED_DAYS[last.storageClass] : 0;
    const order = [INSTANT, FLEXIBLE, DEEP];
    if (last && (order.indexOf(storageClass) <= order.indexOf(last.storageClass) || afterDays < earliest)) {
      throw validationError({
        property: 'after',
        actual: `${afterDays} days for ${storageClass}`,
        expected:
          `a colder class than ${last.storageClass}, from day ${earliest} on (S3 bills ` +
          `${BILLED_DAYS[last.storageClass]} days of ${last.storageClass} in any case)`,
        hint: 'order the moves from warm to cold and leave the billed days between them',
      });
    }
    if (this.expireAfterDays !== undefined) {
      throw validationError({
        property: 'expireAfter',
        actual: 'before a move',
        expected: 'expireAfter() as the last call',
        hint: 'call it last',
      });
    }
    return new ArchiveStorage([...this.transitions, { storageClass, afterDays }]);
  }
}
