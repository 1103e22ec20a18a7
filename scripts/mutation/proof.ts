/** The library's own verdict on a template and its mutants. */
import { DOOR_GUARANTEES } from './doors';
import { CLIENT_SIDE, roleArn } from './subjects';
import { difference } from '../../src/assurance/equivalence';
import type { Environment } from '../../src/assurance/evaluate';
import { Guarantee } from '../../src/assurance/guarantees';
import { judge } from '../../src/assurance/judge';
import { lint } from '../../src/assurance/lints';
import type { Policy, Statement } from '../../src/assurance/policy';
import { encryptionRule, resolveTemplates, VAULT, type BucketModel, type Model } from '../../src/assurance/resolve';
import { environmentOf, keyEnvironment, Subject, subjectsOf } from '../../src/assurance/subject';
import { vaultEnvironments } from '../../src/assurance/vault-guarantees';
import { VerdictStatus } from '../../src/assurance/verdict';

/** Everything that a template holds and that no mutant may lose. */
export interface Expectation {
  readonly claims: ReadonlyArray<{ readonly guarantee: Guarantee; readonly subject: string }>;
  readonly mistakes: ReadonlySet<string>;
}

/** Every guarantee that can be asked of a bucket without more knowledge than its template. */
function guaranteesFor(model: Model, bucket: BucketModel): Guarantee[] {
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
    Guarantee.bucketRetained(),
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
    ...forArchives(bucket),
    Guarantee.accessPointsBlockPublicAccess(),
    Guarantee.accessPointsPinned(),
    Guarantee.accessPointsOnlyFromVpc(),
    Guarantee.accessPointsAdministrable(),
    Guarantee.onlyThroughAccessPoints(),
    Guarantee.allowed({ actions: ['s3:GetBucketPolicy', 's3:PutBucketPolicy', 's3:PutBucketTagging', 's3:PutLifecycleConfiguration'] }),
    Guarantee.endpointsComplete(),
    Guarantee.endpointsBounded(),
    Guarantee.endpointsLetRead('al2023-repos-eu-west-1-de612dc2', 'amazonlinux-2-repos-eu-west-1'),
    ...purposesOf(bucket),
    ...viewsOf(model, bucket),
    ...DOOR_GUARANTEES,
  ];
}

/** What the people of the subjects' archives are promised, and may do. */
function forArchives({ resource, key }: BucketModel): Guarantee[] {
  const { Mode, Days = 0, DefaultEventHold } = resource.properties.ObjectLockConfiguration?.Rule?.DefaultRetention ?? {};
  const algorithm = encryptionRule(resource)?.ServerSideEncryptionByDefault?.SSEAlgorithm;
  const [ingest, audit, records, legal, deploy] = ['ingest', 'audit', 'records', 'legal', 'deploy'].map(roleArn);
  const allowed = (who: string, actions: string[], context?: Record<string, string>) => Guarantee.allowed({ actions, principals: [who], context });
  const recent = { maximumAgeSeconds: 900, exempt: [records] };
  const oldMfa = { 'aws:MultiFactorAuthPresent': 'true', 'aws:MultiFactorAuthAge': '90000' };
  const held = DefaultEventHold ? { [EVENT_HOLD]: 'ON', [EVENT_HOLD_DAYS]: String(DefaultEventHold.Days) } : undefined;
  const uploads = (days: number) => allowed(ingest, ['s3:PutObject'], { [LOCK_MODE]: Mode, [LOCK_DAYS]: String(days), ...held });
  return [
    Guarantee.readersOnly(audit),
    Guarantee.writersOnly({ principals: [ingest] }),
    Guarantee.writersOnly({ principals: [ingest], replicasFrom: '444455556666' }),
    Guarantee.deleteOnlyBy(records),
    Guarantee.replicatedDeletesNever(),
    Guarantee.noBypassButBy(),
    Guarantee.noBypassButBy(records),
    Guarantee.retentionSetOnlyBy(ingest, records),
    Guarantee.legalHoldOnlyBy(legal),
    Guarantee.protectionChangedOnlyBy(),
    Guarantee.policyChangedOnlyBy(deploy),
    Guarantee.keyDeletionDenied(),
    Guarantee.keyServesData(),
    Guarantee.keyUsedThroughS3({ principals: [ingest], actions: ['kms:GenerateDataKey', 'kms:Decrypt'] }),
    Guarantee.keyUsedThroughS3({ principals: [audit], actions: ['kms:Decrypt'] }),
    Guarantee.lockedFromCreation(),
    Guarantee.lockInventory(),
    Guarantee.tamperingTold(),
    Guarantee.inventoryDeliveryBounded('inventory/'),
    Guarantee.onlyServices('logging.s3.amazonaws.com', 's3.amazonaws.com'),
    Guarantee.archiveStorage({ transitions: { GLACIER_IR: 30, DEEP_ARCHIVE: 365 }, expireAfterDays: 3000 }),
    Guarantee.eventHoldKept({ days: 365, releasedBy: [records] }),
    Guarantee.noPermanentDeleteWithoutMfa(recent),
    Guarantee.recentMfaSuffices(recent),
    allowed(records, ['s3:DeleteObjectVersion', 's3:PutBucketVersioning'], oldMfa),
    allowed(audit, ['s3:GetObject', 's3:PutObject', 's3:PutBucketPolicy'], oldMfa),
    ...(Mode === undefined ? [] : [
      Guarantee.objectLock(Mode, Days),
      ...MAXIMA.map((maximumDays) => Guarantee.retentionBounded({ mode: Mode, minimumDays: Days, maximumDays, shortenedBy: [records] })),
      ...[Days, ...MAXIMA].map(uploads),
      allowed(records, ['s3:PutObjectRetention'], { [LOCK_MODE]: Mode, [LOCK_DAYS]: '1', [EVENT_HOLD]: 'OFF', [EVENT_HOLD_DAYS]: '1' }),
      allowed(ingest, ['s3:PutObjectRetention'], { [LOCK_MODE]: Mode, [LOCK_DAYS]: String(Days) }),
      allowed(ingest, ['s3:PutObject'], {
        's3:x-amz-server-side-encryption': algorithm, ...(key ? { 's3:x-amz-server-side-encryption-aws-kms-key-id': key.arn } : {}),
      }),
    ]),
    allowed(ingest, ['s3:PutObject', 's3:PutObjectTagging', 's3:PutObjectRetention', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts', 's3:GetBucketLocation']),
    allowed(audit, [
      's3:GetObject', 's3:GetObjectVersion', 's3:GetObjectAttributes', 's3:GetObjectVersionAttributes', 's3:GetObjectTagging', 's3:GetObjectRetention',
      's3:GetObjectLegalHold', ...LISTS,
    ]),
    allowed(audit, ['s3:RestoreObject']),
    allowed(records, ['s3:PutObjectRetention', 's3:GetObjectRetention', 's3:DeleteObjectVersion', ...LISTS]),
    allowed(records, ['s3:BypassGovernanceRetention']),
    allowed(legal, ['s3:PutObjectLegalHold', 's3:GetObjectLegalHold', ...LISTS]),
    allowed(deploy, ['s3:PutBucketPolicy']),
  ];
}

const LOCK_MODE = 's3:object-lock-mode';
const LOCK_DAYS = 's3:object-lock-remaining-retention-days';
const EVENT_HOLD = 's3:object-lock-event-hold';
const EVENT_HOLD_DAYS = 's3:object-lock-event-hold-duration-days';
const LISTS = ['s3:ListBucket', 's3:ListBucketVersions', 's3:GetBucketLocation', 's3:GetBucketObjectLockConfiguration'];
/** The longest retentions of the subjects, in days. */
const MAXIMA = [6207, 3650];

/** What the statements that name members were written for: access points, direct access and the key, each both ways. */
function purposesOf(bucket: BucketModel): Guarantee[] {
  const statements = (policy: Policy | undefined, sid: RegExp) => policy?.statements.filter((statement) => sid.test(statement.sid ?? '')) ?? [];
  const [direct] = bucket.policies.flatMap(({ policy }) => statements(policy, /^StrongboxDirectObjects$/));
  const exceptions = direct?.conditions.flatMap(({ key, values }) => (key === 'aws:principalarn' ? values : [])) ?? [];
  const allows = statements(bucket.key?.policy, /^Strongbox(Teams|PermissionSets)/);
  const members = allows.flatMap(membersOf);
  return [
    ...bucket.accessPoints.flatMap(({ name, policy }) => {
      const named = statements(policy, /^StrongboxTeam(Objects|Lists)/);
      const prefixes = [...new Set(named.flatMap(({ resources }) => resources).flatMap((arn) => /\/object\/(.+)\*$/.exec(arn)?.slice(1) ?? []))];
      const listed = named.flatMap(({ conditions }) => conditions).flatMap(({ key, values }) => (key === 's3:prefix' ? values.map((value) => value.slice(0, -1)) : []));
      const purpose = {
        accessPoint: name, actions: [...new Set(named.flatMap(({ actions }) => actions))], prefixes: prefixes.length > 0 ? prefixes : listed,
      };
      return named.length === 0 ? [] : [
        Guarantee.accessPointServesOnly({ ...purpose, principals: named.flatMap(membersOf) }),
        Guarantee.accessPointWorks({ ...purpose, principals: named.flatMap(membersOf).map(oneOf) }),
      ];
    }),
    ...exceptions.length === 0 ? [] : [
      Guarantee.onlyThroughAccessPoints(...exceptions),
      ...bucket.key === undefined ? [] : [Guarantee.allowed({
        actions: ['s3:PutObject'],
        principals: exceptions,
        context: { 's3:x-amz-server-side-encryption': 'aws:kms', 's3:x-amz-server-side-encryption-aws-kms-key-id': bucket.key.arn },
      })],
      Guarantee.allowed({ actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObjectVersion', 's3:ListBucket', 's3:ListBucketMultipartUploads'], principals: exceptions }),
    ],
    ...allows.length === 0 ? [] : [
      Guarantee.keyOnlyUsedBy(...members),
      ...allows.flatMap((statement) => {
        const actions = [...statement.actions];
        return [
          Guarantee.keyThroughS3Only({ principals: membersOf(statement), actions }),
          Guarantee.keyWorksThroughS3({ principals: membersOf(statement).map(oneOf), actions }),
        ];
      }),
    ],
  ];
}

/** What each view promises, to the callers and prefixes that its own policies name. */
function viewsOf({ objectLambdas }: Model, bucket: BucketModel): Guarantee[] {
  return objectLambdas.flatMap(({ arn: view, supportingArn, policy }) => {
    const door = bucket.accessPoints.find(({ arn }) => arn === supportingArn);
    const named = (of: Policy | undefined, sid: RegExp) => of?.statements.filter((statement) => sid.test(statement.sid ?? '')) ?? [];
    const callers = named(policy, /Read$/).flatMap(membersOf);
    if (!door || callers.length === 0) return [];
    const keys = named(door.policy, /Read$/).flatMap(({ resources }) => resources).flatMap((arn) => /\/object\/(.+)\*$/.exec(arn)?.slice(1) ?? []);
    const options = { view, callers, prefixes: keys.length > 0 ? keys : undefined };
    // What shuts the original to them leaves it open to others.
    const others = Guarantee.allowed({ actions: ['s3:GetObject', 's3:ListBucket'], principals: ['arn:aws:iam::111122223333:role/somebody-else'] });
    return [Guarantee.readThroughViewOnly({ view, callers }), Guarantee.viewCallersOnly(options), Guarantee.viewReadable(options), others];
  });
}

function membersOf({ principals = [], conditions }: Statement): string[] {
  const patterns = conditions.flatMap(({ key, values }) => (key === 'aws:principalarn' ? values : []));
  return patterns.length > 0 ? patterns : principals.map(({ value }) => value);
}

/** A principal that a pattern stands for. */
function oneOf(pattern: string): string {
  return pattern.replaceAll('?', '0').replaceAll('*', 'eu-west-1');
}

/** Of a key of another kind few of these hold, and the others are not asked of its mutants. */
const FOR_KEYS = [
  Guarantee.clientKeyUsedOnlyBy(CLIENT_SIDE), Guarantee.clientKeyContextBound(CLIENT_SIDE), Guarantee.clientKeyNotThroughServices(CLIENT_SIDE),
  Guarantee.clientKeyManagedOnlyBy(CLIENT_SIDE), Guarantee.clientKeyWorks(CLIENT_SIDE), Guarantee.clientKeyKept(CLIENT_SIDE),
];

function guaranteesForVaults({ resources }: Model): Guarantee[] {
  // The function that makes the vaults keeps the lock id as a tag.
  const people = [roleArn('legal'), ...resources.filter(({ logicalId }) => logicalId.startsWith('StrongboxGlacierVaultsRole')).map(({ arn }) => arn)];
  return [
    Guarantee.vaultLocked(),
    Guarantee.vaultKept(),
    Guarantee.vaultDeletesDeniedBefore(2557),
    Guarantee.vaultDeletesDeniedUnderLegalHold(),
    Guarantee.vaultDeletesAllowedAfter(2557),
    Guarantee.vaultLegalHoldOnlyBy(...people),
    Guarantee.vaultLegalHoldBy(...people),
    Guarantee.vaultTlsOnly(),
    Guarantee.vaultWorks(),
  ];
}

const modelOf = (template: unknown): Model => resolveTemplates([{ stack: 'Stack', template, account: '111122223333', region: 'eu-west-1' }]);

export function expectationOf(template: unknown): Expectation {
  const model = modelOf(template);
  const asked = [
    ...model.buckets.map((bucket) => [bucket, guaranteesFor(model, bucket)] as const),
    ...subjectsOf(model, 'AWS::KMS::Key').map((key) => [key, FOR_KEYS] as const),
    ...model.vaults.map((vault) => [vault, guaranteesForVaults(model)] as const),
  ];
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
      const found = [...model.buckets, ...keysOf(model), ...model.vaults].find(({ resource }) => resource.logicalId === subject);
      if (found === undefined) return `${guarantee.id}: the bucket, key or vault is gone`;
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
    return JSON.stringify({ ...template, Resources: { ...template.Resources, [logicalId]: { ...resource, Properties, lock: { ...lock, policy: undefined } } } });
  };
  if (withoutPolicy(original) !== withoutPolicy(mutant)) return false;
  const [before, after] = [modelOf(original), modelOf(mutant)];
  if (type === 'AWS::KMS::Key') {
    const [one, other] = [before, after].map(({ keys }) => keys.find(({ resource }) => resource.logicalId === logicalId)!);
    return difference(keyEnvironment(one), keyEnvironment(other), [{ kind: 'key', arn: one.arn }], ['kms:*']) === undefined;
  }
  if (type === VAULT) {
    const [one, other] = [before, after].map((model) => new Subject(model, model.vaults.find(({ resource }) => resource.logicalId === logicalId)!));
    const [was, is] = [one, other].map(vaultEnvironments);
    return was.every((environment, at) => difference(environment, is[at], [{ kind: 'vault', arn: one.arn }], ['glacier:*']) === undefined);
  }
  if (type === 'AWS::S3ObjectLambda::AccessPointPolicy') {
    const named = original.Resources[logicalId].Properties.ObjectLambdaAccessPoint.Ref;
    const [one, other] = [before, after].map(({ objectLambdas }) => objectLambdas.find(({ resource }) => resource.logicalId === named)!);
    const [was, is] = [one, other].map(({ policy, resource }): Environment => ({
      account: resource.account, resourcePolicies: policy ? [policy] : [], otherIdentities: 'everything',
    }));
    return difference(was, is, [{ kind: 'objectlambdaaccesspoint', arn: one.arn }], ['s3-object-lambda:*']) === undefined;
  }
  return before.buckets.every((bucket) => {
    if (![...bucket.policies, ...bucket.accessPoints].some(({ resource }) => resource.logicalId === logicalId)) return true;
    const same = after.buckets.find(({ resource }) => resource.logicalId === bucket.resource.logicalId);
    if (same === undefined) return false;
    const targets = [{ kind: 'object', arn: bucket.arn, keys: ['*'] }, { kind: 'bucket', arn: bucket.arn }];
    return difference(environmentOf(new Subject(before, bucket)), environmentOf(new Subject(after, same)), targets, ['s3:*']) === undefined;
  });
}
