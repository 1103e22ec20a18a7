import { Stack, Validations, type StackProps } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import {
  AccessLogAnalytics,
  AccessLogs,
  BucketObjectLock,
  BucketReplication,
  LoggingBucket,
  LogSources,
  ObjectLock,
  ObjectTrail,
  Replication,
  SecureBucket,
  SecurityAlarms,
  TrailEvents,
  TrailManagementEvents,
  TrailScope,
} from 'cdk-s3-strongbox';
import type { Construct } from 'constructs';

/** Invoices, and everything that an auditor asks about them. */
export class AuditedStoreStack extends Stack {
  public constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const logs = new LoggingBucket(this, 'AccessLogs');
    const trails = new LoggingBucket(this, 'TrailLogs');
    const invoices = new SecureBucket(this, 'Invoices', { accessLogs: AccessLogs.to(logs) });

    const analytics = new AccessLogAnalytics(this, 'Analytics', { logs, sources: LogSources.buckets(invoices) });
    const trail = new ObjectTrail(this, 'Trail', {
      target: trails,
      events: [TrailEvents.ofBuckets([invoices]), TrailEvents.ofAccessPoints()],
      managementEvents: TrailManagementEvents.WRITE,
      scope: TrailScope.thisRegion(),
      analytics,
    });

    const auditor = new iam.Role(this, 'Auditor', {
      assumedBy: new iam.AccountRootPrincipal(),
      description: 'Asks who did what with the invoices',
    });
    analytics.grantQuery(auditor);

    new SecurityAlarms(this, 'Alarms', { buckets: [invoices], trail, refusedRequests: 100 });

    for (const { bucket } of [logs, trails, invoices, analytics.results]) {
      bucket.with(
        new BucketReplication(
          Replication.none('Copied to the log archive of the organization every night, approved by Security'),
        ),
        new BucketObjectLock(ObjectLock.none('The archive of the organization is locked, approved by Security')),
      );
    }
    Validations.of(trail).acknowledge(
      ...['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'].map((pack) => ({
        id: `${pack}::${pack}-CloudTrailCloudWatchLogsEnabled`,
        reason: 'Events are queried in their bucket and alarms hear them through EventBridge, approved by Security',
      })),
    );
  }
}
