import type { Lint } from './lint';
import { iamPage } from './pages';

/** "Everyone but" rarely means who it seems to. */
export const notPrincipal: Lint = {
  id: 'not-principal',
  title: 'A statement uses NotPrincipal',
  fix: 'Write "Principal": "*" with a condition on aws:PrincipalArn (ArnNotLike in a Deny).',
  page: iamPage('reference_policies_elements_notprincipal'),
  example: {
    wrong: '"Effect": "Deny", "NotPrincipal": { "AWS": "arn:aws:iam::111122223333:role/admin" }',
    right:
      '"Effect": "Deny", "Principal": "*", "Condition": { "ArnNotLike": { "aws:PrincipalArn": ' +
      '"arn:aws:iam::111122223333:role/admin" } }',
  },
  *find(template) {
    for (const {
      document: { resource },
      raw,
      location,
      effect,
    } of template.statements) {
      if (!('NotPrincipal' in raw)) continue;
      yield {
        resource,
        location: `${location}.NotPrincipal`,
        message:
          effect === 'Allow'
            ? 'An Allow with "NotPrincipal" allows everybody else in the world, anonymous callers included.'
            : 'A Deny with "NotPrincipal" also denies the sessions of a role that it names, unless each is listed.',
      };
    }
  },
};
