/** What the guarantees of views have in common. */
import type { Environment } from '../engine/environment';
import { parsePolicy } from '../engine/policy';
import type { Target } from '../engine/property';
import type { Conditions } from '../engine/region';
import type { ResolvedResource } from '../model/resolve';
import { environmentOf, nameOfConstruct, type ResourceUnderTest } from '../model/subject';

const SERVICE = 's3-object-lambda.amazonaws.com';
export const VIA: Conditions = { 'ForAnyValue:StringEquals': { 'aws:CalledVia': SERVICE } };
export const NOT_VIA: Conditions = { 'ForAllValues:StringNotEquals': { 'aws:CalledVia': SERVICE } };
export const AXIOMS = ['object-lambda-keys'];

export function named({ callers, view }: { readonly callers: readonly string[]; readonly view?: string }): {
  callers: string[];
  view?: string;
} {
  if (callers.length === 0) throw new Error('"callers" is empty; name at least one role or user');
  return { callers: callers.map(nameOfConstruct), view: view === undefined ? undefined : nameOfConstruct(view) };
}

export function principals(
  subject: ResourceUnderTest,
  names: readonly string[],
): { ArnEquals: Record<string, string[]> } {
  return { ArnEquals: { 'aws:PrincipalArn': names.map((name) => subject.nameOf(name)) } };
}

/**
 * The policies of the templates' roles and users; one that the templates name and do not have, such as one of AWS,
 * allows everything.
 */
export function atWorst({ model }: ResourceUnderTest): Environment['identities'] {
  return Object.fromEntries(
    model.identities.map(({ arn, policies, foreignPolicies, boundary }) => [
      arn,
      {
        policies: foreignPolicies.length > 0 ? [...policies, ANYTHING] : policies,
        boundary,
      },
    ]),
  );
}

export const ANYTHING = parsePolicy(
  { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } },
  'a policy that the templates do not have',
);

export function whoHas(
  subject: ResourceUnderTest,
  identities: boolean,
): Pick<Environment, 'identities' | 'otherIdentities'> {
  return { identities: environmentOf(subject, identities).identities, otherIdentities: 'everything' };
}

/** The properties of others are not even looked at. */
export function ofType({ model }: ResourceUnderTest, type: string): readonly ResolvedResource[] {
  return model.ofType(type);
}

/** Makes an Object Lambda access point, or puts another function behind one. */
export const MAKES_VIEW = ['s3:CreateAccessPointForObjectLambda', 's3:PutAccessPointConfigurationForObjectLambda'];

/** An Object Lambda access point beside those of the templates. */
export function anotherView({ partition, region, account }: ResolvedResource): Target {
  return {
    kind: 'objectlambdaaccesspoint',
    arn: `arn:${partition}:s3-object-lambda:${region}:${account}:accesspoint/strongbox-another`,
    service: 's3',
  };
}
