import { CfnParameter, Fn, type Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { BucketDefaultEncryption, Encryption, Guarantee } from '../../../src';
import { newStack, only, templateOf } from '../../support/app';
import { controlContract } from '../../support/control-contract';

controlContract({
  guarantee: Guarantee.defaultEncryption('aws:kms'),
  make: (stack) =>
    new BucketDefaultEncryption(Encryption.kms({ key: new kms.Key(stack, 'Key', { enableKeyRotation: true }) })),
  effect: (bucket) => {
    expect(bucket.BucketEncryption).toEqual({
      ServerSideEncryptionConfiguration: [
        {
          BucketKeyEnabled: true,
          ServerSideEncryptionByDefault: {
            SSEAlgorithm: 'aws:kms',
            KMSMasterKeyID: { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] },
          },
        },
      ],
    });
  },
});

const encryptionOf = (build: (stack: Stack) => void) =>
  only(templateOf(build), 'AWS::S3::Bucket').Properties.BucketEncryption.ServerSideEncryptionConfiguration;
const ARN = 'arn:aws:kms:eu-central-1:111122223333:key/1';
const key = (stack: Stack) => kms.Key.fromKeyArn(stack, 'Key', ARN);

test.each([
  ['SSE-S3', () => Encryption.s3Managed(), { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
  [
    'SSE-KMS',
    (stack: Stack) => Encryption.kms({ key: key(stack) }),
    { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: ARN } },
  ],
  [
    'SSE-KMS without a bucket key',
    (stack: Stack) => Encryption.kms({ key: key(stack), bucketKey: false }),
    { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: ARN } },
  ],
  [
    'DSSE-KMS',
    (stack: Stack) => Encryption.dualLayerKms({ key: key(stack) }),
    { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms:dsse', KMSMasterKeyID: ARN } },
  ],
  [
    'SSE-C',
    () => Encryption.customerProvided(),
    { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BlockedEncryptionTypes: { EncryptionType: ['NONE'] } },
  ],
])('sets %s', (_, encryption, rule) => {
  expect(
    encryptionOf((stack) => new s3.Bucket(stack, 'Bucket').with(new BucketDefaultEncryption(encryption(stack)))),
  ).toEqual([rule]);
});

test.each([
  [
    'SSE-S3 after DSSE-KMS',
    (stack: Stack) => [Encryption.dualLayerKms({ key: key(stack) }), Encryption.s3Managed()],
    'aws:kms:dsse',
  ],
  ['SSE-KMS after SSE-S3', (stack: Stack) => [Encryption.s3Managed(), Encryption.kms({ key: key(stack) })], 'aws:kms'],
  [
    'SSE-KMS after DSSE-KMS',
    (stack: Stack) => {
      const shared = key(stack);
      return [Encryption.dualLayerKms({ key: shared }), Encryption.kms({ key: shared })];
    },
    'aws:kms:dsse',
  ],
])('the stronger algorithm stays: %s', (_, encryptions, algorithm) => {
  const [rule] = encryptionOf((stack) => {
    const bucket = new s3.Bucket(stack, 'Bucket');
    encryptions(stack).forEach((encryption) => bucket.with(new BucketDefaultEncryption(encryption)));
  });
  expect(rule.ServerSideEncryptionByDefault).toEqual({ SSEAlgorithm: algorithm, KMSMasterKeyID: ARN });
});

test('keeps what else the rule holds', () => {
  const [rule] = encryptionOf((stack) =>
    new s3.CfnBucket(stack, 'Bucket', {
      bucketEncryption: {
        serverSideEncryptionConfiguration: [{ blockedEncryptionTypes: { encryptionType: ['SSE-C'] } }],
      },
    }).with(new BucketDefaultEncryption(Encryption.s3Managed())),
  );
  expect(rule.BlockedEncryptionTypes).toEqual({ EncryptionType: ['SSE-C'] });
});

test('refuses a second key', () => {
  const stack = newStack();
  const bucket = new s3.Bucket(stack, 'Bucket', { encryptionKey: new kms.Key(stack, 'Other') });
  expect(() => bucket.with(new BucketDefaultEncryption(Encryption.kms({ key: key(stack) })))).toThrow(
    'Stack/Bucket/Resource: "encryption" must be one default key a bucket',
  );
});

test('refuses a KMS encryption without a key, since a control makes no resources', () => {
  expect(() => new BucketDefaultEncryption(Encryption.kms())).toThrow(
    '"encryption" must be a KMS encryption that names its key (got "aws:kms without a key"). Pass ' +
      'Encryption.kms({ key })',
  );
});

test.each([
  [
    'the whole setting',
    (stack: Stack) => Fn.conditionIf('C', {}, {}) && { bucketEncryption: Fn.conditionIf('C', stack.stackName, '') },
  ],
  [
    'the algorithm',
    (stack: Stack) => ({
      bucketEncryption: {
        serverSideEncryptionConfiguration: [
          { serverSideEncryptionByDefault: { sseAlgorithm: new CfnParameter(stack, 'Algorithm').valueAsString } },
        ],
      },
    }),
  ],
])('takes an unknown for unknown: %s', (_, props) => {
  const stack = newStack();
  const bucket = new s3.CfnBucket(stack, 'Bucket', props(stack));
  expect(() => bucket.with(new BucketDefaultEncryption(Encryption.s3Managed()))).toThrow('must be a literal value');
});

test('refuses an alias, which pins no key', () => {
  expect(() => Encryption.kms({ key: kms.Alias.fromAliasName(newStack(), 'Alias', 'alias/documents') })).toThrow(
    '"key" must be a KMS key with the ARN of the key, or an alias that this app makes (got "the alias ' +
      'Stack/Alias"). Pass the key itself, or import it with kms.Key.fromKeyArn',
  );
});

test.each([0, -1, NaN])('refuses %s expected requests a second', (expectedRequestsPerSecond) => {
  expect(() => Encryption.kms({ expectedRequestsPerSecond })).toThrow(
    '"expectedRequestsPerSecond" must be a number of requests a second above 0',
  );
});
