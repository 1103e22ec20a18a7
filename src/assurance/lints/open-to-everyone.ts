import type { LooseStatement } from './documents';
import type { Lint, LintedTemplates } from './lint';
import { PRINCIPALS } from './pages';
import { isConditional, isEveryone } from './principals';

/** Keys whose denial narrows how a request is made, and not who makes it. */
const TRANSPORT = ['aws:securetransport', 's3:tlsversion'];

/** Policies that no proof covers: those of keys, of buckets that no template has, and of their access points. */
export const openToEveryone: Lint = {
  id: 'open-to-everyone',
  title: 'A policy allows everyone, without a condition',
  fix: 'Name the principals, or add a condition such as aws:PrincipalAccount or aws:PrincipalOrgID to the Allow.',
  page: PRINCIPALS,
  example: {
    wrong: '"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"',
    right:
      '"Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:root" }, "Action": "kms:*", "Resource": "*"',
  },
  *find(template) {
    for (const statement of template.statements) {
      const { document, raw, effect, actions, location } = statement;
      if (effect !== 'Allow' || !isEveryone(raw.Principal) || isConditional(raw.Condition)) continue;
      if (!isUncovered(template, statement) || isNarrowed(template, statement)) continue;
      const who = document.resource.type === 'AWS::KMS::Key' ? 'Every AWS account' : 'Everyone on the internet';
      yield {
        resource: document.resource,
        location: `${location}.Principal`,
        message: `${who} is allowed ${actions.join(', ') || 'all but some actions'}, and no condition limits it.`,
      };
    }
  },
};

function isUncovered(template: LintedTemplates, { document: { resource } }: LooseStatement): boolean {
  const { properties } = resource;
  switch (resource.type) {
    case 'AWS::KMS::Key':
    case 'AWS::KMS::ReplicaKey':
      return true;
    case 'AWS::S3::BucketPolicy':
      return template.bucket(properties.Bucket) === undefined;
    case 'AWS::S3::AccessPoint':
      // New access points block public access in all four settings; one that does not says so.
      return (
        template.bucket(properties.Bucket) === undefined &&
        properties.VpcConfiguration === undefined &&
        properties.PublicAccessBlockConfiguration?.RestrictPublicBuckets === false
      );
    default:
      return false;
  }
}

/** Whether the same policy denies callers by who or where they are: what is left of the Allow is then not known. */
function isNarrowed({ statements }: LintedTemplates, { document }: LooseStatement): boolean {
  return statements.some(
    (other) =>
      other.document === document &&
      other.effect === 'Deny' &&
      ('NotPrincipal' in other.raw || other.conditions.some(({ key }) => !TRANSPORT.includes(key.toLowerCase()))),
  );
}
