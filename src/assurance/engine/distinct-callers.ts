import { callersOf } from './callers';
import { encode } from './candidates';
import { identityOf } from './environment';
import { ruleOf } from './key-rules';
import { conditionHolds, type KeyReader } from './operators';
import { distinct, type Vocabulary } from './property';
import { principalKey, PRINCIPAL_KEYS, type Principal } from './request';
import { principalHit, principalMatches } from './statement-match';
import { hasVariable } from './variables';
import { isUnknown } from '../template/unknown';

/** One principal for each combination of answers that the policies can give about a caller. */
export function distinctCallers(vocabulary: Vocabulary): Principal[] {
  return distinct(callersOf(vocabulary), (principal) => principalAnswers(vocabulary, principal));
}

function principalAnswers(vocabulary: Vocabulary, principal: Principal): string {
  const { property, statements, owners, variables } = vocabulary;
  const { environment: env } = property;
  const read: KeyReader = (key) => principalKey(principal, key);
  const kind = ['role', 'user', 'federated-user'].includes(principal.kind) ? 'iam' : principal.kind;
  const variable = [...PRINCIPAL_KEYS].some((key) => variables.has(key));
  const rules = kind === 'iam' || kind === 'root' ? vocabulary.keys.flatMap((key) => ruleOf(key)?.ofCaller ?? []) : [];
  return [
    kind,
    ...rules.map((rule) => String(rule(principal))),
    owners.indexOf(principal.account ?? ''),
    Object.values(env.identities ?? {}).indexOf(identityOf(env, principal)!),
    variable ? JSON.stringify(principal) : '',
    ...statements.map((statement) =>
      [
        statement.principals === undefined ? '' : encode(principalMatches(statement, principal, statement.effect)),
        statement.effect === 'Allow'
          ? (statement.principals ?? [])
              .map((pattern) => (isUnknown(pattern.value) ? '' : principalHit(pattern, principal)))
              .sort()
              .join('+')
          : '',
        ...statement.conditions
          .filter(({ key }) => PRINCIPAL_KEYS.has(key))
          .map((condition) =>
            condition.variables && condition.values.some(hasVariable)
              ? JSON.stringify(principal)
              : encode(conditionHolds(condition, read)),
          ),
      ].join(),
    ),
  ].join('|');
}
