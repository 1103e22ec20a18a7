/**
 * What is guaranteed of trails: which data events the selectors of the templates record. `AuditGuarantees` names each
 * of them.
 */
import type { GuaranteeProps } from './guarantee-props';
import { isTrue, type ProofObligation } from './proof-obligation';
import {
  ACCESS_POINT,
  eventsOf,
  every,
  OBJECT,
  OBJECT_LAMBDA,
  records,
  restsOnCallers,
  some,
  spell,
  type Answer,
  type Asked,
} from './trail-events';
import type { ResolvedResource } from '../model/resolve';
import type { ResourceUnderTest } from '../model/subject';
import { sameName } from '../template/same-name';
import { isUnknown, shown } from '../template/unknown';

const TRAIL = 'AWS::CloudTrail::Trail';

export function objectEventsRecorded(): GuaranteeProps {
  return {
    id: 'object-events-recorded',
    title: 'Object events recorded',
    description:
      'Every read and write of an object of the bucket, whoever makes it, is recorded by a trail of the ' +
      'templates that is switched on.',
    fix:
      'Add an advanced event selector for AWS::S3::Object that names the bucket, without conditions on ' +
      'readOnly, eventName or userIdentity.arn.',
    parts: (subject) => {
      const trails = subject.model.ofType(TRAIL).filter((trail) => hears(trail, subject) !== false);
      const asked = objectsOf(subject);
      return [
        trails.length === 0
          ? obligation('Data events', false, 'no trail is switched on for this bucket')
          : recorded('Data events', asked, trails, (event) =>
              some(trails.map((trail) => every([hears(trail, subject), records(trail, event)]))),
            ),
      ];
    },
  };
}

export function trailTargetExcluded(): GuaranteeProps {
  return {
    id: 'trail-target-excluded',
    title: 'Trail leaves out its target',
    description:
      'No trail that delivers into the bucket records the data events of the bucket: each delivery would ' +
      'be recorded again, without end.',
    fix: LEAVE_OUT,
    parts: (subject) =>
      subject.model
        .ofType(TRAIL)
        .filter((trail) => isTarget(trail, subject.bucket.name, subject))
        .map((trail) => leavesOut(trail, objectsOf(subject))),
  };
}

const LEAVE_OUT =
  'Add resources.ARN NotStartsWith with the ARN of the bucket and a slash to each advanced event ' +
  'selector of AWS::S3::Object.';

/** Events that a trail must record. */
export interface TrailRecordsGuaranteeOptions {
  /** `AWS::S3::Object`, `AWS::S3::AccessPoint` or `AWS::S3ObjectLambda::AccessPoint`. */
  readonly resourceType: string;

  /**
   * Beginnings of the ARNs of the resources, as selectors spell them.
   *
   * @default - every resource of the type in the account, those of the trail's target excepted
   */
  readonly startsWith?: string[];

  /**
   * Whether reads alone (`true`) or writes alone (`false`) must be recorded.
   *
   * @default - both
   */
  readonly readOnly?: boolean;

  /**
   * Callers whose events may be missing: ARNs, or the beginning of one that ends in a slash.
   *
   * @default - nobody
   */
  readonly exceptCallers?: string[];

  /**
   * Names of events that may be missing.
   *
   * @default - none
   */
  readonly exceptEvents?: string[];
}

/** Types and the beginnings of the ARNs of all their resources. */
const ALL: Readonly<Record<string, (of: ResolvedResource) => string>> = {
  [OBJECT]: ({ partition }) => `arn:${partition}:s3:::`,
  [ACCESS_POINT]: ({ partition, region, account }) => `arn:${partition}:s3:${region}:${account}:accesspoint/`,
  [OBJECT_LAMBDA]: ({ partition, region, account }) =>
    `arn:${partition}:s3-object-lambda:${region}:${account}:accesspoint/`,
};

export function trailRecords(options: TrailRecordsGuaranteeOptions): GuaranteeProps {
  const { resourceType, startsWith = [], readOnly, exceptCallers, exceptEvents } = options;
  const all = ALL[resourceType];
  if (!all) throw new Error(`"resourceType" is "${resourceType}"; one of ${Object.keys(ALL).join(', ')} is needed`);
  return {
    id: 'trail-records',
    title: `Trail records ${resourceType}`,
    description:
      `The trail is switched on and records every ${readOnly === undefined ? '' : readOnly ? 'read ' : 'write '}event ` +
      `of ${startsWith.length > 0 ? startsWith.map(shown).join(', ') : `all resources of ${resourceType}`}, whoever ` +
      `calls${exceptCallers?.length ? ` except ${exceptCallers.map(shown).join(', ')}` : ''}.`,
    fix:
      `Add an advanced event selector for ${resourceType} that names these resources, without further conditions, and ` +
      'switch the trail on.',
    options,
    resourceType: TRAIL,
    parts: ({ resource: trail }) => {
      const asked: Asked = {
        type: resourceType,
        startsWith: startsWith.length > 0 ? startsWith : [all(trail)],
        readOnly,
        exceptCallers,
        exceptEvents,
        account: trail.account,
        partition: trail.partition,
      };
      const target = resourceType === OBJECT ? `${all(trail)}${String(trail.properties.S3BucketName)}/` : undefined;
      return [
        isOn(trail),
        recorded(`The trail ${trail.path}`, asked, [trail], (event) =>
          target !== undefined && event['resources.ARN'].startsWith(target) ? true : records(trail, event),
        ),
      ];
    },
  };
}

export function trailLeavesOutTarget(): GuaranteeProps {
  return {
    id: 'trail-leaves-out-target',
    title: 'Trail does not record its own deliveries',
    description:
      'The trail records no data event of the bucket that it delivers to, nor of the access points of that bucket: ' +
      'each delivery would be recorded again, without end.',
    fix: LEAVE_OUT,
    resourceType: TRAIL,
    parts: ({ resource: trail, model }) => {
      const name = String(trail.properties.S3BucketName);
      const { account, partition } = trail;
      const objects = { type: OBJECT, startsWith: [`arn:${partition}:s3:::${name}/`], account, partition };
      const points = model.accessPoints.filter(({ bucketName }) => sameName(bucketName, name, model.world));
      return [
        objects,
        ...points.map(({ arn }) => ({ type: ACCESS_POINT, startsWith: [arn, `${arn}/`], account, partition })),
      ].map((asked) => leavesOut(trail, asked));
    },
  };
}

export function trailFilesSigned(): GuaranteeProps {
  return {
    id: 'trail-files-signed',
    title: 'Log files of the trail are signed',
    description: 'CloudTrail delivers signed digests of the log files, which show a file that was changed or removed.',
    fix: 'Set EnableLogFileValidation to true.',
    resourceType: TRAIL,
    parts: ({ properties }) => [
      obligation(
        'EnableLogFileValidation',
        stated(properties.EnableLogFileValidation),
        `EnableLogFileValidation is ${String(properties.EnableLogFileValidation)}`,
      ),
    ],
  };
}

function objectsOf({ arn, resource: { account, partition } }: ResourceUnderTest): Asked {
  return { type: OBJECT, startsWith: [`${arn}/`], account, partition };
}

function recorded(
  name: string,
  asked: Asked,
  trails: readonly ResolvedResource[],
  test: (event: ReturnType<typeof eventsOf>[number]) => Answer,
): ProofObligation {
  const answers = eventsOf(asked, trails).map((event) => ({ event, answer: test(event) }));
  const missed = answers.find(({ answer }) => answer === false) ?? answers.find(({ answer }) => answer === undefined);
  return {
    ...obligation(
      name,
      missed === undefined ? true : missed.answer === false ? false : undefined,
      missed === undefined ? '' : `no trail records ${spell(missed.event)}`,
    ),
    axioms: restsOnCallers(trails) ? ['trail-callers-without-arn'] : [],
  };
}

function leavesOut(trail: ResolvedResource, asked: Asked): ProofObligation {
  const answers = eventsOf(asked, [trail]).map((event) => ({ event, answer: records(trail, event) }));
  const heard = answers.find(({ answer }) => answer === true) ?? answers.find(({ answer }) => answer === undefined);
  return obligation(
    `The trail ${trail.path}`,
    heard === undefined ? true : heard.answer === true ? false : undefined,
    heard === undefined ? '' : `it records ${spell(heard.event)} of its own target`,
  );
}

function obligation(name: string, holds: Answer, reason: string): ProofObligation {
  return {
    setting: name,
    holds,
    reason: holds ? `${name}: as it must be` : holds === undefined ? `open, whether ${shown(reason)}` : reason,
  };
}

function isOn({ path, properties: { IsLogging } }: ResolvedResource): ProofObligation {
  return obligation(`IsLogging of ${path}`, stated(IsLogging), `IsLogging of ${path} is ${String(IsLogging)}`);
}

/** Whether a setting is true; undefined where only the deployment knows. */
function stated(value: unknown): Answer {
  return typeof value === 'string' && isUnknown(value) ? undefined : isTrue(value);
}

/** A trail that is switched on, where the bucket is. */
function hears(trail: ResolvedResource, { resource: bucket }: ResourceUnderTest): Answer {
  const { IsLogging, IsMultiRegionTrail, IsOrganizationTrail } = trail.properties;
  return every([
    stated(IsLogging),
    trail.region === bucket.region || stated(IsMultiRegionTrail),
    trail.account === bucket.account || stated(IsOrganizationTrail),
  ]);
}

function isTarget({ properties }: ResolvedResource, name: string, { model }: ResourceUnderTest): boolean {
  const target: unknown = properties.S3BucketName;
  return typeof target === 'string' && sameName(target, name, model.world);
}
