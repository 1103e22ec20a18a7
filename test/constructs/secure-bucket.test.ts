import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import {
  AccessLogs,
  BucketTlsMinimumVersion,
  CorsPolicy,
  Encryption,
  Guarantee,
  HttpMethod,
  Lifecycle,
  LoggingBucket,
  Proof,
  SecureBucket,
  TlsVersion,
  UploadEncryption,
} from '../../src';
import { ACCOUNT, newStack, only, REGION, snapshotOf, templateOf } from '../support/app';
import { nag, unexplained } from '../support/nag';

describe('with no properties', () => {
  const alone = newStack();
  new SecureBucket(alone, 'Documents');
  const template = Template.fromStack(alone);

  test('is encrypted with a rotated key of its own and a bucket key', () => {
    template.hasResourceProperties('AWS::KMS::Key', {
      EnableKeyRotation: true,
      Description: 'Encrypts the objects of Stack/Documents',
    });
    template.hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            BucketKeyEnabled: true,
            ServerSideEncryptionByDefault: {
              SSEAlgorithm: 'aws:kms',
              KMSMasterKeyID: { 'Fn::GetAtt': [Match.stringLikeRegexp('^DocumentsKey'), 'Arn'] },
            },
          },
        ],
      },
    });
  });

  test('is private, versioned, without ACLs, logged to the bucket of the stack', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      VersioningConfiguration: { Status: 'Enabled' },
      LoggingConfiguration: {
        DestinationBucketName: { Ref: Match.stringLikeRegexp('^StrongboxAccessLogs') },
        TargetObjectKeyFormat: { PartitionedPrefix: { PartitionDateSource: 'EventTime' } },
      },
    });
  });

  test('denies HTTP, old TLS, and uploads under another algorithm or key', () => {
    const { PolicyDocument } = Object.values(
      template.findResources('AWS::S3::BucketPolicy', {
        Properties: { Bucket: { Ref: Match.stringLikeRegexp('^Documents') } },
      }),
    )[0].Properties;
    expect(PolicyDocument.Statement.map(({ Effect, Sid }: any) => `${Effect} ${Sid}`)).toEqual([
      'Deny StrongboxTlsOnly',
      'Deny StrongboxTlsMinimumVersion',
      'Deny StrongboxSseCBlocked',
      'Deny StrongboxUploadAlgorithm',
      'Deny StrongboxUploadKey',
      'Deny StrongboxUploadKeyNamed',
    ]);
  });

  test('is proved, and its legitimate requests too', () => {
    const proof = Proof.ofStack(alone);
    const about = { subject: 'Stack/Documents/Resource' };
    for (const guarantee of [
      Guarantee.tlsOnly(),
      Guarantee.tlsMinimumVersion(TlsVersion.V1_2),
      Guarantee.publicAccessBlocked(),
      Guarantee.aclsDisabled(),
      Guarantee.defaultEncryption('aws:kms'),
      Guarantee.uploadEncryption(),
      Guarantee.noSseCUploads(),
      Guarantee.policyRetained(),
      Guarantee.defaultUploadAllowed(),
      Guarantee.encryptedUploadAllowed(),
    ]) {
      proof.holds(guarantee, about);
    }
    proof.holds(Guarantee.onlyAccounts(), about);
  });

  test('keeps bucket, policy and key', () => {
    for (const type of ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy', 'AWS::KMS::Key']) {
      template.allResources(type, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    }
  });

  test('keeps its template and its logical ids', () => expect(snapshotOf(template)).toMatchSnapshot());

  test('leaves the six nag packs nothing but the decisions of the owner', () => {
    const report = nag((stack) => new SecureBucket(stack, 'Documents'));
    expect(unexplained(report)).toEqual([]);
    // The owner's decisions stay in the report until the app states them.
    expect(report.open.map(({ rule }) => rule)).toContain('NIST.800.53.R4-S3BucketDefaultLockEnabled');
    for (const { path, reason } of report.acknowledged) {
      expect(path).toMatch(/^Stack\/StrongboxAccessLogs\//);
      expect(reason).not.toBe('');
    }
  });
});

test('takes the name, the encryption, the logs and the removal policy of its user', () => {
  const template = templateOf(
    (stack) =>
      new SecureBucket(stack, 'Scratch', {
        bucketName: 'acme-scratch',
        encryption: Encryption.s3Managed(),
        accessLogs: AccessLogs.none('Scratch data of the build, lost every night anyway'),
        removalPolicy: RemovalPolicy.DESTROY,
      }),
  );
  const bucket = only(template, 'AWS::S3::Bucket');
  expect(bucket.Properties).toMatchObject({ BucketName: 'acme-scratch' });
  expect(bucket.Properties.LoggingConfiguration).toBeUndefined();
  expect(bucket.DeletionPolicy).toBe('Delete');
  expect(only(template, 'AWS::S3::BucketPolicy').DeletionPolicy).toBeUndefined();
  template.resourceCountIs('AWS::KMS::Key', 0);
});

test.each([
  ['SSE-KMS', Encryption.kms(), 'aws:kms'],
  ['DSSE-KMS', Encryption.dualLayerKms(), 'aws:kms:dsse'],
])('makes a rotated key for %s and tells the L2 about it', (_, encryption, algorithm) => {
  const stack = newStack();
  const secure = new SecureBucket(stack, 'Documents', { encryption });
  expect(secure.key).toBeInstanceOf(kms.Key);
  expect(secure.bucket.encryptionKey).toBe(secure.key);
  Template.fromStack(stack).hasResourceProperties('AWS::S3::Bucket', {
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: algorithm } }],
    },
  });
  Template.fromStack(stack).hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
});

test('takes CORS, lifecycle and upload encryption of its user', () => {
  const stack = newStack();
  new SecureBucket(stack, 'Assets', {
    encryption: Encryption.s3Managed(),
    uploadEncryption: UploadEncryption.explicitHeader(),
    cors: CorsPolicy.forOrigins('https://www.example.com').allow(HttpMethod.GET),
    lifecycle: Lifecycle.keepEverything().expireNoncurrentVersionsAfter(Duration.days(30)),
  });
  Template.fromStack(stack).hasResourceProperties('AWS::S3::Bucket', {
    CorsConfiguration: { CorsRules: [Match.objectLike({ AllowedOrigins: ['https://www.example.com'] })] },
    LifecycleConfiguration: {
      Rules: [Match.objectLike({ Id: 'AbortIncompleteUploads' }), Match.objectLike({ Id: 'ExpireNoncurrentVersions' })],
    },
  });
  Proof.ofStack(stack).holds(Guarantee.uploadHeaderRequired(), { subject: 'Stack/Assets/Resource' });
});

test('with SSE-C every upload brings its key, by default', () => {
  const stack = newStack();
  new SecureBucket(stack, 'Vault', { encryption: Encryption.customerProvided() });
  Proof.ofStack(stack).holds(Guarantee.sseCOnly(), { subject: 'Stack/Vault/Resource' });
});

test.each([
  ['customerKey() without SSE-C', Encryption.kms(), UploadEncryption.customerKey(), 'customer-key'],
  ['bucketDefault() with SSE-C', Encryption.customerProvided(), UploadEncryption.bucketDefault(), 'bucket-default'],
])('refuses %s', (_, encryption, uploadEncryption, mode) => {
  expect(() => new SecureBucket(newStack(), 'Vault', { encryption, uploadEncryption })).toThrow(
    'Stack/Vault: "uploadEncryption" must be customerKey() together with Encryption.customerProvided(), ' +
      `and neither without the other (got "${mode}")`,
  );
});

test.each(['Bad_Name', 'ab', 'xn--punycode', 'sthree-data', 'data-s3alias', 'data--ol-s3'])(
  'refuses the name "%s"',
  (bucketName) => {
    expect(() => new SecureBucket(newStack(), 'Documents', { bucketName })).toThrow(
      /[Bb]ucket name|"bucketName" must be/,
    );
  },
);

test('warns of dots in the name, which TLS cannot serve', () => {
  const stack = newStack();
  new SecureBucket(stack, 'Documents', { bucketName: 'documents.example.com' });
  Annotations.fromStack(stack).hasWarning('/Stack/Documents', Match.stringLikeRegexp('@strongbox/bucket-name-dots'));
});

test('refuses a policy past the limit of S3', () => {
  const stack = newStack();
  const secure = new SecureBucket(stack, 'Documents');
  for (let i = 0; i < 200; i++) {
    secure.grantRead(new iam.ArnPrincipal(`arn:aws:iam::${String(i).padStart(12, '4')}:role/reader`));
  }
  expect(() => Template.fromStack(stack)).toThrow(
    /"policyDocument" must be a bucket policy of at most 20480 bytes \(got "\d+ characters"\)/,
  );
});

test.each(['aws', 'aws-cn', 'aws-us-gov'])('is proved in the partition %s', (partition) => {
  const region = { aws: 'eu-central-1', 'aws-cn': 'cn-north-1', 'aws-us-gov': 'us-gov-west-1' }[partition]!;
  const stack = newStack({ env: { account: ACCOUNT, region } });
  const secure = new SecureBucket(stack, 'Documents');
  secure.grantRead(new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }));
  const text = JSON.stringify(Template.fromStack(stack).toJSON());
  expect(text).not.toContain('arn:aws:');
  // KMS names the calling service alike in every partition.
  expect(text).toContain(`"kms:ViaService":"s3.${region}.amazonaws.com"`);
  Proof.ofStack(stack).holds(Guarantee.tlsOnly());
});

describe('under feature flags', () => {
  const flags = JSON.parse(
    readFileSync(require.resolve('aws-cdk-lib/recommended-feature-flags.json'), 'utf8'),
  ) as Record<string, unknown>;
  const build = (context: Record<string, unknown>) => {
    const app = new App({ context, treeMetadata: false });
    const stack = new Stack(app, 'Stack');
    new SecureBucket(stack, 'Documents', {
      cors: CorsPolicy.forOrigins('https://www.example.com').allow(HttpMethod.GET),
    });
    return stack;
  };

  test('those of cdk init change nothing about the buckets', () => {
    const buckets = (context: Record<string, unknown>) => {
      const template = Template.fromStack(build(context));
      return [template.findResources('AWS::S3::Bucket'), template.findResources('AWS::S3::BucketPolicy')];
    };
    expect(buckets(flags)).toEqual(buckets({}));
  });

  test('CDK finds nothing to say under its default rules', () => {
    const outdir = mkdtempSync(join(tmpdir(), 'strongbox-rules-'));
    const app = new App({ outdir, context: { ...flags, '@aws-cdk/core:validateAgainstDefaultRules': true } });
    new SecureBucket(new Stack(app, 'Stack'), 'Documents');
    const before = process.env.CDK_VALIDATION;
    delete process.env.CDK_VALIDATION;
    try {
      app.synth();
    } finally {
      process.env.CDK_VALIDATION = before;
    }
    const report = join(outdir, 'validation-report.json');
    const findings = existsSync(report)
      ? JSON.parse(readFileSync(report, 'utf8')).pluginReports.flatMap(({ violations }: any) =>
          violations.map(({ ruleName }: any) => ruleName),
        )
      : [];
    rmSync(outdir, { recursive: true, force: true });
    expect(findings).toEqual([]);
  });
});

test('uses the key it is given, from another stack too', () => {
  const app = new App();
  const key = new kms.Key(new Stack(app, 'Keys'), 'Shared', { enableKeyRotation: true });
  const secure = new SecureBucket(new Stack(app, 'Data'), 'Documents', { encryption: Encryption.kms({ key }) });
  expect(secure.key).toBe(key);
  expect(() => app.synth()).not.toThrow();
});

test('is a bucket to whatever takes one', () => {
  const stack = newStack();
  const secure = new SecureBucket(stack, 'Documents');
  const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
  s3.BucketGrants.fromBucket(secure).read(role);
  secure.with(new BucketTlsMinimumVersion(TlsVersion.V1_3));
  new CfnOutput(stack, 'Arn', { value: secure.bucketRef.bucketArn });
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: Match.arrayWith([Match.objectLike({ Action: ['s3:GetObject*', 's3:GetBucket*', 's3:List*'] })]),
    },
  });
  template.hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([Match.objectLike({ Condition: { NumericLessThan: { 's3:TlsVersion': '1.3' } } })]),
    },
  });
  expect(secure.env.account).toBe(stack.account);
});

describe('grants', () => {
  /** The statements that a grant adds, by the place they go to. */
  function granted(grant: (secure: SecureBucket, role: iam.IRole) => iam.Grant, roleAccount?: string) {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env: { account: ACCOUNT, region: REGION } });
    const secure = new SecureBucket(stack, 'Documents', { bucketName: 'acme-documents' });
    const role = roleAccount
      ? iam.Role.fromRoleArn(stack, 'Role', `arn:aws:iam::${roleAccount}:role/reader`)
      : new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    grant(secure, role).assertSuccess();
    const template = Template.fromStack(stack);
    const statements = (type: string, document: string) =>
      Object.values(template.findResources(type)).flatMap(({ Properties }) => Properties[document].Statement) as any[];
    return {
      identity: statements('AWS::IAM::Policy', 'PolicyDocument'),
      bucket: statements('AWS::S3::BucketPolicy', 'PolicyDocument').filter(({ Principal }) =>
        JSON.stringify(Principal).includes('role/reader'),
      ),
      key: statements('AWS::KMS::Key', 'KeyPolicy').filter(({ Principal }) =>
        JSON.stringify(Principal).includes('role/reader'),
      ),
    };
  }
  const bucketArn = { 'Fn::GetAtt': [expect.stringMatching(/^Documents/), 'Arn'] };
  const objects = (pattern: string) => ({ 'Fn::Join': ['', [bucketArn, `/${pattern}`]] });

  test('read is bounded to the prefix, for listing too, and to the key through S3 for this bucket', () => {
    const { identity, bucket, key } = granted((secure, role) => secure.grantRead(role, { prefixes: ['reports/'] }));
    expect(identity).toEqual([
      {
        Effect: 'Allow',
        Action: [
          's3:GetObject',
          's3:GetObjectVersion',
          's3:GetObjectAttributes',
          's3:GetObjectVersionAttributes',
          's3:GetObjectTagging',
        ],
        Resource: objects('reports/*'),
      },
      { Effect: 'Allow', Action: 's3:GetBucketLocation', Resource: bucketArn },
      {
        Effect: 'Allow',
        Action: 's3:ListBucket',
        Resource: bucketArn,
        Condition: { StringLike: { 's3:prefix': ['reports/*'] } },
      },
      {
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/^DocumentsKey/), 'Arn'] },
        Condition: {
          StringEquals: { 'kms:ViaService': 's3.eu-central-1.amazonaws.com' },
          ArnLike: { 'kms:EncryptionContext:aws:s3:arn': [bucketArn, objects('*')] },
        },
      },
    ]);
    expect(bucket).toEqual([]);
    expect(key).toEqual([]);
  });

  test('read of another account is bounded in the bucket policy and in the key policy as well', () => {
    const { bucket, key } = granted(
      (secure, role) => secure.grantRead(role, { prefixes: ['reports/'] }),
      '444455556666',
    );
    const Principal = { AWS: 'arn:aws:iam::444455556666:role/reader' };
    expect(bucket).toEqual([
      expect.objectContaining({ Effect: 'Allow', Principal, Resource: objects('reports/*') }),
      expect.objectContaining({ Effect: 'Allow', Principal, Action: 's3:GetBucketLocation' }),
      {
        Effect: 'Allow',
        Principal,
        Action: 's3:ListBucket',
        Resource: bucketArn,
        Condition: { StringLike: { 's3:prefix': ['reports/*'] } },
      },
    ]);
    expect(key).toEqual([
      {
        Effect: 'Allow',
        Principal,
        Action: 'kms:Decrypt',
        Resource: '*',
        Condition: { StringEquals: { 'kms:ViaService': 's3.eu-central-1.amazonaws.com' } },
      },
    ]);
  });

  test('write can neither read nor delete', () => {
    const { identity } = granted((secure, role) => secure.grantWrite(role));
    const actions = identity.flatMap(({ Action }) => Action);
    expect(actions).toEqual([
      's3:PutObject',
      's3:PutObjectTagging',
      's3:AbortMultipartUpload',
      's3:ListMultipartUploadParts',
      's3:PutObjectAcl',
      's3:GetBucketLocation',
      'kms:GenerateDataKey',
      'kms:Decrypt',
    ]);
  });

  test('write lets an upload name bucket-owner-full-control, the one ACL that S3 takes where ACLs are disabled', () => {
    const { identity } = granted((secure, role) => secure.grantWrite(role));
    expect(identity.find(({ Action }) => Action === 's3:PutObjectAcl')).toMatchObject({
      Effect: 'Allow',
      Condition: { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } },
    });
  });

  test('nobody is granted to everybody, which S3 refuses under Block Public Access', () => {
    for (const everybody of [new iam.AnyPrincipal(), new iam.StarPrincipal()]) {
      expect(() => new SecureBucket(newStack(), 'Documents').grantRead(everybody)).toThrow(
        /"grantee" must be .*\(got "everybody \(AnyPrincipal\)"\)\. Apply BucketPublicRead/,
      );
    }
    expect(() =>
      new SecureBucket(newStack(), 'Documents').grantRead(new iam.OrganizationPrincipal('o-a1b2c3d4e5')),
    ).not.toThrow();
  });

  test('delete leaves the versions', () => {
    const { identity } = granted((secure, role) => secure.grantDelete(role, { prefixes: ['drafts/'] }));
    expect(identity).toEqual([{ Effect: 'Allow', Action: 's3:DeleteObject', Resource: objects('drafts/*') }]);
  });

  test('read and write together', () => {
    const actions = granted((secure, role) => secure.grantReadWrite(role)).identity.flatMap(({ Action }) => Action);
    for (const action of ['s3:GetObject', 's3:PutObject', 's3:ListBucket', 'kms:Decrypt', 'kms:GenerateDataKey']) {
      expect(actions).toContain(action);
    }
    expect(actions.filter((action) => action.startsWith('s3:Delete'))).toEqual([]);
  });

  test('warn where the key belongs to somebody else', () => {
    const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
    const key = kms.Key.fromKeyArn(stack, 'Theirs', `arn:aws:kms:${REGION}:${ACCOUNT}:key/1`);
    new SecureBucket(stack, 'Documents', { encryption: Encryption.kms({ key }) }).grantRead(
      new iam.AccountPrincipal('444455556666'),
    );
    Annotations.fromStack(stack).hasWarning(
      '/Stack/Documents/Resource',
      Match.stringLikeRegexp('@strongbox/key-policy-not-extended'),
    );
  });

  test.each([
    ['finance', 'finance/'],
    ['/finance/', 'finance/'],
    ['fin*/', 'fin/'],
  ])('refuse the prefix "%s" and name "%s"', (prefix, better) => {
    const secure = new SecureBucket(newStack(), 'Documents');
    expect(() => secure.grantRead(new iam.AccountPrincipal(ACCOUNT), { prefixes: [prefix] })).toThrow(
      `(got "${prefix}"`,
    );
    expect(() => secure.grantRead(new iam.AccountPrincipal(ACCOUNT), { prefixes: [prefix] })).toThrow(
      `Write "${better}"`,
    );
  });

  test('refuse an empty list of prefixes, which would mean the whole bucket', () => {
    expect(() =>
      new SecureBucket(newStack(), 'Documents').grantRead(new iam.AccountPrincipal(ACCOUNT), { prefixes: [] }),
    ).toThrow('"prefixes" must be at least one prefix');
  });
});

describe('the KMS request quota', () => {
  const warned = (encryption: Encryption, region?: string) => {
    const stack = newStack(region ? { env: { account: ACCOUNT, region } } : {});
    new SecureBucket(stack, 'Documents', { encryption });
    return Annotations.fromStack(stack)
      .findWarning('*', Match.stringLikeRegexp('@strongbox/kms-request-quota'))
      .map(({ entry }) => String(entry.data));
  };

  test.each<[string, string | undefined, number, string]>([
    ['a Region of its own quota', 'us-east-1', 100_001, 'in us-east-1 is 100000'],
    ['a middling Region', 'eu-central-1', 20_001, 'in eu-central-1 is 20000'],
    ['any other Region', 'eu-north-1', 10_001, 'in eu-north-1 is 10000'],
    ['an unknown Region', undefined, 10_001, 'in most Regions is 10000'],
  ])('is warned of in %s', (_, region, expectedRequestsPerSecond, words) => {
    const options = { expectedRequestsPerSecond, bucketKey: false };
    expect(warned(Encryption.kms(options), region)).toEqual([expect.stringContaining(words)]);
    expect(
      warned(Encryption.kms({ ...options, expectedRequestsPerSecond: expectedRequestsPerSecond - 1 }), region),
    ).toEqual([]);
    expect(warned(Encryption.kms({ expectedRequestsPerSecond }), region)).toEqual([]);
    expect(warned(Encryption.dualLayerKms({ expectedRequestsPerSecond }), region)).toEqual([
      expect.stringContaining('if two layers are not required'),
    ]);
  });
});

test('two policies on one bucket are an error that names both', () => {
  const stack = newStack();
  const secure = new SecureBucket(stack, 'Documents');
  new s3.BucketPolicy(stack, 'Second', { bucket: secure.bucket });
  expect(() => Template.fromStack(stack)).toThrow(
    'Stack/Documents/Resource/Resource: a bucket must have one "AWS::S3::BucketPolicy"' +
      ' (got 2: Stack/Documents/Resource/Policy/Resource and Stack/Second/Resource)',
  );
});

test('the logging bucket is shared by the buckets of a stack', () => {
  const stack = newStack();
  new SecureBucket(stack, 'One');
  new SecureBucket(stack, 'Two');
  expect(LoggingBucket.of(stack)).toBe(LoggingBucket.of(stack.node.findChild('One')));
  Template.fromStack(stack).resourceCountIs('AWS::S3::Bucket', 3);
});
