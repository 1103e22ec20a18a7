/** Access points of teams, the endpoints in front of them, and the key behind. */
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { membersOf, NOT_LOGGED, prefixesOf, roleArn, statementsOf, type Topic } from './topic';
import {
  DirectAccess,
  Guarantee,
  AccessPointGuarantees,
  KeyGuarantees,
  NetworkOrigin,
  PermissionSetPrincipal,
  PlatformBuckets,
  S3Endpoint,
  SecureBucket,
  Team,
  TeamAccessPoints,
} from '../../../src';
import type { BucketModel } from '../../../src/assurance/model/resolve';

const PARTNER = '444455556666';
const member = (name: string, account?: string): iam.IPrincipal => new iam.ArnPrincipal(roleArn(name, account));

export const ACCESS_POINTS: Topic = {
  subjects: {
    'TeamAccessPoints in a VPC': (stack) => {
      const vpc = new ec2.Vpc(stack, 'Vpc', {
        maxAzs: 1,
        natGateways: 0,
        subnetConfiguration: [{ name: 'Data', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
      });
      const bucket = new SecureBucket(stack, 'Docs', { accessLogs: NOT_LOGGED });
      new TeamAccessPoints(stack, 'Lake', {
        bucket,
        origin: NetworkOrigin.vpc(vpc),
        directAccess: DirectAccess.denied({ except: [member('admin')] }),
        teams: [
          Team.readWrite('finance', {
            prefixes: ['finance/', 'close/'],
            principals: [member('finance')],
            mayDelete: true,
          }),
          Team.readOnly('analytics', { prefixes: ['finance/'], principals: [member('analytics')] }),
        ],
      });
      new S3Endpoint(stack, 'S3', { vpc, buckets: [bucket], platform: [PlatformBuckets.amazonLinux()] });
    },
    'TeamAccessPoints for another account and Identity Center': (stack) => {
      new TeamAccessPoints(stack, 'Lake', {
        bucket: new SecureBucket(stack, 'Docs', { accessLogs: NOT_LOGGED }),
        teams: [
          Team.writeOnly('inbox', {
            prefixes: ['inbox/'],
            principals: [new PermissionSetPrincipal('Partner', { account: PARTNER })],
          }),
          Team.listOnly('catalog', { prefixes: ['inbox/'], principals: [member('catalog', PARTNER)] }),
        ],
      });
    },
  },
  guarantees: (bucket) => [
    AccessPointGuarantees.blockPublicAccess(),
    AccessPointGuarantees.pinned(),
    AccessPointGuarantees.onlyFromVpc(),
    AccessPointGuarantees.administrable(),
    Guarantee.onlyThroughAccessPoints(),
    Guarantee.allowed({
      actions: ['s3:GetBucketPolicy', 's3:PutBucketPolicy', 's3:PutBucketTagging', 's3:PutLifecycleConfiguration'],
    }),
    AccessPointGuarantees.endpointsComplete(),
    AccessPointGuarantees.endpointsBounded(),
    AccessPointGuarantees.endpointsAllowRead({
      buckets: ['al2023-repos-eu-west-1-de612dc2', 'amazonlinux-2-repos-eu-west-1'],
    }),
    ...purposesOf(bucket),
  ],
};

/** What the statements that name members were written for: access points, direct access and the key, each both ways. */
function purposesOf(bucket: BucketModel): Guarantee[] {
  const [direct] = bucket.policies.flatMap(({ policy }) => statementsOf(policy, /^StrongboxDirectObjects$/));
  const exceptions = direct?.conditions.flatMap(({ key, values }) => (key === 'aws:principalarn' ? values : [])) ?? [];
  const allows = statementsOf(bucket.key?.policy, /^Strongbox(Teams|PermissionSets)/);
  const members = allows.flatMap(membersOf);
  return [
    ...bucket.accessPoints.flatMap(({ name, policy }) => {
      const named = statementsOf(policy, /^StrongboxTeam(Objects|Lists)/);
      const prefixes = prefixesOf(named);
      const listed = named
        .flatMap(({ conditions }) => conditions)
        .flatMap(({ key, values }) => (key === 's3:prefix' ? values.map((value) => value.slice(0, -1)) : []));
      const purpose = {
        accessPoint: name,
        actions: [...new Set(named.flatMap(({ actions }) => actions))],
        prefixes: prefixes.length > 0 ? prefixes : listed,
      };
      return named.length === 0
        ? []
        : [
            AccessPointGuarantees.servesOnly({ ...purpose, principals: named.flatMap(membersOf) }),
            AccessPointGuarantees.works({ ...purpose, principals: named.flatMap(membersOf).map(oneOf) }),
          ];
    }),
    ...(exceptions.length === 0
      ? []
      : [
          Guarantee.onlyThroughAccessPoints({ principals: exceptions }),
          ...(bucket.key === undefined
            ? []
            : [
                Guarantee.allowed({
                  actions: ['s3:PutObject'],
                  principals: exceptions,
                  context: {
                    's3:x-amz-server-side-encryption': 'aws:kms',
                    's3:x-amz-server-side-encryption-aws-kms-key-id': bucket.key.arn,
                  },
                }),
              ]),
          Guarantee.allowed({
            actions: [
              's3:GetObject',
              's3:PutObject',
              's3:DeleteObjectVersion',
              's3:ListBucket',
              's3:ListBucketMultipartUploads',
            ],
            principals: exceptions,
          }),
        ]),
    ...(allows.length === 0
      ? []
      : [
          KeyGuarantees.usedOnlyBy({ principals: members }),
          ...allows.flatMap((statement) => {
            const actions = [...statement.actions];
            return [
              KeyGuarantees.throughS3Only({ principals: membersOf(statement), actions }),
              KeyGuarantees.worksThroughS3({ principals: membersOf(statement).map(oneOf), actions }),
            ];
          }),
        ]),
  ];
}

/** A principal that a pattern stands for. */
function oneOf(pattern: string): string {
  return pattern.replaceAll('?', '0').replaceAll('*', 'eu-west-1');
}
