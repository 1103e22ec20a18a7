import type { Stack } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins';
import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as ses from 'aws-cdk-lib/aws-ses';
import * as sesActions from 'aws-cdk-lib/aws-ses-actions';
import {
  AccessLogs,
  BucketDelivery,
  BucketPerimeter,
  BucketServicesBounded,
  Delivery,
  LoggingBucket,
  Perimeter,
  SecureBucket,
} from '../../src';
import { remedyOf } from '../../src/assurance/findings/remedies';
import { ACCOUNT } from '../support/app';
import { strongboxReport } from '../support/strongbox-report';

/** A bucket of the CDK with everything that the baseline asks besides. */
function plain(stack: Stack, id = 'Bucket'): s3.Bucket {
  return new s3.Bucket(stack, id, {
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    encryption: s3.BucketEncryption.S3_MANAGED,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
  });
}

const vpc = (stack: Stack) => new ec2.Vpc(stack, 'Vpc', { maxAzs: 2 });

/** What L2 constructs write into the policy of a bucket, and what becomes of it. */
const L2: Record<string, (stack: Stack, bucket: s3.Bucket) => void> = {
  'a Trail': (stack, bucket) => void new cloudtrail.Trail(stack, 'Trail', { bucket }),
  'a Trail with a name and a prefix': (stack, bucket) =>
    void new cloudtrail.Trail(stack, 'Trail', { bucket, trailName: 'audit', s3KeyPrefix: 'trails' }),
  'an Application Load Balancer': (stack, bucket) =>
    new elbv2.ApplicationLoadBalancer(stack, 'Balancer', { vpc: vpc(stack) }).logAccessLogs(bucket, 'alb'),
  'a Network Load Balancer': (stack, bucket) =>
    new elbv2.NetworkLoadBalancer(stack, 'Balancer', { vpc: vpc(stack) }).logAccessLogs(bucket),
};

test('the finding names the line that ends it', () =>
  expect(remedyOf('delivery-only-from-here').code).toBe('bucket.with(new BucketServicesBounded())'));

const onlyFromHere = (lines: string[]) => lines.filter((line) => line.startsWith('Strongbox::delivery-only-from-here'));

describe.each(Object.entries(L2))('%s', (_, build) => {
  test('lets a service act for anybody: told', () => {
    const found = onlyFromHere(strongboxReport((stack) => build(stack, plain(stack))));
    expect(found).toEqual([expect.stringContaining('delivery-only-from-here')]);
  });

  test.each(['before', 'after'])('with BucketServicesBounded applied %s it: nothing is said, and it works', (when) => {
    const found = strongboxReport((stack) => {
      const bucket = plain(stack);
      if (when === 'before') bucket.with(new BucketServicesBounded());
      build(stack, bucket);
      if (when === 'after') bucket.with(new BucketServicesBounded());
    });
    expect(found.filter((line) => /delivery|only-accounts|granted/.test(line))).toEqual([]);
  });
});

const QUIET: Record<string, (stack: Stack) => void> = {
  'a Trail with a delivery of this library': (stack) => {
    const bucket = plain(stack).with(new BucketDelivery(Delivery.cloudTrail())) as s3.Bucket;
    new cloudtrail.Trail(stack, 'Trail', { bucket });
  },
  'flow logs of a VPC': (stack) => {
    stack.node.setContext('@aws-cdk/aws-s3:createDefaultLoggingPolicy', true);
    vpc(stack).addFlowLog('Logs', {
      destination: ec2.FlowLogDestination.toS3(new LoggingBucket(stack, 'Logs').bucket),
    });
  },
  'a Distribution that reads by origin access control': (stack) =>
    void new cloudfront.Distribution(stack, 'Distribution', {
      defaultBehavior: { origin: origins.S3BucketOrigin.withOriginAccessControl(plain(stack)) },
    }),
  'lists of S3 Inventory': (stack) => {
    const lists = plain(stack, 'Lists').with(new BucketServicesBounded()) as s3.Bucket;
    plain(stack).addInventory({ destination: { bucket: lists } });
  },
  'mails of SES': (stack) => {
    const bucket = plain(stack);
    new ses.ReceiptRuleSet(stack, 'Rules', { rules: [{ actions: [new sesActions.S3({ bucket })] }] });
  },
  'server access logs': (stack) => {
    stack.node.setContext('@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy', true);
    new s3.Bucket(stack, 'Source', {
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      encryption: s3.BucketEncryption.S3_MANAGED,
      serverAccessLogsBucket: new LoggingBucket(stack, 'Logs').bucket,
    });
  },
};

test.each(Object.entries(QUIET))('%s: nothing is said of whom it acts for', (_, build) => {
  expect(strongboxReport(build).filter((line) => /delivery|only-accounts/.test(line))).toEqual([]);
});

describe('another account', () => {
  const OTHER = '222233334444';
  const forBoth = (bucket: s3.Bucket) =>
    bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal('config.amazonaws.com')],
        actions: ['s3:PutObject'],
        resources: [bucket.arnForObjects('*')],
        conditions: { StringEquals: { 'aws:SourceAccount': [ACCOUNT, OTHER] } },
      }),
    );

  test('counts only where a control names it, whatever a perimeter trusts', () => {
    const secure = (stack: Stack) =>
      new SecureBucket(stack, 'Bucket', { accessLogs: AccessLogs.none('A test of deliveries') });
    const found = (...accounts: string[]) =>
      onlyFromHere(
        strongboxReport((stack) => {
          const { bucket } = secure(stack);
          forBoth(bucket);
          bucket.with(new BucketPerimeter(Perimeter.accounts(OTHER)));
          if (accounts.length > 0) bucket.with(new BucketServicesBounded({ accounts }));
        }),
      );
    expect(found()).toEqual([expect.stringContaining('config.amazonaws.com')]);
    expect(found('555566667777')).toEqual([expect.stringContaining('config.amazonaws.com')]);
    expect(found(OTHER)).toEqual([]);
  });
});
