import { App, Duration, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { ACCOUNT } from './app';
import { role } from './people';
import {
  AccessLogAnalytics,
  AccessLogs,
  GlacierVault,
  LogSources,
  ObjectTrail,
  S3Endpoint,
  SecurityAlarms,
  TrailEvents,
  VaultLock,
  VaultLockPolicy,
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

const view = (stack: Stack) =>
  View.redacted('analytics', {
    policy: RedactionPolicy.standard(),
    principals: [role(stack, 'analyst')],
    prefixes: ['a/'],
    listing: true,
  });
const days = Duration.days(365);

/** Every construct and every control that writes a policy, with the options that change its statements. */
export const EVERY_CONSTRUCT: Readonly<Record<string, (stack: Stack) => void>> = {
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
  'a Glacier vault': (stack) =>
    new GlacierVault(stack, 'V', {
      vaultName: 'ledgers',
      lock: VaultLock.inProgress(
        VaultLockPolicy.denyDeletesBefore(days).and(VaultLockPolicy.denyDeletesUnderLegalHold()),
      ),
    }),
  'a VPC endpoint': (stack) =>
    new S3Endpoint(stack, 'E', {
      vpc: new ec2.Vpc(stack, 'Vpc', { natGateways: 0 }),
      buckets: [new SecureBucket(stack, 'B')],
    }),
  'access log queries': (stack) => {
    const logs = new LoggingBucket(stack, 'L');
    const bucket = new SecureBucket(stack, 'B', { bucketName: 'acme-invoices', accessLogs: AccessLogs.to(logs) });
    new AccessLogAnalytics(stack, 'A', {
      logs,
      sources: LogSources.buckets(bucket),
      lakeFormation: true,
    }).grantQuery(new iam.Role(stack, 'Auditor', { assumedBy: new iam.AccountRootPrincipal() }));
  },
  'a trail and its alarms': (stack) => {
    const bucket = new SecureBucket(stack, 'B');
    const trail = new ObjectTrail(stack, 'T', {
      target: new LoggingBucket(stack, 'L'),
      events: [TrailEvents.ofBuckets([bucket])],
    });
    new SecurityAlarms(stack, 'S', { buckets: [bucket], trail, refusedRequests: 100 });
  },
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
