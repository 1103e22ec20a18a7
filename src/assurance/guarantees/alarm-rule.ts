/** What is guaranteed of a rule of EventBridge that is an alarm on calls. `AuditGuarantees` names it. */
import { hears, type SampleEvent } from './event-pattern';
import type { GuaranteeProps } from './guarantee-props';
import type { ProofObligation } from './proof-obligation';
import { freshIn, type Answer } from './trail-events';
import type { ResolvedResource } from '../model/resolve';
import { shown } from '../template/unknown';

/** What a rule must hear. */
export interface RuleHearsGuaranteeOptions {
  /**
   * What happens, as the runbook calls it: `policy-changed`, `plain-http-allowed`, `account-public-access-changed`,
   * `ownership-changed`, `versioning-changed`, `logging-changed`, `protection-changed`, `lock-bypassed`,
   * `version-deleted`, `legal-hold-changed`, `key-endangered` or `trail-stopped`.
   */
  readonly what: string;

  /**
   * Names of the buckets to which it happens.
   *
   * @default - none
   */
  readonly buckets?: string[];

  /**
   * ARNs of the keys to which it happens.
   *
   * @default - none
   */
  readonly keys?: string[];

  /**
   * Name and ARN of the trail to which it happens.
   *
   * @default - none
   */
  readonly trail?: string[];

  /**
   * ARNs of roles whose calls the rule must leave out.
   *
   * @default - none
   */
  readonly exceptRoles?: string[];
}

interface Calls {
  readonly service: 's3' | 'kms' | 'cloudtrail';
  readonly names: readonly string[];
  /** Only calls that succeed count. */
  readonly succeeded?: boolean;
  /** Further parameters. */
  readonly parameters?: SampleEvent;
  /** Calls that are alike, and no reason for the alarm. */
  readonly unlike?: { readonly names: readonly string[]; readonly parameters: SampleEvent };
}

const ALLOWS = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' };
const DENIES_HTTP = { Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
const policy = (...Statement: object[]) => ({ bucketPolicy: { Version: '2012-10-17', Statement } });

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html */
const CALLS: Readonly<Record<string, Calls>> = {
  'policy-changed': {
    service: 's3',
    names: ['PutBucketPolicy', 'DeleteBucketPolicy', 'PutBucketPublicAccessBlock', 'DeleteBucketPublicAccessBlock'],
  },
  'plain-http-allowed': {
    service: 's3',
    names: ['PutBucketPolicy'],
    succeeded: true,
    parameters: policy(ALLOWS),
    unlike: { names: ['PutBucketPolicy'], parameters: policy(ALLOWS, DENIES_HTTP) },
  },
  'account-public-access-changed': {
    service: 's3',
    names: ['PutAccountPublicAccessBlock', 'DeleteAccountPublicAccessBlock'],
  },
  'ownership-changed': {
    service: 's3',
    names: ['PutBucketOwnershipControls', 'DeleteBucketOwnershipControls', 'PutBucketAcl'],
  },
  'versioning-changed': { service: 's3', names: ['PutBucketVersioning'] },
  'logging-changed': { service: 's3', names: ['PutBucketLogging'] },
  'protection-changed': {
    service: 's3',
    names: [
      'PutBucketEncryption',
      'DeleteBucketEncryption',
      'PutBucketLifecycle',
      'DeleteBucketLifecycle',
      'PutBucketReplication',
      'DeleteBucketReplication',
      'PutObjectLockConfiguration',
      'DeleteBucket',
    ],
  },
  'lock-bypassed': { service: 's3', names: ['PutObjectRetention', 'DeleteObjects'] },
  'version-deleted': {
    service: 's3',
    names: ['DeleteObject'],
    parameters: { key: 'a', versionId: 'v1' },
    unlike: { names: ['DeleteObject'], parameters: { key: 'a', versionId: undefined } },
  },
  'legal-hold-changed': { service: 's3', names: ['PutObjectLegalHold'] },
  'key-endangered': {
    service: 'kms',
    names: ['DisableKey', 'ScheduleKeyDeletion', 'DeleteImportedKeyMaterial', 'PutKeyPolicy'],
  },
  'trail-stopped': {
    service: 'cloudtrail',
    names: ['StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors'],
  },
};
const ORDINARY = ['GetObject', 'HeadObject', 'ListObjects', 'PutObject', 'CompleteMultipartUpload'];

export function ruleHears(options: RuleHearsGuaranteeOptions): GuaranteeProps {
  const { what, buckets = [], keys = [], trail = [], exceptRoles = [] } = options;
  const calls = CALLS[what];
  if (!calls) throw new Error(`"what" is "${what}"; one of ${Object.keys(CALLS).join(', ')} is needed`);
  return {
    id: 'rule-hears',
    title: `Alarm on ${what}`,
    description:
      `The rule tells its target of every such call (${calls.names.join(', ')}), whoever calls` +
      `${exceptRoles.length > 0 ? ` except ${exceptRoles.map(shown).join(', ')}` : ''}` +
      `${calls.succeeded ? '' : ' and whether or not it succeeds'}, and of no read or upload.`,
    fix: 'Enable the rule on the default event bus, give it a target, and let its pattern match these calls.',
    options,
    resourceType: 'AWS::Events::Rule',
    parts: ({ resource: rule }) => {
      const places = placesOf(calls.service, { buckets, keys, trail });
      const { EventPattern: pattern } = rule.properties;
      const callers = callersOf(rule, exceptRoles);
      const heard = samples(rule, calls, calls.names, calls.parameters, places, callers.told);
      const silent = [
        ...samples(rule, calls, calls.names, calls.parameters, places, callers.quiet),
        ...(calls.unlike
          ? samples(rule, calls, calls.unlike.names, calls.unlike.parameters, places, callers.told)
          : []),
        ...samples(
          rule,
          { ...calls, service: 's3' },
          ORDINARY,
          { key: 'a' },
          placesOf('s3', { buckets }),
          callers.told,
        ),
      ];
      return [...active(rule), all(rule, pattern, heard, true), all(rule, pattern, silent, false)];
    },
  };
}

/** An enabled rule on the bus to which CloudTrail writes, with somebody to tell. */
function active({ path, properties: { State, EventBusName, Targets } }: ResolvedResource): ProofObligation[] {
  const settings: Array<[string, unknown, boolean]> = [
    ['State', State, State === undefined || String(State).startsWith('ENABLED')],
    ['EventBusName', EventBusName, EventBusName === undefined || EventBusName === 'default'],
    ['Targets', Targets, Array.isArray(Targets) && Targets.length > 0],
  ];
  return settings.map(([name, value, holds]) => ({
    setting: `${name} of ${path}`,
    holds,
    reason: `${name} of ${path} is ${shown(JSON.stringify(value) ?? 'not set')}`,
  }));
}

interface Place {
  readonly name: string;
  readonly detail: SampleEvent;
}

function placesOf(
  service: Calls['service'],
  { buckets = [], keys = [], trail = [] }: { buckets?: string[]; keys?: string[]; trail?: string[] },
): Place[] {
  switch (service) {
    case 'kms':
      return keys.map((ARN) => ({ name: ARN, detail: { resources: [{ ARN, type: 'AWS::KMS::Key' }] } }));
    case 'cloudtrail':
      return trail.flatMap((named) =>
        ['name', 'trailName'].map((parameter) => ({
          name: named,
          detail: { requestParameters: { name: undefined, trailName: undefined, [parameter]: named } },
        })),
      );
    default:
      return buckets.length === 0
        ? [{ name: 'the account', detail: { requestParameters: {} } }]
        : buckets.map((bucketName) => ({ name: bucketName, detail: { requestParameters: { bucketName } } }));
  }
}

/**
 * Identities of callers as CloudTrail writes them: those whose calls must be told, and those whose calls must not. A
 * role stands for all that the pattern cannot tell apart; of a session nothing is sampled but its role.
 */
function callersOf({ account, partition, properties }: ResolvedResource, exceptRoles: readonly string[]) {
  const fresh = freshIn(JSON.stringify([properties.EventPattern ?? '', exceptRoles]));
  const roles = `arn:${partition}:iam::${account}:role/`;
  const spelled = textsIn(properties.EventPattern?.detail?.userIdentity).flatMap((text) => {
    const one = text.replaceAll('*', fresh);
    return [one, `${one}${fresh}`, `${roles}${fresh}${one}`];
  });
  return {
    told: [
      ...[`${roles}${fresh}`, ...spelled].filter((arn) => !exceptRoles.includes(arn)).map(session),
      // An IAM user, the root user, an AWS service.
      { sessionContext: undefined },
    ],
    quiet: exceptRoles.map(session),
  };
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function session(arn: string): SampleEvent {
  return { sessionContext: { sessionIssuer: { arn } } };
}

function spelledCaller({ sessionContext }: any): string {
  return sessionContext === undefined ? 'a caller without a role' : sessionContext.sessionIssuer.arn;
}

interface Sample {
  readonly name: string;
  readonly event: SampleEvent;
}

function samples(
  { account, region }: ResolvedResource,
  { service, succeeded }: Calls,
  names: readonly string[],
  parameters: SampleEvent | undefined,
  places: readonly Place[],
  callers: readonly SampleEvent[],
): Sample[] {
  return names.flatMap((eventName) =>
    places.flatMap(({ name, detail }) =>
      callers.flatMap((userIdentity) =>
        (succeeded ? [undefined] : [undefined, 'AccessDenied']).map((errorCode) => ({
          name: `${eventName} on ${shown(name)} by ${spelledCaller(userIdentity)}` + `${errorCode ? ', denied' : ''}`,
          event: {
            source: `aws.${service}`,
            'detail-type': 'AWS API Call via CloudTrail',
            account,
            region,
            detail: {
              eventSource: `${service}.amazonaws.com`,
              eventName,
              eventType: 'AwsApiCall',
              userIdentity,
              errorCode,
              ...detail,
              ...(detail.requestParameters !== undefined && {
                requestParameters: { ...(detail.requestParameters as SampleEvent), ...parameters },
              }),
            },
          },
        })),
      ),
    ),
  );
}

function all({ path }: ResolvedResource, pattern: unknown, of: readonly Sample[], wanted: boolean): ProofObligation {
  const answers = of.map((sample) => ({ ...sample, answer: hears(pattern, sample.event) }));
  const wrong = answers.find(({ answer }) => answer === !wanted) ?? answers.find(({ answer }) => answer === undefined);
  const holds: Answer = wrong === undefined ? true : wrong.answer === undefined ? undefined : false;
  const name = `What ${path} ${wanted ? 'hears' : 'leaves out'}`;
  const verb = holds === undefined ? (wanted ? 'may miss' : 'may tell') : wanted ? 'misses' : 'tells';
  return { setting: name, holds, reason: wrong ? `${path} ${verb} ${wrong.name}` : `${name}: as it must be` };
}
