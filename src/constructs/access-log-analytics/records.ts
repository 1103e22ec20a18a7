/**
 * The fields of a server access log record, in the order in which S3 writes them. AWS may add fields at the end at any
 * time. https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html
 */
export const RECORD_FIELDS = [
  'bucket_owner',
  'bucket_name',
  'request_time',
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
  'source_region',
] as const;

const WORD = '([^ ]+)';
const NUMBER = '([0-9]+|-)';

/**
 * S3 does not document how it escapes quotes in what the caller sends, so each quoted field is treated as hostile. A
 * field without a quote inside is read to its first quote; only then may it reach further.
 */
const QUOTED = '(?:"([^"]*|.*?)"|-)';

/**
 * The fields that follow the user agent, by their shapes: what a forged tail inside the user agent would have to be
 * followed by.
 */
const TAIL = ' [^ "]+ [^ "]+ (?:SigV[0-9A-Za-z]+|-) [^ "]+ (?:[A-Za-z]+|-) [^ "]+ (?:TLS[Vv][0-9.]+|-)(?: |$)';

/**
 * Ends at the last quote that the tail of a record follows. Records from before those fields existed end at their last
 * quote.
 */
const USER_AGENT = `(?:"(.*(?="${TAIL})|.*)"|-)`;

/** S3 added the last fields one by one over the years; each is optional by itself. */
const LATER_FIELDS = RECORD_FIELDS.length - RECORD_FIELDS.indexOf('version_id');

/** The expression of the table's `RegexSerDe`: one group per field, and whatever AWS may add behind them. */
export const RECORD_PATTERN = [
  `^${WORD} ${WORD} \\[([^\\]]*)\\] ${WORD} ${WORD} ${WORD} ${WORD} ${WORD} ${QUOTED}`,
  ` ([0-9]{3}|-) ${WORD} ${NUMBER} ${NUMBER} ${NUMBER} ${NUMBER} ${QUOTED} ${USER_AGENT}`,
  '(?: ([^ "]+)'.repeat(LATER_FIELDS),
  ')?'.repeat(LATER_FIELDS),
  '(?: .*)?$',
].join('');
