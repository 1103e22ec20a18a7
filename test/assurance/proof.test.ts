import { App, aws_iam as iam, aws_kms as kms, aws_s3 as s3, NestedStack, Stack } from 'aws-cdk-lib';
import { Guarantee, DeliveryGuarantees, TlsVersion, Proof, VerdictStatus } from '../../src';

const OBJECTS = { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Docs', 'Arn'] }, '/*']] };
const BUCKET = { 'Fn::GetAtt': ['Docs', 'Arn'] };
const KEY_ARN = { 'Fn::GetAtt': ['Key', 'Arn'] };
const SSE = 's3:x-amz-server-side-encryption';
const KEY_ID = `${SSE}-aws-kms-key-id`;
const ENCRYPTING = ['s3:PutObject', 's3:ReplicateObject', 's3:UpdateObjectEncryption'];
const USERS = { BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } };

const TLS = {
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: [BUCKET, OBJECTS],
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};

function deny(condition: object, action: string | string[] = ENCRYPTING): any {
  return { Effect: 'Deny', Principal: '*', Action: action, Resource: OBJECTS, Condition: condition };
}

/** A bucket as a hand-written template has it. */
function template(
  options: { statements?: any[]; encryption?: any; properties?: any; policy?: any; resources?: any } = {},
): any {
  const { statements, encryption, properties, policy, resources } = options;
  return {
    Resources: {
      Docs: {
        Type: 'AWS::S3::Bucket',
        Properties: {
          ...(encryption ? { BucketEncryption: { ServerSideEncryptionConfiguration: [encryption] } } : {}),
          ...properties,
        },
      },
      Key: { Type: 'AWS::KMS::Key', Properties: {} },
      ...(statements
        ? {
            Policy: {
              Type: 'AWS::S3::BucketPolicy',
              Properties: { Bucket: { Ref: 'Docs' }, PolicyDocument: { Version: '2012-10-17', Statement: statements } },
              ...policy,
            },
          }
        : {}),
      ...resources,
    },
  };
}

function prove(guarantee: Guarantee, options: Parameters<typeof template>[0]): () => unknown {
  return () => Proof.ofTemplate(template(options)).holds(guarantee);
}

describe('TLS', () => {
  test('a deny on the bucket and its objects is a proof', () => {
    const [verdict] = Proof.ofTemplate(template({ statements: [TLS] })).holds(Guarantee.tlsOnly());
    expect(verdict.status).toBe(VerdictStatus.PROVED);
    expect(verdict.requestClasses).toBeGreaterThan(0);
    expect(verdict.axioms).toContain('transport-known');
  });

  test.each([
    ['no policy', undefined],
    ['objects only', [{ ...TLS, Resource: OBJECTS }]],
    ['bucket only', [{ ...TLS, Resource: BUCKET }]],
    ['a slash without a star', [{ ...TLS, Resource: [BUCKET, { 'Fn::Join': ['', [BUCKET, '/']] }] }]],
    ['reading only', [{ ...TLS, Action: 's3:GetObject' }]],
    ['a misspelt key', [{ ...TLS, Condition: { Bool: { 'aws:SecureTransprt': 'false' } } }]],
    ['the wrong value', [{ ...TLS, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }]],
    [
      'two keys together',
      [
        {
          ...TLS,
          Condition: {
            Bool: { 'aws:SecureTransport': 'false' },
            StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' },
          },
        },
      ],
    ],
    ['one account only', [{ ...TLS, Principal: { AWS: '111122223333' } }]],
    ['an Allow', [{ ...TLS, Effect: 'Allow' }]],
  ])('%s is broken, with the request', (_, statements) => {
    expect(prove(Guarantee.tlsOnly(), { statements })).toThrow(
      /(VIOLATED|UNKNOWN) tls-only[^]*aws:SecureTransport = false[^]*request: \{/,
    );
  });

  test('a role excepted by NotPrincipal alone is open: AWS asks for account, role and session', () => {
    const statements = [
      { ...TLS, Principal: undefined, NotPrincipal: { AWS: 'arn:aws:iam::111122223333:role/admin' } },
    ];
    expect(prove(Guarantee.tlsOnly(), { statements })).toThrow(
      /UNKNOWN tls-only on Template\/Docs: arn:aws:iam::111122223333:role\/admin calls/,
    );
  });

  test('Null on the transport does not stand for its value', () => {
    expect(
      prove(Guarantee.tlsOnly(), { statements: [{ ...TLS, Condition: { Null: { 'aws:SecureTransport': 'true' } } }] }),
    ).toThrow(/VIOLATED/);
  });

  test('a minimum version below the one asked is broken by the version between', () => {
    const minimum = (version: string) => ({ ...TLS, Condition: { NumericLessThan: { 's3:TlsVersion': version } } });
    expect(prove(Guarantee.tlsMinimumVersion(TlsVersion.V1_2), { statements: [minimum('1.2')] })).not.toThrow();
    expect(prove(Guarantee.tlsMinimumVersion(TlsVersion.V1_3), { statements: [minimum('1.2')] })).toThrow(
      /s3:TlsVersion = 1.2/,
    );
    expect(prove(Guarantee.tlsMinimumVersion(TlsVersion.V1_3), { statements: [minimum('1.3')] })).not.toThrow();
    expect(() => Guarantee.tlsMinimumVersion('1.1' as TlsVersion)).toThrow(
      '"version" must be TlsVersion.V1_2 or TlsVersion.V1_3 (got "1.1"). S3 supports these two.',
    );
  });
});

describe('upload encryption', () => {
  const kmsDefault = {
    ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY_ARN },
    BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] },
  };
  const wrongAlgorithm = deny({ ...USERS, Null: { [SSE]: 'false' }, StringNotEquals: { [SSE]: 'aws:kms' } });
  const wrongKey = deny({ ...USERS, Null: { [KEY_ID]: 'false' }, StringNotEquals: { [KEY_ID]: KEY_ARN } });
  const noKey = deny({ ...USERS, StringEquals: { [SSE]: 'aws:kms' }, Null: { [KEY_ID]: 'true' } });
  const whole = [wrongAlgorithm, wrongKey, noKey];

  test('BUCKET_DEFAULT with a pinned key is proved, and ordinary and explicit uploads work', () => {
    const proof = Proof.ofTemplate(template({ statements: whole, encryption: kmsDefault }));
    const [verdict] = proof.holds(Guarantee.uploadEncryption());
    expect(verdict.axioms).toEqual(
      expect.arrayContaining(['kms-key-header', 'sse-values', 'sse-c-disabled', 'service-writers']),
    );
    proof.holds(Guarantee.defaultUploadAllowed());
    proof.holds(Guarantee.encryptedUploadAllowed());
    expect(() => proof.holds(Guarantee.uploadHeaderRequired())).toThrow(/VIOLATED/);
  });

  test.each([
    ['no deny of another algorithm', [wrongKey, noKey], /AES256|dsse/],
    ['no deny of another key', [wrongAlgorithm, noKey], /kms-key-id = /],
    ['no deny of a KMS header without key', [wrongAlgorithm, wrongKey], /server-side-encryption = aws:kms:/],
    [
      'PutObject alone',
      whole.map((statement) => ({ ...statement, Action: 's3:PutObject' })),
      /ReplicateObject|UpdateObjectEncryption/,
    ],
    ['IfExists instead of Null', [deny({ StringNotEqualsIfExists: { [SSE]: 'aws:kms' } }), wrongKey], /./],
  ])('%s is broken', (_, statements, request) => {
    expect(prove(Guarantee.uploadEncryption(), { statements, encryption: kmsDefault })).toThrow(request);
  });

  test('a customer key passes where neither setting nor policy stops it', () => {
    const open = { ServerSideEncryptionByDefault: kmsDefault.ServerSideEncryptionByDefault };
    expect(prove(Guarantee.uploadEncryption(), { statements: whole, encryption: open })).toThrow(
      /customer-algorithm = AES256/,
    );
    const noCustomerKey = deny({ Null: { [`${SSE}-customer-algorithm`]: 'false' } }, 's3:PutObject');
    expect(
      prove(Guarantee.uploadEncryption(), { statements: [...whole, noCustomerKey], encryption: open }),
    ).not.toThrow();
  });

  test('"deny if not aws:kms" is safe and cuts off ordinary uploads', () => {
    const naive = [deny({ StringNotEquals: { [SSE]: 'aws:kms' } }), wrongKey, noKey];
    const proof = Proof.ofTemplate(template({ statements: naive, encryption: kmsDefault }));
    proof.holds(Guarantee.uploadEncryption());
    expect(() => proof.holds(Guarantee.defaultUploadAllowed())).toThrow(
      /is refused \(bucket policy, statement 1 denies it\)/,
    );
  });

  test('EXPLICIT_HEADER refuses an absent header', () => {
    const strict = [...whole, deny({ ...USERS, Null: { [SSE]: 'true' } }, 's3:PutObject')];
    const proof = Proof.ofTemplate(template({ statements: strict, encryption: kmsDefault }));
    proof.holds(Guarantee.uploadEncryption({ explicitHeader: true }));
    proof.holds(Guarantee.uploadHeaderRequired());
    proof.holds(Guarantee.encryptedUploadAllowed());
  });

  test('DSSE: the policies often copied for KMS deny what is right', () => {
    const dsse = {
      ...kmsDefault,
      ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms:dsse', KMSMasterKeyID: KEY_ARN },
    };
    const right = whole.map((statement) =>
      JSON.parse(JSON.stringify(statement).replaceAll('"aws:kms"', '"aws:kms:dsse"')),
    );
    expect(prove(Guarantee.uploadEncryption(), { statements: right, encryption: dsse })).not.toThrow();
    expect(prove(Guarantee.encryptedUploadAllowed(), { statements: whole, encryption: dsse })).toThrow(/is refused/);
  });

  test('services write with the encryption they choose', () => {
    const actions = ['s3:PutObject', 's3:GetBucketAcl'];
    const delivery = {
      Effect: 'Allow',
      Principal: { Service: 'cloudtrail.amazonaws.com' },
      Action: actions,
      Resource: [BUCKET, OBJECTS],
    };
    expect(
      prove(DeliveryGuarantees.cloudTrailAllowed(), { statements: [...whole, delivery], encryption: kmsDefault }),
    ).not.toThrow();
    const unexempt = whole.map(({ Condition: { BoolIfExists: _exemption, ...condition }, ...rest }) => ({
      ...rest,
      Condition: condition,
    }));
    expect(
      prove(DeliveryGuarantees.cloudTrailAllowed(), { statements: [...unexempt, delivery], encryption: kmsDefault }),
    ).toThrow(/AES256/);
  });

  test('the default has to be the encryption that is enforced', () => {
    const other = { ...kmsDefault, ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } };
    expect(
      prove(Guarantee.uploadEncryption({ algorithms: ['aws:kms'] }), { statements: whole, encryption: other }),
    ).toThrow(/BucketEncryption is "AES256"/);
  });

  test('customer keys only', () => {
    const only = deny({ Null: { [`${SSE}-customer-algorithm`]: 'true' } });
    const open = {
      ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
      BlockedEncryptionTypes: { EncryptionType: ['NONE'] },
    };
    expect(prove(Guarantee.sseCOnly(), { statements: [only], encryption: open })).not.toThrow();
    expect(prove(Guarantee.sseCOnly(), { statements: [only], encryption: kmsDefault })).toThrow(
      /BlockedEncryptionTypes is \["SSE-C"\]/,
    );
    expect(prove(Guarantee.sseCOnly(), { encryption: open })).toThrow(/PutObject/);
    expect(prove(Guarantee.noSseCUploads(), { encryption: kmsDefault })).not.toThrow();
    expect(prove(Guarantee.noSseCUploads(), { encryption: open })).toThrow(/customer-algorithm = AES256/);
  });
});

describe('log delivery', () => {
  const delivery = (condition: object | undefined): any => ({
    Effect: 'Allow',
    Principal: { Service: 'logging.s3.amazonaws.com' },
    Action: 's3:PutObject',
    Resource: OBJECTS,
    ...(condition ? { Condition: condition } : {}),
  });
  const own = {
    StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
    ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::*' },
  };

  test('bounded to the account it is safe and works', () => {
    const proof = Proof.ofTemplate(template({ statements: [TLS, delivery(own)] }));
    proof.holds(DeliveryGuarantees.accessLogsOnlyFromAccount());
    proof.holds(DeliveryGuarantees.accessLogsAllowed());
  });

  test.each([
    ['no condition', undefined],
    ['the name of the source alone', { ArnLike: own.ArnLike }],
    ['another account', { StringEquals: { 'aws:SourceAccount': '111122223333' } }],
    ['IfExists, which an absent key passes', { StringEqualsIfExists: own.StringEquals }],
  ])('%s lets others write', (_, condition) => {
    expect(prove(DeliveryGuarantees.accessLogsOnlyFromAccount(), { statements: [delivery(condition)] })).toThrow(
      /logging.s3.amazonaws.com calls/,
    );
  });

  test('the buckets that name it are its sources', () => {
    const logging = { DestinationBucketName: { Ref: 'Docs' }, LogFilePrefix: 'src/' };
    const source = {
      Src: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'src-bucket', LoggingConfiguration: logging } },
    };
    const only = (arn: string) => delivery({ ...own, ArnLike: { 'aws:SourceArn': arn } });
    const ask = { subject: 'Docs' };
    Proof.ofTemplate(template({ statements: [only('arn:aws:s3:::src-bucket')], resources: source })).holds(
      DeliveryGuarantees.accessLogsAllowed(),
      ask,
    );
    expect(() =>
      Proof.ofTemplate(template({ statements: [only('arn:aws:s3:::other')], resources: source })).holds(
        DeliveryGuarantees.accessLogsAllowed(),
        ask,
      ),
    ).toThrow(/src-bucket: is refused/);
  });

  test('an encryption deny without exemption cuts it off', () => {
    const naive = deny({ StringNotEquals: { [SSE]: 'AES256' } }, 's3:PutObject');
    expect(prove(DeliveryGuarantees.accessLogsAllowed(), { statements: [delivery(own), naive] })).toThrow(
      /statement 2 denies it/,
    );
  });
});

describe('who', () => {
  const everyone = {
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: { 'Fn::Join': ['', [BUCKET, '/public/*']] },
  };
  const all = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
  const blocked = { PublicAccessBlockConfiguration: all };
  const enforced = { OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } };

  test('Block Public Access cuts a public policy down to the account', () => {
    expect(
      prove(Guarantee.publicAccessBlocked(), { statements: [everyone], properties: { ...blocked, ...enforced } }),
    ).not.toThrow();
    expect(prove(Guarantee.publicAccessBlocked(), { statements: [everyone], properties: enforced })).toThrow(
      /An anonymous caller calls s3:GetObject/,
    );
    expect(
      prove(Guarantee.onlyAccounts(), { statements: [everyone], properties: { ...blocked, ...enforced } }),
    ).not.toThrow();
    expect(prove(Guarantee.onlyAccounts(), { statements: [everyone], properties: enforced })).toThrow(/VIOLATED/);
  });

  test('public read is bounded to its prefix, and works', () => {
    const proof = Proof.ofTemplate(template({ statements: [everyone, TLS], properties: enforced }));
    proof.holds(Guarantee.publicReadOnlyUnder({ prefixes: ['public/'] }));
    proof.holds(Guarantee.publicReadAllowed('public/'));
    expect(() => proof.holds(Guarantee.publicReadOnlyUnder({ prefixes: ['public/img/'] }))).toThrow(
      /An anonymous caller calls s3:GetObject on [^ ]*\/public\//,
    );
    expect(() => proof.holds(Guarantee.publicReadAllowed('other/'))).toThrow(/is refused/);
    expect(() => Guarantee.publicReadOnlyUnder({ prefixes: ['public'] })).toThrow(/"prefix" is "public"/);
  });

  test('other accounts and organizations', () => {
    const grant = (principal: any, condition: any = {}) => ({
      Effect: 'Allow',
      Principal: principal,
      Action: 's3:GetObject',
      Resource: OBJECTS,
      Condition: condition,
    });
    const inOrganization = grant('*', { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } });
    expect(
      prove(Guarantee.onlyOrganization('o-a1b2c3d4e5'), { statements: [inOrganization], properties: enforced }),
    ).not.toThrow();
    expect(
      prove(Guarantee.onlyOrganization('o-ffffffffff'), { statements: [inOrganization], properties: enforced }),
    ).toThrow(/aws:PrincipalOrgID = o-a1b2c3d4e5/);
    expect(prove(Guarantee.onlyAccounts(), { statements: [inOrganization], properties: enforced })).toThrow(/VIOLATED/);
    const partner = grant({ AWS: 'arn:aws:iam::111122223333:role/partner' });
    expect(
      prove(Guarantee.onlyAccounts({ accounts: ['111122223333'] }), { statements: [partner], properties: enforced }),
    ).not.toThrow();
    expect(prove(Guarantee.onlyAccounts(), { statements: [partner], properties: enforced })).toThrow(
      /role\/partner calls s3:GetObject/,
    );
  });

  test('while ACLs are in force nobody can know', () => {
    const inForce = { OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] } };
    const [verdict] = Proof.ofTemplate(template({ properties: inForce })).verdicts(Guarantee.onlyAccounts());
    expect(verdict.status).toBe(VerdictStatus.UNKNOWN);
    expect(verdict.reason).toMatch('ACLs are in force');
  });
});

describe('what the template leaves open', () => {
  test('a parameter is unknown, whatever its default', () => {
    const open = template({
      statements: [{ ...TLS, Condition: { Bool: { 'aws:SecureTransport': { Ref: 'Flag' } } } }],
    });
    open.Parameters = { Flag: { Type: 'String', Default: 'false' } };
    const [verdict] = Proof.ofTemplate(open).verdicts(Guarantee.tlsOnly());
    expect(verdict.status).toBe(VerdictStatus.UNKNOWN);
    expect(verdict.reason).toMatch(/<parameter Flag>/);
    expect(() => Proof.ofTemplate(open).holds(Guarantee.tlsOnly())).toThrow(/UNKNOWN tls-only/);
  });

  test('a policy under an open condition does not help where the condition is false', () => {
    const open = template({ statements: [TLS], policy: { Condition: 'IsProd' } });
    open.Parameters = { Stage: { Type: 'String' } };
    open.Conditions = { IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } };
    expect(Proof.ofTemplate(open).verdicts(Guarantee.tlsOnly())[0]).toMatchObject({
      status: VerdictStatus.VIOLATED,
      reason: expect.stringMatching(/^when IsProd is false: .*aws:SecureTransport = false: is allowed/),
    });
  });

  test('a policy that is not there under a closed condition does not count', () => {
    const closed = template({ statements: [TLS], policy: { Condition: 'Never' } });
    closed.Conditions = { Never: { 'Fn::Equals': ['a', 'b'] } };
    expect(Proof.ofTemplate(closed).verdicts(Guarantee.tlsOnly())[0].status).toBe(VerdictStatus.VIOLATED);
  });

  test('two policies on one bucket overwrite each other', () => {
    const second = {
      Second: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: { Bucket: { Ref: 'Docs' }, PolicyDocument: { Version: '2012-10-17', Statement: [] } },
      },
    };
    expect(prove(Guarantee.tlsOnly(), { statements: [TLS], resources: second })).toThrow(
      /AWS keeps one policy for each resource, and Template\/Policy and Template\/Second/,
    );
  });

  test('no bucket, no proof', () => {
    expect(() => Proof.ofTemplate({ Resources: {} }).holds(Guarantee.tlsOnly())).toThrow(
      '"tls-only" has no AWS::S3::Bucket to speak of',
    );
  });
});

describe('CDK apps', () => {
  test('a plain bucket is reported with a readable counterexample', () => {
    const stack = new Stack(new App(), 'Stack');
    new s3.Bucket(stack, 'Plain');
    expect(() => Proof.ofStack(stack).holds(Guarantee.tlsOnly())).toThrow(
      /VIOLATED tls-only on Stack\/Plain: arn:aws:iam::\{AccountId\}:role\/x calls s3:GetObject on arn:aws:s3:::\{Stack.Plain[0-9A-F]{8}\}\/x, with aws:SecureTransport = false: is allowed/,
    );
  });

  test('references between stacks and into nested stacks are followed', () => {
    const app = new App();
    const keys = new Stack(app, 'Keys', { env: { account: '111122223333', region: 'eu-west-1' } });
    const key = new kms.Key(keys, 'Key');
    const data = new Stack(app, 'Data', { env: { account: '111122223333', region: 'eu-west-1' } });
    const nested = new NestedStack(data, 'Nested');
    const bucket = new s3.Bucket(nested, 'Docs', { encryptionKey: key, enforceSSL: true });
    bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        effect: iam.Effect.DENY,
        principals: [new iam.AnyPrincipal()],
        actions: ['s3:PutObject'],
        resources: [bucket.arnForObjects('*')],
        conditions: { StringNotEquals: { [KEY_ID]: key.keyArn } },
      }),
    );
    new s3.Bucket(data, 'Other');
    const proof = Proof.ofStack(nested);
    expect(proof.holds(Guarantee.tlsOnly()).map(({ subject }) => subject)).toEqual([expect.stringMatching(/Docs/)]);
    expect(proof.verdicts(Guarantee.defaultEncryption('aws:kms'))[0].status).toBe(VerdictStatus.PROVED);
    proof.allows({
      action: 's3:PutObject',
      context: { [SSE]: 'aws:kms', [KEY_ID]: 'arn:aws:kms:eu-west-1:111122223333:key/{Keys.Key961B73FD}' },
    });
    proof.denies({
      action: 's3:PutObject',
      context: { [SSE]: 'aws:kms', [KEY_ID]: 'arn:aws:kms:eu-west-1:111122223333:key/other' },
    });
    expect(() => Proof.ofApp(app).holds(Guarantee.tlsOnly())).toThrow(/Data\/Other/);
  });

  test('concrete requests', () => {
    const properties = { OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } };
    const proof = Proof.ofTemplate(template({ statements: [TLS], properties }));
    proof.allows({ action: 's3:GetObject' });
    proof.allows({ action: 's3:GetObject', resource: 'Docs/a/b.txt' });
    proof.denies({ action: 's3:GetObject', context: { 'aws:SecureTransport': 'false' } });
    proof.denies({ action: 's3:GetObject', identityAllows: false });
    proof.denies({ action: 's3:GetObject', principal: 'arn:aws:iam::111122223333:role/other' });
    expect(() => proof.allows({ action: 's3:ListBucket', context: { 'aws:SecureTransport': 'false' } })).toThrow(
      /statement 1 denies it/,
    );
    expect(() => proof.denies({ action: 's3:ListBucket' })).toThrow(/Allowed: /);
    expect(() => proof.allows({ action: 's3:ListBucket', resource: 'Nope' })).toThrow(
      '"resource" is "Nope"; no bucket of the templates has this logical id, construct path or name. The nearest: ',
    );
    expect(() => proof.allows({ action: 's3:ListBucket', principal: 'me' })).toThrow(/"principal" is "me"/);
  });
});
