import type { Duration } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { validationError } from '../input/validation-error';
import { literalSeconds } from '../input/whole-seconds';

/** S3 takes no presigned request that lives longer than seven days. */
const MAX_PRESIGNED_SECONDS = 604_800;

/**
 * Which presigned requests (URLs, and forms with a POST policy) open anything.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html#PresignedUrlUploadObject-LimitCapabilities
 *
 * @example
 * declare const existing: s3.Bucket;
 * existing.with(new BucketPresignedLimits(PresignedRequests.atMost(Duration.minutes(15))));
 */
export class PresignedRequests {
  /**
   * Those that were signed no longer ago than this, whatever expiry they name.
   * @param age 1 to 604,800 whole seconds.
   */
  public static atMost(age: Duration): PresignedRequests {
    return new PresignedRequests(literalSeconds('age', age, MAX_PRESIGNED_SECONDS));
  }

  /** Those that these roles or users signed, such as the `signer` of a `PresignedUrls`. @param signers At least one. */
  public static onlyBy(...signers: iam.IGrantable[]): PresignedRequests {
    if (signers.length === 0) {
      throw validationError({
        property: 'signers',
        actual: '[]',
        expected: 'at least one role',
        hint: 'use PresignedRequests.none() if nobody may presign',
      });
    }
    return new PresignedRequests(MAX_PRESIGNED_SECONDS, signers);
  }

  /** None at all. The S3 console presigns downloads and uploads as well. */
  public static none(): PresignedRequests {
    return new PresignedRequests(MAX_PRESIGNED_SECONDS, []);
  }

  private constructor(
    /** The age in seconds that a presigned request may have; S3's own bound, seven days, if no other is given. */
    public readonly maximumAgeSeconds: number,
    /** Who may presign, if not everybody; empty means nobody. */
    public readonly signers?: iam.IGrantable[],
  ) {}

  /** The same with an age that they may have at most. @param age 1 to 604,800 whole seconds. */
  public notOlderThan(age: Duration): PresignedRequests {
    return new PresignedRequests(literalSeconds('age', age, MAX_PRESIGNED_SECONDS), this.signers);
  }
}
