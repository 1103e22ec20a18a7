import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { DisposableBuckets, Encryption, Retention, SecureBucket, WormArchive } from '../../src';

const REASON = 'A stack of one pull request';
const stack = () => new Stack(new App(), 'Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
const gone = { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' };

test('a SecureBucket goes with its objects, policy, key and automatic log bucket', () => {
  const scope = stack();
  new SecureBucket(scope, 'Documents');
  DisposableBuckets.below(scope, REASON);
  const template = Template.fromStack(scope);
  template.allResources('AWS::S3::Bucket', gone);
  template.resourceCountIs('AWS::S3::Bucket', 2);
  template.resourceCountIs('Custom::S3AutoDeleteObjects', 2);
  template.allResources('AWS::KMS::Key', gone);
  const policies = Object.values(template.findResources('AWS::S3::BucketPolicy'));
  expect(policies).toHaveLength(2);
  for (const policy of policies) expect(policy.DeletionPolicy ?? 'Delete').toBe('Delete');
});

test('it is never the default', () => {
  const scope = stack();
  new SecureBucket(scope, 'Documents');
  const template = Template.fromStack(scope);
  template.allResources('AWS::S3::Bucket', { DeletionPolicy: 'Retain' });
  template.resourceCountIs('Custom::S3AutoDeleteObjects', 0);
});

test('what is not below the construct stays, and so does a key that was passed in', () => {
  const scope = stack();
  const key = new kms.Key(scope, 'Shared', { removalPolicy: RemovalPolicy.RETAIN, enableKeyRotation: true });
  const mine = new SecureBucket(scope, 'Mine', { encryption: Encryption.kms({ key }) });
  new SecureBucket(scope, 'Other');
  DisposableBuckets.below(mine, REASON);
  const template = Template.fromStack(scope);
  template.resourceCountIs('Custom::S3AutoDeleteObjects', 1);
  template.resourcePropertiesCountIs('AWS::S3::Bucket', {}, 3);
  template.allResources('AWS::KMS::Key', { DeletionPolicy: 'Retain' });
});

test('a plain bucket keeps one policy, also when something is added later', () => {
  const scope = stack();
  const plain = new s3.Bucket(scope, 'Plain');
  DisposableBuckets.below(scope, REASON);
  plain.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'Later',
      actions: ['s3:GetObject'],
      resources: [plain.arnForObjects('*')],
      principals: [new iam.ArnPrincipal('arn:aws:iam::111122223333:role/reader')],
    }),
  );
  const template = Template.fromStack(scope);
  template.resourceCountIs('AWS::S3::BucketPolicy', 1);
  template.hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Sid: 'Later' })]) },
  });
});

test('a locked archive is refused before anything is changed', () => {
  const scope = stack();
  new SecureBucket(scope, 'Documents');
  new WormArchive(scope, 'Records', {
    retention: Retention.governance(Duration.days(30)),
    writers: [new iam.ArnPrincipal('arn:aws:iam::111122223333:role/w')],
    readers: [],
  });
  expect(() => DisposableBuckets.below(scope, REASON)).toThrow(/"scope" must be a construct without locked buckets/);
  Template.fromStack(scope).resourceCountIs('Custom::S3AutoDeleteObjects', 0);
});

test('a bucket made afterwards is an error, and so are no bucket and no reason', () => {
  const scope = stack();
  expect(() => DisposableBuckets.below(scope, REASON)).toThrow(/with a bucket below it/);
  new SecureBucket(scope, 'Documents');
  expect(() => DisposableBuckets.below(scope, ' ')).toThrow(/"reason"/);
  DisposableBuckets.below(scope, REASON);
  new SecureBucket(scope, 'Late');
  expect(() => Template.fromStack(scope)).toThrow(/Stack\/Late\/Resource\/Resource: it was made after/);
});
