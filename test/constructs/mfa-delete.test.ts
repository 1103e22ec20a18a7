import { CfnParameter, Duration, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import {
  BucketObjectLock,
  BucketReplication,
  Lifecycle,
  LoggingBucket,
  MfaDelete,
  ObjectLock,
  Replication,
  SecureBucket,
} from '../../src';
import { ACCOUNT, newStack, REGION } from '../support/app';
import { nag } from '../support/nag';

const NONE = Lifecycle.none('MFA delete allows no rule, approved by Security');

function build(stack: Stack, serialNumber?: string): MfaDelete {
  const bucket = new SecureBucket(stack, 'Masters', { bucketName: 'acme-masters', lifecycle: NONE });
  return new MfaDelete(stack, 'MfaDelete', { bucket, serialNumber });
}

function outputs(serialNumber?: string): Record<string, string> {
  const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
  build(stack, serialNumber);
  return Object.fromEntries(
    Object.entries(Template.fromStack(stack).findOutputs('*')).map(([id, { Value }]) => [
      id.replace(/^MfaDelete|[0-9A-F]{8}$/g, ''),
      spell(Value),
    ]),
  );
}

function spell(value: any): string {
  if (typeof value === 'string') return value;
  return value['Fn::Join'] ? value['Fn::Join'][1].map(spell).join('') : `<${value.Ref}>`;
}

test('the runbook has the exact commands for this bucket, from switching it on to switching it off', () => {
  const all = outputs();
  const mfa = `--mfa "arn:<AWS::Partition>:iam::${ACCOUNT}:mfa/root-account-mfa-device CODE"`;
  const bucket = /^aws s3api put-bucket-versioning --bucket (\S+) /.exec(all.Enable)![1];
  expect(bucket).toMatch(/^<Masters\w+>$/);
  expect(all.Enable).toBe(
    `aws s3api put-bucket-versioning --bucket ${bucket} --versioning-configuration ` +
      `Status=Enabled,MFADelete=Enabled ${mfa}`,
  );
  expect(all.Undo).toBe(
    `aws s3api put-bucket-versioning --bucket ${bucket} --versioning-configuration ` +
      `Status=Enabled,MFADelete=Disabled ${mfa}`,
  );
  expect(all.Verify).toContain(`get-bucket-versioning --bucket ${bucket}`);
  expect(all.DeleteRootAccessKey).toContain('aws iam delete-access-key');
});

test('takes the serial number of a hardware device', () =>
  expect(outputs('GAHT12345678').Enable).toContain('--mfa "GAHT12345678 CODE"'));

test('detects that it is off, and tells an encrypted topic', () => {
  const stack = newStack();
  build(stack);
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::Config::ConfigRule', {
    Source: { Owner: 'AWS', SourceIdentifier: 'S3_BUCKET_MFA_DELETE_ENABLED' },
    Scope: {
      ComplianceResourceId: { Ref: Match.stringLikeRegexp('^Masters') },
      ComplianceResourceTypes: ['AWS::S3::Bucket'],
    },
  });
  template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: {
      source: ['aws.config'],
      'detail-type': ['Config Rules Compliance Change'],
      detail: {
        configRuleName: [{ Ref: Match.stringLikeRegexp('^MfaDeleteRule') }],
        newEvaluationResult: { complianceType: ['NON_COMPLIANT'] },
      },
    },
  });
});

test('leaves the six nag packs nothing', () => {
  const report = nag((stack) => {
    build(stack);
    const decided = [
      new BucketReplication(Replication.none('Masters are in the vault as well, approved by Records')),
      new BucketObjectLock(ObjectLock.none('Masters are corrected now and then, approved by Records')),
    ];
    (stack.node.findChild('Masters') as SecureBucket).with(...decided);
    LoggingBucket.of(stack).with(decided[0]);
  });
  expect(report.open).toEqual([]);
});

describe('refuses', () => {
  test.each<[string, (bucket: s3.Bucket) => unknown, string]>([
    [
      'a lifecycle rule, whoever adds it',
      (bucket) => bucket.addLifecycleRule({ id: 'Tidy', expiration: Duration.days(1) }),
      'Stack/Masters/Resource/Resource: "lifecycle" must be no lifecycle rule, since S3 refuses them on a ' +
        'bucket with MFA delete',
    ],
    [
      'suspended versioning',
      (bucket) => {
        (bucket.node.defaultChild as s3.CfnBucket).versioningConfiguration = { status: 'Suspended' };
      },
      'Stack/Masters/Resource/Resource: "versioned" must be versioning on',
    ],
  ])('%s', (_, change, words) => {
    const stack = newStack();
    build(stack);
    change((stack.node.findChild('Masters') as SecureBucket).bucket);
    expect(() => Template.fromStack(stack)).toThrow(words);
  });

  test('the rule that a SecureBucket has by itself', () => {
    const stack = newStack();
    new MfaDelete(stack, 'MfaDelete', { bucket: new SecureBucket(stack, 'Masters') });
    expect(() => Template.fromStack(stack)).toThrow('(got "AbortIncompleteUploads"');
  });

  test('an imported bucket', () => {
    const stack = newStack();
    expect(
      () => new MfaDelete(stack, 'MfaDelete', { bucket: s3.Bucket.fromBucketName(stack, 'Theirs', 'theirs') }),
    ).toThrow('Stack/MfaDelete: "bucket" must be a bucket that this app creates');
  });

  test('a serial number that is none, but not one that the deployment knows', () => {
    expect(() => build(newStack(), 'my phone')).toThrow(
      'Stack/MfaDelete: "serialNumber" must be the ARN of a virtual MFA device',
    );
    const stack = newStack();
    expect(() => build(stack, new CfnParameter(stack, 'Serial').valueAsString)).not.toThrow();
  });
});
