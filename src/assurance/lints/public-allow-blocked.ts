import type { LooseStatement } from './documents';
import type { Lint, LintedTemplates } from './lint';
import { BLOCK_PUBLIC_ACCESS } from './pages';
import { isEveryone } from './principals';

/** Keys that limit neither who calls nor from where: a policy with them alone is public to S3. */
const STILL_PUBLIC =
  /^(aws:(SecureTransport|referer|UserAgent|CurrentTime|EpochTime|RequestedRegion)|s3:(TlsVersion|prefix|delimiter|max-keys|x-amz-acl|signatureversion|signatureAge|authType|ExistingObjectTag\/.+))$/i;

/** S3 refuses to write a public policy where Block Public Access says so. */
export const publicAllowBlocked: Lint = {
  id: 'public-allow-blocked',
  title: 'A public policy is written where Block Public Access refuses it',
  fix:
    'Name the principals or limit the Allow by a condition (CloudFront: aws:SourceArn); if the data is meant to be ' +
    'public, set BlockPublicPolicy and RestrictPublicBuckets to false.',
  page: BLOCK_PUBLIC_ACCESS,
  example: {
    wrong: '"BlockPublicPolicy": true beside "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"',
    right: '"Effect": "Allow", "Principal": { "Service": "cloudfront.amazonaws.com" } with aws:SourceArn',
  },
  *find(template) {
    for (const statement of template.statements) {
      if (!isPublic(statement)) continue;
      const reason = blockedBy(statement, template);
      if (reason === undefined) continue;
      yield {
        resource: statement.document.resource,
        location: `${statement.location}.Principal`,
        message: `The statement allows everyone, and ${reason}: S3 refuses the policy (AccessDenied).`,
      };
    }
  },
};

const isPublic = ({ effect, raw, conditions }: LooseStatement): boolean =>
  effect === 'Allow' && isEveryone(raw.Principal) && conditions.every(({ key }) => STILL_PUBLIC.test(key));

function blockedBy({ document: { resource } }: LooseStatement, template: LintedTemplates): string | undefined {
  const { properties } = resource;
  if (resource.type === 'AWS::S3::AccessPoint') {
    // The policy of an access point that only a VPC reaches is not public.
    if (properties.VpcConfiguration !== undefined) return undefined;
    const block = properties.PublicAccessBlockConfiguration;
    if (block === undefined) return `"${resource.path}" blocks public policies, as every access point does by default`;
    return block.BlockPublicPolicy === true ? `BlockPublicPolicy of "${resource.path}" is true` : undefined;
  }
  const bucket = resource.type === 'AWS::S3::BucketPolicy' ? template.bucket(properties.Bucket) : undefined;
  if (bucket === undefined) return undefined;
  const block = bucket.properties?.PublicAccessBlockConfiguration;
  if (block === undefined) return `"${bucket.path}" blocks public policies, as every new bucket does by default`;
  return block.BlockPublicPolicy === true ? `BlockPublicPolicy of "${bucket.path}" is true` : undefined;
}
