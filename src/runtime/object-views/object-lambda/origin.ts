import { signedHeaders, type UserRequest } from './event';
import { sent } from '../aws/http';
import type { Aws } from '../aws/services';
import type { ViewLimits } from '../contract';
import { S3Error } from '../s3-error';
import type { Origin } from '../view-request';

const CONDITIONS = new Set(['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since']);

/** The original by the URL that S3 signed as the caller. */
export function presignedOrigin(aws: Aws, inputS3Url: string, request: UserRequest, limits: ViewLimits = {}): Origin {
  const url = new URL(inputS3Url);
  if (!aws.isS3(url)) throw new S3Error(500, 'InternalError', 'the event names an original that is not in Amazon S3');
  const signed = signedHeaders(url);
  // A range would split what is to be found; without it the signature does not hold.
  if (signed.has('range') || [...url.searchParams.keys()].some((name) => /^(range|partnumber)$/i.test(name))) {
    throw new S3Error(400, 'InvalidRequest', 'The range is part of the signature of the request; ask for it by a header or parameter that is not signed.');
  }
  const headers: Record<string, string> = {};
  for (const name of signed) if (request.headers[name] !== undefined) headers[name] = request.headers[name];
  return {
    signedConditions: new Set([...signed].filter((name) => CONDITIONS.has(name))),
    open: (conditions, signal, method) => sent({ method, url, headers: { ...conditions, ...headers }, signal, idleMs: limits.idleMs }),
  };
}
