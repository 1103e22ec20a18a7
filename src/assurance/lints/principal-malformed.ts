import type { Lint } from './lint';
import { PRINCIPALS } from './pages';
import { principalsOf } from './principals';
import { isOpen } from '../template/unknown';

/** Accounts of AWS that are no numbers, as in the ARN of an origin access identity. */
const NAMED_ACCOUNTS = ['cloudfront'];

/** What stands under `AWS` and is no account, user, role or session: the deployment is refused. */
export const principalMalformed: Lint = {
  id: 'principal-malformed',
  title: 'A policy names a principal that cannot exist',
  fix:
    'Write an account of twelve digits, or the ARN of an account, user, role or session under "AWS", and a service ' +
    'under "Service".',
  page: PRINCIPALS,
  example: {
    wrong: '"Principal": { "AWS": "cloudtrail.amazonaws.com" }',
    right: '"Principal": { "Service": "cloudtrail.amazonaws.com" }',
  },
  *find(template) {
    for (const statement of template.statements) {
      for (const { type, value, location } of principalsOf(statement)) {
        const message = type === 'AWS' ? judge(value) : type === 'Service' ? judgeService(value) : undefined;
        if (message) yield { resource: statement.document.resource, location, message };
      }
    }
  },
};

function judge(value: string): string | undefined {
  const placeholder = /\$\{[^}]*\}/.exec(value)?.[0];
  if (placeholder !== undefined) {
    // What other tools replace before CloudFormation reads the template has a colon or a dot.
    return /^\$\{(AWS::\w+|[A-Za-z0-9]+)\}$/.test(placeholder)
      ? `"${value}" names ${placeholder}, which nothing replaces here: Fn::Sub is missing.`
      : undefined;
  }
  // A wildcard inside is `policy-malformed`'s business.
  if (isOpen(value) || /[*?]/.test(value)) return undefined;
  if (/\.amazonaws\.com(\.cn)?$/.test(value)) {
    return `"${value}" is a service: name it under "Service", not under "AWS".`;
  }
  if (/^\d+$/.test(value)) return value.length === 12 ? undefined : badAccount(value, value);
  if (!value.startsWith('arn:')) {
    // Ids of users and roles (AIDA..., AROA...) and canonical user ids are what S3 and IAM write themselves.
    return /^A[A-Z0-9]{15,}$|^[0-9a-f]{64}$/.test(value)
      ? undefined
      : `"${value}" is not a principal: "AWS" takes "*", an account, or the ARN of an account, user, role or session.`;
  }
  const parts = value.split(':');
  const [, , service, region, account, ...rest] = parts;
  const name = rest.join(':');
  if (parts.length < 6) return `"${value}" has ${parts.length} parts, an ARN has six: a colon is missing.`;
  if (service === 'iam' && /^(saml|oidc)-provider\//.test(name)) {
    return `"${value}" is an identity provider: name it under "Federated", not under "AWS".`;
  }
  if (service !== 'iam' && service !== 'sts') {
    return `"${value}" is a resource of ${service}, and only accounts, users, roles and sessions are principals.`;
  }
  if (region !== '') return `"${value}" has a Region, which ARNs of ${service} do not have.`;
  if (!/^\d{12}$/.test(account) && !NAMED_ACCOUNTS.includes(account)) return badAccount(account, value);
  const fits = service === 'iam' ? /^(root$|(user|role)\/.)/ : /^(assumed-role\/[^/]+\/.|federated-user\/.|self$)/;
  if (fits.test(name)) return undefined;
  return /^group\//.test(name)
    ? `"${value}" is a group, and a group is not a principal: name its users, or a role.`
    : `"${value}" is not the ARN of ${service === 'iam' ? 'an account, a user or a role' : 'a session'}.`;
}

const badAccount = (account: string, value: string): string =>
  account === ''
    ? `"${value}" has no account: write arn:PARTITION:iam::ACCOUNT:...`
    : `"${account}" has ${account.length} ${/^\d+$/.test(account) ? 'digits' : 'characters'}, ` +
      'an account has twelve digits (quote it in YAML if it begins with 0).';

function judgeService(value: string): string | undefined {
  if (isOpen(value)) return undefined;
  if (/^arn:|^\d{12}$/.test(value)) return `"${value}" is not a service: name it under "AWS".`;
  return undefined;
}
