import { requireReason } from '../private/reason';

/**
 * Whether the objects of a bucket are copied to another one.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html
 *
 * @example
 * declare const documents: SecureBucket;
 * documents.with(new BucketReplication(Replication.none('Rebuilt nightly from the source system, approved by Data Platform')));
 */
export class Replication {
  /**
   * No copy, for a reason that stays in the report.
   *
   * @param reason Who decided it and why, as a sentence for an auditor.
   */
  public static none(reason: string): Replication {
    return new Replication(requireReason('Replication.none(reason)', reason));
  }

  private constructor(
    /** Why nothing is copied, if nothing is. */
    public readonly reasonForNone?: string,
  ) {}
}
