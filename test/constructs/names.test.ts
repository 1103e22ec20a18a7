import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import {
  EndpointAuthorization,
  NetworkOrigin,
  RedactingEndpoint,
  RedactingObjectLambda,
  RedactionPolicy,
  SecureBucket,
  Team,
  TeamAccessPoints,
  View,
} from '../../src';
import { ACCOUNT, newStack, REGION } from '../support/app';
import { role } from '../support/people';

/**
 * Of the types with a name of their own that is written here: what CloudFormation replaces them for, and whether the
 * name holds beyond a Region. A replacement is created before the old one is deleted, so that the name must be another
 * one.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-accesspoint.html and the pages of the other types
 */
const NAMED: Readonly<
  Record<
    string,
    { readonly name: (properties: any) => unknown; readonly createOnly: readonly string[]; readonly global?: boolean }
  >
> = {
  'AWS::S3::AccessPoint': { name: ({ Name }) => Name, createOnly: ['Bucket', 'BucketAccountId', 'VpcConfiguration'] },
  'AWS::S3ObjectLambda::AccessPoint': { name: ({ Name }) => Name, createOnly: [] },
  'AWS::CloudFront::OriginAccessControl': {
    name: ({ OriginAccessControlConfig }) => OriginAccessControlConfig.Name,
    createOnly: [],
    global: true,
  },
  'AWS::CloudFront::Function': { name: ({ Name }) => Name, createOnly: [], global: true },
  'AWS::CloudFront::CachePolicy': {
    name: ({ CachePolicyConfig }) => CachePolicyConfig.Name,
    createOnly: [],
    global: true,
  },
  'AWS::CloudFront::ResponseHeadersPolicy': {
    name: ({ ResponseHeadersPolicyConfig }) => ResponseHeadersPolicyConfig.Name,
    createOnly: [],
    global: true,
  },
};

type Build = (stack: Stack) => void;

function named(
  build: Build,
  region = REGION,
): Array<readonly [type: string, place: string, name: unknown, bound: string]> {
  const stack = newStack({ env: { account: ACCOUNT, region } });
  build(stack);
  return Object.entries<any>(Template.fromStack(stack).toJSON().Resources).flatMap(([id, { Type, Properties }]) => {
    const kind = NAMED[Type];
    return kind
      ? [
          [
            Type,
            id,
            kind.name(Properties),
            JSON.stringify(kind.createOnly.map((property) => Properties[property] ?? null)),
          ] as const,
        ]
      : [];
  });
}

const bucket = (stack: Stack, id = 'Documents', bucketName?: string) => new SecureBucket(stack, id, { bucketName });
const teams = (stack: Stack) => [
  Team.readOnly('finance', { prefixes: ['finance/'], principals: [role(stack, 'finance')] }),
];
const vpc = (stack: Stack, id: string) => new ec2.Vpc(stack, id, { natGateways: 0 });
const boundTo = (of: ec2.IVpc) => NetworkOrigin.vpc(of, { endpointElsewhere: 'The network team has the endpoint' });
const views = (stack: Stack) => [
  View.redacted('analytics', { policy: RedactionPolicy.standard(), principals: [role(stack, 'analytics')] }),
];

describe.each<[string, Build, Build]>([
  [
    'teams: from the internet to a VPC',
    (stack) => new TeamAccessPoints(stack, 'Lake', { bucket: bucket(stack), teams: teams(stack) }),
    (stack) =>
      new TeamAccessPoints(stack, 'Lake', {
        bucket: bucket(stack),
        teams: teams(stack),
        origin: boundTo(vpc(stack, 'Vpc')),
      }),
  ],
  [
    'teams: from one VPC to another',
    (stack) =>
      new TeamAccessPoints(stack, 'Lake', {
        bucket: bucket(stack),
        teams: teams(stack),
        origin: boundTo(vpc(stack, 'Vpc')),
      }),
    (stack) =>
      new TeamAccessPoints(stack, 'Lake', {
        bucket: bucket(stack),
        teams: teams(stack),
        origin: boundTo(vpc(stack, 'Other')),
      }),
  ],
  [
    'teams: from one bucket to another',
    (stack) => new TeamAccessPoints(stack, 'Lake', { bucket: bucket(stack), teams: teams(stack) }),
    (stack) => new TeamAccessPoints(stack, 'Lake', { bucket: bucket(stack, 'Others'), teams: teams(stack) }),
  ],
  [
    'teams: the bucket gets a name',
    (stack) => new TeamAccessPoints(stack, 'Lake', { bucket: bucket(stack), teams: teams(stack) }),
    (stack) =>
      new TeamAccessPoints(stack, 'Lake', {
        bucket: bucket(stack, 'Documents', 'acme-documents'),
        teams: teams(stack),
      }),
  ],
  [
    'views: from one bucket to another',
    (stack) => new RedactingObjectLambda(stack, 'Views', { bucket: bucket(stack), views: views(stack) }),
    (stack) => new RedactingObjectLambda(stack, 'Views', { bucket: bucket(stack, 'Others'), views: views(stack) }),
  ],
  [
    'views: the bucket gets another name',
    (stack) =>
      new RedactingObjectLambda(stack, 'Views', {
        bucket: bucket(stack, 'Documents', 'acme-one'),
        views: views(stack),
      }),
    (stack) =>
      new RedactingObjectLambda(stack, 'Views', {
        bucket: bucket(stack, 'Documents', 'acme-two'),
        views: views(stack),
      }),
  ],
])('%s', (_, before, after) => {
  test('what is replaced has another name, and a second synthesis the same one', () => {
    const [one, two] = [named(before), named(after)];
    expect(one.length).toBeGreaterThan(0);
    expect(named(before)).toEqual(one);
    // Whatever is there both times under one logical id is replaced if it has another name or another create-only
    // property.
    for (const [type, id, name, bound] of one) {
      const other = two.find(([, each]) => each === id);
      if (other && other[3] !== bound) expect([type, other[2]]).not.toEqual([type, name]);
    }
    expect(two.map(([, , name]) => name)).not.toEqual(one.map(([, , name]) => name));
  });
});

test('nothing else of a template has a name of its own beside create-only properties', () => {
  const types = new Set<string>();
  const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
  const documents = bucket(stack);
  new TeamAccessPoints(stack, 'Lake', { bucket: documents, teams: teams(stack) });
  new RedactingObjectLambda(stack, 'Views', {
    bucket: documents,
    views: [View.redacted('reports', { policy: RedactionPolicy.standard(), principals: [role(stack, 'reports')] })],
  });
  for (const { Type, Properties = {} } of Object.values<any>(Template.fromStack(stack).toJSON().Resources)) {
    if (Object.keys(Properties).some((key) => /^(Name|[A-Za-z]+Name)$/.test(key) && !REFERENCES.has(key))) {
      types.add(Type);
    }
  }
  expect([...types].filter((type) => NAMED[type] === undefined)).toEqual([]);
});

/** Properties that name another resource. */
const REFERENCES = new Set(['FunctionName', 'LogGroupName', 'MetricName', 'ServiceName']);

test(
  'names of CloudFront hold in every Region of an account: two stacks of one app in two Regions have ' +
    'different ones',
  () => {
    const build: Build = (stack) =>
      new RedactingEndpoint(stack, 'Redacted', {
        bucket: bucket(stack),
        authorization: EndpointAuthorization.jwt({
          issuer: 'https://login.example.com/',
          audiences: ['reports'],
          allowedOrigins: ['https://www.example.com'],
        }),
        views: [View.redacted('analytics', { policy: RedactionPolicy.standard(), claims: { groups: ['analytics'] } })],
      });
    const global = (region: string) =>
      named(build, region)
        .filter(([type]) => NAMED[type].global)
        .map(([type, , name]) => `${type} ${JSON.stringify(name)}`);
    const [here, there] = [global('eu-central-1'), global('eu-west-1')];
    expect(here.length).toBeGreaterThanOrEqual(3);
    expect(here.filter((name) => there.includes(name))).toEqual([]);
  },
);
