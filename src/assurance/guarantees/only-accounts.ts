import type { GuaranteeProps } from './guarantee-props';
import { never, NOT_A_SERVICE, type ProofObligation, type RegionOptions } from './proof-obligation';
import { ELB_ACCOUNTS } from '../../model/delivery/table';
import type { Statement } from '../engine/policy';
import { accountOfPrincipal } from '../engine/statement-match';
import { deliveriesInto } from '../model/deliveries';
import { environmentOf, withoutOwnAccessIdentities, type ResourceUnderTest } from '../model/subject';

export function onlyAccounts(accounts: readonly string[]): GuaranteeProps {
  for (const account of accounts) {
    if (!/^\d{12}$/.test(account)) {
      throw new Error(`"accounts" has "${account}"; an account id of twelve digits is needed`);
    }
  }
  return {
    id: 'only-accounts',
    title: accounts.length === 0 ? 'Only this account' : `Only this account and ${accounts.join(', ')}`,
    description: 'No request by a principal of another account, or by an anonymous caller, is allowed.',
    fix: 'Remove the statement that allows others, or add a condition on aws:PrincipalAccount.',
    options: accounts,
    parts: (subject) => {
      const own = [subject.bucket.resource.account, ...accounts];
      const balancers = elbAccounts(subject).filter((account) => !own.includes(account));
      return [
        never(subject, {
          actions: ['s3:*'],
          when: { ...NOT_A_SERVICE, StringNotEquals: { 'aws:PrincipalAccount': [...own, ...balancers] } },
          ...forOutsiders(subject),
        }),
        ...balancers.flatMap((account) => bounded(subject, account)),
      ];
    },
  };
}

/**
 * In older Regions load balancers deliver their logs by an account of Elastic Load Balancing. Network Load Balancers do
 * not, but the CDK allows that account for them as well.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
 */
function elbAccounts({ model, bucket }: ResourceUnderTest): string[] {
  const delivering = deliveriesInto(model, bucket)
    .filter(({ requester }) => /^AWS::ElasticLoadBalancing(V2)?::LoadBalancer$/.test(requester.type))
    .flatMap(({ requester }) => ELB_ACCOUNTS[requester.region] ?? []);
  return [...new Set(delivering)];
}

/** It writes the logs of load balancers of the account, and does nothing else. */
function bounded(subject: ResourceUnderTest, account: string): ProofObligation[] {
  const asked = { when: { StringEquals: { 'aws:PrincipalAccount': account } }, ...forOutsiders(subject) };
  return [
    never(subject, { actions: ['s3:PutObject'], notActions: true, ...asked }),
    never(subject, {
      actions: ['s3:PutObject'],
      keys: ['*'],
      notResources: [`${subject.arn}/*AWSLogs/${subject.bucket.resource.account}/*`],
      ...asked,
    }),
  ];
}

/**
 * What decides about callers of other accounts: distributions of the account read by identities that belong to no
 * account, and access points of the account that the templates do not have are as their owner wants them.
 */
export function forOutsiders(subject: ResourceUnderTest): Pick<RegionOptions, 'environment' | 'axioms'> {
  const resourcePolicies = withoutOwnAccessIdentities(subject, environmentOf(subject).resourcePolicies);
  const outsiders = resourcePolicies
    .flatMap(({ statements }) => statements)
    .filter(
      (statement) => statement.effect === 'Allow' && mayMeanOutsiders(statement, subject.bucket.resource.account),
    );
  const delegates =
    outsiders.length > 0 && outsiders.every((one) => isForOwnAccessPoints(one, subject.bucket.resource.account));
  return {
    environment: { resourcePolicies, trustsOwnAccessPoints: delegates },
    axioms: delegates ? ['own-access-points'] : [],
  };
}

function mayMeanOutsiders({ principals = [], notPrincipal }: Statement, account: string): boolean {
  const own = ({ type, value }: (typeof principals)[number]) =>
    type === 'Service' || (type === 'AWS' && (accountOfPrincipal(value) ?? value.split(':')[4]) === account);
  return notPrincipal || !principals.every(own);
}

const POSITIVE = new Set(['StringEquals', 'StringLike', 'ArnEquals', 'ArnLike']);

/** The condition lets nothing through but access points of the account: those of others are their owners' to open. */
function isForOwnAccessPoints({ conditions }: Statement, account: string): boolean {
  return conditions.some(({ operator, ifExists, set, key, values }) => {
    if (!POSITIVE.has(operator) || ifExists || set !== undefined || values.length === 0) return false;
    if (key === 's3:dataaccesspointaccount') return values.every((value) => value === account);
    return key === 's3:dataaccesspointarn' && values.every((value) => value.split(':')[4] === account);
  });
}
