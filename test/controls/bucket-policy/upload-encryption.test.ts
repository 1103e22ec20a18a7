import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import {
  BucketDefaultEncryption,
  BucketSseCDisabled,
  BucketTlsOnly,
  BucketUploadEncryption,
  Encryption,
  Guarantee,
  Proof,
  UploadEncryption,
} from '../../../src';
import { ACCOUNT, newStack, only, REGION } from '../../support/app';
import { controlContract } from '../../support/control-contract';

const ENCRYPTING = ['s3:PutObject', 's3:ReplicateObject', 's3:UpdateObjectEncryption'];
const SSE = 's3:x-amz-server-side-encryption';
const KEY = 's3:x-amz-server-side-encryption-aws-kms-key-id';
const CUSTOMER = 's3:x-amz-server-side-encryption-customer-algorithm';
const ARN = `arn:aws:kms:${REGION}:${ACCOUNT}:key/ours`;

controlContract({
  guarantee: Guarantee.uploadEncryption(),
  lacking: (stack) =>
    new s3.CfnBucket(stack, 'Bucket', {
      bucketEncryption: {
        serverSideEncryptionConfiguration: [{ serverSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }],
      },
    }),
  make: () => new BucketUploadEncryption(UploadEncryption.bucketDefault()),
  effect: (_bucket, statements) => {
    expect(statements).toContainEqual(
      expect.objectContaining({
        Sid: 'StrongboxUploadAlgorithm',
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: ENCRYPTING,
        Condition: {
          StringNotEquals: { [SSE]: 'AES256' },
          Null: { [SSE]: 'false' },
          BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
        },
      }),
    );
    expect(statements).toContainEqual(
      expect.objectContaining({ Sid: 'StrongboxSseCBlocked', Condition: { Null: { [CUSTOMER]: 'false' } } }),
    );
  },
});

type Kind = 'SSE-S3' | 'SSE-KMS' | 'DSSE-KMS' | 'SSE-KMS with the AWS managed key';

/** A bucket of one kind under one mode, with writers of its own account, another account, and two services. */
function bucketWith(
  kind: Kind,
  upload: UploadEncryption,
  order: 'encryption first' | 'encryption last' = 'encryption first',
) {
  const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
  const bucket = new s3.Bucket(
    stack,
    'Bucket',
    kind === 'SSE-KMS with the AWS managed key'
      ? { encryption: s3.BucketEncryption.KMS_MANAGED }
      : { bucketName: 'acme-uploads' },
  );
  const key = kms.Key.fromKeyArn(stack, 'Key', ARN);
  const encryption = {
    'SSE-S3': Encryption.s3Managed(),
    'SSE-KMS': Encryption.kms({ key }),
    'DSSE-KMS': Encryption.dualLayerKms({ key }),
    'SSE-KMS with the AWS managed key': undefined,
  }[kind];
  const controls = [
    ...(encryption ? [new BucketDefaultEncryption(encryption)] : []),
    new BucketUploadEncryption(upload),
    new BucketSseCDisabled(),
  ];
  bucket.with(...(order === 'encryption last' ? controls.reverse() : controls));
  for (const service of ['cloudtrail.amazonaws.com', 'logging.s3.amazonaws.com']) {
    bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        actions: ['s3:PutObject'],
        principals: [new iam.ServicePrincipal(service)],
        resources: [bucket.arnForObjects('*')],
        conditions: { StringEquals: { 'aws:SourceAccount': ACCOUNT } },
      }),
    );
  }
  return { stack, proof: Proof.ofStack(stack) };
}

describe.each<[Kind, string]>([
  ['SSE-S3', 'AES256'],
  ['SSE-KMS', 'aws:kms'],
  ['DSSE-KMS', 'aws:kms:dsse'],
  ['SSE-KMS with the AWS managed key', 'aws:kms'],
])('%s', (kind, algorithm) => {
  const pinned = kind.includes('KMS') && !kind.includes('managed');
  const right = { [SSE]: algorithm, ...(pinned ? { [KEY]: ARN } : {}) };
  const wrongs = ['AES256', 'aws:kms', 'aws:kms:dsse'].filter((other) => other !== algorithm);

  test.each(['encryption first', 'encryption last'] as const)(
    'bucketDefault() is proved both ways, with the %s',
    (order) => {
      const { proof } = bucketWith(kind, UploadEncryption.bucketDefault(), order);
      proof.holds(Guarantee.uploadEncryption());
      proof.holds(Guarantee.noSseCUploads());
      proof.holds(Guarantee.defaultUploadAllowed());
      proof.holds(Guarantee.encryptedUploadAllowed());
      proof.holds(Guarantee.defaultReplicaAllowed());
      if (pinned) proof.holds(Guarantee.onlyBucketKmsKey());
      expect(() => proof.holds(Guarantee.uploadHeaderRequired())).toThrow();
    },
  );

  test('explicitHeader() is proved both ways', () => {
    const { proof } = bucketWith(kind, UploadEncryption.explicitHeader());
    proof.holds(Guarantee.uploadEncryption({ explicitHeader: true }));
    proof.holds(Guarantee.uploadHeaderRequired());
    proof.holds(Guarantee.encryptedUploadAllowed());
    expect(() => proof.holds(Guarantee.defaultUploadAllowed())).toThrow();
  });

  test('each single request is answered as the table of UploadEncryption says', () => {
    const put = (context: Record<string, string>, principal?: string) => ({
      action: 's3:PutObject',
      context,
      principal,
    });
    const byDefault = bucketWith(kind, UploadEncryption.bucketDefault()).proof;
    const explicit = bucketWith(kind, UploadEncryption.explicitHeader()).proof;
    byDefault.allows(put({}));
    explicit.denies(put({}));
    for (const proof of [byDefault, explicit]) {
      proof.allows(put(right));
      for (const wrong of wrongs) proof.denies(put({ [SSE]: wrong, ...(pinned ? { [KEY]: ARN } : {}) }));
      if (pinned) {
        proof.denies(put({ [SSE]: algorithm }));
        proof.denies(put({ [SSE]: algorithm, [KEY]: 'arn:aws:kms:eu-central-1:999999999999:key/theirs' }));
        proof.denies({
          action: 's3:ReplicateObject',
          context: { [SSE]: algorithm, [KEY]: 'arn:aws:kms:eu-central-1:999999999999:key/theirs' },
        });
        proof.denies({ action: 's3:UpdateObjectEncryption', context: { [SSE]: algorithm } });
      }
      proof.denies(put({ [CUSTOMER]: 'AES256' }));
      // The services that write logs: one names AES256 whatever the bucket says, the other names nothing.
      proof.allows(put({ [SSE]: 'AES256', 'aws:SourceAccount': ACCOUNT }, 'cloudtrail.amazonaws.com'));
      proof.allows(put({ 'aws:SourceAccount': ACCOUNT }, 'logging.s3.amazonaws.com'));
    }
  });
});

test('explicitHeader() stays over bucketDefault(), in either order', () => {
  const modesInOrder = [UploadEncryption.bucketDefault(), UploadEncryption.explicitHeader()];
  for (const modes of [modesInOrder, [...modesInOrder].reverse()]) {
    const stack = newStack();
    new s3.Bucket(stack, 'Bucket', { encryption: s3.BucketEncryption.S3_MANAGED }).with(
      ...modes.map((mode) => new BucketUploadEncryption(mode)),
    );
    Proof.ofStack(stack).holds(Guarantee.uploadHeaderRequired());
  }
});

test('customerKey() requires the key of the customer', () => {
  const stack = newStack();
  new s3.Bucket(stack, 'Bucket').with(
    new BucketDefaultEncryption(Encryption.customerProvided()),
    new BucketUploadEncryption(UploadEncryption.customerKey()),
  );
  const proof = Proof.ofStack(stack);
  proof.holds(Guarantee.sseCOnly());
  proof.holds(Guarantee.sseCUploadAllowed());
  expect(() => proof.holds(Guarantee.defaultReplicaAllowed())).toThrow('default-replica-allowed');
  proof.denies({ action: 's3:PutObject' });
  proof.allows({ action: 's3:PutObject', context: { [CUSTOMER]: 'AES256' } });
});

test('unrestricted() adds nothing but its reason', () => {
  const stack = newStack();
  const bucket = new s3.Bucket(stack, 'Bucket');
  bucket.with(
    new BucketTlsOnly(),
    new BucketUploadEncryption(UploadEncryption.unrestricted('Mirror of a vendor bucket, approved by Security')),
  );
  expect(only(Template.fromStack(stack), 'AWS::S3::BucketPolicy').Properties.PolicyDocument.Statement).toHaveLength(1);
  expect(() => Proof.ofStack(stack).holds(Guarantee.uploadEncryption())).toThrow();
  expect(() => UploadEncryption.unrestricted('no')).toThrow(
    '"UploadEncryption.unrestricted(reason)" must be a literal sentence',
  );
});

describe('the proof can fail:', () => {
  /** The statements of a proved bucket, changed. */
  function changed(change: (statements: any[]) => any[]) {
    const template = Template.fromStack(bucketWith('SSE-KMS', UploadEncryption.bucketDefault()).stack).toJSON();
    const document = only(Template.fromJSON(template), 'AWS::S3::BucketPolicy').Properties.PolicyDocument;
    document.Statement = change(document.Statement);
    return Proof.ofTemplate(template);
  }

  test.each(['StrongboxUploadAlgorithm', 'StrongboxUploadKey', 'StrongboxUploadKeyNamed'])(
    'without the statement %s',
    (sid) => {
      const proof = changed((statements) => statements.filter(({ Sid }) => Sid !== sid));
      expect(() => proof.holds(Guarantee.uploadEncryption())).toThrow(/request:/);
    },
  );

  test.each(['StrongboxUploadKey', 'StrongboxUploadKeyNamed'])('where %s spares AWS services', (sid) => {
    const proof = changed((statements) =>
      statements.map((statement) =>
        statement.Sid !== sid
          ? statement
          : {
              ...statement,
              Condition: { ...statement.Condition, BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } },
            },
      ),
    );
    expect(() => proof.holds(Guarantee.onlyBucketKmsKey())).toThrow(/only-bucket-kms-key/);
  });

  test.each(ENCRYPTING)('without the action %s', (action) => {
    const proof = changed((statements) =>
      statements.map((statement) =>
        Array.isArray(statement.Action)
          ? { ...statement, Action: statement.Action.filter((other: string) => other !== action) }
          : statement,
      ),
    );
    expect(() => proof.holds(Guarantee.uploadEncryption())).toThrow(new RegExp(`calls ${action}`));
  });

  test('on its legitimate side, where every upload is denied', () => {
    const proof = changed((statements) => [
      ...statements,
      { Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: '*' },
    ]);
    proof.holds(Guarantee.uploadEncryption());
    expect(() => proof.holds(Guarantee.defaultUploadAllowed())).toThrow(/request:/);
    expect(() =>
      changed((statements) => [...statements, { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' }]).holds(
        Guarantee.defaultReplicaAllowed(),
      ),
    ).toThrow(/request:/);
  });

  test('where SSE-C is blocked and a customer key is wanted', () => {
    expect(() => changed((statements) => statements).holds(Guarantee.sseCUploadAllowed())).toThrow(
      'customer-key-upload-allowed',
    );
  });
});
