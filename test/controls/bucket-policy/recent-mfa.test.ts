import { Duration } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { BucketRecentMfa, ArchiveGuarantees } from '../../../src';
import { only, templateOf } from '../../support/app';
import { controlContract } from '../../support/control-contract';
import { arn, role } from '../../support/people';

const ACTIONS = ['s3:DeleteObjectVersion', 's3:PutBucketVersioning'];

controlContract({
  // Without versions an overwrite deletes for good.
  lacking: (stack) => new s3.CfnBucket(stack, 'Bucket', { versioningConfiguration: { status: 'Enabled' } }),
  make: (stack) => new BucketRecentMfa({ exempt: [role(stack, 'backup')] }),
  guarantee: ArchiveGuarantees.permanentDeleteNeedsMfa({ maximumAgeSeconds: 3600, exempt: [arn('backup')] }),
  effect: (_bucket, statements) => {
    const ArnNotEquals = { 'aws:PrincipalArn': [arn('backup')] };
    // A request without the key comes without MFA: only IfExists catches it.
    expect(statements).toContainEqual(
      expect.objectContaining({
        Sid: 'StrongboxRecentMfa',
        Effect: 'Deny',
        Action: ACTIONS,
        Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' }, ArnNotEquals },
      }),
    );
    expect(statements).toContainEqual(
      expect.objectContaining({
        Sid: 'StrongboxRecentMfaAge',
        Effect: 'Deny',
        Action: ACTIONS,
        Condition: { NumericGreaterThan: { 'aws:MultiFactorAuthAge': '3600' }, ArnNotEquals },
      }),
    );
  },
});

test.each([
  [15, 60],
  [60, 15],
])('the shorter age stays: %d and %d minutes', (one, other) => {
  const policy = only(
    templateOf((stack) =>
      new s3.Bucket(stack, 'Bucket').with(
        new BucketRecentMfa({ maxAge: Duration.minutes(one) }),
        new BucketRecentMfa({ maxAge: Duration.minutes(other) }),
      ),
    ),
    'AWS::S3::BucketPolicy',
  );
  expect(policy.Properties.PolicyDocument.Statement[1].Condition).toEqual({
    NumericGreaterThan: { 'aws:MultiFactorAuthAge': '900' },
  });
});

test.each([Duration.seconds(0), Duration.hours(37), Duration.millis(1500)])('refuses an age of %s', (maxAge) => {
  expect(() => new BucketRecentMfa({ maxAge })).toThrow('"maxAge" must be whole seconds from 1 to 36 hours');
});
