import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import {
  NetworkOrigin,
  PlatformBuckets,
  S3Endpoint,
  S3EndpointKind,
  S3PrivateDns,
  SecureBucket,
  Team,
  TeamAccessPoints,
  type S3EndpointProps,
} from '../../src';
import { assess } from '../../src/assurance/assessment';
import { ACCOUNT, newStack, only, REGION, templateOf } from '../support/app';
import { arn } from '../support/people';

const ENV = { account: ACCOUNT, region: REGION };
const vpcOf = (stack: Stack) =>
  (stack.node.tryFindChild('Vpc') ?? new ec2.Vpc(stack, 'Vpc', { natGateways: 0, maxAzs: 1 })) as ec2.Vpc;

function endpoint(stack: Stack, props: Partial<S3EndpointProps> = {}, id: string = 'S3'): S3Endpoint {
  return new S3Endpoint(stack, id, {
    vpc: vpcOf(stack),
    buckets: [(stack.node.tryFindChild('Docs') as SecureBucket) ?? new SecureBucket(stack, 'Docs')],
    ...props,
  });
}

function statementsOf(template: Template): any[] {
  return only(template, 'AWS::EC2::VPCEndpoint').Properties.PolicyDocument.Statement;
}

test('lets the named buckets through, and nothing else', () => {
  const template = templateOf((stack) => void endpoint(stack), { env: ENV });
  const bucket = { 'Fn::GetAtt': [expect.stringMatching(/^Docs/), 'Arn'] };
  expect(statementsOf(template)).toEqual([
    {
      Sid: 'StrongboxBuckets',
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: 's3:*',
      Resource: [bucket, { 'Fn::Join': ['', [bucket, '/*']] }],
    },
  ]);
  expect(only(template, 'AWS::EC2::VPCEndpoint').Properties).toMatchObject({
    VpcEndpointType: 'Gateway',
    ServiceName: { 'Fn::Join': ['', ['com.amazonaws.', { Ref: 'AWS::Region' }, '.s3']] },
  });
});

test.each(['before', 'after'])('an access point that is made %s it extends its policy', (when) => {
  const template = templateOf(
    (stack) => {
      const bucket = new SecureBucket(stack, 'Docs');
      const lake = () =>
        new TeamAccessPoints(stack, 'Lake', {
          bucket,
          origin: NetworkOrigin.vpc(vpcOf(stack)),
          teams: [Team.readOnly('a', { prefixes: ['a/'], principals: [new iam.ArnPrincipal(arn('a'))] })],
        });
      if (when === 'before') lake();
      endpoint(stack);
      if (when === 'after') lake();
    },
    { env: ENV },
  );
  const [{ Resource }] = statementsOf(template);
  expect(Resource).toHaveLength(3);
  expect(JSON.stringify(Resource[2])).toMatch(new RegExp(`:s3:${REGION}:${ACCOUNT}:accesspoint/lake-[0-9a-f]{8}-\\*`));
});

test('takes more buckets later', () => {
  const template = templateOf((stack) => endpoint(stack).allow(new SecureBucket(stack, 'More')), { env: ENV });
  expect(statementsOf(template)[0].Resource).toHaveLength(4);
});

test("names the platform's buckets of the Region", () => {
  const template = templateOf(
    (stack) =>
      void endpoint(stack, {
        platform: [
          PlatformBuckets.amazonLinux(),
          PlatformBuckets.containerImages(),
          PlatformBuckets.systemsManager(),
          PlatformBuckets.cloudFormationResponses(),
          PlatformBuckets.named('acme-tools-{region}'),
        ],
      }),
    { env: ENV },
  );
  const named = statementsOf(template)
    .slice(1)
    .map(({ Action, Resource }) => [Action, [Resource].flat().map((resource) => resource['Fn::Join'][1].slice(-1)[0])]);
  expect(named).toEqual([
    ['s3:GetObject', [`:s3:::al2023-repos-${REGION}-de612dc2/*`, `:s3:::amazonlinux-2-repos-${REGION}/*`]],
    ['s3:GetObject', [`:s3:::prod-${REGION}-starport-layer-bucket/*`]],
    [
      's3:GetObject',
      expect.arrayContaining([`:s3:::amazon-ssm-packages-${REGION}/*`, `:s3:::patch-baseline-snapshot-${REGION}/*`]),
    ],
    [
      's3:PutObject',
      [':s3:::cloudformation-custom-resource-response-eucentral1/*', `:s3:::cloudformation-waitcondition-${REGION}/*`],
    ],
    ['s3:GetObject', [`:s3:::acme-tools-${REGION}/*`]],
  ]);
});

test('in a stack without a Region, CloudFormation writes it', () => {
  const template = templateOf(
    (stack) => void endpoint(stack, { platform: [PlatformBuckets.cloudFormationResponses()] }),
  );
  expect(JSON.stringify(statementsOf(template)[1])).toContain('"cloudformation-waitcondition-"'.replace(/"/g, ''));
  expect(JSON.stringify(statementsOf(template)[1])).toContain('{"Fn::Split":["-",{"Ref":"AWS::Region"}]}');
});

describe('network interfaces', () => {
  const withDns = (privateDns: S3PrivateDns | undefined, gateway: boolean) =>
    templateOf(
      (stack) => {
        const kind = S3EndpointKind.networkInterface({
          privateDns,
          subnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
        });
        endpoint(stack, { kind, vpc: isolated(stack) });
        if (gateway) endpoint(stack, { vpc: isolated(stack) }, 'Gateway');
      },
      { env: ENV },
    );
  const isolated = (stack: Stack) =>
    (stack.node.tryFindChild('Vpc') ??
      new ec2.Vpc(stack, 'Vpc', {
        natGateways: 0,
        maxAzs: 1,
        subnetConfiguration: [{ name: 'Data', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
      })) as ec2.Vpc;
  const interfaceOf = (template: Template) =>
    Object.values(template.findResources('AWS::EC2::VPCEndpoint', { Properties: { VpcEndpointType: 'Interface' } }))[0];

  test('have names for on premises by default, and come after the gateway that these need', () => {
    const { Properties, DependsOn } = interfaceOf(withDns(undefined, true));
    expect(Properties).toMatchObject({
      PrivateDnsEnabled: true,
      DnsOptions: { PrivateDnsOnlyForInboundResolverEndpoint: 'OnlyInboundResolver' },
    });
    expect([DependsOn].flat()).toEqual([expect.stringMatching(/^Gateway/)]);
    expect(Properties.PolicyDocument.Statement[0].Sid).toBe('StrongboxBuckets');
  });

  test('are an error with such names and no gateway', () => {
    expect(() => withDns(undefined, false)).toThrow(
      '"privateDns" must be such names beside a gateway endpoint, by which the VPC itself goes (got',
    );
  });

  test.each([
    [S3PrivateDns.EVERYBODY, true, 'AllResolvers'],
    [S3PrivateDns.NONE, false, undefined],
  ])('names for %s', (privateDns, enabled, option) => {
    const { Properties } = interfaceOf(withDns(privateDns, false));
    expect(Properties.PrivateDnsEnabled).toBe(enabled);
    expect(Properties.DnsOptions?.PrivateDnsOnlyForInboundResolverEndpoint).toBe(option);
  });
});

test('stands in a stack of its own behind the VPC and the buckets', () => {
  const app = new App({ treeMetadata: false });
  const [network, data, access] = ['Network', 'Data', 'Access'].map((id) => new Stack(app, id, { env: ENV }));
  const vpc = vpcOf(network);
  const bucket = new SecureBucket(data, 'Docs');
  new TeamAccessPoints(access, 'Lake', {
    bucket,
    origin: NetworkOrigin.vpc(vpc),
    teams: [Team.readOnly('a', { prefixes: ['a/'], principals: [new iam.ArnPrincipal(arn('a'))] })],
  });
  new S3Endpoint(access, 'S3', { vpc, buckets: [bucket] });
  app.synth();
  Template.fromStack(access).hasResourceProperties('AWS::EC2::VPCEndpoint', {
    VpcId: { 'Fn::ImportValue': Match.stringLikeRegexp('Vpc') },
  });
});

test('refuses to lead nowhere, and to a name that is none', () => {
  expect(() => endpoint(newStack({ env: ENV }), { buckets: [] })).toThrow(
    'Stack/S3: "buckets" must be at least one bucket',
  );
  expect(() => PlatformBuckets.named()).toThrow('"names" must be names of buckets');
  expect(() => PlatformBuckets.named('acme-*')).toThrow('"names" must be names of buckets, without wildcards');
});

describe('what it claims', () => {
  const found = (change: (statements: any[]) => void) => {
    const template = templateOf(
      (stack) => void endpoint(stack, { platform: [PlatformBuckets.amazonLinux(), PlatformBuckets.named('tools')] }),
      { env: ENV },
    ).toJSON();
    const [, policy] = Object.entries<any>(template.Resources).find(
      ([, { Type }]) => Type === 'AWS::EC2::VPCEndpoint',
    )!;
    change(policy.Properties.PolicyDocument.Statement);
    const { judgements, findings } = assess([{ stack: 'Stack', template, ...ENV }]);
    expect(findings.filter(({ lint }) => lint.id === 'claim-unreadable')).toEqual([]);
    return judgements
      .filter(({ claim }) => claim.guarantee.id === 'endpoint-buckets-only')
      .map(({ verdict }) => verdict.status);
  };

  test('is proved', () => expect(found(() => undefined)).toEqual(['proved']));

  test.each<[string, (statements: any[]) => void]>([
    ['every bucket', ([own]) => (own.Resource = '*')],
    ['one more bucket', ([own]) => own.Resource.push('arn:aws:s3:::stolen/*')],
    ['buckets of a pattern', ([own]) => own.Resource.push('arn:aws:s3:::docs*')],
    ['no objects', ([own]) => own.Resource.splice(1, 1)],
    ['reading alone', ([own]) => (own.Action = 's3:Get*')],
    ['writing to the platform', (statements) => (statements.at(-1).Action = 's3:*')],
    ['no platform', (statements) => statements.pop()],
    ['nothing', (statements) => statements.splice(0)],
  ])('and violated by a policy that lets through %s', (_, change) => expect(found(change)).toEqual(['violated']));
});
