import { Lazy } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { PolicyOfBucket, policyOf, resolved } from './bucket-policy';

type Json = Record<string, any>;

const SOURCE_KEYS = ['aws:sourcearn', 'aws:sourceaccount', 'aws:sourceorgid', 'aws:sourceorgpaths'];
const DONE = Symbol.for('cdk-s3-strongbox.bounded');

/**
 * Bounds the statements that an L2 construct wrote for a service beside this library's own: `Trail`, `logAccessLogs`
 * and `addInventory` name no source, or only one of the keys, and then the service writes for anybody.
 */
export function boundForeignStatements(bucket: s3.CfnBucket): void {
  const policy = policyOf(bucket) as (s3.CfnBucketPolicy & { [DONE]?: boolean }) | undefined;
  if (!policy || policy[DONE]) return;
  Object.defineProperty(policy, DONE, { value: true });
  const document = policy.policyDocument as unknown;
  policy.policyDocument = Lazy.uncachedAny({
    produce: (context) => {
      const { Statement, ...rest } = context.resolve(document) as { Statement: Json[] };
      const own = [...PolicyOfBucket.of(bucket).all.values()].map((statement) =>
        resolved<Json>(bucket, statement.toStatementJson())!,
      );
      return { ...rest, Statement: withoutRepeats(Statement.map((statement) => bounded(statement, own))) };
    },
  });
}

function bounded(statement: Json, own: Json[]): Json {
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
