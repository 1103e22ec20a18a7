/**
 * What is guaranteed of alarms: which calls the EventBridge rules of the templates tell somebody. `Guarantee` names it.
 */
import { hears, type SampleEvent } from './event-pattern';
import type { GuaranteeProps } from './guarantee-props';
import { setting, type ProofObligation } from './proof-obligation';
import type { ResolvedResource } from '../model/resolve';
import type { ResourceUnderTest } from '../model/subject';

const ON_OBJECTS = ['DeleteObject', 'DeleteObjects', 'PutObjectRetention', 'PutObjectLegalHold'];
const ON_BUCKET = [
  'PutBucketObjectLockConfiguration',
  'PutObjectLockConfiguration',
  'PutBucketVersioning',
  'PutBucketLifecycle',
  'PutBucketLifecycleConfiguration',
  'DeleteBucketLifecycle',
  'PutBucketEncryption',
  'DeleteBucketEncryption',
  'PutBucketReplication',
  'DeleteBucketReplication',
  'PutBucketInventoryConfiguration',
  'DeleteBucketInventoryConfiguration',
  'PutBucketPolicy',
  'DeleteBucketPolicy',
  'PutBucketPublicAccessBlock',
  'DeleteBucketPublicAccessBlock',
  'PutBucketOwnershipControls',
  'DeleteBucketOwnershipControls',
  'DeleteBucket',
];
const ON_KEY = ['ScheduleKeyDeletion', 'DeleteImportedKeyMaterial', 'DisableKey', 'PutKeyPolicy'];
const ORDINARY = ['GetObject', 'HeadObject', 'PutObject', 'CompleteMultipartUpload', 'ListObjectVersions'];

export function tamperingAlarmed(): GuaranteeProps {
  return {
    id: 'tampering-alarmed',
    title: 'Tampering alarmed',
    description:
      'Every call that deletes, sets a retention or a legal hold, changes a setting or the policy of the ' +
      'bucket, or endangers its key is reported by a rule of the' +
      ' templates, whoever calls and whether or not it succeeds; uploads and reads are not. Of objects ' +
      'CloudTrail records only with data events.',
    fix:
      'Add enabled rules with a target on AWS API Call via CloudTrail for these calls on this bucket, and ' +
      'on its key.',
    parts: (subject) => {
      const rules = subject.model.ofType('AWS::Events::Rule').filter((resource) => tells(resource, subject));
      const { key, name } = subject.bucket;
      const s3 = (eventName: string) => recorded('s3', eventName, { requestParameters: { bucketName: name } });
      const calls = [
        ...[...ON_OBJECTS, ...ON_BUCKET].map((eventName) => [eventName, s3(eventName)] as const),
        ...(key === undefined
          ? []
          : ON_KEY.map(
              (eventName) => [eventName, recorded('kms', eventName, { resources: [{ ARN: key.arn }] })] as const,
            )),
      ];
      const told = (event: SampleEvent) =>
        rules.find(({ properties }) => hears(properties.EventPattern, event) === true)?.path;
      const mayTell = (event: SampleEvent) =>
        rules.find(({ properties }) => hears(properties.EventPattern, event) === undefined)?.path;
      return [
        ...calls.map(([eventName, event]) =>
          setting(`The alarm on ${eventName}`, told(event), (rule) => rule !== undefined),
        ),
        ...ORDINARY.map((eventName): ProofObligation => {
          const [about, rule, perhaps] = [`The alarm on ${eventName}`, told(s3(eventName)), mayTell(s3(eventName))];
          return rule === undefined && perhaps !== undefined
            ? { setting: about, holds: undefined, reason: `perhaps ${perhaps}, whose pattern is not understood` }
            : setting(about, rule, (path) => path === undefined);
        }),
      ];
    },
  };
}

/** An enabled rule on the bus to which CloudTrail writes, with somebody to tell. */
function tells({ account, region, properties }: ResolvedResource, { resource }: ResourceUnderTest): boolean {
  return (
    account === resource.account &&
    region === resource.region &&
    properties.State !== 'DISABLED' &&
    (properties.EventBusName ?? 'default') === 'default' &&
    (properties.Targets ?? []).length > 0
  );
}

function recorded(service: string, eventName: string, more: SampleEvent): SampleEvent {
  return {
    source: `aws.${service}`,
    'detail-type': 'AWS API Call via CloudTrail',
    detail: { eventSource: `${service}.amazonaws.com`, eventName, ...more },
  };
}
