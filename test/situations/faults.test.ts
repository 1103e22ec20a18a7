import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import {
  AccessLogs,
  ArchiveStorage,
  BucketArchiveStorage,
  BucketControl,
  BucketDelivery,
  BucketKeyDeletionDenied,
  BucketLifecycle,
  BucketSseCDisabled,
  BucketTlsOnly,
  BucketUploadEncryption,
  Delivery,
  Encryption,
  Lifecycle,
  SecureBucket,
  UploadEncryption,
} from '../../src';
import { newStack, only } from '../support/app';
import { strongboxReport } from '../support/strongbox-report';

type Json = Record<string, any>;

describe('lifecycle rules of one id, which S3 refuses', () => {
  const rulesOf = (stack: Stack): Json[] =>
    only(Template.fromStack(stack), 'AWS::S3::Bucket').Properties.LifecycleConfiguration.Rules;
  const secure = (stack: Stack, lifecycle?: Lifecycle) =>
    new SecureBucket(stack, 'Documents', { lifecycle, accessLogs: AccessLogs.none('A test of the lifecycle') });

  test.each([
    [2, 2],
    [30, 7],
  ])('incomplete uploads after %d days, on a bucket that says 7: one rule, %d days', (days, expected) => {
    const stack = newStack();
    secure(stack).bucket.with(
      new BucketLifecycle(Lifecycle.keepEverything().abortIncompleteUploadsAfter(Duration.days(days))),
    );
    expect(rulesOf(stack)).toEqual([
      {
        Id: 'AbortIncompleteUploads',
        Status: 'Enabled',
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: expected },
      },
    ]);
  });

  test('noncurrent versions and expiries are merged toward the shorter, prefix by prefix', () => {
    const stack = newStack();
    const keep = (noncurrent: number, newest: number, expiry: number) =>
      Lifecycle.keepEverything()
        .expireNoncurrentVersionsAfter(Duration.days(noncurrent), { keepNewest: newest })
        .expireAfter(Duration.days(expiry), { prefix: 'tmp/' });
    secure(stack, keep(90, 3, 10)).bucket.with(new BucketLifecycle(keep(30, 5, 20)));
    const rules = rulesOf(stack);
    expect(new Set(rules.map(({ Id }) => Id)).size).toBe(rules.length);
    expect(rules.find(({ Id }) => Id === 'ExpireNoncurrentVersions')).toMatchObject({
      NoncurrentVersionExpiration: { NoncurrentDays: 30, NewerNoncurrentVersions: 3 },
    });
    expect(rules.find(({ Id }) => Id === 'Expire-tmp/')).toMatchObject({ ExpirationInDays: 10, Prefix: 'tmp/' });
  });

  test('a rule of the same id about other objects keeps its own, and the new one gets another id', () => {
    const stack = newStack();
    const bucket = new s3.Bucket(stack, 'Bucket', {
      lifecycleRules: [
        { id: 'AbortIncompleteUploads', prefix: 'in/', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
    const control = new BucketLifecycle(Lifecycle.keepEverything());
    bucket.with(control, control);
    expect(rulesOf(stack).map(({ Id, Prefix }) => [Id, Prefix])).toEqual([
      ['AbortIncompleteUploads', 'in/'],
      ['AbortIncompleteUploads-2', undefined],
    ]);
  });

  test('storage classes move at the earlier time', () => {
    const stack = newStack();
    const move = (days: number) =>
      new BucketArchiveStorage(ArchiveStorage.standard().thenDeepArchive(Duration.days(days)));
    new s3.Bucket(stack, 'Bucket').with(move(365), move(180));
    const [rule, ...others] = rulesOf(stack);
    expect(others).toEqual([]);
    expect(rule.Transitions).toEqual([{ StorageClass: 'DEEP_ARCHIVE', TransitionInDays: 180 }]);
  });
});

describe('a key that is not named by its ARN', () => {
  const ID = '1234abcd-12ab-34cd-56ef-1234567890ab';
  const uploads = (stack: Stack, kmsMasterKeyId: string) =>
    new s3.CfnBucket(stack, 'Bucket', {
      bucketEncryption: {
        serverSideEncryptionConfiguration: [
          { serverSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId } },
        ],
      },
    }).with(new BucketUploadEncryption(UploadEncryption.bucketDefault()));
  const pinned = (stack: Stack) =>
    only(Template.fromStack(stack), 'AWS::S3::BucketPolicy').Properties.PolicyDocument.Statement.find(
      ({ Sid }: Json) => Sid === 'StrongboxUploadKey',
    ).Condition.StringNotEquals['s3:x-amz-server-side-encryption-aws-kms-key-id'];

  test('an alias of this app is the key behind it', () => {
    const stack = newStack();
    const key = new kms.Key(stack, 'Key');
    const secure = new SecureBucket(stack, 'Documents', {
      encryption: Encryption.kms({ key: key.addAlias('alias/documents') }),
    });
    expect(secure.key).toBe(key);
    const [encryption] = Object.entries(Template.fromStack(stack).findResources('AWS::S3::Bucket'))
      .filter(([id]) => id.startsWith('Documents'))
      .map(
        ([, { Properties }]) =>
          Properties.BucketEncryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault,
      );
    expect(encryption.KMSMasterKeyID).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] });
  });

  test('an imported alias is an error: nothing here knows its key', () => {
    const stack = newStack();
    expect(() => Encryption.kms({ key: kms.Alias.fromAliasName(stack, 'Alias', 'alias/theirs') })).toThrow(
      /"key" must be .*\(got "the alias Stack\/Alias"\)\. Pass the key itself/,
    );
  });

  test.each([
    ['Ref of a key', (stack: Stack) => new kms.CfnKey(stack, 'Key', { keyPolicy: {} }).ref],
    [
      'Ref of an alias',
      (stack: Stack) =>
        new kms.CfnAlias(stack, 'Alias', {
          aliasName: 'alias/x',
          targetKeyId: new kms.CfnKey(stack, 'Key', { keyPolicy: {} }).ref,
        }).ref,
    ],
  ])('%s is its ARN', (_, name) => {
    const stack = newStack();
    uploads(stack, name(stack));
    expect(pinned(stack)).toEqual({ 'Fn::GetAtt': ['Key', 'Arn'] });
  });

  test('an id is the ARN of that key in this account and Region', () => {
    const stack = newStack({ env: { account: '111122223333', region: 'eu-central-1' } });
    uploads(stack, ID);
    expect(JSON.stringify(pinned(stack))).toContain(`:kms:eu-central-1:111122223333:key/${ID}`);
  });

  test('an alias as text is an error', () => {
    const stack = newStack();
    uploads(stack, 'alias/documents');
    expect(() => Template.fromStack(stack)).toThrow(
      /"kmsMasterKeyId" must be .*\(got "alias\/documents"\)\. Name the key by its ARN/,
    );
  });

  test(
    'the AWS managed key by its alias is what "aws:kms" without a key means: keys of other accounts are ' + 'denied',
    () => {
      const stack = newStack();
      uploads(stack, 'alias/aws/s3');
      const sids = only(Template.fromStack(stack), 'AWS::S3::BucketPolicy').Properties.PolicyDocument.Statement.map(
        ({ Sid }: Json) => Sid,
      );
      expect(sids).toContain('StrongboxUploadKey');
    },
  );
});

describe('a bucket of an included template', () => {
  const RESOURCES = {
    Key: {
      Type: 'AWS::KMS::Key',
      Properties: {
        KeyPolicy: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { AWS: { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:root' } },
              Action: 'kms:*',
              Resource: '*',
            },
          ],
        },
      },
    },
    Bucket: {
      Type: 'AWS::S3::Bucket',
      Properties: {
        BucketName: { Ref: 'Name' },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: { Ref: 'Key' } } },
          ],
        },
      },
    },
    Policy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: {
        Bucket: { Ref: 'Bucket' },
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Sid: 'Theirs',
              Principal: { AWS: { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:root' } },
              Action: 's3:GetObject',
              Resource: { 'Fn::Sub': '${Bucket.Arn}/*' },
            },
            {
              'Fn::If': [
                'Open',
                {
                  Effect: 'Allow',
                  Principal: { AWS: '111122223333' },
                  Action: 's3:GetObject',
                  Resource: [{ 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, '/*']] }],
                },
                { Ref: 'AWS::NoValue' },
              ],
            },
          ],
        },
      },
    },
  };
  const controls: Array<[string, () => BucketControl, string]> = [
    ['BucketTlsOnly', () => new BucketTlsOnly(), 'StrongboxTlsOnly'],
    ['BucketSseCDisabled', () => new BucketSseCDisabled(), 'StrongboxSseCBlocked'],
    [
      'BucketUploadEncryption',
      () => new BucketUploadEncryption(UploadEncryption.bucketDefault()),
      'StrongboxUploadKey',
    ],
    ['BucketDelivery', () => new BucketDelivery(Delivery.vpcFlowLogs()), 'StrongboxVpcFlowLogs'],
    ['BucketKeyDeletionDenied', () => new BucketKeyDeletionDenied(), 'StrongboxKeyDeletion'],
  ];

  test.each(controls)('%s adds its statement, and what was there stays to the letter', (_, control, sid) => {
    const folder = mkdtempSync(join(tmpdir(), 'strongbox-include-'));
    try {
      const templateFile = join(folder, 'template.json');
      writeFileSync(
        templateFile,
        JSON.stringify({
          Parameters: { Name: { Type: 'String' }, Answer: { Type: 'String' } },
          Conditions: { Open: { 'Fn::Equals': [{ Ref: 'Answer' }, 'yes'] } },
          Resources: RESOURCES,
        }),
      );
      const stack = new Stack(new App(), 'Stack');
      (new CfnInclude(stack, 'Included', { templateFile }).getResource('Bucket') as s3.CfnBucket).with(control());
      const { Resources } = Template.fromStack(stack).toJSON();
      expect(Resources.Policy.Properties.PolicyDocument.Statement.slice(0, 2)).toEqual(
        RESOURCES.Policy.Properties.PolicyDocument.Statement,
      );
      expect(Resources.Key.Properties.KeyPolicy.Statement[0]).toEqual(RESOURCES.Key.Properties.KeyPolicy.Statement[0]);
      const sids = [
        ...Resources.Policy.Properties.PolicyDocument.Statement,
        ...Resources.Key.Properties.KeyPolicy.Statement,
      ].map(({ Sid }: Json) => Sid);
      expect(sids).toContain(sid);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

test("a company's log bucket, imported by its name, is advice and no error", () => {
  const stack = newStack();
  const central = s3.Bucket.fromBucketName(stack, 'Central', 'company-access-logs');
  new SecureBucket(stack, 'Documents', { accessLogs: AccessLogs.to(central) });
  Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('@strongbox/access-logs-imported-target'));
  Annotations.fromStack(stack).hasNoError('*', Match.anyValue());
});

test('the finding of the prover about it is acknowledged with the reason', () => {
  const report = strongboxReport((stack) => {
    const central = s3.Bucket.fromBucketName(stack, 'Central', 'company-access-logs');
    new SecureBucket(stack, 'Documents', { accessLogs: AccessLogs.to(central) });
  });
  expect(report).toEqual([]);
});

test('a control on a tree with an imported bucket hardens the others and warns', () => {
  const stack = newStack();
  s3.Bucket.fromBucketName(stack, 'Theirs', 'somebody-elses-bucket');
  new s3.Bucket(stack, 'Mine');
  stack.with(new BucketTlsOnly());
  Annotations.fromStack(stack).hasWarning(
    '/Stack/Theirs',
    Match.stringLikeRegexp('BucketTlsOnly changes nothing there'),
  );
  Template.fromStack(stack).resourceCountIs('AWS::S3::BucketPolicy', 1);
});
