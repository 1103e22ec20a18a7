import { Stack, Token } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { referenced } from '../../input/referenced';
import { explain, validationError } from '../../input/validation-error';
import { LogPartition } from '../../model/access-logs';
import type { LogSources } from '../../model/log-sources';
import { resolved } from '../../policy/bucket-policy';

/** Log objects that lie below one prefix in one arrangement. */
export interface Layout {
  readonly prefix: string;
  readonly partition: LogPartition;
  /** Names of the buckets, where they are known. */
  readonly buckets?: string[];
  /** Whether the app has these buckets. */
  readonly ofApp?: boolean;
}

/** The layouts of the sources, one for each prefix and partition. */
export function layoutsOf(scope: IConstruct, sources: LogSources, logs: s3.IBucketRef): Layout[] {
  const { prefix, partition, _buckets: buckets, _names: names } = sources;
  const layouts = buckets
    ? group(buckets.map((bucket) => layoutOf(scope, bucket, logs)))
    : [{ prefix, partition, buckets: names }];
  for (const layout of layouts) {
    if (layout.partition !== LogPartition.NONE) continue;
    const below = layouts.find((other) => other !== layout && other.prefix.startsWith(layout.prefix));
    if (below) {
      throw validationError({
        property: 'sources',
        actual: `a simple layout below "${layout.prefix}", which holds the logs below "${below.prefix}" as well`,
        expected: 'a simple layout whose prefix is not the beginning of another',
        hint: 'give each bucket that logs in the simple layout a prefix of its own',
        scope,
      });
    }
  }
  return layouts;
}

/** What a bucket of the app says of where it logs. */
interface Logging {
  readonly prefix: string;
  readonly partition: LogPartition;
  readonly target: unknown;
}

function layoutOf(scope: IConstruct, bucket: s3.IBucketRef, logs: s3.IBucketRef): Layout {
  const resource = bucket.node.findAll().find((node): node is s3.CfnBucket => s3.CfnBucket.isCfnBucket(node));
  const wrong = (actual: string, hint: string) =>
    validationError({
      property: 'sources',
      actual,
      expected: `buckets of this app that log to ${logs.node.path}`,
      hint,
      scope,
    });
  if (!resource) {
    throw wrong(
      `${bucket.node.path}, an imported bucket, whose logging this app does not know`,
      'pass LogSources.named([name], { prefix, partition })',
    );
  }
  const logging = loggingOf(resource);
  if (!logging) {
    throw wrong(`${bucket.node.path}, which logs nowhere`, 'give it AccessLogs.to(logs) before it is passed here');
  }
  if (!sameBucket(resource, logging.target, logs)) {
    throw wrong(`${bucket.node.path}, which logs to another bucket`, 'pass the bucket that it logs to as "logs"');
  }
  return { prefix: logging.prefix, partition: logging.partition, buckets: [bucket.bucketRef.bucketName], ofApp: true };
}

function loggingOf(bucket: s3.CfnBucket): Logging | undefined {
  const logging = resolved<any>(bucket, bucket.loggingConfiguration);
  const target = (bucket.loggingConfiguration as s3.CfnBucket.LoggingConfigurationProperty | undefined)
    ?.destinationBucketName;
  if (!logging || target === undefined) return undefined;
  const partitioned = logging.targetObjectKeyFormat?.partitionedPrefix;
  return {
    prefix: logging.logFilePrefix ?? '',
    partition: partitioned ? (partitioned.partitionDateSource ?? LogPartition.EVENT_TIME) : LogPartition.NONE,
    target,
  };
}

function sameBucket(scope: IConstruct, target: unknown, logs: s3.IBucketRef): boolean {
  const resource = referenced(target);
  if (resource) return logs.node.findAll().includes(resource);
  return JSON.stringify(resolved(scope, target)) === JSON.stringify(resolved(scope, logs.bucketRef.bucketName));
}

function group(layouts: Layout[]): Layout[] {
  const groups = new Map<string, Layout>();
  for (const layout of layouts) {
    const id = `${layout.partition} ${layout.prefix}`;
    groups.set(id, { ...layout, buckets: [...(groups.get(id)?.buckets ?? []), ...layout.buckets!] });
  }
  return [...groups.values()];
}

/**
 * Says at synthesis which layouts no bucket of the app logs with, though buckets of the app do log to the target. Where
 * none does, nothing is known.
 */
export function unusedLayouts(scope: IConstruct, layouts: readonly Layout[], logs: s3.IBucketRef): string[] {
  const used = scope.node.root.node
    .findAll()
    .filter((node): node is s3.CfnBucket => s3.CfnBucket.isCfnBucket(node))
    .flatMap((bucket) => {
      const logging = loggingOf(bucket);
      return logging && sameBucket(bucket, logging.target, logs) ? [logging] : [];
    });
  if (used.length === 0) return [];
  return layouts
    .filter(
      ({ prefix, partition }) =>
        !Token.isUnresolved(prefix) && !used.some((of) => of.prefix === prefix && of.partition === partition),
    )
    .map(({ prefix, partition }) =>
      explain({
        property: 'sources',
        actual: `the prefix "${prefix}" with the partition ${partition}`,
        expected:
          'what a bucket logs with: ' +
          `${[...new Set(used.map((of) => `"${of.prefix}" with ${of.partition}`))].join(', ')}`,
        hint:
          'a table over any other prefix stays empty; name the prefix and partition of the buckets, or pass ' +
          'LogSources.buckets(...)',
        scope,
      }),
    );
}

/** The folder of one account and Region; buckets and their logs are always in the same ones. */
export function folderOf(scope: IConstruct, { prefix, partition }: Layout): string {
  const { account, region } = Stack.of(scope);
  return partition === LogPartition.NONE ? prefix : `${prefix}${account}/${region}/`;
}
