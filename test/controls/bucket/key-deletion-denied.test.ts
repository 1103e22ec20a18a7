import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { BucketKeyDeletionDenied, KeyGuarantees } from '../../../src';
import { newStack, only } from '../../support/app';
import { controlContract } from '../../support/control-contract';

controlContract({
  make: () => new BucketKeyDeletionDenied(),
  guarantee: KeyGuarantees.deletionDenied(),
  lacking: (stack) =>
    new s3.CfnBucket(stack, 'Bucket', {
      bucketEncryption: {
        serverSideEncryptionConfiguration: [
          {
            serverSideEncryptionByDefault: {
              sseAlgorithm: 'aws:kms',
              kmsMasterKeyId: new kms.Key(stack, 'Key').keyArn,
            },
          },
        ],
      },
    }),
  // Its effect is on the key: see below.
  effect: (bucket) => expect(bucket).toBeDefined(),
});

test('denies deletion, loss of material and disabling of the key, once, whichever bucket asks', () => {
  const stack = newStack();
  const encryptionKey = new kms.Key(stack, 'Key');
  for (const id of ['One', 'Two']) new s3.Bucket(stack, id, { encryptionKey }).with(new BucketKeyDeletionDenied());
  const { Statement } = only(Template.fromStack(stack), 'AWS::KMS::Key').Properties.KeyPolicy;
  expect(Statement.filter(({ Effect }: any) => Effect === 'Deny')).toEqual([
    {
      Sid: 'StrongboxKeyDeletion',
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: ['kms:ScheduleKeyDeletion', 'kms:DeleteImportedKeyMaterial', 'kms:DisableKey'],
      Resource: '*',
    },
  ]);
});

test('reaches a key of another stack', () => {
  const stack = newStack();
  const keys = new Stack(stack.node.root as any, 'Keys');
  new s3.Bucket(stack, 'Bucket', { encryptionKey: new kms.Key(keys, 'Key') }).with(new BucketKeyDeletionDenied());
  Template.fromStack(keys).hasResourceProperties('AWS::KMS::Key', {
    KeyPolicy: { Statement: Match.arrayWith([Match.objectLike({ Sid: 'StrongboxKeyDeletion' })]) },
  });
});

test.each<[string, (stack: Stack) => s3.BucketProps]>([
  [
    'an imported key',
    (stack) => ({ encryptionKey: kms.Key.fromKeyArn(stack, 'Theirs', 'arn:aws:kms:eu-central-1:111122223333:key/1') }),
  ],
])('refuses %s', (_, props) => {
  const stack = newStack();
  new s3.Bucket(stack, 'Bucket', props(stack)).with(new BucketKeyDeletionDenied());
  expect(() => Template.fromStack(stack)).toThrow('Stack/Bucket/Resource: "key" must be a kms.Key of this app');
});
