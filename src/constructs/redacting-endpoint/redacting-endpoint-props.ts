import { Duration } from 'aws-cdk-lib';
import type * as acm from 'aws-cdk-lib/aws-certificatemanager';
import { EndpointAuthorization } from '../../model/endpoint-authorization';
import type { View } from '../../model/view';
import type { ViewSourceProps } from '../../model/view-function-options';
import type { RedactedCopy } from '../redacted-copy/redacted-copy';

/** The public name of a `RedactingEndpoint` behind CloudFront. */
export interface EndpointDomain {
  /** Names that point at the distribution. */
  readonly names: string[];

  /** Their certificate, in us-east-1. */
  readonly certificate: acm.ICertificate;
}

/** Properties of `RedactingEndpoint`. */
export interface RedactingEndpointProps extends ViewSourceProps {
  /** How its objects look, and to whom; the name of a view is the first segment of the path. */
  readonly views: View[];

  /**
   * How callers are known.
   *
   * @default EndpointAuthorization.iam()
   */
  readonly authorization?: EndpointAuthorization;

  /**
   * For how long CloudFront keeps an answer, for the same token and the same policies, and never longer than the token
   * is good for; with `EndpointAuthorization.jwt` only.
   *
   * @default - not at all
   */
  readonly cacheFor?: Duration;

  /**
   * The largest answer, in bytes.
   *
   * @default 200000000 - 200 MB, the most that Lambda streams
   */
  readonly maxBytes?: number;

  /**
   * Copies of one of the views, to which a request for a larger object is redirected, by a URL that opens for five
   * minutes.
   *
   * @default - none: larger objects are an error
   */
  readonly copies?: RedactedCopy;

  /**
   * Names of its own for the distribution; with `EndpointAuthorization.jwt` only.
   *
   * @default - CloudFront's
   */
  readonly domain?: EndpointDomain;
}
