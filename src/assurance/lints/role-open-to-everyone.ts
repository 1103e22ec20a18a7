import { policyDocuments, statementsOf, type LooseCondition, type LooseStatement } from './documents';
import { generatedName, type Lint, type LintedTemplates } from './lint';
import { iamPage } from './pages';
import { isEveryone, principalsOf } from './principals';
import type { ResolvedResource } from '../model/resolve';
import { isUnknown } from '../template/unknown';

/** A role that everyone may assume opens whatever it reaches, however narrow the policies of the bucket are. */
export const roleOpenToEveryone: Lint = {
  id: 'role-open-to-everyone',
  title: 'Every AWS account may assume a role that reaches S3 data or keys',
  fix:
    'Name the principals in AssumeRolePolicyDocument, or bound the statement by a condition on the caller such as ' +
    'sts:ExternalId, aws:PrincipalOrgID or aws:PrincipalArn.',
  page: iamPage('reference_policies_elements_principal'),
  example: {
    wrong: '"Effect": "Allow", "Principal": { "AWS": "*" }, "Action": "sts:AssumeRole"',
    right:
      '"Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:role/deploy" }, "Action": "sts:AssumeRole"',
  },
  *find(template) {
    for (const role of template.ofType('AWS::IAM::Role')) {
      const statements = policyDocuments(role)
        .filter(({ kind }) => kind === 'trust')
        .flatMap(statementsOf);
      const open = statements.filter((one) => isOpen(one) && !isNarrowed(statements));
      if (open.length === 0 || !reachesData(template, role)) continue;
      for (const { location } of open) {
        yield {
          resource: role,
          location: `${location}.Principal`,
          message: 'Every principal of every AWS account may assume the role, and with it do what its policies allow.',
        };
      }
    }
  },
};

function isOpen({ effect, raw, actions, notActions, conditions }: LooseStatement): boolean {
  const assumes = 'NotAction' in raw ? !notActions.some(isAssuming) : actions.some(isAssuming);
  return effect === 'Allow' && assumes && isEveryone(raw.Principal) && !conditions.some(bindsCaller);
}

const isAssuming = (action: string): boolean =>
  /^(\*|sts:(\*|assume\*|assumerole(\*|withsaml|withwebidentity)?))$/i.test(action);

/** Conditions that many callers of any account meet, or that the caller chooses. */
const OF_ANY_CALLER =
  /^(aws:(securetransport|multifactorauth.*|currenttime|epochtime|tokenissuetime|requestedregion|useragent|referer|principaltype|principalisawsservice|viaawsservice|userid|username|sourceidentity|principaltag\/.*|requesttag\/.*|tagkeys)|sts:(rolesessionname|sourceidentity|durationseconds|transitivetagkeys|taskpolicyarn))$/i;

/** Whether a condition says who the caller is; what is not known counts as if it did. */
function bindsCaller({ key, operator, ifExists, set, values }: LooseCondition): boolean {
  if (OF_ANY_CALLER.test(key) || ifExists || set === 'ForAllValues' || /Not|^Null$/i.test(operator)) return false;
  return values.length === 0 || !values.some((value) => !isUnknown(value) && takesInAnyAccount(key, value));
}

/** A pattern that takes in principals of accounts that it does not name. */
function takesInAnyAccount(key: string, value: string): boolean {
  if (/^[*?]+$/.test(value) || /^0\.0\.0\.0\/0$|^::\/0$/.test(value)) return true;
  if (!/^aws:PrincipalArn$/i.test(key)) return false;
  const account = value.split(':')[4];
  return value.startsWith('arn:') && (account === undefined || account.includes('*'));
}

/** Whether the trust policy denies callers by who or where they are: what is left of the Allow is then not known. */
function isNarrowed(statements: readonly LooseStatement[]): boolean {
  return statements.some(
    ({ effect, raw, conditions }) =>
      effect === 'Deny' && ('NotPrincipal' in raw || conditions.some(({ key }) => !OF_ANY_CALLER.test(key))),
  );
}

/** By its own policies, or because the policy of a bucket, an access point or a key names it. */
function reachesData({ documents, statements }: LintedTemplates, role: ResolvedResource): boolean {
  if (documents.some(({ resource, kind }) => resource === role && kind === 'trust')) return true;
  const name = typeof role.properties.RoleName === 'string' ? role.properties.RoleName : generatedName(role);
  return statements.some(
    (one) =>
      one.effect === 'Allow' &&
      one.document.kind === 'resource' &&
      principalsOf(one).some(({ type, value }) => type === 'AWS' && value.endsWith(`/${name}`)),
  );
}
