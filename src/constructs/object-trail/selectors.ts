import { Token } from 'aws-cdk-lib';
import type * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import type { IConstruct } from 'constructs';
import { validationError } from '../../input/validation-error';
import { TrailAccess, type TrailEvents } from '../../model/trail-events';

type Selector = cloudtrail.CfnTrail.AdvancedEventSelectorProperty;
type Field = cloudtrail.CfnTrail.AdvancedFieldSelectorProperty;

/** Over all conditions and selectors. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html */
const MAX_VALUES = 500;

/** What a trail leaves out in every selector: its own target, and the access points of the target by their ARNs. */
export interface Excluded {
  readonly bucketArn: string;
  readonly accessPointArns: readonly string[];
}

/**
 * Selectors of data events. An event that matches any selector is recorded, so each of them leaves out the target.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/filtering-data-events.html
 */
export function dataSelectors(events: readonly TrailEvents[], excluded: Excluded): Selector[] {
  return events.map(({ resourceType, _startsWith: startsWith, _options: options }, index) => {
    const { access = TrailAccess.ALL, exceptCallers = [], exceptEvents = [] } = options;
    const sessions = exceptCallers.filter((arn) => !Token.isUnresolved(arn) && arn.endsWith('/'));
    const callers = exceptCallers.filter((arn) => !sessions.includes(arn));
    return {
      name: `${resourceType.replace(/^AWS::/, '').replace(/::/g, ' ')} ${index + 1}`,
      fieldSelectors: [
        field('eventCategory', { equalTo: ['Data'] }),
        field('resources.type', { equalTo: [resourceType] }),
        field('resources.ARN', { startsWith, notStartsWith: exclusionOf(resourceType, excluded) }),
        ...(access === TrailAccess.ALL ? [] : [field('readOnly', { equalTo: [String(access === TrailAccess.READ)] })]),
        field('userIdentity.arn', { notEquals: callers, notStartsWith: sessions }),
        field('eventName', { notEquals: exceptEvents }),
      ].filter((each): each is Field => each !== undefined),
    };
  });
}

function exclusionOf(resourceType: string, { bucketArn, accessPointArns }: Excluded): string[] {
  switch (resourceType) {
    // With the slash: without it buckets whose names only begin alike would go unheard.
    case 'AWS::S3::Object':
      return [`${bucketArn}/`];
    case 'AWS::S3::AccessPoint':
      return [...accessPointArns];
    default:
      return [];
  }
}

export function managementSelector(writesOnly: boolean): Selector {
  return {
    name: 'Management events',
    fieldSelectors: [
      field('eventCategory', { equalTo: ['Management'] })!,
      ...(writesOnly ? [field('readOnly', { equalTo: ['false'] })!] : []),
    ],
  };
}

/** Requests to S3 through VPC endpoints. @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-network-events-with-cloudtrail.html */
export function networkSelector(deniedOnly: boolean): Selector {
  return {
    name: 'Requests through VPC endpoints',
    fieldSelectors: [
      field('eventCategory', { equalTo: ['NetworkActivity'] })!,
      field('eventSource', { equalTo: ['s3.amazonaws.com'] })!,
      ...(deniedOnly ? [field('errorCode', { equalTo: ['VpceAccessDenied'] })!] : []),
    ],
  };
}

export function requireLimits(scope: IConstruct, selectors: readonly Selector[]): void {
  const values = (selectors as any[])
    .flatMap(({ fieldSelectors }) => fieldSelectors)
    .flatMap(({ field: _, ...operators }) => Object.values<string[]>(operators))
    .reduce((sum, of) => sum + of.length, 0);
  if (values > MAX_VALUES) {
    throw validationError({
      property: 'events',
      actual: `${values} values in all selectors`,
      expected: `at most ${MAX_VALUES}, which is the limit of CloudTrail for a trail`,
      hint: 'record whole buckets instead of prefixes, or all buckets with TrailEvents.ofAllBuckets()',
      scope,
    });
  }
}

/** A condition of a selector, without the operators that have no values. */
function field(name: string, operators: Record<string, string[]>): Field | undefined {
  const used = Object.entries(operators).filter(([, values]) => values.length > 0);
  return used.length === 0 ? undefined : { field: name, ...Object.fromEntries(used) };
}
