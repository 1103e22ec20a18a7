import type { Lint } from './lint';
import { hasObjectLock } from './object-lock';
import { OBJECT_LOCK } from './pages';

/** Object Lock protects versions: without versioning there is nothing to lock. */
export const objectLockVersioning: Lint = {
  id: 'object-lock-versioning',
  title: 'A bucket with Object Lock has its versioning suspended',
  fix: 'Enable versioning: with CDK versioned: true.',
  page: OBJECT_LOCK,
  example: {
    wrong: 'ObjectLockEnabled: true, VersioningConfiguration: { Status: Suspended }',
    right: 'VersioningConfiguration: { Status: Enabled }',
  },
  *find(template) {
    for (const bucket of template.ofType('AWS::S3::Bucket')) {
      if (!hasObjectLock(bucket) || bucket.properties?.VersioningConfiguration?.Status !== 'Suspended') continue;
      yield {
        resource: bucket,
        location: 'Properties.VersioningConfiguration.Status',
        message: `"${bucket.path}" has Object Lock, but its versioning is suspended: S3 refuses that.`,
      };
    }
  },
};
