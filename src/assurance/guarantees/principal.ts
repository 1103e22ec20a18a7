/** What only listed principals do; `Guarantee` names each of them. */
import type { GuaranteeProps } from './guarantee-props';
import { expiresAfterRetention, isVersioned } from './lifecycle';
import {
  allOf,
  excluding,
  OVERWRITES,
  PRINCIPAL_KIND_KEY,
  never,
  READ_ACTIONS,
  type ProofObligation,
} from './proof-obligation';
import { type Conditions } from '../engine/region';
import { nameOfConstruct, type ResourceUnderTest } from '../model/subject';

export function governanceBypassOnlyBy(principals: readonly string[]): GuaranteeProps {
  return onlyBy(principals, {
    id: 'governance-bypass-only-by',
    title: 'Bypass by named roles only',
    description: 'Nobody deletes or shortens what is under governance retention but the named roles.',
    fix: 'Deny s3:BypassGovernanceRetention on /* to all but the named roles by aws:PrincipalArn.',
    actions: ['s3:BypassGovernanceRetention'],
  });
}

export function retentionSetOnlyBy(principals: readonly string[]): GuaranteeProps {
  return onlyBy(principals, {
    id: 'retention-set-only-by',
    title: 'Retention set by named roles only',
    description: 'Nobody sets or extends a retention but the named roles.',
    fix: 'Deny s3:PutObjectRetention on /* to all but the named roles by aws:PrincipalArn.',
    actions: ['s3:PutObjectRetention'],
  });
}

export function legalHoldChangedOnlyBy(principals: readonly string[]): GuaranteeProps {
  return onlyBy(principals, {
    id: 'legal-hold-changed-only-by',
    title: 'Legal hold by named roles only',
    description: 'Nobody places or lifts a legal hold but the named roles.',
    fix: 'Deny s3:PutObjectLegalHold on /* to all but the named roles by aws:PrincipalArn.',
    actions: ['s3:PutObjectLegalHold'],
  });
}

export function deleteOnlyBy(principals: readonly string[]): GuaranteeProps {
  return onlyBy(principals, {
    id: 'delete-only-by',
    title: 'Delete by named roles only',
    description:
      'Nobody deletes a version, hides an object behind a delete marker or overwrites what has no versions ' +
      'but the named roles, and no lifecycle deletes' +
      ' before the default retention ends.',
    fix:
      'Deny s3:DeleteObject, s3:DeleteObjectVersion and s3:ReplicateDelete on /* to all but the named ' +
      'roles by aws:PrincipalArn; turn versioning on, or deny' +
      ' s3:PutObject and s3:ReplicateObject as well; let the lifecycle delete nothing before a default retention ends.',
    actions: ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:ReplicateDelete'],
    also: (subject, when) => [
      ...(isVersioned(subject) ? [] : [never(subject, { actions: OVERWRITES, when })]),
      expiresAfterRetention(subject),
    ],
  });
}

export function deleteMarkersDenied(): GuaranteeProps {
  return onlyBy([], {
    id: 'delete-markers-denied',
    title: 'No delete markers',
    description: 'Nobody hides an object behind a delete marker.',
    fix: 'Deny s3:DeleteObject on /* to every principal.',
    actions: ['s3:DeleteObject'],
  });
}

export function protectionChangedOnlyBy(principals: readonly string[]): GuaranteeProps {
  return onlyBy(principals, {
    id: 'protection-changed-only-by',
    title: 'Protection changed by named roles only',
    description:
      'Nobody suspends versioning, changes the lock, the lifecycle or the default encryption, or deletes ' +
      'the bucket but the named roles.',
    fix:
      'Deny s3:PutBucketVersioning, s3:PutBucketObjectLockConfiguration, s3:PutLifecycleConfiguration, ' +
      's3:PutEncryptionConfiguration and s3:DeleteBucket to' +
      ' all but the named roles.',
    actions: [
      's3:PutBucketVersioning',
      's3:PutBucketObjectLockConfiguration',
      's3:PutLifecycleConfiguration',
      's3:PutEncryptionConfiguration',
      's3:DeleteBucket',
    ],
  });
}

export function readersOnly(principals: readonly string[]): GuaranteeProps {
  return onlyBy(principals, {
    id: 'readers-only',
    title: 'Read by listed principals only',
    description: 'Only the listed principals read objects or object versions, including as a copy source.',
    fix:
      'Deny s3:GetObject, s3:GetObjectVersion and their torrents on /* to all but the listed principals by ' +
      'aws:PrincipalArn.',
    actions: [...READ_ACTIONS, 's3:GetObjectTorrent', 's3:GetObjectVersionTorrent'],
  });
}

export function policyChangedOnlyBy(principals: readonly string[]): GuaranteeProps {
  return onlyBy(principals, {
    id: 'policy-changed-only-by',
    title: 'Policy changed by administrators only',
    description:
      'Nobody changes or removes the bucket policy, Block Public Access or object ownership but the named ' +
      "administrators (and the account's root user, which no bucket policy stops).",
    fix:
      'Deny s3:PutBucketPolicy, s3:DeleteBucketPolicy, s3:PutBucketPublicAccessBlock and ' +
      's3:PutBucketOwnershipControls to all but the named administrators.',
    actions: [
      's3:PutBucketPolicy',
      's3:DeleteBucketPolicy',
      's3:PutBucketPublicAccessBlock',
      's3:PutBucketOwnershipControls',
    ],
    when: { StringNotEquals: { [PRINCIPAL_KIND_KEY]: 'root' } },
    axioms: ['root-policy'],
  });
}

export function lifecycleChangedOnlyBy(principals: readonly string[]): GuaranteeProps {
  return onlyBy(principals, {
    id: 'lifecycle-changed-only-by',
    title: 'Lifecycle changed by named principals only',
    description:
      'Nobody sets or deletes the lifecycle rules, which can let every object expire, but the named principals.',
    fix: 'Deny s3:PutLifecycleConfiguration to all but the named principals.',
    actions: ['s3:PutLifecycleConfiguration'],
  });
}

interface OnlyByProps extends Pick<GuaranteeProps, 'id' | 'title' | 'description' | 'fix'> {
  readonly actions: readonly string[];
  readonly when?: Conditions;
  readonly axioms?: readonly string[];
  /** What else has to be shown. @param others everybody but the principals */
  readonly also?: (subject: ResourceUnderTest, others: Conditions) => ProofObligation[];
}

/** Nobody is allowed the actions but these principals. */
function onlyBy(
  principals: readonly string[],
  { actions: only, when, axioms, also, ...props }: OnlyByProps,
): GuaranteeProps {
  const except = principals.map(nameOfConstruct);
  return {
    ...props,
    options: except,
    parts: (subject) => {
      const others = allOf(when ?? {}, excluding(subject, except));
      return [never(subject, { actions: only, axioms, when: others }), ...(also?.(subject, others) ?? [])];
    },
  };
}
