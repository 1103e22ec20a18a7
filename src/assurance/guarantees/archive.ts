import type { GuaranteeProps } from './guarantee-props';
import { expiriesOf, isForWholeBucket, retainedDays, rulesOf, transitionsOf } from './lifecycle';
import { checkedPrefix, never, setting, type ProofObligation } from './proof-obligation';
import { LOCK_FIELDS } from './worm';
import { type ArchiveStorageGuaranteeOptions } from './worm-options';
import { region } from '../engine/region';
import { bucketNamed } from '../model/resolve';
import { environmentOf, ResourceUnderTest } from '../model/subject';

export function inventoryDeliveryBounded(prefix: string): GuaranteeProps {
  checkedPrefix(prefix);
  return {
    id: 'inventory-delivery-bounded',
    title: 'Inventory writes lists only',
    description:
      `S3 under its own name can do nothing but write objects below ${prefix}, and that only for buckets ` +
      'of this account, which it names.',
    fix:
      'Allow s3.amazonaws.com s3:PutObject alone, below the prefix, and bound it by aws:SourceAccount and ' +
      'ArnLike aws:SourceArn.',
    options: prefix,
    parts: (subject) => {
      const { account, partition } = subject.resource;
      const StringEquals = { 'aws:PrincipalServiceName': 's3.amazonaws.com' };
      return [
        never(subject, { actions: ['s3:PutObject'], notActions: true, when: { StringEquals } }),
        never(subject, {
          actions: ['s3:PutObject'],
          notResources: [`${subject.arn}/${prefix}*`],
          when: { StringEquals },
        }),
        never(subject, {
          actions: ['s3:PutObject'],
          when: { StringEquals, StringNotEquals: { 'aws:SourceAccount': account } },
        }),
        never(subject, {
          actions: ['s3:PutObject'],
          when: { StringEquals, ArnNotLike: { 'aws:SourceArn': `arn:${partition}:s3:::*` } },
        }),
      ];
    },
  };
}

export function archiveStorage({ transitions, expireAfterDays }: ArchiveStorageGuaranteeOptions): GuaranteeProps {
  return {
    id: 'archive-storage',
    title: 'Moved to colder storage, and not deleted early',
    description:
      'Versions, current or not, move to colder storage classes at the same age, and none is deleted ' +
      'before the default retention ends.',
    fix:
      'Give the lifecycle rule of the whole bucket the same Transitions and NoncurrentVersionTransitions, ' +
      'and no expiry before the retention ends.',
    options: { transitions, expireAfterDays },
    parts: (subject) => {
      const rules = rulesOf(subject);
      const whole = rules.filter(isForWholeBucket);
      const surely = whole.filter((rule) => rule.Status === 'Enabled');
      const retained = retainedDays(subject);
      const expiries = rules.flatMap(expiriesOf);
      return [
        setting('Expiry of the lifecycle', expiries, () =>
          expiries.every((days) => typeof days === 'number' && days >= Math.max(retained, 1)),
        ),
        setting('Transitions of the lifecycle', rules, () =>
          rules.every((rule) => moves(rule, 'current') === moves(rule, 'noncurrent')),
        ),
        ...(transitions === undefined
          ? []
          : [
              setting('Transitions of the lifecycle', surely, () =>
                surely.some((rule) => moves(rule, 'current') === JSON.stringify(Object.entries(transitions).sort())),
              ),
            ]),
        ...(expireAfterDays === undefined
          ? []
          : [
              setting('Expiry of the lifecycle', surely, () =>
                surely.some(
                  (rule) =>
                    rule.ExpirationInDays === expireAfterDays &&
                    (rule.NoncurrentVersionExpiration?.NoncurrentDays ?? rule.NoncurrentVersionExpirationInDays) ===
                      expireAfterDays,
                ),
              ),
            ]),
      ];
    },
  };
}

function moves(rule: unknown, versions: 'current' | 'noncurrent'): string {
  return JSON.stringify(transitionsOf(rule, versions));
}

export function lockInventory(): GuaranteeProps {
  return {
    id: 'lock-inventory',
    title: 'Locks listed',
    description:
      'All versions are listed with mode, end and legal hold of their lock, once a week or a day, in ' +
      'another bucket of the templates, which lets S3 deliver.',
    fix:
      'Add an enabled inventory of all versions with the three fields of Object Lock, and allow ' +
      's3:PutObject to s3.amazonaws.com below its prefix in the target.',
    parts: (subject) => {
      const inventories: any[] = subject.properties.InventoryConfigurations ?? [];
      const listing = inventories.find(
        ({ Enabled, IncludedObjectVersions, OptionalFields = [], Prefix }) =>
          (Enabled === true || Enabled === 'true') &&
          IncludedObjectVersions === 'All' &&
          Prefix === undefined &&
          LOCK_FIELDS.every((field) => OptionalFields.includes(field)),
      );
      if (!listing) {
        return [setting('InventoryConfigurations', inventories.length === 0 ? undefined : inventories, () => false)];
      }
      const { BucketArn, Prefix } = listing.Destination;
      const target = bucketNamed(subject.model, 'arn', BucketArn);
      return [
        setting('Destination of the inventory', BucketArn, () => BucketArn !== subject.arn),
        target
          ? deliveryTo(new ResourceUnderTest(subject.model, target), subject, Prefix)
          : {
              setting: 'Destination of the inventory',
              holds: undefined,
              reason: `${BucketArn}, which is in none of the templates`,
            },
      ];
    },
  };
}

/** S3 writes the lists under its own name, on behalf of the bucket that is listed. */
function deliveryTo(target: ResourceUnderTest, source: ResourceUnderTest, prefix: string | undefined): ProofObligation {
  const when = {
    StringEquals: {
      'aws:PrincipalServiceName': 's3.amazonaws.com',
      'aws:SourceAccount': source.resource.account,
      's3:x-amz-acl': 'bucket-owner-full-control',
    },
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
