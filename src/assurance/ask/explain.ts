import { nearMisses, type NearMiss } from './near-miss';
import type { Question } from './question';
import { accessPointResourceArn, type Environment } from '../engine/environment';
import { evaluate, type UnknownsResolveTo } from '../engine/evaluate';
import { isUndecided } from '../engine/operators';
import type { Policy } from '../engine/policy';
import type { Request } from '../engine/request';
import { viewOf } from '../engine/request-view';
import { statementApplies } from '../engine/statement-match';
import type { IdentityModel } from '../model/resolve';
import { shown } from '../template/unknown';

/** How a question is answered; `unknown` is never to be read as either. */
export type Answer = 'allowed' | 'denied' | 'unknown';

/** What one policy says about a request. */
interface PolicySays {
  /** What kind of policy it is, in the order of AWS's evaluation. */
  readonly policy: string;
  /** Statements about the request, denials first; none: the policy says nothing about it. */
  readonly statements: ReadonlyArray<{
    readonly place: string;
    readonly effect: 'allows' | 'denies';
    /** Why only the deployment knows whether it is about the request. */
    readonly doubt?: string;
  }>;
  /** Statements that only a condition keeps from being about the request. */
  readonly nearMisses: readonly NearMiss[];
}

/** The answer to one action of a request. */
export interface Explained {
  readonly request: Request;
  readonly answer: Answer;
  /** The statement or rule that decides, or what the answer rests on. */
  readonly reason: string;
  readonly policies: readonly PolicySays[];
}

export interface ExplainOptions {
  /**
   * Whether the own policies of a caller that the templates do not make are taken to allow what they are asked;
   * otherwise an answer that rests on them is unknown.
   */
  readonly identityAllows?: boolean;
}

/** Decides one action, and tells every policy that has a say in it. */
export function explain(question: Question, { identityAllows = false }: ExplainOptions = {}): Explained {
  const { request, environment, identity } = question;
  const own = ownPolicies(identity);
  // What a caller's own policies may say: what the templates attach, or what nobody knows.
  const least: Environment = own
    ? { ...environment, identities: { [identity!.arn]: own }, otherIdentities: 'nothing' }
    : { ...environment, otherIdentities: identityAllows ? 'everything' : 'nothing' };
  const most: Environment =
    own && identity!.foreignPolicies.length === 0 ? least : { ...environment, otherIdentities: 'everything' };
  const view = viewOf(request);
  const at = (env: Environment, lean: UnknownsResolveTo) => evaluate(view, env, lean);
  const decisions = [at(least, 'deny'), at(least, 'allow'), at(most, 'deny'), at(most, 'allow')];
  const [certain] = decisions;
  const policies = saidBy(question, own?.policies ?? [], own?.boundary);
  if (decisions.every(({ allowed }) => allowed === certain.allowed)) {
    return { request, answer: certain.allowed ? 'allowed' : 'denied', reason: certain.reason, policies };
  }
  const doubts = [...new Set(decisions.flatMap((decision) => decision.doubts))];
  const reason =
    doubts.length > 0
      ? doubts.join('; ')
      : identity
        ? `managed policies that the templates do not have: ${identity.foreignPolicies.join(', ')}`
        : "the caller's own policies, which the templates do not have, must allow it";
  return { request, answer: 'unknown', reason: shown(reason), policies };
}

function ownPolicies(identity: IdentityModel | undefined) {
  return identity && { policies: identity.policies, boundary: identity.boundary };
}

function saidBy(
  { request, environment: env, accessPoint, bucket, given }: Question,
  own: readonly Policy[],
  boundary: Policy | undefined,
): PolicySays[] {
  const { resource, context, principal } = request;
  const onKey = env.resourcePolicyDecides === true;
  const endpoint = context['aws:sourcevpce'];
  const overCaller = principal.account === env.account ? (env.serviceControlPolicies ?? []) : [];
  const atPoint = accessPoint && !onKey ? accessPointResourceArn(accessPoint, resource) : resource;
  const steps: Array<readonly [policy: string, documents: ReadonlyArray<Policy | undefined>, resource: string]> = [
    ['resource control policies', env.resourceControlPolicies ?? [], resource],
    ['service control policies', overCaller, resource],
    ...(typeof endpoint === 'string' && !onKey
      ? [[`policy of the VPC endpoint ${endpoint}`, [env.endpointPolicies?.[endpoint]], resource] as const]
      : []),
    ...(accessPoint && !onKey
      ? [[`policy of the access point ${accessPoint.name}`, [accessPoint.policy], atPoint] as const]
      : []),
    [onKey ? 'key policy' : `bucket policy of ${bucket.resource.path}`, env.resourcePolicies, resource],
    // A request through an access point is one to the access point, and one to the bucket.
    ...(accessPoint && !onKey ? [['policies of the caller, for the access point', own, atPoint] as const] : []),
    [`policies of the caller${accessPoint && !onKey ? ', for the bucket' : ''}`, own, resource],
    ['permissions boundary of the caller', [boundary], resource],
  ];
  return steps
    .map(([policy, documents, arn]) => {
      const present = documents.filter((document) => document !== undefined);
      return {
        isThere: present.length > 0,
        policy,
        statements: present.flatMap((one) => statementsAbout(one, request, arn)),
        nearMisses: present.flatMap((one) => nearMisses(one, request, arn, given)),
      };
    })
    .filter(({ isThere }) => isThere)
    .map(({ policy, statements, nearMisses: near }) => ({ policy: shown(policy), statements, nearMisses: near }));
}

function statementsAbout(
  { statements }: Policy,
  request: Request,
  resource: string,
): PolicySays['statements'][number][] {
  const view = viewOf(request);
  const about = statements.flatMap((statement) => {
    const applies = statementApplies(statement, view, resource, statement.effect);
    if (applies === false) return [];
    const effect = statement.effect === 'Allow' ? ('allows' as const) : ('denies' as const);
    return [{ place: shown(statement.place), effect, ...(isUndecided(applies) && { doubt: shown(applies.doubt) }) }];
  });
  return [...about.filter(({ effect }) => effect === 'denies'), ...about.filter(({ effect }) => effect === 'allows')];
}
