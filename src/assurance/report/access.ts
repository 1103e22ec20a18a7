import { principalOf } from '../ask/question';
import type { AccessPoint, Environment } from '../engine/environment';
import { evaluate } from '../engine/evaluate';
import { ruleOf } from '../engine/key-rules';
import type { PrincipalPattern } from '../engine/policy';
import { PRINCIPAL_KEYS, principalKey, type ContextValue, type Principal } from '../engine/request';
import type { RequestView } from '../engine/request-view';
import { principalMatches } from '../engine/statement-match';
import type { BucketModel, IdentityModel, Model, ObjectLambdaModel } from '../model/resolve';
import { environmentOf, ResourceUnderTest } from '../model/subject';
import { isUnknown } from '../template/unknown';

/** What a row of the access map says of one right. */
type Answer = 'yes' | 'no' | 'unknown';

export const RIGHTS = ['read', 'list', 'write', 'delete'] as const;
export type Right = (typeof RIGHTS)[number];

/** Who reaches a bucket's objects: callers as rows, doors and prefixes of keys as columns. */
export interface AccessMap {
  readonly columns: readonly AccessColumn[];
  readonly rows: readonly AccessRow[];
}

interface AccessColumn {
  /** The bucket itself, an access point, or the view that an access point supports. */
  readonly door: string;
  /** Prefix of keys; empty for all keys that no other column covers. */
  readonly prefix: string;
}

interface AccessRow {
  readonly who: string;
  /** One for each column. */
  readonly cells: ReadonlyArray<Readonly<Record<Right, Answer>>>;
  /** One for each column: by which statement a right is given, or what it rests on. */
  readonly reasons: ReadonlyArray<Readonly<Partial<Record<Right, string>>>>;
}

const CALLS: Readonly<Record<Right, string>> = {
  read: 'GetObject',
  list: 'ListBucket',
  write: 'PutObject',
  delete: 'DeleteObject',
};
const OBJECT_LAMBDA = 's3-object-lambda.amazonaws.com';

/** Asks for every caller, door and prefix with an ordinary request: HTTPS, TLS 1.2 or later, no optional header. */
export function accessMap(model: Model, bucket: BucketModel): AccessMap {
  const subject = new ResourceUnderTest(model, bucket);
  const doors: Array<AccessPoint | undefined> = [undefined, ...(environmentOf(subject).accessPoints ?? [])];
  const columns = doors.flatMap((door) => prefixesOf(model, bucket).map((prefix) => ({ door, prefix })));
  const rows = callersOf(model, bucket).map((caller) => {
    const answers = columns.map(({ door, prefix }) =>
      RIGHTS.map((right) => [right, answer(subject, caller, door, prefix, right)] as const),
    );
    return {
      who: caller.who,
      always: caller.always,
      cells: answers.map(
        (cell) =>
          Object.fromEntries(cell.map(([right, { allowed }]) => [right, allowed])) as AccessRow['cells'][number],
      ),
      reasons: answers.map((cell) =>
        Object.fromEntries(
          cell.filter(([, { allowed }]) => allowed !== 'no').map(([right, { reason }]) => [right, reason]),
        ),
      ),
    };
  });
  return {
    columns: columns.map(({ door, prefix }) => ({ prefix, door: nameOf(model, door) })),
    // That an administrator or a stranger reaches nothing is worth a line; of a hundred roles it is not.
    rows: rows.filter(
      ({ always, cells }) => always || cells.some((cell) => RIGHTS.some((right) => cell[right] !== 'no')),
    ),
  };
}

function nameOf(model: Model, door: AccessPoint | undefined): string {
  const view = viewBehind(model, door);
  const [kind, arn] = view ? ['View', view.arn] : ['Access point', door?.arn];
  return arn === undefined ? 'The bucket itself' : `${kind} ${arn.split('/').pop()}`;
}

/** The Object Lambda access point that an access point supports. */
function viewBehind({ objectLambdas }: Model, door: AccessPoint | undefined): ObjectLambdaModel | undefined {
  return objectLambdas.find(({ supportingArn }) => supportingArn === door?.arn);
}

interface Caller {
  readonly who: string;
  readonly principal: Principal;
  /** What its own policies grant: what the templates attach, everything (an administrator), or nobody knows. */
  readonly own: IdentityModel | 'everything' | 'unknown';
  /** Whether it is shown although it reaches nothing. */
  readonly always: boolean;
}

function callersOf(model: Model, bucket: BucketModel): Caller[] {
  const { resource, policies, accessPoints } = bucket;
  const role = (account: string) => principalOf(`arn:${resource.partition}:iam::${account}:role/x`);
  const callers = new Map<string, Caller>();
  const add = (caller: Caller) => {
    if (!callers.has(caller.who)) callers.set(caller.who, caller);
  };

  const isNear = nearness(bucket);
  for (const identity of model.identities) {
    if (!isNear(identity)) continue;
    add({ who: identity.resource.path, principal: principalOf(identity.arn), own: identity, always: false });
  }
  const known = new Set(model.identities.map(({ arn }) => arn));
  const attached = [...policies.map(({ policy }) => policy), ...accessPoints.flatMap(({ policy }) => policy ?? [])];
  const statements = attached.flatMap((policy) => policy.statements);
  for (const pattern of statements.flatMap((statement) =>
    statement.effect === 'Allow' ? (statement.principals ?? []) : [],
  )) {
    if (pattern.type === '*' || isUnknown(pattern.value) || known.has(pattern.value)) continue;
    const principal = namedBy(pattern, role);
    if (principal) add({ who: pattern.value, principal, own: 'unknown', always: false });
  }
  add({
    who: 'An administrator of the account',
    principal: role(resource.account),
    own: 'everything',
    always: true,
  });
  add({
    who: 'An administrator of another account',
    principal: role('999999999999'),
    own: 'everything',
    always: true,
  });
  add({ who: 'Anybody, without credentials', principal: principalOf('anonymous'), own: 'everything', always: true });
  return [...callers.values()];
}

/**
 * Whether some statement of an identity, or of the bucket for it, may be about the bucket: most of hundreds of roles
 * are about others, and reach nothing here.
 */
function nearness({ arn, policies, accessPoints }: BucketModel): (identity: IdentityModel) => boolean {
  const doors = [arn, ...accessPoints.map((point) => point.arn)];
  const attached = [...policies.map(({ policy }) => policy), ...accessPoints.flatMap(({ policy }) => policy ?? [])]
    .flatMap(({ statements }) => statements)
    .filter(({ effect }) => effect === 'Allow');
  const isAbout = (resource: string) => {
    if (isUnknown(resource)) return true;
    const start = resource.split(/[*?$]/)[0];
    return doors.some((door) => start.startsWith(door) || door.startsWith(start));
  };
  return ({ policies: own, foreignPolicies, arn: who }) =>
    foreignPolicies.length > 0 ||
    own.some(({ statements }) =>
      statements.some(
        ({ effect, notResource, resources }) => effect === 'Allow' && (notResource || resources.some(isAbout)),
      ),
    ) ||
    attached.some(
      (statement) =>
        statement.principals === undefined || principalMatches(statement, principalOf(who), 'Allow') !== false,
    );
}

function namedBy({ type, value }: PrincipalPattern, role: (account: string) => Principal): Principal | undefined {
  if (type === 'Service') return { kind: 'service', service: value };
  const account = /^(?:arn:[^:]*:iam::)?([^:]+?)(?::root)?$/.exec(value);
  if (type === 'AWS' && account && !value.includes('/')) return role(account[1]);
  return type === 'AWS' && /:(role|user|assumed-role)\//.test(value) ? principalOf(value) : undefined;
}

/** Prefixes that the policies tell apart, and the rest of the keys as the empty prefix. */
function prefixesOf(model: Model, bucket: BucketModel): string[] {
  const doors = [bucket.arn, ...bucket.accessPoints.map(({ arn }) => `${arn}/object`)];
  const policies = [
    ...bucket.policies.map(({ policy }) => policy),
    ...bucket.accessPoints.flatMap(({ policy }) => policy ?? []),
    ...model.identities.flatMap((identity) => identity.policies),
  ];
  const found = new Set<string>();
  for (const resource of policies.flatMap(({ statements }) => statements).flatMap(({ resources }) => resources)) {
    const door = doors.find((arn) => resource.startsWith(`${arn}/`));
    if (door === undefined || isUnknown(resource)) continue;
    const prefix = resource.slice(door.length + 1).split(/[*?$]/)[0];
    if (prefix !== '') found.add(prefix);
  }
  return [...[...found].sort(), ''];
}

/**
 * By a view a request has to be let through twice: by the view, and by what S3 Object Lambda asks of the bucket in the
 * caller's name.
 */
function answer(
  subject: ResourceUnderTest,
  caller: Caller,
  door: AccessPoint | undefined,
  prefix: string,
  right: Right,
): Answered {
  const { bucket, model } = subject;
  const call = CALLS[right];
  const below = right === 'list' ? '' : `/${prefix}x`;
  const view = viewBehind(model, door);
  const given: Record<string, ContextValue | undefined> = {
    ...(right === 'list' && { 's3:prefix': prefix }),
    ...(door && { 's3:dataaccesspointarn': door.arn, 's3:dataaccesspointaccount': door.arn.split(':')[4] }),
    ...(door && { 's3:accesspointnetworkorigin': door.vpcId === undefined ? 'Internet' : 'VPC' }),
    ...(door?.vpcId !== undefined && { 'aws:sourcevpc': door.vpcId, 'aws:sourcevpce': 'vpce-x' }),
    ...(view && { 'aws:calledvia': [OBJECT_LAMBDA] }),
    ...(caller.principal.kind === 'service' && {
      'aws:sourceaccount': bucket.resource.account,
      'aws:sourcearn': subject.logSources[0]?.arn ?? `arn:${bucket.resource.partition}:s3:::x`,
    }),
  };
  const byBucket = decided(caller, `s3:${call}`, bucket.arn + below, given, environmentOf(subject));
  if (!view) return byBucket;
  const ownPolicy: Environment = {
    account: view.resource.account,
    resourcePolicies: view.policy ? [view.policy] : [],
    otherIdentities: 'everything',
    ...model.organization,
  };
  return both(decided(caller, `s3-object-lambda:${call}`, view.arn, {}, ownPolicy), byBucket);
}

function decided(
  caller: Caller,
  action: string,
  resource: string,
  given: Record<string, ContextValue | undefined>,
  environment: Environment,
): Answered {
  const view: RequestView = {
    principal: () => caller.principal,
    action: () => action,
    resource: () => resource,
    key: (name) =>
      PRINCIPAL_KEYS.has(name)
        ? principalKey(caller.principal, name)
        : name in given
          ? given[name]
          : ruleOf(name)?.ordinary?.(view, [])[0],
  };
  const as = (more: Partial<Environment>): Answered => {
    const [most, least] = (['allow', 'deny'] as const).map((lean) => evaluate(view, { ...environment, ...more }, lean));
    return most.allowed === least.allowed
      ? { allowed: most.allowed ? 'yes' : 'no', reason: least.reason }
      : { allowed: 'unknown', reason: most.doubts.join('; ') || most.reason };
  };
  const { own } = caller;
  if (own === 'everything') return as({});
  if (own === 'unknown') return either(as({ otherIdentities: 'nothing' }), as({}));
  const granted = as({ identities: { [own.arn]: { policies: own.policies, boundary: own.boundary } } });
  // What a managed policy from outside the templates grants is not known.
  return own.foreignPolicies.length > 0 ? either(granted, as({})) : granted;
}

/** An answer with the statement that gives it, or what it rests on. */
interface Answered {
  readonly allowed: Answer;
  readonly reason: string;
}

function both(one: Answered, other: Answered): Answered {
  const reason = one.reason === other.reason ? one.reason : `${one.reason}; ${other.reason}`;
  if (one.allowed === other.allowed) return { allowed: one.allowed, reason };
  return { allowed: one.allowed === 'no' || other.allowed === 'no' ? 'no' : 'unknown', reason };
}

function either(least: Answered, most: Answered): Answered {
  return least.allowed === most.allowed
    ? least
    : { allowed: 'unknown', reason: "the caller's own policies, which the templates do not have" };
}
