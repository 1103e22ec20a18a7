import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import {
  BucketDelivery,
  BucketServicesBounded,
  Delivery,
  DeliveryGuarantees,
  Proof,
  type BucketServicesBoundedOptions,
} from '../../../src';
import { ACCOUNT, REGION } from '../../support/app';
import { controlContract } from '../../support/control-contract';

type Json = Record<string, any>;

const OTHER = '222233334444';
const ORGANIZATION = 'o-a1b2c3d4e5';

const stackIn = () =>
  new Stack(new App({ treeMetadata: false }), 'Stack', { env: { account: ACCOUNT, region: REGION } });

function allow(bucket: s3.Bucket, services: string | string[], props: Partial<iam.PolicyStatementProps> = {}): void {
  bucket.addToResourcePolicy(
    iam.PolicyStatement.fromJson({
      Sid: 'Foreign',
      Effect: 'Allow',
      Principal: { Service: services },
      Action: 's3:PutObject',
      Resource: bucket.arnForObjects('*'),
      ...props,
    }),
  );
}

/** What becomes of a statement for these services. */
function bounded(services: string | string[], options?: BucketServicesBoundedOptions, props: object = {}): Json[] {
  const stack = stackIn();
  const bucket = new s3.Bucket(stack, 'Bucket').with(new BucketServicesBounded(options)) as s3.Bucket;
  allow(bucket, services, props);
  const [policy] = Object.values(Template.fromStack(stack).findResources('AWS::S3::BucketPolicy'));
  return policy.Properties.PolicyDocument.Statement as Json[];
}

const conditionOf = (service: string, options?: BucketServicesBoundedOptions) => bounded(service, options)[0].Condition;

describe('the contract of a control', () =>
  controlContract({
    make: () => new BucketServicesBounded(),
    guarantee: DeliveryGuarantees.onlyFromHere(),
    lacking: (stack) => {
      const bucket = new s3.CfnBucket(stack, 'Bucket');
      iam.ResourceWithPolicies.of(bucket)!.addToResourcePolicy(
        new iam.PolicyStatement({
          sid: 'Foreign',
          principals: [new iam.ServicePrincipal('config.amazonaws.com')],
          actions: ['s3:PutObject'],
          resources: [`${bucket.attrArn}/*`],
        }),
      );
      return bucket;
    },
    effect: (_bucket, statements) => {
      const foreign = statements.find(({ Sid }) => Sid === 'Foreign');
      if (foreign) expect(Object.keys(foreign.Condition.StringEquals)).toEqual(['aws:SourceAccount']);
    },
  }));

test('each service is bounded by the key that its page documents', () => {
  expect(conditionOf('config.amazonaws.com')).toEqual({ StringEquals: { 'aws:SourceAccount': ACCOUNT } });
  expect(conditionOf('cloudtrail.amazonaws.com')).toEqual({
    ArnLike: { 'aws:SourceArn': { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, expect.any(String)]] } },
  });
  expect(JSON.stringify(conditionOf('cloudtrail.amazonaws.com'))).toContain(`:cloudtrail:*:${ACCOUNT}:trail/*`);
  expect(JSON.stringify(conditionOf('cloudfront.amazonaws.com'))).toContain(`:cloudfront::${ACCOUNT}:distribution/*`);
  expect(conditionOf(`logs.${REGION}.amazonaws.com`)).toEqual({ StringEquals: { 'aws:SourceAccount': ACCOUNT } });
});

test('a service of which no page documents a key is left as it is, and reported', () => {
  expect(conditionOf('logdelivery.elasticloadbalancing.amazonaws.com')).toBeUndefined();
  expect(conditionOf('unheard-of.amazonaws.com')).toBeUndefined();
  const stack = stackIn();
  const bucket = new s3.Bucket(stack, 'Bucket').with(new BucketServicesBounded()) as s3.Bucket;
  allow(bucket, 'unheard-of.amazonaws.com');
  expect(() => Proof.ofStack(stack).holds(DeliveryGuarantees.onlyFromHere())).toThrow(/unheard-of\.amazonaws\.com/);
});

test('a statement that names a source, or is for others as well, is left as it is', () => {
  const Condition = { StringEquals: { 'aws:SourceAccount': OTHER } };
  expect(bounded('config.amazonaws.com', {}, { Condition })[0].Condition).toEqual(Condition);
  const Principal = { Service: 'config.amazonaws.com', AWS: `arn:aws:iam::${ACCOUNT}:root` };
  expect(bounded([], {}, { Principal })[0].Condition).toBeUndefined();
  expect(bounded('config.amazonaws.com', {}, { Effect: 'Deny' })[0].Condition).toBeUndefined();
});

test('other conditions are kept', () => {
  const Condition = {
    StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' },
    Bool: { 'aws:SecureTransport': 'true' },
  };
  expect(bounded('config.amazonaws.com', {}, { Condition })[0].Condition).toEqual({
    StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control', 'aws:SourceAccount': ACCOUNT },
    Bool: { 'aws:SecureTransport': 'true' },
  });
});

test('a statement for several services becomes one for each', () => {
  const statements = bounded(['config.amazonaws.com', 'cloudtrail.amazonaws.com', 'unheard-of.amazonaws.com']);
  expect(
    statements.map(({ Sid, Principal, Condition }) => [Sid, Principal.Service, Object.keys(Condition ?? {})]),
  ).toEqual([
    ['Foreign', 'config.amazonaws.com', ['StringEquals']],
    ['Foreign2', 'cloudtrail.amazonaws.com', ['ArnLike']],
    ['Foreign3', 'unheard-of.amazonaws.com', []],
  ]);
});

test('accounts of several uses add up, and an organization counts where it is documented', () => {
  const stack = stackIn();
  const bucket = new s3.Bucket(stack, 'Bucket').with(
    new BucketServicesBounded({ accounts: [OTHER] }),
    new BucketServicesBounded({ organizationId: ORGANIZATION }),
  ) as s3.Bucket;
  allow(bucket, ['config.amazonaws.com', 'ssm.amazonaws.com']);
  const proof = Proof.ofStack(stack);
  proof.holds(DeliveryGuarantees.onlyFromHere({ accounts: [OTHER], organizations: [ORGANIZATION] }));
  expect(() => proof.holds(DeliveryGuarantees.onlyFromHere({ organizations: [ORGANIZATION] }))).toThrow(OTHER);
  expect(conditionOf('ssm.amazonaws.com', { organizationId: ORGANIZATION })).toEqual({
    StringEquals: { 'aws:SourceOrgID': ORGANIZATION },
  });
});

test('what a delivery says of its source is kept', () => {
  const stack = stackIn();
  const bucket = new s3.Bucket(stack, 'Bucket').with(
    new BucketServicesBounded({ accounts: [OTHER] }),
    new BucketDelivery(Delivery.config()),
  ) as s3.Bucket;
  allow(bucket, 'config.amazonaws.com');
  const [policy] = Object.values(Template.fromStack(stack).findResources('AWS::S3::BucketPolicy'));
  const statements = policy.Properties.PolicyDocument.Statement as Json[];
  expect(statements.find(({ Sid }) => Sid === 'Foreign')!.Condition.StringEquals).toEqual({
    'aws:SourceAccount': ACCOUNT,
  });
});

test('bad input', () => {
  expect(() => new BucketServicesBounded({ accounts: ['1234'] })).toThrow(/"accounts" must be .*twelve digits.*"1234"/);
  expect(() => new BucketServicesBounded({ organizationId: 'acme' })).toThrow(
    /"organizationId" must be the id of an organization.*"acme"/,
  );
});
