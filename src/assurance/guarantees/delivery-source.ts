/** What is guaranteed of the sources for which AWS services act; `Guarantee` names it. */
import type { GuaranteeProps } from './guarantee-props';
import { allOf, never } from './proof-obligation';
import { DELIVERIES } from '../../model/delivery/table';
import type { Conditions } from '../engine/region';
import type { ResourceUnderTest } from '../model/subject';
import { isUnknown } from '../template/unknown';

const SERVICES = DELIVERIES.filter(({ caller }) => caller === 'service');
const statesNoSource = ({ source }: (typeof SERVICES)[number]) => !source?.account && source?.arn === undefined;

/** Principals of which some page does not say that they state their source; opt-in Regions have their own. */
const SILENT = SERVICES.filter(statesNoSource).flatMap(({ principal, optInPrincipal }) => [
  principal,
  ...(optInPrincipal === undefined ? [] : [optInPrincipal]),
]);

/**
 * Those of them that write for an account under keys with its number alone, so that the names of the keys bound them:
 * a load balancer refuses a prefix that holds "AWSLogs".
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
 */
const BY_KEYS = SILENT.filter((silent) =>
  SERVICES.filter(({ principal, optInPrincipal }) => [principal, optInPrincipal].includes(silent)).every(({ keys }) =>
    keys.every((key) => key.startsWith('{prefix}AWSLogs/{account}/')),
  ),
);

const isOneOf = (patterns: readonly string[]) => (service: string) =>
  patterns.some((pattern) =>
    new RegExp(`^${pattern.replace(/\./g, '\\.').replace('{region}', '[a-z0-9-]+')}$`).test(service),
  );
const isBoundByKeys = isOneOf(BY_KEYS);
const isSilent = isOneOf(SILENT);

export function deliveryOnlyFromHere(
  accounts: readonly string[] = [],
  organizations: readonly string[] = [],
): GuaranteeProps {
  return {
    id: 'delivery-only-from-here',
    title: 'AWS services act for this account only',
    description:
      'No AWS service that the policy allows may act for a resource of another account or organization, ' +
      'nor without saying for whom.',
    fix: 'Bound each statement that allows an AWS service by aws:SourceAccount, aws:SourceArn or aws:SourceOrgID.',
    options: organizations.length === 0 ? accounts : { accounts, organizations },
    parts: (subject) => {
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
      const trusted = [...organizations, ...spelled('aws:sourceorgid')];
      const fromElsewhere: Conditions = {
        StringNotEquals: {
          'aws:SourceAccount': own,
          ...(trusted.length > 0 && { 'aws:SourceOrgID': trusted }),
        },
        ArnNotLike: { 'aws:SourceArn': [...own.map((account) => `arn:*:*:*:${account}:*`), ...buckets] },
      };
      return callersOf(subject).map(({ who, byKeys }) =>
        never(subject, {
          actions: ['s3:*'],
          when: allOf(who, fromElsewhere),
          ...(byKeys && { keys: ['*'], notResources: own.map((account) => `${subject.arn}/*AWSLogs/${account}/*`) }),
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

interface Callers {
  readonly who: Conditions;
  /** Whether they are bound where they write to nothing but keys with the number of an account. */
  readonly byKeys?: boolean;
}

/** The services that the policy names; and all of them, where a statement for everybody is meant for services. */
function callersOf({ bucket }: ResourceUnderTest): Callers[] {
  const allows = bucket.policies
    .flatMap(({ policy }) => policy.statements)
    .filter(({ effect, principals }) => effect === 'Allow' && principals !== undefined);
  const named = [
    ...new Set(
      allows
        .flatMap(({ principals = [] }) => principals)
        .filter(({ type, value }) => type === 'Service' && !isUnknown(value))
        .map(({ value }) => value),
    ),
  ];
  const services = named.filter((service) => !isSilent(service));
  const byKeys = named.filter(isBoundByKeys);
  const isForServices = allows.some(
    ({ principals = [], notPrincipal, conditions }) =>
      (notPrincipal === true || principals.some(({ type }) => type === '*')) &&
      conditions.some(({ key }) => OF_SERVICES.includes(key)),
  );
  const among = (found: readonly string[]): Conditions => ({ StringEquals: { 'aws:PrincipalServiceName': found } });
  return [
    ...(services.length > 0 ? [{ who: among(services) }] : []),
    ...(byKeys.length > 0 ? [{ who: among(byKeys), byKeys: true }] : []),
    ...(isForServices
      ? [
          {
            who: {
              Bool: { 'aws:PrincipalIsAWSService': 'true' },
              StringNotEquals: { 'aws:PrincipalServiceName': [...SILENT, ...named] },
            },
          },
        ]
      : []),
  ];
}
