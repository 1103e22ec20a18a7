import { Token, TokenComparison, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { requirePrefix } from '../../input/prefix';
import { validationError } from '../../input/validation-error';

/** What one kind of grant allows. */
interface Rights {
  readonly objects: string[];
  readonly bucket?: string[];
  readonly listing?: boolean;
  /** The one ACL that a bucket with ACLs disabled takes with an upload, which many clients send. */
  readonly ownerAcl?: boolean;
  readonly key: string[];
}

export const READ: Rights = {
  objects: [
    's3:GetObject',
    's3:GetObjectVersion',
    's3:GetObjectAttributes',
    's3:GetObjectVersionAttributes',
    's3:GetObjectTagging',
  ],
  bucket: ['s3:GetBucketLocation'],
  listing: true,
  key: ['kms:Decrypt'],
};

/**
 * Completing a multipart upload decrypts what its parts were encrypted with, so a writer needs `kms:Decrypt` as well.
 */
export const WRITE: Rights = {
  objects: ['s3:PutObject', 's3:PutObjectTagging', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
  ownerAcl: true,
  bucket: ['s3:GetBucketLocation'],
  key: ['kms:GenerateDataKey', 'kms:Decrypt'],
};

/** Only the delete marker: versions stay. */
export const DELETE: Rights = { objects: ['s3:DeleteObject'], key: [] };

/** Grants on a bucket and its key, bounded to prefixes. */
export function grant(
  bucket: s3.IBucket,
  key: kms.IKey | undefined,
  grantee: iam.IGrantable,
  rights: Rights,
  prefixes: string[] | undefined,
): iam.Grant {
  if (prefixes?.length === 0) {
    throw validationError({
      property: 'prefixes',
      actual: '[]',
      expected: 'at least one prefix',
      hint: 'leave "prefixes" out to grant on the whole bucket',
    });
  }
  const { policyFragment } = grantee.grantPrincipal;
  if (
    Object.values(policyFragment.principalJson).flat().includes('*') &&
    Object.keys(policyFragment.conditions).length === 0
  ) {
    throw validationError({
      property: 'grantee',
      actual: 'everybody (AnyPrincipal)',
      expected:
        'a role, a user, an account or an organization, since Block Public Access refuses a policy that ' +
        'lets everybody in',
      hint: 'apply BucketPublicRead to publish objects, or put CloudFront before the bucket',
      scope: bucket,
    });
  }
  const patterns = prefixes?.map((prefix) => `${requirePrefix('prefixes', prefix)}*`);
  const allow = (actions: string[], resources: string[], conditions?: iam.Conditions) =>
    grantOnBucket(bucket, grantee, { actions, resources, conditions });

  let all = allow(
    rights.objects,
    (patterns ?? ['*']).map((pattern) => bucket.arnForObjects(pattern)),
  );
  if (rights.ownerAcl) {
    all = all.combine(
      allow(
        ['s3:PutObjectAcl'],
        (patterns ?? ['*']).map((pattern) => bucket.arnForObjects(pattern)),
        {
          StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' },
        },
      ),
    );
  }
  if (rights.bucket) all = all.combine(allow(rights.bucket, [bucket.bucketArn]));
  if (rights.listing) {
    all = all.combine(
      allow(['s3:ListBucket'], [bucket.bucketArn], patterns && { StringLike: { 's3:prefix': patterns } }),
    );
  }
  if (key && rights.key.length > 0) grantOnKey(bucket, key, grantee, rights.key);
  return all;
}

/** `Grant.addToPrincipalOrResource` would drop the conditions of the statement in the bucket's policy. */
function grantOnBucket(bucket: s3.IBucket, grantee: iam.IGrantable, props: iam.PolicyStatementProps): iam.Grant {
  const options = { grantee, actions: props.actions!, resourceArns: props.resources! };
  const own = iam.Grant.addToPrincipal({ ...options, conditions: props.conditions });
  if (own.success && !isOfOtherAccount(grantee.grantPrincipal, bucket.env.account)) return own;
  return iam.Grant.addStatementToResourcePolicy({
    ...options,
    resource: bucket,
    statement: new iam.PolicyStatement({ ...props, principals: [grantee.grantPrincipal] }),
  });
}

/**
 * The right on the key, usable through S3 only. The encryption context goes into the grantee's own policy: in the key's
 * policy the bucket's ARN would make a circle between key and bucket. With a bucket key the context is the bucket's
 * ARN, otherwise the object's.
 */
function grantOnKey(bucket: s3.IBucket, key: kms.IKey, grantee: iam.IGrantable, actions: string[]): void {
  const viaS3 = { 'kms:ViaService': `s3.${key.env.region}.amazonaws.com` };
  const principal = grantee.grantPrincipal;
  const own = principal.addToPrincipalPolicy(
    new iam.PolicyStatement({
      actions,
      resources: [key.keyArn],
      conditions: {
        StringEquals: viaS3,
        ArnLike: { 'kms:EncryptionContext:aws:s3:arn': [bucket.bucketArn, bucket.arnForObjects('*')] },
      },
    }),
  );
  if (own.statementAdded && !isOfOtherAccount(principal, key.env.account)) return;

  const { statementAdded } = key.addToResourcePolicy(
    new iam.PolicyStatement({
      principals: [principal],
      actions,
      resources: ['*'],
      conditions: { StringEquals: viaS3 },
    }),
  );
  if (!statementAdded) {
    Validations.of(bucket).addWarning(
      '@strongbox/key-policy-not-extended',
      `The key ${key.node.path} is not made by this app, so its policy could not let ${principal} use it through S3:` +
        ` let the key's owner add ${actions.join(' and ')} for that principal, or its requests are denied by KMS.`,
    );
  }
}

/** Such a principal must be named by the resource as well as by its own policy. */
function isOfOtherAccount(principal: iam.IPrincipal, account: string): boolean {
  if (principal.principalAccount === undefined) return false;
  return [TokenComparison.DIFFERENT, TokenComparison.ONE_UNRESOLVED].includes(
    Token.compareStrings(principal.principalAccount, account),
  );
}
