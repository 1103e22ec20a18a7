import { Aws } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { onFinalize, PolicyOfBucket, policyOf, resolved } from './bucket-policy';
import { claimLater, type Claim } from './claims';

/**
 * What an ordinary client does to a bucket and its objects. Each restriction of a control names the actions that it
 * bounds.
 */
const WORK = [
  's3:GetObject',
  's3:GetObjectVersion',
  's3:GetObjectTagging',
  's3:ListBucket',
  's3:ListBucketVersions',
  's3:ListBucketMultipartUploads',
  's3:PutObject',
  's3:PutObjectTagging',
  's3:AbortMultipartUpload',
  's3:ListMultipartUploadParts',
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:PutObjectRetention',
  's3:BypassGovernanceRetention',
  's3:PutObjectLegalHold',
  's3:ReplicateObject',
  's3:ReplicateTags',
  's3:ReplicateDelete',
  's3:GetBucketPolicy',
  's3:GetBucketLocation',
  's3:PutBucketPolicy',
  's3:DeleteBucketPolicy',
  's3:PutBucketPublicAccessBlock',
  's3:PutBucketOwnershipControls',
  's3:PutBucketVersioning',
  's3:PutBucketObjectLockConfiguration',
  's3:PutLifecycleConfiguration',
  's3:PutEncryptionConfiguration',
  's3:PutBucketTagging',
  's3:PutBucketNotification',
  's3:DeleteBucket',
];

/** Those of them that are about objects. */
export const ON_OBJECTS = WORK.slice(0, 3)
  .concat(WORK.slice(6, 18))
  .filter((action) => !/Bucket/.test(action));

/** What the callers of a view must not do to the bucket itself. */
export const EVERYTHING_BUT_WRITING = WORK.filter(
  (action) =>
    ![
      's3:PutObject',
      's3:PutObjectTagging',
      's3:DeleteObject',
      's3:AbortMultipartUpload',
      's3:ListMultipartUploadParts',
    ].includes(action),
);

type Context = Readonly<Record<string, string>>;

/** What a control asks of requests that are to work. Patterns of actions may end in `*`. */
export interface Restriction {
  readonly actions: readonly string[];
  /** Who alone may do it, as ARNs; the restrictions of several controls meet in those whom all name. */
  readonly onlyBy?: () => readonly string[];
  /** Who may not do it, as ARNs. */
  readonly notBy?: () => readonly string[];
  /** Contexts of which a request must have one. */
  readonly within?: () => readonly Context[];
  /** Contexts that a request may have as well; each is asked beside the ordinary request. */
  readonly alsoWith?: () => readonly Context[];
  /** Who alone may have one of these, as ARNs. */
  readonly alsoBy?: () => readonly string[];
}

const RESTRICTIONS = Symbol.for('cdk-s3-strongbox.restrictions');

/**
 * Notes what a control asks of requests. From what all controls of the bucket ask, claims follow that whatever they
 * leave open is allowed: a statement that denies more, or is cut down, is then noticed.
 */
export function restrict(bucket: s3.CfnBucket, restriction: Restriction): void {
  restrictionsOf(bucket).push(restriction);
}

/** Lets the claims of the working side be written, even where no control restricts anybody. */
export function claimWorkingSide(bucket: s3.CfnBucket): void {
  restrictionsOf(bucket);
}

function restrictionsOf(bucket: s3.CfnBucket): Restriction[] {
  const holder = bucket as { [RESTRICTIONS]?: Restriction[] };
  if (!holder[RESTRICTIONS]) {
    const restrictions: Restriction[] = [];
    Object.defineProperty(holder, RESTRICTIONS, { value: restrictions });
    onFinalize(bucket, () => {
      const policy = policyOf(bucket);
      // To read a policy freezes it, so this waits until everybody has written what they write.
      if (policy) {
        claimLater(policy, 'working-side', () => claimsOfWork(bucket, policy, distinct(bucket, restrictions)));
      }
    });
  }
  return holder[RESTRICTIONS]!;
}

/** A control that is applied twice asks the same twice. */
function distinct(bucket: s3.CfnBucket, restrictions: readonly Restriction[]): Restriction[] {
  const seen = new Set<string>();
  return restrictions.filter(({ actions, onlyBy, notBy, within, alsoWith, alsoBy }) => {
    const text = JSON.stringify(
      resolved(bucket, [
        actions,
        onlyBy?.() ?? null,
        notBy?.() ?? null,
        within?.() ?? null,
        alsoWith?.() ?? null,
        alsoBy?.() ?? null,
      ]),
    );
    return !seen.has(text) && seen.add(text);
  });
}

interface Work {
  readonly actions: string[];
  readonly principals?: readonly string[];
  readonly context?: Context;
}

function claimsOfWork(bucket: s3.CfnBucket, policy: s3.CfnBucketPolicy, restrictions: readonly Restriction[]): Claim[] {
  const foreign = foreignDenials(bucket, policy);
  const groups = new Map<string, Work>();
  for (const action of WORK) {
    if (foreign.some((pattern) => matches(pattern, action))) continue;
    const about = restrictions.filter(({ actions }) => actions.some((pattern) => matches(pattern, action)));
    for (const { context, principals } of casesOf(bucket, about)) {
      if (principals?.length === 0) continue;
      const key = JSON.stringify(resolved(bucket, [principals ?? null, context]));
      const group = groups.get(key);
      if (group) {
        group.actions.push(action);
      } else {
        groups.set(key, {
          actions: [action],
          principals,
          context: Object.keys(context).length > 0 ? context : undefined,
        });
      }
    }
  }
  return [...groups.values()].map((options) => ({ guarantee: 'allowed', options }));
}

/** Those whom every restriction names; everybody of the account (undefined), or somebody who is not shut out. */
function principalsOf(bucket: s3.CfnBucket, about: readonly Restriction[]): readonly string[] | undefined {
  const spelled = (arn: string) => JSON.stringify(resolved(bucket, arn));
  const shutOut = new Set(about.flatMap(({ notBy }) => notBy?.() ?? []).map(spelled));
  const lists = about.flatMap(({ onlyBy }) => (onlyBy ? [onlyBy()] : []));
  if (lists.length === 0) {
    return shutOut.size === 0
      ? undefined
      : [`arn:${Aws.PARTITION}:iam::${bucket.stack.account}:role/strongbox-somebody`];
  }
  const [first, ...others] = lists;
  return first.filter(
    (arn) => !shutOut.has(spelled(arn)) && others.every((list) => list.map(spelled).includes(spelled(arn))),
  );
}

/** One context of each restriction, in every combination; and each of those that a request may have beside. */
function casesOf(
  bucket: s3.CfnBucket,
  about: readonly Restriction[],
): Array<{ context: Context; principals?: readonly string[] }> {
  let contexts: Context[] = [{}];
  for (const { within } of about) {
    if (!within) continue;
    const alternatives = within();
    contexts = contexts.flatMap((context) => alternatives.map((alternative) => ({ ...context, ...alternative })));
  }
  const principals = principalsOf(bucket, about);
  const beside = about.flatMap(({ alsoWith, alsoBy }) =>
    (alsoWith?.() ?? []).map((context) => ({
      context: { ...contexts[0], ...context },
      principals: alsoBy ? principalsOf(bucket, [...about, { actions: [], onlyBy: alsoBy }]) : principals,
    })),
  );
  return [...contexts.map((context) => ({ context, principals })), ...beside];
}

/** Actions that statements deny which this library did not write: their owner restricts more, which is no defect. */
function foreignDenials(bucket: s3.CfnBucket, policy: s3.CfnBucketPolicy): string[] {
  const own = PolicyOfBucket.of(bucket).all;
  const statements = [resolved<{ Statement?: any }>(bucket, policy.policyDocument)?.Statement ?? []].flat() as Array<
    Record<string, any>
  >;
  return statements
    .filter(({ Effect, Sid }) => Effect === 'Deny' && !own.has(Sid))
    .flatMap(({ Action }) => (Action === undefined ? ['*'] : ([Action].flat() as string[])));
}

function matches(pattern: string, action: string): boolean {
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[.:]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`, 'i').test(action);
}
