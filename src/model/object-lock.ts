import { requireReason } from '../input/reason';

/**
 * Whether the objects of a bucket are locked against deletion from the moment they are written.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 *
 * @example
 * declare const documents: SecureBucket;
 * const noLock = ObjectLock.none('Documents are edited daily and versioned, approved by Records');
 * documents.with(new BucketObjectLock(noLock));
 */
export class ObjectLock {
  /**
   * No lock, for a reason that stays in the report.
   *
   * @param reason Who decided it and why, as a sentence for an auditor.
   */
  public static none(reason: string): ObjectLock {
    return new ObjectLock(requireReason('ObjectLock.none(reason)', reason));
  }

  private constructor(
    /** Why nothing is locked, if nothing is. */
    public readonly reasonForNone: string,
  ) {}
}
