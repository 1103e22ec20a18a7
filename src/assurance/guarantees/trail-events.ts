/**
 * Data events of S3 and what selectors of a trail record of them, as CloudTrail documents them. True and false are
 * certain; undefined where only the deployment knows.
 */
import type { ResolvedResource } from '../model/resolve';
import { isUnknown } from '../template/unknown';

export const OBJECT = 'AWS::S3::Object';
export const ACCESS_POINT = 'AWS::S3::AccessPoint';
export const OBJECT_LAMBDA = 'AWS::S3ObjectLambda::AccessPoint';

/** A data event, as far as selectors look at it. */
export interface DataEvent {
  readonly eventCategory: string;
  readonly 'resources.type': string;
  readonly 'resources.ARN': string;
  readonly readOnly: string;
  readonly eventName: string;
  readonly eventSource: string;
  readonly eventType: string;
  /** Absent where an AWS service or nobody calls. */
  readonly 'userIdentity.arn'?: string;
  readonly sessionCredentialFromConsole: string;
}

export type Answer = boolean | undefined;
type Condition = Readonly<Record<string, unknown>>;

/**
 * Names of events on objects, by whether they only read.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html
 */
const NAMES: Readonly<Record<'true' | 'false', readonly string[]>> = {
  true: [
    'GetObject',
    'GetObjectAcl',
    'GetObjectAttributes',
    'GetObjectLegalHold',
    'GetObjectRetention',
    'GetObjectTagging',
    'GetObjectTorrent',
    'HeadObject',
    'ListMultipartUploads',
    'ListObjects',
    'ListObjectVersions',
    'ListParts',
    'SelectObjectContent',
  ],
  false: [
    'AbortMultipartUpload',
    'CompleteMultipartUpload',
    'CopyObject',
    'CreateMultipartUpload',
    'DeleteObject',
    'DeleteObjects',
    'DeleteObjectTagging',
    'PutObject',
    'PutObjectAcl',
    'PutObjectLegalHold',
    'PutObjectRetention',
    'PutObjectTagging',
    'RestoreObject',
    'UploadPart',
    'UploadPartCopy',
  ],
};

/** A word that is nowhere in the text: it stands for everything that the text does not name. */
export function freshIn(text: string): string {
  for (let number = 0; ; number += 1) {
    const word = number === 0 ? 'key' : `key-${number}`;
    if (!text.includes(word)) return word;
  }
}

/** The resources whose events are asked about. */
export interface Asked {
  readonly type: string;
  /** Beginnings of the ARNs. */
  readonly startsWith: readonly string[];
  readonly readOnly?: boolean;
  /** Callers whose events are not asked about, as selectors name them. */
  readonly exceptCallers?: readonly string[];
  readonly exceptEvents?: readonly string[];
  readonly account: string;
  readonly partition: string;
}

/**
 * One event for each way in which the selectors of the trails can tell events apart: by the longest beginning and end
 * that they name of a field, by each value, and by what nobody names.
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/filtering-data-events.html
 */
export function eventsOf(asked: Asked, trails: readonly ResolvedResource[]): DataEvent[] {
  const conditions = trails.flatMap(advancedSelectors).flat();
  const { exceptCallers = [], exceptEvents = [] } = asked;
  const basic = trails.flatMap((trail) => basicResources(trail).flatMap(({ values }) => values));
  const fresh = freshIn(JSON.stringify([conditions, basic, asked]));
  const arns = valuesOf(conditions, 'resources.ARN', fresh, [...asked.startsWith, ...basic]).filter((arn) =>
    asked.startsWith.some((start) => arn.startsWith(start) && arn !== start),
  );
  const somebody = `arn:${asked.partition}:iam::${asked.account}:user/${fresh}`;
  const callers = [somebody, ...valuesOf(conditions, 'userIdentity.arn', fresh, [])]
    .filter((arn) => !exceptCallers.some((except) => (except.endsWith('/') ? arn.startsWith(except) : arn === except)))
    .map((arn): string | undefined => arn);
  const names = valuesOf(conditions, 'eventName', fresh, []).filter((name) => !exceptEvents.includes(name));
  const named = conditions.some(({ Field }) => Field === 'eventName');
  const calls = (['true', 'false'] as const)
    .filter((readOnly) => asked.readOnly === undefined || String(asked.readOnly) === readOnly)
    .flatMap((readOnly) => {
      const other = NAMES[readOnly === 'true' ? 'false' : 'true'];
      // Where no selector tells names apart, one name shows what happens to all of them.
      const known = NAMES[readOnly].filter((name) => !exceptEvents.includes(name));
      if (!named) return [{ readOnly, eventName: known[0] ?? fresh }];
      return [...new Set([...known, ...names.filter((name) => !other.includes(name))])].map((eventName) => ({
        readOnly,
        eventName,
      }));
    });
  const consoles = conditions.some(({ Field }) => Field === 'sessionCredentialFromConsole')
    ? ['true', 'false']
    : ['false'];
  return arns.flatMap((arn) =>
    [...callers, undefined].flatMap((caller) =>
      calls.flatMap((call) =>
        consoles.map((sessionCredentialFromConsole) => ({
          eventCategory: 'Data',
          'resources.type': asked.type,
          'resources.ARN': arn,
          ...call,
          eventSource: asked.type === OBJECT_LAMBDA ? 's3-object-lambda.amazonaws.com' : 's3.amazonaws.com',
          eventType: 'AwsApiCall',
          ...(caller !== undefined && { 'userIdentity.arn': caller }),
          sessionCredentialFromConsole,
        })),
      ),
    ),
  );
}

export function spell(event: DataEvent): string {
  const { eventName, readOnly, 'resources.ARN': arn, 'userIdentity.arn': caller } = event;
  return `${eventName} (readOnly ${readOnly}) on ${arn} by ${caller ?? 'a caller without an ARN'}`;
}

/** Each longest beginning with each longest end, what is spelled out, and what is neither. */
function valuesOf(conditions: readonly Condition[], field: string, fresh: string, more: readonly string[]): string[] {
  const named = (...operators: string[]) =>
    conditions
      .filter(({ Field }) => Field === field)
      .flatMap((condition) => operators.flatMap((operator) => texts(condition[operator])));
  const starts = ['', ...more, ...named('StartsWith', 'NotStartsWith')];
  const ends = ['', ...named('EndsWith', 'NotEndsWith')];
  return [
    ...new Set([
      ...starts.flatMap((start) => ends.map((end) => `${start}${fresh}${end}`)),
      ...named('Equals', 'NotEquals'),
    ]),
  ];
}

/** Whether the trail records the event. */
export function records(trail: ResolvedResource, event: DataEvent): Answer {
  const advanced = advancedSelectors(trail).map((conditions) =>
    conditions.length === 0 ? false : every(conditions.map((condition) => matches(condition, event))),
  );
  const basic = basicResources(trail).map(({ readWrite, type, values }): Answer =>
    type !== event['resources.type']
      ? false
      : every([
          readWrite === undefined || isUnknown(readWrite)
            ? undefined
            : readWrite === 'All' || (readWrite === 'ReadOnly') === (event.readOnly === 'true'),
          some(values.map((value) => (isUnknown(value) ? undefined : event['resources.ARN'].startsWith(value)))),
        ]),
  );
  return some([...advanced, ...basic]);
}

/** The positive operators of a field are alternatives; each of the others must hold as well. */
function matches({ Field, ...operators }: Condition, event: DataEvent): Answer {
  const value = event[Field as keyof DataEvent];
  const any = (name: string, test: (operand: string) => boolean): Answer[] =>
    operators[name] === undefined
      ? []
      : [some(texts(operators[name]).map((operand) => (isUnknown(operand) ? undefined : test(operand))))];
  if (value === undefined) return Field === 'userIdentity.arn' && !isPositive(operators);
  const positive = [
    ...any('Equals', (operand) => value === operand),
    ...any('StartsWith', (operand) => value.startsWith(operand)),
    ...any('EndsWith', (operand) => value.endsWith(operand)),
  ];
  const negative = [
    ...any('NotEquals', (operand) => value === operand),
    ...any('NotStartsWith', (operand) => value.startsWith(operand)),
    ...any('NotEndsWith', (operand) => value.endsWith(operand)),
  ].map((answer) => (answer === undefined ? undefined : !answer));
  const isRead = [...positive, ...negative].length > 0;
  return isRead ? every([...(positive.length === 0 ? [] : [some(positive)]), ...negative]) : undefined;
}

function isPositive(operators: Condition): boolean {
  return ['Equals', 'StartsWith', 'EndsWith'].some((name) => operators[name] !== undefined);
}

/** Whether what selectors make of events without a caller's ARN decides: no page says it. */
export function restsOnCallers(trails: readonly ResolvedResource[]): boolean {
  return trails
    .flatMap(advancedSelectors)
    .flat()
    .some(({ Field }) => Field === 'userIdentity.arn');
}

/** The conditions of each selector; all of them must hold. */
function advancedSelectors({ properties }: ResolvedResource): Condition[][] {
  return list(properties.AdvancedEventSelectors).map((selector) => list(selector?.FieldSelectors));
}

interface BasicResource {
  readonly readWrite?: string;
  readonly type: string;
  readonly values: string[];
}

function basicResources({ properties }: ResolvedResource): BasicResource[] {
  return list(properties.EventSelectors).flatMap((selector) =>
    list(selector?.DataResources).map((resource) => ({
      readWrite: String(selector.ReadWriteType ?? 'All'),
      type: String(resource?.Type),
      values: texts(resource?.Values),
    })),
  );
}

export function every(answers: readonly Answer[]): Answer {
  return answers.includes(false) ? false : answers.includes(undefined) ? undefined : true;
}

export function some(answers: readonly Answer[]): Answer {
  return answers.includes(true) ? true : answers.includes(undefined) ? undefined : false;
}

function texts(value: unknown): string[] {
  return list(value).map(String);
}

function list(value: unknown): any[] {
  return Array.isArray(value) ? value : [];
}
