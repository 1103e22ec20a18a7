import type { LooseCondition, LooseStatement } from './documents';
import type { Lint } from './lint';
import { S3_ACTIONS } from './pages';
import { matchesAbsence } from './presence';
import { listed } from './text';
import { actionsMatching, carries, conditionKey } from '../data/iam';

/** S3 judges the policies of these when they are written. */
const JUDGED_BY_S3 = /^AWS::S3::(BucketPolicy|AccessPoint|AccessPointPolicy)$/;

/** Keys that come with every request to S3, whatever the table of actions says of one of them. */
const OF_EVERY_REQUEST =
  /^s3:(TlsVersion|authType|signatureAge|signatureversion|x-amz-content-sha256|DataAccessPoint(Arn|Account)|AccessPointNetworkOrigin|ResourceAccount)$/i;

/**
 * What a page demands although the table of actions does not have it.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
 */
const DOCUMENTED: Readonly<Record<string, readonly string[]>> = {
  's3:object-lock-remaining-retention-days': ['s3:replicateobject'],
};

/** S3 refuses a key in a statement with an action that never carries it. */
export const keyNotForEveryAction: Lint = {
  id: 'key-not-for-every-action',
  title: 'A condition key does not fit every action of its statement',
  fix: 'Split the statement: one for the actions whose requests carry the key, and one for the others.',
  page: S3_ACTIONS,
  example: {
    wrong: 'Allow s3:ListBucket and s3:GetObject if StringLike s3:prefix home/*',
    right: 'Allow s3:ListBucket if StringLike s3:prefix home/*; Allow s3:GetObject on arn:aws:s3:::bucket/home/*',
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

function judge(condition: LooseCondition, { actions, document, effect }: LooseStatement): string | undefined {
  const key = conditionKey(condition.key);
  if (key === undefined || OF_EVERY_REQUEST.test(key.name)) return undefined;
  const named = actions.map((pattern) => ({ pattern, meant: actionsMatching(pattern) }));
  // Of a wildcard S3 asks only that some action fits.
  const without = named.filter(
    ({ pattern, meant }) =>
      meant.length > 0 &&
      !meant.some((action) => carries(action, key)) &&
      !DOCUMENTED[key.name]?.includes(pattern.toLowerCase()),
  );
  // All of them: `key-never-present` says more about it.
  if (without.length === 0 || !named.some(({ meant }) => meant.some((action) => carries(action, key)))) {
    return undefined;
  }
  const names = listed(
    without.map(({ pattern }) => pattern),
    'actions',
  );
  if (JUDGED_BY_S3.test(document.resource.type)) {
    return (
      `Requests of ${names} never carry "${condition.key}": S3 refuses the policy ("Conditions do not apply to ` +
      'combination of actions and resources in statement").'
    );
  }
  // Of keys AWS itself writes such statements, with an encryption context beside kms:DescribeKey.
  return effect === 'Allow' && /^s3:/i.test(key.name) && !matchesAbsence(condition)
    ? `Requests of ${names} never carry "${condition.key}", so this statement never allows them.`
    : undefined;
}
