import type { ViewColumn } from '../athena/glue';

/** The view that all queries read; one row per delivered record that could be parsed. */
export const VIEW = 'access_log';

/** The view of what could not be parsed, or could be read in more than one way. */
export const UNREADABLE_VIEW = 'access_log_unreadable';

/** Names, types in Athena's SQL, and what a column says. Times are UTC. */
const COLUMNS = {
  bucket: ['varchar', 'Name of the bucket that the request was made to'],
  day: ['varchar', 'yyyy/MM/dd: day of the request, or of its delivery where the log is partitioned by that'],
  at: ['timestamp(3)', 'When S3 received the request'],
  requester: ['varchar', 'ARN or canonical id of the caller; null for an anonymous one'],
  remote_ip: ['varchar', 'Apparent address of the caller'],
  request_id: ['varchar', 'Unique per request; a record may be delivered twice'],
  operation: ['varchar', 'For example REST.GET.OBJECT'],
  key: ['varchar', 'Key of the object, decoded once; null where the operation has none'],
  raw_key: ['varchar', 'Key of the object as the log has it'],
  version_id: ['varchar', 'The version that the request asked for; null where it asked for none'],
  request_uri: ['varchar', 'Method, target with its query string, and version of the protocol'],
  status: ['integer', 'HTTP status'],
  error_code: ['varchar', 'Error code of S3; null where there was none'],
  bytes_sent: ['bigint', 'Bytes of the response'],
  object_size: ['bigint', 'Size of the object in bytes'],
  total_ms: ['bigint', 'Milliseconds from receiving the request to sending the last byte'],
  turn_around_ms: ['bigint', 'Milliseconds that S3 spent on the request'],
  referer: ['varchar', 'Header of the caller'],
  user_agent: ['varchar', 'Header of the caller'],
  signature_version: ['varchar', 'SigV2 or SigV4; null for an anonymous request'],
  authentication_type: ['varchar', 'AuthHeader, or QueryString for a presigned URL'],
  cipher_suite: ['varchar', 'Null for plain HTTP'],
  tls_version: ['varchar', 'In small letters, for example tlsv1.2; null for plain HTTP'],
  host_header: ['varchar', 'The endpoint that was called; null for what S3 does by itself'],
  access_point_arn: ['varchar', 'The access point of the request, if it came by one'],
  acl_required: ['boolean', 'Whether only an ACL allowed the request'],
  source_region: ['varchar', 'Region of the caller, where S3 knows it'],
  ambiguous: [
    'boolean',
    'Whether a field that the caller wrote holds a quote, so that the record could be read in another way',
  ],
} as const;

type Column = keyof typeof COLUMNS;

export const VIEW_COLUMNS: readonly ViewColumn[] = Object.entries(COLUMNS).map(([name, [type, comment]]) => ({
  name,
  type,
  comment,
}));

/** What a record lacks where the bucket was logged in the simple layout: its partition. */
export interface TextTable {
  readonly table: string;
  /** Whether the table has the partition columns `bucket` and `day`. */
  readonly partitioned: boolean;
}

const known = (column: string): string => `nullif(${column}, '-')`;
const decoded = (column: string): string => `coalesce(try(url_decode(${column})), ${column})`;
const TIME = "try(date_parse(substr(request_time, 1, 20), '%d/%b/%Y:%H:%i:%s'))";
const QUOTE_INSIDE =
  "(strpos(coalesce(request_uri, ''), '\"') > 0 OR strpos(coalesce(referer, ''), '\"') > 0 OR " +
  "strpos(coalesce(user_agent, ''), '\"') > 0)";

/** Records of the space-delimited log, typed. */
export function selectFromText({ table, partitioned }: TextTable): string {
  return select(
    {
      bucket: partitioned ? 'bucket' : 'bucket_name',
      day: partitioned ? 'day' : `date_format(${TIME}, '%Y/%m/%d')`,
      at: TIME,
      requester: known('requester'),
      remote_ip: known('remote_ip'),
      request_id: 'request_id',
      operation: 'operation',
      key: decoded(known('key')),
      raw_key: known('key'),
      version_id: known('version_id'),
      request_uri: 'request_uri',
      status: 'try_cast(http_status AS integer)',
      error_code: known('error_code'),
      bytes_sent: 'try_cast(bytes_sent AS bigint)',
      object_size: 'try_cast(object_size AS bigint)',
      total_ms: 'try_cast(total_time AS bigint)',
      turn_around_ms: 'try_cast(turn_around_time AS bigint)',
      referer: known('referer'),
      user_agent: known('user_agent'),
      signature_version: known('signature_version'),
      authentication_type: known('authentication_type'),
      cipher_suite: known('cipher_suite'),
      tls_version: `lower(${known('tls_version')})`,
      host_header: known('host_header'),
      access_point_arn: known('access_point_arn'),
      acl_required: "coalesce(acl_required = 'Yes', false)",
      source_region: known('source_region'),
      ambiguous: QUOTE_INSIDE,
    },
    `"${table}"`,
    'bucket_owner IS NOT NULL',
  );
}

export const UNREADABLE_COLUMNS: readonly ViewColumn[] = [
  {
    name: 'bucket',
    type: 'varchar',
    comment: 'Name of the bucket; null where an unpartitioned record could not be parsed',
  },
  { name: 'day', type: 'varchar', comment: 'yyyy/MM/dd; null where an unpartitioned record could not be parsed' },
  {
    name: 'parsed',
    type: 'boolean',
    comment: 'False: no field could be read. True: a field that the caller wrote holds a quote',
  },
  { name: 'request_id', type: 'varchar', comment: 'Null where no field could be read' },
  { name: 'log_object', type: 'varchar', comment: 'The log object that holds the record' },
];

/** Records that no expression can be sure of, with the log object that holds each. */
export function selectUnreadable({ table, partitioned }: TextTable): string {
  return (
    'SELECT ' +
    `${partitioned ? 'bucket, day' : `bucket_name AS bucket, date_format(${TIME}, '%Y/%m/%d') AS day`}, ` +
    'bucket_owner IS NOT NULL AS parsed,' +
    ` request_id, "$path" AS log_object FROM "${table}" WHERE bucket_owner IS NULL OR ${QUOTE_INSIDE}`
  );
}

function select(columns: Record<Column, string>, from: string, where: string): string {
  const list = Object.keys(COLUMNS).map((name) => `${columns[name as Column]} AS "${name}"`);
  return `SELECT ${list.join(', ')} FROM ${from} WHERE ${where}`;
}
