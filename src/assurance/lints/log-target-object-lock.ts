import type { Lint } from './lint';
import { logTargets, named } from './log-targets';
import { hasObjectLock } from './object-lock';
import { SERVER_ACCESS_LOGS } from './pages';

/**
 * Log delivery sends no checksum, so S3 refuses its objects under a default retention: delivery stops without an error.
 */
export const logTargetObjectLock: Lint = {
  id: 'log-target-object-lock',
  title: 'A bucket with Object Lock receives access logs',
  fix: 'Deliver to a bucket without Object Lock and replicate or copy the logs into a locked one.',
  page: SERVER_ACCESS_LOGS,
  example: {
    wrong: 'ObjectLockEnabled: true on the bucket that LoggingConfiguration names',
    right: 'Object Lock on the replica of the log bucket',
  },
  *find(template) {
    for (const { target, sources } of logTargets(template)) {
      if (!hasObjectLock(target)) continue;
      yield {
        resource: target,
        location: 'Properties.ObjectLockEnabled',
        message:
          `"${target.path}" has Object Lock and receives the access logs of ${named(sources)}: S3 does not ` +
          'deliver them.',
      };
    }
  },
};
