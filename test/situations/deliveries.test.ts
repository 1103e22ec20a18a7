import type { Stack } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins';
import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import * as ses from 'aws-cdk-lib/aws-ses';
import * as sesActions from 'aws-cdk-lib/aws-ses-actions';
import { AccessLogs, BucketPerimeter, Delivery, LoggingBucket, Perimeter, SecureBucket } from '../../src';
import { ACCOUNT, REGION } from '../support/app';
import { strongboxReport } from '../support/strongbox-report';

const ENDPOINT = 'vpce-0123456789abcdef0';
const logs = AccessLogs.none('A test of deliveries');
const secure = (stack: Stack, id = 'Bucket') => new SecureBucket(stack, id, { accessLogs: logs });

function balancer(stack: Stack): elbv2.ApplicationLoadBalancer {
  return new elbv2.ApplicationLoadBalancer(stack, 'Balancer', { vpc: new ec2.Vpc(stack, 'Vpc', { maxAzs: 2 }) });
}

/** What lets the flow logs, lists or mails of the account in, as pages of AWS show it: the key is forgotten. */
function admit(bucket: s3.Bucket, service: string, conditions: Record<string, unknown>, ...more: string[]): void {
  bucket.addToResourcePolicy(
    new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal(service)],
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects('*')],
      conditions,
    }),
  );
  if (more.length === 0) return;
  bucket.addToResourcePolicy(
    new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal(service)],
      actions: more,
      resources: [bucket.bucketArn],
      conditions,
    }),
  );
}

const TRAIL = `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/audit`;

/** A trail without the statements that the L2 adds to its bucket. */
function trail(stack: Stack, bucket: s3.IBucket, props: Partial<cloudtrail.CfnTrailProps> = {}): cloudtrail.CfnTrail {
  return new cloudtrail.CfnTrail(stack, 'Trail', {
    trailName: 'audit',
    isLogging: true,
    s3BucketName: bucket.bucketName,
    ...props,
  });
}

function flowLogs(stack: Stack, bucket: s3.IBucket): void {
  new ec2.CfnFlowLog(stack, 'FlowLog', {
    resourceId: new ec2.Vpc(stack, 'Vpc', { maxAzs: 1 }).vpcId,
    resourceType: 'VPC',
    trafficType: 'ALL',
    logDestinationType: 's3',
    logDestination: bucket.bucketArn,
  });
}

const FROM_LOGS = {
  StringEquals: { 'aws:SourceAccount': ACCOUNT },
  ArnLike: { 'aws:SourceArn': `arn:aws:logs:${REGION}:${ACCOUNT}:*` },
};

function mail(stack: Stack, bucket: s3.IBucket): void {
  new ses.ReceiptRuleSet(stack, 'Rules', { rules: [{ actions: [new sesActions.S3({ bucket })] }] });
}

const BROKEN: Record<string, [(stack: Stack) => void, RegExp]> = {
  'load balancer logs by attributes into an SSE-KMS bucket': [
    (stack) => {
      const { bucket } = secure(stack);
      const made = balancer(stack);
      made.setAttribute('access_logs.s3.enabled', 'true');
      made.setAttribute('access_logs.s3.bucket', bucket.bucketName);
    },
    /delivery-works .*cannot work on a bucket with SSE-KMS.*LoggingBucket, whose encryption is SSE-S3/,
  ],
  'a trail bucket into which the trail of any account may write': [
    (stack) => {
      const { bucket } = new LoggingBucket(stack, 'Logs');
      admit(bucket, 'cloudtrail.amazonaws.com', { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } });
    },
    /delivery-only-from-here .*cloudtrail\.amazonaws\.com can call s3:PutObject/,
  ],
  'everybody, if a service asks, which is each service for whomever': [
    (stack) => {
      const { bucket } = secure(stack);
      bucket.addToResourcePolicy(
        new iam.PolicyStatement({
          principals: [new iam.StarPrincipal()],
          actions: ['s3:PutObject'],
          resources: [bucket.arnForObjects('*')],
          conditions: { Bool: { 'aws:PrincipalIsAWSService': 'true' } },
        }),
      );
    },
    /delivery-only-from-here .* can call s3:PutObject/,
  ],
  'CloudFront, for the distribution of anybody': [
    (stack) => {
      const { bucket } = secure(stack);
      bucket.addToResourcePolicy(
        new iam.PolicyStatement({
          principals: [new iam.ServicePrincipal('cloudfront.amazonaws.com')],
          actions: ['s3:GetObject'],
          resources: [bucket.arnForObjects('*')],
        }),
      );
    },
    /delivery-only-from-here .*cloudfront\.amazonaws\.com can call s3:GetObject/,
  ],
  'a trail that records the data events of its own target': [
    (stack) => {
      const { bucket } = secure(stack);
      trail(stack, bucket, {
        eventSelectors: [
          {
            readWriteType: 'All',
            includeManagementEvents: true,
            dataResources: [{ type: 'AWS::S3::Object', values: [bucket.arnForObjects('')] }],
          },
        ],
      });
      bucket.addToResourcePolicy(
        new iam.PolicyStatement({
          principals: [new iam.ServicePrincipal('cloudtrail.amazonaws.com')],
          actions: ['s3:GetBucketAcl', 's3:PutObject'],
          resources: [bucket.bucketArn, bucket.arnForObjects('*')],
          conditions: { StringEquals: { 'aws:SourceArn': TRAIL } },
        }),
      );
    },
    /trail-target-excluded /,
  ],
  'flow logs into an SSE-KMS bucket whose key forgets them': [
    (stack) => {
      const { bucket } = secure(stack);
      flowLogs(stack, bucket);
      admit(bucket, 'delivery.logs.amazonaws.com', FROM_LOGS, 's3:GetBucketAcl');
    },
    /delivery-works .*delivery\.logs\.amazonaws\.com cannot call kms:GenerateDataKey/,
  ],
  'lists of S3 Inventory into an SSE-KMS bucket whose key forgets them': [
    (stack) => secure(stack, 'Listed').bucket.addInventory({ destination: { bucket: secure(stack).bucket } }),
    /delivery-works .*s3\.amazonaws\.com cannot call kms:GenerateDataKey/,
  ],
  'mails of SES into an SSE-KMS bucket whose key forgets them': [
    (stack) => mail(stack, secure(stack).bucket),
    /delivery-works .*ses\.amazonaws\.com cannot call kms:GenerateDataKey/,
  ],
  'legacy logs of CloudFront into a LoggingBucket': [
    (stack) =>
      new cloudfront.Distribution(stack, 'Distribution', {
        defaultBehavior: { origin: origins.S3BucketOrigin.withOriginAccessControl(secure(stack).bucket) },
        logBucket: new LoggingBucket(stack, 'Logs').bucket,
      }),
    /delivery-works .*ACLs disabled: use standard logging v2/,
  ],
};

const WORKING: Record<string, (stack: Stack) => void> = {
  'load balancer logs inside a network perimeter': (stack) => {
    const target = new LoggingBucket(stack, 'Logs');
    target.bucket.with(new BucketPerimeter(Perimeter.vpcEndpoints(ENDPOINT)));
    target.allowDelivery(Delivery.applicationLoadBalancerLogs());
    const made = balancer(stack);
    made.setAttribute('access_logs.s3.enabled', 'true');
    made.setAttribute('access_logs.s3.bucket', target.bucket.bucketName);
  },
  'a trail into a SecureBucket': (stack) => {
    const target = secure(stack);
    trail(stack, target.bucket);
    target.allowDelivery(Delivery.cloudTrail({ trailName: 'audit' }));
  },
  'a trail of the L2 with a prefix': (stack) => {
    const target = secure(stack);
    target.allowDelivery(Delivery.cloudTrail({ trailName: 'audit', prefix: 'trails/' }));
    trail(stack, target.bucket, { s3KeyPrefix: 'trails' });
  },
  'a trail that the policy pins by its ARN': (stack) => {
    const { bucket } = new LoggingBucket(stack, 'Logs');
    admit(bucket, 'cloudtrail.amazonaws.com', { StringEquals: { 'aws:SourceArn': TRAIL } }, 's3:GetBucketAcl');
    trail(stack, bucket);
  },
  'flow logs with allowDelivery': (stack) => {
    const target = secure(stack);
    target.allowDelivery(Delivery.vpcFlowLogs());
    flowLogs(stack, target.bucket);
  },
  'flow logs with the key policy of the page of AWS': (stack) => {
    const { bucket, key } = secure(stack);
    flowLogs(stack, bucket);
    admit(bucket, 'delivery.logs.amazonaws.com', FROM_LOGS, 's3:GetBucketAcl');
    key!.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal('delivery.logs.amazonaws.com')],
        actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
        resources: ['*'],
        conditions: FROM_LOGS,
      }),
    );
  },
  'lists of S3 Inventory with allowDelivery': (stack) => {
    const target = secure(stack);
    target.allowDelivery(Delivery.s3Inventory());
    secure(stack, 'Listed').bucket.addInventory({ destination: { bucket: target.bucket } });
  },
  'mails of SES with allowDelivery': (stack) => {
    const target = secure(stack);
    target.allowDelivery(Delivery.sesReceiptRule());
    mail(stack, target.bucket);
  },
  'an Origin Access Identity of the own distribution': (stack) =>
    new cloudfront.Distribution(stack, 'Distribution', {
      defaultBehavior: {
        origin: origins.S3BucketOrigin.withOriginAccessIdentity(new LoggingBucket(stack, 'Site').bucket),
      },
    }),
};

test.each(Object.entries(BROKEN))('%s: told', (_, [build, expected]) => {
  expect(strongboxReport(build)).toContainEqual(expect.stringMatching(expected));
});

test.each(Object.entries(WORKING))('%s: nothing is said', (_, build) => {
  expect(strongboxReport(build)).toEqual([]);
});

test('load balancer logs of the L2 in a Region where an account of AWS writes them: that account is no other', () => {
  const found = strongboxReport((stack) => balancer(stack).logAccessLogs(new LoggingBucket(stack, 'Logs').bucket));
  // What the L2 adds for delivery.logs.amazonaws.com names no source.
  expect(found).toEqual([
    expect.stringMatching(/^Strongbox::delivery-only-from-here .*delivery\.logs\.amazonaws\.com/),
  ]);
});

test('an account of AWS that may do more than deliver is another account', () => {
  const found = strongboxReport((stack) => {
    const target = new LoggingBucket(stack, 'Logs');
    balancer(stack).logAccessLogs(target.bucket);
    target.bucket.grantRead(new iam.AccountPrincipal('054676820928'));
  });
  expect(found).toContainEqual(expect.stringMatching(/^Strongbox::only-accounts .*account 054676820928 can call/));
});
