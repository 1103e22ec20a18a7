import { Lazy, Token, type IResolvable } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';

type Rule = s3.CfnBucket.RuleProperty;
type Configuration = s3.CfnBucket.LifecycleConfigurationProperty;
type Transition = s3.CfnBucket.TransitionProperty | s3.CfnBucket.NoncurrentVersionTransitionProperty;

/** What a rule may say of its time and its action; a rule that says anything else is another rule. */
const MERGED: ReadonlyArray<keyof Rule> = [
  'abortIncompleteMultipartUpload',
  'expirationInDays',
  'expiredObjectDeleteMarker',
  'noncurrentVersionExpiration',
  'noncurrentVersionTransitions',
  'transitions',
];

/**
 * Adds a rule to the lifecycle of a bucket, of which the L2 may still add rules of its own until synthesis. A rule of
 * the same id and the same objects is merged toward the shorter time; one of the same id for other objects gets an id
 * of its own, since S3 refuses an id twice.
 */
export function withLifecycleRule(
  before: s3.CfnBucket['lifecycleConfiguration'],
  rule: Rule,
): Configuration | IResolvable {
  const add = (setting: Configuration | undefined): Configuration => ({
    ...setting,
    rules: added((setting?.rules ?? []) as Rule[], rule),
  });
  return Token.isUnresolved(before) || Token.isUnresolved((before as Configuration | undefined)?.rules)
    ? Lazy.uncachedAny({ produce: (context) => add(context.resolve(before) as Configuration | undefined) })
    : add(before as Configuration | undefined);
}

function added(rules: Rule[], rule: Rule): Rule[] {
  const same = rules.findIndex(
    (each) => each.id !== undefined && baseId(each.id, rule.id!) && scope(each) === scope(rule),
  );
  if (same >= 0) return rules.map((each, index) => (index === same ? merged(each, rule) : each));
  let id = rule.id!;
  for (let i = 2; rules.some((each) => each.id === id); i++) id = `${rule.id}-${i}`;
  return [...rules, { ...rule, id }];
}

function baseId(id: string, wanted: string): boolean {
  return id === wanted || (id.startsWith(`${wanted}-`) && /^\d+$/.test(id.slice(wanted.length + 1)));
}

/** Which objects a rule is about, and whether it is on. */
function scope(rule: Rule): string {
  const rest = Object.entries(rule).filter(
    ([key, value]) => key !== 'id' && value !== undefined && !MERGED.includes(key as keyof Rule),
  );
  return JSON.stringify(rest.sort(([one], [other]) => one.localeCompare(other)));
}

function merged(one: Rule, other: Rule): Rule {
  const abort = shorter(
    days(one.abortIncompleteMultipartUpload, 'daysAfterInitiation'),
    days(other.abortIncompleteMultipartUpload, 'daysAfterInitiation'),
  );
  const [mine, theirs] = [one, other].map(
    ({ noncurrentVersionExpiration }) =>
      noncurrentVersionExpiration as s3.CfnBucket.NoncurrentVersionExpirationProperty | undefined,
  );
  return {
    ...one,
    abortIncompleteMultipartUpload: abort === undefined ? undefined : { daysAfterInitiation: abort },
    expirationInDays: shorter(one.expirationInDays, other.expirationInDays),
    expiredObjectDeleteMarker: one.expiredObjectDeleteMarker ?? other.expiredObjectDeleteMarker,
    noncurrentVersionExpiration:
      mine && theirs
        ? {
            noncurrentDays: shorter(mine.noncurrentDays, theirs.noncurrentDays)!,
            // Fewer versions are kept where both say how many; one that says none keeps none.
            newerNoncurrentVersions:
              mine.newerNoncurrentVersions && theirs.newerNoncurrentVersions
                ? shorter(mine.newerNoncurrentVersions, theirs.newerNoncurrentVersions)
                : undefined,
          }
        : (mine ?? theirs),
    transitions: transitions(one.transitions, other.transitions) as Rule['transitions'],
    noncurrentVersionTransitions: transitions(
      one.noncurrentVersionTransitions,
      other.noncurrentVersionTransitions,
    ) as Rule['noncurrentVersionTransitions'],
  };
}

function shorter(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.min(one, other);
}

function days<K extends string>(value: unknown, key: K): number | undefined {
  return (value as Record<K, number> | undefined)?.[key];
}

/** One transition for each storage class, the earlier one. */
function transitions(one: unknown, other: unknown): Transition[] | undefined {
  if (one === undefined || other === undefined) return (one ?? other) as Transition[] | undefined;
  const all = new Map<string, Transition>();
  for (const each of [...(one as Transition[]), ...(other as Transition[])]) {
    const before = all.get(each.storageClass);
    if (!before || each.transitionInDays! < before.transitionInDays!) all.set(each.storageClass, each);
  }
  return [...all.values()].sort((a, b) => a.transitionInDays! - b.transitionInDays!);
}
