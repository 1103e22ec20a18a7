import type { LooseStatement } from './documents';
import type { Lint } from './lint';
import { S3_ACTIONS } from './pages';
import { matchesAbsence } from './presence';
import { listed } from './text';
import { actionsMatching, carries, conditionKey, type Action } from '../data/iam';

/** A key that the statement's requests never carry: the test is decided before any request is made. */
export const keyNeverPresent: Lint = {
  id: 'key-never-present',
  title: 'A condition tests a key that requests of these actions do not carry',
  fix: 'Name only the actions whose requests carry the key, in a statement of their own.',
  page: S3_ACTIONS,
  example: {
    wrong: 'Deny s3:* if StringNotEquals s3:x-amz-server-side-encryption aws:kms (denies every read as well)',
    right: 'Deny s3:PutObject if StringNotEquals s3:x-amz-server-side-encryption aws:kms',
  },
  *find(template) {
    for (const statement of template.statements) {
      const named = statement.actions
        .map((pattern) => ({ pattern, meant: actionsMatching(pattern) }))
        .filter(({ meant }) => meant.length > 0);
      if (named.length === 0) continue;
      const resource = statement.document.resource;
      for (const condition of statement.conditions) {
        const key = conditionKey(condition.key);
        if (key === undefined) continue;
        const without = named.filter(({ meant }) => !meant.some((action) => carries(action, key)));
        if (without.length === named.length && sameService(named[0].meant, key.name)) {
          yield {
            resource,
            location: condition.location,
            message:
              `No request of ${listed(
                named.map(({ pattern }) => pattern),
                'actions',
              )} carries "${key.name}", so this ` + `test ${decidedAs(condition)}.`,
          };
        }
      }
      const hit = deniedByAbsence(statement);
      if (hit.length > 0) {
        yield {
          resource,
          location: `${statement.location}.Condition`,
          message:
            'A negated test matches a request that lacks the key, so this denies ' +
            `${listed(
              hit.map((action) => action.name),
              'actions',
            )} without exception.`,
        };
      }
    }
  },
};

const sameService = (meant: readonly Action[], key: string): boolean =>
  meant[0].name.split(':')[0] === key.split(':')[0];

/** Actions that a Deny meant for others hits always, because all its tests are negated and their keys never there. */
function deniedByAbsence({ effect, actions, conditions }: LooseStatement): Action[] {
  if (effect !== 'Deny' || conditions.length === 0) return [];
  const meant = actions.flatMap(actionsMatching);
  const keys = conditions.map((condition) => conditionKey(condition.key));
  if (keys.some((key) => key === undefined)) return [];
  if (!conditions.every((condition) => matchesAbsence(condition))) return [];
  const hit = meant.filter((action) => keys.every((key) => !carries(action, key!)));
  // All of them: reported above, key by key.
  return hit.length < meant.length ? hit : [];
}

function decidedAs(condition: LooseStatement['conditions'][number]): string {
  return matchesAbsence(condition) ? 'is always true' : 'is never true';
}
