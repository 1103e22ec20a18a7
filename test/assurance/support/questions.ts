import { Guarantee, DeliveryGuarantees, TlsVersion } from '../../../src';
import type { Property } from '../../../src/assurance/engine/property';
import { resolveTemplates } from '../../../src/assurance/model/resolve';
import { ResourceUnderTest } from '../../../src/assurance/model/subject';

const ACCOUNT = '111122223333';
const BUCKET = 'arn:aws:s3:::docs-bucket';
const SSE = 's3:x-amz-server-side-encryption';
const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555';
const TLS = {
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: [BUCKET, `${BUCKET}/*`],
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};
const deny = (
  condition: object,
  action: any = ['s3:PutObject', 's3:ReplicateObject', 's3:UpdateObjectEncryption'],
) => ({ Effect: 'Deny', Principal: '*', Action: action, Resource: `${BUCKET}/*`, Condition: condition });
const allow = (
  principal: any,
  condition: object = {},
  action: any = 's3:PutObject',
  resource: any = `${BUCKET}/*`,
) => ({ Effect: 'Allow', Principal: principal, Action: action, Resource: resource, Condition: condition });

/** Bucket policies as people write them, right and wrong. */
export const POLICIES: Record<string, any[]> = {
  none: [],
  TLS: [TLS, { ...TLS, Condition: { NumericLessThan: { 's3:TlsVersion': '1.2' } } }],
  'upload encryption': [
    TLS,
    deny({
      BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
      Null: { [SSE]: 'false' },
      StringNotEquals: { [SSE]: 'aws:kms' },
    }),
    deny({
      BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
      StringNotEqualsIfExists: { [`${SSE}-aws-kms-key-id`]: KEY },
    }),
    deny({ StringEquals: { [SSE]: 'aws:kms' }, Null: { [`${SSE}-aws-kms-key-id`]: 'true' } }),
  ],
  'log delivery': [
    TLS,
    allow(
      { Service: 'logging.s3.amazonaws.com' },
      {
        StringEquals: { 'aws:SourceAccount': ACCOUNT },
        ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::*' },
      },
    ),
  ],
  'log delivery, open': [allow({ Service: 'logging.s3.amazonaws.com' })],
  'public prefix': [TLS, allow('*', {}, 's3:GetObject', `${BUCKET}/public/*`)],
  organization: [
    allow(
      '*',
      { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
      ['s3:Get*', 's3:ListBucket'],
      [BUCKET, `${BUCKET}/*`],
    ),
  ],
  others: [
    allow({ AWS: ['arn:aws:iam::444455556666:role/partner', '777788889999'] }, {}, 's3:GetObject'),
    allow({ AWS: 'arn:aws:sts::444455556666:assumed-role/other/session-1' }, {}, 's3:PutObject'),
    {
      Effect: 'Deny',
      Principal: '*',
      NotAction: 's3:GetObject',
      NotResource: `${BUCKET}/in/*`,
      Condition: { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/admin*' } },
    },
  ],
};
const GUARANTEES = [
  Guarantee.tlsOnly(),
  Guarantee.tlsMinimumVersion(TlsVersion.V1_3),
  Guarantee.publicAccessBlocked(),
  Guarantee.onlyAccounts({ accounts: ['777788889999'] }),
  Guarantee.onlyOrganization('o-a1b2c3d4e5'),
  Guarantee.uploadEncryption(),
  Guarantee.uploadHeaderRequired(),
  Guarantee.noSseCUploads(),
  Guarantee.defaultUploadAllowed(),
  Guarantee.defaultUploadAllowed({ bySomebody: true }),
  Guarantee.uploadPossible(),
  DeliveryGuarantees.accessLogsOnlyFromAccount(),
  DeliveryGuarantees.accessLogsAllowed(),
  DeliveryGuarantees.cloudTrailAllowed(),
  Guarantee.publicReadOnlyUnder({ prefixes: ['public/'] }),
  Guarantee.publicReadAllowed('public/'),
];

/** What the guarantees ask about a bucket with the policy. */
export function propertiesOf(statements: any[], restrictsPublic: boolean): Property[] {
  const encryption = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY };
  const model = resolveTemplates([
    {
      stack: 'Stack',
      account: ACCOUNT,
      region: 'eu-west-1',
      template: {
        Resources: {
          Docs: {
            Type: 'AWS::S3::Bucket',
            Properties: {
              BucketName: 'docs-bucket',
              BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: encryption }] },
              OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
              ...(restrictsPublic ? { PublicAccessBlockConfiguration: { RestrictPublicBuckets: true } } : {}),
            },
          },
          ...(statements.length > 0
            ? {
                Policy: {
                  Type: 'AWS::S3::BucketPolicy',
                  Properties: {
                    Bucket: 'docs-bucket',
                    PolicyDocument: { Version: '2012-10-17', Statement: statements },
                  },
                },
              }
            : {}),
        },
      },
    },
  ]);
  const subject = new ResourceUnderTest(model, model.buckets[0]);
  return GUARANTEES.flatMap((guarantee) => guarantee._parts(subject)).filter(
    (part): part is Property => 'region' in part,
  );
}
