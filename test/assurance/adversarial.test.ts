import {
  Guarantee,
  AccessPointGuarantees,
  ArchiveGuarantees,
  KeyGuarantees,
  VaultGuarantees,
  ViewGuarantees,
  Proof,
  VerdictStatus,
} from '../../src';
import { baseline } from '../../src/assurance/baseline';
import { resolveTemplates } from '../../src/assurance/model/resolve';
import { type TemplateInput } from '../../src/assurance/template/assembly';
import { verifyClaims } from '../../src/assurance/verify';

/** Templates in which a guarantee is broken in a way that a quick look does not see: never a proof. */

const ACCOUNT = '111122223333';
const OTHER = '222222222222';
const ARN = 'arn:aws:s3:::docs-bucket';
const ALICE = `arn:aws:iam::${ACCOUNT}:role/alice`;
const DAYS = 's3:object-lock-remaining-retention-days';
const RETAINING = ['s3:PutObject', 's3:PutObjectRetention', 's3:ReplicateObject'];
const DOOR = 's3:DataAccessPointArn';

type Json = Record<string, any>;
const ALL = [ARN, `${ARN}/*`];
const deny = (Action: any, Condition?: Json, Resource: any = ALL): Json => ({
  Effect: 'Deny',
  Principal: '*',
  Action,
  Resource,
  ...(Condition ? { Condition } : {}),
});
const allow = (Principal: any, Action: any, Condition?: Json, Resource: any = ALL): Json => ({
  Effect: 'Allow',
  Principal,
  Action,
  Resource,
  ...(Condition ? { Condition } : {}),
});

function template(statements: Json[], more: Json = {}, properties: Json = {}): Json {
  return {
    Resources: {
      Docs: {
        Type: 'AWS::S3::Bucket',
        Properties: {
          BucketName: 'docs-bucket',
          OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
          ...properties,
        },
      },
      ...(statements.length > 0
        ? {
            Policy: {
              Type: 'AWS::S3::BucketPolicy',
              Properties: { Bucket: 'docs-bucket', PolicyDocument: { Version: '2012-10-17', Statement: statements } },
            },
          }
        : {}),
      ...more,
    },
  };
}

function status(guarantee: Guarantee, given: Json, more: TemplateInput[]): VerdictStatus {
  const model = resolveTemplates([{ stack: 'T', template: given, account: ACCOUNT, region: 'eu-west-1' }, ...more]);
  const subject = model.buckets.find(({ name }) => name === 'docs-bucket')!.resource;
  return verifyClaims(model, [{ guarantee, subject }])[0].status;
}

const door = (statements: Json[], properties: Json = {}) => ({
  Type: 'AWS::S3::AccessPoint',
  Properties: {
    Name: 'team',
    Bucket: 'docs-bucket',
    ...(statements.length > 0 ? { Policy: { Version: '2012-10-17', Statement: statements } } : {}),
    ...properties,
  },
});
const TEAM = `arn:aws:s3:eu-west-1:${ACCOUNT}:accesspoint/team`;
const delegated = allow('*', 's3:*', { StringEquals: { 's3:DataAccessPointAccount': ACCOUNT } });
const identity = (statement: Json) => ({
  PolicyName: 'p',
  PolicyDocument: { Version: '2012-10-17', Statement: statement },
});
const mine = (Resource: any) => ({ Effect: 'Allow', Action: 's3:GetObject', Resource });
const isolation = Guarantee.prefixIsolation({
  principals: [`arn:aws:iam::${ACCOUNT}:role/worker`],
  prefixes: ['mine/'],
});
const isolationOfUser = Guarantee.prefixIsolation({
  principals: [`arn:aws:iam::${ACCOUNT}:user/worker`],
  prefixes: ['mine/'],
});
const worker = (more: Json = {}) => ({
  Type: 'AWS::IAM::Role',
  Properties: { RoleName: 'worker', Policies: [identity(mine(`${ARN}/mine/*`))], ...more },
});
const listing = Guarantee.prefixIsolation({ principals: [ALICE], prefixes: ['finance/'] });
const onlyFinance = (Condition: Json) => [
  deny('s3:ListBucketMultipartUploads'),
  { ...deny('s3:*', undefined, undefined), NotResource: [ARN, `${ARN}/finance/*`], Resource: undefined },
  deny(['s3:ListBucket', 's3:ListBucketVersions'], Condition),
];
const vpce = (Resource: any) => ({
  Type: 'AWS::EC2::VPCEndpoint',
  Properties: {
    VpcId: 'vpc-1',
    ServiceName: 'com.amazonaws.eu-west-1.s3',
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource }],
    },
  },
});

const cases: Array<[string, Guarantee, Json, TemplateInput[]?]> = [
  [
    'part of an account',
    Guarantee.onlyAccounts(),
    template([allow('*', 's3:GetObject', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::2222*:role/ci' } })]),
  ],
  [
    'one digit of an account left open',
    Guarantee.onlyAccounts(),
    template([allow('*', 's3:GetObject', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::22222222222?:role/ci' } })]),
  ],
  [
    'an account in the middle of a pattern',
    Guarantee.onlyAccounts(),
    template([allow('*', 's3:GetObject', { StringLike: { 'aws:PrincipalArn': `*:${OTHER}:role/*` } })]),
  ],
  [
    'an account between wildcards',
    Guarantee.onlyAccounts(),
    template([allow('*', 's3:GetObject', { StringLike: { 'aws:PrincipalArn': `*${OTHER}*` } })]),
  ],
  [
    "a role of the tag's name",
    Guarantee.onlyAccounts(),
    template([
      allow('*', 's3:GetObject', {
        StringLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/team-${aws:PrincipalTag/team}' },
      }),
    ]),
  ],
  [
    'a principal by its unique id',
    Guarantee.onlyAccounts(),
    template([allow({ AWS: 'AROAEXAMPLEID12345678' }, 's3:GetObject')]),
  ],
  [
    'a policy of a role as a resource of its own',
    isolation,
    template([], {
      Role: worker(),
      More: {
        Type: 'AWS::IAM::RolePolicy',
        Properties: {
          RoleName: 'worker',
          PolicyName: 'more',
          PolicyDocument: { Version: '2012-10-17', Statement: mine(`${ARN}/*`) },
        },
      },
    }),
  ],
  [
    'a policy of a user as a resource of its own',
    isolationOfUser,
    template([], {
      User: { Type: 'AWS::IAM::User', Properties: { UserName: 'worker', Policies: [identity(mine(`${ARN}/mine/*`))] } },
      More: {
        Type: 'AWS::IAM::UserPolicy',
        Properties: {
          UserName: 'worker',
          PolicyName: 'more',
          PolicyDocument: { Version: '2012-10-17', Statement: mine(`${ARN}/*`) },
        },
      },
    }),
  ],
  [
    'a policy inside a group',
    isolationOfUser,
    template([], {
      User: {
        Type: 'AWS::IAM::User',
        Properties: { UserName: 'worker', Groups: ['g'], Policies: [identity(mine(`${ARN}/mine/*`))] },
      },
      Group: { Type: 'AWS::IAM::Group', Properties: { GroupName: 'g', Policies: [identity(mine(`${ARN}/*`))] } },
    }),
  ],
  [
    'a user added to a group',
    isolationOfUser,
    template([], {
      User: { Type: 'AWS::IAM::User', Properties: { UserName: 'worker', Policies: [identity(mine(`${ARN}/mine/*`))] } },
      Group: { Type: 'AWS::IAM::Group', Properties: { GroupName: 'g', Policies: [identity(mine(`${ARN}/*`))] } },
      Add: { Type: 'AWS::IAM::UserToGroupAddition', Properties: { GroupName: 'g', Users: ['worker'] } },
    }),
  ],
  [
    'a policy attached to a group',
    isolationOfUser,
    template([], {
      User: {
        Type: 'AWS::IAM::User',
        Properties: { UserName: 'worker', Groups: ['g'], Policies: [identity(mine(`${ARN}/mine/*`))] },
      },
      Group: { Type: 'AWS::IAM::Group', Properties: { GroupName: 'g' } },
      P: {
        Type: 'AWS::IAM::Policy',
        Properties: {
          Groups: ['g'],
          PolicyName: 'x',
          PolicyDocument: { Version: '2012-10-17', Statement: mine(`${ARN}/*`) },
        },
      },
    }),
  ],
  [
    'a group of somebody else',
    isolationOfUser,
    template([], {
      User: {
        Type: 'AWS::IAM::User',
        Properties: { UserName: 'worker', Groups: ['elsewhere'], Policies: [identity(mine(`${ARN}/mine/*`))] },
      },
    }),
  ],
  [
    'a wrong bound with its equal',
    ArchiveGuarantees.retentionBounded({ minimumDays: 3650 }),
    template([deny(RETAINING, { NumericLessThanEquals: { [DAYS]: '365' } })]),
  ],
  [
    'a wrong upper bound with its equal',
    ArchiveGuarantees.retentionBounded({ maximumDays: 365 }),
    template([deny(RETAINING, { NumericGreaterThanEquals: { [DAYS]: '3650' } })]),
  ],
  [
    'event hold wrong bound',
    ArchiveGuarantees.eventHoldKept({ days: 365 }),
    template(
      [
        deny('s3:PutObject', {
          Null: { 's3:object-lock-mode': 'false' },
          StringNotEquals: { 's3:object-lock-event-hold': 'ON' },
        }),
        deny(['s3:PutObject', 's3:PutObjectRetention'], { StringEquals: { 's3:object-lock-event-hold': 'OFF' } }),
        deny(['s3:PutObject', 's3:PutObjectRetention'], {
          NumericLessThanEquals: { 's3:object-lock-event-hold-duration-days': '100' },
        }),
      ],
      {},
      {
        ObjectLockConfiguration: {
          Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 30, DefaultEventHold: { Days: 365 } } },
        },
      },
    ),
  ],
  ['empty prefix', listing, template(onlyFinance({ StringNotLike: { 's3:prefix': ['', 'finance/*'] } }))],
  [
    'a prefix that is only looked at where it is',
    listing,
    template(onlyFinance({ Null: { 's3:prefix': 'false' }, StringNotLike: { 's3:prefix': 'finance/*' } })),
  ],
  [
    'an access point of several Regions',
    AccessPointGuarantees.pinned(),
    template(
      [
        deny('s3:*', {
          Null: { [DOOR]: 'false' },
          StringNotEquals: { [DOOR]: [TEAM, `arn:aws:s3::${ACCOUNT}:accesspoint/mfzwi23gnjvgw.mrap`] },
        }),
      ],
      { Door: door([]) },
    ),
  ],
  [
    'access points of several Regions by a pattern',
    AccessPointGuarantees.pinned(),
    template(
      [
        deny('s3:*', {
          Null: { [DOOR]: 'false' },
          StringNotLike: { [DOOR]: [TEAM, `arn:aws:s3::${ACCOUNT}:accesspoint/*`] },
        }),
      ],
      { Door: door([]) },
    ),
  ],
  [
    'an access point of several Regions beside the named ones',
    Guarantee.onlyThroughAccessPoints(),
    template(
      [deny('s3:*', { StringNotEquals: { [DOOR]: [TEAM, `arn:aws:s3::${ACCOUNT}:accesspoint/mfzwi23gnjvgw.mrap`] } })],
      { Door: door([]) },
    ),
  ],
  [
    'other account door',
    Guarantee.onlyAccounts(),
    template([allow('*', 's3:*', { StringEquals: { 's3:DataAccessPointAccount': OTHER } })]),
    [
      {
        stack: 'O',
        account: OTHER,
        region: 'eu-west-1',
        template: { Resources: { Door: door([], { BucketAccountId: ACCOUNT }) } },
      },
    ],
  ],
  [
    'the own account of a door',
    AccessPointGuarantees.servesOnly({
      accessPoint: 'team',
      principals: [`arn:aws:iam::${OTHER}:role/alice`],
      actions: ['s3:GetObject'],
    }),
    template([
      allow('*', 's3:GetObject', { StringEquals: { 's3:DataAccessPointAccount': OTHER } }),
      deny('s3:*', { Null: { [DOOR]: 'true' } }),
    ]),
    [
      {
        stack: 'O',
        account: OTHER,
        region: 'eu-west-1',
        template: {
          Resources: {
            Door: door(
              [
                {
                  ...deny(undefined),
                  Action: undefined,
                  NotAction: 's3:GetObject',
                  Resource: [
                    `arn:aws:s3:eu-west-1:${OTHER}:accesspoint/team`,
                    `arn:aws:s3:eu-west-1:${OTHER}:accesspoint/team/object/*`,
                  ],
                },
                allow(
                  { AWS: `arn:aws:iam::${OTHER}:role/alice` },
                  's3:GetObject',
                  undefined,
                  `arn:aws:s3:eu-west-1:${OTHER}:accesspoint/team/object/*`,
                ),
              ],
              { BucketAccountId: ACCOUNT },
            ),
          },
        },
      },
    ],
  ],
  [
    'services by a beginning',
    Guarantee.onlyServices(),
    template([allow('*', 's3:PutObject', { StringLike: { 'aws:PrincipalServiceName': 'logging*' } })]),
  ],
  [
    'services by a shorter beginning',
    Guarantee.onlyServices({ services: ['logging.s3.amazonaws.com'] }),
    template([allow('*', 's3:PutObject', { StringLike: { 'aws:PrincipalServiceName': 'log*' } })]),
  ],
  [
    'organization if exists',
    Guarantee.onlyOrganization('o-a1b2c3d4e5'),
    template([allow('*', 's3:GetObject', { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } })]),
  ],
  [
    'organization paths for all',
    Guarantee.onlyOrganization('o-a1b2c3d4e5'),
    template([
      allow('*', 's3:GetObject', { 'ForAllValues:StringLike': { 'aws:PrincipalOrgPaths': 'o-a1b2c3d4e5/*' } }),
    ]),
  ],
  [
    'organization like',
    Guarantee.onlyOrganization('o-a1b2c3d4e5'),
    template([allow('*', 's3:GetObject', { StringLike: { 'aws:PrincipalOrgID': 'o-*' } })]),
  ],
  [
    'deny by NotAction',
    Guarantee.readersOnly({ principals: [ALICE] }),
    template([
      {
        ...deny(undefined, { ArnNotEquals: { 'aws:PrincipalArn': ALICE } }),
        Action: undefined,
        NotAction: ['s3:Put*', 's3:GetObjectV*'],
      },
    ]),
  ],
  [
    'deny own account root only',
    ArchiveGuarantees.deleteOnlyBy(),
    template([
      { ...deny(['s3:DeleteObject', 's3:DeleteObjectVersion']), Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } },
      allow({ AWS: OTHER }, 's3:*'),
    ]),
  ],
  [
    'presigned by case',
    Guarantee.presignedOnlyBy(),
    template([deny('s3:*', { StringEquals: { 's3:authType': ['rest-query-string', 'POST'] } })]),
  ],
  [
    'presigned form forgotten',
    Guarantee.presignedOnlyBy(),
    template([deny('s3:*', { StringEquals: { 's3:authType': ['REST-QUERY-STRING'] } })]),
  ],
  [
    'presigned age equal',
    Guarantee.presignedMaximumAge(900),
    template([
      deny('s3:*', {
        StringEquals: { 's3:authType': ['REST-QUERY-STRING', 'POST'] },
        NumericGreaterThanEquals: { 's3:signatureAge': '900001' },
      }),
      deny('s3:*', { StringEquals: { 's3:signatureversion': 'AWS' } }),
    ]),
  ],
  [
    'presigned age in seconds',
    Guarantee.presignedMaximumAge(900),
    template([
      deny('s3:*', { NumericGreaterThanEquals: { 's3:signatureAge': '1000000' } }),
      deny('s3:*', { StringEquals: { 's3:signatureversion': 'AWS' } }),
    ]),
  ],
  [
    'perimeter another vpc',
    Guarantee.perimeter({ vpcs: ['vpc-1'] }),
    template([deny('s3:*', { StringNotLikeIfExists: { 'aws:SourceVpc': 'vpc-1*' } })]),
  ],
  [
    'perimeter null vpce',
    Guarantee.perimeter({ vpcs: ['vpc-1'] }),
    template([deny('s3:*', { Null: { 'aws:SourceVpce': 'true' } })]),
  ],
  [
    'perimeter address',
    Guarantee.perimeter({ addresses: ['203.0.113.0/24'] }),
    template([deny('s3:*', { NotIpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '::/0'] } })]),
  ],
  [
    'perimeter via',
    Guarantee.perimeter({ accounts: [OTHER] }),
    template([
      allow('*', 's3:*'),
      deny('s3:*', {
        StringNotEquals: { 'aws:PrincipalAccount': [ACCOUNT, OTHER] },
        Bool: { 'aws:ViaAWSService': 'false' },
      }),
    ]),
  ],
  [
    'endpoint pattern',
    AccessPointGuarantees.endpointsBounded(),
    template([], { E: vpce([ARN, `${ARN}/*`, 'arn:aws:s3:::acme-*']) }),
  ],
  [
    'endpoint end pattern',
    AccessPointGuarantees.endpointsBounded(),
    template([], { E: vpce('arn:aws:s3:::*-logs/*') }),
  ],
  [
    'pinned by a wide pattern',
    AccessPointGuarantees.pinned(),
    template(
      [
        deny('s3:*', {
          Null: { [DOOR]: 'false' },
          ArnNotLike: { [DOOR]: `arn:aws:s3:*:${ACCOUNT}:accesspoint/team*` },
        }),
      ],
      { Door: door([]) },
    ),
  ],
  [
    'pinned by any account',
    AccessPointGuarantees.pinned(),
    template(
      [
        allow('*', 's3:*', { Null: { [DOOR]: 'false' } }),
        deny('s3:*', { Null: { [DOOR]: 'false' }, StringNotLike: { [DOOR]: 'arn:aws:s3:*:*:accesspoint/team' } }),
      ],
      { Door: door([]) },
    ),
  ],
  [
    'serves only by session',
    AccessPointGuarantees.servesOnly({ accessPoint: 'team', principals: [ALICE], actions: ['s3:GetObject'] }),
    template([delegated], {
      Door: door([
        {
          ...deny('s3:*', { ArnNotLike: { 'aws:PrincipalArn': [ALICE, `arn:aws:iam::${ACCOUNT}:role/*admin*`] } }),
          Resource: [TEAM, `${TEAM}/object/*`],
        },
        { ...deny(undefined), Action: undefined, NotAction: 's3:GetObject', Resource: `${TEAM}/object/*` },
        deny(['s3:ListBucket', 's3:ListBucketVersions', 's3:ListBucketMultipartUploads'], undefined, TEAM),
      ]),
    }),
  ],
  [
    'serves only, deny on bucket arn',
    AccessPointGuarantees.servesOnly({ accessPoint: 'team', principals: [ALICE], actions: ['s3:GetObject'] }),
    template([delegated], {
      Door: door([{ ...deny('s3:*', { ArnNotLike: { 'aws:PrincipalArn': [ALICE] } }), Resource: [ARN, `${ARN}/*`] }]),
    }),
  ],
  [
    'lifecycle status open',
    ArchiveGuarantees.storage(),
    {
      Parameters: { S: { Type: 'String' } },
      ...template(
        [],
        {},
        {
          ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 30 } } },
          LifecycleConfiguration: { Rules: [{ Status: { Ref: 'S' }, ExpirationInDays: 1 }] },
        },
      ),
    },
  ],
  [
    'access points of a part of an account',
    AccessPointGuarantees.pinned(),
    template([
      allow('*', 's3:*', { StringLike: { 's3:DataAccessPointAccount': '2222*' } }),
      deny('s3:*', { Null: { [DOOR]: 'false' }, StringNotLike: { 's3:DataAccessPointAccount': '2222*' } }),
    ]),
  ],
  [
    'a principal that is fetched at deployment',
    Guarantee.onlyAccounts(),
    template([allow({ AWS: '{{resolve:ssm:/partner/role}}' }, 's3:GetObject')]),
  ],
  [
    'a principal that is put together and fetched',
    Guarantee.onlyAccounts(),
    template([allow({ AWS: { 'Fn::Join': ['', ['{{resolve:ssm:', '/partner/role', '}}']] } }, 's3:GetObject')]),
  ],
  [
    'federated users of everybody',
    Guarantee.onlyAccounts(),
    template([allow('*', 's3:GetObject', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:sts::*:*' } })]),
  ],
  [
    'a session that a boundary does not hold',
    isolation,
    template(
      [
        allow(
          { AWS: [`arn:aws:iam::${ACCOUNT}:role/worker`, `arn:aws:sts::${ACCOUNT}:assumed-role/worker/night`] },
          's3:GetObject',
          undefined,
          `${ARN}/*`,
        ),
      ],
      {
        Role: worker({ PermissionsBoundary: { Ref: 'Boundary' } }),
        Boundary: {
          Type: 'AWS::IAM::ManagedPolicy',
          Properties: {
            ManagedPolicyName: 'b',
            PolicyDocument: { Version: '2012-10-17', Statement: mine(`${ARN}/mine/*`) },
          },
        },
      },
    ),
  ],
  [
    'resource org variable',
    Guarantee.onlyOrganization('o-a1b2c3d4e5'),
    template([allow('*', 's3:GetObject', { StringEquals: { 'aws:PrincipalOrgID': '${aws:ResourceOrgID}' } })]),
  ],
  [
    'prefix by user name',
    Guarantee.prefixIsolation({ principals: [`arn:aws:iam::${ACCOUNT}:user/alice`], prefixes: ['home/bob/'] }),
    template([
      { ...deny('s3:*'), Resource: undefined, NotResource: [ARN, `${ARN}/home/\${aws:username}/*`] },
      deny('s3:ListBucket*'),
    ]),
  ],
];

test.each(cases.map(([name, guarantee, given, more = []]) => [name, guarantee, given, more] as const))(
  '%s',
  (_, guarantee, given, more) => {
    const found = status(guarantee, JSON.parse(JSON.stringify(given)), [...more]);
    expect([VerdictStatus.VIOLATED, VerdictStatus.UNKNOWN]).toContain(found);
  },
);

test('an answer about one bucket is none about another whose name the question spells out', () => {
  const guarantee = Guarantee.allowed({ actions: ['s3:ListBucket'], context: { 's3:prefix': 'docs-bucket' } });
  const given = (name: string) =>
    JSON.parse(
      JSON.stringify(template([deny('s3:ListBucket', { StringEquals: { 's3:prefix': 'docs-bucket' } })])).replaceAll(
        'docs-bucket',
        name,
      ),
    );
  const verdict = (name: string) => Proof.ofTemplate(given(name), { account: ACCOUNT }).verdicts(guarantee)[0].status;
  expect(verdict('other-bucket')).toBe(VerdictStatus.PROVED);
  expect(verdict('docs-bucket')).toBe(VerdictStatus.VIOLATED);
});

test('the default of a mapping is no knowledge where the Region is open', () => {
  const given = {
    Mappings: { ByRegion: { 'eu-west-1': { secure: 'true' } } },
    ...template([
      deny('s3:*', {
        Bool: {
          'aws:SecureTransport': {
            'Fn::FindInMap': ['ByRegion', { Ref: 'AWS::Region' }, 'secure', { DefaultValue: 'false' }],
          },
        },
      }),
    ]),
  };
  const [verdict] = Proof.ofTemplate(given, { account: ACCOUNT }).verdicts(Guarantee.tlsOnly());
  expect(verdict.status).not.toBe(VerdictStatus.PROVED);
});

describe('a lock policy that binds some', () => {
  const vault = (statement: Json) => ({
    Resources: {
      Ledgers: {
        Type: 'Custom::StrongboxGlacierVault',
        Properties: {
          vaultName: 'ledgers',
          accessPolicy: { Version: '2012-10-17', Statement: [] },
          lock: {
            phase: 'complete',
            policy: {
              Version: '2012-10-17',
              Statement: [
                {
                  Effect: 'Deny',
                  Action: 'glacier:DeleteArchive',
                  Resource: '*',
                  Condition: { NumericLessThan: { 'glacier:ArchiveAgeInDays': '365' } },
                  ...statement,
                },
              ],
            },
          },
        },
      },
    },
  });
  const verdict = (statement: Json) =>
    Proof.ofTemplate(vault(statement), { account: ACCOUNT, region: 'eu-west-1' }).verdicts(
      VaultGuarantees.deletesDeniedBefore(365),
    )[0].status;

  test('everybody', () => expect(verdict({ Principal: '*' })).toBe(VerdictStatus.PROVED));
  test('its own account only', () =>
    expect(verdict({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } })).toBe(VerdictStatus.VIOLATED));
});

test('a key that a service uses is not for its members only', () => {
  const key = (...more: Json[]) => ({
    Key: {
      Type: 'AWS::KMS::Key',
      Properties: {
        KeyPolicy: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' },
            ...more,
          ],
        },
      },
    },
  });
  const encrypted = {
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [
        {
          ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: { 'Fn::GetAtt': ['Key', 'Arn'] } },
        },
      ],
    },
  };
  const verdict = (...more: Json[]) =>
    status(KeyGuarantees.usedOnlyBy({ principals: [ALICE] }), template([], key(...more), encrypted), []);
  expect(verdict()).toBe(VerdictStatus.PROVED);
  expect(
    verdict({ Effect: 'Allow', Principal: { Service: 'logs.amazonaws.com' }, Action: 'kms:Decrypt', Resource: '*' }),
  ).toBe(VerdictStatus.VIOLATED);
});

test('a second view before the same access point is another way in', () => {
  const olap = (Name: string, Actions: string[]) => ({
    Type: 'AWS::S3ObjectLambda::AccessPoint',
    Properties: {
      Name,
      ObjectLambdaConfiguration: {
        SupportingAccessPoint: TEAM,
        TransformationConfigurations: [
          {
            Actions,
            ContentTransformation: { AwsLambda: { FunctionArn: `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:f:1` } },
          },
        ],
      },
    },
  });
  const view = `arn:aws:s3-object-lambda:eu-west-1:${ACCOUNT}:accesspoint/redacted`;
  const guarantee = ViewGuarantees.readThroughViewOnly({ callers: [ALICE], view });
  const only = { ArnEquals: { 'aws:PrincipalArn': ALICE } };
  const statements = [
    {
      ...deny(undefined, { ...only, StringNotEquals: { [DOOR]: TEAM } }),
      Action: undefined,
      NotAction: 's3:PutObject',
    },
    {
      ...deny(undefined, {
        ...only,
        'ForAllValues:StringNotEquals': { 'aws:CalledVia': 's3-object-lambda.amazonaws.com' },
      }),
      Action: undefined,
      NotAction: 's3:PutObject',
    },
  ];
  const one = { Door: door([]), View: olap('redacted', ['GetObject']) };
  const given = (more: Json) => JSON.parse(JSON.stringify(template(statements, { ...one, ...more })));
  expect(status(guarantee, given({}), [])).toBe(VerdictStatus.PROVED);
  expect(status(guarantee, given({ Other: olap('original', ['ListObjects']) }), [])).toBe(VerdictStatus.VIOLATED);
});

test('the name of a statement is no evidence that the bucket is shared with an account', () => {
  const of = (operator: string) =>
    resolveTemplates([
      {
        stack: 'T',
        account: ACCOUNT,
        controls: { Docs: ['perimeter'] },
        template: template([
          { ...deny('s3:*', { [operator]: { 'aws:PrincipalAccount': OTHER } }), Sid: 'StrongboxPerimeter' },
        ]),
      },
    ]);
  const shared = (operator: string) =>
    baseline(of(operator)).find(({ guarantee }) => guarantee.id === 'only-accounts')!.guarantee.title;
  expect(shared('StringNotEqualsIfExists')).toBe('Only this account');
  expect(shared('StringEquals')).toBe('Only this account');
});

test('an access point that may not be there is not said to work', () => {
  const works = AccessPointGuarantees.works({ accessPoint: 'team', principals: [ALICE], actions: ['s3:GetObject'] });
  const open = door([allow({ AWS: ALICE }, 's3:GetObject', undefined, `${TEAM}/object/*`)]);
  const given = (more: Json) => ({
    Parameters: { Stage: { Type: 'String' } },
    Conditions: { IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } },
    ...template([delegated], { Door: { ...open, ...more } }),
  });
  expect(status(works, given({}), [])).toBe(VerdictStatus.PROVED);
  expect(status(works, given({ Condition: 'IsProd' }), [])).toBe(VerdictStatus.UNKNOWN);
});

test('a view is not said to work where requests of services are denied', () => {
  const view = `arn:aws:s3-object-lambda:eu-west-1:${ACCOUNT}:accesspoint/redacted`;
  const transformed = {
    Actions: ['GetObject', 'HeadObject'],
    ContentTransformation: { AwsLambda: { FunctionArn: `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:f:1` } },
  };
  const doors = {
    Door: door([allow({ AWS: ALICE }, 's3:*', undefined, [TEAM, `${TEAM}/object/*`])]),
    View: {
      Type: 'AWS::S3ObjectLambda::AccessPoint',
      Properties: {
        Name: 'redacted',
        ObjectLambdaConfiguration: { SupportingAccessPoint: TEAM, TransformationConfigurations: [transformed] },
      },
    },
  };
  const works = (...more: Json[]) =>
    status(ViewGuarantees.readable({ view, callers: [ALICE] }), template([delegated, ...more], doors), []);
  expect(works()).toBe(VerdictStatus.PROVED);
  expect(works(deny('s3:*', { Bool: { 'aws:ViaAWSService': 'true' } }))).toBe(VerdictStatus.VIOLATED);
});

test('policy variables that fill each other are no riddle to get lost in', () => {
  const given = template([
    allow('*', 's3:GetObject', { StringEquals: { 'aws:PrincipalTag/team': '${s3:prefix}' } }),
    allow('*', 's3:ListBucket', { StringEquals: { 's3:prefix': '${aws:PrincipalTag/team}/*' } }),
  ]);
  expect(() => status(Guarantee.onlyAccounts(), given, [])).toThrow('fill each other in a circle');
});
