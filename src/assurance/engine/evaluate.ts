import type { Condition } from './condition';
import { matches } from './glob';
import { afterSharedUnknown } from './holes';
import { any, compile, conditionHolds, isUndecided, matchesText, not, type Ternary } from './operators';
import type { Policy, PrincipalPattern, Statement } from './policy';
import { principalKey, PRINCIPAL_KEYS, type ContextValue, type Principal, type Request } from './request';
import { isUnknown, shown } from '../template/unknown';

/** A request as the evaluator reads it: field by field, so that the prover sees which fields an answer rests on. */
export interface RequestView {
  principal(): Principal;
  action(): string;
  resource(): string;
  /** @param name condition key in lower case */
  key(name: string): ContextValue | undefined;
}

/** A concrete request; keys that follow from the principal need not be in its context. */
export function viewOf(request: Request): RequestView {
  return {
    principal: () => request.principal,
    action: () => request.action,
    resource: () => request.resource,
    key: (name) =>
      request.context[name] ?? (PRINCIPAL_KEYS.has(name) ? principalKey(request.principal, name) : undefined),
  };
}

/** The policies of one role or user. */
export interface Identity {
  readonly policies: readonly Policy[];
  readonly boundary?: Policy;
}

/** An access point in front of the bucket. */
export interface AccessPoint {
  readonly arn: string;
  /** Absent: the access point has no policy of its own. */
  readonly policy?: Policy;
  readonly vpcId?: string;
}

/** All that decides about requests to one resource. */
export interface Environment {
  /** Account that owns the resource. */
  readonly account: string;
  /** Region of the resource; by default that of its ARN. */
  readonly region?: string;
  readonly resourcePolicies: readonly Policy[];
  /**
   * Whether a policy that AWS calls public is cut down to the owner's account and AWS services (RestrictPublicBuckets).
   */
  readonly restrictsPublic?: boolean;
  /** Whether ACLs are in force, and may grant to everyone or to other accounts. */
  readonly aclsMayGrant?: { readonly everyone: boolean; readonly accounts: boolean };
  readonly accessPoints?: readonly AccessPoint[];
  /** Policies of VPC endpoints by endpoint id; a request through an endpoint that is not here is not limited by one. */
  readonly endpointPolicies?: Readonly<Record<string, Policy>>;
  /** Known roles and users by ARN: their policies count, and no others. */
  readonly identities?: Readonly<Record<string, Identity>>;
  /** What all others' own policies grant: a proof of safety has to reckon with administrators. */
  readonly otherIdentities: 'everything' | 'nothing';
  /** Service control policies over the owner's account's principals: each level must allow. */
  readonly serviceControlPolicies?: readonly Policy[];
  /**
   * Resource control policies over the owner's account's resources: they can only deny, AWS's own full-access policy is
   * always there.
   */
  readonly resourceControlPolicies?: readonly Policy[];
  /** Whether the resource's policy must allow even the owner's own principals: true for KMS keys. */
  readonly resourcePolicyDecides?: boolean;
}

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

/** How far a grant of a resource policy carries for a principal of the same account. */
type PrincipalMatch = 'account' | 'role' | 'exact';

/**
 * Decides one request as AWS documents it: an explicit deny anywhere ends it; organization policies, endpoint, access
 * point and
 * bucket must each let it pass; then the resource's policy and the caller's own policies by account.
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
    const { accessPoints: doors } = this.env;
    if (!doors || doors.length === 0) return undefined;
    const arn = this.view.key('s3:dataaccesspointarn');
    const door = doors.find((candidate) => candidate.arn === arn);
    if (!door) return undefined;
    if (door.vpcId !== undefined && this.view.key('aws:sourcevpc') !== door.vpcId) {
      return this.decision(false, `the access point ${door.arn} takes requests from ${shown(door.vpcId)} alone`);
    }
    return (door.policy && this.denial(door.policy, accessPointResourceArn(door, this.view.resource()))) ?? door;
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

/** The known policies of a principal. */
export function identityOf(env: Environment, principal: Principal): Identity | undefined {
  return principal.kind === 'user' || principal.kind === 'role' ? env.identities?.[principal.arn!] : undefined;
}

const REACHES: readonly PrincipalMatch[] = ['account', 'role', 'exact'];

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

/** The account that owns an access point, which need not be the bucket's. */
export function accessPointAccount(door: AccessPoint): string {
  return door.arn.split(':')[4];
}

/** The ARN by which an access point's policy names the bucket's resource. */
export function accessPointResourceArn(door: AccessPoint, resource: string): string {
  const slash = resource.indexOf('/');
  return slash === -1 ? door.arn : `${door.arn}/object${resource.slice(slash)}`;
}

/** Whether a statement is about this request. */
export function statementApplies(
  statement: Statement,
  view: RequestView,
  resource: string,
  effect: 'Allow' | 'Deny',
): Ternary {
  const parts: Array<() => Ternary> = [
    () => actionMatches(statement, view.action()),
    () => resourceMatches(statement, resource, view),
    () => (statement.principals === undefined ? true : principalMatches(statement, view.principal(), effect)),
    ...statement.conditions.map((condition) => () => conditionHolds(condition, (key) => view.key(key))),
  ];
  let open: Ternary = true;
  for (const part of parts) {
    const truth = part();
    if (truth === false) return false;
    if (truth !== true) open = truth;
  }
  return open;
}

/** Answers about a statement that rest on one text alone are asked for every class of requests again. */
class Memo {
  private readonly answers = new WeakMap<Statement, Map<string, Ternary>>();

  public of(statement: Statement, text: string, answer: () => Ternary): Ternary {
    let known = this.answers.get(statement);
    if (known === undefined) this.answers.set(statement, (known = new Map()));
    let found = known.get(text);
    if (found === undefined) known.set(text, (found = answer()));
    return found;
  }
}
const ACTION_ANSWERS = new Memo();
const RESOURCE_ANSWERS = new Memo();

export function actionMatches(statement: Statement, action: string): Ternary {
  return ACTION_ANSWERS.of(statement, action, () => actionAnswer(statement, action));
}

function actionAnswer(statement: Statement, action: string): Ternary {
  const lower = action.toLowerCase();
  const hit = any(
    statement.actions.map((pattern): Ternary => {
      if (isUnknown(pattern)) return { doubt: `${statement.place} names the action ${shown(pattern)}` };
      return matches(patternOf(pattern, 'action'), lower);
    }),
  );
  return statement.notAction ? not(hit) : hit;
}

export function resourceMatches(statement: Statement, resource: string, view: Pick<RequestView, 'key'>): Ternary {
  const fixed = !statement.variables || statement.resources.every((pattern) => !pattern.includes('${'));
  return fixed
    ? RESOURCE_ANSWERS.of(statement, resource, () => resourceAnswer(statement, resource, view))
    : resourceAnswer(statement, resource, view);
}

function resourceAnswer(statement: Statement, resource: string, view: Pick<RequestView, 'key'>): Ternary {
  const hit = any(
    statement.resources.map((pattern): Ternary => {
      const rest = isUnknown(pattern) ? afterSharedUnknown(pattern, resource) : { pattern, text: resource };
      if (rest === undefined) return { doubt: `${statement.place} names the resource ${shown(pattern)}` };
      const compiled = compile(rest.pattern, rest.pattern === pattern ? 'arn' : 'glob', statement.variables, (key) =>
        view.key(key),
      );
      if ('pattern' in compiled) {
        const within = matchesText(compiled.pattern, rest.text, statement.place);
        if (!crossesColons(pattern)) return within;
        // AWS says that a wildcard stands within a part of the ARN, and that it may take in anything: both readings
        // count.
        const across = compile(pattern, 'glob', statement.variables, (key) => view.key(key));
        return !('pattern' in across) || matches(across.pattern, resource) === within
          ? within
          : { doubt: `${statement.place} names the resource ${pattern}, in which a wildcard takes in colons or not` };
      }
      // AWS: a statement with an absent variable in its resource matches nothing; with NotResource that would be
      // everything.
      return statement.notResource
        ? { doubt: `${statement.place} uses the absent policy variable ${compiled.missing} in NotResource` }
        : false;
    }),
  );
  return statement.notResource ? not(hit) : hit;
}

/** Whether a wildcard stands before the last part of an ARN. */
export function crossesColons(pattern: string): boolean {
  return pattern !== '*' && /[*?]/.test(pattern.split(':').slice(0, 5).join(':'));
}

function patternOf(text: string, mode: 'action') {
  const compiled = compile(text, mode, false, () => undefined);
  return 'pattern' in compiled ? compiled.pattern : [];
}

/** Whether the statement's Principal or NotPrincipal takes in this principal. */
export function principalMatches(statement: Statement, principal: Principal, effect: 'Allow' | 'Deny'): Ternary {
  const patterns = statement.principals!;
  const hits = patterns.map((pattern): Ternary => {
    if (isUnknown(pattern.value)) return { doubt: `${statement.place} names the principal ${shown(pattern.value)}` };
    if (principalHit(pattern, principal) !== undefined) return true;
    const open = principal.arn !== undefined && isUnknown(principal.arn) && pattern.value.startsWith('arn:');
    return open && { doubt: `${statement.place} may or may not mean ${shown(principal.arn)}` };
  });
  if (!statement.notPrincipal) return any(hits);
  const excepted = any(hits);
  const needed = NEEDED_IN_NOT_PRINCIPAL[principal.kind];
  if (excepted !== true || effect === 'Allow' || needed === undefined) return not(excepted);
  // AWS asks for the account as well, and for a session also for its role; whether fewer are enough is not documented.
  const reaches = new Set(patterns.map((pattern) => principalHit(pattern, principal)));
  return needed.every((reach) => reaches.has(reach))
    ? false
    : {
        doubt:
          `${statement.place} excepts a ${principal.kind} by NotPrincipal without naming its account and all ` +
          'that it is',
      };
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html */
const NEEDED_IN_NOT_PRINCIPAL: Readonly<Partial<Record<Principal['kind'], readonly PrincipalMatch[]>>> = {
  role: ['account', 'role', 'exact'],
  user: ['account', 'exact'],
  'federated-user': ['account', 'exact'],
};

function reachOf(statement: Statement, principal: Principal): PrincipalMatch {
  if (statement.notPrincipal) return 'role';
  const reaches = statement.principals!.map((pattern) => principalHit(pattern, principal));
  // Without a certain hit the statement was leant on: credit it with the widest reach it might have.
  return [...REACHES].reverse().find((reach) => reaches.includes(reach)) ?? 'exact';
}

/** How a principal element names this principal, or undefined if it does not. */
export function principalHit(pattern: PrincipalPattern, principal: Principal): PrincipalMatch | undefined {
  const { type, value } = pattern;
  switch (type) {
    case '*':
      return 'role';
    case 'Service':
      return principal.kind === 'service' && (value === '*' || principal.service === value) ? 'exact' : undefined;
    case 'Federated':
      return principal.provider !== undefined && (value === '*' || principal.provider === value) ? 'exact' : undefined;
    case 'CanonicalUser':
      if (principal.canonicalId === undefined || (value !== '*' && principal.canonicalId !== value)) return undefined;
      return principal.kind === 'canonical-user' || principal.kind === 'root' ? 'exact' : 'account';
    default:
      break;
  }
  const account = accountOfPrincipal(value);
  if (account !== undefined) {
    if (principal.account !== account) return undefined;
    return principal.kind === 'root' ? 'exact' : 'account';
  }
  const assumed = /^arn:[^:]*:sts::([^:]*):assumed-role\/([^/]+)\/(.+)$/.exec(value);
  if (assumed) {
    return principal.kind === 'role' &&
      principal.account === assumed[1] &&
      principal.session === assumed[3] &&
      principal.arn!.split('/').pop() === assumed[2]
      ? 'exact'
      : undefined;
  }
  if (principal.arn !== value) return undefined;
  return principal.kind === 'role' ? 'role' : 'exact';
}

/** The account that a principal value stands for as a whole: twelve digits, or the ARN of its root. */
export function accountOfPrincipal(value: string): string | undefined {
  return /^(?:arn:[^:]*:iam::([^:]+):root|(\d{12}|\{AccountId\}))$/
    .exec(value)
    ?.slice(1)
    .find((part) => part !== undefined);
}

/** Keys with which AWS says that a grant to everyone is not public, if they compare with fixed values. */
const PRIVATE_KEYS = new Set([
  'aws:principalorgid',
  'aws:sourcearn',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:sourceaccount',
  'aws:sourceowner',
  'aws:sourceip',
  'aws:userid',
  's3:x-amz-server-side-encryption-aws-kms-key-id',
  's3:dataaccesspointarn',
  's3:dataaccesspointaccount',
]);
const FIXING = new Set(['StringEquals', 'StringEqualsIgnoreCase', 'StringLike', 'ArnEquals', 'ArnLike', 'IpAddress']);

/**
 * Whether S3 calls the policy public: an Allow to everyone without a condition on a fixed value of certain keys.
 * Other keys about the caller are not in AWS's list, though some are known to count: open.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
 */
export function isPublicPolicy(policy: Policy): Ternary {
  const grants = grantsPublicly(policy);
  const narrowing = grants === false ? undefined : policy.statements.find(narrowsCallers);
  return narrowing ? { doubt: `${narrowing.place} may or may not keep the policy from being public` } : grants;
}

/** AWS does not say whether a Deny of everybody else makes a grant to everyone one that is not public. */
function narrowsCallers({ effect, notPrincipal, conditions }: Statement): boolean {
  return (
    effect === 'Deny' &&
    (notPrincipal ||
      conditions.some(({ key }) => PRIVATE_KEYS.has(key) || key.startsWith('aws:principal') || key === 'aws:username'))
  );
}

function grantsPublicly(policy: Policy): Ternary {
  return any(
    policy.statements.map((statement): Ternary => {
      if (statement.effect !== 'Allow') return false;
      if (!statement.notPrincipal && !statement.principals?.some((pattern) => pattern.type === '*')) return false;
      const fixing = statement.conditions.filter(
        (condition) => FIXING.has(condition.operator) && !condition.ifExists && condition.set !== 'ForAllValues',
      );
      const isPrivate = ({ key, values }: Condition) =>
        PRIVATE_KEYS.has(key) && values.every((value) => isFixed(key, value));
      if (fixing.some(isPrivate)) return false;
      const open = fixing.find(
        (condition) => condition.key.startsWith('aws:principal') || condition.values.some(isUnknown),
      );
      return open ? { doubt: `${open.place} may or may not keep the policy from being public` } : true;
    }),
  );
}

function isFixed(key: string, value: string): boolean {
  if (isUnknown(value) || value.includes('${')) return false;
  if (key === 'aws:sourceip') {
    const length = value.includes('/') ? Number(value.split('/')[1]) : 32;
    return length >= (value.includes(':') ? 32 : 8);
  }
  if (key === 'aws:sourcearn' || key === 's3:dataaccesspointarn') {
    // With the account fixed, or an S3 bucket's name, wildcards elsewhere do no harm.
    const parts = value.split(':');
    return parts.length >= 6 && !/[*?]/.test(parts[4]) && (parts[4] !== '' || !/^[*?]/.test(parts[5]));
  }
  return !/[*?]/.test(value);
}
