/** What is guaranteed of the sources for which AWS services act; `Guarantee` names it. */
import type { GuaranteeProps } from './guarantee-props';
import { never } from './proof-obligation';
import { DELIVERIES } from '../../model/delivery/table';
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
      const services = servicesOf(subject);
      if (services.length === 0) return [];
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
      return [
        never(subject, {
          actions: ['s3:*'],
          when: {
            StringEquals: { 'aws:PrincipalServiceName': services },
            StringNotEquals: {
              'aws:SourceAccount': own,
              ...(organizations.length > 0 && { 'aws:SourceOrgID': organizations }),
            },
            ArnNotLike: { 'aws:SourceArn': [...own.map((account) => `arn:*:*:*:${account}:*`), ...buckets] },
          },
        }),
      ];
    },
  };
}

/** The services that the policy allows by name, and that state their source. */
export function servicesOf({ bucket }: ResourceUnderTest): string[] {
  const named = bucket.policies
    .flatMap(({ policy }) => policy.statements)
    .filter(({ effect }) => effect === 'Allow')
    .flatMap(({ principals = [] }) => principals)
    .filter(({ type, value }) => type === 'Service' && !isUnknown(value))
    .map(({ value }) => value);
  return [...new Set(named)].filter((service) => !UNBOUND.has(service));
}
