import type { Lint } from './lint';
import { logTargets } from './log-targets';
import { SERVER_ACCESS_LOGS } from './pages';

/** Access logs are delivered within one account and Region only. */
export const logTargetElsewhere: Lint = {
  id: 'log-target-elsewhere',
  title: 'Access logs are sent to another account or Region',
  fix: 'Keep one log bucket in each account and Region, and replicate from there.',
  page: SERVER_ACCESS_LOGS,
  example: { wrong: 'A bucket in eu-west-1 that logs to one in us-east-1', right: 'A log bucket in each Region' },
  *find(template) {
    for (const { target, sources } of logTargets(template)) {
      for (const source of sources) {
        for (const [what, here, there] of [
          ['account', source.account, target.account],
          ['Region', source.region, target.region],
        ] as const) {
          // Two environment-agnostic stacks may be deployed to the same place; only two literal values are known to
          // differ.
          if (here === there || !/^[a-z0-9-]+$/.test(here) || !/^[a-z0-9-]+$/.test(there)) continue;
          yield {
            resource: source,
            location: 'Properties.LoggingConfiguration.DestinationBucketName',
            message:
              `"${source.path}" is in ${what} ${here}, its log bucket "${target.path}" in ${there}: S3 ` +
              'refuses that.',
          };
        }
      }
    }
  },
};
