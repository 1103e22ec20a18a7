/** What is guaranteed of one table over access logs or a trail's events. `AuditGuarantees` names it. */
import type { GuaranteeProps } from './guarantee-props';
import type { ProofObligation } from './proof-obligation';
import { nameOfConstruct, type ResourceUnderTest } from '../model/subject';
import { sameName } from '../template/same-name';
import { isUnknown, shown } from '../template/unknown';

/** What a table must read. */
export interface TableReadsGuaranteeOptions {
  /**
   * Names of the buckets whose server access logs it must read.
   *
   * @default - none
   */
  readonly buckets?: string[];

  /**
   * Name of the trail whose events it must read.
   *
   * @default - none
   */
  readonly trail?: string;
}

/** Where records lie, as `storage.location.template` or `Location` spells it. */
interface Place {
  readonly name: string;
  /** Undefined: they lie nowhere that the templates know, for this reason. */
  readonly location: string | undefined;
  readonly reason?: string;
  readonly certainlyNowhere?: boolean;
  /** What the projected columns must have among their values. */
  readonly values: Readonly<Record<string, string>>;
}

export function tableReads({ buckets = [], trail }: TableReadsGuaranteeOptions): GuaranteeProps {
  const names = buckets.map(nameOfConstruct);
  return {
    id: 'table-reads',
    title: 'Table lies where the records are',
    description:
      'The table has the location that ' +
      [...(names.length > 0 ? ['each of the buckets logs to'] : []), ...(trail ? ['the trail delivers to'] : [])].join(
        ' and ',
      ) +
      ', and its partitions cover each day up to today.',
    fix:
      'Give the table the storage.location.template of the prefix that the records have, end it in a slash, and ' +
      'project day as a date of yyyy/MM/dd up to NOW.',
    options: { buckets: names, trail },
    resourceType: 'AWS::Glue::Table',
    parts: (subject) =>
      [
        ...names.map((name) => logsOf(subject, name)),
        ...(trail === undefined ? [] : [eventsOf(subject, trail)]),
      ].flatMap((place) => [lies(subject, place), ...projects(subject, place)]),
  };
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html#server-access-logging-overview */
function logsOf({ model }: ResourceUnderTest, bucketName: string): Place {
  const name = `The access logs of ${shown(bucketName)}`;
  const found = model.buckets.find((bucket) => sameName(bucket.name, bucketName, model.world));
  if (!found) return { name, location: undefined, reason: 'of a bucket that no template has', values: {} };
  const { properties, account, region } = found.resource;
  const logging = properties.LoggingConfiguration;
  if (logging?.DestinationBucketName === undefined) {
    return {
      name,
      location: undefined,
      reason: `${found.resource.path} logs nowhere`,
      certainlyNowhere: true,
      values: {},
    };
  }
  const folder = `s3://${logging.DestinationBucketName}/${logging.LogFilePrefix ?? ''}`;
  return logging.TargetObjectKeyFormat?.PartitionedPrefix === undefined
    ? { name, location: folder, values: {} }
    : { name, location: `${folder}${account}/${region}/\${bucket}/\${day}/`, values: { bucket: found.name } };
}

/** @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-find-log-files.html */
function eventsOf({ model }: ResourceUnderTest, trailName: string): Place {
  const name = `The events of the trail ${shown(trailName)}`;
  const found = model
    .ofType('AWS::CloudTrail::Trail')
    .find(({ properties }) => sameName(String(properties.TrailName), trailName, model.world));
  if (!found) return { name, location: undefined, reason: 'of a trail that no template has', values: {} };
  const { S3BucketName, S3KeyPrefix, IsOrganizationTrail } = found.properties;
  const prefix = S3KeyPrefix === undefined || S3KeyPrefix === '' ? '' : `${S3KeyPrefix}/`;
  const isOfOrganization = IsOrganizationTrail === true || IsOrganizationTrail === 'true';
  return {
    name,
    location:
      `s3://${S3BucketName}/${prefix}AWSLogs/` +
      `${isOfOrganization ? 'o-ORGANIZATION/${account}' : found.account}/CloudTrail/\${region}/\${day}/`,
    values: { region: found.region },
  };
}

const obligation = (setting: string, holds: boolean | undefined, reason: string): ProofObligation => ({
  setting,
  holds,
  reason: holds ? `${setting}: as it must be` : shown(reason),
});

function lies(subject: ResourceUnderTest, place: Place): ProofObligation {
  if (place.location === undefined) {
    return obligation(place.name, place.certainlyNowhere ? false : undefined, place.reason!);
  }
  const { resource } = subject;
  const location = locationOf(subject);
  // The organization's id is no property of a trail.
  const spelled = location?.replace(/\/AWSLogs\/o-[a-z0-9]{10,32}\//, '/AWSLogs/o-ORGANIZATION/');
  const isOpen = [spelled ?? '', place.location].some(isUnknown);
  return obligation(
    place.name,
    spelled === place.location ? true : isOpen ? undefined : false,
    `${place.name} lie in ${place.location}, and ${resource.path} reads ${location ?? 'nothing'}`,
  );
}

function locationOf({ properties: { TableInput } }: ResourceUnderTest): string | undefined {
  const { Parameters, StorageDescriptor } = TableInput ?? {};
  return isProjected(Parameters) ? Parameters['storage.location.template'] : StorageDescriptor?.Location;
}

function isProjected(parameters: Record<string, unknown> | undefined): boolean {
  return String(parameters?.['projection.enabled']) === 'true';
}

/**
 * That each column of the location is projected, its values include those of the records, and days reach until today.
 * @see https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
 */
function projects({ properties: { TableInput }, resource }: ResourceUnderTest, { name, location, values }: Place) {
  const columns = [...(location ?? '').matchAll(/\$\{(\w+)\}/g)].map(([, column]) => column);
  const { Parameters: parameters = {}, PartitionKeys = [] } = TableInput ?? {};
  const keys = (PartitionKeys as any[]).map(({ Name }) => Name);
  return columns.flatMap((column): ProofObligation[] => {
    const of = (setting: string): string | undefined => parameters[`projection.${column}.${setting}`];
    const wrong = column === 'day' ? wrongDays(of) : wrongValues(of, values[column]);
    const about = `The column ${column} of ${resource.path} for ${name}`;
    const isKey = keys.includes(column);
    const isOpen = ['type', 'values', 'range', 'format'].some((setting) => isUnknown(String(of(setting))));
    return [
      obligation(
        about,
        isKey && wrong === undefined ? true : isOpen ? undefined : false,
        `${about}: ${isKey ? wrong : 'it is no partition key'}`,
      ),
    ];
  });
}

/** What is wrong with the projection of a column that must include a value. */
function wrongValues(of: (setting: string) => string | undefined, value: string | undefined): string | undefined {
  const type = of('type');
  if (type === 'injected') return undefined;
  if (type !== 'enum') return `its type is ${type}`;
  if (value === undefined || String(of('values')).split(',').includes(value)) return undefined;
  return `${value} is not among its values ${of('values')}`;
}

function wrongDays(of: (setting: string) => string | undefined): string | undefined {
  const wanted: Record<string, RegExp> = {
    type: /^date$/,
    format: /^yyyy\/MM\/dd$/,
    range: /^\S+,NOW$/,
    interval: /^1$/,
    'interval.unit': /^DAYS$/,
  };
  return Object.entries(wanted)
    .filter(([setting, pattern]) => !pattern.test(String(of(setting))))
    .map(([setting]) => `projection.day.${setting} is ${of(setting)}`)[0];
}
