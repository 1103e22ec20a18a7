import type { LooseCondition } from './documents';
import type { Lint } from './lint';
import { ACCESS_ANALYZER } from './pages';
import { isNegated } from './presence';
import { withoutUnknown } from './text';

const LITERAL = /^String(Not)?Equals(IgnoreCase)?$/i;
/** A star is a delimiter like any other. */
const MAY_BE_A_STAR = ['s3:delimiter'];
/**
 * Cost and Usage Reports send the star itself.
 * @see https://docs.aws.amazon.com/cur/latest/userguide/cur-s3.html
 */
const SENT_LITERALLY = /^arn:[^:]*:cur:[^:]*:[^:]*:definition\/\*$/;

/** `StringEquals` compares a star with a star. */
export const wildcardInEquals: Lint = {
  id: 'wildcard-in-equals',
  title: 'A literal comparison has a value with a wildcard',
  fix: 'Use StringLike or StringNotLike (ArnLike or ArnNotLike for an ARN), or write the whole value.',
  page: ACCESS_ANALYZER,
  example: {
    wrong: '"StringNotEquals": { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/app-*" }',
    right: '"ArnNotLike": { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/app-*" }',
  },
  *find(template) {
    for (const { conditions, document } of template.statements) {
      for (const condition of conditions) {
        if (!LITERAL.test(condition.operator) || MAY_BE_A_STAR.includes(condition.key.toLowerCase())) continue;
        const value = condition.values.find(hasWildcard);
        if (value === undefined) continue;
        yield { resource: document.resource, location: condition.location, message: messageFor(value, condition) };
      }
    }
  },
};

/** A star outside of policy variables; `${*}` is the documented way to write a star. */
export const hasWildcard = (value: string): boolean =>
  withoutUnknown(value)
    .replace(/\$\{[^}]*\}/g, '')
    .includes('*') && !SENT_LITERALLY.test(value);

function messageFor(value: string, { operator, key, values }: LooseCondition): string {
  const only = values.every(hasWildcard);
  const effect = isNegated(operator)
    ? `"${key}" never equals it${only ? ', so the test is always true' : ''}`
    : `"${key}" never equals it${only ? ', so the test is never true' : ''}`;
  return `"${operator}" compares "${value}" letter by letter, the star included: ${effect}.`;
}
