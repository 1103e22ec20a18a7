import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import {
  AccessPointDelegation,
  BucketAccessPointDelegation,
  BucketDelivery,
  BucketDirectAccessDenied,
  BucketPerimeter,
  BucketPresignedLimits,
  BucketPublicRead,
  BucketRecentMfa,
  BucketReplication,
  BucketRetention,
  BucketRetentionBounds,
  ClientSideKey,
  Delivery,
  DirectAccess,
  Encryption,
  Lifecycle,
  LoggingBucket,
  MfaDelete,
  Perimeter,
  PresignCallers,
  PresignedOperation,
  PresignedRequests,
  PresignedUrls,
  PublicRead,
  RedactedCopy,
  RedactingEndpoint,
  RedactingObjectLambda,
  RedactionPolicy,
  Replication,
  Retention,
  RiskAcceptance,
  SecureBucket,
  Team,
  TeamAccessPoints,
  UploadEncryption,
  View,
  WormArchive,
} from '../../src';
import { actionsMatching, carries, conditionKey } from '../../src/assurance/data/iam';
import { ACCOUNT, REGION } from '../support/app';
import { role } from '../support/people';

type Json = Record<string, any>;

const view = (stack: Stack) =>
  View.redacted('analytics', {
    policy: RedactionPolicy.standard(),
    principals: [role(stack, 'analyst')],
    prefixes: ['a/'],
    listing: true,
  });
const days = Duration.days(365);

/** Every construct and every control that writes a policy, with the options that change its statements. */
const EVERYTHING: Record<string, (stack: Stack) => void> = {
  'a bucket with SSE-S3': (stack) => new SecureBucket(stack, 'B', { encryption: Encryption.s3Managed() }),
  'a bucket with SSE-KMS that wants the header': (stack) =>
    new SecureBucket(stack, 'B', { uploadEncryption: UploadEncryption.explicitHeader() }),
  'a bucket with DSSE-KMS': (stack) => new SecureBucket(stack, 'B', { encryption: Encryption.dualLayerKms() }),
  'a bucket with SSE-C': (stack) => new SecureBucket(stack, 'B', { encryption: Encryption.customerProvided() }),
  grants: (stack) => {
    const bucket = new SecureBucket(stack, 'B');
    for (const account of [ACCOUNT, '222233334444']) {
      bucket.grantReadWrite(role(stack, `r${account}`, account), { prefixes: ['a/'] });
      bucket.grantDelete(role(stack, `r${account}`, account));
    }
  },
  'a log bucket': (stack) => LoggingBucket.of(stack).allowDelivery(Delivery.applicationLoadBalancerLogs()),
  'an archive': (stack) => {
    const people = {
      archivists: [role(stack, 'a')],
      readers: [role(stack, 'b')],
      retentionOfficers: [role(stack, 'c')],
      legalOfficers: [role(stack, 'd')],
    };
    const { archivists, readers } = people;
    new WormArchive(stack, 'W', {
      retention: Retention.governance(days),
      writers: archivists,
      readers,
      versionDeleters: people.retentionOfficers,
      legalHoldManagers: people.legalOfficers,
    } as never).allowDelivery(Delivery.cloudTrail({ trailName: 'audit' }));
  },
  'an archive in compliance mode': (stack) =>
    new WormArchive(stack, 'W', {
      retention: Retention.compliance(days, RiskAcceptance.irreversible('Approved by Legal')),
      replicasFrom: '222233334444',
    }),
  restrictions: (stack) =>
    new SecureBucket(stack, 'B').bucket.with(
      new BucketPerimeter(
        Perimeter.anyOf(
          Perimeter.vpcEndpoints('vpce-0123456789abcdef0'),
          Perimeter.ipRanges('203.0.113.0/24'),
          Perimeter.organization('o-a1b2c3d4e5'),
        ),
        {
          policyAdministrators: [role(stack, 'admin')],
          throughObjectLambda: true,
        },
      ),
      new BucketDirectAccessDenied([role(stack, 'admin')]),
      new BucketPresignedLimits(PresignedRequests.onlyBy(role(stack, 'admin')).notOlderThan(Duration.minutes(5))),
      new BucketRecentMfa(),
      new BucketAccessPointDelegation(AccessPointDelegation.named('finance')),
    ),
  'retention bounds': (stack) => {
    const retention = Retention.governance(days);
    new s3.Bucket(stack, 'B', { objectLockEnabled: true, versioned: true }).with(
      new BucketRetention(retention),
      new BucketRetentionBounds(retention),
    );
  },
  'public read': (stack) =>
    new SecureBucket(stack, 'B', { encryption: Encryption.s3Managed() }).bucket.with(
      new BucketPublicRead(PublicRead.because('Press kit, published by Communications', { prefixes: ['press/'] })),
    ),
  teams: (stack) =>
    new TeamAccessPoints(stack, 'T', {
      bucket: new SecureBucket(stack, 'B'),
      teams: [
        Team.readOnly('one', { principals: [role(stack, 'one')], prefixes: ['one/'] }),
        Team.readWrite('two', { principals: [role(stack, 'two')], prefixes: ['two/'] }),
      ],
      directAccess: DirectAccess.denied(),
    }),
  'replication to another account': (stack) => {
    const other = new Stack(stack.node.root as App, 'Other', { env: { account: '222233334444', region: 'us-east-1' } });
    new SecureBucket(stack, 'B', { bucketName: 'acme-source' }).bucket.with(
      new BucketReplication(
        Replication.to(new SecureBucket(other, 'C', { bucketName: 'acme-copies' }), { deleteMarkers: true }),
      ),
    );
  },
  copies: (stack) => new RedactedCopy(stack, 'Copy', { bucket: new SecureBucket(stack, 'B'), view: view(stack) }),
  'an endpoint': (stack) =>
    new RedactingEndpoint(stack, 'E', { bucket: new SecureBucket(stack, 'B'), views: [view(stack)] }),
  'Object Lambda': (stack) =>
    new RedactingObjectLambda(stack, 'O', { bucket: new SecureBucket(stack, 'B'), views: [view(stack)] } as never),
  'presigned URLs': (stack) =>
    new PresignedUrls(stack, 'U', {
      bucket: new SecureBucket(stack, 'B').bucket,
      prefix: 'u/',
      operations: [PresignedOperation.download()],
      callers: PresignCallers.iam(),
    }),
  'a client-side key': (stack) =>
    new ClientSideKey(stack, 'K', { context: { app: 'x' }, writers: [role(stack, 'w')], readers: [role(stack, 'r')] }),
  'MFA delete': (stack) =>
    new MfaDelete(stack, 'M', {
      bucket: new SecureBucket(stack, 'B', { lifecycle: Lifecycle.none('MFA delete allows none') }),
    }),
  deliveries: (stack) => {
    const bucket = new SecureBucket(stack, 'B');
    for (const delivery of [
      Delivery.vpcFlowLogs(),
      Delivery.config(),
      Delivery.s3Inventory(),
      Delivery.s3StorageLens(),
      Delivery.cloudWatchLogsExport(),
      Delivery.sesReceiptRule(),
      Delivery.macieDiscoveryResults(),
      Delivery.guardDutyFindings(),
      Delivery.inspectorReports(),
      Delivery.bedrockInvocationLogs(),
      Delivery.appFlowDestination(),
      Delivery.appFlowSource(),
      Delivery.backupReports(),
      Delivery.cloudFrontStandardLogs(),
      Delivery.ssmResourceDataSync({ organizationId: 'o-a1b2c3d4e5' }),
    ]) {
      bucket.with(new BucketDelivery(delivery));
    }
  },
};

function statementsOf(value: unknown): Json[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(statementsOf);
  const { Statement } = value as Json;
  const mine = Array.isArray(Statement) ? Statement.filter((each) => typeof each === 'object' && each.Effect) : [];
  return [...mine, ...Object.values(value).flatMap(statementsOf)];
}

/** AWS's own examples ask these of s3:* on a bucket: they come with every request. */
const OF_EVERY_REQUEST = [
  's3:TlsVersion',
  's3:authType',
  's3:signatureAge',
  's3:signatureversion',
  's3:DataAccessPointArn',
  's3:DataAccessPointAccount',
  's3:AccessPointNetworkOrigin',
  's3:ResourceAccount',
];

test.each(Object.keys(EVERYTHING))('%s: each condition key is documented for each action of its statement', (name) => {
  const app = new App({ treeMetadata: false });
  EVERYTHING[name](new Stack(app, 'Stack', { env: { account: ACCOUNT, region: REGION } }));
  const statements = app.node.children
    .filter((node): node is Stack => Stack.isStack(node))
    .flatMap((stack) => statementsOf(Template.fromStack(stack).toJSON()));
  expect(statements.length).toBeGreaterThan(0);
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html asks it of replicas; CloudWatch Logs' own key policy asks of DescribeKey.
  const documented = [
    's3:ReplicateObject has no s3:object-lock-remaining-retention-days',
    'kms:DescribeKey has no kms:EncryptionContext:${}',
  ];
  const misfits = statements.flatMap(({ Sid, Action = [], Condition = {} }) => {
    const keys = Object.values(Condition as Json)
      .flatMap((operator) => Object.keys(operator as Json))
      .map(conditionKey)
      .filter((key) => key !== undefined && !OF_EVERY_REQUEST.includes(key.name));
    return [Action]
      .flat()
      .flatMap((action: string) =>
        keys
          .filter((key) => actionsMatching(action).some((each) => !carries(each, key!)))
          .map((key) => `${Sid}: ${action} has no ${key!.name}`),
      );
  });
  expect([...new Set(misfits)].filter((misfit) => !documented.some((each) => misfit.endsWith(each)))).toEqual([]);
});

describe('alarms reach their topic', () => {
  const made = (build: (stack: Stack) => void) => {
    const stack = new Stack(new App({ treeMetadata: false }), 'Stack', { env: { account: ACCOUNT, region: REGION } });
    build(stack);
    const template = Template.fromStack(stack);
    const of = (type: string, document: string) =>
      Object.values(template.findResources(type)).flatMap(({ Properties }) => Properties[document].Statement as Json[]);
    return { topics: of('AWS::SNS::TopicPolicy', 'PolicyDocument'), keys: of('AWS::KMS::Key', 'KeyPolicy') };
  };

  test.each(['copies', 'an endpoint', 'Object Lambda'])(
    '%s: CloudWatch may publish for this account, and use the key',
    (name) => {
      const { topics, keys } = made(EVERYTHING[name]);
      const own = {
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } },
      };
      expect(topics).toContainEqual(expect.objectContaining({ ...own, Effect: 'Allow', Action: 'sns:Publish' }));
      expect(keys).toContainEqual(
        expect.objectContaining({ ...own, Effect: 'Allow', Action: ['kms:GenerateDataKey', 'kms:Decrypt'] }),
      );
    },
  );

  test.each(['an archive', 'a client-side key', 'MFA delete'])(
    '%s: EventBridge may publish, and uses the key without a condition that it cannot meet',
    (name) => {
      const { topics, keys } = made(EVERYTHING[name]);
      const own = { Principal: { Service: 'events.amazonaws.com' }, Effect: 'Allow' };
      expect(topics).toContainEqual(expect.objectContaining({ ...own, Action: 'sns:Publish' }));
      const [statement] = keys.filter(({ Principal }) => Principal?.Service === 'events.amazonaws.com');
      expect(statement).toMatchObject({
        ...own,
        Action: expect.arrayContaining([expect.stringMatching(/^kms:GenerateDataKey/), 'kms:Decrypt']),
      });
      expect(statement.Condition).toBeUndefined();
    },
  );
});
