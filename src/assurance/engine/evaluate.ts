import {
  accessPointAccount,
  accessPointResourceArn,
  identityOf,
  type AccessPoint,
  type Environment,
  type Identity,
} from './environment';
import { any, isUndecided, type Ternary } from './operators';
import type { Policy } from './policy';
import { isPublicPolicy } from './public-policy';
import type { Principal } from './request';
import type { RequestView } from './request-view';
import { REACHES, reachOf, statementApplies, type PrincipalMatch } from './statement-match';
import { shown } from '../template/unknown';

export interface Decision {
  readonly allowed: boolean;
  /** The statement or rule that decided, for people. */
  readonly reason: string;
  /** What the answer rests on and only the deployment knows; each was resolved the way the caller leaned. */
  readonly doubts: readonly string[];
}

/**
 * Which way an open question is resolved: a proof of safety leans to `allow`, a proof that something works to `deny`.
 */
export type UnknownsResolveTo = 'allow' | 'deny';

/**
 * Decides one request as AWS documents it: an explicit deny anywhere ends it; organization policies, endpoint, access
 * point and bucket must each let it pass; then the resource's policy and the caller's own policies by account.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluate(view: RequestView, env: Environment, lean: UnknownsResolveTo): Decision {
  return new Evaluation(view, env, lean).decide();
}

class Evaluation {
  private readonly doubts = new Set<string>();

  public constructor(
    private readonly view: RequestView,
    private readonly env: Environment,
    private readonly lean: UnknownsResolveTo,
  ) {}

  public decide(): Decision {
    const { env, view } = this;
    for (const policy of env.resourcePolicies) {
      const deny = this.denial(policy, view.resource());
      if (deny) return deny;
    }
    const door = this.door();
    if (door && 'reason' in door) return door;
    const endpoint = this.endpoint();
    if (endpoint) return endpoint;
    const principal = view.principal();
    const organization = this.organization(principal);
    if (organization) return organization;

    const atBucket = this.access(principal, env.resourcePolicies, view.resource(), env.account);
    if (!atBucket.allowed || !door) return atBucket;
    const atDoor = this.access(
      principal,
      door.policy ? [door.policy] : [],
      accessPointResourceArn(door, view.resource()),
      accessPointAccount(door),
    );
    return atDoor.allowed ? atBucket : atDoor;
  }

  /** The access point that the request comes by, or the refusal that it meets there. */
  private door(): AccessPoint | Decision | undefined {
    const { accessPoints: doors, trustsOwnAccessPoints, account } = this.env;
    if (!trustsOwnAccessPoints && (!doors || doors.length === 0)) return undefined;
    const arn = this.view.key('s3:dataaccesspointarn');
    const door = doors?.find((candidate) => candidate.arn === arn);
    if (!door) {
      return trustsOwnAccessPoints && typeof arn === 'string' && accessPointAccount({ arn }) === account
        ? this.atOwnAccessPoint()
        : undefined;
    }
    if (door.vpcId !== undefined && this.view.key('aws:sourcevpc') !== door.vpcId) {
      return this.decision(false, `the access point ${door.arn} takes requests from ${shown(door.vpcId)} alone`);
    }
    return (door.policy && this.denial(door.policy, accessPointResourceArn(door, this.view.resource()))) ?? door;
  }

  private atOwnAccessPoint(): Decision | undefined {
    const { account, kind } = this.view.principal();
    return account === this.env.account || kind === 'service'
      ? undefined
      : this.decision(false, 'the access points of the account let no outsiders in');
  }

  private endpoint(): Decision | undefined {
    const policies = this.env.endpointPolicies;
    if (!policies) return undefined;
    const id = this.view.key('aws:sourcevpce');
    const policy = typeof id === 'string' ? policies[id] : undefined;
    if (!policy) return undefined;
    const arn = this.view.key('s3:dataaccesspointarn');
    const door = this.env.accessPoints?.find((candidate) => candidate.arn === arn);
    // Through an access point the endpoint sees both the access point and, behind it, the bucket.
    for (const resource of door
      ? [accessPointResourceArn(door, this.view.resource()), this.view.resource()]
      : [this.view.resource()]) {
      const deny = this.denial(policy, resource);
      if (deny) return deny;
      if (!this.allows(policy, resource)) {
        return this.decision(false, `the policy of the VPC endpoint ${id} does not allow it`);
      }
    }
    return undefined;
  }

  private organization(principal: Principal): Decision | undefined {
    const { serviceControlPolicies: scps = [], resourceControlPolicies: rcps = [], account } = this.env;
    const overCaller = principal.account === account ? scps : [];
    for (const policy of [...rcps, ...overCaller]) {
      const deny = this.denial(policy, this.view.resource());
      if (deny) return deny;
    }
    const silent = overCaller.find((policy) => !this.allows(policy, this.view.resource()));
    return silent && this.decision(false, `${silent.place} does not allow it`);
  }

  /**
   * The answer of a resource's policies and the caller's own, once nothing denies the request outright at the resource
   * of `owner`.
   */
  private access(principal: Principal, policies: readonly Policy[], resource: string, owner: string): Decision {
    const { env } = this;
    const own = identityOf(env, principal);
    const boundary = own?.boundary;
    for (const policy of [...(own?.policies ?? []), ...(boundary ? [boundary] : [])]) {
      const deny = this.denial(policy, resource);
      if (deny) return deny;
    }

    const sameAccount = principal.account !== undefined && principal.account === owner;
    let reach = this.grant(policies, resource);
    if (
      reach &&
      !sameAccount &&
      principal.kind !== 'service' &&
      env.restrictsPublic &&
      this.settle(any(policies.map(isPublicPolicy)), 'deny')
    ) {
      reach = undefined;
    }
    if (!reach && !sameAccount && this.aclMayAllow(principal)) reach = { reach: 'exact', by: 'an ACL' };
    if (principal.kind === 'service' || principal.kind === 'anonymous' || principal.kind === 'canonical-user') {
      return reach ? this.decision(true, reach.by) : this.decision(false, 'no statement of the resource allows it');
    }
    const bounded = !boundary || this.allows(boundary, resource);
    const identity = this.identityAllows(own, principal, resource);
    if (sameAccount) {
      if (reach?.reach === 'exact') return this.decision(true, reach.by);
      if (!bounded) return this.decision(false, `the permission boundary ${boundary!.place} does not allow it`);
      if (reach?.reach === 'role') return this.decision(true, reach.by);
      if (env.resourcePolicyDecides && !reach) return this.decision(false, 'no statement of the resource allows it');
      return identity ? this.decision(true, identity) : this.decision(false, 'no policy of the caller allows it');
    }
    if (!reach) {
      return this.decision(false, 'no statement of the resource allows it, and the caller is of another account');
    }
    if (!bounded) return this.decision(false, `the permission boundary ${boundary!.place} does not allow it`);
    return identity ? this.decision(true, reach.by) : this.decision(false, 'no policy of the caller allows it');
  }

  private identityAllows(own: Identity | undefined, principal: Principal, resource: string): string | undefined {
    if (own) return own.policies.map((policy) => this.allows(policy, resource)).find((by) => by !== undefined);
    return principal.kind === 'root' || this.env.otherIdentities === 'everything'
      ? 'a policy of the caller (taken to allow everything)'
      : undefined;
  }

  private aclMayAllow(principal: Principal): boolean {
    const acl = this.env.aclsMayGrant;
    if (!acl || !ACL_ACTIONS.has(this.view.action().toLowerCase())) return false;
    const may = principal.kind === 'anonymous' ? acl.everyone : principal.kind !== 'service' && acl.accounts;
    return may && this.settle({ doubt: 'ACLs are in force, and one may grant this' }, 'allow');
  }

  private denial(policy: Policy, resource: string): Decision | undefined {
    for (const statement of policy.statements) {
      if (
        statement.effect === 'Deny' &&
        this.settle(statementApplies(statement, this.view, resource, 'Deny'), 'deny')
      ) {
        return this.decision(false, `${statement.place} denies it`);
      }
    }
    return undefined;
  }

  private allows(policy: Policy, resource: string): string | undefined {
    return policy.statements.find(
      (statement) =>
        statement.effect === 'Allow' && this.settle(statementApplies(statement, this.view, resource, 'Allow'), 'allow'),
    )?.place;
  }

  /** The statement that allows with the longest reach. */
  private grant(policies: readonly Policy[], resource: string): { reach: PrincipalMatch; by: string } | undefined {
    let best: { reach: PrincipalMatch; by: string } | undefined;
    for (const policy of policies) {
      for (const statement of policy.statements) {
        if (
          statement.effect !== 'Allow' ||
          !this.settle(statementApplies(statement, this.view, resource, 'Allow'), 'allow')
        ) {
          continue;
        }
        const reach = reachOf(statement, this.view.principal());
        if (!best || REACHES.indexOf(reach) > REACHES.indexOf(best.reach)) best = { reach, by: statement.place };
      }
    }
    return best;
  }

  /** Resolves an open answer about a statement with this effect the way the caller leans. */
  private settle(truth: Ternary, effect: UnknownsResolveTo): boolean {
    if (!isUndecided(truth)) return truth;
    this.doubts.add(truth.doubt);
    return effect === this.lean;
  }

  private decision(allowed: boolean, reason: string): Decision {
    return { allowed, reason: shown(reason), doubts: [...this.doubts] };
  }
}

/** What bucket and object ACLs can grant. */
export const ACL_ACTIONS = new Set([
  's3:listbucket',
  's3:listbucketversions',
  's3:listbucketmultipartuploads',
  's3:putobject',
  's3:deleteobject',
  's3:deleteobjectversion',
  's3:getobject',
  's3:getobjectversion',
  's3:getbucketacl',
  's3:putbucketacl',
  's3:getobjectacl',
  's3:getobjectversionacl',
  's3:putobjectacl',
  's3:putobjectversionacl',
]);
