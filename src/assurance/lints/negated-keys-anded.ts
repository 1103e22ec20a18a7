import type { LooseCondition } from './documents';
import type { Lint } from './lint';
import { iamPage } from './pages';
import { isNegated } from './presence';

/** What a request must be, each for itself. Keys that say who sends it or from where are alternatives more often. */
const REQUIREMENTS = [
  's3:x-amz-server-side-encryption',
  's3:x-amz-server-side-encryption-aws-kms-key-id',
  's3:x-amz-acl',
  's3:x-amz-storage-class',
  's3:object-lock-mode',
  's3:object-lock-remaining-retention-days',
  's3:object-lock-retain-until-date',
  's3:tlsversion',
  'aws:securetransport',
];

/** All tests of a statement must be true: a Deny of two faults denies only who makes both. */
export const negatedKeysAnded: Lint = {
  id: 'negated-keys-anded',
  title: 'A Deny applies only to requests that break two requirements at once',
  fix: 'Write one Deny for each requirement: the tests of one statement must all be true before it denies.',
  page: iamPage('reference_policies_condition-logic-multiple-context-keys-or-values'),
  example: {
    wrong:
      'Deny if "StringNotEquals": { "s3:x-amz-server-side-encryption": "aws:kms", ' +
      '"s3:x-amz-server-side-encryption-aws-kms-key-id": "arn:aws:kms:..." }',
    right: 'Two Deny statements, each with one of the two tests',
  },
  *find(template) {
    for (const { effect, conditions, document, location } of template.statements) {
      if (effect !== 'Deny') continue;
      const faults = [...new Set(conditions.filter(isFault).map(({ key }) => key))];
      if (faults.length < 2) continue;
      yield {
        resource: document.resource,
        location: `${location}.Condition`,
        message:
          `This denies only requests that break ${faults.map((key) => `"${key}"`).join(' and ')} together; ` +
          'a request that breaks one of them passes.',
      };
    }
  },
};

function isFault({ key, operator, values }: LooseCondition): boolean {
  if (!REQUIREMENTS.includes(key.toLowerCase())) return false;
  if (/^bool$/i.test(operator)) return values.join() === 'false';
  return isNegated(operator) || /^(Numeric|Date)LessThan(Equals)?$/i.test(operator);
}
