/**
 * What is guaranteed of policies that stand in the templates without the bucket that they open: of a bucket that is
 * known by name only, of its access points, and of keys. What the bucket itself has set is not known.
 */
import { deliveryOnlyFromHere } from './delivery-source';
import type { GuaranteeProps } from './guarantee-props';
import { NOT_A_SERVICE, PRINCIPAL_KIND_KEY, type ProofObligation } from './proof-obligation';
import type { Environment } from '../engine/environment';
import type { PrincipalPattern } from '../engine/policy';
import type { Target } from '../engine/property';
import { region, type Conditions } from '../engine/region';
import { keyEnvironment, withoutOwnAccessIdentities, type ResourceUnderTest } from '../model/subject';

const ANONYMOUS: Conditions = { StringEquals: { [PRINCIPAL_KIND_KEY]: 'anonymous' } };
const TRUSTED = ['own-access-points'];

export function outsidePolicyNotPublic(): GuaranteeProps {
  return {
    id: 'policy-not-public',
    title: 'Policy not public',
    description: 'The policy of a bucket that the templates do not have allows no anonymous request.',
    fix: 'Name the principals that the statement allows, or bound it by a condition such as aws:PrincipalAccount.',
    resourceType: 'AWS::S3::BucketPolicy',
    parts: (subject) => [never(subject, ANONYMOUS)],
  };
}

export function outsidePolicyOnlyAccount(): GuaranteeProps {
  return {
    id: 'policy-only-account',
    title: 'Policy for this account only',
    description: 'The policy of a bucket that the templates do not have allows no principal of another account.',
    fix: 'Remove the statement that allows others, or add a condition on aws:PrincipalAccount.',
    resourceType: 'AWS::S3::BucketPolicy',
    parts: (subject) => [never(subject, others(subject))],
  };
}

export function outsidePolicyServicesBounded(): GuaranteeProps {
  return {
    ...deliveryOnlyFromHere([]),
    id: 'policy-services-bounded',
    title: 'Services act for this account only',
    resourceType: 'AWS::S3::BucketPolicy',
  };
}

export function outsideAccessPointNotPublic(): GuaranteeProps {
  return {
    id: 'access-point-not-public',
    title: 'Access point not public',
    description: 'The access point of a bucket that the templates do not have allows no anonymous request.',
    fix: 'Leave PublicAccessBlockConfiguration of the AWS::S3::AccessPoint out, and name the principals of its policy.',
    resourceType: 'AWS::S3::AccessPoint',
    parts: (subject) => accessPointParts(subject, ANONYMOUS),
  };
}

export function outsideAccessPointOnlyAccount(): GuaranteeProps {
  return {
    id: 'access-point-only-account',
    title: 'Access point for this account only',
    description: 'The access point of a bucket that the templates do not have allows no principal of another account.',
    fix: 'Remove the statement that allows others, or add a condition on aws:PrincipalAccount.',
    resourceType: 'AWS::S3::AccessPoint',
    parts: (subject) => accessPointParts(subject, others(subject)),
  };
}

/** Accounts that a policy names are meant; every other one is not. */
export function keyNotPublic(): GuaranteeProps {
  return {
    id: 'key-not-public',
    title: 'Key not open to every account',
    description: 'The key policy allows nothing to an account that it does not name.',
    fix: 'Name the principals in the key policy, or bound the statement by kms:CallerAccount or aws:PrincipalOrgID.',
    resourceType: 'AWS::KMS::Key',
    parts: (subject) => {
      const named = JSON.stringify(subject.bucket.policies.map(({ policy }) => policy)).match(/\b\d{12}\b/g) ?? [];
      const accounts = [subject.resource.account, ...new Set(named)];
      return [
        {
          expect: 'never',
          place: subject.resource.path,
          region: region({
            actions: ['kms:*'],
            when: {
              ...NOT_A_SERVICE,
              StringNotEquals: { 'aws:PrincipalAccount': accounts },
              Null: { 'aws:PrincipalOrgID': 'true' },
            },
          }),
          targets: [{ kind: 'key', arn: subject.arn }],
          environment: withoutNamedAccounts(keyEnvironment(subject.bucket.key!, subject.model.organization)),
          axioms: subject.axioms,
        },
      ];
    },
  };
}

/** An account that the deployment gives is one that the policy names, so its principals are not asked about. */
function withoutNamedAccounts(environment: Environment): Environment {
  const isNamed = ({ type, value }: PrincipalPattern) =>
    type === 'AWS' && /^arn:[^:]*:(?:iam|sts)::[^:]*\u0001[^:]*:/.test(value);
  return {
    ...environment,
    resourcePolicies: environment.resourcePolicies.map((policy) => ({
      ...policy,
      statements: policy.statements.map((statement) =>
        statement.effect === 'Allow' && !statement.notPrincipal
          ? { ...statement, principals: statement.principals?.filter((principal) => !isNamed(principal)) }
          : statement,
      ),
    })),
  };
}

function others({ resource }: ResourceUnderTest): Conditions {
  return { ...NOT_A_SERVICE, StringNotEquals: { 'aws:PrincipalAccount': [resource.account] } };
}

/** An access point that is bound to a VPC is never public, and its policy lets nobody in from elsewhere. */
function accessPointParts(subject: ResourceUnderTest, when: Conditions): ProofObligation[] {
  const { resource, settings, arn } = subject;
  if (resource.properties.VpcConfiguration !== undefined) return [];
  return [
    never(subject, when, {
      targets: [
        { kind: 'object', arn: `${arn}/object`, keys: ['*'] },
        { kind: 'bucket', arn },
      ],
      restrictsPublic: settings.publicAccessBlockOf(resource).RestrictPublicBuckets === true,
    }),
  ];
}

interface Options {
  readonly targets?: readonly Target[];
  readonly restrictsPublic?: boolean;
}

function never(subject: ResourceUnderTest, when: Conditions, options: Options = {}): ProofObligation {
  const { bucket, resource, arn, model } = subject;
  const environment: Environment = {
    account: resource.account,
    region: resource.region,
    resourcePolicies: withoutOwnAccessIdentities(
      subject,
      bucket.policies.map(({ policy }) => policy),
    ),
    restrictsPublic: options.restrictsPublic,
    trustsOwnAccessPoints: true,
    otherIdentities: 'everything',
    ...model.organization,
  };
  return {
    expect: 'never',
    place: resource.path,
    region: region({ actions: ['s3:*'], when }),
    targets: options.targets ?? [
      { kind: 'object', arn, keys: ['*'] },
      { kind: 'bucket', arn },
    ],
    environment,
    axioms: [...subject.axioms, ...(delegates(environment) ? TRUSTED : [])],
  };
}

function delegates({ resourcePolicies }: Environment): boolean {
  return JSON.stringify(resourcePolicies).toLowerCase().includes('s3:dataaccesspoint');
}
