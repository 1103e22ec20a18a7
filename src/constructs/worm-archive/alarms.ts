import { Duration, Stack, Validations } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/** What is worth waking somebody for. The ids are those of the runbook. */
interface Alarm {
  readonly id: string;
  readonly says: string;
  readonly eventNames: string[];
}

/** CloudTrail does not say ON or OFF, nor reliably whether the bypass header came: every such call is told, denied ones included. */
const ON_OBJECTS: readonly Alarm[] = [
  {
    id: 'RetentionAlarm',
    says: 'somebody deleted a version, set a retention, or tried to, perhaps by bypassing governance mode',
    eventNames: ['DeleteObject', 'DeleteObjects', 'PutObjectRetention'],
  },
  {
    id: 'LegalHoldAlarm',
    says: 'somebody placed or lifted a legal hold, or tried to',
    eventNames: ['PutObjectLegalHold'],
  },
];

const ON_BUCKET: Alarm = {
  id: 'SettingsAlarm',
  says: 'somebody changed the lock configuration, versioning, lifecycle or policy of the archive, or tried to',
  eventNames: [
    'PutBucketObjectLockConfiguration', 'PutObjectLockConfiguration', 'PutBucketVersioning', 'PutBucketLifecycle',
    'PutBucketLifecycleConfiguration', 'DeleteBucketLifecycle', 'PutBucketPolicy', 'DeleteBucketPolicy', 'DeleteBucket',
  ],
};

const ON_KEY: Alarm = {
  id: 'KeyAlarm',
  says: 'somebody disabled the key of the archive, scheduled its deletion, changed its policy, or tried to',
  eventNames: ['ScheduleKeyDeletion', 'DeleteImportedKeyMaterial', 'DisableKey', 'PutKeyPolicy'],
};

/** Tells a topic of every call that touches what makes the archive an archive. */
export class ArchiveAlarms extends Construct {
  public readonly topic: sns.Topic;
  private readonly undelivered: sqs.Queue;

  public constructor(scope: Construct, id: string, bucket: s3.IBucket, archiveKey?: kms.IKey) {
    super(scope, id);
    const key = this.makeKey();
    this.topic = new sns.Topic(this, 'Topic', { masterKey: key, enforceSSL: true });
    this.undelivered = new sqs.Queue(this, 'Undelivered', { encryptionMasterKey: key, enforceSSL: true, retentionPeriod: Duration.days(14) });
    for (const finding of ['AwsSolutions::AwsSolutions-SQS3', 'Serverless::Serverless-SQSRedrivePolicy']) {
      Validations.of(this.undelivered).acknowledge({ id: finding, reason: 'This queue is itself the dead-letter queue of the alarms' });
    }
    for (const alarm of [...ON_OBJECTS, ON_BUCKET]) {
      this.rule(alarm, 's3', { requestParameters: { bucketName: [bucket.bucketName] } });
    }
    if (archiveKey) this.rule(ON_KEY, 'kms', { resources: { ARN: [archiveKey.keyArn] } });
  }

  private makeKey(): kms.Key {
    const key = new kms.Key(this, 'Key', {
      description: `Encrypts the alarms of ${this.node.scope!.node.path}`,
      enableKeyRotation: true,
    });
    key.addToResourcePolicy(new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('events.amazonaws.com')],
      actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
    }));
    return key;
  }

  private rule({ id, says, eventNames }: Alarm, service: string, where: Record<string, unknown>): void {
    const path = this.node.scope!.node.path;
    new events.Rule(this, id, {
      description: `${path}: ${says}`,
      eventPattern: {
        source: [`aws.${service}`],
        detailType: ['AWS API Call via CloudTrail'],
        detail: { eventSource: [`${service}.amazonaws.com`], eventName: eventNames, ...where },
      },
      targets: [new targets.SnsTopic(this.topic, {
        deadLetterQueue: this.undelivered,
        message: events.RuleTargetInput.fromText([
          `${path}: ${says}.`,
          `${events.EventField.fromPath('$.detail.eventName')} by ${events.EventField.fromPath('$.detail.userIdentity.arn')}`
          + ` at ${events.EventField.fromPath('$.detail.eventTime')},`,
          `error: ${events.EventField.fromPath('$.detail.errorCode')}. CloudTrail event ${events.EventField.fromPath('$.detail.eventID')}.`,
          `Runbook: docs/worm-archive.md, ${id}.`,
        ].join(' ')),
      })],
    });
  }
}
