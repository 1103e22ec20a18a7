import { Names, Stack, Validations } from 'aws-cdk-lib';
import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { trailQueries } from './queries';
import { dataSelectors, managementSelector, networkSelector, requireLimits, type Excluded } from './selectors';
import { selectFromTrail, TRAIL_COLUMNS, TRAIL_TABLE, TRAIL_VIEW, trailViewColumns } from './views';
import { BucketDelivery } from '../../controls/bucket-policy/delivery';
import { certainlyDiffer } from '../../input/environment';
import { requirePrefix } from '../../input/prefix';
import { referenced } from '../../input/referenced';
import { validationError } from '../../input/validation-error';
import { Delivery } from '../../model/delivery/delivery';
import { TrailAccess, type TrailEvents } from '../../model/trail-events';
import { TrailManagementEvents, TrailNetworkActivity, TrailScope } from '../../model/trail-scope';
import { claim } from '../../policy/claims';
import type { AccessLogAnalytics } from '../access-log-analytics/access-log-analytics';
import { tableInput, viewInput } from '../athena/glue';

/** Properties of `ObjectTrail`. */
export interface ObjectTrailProps {
  /**
   * The bucket that receives the records: a `LoggingBucket`, a `SecureBucket` or a `WormArchive` of this app. Its
   * policy and its KMS key get what CloudTrail needs, for this trail alone.
   */
  readonly target: s3.IBucketRef;

  /** The data events that are recorded. Those of the target never are. */
  readonly events: TrailEvents[];

  /**
   * The Regions and accounts whose events are recorded.
   *
   * @default TrailScope.allRegions()
   */
  readonly scope?: TrailScope;

  /**
   * Calls that change or read the settings of resources, S3's among them: `PutBucketPolicy`, `StopLogging`.
   *
   * @default TrailManagementEvents.NONE - the first trail of an account with them is free of charge, and accounts have
   * one as a rule
   */
  readonly managementEvents?: TrailManagementEvents;

  /**
   * Requests to S3 through VPC endpoints, which only they show when the policy of an endpoint denies them.
   *
   * @default TrailNetworkActivity.NONE
   */
  readonly networkActivity?: TrailNetworkActivity;

  /**
   * The key that encrypts log files and digests, in the Region of the target. CloudTrail would write them with SSE-S3
   * if none were named, into a bucket with a KMS key as well.
   *
   * @default - the key of the target; for a target without one, such as a `LoggingBucket`, a key of its own, rotated
   * and kept
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Where in the target the records go: a key prefix that ends in `/`.
   *
   * @default - no prefix; CloudTrail begins with `AWSLogs/` and the account anyway
   */
  readonly prefix?: string;

  /**
   * Where the records can be queried: a table, the view `object_trail` and queries are added to its database and
   * workgroup.
   *
   * @default - nowhere
   */
  readonly analytics?: AccessLogAnalytics;
}

/**
 * A CloudTrail trail that records data events of chosen buckets, prefixes and access points by advanced event
 * selectors, never those of its own target, with signed digests of its log files.
 *
 * Stops: access that nobody can prove afterwards. Unlike server access logs, events are delivered with a guarantee,
 * within minutes, and say who called with which session, how an object was encrypted, and whether a lock was bypassed.
 *
 * Limits: data events are billed by number. A trail that leaves out its target, or names buckets, does not satisfy
 * controls that ask for the data events of *all* buckets (Security Hub S3.22 and S3.23, CIS "object-level logging"); it
 * never claims them. Lifecycle actions are in no trail. Only requests by an access point that `events` names, or all of
 * them, are recorded as those of an access point.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
 *
 * @example
 * declare const records: SecureBucket;
 * const target = new LoggingBucket(this, 'TrailLogs');
 * new ObjectTrail(this, 'Trail', { target, events: [TrailEvents.ofBuckets([records]), TrailEvents.ofAccessPoints()] });
 */
export class ObjectTrail extends Construct {
  /** The trail. */
  public readonly trail: cloudtrail.CfnTrail;

  /** Its name, a literal: the policy of the target spells its ARN. */
  public readonly trailName: string;

  /** ARN of the trail. */
  public readonly trailArn: string;

  /**
   * The key that encrypts log files and digests. Who reads them needs `kms:Decrypt`; `AccessLogAnalytics.grantQuery`
   * grants it.
   */
  public readonly key: kms.IKey;

  public constructor(scope: Construct, id: string, props: ObjectTrailProps) {
    super(scope, id);
    const {
      target,
      events,
      prefix,
      managementEvents = TrailManagementEvents.NONE,
      networkActivity = TrailNetworkActivity.NONE,
    } = props;
    if (prefix !== undefined) requirePrefix('prefix', prefix);
    const bucket = this.ownTarget(target);
    const trailScope = props.scope ?? TrailScope.allRegions();
    this.trailName = Names.uniqueResourceName(this, { maxLength: 128, separator: '-' });
    this.trailArn = Stack.of(this).formatArn({
      service: 'cloudtrail',
      resource: 'trail',
      resourceName: this.trailName,
    });
    this.refuseCircles(events, bucket);
    const ofTarget = keyOf(target);
    const key =
      props.encryptionKey ??
      ofTarget ??
      new kms.Key(this, 'Key', { description: `Encrypts the records of ${this.node.path}`, enableKeyRotation: true });
    if (key !== ofTarget) this.openKey(key, trailScope);
    this.key = key;
    const excluded: Excluded = { bucketArn: bucket.attrArn, accessPointArns: this.accessPointsOf(bucket) };
    const selectors = [
      ...dataSelectors(this.required(events), excluded),
      ...(managementEvents === TrailManagementEvents.NONE
        ? []
        : [managementSelector(managementEvents === TrailManagementEvents.WRITE)]),
      ...(networkActivity === TrailNetworkActivity.NONE
        ? []
        : [networkSelector(networkActivity === TrailNetworkActivity.DENIED)]),
    ];
    requireLimits(this, selectors);

    new BucketDelivery(
      Delivery.cloudTrail({
        trailName: this.trailName,
        prefix,
        regions: [Stack.of(this).region],
        accounts: trailScope._managementAccount ? [trailScope._managementAccount] : undefined,
        organizationId: trailScope._organizationId,
      }),
    ).applyTo(bucket);

    this.trail = new cloudtrail.CfnTrail(this, 'Resource', {
      trailName: this.trailName,
      isLogging: true,
      s3BucketName: target.bucketRef.bucketName,
      // CloudTrail puts a slash behind it.
      s3KeyPrefix: prefix?.replace(/\/$/, ''),
      kmsKeyId: key.keyArn,
      enableLogFileValidation: true,
      includeGlobalServiceEvents: true,
      isMultiRegionTrail: trailScope._multiRegion,
      isOrganizationTrail: trailScope._organizationId !== undefined,
      advancedEventSelectors: selectors,
    });
    this.claimRecords(events);
    const policy = this.policyOf(bucket);
    if (policy) this.trail.node.addDependency(policy);
    if (key instanceof kms.Key) this.trail.node.addDependency(key);
    if (props.analytics) this.addQueries(props.analytics, target, trailScope, prefix ?? '', key);
  }

  private claimRecords(events: readonly TrailEvents[]): void {
    for (const { resourceType, _startsWith: startsWith, _options: options } of events) {
      const { access = TrailAccess.ALL, exceptCallers, exceptEvents } = options;
      claim(this.trail, {
        guarantee: 'trail-records',
        options: {
          resourceType,
          startsWith: startsWith.length > 0 ? startsWith : undefined,
          readOnly: access === TrailAccess.ALL ? undefined : access === TrailAccess.READ,
          exceptCallers,
          exceptEvents,
        },
      });
    }
    claim(this.trail, { guarantee: 'trail-leaves-out-target' });
    claim(this.trail, { guarantee: 'trail-files-signed' });
  }

  /** @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html */
  private openKey(key: kms.IKey, trailScope: TrailScope): void {
    const principals = [new iam.ServicePrincipal('cloudtrail.amazonaws.com')];
    const account = trailScope._organizationId ? '*' : Stack.of(this).account;
    const forThisTrail = { 'aws:SourceArn': this.trailArnIn(trailScope) };
    const context = Stack.of(this).formatArn({
      service: 'cloudtrail',
      region: '*',
      account,
      resource: 'trail',
      resourceName: '*',
    });
    const results = [
      new iam.PolicyStatement({
        sid: 'CloudTrailEncrypts',
        principals,
        actions: ['kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: { StringEquals: forThisTrail, StringLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': context } },
      }),
      // kms:Decrypt is needed to create or update a trail whose bucket has a Bucket Key.
      new iam.PolicyStatement({
        sid: 'CloudTrailChecks',
        principals,
        actions: ['kms:Decrypt', 'kms:DescribeKey'],
        resources: ['*'],
        conditions: { StringEquals: forThisTrail },
      }),
    ].map((statement) => key.addToResourcePolicy(statement));
    if (results.some(({ statementAdded }) => !statementAdded)) {
      throw validationError({
        property: 'encryptionKey',
        actual: key.node.path,
        expected: 'a key that this app creates, since its policy must let CloudTrail use it',
        hint: 'leave "encryptionKey" out for a key of its own',
        scope: this,
      });
    }
  }

  private trailArnIn({ _managementAccount: account }: TrailScope): string {
    return account
      ? Stack.of(this).formatArn({ service: 'cloudtrail', account, resource: 'trail', resourceName: this.trailName })
      : this.trailArn;
  }

  private required(events: TrailEvents[]): TrailEvents[] {
    if (events.length > 0) return events;
    throw validationError({
      property: 'events',
      actual: '[]',
      expected: 'at least one kind of data events',
      hint: 'pass TrailEvents.ofBuckets([bucket])',
      scope: this,
    });
  }

  private ownTarget(target: s3.IBucketRef): s3.CfnBucket {
    const bucket = target.node.findAll().find((node): node is s3.CfnBucket => s3.CfnBucket.isCfnBucket(node));
    if (!bucket) {
      throw validationError({
        property: 'target',
        actual: `${target.node.path}, an imported bucket`,
        expected: 'a bucket that this app creates, since its policy must let CloudTrail deliver',
        hint: 'create the trail in the app that owns the bucket, or make a LoggingBucket here',
        scope: this,
      });
    }
    if (certainlyDiffer(bucket.stack.account, Stack.of(this).account)) {
      throw validationError({
        property: 'target',
        actual: `a bucket in the account ${bucket.stack.account}`,
        expected: `a bucket in the account of the trail, ${Stack.of(this).account}`,
        hint: 'create the trail in a stack of that account',
        scope: this,
      });
    }
    return bucket;
  }

  /** Each delivered record would be recorded again, without end. */
  private refuseCircles(events: readonly TrailEvents[], target: s3.CfnBucket): void {
    for (const named of events.flatMap(({ _buckets: buckets }) => buckets)) {
      if (!named.node.findAll().includes(target)) continue;
      throw validationError({
        property: 'events',
        actual: `${named.node.path}, the target of the trail`,
        expected:
          'buckets other than the target, since every delivered record would be recorded again, without ' +
          'end and at your cost',
        hint: 'deliver to another bucket, or leave this one out',
        scope: this,
      });
    }
  }

  private accessPointsOf(bucket: s3.CfnBucket): string[] {
    return this.node.root.node
      .findAll()
      .filter((node): node is s3.CfnAccessPoint => s3.CfnAccessPoint.isCfnAccessPoint(node))
      .filter((accessPoint) => referenced(accessPoint.bucket) === bucket)
      .map((accessPoint) => accessPoint.attrArn);
  }

  private policyOf(bucket: s3.CfnBucket): s3.CfnBucketPolicy | undefined {
    return bucket.stack.node
      .findAll()
      .find(
        (node): node is s3.CfnBucketPolicy =>
          s3.CfnBucketPolicy.isCfnBucketPolicy(node) && referenced(node.bucket) === bucket,
      );
  }

  private addQueries(
    analytics: AccessLogAnalytics,
    target: s3.IBucketRef,
    trailScope: TrailScope,
    prefix: string,
    key: kms.IKey,
  ): void {
    const workspace = analytics._workspace;
    const organization = trailScope._organizationId;
    const folder = `${prefix}AWSLogs/${organization ? `${organization}/` : ''}`;
    const account = organization ? '${account}' : Stack.of(this).account;
    const regions = trailScope._queriedRegions ?? [Stack.of(this).region];
    if (trailScope._multiRegion && !trailScope._queriedRegions) {
      Validations.of(this).addWarning(
        '@strongbox/object-trail-regions',
        `${this.node.path}: queries of the trail read the events of the Region of the stack alone, though ` +
          'it records all Regions:' +
          ' name the Regions with TrailScope.allRegions({ queriedRegions }) or acknowledge this warning.',
      );
    }
    const table = workspace.addTable(
      TRAIL_TABLE,
      tableInput({
        name: TRAIL_TABLE,
        description: 'CloudTrail events of the object trail, as CloudTrail wrote them',
        location: `s3://${target.bucketRef.bucketName}/${folder}`,
        columns: TRAIL_COLUMNS,
        serde: 'org.apache.hive.hcatalog.data.JsonSerDe',
        inputFormat: 'com.amazon.emr.cloudtrail.CloudTrailInputFormat',
        projection: {
          location: `s3://${target.bucketRef.bucketName}/${folder}${account}/CloudTrail/\${region}/\${day}/`,
          columns: {
            ...(organization ? { account: { type: 'injected' } } : {}),
            region: { type: 'enum', values: regions.join(',') },
            day: {
              type: 'date',
              format: 'yyyy/MM/dd',
              range: analytics._range,
              interval: '1',
              'interval.unit': 'DAYS',
            },
          },
        },
      }),
    );
    claim(table, { guarantee: 'table-reads', options: { trail: this.trailName } });
    workspace.addTable(
      TRAIL_VIEW,
      viewInput({
        name: TRAIL_VIEW,
        database: workspace.databaseName,
        columns: trailViewColumns(organization !== undefined),
        sql: selectFromTrail(organization !== undefined),
      }),
    );
    workspace.addQueries(trailQueries(organization !== undefined));
    workspace.addObjects({ bucket: target, folders: [folder], keyArn: key.keyArn });
  }
}

/** The constructs of this library say which key they use; an L2 bucket as well. */
function keyOf(target: s3.IBucketRef): kms.IKey | undefined {
  const { key, encryptionKey } = target as { key?: kms.IKey; encryptionKey?: kms.IKey };
  return key ?? encryptionKey;
}
