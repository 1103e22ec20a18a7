import { assess } from '../../src/assurance/assessment';

/** Guarantees by the logical id of the bucket that is asked. */
function asked(resources: any): Record<string, string[]> {
  const { judgements } = assess([
    { stack: 'Stack', template: { Resources: resources }, account: '111122223333', region: 'eu-west-1' },
  ]);
  const byBucket: Record<string, string[]> = {};
  for (const { claim, verdict } of judgements) {
    (byBucket[claim.subject.logicalId] ??= []).push(`${verdict.guarantee} ${verdict.status}`);
  }
  return byBucket;
}

const bucket = (properties: any = {}) => ({ Type: 'AWS::S3::Bucket', Properties: properties });

test('every bucket is asked the same', () => {
  const { A, B } = asked({ A: bucket(), B: bucket({ BucketName: 'b' }) });
  expect(A).toEqual(B);
  expect(A).toContain('tls-only violated');
});

describe('a bucket that is shared with another account', () => {
  const partner = (account: string) => ({
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${account}:role/reader` },
    Action: 's3:GetObject',
    Resource: 'arn:aws:s3:::shared/*',
  });
  const perimeter = (...accounts: string[]) => ({
    Sid: 'StrongboxPerimeter',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: 'arn:aws:s3:::shared/*',
    Condition: { StringNotEqualsIfExists: { 'aws:PrincipalAccount': ['111122223333', ...accounts] } },
  });
  const verdict = (accounts: string[] | undefined, ...Statement: any[]) => {
    const template = {
      Resources: {
        Shared: bucket({
          BucketName: 'shared',
          OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        }),
        Policy: {
          Type: 'AWS::S3::BucketPolicy',
          Properties: { Bucket: { Ref: 'Shared' }, PolicyDocument: { Version: '2012-10-17', Statement } },
          Metadata: accounts && {
            'strongbox:claims': [{ control: 'perimeter', guarantee: 'only-accounts', options: { accounts } }],
          },
        },
      },
    };
    const { judgements } = assess([{ stack: 'Stack', template, account: '111122223333', region: 'eu-west-1' }]);
    return judgements
      .map((each) => each.verdict)
      .filter(({ guarantee }) => guarantee === 'only-accounts')
      .map(({ title, status }) => `${title}: ${status}`);
  };

  test('claims it', () => {
    expect(verdict(['444455556666'], perimeter('444455556666'), partner('444455556666'))).toEqual([
      'Only this account and 444455556666: proved',
    ]);
  });

  test('or is found', () => {
    expect(verdict(undefined, partner('444455556666'))).toEqual(['Only this account: violated']);
    // The Sid of a statement says nothing.
    expect(verdict(undefined, perimeter('444455556666'), partner('444455556666'))).toEqual([
      'Only this account: violated',
    ]);
    expect(verdict(['444455556666'], partner('777788889999'))).toEqual([
      'Only this account and 444455556666: violated',
    ]);
  });
});

test('a bucket that receives access logs must let them in, and from this account alone', () => {
  const { Logs, Source } = asked({
    Logs: bucket(),
    Source: bucket({ LoggingConfiguration: { DestinationBucketName: { Ref: 'Logs' } } }),
  });
  expect(Logs).toEqual(
    expect.arrayContaining(['log-delivery-allowed violated', 'log-delivery-only-from-account proved']),
  );
  expect(Source.join()).not.toContain('log-delivery');
});

test('a deny that cuts off CloudTrail is found on the bucket of a trail', () => {
  const allow = {
    Effect: 'Allow',
    Principal: { Service: 'cloudtrail.amazonaws.com' },
    Action: ['s3:GetBucketAcl', 's3:PutObject'],
    Resource: ['arn:aws:s3:::trails', 'arn:aws:s3:::trails/*'],
  };
  const deny = {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: 'arn:aws:s3:::trails/*',
    Condition: { StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } },
  };
  const withPolicy = (...statements: any[]) =>
    asked({
      Trails: bucket({ BucketName: 'trails' }),
      Trail: { Type: 'AWS::CloudTrail::Trail', Properties: { IsLogging: true, S3BucketName: { Ref: 'Trails' } } },
      Policy: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: { Bucket: 'trails', PolicyDocument: { Version: '2012-10-17', Statement: statements } },
      },
    }).Trails;
  expect(withPolicy(allow)).toContain('cloudtrail-delivery-allowed proved');
  expect(withPolicy(allow, deny)).toContain('cloudtrail-delivery-allowed violated');
});
