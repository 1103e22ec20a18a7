import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { AlarmTopic, type CallAlarm } from '../../policy/alarm-topic';

/** What is worth waking somebody for. The ids are those of the runbook. */
type Alarm = Pick<CallAlarm, 'id' | 'description' | 'eventNames'>;

/**
 * CloudTrail does not say ON or OFF, nor reliably whether the bypass header came: every such call is reported,
 * denied ones included.
 */
const ON_OBJECTS: readonly Alarm[] = [
  {
    id: 'RetentionAlarm',
    description: 'somebody deleted a version, set a retention, or tried to, perhaps by bypassing governance mode',
    eventNames: ['DeleteObject', 'DeleteObjects', 'PutObjectRetention'],
  },
  {
    id: 'LegalHoldAlarm',
    description: 'somebody placed or lifted a legal hold, or tried to',
    eventNames: ['PutObjectLegalHold'],
  },
];

/** Every setting of a bucket is changed by a call of these names; this one is older than they are. */
const ON_BUCKET: Alarm = {
  id: 'SettingsAlarm',
  description: 'somebody changed a setting or the policy of the archive, or deleted it, or tried to',
  eventNames: [{ prefix: 'PutBucket' }, { prefix: 'DeleteBucket' }, 'PutObjectLockConfiguration'],
};

const ON_KEY: Alarm = {
  id: 'KeyAlarm',
  description: 'somebody disabled the key of the archive, scheduled its deletion, changed its policy, or tried to',
  eventNames: ['ScheduleKeyDeletion', 'DeleteImportedKeyMaterial', 'DisableKey', 'PutKeyPolicy'],
};

/** Tells a topic of every call that touches what makes the archive an archive. */
export class ArchiveAlarms extends Construct {
  private readonly alarms: AlarmTopic;

  public constructor(scope: Construct, id: string, bucket: s3.IBucket, archiveKey?: kms.IKey) {
    super(scope, id);
    this.alarms = new AlarmTopic(this);
    for (const alarm of [...ON_OBJECTS, ON_BUCKET]) {
      this.rule(alarm, 's3', { requestParameters: { bucketName: [bucket.bucketName] } });
    }
    if (archiveKey) this.rule(ON_KEY, 'kms', { resources: { ARN: [archiveKey.keyArn] } });
  }

  public get topic(): sns.Topic {
    return this.alarms.topic;
  }

  private rule(alarm: Alarm, service: string, where: Record<string, unknown>): void {
    this.alarms.onCalls(this, this.node.scope!.node.path, { ...alarm, service, where });
  }
}
