import { Lazy } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { PolicyOfBucket, policyOf, resolved } from './bucket-policy';
import { sourceConditions, type ServiceSources } from './service-sources';

type Json = Record<string, any>;

const SOURCE_KEYS = ['aws:sourcearn', 'aws:sourceaccount', 'aws:sourceorgid', 'aws:sourceorgpaths'];
const BOUNDS = Symbol.for('cdk-s3-strongbox.bounds');

/** What becomes of a statement that another construct wrote; `own` are those of this library. */
type Bound = (statement: Json, own: readonly Json[]) => Json[];

/**
 * Bounds the statements that an L2 construct wrote for a service beside this library's own: `Trail`, `logAccessLogs`
 * and `addInventory` name no source, or only one of the keys, and then the service writes for anybody.
 */
export function boundForeignStatements(bucket: s3.CfnBucket): void {
  boundBy(bucket, 'delivery', (statement, own) => [likeOwn(statement, own)]);
}

/** Bounds the statements for services that name no source to resources of these accounts or this organization. */
export function boundServices(bucket: s3.CfnBucket, sources: ServiceSources): void {
  boundBy(bucket, 'sources', (statement) => toSources(statement, sources));
}

/** Of two bounds of one name the later one counts. */
function boundBy(bucket: s3.CfnBucket, name: string, bound: Bound): void {
  const policy = policyOf(bucket) as (s3.CfnBucketPolicy & { [BOUNDS]?: Map<string, Bound> }) | undefined;
  if (!policy) return;
  if (policy[BOUNDS]) {
    policy[BOUNDS].set(name, bound);
    return;
  }
  const bounds = new Map([[name, bound]]);
  Object.defineProperty(policy, BOUNDS, { value: bounds });
  const document = policy.policyDocument as unknown;
  policy.policyDocument = Lazy.uncachedAny({
    produce: (context) => {
      const { Statement, ...rest } = context.resolve(document) as { Statement: Json[] };
      const own = [...PolicyOfBucket.of(bucket).all.values()].map((statement) =>
        resolved<Json>(bucket, statement.toStatementJson())!,
      );
      // What a delivery of this library says of a service is more exact than an account.
      const all = ['delivery', 'sources'].flatMap((each) => bounds.get(each) ?? []);
      const bounded = all.reduce(
        (statements, apply) => statements.flatMap((statement) => apply(statement, own)),
        [Statement].flat(),
      );
      return { ...rest, Statement: withoutRepeats(bounded) };
    },
  });
}

function likeOwn(statement: Json, own: readonly Json[]): Json {
  const service = serviceOf(statement);
  if (statement.Effect !== 'Allow' || service === undefined || hasSource(statement)) return statement;
  const actions = [statement.Action].flat();
  const mine = own.find(
    (each) =>
      each.Effect === 'Allow' &&
      serviceOf(each) === service &&
      hasSource(each) &&
      actions.every((action) => [each.Action].flat().includes(action)),
  );
  if (!mine) return statement;
  const condition: Json = { ...statement.Condition };
  for (const [operator, keys] of Object.entries(mine.Condition as Json)) {
    for (const [key, value] of Object.entries(keys as Json)) {
      if (SOURCE_KEYS.includes(key.toLowerCase())) condition[operator] = { ...condition[operator], [key]: value };
    }
  }
  return { ...statement, Condition: condition };
}

/** A statement for several services becomes one for each, since they do not state their sources alike. */
function toSources(statement: Json, sources: ServiceSources): Json[] {
  const { Effect, Principal, Condition } = statement;
  const isForServices = typeof Principal === 'object' && Object.keys(Principal).join() === 'Service';
  if (Effect !== 'Allow' || !isForServices || hasSource(statement)) return [statement];
  const services = [Principal.Service].flat() as unknown[];
  const bounds = services.map((service) =>
    typeof service === 'string' ? sourceConditions(service, sources) : undefined,
  );
  if (bounds.every((bound) => bound === undefined)) return [statement];
  return services.map((Service, index) => ({
    ...statement,
    ...(statement.Sid !== undefined && index > 0 && { Sid: `${statement.Sid}${index + 1}` }),
    Principal: { Service },
    ...(bounds[index] && { Condition: withAll(Condition, bounds[index]) }),
  }));
}

function withAll(condition: Json = {}, more: Json): Json {
  const operators = new Set([...Object.keys(condition), ...Object.keys(more)]);
  return Object.fromEntries([...operators].map((name) => [name, { ...condition[name], ...more[name] }]));
}

function serviceOf({ Principal }: Json): string | undefined {
  const service =
    typeof Principal === 'object' && Object.keys(Principal).join() === 'Service' ? Principal.Service : undefined;
  return service === undefined ? undefined : JSON.stringify(service);
}

function hasSource({ Condition }: Json): boolean {
  return Object.values((Condition ?? {}) as Json).some((keys) =>
    Object.keys(keys as Json).some((key) => SOURCE_KEYS.includes(key.toLowerCase())),
  );
}

/** A statement that became the same as another one, but for its name, is left out. */
function withoutRepeats(statements: Json[]): Json[] {
  const content = ({ Sid: _sid, ...rest }: Json) => JSON.stringify(rest, Object.keys(flat(rest)).sort());
  const seen = new Set<string>();
  // The named ones are this library's, so they are kept.
  for (const named of statements.filter(({ Sid }) => Sid !== undefined)) seen.add(content(named));
  return statements.filter((statement) => statement.Sid !== undefined || !seen.has(content(statement)));
}

function flat(value: unknown): Json {
  if (typeof value !== 'object' || value === null) return {};
  return Object.assign({}, ...Object.entries(value).map(([key, inner]) => ({ [key]: true, ...flat(inner) })));
}
