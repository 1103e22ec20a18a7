/**
 * What is guaranteed of alarms: which calls the EventBridge rules of the templates tell somebody. `Guarantee` names it.
 */
import type { GuaranteeProps } from './guarantee-props';
import { setting, type ProofObligation } from './proof-obligation';
import type { ResolvedResource } from '../model/resolve';
import type { ResourceUnderTest } from '../model/subject';
import { isUnknown } from '../template/unknown';

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

type Event = Readonly<Record<string, unknown>>;

export function tamperingAlarmed(): GuaranteeProps {
  return {
    id: 'tampering-alarmed',
    title: 'Tampering told',
    description:
      'Every call that deletes, sets a retention or a legal hold, changes a setting or the policy of the ' +
      'bucket, or endangers its key is told by a rule of the' +
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
      const told = (event: Event) =>
        rules.find(({ properties }) => matches(properties.EventPattern, event) === true)?.path;
      const mayTell = (event: Event) =>
        rules.find(({ properties }) => matches(properties.EventPattern, event) === undefined)?.path;
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

function recorded(service: string, eventName: string, more: Event): Event {
  return {
    source: `aws.${service}`,
    'detail-type': 'AWS API Call via CloudTrail',
    detail: { eventSource: `${service}.amazonaws.com`, eventName, ...more },
  };
}

/**
 * As EventBridge matches; undefined where the pattern asks for more than these events have, or in a way that is not
 * evaluated.
 */
function matches(pattern: unknown, value: unknown): boolean | undefined {
  if (Array.isArray(value) && !Array.isArray(pattern)) return some(value.map((item) => matches(pattern, item)));
  if (Array.isArray(pattern)) return some(pattern.map((test) => passes(test, value)));
  if (typeof pattern !== 'object' || pattern === null) return undefined;
  const entries = Object.entries(pattern);
  if (entries.some(([key]) => key.startsWith('$'))) return undefined;
  const inner = typeof value === 'object' && value !== null ? (value as Event) : {};
  const answers = entries.map(([key, test]) => matches(test, inner[key]));
  return answers.includes(false) ? false : answers.includes(undefined) ? undefined : true;
}

function some(answers: ReadonlyArray<boolean | undefined>): boolean | undefined {
  return answers.includes(true) ? true : answers.includes(undefined) ? undefined : false;
}

/** One test of a pattern. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html */
function passes(test: unknown, value: unknown): boolean | undefined {
  if (typeof test === 'string') {
    // What the modelled events do not have, the real ones may.
    if (typeof value !== 'string') return undefined;
    return isUnknown(test) ? undefined : test === value;
  }
  if (typeof test !== 'object' || test === null || typeof value !== 'string') return undefined;
  const [[operator, wanted], ...more] = Object.entries(test as Event);
  if (more.length > 0) return undefined;
  switch (operator) {
    case 'prefix':
      return typeof wanted === 'string' ? value.startsWith(wanted) : undefined;
    case 'suffix':
      return typeof wanted === 'string' ? value.endsWith(wanted) : undefined;
    case 'equals-ignore-case':
      return typeof wanted === 'string' ? value.toLowerCase() === wanted.toLowerCase() : undefined;
    case 'exists':
      return typeof wanted === 'boolean' ? wanted : undefined;
    case 'anything-but': {
      const excluded = some([wanted].flat().map((each) => passes(each, value)));
      return excluded === undefined ? undefined : !excluded;
    }
    default:
      return undefined;
  }
}
