/** What the lifecycle rules of a bucket say. */
import { setting, type ProofObligation } from './proof-obligation';
import type { ResourceUnderTest } from '../model/subject';
import { isUnknown } from '../template/unknown';

const FILTERS = ['Prefix', 'TagFilters', 'ObjectSizeGreaterThan', 'ObjectSizeLessThan'];

/** The rules that are not switched off for certain. */
export function rulesOf({ properties }: ResourceUnderTest): any[] {
  const rules = properties.LifecycleConfiguration?.Rules ?? [];
  return Array.isArray(rules) ? rules.filter((rule) => rule?.Status !== 'Disabled') : [{}];
}

/** Whether a rule is about every object. */
export function isForWholeBucket(rule: any): boolean {
  return FILTERS.every((name) => isEmpty(rule[name])) && Object.values(rule.Filter ?? {}).every(isEmpty);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

/**
 * Transitions of the current version, and of those before, by storage class; the older singular properties mean the
 * same.
 */
export function transitionsOf(rule: any, versions: 'current' | 'noncurrent'): Array<[string, unknown]> {
  const [plural, singular] =
    versions === 'current'
      ? ['Transitions', 'Transition']
      : ['NoncurrentVersionTransitions', 'NoncurrentVersionTransition'];
  return [...(rule[plural] ?? []), ...(rule[singular] === undefined ? [] : [rule[singular]])]
    .map(({ StorageClass, TransitionInDays, TransitionDate }: any): [string, unknown] => [
      StorageClass,
      TransitionInDays ?? TransitionDate,
    ])
    .sort();
}

/** Days or dates at which versions of any kind are deleted. */
export function expiriesOf(rule: any): unknown[] {
  return [
    rule.ExpirationInDays,
    rule.ExpirationDate,
    rule.NoncurrentVersionExpiration?.NoncurrentDays,
    rule.NoncurrentVersionExpirationInDays,
  ].filter((days) => days !== undefined);
}

/** Days for which a new version is retained by default. */
export function retainedDays({ properties }: ResourceUnderTest): number {
  const { Days = 0, Years = 0 } = properties.ObjectLockConfiguration?.Rule?.DefaultRetention ?? {};
  return Number(Days) + Number(Years) * 365;
}

/** That no lifecycle rule deletes what is not, or no longer, retained for fewer days. */
export function expiresAfterRetention(subject: ResourceUnderTest): ProofObligation {
  const expiries = rulesOf(subject).flatMap(expiriesOf);
  const open = expiries.find((days) => typeof days === 'string' && isUnknown(days));
  const retained = retainedDays(subject);
  return setting('Expiry of the lifecycle', open ?? expiries, () =>
    expiries.every((days) => retained > 0 && Number(days) >= retained),
  );
}

/** Whether an overwrite keeps the version before it. */
export function isVersioned({ properties }: ResourceUnderTest): boolean {
  return (
    properties.VersioningConfiguration?.Status === 'Enabled' ||
    properties.ObjectLockEnabled === true ||
    properties.ObjectLockEnabled === 'true'
  );
}
