import { Duration } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { PresignCallers } from '../../model/presign-callers';
import type { PresignedOperation } from '../../model/presigned-operation';

/** Properties of `PresignedUrls`. */
export interface PresignedUrlsProps {
  /** The bucket: made by this app, since an upload has to state its encryption. */
  readonly bucket: s3.IBucket;

  /** Key prefix below which URLs are issued; it ends in `/`. */
  readonly prefix: string;

  /** What URLs are issued for, each kind once. */
  readonly operations: PresignedOperation[];

  /** How callers are told apart. */
  readonly callers: PresignCallers;

  /**
   * The longest life of a URL, in whole seconds, and its life if the request names none. A URL dies with the
   * credentials that signed it, which here live for an hour: at most 59 minutes.
   *
   * @default Duration.minutes(15)
   */
  readonly maximumExpiry?: Duration;

  /**
   * Origins of pages that may call the function URL from a browser, each a scheme, a host and, if it is not the
   * default, a port. No wildcard.
   *
   * @default - none
   */
  readonly origins?: string[];
}
