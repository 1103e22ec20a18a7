import { DeliveryGuarantees, Proof } from '../../src';

/** A bucket, a policy that lets one trail deliver below `keys`, and a trail. */
function template(trail: Record<string, unknown>, { arn = 'trail/audit', keys = 'AWSLogs/111122223333/*' } = {}) {
  const source = { 'aws:SourceArn': `arn:aws:cloudtrail:eu-west-1:111122223333:${arn}` };
  const allow = (Action: string, Resource: string, more = {}) => ({
    Effect: 'Allow',
    Principal: { Service: 'cloudtrail.amazonaws.com' },
    Action,
    Resource,
    Condition: { StringEquals: { ...source, ...more } },
  });
  return {
    Resources: {
      Trails: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'trails' } },
      Policy: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: {
          Bucket: 'trails',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              allow('s3:GetBucketAcl', 'arn:aws:s3:::trails'),
              allow('s3:PutObject', `arn:aws:s3:::trails/${keys}`, { 's3:x-amz-acl': 'bucket-owner-full-control' }),
            ],
          },
        },
      },
      Trail: { Type: 'AWS::CloudTrail::Trail', Properties: { IsLogging: true, S3BucketName: 'trails', ...trail } },
    },
  };
}

const ask = (of: unknown) => () =>
  Proof.ofTemplate(of as Record<string, unknown>, { account: '111122223333', region: 'eu-west-1' }).holds(
    DeliveryGuarantees.cloudTrailAllowed(),
  );

test('a policy that names the one trail lets it deliver', () =>
  expect(ask(template({ TrailName: 'audit' }))).not.toThrow());
test('a policy that names another trail does not', () =>
  expect(ask(template({ TrailName: 'audit' }, { arn: 'trail/other' }))).toThrow());
test('a trail with a prefix writes below it', () => {
  expect(
    ask(template({ TrailName: 'audit', S3KeyPrefix: 'trails' }, { keys: 'trails/AWSLogs/111122223333/*' })),
  ).not.toThrow();
  expect(ask(template({ TrailName: 'audit', S3KeyPrefix: 'trails' }))).toThrow();
});
