/** Who may reach a bucket from where, and what presigned requests open. */
import { Duration, type Stack } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { ACCOUNT, NOT_LOGGED, REGION, roleArn as arn, type Topic } from './topic';
import {
  AccessPointPerimeter,
  AccessPointPublicAccessBlocked,
  BucketPerimeter,
  BucketPresignedLimits,
  Encryption,
  Guarantee,
  AccessPointGuarantees,
  DeliveryGuarantees,
  Perimeter,
  PresignedRequests,
  SecureBucket,
} from '../../../src';
import { OF_THE_APP } from '../mutators';

const PARTNER = '444455556666';
const STRANGER = '777788889999';
const ENDPOINT = 'vpce-0123abcd';
const VPC = 'vpc-0123abcd';
const RANGE = '203.0.113.0/24';
const ORGANIZATION = 'o-a1b2c3d4e5';
const DELIVERY = 'delivery.logs.amazonaws.com';
const DISTRIBUTION = `arn:aws:cloudfront::${ACCOUNT}:distribution/E123`;
const role = (stack: Stack, name: string) => iam.Role.fromRoleArn(stack, name, arn(name));

/** Lets in everybody whom a perimeter may have to keep out; its statements are the app's, and not mutated. */
function wideOpen(stack: Stack): SecureBucket {
  // Under a key of its own it would refuse services that name none.
  const documents = new SecureBucket(stack, 'Docs', { encryption: Encryption.s3Managed(), accessLogs: NOT_LOGGED });
  const principals = [
    new iam.AccountPrincipal(PARTNER),
    new iam.AccountPrincipal(STRANGER),
    ...[DELIVERY, 'cloudfront.amazonaws.com'].map((service) => new iam.ServicePrincipal(service)),
  ];
  documents.bucket.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: `${OF_THE_APP}Everybody`,
      principals,
      actions: ['s3:*'],
      resources: [documents.bucket.bucketArn, documents.bucket.arnForObjects('*')],
    }),
  );
  return documents;
}

const throughDoor = (context: Record<string, string> = {}) => ({
  ...context,
  's3:DataAccessPointArn': `arn:aws:s3:${REGION}:${ACCOUNT}:accesspoint/door`,
});

const READS = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:ListBucket'];
const POLICY = [
  's3:PutBucketPolicy',
  's3:DeleteBucketPolicy',
  's3:PutBucketPublicAccessBlock',
  's3:PutBucketOwnershipControls',
];
/** What a perimeter leaves to everybody whom IAM allows. */
const ADMINISTRATION = ['s3:PutLifecycleConfiguration', 's3:GetBucketPolicy', 's3:PutBucketTagging'];
const allowed = (principal: string, context: Record<string, string> = {}, actions = READS) =>
  Guarantee.allowed({ actions, principals: [principal], context });
/** A service under its own name. */
const served = (service: string, context: Record<string, string> = {}, actions = READS) =>
  Guarantee.allowed({ actions, services: [service], context });
/** A request that does not tell whether a service makes it. */
const unsaid = (principal: string, context: Record<string, string>) =>
  Guarantee.allowed({ actions: READS, principals: [principal], context, absent: ['aws:ViaAWSService'] });

/** Both sides of each. */
const GUARANTEES = [
  Guarantee.perimeter({
    vpcEndpoints: [ENDPOINT],
    vpcs: [VPC],
    addresses: [RANGE],
    exceptPrincipals: [arn('replication')],
    policyAdministrators: [arn('deploy')],
  }),
  allowed(arn('app', STRANGER), { 'aws:SourceVpce': ENDPOINT }),
  allowed(arn('app', STRANGER), { 'aws:SourceVpc': VPC }),
  allowed(arn('app', STRANGER), { 'aws:SourceIp': '203.0.113.9' }),
  unsaid(arn('app', STRANGER), { 'aws:SourceVpce': ENDPOINT }),
  allowed(arn('app'), { 'aws:ViaAWSService': 'true' }),
  allowed(arn('replication')),
  allowed(arn('replication'), { 's3:x-amz-server-side-encryption': 'AES256' }, ['s3:PutObject']),
  allowed(arn('replication', ACCOUNT), { 'aws:ViaAWSService': 'true' }),
  allowed(arn('deploy'), {}, POLICY),
  allowed(arn('app'), { 'aws:SourceVpc': VPC }, POLICY),
  allowed(arn('app'), { 'aws:SourceVpce': ENDPOINT }, POLICY),
  allowed(arn('app'), { 'aws:SourceIp': '203.0.113.9' }, POLICY),
  allowed(arn('app'), { 'aws:ViaAWSService': 'true' }, POLICY),
  ...[ACCOUNT, STRANGER].flatMap((account) => [
    allowed(arn('app', account), {}, ADMINISTRATION),
    allowed(arn('app', account), { 'aws:ViaAWSService': 'true' }, ADMINISTRATION),
  ]),
  // A service that does not say for whom it acts is left to the statement that allows it, and everything but data to
  // any service.
  served(DELIVERY),
  served(DELIVERY, {}, POLICY),
  served(DELIVERY, { 'aws:SourceAccount': STRANGER }, ADMINISTRATION),
  served('cloudfront.amazonaws.com', {}, ADMINISTRATION),
  Guarantee.perimeter({
    accounts: [PARTNER],
    organization: ORGANIZATION,
    distributions: [DISTRIBUTION],
    throughObjectLambda: true,
  }),
  allowed(arn('app')),
  allowed(arn('app', PARTNER)),
  allowed(arn('app', PARTNER), { 'aws:ViaAWSService': 'true' }),
  allowed(arn('app', STRANGER), { 'aws:PrincipalOrgID': ORGANIZATION }),
  allowed(arn('app', STRANGER), { 'aws:PrincipalOrgID': ORGANIZATION, 'aws:ViaAWSService': 'true' }),
  // What the function fetches by its presigned URL: no service asks with the caller's rights.
  allowed(arn('app', STRANGER), { 'aws:CalledVia': 's3-object-lambda.amazonaws.com', 'aws:ViaAWSService': 'false' }),
  unsaid(arn('app', STRANGER), { 'aws:CalledVia': 's3-object-lambda.amazonaws.com' }),
  served(DELIVERY, { 'aws:SourceAccount': STRANGER, 'aws:SourceOrgID': ORGANIZATION }),
  DeliveryGuarantees.uploadsAllowed({ service: DELIVERY, sources: `arn:aws:logs:*:${ACCOUNT}:*` }),
  DeliveryGuarantees.uploadsAllowed({ service: DELIVERY, sources: `arn:aws:logs:*:${PARTNER}:*`, account: PARTNER }),
  DeliveryGuarantees.uploadsAllowed({ service: 'cloudfront.amazonaws.com', sources: DISTRIBUTION }),
  DeliveryGuarantees.uploadsAllowed({ service: 'cloudfront.amazonaws.com', sources: DISTRIBUTION, account: STRANGER }),
  AccessPointGuarantees.perimeter({
    vpcEndpoints: [ENDPOINT],
    addresses: [RANGE],
    accounts: [PARTNER],
    exceptPrincipals: [arn('replication')],
  }),
  allowed(arn('app'), throughDoor()),
  allowed(arn('app', PARTNER), throughDoor()),
  allowed(arn('app'), throughDoor({ 'aws:ViaAWSService': 'true' })),
  allowed(arn('app', PARTNER), throughDoor({ 'aws:ViaAWSService': 'true' })),
  unsaid(arn('app', STRANGER), throughDoor({ 'aws:SourceVpce': ENDPOINT })),
  allowed(arn('app', STRANGER), throughDoor({ 'aws:SourceVpce': ENDPOINT })),
  allowed(arn('app', STRANGER), throughDoor({ 'aws:SourceIp': '203.0.113.9' })),
  allowed(arn('replication'), throughDoor({ 'aws:ViaAWSService': 'true' })),
  Guarantee.presignedMaximumAge(900),
  Guarantee.presignedOnlyBy({ principals: [arn('issuer')] }),
  ...['REST-QUERY-STRING', 'POST'].flatMap((authType) => [
    allowed(arn('issuer'), { 's3:authType': authType, 's3:signatureAge': '900000' }),
    allowed(arn('app'), {
      's3:authType': authType,
      's3:signatureAge': '900001',
      'aws:CalledVia': 's3-object-lambda.amazonaws.com',
    }),
    allowed(arn('app'), {
      's3:authType': authType,
      's3:signatureversion': 'AWS',
      'aws:CalledVia': 's3-object-lambda.amazonaws.com',
    }),
  ]),
  allowed(arn('app'), { 's3:signatureversion': 'AWS' }),
  allowed(arn('app'), { 's3:signatureAge': '900001' }),
];

export const PERIMETERS: Topic = {
  subjects: {
    'SecureBucket inside networks': (stack) => {
      wideOpen(stack).bucket.with(
        new BucketPerimeter(
          Perimeter.anyOf(Perimeter.vpcEndpoints(ENDPOINT), Perimeter.vpcs(VPC), Perimeter.ipRanges(RANGE)),
          { exempt: [role(stack, 'replication')], policyAdministrators: [role(stack, 'deploy')] },
        ),
      );
    },
    'SecureBucket inside accounts and CloudFront': (stack) => {
      const distribution = cloudfront.Distribution.fromDistributionAttributes(stack, 'Site', {
        distributionId: 'E123',
        domainName: 'd.cloudfront.net',
      });
      wideOpen(stack).bucket.with(
        new BucketPerimeter(
          Perimeter.anyOf(
            Perimeter.accounts(PARTNER),
            Perimeter.organization(ORGANIZATION),
            Perimeter.cloudFront(distribution),
          ),
          { throughObjectLambda: true },
        ),
      );
    },
    'Access point inside networks and accounts': (stack) => {
      const { bucket } = wideOpen(stack);
      const everything = new iam.PolicyStatement({
        sid: `${OF_THE_APP}Everybody`,
        principals: [new iam.AccountPrincipal(PARTNER), new iam.AccountPrincipal(STRANGER)],
        actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:ListBucket'],
        resources: ['', '/object/*'].map((part) => `arn:aws:s3:${REGION}:${ACCOUNT}:accesspoint/door${part}`),
      });
      new s3.CfnAccessPoint(stack, 'Door', {
        name: 'door',
        bucket: bucket.bucketName,
        policy: new iam.PolicyDocument({ statements: [everything] }),
      }).with(
        new AccessPointPublicAccessBlocked(),
        new AccessPointPerimeter(
          Perimeter.anyOf(Perimeter.vpcEndpoints(ENDPOINT), Perimeter.ipRanges(RANGE), Perimeter.accounts(PARTNER)),
          { exempt: [role(stack, 'replication')] },
        ),
      );
    },
    'SecureBucket with presigned limits': (stack) => {
      new SecureBucket(stack, 'Docs', { accessLogs: NOT_LOGGED }).bucket.with(
        new BucketPresignedLimits(PresignedRequests.onlyBy(role(stack, 'issuer')).notOlderThan(Duration.minutes(15))),
      );
    },
  },
  // The bucket behind it is broken elsewhere.
  broken: { 'Access point inside networks and accounts': /^Door/ },
  guarantees: () => GUARANTEES,
};
