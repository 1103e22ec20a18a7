/** What is guaranteed of alarms: which calls the EventBridge rules of the templates tell somebody. `Guarantee` names it. */
import type { GuaranteeProps } from './guarantee-props';
import { setting } from './proof-obligation';
import type { ResolvedResource } from '../model/resolve';
import type { ResourceUnderTest } from '../model/subject';

const ON_OBJECTS = ['DeleteObject', 'DeleteObjects', 'PutObjectRetention', 'PutObjectLegalHold'];
const ON_BUCKET = [
  'PutBucketObjectLockConfiguration', 'PutObjectLockConfiguration', 'PutBucketVersioning', 'PutBucketLifecycle', 'PutBucketLifecycleConfiguration',
  'DeleteBucketLifecycle', 'PutBucketEncryption', 'DeleteBucketEncryption', 'PutBucketReplication', 'DeleteBucketReplication',
  'PutBucketInventoryConfiguration', 'DeleteBucketInventoryConfiguration', 'PutBucketPolicy', 'DeleteBucketPolicy', 'PutBucketPublicAccessBlock',
  'DeleteBucketPublicAccessBlock', 'PutBucketOwnershipControls', 'DeleteBucketOwnershipControls', 'DeleteBucket',
];
const ON_KEY = ['ScheduleKeyDeletion', 'DeleteImportedKeyMaterial', 'DisableKey', 'PutKeyPolicy'];
const ORDINARY = ['GetObject', 'HeadObject', 'PutObject', 'CompleteMultipartUpload', 'ListObjectVersions'];

type Event = Readonly<Record<string, unknown>>;

export function tamperingAlarmed(): GuaranteeProps {
  return {
    id: 'tampering-alarmed',
    title: 'Tampering told',
    description: 'Every call that deletes, sets a retention or a legal hold, changes a setting or the policy of the bucket, or endangers its key is told by a rule of the'
      + ' templates, whoever calls and whether or not it succeeds; uploads and reads are not. Of objects CloudTrail records only with data events.',
    fix: 'Add enabled rules with a target on AWS API Call via CloudTrail for these calls on this bucket, and on its key.',
    acrossModel: true,
    parts: (subject) => {
      const rules = subject.model.ofType('AWS::Events::Rule').filter((resource) => tells(resource, subject));
      const { key, name } = subject.bucket;
      const s3 = (eventName: string) => recorded('s3', eventName, { requestParameters: { bucketName: name } });
      const calls = [
        ...[...ON_OBJECTS, ...ON_BUCKET].map((eventName) => [eventName, s3(eventName)] as const),
        ...(key === undefined ? [] : ON_KEY.map((eventName) => [eventName, recorded('kms', eventName, { resources: [{ ARN: key.arn }] })] as const)),
      ];
      const told = (event: Event) => rules.find(({ properties }) => matches(properties.EventPattern, event))?.path;
      return [
        ...calls.map(([eventName, event]) => setting(`The alarm on ${eventName}`, told(event), (rule) => rule !== undefined)),
        ...ORDINARY.map((eventName) => setting(`The alarm on ${eventName}`, told(s3(eventName)), (rule) => rule === undefined)),
      ];
    },
  };
}

/** An enabled rule on the bus to which CloudTrail writes, with somebody to tell. */
function tells({ account, region, properties }: ResolvedResource, { resource }: ResourceUnderTest): boolean {
  return account === resource.account && region === resource.region
    && properties.State !== 'DISABLED' && (properties.EventBusName ?? 'default') === 'default' && (properties.Targets ?? []).length > 0;
}

function recorded(service: string, eventName: string, more: Event): Event {
  return {
    'source': `aws.${service}`, 'detail-type': 'AWS API Call via CloudTrail', 'detail': { eventSource: `${service}.amazonaws.com`, eventName, ...more },
  };
}

/** As EventBridge matches, as far as it is sure: a pattern that asks for more than these events have, or in another way, is taken not to match. */
function matches(pattern: unknown, value: unknown): boolean {
  if (Array.isArray(value) && !Array.isArray(pattern)) return value.some((item) => matches(pattern, item));
  if (Array.isArray(pattern)) return pattern.some((test) => typeof value === 'string' && (test === value || startsWith(value, test?.prefix)));
  if (typeof pattern !== 'object' || pattern === null || typeof value !== 'object' || value === null) return false;
  return Object.entries(pattern).every(([key, inner]) => matches(inner, (value as Event)[key]));
}

function startsWith(value: string, prefix: unknown): boolean {
  return typeof prefix === 'string' && value.startsWith(prefix);
}
