/** What is guaranteed of archives beyond their lock; `Guarantee` names each of them. */
import type { GuaranteeProps } from './guarantees';
import { always, never, region, setting, type Conditions, type Part } from './parts';
import { encryptionRule } from './resolve';
import { environmentOf, isNamedInModel, keyEnvironment, Subject } from './subject';

/** Who alone may upload. */
export interface WritersOnlyGuaranteeOptions {
  /** ARNs of roles or users; construct paths and logical ids of the template serve as well. */
  readonly principals: string[];
  /**
   * The account, twelve digits, whose replication may write.
   * @default - none: nothing is replicated into the bucket
   */
  readonly replicasFrom?: string;
}

/** Where objects lie as they get older. */
export interface ArchiveStorageGuaranteeOptions {
  /**
   * Days after the upload by storage class: `{ GLACIER_IR: 30, DEEP_ARCHIVE: 365 }`.
   * @default - objects move as the lifecycle says, if it says anything
   */
  readonly transitions?: { [storageClass: string]: number };
  /**
   * Days after the upload, or after an overwrite, at which a version is deleted.
   * @default - whenever the lifecycle says, but never before the default retention ends
   */
  readonly expireAfterDays?: number;
}

/** Who uses the key through S3. */
export interface KeyThroughS3GuaranteeOptions {
  /** ARNs of roles or users; construct paths and logical ids of the template serve as well. */
  readonly principals: string[];
  /** What they may do with the key, e.g. `kms:Decrypt`. */
  readonly actions: string[];
}

/** How recent the second factor must be, and for whom. */
export interface RecentMfaGuaranteeOptions {
  /**
   * Seconds since the second factor was given, at most.
   * @default - any time, if it was given
   */
  readonly maximumAgeSeconds?: number;
  /**
   * ARNs of roles or users who need none; construct paths and logical ids of the template serve as well.
   * @default - nobody
   */
  readonly exempt?: string[];
}

/** The event hold that objects have. */
export interface EventHoldGuaranteeOptions {
  /** Fewest days for which an object is kept after its event hold is released. */
  readonly days: number;
  /**
   * ARNs of those who may release it; construct paths and logical ids of the template serve as well.
   * @default - nobody
   */
  readonly releasedBy?: string[];
}

/** Everyone but some people, in the words of a condition. */
type Others = (subject: Subject) => Conditions;

const DESTROYS_KEY = ['kms:ScheduleKeyDeletion', 'kms:DeleteImportedKeyMaterial', 'kms:DisableKey'];
const SERVES_DATA = ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'];
const KIND = 'strongbox:PrincipalKind';
const LOCK_FIELDS = ['ObjectLockMode', 'ObjectLockRetainUntilDate', 'ObjectLockLegalHoldStatus'];
const MODE = 's3:object-lock-mode';
const EVENT_HOLD = 's3:object-lock-event-hold';
const EVENT_HOLD_DAYS = 's3:object-lock-event-hold-duration-days';
const CHANGES_VERSIONS = ['s3:DeleteObjectVersion', 's3:PutBucketVersioning'];

export function writersOnly({ replicasFrom }: WritersOnlyGuaranteeOptions, except: readonly string[], others: Others): GuaranteeProps {
  return {
    id: 'writers-only',
    title: 'Uploads by named people only',
    words: `Nobody but the named people uploads, and ${replicasFrom === undefined ? 'nothing' : `only account ${replicasFrom}`} is replicated into the bucket.`,
    fix: 'Deny s3:PutObject on /* to all but the named people by aws:PrincipalArn, and s3:ReplicateObject and s3:ReplicateTags but to the source\'s account.',
    options: [except, replicasFrom],
    acrossModel: isNamedInModel(except),
    parts: (subject) => [
      never(subject, { actions: ['s3:PutObject'], when: others(subject) }),
      never(subject, {
        actions: ['s3:ReplicateObject', 's3:ReplicateTags'],
        when: replicasFrom === undefined ? {} : { StringNotEquals: { 'aws:PrincipalAccount': replicasFrom } },
      }),
    ],
  };
}

export function lockedFromCreation(): GuaranteeProps {
  return {
    id: 'locked-from-creation',
    title: 'Object Lock from the first object on',
    words: 'The bucket is made with Object Lock, so that no object is older than the lock.',
    fix: 'Set ObjectLockEnabled to true when the bucket is made.',
    parts: ({ properties }) => [setting('ObjectLockEnabled', properties.ObjectLockEnabled, (value) => value === true || value === 'true')],
  };
}

export function replicatedDeletesNever(): GuaranteeProps {
  return {
    id: 'replicated-deletes-never',
    title: 'No replicated delete markers',
    words: 'No delete marker comes into the bucket by replication.',
    fix: 'Deny s3:ReplicateDelete on /* to everybody.',
    parts: (subject) => [never(subject, { actions: ['s3:ReplicateDelete'], when: {} })],
  };
}

export function inventoryDeliveryBounded(prefix: string): GuaranteeProps {
  return {
    id: 'inventory-delivery-bounded',
    title: 'Inventory writes lists only',
    words: `S3 under its own name can do nothing but write objects below ${prefix}, and that only for buckets of this account, which it names.`,
    fix: 'Allow s3.amazonaws.com s3:PutObject alone, below the prefix, and bound it by aws:SourceAccount and ArnLike aws:SourceArn.',
    options: prefix,
    parts: (subject) => {
      const { account, partition } = subject.resource;
      const StringEquals = { 'aws:PrincipalServiceName': 's3.amazonaws.com' };
      return [
        never(subject, { actions: ['s3:PutObject'], notActions: true, when: { StringEquals } }),
        never(subject, { actions: ['s3:PutObject'], notResources: [`${subject.arn}/${prefix}*`], when: { StringEquals } }),
        never(subject, { actions: ['s3:PutObject'], when: { StringEquals, StringNotEquals: { 'aws:SourceAccount': account } } }),
        never(subject, { actions: ['s3:PutObject'], when: { StringEquals, ArnNotLike: { 'aws:SourceArn': `arn:${partition}:s3:::*` } } }),
      ];
    },
  };
}

export function keyDeletionDenied(): GuaranteeProps {
  return {
    id: 'key-deletion-denied',
    title: 'Key cannot be destroyed',
    words: 'Nobody, the account\'s root user included, can schedule the deletion of the bucket\'s key, delete its material or disable it while the key policy says so.',
    fix: 'Deny kms:ScheduleKeyDeletion, kms:DeleteImportedKeyMaterial and kms:DisableKey to everybody in the policy of the key, or use keys of S3 (AES256).',
    parts: (subject) => ofKey(subject, 'never', DESTROYS_KEY, {}),
  };
}

export function keyServesData(): GuaranteeProps {
  return {
    id: 'key-serves-data',
    title: 'Key usable',
    words: 'A principal of the account whose own policies allow it can encrypt and decrypt with the bucket\'s key.',
    fix: 'Allow kms:* to the account\'s root in the key policy, and deny no more than what destroys the key.',
    parts: (subject) => ofKey(subject, 'always', SERVES_DATA, {
      StringEquals: { 'aws:PrincipalAccount': subject.bucket.key?.resource.account ?? '', [KIND]: ['role', 'user'] },
    }),
  };
}

/** Of people whose own policies allow nothing: what the key policy gives them is for S3 alone. */
export function keyUsedThroughS3({ actions }: KeyThroughS3GuaranteeOptions, names: readonly string[]): GuaranteeProps {
  return {
    id: 'key-used-through-s3',
    title: 'Key used through S3 only',
    words: `The key policy lets ${names.join(', ')} ${actions.join(' and ')} through S3 of its Region, and nothing else with the key.`,
    fix: 'Allow them these actions in the key policy with StringEquals kms:ViaService s3.REGION.amazonaws.com.',
    options: [names, actions],
    acrossModel: isNamedInModel(names),
    applies: ({ bucket }) => bucket.key !== undefined,
    parts: (subject) => {
      const who = { ArnEquals: { 'aws:PrincipalArn': names.map((name) => subject.nameOf(name)) }, StringEquals: { [KIND]: ['role', 'user'] } };
      const via = `s3.${subject.bucket.key!.resource.region}.amazonaws.com`;
      return [
        ...ofKey(subject, 'always', actions, { ...who, StringEquals: { ...who.StringEquals, 'kms:ViaService': via } }, 'nothing'),
        ...ofKey(subject, 'never', actions, { ...who, StringNotEquals: { 'kms:ViaService': via } }, 'nothing'),
        ...ofKey(subject, 'never', actions, who, 'nothing', true),
      ];
    },
  };
}

/** Requests to the key of the bucket; with keys of S3 there is none that anybody could destroy. */
function ofKey(
  subject: Subject, expect: 'never' | 'always', actions: readonly string[], when: Conditions, otherIdentities: 'everything' | 'nothing' = 'everything',
  notActions = false,
): Part[] {
  const { key } = subject.bucket;
  if (key) {
    return [{
      expect,
      place: key.resource.path,
      region: region({ actions, notActions, when }),
      targets: [{ kind: 'key', arn: key.arn }],
      environment: { ...keyEnvironment(key), otherIdentities },
      axioms: subject.axioms,
    }];
  }
  const algorithm = encryptionRule(subject.resource)?.ServerSideEncryptionByDefault?.SSEAlgorithm;
  return algorithm === 'AES256' ? [setting('SSEAlgorithm', algorithm, () => true)]
    : [{ setting: 'The key of the bucket', holds: undefined, reason: 'in none of the templates' }];
}

export function archiveStorage({ transitions, expireAfterDays }: ArchiveStorageGuaranteeOptions): GuaranteeProps {
  return {
    id: 'archive-storage',
    title: 'Moved to colder storage, and not deleted early',
    words: 'Versions, current or not, move to colder storage classes at the same age, and none is deleted before the default retention ends.',
    fix: 'Give the lifecycle rule of the whole bucket the same Transitions and NoncurrentVersionTransitions, and no expiry before the retention ends.',
    options: { transitions, expireAfterDays },
    parts: ({ properties }) => {
      const rules: any[] = (properties.LifecycleConfiguration?.Rules ?? []).filter((rule: any) => rule.Status !== 'Disabled');
      const whole = rules.filter((rule) => !rule.Prefix && !rule.Filter && !rule.TagFilters);
      const surely = whole.filter((rule) => rule.Status === 'Enabled');
      const { Days = 0, Years = 0 } = properties.ObjectLockConfiguration?.Rule?.DefaultRetention ?? {};
      const retained = Days + Years * 365;
      const expiries = rules.flatMap((rule) => [
        rule.ExpirationInDays, rule.ExpirationDate, rule.NoncurrentVersionExpiration?.NoncurrentDays, rule.NoncurrentVersionExpirationInDays,
      ]).filter((days) => days !== undefined);
      return [
        setting('Expiry of the lifecycle', expiries, () => expiries.every((days) => typeof days === 'number' && days >= Math.max(retained, 1))),
        setting('Transitions of the lifecycle', whole, () => whole.every((rule) => JSON.stringify(moves(rule.Transitions)) === JSON.stringify(moves(rule.NoncurrentVersionTransitions)))),
        ...(transitions === undefined ? [] : [setting('Transitions of the lifecycle', surely, () =>
          surely.some((rule) => JSON.stringify(moves(rule.Transitions)) === JSON.stringify(Object.entries(transitions).sort())))]),
        ...(expireAfterDays === undefined ? [] : [setting('Expiry of the lifecycle', surely, () => surely.some((rule) =>
          rule.ExpirationInDays === expireAfterDays && rule.NoncurrentVersionExpiration?.NoncurrentDays === expireAfterDays))]),
      ];
    },
  };
}

function moves(transitions: any[] = []): Array<[string, number]> {
  return transitions.map(({ StorageClass, TransitionInDays }): [string, number] => [StorageClass, TransitionInDays]).sort();
}

export function lockInventory(): GuaranteeProps {
  return {
    id: 'lock-inventory',
    title: 'Locks listed',
    words: 'All versions are listed with mode, end and legal hold of their lock, once a week or a day, in another bucket of the templates, which lets S3 deliver.',
    fix: 'Add an enabled inventory of all versions with the three fields of Object Lock, and allow s3:PutObject to s3.amazonaws.com below its prefix in the target.',
    acrossModel: true,
    parts: (subject) => {
      const inventories: any[] = subject.properties.InventoryConfigurations ?? [];
      const listing = inventories.find(({ Enabled, IncludedObjectVersions, OptionalFields = [], Prefix }) =>
        (Enabled === true || Enabled === 'true') && IncludedObjectVersions === 'All' && Prefix === undefined && LOCK_FIELDS.every((field) => OptionalFields.includes(field)));
      if (!listing) return [setting('InventoryConfigurations', inventories.length === 0 ? undefined : inventories, () => false)];
      const { BucketArn, Prefix } = listing.Destination;
      const target = subject.model.buckets.find(({ arn }) => arn === BucketArn);
      return [
        setting('Destination of the inventory', BucketArn, () => BucketArn !== subject.arn),
        target ? deliveryTo(new Subject(subject.model, target), subject, Prefix)
          : { setting: 'Destination of the inventory', holds: undefined, reason: `${BucketArn}, which is in none of the templates` },
      ];
    },
  };
}

/** S3 writes the lists under its own name, on behalf of the bucket that is listed. */
function deliveryTo(target: Subject, source: Subject, prefix: string | undefined): Part {
  const when = {
    StringEquals: { 'aws:PrincipalServiceName': 's3.amazonaws.com', 'aws:SourceAccount': source.resource.account },
    ArnEquals: { 'aws:SourceArn': source.arn },
    Null: { 's3:x-amz-server-side-encryption': 'true', 's3:x-amz-server-side-encryption-aws-kms-key-id': 'true' },
  };
  return {
    expect: 'always',
    place: target.resource.path,
    region: region({ actions: ['s3:PutObject'], when }),
    targets: [{ kind: 'object', arn: target.arn, keys: [prefix === undefined ? '?*' : `${prefix}/?*`] }],
    environment: environmentOf(target),
    axioms: [...new Set([...source.axioms, ...target.axioms])],
  };
}

export function eventHoldKept({ days }: EventHoldGuaranteeOptions, officers: readonly string[], others: Others): GuaranteeProps {
  return {
    id: 'event-hold-kept',
    title: 'Event hold until it is released',
    words: `Every new version is held until its event, and for ${days} days after; no upload leaves the hold out or weakens it, and nobody but the named people releases it.`,
    fix: 'Set DefaultEventHold, and deny uploads that name a lock without s3:object-lock-event-hold ON, and OFF or fewer days to all but the named people.',
    options: [days, officers],
    acrossModel: isNamedInModel(officers),
    parts: (subject) => [
      setting('DefaultRetention.DefaultEventHold', subject.properties.ObjectLockConfiguration?.Rule?.DefaultRetention?.DefaultEventHold?.Days,
        (value) => typeof value === 'number' && value >= days),
      // What names any lock of its own does not get the default.
      never(subject, { actions: ['s3:PutObject'], when: { Null: { [MODE]: 'false' }, StringNotEquals: { [EVENT_HOLD]: 'ON' } } }),
      never(subject, { actions: ['s3:PutObject', 's3:PutObjectRetention'], when: { StringEquals: { [EVENT_HOLD]: 'OFF' }, ...others(subject) } }),
      never(subject, { actions: ['s3:PutObject', 's3:PutObjectRetention'], when: { NumericLessThan: { [EVENT_HOLD_DAYS]: String(days) }, ...others(subject) } }),
    ],
  };
}

export function noPermanentDeleteWithoutMfa(
  { maximumAgeSeconds }: RecentMfaGuaranteeOptions, exempt: readonly string[], others: Others,
): GuaranteeProps {
  if (maximumAgeSeconds !== undefined && !(Number.isInteger(maximumAgeSeconds) && maximumAgeSeconds > 0)) {
    throw new Error(`"maximumAgeSeconds" is ${maximumAgeSeconds}; a whole number from 1 on is needed`);
  }
  return {
    id: 'no-permanent-delete-without-mfa',
    title: 'Permanent delete with MFA only',
    words: 'No version is deleted, and versioning is not changed, by a request whose credentials were not made with MFA'
      + `${maximumAgeSeconds === undefined ? '' : ` in the last ${maximumAgeSeconds} seconds`}. Weaker than S3's own MFA delete.`,
    fix: 'Deny s3:DeleteObjectVersion and s3:PutBucketVersioning where aws:MultiFactorAuthPresent is BoolIfExists false, and where aws:MultiFactorAuthAge is NumericGreaterThan the limit.',
    options: [maximumAgeSeconds, exempt],
    acrossModel: isNamedInModel(exempt),
    parts: (subject) => [
      never(subject, { actions: CHANGES_VERSIONS, when: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' }, ...others(subject) } }),
      ...(maximumAgeSeconds === undefined ? [] : [
        never(subject, { actions: CHANGES_VERSIONS, when: { NumericGreaterThan: { 'aws:MultiFactorAuthAge': String(maximumAgeSeconds) }, ...others(subject) } }),
      ]),
    ],
  };
}

export function recentMfaSuffices({ maximumAgeSeconds }: RecentMfaGuaranteeOptions): GuaranteeProps {
  return {
    id: 'recent-mfa-suffices',
    title: 'Permanent delete works with MFA',
    words: 'Whom IAM allows may delete versions and change versioning with credentials made with MFA a moment ago.',
    fix: 'Bound the deny to aws:MultiFactorAuthPresent false and to an age above the limit.',
    options: maximumAgeSeconds ?? null,
    parts: (subject) => [always(subject, {
      actions: CHANGES_VERSIONS,
      when: {
        Bool: { 'aws:MultiFactorAuthPresent': 'true' },
        NumericEquals: { 'aws:MultiFactorAuthAge': String(maximumAgeSeconds ?? 1) },
        StringEquals: { 'aws:PrincipalAccount': subject.resource.account, [KIND]: ['role', 'user'] },
      },
    })],
  };
}
