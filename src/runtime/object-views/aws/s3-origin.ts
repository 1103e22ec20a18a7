import { sent } from './http';
import type { Aws } from './services';
import { sha256 } from './sign';
import type { ViewLimits } from '../contract';
import type { Origin } from '../view-request';

const EMPTY = sha256('');

/** The original by the function's own rights. */
export function ownOrigin(
  aws: Aws,
  bucket: string,
  key: string,
  versionId: string | undefined,
  limits: ViewLimits = {},
): Origin {
  const url = aws.objectUrl(bucket, key, versionId === undefined ? {} : { versionId });
  return {
    ownRights: true,
    open: (conditions, signal, method) => {
      const headers = aws.sign('s3', method, url, { ...conditions, 'x-amz-checksum-mode': 'ENABLED' }, EMPTY);
      return sent({ method, url, headers, signal, idleMs: limits.idleMs });
    },
  };
}
