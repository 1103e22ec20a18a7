import { Duration, Stack, Validations } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { claim, claimHttps, claimReached, type Claim } from './claims';

/** Calls worth waking somebody for. */
export interface CallAlarm {
  /** The construct's id, which is the runbook's heading as well. */
  readonly id: string;
  readonly description: string;
  /** As CloudTrail names the service and its calls. */
  readonly service: string;
  readonly eventNames: ReadonlyArray<string | { readonly prefix: string }>;
  /** Which calls: a pattern of the event's detail. */
  readonly where: Record<string, unknown>;
  /** The page that explains the alarm; its heading is the id in kebab-case. */
  readonly runbookUrl?: string;
}

/** Events worth waking somebody for. */
export interface EventAlarm {
  readonly description: string;
  /** A whole pattern of EventBridge. */
  readonly pattern: Readonly<Record<string, unknown>>;
  /** What to tell; `field` is a field of the event's detail. */
  readonly message: (field: (path: string) => string) => string;
  readonly runbookUrl?: string;
  /** What the rule claims to hear. */
  readonly hears?: Claim;
}

/** Absolute, since whoever gets an alarm has no copy of this library. */
export const RUNBOOK_URL = 'https://github.com/cdk-s3-strongbox/cdk-s3-strongbox/blob/main/docs/operator-runbook.md';

/** Of a rule of EventBridge. */
const MAX_DESCRIPTION = 512;

/** An encrypted topic for alarms of EventBridge, and the queue that keeps what it could not deliver. */
export class AlarmTopic {
  public readonly topic: sns.Topic;
  private readonly undelivered: sqs.Queue;

  public constructor(scope: Construct) {
    const key = new kms.Key(scope, 'Key', {
      description: `Encrypts the alarms of ${scope.node.scope!.node.path}`,
      enableKeyRotation: true,
    });
    // The target of a rule adds the statement for EventBridge, which must have no aws:SourceAccount, or nothing would
    // be delivered.
    key.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:GenerateDataKey*', 'kms:Decrypt'],
        resources: ['*'],
      }),
    );
    this.topic = new sns.Topic(scope, 'Topic', { masterKey: key, enforceSSL: true });
    // The statement for TLS makes this policy take the place of the one that SNS gives a topic, so each service needs
    // its own.
    this.topic.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'AlarmsOfCloudWatch',
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
      }),
    );
    this.undelivered = new sqs.Queue(scope, 'Undelivered', {
      encryptionMasterKey: key,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    for (const finding of ['AwsSolutions::AwsSolutions-SQS3', 'Serverless::Serverless-SQSRedrivePolicy']) {
      Validations.of(this.undelivered).acknowledge({
        id: finding,
        reason: 'This queue is itself the dead-letter queue of the alarms',
      });
    }
    claimHttps(this.topic, this.undelivered);
  }

  /** The target of a rule, which tells the topic in these words. */
  public target(message: events.RuleTargetInput): targets.SnsTopic {
    claimReached(this.topic, this.undelivered);
    return new targets.SnsTopic(this.topic, { deadLetterQueue: this.undelivered, message });
  }

  /**
   * Tells the topic of every such call that CloudTrail records, refused ones included. `path` is what the alarm is
   * about.
   */
  public onCalls(
    scope: Construct,
    path: string,
    { id, description, service, eventNames, where, runbookUrl }: CallAlarm,
  ): void {
    this.onPattern(scope, id, {
      description: `${path}: ${description}`,
      pattern: {
        source: [`aws.${service}`],
        'detail-type': ['AWS API Call via CloudTrail'],
        detail: { eventSource: [`${service}.amazonaws.com`], eventName: [...eventNames], ...where },
      },
      message: (field) =>
        `${description}. ${field('eventName')} by ${field('userIdentity.arn')} at ${field('eventTime')},` +
        ` error: ${field('errorCode')}. CloudTrail event ${field('eventID')}.`,
      runbookUrl,
    });
  }

  /** Tells the topic of every event that matches. */
  public onPattern(
    scope: Construct,
    id: string,
    { description, pattern, message, runbookUrl, hears }: EventAlarm,
  ): void {
    const url = `${runbookUrl ?? RUNBOOK_URL}#${kebab(id)}`;
    const field = (path: string): string => events.EventField.fromPath(`$.detail.${path}`);
    const rule = new events.Rule(scope, id, {
      description: `${description}. Runbook: ${url}`.slice(0, MAX_DESCRIPTION),
      eventPattern: { source: pattern.source as string[] },
      targets: [this.target(events.RuleTargetInput.fromText(`${scope.node.path}: ${message(field)} Runbook: ${url}`))],
    });
    // The L2 knows no "$or" in a pattern.
    const resource = rule.node.defaultChild as events.CfnRule;
    resource.eventPattern = pattern;
    if (hears) claim(resource, hears);
  }
}

export function kebab(id: string): string {
  return id.replace(/([a-z])([A-Z])/g, '$1-$2').toLowerCase();
}
