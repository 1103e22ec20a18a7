import type { Lint, LintedTemplates } from './lint';
import { logTarget } from './log-targets';
import { SERVER_ACCESS_LOGS } from './pages';
import type { ResolvedResource } from '../model/resolve';

/** Each delivered log is a request that is logged again: an endless loop, and a bill. */
export const accessLogCycle: Lint = {
  id: 'access-log-cycle',
  title: 'Buckets log their access to each other in a circle',
  fix: 'Let one bucket receive the logs of all others and log itself nowhere, or to CloudTrail.',
  page: SERVER_ACCESS_LOGS,
  example: { wrong: 'A logs to B, B logs to A', right: 'A and B log to C, C logs nowhere' },
  *find(template) {
    const reported = new Set<ResolvedResource>();
    for (const start of template.ofType('AWS::S3::Bucket')) {
      const cycle = cycleFrom(start, template);
      if (cycle === undefined || cycle.some((bucket) => reported.has(bucket))) continue;
      cycle.forEach((bucket) => reported.add(bucket));
      const path = [...cycle, cycle[0]].map((bucket) => bucket.path).join(' -> ');
      yield {
        resource: start,
        location: 'Properties.LoggingConfiguration',
        message:
          cycle.length === 1
            ? `"${start.path}" writes its access logs into itself.`
            : `Access logs go round in a circle: ${path}.`,
      };
    }
  },
};

/** The buckets of the circle that `start` is part of, beginning with it. */
function cycleFrom(start: ResolvedResource, template: LintedTemplates): ResolvedResource[] | undefined {
  const path = [start];
  for (;;) {
    const next = logTarget(path[path.length - 1], template);
    if (next === undefined) return undefined;
    if (next === start) return path;
    // A circle further down is found from one of its own members.
    if (path.includes(next)) return undefined;
    path.push(next);
  }
}
