/** What is guaranteed of archives and their locks; `Guarantee` names each of them. */
import type { ObjectLockGuaranteeOptions } from './guarantee-options';
import type { GuaranteeProps } from './guarantee-props';
import { isVersioned } from './lifecycle';
import { allOf, always, excluding, OVERWRITES, PRINCIPAL_KIND_KEY, never, setting } from './proof-obligation';
import {
  type WritersOnlyGuaranteeOptions,
  type RecentMfaGuaranteeOptions,
  type EventHoldGuaranteeOptions,
  type RetentionGuaranteeOptions,
} from './worm-options';
import { nameOfConstruct } from '../model/subject';

export const LOCK_FIELDS = ['ObjectLockMode', 'ObjectLockRetainUntilDate', 'ObjectLockLegalHoldStatus'];
const MODE = 's3:object-lock-mode';
const DAYS = 's3:object-lock-remaining-retention-days';
const SETS_RETENTION = 's3:PutObjectRetention';
const RETAINING = ['s3:PutObject', SETS_RETENTION, 's3:ReplicateObject'];
/** A replica carries no mode key: AWS documents it for these two alone. */
const NAMING_A_MODE = ['s3:PutObject', SETS_RETENTION];
const EVENT_HOLD = 's3:object-lock-event-hold';
const EVENT_HOLD_DAYS = 's3:object-lock-event-hold-duration-days';
const CHANGES_VERSIONS = ['s3:DeleteObjectVersion', 's3:PutBucketVersioning'];

export function objectLocked({ mode, days }: ObjectLockGuaranteeOptions): GuaranteeProps {
  return {
    id: 'object-locked',
    title: 'Locked when written',
    description: "Every new version is locked by the bucket's default retention.",
    fix:
      'Set ObjectLockEnabled and ObjectLockConfiguration with a DefaultRetention, or acknowledge the finding with ' +
      'the reason why no lock is needed.',
    options: [mode, days],
    parts: ({ properties }) => {
      const retention = properties.ObjectLockConfiguration?.Rule?.DefaultRetention;
      return [
        setting(
          'ObjectLockConfiguration.ObjectLockEnabled',
          properties.ObjectLockConfiguration?.ObjectLockEnabled,
          (value) => value === 'Enabled',
        ),
        setting('DefaultRetention.Mode', retention?.Mode, (value) =>
          mode === undefined ? value !== undefined : value === mode,
        ),
        setting(
          'DefaultRetention',
          retention,
          (value: any) => value !== undefined && (value.Days ?? value.Years * 365) >= (days ?? 1),
        ),
      ];
    },
  };
}

export function retentionBounded(options: RetentionGuaranteeOptions): GuaranteeProps {
  const { mode, minimumDays, maximumDays } = options;
  const shorteners = options.shortenedBy?.map(nameOfConstruct) ?? [];
  const tooShort = { NumericLessThan: { [DAYS]: String(minimumDays) } };
  return {
    id: 'retention-bounded',
    title: 'Retention within bounds',
    description:
      'No upload or change of retention sets another mode; none of them, nor a replica, an end earlier or ' +
      'later than the bounds.',
    fix:
      'Deny s3:PutObject and s3:PutObjectRetention with another s3:object-lock-mode, and these and ' +
      's3:ReplicateObject with s3:object-lock-remaining-retention-days outside the bounds.',
    options: { ...options, shortenedBy: shorteners },
    parts: (subject) => [
      ...(mode === undefined
        ? []
        : [
            never(subject, {
              actions: NAMING_A_MODE,
              when: { Null: { [MODE]: 'false' }, StringNotEquals: { [MODE]: mode } },
            }),
          ]),
      ...(minimumDays === undefined
        ? []
        : [
            never(subject, {
              actions: options.replicasUnbounded
                ? ['s3:PutObject']
                : RETAINING.filter((action) => action !== SETS_RETENTION),
              when: tooShort,
            }),
            never(subject, { actions: [SETS_RETENTION], when: allOf(tooShort, excluding(subject, shorteners)) }),
          ]),
      ...(maximumDays === undefined
        ? []
        : [never(subject, { actions: RETAINING, when: { NumericGreaterThan: { [DAYS]: String(maximumDays) } } })]),
    ],
  };
}

export function writersOnly({ principals, replicasFrom }: WritersOnlyGuaranteeOptions): GuaranteeProps {
  const writers = principals.map(nameOfConstruct);
  return {
    id: 'writers-only',
    title: 'Uploads by listed principals only',
    description:
      'Only the listed principals upload, and ' +
      `${replicasFrom === undefined ? 'nothing' : `only account ${replicasFrom}`} is replicated into the ` +
      'bucket.',
    fix:
      'Deny s3:PutObject on /* to all but the listed principals by aws:PrincipalArn, and s3:ReplicateObject and ' +
      "s3:ReplicateTags but to the source's account.",
    options: [writers, replicasFrom],
    parts: (subject) => [
      never(subject, { actions: ['s3:PutObject'], when: excluding(subject, writers) }),
      never(subject, {
        actions: ['s3:ReplicateObject', 's3:ReplicateTags'],
        when: replicasFrom === undefined ? {} : { StringNotEquals: { 'aws:PrincipalAccount': replicasFrom } },
      }),
    ],
  };
}

export function objectLockOn(): GuaranteeProps {
  return {
    id: 'object-lock-on',
    title: 'Object Lock on',
    description: 'Versions can be locked, by a default retention or by their uploads.',
    fix: 'Set ObjectLockConfiguration.ObjectLockEnabled to Enabled.',
    parts: ({ properties }) => [
      setting(
        'ObjectLockConfiguration.ObjectLockEnabled',
        properties.ObjectLockConfiguration?.ObjectLockEnabled,
        (value) => value === 'Enabled',
      ),
    ],
  };
}

export function lockedFromCreation(): GuaranteeProps {
  return {
    id: 'locked-from-creation',
    title: 'Object Lock from the first object on',
    description: 'The bucket is made with Object Lock, so that no object is older than the lock.',
    fix: 'Set ObjectLockEnabled to true when the bucket is made.',
    parts: ({ properties }) => [
      setting('ObjectLockEnabled', properties.ObjectLockEnabled, (value) => value === true || value === 'true'),
    ],
  };
}

export function deletesNotReplicated(): GuaranteeProps {
  return {
    id: 'deletes-not-replicated',
    title: 'No replicated delete markers',
    description: 'No delete marker comes into the bucket by replication.',
    fix: 'Deny s3:ReplicateDelete on /* to every principal.',
    parts: (subject) => [never(subject, { actions: ['s3:ReplicateDelete'], when: {} })],
  };
}

export function eventHoldKept({ days, releasedBy = [] }: EventHoldGuaranteeOptions): GuaranteeProps {
  const officers = releasedBy.map(nameOfConstruct);
  return {
    id: 'event-hold-kept',
    title: 'Event hold until it is released',
    description:
      `Every new version is held until its event, and for ${days} days after; no upload leaves the hold ` +
      'out or weakens it, and only the listed principals release it.',
    fix:
      'Set DefaultEventHold, and deny uploads that name a lock without s3:object-lock-event-hold ON, and ' +
      'OFF or fewer days to all but the listed principals.',
    options: [days, officers],
    parts: (subject) => [
      setting(
        'DefaultRetention.DefaultEventHold',
        subject.properties.ObjectLockConfiguration?.Rule?.DefaultRetention?.DefaultEventHold?.Days,
        (value) => typeof value === 'number' && value >= days,
      ),
      // What names any lock of its own does not get the default.
      never(subject, {
        actions: ['s3:PutObject'],
        when: { Null: { [MODE]: 'false' }, StringNotEquals: { [EVENT_HOLD]: 'ON' } },
      }),
      never(subject, {
        actions: ['s3:PutObject', 's3:PutObjectRetention'],
        when: allOf({ StringEquals: { [EVENT_HOLD]: 'OFF' } }, excluding(subject, officers)),
      }),
      never(subject, {
        actions: ['s3:PutObject', 's3:PutObjectRetention'],
        when: allOf({ NumericLessThan: { [EVENT_HOLD_DAYS]: String(days) } }, excluding(subject, officers)),
      }),
    ],
  };
}

export function noPermanentDeleteWithoutMfa({
  maximumAgeSeconds,
  exempt = [],
}: RecentMfaGuaranteeOptions): GuaranteeProps {
  if (maximumAgeSeconds !== undefined && !(Number.isInteger(maximumAgeSeconds) && maximumAgeSeconds > 0)) {
    throw new Error(`"maximumAgeSeconds" is ${maximumAgeSeconds}; a whole number from 1 on is needed`);
  }
  const people = exempt.map(nameOfConstruct);
  return {
    id: 'no-permanent-delete-without-mfa',
    title: 'Permanent delete with MFA only',
    description:
      'No version is deleted, nothing of which no versions are kept is deleted or overwritten, and ' +
      'versioning is not changed, by a request whose credentials were not made with MFA' +
      `${maximumAgeSeconds === undefined ? '' : ` in the last ${maximumAgeSeconds} seconds`}. Weaker than ` +
      `S3's own MFA delete.`,
    fix:
      'Turn versioning on, and deny s3:DeleteObjectVersion and s3:PutBucketVersioning where ' +
      'aws:MultiFactorAuthPresent is BoolIfExists false, and where aws:MultiFactorAuthAge is ' +
      'NumericGreaterThan the limit.',
    options: [maximumAgeSeconds, people],
    parts: (subject) => {
      // Where no versions are kept, a plain delete or an overwrite is for good.
      const actions = isVersioned(subject)
        ? CHANGES_VERSIONS
        : [...CHANGES_VERSIONS, 's3:DeleteObject', 's3:ReplicateDelete', ...OVERWRITES];
      const others = excluding(subject, people);
      return [
        never(subject, { actions, when: allOf({ BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } }, others) }),
        ...(maximumAgeSeconds === undefined
          ? []
          : [
              never(subject, {
                actions,
                when: allOf({ NumericGreaterThan: { 'aws:MultiFactorAuthAge': String(maximumAgeSeconds) } }, others),
              }),
            ]),
      ];
    },
  };
}

export function recentMfaSuffices({ maximumAgeSeconds }: RecentMfaGuaranteeOptions): GuaranteeProps {
  return {
    id: 'recent-mfa-suffices',
    title: 'Permanent delete works with MFA',
    description:
      'A principal that IAM allows can delete versions and change versioning with credentials that were just made ' +
      'with MFA.',
    fix: 'Bound the deny to aws:MultiFactorAuthPresent false and to an age above the limit.',
    options: maximumAgeSeconds ?? null,
    parts: (subject) => [
      always(subject, {
        actions: CHANGES_VERSIONS,
        when: {
          Bool: { 'aws:MultiFactorAuthPresent': 'true' },
          NumericEquals: { 'aws:MultiFactorAuthAge': String(maximumAgeSeconds ?? 1) },
          StringEquals: { 'aws:PrincipalAccount': subject.resource.account, [PRINCIPAL_KIND_KEY]: ['role', 'user'] },
        },
      }),
    ],
  };
}
