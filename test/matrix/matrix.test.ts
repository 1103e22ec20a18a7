import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as deployment from 'aws-cdk-lib/aws-s3-deployment';
import * as objectLambda from 'aws-cdk-lib/aws-s3objectlambda';
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
  BucketServicesBounded,
  BucketUploadEncryption,
  BucketWritersOnly,
  Delivery,
  Guarantee,
  Perimeter,
  PresignCallers,
  PresignedOperation,
  PresignedRequests,
  PresignedUrls,
  Proof,
  RedactingObjectLambda,
  Retention,
  TransformingObjectLambda,
  ViewGuarantees,
  WormArchive,
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

/** What a construct or control needs of the bucket: requests that must be allowed, and guarantees that must hold. */
type Needs = (proof: (made: iam.IRole) => string) => Array<RequestOptions | Guarantee>;

/** The bucket that everything is applied to: the two constructs that are one. */
type Base = SecureBucket | WormArchive;

const BASES: Record<string, (stack: Stack) => Base> = {
  'a SecureBucket': (stack) => new SecureBucket(stack, 'Bucket'),
  'a WormArchive': (stack) => archive(stack, 'Bucket', ACCOUNT),
};

const pathOf = (base: Base) => base.bucket.node.path;

function archive(stack: Stack, id: string, replicasFrom?: string): WormArchive {
  return new WormArchive(stack, id, {
    retention: Retention.governance(Duration.days(30)),
    writers: [role(stack, 'ingest')],
    readers: [role(stack, 'finance')],
    replicasFrom,
  });
}

/** A bucket as the base is one, for the other side of a replication. */
const alike = (stack: Stack, base: Base, id: string) =>
  base instanceof WormArchive ? archive(stack, id, ACCOUNT) : new SecureBucket(stack, id);

const view = (stack: Stack) =>
  View.redacted('analytics', { policy: RedactionPolicy.standard(), principals: [role(stack, 'analyst')] });
const source = { 'aws:SourceAccount': ACCOUNT, 's3:x-amz-acl': 'bucket-owner-full-control' };

/** The Object Lambda access point of the view, as the prover finds it. */
const nameOf = (views: TransformingObjectLambda) =>
  views.node.findAll().find((node) => objectLambda.CfnAccessPoint.isCfnAccessPoint(node))!.node.path;

/** What works on the bucket: each is applied to it, and tells what it needs there. */
const WORKERS: Record<string, (stack: Stack, bucket: Base) => Needs> = {
  'replication from it': (stack, bucket) => {
    bucket.with(new BucketReplication(Replication.to(alike(stack, bucket, 'Copies'))));
    return (named) =>
      [
        's3:GetObjectVersionForReplication',
        's3:GetObjectVersionTagging',
        's3:GetReplicationConfiguration',
        's3:ListBucket',
      ].map((action) => ({
        principal: named(bucket.replicationRole!),
        action,
        resource: action.includes('Object') ? `${pathOf(bucket)}/x` : pathOf(bucket),
      }));
  },
  'replication into it': (stack, bucket) => {
    const originals = alike(stack, bucket, 'Originals');
    originals.with(new BucketReplication(Replication.to(bucket)));
    return (named) =>
      ['s3:ReplicateObject', 's3:ReplicateTags'].map((action) => ({
        principal: named(originals.replicationRole!),
        action,
        resource: `${pathOf(bucket)}/x`,
      }));
  },
  'redacted copies of it': (stack, bucket) => {
    const copy = new RedactedCopy(stack, 'Copy', { bucket, view: view(stack) });
    return (named) =>
      ['s3:GetObject', 's3:GetObjectVersion', 's3:ListBucket'].map((action) => ({
        principal: named(copy.fn.role!),
        action,
        resource: action.includes('Object') ? `${pathOf(bucket)}/x` : pathOf(bucket),
      }));
  },
  'redacted copies in it': (stack, bucket) => {
    const copy = new RedactedCopy(stack, 'Copy', {
      bucket: new SecureBucket(stack, 'Originals'),
      view: view(stack),
      // Types take a SecureBucket; JavaScript takes what is one in all but its class.
      destination: bucket as SecureBucket,
    });
    return (named) =>
      ['s3:PutObject', 's3:GetObject', 's3:ListBucket'].map((action) => ({
        principal: named(copy.fn.role!),
        action,
        resource: action.includes('Object') ? `${pathOf(bucket)}/x` : pathOf(bucket),
      }));
  },
  'a redacting endpoint': (stack, bucket) => {
    const endpoint = new RedactingEndpoint(stack, 'Endpoint', { bucket, views: [view(stack)] });
    return (named) =>
      ['s3:GetObject', 's3:ListBucket'].map((action) => ({
        principal: named(endpoint.fn.role!),
        action,
        resource: action.includes('Object') ? `${pathOf(bucket)}/x` : pathOf(bucket),
      }));
  },
  'a redacting Object Lambda': (stack, bucket) => {
    const views = new RedactingObjectLambda(stack, 'Views', { bucket, views: [view(stack)] });
    return () => [ViewGuarantees.readable({ view: nameOf(views), callers: [arn('analyst')] })];
  },
  'a transforming Object Lambda': (stack, bucket) => {
    const masked = View.redacted('analytics', {
      policy: RedactionPolicy.standard(),
      principals: [role(stack, 'analyst')],
      prefixes: ['letters/'],
    });
    const views = new TransformingObjectLambda(stack, 'Views', { bucket, views: [masked] });
    return () => [ViewGuarantees.readable({ view: nameOf(views), callers: [arn('analyst')], prefixes: ['letters/'] })];
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
        resource: `${pathOf(bucket)}/downloads/x`,
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
        resource: `${pathOf(bucket)}/finance/x`,
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
        resource: `${pathOf(bucket)}/inventory/x`,
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
        resource: `${pathOf(bucket)}/AWSLogs/${ACCOUNT}/vpcflowlogs/x`,
        context,
      },
      { principal: 'delivery.logs.amazonaws.com', action: 's3:GetBucketAcl', resource: pathOf(bucket), context },
    ];
  },
  'a trail': (_stack, bucket) => {
    bucket.with(new BucketDelivery(Delivery.cloudTrail({ trailName: 'audit', regions: [REGION] })));
    return () => [
      {
        principal: 'cloudtrail.amazonaws.com',
        action: 's3:PutObject',
        resource: `${pathOf(bucket)}/AWSLogs/${ACCOUNT}/CloudTrail/x`,
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
        resource: action.includes('Object') ? `${pathOf(bucket)}/x` : pathOf(bucket),
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
  'bounded services': () => new BucketServicesBounded(),
  'the default encryption': () => new BucketUploadEncryption(UploadEncryption.bucketDefault()),
};

const OF_OBJECT_LAMBDA = {
  'a network perimeter': /pass throughObjectLambda: true to BucketPerimeter, or use RedactingEndpoint/i,
  'named readers': /name the callers of the views among the readers as well, or use RedactingEndpoint/i,
};

/** Cells that are refused at synthesis, and the way out that the error names. All others work. */
const OF_SECURE_BUCKET: Record<string, Record<string, RegExp>> = {
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
  'a redacting Object Lambda': OF_OBJECT_LAMBDA,
  'a transforming Object Lambda': OF_OBJECT_LAMBDA,
  'replication into it': {
    'named writers': /replicasFrom/,
  },
};

const OF_ARCHIVE: Record<string, Record<string, RegExp>> = {
  ...Object.fromEntries(
    Object.keys(WORKERS).map((worker) => [
      worker,
      { 'named policy administrators': /"policyAdministrators" must be the same people, or some of them.*one place/ },
    ]),
  ),
  'a BucketDeployment': { any: /deploy to another bucket, and let a named writer copy from there|one place/i },
  'a redacting Object Lambda': { any: /name the callers of the views among the readers as well|one place/i },
  'a transforming Object Lambda': { any: /name the callers of the views among the readers as well|one place/i },
  'presigned downloads': { any: /use another bucket, or a construct that reads for its callers|one place/i },
};

const REFUSED: Record<string, Record<string, Record<string, RegExp>>> = {
  'a SecureBucket': OF_SECURE_BUCKET,
  'a WormArchive': OF_ARCHIVE,
};

interface Built {
  readonly stack: Stack;
  readonly base: Base;
  readonly needs: Needs;
}

function build(worker: string, restriction: string, first: boolean, of = 'a SecureBucket'): Built {
  const stack = new Stack(new App({ treeMetadata: false }), 'Stack', { env: { account: ACCOUNT, region: REGION } });
  const base = BASES[of](stack);
  const restrict = () => base.bucket.with(RESTRICTIONS[restriction](stack));
  if (first) restrict();
  const needs = WORKERS[worker](stack, base);
  if (!first) restrict();
  return { stack, base, needs };
}

/** The ARN of a role as the prover names one whose name CloudFormation makes up. */
const namedIn = (stack: Stack) => (made: iam.IRole) =>
  `arn:aws:iam::${ACCOUNT}:role/{Stack.${stack.getLogicalId(made.node.defaultChild as iam.CfnRole)}}`;

describe.each(Object.keys(BASES).flatMap((base) => Object.keys(WORKERS).map((worker) => [base, worker] as const)))(
  '%s, %s',
  (of, worker) => {
    test.each(Object.keys(RESTRICTIONS))('with %s: it works, or is refused with the way out', (restriction) => {
      const refusal = REFUSED[of][worker]?.[restriction] ?? REFUSED[of][worker]?.any;
      for (const first of [true, false]) {
        if (refusal) {
          expect(() => Proof.ofStack(build(worker, restriction, first, of).stack)).toThrow(refusal);
        } else {
          const { stack, base, needs } = build(worker, restriction, first, of);
          const proof = Proof.ofStack(stack);
          for (const need of needs(namedIn(stack))) {
            if (need instanceof Guarantee) proof.holds(need, { subject: base.bucket.node.path });
            else proof.allows(need);
          }
        }
      }
    });
  },
);

test('a role of another construct is stopped by what exempts these', () => {
  for (const restriction of ['a network perimeter', 'no direct access', 'named readers']) {
    const { stack, base } = build('redacted copies of it', restriction, true);
    Proof.ofStack(stack).denies({ principal: arn('somebody'), action: 's3:GetObject', resource: `${pathOf(base)}/x` });
  }
  const { stack, base } = build('a trail', 'named writers', true);
  Proof.ofStack(stack).denies({
    principal: arn('somebody'),
    action: 's3:PutObject',
    resource: `${pathOf(base)}/AWSLogs/${ACCOUNT}/CloudTrail/x`,
  });
  Proof.ofStack(stack).denies({
    principal: 'config.amazonaws.com',
    action: 's3:PutObject',
    resource: `${pathOf(base)}/AWSLogs/${ACCOUNT}/CloudTrail/x`,
  });
});

describe('Object Lambda takes the way out that its errors name', () => {
  const inStack = (restrict: (stack: Stack) => BucketControl) => {
    const stack = new Stack(new App({ treeMetadata: false }), 'Stack', { env: { account: ACCOUNT, region: REGION } });
    const bucket = BASES['a SecureBucket'](stack);
    const [needed] = WORKERS['a redacting Object Lambda'](stack, bucket)(namedIn(stack));
    bucket.bucket.with(restrict(stack));
    return () => Proof.ofStack(stack).holds(needed as Guarantee, { subject: bucket.bucket.node.path });
  };

  test('a perimeter that lets it through, or exempts the callers', () => {
    const inside = Perimeter.vpcEndpoints('vpce-0123456789abcdef0');
    expect(inStack(() => new BucketPerimeter(inside, { throughObjectLambda: true }))).not.toThrow();
    expect(inStack((stack) => new BucketPerimeter(inside, { exempt: [role(stack, 'analyst')] }))).not.toThrow();
  });

  test('callers among the named readers', () =>
    expect(inStack((stack) => new BucketReadersOnly([role(stack, 'analyst')]))).not.toThrow());
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
