import { App, Duration, NestedStack, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Guarantee, DeliveryGuarantees, TlsVersion, LoggingBucket, Proof } from '../../src';
import { newStack, only, snapshotOf, templateOf } from '../support/app';
import { nag, unexplained } from '../support/nag';

describe('with no properties', () => {
  const template = templateOf((stack) => new LoggingBucket(stack, 'Logs'));
  const bucket = only(template, 'AWS::S3::Bucket').Properties;

  test('is SSE-S3, private, versioned, without ACLs and without logs of its own', () => {
    expect(bucket).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      VersioningConfiguration: { Status: 'Enabled' },
    });
    expect(bucket.LoggingConfiguration).toBeUndefined();
  });

  test('lets S3 deliver for this account only', () => {
    expect(only(template, 'AWS::S3::BucketPolicy').Properties.PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Principal: { Service: 'logging.s3.amazonaws.com' },
        Action: 's3:PutObject',
        Condition: {
          StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
          ArnLike: { 'aws:SourceArn': { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3:::*']] } },
        },
      }),
    );
  });

  test('is proved, and delivery works', () => {
    const proof = Proof.ofTemplate(template.toJSON());
    for (const guarantee of [
      Guarantee.tlsOnly(),
      Guarantee.tlsMinimumVersion(TlsVersion.V1_2),
      Guarantee.publicAccessBlocked(),
      Guarantee.aclsDisabled(),
      Guarantee.defaultEncryption('AES256'),
      Guarantee.policyRetained(),
      DeliveryGuarantees.accessLogsOnlyFromAccount(),
      DeliveryGuarantees.accessLogsAllowed(),
    ]) {
      proof.holds(guarantee);
    }
  });

  test('moves log objects to a colder class and expires them', () => {
    expect(bucket.LifecycleConfiguration.Rules).toEqual([
      {
        Id: 'ExpireLogs',
        Status: 'Enabled',
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
        Transitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays: 90 }],
        ExpirationInDays: 400,
        NoncurrentVersionExpiration: { NoncurrentDays: 30 },
      },
    ]);
  });

  test('keeps its template and its logical ids', () => expect(snapshotOf(template)).toMatchSnapshot());

  test('leaves the six nag packs nothing but the decision of the owner', () => {
    const report = nag((stack) => new LoggingBucket(stack, 'Logs'));
    expect(unexplained(report)).toEqual([]);
    expect(report.open.every(({ rule }) => rule.endsWith('S3BucketReplicationEnabled'))).toBe(true);
    expect(report.acknowledged.map(({ rule }) => rule).sort()).toEqual([
      'AwsSolutions-S1',
      'HIPAA.Security-S3BucketLoggingEnabled',
      'HIPAA.Security-S3DefaultEncryptionKMS',
      'NIST.800.53.R4-S3BucketDefaultLockEnabled',
      'NIST.800.53.R4-S3BucketLoggingEnabled',
      'NIST.800.53.R5-S3BucketLoggingEnabled',
      'NIST.800.53.R5-S3DefaultEncryptionKMS',
      'PCI.DSS.321-S3BucketLoggingEnabled',
      'PCI.DSS.321-S3DefaultEncryptionKMS',
    ]);
    expect(report.acknowledged.every(({ reason }) => reason!.length > 40)).toBe(true);
  });
});

test('silences nothing on another bucket of the stack', () => {
  const report = nag((stack) => {
    new LoggingBucket(stack, 'Logs');
    new s3.Bucket(stack, 'Plain');
  });
  expect(report.acknowledged.every(({ path }) => path.startsWith('Stack/Logs/'))).toBe(true);
  expect(report.open).toContainEqual({ rule: 'AwsSolutions-S1', path: 'Stack/Plain/Resource', reason: undefined });
  expect(report.open).toContainEqual({
    rule: 'NIST.800.53.R4-S3BucketDefaultLockEnabled',
    path: 'Stack/Plain/Resource',
    reason: undefined,
  });
});

test('takes names, days and a removal policy', () => {
  const template = templateOf(
    (stack) =>
      new LoggingBucket(stack, 'Logs', {
        bucketName: 'acme-logs',
        sourceNamePattern: 'acme-*',
        keepFor: Duration.days(30),
        removalPolicy: RemovalPolicy.DESTROY,
      }),
  );
  const bucket = only(template, 'AWS::S3::Bucket');
  expect(bucket).toMatchObject({ DeletionPolicy: 'Delete', Properties: { BucketName: 'acme-logs' } });
  expect(bucket.Properties.LifecycleConfiguration.Rules[0]).toMatchObject({ ExpirationInDays: 30 });
  expect(bucket.Properties.LifecycleConfiguration.Rules[0].Transitions).toBeUndefined();
  expect(JSON.stringify(only(template, 'AWS::S3::BucketPolicy'))).toContain(':s3:::acme-*');
});

test.each([Duration.hours(12), Duration.hours(36), Duration.days(0)])('refuses to keep logs for %s', (keepFor) => {
  expect(() => new LoggingBucket(newStack(), 'Logs', { keepFor })).toThrow('must be one whole day or more');
});

test.each(['arn:aws:s3:::acme-*', 'Acme', ''])('refuses the source name pattern "%s"', (sourceNamePattern) => {
  expect(() => new LoggingBucket(newStack(), 'Logs', { sourceNamePattern })).toThrow(`(got "${sourceNamePattern}"`);
});

test('is one per stack, and a nested stack has its own', () => {
  const stack = new Stack(new App(), 'Stack');
  const nested = new NestedStack(stack, 'Nested');
  expect(LoggingBucket.of(stack)).toBe(LoggingBucket.of(stack));
  expect(LoggingBucket.of(nested)).not.toBe(LoggingBucket.of(stack));
  Template.fromStack(nested).resourceCountIs('AWS::S3::Bucket', 1);
});
