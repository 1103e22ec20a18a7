import { App, RemovalPolicies, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { BucketRetainedWithPolicyAndKey, BucketTlsOnly, Guarantee } from '../../../src';
import { newStack } from '../../support/app';
import { controlContract } from '../../support/control-contract';

controlContract({
  guarantee: Guarantee.policyRetained(),
  lacking: (stack) => {
    const bucket = new s3.CfnBucket(stack, 'Bucket');
    bucket.applyRemovalPolicy(RemovalPolicy.RETAIN);
    new s3.CfnBucketPolicy(stack, 'Policy', {
      bucket: bucket.ref,
      policyDocument: { Version: '2012-10-17', Statement: [] },
    });
    return bucket;
  },
  make: () => new BucketRetainedWithPolicyAndKey(),
  // Its effect is on the policy and the key: see below.
  effect: (bucket) => expect(bucket).toBeDefined(),
});

function deletion(stack: Stack): Record<string, string | undefined> {
  interface Resource {
    Type: string;
    DeletionPolicy?: string;
    UpdateReplacePolicy?: string;
  }
  const resources = Template.fromStack(stack).toJSON().Resources as Record<string, Resource>;
  return Object.fromEntries(
    Object.values(resources).map(({ Type, DeletionPolicy, UpdateReplacePolicy }) => {
      expect(UpdateReplacePolicy).toBe(DeletionPolicy);
      return [Type.split('::')[2], DeletionPolicy];
    }),
  );
}

function bucketWithKey(removalPolicy: RemovalPolicy): { stack: Stack; bucket: s3.Bucket } {
  const stack = newStack();
  const encryptionKey = new kms.Key(stack, 'Key', { removalPolicy: RemovalPolicy.DESTROY });
  const bucket = new s3.Bucket(stack, 'Bucket', { encryptionKey, removalPolicy });
  bucket.with(new BucketRetainedWithPolicyAndKey(), new BucketTlsOnly());
  return { stack, bucket };
}

test('keeps policy and key of a kept bucket', () => {
  expect(deletion(bucketWithKey(RemovalPolicy.RETAIN).stack)).toEqual({
    Bucket: 'Retain',
    BucketPolicy: 'Retain',
    Key: 'Retain',
  });
});

test('lets policy and key go with a bucket that goes', () => {
  expect(deletion(bucketWithKey(RemovalPolicy.DESTROY).stack)).toEqual({
    Bucket: 'Delete',
    BucketPolicy: undefined,
    Key: 'Delete',
  });
});

test.each<[string, (stack: Stack, bucket: s3.Bucket) => void]>([
  ['bucket.applyRemovalPolicy', (_, bucket) => bucket.applyRemovalPolicy(RemovalPolicy.RETAIN)],
  ['RemovalPolicies.of(stack)', (stack) => RemovalPolicies.of(stack).retain()],
])('follows %s, whenever it is called', (_, retain) => {
  const { stack, bucket } = bucketWithKey(RemovalPolicy.DESTROY);
  retain(stack, bucket);
  expect(deletion(stack)).toEqual({ Bucket: 'Retain', BucketPolicy: 'Retain', Key: 'Retain' });
});

test('keeps a key of another stack', () => {
  const app = new App();
  const keys = new Stack(app, 'Keys');
  const encryptionKey = new kms.Key(keys, 'Key', { removalPolicy: RemovalPolicy.DESTROY });
  new s3.Bucket(new Stack(app, 'Data'), 'Bucket', { encryptionKey }).with(new BucketRetainedWithPolicyAndKey());
  expect(deletion(keys)).toEqual({ Key: 'Retain' });
});

test('keeps a policy that was written by hand', () => {
  const stack = newStack();
  const bucket = new s3.CfnBucket(stack, 'Bucket');
  bucket.applyRemovalPolicy(RemovalPolicy.RETAIN);
  bucket.with(new BucketRetainedWithPolicyAndKey());
  new s3.CfnBucketPolicy(stack, 'Policy', { bucket: bucket.ref, policyDocument: {} });
  expect(deletion(stack)).toEqual({ Bucket: 'Retain', BucketPolicy: 'Retain' });
});
