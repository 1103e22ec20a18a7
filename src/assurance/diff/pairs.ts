import type { Environment } from '../engine/environment';
import type { Target } from '../engine/property';
import type { BucketModel, KeyModel, Model, ObjectLambdaModel, ResolvedResource } from '../model/resolve';
import { environmentOf, keyEnvironment, policiesOf, ResourceUnderTest, s3Endpoints } from '../model/subject';

/** Something that policies protect, of one side. */
interface Protected {
  readonly resource: ResolvedResource;
  readonly name: string;
  readonly actions: readonly string[];
  readonly targets: readonly Target[];
  readonly environment: Environment;
}

/** The same of both sides; one is absent where it is new or gone. */
export interface Pair {
  readonly before?: Protected;
  readonly after?: Protected;
}

/** Everything that policies of the templates protect, matched. @throws {UndecidedError} if this world does not say */
export function pairsOf(before: Model, after: Model): Pair[] {
  const left = protectedBy(before);
  const right = protectedBy(after);
  const taken = new Set<Protected>();
  const pairs: Pair[] = [];
  for (const own of left) {
    const same = MATCHES.map((isSame) => right.find((other) => !taken.has(other) && isSame(own, other))).find(Boolean);
    if (same) taken.add(same);
    pairs.push({ before: own, after: same });
  }
  return [...pairs, ...right.filter((one) => !taken.has(one)).map((one) => ({ after: one }))].map(alike);
}

/** By logical id; a renamed one by construct path, or by the name that it has in AWS. */
const MATCHES: ReadonlyArray<(one: Protected, other: Protected) => boolean> = [
  (one, other) =>
    sameType(one, other) &&
    one.resource.logicalId === other.resource.logicalId &&
    one.resource.stack === other.resource.stack,
  (one, other) => sameType(one, other) && one.resource.path === other.resource.path,
  (one, other) => sameType(one, other) && !one.name.includes('{') && one.name === other.name,
];

function sameType(one: Protected, other: Protected): boolean {
  return one.resource.type === other.resource.type;
}

/** Of a resource under another logical id, the generated names are those of today. */
function alike({ before, after }: Pair): Pair {
  if (!before || !after) return { before, after };
  const was = `{${before.resource.stack.replace(/[/:]/g, '.')}.${before.resource.logicalId}}`;
  const is = `{${after.resource.stack.replace(/[/:]/g, '.')}.${after.resource.logicalId}}`;
  const same =
    was === is
      ? before
      : {
          ...before,
          ...(JSON.parse(
            JSON.stringify({ targets: before.targets, environment: before.environment }).replaceAll(was, is),
          ) as Pick<Protected, 'targets' | 'environment'>),
        };
  return { before: same, after };
}

function protectedBy(model: Model): Protected[] {
  const endpointPolicies = policiesOf(s3Endpoints(model));
  return [
    ...[...model.buckets, ...model.outsideBuckets]
      .filter(({ resource }) => resource.exists)
      .map((bucket) => ofBucket(model, bucket, endpointPolicies)),
    ...model.keys.filter(({ resource }) => resource.exists).map((key) => ofKey(model, key)),
    ...model.objectLambdas.map(ofObjectLambda),
  ];
}

function ofBucket(model: Model, bucket: BucketModel, endpointPolicies: Environment['endpointPolicies']): Protected {
  return {
    resource: bucket.resource,
    name: bucket.name,
    actions: ['s3:*'],
    targets: [
      { kind: 'object', arn: bucket.arn, keys: ['*'] },
      { kind: 'bucket', arn: bucket.arn },
    ],
    environment: { ...withDefaults(model, bucket), endpointPolicies },
  };
}

/** What S3 gives new resources counts on both sides, as it does for guarantees. */
function withDefaults(model: Model, bucket: BucketModel): Environment {
  const asStated = new ResourceUnderTest(model, bucket);
  const environment = environmentOf(asStated, true);
  const { unstated } = asStated.settings;
  return model.requireStated || unstated.length === 0
    ? environment
    : environmentOf(new ResourceUnderTest(model, bucket, unstated), true);
}

function ofKey(model: Model, key: KeyModel): Protected {
  return {
    resource: key.resource,
    name: key.arn,
    actions: ['kms:*'],
    targets: [{ kind: 'key', arn: key.arn }],
    environment: keyEnvironment(key, model.organization),
  };
}

function ofObjectLambda({ resource, arn, name, policy }: ObjectLambdaModel): Protected {
  return {
    resource,
    name,
    actions: ['s3-object-lambda:*'],
    targets: [{ kind: 'objectlambdaaccesspoint', arn }],
    environment: {
      account: resource.account,
      resourcePolicies: policy ? [policy] : [],
      otherIdentities: 'everything',
    },
  };
}

/**
 * Identities that only one side has, for both: a role that is not there does nothing. What both limit alike is left
 * out, since no difference comes of it.
 */
export function comparable(before: Environment, after: Environment): [Environment, Environment] {
  const [was, is] = [before.identities ?? {}, after.identities ?? {}];
  const arns = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter(
    (arn) => JSON.stringify(was[arn]) !== JSON.stringify(is[arn]),
  );
  const identities = (of: NonNullable<Environment['identities']>) =>
    Object.fromEntries(arns.map((arn) => [arn, of[arn] ?? { policies: [] }]));
  const endpoints = JSON.stringify(before.endpointPolicies) !== JSON.stringify(after.endpointPolicies);
  const side = (one: Environment, own: NonNullable<Environment['identities']>): Environment => ({
    ...one,
    identities: before.identities || after.identities ? identities(own) : undefined,
    endpointPolicies: endpoints ? one.endpointPolicies : undefined,
  });
  return [side(before, was), side(after, is)];
}
