import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucketRef } from 'aws-cdk-lib/aws-s3';
import { requirePrefix } from '../input/prefix';
import { requireReason } from '../input/reason';

/** Options of `Replication.to()`. */
export interface ReplicationOptions {
  /**
   * Only keys below this prefix, which ends in `/`.
   *
   * @default - the whole bucket
   */
  readonly prefix?: string;

  /**
   * The KMS key that encrypts the copies, in the Region of the destination.
   *
   * @default - the default encryption of the destination, where that is a bucket of this app; else none, which fits an
   * SSE-S3 destination
   */
  readonly destinationKey?: IKey;

  /**
   * The account that owns the destination; the copies then belong to that account.
   *
   * @default - the account that the destination is known to be in
   */
  readonly destinationAccount?: string;

  /**
   * The Region of the destination, for a bucket that is imported by name.
   *
   * @default - the Region that the destination is known to be in
   */
  readonly destinationRegion?: string;

  /**
   * Whether a delete marker is copied too. Without it a deletion at the source, by accident or by an intruder, does not
   * hide the copy.
   *
   * @default false
   */
  readonly deleteMarkers?: boolean;

  /**
   * Whether changes of tags, of retention and of legal holds are copied from a copy as well, which two buckets that
   * replicate to each other need to stay alike.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-for-metadata-changes.html
   * @default false
   */
  readonly replicaModifications?: boolean;
}

/**
 * Whether the objects of a bucket are copied to another one.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html
 *
 * @example
 * declare const documents: SecureBucket;
 * const noCopy = Replication.none('Rebuilt nightly from the source system, approved by Data Platform');
 * documents.with(new BucketReplication(noCopy));
 */
export class Replication {
  /**
   * To another bucket, of any account and Region. It must be versioned.
   *
   * @param destination The bucket that receives the copies. If this app owns it, its policy is extended where that is
   * needed; of a bucket that is imported the owner must do it, and a warning says so.
   */
  public static to(destination: IBucketRef, options: ReplicationOptions = {}): Replication {
    if (options.prefix !== undefined) requirePrefix('prefix', options.prefix);
    return new Replication(destination, options);
  }

  /**
   * No copy, for a reason that stays in the report.
   *
   * @param reason Who decided it and why, as a sentence for an auditor.
   */
  public static none(reason: string): Replication {
    return new Replication(undefined, {}, requireReason('Replication.none(reason)', reason));
  }

  private constructor(
    /** The bucket that receives the copies, if one does. */
    public readonly destination?: IBucketRef,
    /** How the copies are made. */
    public readonly options: ReplicationOptions = {},
    /** Why nothing is copied, if nothing is. */
    public readonly reasonForNone?: string,
  ) {}
}
