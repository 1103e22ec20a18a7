import type { Lint } from './lint';
import { GLOBAL_KEYS } from './pages';
import { matchesText } from './text';

const SESSION = /^arn:[^:]*:sts:[^:]*:([^:]*):assumed-role\/([^/]+)/;

/** In a session of a role, `aws:PrincipalArn` holds the role. */
export const sessionInPrincipalArn: Lint = {
  id: 'session-in-principal-arn',
  title: 'A condition compares aws:PrincipalArn with the ARN of a role session',
  fix: 'Write the ARN of the role (arn:PARTITION:iam::ACCOUNT:role/NAME), or compare aws:userid with ROLE-ID:SESSION.',
  page: `${GLOBAL_KEYS}#condition-keys-principalarn`,
  example: {
    wrong: '"ArnNotLike": { "aws:PrincipalArn": "arn:aws:sts::111122223333:assumed-role/app/*" }',
    right: '"ArnNotLike": { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/app" }',
  },
  *find(template) {
    for (const { conditions, document } of template.statements) {
      for (const condition of conditions) {
        if (!/^aws:PrincipalArn$/i.test(condition.key) || /^null$/i.test(condition.operator)) continue;
        for (const value of condition.values) {
          const [, account, role] = SESSION.exec(value) ?? [];
          if (role === undefined || condition.values.some((other) => isRole(other, account, role))) continue;
          yield {
            resource: document.resource,
            location: condition.location,
            message:
              `"${value}" is a session, but "aws:PrincipalArn" of a session is the ARN of its role: ` +
              `this value matches no request.`,
          };
        }
      }
    }
  },
};

/** Whether the list names the role as well: then the session adds nothing, and nothing is missing. */
function isRole(other: string, account: string, role: string): boolean {
  const found = /^arn:[^:]*:iam::([^:]*):role\/(?:.*\/)?([^/]+)$/.exec(other);
  return found !== null && found[1] === account && (found[2] === role || matchesText(found[2], role));
}
