import { BOFC, DOCS, WRITES, type DeliveryRequest, type DeliveryRow } from './row';

const LOGS = `${DOCS}/AmazonCloudWatch/latest/logs`;
const V1_PAGE = `${LOGS}/AWS-logs-infrastructure-S3.html`;
const V2_PAGE = `${LOGS}/AWS-logs-infrastructure-V2-S3.html`;
const LIST_PAGE = `${LOGS}/AWS-logs-destinations-table.html`;

const KEY = {
  actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
  documented: true,
} as const;

/** Log delivery that the service sets up by its own API. s3:ListBucket only quiets its HeadBucket calls. */
const V1 = {
  ...WRITES,
  caller: 'service',
  principal: 'delivery.logs.amazonaws.com',
  bucketActions: ['s3:GetBucketAcl', 's3:ListBucket'],
  acl: BOFC,
  key: KEY,
  source: { account: true, arn: 'arn:{partition}:logs:{region}:{account}:*', operator: 'ArnLike' },
  unknown: 'the header: every page relies on the default encryption of the bucket, which must name its key by ARN',
} as const;

/** Log delivery by DeliverySource, DeliveryDestination and Delivery. */
const V2 = {
  ...V1,
  bucketActions: [],
  source: { account: true, arn: 'arn:{partition}:logs:{region}:{account}:delivery-source:*', operator: 'ArnLike' },
} as const;

const BY_DELIVERY: readonly DeliveryRequest[] = [
  {
    type: 'AWS::Logs::DeliveryDestination',
    bucket: 'DestinationResourceArn',
    form: 'arn-prefix',
    when: { DeliveryDestinationType: ['', 'S3'] },
  },
];

interface Simple {
  readonly id: string;
  readonly title: string;
  readonly factory: string;
  readonly keys: readonly string[];
  readonly requests: readonly DeliveryRequest[];
  readonly page: string;
}

/** Sources of V1 whose statements are all the same. */
const SIMPLE: readonly Simple[] = [
  {
    id: 'vpc-flow-logs',
    title: 'VPC and Transit Gateway flow logs',
    factory: 'vpcFlowLogs',
    keys: ['{prefix}AWSLogs/{account}/*', '{prefix}AWSLogs/aws-account-id={account}/*'],
    requests: [
      { type: 'AWS::EC2::FlowLog', bucket: 'LogDestination', form: 'arn-prefix', when: { LogDestinationType: ['s3'] } },
    ],
    page: `${DOCS}/vpc/latest/userguide/flow-logs-s3-permissions.html`,
  },
  {
    id: 'route53-resolver-query-logs',
    title: 'Route 53 Resolver query logs',
    factory: 'resolverQueryLogs',
    keys: ['{prefix}AWSLogs/{account}/*'],
    requests: [
      { type: 'AWS::Route53Resolver::ResolverQueryLoggingConfig', bucket: 'DestinationArn', form: 'arn-prefix' },
    ],
    page: `${DOCS}/Route53/latest/DeveloperGuide/resolver-query-logs-choosing-target-resource.html`,
  },
  {
    id: 'network-firewall-logs',
    title: 'Network Firewall logs',
    factory: 'networkFirewallLogs',
    keys: ['{prefix}AWSLogs/{account}/*'],
    requests: [
      {
        type: 'AWS::NetworkFirewall::LoggingConfiguration',
        bucket: 'LoggingConfiguration.LogDestinationConfigs[].LogDestination.bucketName',
        form: 'name',
        prefix: 'LoggingConfiguration.LogDestinationConfigs[].LogDestination.prefix',
      },
    ],
    page: LIST_PAGE,
  },
  {
    id: 'msk-broker-logs',
    title: 'MSK broker logs',
    factory: 'mskBrokerLogs',
    keys: ['{prefix}AWSLogs/{account}/*'],
    requests: [
      {
        type: 'AWS::MSK::Cluster',
        bucket: 'LoggingInfo.BrokerLogs.S3.Bucket',
        form: 'name',
        prefix: 'LoggingInfo.BrokerLogs.S3.Prefix',
        when: { 'LoggingInfo.BrokerLogs.S3.Enabled': ['true'] },
      },
      {
        type: 'AWS::KafkaConnect::Connector',
        bucket: 'LogDelivery.WorkerLogDelivery.S3.Bucket',
        form: 'name',
        prefix: 'LogDelivery.WorkerLogDelivery.S3.Prefix',
        when: { 'LogDelivery.WorkerLogDelivery.S3.Enabled': ['true'] },
      },
    ],
    page: `${DOCS}/msk/latest/developerguide/msk-logging.html`,
  },
  {
    id: 'global-accelerator-flow-logs',
    title: 'Global Accelerator flow logs',
    factory: 'globalAcceleratorFlowLogs',
    keys: ['{prefix}AWSLogs/{account}/*'],
    requests: [
      {
        type: 'AWS::GlobalAccelerator::Accelerator',
        bucket: 'FlowLogsS3Bucket',
        form: 'name',
        prefix: 'FlowLogsS3Prefix',
        when: { FlowLogsEnabled: ['true'] },
      },
    ],
    page: LIST_PAGE,
  },
  {
    id: 'verified-access-logs',
    title: 'Verified Access logs',
    factory: 'verifiedAccessLogs',
    keys: ['{prefix}AWSLogs/{account}/*'],
    requests: [
      {
        type: 'AWS::EC2::VerifiedAccessInstance',
        bucket: 'LoggingConfigurations.S3.BucketName',
        form: 'name',
        prefix: 'LoggingConfigurations.S3.Prefix',
        bucketAccount: 'LoggingConfigurations.S3.BucketOwner',
        when: { 'LoggingConfigurations.S3.Enabled': ['true'] },
      },
    ],
    page: LIST_PAGE,
  },
  {
    id: 'vpc-lattice-access-logs',
    title: 'VPC Lattice access logs',
    factory: 'vpcLatticeAccessLogs',
    keys: ['{prefix}AWSLogs/{account}/*'],
    requests: [{ type: 'AWS::VpcLattice::AccessLogSubscription', bucket: 'DestinationArn', form: 'arn-prefix' }],
    page: LIST_PAGE,
  },
  {
    id: 'eventbridge-pipes-logs',
    title: 'EventBridge Pipes logs',
    factory: 'eventBridgePipesLogs',
    keys: ['{prefix}*'],
    requests: [
      {
        type: 'AWS::Pipes::Pipe',
        bucket: 'LogConfiguration.S3LogDestination.BucketName',
        form: 'name',
        prefix: 'LogConfiguration.S3LogDestination.Prefix',
        bucketAccount: 'LogConfiguration.S3LogDestination.BucketOwner',
      },
    ],
    page: LIST_PAGE,
  },
  {
    id: 'ivs-chat-logs',
    title: 'IVS Chat logs',
    factory: 'ivsChatLogs',
    keys: ['{prefix}*'],
    requests: [
      { type: 'AWS::IVSChat::LoggingConfiguration', bucket: 'DestinationConfiguration.S3.BucketName', form: 'name' },
    ],
    page: LIST_PAGE,
  },
  {
    id: 'fis-experiment-logs',
    title: 'Fault Injection Service experiment logs',
    factory: 'fisExperimentLogs',
    keys: ['{prefix}*'],
    requests: [
      {
        type: 'AWS::FIS::ExperimentTemplate',
        bucket: 'LogConfiguration.S3Configuration.BucketName',
        form: 'name',
        prefix: 'LogConfiguration.S3Configuration.Prefix',
      },
    ],
    page: LIST_PAGE,
  },
  {
    id: 'internet-monitor-measurements',
    title: 'Internet Monitor measurements',
    factory: 'internetMonitorMeasurements',
    keys: ['{prefix}AWSLogs/{account}/*'],
    requests: [
      {
        type: 'AWS::InternetMonitor::Monitor',
        bucket: 'InternetMeasurementsLogDelivery.S3Config.BucketName',
        form: 'name',
        prefix: 'InternetMeasurementsLogDelivery.S3Config.BucketPrefix',
        when: { 'InternetMeasurementsLogDelivery.S3Config.LogDeliveryStatus': ['', 'ENABLED'] },
      },
    ],
    page: LIST_PAGE,
  },
];

/** Vended logs: everything that `delivery.logs.amazonaws.com` writes. */
export const VENDED_LOG_ROWS: readonly DeliveryRow[] = [
  ...SIMPLE.map(({ id, title, factory, keys, requests, page }): DeliveryRow => ({
    ...V1,
    id,
    title,
    keys,
    requests,
    allow: `allowDelivery(Delivery.${factory}())`,
    pages: [...new Set([page, V1_PAGE])],
  })),
  {
    ...V1,
    id: 'network-load-balancer-access-logs',
    title: 'Network Load Balancer access logs',
    keys: ['{prefix}AWSLogs/{account}/*'],
    requests: [
      {
        type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
        bucket: 'LoadBalancerAttributes[Key=access_logs.s3.bucket].Value',
        form: 'name',
        prefix: 'LoadBalancerAttributes[Key=access_logs.s3.prefix].Value',
        when: { 'LoadBalancerAttributes[Key=access_logs.s3.enabled].Value': ['true'], Type: ['network'] },
      },
    ],
    sameRegion: true,
    allow: 'allowDelivery(Delivery.networkLoadBalancerLogs())',
    pages: [`${DOCS}/elasticloadbalancing/latest/network/enable-access-logs.html`, V1_PAGE],
  },
  {
    ...V1,
    id: 'waf-logs',
    title: 'WAF web ACL logs',
    keys: ['{prefix}AWSLogs/{account}/*'],
    requests: [{ type: 'AWS::WAFv2::LoggingConfiguration', bucket: 'LogDestinationConfigs[]', form: 'arn-prefix' }],
    allow: 'allowDelivery(Delivery.wafLogs())',
    advice: 'the name of the bucket must begin with "aws-waf-logs-"',
    pages: [`${DOCS}/waf/latest/developerguide/logging-s3.html`, V1_PAGE],
  },
  {
    ...V1,
    id: 'vended-logs',
    title: 'Other vended logs (V1: Site-to-Site VPN, Transfer Family, OpenSearch Ingestion, IoT FleetWise and others)',
    keys: ['{prefix}*'],
    allow: 'allowDelivery(Delivery.vendedLogs())',
    pages: [V1_PAGE, LIST_PAGE],
  },
  {
    ...V2,
    id: 'cloudfront-standard-logs-v2',
    title: 'CloudFront standard logs (v2)',
    keys: ['{prefix}*'],
    source: { ...V2.source, arn: 'arn:{partition}:logs:us-east-1:{account}:delivery-source:*' },
    requests: BY_DELIVERY,
    allow: 'allowDelivery(Delivery.cloudFrontStandardLogs())',
    pages: [`${DOCS}/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html`, V2_PAGE],
  },
  {
    ...V2,
    id: 'vended-logs-v2',
    title: 'Other vended logs (V2: AWS::Logs::Delivery)',
    keys: ['{prefix}*'],
    requests: BY_DELIVERY,
    allow: 'allowDelivery(Delivery.vendedLogsV2())',
    pages: [V2_PAGE, LIST_PAGE],
  },
];
