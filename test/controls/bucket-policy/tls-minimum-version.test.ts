import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { BucketTlsMinimumVersion, Guarantee, TlsVersion } from '../../../src';
import { controlContract } from '../../support/control-contract';

controlContract({
  guarantee: Guarantee.tlsMinimumVersion(TlsVersion.V1_2),
  make: () => new BucketTlsMinimumVersion(),
  effect: (_bucket, statements) => {
    expect(statements).toContainEqual(
      expect.objectContaining({
        Sid: 'StrongboxTlsMinimumVersion',
        Effect: 'Deny',
        Action: 's3:*',
        Condition: { NumericLessThan: { 's3:TlsVersion': '1.2' } },
      }),
    );
  },
});

test.each([
  ['the higher after the lower', TlsVersion.V1_2, TlsVersion.V1_3],
  ['the lower after the higher', TlsVersion.V1_3, TlsVersion.V1_2],
])('of two minimums the higher stays: %s', (_, first, second) => {
  const stack = new Stack(new App(), 'Stack');
  new s3.Bucket(stack, 'Bucket').with(new BucketTlsMinimumVersion(first), new BucketTlsMinimumVersion(second));
  Template.fromStack(stack).hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: { Statement: [Match.objectLike({ Condition: { NumericLessThan: { 's3:TlsVersion': '1.3' } } })] },
  });
});
