/**
 * What is guaranteed of trails: which data events the selectors of the templates record. `Guarantee` names each of
 * them.
 */
import type { GuaranteeProps } from './guarantee-props';
import type { ProofObligation } from './proof-obligation';
import type { ResolvedResource } from '../model/resolve';
import type { ResourceUnderTest } from '../model/subject';

/** A data event on an object, as far as selectors look at it. */
type DataEvent = Readonly<
  Record<
    | 'eventCategory'
    | 'resources.type'
    | 'resources.ARN'
    | 'readOnly'
    | 'eventName'
    | 'userIdentity.arn'
    | 'eventSource'
    | 'sessionCredentialFromConsole',
    string
  >
>;
type Condition = Readonly<Record<string, unknown>>;

const TYPE = 'AWS::S3::Object';

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
      const trails = subject.model.resources.filter((resource) => hears(resource, subject));
      const missed = events(subject, trails).find((event) => !trails.some((trail) => records(trail, event)));
      return [
        shown(
          'Data events',
          missed === undefined && trails.length > 0,
          trails.length === 0 ? 'no trail is switched on for this bucket' : `no trail records ${spell(missed)}`,
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
    fix:
      'Add resources.ARN NotStartsWith with the ARN of the bucket and a slash to each advanced event ' +
      'selector of AWS::S3::Object.',
    parts: (subject) => {
      const trails = subject.model.resources.filter(
        (resource) => isTrail(resource) && resource.properties.S3BucketName === subject.bucket.name,
      );
      return trails.map((trail) => {
        const recorded = events(subject, [trail]).find((event) => records(trail, event));
        return shown(
          `The trail ${trail.path}`,
          recorded === undefined,
          `it records ${spell(recorded)} of its own target`,
        );
      });
    },
  };
}

function shown(name: string, holds: boolean, reason: string): ProofObligation {
  return { setting: name, holds, reason: holds ? `${name}: as it must be` : reason };
}

function spell(event: DataEvent | undefined): string {
  return event
    ? `${event.eventName} (readOnly ${event.readOnly}) on ${event['resources.ARN']} by ${event['userIdentity.arn']}`
    : 'anything';
}

function isTrail(resource: ResolvedResource): boolean {
  return resource.type === 'AWS::CloudTrail::Trail' && resource.exists;
}

/** A trail that is there in any case, switched on, and where the bucket is. */
function hears(resource: ResolvedResource, { resource: bucket }: ResourceUnderTest): boolean {
  if (!isTrail(resource)) return false;
  const { IsLogging, IsMultiRegionTrail, IsOrganizationTrail } = resource.properties;
  const on = (value: unknown) => value === true || value === 'true';
  return (
    on(IsLogging) &&
    (on(IsMultiRegionTrail) || resource.region === bucket.region) &&
    (on(IsOrganizationTrail) || resource.account === bucket.account)
  );
}

/**
 * Events that selectors can tell apart: for each field every value that a selector names, what only begins with one,
 * and a value that none names.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/filtering-data-events.html
 */
function events(
  { arn, resource: { account, partition } }: ResourceUnderTest,
  trails: readonly ResolvedResource[],
): DataEvent[] {
  const conditions = trails.flatMap(advancedSelectors).flat();
  const named = (field: string) =>
    conditions
      .filter((condition) => condition.Field === field)
      .flatMap(({ Field: _, ...operators }) => Object.values(operators).flat())
      .filter((value): value is string => typeof value === 'string');
  const around = (values: readonly string[], fresh: string) => [
    ...new Set([fresh, ...values.flatMap((value) => [value, `${value}x`, `x${value}`])]),
  ];
  const objects = around([...named('resources.ARN'), ...trails.flatMap(basicValues)], `${arn}/key`).filter(
    (object) => object.startsWith(`${arn}/`) && object !== `${arn}/`,
  );
  const callers = around(named('userIdentity.arn'), `arn:${partition}:iam::${account}:user/anybody`);
  return objects.flatMap((object) =>
    callers.flatMap((caller) =>
      around(named('eventName'), 'GetObject').flatMap((eventName) =>
        ['true', 'false'].flatMap((readOnly) =>
          ['true', 'false'].map((console) => ({
            eventCategory: 'Data',
            'resources.type': TYPE,
            'resources.ARN': object,
            readOnly,
            eventName,
            'userIdentity.arn': caller,
            eventSource: 's3.amazonaws.com',
            sessionCredentialFromConsole: console,
          })),
        ),
      ),
    ),
  );
}

/** The conditions of each selector; all of them must hold. */
function advancedSelectors({ properties }: ResolvedResource): Condition[][] {
  return list(properties.AdvancedEventSelectors).map(({ FieldSelectors }) => list(FieldSelectors));
}

/** The beginnings of ARNs that basic selectors name. */
function basicValues({ properties }: ResolvedResource): string[] {
  return list(properties.EventSelectors)
    .flatMap(({ DataResources }) => list(DataResources))
    .filter(({ Type }) => Type === TYPE)
    .flatMap(({ Values }) => (Array.isArray(Values) ? Values : []));
}

function records(trail: ResolvedResource, event: DataEvent): boolean {
  return (
    advancedSelectors(trail).some(
      (conditions) => conditions.length > 0 && conditions.every((condition) => matches(condition, event)),
    ) ||
    list(trail.properties.EventSelectors).some(
      ({ ReadWriteType = 'All', DataResources }) =>
        (ReadWriteType === 'All' || (ReadWriteType === 'ReadOnly') === (event.readOnly === 'true')) &&
        list(DataResources).some(
          ({ Type, Values }) =>
            Type === TYPE && Array.isArray(Values) && Values.some((value) => event['resources.ARN'].startsWith(value)),
        ),
    )
  );
}

/** The positive operators of a field are alternatives; each of the others must hold as well. */
function matches({ Field, ...operators }: Condition, event: DataEvent): boolean {
  const value = event[Field as keyof DataEvent];
  if (value === undefined) return false;
  const any = (name: string, test: (operand: string) => boolean) =>
    Array.isArray(operators[name]) ? (operators[name] as string[]).some(test) : undefined;
  const positive = [
    any('Equals', (operand) => value === String(operand)),
    any('StartsWith', (operand) => value.startsWith(operand)),
    any('EndsWith', (operand) => value.endsWith(operand)),
  ].filter((answer) => answer !== undefined);
  const negative = [
    any('NotEquals', (operand) => value === operand),
    any('NotStartsWith', (operand) => value.startsWith(operand)),
    any('NotEndsWith', (operand) => value.endsWith(operand)),
  ];
  return (positive.length === 0 || positive.includes(true)) && !negative.includes(true);
}

function list(value: unknown): any[] {
  return Array.isArray(value) ? value : [];
}
