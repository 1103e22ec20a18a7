import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { BucketVersioned, Guarantee } from '../../../src';
import { controlContract } from '../../support/control-contract';

controlContract({
  guarantee: Guarantee.versioned(),
  make: () => new BucketVersioned(),
  effect: (bucket) => expect(bucket.VersioningConfiguration).toEqual({ Status: 'Enabled' }),
});

test('turns suspended, and what only the deployment would know, into enabled', () => {
  const stack = new Stack(new App(), 'Stack');
  const status = new CfnParameter(stack, 'Status').valueAsString;
  new s3.CfnBucket(stack, 'Unknown', { versioningConfiguration: { status } }).with(new BucketVersioned());
  new s3.CfnBucket(stack, 'Suspended', { versioningConfiguration: { status: 'Suspended' } }).with(
    new BucketVersioned(),
  );
  Template.fromStack(stack).allResourcesProperties('AWS::S3::Bucket', {
    VersioningConfiguration: { Status: 'Enabled' },
  });
});
