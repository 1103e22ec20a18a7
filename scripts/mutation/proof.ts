/** The library's own verdict on a template and its mutants. */
import { guaranteesFor } from './subjects';
import { ACCOUNT, REGION } from './topics/topic';
import type { Environment } from '../../src/assurance/engine/environment';
import { difference } from '../../src/assurance/engine/equivalence';
import type { Guarantee } from '../../src/assurance/guarantees/guarantee';
import { vaultEnvironments } from '../../src/assurance/guarantees/vault';
import { lint } from '../../src/assurance/lints';
import { resolveTemplates, VAULT, type BucketModel, type Model } from '../../src/assurance/model/resolve';
import { environmentOf, keyEnvironment, ResourceUnderTest, subjectsOf } from '../../src/assurance/model/subject';
import { VerdictStatus } from '../../src/assurance/verdict';
import { verifyClaims } from '../../src/assurance/verify';

/** Everything that a template holds and that no mutant may lose. */
export interface Expectation {
  /** What noticed the last mutant comes first: the next one is often like it. */
  readonly claims: Array<{ readonly guarantee: Guarantee; readonly subject: string }>;
  readonly mistakes: ReadonlySet<string>;
}

// What a control states must be missed where it is gone, also where S3's default for new resources is the same.
const modelOf = (template: unknown): Model =>
  resolveTemplates([{ stack: 'Stack', template, account: ACCOUNT, region: REGION }], { requireStated: true });

export function expectationOf(template: unknown): Expectation {
  const model = modelOf(template);
  const claims = candidatesOf(model).flatMap((candidate) =>
    guaranteesFor(candidate, model)
      .filter((guarantee) => guarantee._appliesTo(new ResourceUnderTest(model, candidate)))
      .filter(
        (guarantee) =>
          verifyClaims(model, [{ guarantee, subject: candidate.resource }])[0].status === VerdictStatus.PROVED,
      )
      .map((guarantee) => ({ guarantee, subject: candidate.resource.logicalId })),
  );
  return { claims, mistakes: mistakesIn(model) };
}

/** What a mutant lost, or the mistake that it made; undefined if nothing notices it. */
export function killedBy(template: unknown, { claims, mistakes }: Expectation): string | undefined {
  try {
    const model = modelOf(template);
    const candidates = candidatesOf(model);
    for (const [index, { guarantee, subject }] of claims.entries()) {
      const found = candidates.find(({ resource }) => resource.logicalId === subject);
      const verdict = found && verifyClaims(model, [{ guarantee, subject: found.resource }])[0];
      if (verdict?.status === VerdictStatus.PROVED) continue;
      claims.unshift(...claims.splice(index, 1));
      return `${guarantee.id}: ${verdict?.reason ?? 'the bucket, key or vault is gone'}`;
    }
    return [...mistakesIn(model)].find((mistake) => !mistakes.has(mistake));
  } catch (error) {
    return (error as Error).message;
  }
}

function candidatesOf(model: Model): BucketModel[] {
  return ['AWS::S3::Bucket', 'AWS::KMS::Key', VAULT].flatMap((type) => subjectsOf(model, type));
}

function mistakesIn(model: Model): Set<string> {
  return new Set(
    lint(model.resources).map(({ lint: { id }, resource, message }) => `${id} on ${resource.path}: ${message}`),
  );
}

/** Where the policies are that decide about requests to a bucket. */
const POLICY: Readonly<Record<string, string>> = {
  'AWS::S3::BucketPolicy': 'PolicyDocument',
  'AWS::S3::AccessPoint': 'Policy',
  'AWS::KMS::Key': 'KeyPolicy',
  'AWS::S3ObjectLambda::AccessPointPolicy': 'PolicyDocument',
  // And that of its lock.
  [VAULT]: 'accessPolicy',
};

/** Whether only policies differ, and decide every request alike. */
export function isEquivalent(original: any, mutant: any, logicalId: string): boolean {
  const type = original.Resources[logicalId].Type;
  if (POLICY[type] === undefined || mutant.Resources[logicalId]?.Type !== type) return false;
  const withoutPolicy = (template: any) => {
    const resource = template.Resources[logicalId];
    const { lock, ...Properties } = { ...resource.Properties, [POLICY[type]]: undefined };
    const stripped = { ...resource, Properties, lock: { ...lock, policy: undefined } };
    return JSON.stringify({ ...template, Resources: { ...template.Resources, [logicalId]: stripped } });
  };
  if (withoutPolicy(original) !== withoutPolicy(mutant)) return false;
  const [before, after] = [modelOf(original), modelOf(mutant)];
  if (type === 'AWS::KMS::Key') {
    const [one, other] = [before, after].map(({ keys }) =>
      keys.find(({ resource }) => resource.logicalId === logicalId)!,
    );
    return (
      difference(keyEnvironment(one), keyEnvironment(other), [{ kind: 'key', arn: one.arn }], ['kms:*']) === undefined
    );
  }
  if (type === VAULT) {
    const vaultOf = (model: Model) => model.vaults.find(({ resource }) => resource.logicalId === logicalId)!;
    const [one, other] = [before, after].map((model) => new ResourceUnderTest(model, vaultOf(model)));
    const [was, is] = [one, other].map(vaultEnvironments);
    return was.every(
      (environment, at) =>
        difference(environment, is[at], [{ kind: 'vault', arn: one.arn }], ['glacier:*']) === undefined,
    );
  }
  if (type === 'AWS::S3ObjectLambda::AccessPointPolicy') {
    const named = original.Resources[logicalId].Properties.ObjectLambdaAccessPoint.Ref;
    const [one, other] = [before, after].map(({ objectLambdas }) =>
      objectLambdas.find(({ resource }) => resource.logicalId === named)!,
    );
    const [was, is] = [one, other].map(({ policy, resource }): Environment => ({
      account: resource.account,
      resourcePolicies: policy ? [policy] : [],
      otherIdentities: 'everything',
    }));
    return (
      difference(was, is, [{ kind: 'objectlambdaaccesspoint', arn: one.arn }], ['s3-object-lambda:*']) === undefined
    );
  }
  return before.buckets.every((bucket) => {
    if (![...bucket.policies, ...bucket.accessPoints].some(({ resource }) => resource.logicalId === logicalId)) {
      return true;
    }
    const same = after.buckets.find(({ resource }) => resource.logicalId === bucket.resource.logicalId);
    if (same === undefined) return false;
    const targets = [
      { kind: 'object', arn: bucket.arn, keys: ['*'] },
      { kind: 'bucket', arn: bucket.arn },
    ];
    return (
      difference(
        environmentOf(new ResourceUnderTest(before, bucket)),
        environmentOf(new ResourceUnderTest(after, same)),
        targets,
        ['s3:*'],
      ) === undefined
    );
  });
}
