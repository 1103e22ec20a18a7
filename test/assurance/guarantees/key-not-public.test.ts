import { assess } from '../../../src/assurance/assessment';

/** Keys that are opened to principals which only the deployment knows. */
function statusOf(AWS: unknown, more: object = {}) {
  const { judgements } = assess([
    {
      stack: 'App',
      template: {
        Parameters: { Account: { Type: 'String' }, Name: { Type: 'String' } },
        Resources: {
          Key: {
            Type: 'AWS::KMS::Key',
            Properties: {
              KeyPolicy: {
                Version: '2012-10-17',
                Statement: [{ Effect: 'Allow', Principal: { AWS }, Action: 'kms:Decrypt', Resource: '*', ...more }],
              },
            },
          },
          Docs: {
            Type: 'AWS::S3::Bucket',
            Properties: {
              BucketEncryption: {
                ServerSideEncryptionConfiguration: [
                  {
                    ServerSideEncryptionByDefault: {
                      SSEAlgorithm: 'aws:kms',
                      KMSMasterKeyID: { 'Fn::GetAtt': ['Key', 'Arn'] },
                    },
                  },
                ],
              },
            },
          },
        },
      },
    },
  ]);
  return judgements.find(({ verdict }) => verdict.guarantee === 'key-not-public')?.verdict.status;
}

test.each([
  ['the root of an account that is a parameter', { 'Fn::Sub': 'arn:aws:iam::${Account}:root' }],
  ['a role whose name is a parameter', { 'Fn::Sub': 'arn:aws:iam::222222222222:role/${Name}' }],
])('%s is one account, and not every one', (_, principal) => {
  expect(statusOf(principal) ?? 'proved').toBe('proved');
});

test.each([
  ['a principal that is a parameter as a whole may be everyone', { Ref: 'Name' }, 'unknown'],
  ['everyone', '*', 'violated'],
  ['everyone beside an account that is a parameter', [{ 'Fn::Sub': 'arn:aws:iam::${Account}:root' }, '*'], 'violated'],
])('%s', (_, principal, expected) => {
  expect(statusOf(principal)).toBe(expected);
});
