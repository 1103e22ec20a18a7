import { ACCESS_POINT_ARN_KEY } from './access-point-arns';
import type { Environment } from './environment';
import { evaluate, type Decision, type UnknownsResolveTo } from './evaluate';
import { conditionHolds } from './operators';
import { placementsOf } from './placements';
import type { Policy, Statement } from './policy';
import { NO_REQUEST, type Property } from './property';
import { PRINCIPAL_KEYS, type Request } from './request';
import { RequestEnumerator } from './request-enumerator';
import { statementApplies } from './statement-match';

export interface Outcome {
  readonly status: 'proved' | 'violated' | 'unknown';
  /** Representative requests of the region that were evaluated. */
  readonly requestClasses: number;
  readonly axioms: readonly string[];
  readonly counterexample?: Request;
  /** What allowed or refused the counterexample, or what is unknown. */
  readonly reason?: string;
  /** Account and Region of the counterexample, where the answer depends on them and the templates do not name them. */
  readonly where?: string;
}

/** More classes than this: a policy that nobody can review either. */
const MAX_CLASSES = 300_000;

/**
 * Proves a property for all requests: it evaluates one representative of every class of requests that the policies and
 * the property can tell apart, with the ordinary evaluator, choosing a field only when the evaluator reads it.
 * @throws if the region holds no request at all, if something is unsupported, or past a cap
 */
export function prove(property: Property): Outcome {
  let total: Outcome | undefined;
  for (const { property: placed, where } of placementsOf(property)) {
    const outcome = inPlace(placed);
    if (outcome === undefined) continue;
    const sum = {
      requestClasses: outcome.requestClasses + (total?.requestClasses ?? 0),
      axioms: [...new Set([...outcome.axioms, ...(total?.axioms ?? [])])].sort(),
    };
    if (total === undefined || outcome.status === total.status) {
      total = { ...(total ?? outcome), ...sum };
      continue;
    }
    // What differs from place to place is not known before there is one.
    const worse = outcome.status === 'proved' ? total : outcome;
    return {
      ...worse,
      ...sum,
      status: 'unknown',
      where: worse === outcome && where !== undefined ? where : `elsewhere than ${where}`,
    };
  }
  if (total === undefined) throw new Error(`${property.place}: ${NO_REQUEST}`);
  return total;
}

function inPlace(property: Property): Outcome | undefined {
  return (property.environment.accessPoints?.length ?? 0) > 1 ? proveByAccessPoint(property) : proveAtOnce(property);
}

/**
 * With many access points: an access point can only take away, so what holds as if all of them were open holds.
 * Otherwise each is looked at with its own policy alone, and what comes by none of them once: a request comes by one.
 */
function proveByAccessPoint(property: Property): Outcome | undefined {
  const doors = property.environment.accessPoints!;
  const fixing = property.region.conditions.filter(({ key }) => key === ACCESS_POINT_ARN_KEY);
  if (property.expect === 'never' || fixing.length === 0) {
    const open = { ...property.environment, accessPoints: undefined, trustsOwnAccessPoints: false };
    const asIfOpen = proveAtOnce({ ...property, environment: open });
    // An ordinary request comes by none, and is answered with that.
    if (asIfOpen === undefined || asIfOpen.status === 'proved' || property.expect === 'always') return asIfOpen;
  }
  const isAsked = (arn: string) => fixing.every((condition) => conditionHolds(condition, () => arn) !== false);
  const made = doors.map(({ arn }) => arn);
  let total: Outcome | undefined;
  for (const door of [undefined, ...doors.filter(({ arn }) => isAsked(arn))]) {
    const through = {
      ...property,
      through: door?.arn ?? 'others',
      made,
      environment: { ...property.environment, accessPoints: door ? [door] : [] },
    };
    const found = proveAtOnce(through);
    if (found === undefined) continue;
    const sum = {
      requestClasses: found.requestClasses + (total?.requestClasses ?? 0),
      axioms: [...new Set([...found.axioms, ...(total?.axioms ?? [])])].sort(),
    };
    if (found.status === 'violated') return { ...found, ...sum };
    total = { ...(total?.status === 'unknown' ? total : found), ...sum };
  }
  return total;
}

/** Undefined: no request is in the region. */
function proveAtOnce(property: Property): Outcome | undefined {
  const lean = leanOf(property);
  const search = new RequestEnumerator(property);
  let requestClasses = 0;
  let open: Outcome | undefined;
  for (const decision of decisions(property, search)) {
    requestClasses += 1;
    if (decision.allowed === (property.expect === 'always')) continue;
    const certain =
      decision.doubts.length === 0
        ? decision
        : evaluate(search, property.environment, lean === 'allow' ? 'deny' : 'allow');
    const outcome = { requestClasses, axioms: search.axioms(), counterexample: search.request() };
    if (certain.allowed === decision.allowed) return { ...outcome, status: 'violated', reason: certain.reason };
    open ??= { ...outcome, status: 'unknown', reason: decision.doubts.join('; ') };
  }
  if (requestClasses === 0) return undefined;
  return open ? { ...open, requestClasses } : { status: 'proved', requestClasses, axioms: search.axioms() };
}

/** Every class of requests of the property with its decision: what a second opinion can be asked about. */
export function* representatives(
  property: Property,
): Generator<{ readonly request: Request; readonly decision: Decision }> {
  const search = new RequestEnumerator(property);
  for (const decision of decisions(property, search)) yield { request: search.request(), decision };
}

/** How each class of the region is decided; the search stands at the class while its decision is looked at. */
function* decisions(property: Property, search: RequestEnumerator): Generator<Decision> {
  const lean = leanOf(property);
  const environment = property.expect === 'never' ? nearestDenialFirst(property) : property.environment;
  let classes = 0;
  do {
    search.restart();
    if (statementApplies(property.region, search, search.resource(), 'Allow') === false) continue;
    classes += 1;
    if (classes > MAX_CLASSES) {
      throw new Error(`${property.place}: more than ${MAX_CLASSES} classes of requests; simplify the policies`);
    }
    yield evaluate(search, environment, lean);
  } while (search.next());
}

/**
 * The environment with the Deny statements first that read nothing but what the region fixes: what they deny is not
 * told apart by the keys of the others. One denial is as good as another where nothing may be allowed.
 */
function nearestDenialFirst({ region, environment }: Property): Environment {
  const fixed = new Set(region.conditions.map(({ key }) => key));
  const distance = ({ effect, conditions }: Statement) =>
    effect === 'Deny' ? conditions.filter(({ key }) => !fixed.has(key) && !PRINCIPAL_KEYS.has(key)).length : 0;
  const sorted = (policy: Policy): Policy => ({
    ...policy,
    statements: [...policy.statements].sort((a, b) => distance(a) - distance(b)),
  });
  return {
    ...environment,
    resourcePolicies: environment.resourcePolicies.map(sorted),
    accessPoints: environment.accessPoints?.map((one) => (one.policy ? { ...one, policy: sorted(one.policy) } : one)),
  };
}

function leanOf(property: Property): UnknownsResolveTo {
  return property.expect === 'never' ? 'allow' : 'deny';
}
