/** What is guaranteed of a CloudWatch alarm: on which values it raises. `AuditGuarantees` names it. */
import type { GuaranteeProps } from './guarantee-props';
import { isTrue, type ProofObligation } from './proof-obligation';
import type { Answer } from './trail-events';
import type { ResolvedResource } from '../model/resolve';
import type { ResourceUnderTest } from '../model/subject';
import { sameName } from '../template/same-name';
import { shown } from '../template/unknown';

/** What a CloudWatch alarm must raise on. */
export interface AlarmRaisesGuaranteeOptions {
  /** `refused-requests`, `log-delivery-stopped`, `replication-failed` or `kms-quota-near`. */
  readonly what: string;

  /**
   * Name of the bucket that it is about; of the log target, or of the source of the replication.
   *
   * @default - none, for the quota of KMS
   */
  readonly bucket?: string;
}

/** A value of each period of evaluation; undefined: no data. */
type Value = number | undefined;

interface Metric {
  readonly namespace: string;
  readonly name: string;
  /** The dimension that names the bucket. */
  readonly bucket?: string;
  readonly dimensions?: Readonly<Record<string, string>>;
  /** Whether the bucket must switch the metric on. */
  readonly ofRequests?: boolean;
  /** Whether a rule of replication must measure it. */
  readonly ofReplication?: boolean;
  /** Percent of the quota of the account, instead of the metric itself. */
  readonly ofQuota?: boolean;
  readonly statistics: readonly string[];
  /** Samples, over every period that the alarm looks at. */
  readonly raises: readonly Value[];
  readonly silent: readonly Value[];
}

/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Quotas-Visualize-Alarms.html
 */
const METRICS: Readonly<Record<string, Metric>> = {
  'refused-requests': {
    namespace: 'AWS/S3',
    name: '4xxErrors',
    bucket: 'BucketName',
    ofRequests: true,
    statistics: ['Sum'],
    raises: [1_000_000],
    silent: [0, undefined],
  },
  'log-delivery-stopped': {
    namespace: 'AWS/S3',
    name: 'PutRequests',
    bucket: 'BucketName',
    ofRequests: true,
    statistics: ['Sum'],
    raises: [0, undefined],
    silent: [1, 1_000_000],
  },
  'replication-failed': {
    namespace: 'AWS/S3',
    name: 'OperationsFailedReplication',
    bucket: 'SourceBucket',
    ofReplication: true,
    statistics: ['Maximum', 'Sum'],
    raises: [1, 1_000_000],
    silent: [0, undefined],
  },
  'kms-quota-near': {
    namespace: 'AWS/Usage',
    name: 'CallCount',
    dimensions: { Service: 'KMS', Type: 'API', Class: 'None', Resource: 'CryptographicOperationsSymmetric' },
    ofQuota: true,
    statistics: ['Sum'],
    raises: [95, 100],
    silent: [0, 10, undefined],
  },
};

export function alarmRaises(options: AlarmRaisesGuaranteeOptions): GuaranteeProps {
  const { what, bucket } = options;
  const metric = METRICS[what];
  if (!metric) throw new Error(`"what" is "${what}"; one of ${Object.keys(METRICS).join(', ')} is needed`);
  return {
    id: 'alarm-raises',
    title: `Alarm on ${what}`,
    description:
      `The alarm looks at ${metric.name}${bucket ? ` of ${shown(bucket)}` : ''}, acts when it raises, raises on ` +
      `${metric.raises.map(spell).join(', ')}, and is silent on ${metric.silent.map(spell).join(', ')}.`,
    fix:
      'Give the alarm an action, the metric of this resource, and a threshold between what is ordinary and what is ' +
      'not.',
    options,
    resourceType: 'AWS::CloudWatch::Alarm',
    parts: (subject) => [
      ...acts(subject.resource),
      looksAt(subject, metric, bucket),
      ...(metric.ofRequests ? [isSwitchedOn(subject, bucket)] : []),
      ...(metric.ofReplication ? [isMeasured(subject, bucket)] : []),
      ...metric.raises.map((value) => evaluates(subject.resource, value, true)),
      ...metric.silent.map((value) => evaluates(subject.resource, value, false)),
    ],
  };
}

function spell(value: Value): string {
  return value === undefined ? 'no data' : String(value);
}

function obligation(setting: string, holds: Answer, reason: string): ProofObligation {
  return { setting, holds, reason: holds ? `${setting}: as it must be` : shown(reason) };
}

function acts({ path, properties: { ActionsEnabled, AlarmActions } }: ResolvedResource): ProofObligation[] {
  const isOn = ActionsEnabled === undefined || isTrue(ActionsEnabled);
  return [
    obligation(`ActionsEnabled of ${path}`, isOn, `ActionsEnabled of ${path} is ${String(ActionsEnabled)}`),
    obligation(
      `AlarmActions of ${path}`,
      Array.isArray(AlarmActions) && AlarmActions.length > 0,
      `${path} has no AlarmActions`,
    ),
  ];
}

interface Statistic {
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: ReadonlyArray<{ readonly Name: string; readonly Value: string }>;
  readonly Statistic?: string;
}

/** The metric of the alarm: its own, or the one of a mathematical expression that gives the percentage of a quota. */
function statisticOf({ properties }: ResolvedResource, ofQuota: boolean | undefined): Statistic | undefined {
  const { Metrics } = properties;
  if (!ofQuota) return Array.isArray(Metrics) ? undefined : properties;
  if (!Array.isArray(Metrics)) return undefined;
  const shownOne = Metrics.filter(({ ReturnData }) => ReturnData === undefined || isTrue(ReturnData));
  const [, id, ofSame] =
    /^(\w+)\s*\/\s*SERVICE_QUOTA\((\w+)\)\s*\*\s*100$/.exec(String(shownOne[0]?.Expression).trim()) ?? [];
  const found = id === ofSame ? Metrics.find(({ Id }) => Id === id)?.MetricStat : undefined;
  return shownOne.length === 1 && found ? { ...found.Metric, Statistic: found.Stat } : undefined;
}

function looksAt({ resource, model }: ResourceUnderTest, metric: Metric, bucket: string | undefined): ProofObligation {
  const about = `The metric of ${resource.path}`;
  const found = statisticOf(resource, metric.ofQuota);
  if (!found) return obligation(about, false, `${about} is not ${metric.name}`);
  const dimensions = Object.fromEntries((found.Dimensions ?? []).map(({ Name, Value }) => [Name, String(Value)]));
  const isOf = metric.bucket === undefined || sameName(dimensions[metric.bucket] ?? '', bucket ?? '', model.world);
  const others = Object.entries(metric.dimensions ?? {});
  return obligation(
    about,
    found.Namespace === metric.namespace &&
      found.MetricName === metric.name &&
      metric.statistics.includes(String(found.Statistic)) &&
      isOf &&
      others.every(([name, value]) => dimensions[name] === value),
    `${about} is ${found.Statistic} of ${found.Namespace} ${found.MetricName} ${JSON.stringify(dimensions)}`,
  );
}

/** Request metrics exist where the bucket has a configuration for all of its objects with the id of the dimension. */
function isSwitchedOn({ resource, model }: ResourceUnderTest, name: string | undefined): ProofObligation {
  const about = `The request metrics of ${shown(name ?? '')}`;
  const bucket = model.buckets.find((each) => sameName(each.name, name ?? '', model.world));
  if (!bucket) return obligation(about, undefined, `${about}: the bucket is in none of the templates`);
  const filter = resource.properties.Dimensions?.find(({ Name }: any) => Name === 'FilterId')?.Value;
  const found = (bucket.resource.properties.MetricsConfigurations ?? []).find(({ Id }: any) => Id === filter);
  const isWhole =
    found !== undefined &&
    found.Prefix === undefined &&
    found.AccessPointArn === undefined &&
    (found.TagFilters ?? []).length === 0;
  return obligation(
    about,
    isWhole,
    `${about}: ${bucket.resource.path} has no MetricsConfiguration "${String(filter)}" for all of its objects`,
  );
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-metrics.html */
function isMeasured({ resource, model }: ResourceUnderTest, name: string | undefined): ProofObligation {
  const about = `The replication metrics of ${shown(name ?? '')}`;
  const bucket = model.buckets.find((each) => sameName(each.name, name ?? '', model.world));
  if (!bucket) return obligation(about, undefined, `${about}: the bucket is in none of the templates`);
  const dimension = (of: string) => resource.properties.Dimensions?.find(({ Name }: any) => Name === of)?.Value;
  const rule = (bucket.resource.properties.ReplicationConfiguration?.Rules ?? []).find(
    ({ Id }: any) => Id === dimension('RuleId'),
  );
  const destination = String(rule?.Destination?.Bucket).split(':::').at(-1)!;
  return obligation(
    about,
    rule?.Destination?.Metrics?.Status === 'Enabled' &&
      sameName(destination, String(dimension('DestinationBucket')), model.world),
    `${about}: no rule "${String(dimension('RuleId'))}" of ${bucket.resource.path} measures copies to this destination`,
  );
}

/**
 * The state when every period has this value, as CloudWatch evaluates it.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
function evaluates({ path, properties }: ResolvedResource, value: Value, wanted: boolean): ProofObligation {
  const { ComparisonOperator, TreatMissingData = 'missing' } = properties;
  const threshold = properties.Threshold === undefined ? Number.NaN : Number(properties.Threshold);
  const compare: Record<string, (of: number) => boolean> = {
    GreaterThanOrEqualToThreshold: (of) => of >= threshold,
    GreaterThanThreshold: (of) => of > threshold,
    LessThanThreshold: (of) => of < threshold,
    LessThanOrEqualToThreshold: (of) => of <= threshold,
  };
  const test = compare[String(ComparisonOperator)];
  const raised: Answer =
    value === undefined
      ? TreatMissingData === 'breaching'
      : test === undefined || Number.isNaN(threshold)
        ? undefined
        : test(value);
  const about = `${path} on ${spell(value)}`;
  return obligation(
    about,
    raised === undefined ? undefined : raised === wanted,
    raised === undefined
      ? `${path} compares with ${String(properties.Threshold)} by ${String(ComparisonOperator)}, which is not evaluated`
      : `${about}: it ${raised ? 'raises' : 'does not raise'}`,
  );
}
