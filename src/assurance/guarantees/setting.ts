/** What is guaranteed of the settings of a bucket, and of how long they last; `Guarantee` names each of them. */
import type { GuaranteeProps } from './guarantee-props';
import { isTrue, kept, setting } from './proof-obligation';
import { encryptionRule, type BucketModel, type Model, type ResolvedResource } from '../model/resolve';
import type { ResourceUnderTest } from '../model/subject';
import { isUnknown } from '../template/unknown';

export function policyRetained(): GuaranteeProps {
  return {
    id: 'policy-retained',
    title: 'Policy and key kept with the bucket',
    description: 'When the stack goes and the bucket stays, its policy and its key stay with it.',
    fix: "Give the AWS::S3::BucketPolicy and the AWS::KMS::Key the bucket's DeletionPolicy and UpdateReplacePolicy.",
    parts: ({ bucket, model }) => companionsOf(bucket, model).flatMap((resource) => kept(resource, bucket.resource)),
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
    parts: ({ properties }) => [
      setting('VersioningConfiguration', properties.VersioningConfiguration?.Status, (value) => value === 'Enabled'),
    ],
  };
}

export function incompleteUploadsAborted(): GuaranteeProps {
  return settingGuarantee(
    {
      id: 'incomplete-uploads-aborted',
      title: 'Incomplete uploads cleaned up',
      description:
        'The parts of a multipart upload that is never completed, which no listing shows, are deleted after some days.',
      fix: 'Add a lifecycle rule with AbortIncompleteMultipartUpload for the whole bucket.',
    },
    'LifecycleConfiguration',
    ({ properties }) => properties.LifecycleConfiguration?.Rules,
    (rules) =>
      Array.isArray(rules) &&
      rules.some(
        (rule) =>
          rule?.Status === 'Enabled' &&
          rule.AbortIncompleteMultipartUpload &&
          !rule.Prefix &&
          !rule.Filter &&
          !rule.TagFilters,
      ),
  );
}

export function eventsToEventBridge(): GuaranteeProps {
  return settingGuarantee(
    {
      id: 'events-to-eventbridge',
      title: 'Events to EventBridge',
      description: 'Every event of the bucket reaches the default event bus.',
      fix: 'Set NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled to true.',
    },
    'EventBridgeConfiguration',
    ({ properties }) => properties.NotificationConfiguration?.EventBridgeConfiguration?.EventBridgeEnabled,
    isTrue,
  );
}

export function corsNamedOrigins(): GuaranteeProps {
  return {
    id: 'cors-named-origins',
    title: 'Named origins only',
    description: 'A browser lets only pages of origins that are named use the bucket.',
    fix: 'Name the origins in CorsConfiguration, each with scheme and host, instead of "*".',
    parts: ({ resource: { properties } }) => {
      const rules: unknown = properties.CorsConfiguration?.CorsRules ?? [];
      const origins = Array.isArray(rules) ? rules.flatMap((rule) => rule?.AllowedOrigins ?? [undefined]) : [undefined];
      const isOpen = (origin: unknown): origin is string => typeof origin === 'string' && isUnknown(origin);
      const open = origins.find(isOpen);
      const others = setting('CorsConfiguration', rules, () =>
        origins.every((origin) => isOpen(origin) || isNamedOrigin(origin)),
      );
      return open === undefined
        ? [others]
        : [others, { setting: 'CorsConfiguration', holds: undefined, reason: `open to ${open}` }];
    },
  };
}

/** What a bucket is left without when only the bucket stays. */
function companionsOf({ resource, policies, key }: BucketModel, { keys, resources }: Model): ResolvedResource[] {
  const id = encryptionRule(resource)?.ServerSideEncryptionByDefault?.KMSMasterKeyID;
  // A key that is named by its alias is not found without it.
  const alias =
    typeof id === 'string' && id.includes('alias/')
      ? resources.find(
          ({ type, properties }) =>
            type === 'AWS::KMS::Alias' && typeof properties.AliasName === 'string' && id.endsWith(properties.AliasName),
        )
      : undefined;
  const behind =
    alias &&
    key === undefined &&
    keys.find(({ arn }) => [arn, arn.split('/').pop()].includes(alias.properties.TargetKeyId));
  return [
    ...policies.map((policy) => policy.resource),
    ...(key ? [key.resource] : []),
    ...(alias ? [alias] : []),
    ...(behind ? [behind.resource] : []),
  ];
}

/** A guarantee about one setting of a bucket. */
function settingGuarantee(
  about: Pick<GuaranteeProps, 'id' | 'title' | 'description' | 'fix'>,
  name: string,
  read: (resource: ResourceUnderTest['resource']) => unknown,
  holds: (value: any) => boolean,
): GuaranteeProps {
  return { ...about, parts: ({ resource }) => [setting(name, read(resource), holds)] };
}

/**
 * An origin with a scheme and a host. A wildcard may stand for what comes before a domain of one owner: not for the
 * domain itself, and not before a suffix below which anybody gets a name.
 */
function isNamedOrigin(origin: unknown): boolean {
  if (typeof origin !== 'string' || isUnknown(origin)) return false;
  const host = /^https?:\/\/([^/:?#@]+)(?::(?:\d+|\*))?$/.exec(origin)?.[1];
  if (host === undefined || !host.includes('*')) return host !== undefined;
  const domain = /^[^.*]*\*\.([^*]+)$/.exec(host)?.[1].toLowerCase();
  return domain !== undefined && domain.includes('.') && !SHARED_SUFFIX.test(domain);
}

/**
 * Second levels of countries, and the domains of large hosts; of others nobody but the reader of the template can tell.
 */
const SHARED_SUFFIX = new RegExp(
  '^(?:(?:ac|co|com|edu|go|gov|ne|net|or|org)\\.[a-z]{2}' +
    '|(?:.*\\.)?(?:amazonaws\\.com|amazonaws\\.com\\.cn|cloudfront\\.net|amplifyapp\\.com|awsapprunner\\.com|elasticbeanstalk\\.com|on\\.aws' +
    '|github\\.io|gitlab\\.io|netlify\\.app|vercel\\.app|pages\\.dev|workers\\.dev|web\\.app|firebaseapp\\.com|herokuapp\\.com|azurewebsites\\.net))$',
);
