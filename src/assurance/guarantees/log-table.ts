/** What is guaranteed of tables over access logs: that they lie where the logs are. `Guarantee` names it. */
import type { GuaranteeProps } from './guarantee-props';
import type { ProofObligation } from './proof-obligation';
import type { ResolvedResource } from '../model/resolve';
import type { ResourceUnderTest } from '../model/subject';

/** How the tables of access logs are read; other tables in the bucket are about other things. */
const READER = 'org.apache.hadoop.hive.serde2.RegexSerDe';

/**
 * Where a bucket's log objects lie, as `storage.location.template`, or the location of a table without partitions,
 * spells it.
 */
interface Source {
  readonly bucket: string;
  readonly location: string;
}

export function logTablesMatchLogs(): GuaranteeProps {
  return {
    id: 'log-tables-match-logs',
    title: 'Tables lie where the logs are',
    description:
      'Each table over the access logs in the bucket has the location that a bucket of the templates logs ' +
      'to, and each of those buckets has a table that reads it.',
    fix:
      'Give the table the storage.location.template s3://LOGS/PREFIX ACCOUNT/REGION/${bucket}/${day}/ with ' +
      'the prefix of LoggingConfiguration, and name the bucket in its projection.',
    parts: (subject) => {
      const sources = sourcesOf(subject);
      const tables = subject.model.resources.filter((resource) => isTableIn(resource, subject));
      return [
        ...tables.map((table): ProofObligation => {
          const location = locationOf(table);
          return obligation(
            `The table ${table.path}`,
            sources.length === 0 ? undefined : sources.some((source) => source.location === location),
            sources.length === 0
              ? 'no bucket of the templates logs to this one'
              : `its location is ${location}, where no bucket logs to`,
          );
        }),
        ...sources.map(({ bucket, location }) =>
          obligation(
            `The logs of ${bucket}`,
            tables.some((table) => locationOf(table) === location && reads(table, bucket)),
            `no table reads ${location} for this bucket`,
          ),
        ),
      ];
    },
  };
}

function obligation(setting: string, holds: boolean | undefined, reason: string): ProofObligation {
  return { setting, holds, reason: holds ? `${setting}: as it must be` : reason };
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html#server-access-logging-overview */
function sourcesOf({ bucket: target, model }: ResourceUnderTest): Source[] {
  return model.buckets.flatMap(({ name, resource: { properties, account, region } }) => {
    const logging = properties.LoggingConfiguration;
    if (logging?.DestinationBucketName !== target.name) return [];
    const folder = `s3://${target.name}/${logging.LogFilePrefix ?? ''}`;
    const partitioned = logging.TargetObjectKeyFormat?.PartitionedPrefix !== undefined;
    return [{ bucket: name, location: partitioned ? `${folder}${account}/${region}/\${bucket}/\${day}/` : folder }];
  });
}

function isTableIn({ type, properties }: ResolvedResource, { bucket }: ResourceUnderTest): boolean {
  if (type !== 'AWS::Glue::Table') return false;
  const storage = properties.TableInput?.StorageDescriptor;
  return (
    storage?.SerdeInfo?.SerializationLibrary === READER && String(storage.Location).startsWith(`s3://${bucket.name}/`)
  );
}

function locationOf({ properties: { TableInput } }: ResolvedResource): string {
  const { Parameters, StorageDescriptor } = TableInput;
  return Parameters?.['projection.enabled'] === 'true'
    ? Parameters['storage.location.template']
    : StorageDescriptor.Location;
}

/** A table without partitions reads all that lies there. */
function reads(
  {
    properties: {
      TableInput: { Parameters },
    },
  }: ResolvedResource,
  bucket: string,
): boolean {
  if (Parameters?.['projection.enabled'] !== 'true') return true;
  return (
    Parameters['projection.bucket.type'] === 'injected' ||
    String(Parameters['projection.bucket.values']).split(',').includes(bucket)
  );
}
