import type { LintedTemplates } from './lint';
import type { ResolvedResource } from '../model/resolve';

/**
 * Where a bucket's access logs go, if that bucket is in the templates. Without a destination S3 takes the bucket
 * itself.
 */
export function logTarget(bucket: ResolvedResource, template: LintedTemplates): ResolvedResource | undefined {
  const logging = bucket.properties?.LoggingConfiguration;
  if (logging === undefined || logging === null) return undefined;
  return logging.DestinationBucketName === undefined ? bucket : template.bucket(logging.DestinationBucketName);
}

export interface LogTarget {
  readonly target: ResolvedResource;
  readonly sources: readonly ResolvedResource[];
}

/** Buckets that receive access logs, with those that send them. */
export function logTargets(template: LintedTemplates): LogTarget[] {
  const sources = new Map<ResolvedResource, ResolvedResource[]>();
  for (const bucket of template.ofType('AWS::S3::Bucket')) {
    const target = logTarget(bucket, template);
    if (target) sources.set(target, [...(sources.get(target) ?? []), bucket]);
  }
  return [...sources].map(([target, from]) => ({ target, sources: from }));
}

export const named = (buckets: readonly ResolvedResource[]): string =>
  buckets.map((bucket) => `"${bucket.path}"`).join(', ');
