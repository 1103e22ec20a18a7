/** What is guaranteed of the sources for which AWS services act; `Guarantee` names it. */
import type { GuaranteeProps } from './guarantee-props';
import { allOf, never } from './proof-obligation';
import { DELIVERIES } from '../../model/delivery/table';
import type { Conditions } from '../engine/region';
import type { ResourceUnderTest } from '../model/subject';
import { isUnknown } from '../template/unknown';

/** Principals of which no page says that they state their source, and who therefore cannot be bound to it. */
const UNBOUND = new Set(
  DELIVERIES.filter(({ caller, source }) => caller === 'service' && !source?.account && source?.arn === undefined).map(
    ({ principal }) => principal,
  ),
);

export function deliveryOnlyFromHere(accounts: readonly string[]): GuaranteeProps {
  return {
    id: 'delivery-only-from-here',
    title: 'AWS services act for this account only',
    description:
      'No AWS service that the policy allows may act for a resource of another account or organization, ' +
      'nor without saying for whom.',
    fix: 'Bound each statement that allows an AWS service by aws:SourceAccount, aws:SourceArn or aws:SourceOrgID.',
    options: accounts,
    parts: (subject) => {
      const callers = callersOf(subject);
      if (callers.length === 0) return [];
      const own = [subject.bucket.resource.account, ...accounts];
      const spelled = (key: string) => [
        ...new Set(
          subject.bucket.policies
            .flatMap(({ policy }) => policy.statements)
            .flatMap(({ conditions }) => conditions)
            .filter((condition) => condition.key === key)
            .flatMap(({ values }) => values)
            .filter((value) => !/[*?]|\$\{/.test(value) && !isUnknown(value)),
        ),
      ];
      // The ARN of a bucket holds no account: who spells it out has named a source.
      const buckets = spelled('aws:sourcearn').filter((arn) => /^arn:[^:]+:s3:::/.test(arn));
      const organizations = spelled('aws:sourceorgid');
      return callers.map((who) =>
        never(subject, {
          actions: ['s3:*'],
          when: allOf(who, {
            StringNotEquals: {
              'aws:SourceAccount': own,
              ...(organizations.length > 0 && { 'aws:SourceOrgID': organizations }),
            },
            ArnNotLike: { 'aws:SourceArn': [...own.map((account) => `arn:*:*:*:${account}:*`), ...buckets] },
          }),
        }),
      );
    },
  };
}

/** What a statement for everybody says of its callers where it is meant for services. */
const OF_SERVICES = [
  'aws:principalisawsservice',
  'aws:principalservicename',
  'aws:principalservicenameslist',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceorgid',
  'aws:sourceorgpaths',
];

/** The services that the policy names; and all of them, where a statement for everybody is meant for services. */
function callersOf({ bucket }: ResourceUnderTest): Conditions[] {
  const allows = bucket.policies
    .flatMap(({ policy }) => policy.statements)
    .filter(({ effect, principals }) => effect === 'Allow' && principals !== undefined);
  const named = allows
    .flatMap(({ principals = [] }) => principals)
    .filter(({ type, value }) => type === 'Service' && !isUnknown(value))
    .map(({ value }) => value);
  const services = [...new Set(named)].filter((service) => !UNBOUND.has(service));
  const isForServices = allows.some(
    ({ principals = [], notPrincipal, conditions }) =>
      (notPrincipal === true || principals.some(({ type }) => type === '*')) &&
      conditions.some(({ key }) => OF_SERVICES.includes(key)),
  );
  return [
    ...(services.length > 0 ? [{ StringEquals: { 'aws:PrincipalServiceName': services } }] : []),
    ...(isForServices
      ? [
          {
            Bool: { 'aws:PrincipalIsAWSService': 'true' },
            StringNotEquals: { 'aws:PrincipalServiceName': [...UNBOUND, ...services] },
          },
        ]
      : []),
  ];
}
