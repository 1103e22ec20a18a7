/** What is guaranteed of the callers of views: what they cannot do beside reading. `ViewGuarantees` names it. */
import type { GuaranteeProps } from './guarantee-props';
import { setting, type ProofObligation } from './proof-obligation';
import { baseOf, CALLS } from './view-function';
import { anotherView, ANYTHING, atWorst, AXIOMS, MAKES_VIEW, named, NOT_VIA, principals, VIA } from './view-parts';
import { validationError } from '../../input/validation-error';
import { parsePolicy, type Policy } from '../engine/policy';
import type { Property, Target } from '../engine/property';
import { region, type Conditions } from '../engine/region';
import type { ResolvedResource } from '../model/resolve';
import { MANAGED_POLICY, nameOfConstruct, type ResourceUnderTest } from '../model/subject';
import { sameName } from '../template/same-name';

/** Callers who are to stay themselves. */
export interface CallersTakeNoRoleGuaranteeOptions {
  /** ARNs of roles or users; construct paths and logical ids of the template serve as well. */
  readonly callers: string[];
  /**
   * Roles that they may assume, named in the same ways.
   * @default - none
   */
  readonly exceptRoles?: string[];
}

export function callersCannotAssumeRoles({
  callers,
  exceptRoles = [],
}: CallersTakeNoRoleGuaranteeOptions): GuaranteeProps {
  const names = named({ callers });
  const roles = exceptRoles.map(nameOfConstruct);
  return {
    id: 'callers-cannot-assume-roles',
    title: 'Callers act as themselves',
    description:
      `${names.callers.join(', ')} can assume no role of the ` +
      `templates${roles.length > 0 ? ` but ${roles.join(', ')}` : ''}:` +
      ' what is denied to them is not reachable through another role.',
    fix:
      'Name in the trust policy of each role who may assume it, instead of the whole account, and give the ' +
      'callers no sts:AssumeRole.',
    options: { ...names, exceptRoles: roles },
    parts: (subject) => {
      const { ArnEquals } = principals(subject, names.callers);
      const except = [...ArnEquals['aws:PrincipalArn'], ...roles.map((role) => subject.nameOf(role))];
      return subject.model.identities
        .filter(({ kind, arn }) => kind === 'role' && !except.includes(arn))
        .map(({ arn, resource }): Property => ({
          expect: 'never',
          place: resource.path,
          region: region({ actions: ['sts:AssumeRole'], when: { ArnEquals } }),
          targets: [{ kind: 'role', arn, service: 'sts' }],
          environment: {
            account: resource.account,
            resourcePolicies: [trustOf(resource)],
            resourcePolicyDecides: true,
            identities: atWorst(subject),
            otherIdentities: 'nothing',
          },
          axioms: [...subject.axioms, 'template-identities'],
        }));
    },
  };
}

/** Who may assume a role; its statements name no resource, which is the role. */
function trustOf({ path, properties }: ResolvedResource): Policy {
  const { Statement } = properties.AssumeRolePolicyDocument;
  return parsePolicy(
    {
      Version: '2012-10-17',
      Statement: [Statement].flat().map((statement: object) => ({ ...statement, Resource: '*' })),
    },
    `${path} (trust policy)`,
  );
}

/** What the policy of the callers of a view keeps them from. */
export interface CallerPolicyGuaranteeOptions {
  /** The function that makes the view: its ARN, construct path or logical id. */
  readonly endpoint: string;
  /** The role of the function: its ARN, construct path or logical id. */
  readonly role: string;
  /** The roles and users that must have the policy, each by its ARN, construct path or logical id. */
  readonly callers: string[];
  /**
   * How the callers cause the function to run: `OBJECT_LAMBDA`, `URL` or `NEVER`.
   */
  readonly calls: string;
}

/** What no caller does with the function: it holds of a request that did not come in the right way. */
const BY_HAND: Readonly<Record<string, Conditions>> = {
  OBJECT_LAMBDA: NOT_VIA,
  URL: { BoolIfExists: { 'lambda:InvokedViaFunctionUrl': 'false' } },
  NEVER: {},
};
/** What the policy must let them do with the function. */
const IN_THE_RIGHT_WAY: Readonly<Record<string, ReadonlyArray<readonly [action: string, when: Conditions]>>> = {
  OBJECT_LAMBDA: [['lambda:InvokeFunction', VIA]],
  URL: [
    ['lambda:InvokeFunctionUrl', { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } }],
    ['lambda:InvokeFunction', { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } }],
  ],
  NEVER: [],
};
const TAKES_ROLE = ['iam:PassRole', 'iam:UpdateAssumeRolePolicy'];

export function callerPolicyBounds({ endpoint, role, callers, calls }: CallerPolicyGuaranteeOptions): GuaranteeProps {
  if (!(calls in BY_HAND)) {
    throw validationError({
      property: 'calls',
      actual: calls,
      expected: `one of ${Object.keys(BY_HAND).join(', ')}`,
      hint: 'say how the callers of the view cause its function to run',
    });
  }
  const names = { endpoint: nameOfConstruct(endpoint), role: nameOfConstruct(role), ...named({ callers }) };
  return {
    id: 'caller-policy-bounds',
    title: 'Policy of the callers of a view',
    description:
      'Whatever else their policies allow, the holders of the policy do not call the function of the view by hand, ' +
      'do not change it, and do not take or pass its role' +
      (calls === 'OBJECT_LAMBDA' ? '; they make no Object Lambda access point of their own' : '') +
      '. The named callers hold it.',
    fix:
      'Deny in the policy lambda:InvokeFunction by hand, anything on the function but calling it, ' +
      'sts:AssumeRole, iam:PassRole and iam:UpdateAssumeRolePolicy on its role, and ' +
      's3:CreateAccessPointForObjectLambda.',
    options: { ...names, calls },
    resourceType: MANAGED_POLICY,
    parts: (subject) => {
      const arn = baseOf(subject.nameOf(names.endpoint));
      const functions = [arn, `${arn}:1`].map((each): Target => ({ kind: 'function', arn: each }));
      const asked = (expect: 'never' | 'always', actions: string[], targets: Target[], more: Partial<Asked> = {}) =>
        ofHolder(subject, expect, { actions, targets, when: {}, ...more });
      const ofRole = { kind: 'role', arn: subject.nameOf(names.role) };
      return [
        ...names.callers.map((caller) => holds(subject, subject.nameOf(caller))),
        asked('never', ['lambda:InvokeFunction'], functions, { when: BY_HAND[calls] }),
        asked('never', CALLS, functions, { notActions: true }),
        asked('never', ['sts:AssumeRole'], [{ ...ofRole, service: 'sts' }]),
        asked('never', TAKES_ROLE, [ofRole]),
        ...(calls === 'OBJECT_LAMBDA' ? [asked('never', MAKES_VIEW, [anotherView(subject.resource)])] : []),
        ...IN_THE_RIGHT_WAY[calls].map(([action, when]) =>
          asked('always', [action], calls === 'URL' ? functions.slice(0, 1) : functions.slice(1), { when }),
        ),
      ];
    },
  };
}

interface Asked {
  readonly actions: string[];
  readonly notActions?: boolean;
  readonly targets: Target[];
  readonly when: Conditions;
}

/**
 * Requests of somebody who has the policy: what it denies, under whatever else they have; what it allows, by itself.
 */
function ofHolder(
  { resource, bucket }: ResourceUnderTest,
  expect: 'never' | 'always',
  { targets, when, ...about }: Asked,
): Property {
  const holder = `arn:${resource.partition}:iam::${resource.account}:role/strongbox-caller`;
  const own = bucket.policies.map(({ policy }) => policy);
  return {
    expect,
    place: resource.path,
    region: region({ ...about, when: { ...when, ArnEquals: { 'aws:PrincipalArn': holder } } }),
    targets,
    environment: {
      account: resource.account,
      resourcePolicies: [],
      identities: { [holder]: { policies: expect === 'never' ? [...own, ANYTHING] : own } },
      otherIdentities: 'nothing',
    },
    axioms: AXIOMS,
  };
}

/** Whether the policy is attached to a role or user; of one that another app makes, its name says it. */
function holds({ properties, model, resource }: ResourceUnderTest, caller: string): ProofObligation {
  const [kind, ...path] = caller.split(':').slice(5).join(':').split('/');
  const known = model.identities.find(({ arn }) => arn === caller)?.resource.self() ?? path.at(-1)!;
  const names = [properties[kind === 'user' ? 'Users' : 'Roles'] ?? []].flat();
  return setting(`${resource.path} attached to ${caller}`, names, () =>
    names.some((name) => typeof name === 'string' && sameName(name, known, model.world)),
  );
}
