import { ACCESS_POINT_ARN_KEY } from './access-point-arns';
import { accessPointResourceArn, identityOf, type AccessPoint, type Environment } from './environment';
import { evaluate, type Decision } from './evaluate';
import { isUndecided, type Ternary } from './operators';
import { placementsOf } from './placements';
import type { Policy } from './policy';
import type { Property, Target } from './property';
import { isPublicPolicy } from './public-policy';
import { region } from './region';
import type { Request } from './request';
import { RequestEnumerator } from './request-enumerator';
import type { RequestView } from './request-view';
import { statementApplies } from './statement-match';

/** What is decided about a class of requests; `unknown` rests on what only the deployment knows. */
interface Side {
  readonly allowed: 'yes' | 'no' | 'unknown';
  /** The statement or rule that decides, or what the answer rests on. */
  readonly reason: string;
}

/** A class of requests that two sets of policies decide differently, or may. */
export interface Change {
  readonly request: Request;
  readonly before: Side;
  readonly after: Side;
  /** Account and Region, where the templates name none and the answer depends on them. */
  readonly where?: string;
}

/** More classes than this of one resource are not compared. */
const MAX_COMPARED = 300_000;

/** A property with both sides, so that they are placed in accounts and Regions together. */
interface Comparison extends Property {
  readonly sides: { readonly before?: Environment; readonly after?: Environment };
}

/**
 * Looks at one representative of every class of requests that the policies of both sides together can tell apart, and
 * tells those that are decided differently.
 * @param before undefined: there is no such resource, and nothing is allowed
 * @throws if something is unsupported, or past the cap
 */
export function* changes(
  before: Environment | undefined,
  after: Environment | undefined,
  targets: readonly Target[],
  actions: readonly string[],
): Generator<Change> {
  const either = after ?? before;
  if (either === undefined || JSON.stringify(before) === JSON.stringify(after)) return;
  const comparison: Comparison = {
    place: targets[0].arn,
    expect: 'never',
    region: region({ actions, when: {} }),
    targets,
    environment: joint(before ?? either, after ?? either),
    sides: { before, after },
  };
  let classes = 0;
  for (const { property, where } of placementsOf(comparison)) {
    for (const part of byAccessPoint(property as Comparison)) {
      const search = new RequestEnumerator(part);
      do {
        search.restart();
        classes += 1;
        if (classes > MAX_COMPARED) throw new Error(`more than ${MAX_COMPARED} classes of requests tell them apart`);
        const { sides } = property as Comparison;
        const [was, is] = [sideOf(search, sides.before, part), sideOf(search, sides.after, part)];
        if (was.allowed === is.allowed && (was.allowed !== 'unknown' || was.fingerprint === is.fingerprint)) continue;
        yield { request: search.request(), before: told(was), after: told(is), where };
      } while (search.next());
    }
  }
}

/** A request comes by one access point, or by none: with several, each is looked at alone. */
function* byAccessPoint(property: Comparison): Generator<Comparison> {
  const points = property.environment.accessPoints ?? [];
  if (points.length < 2) {
    yield property;
    return;
  }
  const made = points.map(({ arn }) => arn);
  for (const point of [undefined, ...points]) {
    const environment = { ...property.environment, accessPoints: point ? [point] : [] };
    yield { ...property, through: point?.arn ?? 'others', made, environment };
  }
}

interface Fingerprinted extends Side {
  /** Equal: the same statements are about the request, as certainly. Only of what is unknown. */
  readonly fingerprint?: string;
}

function sideOf(
  view: RequestView,
  environment: Environment | undefined,
  { environment: all }: Comparison,
): Fingerprinted {
  if (environment === undefined) return { allowed: 'no', reason: 'there is no such resource' };
  const points = environment.accessPoints ?? [];
  if ((all.accessPoints ?? []).some(({ arn }) => !points.some((own) => own.arn === arn))) {
    const arn = view.key(ACCESS_POINT_ARN_KEY);
    if (all.accessPoints!.some((point) => point.arn === arn) && !points.some((own) => own.arn === arn)) {
      return { allowed: 'no', reason: 'there is no such access point' };
    }
  }
  const [most, least] = (['allow', 'deny'] as const).map((lean) => evaluate(view, environment, lean));
  if (most.allowed === least.allowed) return { allowed: most.allowed ? 'yes' : 'no', reason: reasonOf(most, least) };
  return {
    allowed: 'unknown',
    reason: [...new Set([...most.doubts, ...least.doubts])].join('; '),
    fingerprint: fingerprintOf(view, environment),
  };
}

function reasonOf(most: Decision, least: Decision): string {
  return most.allowed ? least.reason : most.reason;
}

function told({ allowed, reason }: Fingerprinted): Side {
  return { allowed, reason };
}

/** Every statement that is, or may be, about the request, by what it says rather than where it is. */
function fingerprintOf(view: RequestView, environment: Environment): string {
  const {
    resourcePolicies,
    accessPoints = [],
    endpointPolicies,
    serviceControlPolicies,
    resourceControlPolicies,
  } = environment;
  const resource = view.resource();
  const [principal, arn, endpoint] = [view.principal(), view.key(ACCESS_POINT_ARN_KEY), view.key('aws:sourcevpce')];
  const point = accessPoints.find((each) => each.arn === arn);
  const atPoint = point ? [accessPointResourceArn(point, resource)] : [];
  const own = identityOf(environment, principal);
  const spoken = [
    about(view, resourcePolicies, [resource]),
    about(view, point?.policy ? [point.policy] : [], atPoint),
    about(view, typeof endpoint === 'string' ? (endpointPolicies?.[endpoint] ?? []) : [], [resource, ...atPoint]),
    about(view, own ? [...own.policies, own.boundary] : [], [resource, ...atPoint]),
    about(view, [...(serviceControlPolicies ?? []), ...(resourceControlPolicies ?? [])], [resource]),
  ];
  const { restrictsPublic, aclsMayGrant: acls, account, otherIdentities, resourcePolicyDecides } = environment;
  const isPublic = restrictsPublic === true && resourcePolicies.map((one) => certainty(isPublicPolicy(one)));
  const acl = acls && (principal.kind === 'anonymous' ? acls.everyone : acls.accounts);
  return JSON.stringify([spoken, isPublic, acl, account, otherIdentities, resourcePolicyDecides, point?.vpcId, !own]);
}

function about(
  view: RequestView,
  policies: Policy | ReadonlyArray<Policy | undefined>,
  resources: readonly string[],
): string[] {
  return [policies]
    .flat()
    .flatMap((policy) => policy?.statements ?? [])
    .flatMap(({ place, ...content }) => {
      const answers = resources.map((arn) =>
        certainty(statementApplies({ place, ...content }, view, arn, content.effect)),
      );
      return answers.every((answer) => answer === 'false') ? [] : [JSON.stringify([answers, content])];
    })
    .sort();
}

function certainty(truth: Ternary): string {
  return isUndecided(truth) ? 'perhaps' : String(truth);
}

/** Everything that either side has, so that each class is one for both. */
function joint(a: Environment, b: Environment): Environment {
  const points = new Map<string, AccessPoint>();
  for (const point of [...(a.accessPoints ?? []), ...(b.accessPoints ?? [])]) {
    const same = points.get(point.arn);
    if (same && same.vpcId !== point.vpcId) {
      throw new Error(`the access point ${point.arn} changes its VPC, which CloudFormation does by replacing it`);
    }
    points.set(point.arn, {
      ...point,
      policy: together([same?.policy, point.policy]),
    });
  }
  const arns = (of: 'identities' | 'endpointPolicies') => [
    ...new Set([...Object.keys(a[of] ?? {}), ...Object.keys(b[of] ?? {})]),
  ];
  const acls = [a.aclsMayGrant, b.aclsMayGrant].filter((one) => one !== undefined);
  return {
    ...a,
    resourcePolicies: [...a.resourcePolicies, ...b.resourcePolicies],
    accessPoints: points.size === 0 ? undefined : [...points.values()],
    aclsMayGrant: acls.length === 0 ? undefined : { everyone: acls.some((one) => one.everyone), accounts: true },
    endpointPolicies: Object.fromEntries(
      arns('endpointPolicies').map((id) => [id, together([a.endpointPolicies?.[id], b.endpointPolicies?.[id]])!]),
    ),
    identities:
      a.identities || b.identities
        ? Object.fromEntries(
            arns('identities').map((arn) => {
              const own = [a.identities?.[arn], b.identities?.[arn]].filter((one) => one !== undefined);
              return [
                arn,
                {
                  policies: own.flatMap(({ policies }) => policies),
                  boundary: together(own.map(({ boundary }) => boundary)),
                },
              ];
            }),
          )
        : undefined,
    serviceControlPolicies: [...(a.serviceControlPolicies ?? []), ...(b.serviceControlPolicies ?? [])],
    resourceControlPolicies: [...(a.resourceControlPolicies ?? []), ...(b.resourceControlPolicies ?? [])],
  };
}

function together(policies: ReadonlyArray<Policy | undefined>): Policy | undefined {
  const [first, ...others] = policies.filter((policy) => policy !== undefined);
  return first && { ...first, statements: [first, ...others].flatMap(({ statements }) => statements) };
}
