import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import {
  DirectAccess,
  Guarantee,
  AccessPointGuarantees,
  NetworkOrigin,
  PlatformBuckets,
  Proof,
  S3Endpoint,
  SecureBucket,
  Team,
  TeamAccessPoints,
  type RequestOptions,
} from '../../src';
import { ACCOUNT, REGION } from '../support/app';
import { arn, role } from '../support/people';

const READS = [
  's3:GetObject',
  's3:GetObjectVersion',
  's3:GetObjectAttributes',
  's3:GetObjectVersionAttributes',
  's3:GetObjectTagging',
  's3:GetObjectVersionTagging',
];
const WRITES = ['s3:PutObject', 's3:PutObjectTagging', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'];
const LISTS = ['s3:ListBucket', 's3:ListBucketVersions'];
const PARTNER = '444455556666';

/** What each team is for, as somebody who does not know the construct would say it. */
const TEAMS: Record<string, { prefixes: string[]; actions: string[]; account?: string }> = {
  finance: { prefixes: ['finance/'], actions: [...READS, ...WRITES, 's3:DeleteObject', ...LISTS] },
  sales: { prefixes: ['sales/', 'offers/2026/'], actions: [...READS, ...WRITES, ...LISTS] },
  analytics: { prefixes: ['finance/', 'sales/'], actions: [...READS, ...LISTS] },
  inbox: { prefixes: ['inbox/'], actions: WRITES },
  catalog: { prefixes: ['sales/'], actions: LISTS },
  partner: { prefixes: ['partner/'], actions: [...READS, ...WRITES, ...LISTS], account: PARTNER },
};
const who = (team: string) => arn(team, TEAMS[team].account);

function build(): { stack: Stack; nameOf: (team: string) => string } {
  const stack = new Stack(new App({ treeMetadata: false }), 'Stack', { env: { account: ACCOUNT, region: REGION } });
  const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 0, maxAzs: 1 });
  const bucket = new SecureBucket(stack, 'Docs');
  const members = (team: string, mayDelete = false) => ({
    prefixes: TEAMS[team].prefixes,
    principals: [role(stack, team, TEAMS[team].account)],
    mayDelete,
  });
  const lake = new TeamAccessPoints(stack, 'Lake', {
    bucket,
    origin: NetworkOrigin.vpc(vpc),
    directAccess: DirectAccess.denied({ except: [role(stack, 'admin')] }),
    teams: [
      Team.readWrite('finance', members('finance', true)),
      Team.readWrite('sales', members('sales')),
      Team.readOnly('analytics', members('analytics')),
      Team.writeOnly('inbox', members('inbox')),
      Team.listOnly('catalog', members('catalog')),
      Team.readWrite('partner', members('partner')),
    ],
  });
  new S3Endpoint(stack, 'S3', {
    vpc,
    buckets: [bucket],
    platform: [PlatformBuckets.amazonLinux(), PlatformBuckets.containerImages()],
  });
  return { stack, nameOf: (team) => lake.accessPoint(team).name };
}

const { stack, nameOf } = build();
const proof = Proof.ofStack(stack);
const template = Template.fromStack(stack).toJSON();
const SUBJECT = {
  subject: Object.entries<any>(template.Resources).find(
    ([id, { Type }]) => Type === 'AWS::S3::Bucket' && id.startsWith('Docs'),
  )![0],
};

/** The same template with something changed in the resources of a type. */
function changed(type: string, change: (properties: any, logicalId: string) => void): Proof {
  const copy = structuredClone(template);
  for (const [id, { Type, Properties }] of Object.entries<any>(copy.Resources)) {
    if (Type === type) change(Properties, id);
  }
  return Proof.ofTemplate(copy, { account: ACCOUNT, region: REGION });
}

/** Without one statement of the bucket's policy or of the access points' policies. */
function without(sid: string): Proof {
  const copy = structuredClone(template);
  for (const { Properties } of Object.values<any>(copy.Resources)) {
    for (const document of [Properties?.PolicyDocument, Properties?.Policy]) {
      if (Array.isArray(document?.Statement)) {
        document.Statement = document.Statement.filter(({ Sid }: any) => Sid !== sid);
      }
    }
  }
  return Proof.ofTemplate(copy, { account: ACCOUNT, region: REGION });
}

const purpose = (team: string) => ({
  accessPoint: nameOf(team),
  principals: [who(team)],
  actions: TEAMS[team].actions,
  prefixes: TEAMS[team].prefixes,
});
const teams = Object.keys(TEAMS);

/** What the construct promises, by the statements that make it true. */
const PROMISES: ReadonlyArray<[Guarantee, string[]]> = [
  [AccessPointGuarantees.pinned(), ['StrongboxOtherAccessPoints', 'StrongboxForeignAccessPoints']],
  [
    Guarantee.onlyThroughAccessPoints({ principals: [arn('admin')] }),
    ['StrongboxDirectObjects', 'StrongboxDirectListing', 'StrongboxOtherAccessPoints'],
  ],
  [
    AccessPointGuarantees.servesOnly(purpose('finance')),
    [
      'StrongboxTeamOnlyObjects',
      'StrongboxTeamOnlyLists',
      'StrongboxTeamActions',
      'StrongboxTeamUploads',
      'StrongboxTeamListing',
      'StrongboxTeamPrefixes',
    ],
  ],
  [AccessPointGuarantees.servesOnly(purpose('inbox')), ['StrongboxTeamActions', 'StrongboxTeamListing']],
  [
    AccessPointGuarantees.works(purpose('finance')),
    ['StrongboxTrustedAccessPoints', 'StrongboxTeamObjects', 'StrongboxTeamLists'],
  ],
  [
    Guarantee.prefixIsolation({ principals: [who('sales')], prefixes: TEAMS.sales.prefixes }),
    [
      'StrongboxDirectObjects',
      'StrongboxDirectListing',
      'StrongboxTeamOnlyObjects',
      'StrongboxTeamOnlyLists',
      'StrongboxTeamPrefixes',
      'StrongboxTeamListing',
      'StrongboxTeamUploads',
      'StrongboxOtherAccessPoints',
      'StrongboxForeignAccessPoints',
    ],
  ],
];

test.each(PROMISES.map(([guarantee, sids]) => [guarantee.title, guarantee, sids] as const))(
  '%s: proved, and broken without any one of its statements',
  (_, guarantee, sids) => {
    expect(() => proof.holds(guarantee, SUBJECT)).not.toThrow();
    for (const sid of sids) expect(() => without(sid).holds(guarantee, SUBJECT)).toThrow(`VIOLATED ${guarantee.id}`);
  },
);

test.each(teams)('%s: its access point is for its work alone, and does it', (team) => {
  proof.holds(AccessPointGuarantees.servesOnly(purpose(team)), SUBJECT);
  proof.holds(AccessPointGuarantees.works(purpose(team)), SUBJECT);
});

test.each(teams)('%s: reaches its own prefixes by no door anything else', (team) => {
  proof.holds(Guarantee.prefixIsolation({ principals: [who(team)], prefixes: TEAMS[team].prefixes }), SUBJECT);
});

test.each([
  ['AWS::S3::AccessPoint', true],
  ['AWS::EC2::VPCEndpoint', true],
  ['AWS::IAM::Role', false],
])('a way through an %s that is there only under a condition is not proved', (type, onTheWay) => {
  const copy = structuredClone(template);
  copy.Conditions = { Wanted: { 'Fn::Equals': [{ Ref: 'Wish' }, 'yes'] } };
  copy.Parameters = { ...copy.Parameters, Wish: { Type: 'String' } };
  for (const resource of Object.values<any>(copy.Resources)) if (resource.Type === type) resource.Condition = 'Wanted';
  const ask = () =>
    Proof.ofTemplate(copy, { account: ACCOUNT, region: REGION }).holds(
      AccessPointGuarantees.works(purpose('finance')),
      SUBJECT,
    );
  if (onTheWay) expect(ask).toThrow(/(UNKNOWN|VIOLATED).*when Wanted is false/);
  else expect(ask).not.toThrow();
});

test('says so where a team is given more than it may have, or less than it needs', () => {
  const claim = (change: Partial<ReturnType<typeof purpose>>) => ({ ...purpose('finance'), ...change });
  expect(() => proof.holds(AccessPointGuarantees.servesOnly(claim({ prefixes: ['finance/a/'] })), SUBJECT)).toThrow(
    'VIOLATED access-point-serves-only',
  );
  expect(() => proof.holds(AccessPointGuarantees.servesOnly(claim({ actions: READS })), SUBJECT)).toThrow(
    'VIOLATED access-point-serves-only',
  );
  expect(() => proof.holds(AccessPointGuarantees.servesOnly(claim({ principals: [arn('admin')] })), SUBJECT)).toThrow(
    'VIOLATED access-point-serves-only',
  );
  expect(() => proof.holds(AccessPointGuarantees.works(claim({ prefixes: ['sales/'] })), SUBJECT)).toThrow(
    'VIOLATED access-point-works',
  );
  expect(() =>
    proof.holds(AccessPointGuarantees.works(claim({ actions: ['s3:DeleteObjectVersion'] })), SUBJECT),
  ).toThrow('VIOLATED access-point-works');
  expect(() => proof.holds(AccessPointGuarantees.works(claim({ principals: [arn('sales')] })), SUBJECT)).toThrow(
    'VIOLATED access-point-works',
  );
  expect(() => proof.holds(AccessPointGuarantees.works(claim({ accessPoint: 'nowhere' })), SUBJECT)).toThrow(
    '"accessPoint" is "nowhere"; the bucket has lake-',
  );
  expect(() => AccessPointGuarantees.works(claim({ actions: [] }))).toThrow('"actions" is []');
  expect(() => AccessPointGuarantees.servesOnly(claim({ prefixes: ['finance'] }))).toThrow('"prefix" is "finance"');
});

describe('the way from the VPC', () => {
  test('is complete, and broken where the endpoint forgets the access points, or the bucket, or is not there', () => {
    const guarantee = AccessPointGuarantees.endpointsComplete();
    expect(() => proof.holds(guarantee, SUBJECT)).not.toThrow();
    const keep = (like: RegExp) =>
      changed(
        'AWS::EC2::VPCEndpoint',
        ({
          PolicyDocument: {
            Statement: [buckets],
          },
        }) => {
          buckets.Resource = buckets.Resource.filter((resource: unknown) => like.test(JSON.stringify(resource)));
        },
      );
    for (const weaker of [keep(/accesspoint/), keep(/Docs/), keep(/accesspoint|Arn"\]}$/)]) {
      expect(() => weaker.holds(guarantee, SUBJECT)).toThrow('VIOLATED endpoints-complete');
    }
    expect(() =>
      changed('AWS::EC2::VPCEndpoint', (properties) => {
        properties.VpcId = 'vpc-0another';
      }).holds(guarantee, SUBJECT),
    ).toThrow(/S3 endpoint in the VPC of lake-/);
    expect(() =>
      changed('AWS::EC2::VPCEndpoint', (properties) => {
        delete properties.PolicyDocument;
      }).holds(guarantee, SUBJECT),
    ).not.toThrow();
    // What works depends on it as well.
    expect(() => keep(/Docs/).holds(AccessPointGuarantees.works(purpose('finance')), SUBJECT)).toThrow(
      'VIOLATED access-point-works',
    );
  });

  test('leads to named buckets only', () => {
    const guarantee = AccessPointGuarantees.endpointsBounded();
    expect(() => proof.holds(guarantee, SUBJECT)).not.toThrow();
    const open = (resource: string) =>
      changed(
        'AWS::EC2::VPCEndpoint',
        ({
          PolicyDocument: {
            Statement: [buckets],
          },
        }) => {
          buckets.Resource = [resource];
        },
      );
    for (const resource of ['*', 'arn:aws:s3:::*', 'arn:aws:s3:::somebody*/*']) {
      expect(() => open(resource).holds(guarantee, SUBJECT)).toThrow('VIOLATED endpoints-bounded');
    }
  });

  test('is the only one', () => {
    const request: RequestOptions = {
      call: 'GetObject',
      resource: 'Stack/Docs/Resource/finance/ledger.csv',
      principal: arn('finance'),
      accessPoint: nameOf('finance'),
      identityAllows: false,
    };
    proof.allows({ ...request, vpcEndpoint: 'Stack/S3' });
    proof.denies(request);
    proof.denies({ ...request, vpcEndpoint: 'Stack/S3', context: { 'aws:SourceVpc': 'vpc-0another' } });
    expect(() => proof.allows({ ...request, vpcEndpoint: 'Elsewhere' })).toThrow(
      '"vpcEndpoint" is "Elsewhere"; no VPC endpoint of S3 of the templates has this logical id, construct path or ' +
        'name. The nearest: Stack/S3',
    );
  });
});

describe.each(teams.flatMap((one) => teams.filter((other) => other !== one).map((other) => [one, other] as const)))(
  '%s and %s',
  (one, other) => {
    const CALLS: ReadonlyArray<[string, string[]?]> = [
      ['GetObject'],
      ['GetObject', ['version']],
      ['HeadObject'],
      ['PutObject'],
      ['CopyObject'],
      ['CreateMultipartUpload'],
      ['UploadPart'],
      ['CompleteMultipartUpload'],
      ['AbortMultipartUpload'],
      ['ListParts'],
      ['DeleteObject'],
      ['DeleteObject', ['version']],
    ];
    const foreign = TEAMS[other].prefixes.find((prefix) => !TEAMS[one].prefixes.includes(prefix));

    test("one comes by no door to what is the other one's alone, nor by the other one's door to anything", () => {
      const doors: Array<Partial<RequestOptions>> = [
        {},
        ...[one, other].map((team) => ({ accessPoint: nameOf(team), vpcEndpoint: 'Stack/S3' })),
      ];
      for (const door of doors) {
        const prefixes =
          door.accessPoint === nameOf(other)
            ? [...TEAMS[one].prefixes, ...TEAMS[other].prefixes]
            : foreign === undefined
              ? []
              : [foreign];
        for (const prefix of prefixes) {
          for (const [call, features] of CALLS) {
            proof.denies({ ...door, call, features, principal: who(one), resource: `Stack/Docs/Resource/${prefix}x` });
          }
          for (const call of ['ListObjectsV2', 'ListObjectVersions', 'ListMultipartUploads']) {
            proof.denies({
              ...door,
              call,
              principal: who(one),
              resource: 'Stack/Docs/Resource',
              context: { 's3:prefix': prefix },
            });
          }
        }
      }
    });
  },
);

describe('the key', () => {
  const request = (team: string, call: string): RequestOptions => ({
    call,
    principal: who(team),
    accessPoint: nameOf(team),
    vpcEndpoint: 'Stack/S3',
    resource: `Stack/Docs/Resource/${TEAMS[team].prefixes[0]}x`,
    // The partner's own account has to consent.
    identityAllows: TEAMS[team].account !== undefined,
  });

  test.each([
    ['finance', 'PutObject'],
    ['finance', 'GetObject'],
    ['finance', 'CompleteMultipartUpload'],
    ['analytics', 'GetObject'],
    ['inbox', 'UploadPart'],
    ['partner', 'PutObject'],
  ])('works for %s: %s, and not without its statement', (team, call) => {
    proof.allows(request(team, call));
    const withoutKey = changed('AWS::KMS::Key', ({ KeyPolicy }) => {
      KeyPolicy.Statement = KeyPolicy.Statement.filter(({ Sid }: any) => !/^StrongboxTeams/.test(Sid));
    });
    expect(() =>
      withoutKey.allows({
        ...request(team, call),
        resource: `${SUBJECT.subject}/${TEAMS[team].prefixes[0]}x`,
        vpcEndpoint: endpointId(),
      }),
    ).toThrow('Not allowed');
  });

  test('is not for reading in a drop box, though AWS asks its uploads for kms:Decrypt', () => {
    proof.denies({ ...request('inbox', 'GetObject'), identityAllows: true });
  });
});

function endpointId(): string {
  return Object.entries<any>(template.Resources).find(([, { Type }]) => Type === 'AWS::EC2::VPCEndpoint')![0];
}

describe('with policies of the organization', () => {
  const allow = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };
  const deny = (Action: string, Condition?: object) => ({
    Version: '2012-10-17',
    Statement: { Effect: 'Deny', Action, Resource: '*', ...(Condition ? { Condition } : {}) },
  });
  const rcp = (Action: string, Condition?: object) => ({
    ...deny(Action, Condition),
    Statement: { ...deny(Action, Condition).Statement, Principal: '*' },
  });
  const read: RequestOptions = {
    call: 'GetObject',
    resource: 'Stack/Docs/Resource/finance/x',
    principal: arn('finance'),
    accessPoint: nameOf('finance'),
    vpcEndpoint: 'Stack/S3',
  };

  test('what they deny is denied, and what they leave is not', () => {
    Proof.ofStack(stack, { serviceControlPolicies: [allow] }).allows(read);
    Proof.ofStack(stack, { serviceControlPolicies: [allow, deny('s3:GetObject')] }).denies(read);
    Proof.ofStack(stack, {
      serviceControlPolicies: [{ ...allow, Statement: { ...allow.Statement, Action: 's3:Put*' } }],
    }).denies(read);
    Proof.ofStack(stack, { resourceControlPolicies: [rcp('s3:GetObject')] }).denies(read);
    Proof.ofStack(stack, { resourceControlPolicies: [rcp('kms:Decrypt')] }).denies(read);
    Proof.ofStack(stack, {
      resourceControlPolicies: [
        rcp('s3:*', { StringNotEqualsIfExists: { 'aws:PrincipalAccount': [ACCOUNT, PARTNER] } }),
      ],
    }).allows(read);
  });

  test(
    'a service control policy does not reach the principals of other accounts, a resource control policy ' + 'does',
    () => {
      const partner = {
        ...read,
        principal: who('partner'),
        accessPoint: nameOf('partner'),
        resource: 'Stack/Docs/Resource/partner/x',
      };
      Proof.ofStack(stack, { serviceControlPolicies: [allow, deny('s3:*')] }).allows(partner);
      Proof.ofStack(stack, {
        resourceControlPolicies: [rcp('s3:*', { StringNotEquals: { 'aws:PrincipalAccount': ACCOUNT } })],
      }).denies(partner);
    },
  );

  test('guarantees rest on them, both ways', () => {
    const guarantee = Guarantee.onlyAccounts();
    expect(() => proof.holds(guarantee, SUBJECT)).toThrow('VIOLATED only-accounts');
    const bounded = Proof.ofStack(stack, {
      resourceControlPolicies: [
        rcp('s3:*', {
          StringNotEqualsIfExists: { 'aws:PrincipalAccount': ACCOUNT },
          BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
        }),
      ],
    });
    bounded.holds(guarantee, SUBJECT);
    const silent = Proof.ofStack(stack, { serviceControlPolicies: [allow, deny('s3:*')] });
    expect(() => silent.holds(AccessPointGuarantees.works(purpose('finance')), SUBJECT)).toThrow(
      'VIOLATED access-point-works',
    );
  });

  test('one that AWS would not take is an error', () => {
    expect(() =>
      Proof.ofStack(stack, { serviceControlPolicies: [{ Version: '2012-10-17', Statement: { Effect: 'Maybe' } }] }),
    ).toThrow('service control policy 1');
  });
});
