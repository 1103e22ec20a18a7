import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { BucketAclsDisabled, Guarantee } from '../../../src';
import { controlContract } from '../../support/control-contract';

controlContract({
  guarantee: Guarantee.aclsDisabled(),
  lacking: (stack) =>
    new s3.CfnBucket(stack, 'Bucket', { ownershipControls: { rules: [{ objectOwnership: 'ObjectWriter' }] } }),
  make: () => new BucketAclsDisabled(),
  effect: (bucket) => {
    expect(bucket.OwnershipControls).toEqual({ Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] });
    expect(bucket.AccessControl).toBeUndefined();
  },
});

test('refuses a canned ACL', () => {
  const stack = new Stack(new App(), 'Stack');
  new s3.CfnBucket(stack, 'Bucket', { accessControl: 'PublicRead' }).with(new BucketAclsDisabled());
  expect(() => Template.fromStack(stack)).toThrow(
    'Stack/Bucket: "accessControl" must be no canned ACL where ACLs are off (got "PublicRead"). Remove ' +
      'it and grant by policy',
  );
});

test('refuses the log-delivery ACL that CDK adds to a log target later', () => {
  const stack = new Stack(new App(), 'Stack');
  const target = new s3.Bucket(stack, 'Target');
  target.with(new BucketAclsDisabled());
  new s3.Bucket(stack, 'Source', { serverAccessLogsBucket: target });
  expect(() => Template.fromStack(stack)).toThrow('(got "LogDeliveryWrite"');
});
