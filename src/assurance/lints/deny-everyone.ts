import type { LooseStatement } from './documents';
import type { Lint } from './lint';
import { s3Page } from './pages';
import { isConditional, isEveryone } from './principals';
import { actionsMatching } from '../data/iam';

/** Actions that repair a policy; who may not call them cannot undo the mistake. */
const REPAIR: Readonly<Record<string, string>> = {
  's3:putbucketpolicy': 'change the policy of the bucket',
  's3:deletebucketpolicy': 'remove the policy of the bucket',
  'kms:putkeypolicy': 'change the policy of the key',
};

/** A Deny without an exception has none for its owner either. */
export const denyEveryone: Lint = {
  id: 'deny-everyone',
  title: 'A policy denies everything to everyone, without a condition',
  fix:
    'Add the condition under which to deny (such as aws:SecureTransport false, or ArnNotLike aws:PrincipalArn), or ' +
    'name only the actions that nobody needs.',
  page: s3Page('example-bucket-policies'),
  example: {
    wrong: '"Effect": "Deny", "Principal": "*", "Action": "s3:*"',
    right:
      '"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Condition": { "Bool": ' +
      '{ "aws:SecureTransport": "false" } }',
  },
  *find(template) {
    for (const statement of template.statements) {
      const { document, raw, effect, conditions, location } = statement;
      if (effect !== 'Deny' || !isEveryone(raw.Principal) || isConditional(raw.Condition) || conditions.length > 0) {
        continue;
      }
      if (document.kind !== 'resource' && document.kind !== 'endpoint') continue;
      const denied = deniedBy(statement);
      if (denied === undefined) continue;
      yield { resource: document.resource, location, message: `Everyone, the owner included, ${denied}.` };
    }
  },
};

function deniedBy({ actions, resources, document }: LooseStatement): string | undefined {
  const everything = actions.find(
    (pattern) => pattern === '*' || /^(s3|kms|s3-object-lambda|s3express):\*$/i.test(pattern),
  );
  const isKey = document.resource.type.startsWith('AWS::KMS::');
  if (everything !== undefined && (isKey || document.kind === 'endpoint' || resources.some(isWhole))) {
    return `is denied "${everything}" here`;
  }
  const repairs = actions
    .filter(() => isKey || resources.some((arn) => isWhole(arn) && !arn.includes('/')))
    .flatMap(actionsMatching)
    .map(({ name }) => REPAIR[name.toLowerCase()])
    .find(Boolean);
  return repairs === undefined ? undefined : `is denied to ${repairs}: only the root user of the account can undo this`;
}

/** A bucket, an access point, or all their objects; a Deny on some objects is meant. */
const isWhole = (arn: string): boolean =>
  arn === '*' || /^arn:[^:]*:[^/]*(\/\*)?$|:accesspoint\/[^/]*(\/object\/\*)?$/.test(arn);
