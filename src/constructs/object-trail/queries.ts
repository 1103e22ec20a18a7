import { TRAIL_VIEW } from './views';
import { bucketParameter, DAYS, PREFIX, WHERE, type QueryDefinition, type QueryParameter } from '../athena/named-query';

const PRINCIPAL: QueryParameter = {
  name: 'principal',
  description: "ARN of the caller or of the role that it assumed, with % for any text, or 'anonymous'; '%' for all",
  example: "'%'",
};
const ACCOUNT: QueryParameter = {
  name: 'account',
  description: 'account of the events, twelve digits',
  example: "'111122223333'",
};

const NAME = "coalesce(principal, 'anonymous')";
const WHO = "coalesce(role, principal, 'anonymous')";
const BY_PRINCIPAL = [PRINCIPAL, `${WHO} LIKE ?`] as const;
const BY_BUCKET = [bucketParameter('pattern'), WHERE.bucket('pattern')] as const;
const BY_PREFIX = [PREFIX, WHERE.prefix] as const;

/** Calls that change who may do what with a bucket. */
const POLICY_CALLS = [
  'PutBucketPolicy',
  'DeleteBucketPolicy',
  'PutBucketPublicAccessBlock',
  'DeleteBucketPublicAccessBlock',
  'PutAccountPublicAccessBlock',
  'DeleteAccountPublicAccessBlock',
  'PutBucketOwnershipControls',
  'DeleteBucketOwnershipControls',
  'PutBucketAcl',
  'PutAccessPointPolicy',
  'DeleteAccessPointPolicy',
  'PutBucketVersioning',
  'PutBucketLogging',
  'PutBucketEncryption',
  'DeleteBucketEncryption',
  'PutKeyPolicy',
  'DisableKey',
  'ScheduleKeyDeletion',
  'StopLogging',
  'UpdateTrail',
  'DeleteTrail',
  'PutEventSelectors',
]
  .map((call) => `'${call}'`)
  .join(', ');

/** The queries over the object trail, in the order in which the documents list them. */
export function trailQueries(organization: boolean): QueryDefinition[] {
  const q = (
    id: string,
    question: string,
    conditions: ReadonlyArray<readonly [QueryParameter, string]>,
    sql: (where: string) => string,
  ): QueryDefinition => {
    const all = [
      ...(organization ? [[ACCOUNT, 'account = ?'] as const] : []),
      ...conditions,
      [DAYS, WHERE.days] as const,
    ];
    return {
      id: `trail-${id}`,
      question,
      parameters: all.map(([parameter]) => parameter),
      sql: sql(`FROM ${TRAIL_VIEW}\nWHERE ${all.map(([, condition]) => condition).join('\n  AND ')}`),
    };
  };
  return [
    q(
      'who-read-object',
      'Who read this object, in which session?',
      [
        BY_BUCKET,
        [{ name: 'key', description: 'the whole key of the object', example: "'reports/2026.pdf'" }, 'key = ?'],
      ],
      (
        where,
      ) => `SELECT at, ${NAME} AS principal, role, source_ip, vpc_endpoint_id, event_name, version_id, presigned, mfa, event_id
${where}
  AND event_name IN ('GetObject', 'CopyObject', 'UploadPartCopy', 'SelectObjectContent') AND error_code IS NULL
ORDER BY at DESC`,
    ),
    q(
      'changes-of-access',
      'Who changed a policy, Block Public Access, ownership, logging, encryption, or a key?',
      [BY_PRINCIPAL],
      (
        where,
      ) => `SELECT at, ${NAME} AS principal, role, event_name, bucket, error_code, source_ip, user_agent, parameters, event_id
${where}
  AND category = 'Management' AND event_name IN (${POLICY_CALLS})
ORDER BY at DESC`,
    ),
    q(
      'denied-calls',
      'Which calls were denied, and by what?',
      [BY_BUCKET, BY_PRINCIPAL],
      (
        where,
      ) => `SELECT ${WHO} AS principal, caller_account, bucket, event_name, error_code, min(error_message) AS example, vpc_endpoint_id, count(DISTINCT event_id) AS calls, count(DISTINCT key) AS objects, max(at) AS last
${where}
  AND error_code IN ('AccessDenied', 'VpceAccessDenied', 'Client.UnauthorizedOperation', 'UnauthorizedOperation')
GROUP BY 1, 2, 3, 4, 5, 7
ORDER BY calls DESC`,
    ),
    q(
      'deletes',
      'Who deleted objects or versions?',
      [BY_BUCKET, BY_PREFIX, BY_PRINCIPAL],
      (
        where,
      ) => `SELECT at, ${NAME} AS principal, event_name, bucket, key, version_id, bypasses_governance, mfa, error_code, event_id
${where}
  AND event_name IN ('DeleteObject', 'DeleteObjects')
ORDER BY at DESC`,
    ),
    q(
      'break-glass',
      'Who bypassed a lock, set a retention, or touched a legal hold?',
      [BY_BUCKET, BY_PRINCIPAL],
      (
        where,
      ) => `SELECT at, ${NAME} AS principal, role, event_name, bucket, key, version_id, bypasses_governance, mfa, error_code, event_id
${where}
  AND (bypasses_governance OR event_name IN ('PutObjectRetention', 'PutObjectLegalHold', 'PutObjectLockConfiguration', 'PutBucketObjectLockConfiguration'))
ORDER BY at DESC`,
    ),
    q(
      'encryption-of-writes',
      'How were objects encrypted when they were written, and by whom?',
      [BY_BUCKET, BY_PREFIX],
      (
        where,
      ) => `SELECT encryption, bucket, ${WHO} AS principal, count(DISTINCT event_id) AS writes, min(key) AS example, max(at) AS last
${where}
  AND event_name IN ('PutObject', 'CopyObject', 'CreateMultipartUpload', 'CompleteMultipartUpload') AND error_code IS NULL
GROUP BY 1, 2, 3
ORDER BY encryption, writes DESC`,
    ),
  ];
}
