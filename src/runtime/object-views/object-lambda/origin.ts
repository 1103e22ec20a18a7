import { signedHeaders, type UserRequest } from './event';
import { sent } from '../aws/http';
import type { Aws } from '../aws/services';
import type { ViewLimits } from '../contract';
import { namesViewsOnly } from '../headers';
import { S3Error } from '../s3-error';
import type { Origin } from '../view-request';

/** S3 holds these against the original's own ETag, which may be the MD5 of its content. */
const ETAG_CONDITIONS = ['if-match', 'if-none-match', 'if-range'];

/** The original by the URL that S3 signed as the caller. */
export function presignedOrigin(aws: Aws, inputS3Url: string, request: UserRequest, limits: ViewLimits = {}): Origin {
  const url = new URL(inputS3Url);
  if (!aws.isS3(url)) throw new S3Error(500, 'InternalError', 'the event names an original that is not in Amazon S3');
  const signed = signedHeaders(url);
  // A range would split what is to be found; without it the signature does not hold.
  if (signed.has('range') || [...url.searchParams.keys()].some((name) => /^(range|partnumber)$/i.test(name))) {
    throw new S3Error(
      400,
      'InvalidRequest',
      'The range is part of the signature of the request; ask for it by a header or parameter that is not signed.',
    );
  }
  if (ETAG_CONDITIONS.some((name) => signed.has(name) && !namesViewsOnly(request.headers[name] ?? ''))) {
    throw new S3Error(
      400,
      'InvalidRequest',
      'A condition that is part of the signature must name ETags of this view; S3 would compare it with ' +
        'those of the original.',
    );
  }
  const headers: Record<string, string> = {};
  for (const name of signed) if (request.headers[name] !== undefined) headers[name] = request.headers[name];
  return {
    open: (conditions, signal, method) =>
      sent({ method, url, headers: { ...conditions, ...headers }, signal, idleMs: limits.idleMs }),
  };
}
