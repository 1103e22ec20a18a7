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

describe('a target of server access logs of the CDK', () => {
  const FLAG = '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy';
  const synth = (context: Record<string, unknown>) => {
    const stack = new Stack(new App({ context }), 'Stack');
    const target = new s3.Bucket(stack, 'Target');
    target.with(new BucketAclsDisabled());
    new s3.Bucket(stack, 'Source', { serverAccessLogsBucket: target });
    return () => Template.fromStack(stack);
  };

  test('is refused where the CDK gives it an ACL, with the line of cdk.json that ends it', () =>
    expect(synth({ [FLAG]: false })).toThrow(
      `(got "LogDeliveryWrite"). The CDK adds it to a target of server access logs; with "${FLAG}": true in`,
    ));

  test('is taken with that line', () => expect(synth({ [FLAG]: true })).not.toThrow());
});
