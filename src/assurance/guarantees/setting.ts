/** What is guaranteed of the settings of a bucket, and of how long they last; `Guarantee` names each of them. */
import type { GuaranteeProps } from './guarantee-props';
import { isTrue, kept, setting } from './proof-obligation';
import type { BucketModel, ResolvedResource } from '../model/resolve';
import type { ResourceUnderTest } from '../model/subject';

export function policyRetained(): GuaranteeProps {
  return {
    id: 'policy-retained',
    title: 'Policy and key kept with the bucket',
    description: 'When the stack goes and the bucket stays, its policy and its key stay with it.',
    fix: 'Give the AWS::S3::BucketPolicy and the AWS::KMS::Key the bucket\'s DeletionPolicy and UpdateReplacePolicy.',
    parts: ({ bucket }) => companionsOf(bucket).flatMap((resource) => kept(resource, bucket.resource)),
  };
}

export function bucketRetained(): GuaranteeProps {
  return {
    id: 'bucket-retained',
    title: 'Bucket kept',
    description: 'The bucket stays when the stack goes or would replace it.',
    fix: 'Give the AWS::S3::Bucket the DeletionPolicy and UpdateReplacePolicy Retain.',
    parts: ({ resource }) => kept(resource),
  };
}

export function versioned(): GuaranteeProps {
  return {
    id: 'versioned',
    title: 'Versioned',
    description: 'An overwrite or delete keeps the version before it.',
    fix: 'Set VersioningConfiguration to Enabled.',
    parts: ({ properties }) => [setting('VersioningConfiguration', properties.VersioningConfiguration?.Status, (value) => value === 'Enabled')],
  };
}

export function incompleteUploadsAborted(): GuaranteeProps {
  return settingGuarantee({
    id: 'incomplete-uploads-aborted',
    title: 'Incomplete uploads cleaned up',
    description: 'The parts of a multipart upload that is never completed, which no listing shows, are deleted after some days.',
    fix: 'Add a lifecycle rule with AbortIncompleteMultipartUpload for the whole bucket.',
  }, 'LifecycleConfiguration', ({ properties }) => properties.LifecycleConfiguration?.Rules, (rules) => Array.isArray(rules)
    && rules.some((rule) => rule?.Status === 'Enabled' && rule.AbortIncompleteMultipartUpload && !rule.Prefix && !rule.Filter && !rule.TagFilters));
}

export function eventsToEventBridge(): GuaranteeProps {
  return settingGuarantee({
    id: 'events-to-eventbridge',
    title: 'Events to EventBridge',
    description: 'Every event of the bucket reaches the default event bus.',
    fix: 'Set NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled to true.',
  }, 'EventBridgeConfiguration', ({ properties }) => properties.NotificationConfiguration?.EventBridgeConfiguration?.EventBridgeEnabled,
  isTrue);
}

export function corsNamedOrigins(): GuaranteeProps {
  return settingGuarantee({
    id: 'cors-named-origins',
    title: 'Named origins only',
    description: 'A browser lets only pages of origins that are named use the bucket.',
    fix: 'Name the origins in CorsConfiguration, each with scheme and host, instead of "*".',
  }, 'CorsConfiguration', ({ properties }) => properties.CorsConfiguration?.CorsRules ?? [], (rules) => Array.isArray(rules)
    && rules.every((rule) => Array.isArray(rule?.AllowedOrigins) && rule.AllowedOrigins.every(isNamedOrigin)));
}

export function replicated(): GuaranteeProps {
  return settingGuarantee({
    id: 'replicated',
    title: 'Copied to another bucket',
    description: 'New objects are copied to another bucket.',
    fix: 'Set ReplicationConfiguration with an enabled rule, or acknowledge the finding with the reason why no copy is needed.',
  }, 'ReplicationConfiguration', ({ properties }) => properties.ReplicationConfiguration?.Rules,
  (rules) => Array.isArray(rules) && rules.some((rule) => rule?.Status === 'Enabled'));
}

export function objectLocked(): GuaranteeProps {
  return settingGuarantee({
    id: 'object-locked',
    title: 'Locked when written',
    description: 'An object is locked against deletion from the moment it is written.',
    fix: 'Set ObjectLockEnabled and a default retention, or acknowledge the finding with the reason why no lock is needed.',
  }, 'ObjectLockConfiguration', ({ properties }) => properties.ObjectLockConfiguration?.Rule?.DefaultRetention, (retention) => retention !== undefined);
}

/** What a bucket is left without when only the bucket stays. */
function companionsOf({ policies, key }: BucketModel): ResolvedResource[] {
  return [...policies.map(({ resource }) => resource), ...(key ? [key.resource] : [])];
}

/** A guarantee about one setting of a bucket. */
function settingGuarantee(
  about: Pick<GuaranteeProps, 'id' | 'title' | 'description' | 'fix'>, name: string,
  read: (resource: ResourceUnderTest['resource']) => unknown, holds: (value: any) => boolean,
): GuaranteeProps {
  return { ...about, parts: ({ resource }) => [setting(name, read(resource), holds)] };
}

/** An origin with a scheme, and a host that is more than a wildcard. */
function isNamedOrigin(origin: unknown): boolean {
  return typeof origin === 'string' && /^https?:\/\/(?!\*(:|$))[^/]+$/.test(origin);
}
