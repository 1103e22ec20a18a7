import type { Condition } from './condition';
import { any, type Ternary } from './operators';
import type { Policy, Statement } from './policy';
import { isUnknown } from '../template/unknown';

/** Keys with which AWS says that a grant to everyone is not public, if they compare with fixed values. */
const PRIVATE_KEYS = new Set([
  'aws:principalorgid',
  'aws:sourcearn',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:sourceaccount',
  'aws:sourceowner',
  'aws:sourceip',
  'aws:userid',
  's3:x-amz-server-side-encryption-aws-kms-key-id',
  's3:dataaccesspointarn',
  's3:dataaccesspointaccount',
]);
const FIXING = new Set(['StringEquals', 'StringEqualsIgnoreCase', 'StringLike', 'ArnEquals', 'ArnLike', 'IpAddress']);

/**
 * Whether S3 calls the policy public: an Allow to everyone without a condition on a fixed value of certain keys.
 * Other keys about the caller are not in AWS's list, though some are known to count: open.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
 */
export function isPublicPolicy(policy: Policy): Ternary {
  const grants = grantsPublicly(policy);
  const narrowing = grants === false ? undefined : policy.statements.find(narrowsCallers);
  return narrowing ? { doubt: `${narrowing.place} may or may not keep the policy from being public` } : grants;
}

/** AWS does not say whether a Deny of everybody else makes a grant to everyone one that is not public. */
function narrowsCallers({ effect, notPrincipal, conditions }: Statement): boolean {
  return (
    effect === 'Deny' &&
    (notPrincipal ||
      conditions.some(({ key }) => PRIVATE_KEYS.has(key) || key.startsWith('aws:principal') || key === 'aws:username'))
  );
}

function grantsPublicly(policy: Policy): Ternary {
  return any(
    policy.statements.map((statement): Ternary => {
      if (statement.effect !== 'Allow') return false;
      if (!statement.notPrincipal && !statement.principals?.some((pattern) => pattern.type === '*')) return false;
      const fixing = statement.conditions.filter(
        (condition) => FIXING.has(condition.operator) && !condition.ifExists && condition.set !== 'ForAllValues',
      );
      const isPrivate = ({ key, values }: Condition) =>
        PRIVATE_KEYS.has(key) && values.every((value) => isFixed(key, value));
      if (fixing.some(isPrivate)) return false;
      const open = fixing.find(
        (condition) => condition.key.startsWith('aws:principal') || condition.values.some(isUnknown),
      );
      return open ? { doubt: `${open.place} may or may not keep the policy from being public` } : true;
    }),
  );
}

function isFixed(key: string, value: string): boolean {
  if (isUnknown(value) || value.includes('${')) return false;
  if (key === 'aws:sourceip') {
    const length = value.includes('/') ? Number(value.split('/')[1]) : 32;
    return length >= (value.includes(':') ? 32 : 8);
  }
  if (key === 'aws:sourcearn' || key === 's3:dataaccesspointarn') {
    // With the account fixed, or an S3 bucket's name, wildcards elsewhere do no harm.
    const parts = value.split(':');
    return parts.length >= 6 && !/[*?]/.test(parts[4]) && (parts[4] !== '' || !/^[*?]/.test(parts[5]));
  }
  return !/[*?]/.test(value);
}
