/** The library's own verdict on a template and its mutants. */
import { DOOR_GUARANTEES } from './doors';
import { difference } from '../../src/assurance/equivalence';
import { Guarantee } from '../../src/assurance/guarantees';
import { judge } from '../../src/assurance/judge';
import { lint } from '../../src/assurance/lints';
import { encryptionRule, resolveTemplates, type BucketModel, type Model } from '../../src/assurance/resolve';
import { environmentOf, Subject } from '../../src/assurance/subject';
import { VerdictStatus } from '../../src/assurance/verdict';

/** Everything that a template holds and that no mutant may lose. */
export interface Expectation {
  readonly claims: ReadonlyArray<{ readonly guarantee: Guarantee; readonly subject: string }>;
  readonly mistakes: ReadonlySet<string>;
}

/** Every guarantee that can be asked of a bucket without more knowledge than its template. */
function guaranteesFor(bucket: BucketModel): Guarantee[] {
  const algorithm = encryptionRule(bucket.resource)?.ServerSideEncryptionByDefault?.SSEAlgorithm;
  return [
    Guarantee.tlsOnly(),
    Guarantee.tlsMinimumVersion(1.2),
    Guarantee.tlsMinimumVersion(1.3),
    Guarantee.publicAccessBlocked(),
    Guarantee.aclsOff(),
    Guarantee.onlyAccounts(),
    Guarantee.defaultEncryption(),
    ...(typeof algorithm === 'string' ? [Guarantee.defaultEncryption(algorithm)] : []),
    Guarantee.uploadEncryption(),
    Guarantee.uploadHeaderRequired(),
    Guarantee.defaultUploadAllowed(),
    Guarantee.encryptedUploadAllowed(),
    Guarantee.sseCOnly(),
    Guarantee.sseCNever(),
    Guarantee.logDeliveryAllowed(),
    Guarantee.logDeliveryOnlyFromAccount(),
    Guarantee.cloudTrailDeliveryAllowed(),
    Guarantee.policyRetained(),
    Guarantee.retainedWithPolicyAndKey(),
    Guarantee.versioned(),
    Guarantee.accessLogged(),
    Guarantee.sseCBlocked(),
    Guarantee.sseCDenied(),
    Guarantee.onlyServices(),
    Guarantee.onlyServices('logging.s3.amazonaws.com'),
    Guarantee.logDeliveryBounded(),
    Guarantee.logDeliveryBounded('arn:aws:s3:::acme-*'),
    Guarantee.serviceUploadsAllowed('logging.s3.amazonaws.com', 'arn:aws:s3:::?*'),
    Guarantee.serviceUploadsAllowed('logging.s3.amazonaws.com', 'arn:aws:s3:::acme-*'),
    Guarantee.keyRotated(),
    Guarantee.keyOnlyAccount(),
    Guarantee.keyUsable(),
    Guarantee.foreignKeyNever(),
    Guarantee.publicAclsBlocked(),
    Guarantee.defaultReplicaAllowed(),
    Guarantee.customerKeyUploadAllowed(),
    Guarantee.publicReadOnly('press/'),
    Guarantee.publicReadAllowed('press/'),
    Guarantee.corsNamedOrigins(),
    Guarantee.incompleteUploadsAborted(),
    Guarantee.eventsToEventBridge(),
    Guarantee.replicated(),
    ...DOOR_GUARANTEES,
  ];
}

const modelOf = (template: unknown): Model => resolveTemplates([{ stack: 'Stack', template, account: '111122223333', region: 'eu-west-1' }]);

export function expectationOf(template: unknown): Expectation {
  const model = modelOf(template);
  const claims = model.buckets.flatMap((bucket) => guaranteesFor(bucket)
    .filter((guarantee) => guarantee._appliesTo(new Subject(model, bucket)))
    .filter((guarantee) => judge(model, [{ guarantee, subject: bucket.resource }])[0].status === VerdictStatus.PROVED)
    .map((guarantee) => ({ guarantee, subject: bucket.resource.logicalId })));
  return { claims, mistakes: mistakesIn(model) };
}

/** What a mutant lost, or the mistake that it made; undefined if nothing notices it. */
export function killedBy(template: unknown, { claims, mistakes }: Expectation): string | undefined {
  try {
    const model = modelOf(template);
    const made = [...mistakesIn(model)].find((mistake) => !mistakes.has(mistake));
    for (const { guarantee, subject } of claims) {
      const bucket = model.buckets.find(({ resource }) => resource.logicalId === subject);
      if (bucket === undefined) return `${guarantee.id}: the bucket is gone`;
      const [verdict] = judge(model, [{ guarantee, subject: bucket.resource }]);
      if (verdict.status !== VerdictStatus.PROVED) return `${guarantee.id}: ${verdict.reason}`;
    }
    return made;
  } catch (error) {
    return (error as Error).message;
  }
}

function mistakesIn(model: Model): Set<string> {
  return new Set(lint(model.resources).map(({ lint: { id }, resource, message }) => `${id} on ${resource.path}: ${message}`));
}

/** Whether only policies differ, and decide every request alike. */
export function isEquivalent(original: any, mutant: any, logicalId: string): boolean {
  const type = original.Resources[logicalId].Type;
  if (type !== 'AWS::S3::BucketPolicy' || mutant.Resources[logicalId]?.Type !== type) return false;
  const withoutPolicy = (template: any) => JSON.stringify({
    ...template, Resources: { ...template.Resources, [logicalId]: { ...template.Resources[logicalId], Properties: undefined } },
  });
  if (withoutPolicy(original) !== withoutPolicy(mutant)) return false;
  const [before, after] = [modelOf(original), modelOf(mutant)];
  return before.buckets.every((bucket) => {
    if (!bucket.policies.some(({ resource }) => resource.logicalId === logicalId)) return true;
    const same = after.buckets.find(({ resource }) => resource.logicalId === bucket.resource.logicalId);
    if (same === undefined) return false;
    const targets = [{ kind: 'object', arn: bucket.arn, keys: ['*'] }, { kind: 'bucket', arn: bucket.arn }];
    return difference(environmentOf(new Subject(before, bucket)), environmentOf(new Subject(after, same)), targets, ['s3:*']) === undefined;
  });
}
