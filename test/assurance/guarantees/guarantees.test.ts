import { App, aws_iam as iam, aws_s3 as s3, Stack } from 'aws-cdk-lib';
import { Guarantee, ArchiveGuarantees, DeliveryGuarantees, Proof, VerdictStatus } from '../../../src';

const ARN = 'arn:aws:s3:::docs-bucket';
const ACCOUNT = '111122223333';
const OFFICER = `arn:aws:iam::${ACCOUNT}:role/officer`;
const MODE = 's3:object-lock-mode';
const DAYS = 's3:object-lock-remaining-retention-days';
const DATA = [
  's3:*Object*',
  's3:ListBucket*',
  's3:ListMultipartUploadParts',
  's3:AbortMultipartUpload',
  's3:BypassGovernanceRetention',
  's3:InitiateReplication',
  's3:ReplicateDelete',
  's3:ReplicateTags',
];
const PROTECTS = [
  's3:PutBucketVersioning',
  's3:PutBucketObjectLockConfiguration',
  's3:PutLifecycleConfiguration',
  's3:PutEncryptionConfiguration',
  's3:DeleteBucket',
];
const RETAINING = ['s3:PutObject', 's3:PutObjectRetention', 's3:ReplicateObject'];
const PRESIGNED = ['REST-QUERY-STRING', 'POST'];

const deny = (Action: any, Condition?: any, Resource: any = [ARN, `${ARN}/*`]) => ({
  Effect: 'Deny',
  Principal: '*',
  Action,
  Resource,
  ...(Condition ? { Condition } : {}),
});
const allow = (Principal: any, Action: any, Condition?: any, Resource: any = `${ARN}/*`) => ({
  Effect: 'Allow',
  Principal,
  Action,
  Resource,
  ...(Condition ? { Condition } : {}),
});
const butOfficer = (action: any, operator = 'ArnNotEquals') =>
  deny(action, { [operator]: { 'aws:PrincipalArn': OFFICER } });

function template(statements: any[], properties: any = {}, more: any = {}): any {
  const policy = {
    Type: 'AWS::S3::BucketPolicy',
    Properties: { Bucket: 'docs-bucket', PolicyDocument: { Version: '2012-10-17', Statement: statements } },
  };
  return {
    Resources: {
      Docs: {
        Type: 'AWS::S3::Bucket',
        Properties: {
          BucketName: 'docs-bucket',
          OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
          VersioningConfiguration: { Status: 'Enabled' },
          ...properties,
        },
      },
      ...(statements.length > 0 ? { Policy: policy } : {}),
      ...more,
    },
  };
}

const prove = (guarantee: Guarantee, statements: any[], properties?: any, more?: any) => () =>
  Proof.ofTemplate(template(statements, properties, more), { account: ACCOUNT }).holds(guarantee);

describe.each<[string, Guarantee, any[], Record<string, any[]>]>([
  [
    'bypass',
    ArchiveGuarantees.governanceBypassOnlyBy({ principals: [OFFICER] }),
    [butOfficer('s3:BypassGovernanceRetention')],
    {
      'no statement': [],
      'another action': [butOfficer('s3:PutObjectRetention')],
      'the operator turned around': [butOfficer('s3:BypassGovernanceRetention', 'ArnEquals')],
      'a wider pattern': [
        deny('s3:BypassGovernanceRetention', { ArnNotLike: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/o*` } }),
      ],
      'the bucket without its objects': [
        deny('s3:BypassGovernanceRetention', { ArnNotEquals: { 'aws:PrincipalArn': OFFICER } }, ARN),
      ],
    },
  ],
  [
    'legal hold',
    ArchiveGuarantees.legalHoldChangedOnlyBy({ principals: [OFFICER] }),
    [butOfficer('s3:PutObjectLegalHold')],
    { 'no statement': [] },
  ],
  [
    'delete',
    ArchiveGuarantees.deleteOnlyBy(),
    [deny(['s3:DeleteObject*', 's3:ReplicateDelete'])],
    {
      'replicated markers forgotten': [deny('s3:DeleteObject*')],
      'versions alone': [deny('s3:DeleteObjectVersion')],
      'markers alone': [deny('s3:DeleteObject')],
    },
  ],
  [
    'protection',
    ArchiveGuarantees.protectionChangedOnlyBy({ principals: [OFFICER] }),
    [butOfficer(PROTECTS)],
    Object.fromEntries(
      PROTECTS.map((action) => [`${action} forgotten`, [butOfficer(PROTECTS.filter((other) => other !== action))]]),
    ),
  ],
  [
    'policy',
    Guarantee.policyChangedOnlyBy({ principals: [OFFICER] }),
    [butOfficer(['s3:*BucketPolicy', 's3:PutBucketPublicAccessBlock', 's3:PutBucketOwnershipControls'])],
    {
      'delete forgotten': [
        butOfficer(['s3:PutBucketPolicy', 's3:PutBucketPublicAccessBlock', 's3:PutBucketOwnershipControls']),
      ],
    },
  ],
  [
    'retention',
    ArchiveGuarantees.retentionBounded({ mode: 'COMPLIANCE', minimumDays: 365, maximumDays: 3650 }),
    [
      deny(RETAINING, { StringNotEqualsIfExists: { [MODE]: 'COMPLIANCE' } }),
      deny(RETAINING, { NumericLessThan: { [DAYS]: '365' } }),
      deny(RETAINING, { NumericGreaterThan: { [DAYS]: '3650' } }),
    ],
    {
      'no lower bound': [
        deny(RETAINING, { StringNotEqualsIfExists: { [MODE]: 'COMPLIANCE' } }),
        deny(RETAINING, { NumericGreaterThan: { [DAYS]: '3650' } }),
      ],
      'off by one': [
        deny(RETAINING, { StringNotEqualsIfExists: { [MODE]: 'COMPLIANCE' } }),
        deny(RETAINING, { NumericLessThan: { [DAYS]: '364' } }),
        deny(RETAINING, { NumericGreaterThan: { [DAYS]: '3650' } }),
      ],
      'uploads forgotten': [
        deny('s3:PutObjectRetention', { StringNotEqualsIfExists: { [MODE]: 'COMPLIANCE' } }),
        deny('s3:PutObjectRetention', { NumericLessThan: { [DAYS]: '365' } }),
        deny('s3:PutObjectRetention', { NumericGreaterThan: { [DAYS]: '3650' } }),
      ],
    },
  ],
  [
    'MFA',
    ArchiveGuarantees.permanentDeleteNeedsMfa(),
    [
      deny(['s3:DeleteObjectVersion', 's3:PutBucketVersioning'], {
        BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' },
      }),
    ],
    {
      'a plain Bool, which an absent key passes': [
        deny(['s3:DeleteObjectVersion', 's3:PutBucketVersioning'], { Bool: { 'aws:MultiFactorAuthPresent': 'false' } }),
      ],
    },
  ],
  [
    'presigned age',
    Guarantee.presignedMaximumAge(600),
    [
      deny('s3:*', { NumericGreaterThan: { 's3:signatureAge': '600000' } }),
      deny('s3:*', { StringEquals: { 's3:signatureversion': 'AWS' } }),
    ],
    {
      'seconds for milliseconds': [
        deny('s3:*', { NumericGreaterThan: { 's3:signatureAge': '6000000' } }),
        deny('s3:*', { StringEquals: { 's3:signatureversion': 'AWS' } }),
      ],
      'version 2 forgotten': [deny('s3:*', { NumericGreaterThan: { 's3:signatureAge': '600000' } })],
    },
  ],
  [
    'presigned issuer',
    Guarantee.presignedOnlyBy({ principals: [OFFICER] }),
    [deny('s3:*', { StringEquals: { 's3:authType': PRESIGNED }, ArnNotEquals: { 'aws:PrincipalArn': OFFICER } })],
    {
      'forms forgotten': [
        deny('s3:*', {
          StringEquals: { 's3:authType': 'REST-QUERY-STRING' },
          ArnNotEquals: { 'aws:PrincipalArn': OFFICER },
        }),
      ],
    },
  ],
  [
    'VPC endpoint',
    Guarantee.perimeter({ vpcEndpoints: ['vpce-1'] }),
    [
      deny(DATA, {
        StringNotEqualsIfExists: { 'aws:SourceVpce': 'vpce-1' },
        BoolIfExists: { 'aws:PrincipalIsAWSService': 'false', 'aws:ViaAWSService': 'false' },
      }),
    ],
    {
      'the id of a VPC key': [
        deny(DATA, { StringNotEquals: { 'aws:SourceVpc': 'vpce-1' }, BoolIfExists: { 'aws:ViaAWSService': 'true' } }),
      ],
      'positive operator': [deny(DATA, { StringEquals: { 'aws:SourceVpce': 'vpce-2' } })],
      'a plain Bool, which anonymous callers pass': [
        deny(DATA, { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' }, Bool: { 'aws:PrincipalIsAWSService': 'false' } }),
        allow('*', 's3:GetObject'),
      ],
      'listing forgotten': [
        deny(
          DATA.filter((action) => !action.startsWith('s3:ListBucket')),
          { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } },
        ),
      ],
    },
  ],
  [
    'endpoint or address',
    Guarantee.perimeter({ vpcEndpoints: ['vpce-1'], addresses: ['203.0.113.0/24'] }),
    [
      deny(DATA, {
        StringNotEquals: { 'aws:SourceVpce': 'vpce-1' },
        NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' },
      }),
    ],
    {
      'a wider range': [
        deny(DATA, {
          StringNotEquals: { 'aws:SourceVpce': 'vpce-1' },
          NotIpAddress: { 'aws:SourceIp': '203.0.112.0/23' },
        }),
      ],
    },
  ],
])('%s', (_, guarantee, right, wrong) => {
  test('holds', () => expect(prove(guarantee, right)).not.toThrow());
  test.each(Object.keys(wrong))('broken: %s', (name) =>
    expect(prove(guarantee, wrong[name])).toThrow(/(VIOLATED|UNKNOWN)[^]*request: \{/),
  );
});

describe('legitimate sides', () => {
  test('two denies for endpoint and address cut off both; one statement does not', () => {
    const inside = [
      Guarantee.allowed({ actions: ['s3:GetObject'], context: { 'aws:SourceVpce': 'vpce-1' } }),
      Guarantee.allowed({ actions: ['s3:GetObject'], context: { 'aws:SourceIp': '203.0.113.9' } }),
    ];
    const two = [
      deny(DATA, { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } }),
      deny(DATA, { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }),
    ];
    const one = [
      deny(DATA, {
        StringNotEquals: { 'aws:SourceVpce': 'vpce-1' },
        NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' },
      }),
    ];
    for (const guarantee of inside) {
      expect(prove(guarantee, two)).toThrow(/is refused/);
      expect(prove(guarantee, one)).not.toThrow();
    }
  });

  test('"deny everything" keeps every guarantee and fails the other side', () => {
    const nothing = [deny('s3:*')];
    expect(prove(Guarantee.perimeter({ vpcs: ['vpc-1'] }), nothing)).not.toThrow();
    expect(
      prove(Guarantee.allowed({ actions: ['s3:GetObject'], context: { 'aws:SourceVpc': 'vpc-1' } }), nothing),
    ).toThrow(/is refused/);
  });

  test('of a key with several values, one is among them', () => {
    const throughLambda = Guarantee.allowed({
      actions: ['s3:GetObject'],
      context: { 'aws:CalledVia': 's3-object-lambda.amazonaws.com' },
    });
    const called = (operator: string) => [
      deny('s3:GetObject', { [operator]: { 'aws:CalledVia': 's3-object-lambda.amazonaws.com' } }),
    ];
    expect(prove(throughLambda, called('ForAllValues:StringNotEquals'))).not.toThrow();
    expect(prove(throughLambda, called('ForAnyValue:StringEquals'))).toThrow(/is refused/);
  });

  test('services under their own names, and nobody else', () => {
    const DELIVERY = 'delivery.logs.amazonaws.com';
    const served = (context?: Record<string, string>, more: object = {}) =>
      Guarantee.allowed({ actions: ['s3:PutObject'], services: [DELIVERY], prefixes: ['logs/'], context, ...more });
    const grant = allow({ Service: DELIVERY }, 's3:PutObject');
    const foreign = deny('s3:PutObject', {
      Bool: { 'aws:PrincipalIsAWSService': 'true' },
      StringNotEquals: { 'aws:SourceAccount': ACCOUNT },
    });
    const said = { ...foreign, Condition: { ...foreign.Condition, Null: { 'aws:SourceAccount': 'false' } } };
    expect(prove(served(), [])).toThrow(/is refused \(no statement of the resource allows it/);
    expect(prove(served(), [grant])).not.toThrow();
    expect(prove(served(), [grant, foreign])).toThrow(/is refused/);
    expect(prove(served(), [grant, said])).not.toThrow();
    expect(prove(served({ 'aws:SourceAccount': ACCOUNT }), [grant, foreign])).not.toThrow();
    expect(prove(served({ 'aws:SourceAccount': '999999999999' }), [grant, said])).toThrow(/is refused/);
    // One that has no statement is not let in by that of another.
    expect(prove(served({}, { services: [DELIVERY, 'logging.s3.amazonaws.com'] }), [grant])).toThrow(
      /logging\.s3\.amazonaws\.com calls/,
    );
    // Of principals and services that are both named, both are asked.
    const both = served({}, { principals: [OFFICER] });
    expect(prove(both, [grant])).not.toThrow();
    expect(prove(both, [])).toThrow(/is refused/);
    expect(prove(both, [grant, deny('s3:PutObject', { Bool: { 'aws:PrincipalIsAWSService': 'false' } })])).toThrow(
      /officer calls/,
    );
    expect(served().description).toBe(`${DELIVERY} may do s3:PutObject, as the bucket's policy says.`);
    expect(() => served({}, { services: [] })).toThrow('"services" is empty');
  });

  test('a key that the requests lack', () => {
    const via = 'aws:ViaAWSService';
    const without = Guarantee.allowed({ actions: ['s3:GetObject'], absent: [via] });
    const denied = (operator: string) => [deny('s3:GetObject', { [operator]: { [via]: 'true' } })];
    expect(prove(without, denied('Bool'))).not.toThrow();
    expect(prove(without, denied('BoolIfExists'))).toThrow(/is refused/);
    expect(
      prove(Guarantee.allowed({ actions: ['s3:GetObject'], absent: [via], context: { [via]: 'false' } }), []),
    ).toThrow(/no request is in the region/);
  });

  test('a region without requests is an error, not a proof', () => {
    expect(prove(Guarantee.allowed({ actions: ['s3:GetObjekt'] }), [])).toThrow(/no request is in the region/);
    expect(
      prove(Guarantee.allowed({ actions: ['s3:GetObject'], context: { 'aws:SecureTransport': 'perhaps' } }), []),
    ).toThrow(/no request is in the region/);
  });
});

describe('an account that the template leaves open', () => {
  const open = (guarantee: Guarantee, statements: any[]) =>
    Proof.ofTemplate(template(statements)).verdicts(guarantee)[0];

  test('a proof has to hold whichever it is', () => {
    expect(
      open(ArchiveGuarantees.governanceBypassOnlyBy({ principals: [OFFICER] }), [
        butOfficer('s3:BypassGovernanceRetention'),
      ]).status,
    ).toBe(VerdictStatus.PROVED);
    const wider = deny('s3:BypassGovernanceRetention', {
      ArnNotLike: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/o*` },
    });
    const verdict = open(ArchiveGuarantees.governanceBypassOnlyBy({ principals: [OFFICER] }), [wider]);
    expect(verdict.status).toBe(VerdictStatus.UNKNOWN);
    expect(verdict.reason).toMatch(
      /^in the account 111122223333, arn:aws:iam::111122223333:role\/o calls .*; give the stack its account and Region$/,
    );
  });

  test('log delivery for one account works in that account only', () => {
    const delivery = allow({ Service: 'logging.s3.amazonaws.com' }, 's3:PutObject', {
      StringEquals: { 'aws:SourceAccount': ACCOUNT },
    });
    expect(open(DeliveryGuarantees.accessLogsAllowed(), [delivery]).reason).toMatch(
      /^elsewhere than in the account 111122223333, The AWS service logging/,
    );
  });
});

describe('doors', () => {
  const door = (Statement: any[], more: any = {}) => ({
    Finance: {
      Type: 'AWS::S3::AccessPoint',
      Properties: { Name: 'finance', Bucket: 'docs-bucket', Policy: { Version: '2012-10-17', Statement }, ...more },
    },
  });
  const some = (guarantee: Guarantee, statements: any[], more: any) => prove(guarantee, statements, {}, more);
  const role = 'arn:aws:iam::444455556666:role/finance';
  const ap = { 'Fn::GetAtt': ['Finance', 'Arn'] };
  const atDoor = { 'Fn::Join': ['', [ap, '/object/finance/*']] };
  const delegated = allow('*', 's3:*', { StringEquals: { 's3:DataAccessPointArn': ap } }, [ARN, `${ARN}/*`]);
  const isolation = Guarantee.prefixIsolation({ principals: [role], prefixes: ['finance/'] });

  test('only through the access points', () => {
    const guarantee = Guarantee.onlyThroughAccessPoints();
    const closed = deny(DATA, {
      StringNotEquals: { 's3:DataAccessPointArn': ap },
      BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
    });
    expect(some(guarantee, [closed], door([]))).not.toThrow();
    const byAccount = deny(DATA, { StringNotEquals: { 's3:DataAccessPointAccount': { Ref: 'AWS::AccountId' } } });
    expect(some(guarantee, [byAccount], door([]))).toThrow(/accesspoint\/x/);
    expect(some(guarantee, [], door([]))).toThrow(/VIOLATED/);
  });

  test("the access point's policy bounds a team of another account to its prefix", () => {
    const bounded = {
      Effect: 'Allow',
      Principal: { AWS: role },
      Action: ['s3:GetObject', 's3:PutObject'],
      Resource: atDoor,
    };
    expect(some(isolation, [delegated], door([bounded]))).not.toThrow();
    const open = { ...bounded, Resource: { 'Fn::Join': ['', [ap, '/object/finance*']] } };
    expect(some(isolation, [delegated], door([open]))).toThrow(/docs-bucket\/finance/);
    const direct = allow({ AWS: role }, 's3:GetObject');
    expect(some(isolation, [delegated, direct], door([bounded]))).toThrow(/VIOLATED/);
    const listing = { Effect: 'Allow', Principal: { AWS: role }, Action: 's3:ListBucket', Resource: ap };
    expect(some(isolation, [delegated], door([bounded, listing]))).toThrow(/ListBucket/);
    const boundedListing = { ...listing, Condition: { StringLike: { 's3:prefix': 'finance/*' } } };
    expect(some(isolation, [delegated], door([bounded, boundedListing]))).not.toThrow();
  });

  test('a VPC access point takes requests from its VPC', () => {
    const vpc = door([{ Effect: 'Allow', Principal: { AWS: role }, Action: 's3:GetObject', Resource: atDoor }], {
      VpcConfiguration: { VpcId: 'vpc-1' },
    });
    const through = { 's3:DataAccessPointArn': 'arn:aws:s3:{Region}:111122223333:accesspoint/finance' };
    const read = (context: any) =>
      Guarantee.allowed({ actions: ['s3:GetObject'], principals: [role], prefixes: ['finance/'], context });
    expect(some(read({ ...through, 'aws:SourceVpc': 'vpc-1' }), [delegated], vpc)).not.toThrow();
    expect(some(read({ ...through, 'aws:SourceVpc': 'vpc-2' }), [delegated], vpc)).toThrow(
      /takes requests from vpc-1 alone/,
    );
  });

  test('roles of the templates have the policies of the templates', () => {
    const stack = new Stack(new App(), 'Stack');
    const bucket = new s3.Bucket(stack, 'Docs', { objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED });
    const team = new iam.Role(stack, 'Team', { assumedBy: new iam.AccountRootPrincipal() });
    const admin = new iam.Role(stack, 'Admin', {
      assumedBy: new iam.AccountRootPrincipal(),
      managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('AdministratorAccess')],
    });
    bucket.grantReadWrite(team, 'finance/*');
    const finance = (principal: iam.Role) =>
      Guarantee.prefixIsolation({ principals: [principal.roleArn], prefixes: ['finance/'] });
    const proof = Proof.ofStack(stack);
    // grantReadWrite lists the whole bucket.
    expect(() => proof.holds(finance(team))).toThrow(/Team[0-9A-F]{8}\} calls s3:ListBucket/);
    expect(() => proof.holds(finance(admin))).toThrow(/calls s3:GetObject on [^ ]*\/x/);
    proof.holds(Guarantee.allowed({ actions: ['s3:GetObject'], principals: [team.roleArn], prefixes: ['finance/'] }));
  });

  test('only CloudFront reads', () => {
    const distribution = `arn:aws:cloudfront::${ACCOUNT}:distribution/E1`;
    const cloudFront = (Condition?: any) => allow({ Service: 'cloudfront.amazonaws.com' }, 's3:GetObject', Condition);
    const others = deny(
      ['s3:GetObject', 's3:GetObjectVersion'],
      { BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } },
      `${ARN}/*`,
    );
    const guarantee = Guarantee.onlyThroughCloudFront({ distribution });
    expect(prove(guarantee, [cloudFront({ StringEquals: { 'aws:SourceArn': distribution } }), others])).not.toThrow();
    expect(prove(guarantee, [cloudFront(), others])).toThrow(/cloudfront.amazonaws.com calls/);
    expect(prove(guarantee, [cloudFront({ StringEquals: { 'aws:SourceArn': distribution } })])).toThrow(/VIOLATED/);
  });
});

test.each<[Guarantee, any, RegExp, any?]>([
  [
    Guarantee.versioned(),
    { VersioningConfiguration: { Status: 'Enabled' } },
    /VersioningConfiguration is not set/,
    { VersioningConfiguration: undefined },
  ],
  [
    Guarantee.eventsToEventBridge(),
    { NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } } },
    /EventBridgeConfiguration is not set/,
  ],
  [
    Guarantee.incompleteUploadsAborted(),
    { LifecycleConfiguration: { Rules: [{ Status: 'Enabled', AbortIncompleteMultipartUpload: {} }] } },
    /LifecycleConfiguration is \[/,
    { LifecycleConfiguration: { Rules: [{ Status: 'Enabled', Prefix: 'tmp/', AbortIncompleteMultipartUpload: {} }] } },
  ],
  [
    Guarantee.corsNamedOrigins(),
    {},
    /CorsConfiguration is \[/,
    { CorsConfiguration: { CorsRules: [{ AllowedOrigins: ['*'], AllowedMethods: ['PUT'] }] } },
  ],
  [
    ArchiveGuarantees.lockedWhenWritten({ mode: 'COMPLIANCE', days: 365 }),
    {
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Years: 1 } },
      },
    },
    /DefaultRetention is \{"Mode":"COMPLIANCE","Days":364\}/,
    {
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 364 } },
      },
    },
  ],
])('setting: %#', (guarantee, right, reason, wrong = {}) => {
  expect(prove(guarantee, [], right)).not.toThrow();
  expect(prove(guarantee, [], wrong)).toThrow(reason);
});

test.each<[string, () => Guarantee, string]>([
  [
    'an account',
    () => Guarantee.onlyAccounts({ accounts: ['12'] }),
    '"accounts" has "12"; an account id of twelve digits is needed',
  ],
  [
    'an organization',
    () => Guarantee.onlyOrganization('x'),
    '"organizationId" is "x"; an id such as "o-a1b2c3d4e5" is needed',
  ],
  [
    'an age',
    () => Guarantee.presignedMaximumAge(0),
    '"seconds" is 0; a whole number from 1 to 604800 (seven days) is needed',
  ],
  ['a perimeter', () => Guarantee.perimeter({}), '"options" names no network and no identity'],
  [
    'an algorithm',
    () => Guarantee.uploadEncryption({ algorithms: ['aes'] }),
    '"algorithms" has "aes"; one or more of AES256, aws:kms, aws:kms:dsse are needed',
  ],
  [
    'a prefix',
    () => Guarantee.prefixIsolation({ principals: [OFFICER], prefixes: ['finance'] }),
    '"prefix" is "finance"; text that ends in "/"',
  ],
])('%s that cannot be is refused', (_, make, message) => {
  expect(make).toThrow(message);
});
