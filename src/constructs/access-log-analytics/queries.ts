import { UNREADABLE_VIEW, VIEW } from './views';
import {
  bucketParameter,
  DAYS,
  PREFIX,
  PRINCIPAL,
  WHERE,
  type BucketChoice,
  type QueryDefinition,
  type QueryParameter,
} from '../athena/named-query';

/** Operations that hand out the content of an object; the read half of a copy is one of them. HEAD is not. */
const READS =
  "operation IN ('REST.GET.OBJECT', 'REST.COPY.OBJECT_GET', 'REST.COPY.PART_GET', " +
  "'REST.SELECT.OBJECT', 'WEBSITE.GET.OBJECT')";

const SUCCEEDED = 'status BETWEEN 200 AND 299';

/** What S3 does by itself has no endpoint. */
const BY_A_CALLER = 'host_header IS NOT NULL';

const NAME = "coalesce(requester, 'anonymous')";

/** S3 may deliver a record twice. */
const REQUESTS = 'count(DISTINCT request_id)';

const signed = (name: string, value: string): string =>
  `regexp_extract(request_uri, '[^A-Za-z0-9-][Xx]-[Aa]mz-${name}=(${value})', 1)`;

/** A query over `access_log` whose first value is the bucket and whose last one is the days. */
function over(
  choice: BucketChoice,
  id: string,
  question: string,
  between: ReadonlyArray<readonly [QueryParameter, string]>,
  sql: (where: string) => string,
): QueryDefinition {
  const conditions = [WHERE.bucket(choice), ...between.map(([, condition]) => condition), WHERE.days];
  return {
    id,
    question,
    parameters: [bucketParameter(choice), ...between.map(([parameter]) => parameter), DAYS],
    sql: sql(`FROM ${VIEW}\nWHERE ${conditions.join('\n  AND ')}`),
  };
}

const BY_PREFIX = [PREFIX, WHERE.prefix] as const;
const BY_PRINCIPAL = [PRINCIPAL, WHERE.principal] as const;

/** What the queries must know of the tables below the view. */
export interface QueriedTables {
  readonly choice: BucketChoice;
  /** Whether a table has no partitions, so that a record that cannot be parsed belongs to no bucket and no day. */
  readonly unpartitioned: boolean;
  /** The account of the buckets. */
  readonly account: string;
}

/** The queries over the access log, in the order in which the documents list them. */
export function accessLogQueries({ choice, unpartitioned, account }: QueriedTables): QueryDefinition[] {
  const q = over.bind(undefined, choice);
  const orNull = (condition: string, column: string): string =>
    unpartitioned ? `(${condition} OR ${column} IS NULL)` : condition;
  return [
    q(
      'who-read-object',
      'Who read this object?',
      [
        [
          { name: 'key', description: 'the whole key of the object', example: "'reports/2026.pdf'" },
          // How S3 encodes the key of a record is not documented, so each reading counts.
          'contains(ARRAY[key, raw_key, coalesce(try(url_decode(key)), key)], ?)',
        ],
      ],
      (
        where,
      ) => `SELECT at, ${NAME} AS requester, remote_ip, operation, version_id, authentication_type, access_point_arn, bytes_sent, request_id
${where}
  AND ${READS} AND ${SUCCEEDED}
ORDER BY at DESC`,
    ),
    q(
      'reads-by-principal',
      'Who read objects below this prefix, and how many?',
      [BY_PREFIX, BY_PRINCIPAL],
      (
        where,
      ) => `SELECT ${NAME} AS requester, bucket, ${REQUESTS} AS reads, count(DISTINCT key) AS objects, sum(bytes_sent) AS bytes, min(at) AS first, max(at) AS last
${where}
  AND ${READS} AND ${SUCCEEDED}
GROUP BY 1, 2
ORDER BY reads DESC`,
    ),
    q(
      'denied-requests',
      'Which requests were denied, to whom, and with which error?',
      [BY_PREFIX, BY_PRINCIPAL],
      (
        where,
      ) => `SELECT ${NAME} AS requester, bucket, operation, error_code, ${REQUESTS} AS requests, count(DISTINCT key) AS objects, count(DISTINCT remote_ip) AS addresses, min(at) AS first, max(at) AS last
${where}
  AND status IN (401, 403)
GROUP BY 1, 2, 3, 4
ORDER BY requests DESC`,
    ),
    q(
      'insecure-transport',
      'Who used plain HTTP, or TLS older than 1.2?',
      [BY_PRINCIPAL],
      (
        where,
      ) => `SELECT coalesce(tls_version, 'plain HTTP') AS transport, ${NAME} AS requester, bucket, status, user_agent, ${REQUESTS} AS requests, max(at) AS last
${where}
  AND ${BY_A_CALLER}
  AND (tls_version IS NULL OR tls_version IN ('tlsv1', 'tlsv1.0', 'tlsv1.1'))
GROUP BY 1, 2, 3, 4, 5
ORDER BY requests DESC`,
    ),
    q(
      'anonymous-and-cross-account',
      'Who came without credentials, or from another account?',
      [],
      (where) => `SELECT CASE WHEN requester IS NULL THEN 'anonymous' WHEN requester LIKE 'svc:%' THEN 'AWS service'
    WHEN requester LIKE 'arn:%' THEN split_part(requester, ':', 5) ELSE 'canonical id' END AS account,
  ${NAME} AS requester, bucket, operation, status, ${REQUESTS} AS requests, max(at) AS last
${where}
  AND ${BY_A_CALLER}
  AND (requester IS NULL OR requester NOT LIKE 'arn:%' OR split_part(requester, ':', 5) <> '${account}')
GROUP BY 1, 2, 3, 4, 5
ORDER BY requests DESC`,
    ),
    q(
      'presigned-use',
      'Which presigned URLs were used, how old were they, and who signed them?',
      [BY_PREFIX, BY_PRINCIPAL],
      (where) => `SELECT at, ${NAME} AS signer, ${signed('Credential', '[A-Z0-9]+')} AS access_key_id,
  date_diff('second', try(date_parse(${signed('Date', '[0-9TZ]+')}, '%Y%m%dT%H%i%sZ')), at) AS age_seconds,
  try_cast(${signed('Expires', '[0-9]+')} AS bigint) AS valid_seconds,
  operation, key, status, remote_ip, signature_version, request_id
${where}
  AND authentication_type = 'QueryString'
ORDER BY age_seconds DESC NULLS FIRST`,
    ),
    q(
      'deletes',
      'What was deleted, by whom, and can it be undone?',
      [BY_PREFIX, BY_PRINCIPAL],
      (where) => `SELECT at, ${NAME} AS requester, CASE
    WHEN operation = 'S3.EXPIRE.OBJECT' THEN 'expired by lifecycle'
    WHEN operation = 'S3.CREATE.DELETEMARKER' THEN 'delete marker by lifecycle'
    WHEN version_id IS NOT NULL THEN 'version deleted for good'
    ELSE 'delete marker, or for good without versioning' END AS effect,
  bucket, key, version_id, operation, remote_ip, request_id
${where}
  AND ((operation IN ('REST.DELETE.OBJECT', 'BATCH.DELETE.OBJECT') AND ${SUCCEEDED}) OR operation IN ('S3.EXPIRE.OBJECT', 'S3.CREATE.DELETEMARKER'))
ORDER BY at DESC`,
    ),
    q(
      'lifecycle-actions',
      'What did lifecycle rules do?',
      [BY_PREFIX],
      (where) => `SELECT operation, bucket, day, ${REQUESTS} AS objects, sum(object_size) AS bytes
${where}
  AND operation LIKE 'S3.%'
GROUP BY 1, 2, 3
ORDER BY day DESC, operation`,
    ),
    q(
      'top-talkers',
      'Who makes the most requests and takes the most bytes?',
      [BY_PREFIX],
      (
        where,
      ) => `SELECT ${NAME} AS requester, remote_ip, source_region, ${REQUESTS} AS requests, sum(bytes_sent) AS bytes
${where}
  AND ${BY_A_CALLER}
GROUP BY 1, 2, 3
ORDER BY bytes DESC NULLS LAST
LIMIT 100`,
    ),
    q(
      'by-access-point',
      'By which access points do requests come?',
      [BY_PRINCIPAL],
      (
        where,
      ) => `SELECT bucket, coalesce(access_point_arn, 'the bucket itself') AS access_point, ${REQUESTS} AS requests, count(DISTINCT requester) AS requesters, count_if(status = 403) AS denied
${where}
  AND ${BY_A_CALLER}
GROUP BY 1, 2
ORDER BY requests DESC`,
    ),
    q(
      'signature-version-2',
      'Who still signs with Signature Version 2?',
      [],
      (
        where,
      ) => `SELECT ${NAME} AS requester, bucket, authentication_type, user_agent, ${REQUESTS} AS requests, max(at) AS last
${where}
  AND signature_version = 'SigV2'
GROUP BY 1, 2, 3, 4
ORDER BY requests DESC`,
    ),
    q(
      'acl-dependent',
      'Which requests only an ACL allows, and so break when ACLs are disabled?',
      [BY_PREFIX],
      (
        where,
      ) => `SELECT ${NAME} AS requester, bucket, operation, ${REQUESTS} AS requests, count(DISTINCT key) AS objects, max(at) AS last
${where}
  AND acl_required
GROUP BY 1, 2, 3
ORDER BY requests DESC`,
    ),
    {
      id: 'first-seen-principals',
      question: 'Which principals came for the first time?',
      parameters: [
        bucketParameter(choice),
        { ...DAYS, description: 'how many days back to compare with', example: '90' },
        { name: 'recent', description: 'how many days count as recent', example: '7' },
      ],
      sql: `SELECT ${NAME} AS requester, bucket, min(at) AS first, ${REQUESTS} AS requests, count(DISTINCT remote_ip) AS addresses, count_if(status IN (401, 403)) AS denied
FROM ${VIEW}
WHERE ${WHERE.bucket(choice)}
  AND ${WHERE.days}
  AND ${BY_A_CALLER}
GROUP BY 1, 2
HAVING min(day) > date_format(current_date - ? * INTERVAL '1' DAY, '%Y/%m/%d')
ORDER BY first DESC`,
    },
    {
      id: 'unusual-hours',
      question: 'Who came outside working hours?',
      parameters: [
        bucketParameter(choice),
        PRINCIPAL,
        DAYS,
        { name: 'from', description: 'first working hour, UTC', example: '6' },
        { name: 'to', description: 'last working hour, UTC', example: '20' },
      ],
      sql: `SELECT ${NAME} AS requester, remote_ip, bucket, hour(at) AS hour_utc, ${REQUESTS} AS requests, max(at) AS last
FROM ${VIEW}
WHERE ${WHERE.bucket(choice)}
  AND ${WHERE.principal}
  AND ${WHERE.days}
  AND ${BY_A_CALLER}
  AND hour(at) NOT BETWEEN ? AND ?
GROUP BY 1, 2, 3, 4
ORDER BY requests DESC`,
    },
    {
      id: 'unreadable-records',
      question: 'Which records could not be parsed, or could be read in more than one way?',
      parameters: [bucketParameter(choice), DAYS],
      sql: `SELECT bucket, day, parsed, log_object, count(*) AS records
FROM ${UNREADABLE_VIEW}
WHERE ${orNull(WHERE.bucket(choice), 'bucket')}
  AND ${orNull(WHERE.days, 'day')}
GROUP BY 1, 2, 3, 4
ORDER BY records DESC`,
    },
  ];
}
