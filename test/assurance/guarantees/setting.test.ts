import { Guarantee, DeliveryGuarantees, KeyGuarantees, SseCRefusal, Proof, VerdictStatus } from '../../../src';

/** A bucket with a key and a policy that lets log delivery write, for tests to spoil. */
function template(spoil: (resources: any) => void = () => undefined) {
  const resources = {
    Docs: {
      Type: 'AWS::S3::Bucket',
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BucketName: 'docs',
        LoggingConfiguration: { DestinationBucketName: { Ref: 'Logs' } },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            {
              ServerSideEncryptionByDefault: {
                SSEAlgorithm: 'aws:kms',
                KMSMasterKeyID: { 'Fn::GetAtt': ['Key', 'Arn'] },
              },
              BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] },
            },
          ],
        },
      },
    },
    Logs: { Type: 'AWS::S3::Bucket' },
    Key: {
      Type: 'AWS::KMS::Key',
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        EnableKeyRotation: true,
        KeyPolicy: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: 'kms:*',
              Resource: '*',
              Principal: { AWS: { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:root' } },
            },
          ],
        },
      },
    },
    Policy: {
      Type: 'AWS::S3::BucketPolicy',
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        Bucket: { Ref: 'Docs' },
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Deny',
              Principal: '*',
              Action: ['s3:PutObject', 's3:ReplicateObject', 's3:UpdateObjectEncryption'],
              Resource: 'arn:aws:s3:::docs/*',
              Condition: { Null: { 's3:x-amz-server-side-encryption-customer-algorithm': 'false' } },
            },
            {
              Effect: 'Allow',
              Principal: { Service: 'logging.s3.amazonaws.com' },
              Action: 's3:PutObject',
              Resource: 'arn:aws:s3:::docs/*',
              Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::acme-*' } },
            },
          ],
        },
      },
    },
  };
  spoil(resources);
  return { Resources: resources };
}

const status = (guarantee: Guarantee, spoil?: (resources: any) => void) =>
  Proof.ofTemplate(template(spoil), { account: '111122223333' }).verdicts(guarantee, { subject: 'Docs' })[0].status;

const statements = (resources: any) => resources.Policy.Properties.PolicyDocument.Statement;
const keyStatement = (resources: any) => resources.Key.Properties.KeyPolicy.Statement[0];

const CASES: ReadonlyArray<
  readonly [guarantee: Guarantee, ...spoils: Array<readonly [what: string, spoil: (resources: any) => void]>]
> = [
  [
    Guarantee.bucketRetained(),
    [
      'the bucket goes',
      ({ Docs }) => {
        delete Docs.DeletionPolicy;
      },
    ],
    [
      'another takes its place',
      ({ Docs }) => {
        Docs.UpdateReplacePolicy = 'Delete';
      },
    ],
  ],
  [
    Guarantee.policyRetained(),
    [
      'the policy goes',
      ({ Policy }) => {
        Policy.UpdateReplacePolicy = 'Delete';
      },
    ],
    [
      'the key goes',
      ({ Key }) => {
        delete Key.DeletionPolicy;
      },
    ],
  ],
  [
    Guarantee.accessLogged(),
    [
      'no logs',
      ({ Docs }) => {
        delete Docs.Properties.LoggingConfiguration;
      },
    ],
    [
      'into itself',
      ({ Docs }) => {
        Docs.Properties.LoggingConfiguration = {};
      },
    ],
  ],
  [
    Guarantee.noSseCUploads({ by: SseCRefusal.BUCKET_SETTING }),
    [
      'not blocked',
      ({ Docs }) => {
        delete Docs.Properties.BucketEncryption.ServerSideEncryptionConfiguration[0].BlockedEncryptionTypes;
      },
    ],
  ],
  [
    Guarantee.noSseCUploads({ by: SseCRefusal.BUCKET_POLICY }),
    [
      'no deny',
      (resources) => {
        statements(resources).shift();
      },
    ],
    [
      'replicas left out',
      (resources) => {
        statements(resources)[0].Action.splice(1, 1);
      },
    ],
  ],
  [
    Guarantee.onlyServices({ services: ['logging.s3.amazonaws.com'] }),
    [
      'another service',
      (resources) => {
        statements(resources)[1].Principal.Service = ['logging.s3.amazonaws.com', 'cloudtrail.amazonaws.com'];
      },
    ],
    [
      'any service',
      (resources) => {
        statements(resources)[1].Principal = '*';
      },
    ],
  ],
  [
    DeliveryGuarantees.accessLogsBounded('arn:aws:s3:::acme-*'),
    [
      'everything',
      (resources) => {
        statements(resources)[1].Action = 's3:*';
      },
    ],
    [
      'for any bucket',
      (resources) => {
        statements(resources)[1].Condition.ArnLike['aws:SourceArn'] = 'arn:aws:s3:::*';
      },
    ],
    [
      'without saying for whom',
      (resources) => {
        delete statements(resources)[1].Condition;
      },
    ],
  ],
  [
    DeliveryGuarantees.uploadsAllowed({ service: 'logging.s3.amazonaws.com', sources: 'arn:aws:s3:::acme-*' }),
    [
      'a deny without exemption',
      (resources) => {
        statements(resources).push({
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:PutObject',
          Resource: 'arn:aws:s3:::docs/*',
          Condition: { StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } },
        });
      },
    ],
    [
      'other sources',
      (resources) => {
        statements(resources)[1].Condition.ArnLike['aws:SourceArn'] = 'arn:aws:s3:::other-*';
      },
    ],
  ],
  [
    KeyGuarantees.rotated(),
    [
      'not rotated',
      ({ Key }) => {
        Key.Properties.EnableKeyRotation = false;
      },
    ],
  ],
  [
    KeyGuarantees.onlyAccount(),
    [
      'everybody',
      (resources) => {
        keyStatement(resources).Principal = '*';
      },
    ],
    [
      'another account',
      (resources) => {
        keyStatement(resources).Principal = {
          AWS: [keyStatement(resources).Principal.AWS, 'arn:aws:iam::999999999999:root'],
        };
      },
    ],
  ],
  [
    KeyGuarantees.usable(),
    [
      'some actions',
      (resources) => {
        keyStatement(resources).Action = 'kms:Get*';
      },
    ],
    [
      'nobody',
      (resources) => {
        keyStatement(resources).Effect = 'Deny';
      },
    ],
  ],
];

describe.each(CASES.map(([guarantee, ...spoils]) => [guarantee.id, guarantee, spoils] as const))(
  '%s',
  (_, guarantee, spoils) => {
    test('is proved', () => {
      expect(status(guarantee)).toBe(VerdictStatus.PROVED);
    });

    test.each(spoils)('is broken: %s', (__, spoil) => {
      expect(status(guarantee, spoil)).toBe(VerdictStatus.VIOLATED);
    });
  },
);

test('a log bucket outside the templates is unknown', () => {
  expect(
    status(Guarantee.accessLogged(), ({ Docs }) => {
      Docs.Properties.LoggingConfiguration.DestinationBucketName = 'elsewhere';
    }),
  ).toBe(VerdictStatus.UNKNOWN);
});

test('a bucket without a key of its own has no key to ask about', () => {
  expect(() => Proof.ofTemplate(template()).verdicts(KeyGuarantees.rotated(), { subject: 'Logs' })).toThrow(
    '"key-rotated" has no AWS::S3::Bucket to speak of',
  );
});
