import type { ViewColumn } from '../athena/glue';

export const TRAIL_TABLE = 'object_trail_events';
export const TRAIL_VIEW = 'object_trail';

const ISSUER = 'struct<type:string,principalid:string,arn:string,accountid:string,username:string>';
const SESSION = `struct<attributes:struct<mfaauthenticated:string,creationdate:string>,sessionissuer:${ISSUER}>`;

/**
 * The fields of an event, as AWS's own table over a trail declares them; what differs from service to service is text
 * of JSON.
 *
 * @see https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table-partition-projection.html
 */
export const TRAIL_COLUMNS = Object.entries({
  eventversion: 'string',
  useridentity: `struct<type:string,principalid:string,arn:string,accountid:string,invokedby:string,accesskeyid:string,username:string,sessioncontext:${SESSION}>`,
  eventtime: 'string',
  eventsource: 'string',
  eventname: 'string',
  awsregion: 'string',
  sourceipaddress: 'string',
  useragent: 'string',
  errorcode: 'string',
  errormessage: 'string',
  requestparameters: 'string',
  responseelements: 'string',
  additionaleventdata: 'string',
  requestid: 'string',
  eventid: 'string',
  readonly: 'string',
  resources: 'array<struct<arn:string,accountid:string,type:string>>',
  eventtype: 'string',
  recipientaccountid: 'string',
  sharedeventid: 'string',
  vpcendpointid: 'string',
  eventcategory: 'string',
  tlsdetails: 'struct<tlsversion:string,ciphersuite:string,clientprovidedhostheader:string>',
}).map(([name, type]) => ({ name, type }));

const parameter = (name: string): string => `json_extract_scalar(requestparameters, '$["${name}"]')`;
const additional = (name: string): string => `json_extract_scalar(additionaleventdata, '$["${name}"]')`;

/** Names, types in Athena's SQL, what they say, and where they come from. */
const COLUMNS: ReadonlyArray<readonly [name: string, type: string, comment: string, sql: string]> = [
  ['region', 'varchar', 'Region of the event', 'region'],
  ['day', 'varchar', 'yyyy/MM/dd of the delivery', 'day'],
  [
    'at',
    'timestamp(3)',
    'When the call was made, UTC',
    "try(date_parse(substr(eventtime, 1, 19), '%Y-%m-%dT%H:%i:%s'))",
  ],
  ['event_name', 'varchar', 'For example GetObject or PutBucketPolicy', 'eventname'],
  ['event_source', 'varchar', 'For example s3.amazonaws.com', 'eventsource'],
  ['category', 'varchar', 'Data, Management or NetworkActivity', 'eventcategory'],
  [
    'principal',
    'varchar',
    'ARN of the caller, or the service that called; null for an anonymous one',
    'coalesce(useridentity.arn, useridentity.invokedby)',
  ],
  ['role', 'varchar', 'ARN of the role that the caller assumed', 'useridentity.sessioncontext.sessionissuer.arn'],
  ['caller_account', 'varchar', 'Account of the caller', 'useridentity.accountid'],
  [
    'mfa',
    'boolean',
    'Whether the session was authenticated with MFA',
    "useridentity.sessioncontext.attributes.mfaauthenticated = 'true'",
  ],
  ['source_ip', 'varchar', 'Address, or service, that the call came from', 'sourceipaddress'],
  ['user_agent', 'varchar', 'Header of the caller', 'useragent'],
  ['vpc_endpoint_id', 'varchar', 'VPC endpoint that the call came through', 'vpcendpointid'],
  ['error_code', 'varchar', 'Null where the call succeeded', 'errorcode'],
  ['error_message', 'varchar', 'What was denied, and by which kind of policy', 'errormessage'],
  ['read_only', 'boolean', 'Whether the call changes nothing', "readonly = 'true'"],
  ['bucket', 'varchar', 'Name of the bucket', parameter('bucketName')],
  ['key', 'varchar', 'Key of the object', parameter('key')],
  ['version_id', 'varchar', 'Version that the request names', parameter('versionId')],
  [
    'bypasses_governance',
    'boolean',
    'Whether the request asks to bypass governance mode',
    `coalesce(lower(${parameter('x-amz-bypass-governance-retention')}) = 'true', false)`,
  ],
  [
    'encryption',
    'varchar',
    'How S3 encrypted the object, for example Default_SSE_KMS or SSE_C',
    additional('SSEApplied'),
  ],
  ['signature_version', 'varchar', 'SigV2 or SigV4', additional('SignatureVersion')],
  [
    'presigned',
    'boolean',
    'Whether the request was signed in its URL',
    `coalesce(${additional('AuthenticationMethod')} = 'QueryString', false)`,
  ],
  ['tls_version', 'varchar', 'In small letters', 'lower(tlsdetails.tlsversion)'],
  ['parameters', 'varchar', 'The whole request, JSON', 'requestparameters'],
  ['event_id', 'varchar', 'Unique per event', 'eventid'],
];

/** @param organization whether the events of many accounts lie side by side */
export function trailViewColumns(organization: boolean): ViewColumn[] {
  const columns = COLUMNS.map(([name, type, comment]) => ({ name, type, comment }));
  return organization ? [{ name: 'account', type: 'varchar', comment: 'Account of the event' }, ...columns] : columns;
}

export function selectFromTrail(organization: boolean): string {
  const list = COLUMNS.map(([name, , , sql]) => `${sql} AS "${name}"`);
  return `SELECT ${[...(organization ? ['account'] : []), ...list].join(', ')} FROM "${TRAIL_TABLE}"`;
}
