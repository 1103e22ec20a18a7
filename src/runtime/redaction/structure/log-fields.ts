/** The fields of logs that have a place for each. */
export const LOG_FIELDS: Record<PlacedLogFormat, readonly string[]> = {
  /** @see https://httpd.apache.org/docs/2.4/logs.html#combined */
  'log-apache': ['host', 'ident', 'user', 'time', 'request', 'status', 'bytes', 'referer', 'agent'],
  /** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html */
  'log-s3': [
    'bucket_owner',
    'bucket',
    'time',
    'remote_ip',
    'requester',
    'request_id',
    'operation',
    'key',
    'request_uri',
    'http_status',
    'error_code',
    'bytes_sent',
    'object_size',
    'total_time',
    'turn_around_time',
    'referer',
    'user_agent',
    'version_id',
    'host_id',
    'signature_version',
    'cipher_suite',
    'authentication_type',
    'host_header',
    'tls_version',
    'access_point_arn',
    'acl_required',
  ],
  /** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html#access-log-entry-format */
  'log-alb': [
    'type',
    'time',
    'elb',
    'client:port',
    'target:port',
    'request_processing_time',
    'target_processing_time',
    'response_processing_time',
    'elb_status_code',
    'target_status_code',
    'received_bytes',
    'sent_bytes',
    'request',
    'user_agent',
    'ssl_cipher',
    'ssl_protocol',
    'target_group_arn',
    'trace_id',
    'domain_name',
    'chosen_cert_arn',
    'matched_rule_priority',
    'request_creation_time',
    'actions_executed',
    'redirect_url',
    'error_reason',
    'target:port_list',
    'target_status_code_list',
    'classification',
    'classification_reason',
    'conn_trace_id',
  ],
  /** Those of the first file of 2010; a `#Fields:` line names its own. @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html */
  'log-cloudfront': [
    'date',
    'time',
    'x-edge-location',
    'sc-bytes',
    'c-ip',
    'cs-method',
    'cs(Host)',
    'cs-uri-stem',
    'sc-status',
    'cs(Referer)',
    'cs(User-Agent)',
    'cs-uri-query',
    'cs(Cookie)',
  ],
  /** Version 2; a first line with names has its own. @see https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html */
  'log-vpc-flow': [
    'version',
    'account-id',
    'interface-id',
    'srcaddr',
    'dstaddr',
    'srcport',
    'dstport',
    'protocol',
    'packets',
    'bytes',
    'start',
    'end',
    'action',
    'log-status',
  ],
};

export type PlacedLogFormat = 'log-apache' | 'log-s3' | 'log-alb' | 'log-cloudfront' | 'log-vpc-flow';

const CLOUDFRONT_FIELDS = /^#Fields:\s*(.*)$/;
const VPC_FLOW_FIELDS = /^(?:[a-z][a-z0-9-]* ?)+$/;

/** The names that a line gives to the places of the lines after it, if it does. */
export function namesIn(format: PlacedLogFormat, line: string): readonly string[] | undefined {
  if (format === 'log-cloudfront') return CLOUDFRONT_FIELDS.exec(line)?.[1].trim().split(/\s+/);
  if (
    format === 'log-vpc-flow' &&
    VPC_FLOW_FIELDS.test(line) &&
    /\b(?:srcaddr|dstaddr|pkt-srcaddr|interface-id)\b/.test(line)
  ) {
    return line.trim().split(/\s+/);
  }
  return undefined;
}
