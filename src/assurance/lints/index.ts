import { accessLogCycle } from './access-log-cycle';
import { aclWithAclsOff } from './acl-with-acls-off';
import { arnMalformed } from './arn-malformed';
import { arnPartition } from './arn-partition';
import { comparedValue } from './compared-value';
import { corsWildcard } from './cors-wildcard';
import { keyNeverPresent } from './key-never-present';
import { type Finding, findingOf, type Lint, LintedTemplates } from './lint';
import { logTargetElsewhere } from './log-target-elsewhere';
import { logTargetEncryption } from './log-target-encryption';
import { logTargetObjectLock } from './log-target-object-lock';
import { notPrincipal } from './not-principal';
import { objectLockAutoDelete } from './object-lock-auto-delete';
import { objectLockLifecycle } from './object-lock-lifecycle';
import { objectLockRetention } from './object-lock-retention';
import { objectLockVersioning } from './object-lock-versioning';
import { openToEveryone } from './open-to-everyone';
import { operatorType } from './operator-type';
import { policyMalformed } from './policy-malformed';
import { policySize } from './policy-size';
import { policyVersion } from './policy-version';
import { resourceLevel } from './resource-level';
import { setOperator } from './set-operator';
import { twoBucketPolicies } from './two-bucket-policies';
import { unknownAction } from './unknown-action';
import { unknownConditionKey } from './unknown-condition-key';
import { websiteBehindTlsDeny } from './website-behind-tls-deny';
import type { ResolvedResource } from '../model/resolve';

/** Every lint, in the order in which its findings are reported. */
export const LINTS: readonly Lint[] = [
  policyMalformed,
  policyVersion,
  policySize,
  unknownAction,
  unknownConditionKey,
  operatorType,
  comparedValue,
  keyNeverPresent,
  setOperator,
  arnMalformed,
  arnPartition,
  resourceLevel,
  notPrincipal,
  openToEveryone,
  twoBucketPolicies,
  accessLogCycle,
  logTargetObjectLock,
  logTargetEncryption,
  logTargetElsewhere,
  objectLockVersioning,
  objectLockRetention,
  objectLockLifecycle,
  objectLockAutoDelete,
  aclWithAclsOff,
  corsWildcard,
  websiteBehindTlsDeny,
];

/** Everything that can be read off the templates without a proof. */
export function lint(resources: readonly ResolvedResource[]): Finding[] {
  const template = new LintedTemplates(resources);
  return LINTS.flatMap((each) => [...each.find(template)].map((mistake) => findingOf(mistake, each)));
}

export { findingOf } from './lint';
export type { Finding, Lint, Rule } from './lint';
