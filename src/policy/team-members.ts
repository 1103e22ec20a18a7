import { Aws, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { arnsOf } from './principal-restriction';
import { validationError } from '../input/validation-error';
import { PermissionSetPrincipal } from '../model/permission-set-principal';

/** The members of a team, by the ways in which policies can name them. */
export interface Members {
  /** Roles, users and other accounts: named as principals. */
  readonly named: iam.IPrincipal[];
  /** Named by their account and a condition. */
  readonly permissionSets: PermissionSetPrincipal[];
  /** Named by no resource policy. */
  readonly groups: iam.IGroup[];
  /** Patterns of `aws:PrincipalArn` that take in every member, and nobody else where AWS lets it be said. */
  readonly arnPatterns: string[];
}

/**
 * Sorts the members of a team.
 * @param ownAccount account of the bucket
 */
export function membersOf(team: string, principals: iam.IGrantable[], ownAccount: string): Members {
  const named: iam.IPrincipal[] = [];
  const permissionSets: PermissionSetPrincipal[] = [];
  const groups: iam.IGroup[] = [];
  const arnPatterns: string[] = [];
  for (const member of principals) {
    if (member instanceof PermissionSetPrincipal) {
      permissionSets.push(member);
      arnPatterns.push(...member.roleArnPatterns);
    } else if (member instanceof iam.AnyPrincipal || member instanceof iam.StarPrincipal) {
      throw validationError({
        property: 'principals',
        actual: `everybody, in the team "${team}"`,
        expected: 'members by name',
        hint: 'name the roles of the team',
      });
    } else if (member instanceof iam.AccountPrincipal) {
      arnPatterns.push(patternOfAccount(team, String(member.accountId), ownAccount));
      named.push(member);
    } else if (isGroup(member)) {
      groups.push(member);
      // A request does not tell the groups of its user.
      arnPatterns.push(`arn:${Aws.PARTITION}:iam::${member.env.account}:user/*`);
    } else {
      arnPatterns.push(...arnsOf('principals', [member]));
      named.push(member.grantPrincipal);
    }
  }
  return { named, permissionSets, groups, arnPatterns };
}

/** Every principal of another account; its administrators decide who that is. */
function patternOfAccount(team: string, account: string, ownAccount: string): string {
  if (account === ownAccount || Token.isUnresolved(account) || !/^\d{12}$/.test(account)) {
    throw validationError({
      property: 'principals',
      actual: `the account ${account}, in the team "${team}"`,
      expected:
        'another account by its twelve digits, or members of the own account by name, since in the own ' +
        'account everybody would be in the team',
      hint: 'name the roles of the team',
    });
  }
  return `arn:${Aws.PARTITION}:iam::${account}:*`;
}

function isGroup(member: iam.IGrantable): member is iam.IGroup {
  return 'groupArn' in member;
}
