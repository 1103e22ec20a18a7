import { Proof } from '../../../src';
import { actions } from '../../../src/assurance/data/iam';
import { actionsOfCall, callNames } from '../../../src/assurance/engine/calls';

const names = (call: string, ...features: string[]) =>
  actionsOfCall(call, features).map(({ action, on }) => `${action} ${on}`);

test.each<[string, string[], string[]]>([
  ['GetObject', [], ['s3:GetObject object']],
  ['GetObject', ['version', 'kms'], ['s3:GetObjectVersion object', 'kms:Decrypt key']],
  [
    'PutObject',
    ['acl', 'tagging', 'legal-hold', 'retention'],
    [
      's3:PutObject object',
      's3:PutObjectAcl object',
      's3:PutObjectTagging object',
      's3:PutObjectLegalHold object',
      's3:PutObjectRetention object',
    ],
  ],
  ['DeleteObject', [], ['s3:DeleteObject object']],
  ['DeleteObject', ['version', 'bypass'], ['s3:DeleteObjectVersion object', 's3:BypassGovernanceRetention object']],
  [
    'CopyObject',
    ['source-version', 'tagging'],
    ['s3:PutObject object', 's3:GetObjectVersion source', 's3:PutObjectTagging object', 's3:GetObjectTagging source'],
  ],
  ['UploadPart', ['kms'], ['s3:PutObject object', 'kms:GenerateDataKey key', 'kms:Decrypt key']],
  ['HeadBucket', [], ['s3:ListBucket bucket']],
  ['PutObjectLockConfiguration', [], ['s3:PutBucketObjectLockConfiguration bucket']],
])('%s with %j', (call, features, expected) => {
  expect(names(call, ...features).sort()).toEqual(expected.sort());
});

test('every action of the table is one that AWS knows, for that kind of resource', () => {
  const known = new Map(actions().map(({ name, on }) => [name, on]));
  for (const call of callNames()) {
    for (const { action, on } of actionsOfCall(call)) {
      expect([call, known.get(action)]).toEqual([call, expect.arrayContaining([on === 'source' ? 'object' : on])]);
    }
  }
});

test('a call or a feature that is not is refused', () => {
  expect(() => actionsOfCall('GetObjekt')).toThrow('"call" is "GetObjekt"; it must be one of GetObject, ');
  expect(() => actionsOfCall('PutObject', ['bypass'])).toThrow(
    '"features" has "bypass"; PutObject can carry acl, tagging, retention, legal-hold, kms',
  );
});

describe('a call is allowed if all that it needs is', () => {
  const arn = { 'Fn::GetAtt': ['Docs', 'Arn'] };
  const objects = { 'Fn::Join': ['', [arn, '/*']] };
  const deny = (Action: string) => ({ Effect: 'Deny', Principal: '*', Action, Resource: objects });
  const template = (statements: any[], keyPolicy?: any) => ({
    Resources: {
      Docs: {
        Type: 'AWS::S3::Bucket',
        Properties: {
          OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
          BucketEncryption: {
            ServerSideEncryptionConfiguration: [
              {
                BucketKeyEnabled: true,
                ServerSideEncryptionByDefault: {
                  SSEAlgorithm: 'aws:kms',
                  KMSMasterKeyID: { 'Fn::GetAtt': ['Key', 'Arn'] },
                },
              },
            ],
          },
        },
      },
      Key: { Type: 'AWS::KMS::Key', Properties: keyPolicy ? { KeyPolicy: keyPolicy } : {} },
      Policy: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: { Bucket: { Ref: 'Docs' }, PolicyDocument: { Version: '2012-10-17', Statement: statements } },
      },
    },
  });

  test('an upload with tags', () => {
    const proof = Proof.ofTemplate(template([deny('s3:PutObjectTagging')]));
    proof.allows({ call: 'PutObject' });
    proof.denies({ call: 'PutObject', features: ['tagging'] });
    expect(() => proof.allows({ call: 'PutObject', features: ['tagging'] })).toThrow(
      /calls s3:PutObjectTagging .*statement 1 denies it/,
    );
    expect(() => proof.denies({ call: 'PutObject' })).toThrow(/Allowed: [^]*kms:GenerateDataKey/);
  });

  test('the key has its say', () => {
    const account = { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:root' };
    const viaS3 = (Action: string, context: any) => ({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: account },
          Action,
          Resource: '*',
          Condition: {
            StringEquals: {
              'kms:ViaService': { 'Fn::Sub': 's3.${AWS::Region}.amazonaws.com' },
              'kms:EncryptionContext:aws:s3:arn': context,
            },
          },
        },
      ],
    });
    Proof.ofTemplate(template([], viaS3('kms:*', arn))).allows({ call: 'PutObject' });
    Proof.ofTemplate(template([], viaS3('kms:*', 'arn:aws:s3:::other'))).denies({ call: 'PutObject' });
    const writer = Proof.ofTemplate(template([], viaS3('kms:GenerateDataKey', arn)));
    writer.allows({ call: 'PutObject' });
    writer.denies({ call: 'UploadPart' });
    writer.denies({ call: 'GetObject' });
  });

  test('an action or a call', () => {
    expect(() => Proof.ofTemplate(template([])).allows({})).toThrow(
      '"action" is undefined and "call" is undefined; give one of them',
    );
  });
});
