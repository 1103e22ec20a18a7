import { Duration, Stack, Validations, type StackProps } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import {
  AccessLogs,
  type BucketGrantOptions,
  BucketEventNotifications,
  BucketObjectLock,
  BucketReplication,
  CorsPolicy,
  Encryption,
  HttpMethod,
  Lifecycle,
  LoggingBucket,
  ObjectLock,
  Replication,
  SecureBucket,
} from 'cdk-s3-strongbox';
import type { Construct } from 'constructs';

/** The documents, the key that encrypts them and the logs of who read them. */
export class DocumentStack extends Stack {
  public readonly key: kms.Key;
  public readonly logs: LoggingBucket;

  public constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    this.key = new kms.Key(this, 'Key', {
      enableKeyRotation: true,
      description: 'Encrypts the buckets of the document store',
    });
    this.logs = new LoggingBucket(this, 'Logs');
    this.logs.bucket.with(
      new BucketReplication(
        Replication.none('Logs are copied to the security account every night, approved by Security'),
      ),
    );

    const documents = new SecureBucket(this, 'Documents', {
      encryption: Encryption.kms({ key: this.key, expectedRequestsPerSecond: 300 }),
      accessLogs: AccessLogs.to(this.logs, { prefix: 'documents/' }),
      // The pages of the site fetch documents by presigned URLs.
      cors: CorsPolicy.forOrigins('https://www.example.com').allow(HttpMethod.GET, HttpMethod.HEAD),
    });
    documents.bucket.with(
      new BucketEventNotifications(),
      new BucketReplication(
        Replication.none('The archive of the paper originals is the second copy, approved by Records'),
      ),
      new BucketObjectLock(
        ObjectLock.none('Documents are revised daily and every version is kept, approved by Records'),
      ),
    );

    const report = new Job(this, 'ReportJob', 'Reads what the monthly report needs');
    documents.grantRead(report.permissions, report.within(documents, 'reports/', 'invoices/'));

    const intake = new Job(this, 'IntakeJob', 'Uploads scanned documents, and cannot read what others uploaded');
    documents.grantWrite(intake.permissions, intake.within(documents, 'inbox/'));
  }
}

export interface SiteStackProps extends StackProps {
  readonly key: kms.IKey;
  readonly logs: LoggingBucket;
}

/** The public site's files, which only its content delivery network reads. */
export class SiteStack extends Stack {
  public constructor(scope: Construct, id: string, props: SiteStackProps) {
    super(scope, id, props);
    const site = new SecureBucket(this, 'Site', {
      encryption: Encryption.kms({ key: props.key }),
      accessLogs: AccessLogs.to(props.logs, { prefix: 'site/' }),
      lifecycle: Lifecycle.keepEverything().expireNoncurrentVersionsAfter(Duration.days(90), { keepNewest: 3 }),
    });
    site.bucket.with(
      new BucketReplication(Replication.none('The site is rebuilt from its repository in minutes, approved by Web')),
      new BucketObjectLock(ObjectLock.none('Every release overwrites the site, approved by Web')),
    );

    const publisher = new Job(this, 'PublishJob', 'Publishes a release of the site');
    const published = publisher.within(site, 'public/');
    site.grantReadWrite(publisher.permissions, published);
    site.grantDelete(publisher.permissions, published);
  }
}

/**
 * A container that runs under a role of its own. What it may do is a managed policy, which the packs prefer to an
 * inline one.
 */
class Job extends iam.Role {
  public readonly permissions: iam.ManagedPolicy;

  public constructor(scope: Construct, id: string, description: string) {
    super(scope, id, { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com'), description });
    this.permissions = new iam.ManagedPolicy(this, 'Permissions', { roles: [this], description });
  }

  /** The bounds of a grant. Each ends in a wildcard, which AwsSolutions wants explained one by one. */
  public within(bucket: SecureBucket, ...prefixes: string[]): BucketGrantOptions {
    const logicalId = Stack.of(bucket).getLogicalId(bucket.bucket.node.defaultChild as CfnBucket);
    Validations.of(this.permissions).acknowledge(
      ...prefixes.map((prefix) => ({
        id: `AwsSolutions::AwsSolutions-IAM5[Resource::<${logicalId}.Arn>/${prefix}*]`,
        reason: `Every object below ${prefix} of this bucket, and nothing else`,
      })),
    );
    return { prefixes };
  }
}
