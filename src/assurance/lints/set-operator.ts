import type { LooseCondition, LooseStatement } from './documents';
import type { Lint } from './lint';
import { conditionKey } from '../data/iam';

/** Quantifiers where they change the meaning unnoticed. */
export const setOperator: Lint = {
  id: 'set-operator',
  title: 'ForAllValues or ForAnyValue is missing, or says something else than it seems to',
  fix: 'Quantify multivalued keys only; beside "ForAllValues" in an Allow, add "Null": { key: "false" }.',
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
  if (set !== undefined && !key.multivalued) {
    return (
      `"${key.name}" has one value, so "${set}" adds ` +
      `nothing${set === 'ForAllValues' ? ' but a match when the key is missing' : ''}.`
    );
  }
  if (set === undefined && key.multivalued) {
    return `"${key.name}" has several values: say "ForAnyValue:" or "ForAllValues:".`;
  }
  if (set === 'ForAllValues' && effect === 'Allow' && !conditions.some((other) => demandsPresence(other, written))) {
    return `"ForAllValues" is true when "${key.name}" is missing, so this allows requests that do not carry it.`;
  }
  return undefined;
}

const demandsPresence = ({ operator, key, values }: LooseCondition, wanted: string): boolean =>
  /^null$/i.test(operator) &&
  key.toLowerCase() === wanted.toLowerCase() &&
  values.every((value) => /^false$/i.test(value));
