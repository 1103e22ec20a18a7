import type { Lint } from './lint';
import { defaultRetention } from './object-lock';
import { s3Page } from './pages';

/**
 * Lifecycle cannot delete what is locked: the rule promises a deletion that does not happen, and hides objects behind
 * markers.
 */
export const objectLockLifecycle: Lint = {
  id: 'object-lock-lifecycle',
  title: 'A lifecycle rule expires objects before their retention ends',
  fix: 'Let objects expire no sooner than the default retention.',
  page: s3Page('object-lock-managing'),
  example: {
    wrong: 'DefaultRetention: 7 years, ExpirationInDays: 30',
    right: 'DefaultRetention: 7 years, ExpirationInDays: 2557',
  },
  *find(template) {
    for (const bucket of template.ofType('AWS::S3::Bucket')) {
      const retention = defaultRetention(bucket);
      if (retention === undefined) continue;
      const rules: any[] = bucket.properties?.LifecycleConfiguration?.Rules ?? [];
      for (const [index, rule] of rules.entries()) {
        if (rule?.Status !== 'Enabled') continue;
        const ends: Array<readonly [string, unknown]> = [
          ['ExpirationInDays', rule.ExpirationInDays],
          ['NoncurrentVersionExpirationInDays', rule.NoncurrentVersionExpirationInDays],
          ['NoncurrentVersionExpiration.NoncurrentDays', rule.NoncurrentVersionExpiration?.NoncurrentDays],
        ];
        for (const [property, value] of ends) {
          const days = Number(value);
          if (value === undefined || !Number.isFinite(days) || days >= retention.days) continue;
          yield {
            resource: bucket,
            location: `Properties.LifecycleConfiguration.Rules.${index}.${property}`,
            message: `Rule "${rule.Id ?? index}" expires after ${days} days what is locked for ${retention.days}.`,
          };
        }
      }
    }
  },
};
