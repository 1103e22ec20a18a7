import type { Lint } from './lint';
import { hasObjectLock } from './object-lock';
import { OBJECT_LOCK } from './pages';

/** Emptying the bucket fails on the first locked version, and the deletion of the stack with it. */
export const objectLockAutoDelete: Lint = {
  id: 'object-lock-auto-delete',
  title: 'A bucket with Object Lock is to be emptied when the stack is deleted',
  fix: 'Leave autoDeleteObjects out and retain the bucket.',
  page: OBJECT_LOCK,
  example: {
    wrong: 'objectLockEnabled: true, autoDeleteObjects: true',
    right: 'objectLockEnabled: true, removalPolicy: RETAIN',
  },
  *find(template) {
    for (const custom of template.ofType('Custom::S3AutoDeleteObjects')) {
      const bucket = template.bucket(custom.properties?.BucketName);
      if (bucket === undefined || !hasObjectLock(bucket)) continue;
      yield {
        resource: bucket,
        location: 'Properties.ObjectLockEnabled',
        message:
          `"${bucket.path}" has Object Lock and autoDeleteObjects: locked versions cannot be deleted, so ` +
          'deleting the stack fails.',
      };
    }
  },
};
