import type { Lint } from './lint';
import { hasObjectLock } from './object-lock';
import { s3Page } from './pages';

/** A retention rule that S3 does not take, or that guards nothing. */
export const objectLockRetention: Lint = {
  id: 'object-lock-retention',
  title: 'A default retention is incomplete',
  fix: 'Set ObjectLockEnabled, a mode, and either Days or Years.',
  page: s3Page('object-lock-configure'),
  example: {
    wrong: 'DefaultRetention: { Mode: COMPLIANCE }',
    right: 'DefaultRetention: { Mode: COMPLIANCE, Days: 2557 }',
  },
  *find(template) {
    for (const bucket of template.ofType('AWS::S3::Bucket')) {
      const retention = bucket.properties?.ObjectLockConfiguration?.Rule?.DefaultRetention;
      if (retention === undefined) continue;
      const location = 'Properties.ObjectLockConfiguration.Rule.DefaultRetention';
      const mistake = (message: string) => ({ resource: bucket, location, message });
      if (!hasObjectLock(bucket)) yield mistake(`"${bucket.path}" has a default retention, but Object Lock is off.`);
      if (retention.Days !== undefined && retention.Years !== undefined) {
        yield mistake('The retention has both "Days" and "Years": S3 takes one.');
      }
      if (retention.Days === undefined && retention.Years === undefined) {
        yield mistake('The retention has neither "Days" nor "Years".');
      }
    }
  },
};
