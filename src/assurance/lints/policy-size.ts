import type { PolicyDocument } from './documents';
import type { Lint } from './lint';
import { iamPage } from './pages';
import { withoutUnknown } from './text';

interface Limit {
  readonly bytes: number;
  /** IAM does not count white space; S3 and KMS do, and CloudFormation sends none. */
  readonly page: string;
  /** Up to what an account can have the quota raised. */
  readonly raised?: number;
}

const KMS = {
  bytes: 32768,
  page: 'https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html',
};
const IAM_QUOTAS = iamPage('reference_iam-quotas');

/** A quota that an account can have raised. */
const TRUST: Limit = { bytes: 2048, page: IAM_QUOTAS, raised: 8192 };

/** Bytes by type of resource. */
const LIMITS: Readonly<Record<string, Limit>> = {
  'AWS::S3::BucketPolicy': {
    bytes: 20480,
    page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html',
  },
  'AWS::S3::AccessPoint': {
    bytes: 20480,
    page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-restrictions-limitations.html',
  },
  'AWS::S3::MultiRegionAccessPointPolicy': {
    bytes: 20480,
    page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiRegionAccessPointRestrictions.html',
  },
  'AWS::KMS::Key': KMS,
  'AWS::KMS::ReplicaKey': KMS,
  'AWS::EC2::VPCEndpoint': {
    bytes: 20480,
    page: 'https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html',
  },
  'AWS::IAM::ManagedPolicy': {
    bytes: 6144,
    page: IAM_QUOTAS,
  },
  'AWS::Organizations::Policy': {
    bytes: 5120,
    page: 'https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html',
  },
};

/** A policy beyond its limit fails the deployment; its literal text alone is a lower bound. */
export const policySize: Lint = {
  id: 'policy-size',
  title: 'A policy is larger than the service accepts',
  fix:
    'Say it in fewer statements: one statement with a name pattern instead of one for each resource, or ' +
    'access points instead of prefixes.',
  page: IAM_QUOTAS,
  example: {
    wrong: 'A bucket policy with one statement for each of 200 source buckets',
    right: 'One statement with "ArnLike": { "aws:SourceArn": "arn:aws:s3:::logs-source-*" }',
  },
  *find(template) {
    for (const document of template.documents) {
      const limit = document.kind === 'trust' ? TRUST : LIMITS[document.resource.type];
      if (limit === undefined) continue;
      const bytes = literalBytes(document);
      if (bytes > limit.bytes) {
        yield {
          resource: document.resource,
          location: document.location,
          message:
            `The policy has at least ${bytes} bytes, and ${limit.bytes} are allowed` +
            `${limit.raised ? ` (the quota can be raised to ${limit.raised})` : ''}: ${limit.page}`,
        };
      }
    }
  },
};

/** Bytes of the document, with what only the deployment knows (references, generated names) counted as nothing. */
function literalBytes({ body }: PolicyDocument): number {
  const text =
    JSON.stringify(body, (_key, value) =>
      typeof value === 'string' ? withoutUnknown(value).replace(/\{[\w.-]+\}/g, '') : value,
    ) ?? '';
  return Buffer.byteLength(text, 'utf8');
}
