import type { LooseStatement } from './documents';
import type { Lint } from './lint';
import { GLOBAL_KEYS } from './pages';

/** Access keys of a user carry no such key at all, and are not denied. */
export const mfaWithoutIfExists: Lint = {
  id: 'mfa-without-if-exists',
  title: 'A Deny of requests without MFA does not deny those that lack the MFA key',
  fix: 'Use BoolIfExists: it denies requests with long-term access keys too, which never carry the key.',
  page: `${GLOBAL_KEYS}#condition-keys-multifactorauthpresent`,
  example: {
    wrong: 'Deny if "Bool": { "aws:MultiFactorAuthPresent": "false" }',
    right: 'Deny if "BoolIfExists": { "aws:MultiFactorAuthPresent": "false" }',
  },
  *find(template) {
    for (const statement of template.statements) {
      if (statement.effect !== 'Deny') continue;
      for (const { key, operator, ifExists, values, location } of statement.conditions) {
        const tested =
          /^aws:MultiFactorAuthPresent$/i.test(key) && /^bool$/i.test(operator) && values.join() === 'false';
        if (!tested || ifExists || deniesAbsence(statement, template.statements)) continue;
        yield {
          resource: statement.document.resource,
          location,
          message:
            '"aws:MultiFactorAuthPresent" is missing from requests that long-term access keys sign, so "Bool" does ' +
            'not deny them.',
        };
      }
    }
  },
};

/** Whether another statement of the policy denies requests without the key. */
function deniesAbsence({ document }: LooseStatement, all: readonly LooseStatement[]): boolean {
  return all.some(
    (other) =>
      other.document === document &&
      other.effect === 'Deny' &&
      other.conditions.some(
        ({ key, operator, ifExists, values }) =>
          /^aws:MultiFactorAuth(Present|Age)$/i.test(key) &&
          (/^null$/i.test(operator) ? values.join() === 'true' : ifExists),
      ),
  );
}
