import { App, Duration, Size, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import {
  BucketDefaultEncryption,
  BucketObjectLock,
  BucketPresignedLimits,
  BucketReplication,
  Encryption,
  Guarantee,
  LoggingBucket,
  ObjectLock,
  PresignCallers,
  PresignedOperation,
  PresignedRequests,
  PresignedUrls,
  type PresignedUrlsProps,
  Proof,
  Replication,
  SecureBucket,
  type SecureBucketProps,
  UploadEncryption,
} from '../../src';
import { ACCOUNT, newStack, REGION } from '../support/app';
import { nag } from '../support/nag';

const PDF = { contentTypes: ['application/pdf', 'image/*'], maximumSize: Size.mebibytes(10) };
const ALL = [PresignedOperation.download(), PresignedOperation.upload(PDF), PresignedOperation.form(PDF)];
const NONE = [
  new BucketReplication(Replication.none('None needed, approved')),
  new BucketObjectLock(ObjectLock.none('None needed, approved')),
];

function build(stack: Stack, props: Partial<PresignedUrlsProps> = {}, bucket: SecureBucketProps = {}) {
  const documents = new SecureBucket(stack, 'Docs', { bucketName: 'acme-docs', ...bucket });
  const urls = new PresignedUrls(stack, 'Uploads', {
    bucket: documents.bucket,
    prefix: 'uploads/',
    operations: ALL,
    callers: PresignCallers.iam(),
    ...props,
  });
  return { documents, urls };
}

function synth(props: Partial<PresignedUrlsProps> = {}, bucket: SecureBucketProps = {}) {
  const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
  const built = build(stack, props, bucket);
  return { stack, ...built, template: Template.fromStack(stack) };
}

/** The settings as the function will read them, with references spelled out. */
function settingsIn(template: Template): any {
  const [{ Properties }] = Object.values(template.findResources('AWS::Lambda::Function'));
  const value = Properties.Environment.Variables.STRONGBOX_PRESIGNED_URLS;
  const spell = (part: any): string =>
    typeof part === 'string'
      ? part
      : part['Fn::Join']
        ? part['Fn::Join'][1].map(spell).join('')
        : part.Ref
          ? `<${part.Ref}>`
          : `<${part['Fn::GetAtt'].join('.')}>`;
  return JSON.parse(spell(value));
}

const statementsOf = (template: Template, id: RegExp) =>
  Object.entries(template.findResources('AWS::IAM::ManagedPolicy'))
    .filter(([logicalId]) => id.test(logicalId))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
const objects = { 'Fn::Join': ['', [{ 'Fn::GetAtt': [expect.stringMatching(/^Docs/), 'Arn'] }, '/uploads/*']] };

describe('the signing role', () => {
  test(
    'may do the operations below the prefix by young presigned requests of version 4, and use the key ' +
      'for that through S3',
    () => {
      const { template } = synth({ maximumExpiry: Duration.minutes(5) });
      const common = { 's3:signatureversion': 'AWS4-HMAC-SHA256' };
      expect(statementsOf(template, /SignerPolicy/)).toEqual([
        {
          Effect: 'Allow',
          Action: 's3:GetObject',
          Resource: objects,
          Condition: {
            StringEquals: { 's3:authType': ['REST-QUERY-STRING'], ...common },
            NumericLessThanEquals: { 's3:signatureAge': '300000' },
          },
        },
        {
          Effect: 'Allow',
          Action: 's3:PutObject',
          Resource: objects,
          Condition: {
            StringEquals: { 's3:authType': ['REST-QUERY-STRING', 'POST'], ...common },
            NumericLessThanEquals: { 's3:signatureAge': '300000' },
          },
        },
        {
          Effect: 'Allow',
          Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
          Resource: { 'Fn::GetAtt': [expect.stringMatching(/^DocsKey/), 'Arn'] },
          Condition: {
            StringEquals: { 'kms:ViaService': `s3.${REGION}.amazonaws.com` },
            ArnLike: {
              'kms:EncryptionContext:aws:s3:arn': [{ 'Fn::GetAtt': [expect.stringMatching(/^Docs/), 'Arn'] }, objects],
            },
          },
        },
      ]);
    },
  );

  test.each<[string, PresignedOperation, string, string[], string]>([
    ['download', ALL[0], 's3:GetObject', ['REST-QUERY-STRING'], 'kms:Decrypt'],
    ['upload', ALL[1], 's3:PutObject', ['REST-QUERY-STRING'], 'kms:GenerateDataKey'],
    ['form', ALL[2], 's3:PutObject', ['POST'], 'kms:GenerateDataKey'],
  ])('has the rights of %s and no others', (_name, operation, action, authTypes, onKey) => {
    const statements = statementsOf(synth({ operations: [operation] }).template, /SignerPolicy/);
    expect(statements.map(({ Action }) => Action)).toEqual([action, onKey]);
    expect(statements[0].Condition.StringEquals['s3:authType']).toEqual(authTypes);
  });

  test("is trusted to the function's role alone, which may do nothing else than assume it and write its log", () => {
    const { template } = synth();
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            Principal: { AWS: { 'Fn::GetAtt': [Match.stringLikeRegexp('^UploadsRole'), 'Arn'] } },
          },
        ],
      },
    });
    expect(statementsOf(template, /^UploadsPolicy/).map(({ Action, Resource }) => [Action, Resource])).toEqual([
      ['sts:AssumeRole', { 'Fn::GetAtt': [expect.stringMatching(/^UploadsSigner/), 'Arn'] }],
      [['logs:CreateLogStream', 'logs:PutLogEvents'], { 'Fn::GetAtt': [expect.stringMatching(/^UploadsLog/), 'Arn'] }],
    ]);
  });

  test('is proved to reach nothing but its prefix', () => {
    const { stack } = synth();
    const proof = Proof.ofStack(stack);
    proof.holds(Guarantee.prefixIsolation({ principals: ['Stack/Uploads/Signer'], prefixes: ['uploads/'] }), {
      subject: 'acme-docs',
    });
    expect(() =>
      proof.holds(Guarantee.prefixIsolation({ principals: ['Stack/Uploads/Signer'], prefixes: ['downloads/'] }), {
        subject: 'acme-docs',
      }),
    ).toThrow('VIOLATED prefix-isolation');
  });
});

test("its URLs pass the guardrail of the bucket, and no one else's do", () => {
  const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
  const { documents, urls } = build(stack);
  documents.bucket.with(
    new BucketPresignedLimits(PresignedRequests.onlyBy(urls.signer).notOlderThan(Duration.minutes(15))),
  );
  const proof = Proof.ofStack(stack);
  proof.holds(Guarantee.presignedOnlyBy({ principals: ['Stack/Uploads/Signer'] }), { subject: 'acme-docs' });
  proof.holds(Guarantee.presignedMaximumAge(900), { subject: 'acme-docs' });
  proof.holds(
    Guarantee.allowed({
      actions: ['s3:GetObject'],
      principals: ['Stack/Uploads/Signer'],
      prefixes: ['uploads/'],
      context: { 's3:authType': 'REST-QUERY-STRING', 's3:signatureAge': '899999' },
    }),
    { subject: 'acme-docs' },
  );
  expect(() =>
    proof.holds(Guarantee.allowed({ actions: ['s3:GetObject'], context: { 's3:authType': 'REST-QUERY-STRING' } }), {
      subject: 'acme-docs',
    }),
  ).toThrow('is refused');
});

describe('what the function is told', () => {
  test('all of it', () => {
    expect(settingsIn(synth().template)).toEqual({
      bucket: expect.stringMatching(/^<Docs/),
      region: REGION,
      urlSuffix: '<AWS::URLSuffix>',
      prefix: 'uploads/',
      operations: {
        get: {},
        put: { contentTypes: ['application/pdf', 'image/*'], minimumBytes: 1, maximumBytes: 10_485_760 },
        post: { contentTypes: ['application/pdf', 'image/*'], minimumBytes: 1, maximumBytes: 10_485_760 },
      },
      caller: { kind: 'iam' },
      maximumSeconds: 900,
      signerRoleArn: expect.stringMatching(/^<UploadsSigner.*\.Arn>$/),
      encryptionHeaders: {
        'x-amz-server-side-encryption': 'aws:kms',
        'x-amz-server-side-encryption-aws-kms-key-id': expect.stringMatching(/^<DocsKey.*\.Arn>$/),
      },
    });
  });

  test.each<[string, Encryption, Record<string, unknown>]>([
    ['SSE-S3', Encryption.s3Managed(), { 'x-amz-server-side-encryption': 'AES256' }],
    [
      'DSSE',
      Encryption.dualLayerKms(),
      {
        'x-amz-server-side-encryption': 'aws:kms:dsse',
        'x-amz-server-side-encryption-aws-kms-key-id': expect.any(String),
      },
    ],
  ])(
    'states the encryption of the bucket: %s, as a bucket that demands headers wants it',
    (_name, encryption, headers) => {
      const { template, stack } = synth({}, { encryption, uploadEncryption: UploadEncryption.explicitHeader() });
      expect(settingsIn(template).encryptionHeaders).toEqual(headers);
      Proof.ofStack(stack).holds(Guarantee.encryptedUploadAllowed(), { subject: 'acme-docs' });
    },
  );

  test('a claim, and a shared prefix', () => {
    expect(settingsIn(synth({ callers: PresignCallers.claim('sub') }).template).caller).toEqual({
      kind: 'claim',
      claim: 'sub',
    });
    expect(
      settingsIn(synth({ callers: PresignCallers.shared('One partner, agreed with Legal') }).template).caller,
    ).toEqual({ kind: 'shared' });
  });
});

describe('the door', () => {
  test('is a function URL with IAM, for whom it is granted', () => {
    const stack = newStack();
    const { urls } = build(stack);
    urls.grantIssue(new iam.Role(stack, 'Portal', { assumedBy: new iam.AccountRootPrincipal() }));
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::Lambda::Url', { AuthType: 'AWS_IAM', Cors: Match.absent() });
    const [
      {
        Properties: { PolicyDocument },
      },
    ] = Object.values(template.findResources('AWS::IAM::Policy'));
    // Lambda wants both; who could invoke the function past its URL could write any caller into the event.
    expect(PolicyDocument.Statement.map(({ Action, Condition }: any) => [Action, Condition])).toEqual([
      ['lambda:InvokeFunctionUrl', { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } }],
      ['lambda:InvokeFunction', { Bool: { 'lambda:InvokedViaFunctionUrl': true } }],
    ]);
    template.resourceCountIs('AWS::Lambda::Permission', 0);
  });

  test('answers browsers of named origins', () => {
    synth({ origins: ['https://portal.example.com'] }).template.hasResourceProperties('AWS::Lambda::Url', {
      Cors: { AllowOrigins: ['https://portal.example.com'], AllowMethods: ['POST'], AllowCredentials: Match.absent() },
    });
  });

  test("is the user's own API where a claim tells the callers apart", () => {
    const { template, urls } = synth({ callers: PresignCallers.claim('sub') });
    template.resourceCountIs('AWS::Lambda::Url', 0);
    expect(urls.functionUrl).toBeUndefined();
    expect(() => urls.grantIssue(new iam.AccountRootPrincipal())).toThrow(
      /^Stack\/Uploads: "callers" must be PresignCallers.iam\(\)/,
    );
  });
});

test('the audit log is encrypted and kept for a year', () => {
  synth().template.hasResource('AWS::Logs::LogGroup', {
    Properties: { RetentionInDays: 365, KmsKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^UploadsLogKey'), 'Arn'] } },
    DeletionPolicy: 'Retain',
  });
});

describe('refuses', () => {
  test.each<[string, Partial<PresignedUrlsProps>, string]>([
    [
      'a life that its credentials do not have',
      { maximumExpiry: Duration.hours(1) },
      'Stack/Uploads: "maximumExpiry" must be 59 minutes at most, since a URL dies with the credentials that signed it',
    ],
    [
      'a life that S3 does not take',
      { maximumExpiry: Duration.days(8) },
      '"maximumExpiry" must be 1 to 604,800 whole seconds',
    ],
    ['no life', { maximumExpiry: Duration.seconds(0) }, '(got "0 seconds"'],
    ['a prefix that is no folder', { prefix: 'uploads' }, '(got "uploads"'],
    [
      'no operation',
      { operations: [] },
      'Stack/Uploads: "operations" must be one or more of download(), upload() and form(), each once',
    ],
    ['an operation twice', { operations: [ALL[1], ALL[1]] }, '(got "[put, put]"'],
    ['any origin', { origins: ['*'] }, '"origins" must be origins by their full names'],
    [
      'an origin with a wildcard',
      { origins: ['https://*.example.com'] },
      '"origins" must be origins by their full names',
    ],
    ['an origin with a path', { origins: ['https://example.com/portal'] }, '(got "https://example.com/portal"'],
    ['plain http', { origins: ['http://example.com'] }, 'must be plain http for localhost only'],
    [
      'origins of an API that answers by itself',
      { callers: PresignCallers.claim('sub'), origins: ['https://example.com'] },
      'since your API answers the browser',
    ],
  ])('%s', (_what, props, message) => {
    expect(() => build(newStack(), props)).toThrow(message);
  });

  test('a bucket whose encryption it cannot know', () => {
    const stack = newStack();
    const imported = s3.Bucket.fromBucketName(stack, 'Imported', 'acme-imported');
    expect(() => build(stack, { bucket: imported })).toThrow(
      'Stack/Uploads: "bucket" must be a bucket that this app creates',
    );
    expect(() => build(newStack(), {}, { encryption: Encryption.customerProvided() })).toThrow(
      'which takes uploads with a key of the customer only (SSE-C)',
    );
  });

  test.each<[string, () => unknown, string]>([
    ['no types', () => PresignedOperation.upload({ ...PDF, contentTypes: [] }), '(got "[]"'],
    ['every type', () => PresignedOperation.upload({ ...PDF, contentTypes: ['*/*'] }), '(got "*/*"'],
    [
      'a type with parameters',
      () => PresignedOperation.form({ ...PDF, contentTypes: ['text/plain; charset=utf-8'] }),
      '"contentTypes" must be a media type without parameters, or all of one kind (got "text/plain;',
    ],
    [
      'more than S3 takes',
      () => PresignedOperation.upload({ ...PDF, maximumSize: Size.gibibytes(6) }),
      '(got "6442450944 bytes"',
    ],
    [
      'a maximum below the minimum',
      () => PresignedOperation.upload({ ...PDF, minimumSize: Size.mebibytes(20) }),
      '"maximumSize" must be 20971520 bytes to',
    ],
    [
      'a maximum of nothing',
      () => PresignedOperation.upload({ ...PDF, minimumSize: Size.bytes(0), maximumSize: Size.bytes(0) }),
      '(got "0 bytes"',
    ],
    ['a claim without a name', () => PresignCallers.claim(''), '(got ""'],
    [
      'a shared prefix without a reason',
      () => PresignCallers.shared('ok'),
      '"PresignCallers.shared(reason)" must be a literal sentence',
    ],
  ])('%s', (_what, make, message) => expect(make).toThrow(message));
});

test.each([PresignCallers.iam(), PresignCallers.claim('sub'), PresignCallers.shared('One partner, agreed with Legal')])(
  'leaves the six nag packs nothing: %j',
  (callers) => {
    const report = nag((stack) => {
      const { documents } = build(stack, { callers });
      documents.bucket.with(...NONE);
      LoggingBucket.of(stack).bucket.with(...NONE);
    });
    expect(report.open).toEqual([]);
    expect(report.acknowledged.every(({ reason }) => reason)).toBe(true);
  },
);

test('logical ids are a contract', () => {
  const stack = new Stack(new App({ treeMetadata: false }), 'Stack');
  build(stack);
  const ids = Object.entries(Template.fromStack(stack).toJSON().Resources as Record<string, { Type: string }>)
    .filter(([id]) => id.startsWith('Uploads'))
    .map(([id, { Type }]) => `${id.replace(/[0-9A-F]{8}$/, '')} ${Type}`)
    .sort();
  expect(ids).toEqual([
    'Uploads AWS::Lambda::Function',
    'UploadsFunctionUrl AWS::Lambda::Url',
    'UploadsLog AWS::Logs::LogGroup',
    'UploadsLogKey AWS::KMS::Key',
    'UploadsPolicy AWS::IAM::ManagedPolicy',
    'UploadsRole AWS::IAM::Role',
    'UploadsSigner AWS::IAM::Role',
    'UploadsSignerPolicy AWS::IAM::ManagedPolicy',
  ]);
});

test("a key that a control gave the bucket is used as one of the bucket's own", () => {
  const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
  const bucket = new s3.Bucket(stack, 'Docs');
  const key = new kms.Key(stack, 'Key');
  bucket.with(new BucketDefaultEncryption(Encryption.kms({ key })));
  new PresignedUrls(stack, 'Uploads', { bucket, prefix: 'uploads/', operations: ALL, callers: PresignCallers.iam() });
  expect(statementsOf(Template.fromStack(stack), /SignerPolicy/)).toContainEqual(
    expect.objectContaining({
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] },
    }),
  );
});
