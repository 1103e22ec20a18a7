import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { AccessLogs, BucketAccessLogs, Guarantee, LoggingBucket, LogPartition } from '../../../src';
import { newStack, only, templateOf } from '../../support/app';
import { controlContract } from '../../support/control-contract';

controlContract({
  guarantee: Guarantee.accessLogged(),
  make: (stack) => new BucketAccessLogs(AccessLogs.to(LoggingBucket.of(stack), { prefix: 'assets/' })),
  effect: (bucket) => {
    expect(bucket.LoggingConfiguration).toEqual({
      DestinationBucketName: { Ref: expect.stringMatching(/^StrongboxAccessLogs/) },
      LogFilePrefix: 'assets/',
      TargetObjectKeyFormat: { PartitionedPrefix: { PartitionDateSource: 'EventTime' } },
    });
  },
});

test('lets S3 deliver to a plain target, in one statement for all sources', () => {
  const template = templateOf((stack) => {
    const target = new s3.Bucket(stack, 'Target');
    for (const id of ['One', 'Two']) new s3.Bucket(stack, id).with(new BucketAccessLogs(AccessLogs.to(target)));
  });
  expect(only(template, 'AWS::S3::BucketPolicy').Properties.PolicyDocument.Statement).toEqual([
    {
      Sid: 'StrongboxLogDelivery',
      Effect: 'Allow',
      Principal: { Service: 'logging.s3.amazonaws.com' },
      Action: 's3:PutObject',
      Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': [expect.stringMatching(/^Target/), 'Arn'] }, '/*']] },
      Condition: {
        StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
        ArnLike: { 'aws:SourceArn': { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3:::*']] } },
      },
    },
  ]);
});

test.each([
  [LogPartition.DELIVERY_TIME, { PartitionedPrefix: { PartitionDateSource: 'DeliveryTime' } }],
  [LogPartition.NONE, { SimplePrefix: {} }],
])('arranges the log objects by %s', (partition, format) => {
  templateOf((stack) =>
    new s3.Bucket(stack, 'Bucket').with(new BucketAccessLogs(AccessLogs.to(LoggingBucket.of(stack), { partition }))),
  ).hasResourceProperties('AWS::S3::Bucket', { LoggingConfiguration: { TargetObjectKeyFormat: format } });
});

test('logs nowhere for a reason', () => {
  const bucket = only(
    templateOf((stack) =>
      new s3.Bucket(stack, 'Bucket', { serverAccessLogsPrefix: 'x/' }).with(
        new BucketAccessLogs(AccessLogs.none('Holds public test data only, approved by QA')),
      ),
    ),
    'AWS::S3::Bucket',
  );
  expect(bucket.Properties.LoggingConfiguration).toBeUndefined();
});

test.each(['', '   ', 'no'])('refuses the reason "%s"', (reason) => {
  expect(() => AccessLogs.none(reason)).toThrow('"AccessLogs.none(reason)" must be a literal sentence');
});

test.each([
  ['logs', 'logs/'],
  ['/logs/', 'logs/'],
])('refuses the prefix "%s" and names "%s"', (prefix, better) => {
  expect(() => AccessLogs.shared({ prefix })).toThrow(
    '"prefix" must be a key prefix that ends in "/", begins without one and holds no "*", "?" or "$" ' +
      `(got "${prefix}"). Write "${better}".`,
  );
});

test('refuses the shared target, which only a construct can make', () => {
  expect(() => new BucketAccessLogs(AccessLogs.shared())).toThrow(
    '"accessLogs" must be AccessLogs.to(target) or AccessLogs.none(reason) (got "AccessLogs.shared()"). ' +
      'Pass AccessLogs.to(LoggingBucket.of(scope))',
  );
});

describe('a target that cannot work is an error:', () => {
  test('the bucket itself', () => {
    const bucket = new s3.Bucket(newStack(), 'Bucket');
    expect(() => bucket.with(new BucketAccessLogs(AccessLogs.to(bucket)))).toThrow(
      'Stack/Bucket/Resource: "accessLogs" must be another bucket, since every delivered log would be logged again',
    );
  });

  test.each([
    ['account', { account: '999999999999', region: 'eu-central-1' }, 'a target in the account 999999999999'],
    ['Region', { account: '111122223333', region: 'us-east-1' }, 'a target in the Region us-east-1'],
  ])('one in another %s', (_, env, words) => {
    const app = new App();
    const target = new s3.Bucket(new Stack(app, 'Theirs', { env }), 'Target', { bucketName: 'central-logs' });
    const bucket = new s3.Bucket(
      new Stack(app, 'Mine', { env: { account: '111122223333', region: 'eu-central-1' } }),
      'Bucket',
    );
    expect(() => bucket.with(new BucketAccessLogs(AccessLogs.to(target)))).toThrow(`(got "${words}"`);
  });

  test('a circle of three', () => {
    const stack = newStack();
    const [one, two, three] = ['One', 'Two', 'Three'].map((id) => new s3.Bucket(stack, id));
    one.with(new BucketAccessLogs(AccessLogs.to(two)));
    two.with(new BucketAccessLogs(AccessLogs.to(three)));
    three.with(new BucketAccessLogs(AccessLogs.to(one)));
    expect(() => Template.fromStack(stack)).toThrow(
      'must not form a circle (got Stack/One/Resource -> Stack/Two/Resource -> Stack/Three/Resource -> ' +
        'Stack/One/Resource)',
    );
  });

  test.each<[string, string, (stack: Stack) => s3.BucketProps]>([
    ['Object Lock', 'S3 stops delivering logs', () => ({ objectLockEnabled: true })],
    [
      'a KMS key as its default encryption',
      'log delivery supports SSE-S3 only',
      (stack) => ({ encryptionKey: new kms.Key(stack, 'Key') }),
    ],
  ])('one with %s', (what, why, props) => {
    const stack = newStack();
    const target = new s3.Bucket(stack, 'Target', props(stack));
    new s3.Bucket(stack, 'Bucket').with(new BucketAccessLogs(AccessLogs.to(target)));
    expect(() => Template.fromStack(stack)).toThrow(
      `Stack/Bucket/Resource: "accessLogs" must be a bucket without ${what}`,
    );
    expect(() => Template.fromStack(stack)).toThrow(why);
  });
});

test('warns where the policy of the target is out of reach', () => {
  const stack = newStack();
  const target = s3.Bucket.fromBucketName(stack, 'Target', 'central-logs');
  new s3.Bucket(stack, 'Bucket').with(new BucketAccessLogs(AccessLogs.to(target)));
  Annotations.fromStack(stack).hasWarning(
    '/Stack/Bucket/Resource',
    Match.stringLikeRegexp('@strongbox/access-logs-imported-target'),
  );
});

test('makes no circle between the stacks of source and target', () => {
  const app = new App();
  const logs = new LoggingBucket(new Stack(app, 'Logs'), 'Central');
  const source = new Stack(app, 'Source');
  new s3.Bucket(source, 'Bucket').with(new BucketAccessLogs(AccessLogs.to(logs)));
  expect(() => app.synth()).not.toThrow();
});
