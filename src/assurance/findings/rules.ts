import { FindingLevel, type Topic } from './level';
import { DOCS, type Remedy } from './remedies';

const { ERROR, WARNING, ADVICE } = FindingLevel;

/** Level and topic of each rule that needs no proof. */
const LINT_RATINGS: Readonly<Record<string, readonly [level: FindingLevel, topic: Topic, code?: string]>> = {
  'policy-malformed': [ERROR, 'policy'],
  'policy-version': [WARNING, 'policy'],
  'policy-version-missing': [ADVICE, 'policy'],
  'policy-size': [ERROR, 'policy'],
  'lambda-policy-size': [ERROR, 'policy'],
  'principal-malformed': [ERROR, 'policy'],
  'unknown-service-principal': [ERROR, 'policy'],
  'unknown-action': [ERROR, 'policy'],
  'unknown-condition-key': [ERROR, 'policy'],
  'misspelt-variable': [ERROR, 'policy'],
  'operator-type': [ERROR, 'policy'],
  'compared-value': [ERROR, 'policy'],
  'wildcard-in-equals': [ERROR, 'policy'],
  'session-in-principal-arn': [ERROR, 'policy'],
  'private-source-ip': [ERROR, 'perimeter'],
  'signature-age-unit': [ERROR, 'access'],
  'if-exists-in-allow': [WARNING, 'access'],
  'mfa-without-if-exists': [ERROR, 'access'],
  'negated-keys-anded': [ERROR, 'policy'],
  'key-never-present': [ERROR, 'policy'],
  'key-not-for-every-action': [ERROR, 'policy'],
  'set-operator': [ERROR, 'policy'],
  'arn-malformed': [ERROR, 'policy'],
  'arn-partition': [ADVICE, 'policy'],
  'resource-level': [ERROR, 'policy'],
  'other-bucket-resource': [ERROR, 'policy'],
  'deny-everyone': [ERROR, 'policy'],
  'not-principal': [WARNING, 'policy'],
  'open-to-everyone': [ERROR, 'public'],
  'role-open-to-everyone': [ERROR, 'public'],
  'public-allow-blocked': [ERROR, 'public'],
  'two-bucket-policies': [ERROR, 'policy'],
  'access-log-cycle': [ERROR, 'logs'],
  'log-target-object-lock': [ERROR, 'logs'],
  'log-target-encryption': [ERROR, 'logs', "new LoggingBucket(this, 'Logs')"],
  'log-target-elsewhere': [ERROR, 'logs'],
  'object-lock-versioning': [ERROR, 'retention'],
  'object-lock-retention': [ERROR, 'retention'],
  'object-lock-lifecycle': [ERROR, 'retention'],
  'object-lock-auto-delete': [WARNING, 'retention'],
  'acl-with-acls-off': [ERROR, 'access'],
  'cloudfront-log-acl': [ERROR, 'logs'],
  'cors-wildcard': [ERROR, 'settings'],
  'website-behind-tls-deny': [WARNING, 'transport'],
  'claim-unreadable': [ERROR, 'policy'],
};

/** A rule that the table does not have is as bad as can be: nothing becomes quiet because it was forgotten. */
export function levelOfRule(id: string): FindingLevel {
  return LINT_RATINGS[id]?.[0] ?? ERROR;
}

export function remedyOfRule(id: string): Remedy {
  const [, topic = 'policy', code] = LINT_RATINGS[id] ?? [];
  return { topic, code, page: `${DOCS}/policy-errors.md#${id}` };
}

/** Rules with a level. */
export const RATED: readonly string[] = Object.keys(LINT_RATINGS);
