import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { validationError } from '../../input/validation-error';
import type { Team } from '../../model/team';
import { PolicyOfAccessPoint } from '../../policy/access-point-policy';
import { arnsOf } from '../../policy/principal-restriction';
import { membersOf, type Members } from '../../policy/team-members';
import { LIST, LIST_UPLOADS, objectActionsOf } from '../../policy/team-rights';
import { AccessPointControl } from '../access-point-control';

const ONLY = 'StrongboxTeamOnly';

/**
 * Opens an access point to one team, for the team's rights on the team's prefixes, and closes it to everybody and
 * everything else.
 *
 * Stops: an administrator, or a role with rights on every access point, that comes by the team's; and the team itself,
 * where IAM gives it more. Sets: the policy of the access point: what the team is allowed, and explicit denies of
 * others, of other prefixes, of other actions, of listing beyond the prefixes, and of listing uploads in parts, which
 * no condition key can bound. What administers the access point is not touched. Merges: a second application of the
 * same team changes nothing; another team is an error. Limits: members of an IAM group are not told by a request, so
 * the account's users are left to IAM where a team has a group.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
 *
 * @example
 * declare const accessPoint: s3.CfnAccessPoint;
 * declare const financeRole: iam.Role;
 * const finance = Team.readWrite('finance', { prefixes: ['finance/'], principals: [financeRole] });
 * accessPoint.with(new AccessPointTeam(finance));
 */
export class AccessPointTeam extends AccessPointControl {
  public constructor(public readonly team: Team) {
    super('access-point-team');
  }

  protected harden(accessPoint: s3.CfnAccessPoint): void {
    const policy = PolicyOfAccessPoint.of(accessPoint);
    if (teams.get(accessPoint) === this.team && policy.find(`${ONLY}Objects`)) return;
    if (policy.find(`${ONLY}Objects`)) {
      throw validationError({
        property: 'team',
        actual: `"${this.team.name}", after another one`,
        expected: 'one team an access point',
        hint: 'make an access point for each team',
        scope: accessPoint,
      });
    }
    teams.set(accessPoint, this.team);
    const members = membersOf(this.team.name, this.team.principals, Stack.of(accessPoint).account);
    this.allow(policy, '', members.named, {});
    const accounts = members.permissionSets.map(({ principalAccount }) => new iam.AccountPrincipal(principalAccount));
    this.allow(policy, 'ByPermissionSet', accounts, {
      ArnLike: { 'aws:PrincipalArn': members.permissionSets.flatMap(({ roleArnPatterns }) => roleArnPatterns) },
    });
    this.claim(accessPoint, members);
    this.close(policy, { ArnNotLike: { 'aws:PrincipalArn': members.arnPatterns } });
  }

  private claim(accessPoint: s3.CfnAccessPoint, { arnPatterns, named }: Members): void {
    const actions = [...objectActionsOf(this.team), ...(this.team._may('list') ? LIST : [])];
    const prefixes = this.isBounded ? this.team._folders : undefined;
    if (actions.length === 0) return;
    this._claim(accessPoint, 'access-point-serves-only', { principals: arnPatterns, actions, prefixes });
    // What a pattern takes in is no principal that could be asked.
    const known = named
      .filter((member) => !(member instanceof iam.AccountPrincipal))
      .flatMap((member) => arnsOf('principals', [member]));
    if (known.length > 0) this._claim(accessPoint, 'access-point-works', { principals: known, actions, prefixes });
  }

  private allow(policy: PolicyOfAccessPoint, how: string, principals: iam.IPrincipal[], conditions: Conditions): void {
    if (principals.length === 0) return;
    const folders = this.team._folders;
    const actions = objectActionsOf(this.team);
    if (actions.length > 0) {
      policy.add(`StrongboxTeamObjects${how}`, {
        principals,
        actions,
        resources: folders.map((folder) => policy.objects(folder)),
        conditions,
      });
    }
    if (this.team._may('list')) {
      policy.add(`StrongboxTeamLists${how}`, {
        principals,
        actions: LIST,
        resources: [policy.arn],
        conditions: { ...conditions, ...(this.isBounded ? { StringLike: this.listed } : {}) },
      });
    }
  }

  private close(policy: PolicyOfAccessPoint, others: Conditions): void {
    const actions = objectActionsOf(this.team);
    policy.deny(`${ONLY}Objects`, { actions: ['s3:*'], resources: [policy.objects()], conditions: others });
    policy.deny(`${ONLY}Lists`, { actions: LIST, resources: [policy.arn], conditions: others });
    policy.deny('StrongboxTeamActions', {
      ...(actions.length > 0 ? { notActions: actions } : { actions: ['s3:*'] }),
      resources: [policy.objects()],
    });
    policy.deny('StrongboxTeamUploads', { actions: [LIST_UPLOADS], resources: [policy.arn] });
    if (!this.team._may('list')) {
      policy.deny('StrongboxTeamListing', { actions: LIST, resources: [policy.arn] });
    } else if (this.isBounded) {
      policy.deny('StrongboxTeamListing', {
        actions: LIST,
        resources: [policy.arn],
        conditions: { StringNotLike: this.listed },
      });
    }
    if (this.isBounded) {
      policy.deny('StrongboxTeamPrefixes', {
        actions: ['s3:*'],
        notResources: [policy.arn, ...this.team._folders.map((folder) => policy.objects(folder))],
      });
    }
  }

  private get isBounded(): boolean {
    return !this.team._folders.includes('');
  }

  private get listed(): Record<string, string[]> {
    return { 's3:prefix': this.team._folders.map((folder) => `${folder}*`) };
  }
}

type Conditions = Record<string, Record<string, string[]>>;

/** Whose each access point is. */
const teams = new WeakMap<s3.CfnAccessPoint, Team>();
