import { accessLogCycle } from './access-log-cycle';
import { aclWithAclsOff } from './acl-with-acls-off';
import { arnMalformed } from './arn-malformed';
import { arnPartition } from './arn-partition';
import { cloudFrontLogAcl } from './cloudfront-log-acl';
import { comparedValue } from './compared-value';
import { corsWildcard } from './cors-wildcard';
import { denyEveryone } from './deny-everyone';
import { ifExistsInAllow } from './if-exists-in-allow';
import { keyNeverPresent } from './key-never-present';
import { keyNotForEveryAction } from './key-not-for-every-action';
import { lambdaPolicySize } from './lambda-policy-size';
import { type Finding, findingOf, type Lint, LintedTemplates } from './lint';
import { logTargetElsewhere } from './log-target-elsewhere';
import { logTargetEncryption } from './log-target-encryption';
import { logTargetObjectLock } from './log-target-object-lock';
import { mfaWithoutIfExists } from './mfa-without-if-exists';
import { misspeltVariable } from './misspelt-variable';
import { negatedKeysAnded } from './negated-keys-anded';
import { notPrincipal } from './not-principal';
import { objectLockAutoDelete } from './object-lock-auto-delete';
import { objectLockLifecycle } from './object-lock-lifecycle';
import { objectLockRetention } from './object-lock-retention';
import { objectLockVersioning } from './object-lock-versioning';
import { openToEveryone } from './open-to-everyone';
import { operatorType } from './operator-type';
import { otherBucketResource } from './other-bucket-resource';
import { policyMalformed } from './policy-malformed';
import { policySize } from './policy-size';
import { policyVersion } from './policy-version';
import { policyVersionMissing } from './policy-version-missing';
import { principalMalformed } from './principal-malformed';
import { privateSourceIp } from './private-source-ip';
import { publicAllowBlocked } from './public-allow-blocked';
import { resourceLevel } from './resource-level';
import { roleOpenToEveryone } from './role-open-to-everyone';
import { sessionInPrincipalArn } from './session-in-principal-arn';
import { setOperator } from './set-operator';
import { signatureAgeUnit } from './signature-age-unit';
import { twoBucketPolicies } from './two-bucket-policies';
import { unknownAction } from './unknown-action';
import { unknownConditionKey } from './unknown-condition-key';
import { unknownServicePrincipal } from './unknown-service-principal';
import { websiteBehindTlsDeny } from './website-behind-tls-deny';
import { wildcardInEquals } from './wildcard-in-equals';
import type { ResolvedResource } from '../model/resolve';

/** Every lint, in the order in which its findings are reported. */
export const LINTS: readonly Lint[] = [
  policyMalformed,
  policyVersion,
  policyVersionMissing,
  policySize,
  lambdaPolicySize,
  principalMalformed,
  unknownServicePrincipal,
  notPrincipal,
  unknownAction,
  unknownConditionKey,
  misspeltVariable,
  operatorType,
  comparedValue,
  wildcardInEquals,
  sessionInPrincipalArn,
  privateSourceIp,
  signatureAgeUnit,
  setOperator,
  ifExistsInAllow,
  mfaWithoutIfExists,
  negatedKeysAnded,
  keyNeverPresent,
  keyNotForEveryAction,
  arnMalformed,
  arnPartition,
  resourceLevel,
  otherBucketResource,
  denyEveryone,
  openToEveryone,
  roleOpenToEveryone,
  publicAllowBlocked,
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
  cloudFrontLogAcl,
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
