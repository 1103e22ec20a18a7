import { Duration, Stack, Validations } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

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
  /** The page of the documents. */
  readonly runbook: string;
}

/** An encrypted topic for alarms of EventBridge, and the queue that keeps what it could not deliver. */
export class AlarmTopic {
  public readonly topic: sns.Topic;
  private readonly undelivered: sqs.Queue;

  public constructor(scope: Construct) {
    const key = new kms.Key(scope, 'Key', {
      description: `Encrypts the alarms of ${scope.node.scope!.node.path}`,
      enableKeyRotation: true,
    });
    key.addToResourcePolicy(new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('events.amazonaws.com')],
      actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }));
    this.topic = new sns.Topic(scope, 'Topic', { masterKey: key, enforceSSL: true });
    this.undelivered = new sqs.Queue(scope, 'Undelivered', { encryptionMasterKey: key, enforceSSL: true, retentionPeriod: Duration.days(14) });
    for (const finding of ['AwsSolutions::AwsSolutions-SQS3', 'Serverless::Serverless-SQSRedrivePolicy']) {
      Validations.of(this.undelivered).acknowledge({ id: finding, reason: 'This queue is itself the dead-letter queue of the alarms' });
    }
  }

  /** The target of a rule, which tells the topic in these words. */
  public target(message: events.RuleTargetInput): targets.SnsTopic {
    return new targets.SnsTopic(this.topic, { deadLetterQueue: this.undelivered, message });
  }

  /** Tells the topic of every such call that CloudTrail records, refused ones included. `path` is what the alarm is about. */
  public onCalls(scope: Construct, path: string, { id, description: says, service, eventNames, where, runbook }: CallAlarm): void {
    new events.Rule(scope, id, {
      description: `${path}: ${says}`,
      eventPattern: {
        source: [`aws.${service}`],
        detailType: ['AWS API Call via CloudTrail'],
        detail: { eventSource: [`${service}.amazonaws.com`], eventName: [...eventNames], ...where },
      },
      targets: [this.target(events.RuleTargetInput.fromText([
        `${path}: ${says}.`,
        `${events.EventField.fromPath('$.detail.eventName')} by ${events.EventField.fromPath('$.detail.userIdentity.arn')}`
        + ` at ${events.EventField.fromPath('$.detail.eventTime')},`,
        `error: ${events.EventField.fromPath('$.detail.errorCode')}. CloudTrail event ${events.EventField.fromPath('$.detail.eventID')}.`,
        `Runbook: ${runbook}, ${id}.`,
      ].join(' ')))],
    });
  }
}
