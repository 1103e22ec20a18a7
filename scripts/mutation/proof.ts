/** The library's own verdict on a template and its mutants. */
import { difference } from '../../src/assurance/equivalence';
import { Guarantee } from '../../src/assurance/guarantees';
import { judge } from '../../src/assurance/judge';
import { lint } from '../../src/assurance/lints';
import { encryptionRule, resolveTemplates, type BucketModel, type Model } from '../../src/assurance/resolve';
import { environmentOf, keyEnvironment, Subject, subjectsOf } from '../../src/assurance/subject';
import { VerdictStatus } from '../../src/assurance/verdict';
import { CLIENT_SIDE } from './subjects';

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
  ];
}

/** Of a key of another kind few of these hold, and the others are not asked of its mutants. */
const FOR_KEYS = [
  Guarantee.clientKeyUsedOnlyBy(CLIENT_SIDE), Guarantee.clientKeyContextBound(CLIENT_SIDE), Guarantee.clientKeyNotThroughServices(CLIENT_SIDE),
  Guarantee.clientKeyManagedOnlyBy(CLIENT_SIDE), Guarantee.clientKeyWorks(CLIENT_SIDE), Guarantee.clientKeyKept(CLIENT_SIDE),
];

const modelOf = (template: unknown): Model => resolveTemplates([{ stack: 'Stack', template, account: '111122223333', region: 'eu-west-1' }]);

export function expectationOf(template: unknown): Expectation {
  const model = modelOf(template);
  const asked = [...model.buckets.map((bucket) => [bucket, guaranteesFor(bucket)] as const), ...keysOf(model).map((key) => [key, FOR_KEYS] as const)];
  const claims = asked.flatMap(([candidate, guarantees]) => guarantees
    .filter((guarantee) => guarantee._appliesTo(new Subject(model, candidate)))
    .filter((guarantee) => judge(model, [{ guarantee, subject: candidate.resource }])[0].status === VerdictStatus.PROVED)
    .map((guarantee) => ({ guarantee, subject: candidate.resource.logicalId })));
  return { claims, mistakes: mistakesIn(model) };
}

/** What a mutant lost, or the mistake that it made; undefined if nothing notices it. */
export function killedBy(template: unknown, { claims, mistakes }: Expectation): string | undefined {
  try {
    const model = modelOf(template);
    const made = [...mistakesIn(model)].find((mistake) => !mistakes.has(mistake));
    for (const { guarantee, subject } of claims) {
      const found = [...model.buckets, ...keysOf(model)].find(({ resource }) => resource.logicalId === subject);
      if (found === undefined) return `${guarantee.id}: the bucket or key is gone`;
      const [verdict] = judge(model, [{ guarantee, subject: found.resource }]);
      if (verdict.status !== VerdictStatus.PROVED) return `${guarantee.id}: ${verdict.reason}`;
    }
    return made;
  } catch (error) {
    return (error as Error).message;
  }
}

function keysOf(model: Model): readonly BucketModel[] {
  return subjectsOf(model, 'AWS::KMS::Key');
}

function mistakesIn(model: Model): Set<string> {
  return new Set(lint(model.resources).map(({ lint: { id }, resource, message }) => `${id} on ${resource.path}: ${message}`));
}

/** Where the policy of a resource stands. */
const POLICY_OF: Readonly<Record<string, string>> = { 'AWS::S3::BucketPolicy': 'PolicyDocument', 'AWS::KMS::Key': 'KeyPolicy' };

/** Whether only one policy differs, and decides every request alike. */
export function isEquivalent(original: any, mutant: any, logicalId: string): boolean {
  const type = original.Resources[logicalId].Type;
  const property = POLICY_OF[type];
  if (property === undefined || mutant.Resources[logicalId]?.Type !== type) return false;
  const withoutPolicy = (template: any) => {
    const copy = structuredClone(template);
    delete copy.Resources[logicalId].Properties[property];
    return JSON.stringify(copy);
  };
  if (withoutPolicy(original) !== withoutPolicy(mutant)) return false;
  const [before, after] = [modelOf(original), modelOf(mutant)];
  const same = <T extends { resource: { logicalId: string } }>(all: readonly T[], one: T) => all.find(({ resource }) => resource.logicalId === one.resource.logicalId);
  if (type === 'AWS::KMS::Key') {
    return before.keys.filter(({ resource }) => resource.logicalId === logicalId).every((key) => {
      const other = same(after.keys, key);
      return other?.policy !== undefined && difference(keyEnvironment(key), keyEnvironment(other), [{ kind: 'key', arn: key.arn }], ['kms:*']) === undefined;
    });
  }
  return before.buckets.every((bucket) => {
    if (!bucket.policies.some(({ resource }) => resource.logicalId === logicalId)) return true;
    const other = same(after.buckets, bucket);
    if (other === undefined) return false;
    const targets = [{ kind: 'object', arn: bucket.arn, keys: ['*'] }, { kind: 'bucket', arn: bucket.arn }];
    return difference(environmentOf(new Subject(before, bucket)), environmentOf(new Subject(after, other)), targets, ['s3:*']) === undefined;
  });
}
