import { Duration, Stack, Validations } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as events from 'aws-cdk-lib/aws-events';
import * as guardduty from 'aws-cdk-lib/aws-guardduty';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as macie from 'aws-cdk-lib/aws-macie';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import {
  ON_ACCOUNT,
  ON_BUCKETS,
  ON_KEYS,
  ON_LOCKED_OBJECTS,
  ON_TRAIL,
  patternOf,
  quietFor,
  type CallDefinition,
  type Detail,
} from './call-alarms';
import { malwareProtectionPlan } from './malware-protection';
import { suffixOf, isLocked, keyArnOf, logTargetOf, measuredReplication, requestMetric } from './watched-bucket';
import { referenced } from '../../input/referenced';
import { validationError } from '../../input/validation-error';
import { AlarmTopic, kebab, RUNBOOK_URL } from '../../policy/alarm-topic';
import { claim, claimReached } from '../../policy/claims';
import type { ObjectTrail } from '../object-trail/object-trail';

/** Properties of `SecurityAlarms`. */
export interface SecurityAlarmsProps {
  /**
   * The buckets that the alarms are about, of this app.
   *
   * @default - every bucket that the stack has when the alarms are created
   */
  readonly buckets?: s3.IBucketRef[];

  /**
   * The trail that records data events of the buckets: deletions of versions, retentions and legal holds are heard
   * through it, and its end.
   *
   * @default - none; calls on objects are heard only if another trail of the account records them
   */
  readonly trail?: ObjectTrail;

  /**
   * Roles whose calls raise no alarm: the role that deploys, for example the execution role of CloudFormation. What it
   * does by mistake, or whoever took it over, raises none either.
   *
   * @default - nobody
   */
  readonly quietFor?: iam.IRole[];

  /**
   * How many requests of one bucket may be refused (status 4xx, which includes objects that do not exist) within five
   * minutes before an alarm. Needs request metrics, which are billed per metric and bucket.
   *
   * @default - no such alarm
   */
  readonly refusedRequests?: number;

  /**
   * The page that explains each alarm: what it means, what to look at, what to do. The alarm's heading is appended as a
   * fragment.
   *
   * @default - docs/operator-runbook.md of this library, by its address on GitHub
   */
  readonly runbookUrl?: string;
}

const QUOTA_PERCENT = 80;

/**
 * Alarms about buckets, to an encrypted topic that really gets them: policy, Block Public Access, ACLs, versioning and
 * MFA delete, logging, encryption, lifecycle, replication and locks changed; keys endangered; log delivery stopped;
 * replication failed; KMS requests near their quota; the trail stopped. Calls are heard whether or not they succeed,
 * and each message has the address of its entry in the runbook.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 *
 * @example
 * declare const records: SecureBucket;
 * declare const trail: ObjectTrail;
 * const alarms = new SecurityAlarms(this, 'Alarms', { buckets: [records], trail });
 * alarms.topic.addSubscription(new subscriptions.EmailSubscription('storage-on-call@example.com'));
 */
export class SecurityAlarms extends Construct {
  /** Where the alarms go: subscribe those who must know. */
  public readonly topic: sns.Topic;

  private readonly alarms: AlarmTopic;
  private readonly quietRoles?: string[];
  private readonly quiet: Detail;
  private readonly runbook: string;

  public constructor(scope: Construct, id: string, props: SecurityAlarmsProps = {}) {
    super(scope, id);
    this.runbook = this.requireUrl(props.runbookUrl ?? RUNBOOK_URL);
    this.quietRoles = props.quietFor?.map(({ roleArn }) => roleArn);
    this.quiet = quietFor(this.quietRoles ?? []);
    const buckets = this.bucketsOf(props.buckets);
    this.alarms = new AlarmTopic(this);
    this.topic = this.alarms.topic;

    this.onCallsOnBuckets(ON_BUCKETS, buckets);
    this.onCalls(ON_ACCOUNT, {});
    const locked = buckets.filter(isLocked);
    if (locked.length > 0) {
      this.onCallsOnBuckets(ON_LOCKED_OBJECTS, locked);
      if (!props.trail) {
        Validations.of(this).addWarning(
          '@strongbox/alarms-without-data-events',
          `${this.node.path}: alarms on deletions of versions, retentions and legal holds require ` +
            'CloudTrail data events of' +
            ` ${locked.map(({ node }) => node.path).join(', ')}: pass the ObjectTrail that records them, ` +
            'or acknowledge this warning if another trail does.',
        );
      }
    }
    const keys = [...new Set(buckets.flatMap(keyArnOf))];
    if (keys.length > 0) {
      this.onCalls(ON_KEYS, { resources: { ARN: keys } }, { keys });
      this.onKmsQuota();
    }
    if (props.trail) this.onTrail(props.trail);
    if (props.refusedRequests !== undefined) {
      for (const bucket of buckets) this.onRefusedRequests(bucket, props.refusedRequests);
    }
    for (const target of new Set(buckets.flatMap(logTargetOf))) this.onLogDelivery(target);
    for (const bucket of buckets) this.onReplication(bucket);
  }

  /**
   * Switches GuardDuty S3 Protection on in this account and Region, and sends its findings about buckets to the topic.
   * An account that has a detector switches it on there instead; a second one fails. Billed per analyzed event:
   * https://aws.amazon.com/guardduty/pricing/.
   */
  public enableGuardDutyS3Protection(): void {
    new guardduty.CfnDetector(this, 'Detector', {
      enable: true,
      features: [{ name: 'S3_DATA_EVENTS', status: 'ENABLED' }],
    });
    this.onFindings('GuardDutyFinding', 'GuardDuty reports a threat to a bucket', {
      source: ['aws.guardduty'],
      'detail-type': ['GuardDuty Finding'],
      detail: { resource: { resourceType: ['S3Bucket', 'S3Object'] } },
    });
  }

  /**
   * Has GuardDuty scan each new object of a bucket for malware, tag it with the result, and send threats to the topic.
   * Billed per scanned GB and object: https://aws.amazon.com/guardduty/pricing/.
   *
   * @param bucket A bucket of this app.
   */
  public enableMalwareProtection(bucket: s3.IBucketRef): void {
    const [resource] = this.bucketsOf([bucket]);
    malwareProtectionPlan(this, `Malware-${resource.node.addr.slice(-8)}`, resource, keyArnOf(resource)[0]);
    if (this.node.tryFindChild('MalwareFound')) return;
    this.onFindings('MalwareFound', 'GuardDuty found malware in an object', {
      source: ['aws.guardduty'],
      'detail-type': ['GuardDuty Malware Protection Object Scan Result'],
      detail: { scanResultDetails: { scanResultStatus: ['THREATS_FOUND'] } },
    });
  }

  /**
   * Switches Macie on in this account and Region, and sends its findings to the topic. An account that has Macie fails.
   * Billed per bucket and GB: https://aws.amazon.com/macie/pricing/.
   */
  public enableMacie(): void {
    new macie.CfnSession(this, 'Macie', { status: 'ENABLED', findingPublishingFrequency: 'FIFTEEN_MINUTES' });
    this.onFindings('MacieFinding', 'Macie reports sensitive data or a setting that exposes it', {
      source: ['aws.macie'],
      'detail-type': ['Macie Finding'],
    });
  }

  private onCallsOnBuckets(definitions: readonly CallDefinition[], buckets: readonly s3.CfnBucket[]): void {
    const bucketName = buckets.map(({ ref }) => ref);
    for (const definition of definitions) {
      this.onCalls(definition, { requestParameters: { bucketName } }, { buckets: bucketName });
    }
  }

  private onCalls(definition: CallDefinition, which: Detail, about: object = {}): void {
    const pattern = patternOf(definition, merge(which, this.quiet));
    this.alarms.onPattern(this, definition.id, {
      description: `${this.node.path}: ${definition.description}`,
      pattern,
      message: (field) =>
        `${definition.description}. ${field('eventName')} by ${field('userIdentity.arn')} from ` +
        `${field('sourceIPAddress')}` +
        ` at ${field('eventTime')}, bucket ${field('requestParameters.bucketName')}, error: ` +
        `${field('errorCode')}. CloudTrail event ${field('eventID')}.`,
      runbookUrl: this.runbook,
      hears: {
        guarantee: 'rule-hears',
        options: { what: kebab(definition.id), ...about, exceptRoles: this.quietRoles },
      },
    });
  }

  private onFindings(id: string, description: string, pattern: Detail): void {
    this.alarms.onPattern(this, id, {
      description: `${this.node.path}: ${description}`,
      pattern,
      message: () => `${description}. Event ${events.EventField.eventId} at ${events.EventField.time}.`,
      runbookUrl: this.runbook,
    });
  }

  private onTrail({ trailName, trailArn }: ObjectTrail): void {
    const named = [trailName, trailArn];
    this.onCalls(ON_TRAIL, { requestParameters: { $or: [{ name: named }, { trailName: named }] } }, { trail: named });
  }

  private onRefusedRequests(bucket: s3.CfnBucket, threshold: number): void {
    if (!Number.isInteger(threshold) || threshold < 1) {
      throw validationError({
        property: 'refusedRequests',
        actual: threshold,
        expected: 'a whole number from 1 on',
        hint: 'write how many refusals in five minutes are a burst',
        scope: this,
      });
    }
    this.metricAlarm(
      `RefusedRequests-${suffixOf(bucket)}`,
      'refused-requests',
      `${bucket.node.path}: ${threshold} requests or more were refused within five minutes`,
      {
        metric: requestMetric(bucket, '4xxErrors', Duration.minutes(5)),
        threshold,
        comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      },
      bucket,
    );
  }

  private onLogDelivery(target: s3.CfnBucket): void {
    this.metricAlarm(
      `LogDeliveryStopped-${suffixOf(target)}`,
      'log-delivery-stopped',
      `${target.node.path}: no access log was delivered for a day`,
      {
        metric: requestMetric(target, 'PutRequests', Duration.days(1)),
        threshold: 1,
        comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
        treatMissingData: cloudwatch.TreatMissingData.BREACHING,
      },
      target,
    );
  }

  /** For each rule with an id and a destination whose name is known; S3 measures what fails for the alarm. */
  private onReplication(bucket: s3.CfnBucket): void {
    for (const rule of measuredReplication(bucket)) {
      const destination = rule.destination as s3.CfnBucket.ReplicationDestinationProperty;
      if (!rule.id || typeof destination.bucket !== 'string') continue;
      this.metricAlarm(
        `ReplicationFailed-${suffixOf(bucket)}-${rule.id}`,
        'replication-failed',
        `${bucket.node.path}: objects failed to replicate (rule ${rule.id})`,
        {
          metric: new cloudwatch.Metric({
            namespace: 'AWS/S3',
            metricName: 'OperationsFailedReplication',
            dimensionsMap: {
              SourceBucket: bucket.ref,
              DestinationBucket: bucketNameOf(destination.bucket),
              RuleId: rule.id,
            },
            statistic: 'Maximum',
            period: Duration.minutes(5),
          }),
          threshold: 1,
          comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
          treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
        },
        bucket,
      );
    }
  }

  /** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Quotas-Visualize-Alarms.html */
  private onKmsQuota(): void {
    const calls = new cloudwatch.Metric({
      namespace: 'AWS/Usage',
      metricName: 'CallCount',
      dimensionsMap: { Service: 'KMS', Type: 'API', Class: 'None', Resource: 'CryptographicOperationsSymmetric' },
      statistic: 'Sum',
      period: Duration.minutes(1),
    });
    this.metricAlarm(
      'KmsQuotaNear',
      'kms-quota-near',
      `${this.node.path}: KMS requests are above ${QUOTA_PERCENT}% of the quota of the account`,
      {
        metric: new cloudwatch.MathExpression({
          expression: 'calls / SERVICE_QUOTA(calls) * 100',
          usingMetrics: { calls },
          period: Duration.minutes(1),
          label: 'Percent of the quota',
        }),
        threshold: QUOTA_PERCENT,
        evaluationPeriods: 3,
        comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      },
    );
  }

  private metricAlarm(
    id: string,
    heading: string,
    description: string,
    props: Omit<cloudwatch.AlarmProps, 'evaluationPeriods'> & { evaluationPeriods?: number },
    bucket?: s3.CfnBucket,
  ): void {
    const alarm = new cloudwatch.Alarm(this, id, {
      evaluationPeriods: 1,
      ...props,
      alarmDescription: `${description}. Runbook: ${this.runbook}#${heading}`,
    });
    alarm.addAlarmAction(new actions.SnsAction(this.topic));
    claim(alarm.node.defaultChild as cloudwatch.CfnAlarm, {
      guarantee: 'alarm-raises',
      options: { what: heading, bucket: bucket?.ref },
    });
    claimReached(this.topic);
  }

  private bucketsOf(named: s3.IBucketRef[] | undefined): s3.CfnBucket[] {
    const isBucket = (node: unknown): node is s3.CfnBucket => s3.CfnBucket.isCfnBucket(node);
    const buckets = named
      ? named.map((bucket) => {
          const resource = bucket.node.findAll().find(isBucket);
          if (resource) return resource;
          throw validationError({
            property: 'buckets',
            actual: `${bucket.node.path}, an imported bucket`,
            expected: 'buckets that this app creates',
            hint: 'create the alarms in the app that owns the bucket',
            scope: this,
          });
        })
      : Stack.of(this).node.findAll().filter(isBucket);
    if (buckets.length === 0) {
      throw validationError({
        property: 'buckets',
        actual: '[]',
        expected: 'at least one bucket',
        hint: 'create the alarms after the buckets of the stack, or name the buckets',
        scope: this,
      });
    }
    if (!named) this.node.addValidation({ validate: () => this.missed(buckets) });
    return buckets;
  }

  /** A bucket that came after the alarms would raise none. */
  private missed(buckets: readonly s3.CfnBucket[]): string[] {
    return Stack.of(this)
      .node.findAll()
      .filter((node) => s3.CfnBucket.isCfnBucket(node) && !buckets.includes(node))
      .map(
        (node) =>
          `${this.node.path}: the alarms do not cover ${node.node.path}, which was created after them. ` +
          'Create the alarms last, or name their buckets.',
      );
  }

  private requireUrl(url: string): string {
    if (/^https:\/\/\S+$/.test(url)) return url;
    throw validationError({
      property: 'runbookUrl',
      actual: url,
      expected: 'an absolute https address',
      hint: 'write the address that whoever gets the alarm can open',
      scope: this,
    });
  }
}

function merge(one: Detail, other: Detail): Detail {
  return { ...one, ...other };
}

function bucketNameOf(arn: string): string {
  const target = referenced(arn);
  return target && s3.CfnBucket.isCfnBucket(target) ? target.ref : arn.split(':::').at(-1)!;
}
