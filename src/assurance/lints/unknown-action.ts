import type { LooseStatement } from './documents';
import type { Lint } from './lint';
import { didYouMean } from './nearest';
import { S3_ACTIONS } from './pages';
import { actions, actionsMatching, isCoveredService, services } from '../data/iam';
import { isUnknown } from '../template/unknown';

/**
 * API calls whose right has another name.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
const RIGHT_FOR_CALL: Readonly<Record<string, string>> = {
  's3:headobject': 's3:GetObject',
  's3:headbucket': 's3:ListBucket',
  's3:listobjects': 's3:ListBucket',
  's3:listobjectsv2': 's3:ListBucket',
  's3:listobjectversions': 's3:ListBucketVersions',
  's3:listbuckets': 's3:ListAllMyBuckets',
  's3:listmultipartuploads': 's3:ListBucketMultipartUploads',
  's3:listparts': 's3:ListMultipartUploadParts',
  's3:createmultipartupload': 's3:PutObject',
  's3:completemultipartupload': 's3:PutObject',
  's3:uploadpart': 's3:PutObject',
  's3:uploadpartcopy': 's3:PutObject and s3:GetObject',
  's3:copyobject': 's3:PutObject and s3:GetObject',
  's3:selectobjectcontent': 's3:GetObject',
  's3:deleteobjects': 's3:DeleteObject',
  's3:getbucketencryption': 's3:GetEncryptionConfiguration',
  's3:putbucketencryption': 's3:PutEncryptionConfiguration',
  's3:deletebucketencryption': 's3:PutEncryptionConfiguration',
  's3:getbucketlifecycle': 's3:GetLifecycleConfiguration',
  's3:getbucketlifecycleconfiguration': 's3:GetLifecycleConfiguration',
  's3:putbucketlifecycle': 's3:PutLifecycleConfiguration',
  's3:putbucketlifecycleconfiguration': 's3:PutLifecycleConfiguration',
  's3:deletebucketlifecycle': 's3:PutLifecycleConfiguration',
  's3:getbucketreplication': 's3:GetReplicationConfiguration',
  's3:putbucketreplication': 's3:PutReplicationConfiguration',
  's3:getpublicaccessblock': 's3:GetBucketPublicAccessBlock',
  's3:putpublicaccessblock': 's3:PutBucketPublicAccessBlock',
  's3:deletebucketcors': 's3:PutBucketCORS',
  's3:getbucketnotificationconfiguration': 's3:GetBucketNotification',
  's3:putbucketnotificationconfiguration': 's3:PutBucketNotification',
  'kms:reencrypt': 'kms:ReEncryptFrom and kms:ReEncryptTo',
  's3:getobjectlockconfiguration': 's3:GetBucketObjectLockConfiguration',
  's3:putobjectlockconfiguration': 's3:PutBucketObjectLockConfiguration',
};

/** The only service whose actions a resource's own policy may name; another is refused, or never asked. */
const SERVICE_OF: Readonly<Record<string, string>> = {
  'AWS::S3::BucketPolicy': 's3',
  'AWS::S3::AccessPoint': 's3',
  'AWS::S3::MultiRegionAccessPointPolicy': 's3',
  'AWS::S3ObjectLambda::AccessPointPolicy': 's3-object-lambda',
  'AWS::S3Express::BucketPolicy': 's3express',
  'AWS::S3Express::AccessPoint': 's3express',
  'AWS::KMS::Key': 'kms',
  'AWS::KMS::ReplicaKey': 'kms',
};

/** A statement about an action that does not exist says nothing at all. */
export const unknownAction: Lint = {
  id: 'unknown-action',
  title: 'A policy names an action that does not exist',
  fix:
    'Name an action of the service authorization reference; an unknown one matches no request, so the ' +
    'statement says nothing.',
  page: S3_ACTIONS,
  example: { wrong: '"Action": "s3:GetObjekt"', right: '"Action": "s3:GetObject"' },
  *find(template) {
    for (const statement of template.statements) {
      for (const [element, patterns] of [
        ['Action', statement.actions],
        ['NotAction', statement.notActions],
      ] as const) {
        for (const pattern of patterns) {
          const message = judge(pattern, statement);
          if (message) {
            yield { resource: statement.document.resource, location: `${statement.location}.${element}`, message };
          }
        }
      }
    }
  },
};

function judge(pattern: string, { document }: LooseStatement): string | undefined {
  if (pattern === '*' || isUnknown(pattern)) return undefined;
  const [service, name] = pattern.toLowerCase().split(':');
  const only = SERVICE_OF[document.resource.type];
  if (name === undefined) {
    return `"${pattern}" has no service prefix, such as "${only ?? 's3'}:".`;
  }
  if (only !== undefined && service !== only) {
    return (
      `"${pattern}" is not an action of ${only}, and requests under this policy have no ` +
      `other.${services().includes(service) ? '' : didYouMean(service, services())}`
    );
  }
  return unknownActionMessage(pattern);
}

/** Why a pattern of a service that the table covers matches no action, or undefined if it matches any. */
export function unknownActionMessage(pattern: string): string | undefined {
  const [service] = pattern.toLowerCase().split(':');
  if (!isCoveredService(service) || actionsMatching(pattern).length > 0) return undefined;
  const right = RIGHT_FOR_CALL[pattern.toLowerCase()];
  if (right !== undefined) {
    return `"${pattern}" is an API call, not an action: the right to it is ${right}.`;
  }
  const stem = pattern.replace(/[*?]+$/, '');
  return `"${pattern}" matches no action.${didYouMean(
    stem,
    actions()
      .filter((action) => action.name.startsWith(`${service}:`))
      .map((action) => action.name),
  )}`;
}
