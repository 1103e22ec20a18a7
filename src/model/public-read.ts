import { requirePrefix } from '../input/prefix';
import { requireReason } from '../input/reason';
import { validationError } from '../input/validation-error';

/** Options of `PublicRead.because()`. */
export interface PublicReadOptions {
  /** The key prefixes that everybody may read, each ending in `/`. At least one: never the whole bucket. */
  readonly prefixes: string[];
}

/**
 * The decision to let everybody read a part of a bucket.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 *
 * @example
 * declare const downloads: SecureBucket;
 * const pressKit = PublicRead.because('Press kit, published by Communications', { prefixes: ['press/'] });
 * downloads.with(new BucketPublicRead(pressKit));
 */
export class PublicRead {
  /**
   * @param reason Who decided it and why, as a sentence for an auditor.
   */
  public static because(reason: string, options: PublicReadOptions): PublicRead {
    if (options.prefixes.length === 0) {
      throw validationError({
        property: 'prefixes',
        actual: '[]',
        expected: 'at least one prefix',
        hint: 'name the folder that is public, for example "press/"',
      });
    }
    options.prefixes.forEach((prefix) => requirePrefix('prefixes', prefix));
    return new PublicRead(requireReason('PublicRead.because(reason)', reason), options.prefixes);
  }

  private constructor(
    /** Why it is public. */
    public readonly reason: string,
    /** The prefixes that everybody may read. */
    public readonly prefixes: string[],
  ) {}
}
