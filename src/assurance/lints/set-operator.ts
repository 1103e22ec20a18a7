import type { LooseCondition, LooseStatement } from './documents';
import type { Lint } from './lint';
import { MULTIVALUED } from './pages';
import { demandsPresence } from './presence';
import { conditionKey } from '../data/iam';

/** Quantifiers where they change the meaning unnoticed. */
export const setOperator: Lint = {
  id: 'set-operator',
  title: 'ForAllValues or ForAnyValue is missing, or changes the meaning of a condition',
  fix: 'Quantify multivalued keys only; beside "ForAllValues" in an Allow, add "Null": { key: "false" }.',
  page: MULTIVALUED,
  example: {
    wrong:
      'Allow if ForAllValues:StringEquals aws:CalledVia athena.amazonaws.com (also allows requests without the key)',
    right: 'Allow if ForAnyValue:StringEquals aws:CalledVia athena.amazonaws.com',
  },
  *find(template) {
    for (const statement of template.statements) {
      for (const condition of statement.conditions) {
        const message = judge(condition, statement);
        if (message) yield { resource: statement.document.resource, location: condition.location, message };
      }
    }
  },
};

function judge(
  { set, key: written, operator }: LooseCondition,
  { effect, conditions }: LooseStatement,
): string | undefined {
  const key = conditionKey(written);
  if (key === undefined || /^null$/i.test(operator)) return undefined;
  // ForAnyValue changes nothing of a key with one value, and CDK writes it.
  if (set === 'ForAllValues' && !key.multivalued) {
    return `"${key.name}" has one value, so "ForAllValues" adds only a match where the key is missing: remove it.`;
  }
  if (set === undefined && key.multivalued) {
    return `"${key.name}" has several values: write "ForAnyValue:" or "ForAllValues:" before the operator.`;
  }
  if (set === 'ForAllValues' && effect === 'Allow' && !conditions.some((other) => demandsPresence(other, written))) {
    return `"ForAllValues" is true when "${key.name}" is missing, so this allows requests that do not carry it.`;
  }
  return undefined;
}
