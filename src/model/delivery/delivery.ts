import { Token } from 'aws-cdk-lib';
import type * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import { DeliveryOptions, CloudTrailDeliveryOptions, CloudFrontDeliveryOptions } from './delivery-options';
import { DELIVERIES, type DeliveryRow } from './table';
import { requireAccountIds, requireOrganizationId } from '../../input/account-ids';
import { requirePrefix } from '../../input/prefix';
import { requireReason } from '../../input/reason';
import { validationError } from '../../input/validation-error';

/**
 * What an AWS service writes to, or reads from, a bucket: its principal, actions, keys and headers, from the pages of
 * AWS.
 *
 * A bucket allows it with `bucket.allowDelivery(Delivery.vpcFlowLogs())`, or with the control `BucketDelivery`. The
 * permission is bounded by `aws:SourceAccount` and `aws:SourceArn`, so that the service cannot be used for a resource
 * of somebody else.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 *
 * @example
 * declare const documents: SecureBucket;
 * documents.allowDelivery(Delivery.vpcFlowLogs());
 * LoggingBucket.of(this).allowDelivery(Delivery.applicationLoadBalancerLogs({ prefix: 'load-balancers/' }));
 */
export class Delivery {
  /**
   * A delivery by its id.
   *
   * @param id The id of a row of docs/services.md whose caller is a service, such as `vpc-flow-logs`.
   */
  public static of(id: string, options: DeliveryOptions = {}): Delivery {
    return new Delivery(rowOf(id), options, {});
  }

  /** Log files and digest files of CloudTrail. */
  public static cloudTrail(options: CloudTrailDeliveryOptions = {}): Delivery {
    const trail = options.trailName ?? nameOf(options.trail);
    return new Delivery(rowOf('cloudtrail'), options, trail === undefined ? {} : { trail });
  }

  /**
   * Objects that a CloudFront distribution reads by origin access control. `S3BucketOrigin.withOriginAccessControl`
   * allows it for an L2 bucket.
   */
  public static cloudFront(options: CloudFrontDeliveryOptions): Delivery {
    return new Delivery(rowOf('cloudfront-origin-access-control'), options, {
      distribution: options.distribution.distributionId,
    });
  }

  /**
   * Server access logs of S3, of the buckets of the account. `BucketAccessLogs` and `LoggingBucket` allow them by
   * themselves.
   */
  public static s3ServerAccessLogs(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('s3-server-access-logs', options);
  }

  /** Lists of S3 Inventory. */
  public static s3Inventory(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('s3-inventory', options);
  }

  /** Exports of S3 Storage Class Analysis. */
  public static s3StorageClassAnalysis(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('s3-storage-class-analysis', options);
  }

  /** Exports of S3 Storage Lens. */
  public static s3StorageLens(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('s3-storage-lens', options);
  }

  /** Snapshots and history of AWS Config. A recorder with a role of its own uses that role first: grant it as well. */
  public static config(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('config', options);
  }

  /** Inventory data of Systems Manager (resource data sync). */
  public static ssmResourceDataSync(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('ssm-resource-data-sync', options);
  }

  /** Sensitive data discovery results of Macie. */
  public static macieDiscoveryResults(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('macie-discovery-results', options);
  }

  /** Findings of GuardDuty. */
  public static guardDutyFindings(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('guardduty-findings', options);
  }

  /** Findings and SBOM reports of Inspector. */
  public static inspectorReports(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('inspector-reports', options);
  }

  /**
   * Access logs and connection logs of Application Load Balancers. They need a bucket with SSE-S3, such as a
   * `LoggingBucket`.
   *
   * In a Region where no page of AWS names the service principal, the AWS account of Elastic Load Balancing is allowed
   * instead.
   */
  public static applicationLoadBalancerLogs(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('application-load-balancer-access-logs', options);
  }

  /** Access logs of Application Load Balancers on Outposts. They need a bucket with SSE-S3. */
  public static outpostsLoadBalancerLogs(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('outposts-load-balancer-logs', options);
  }

  /** Access logs of Classic Load Balancers. They need a bucket with SSE-S3. */
  public static classicLoadBalancerLogs(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('classic-load-balancer-access-logs', options);
  }

  /** Access logs of Network Load Balancers. */
  public static networkLoadBalancerLogs(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('network-load-balancer-access-logs', options);
  }

  /** Flow logs of VPCs and transit gateways. */
  public static vpcFlowLogs(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('vpc-flow-logs', options);
  }

  /** Query logs of Route 53 Resolver. */
  public static resolverQueryLogs(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('route53-resolver-query-logs', options);
  }

  /** Logs of Network Firewall. */
  public static networkFirewallLogs(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('network-firewall-logs', options);
  }

  /** Logs of WAF. The name of the bucket must begin with `aws-waf-logs-`. */
  public static wafLogs(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('waf-logs', options);
  }

  /** Broker logs of Amazon MSK and worker logs of MSK Connect. */
  public static mskBrokerLogs(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('msk-broker-logs', options);
  }

  /** Flow logs of Global Accelerator. */
  public static globalAcceleratorFlowLogs(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('global-accelerator-flow-logs', options);
  }

  /** Logs of Verified Access. */
  public static verifiedAccessLogs(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('verified-access-logs', options);
  }

  /** Access logs of VPC Lattice. */
  public static vpcLatticeAccessLogs(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('vpc-lattice-access-logs', options);
  }

  /** Logs of EventBridge Pipes. */
  public static eventBridgePipesLogs(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('eventbridge-pipes-logs', options);
  }

  /** Chat logs of Amazon IVS. */
  public static ivsChatLogs(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('ivs-chat-logs', options);
  }

  /** Experiment logs of Fault Injection Service. */
  public static fisExperimentLogs(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('fis-experiment-logs', options);
  }

  /** Measurements of Internet Monitor. */
  public static internetMonitorMeasurements(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('internet-monitor-measurements', options);
  }

  /** Logs of any other source that `delivery.logs.amazonaws.com` delivers by the API of the source (V1). */
  public static vendedLogs(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('vended-logs', options);
  }

  /**
   * Standard logs of CloudFront, version 2. The older version needs ACLs, which the buckets of this library do not
   * have.
   */
  public static cloudFrontStandardLogs(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('cloudfront-standard-logs-v2', options);
  }

  /** Logs of any other source that `AWS::Logs::Delivery` delivers (V2). */
  public static vendedLogsV2(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('vended-logs-v2', options);
  }

  /** Export tasks of CloudWatch Logs. */
  public static cloudWatchLogsExport(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('cloudwatch-logs-export', options);
  }

  /** Messages that an SES receipt rule stores. */
  public static sesReceiptRule(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('ses-receipt-rule', options);
  }

  /** Model invocation logs of Bedrock. */
  public static bedrockInvocationLogs(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('bedrock-invocation-logs', options);
  }

  /** Audit logs of Redshift. They need a bucket with SSE-S3. */
  public static redshiftAuditLogs(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('redshift-audit-logs', options);
  }

  /** SMS usage reports of SNS. */
  public static snsSmsUsageReports(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('sns-sms-usage-reports', options);
  }

  /** Cost and Usage Reports (legacy). */
  public static costAndUsageReports(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('cost-and-usage-reports', options);
  }

  /** AWS Data Exports (CUR 2.0). */
  public static dataExports(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('data-exports', options);
  }

  /** Flows of AppFlow that write to the bucket. */
  public static appFlowDestination(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('appflow-destination', options);
  }

  /** Flows of AppFlow that read from the bucket. */
  public static appFlowSource(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('appflow-source', options);
  }

  /** Media capture pipelines of the Chime SDK. */
  public static chimeMediaCapture(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('chime-media-capture', options);
  }

  /** Audit reports of AWS Backup, written by its service-linked role. */
  public static backupReports(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('backup-reports', options);
  }

  /** App blocks that AppStream 2.0 (WorkSpaces Applications) reads. */
  public static appStreamAppBlocks(options: DeliveryOptions = {}): Delivery {
    return Delivery.of('appstream-app-blocks', options);
  }

  /** The id of the delivery, in kebab-case. */
  public readonly id: string;

  /** As AWS calls it. */
  public readonly title: string;

  private constructor(
    /** @internal */
    public readonly _row: DeliveryRow,
    /** @internal */
    public readonly _options: DeliveryOptions,
    /** @internal */
    public readonly _names: Readonly<Record<string, string>>,
  ) {
    this.id = _row.id;
    this.title = _row.title;
    requireOptions(_row, _options);
  }
}

function rowOf(id: string): DeliveryRow {
  const row = DELIVERIES.find((each) => each.id === id);
  if (row?.allow?.startsWith('allowDelivery(')) return row;
  throw validationError({
    property: 'id',
    actual: id,
    expected: 'the id of a delivery that a bucket policy allows, as docs/services.md lists them',
    hint: row
      ? (row.advice ?? `call ${row.allow ?? 'grantWrite(role)'} for the role that the service assumes`)
      : 'write for example "vpc-flow-logs"',
  });
}

function nameOf(trail: cloudtrail.Trail | undefined): string | undefined {
  if (!trail) return undefined;
  const { trailName } = trail.node.defaultChild as cloudtrail.CfnTrail;
  if (trailName !== undefined && !Token.isUnresolved(trailName)) return trailName;
  throw validationError({
    property: 'trail',
    actual: `${trail.node.path}, which has no literal name`,
    expected:
      'a trail with a name, since a reference to the trail would make a circle between it and the policy of its bucket',
    hint: 'pass "trailName" to the trail',
  });
}

function requireOptions(
  row: DeliveryRow,
  { prefix, accounts, organizationId, keyPolicyReason }: DeliveryOptions,
): void {
  if (prefix !== undefined) {
    requirePrefix('prefix', prefix);
    if (prefix.includes('AWSLogs') && row.principal.startsWith('logdelivery.')) {
      throw validationError({
        property: 'prefix',
        actual: prefix,
        expected: 'a prefix without "AWSLogs", which Elastic Load Balancing adds',
        hint: 'remove it',
      });
    }
  }
  requireAccountIds('accounts', accounts ?? []);
  if (accounts?.length === 0) {
    throw validationError({
      property: 'accounts',
      actual: '[]',
      expected: 'at least one account',
      hint: 'leave "accounts" out',
    });
  }
  if (organizationId !== undefined) requireOrganization(row, organizationId, accounts);
  if (keyPolicyReason !== undefined) requireReason('keyPolicyReason', keyPolicyReason);
}

function requireOrganization(row: DeliveryRow, organizationId: string, accounts: string[] | undefined): void {
  requireOrganizationId('organizationId', organizationId);
  if (row.id === 'cloudtrail') {
    if (accounts?.length === 1) return;
    throw validationError({
      property: 'accounts',
      actual: accounts,
      expected: 'the management account of the organization, whose trail it is',
      hint: 'pass accounts: [managementAccount]',
    });
  }
  if (row.source?.organization) return;
  throw validationError({
    property: 'organizationId',
    actual: organizationId,
    expected: `no organization for ${row.title}, since AWS documents no aws:SourceOrgID for it`,
    hint: 'name the accounts',
  });
}
