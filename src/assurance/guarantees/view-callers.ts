/** What is guaranteed of the callers of views: what they cannot do beside reading. `ViewGuarantees` names it. */
import type { GuaranteeProps } from './guarantee-props';
import { atWorst, named, principals } from './view-parts';
import { parsePolicy, type Policy } from '../engine/policy';
import type { Property } from '../engine/property';
import { region } from '../engine/region';
import type { ResolvedResource } from '../model/resolve';
import { nameOfConstruct } from '../model/subject';

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
      ' what is denied to them is not reached as somebody else.',
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
