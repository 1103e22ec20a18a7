import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as deployment from 'aws-cdk-lib/aws-s3-deployment';
import {
  BucketDeletesDenied,
  BucketDelivery,
  BucketDirectAccessDenied,
  BucketLockInventory,
  BucketLockSettingsFrozen,
  BucketPerimeter,
  BucketPolicyAdministratorsOnly,
  BucketPresignedLimits,
  BucketReadersOnly,
  BucketRecentMfa,
  BucketReplication,
  BucketUploadEncryption,
  BucketWritersOnly,
  Delivery,
  Perimeter,
  PresignCallers,
  PresignedOperation,
  PresignedRequests,
  PresignedUrls,
  Proof,
  RedactedCopy,
  RedactingEndpoint,
  RedactionPolicy,
  Replication,
  SecureBucket,
  Team,
  TeamAccessPoints,
  UploadEncryption,
  View,
  type BucketControl,
  type RequestOptions,
} from '../../src';
import { ACCOUNT, REGION } from '../support/app';
import { arn, role } from '../support/people';

/** What a construct or control needs of the bucket, as requests that must be allowed. */
type Needs = (proof: (made: iam.IRole) => string) => RequestOptions[];

const PATH = 'Stack/Bucket/Resource';
const view = (stack: Stack) =>
  View.redacted('analytics', { policy: RedactionPolicy.standard(), principals: [role(stack, 'analyst')] });
const source = { 'aws:SourceAccount': ACCOUNT, 's3:x-amz-acl': 'bucket-owner-full-control' };

/** What works on the bucket: each is applied to it, and tells what it needs there. */
const WORKERS: Record<string, (stack: Stack, bucket: SecureBucket) => Needs> = {
  'replication from it': (stack, bucket) => {
    bucket.with(new BucketReplication(Replication.to(new SecureBucket(stack, 'Copies'))));
    return (named) =>
      [
        's3:GetObjectVersionForReplication',
        's3:GetObjectVersionTagging',
        's3:GetReplicationConfiguration',
        's3:ListBucket',
      ].map((action) => ({
        principal: named(bucket.replicationRole!),
        action,
        resource: action.includes('Object') ? `${PATH}/x` : PATH,
      }));
  },
  'replication into it': (stack, bucket) => {
    const originals = new SecureBucket(stack, 'Originals');
    originals.with(new BucketReplication(Replication.to(bucket)));
    return (named) =>
      ['s3:ReplicateObject', 's3:ReplicateTags'].map((action) => ({
        principal: named(originals.replicationRole!),
        action,
        resource: `${PATH}/x`,
      }));
  },
  'redacted copies of it': (stack, bucket) => {
    const copy = new RedactedCopy(stack, 'Copy', { bucket, view: view(stack) });
    return (named) =>
      ['s3:GetObject', 's3:GetObjectVersion', 's3:ListBucket'].map((action) => ({
        principal: named(copy.fn.role!),
        action,
        resource: action.includes('Object') ? `${PATH}/x` : PATH,
      }));
  },
  'redacted copies in it': (stack, bucket) => {
    const copy = new RedactedCopy(stack, 'Copy', {
      bucket: new SecureBucket(stack, 'Originals'),
      view: view(stack),
      destination: bucket,
    });
    return (named) =>
      ['s3:PutObject', 's3:GetObject', 's3:ListBucket'].map((action) => ({
        principal: named(copy.fn.role!),
        action,
        resource: action.includes('Object') ? `${PATH}/x` : PATH,
      }));
  },
  'a redacting endpoint': (stack, bucket) => {
    const endpoint = new RedactingEndpoint(stack, 'Endpoint', { bucket, views: [view(stack)] });
    return (named) =>
      ['s3:GetObject', 's3:ListBucket'].map((action) => ({
        principal: named(endpoint.fn.role!),
        action,
        resource: action.includes('Object') ? `${PATH}/x` : PATH,
      }));
  },
  'presigned downloads': (stack, bucket) => {
    const urls = new PresignedUrls(stack, 'Urls', {
      bucket: bucket.bucket,
      prefix: 'downloads/',
      operations: [PresignedOperation.download()],
      callers: PresignCallers.iam(),
    });
    // By a client inside the network, since a URL has the network of whoever uses it.
    return (named) => [
      {
        principal: named(urls.signer),
        action: 's3:GetObject',
        resource: `${PATH}/downloads/x`,
        context: {
          's3:authType': 'REST-QUERY-STRING',
          's3:signatureAge': '1000',
          'aws:SourceVpce': 'vpce-0123456789abcdef0',
        },
      },
    ];
  },
  'team access points': (stack, bucket) => {
    const teams = new TeamAccessPoints(stack, 'Teams', {
      bucket,
      teams: [Team.readOnly('finance', { principals: [role(stack, 'finance')], prefixes: ['finance/'] })],
    });
    return () => [
      {
        principal: arn('finance'),
        action: 's3:GetObject',
        resource: `${PATH}/finance/x`,
        accessPoint: teams.accessPoint('finance').name,
        context: { 'aws:SourceVpce': 'vpce-0123456789abcdef0' },
      },
    ];
  },
  'lists of S3 Inventory': (stack, bucket) => {
    new SecureBucket(stack, 'Listed').with(new BucketLockInventory(bucket));
    return () => [
      {
        principal: 's3.amazonaws.com',
        action: 's3:PutObject',
        resource: `${PATH}/inventory/x`,
        context: { ...source, 'aws:SourceArn': 'arn:aws:s3:::listed' },
      },
    ];
  },
  'VPC flow logs': (_stack, bucket) => {
    bucket.with(new BucketDelivery(Delivery.vpcFlowLogs()));
    const context = { ...source, 'aws:SourceArn': `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:x` };
    return () => [
      {
        principal: 'delivery.logs.amazonaws.com',
        action: 's3:PutObject',
        resource: `${PATH}/AWSLogs/${ACCOUNT}/vpcflowlogs/x`,
        context,
      },
      { principal: 'delivery.logs.amazonaws.com', action: 's3:GetBucketAcl', resource: PATH, context },
    ];
  },
  'a trail': (_stack, bucket) => {
    bucket.with(new BucketDelivery(Delivery.cloudTrail({ trailName: 'audit', regions: [REGION] })));
    return () => [
      {
        principal: 'cloudtrail.amazonaws.com',
        action: 's3:PutObject',
        resource: `${PATH}/AWSLogs/${ACCOUNT}/CloudTrail/x`,
        context: {
          ...source,
          'aws:SourceArn': `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/audit`,
          's3:x-amz-server-side-encryption': 'AES256',
        },
      },
    ];
  },
  'a BucketDeployment': (stack, bucket) => {
    const deploys = new deployment.BucketDeployment(stack, 'Deployment', {
      sources: [deployment.Source.data('x', 'x')],
      destinationBucket: bucket.bucket,
    });
    return (named) =>
      ['s3:PutObject', 's3:ListBucket'].map((action) => ({
        principal: named(deploys.handlerRole),
        action,
        resource: action.includes('Object') ? `${PATH}/x` : PATH,
      }));
  },
};

/** What restricts the bucket. */
const RESTRICTIONS: Record<string, (stack: Stack) => BucketControl> = {
  'a network perimeter': () => new BucketPerimeter(Perimeter.vpcEndpoints('vpce-0123456789abcdef0')),
  'an account perimeter': () => new BucketPerimeter(Perimeter.accounts('222233334444')),
  'no direct access': () => new BucketDirectAccessDenied(),
  'no presigned requests': () => new BucketPresignedLimits(PresignedRequests.none()),
  'young presigned requests': () => new BucketPresignedLimits(PresignedRequests.atMost(Duration.minutes(5))),
  'named readers': (stack) => new BucketReadersOnly([role(stack, 'finance')]),
  'named writers': (stack) => new BucketWritersOnly([role(stack, 'ingest')]),
  'no deletes': () => new BucketDeletesDenied(),
  'MFA for deletes': () => new BucketRecentMfa(),
  'frozen settings': () => new BucketLockSettingsFrozen(),
  'named policy administrators': (stack) => new BucketPolicyAdministratorsOnly([role(stack, 'admin')]),
  'the default encryption': () => new BucketUploadEncryption(UploadEncryption.bucketDefault()),
};

/** Cells that are refused at synthesis, and the way out that the error names. All others work. */
const REFUSED: Record<string, Record<string, RegExp>> = {
  'a BucketDeployment': {
    'a network perimeter': /pass the "handlerRole" of the BucketDeployment to "exempt"/i,
    'no direct access': /pass the "handlerRole" of the BucketDeployment to "exempt"/i,
    'named writers': /deploy to another bucket, and let a named writer copy from there/i,
  },
  'presigned downloads': {
    'no direct access':
      /create the TeamAccessPoints after these URLs, with DirectAccess\.denied\(\{ except: \[urls\.signer\] \}\)/i,
    'no presigned requests': /apply BucketPresignedLimits with PresignedRequests\.onlyBy\(urls\.signer\)/i,
    'named readers': /use another bucket, or a construct that reads for its callers/i,
  },
  'replication into it': {
    'named writers': /replicasFrom/,
  },
};

function build(worker: string, restriction: string, first: boolean): { readonly stack: Stack; readonly needs: Needs } {
  const stack = new Stack(new App({ treeMetadata: false }), 'Stack', { env: { account: ACCOUNT, region: REGION } });
  const bucket = new SecureBucket(stack, 'Bucket');
  const restrict = () => bucket.with(RESTRICTIONS[restriction](stack));
  if (first) restrict();
  const needs = WORKERS[worker](stack, bucket);
  if (!first) restrict();
  return { stack, needs };
}

/** The ARN of a role as the prover names one whose name CloudFormation makes up. */
const namedIn = (stack: Stack) => (made: iam.IRole) =>
  `arn:aws:iam::${ACCOUNT}:role/{Stack.${stack.getLogicalId(made.node.defaultChild as iam.CfnRole)}}`;

describe.each(Object.keys(WORKERS))('%s', (worker) => {
  test.each(Object.keys(RESTRICTIONS))('with %s: it works, or is refused with the way out', (restriction) => {
    const refusal = REFUSED[worker]?.[restriction];
    for (const first of [true, false]) {
      const { stack, needs } = build(worker, restriction, first);
      if (refusal) {
        expect(() => Proof.ofStack(stack)).toThrow(refusal);
      } else {
        const proof = Proof.ofStack(stack);
        for (const request of needs(namedIn(stack))) proof.allows(request);
      }
    }
  });
});

test('a role of another construct is stopped by what exempts these', () => {
  for (const restriction of ['a network perimeter', 'no direct access', 'named readers']) {
    const { stack } = build('redacted copies of it', restriction, true);
    Proof.ofStack(stack).denies({ principal: arn('somebody'), action: 's3:GetObject', resource: `${PATH}/x` });
  }
  const { stack } = build('a trail', 'named writers', true);
  Proof.ofStack(stack).denies({
    principal: arn('somebody'),
    action: 's3:PutObject',
    resource: `${PATH}/AWSLogs/${ACCOUNT}/CloudTrail/x`,
  });
  Proof.ofStack(stack).denies({
    principal: 'config.amazonaws.com',
    action: 's3:PutObject',
    resource: `${PATH}/AWSLogs/${ACCOUNT}/CloudTrail/x`,
  });
});

test('the function that empties a bucket is stopped by a network perimeter, and synthesis says so', () => {
  const stack = new Stack(new App({ treeMetadata: false }), 'Stack', { env: { account: ACCOUNT, region: REGION } });
  new s3.Bucket(stack, 'Bucket', { removalPolicy: RemovalPolicy.DESTROY, autoDeleteObjects: true }).with(
    new BucketPerimeter(Perimeter.vpcEndpoints('vpce-0123456789abcdef0')),
  );
  expect(() => Proof.ofStack(stack)).toThrow(
    /"autoDeleteObjects" must be a role that the restriction exempts.*leave "autoDeleteObjects" out/i,
  );
});
