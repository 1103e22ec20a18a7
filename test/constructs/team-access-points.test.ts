import { App, Aws, CfnParameter, NestedStack, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import {
  AccessPointDelegation,
  BucketDefaultEncryption,
  BucketReplication,
  DirectAccess,
  Encryption,
  LoggingBucket,
  NetworkOrigin,
  PermissionSetPrincipal,
  Replication,
  S3Endpoint,
  SecureBucket,
  Team,
  TeamAccessPoints,
  type TeamAccessPointsProps,
} from '../../src';
import { ACCOUNT, newStack, only, REGION, snapshotOf } from '../support/app';
import { nag, unexplained } from '../support/nag';
import { arn, role } from '../support/people';

const ENV = { account: ACCOUNT, region: REGION };
const REASON = "Nobody may create access points here, by the organization's policy";

function teamsOf(stack: Stack): Team[] {
  return [
    Team.readWrite('finance', { prefixes: ['finance/'], principals: [role(stack, 'finance')] }),
    Team.readWrite('sales', { prefixes: ['sales/', 'offers/'], principals: [role(stack, 'sales')], mayDelete: true }),
    Team.readOnly('analytics', {
      prefixes: ['finance/', 'sales/'],
      principals: [role(stack, 'analytics'), role(stack, 'partner', '444455556666')],
    }),
  ];
}

function lake(stack: Stack, props: Partial<TeamAccessPointsProps> = {}): TeamAccessPoints {
  return new TeamAccessPoints(stack, 'Lake', {
    ...props,
    bucket: props.bucket ?? new SecureBucket(stack, 'Docs'),
    teams: props.teams ?? teamsOf(stack),
  });
}

function templateWith(props: Partial<TeamAccessPointsProps> = {}): Template {
  const stack = newStack({ env: ENV });
  lake(stack, props);
  return Template.fromStack(stack);
}

/** Many teams with members of literal names, as a large organization lists them. */
function many(count: number): Team[] {
  return Array.from({ length: count }, (_, i) => {
    const name = `team-${String(i).padStart(4, '0')}`;
    return Team.readWrite(name, {
      prefixes: [`${name}/`],
      principals: [new iam.ArnPrincipal(arn(`acme-data-${name}`))],
    });
  });
}

const policyOf = (template: Template) =>
  Object.values(
    template.findResources('AWS::S3::BucketPolicy', {
      Properties: { Bucket: { Ref: Match.stringLikeRegexp('^Docs') } },
    }),
  )[0].Properties.PolicyDocument;
const sids = (document: any): string[] => document.Statement.map(({ Sid }: any) => Sid);

describe('three teams', () => {
  const template = templateWith();

  test('have an access point each, closed to the public', () => {
    template.resourceCountIs('AWS::S3::AccessPoint', 3);
    template.allResourcesProperties('AWS::S3::AccessPoint', {
      BucketAccountId: ACCOUNT,
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      VpcConfiguration: Match.absent(),
    });
  });

  test('are named in the bucket policy, and reached directly as before', () => {
    const { Statement } = policyOf(template);
    const others = Statement.find(({ Sid }: any) => Sid === 'StrongboxOtherAccessPoints');
    expect(others.Condition.StringNotLike['s3:DataAccessPointArn']).toEqual(
      ['analytics', 'finance', 'sales'].map((team) =>
        expect.stringMatching(`^arn:\\*:accesspoint/lake-[0-9a-f]{8}-${team}$`),
      ),
    );
    expect(sids(policyOf(template))).not.toContain('StrongboxDirectObjects');
  });

  test('use the key through S3 only', () => {
    const statements = only(template, 'AWS::KMS::Key').Properties.KeyPolicy.Statement;
    const Condition = { StringEquals: { 'kms:ViaService': `s3.${REGION}.amazonaws.com` } };
    expect(statements.find(({ Sid }: any) => Sid === 'StrongboxTeamsWrite')).toEqual({
      Sid: 'StrongboxTeamsWrite',
      Effect: 'Allow',
      Resource: '*',
      Condition,
      Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
      Principal: { AWS: [arn('finance'), arn('sales')] },
    });
    expect(statements.find(({ Sid }: any) => Sid === 'StrongboxTeamsRead')).toMatchObject({
      Condition,
      Action: 'kms:Decrypt',
      Principal: { AWS: [arn('analytics'), arn('partner', '444455556666')] },
    });
  });

  test('keep their template and their logical ids', () => {
    const { Resources } = snapshotOf(template) as any;
    const kept = Object.entries<any>(Resources).filter(([, { Type }]) => Type === 'AWS::S3::AccessPoint');
    expect(Object.fromEntries(kept)).toMatchSnapshot();
    expect(policyOf(template).Statement.filter(({ Sid }: any) => /AccessPoints$/.test(Sid))).toMatchSnapshot();
  });

  test('keep the name of their access points, and have others in another stack', () => {
    const nameIn = (id: string) => lake(new Stack(new App(), id, { env: ENV })).accessPoint('finance').name;
    expect(nameIn('Stack')).toBe('lake-f9215e28-finance');
    expect(nameIn('Stack')).not.toBe(nameIn('Other'));
  });
});

test('the bucket of a team is told by its alias', () => {
  const stack = newStack({ env: ENV });
  const point = lake(stack).accessPoint('finance');
  expect(stack.resolve(point.alias)).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^LakeTeamfinance/), 'Alias'] });
  expect(stack.resolve(point.arn)['Fn::Join'][1].join('')).toContain(
    `:s3:${REGION}:${ACCOUNT}:accesspoint/${point.name}`,
  );
  expect(() => lake(newStack()).accessPoint('finances')).toThrow(
    'Stack/Lake: "team" must be one of finance, sales, analytics',
  );
});

test.each(['an SSE-S3 bucket', 'an L2 bucket with a key', 'an L1 bucket'])('works in front of %s', (kind) => {
  const stack = newStack({ env: ENV });
  const bucket =
    kind === 'an SSE-S3 bucket'
      ? new SecureBucket(stack, 'Docs', { encryption: Encryption.s3Managed() })
      : kind === 'an L1 bucket'
        ? new s3.CfnBucket(stack, 'Docs')
        : new s3.Bucket(stack, 'Docs', { encryption: s3.BucketEncryption.KMS });
  lake(stack, { bucket });
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::S3::AccessPoint', 3);
  template.resourceCountIs('AWS::KMS::Key', kind === 'an L2 bucket with a key' ? 1 : 0);
});

describe('two constructs in front of one bucket', () => {
  const two = (first: string, second: string, sharedPrefixes?: string[]) => {
    const stack = newStack({ env: ENV });
    const bucket = new SecureBucket(stack, 'Docs');
    [first, second].forEach(
      (prefix, i) =>
        new TeamAccessPoints(stack, `Lake${i}`, {
          bucket,
          sharedPrefixes,
          teams: [Team.readWrite('team', { prefixes: [prefix], principals: [role(stack, `member-${i}`)] })],
        }),
    );
    return Template.fromStack(stack);
  };

  test('share the statements of its key and of its policy, since no Sid may stand there twice', () => {
    const template = two('a/', 'b/');
    for (const [type, property] of [
      ['AWS::KMS::Key', 'KeyPolicy'],
      ['AWS::S3::BucketPolicy', 'PolicyDocument'],
    ]) {
      for (const { Properties } of Object.values(template.findResources(type))) {
        const named = sids(Properties[property]).filter(Boolean);
        expect(named).toEqual([...new Set(named)]);
      }
    }
    template.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({ Sid: 'StrongboxTeamsWrite', Principal: { AWS: [arn('member-0'), arn('member-1')] } }),
        ]),
      },
    });
  });

  test('share no prefix without saying so', () => {
    expect(() => two('a/', 'a/b/')).toThrow('(got ""team" on "a/" and "team" on "a/b/""');
    expect(() => two('a/', 'a/b/', ['a/b/'])).not.toThrow();
  });
});

test('says that a key of another app takes no policy', () => {
  const stack = newStack({ env: ENV });
  const key = kms.Key.fromKeyArn(
    stack,
    'Key',
    `arn:aws:kms:${REGION}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
  );
  lake(stack, { bucket: new SecureBucket(stack, 'Docs', { encryption: Encryption.kms({ key }) }) });
  Annotations.fromStack(stack).hasWarning(
    '/Stack/Lake',
    Match.stringLikeRegexp('The key Stack/Key is not made by this app'),
  );
  expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('key-policy-not-extended'))).toHaveLength(
    1,
  );
});

test('direct access ends by choice, but for those who are named', () => {
  const stack = newStack({ env: ENV });
  lake(stack, { directAccess: DirectAccess.denied({ except: [role(stack, 'admin')] }) });
  expect(sids(policyOf(Template.fromStack(stack)))).toEqual(
    expect.arrayContaining(['StrongboxDirectObjects', 'StrongboxDirectListing']),
  );
});

test('trust of the whole account is a named choice', () => {
  expect(sids(policyOf(templateWith({ trust: AccessPointDelegation.wholeAccount(REASON) })))).not.toContain(
    'StrongboxOtherAccessPoints',
  );
});

describe('who cannot be named in a resource policy', () => {
  const stack = newStack({ env: ENV });
  const group = new iam.Group(stack, 'Interns');
  const points = new TeamAccessPoints(stack, 'Lake', {
    bucket: new SecureBucket(stack, 'Docs'),
    teams: [
      Team.readOnly('interns', { prefixes: ['public/'], principals: [group] }),
      Team.readWrite('analysts', { prefixes: ['work/'], principals: [new PermissionSetPrincipal('Analyst')] }),
    ],
  });
  points.identityPolicy('analysts');
  points.identityPolicy('analysts');
  const template = Template.fromStack(stack);

  test('has a managed policy, which a group gets by itself', () => {
    template.resourceCountIs('AWS::IAM::ManagedPolicy', 2);
    template.hasResourceProperties('AWS::IAM::ManagedPolicy', {
      Groups: [{ Ref: Match.stringLikeRegexp('^Interns') }],
    });
    const [analysts] = Object.values(
      template.findResources('AWS::IAM::ManagedPolicy', {
        Properties: { Description: Match.stringLikeRegexp('analysts') },
      }),
    );
    // Names of IAM have no Region, so this one carries it.
    expect(analysts.Properties.ManagedPolicyName).toEqual({
      'Fn::Join': ['', [`${points.accessPoint('analysts').name}-`, { Ref: 'AWS::Region' }]],
    });
    const [objects, lists, key] = analysts.Properties.PolicyDocument.Statement;
    expect(objects.Action).toContain('s3:PutObject');
    expect(lists.Condition).toEqual({ StringLike: { 's3:prefix': ['work/*'] } });
    expect(key.Condition).toMatchObject({
      StringEquals: { 'kms:ViaService': `s3.${REGION}.amazonaws.com` },
      ArnLike: { 'kms:EncryptionContext:aws:s3:arn': [expect.anything(), expect.anything()] },
    });
  });

  test('is warned of, where a request does not tell it', () => {
    Annotations.fromStack(stack).hasWarning(
      '/Stack/Lake',
      Match.stringLikeRegexp('does not tell the IAM groups of its user'),
    );
  });
});

describe('VPC origin', () => {
  const inVpc = (endpoint: (stack: Stack, vpc: ec2.Vpc, bucket: SecureBucket) => void, elsewhere?: string) => {
    const stack = newStack({ env: ENV });
    const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 0, maxAzs: 1 });
    const bucket = new SecureBucket(stack, 'Docs');
    endpoint(stack, vpc, bucket);
    lake(stack, { bucket, origin: NetworkOrigin.vpc(vpc, { endpointElsewhere: elsewhere }) });
    return Template.fromStack(stack);
  };

  test('binds every access point', () => {
    const template = inVpc((stack, vpc, bucket) => new S3Endpoint(stack, 'S3', { vpc, buckets: [bucket] }));
    template.allResourcesProperties('AWS::S3::AccessPoint', {
      VpcConfiguration: { VpcId: { Ref: Match.stringLikeRegexp('^Vpc') } },
    });
  });

  test('is an error without an S3 endpoint in the VPC, unless somebody else runs it', () => {
    expect(() => inVpc(() => undefined)).toThrow(/Stack\/Lake: "origin" must be a VPC with an S3 endpoint/);
    expect(() =>
      inVpc((_, vpc) => vpc.addGatewayEndpoint('Dynamo', { service: ec2.GatewayVpcEndpointAwsService.DYNAMODB })),
    ).toThrow('has no S3 endpoint');
    expect(() => inVpc(() => undefined, 'Networking runs it, and lets lake-* through')).not.toThrow();
    expect(() => inVpc(() => undefined, 'yes')).toThrow('"endpointElsewhere" must be a literal sentence');
  });

  test("is an error where the endpoint's policy forgets the access points, and none where it has no policy", () => {
    const withPolicy =
      (...resources: string[]) =>
      (_: Stack, vpc: ec2.Vpc, { bucket }: SecureBucket) => {
        const endpoint = vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
        if (resources.length === 0) return;
        endpoint.addToPolicy(
          new iam.PolicyStatement({
            principals: [new iam.AnyPrincipal()],
            actions: ['s3:*'],
            resources: [bucket.bucketArn, bucket.arnForObjects('*'), ...resources],
          }),
        );
      };
    expect(() => inVpc(withPolicy())).not.toThrow();
    expect(() => inVpc(withPolicy(`arn:${Aws.PARTITION}:s3:::other`))).toThrow(
      /Stack\/Vpc\/S3\/Resource: "policyDocument" must be a policy that lets both/,
    );
    expect(() => inVpc(withPolicy(`arn:aws:s3:${REGION}:${ACCOUNT}:accesspoint/*`))).not.toThrow();
    expect(() =>
      inVpc((stack, vpc) => new S3Endpoint(stack, 'S3', { vpc, buckets: [new SecureBucket(stack, 'Other')] })),
    ).toThrow('a policy that leaves out');
  });
});

describe('scale', () => {
  const atScale = (count: number, props: Partial<TeamAccessPointsProps> = {}) => {
    const stack = newStack({ env: ENV });
    const points = lake(stack, { teams: many(count), ...props });
    const template = Template.fromStack(stack);
    const nested = points.node.children
      .filter((child) => NestedStack.isNestedStack(child))
      .map((child) => Template.fromStack(child as NestedStack));
    return { stack, points, template, nested };
  };
  /** What S3 gets: the template's policy with the names that CloudFormation fills in. */
  const bytesOf = (document: any) =>
    Buffer.byteLength(
      JSON.stringify(document, (_, value) =>
        value?.['Fn::GetAtt']
          ? `arn:aws:s3:::${'x'.repeat(63)}`
          : value?.['Fn::Join']
            ? `arn:aws:s3:::${'x'.repeat(63)}/*`
            : value,
      ),
    );

  test('300 teams on one bucket: a bucket policy under 20 KB, and no stack near its 500 resources', () => {
    const { template, nested } = atScale(300);
    expect(bytesOf(policyOf(template))).toBeLessThan(20 * 1024);
    expect(bytesOf(only(template, 'AWS::KMS::Key').Properties.KeyPolicy)).toBeLessThan(32 * 1024);
    expect(nested).toHaveLength(8);
    const counts = nested.map((each) => Object.keys(each.findResources('AWS::S3::AccessPoint')).length);
    expect(counts.reduce((sum, count) => sum + count)).toBe(300);
    for (const each of nested) {
      expect(Object.keys(each.toJSON().Resources).length).toBeLessThan(100);
      expect(Object.keys(each.toJSON().Parameters ?? {}).length).toBeLessThan(200);
    }
    expect(Object.keys(template.toJSON().Resources).length).toBeLessThan(50);
  });

  test('each team costs the same few bytes, and none where names are trusted by their beginning', () => {
    const at = (count: number, trust?: AccessPointDelegation) => bytesOf(policyOf(atScale(count, { trust }).template));
    expect(at(120) - at(110)).toBe(at(110) - at(100));
    expect((at(120) - at(110)) / 10).toBeLessThan(50);
    const trust = AccessPointDelegation.namesBeginningWith('lake-', REASON);
    expect(at(150, trust)).toBe(at(10, trust));
  });

  test('a team keeps its stack and its name whoever comes and goes', () => {
    const where = (teams: Team[]) => {
      const { points } = atScale(0, { teams });
      return (name: string) =>
        `${points.accessPoint(name).name} in ${Stack.of(points.accessPoint(name).resource).node.path}`;
    };
    const [before, after] = [where(many(150)), where(many(200).filter((_, i) => i % 3 !== 0))];
    for (const name of ['team-0001', 'team-0050', 'team-0149']) expect(after(name)).toBe(before(name));
  });

  test('crossing into nested stacks gives other names, unless it was expected', () => {
    const nameOf = (count: number, expectedTeams?: number) =>
      atScale(count, { expectedTeams }).points.accessPoint('team-0000').name;
    expect(nameOf(100)).toBe(nameOf(3));
    expect(nameOf(101)).not.toBe(nameOf(100));
    expect(nameOf(101)).toBe(nameOf(3, 300));
  });

  test('says which quotas to watch, and refuses what no stack could hold', () => {
    const { stack } = atScale(101);
    Annotations.fromStack(stack).hasWarning(
      '/Stack/Lake',
      Match.stringLikeRegexp('101 access points in 8 nested stacks. Quotas to watch: 10,000 access points'),
    );
    const trust = AccessPointDelegation.namesBeginningWith('lake-', REASON);
    expect(() => lake(newStack({ env: ENV }), { teams: many(1800), trust })).toThrow(
      /Stack\/Lake: "teams" must be about 1152 teams a bucket/,
    );
    // Long before, the bucket policy is full.
    expect(() => atScale(700)).toThrow(/.*: "policyDocument" must be a bucket policy of at most 20480 bytes/);
  });

  test('a team with too many prefixes is told so', () => {
    const prefixes = Array.from({ length: 200 }, (_, i) => `a-folder-with-a-rather-long-name-${i}/`);
    expect(() =>
      templateWith({ teams: [Team.readOnly('a', { prefixes, principals: [new iam.ArnPrincipal(arn('a'))] })] }),
    ).toThrow(/Stack\/Lake\/Team-a: "prefixes" must be an access point policy of at most 20480 bytes/);
  });
});

describe('refuses', () => {
  const principals = [new iam.ArnPrincipal(arn('a'))];
  const stack = newStack({ env: ENV });
  const tokenPrefix = new CfnParameter(stack, 'Prefix').valueAsString;

  test.each([
    [
      'a prefix without its slash',
      ['finance'],
      '"prefixes" must be a folder with "/" at its end, since "finance*" would open "finance-secret/" too ' +
        '(got "finance"). Write "finance/".',
    ],
    ['a leading slash', ['/finance/'], '"prefixes" must be a key prefix that ends in "/", begins without one'],
    [
      'a leading slash without one at the end',
      ['/finance'],
      '"prefixes" must be a folder with "/" at its end, since "/finance*" would open "/finance-secret/"',
    ],
    ['the empty prefix', [''], '(got ""'],
    ['a slash alone', ['/'], '(got "/"'],
    ['a way up', ['finance/../sales/'], '"prefixes" must be folders with names other than "", "." and ".."'],
    ['a way to itself', ['./finance/'], '"." and ".."'],
    ['an empty folder', ['finance//x/'], 'must be folders with names other than ""'],
    ['a wildcard', ['fin*/'], 'holds no "*"'],
    ['a wildcard beside another prefix', ['*', 'finance/'], '(got "*"'],
    ['a policy variable', ['${aws:username}/'], 'holds no "*", "?" or "$"'],
    ['no prefix', [], '"prefixes" must be at least one prefix for the team "a"'],
    ['a token', [tokenPrefix], '"prefixes" must be literal prefixes'],
  ])('%s', (_, prefixes, error) => {
    expect(() => Team.readOnly('a', { prefixes, principals })).toThrow(error);
  });

  test.each(['', 'Finance', 'fin_ance', '-finance', 'finance-', 'a'.repeat(31), tokenPrefix])(
    'the team name "%s"',
    (name) => {
      expect(() => Team.readOnly(name, { prefixes: ['a/'], principals })).toThrow(
        'must be 1 to 30 lower-case letters, digits and hyphens',
      );
    },
  );

  test('a name that S3 reserves', () => {
    expect(() => templateWith({ teams: [Team.readOnly('x-s3alias', { prefixes: ['a/'], principals })] })).toThrow(
      'must be a literal name of 3 to 50',
    );
  });

  test('a team of nobody, no teams, and a name twice', () => {
    expect(() => Team.readOnly('a', { prefixes: ['a/'], principals: [] })).toThrow(
      '"principals" must be at least one member of the team "a"',
    );
    expect(() => templateWith({ teams: [] })).toThrow('Stack/Lake: "teams" must be at least one team');
    const twice = ['a/', 'b/'].map((prefix) => Team.readOnly('a', { prefixes: [prefix], principals }));
    expect(() => templateWith({ teams: twice })).toThrow('Stack/Lake: "teams" must be teams with names of their own');
  });

  test.each([
    ['two writers of one folder', Team.readWrite, ['a/'], Team.readWrite, ['a/']],
    ["a writer inside another one's folder", Team.readWrite, ['a/'], Team.writeOnly, ['a/b/']],
    ["a reader inside a writer's folder", Team.readWrite, ['a/'], Team.readOnly, ['x/', 'a/b/']],
    ["a reader around a writer's folder", Team.readOnly, ['a/'], Team.readWrite, ['a/b/']],
    ['a writer of the whole bucket', Team.readWrite, ['a/'], Team.readWrite, Team.WHOLE_BUCKET],
  ] as const)('%s, unless it is shared', (_, one, first, other, second) => {
    const teams = [
      one('one', { prefixes: [...first], principals }),
      other('two', { prefixes: [...second], principals }),
    ];
    for (const order of [teams, [...teams].reverse()]) {
      expect(() => templateWith({ teams: order })).toThrow(
        /"teams" must be prefixes that do not overlap, but for a team that reads exactly/,
      );
      expect(() => templateWith({ teams: order, sharedPrefixes: ['a/'] })).not.toThrow();
      expect(() => templateWith({ teams: order, sharedPrefixes: Team.WHOLE_BUCKET })).not.toThrow();
      expect(() => templateWith({ teams: order, sharedPrefixes: ['b/'] })).toThrow('"sharedPrefixes"');
    }
  });

  test.each([
    ['readers of one folder', Team.readOnly, ['a/'], Team.readOnly, ['a/', 'a/b/']],
    ['a reader of exactly what another one writes', Team.readWrite, ['a/'], Team.readOnly, ['a/']],
    ['an auditor of the whole bucket', Team.readWrite, ['a/'], Team.listOnly, Team.WHOLE_BUCKET],
    ['neighbours', Team.readWrite, ['a/'], Team.readWrite, ['ab/', 'a-b/']],
    ['a folder and its own part', Team.readWrite, ['a/', 'a/b/'], Team.readWrite, ['b/']],
  ] as const)('not %s', (_, one, first, other, second) => {
    const teams = [
      one('one', { prefixes: [...first], principals }),
      other('two', { prefixes: [...second], principals }),
    ];
    expect(() => templateWith({ teams })).not.toThrow();
  });

  test('a bucket of another app, account or Region', () => {
    const app = new App();
    const here = new Stack(app, 'Here', { env: ENV });
    const there = new Stack(app, 'There', { env: { ...ENV, region: 'eu-west-1' } });
    expect(() => lake(here, { bucket: s3.Bucket.fromBucketName(here, 'Imported', 'somebody-elses') })).toThrow(
      'Here/Lake: "bucket" must be a bucket that this app creates',
    );
    expect(
      () => new TeamAccessPoints(here, 'Other', { bucket: new SecureBucket(there, 'Docs'), teams: teamsOf(here) }),
    ).toThrow(/Here\/Other: "bucket" must be a bucket of the account and Region of this stack/);
  });

  test.each(['', 'arn:aws:sso:::permissionSet/x', 'a'.repeat(33), 'Data Analyst', tokenPrefix])(
    'the permission set "%s"',
    (name) => {
      expect(() => new PermissionSetPrincipal(name)).toThrow('must be the name of a permission set');
    },
  );

  test('an account that is none', () => {
    expect(() => new PermissionSetPrincipal('Analyst', { account: '1234' })).toThrow(
      '"account" must be an account id of twelve digits',
    );
  });
});

test('a lake in another stack than its bucket refers to the bucket, and the bucket to nothing of it', () => {
  const app = new App({ treeMetadata: false });
  const data = new Stack(app, 'Data', { env: ENV });
  const access = new Stack(app, 'Access', { env: ENV });
  const bucket = new SecureBucket(data, 'Docs');
  new TeamAccessPoints(access, 'Lake', { bucket, teams: teamsOf(access) });
  app.synth();
  expect(access.dependencies).toEqual([data]);
  expect(data.dependencies).toEqual([]);
});

test('leaves the six nag packs nothing but the decisions of the owner', () => {
  const oneCopy = new BucketReplication(
    Replication.none('The lake is loaded again from its sources, approved by Data'),
  );
  const report = nag(
    (stack) => {
      const vpc = new ec2.Vpc(stack, 'Vpc', {
        natGateways: 0,
        maxAzs: 1,
        createInternetGateway: false,
        subnetConfiguration: [{ name: 'Data', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
      });
      const bucket = new SecureBucket(stack, 'Docs');
      bucket.with(oneCopy);
      LoggingBucket.of(stack).with(oneCopy);
      const points = lake(stack, { bucket, origin: NetworkOrigin.vpc(vpc), directAccess: DirectAccess.denied() });
      points.identityPolicy('finance');
      new S3Endpoint(stack, 'S3', { vpc, buckets: [bucket] });
    },
    { env: ENV },
  );
  expect(unexplained(report).filter(({ path }) => !path.startsWith('Stack/Vpc'))).toEqual([]);
});

test('in a nested stack the names stay what they are, whatever else is made', () => {
  const prefixIn = (others: number) => {
    const stack = newStack({ env: ENV });
    for (let i = 0; i < others; i++) void new NestedStack(stack, `Other${i}`).stackName;
    return lake(new NestedStack(stack, 'Data'), { bucket: new SecureBucket(stack, 'Docs') }).namePrefix;
  };
  expect(prefixIn(3)).toBe(prefixIn(0));
});

test("a key that a control gave the bucket works for the teams as one of the bucket's own", () => {
  const stack = newStack({ env: ENV });
  const bucket = new s3.Bucket(stack, 'Docs');
  bucket.with(new BucketDefaultEncryption(Encryption.kms({ key: new kms.Key(stack, 'Key') })));
  lake(stack, { bucket });
  expect(sids(only(Template.fromStack(stack), 'AWS::KMS::Key').Properties.KeyPolicy)).toEqual(
    expect.arrayContaining(['StrongboxTeamsRead', 'StrongboxTeamsWrite']),
  );
});
