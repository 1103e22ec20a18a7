import { ACCOUNT, REGION, TRAILS } from './app';
import type { Question } from './questions';
import { dayOf } from './records';

const ALICE = `arn:aws:iam::${ACCOUNT}:user/alice`;
const ROLE = `arn:aws:iam::${ACCOUNT}:role/Officer`;
const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/Officer/bob`;
const PARTNER = 'arn:aws:sts::999988887777:assumed-role/Partner/s1';

interface Event {
  readonly name: string;
  readonly category?: 'Data' | 'Management' | 'NetworkActivity';
  readonly identity?: Record<string, unknown>;
  readonly parameters?: Record<string, unknown>;
  readonly additional?: Record<string, unknown>;
  readonly error?: string;
  readonly daysAgo?: number;
  readonly more?: Record<string, unknown>;
}

const alice = { type: 'IAMUser', arn: ALICE, accountId: ACCOUNT, userName: 'alice' };
const officer = {
  type: 'AssumedRole',
  arn: SESSION,
  accountId: ACCOUNT,
  sessionContext: {
    attributes: { mfaAuthenticated: 'true', creationDate: '2026-01-01T00:00:00Z' },
    sessionIssuer: { type: 'Role', arn: ROLE, accountId: ACCOUNT, userName: 'Officer' },
  },
};
const partner = { type: 'AssumedRole', arn: PARTNER, accountId: '999988887777' };
const anonymous = { type: 'AWSAccount', principalId: '', accountId: 'anonymous' };
const service = { type: 'AWSService', invokedBy: 'cloudfront.amazonaws.com' };

const object = (key: string, more: Record<string, unknown> = {}) => ({ bucketName: 'invoices-prod', key, ...more });
const sse = (SSEApplied: string) => ({ SSEApplied, SignatureVersion: 'SigV4', AuthenticationMethod: 'AuthHeader' });

/** Events by their tags, which are their ids. */
const EVENTS: Record<string, Event> = {
  GET: { name: 'GetObject', parameters: object('a.pdf') },
  'GET-ROLE': {
    name: 'GetObject',
    identity: officer,
    parameters: object('a.pdf', { versionId: 'v1' }),
    additional: { ...sse('SSE_KMS'), AuthenticationMethod: 'QueryString' },
  },
  'GET-DENIED': { name: 'GetObject', identity: partner, parameters: object('a.pdf'), error: 'AccessDenied' },
  'GET-ANONYMOUS': { name: 'GetObject', identity: anonymous, parameters: object('a.pdf') },
  'GET-SERVICE': { name: 'GetObject', identity: service, parameters: object('a.pdf') },
  'GET-OTHER': { name: 'GetObject', parameters: object('a.pdf.bak') },
  'GET-OLD': { name: 'GetObject', parameters: object('a.pdf'), daysAgo: 20 },
  HEAD: { name: 'HeadObject', parameters: object('a.pdf') },
  'PUT-KMS': { name: 'PutObject', parameters: object('in/1'), additional: sse('Default_SSE_KMS') },
  'PUT-C': { name: 'PutObject', identity: officer, parameters: object('in/2'), additional: sse('SSE_C') },
  'PUT-S3': { name: 'CopyObject', parameters: object('in/3'), additional: sse('SSE_S3') },
  DELETE: { name: 'DeleteObject', parameters: object('in/1', { versionId: 'v2' }) },
  'DELETE-BYPASS': {
    name: 'DeleteObject',
    identity: officer,
    parameters: object('in/2', { versionId: 'v3', 'x-amz-bypass-governance-retention': 'true' }),
  },
  RETENTION: { name: 'PutObjectRetention', identity: officer, parameters: object('in/2') },
  HOLD: { name: 'PutObjectLegalHold', parameters: object('in/2'), error: 'AccessDenied' },
  POLICY: {
    name: 'PutBucketPolicy',
    category: 'Management',
    identity: officer,
    parameters: { bucketName: 'invoices-prod', bucketPolicy: { Version: '2012-10-17', Statement: [] } },
  },
  'POLICY-DENIED': {
    name: 'DeleteBucketPolicy',
    category: 'Management',
    parameters: { bucketName: 'invoices-prod' },
    error: 'AccessDenied',
  },
  TAGS: { name: 'PutBucketTagging', category: 'Management', parameters: { bucketName: 'invoices-prod' } },
  ENDPOINT: {
    name: 'GetObject',
    category: 'NetworkActivity',
    parameters: object('a.pdf'),
    error: 'VpceAccessDenied',
    more: { vpcEndpointId: 'vpce-0abc' },
  },
};

/**
 * The files of a trail, as Athena's input format hands them on: an event a line, and what differs from service to
 * service as text of JSON.
 */
export function trailObjects(): Map<string, Buffer> {
  const lines = new Map<string, string[]>();
  for (const [tag, event] of Object.entries(EVENTS)) {
    const { folder } = dayOf(event.daysAgo ?? 1);
    const name = `${TRAILS}/AWSLogs/${ACCOUNT}/CloudTrail/${REGION}/${folder}/${ACCOUNT}_CloudTrail_${REGION}_${folder.replace(/\//g, '')}.json`;
    lines.set(name, [...(lines.get(name) ?? []), JSON.stringify(recordOf(tag, event))]);
  }
  return new Map([...lines].map(([name, of]) => [name, Buffer.from(`${of.join('\n')}\n`)]));
}

function recordOf(
  tag: string,
  {
    name,
    category = 'Data',
    identity = alice,
    parameters,
    additional = sse('SSE_KMS'),
    error,
    daysAgo = 1,
    more,
  }: Event,
) {
  return {
    eventVersion: '1.11',
    userIdentity: identity,
    eventTime: `${dayOf(daysAgo).folder.replace(/\//g, '-')}T10:15:00Z`,
    eventSource: 's3.amazonaws.com',
    eventName: name,
    awsRegion: REGION,
    sourceIPAddress: '192.0.2.3',
    userAgent: '[aws-sdk-js/3.900]',
    ...(error && {
      errorCode: error,
      errorMessage: 'User is not authorized because no identity-based policy allows it',
    }),
    requestParameters: JSON.stringify({ Host: 'invoices-prod.s3.eu-west-1.amazonaws.com', ...parameters }),
    responseElements: null,
    additionalEventData: JSON.stringify(additional),
    requestID: `R-${tag}`,
    eventID: tag,
    readOnly: /^(Get|Head|List)/.test(name),
    resources: [{ type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::invoices-prod', accountId: ACCOUNT }],
    eventType: 'AwsApiCall',
    managementEvent: category === 'Management',
    recipientAccountId: ACCOUNT,
    eventCategory: category,
    tlsDetails: {
      tlsVersion: 'TLSv1.3',
      cipherSuite: 'TLS_AES_128_GCM_SHA256',
      clientProvidedHostHeader: 'invoices-prod.s3.eu-west-1.amazonaws.com',
    },
    ...more,
  };
}

export const TRAIL_QUESTIONS: readonly Question[] = [
  {
    query: 'trail-who-read-object',
    values: ["'invoices-prod'", "'a.pdf'", '7'],
    columns: ['event_id', 'principal', 'role', 'presigned', 'mfa'],
    rows: [
      ['GET', ALICE, null, false, null],
      ['GET-ROLE', SESSION, ROLE, true, true],
      ['GET-ANONYMOUS', 'anonymous', null, false, null],
      ['GET-SERVICE', 'cloudfront.amazonaws.com', null, false, null],
    ],
  },
  {
    query: 'trail-changes-of-access',
    values: ["'%'", '7'],
    columns: ['event_id', 'principal', 'event_name', 'error_code'],
    rows: [
      ['POLICY', SESSION, 'PutBucketPolicy', null],
      ['POLICY-DENIED', ALICE, 'DeleteBucketPolicy', 'AccessDenied'],
    ],
  },
  {
    query: 'trail-changes-of-access',
    values: [`'${ROLE}'`, '7'],
    columns: ['event_id', 'bucket'],
    rows: [['POLICY', 'invoices-prod']],
  },
  {
    query: 'trail-denied-calls',
    values: ["'%'", "'%'", '7'],
    columns: ['principal', 'event_name', 'error_code', 'vpc_endpoint_id', 'calls'],
    rows: [
      [PARTNER, 'GetObject', 'AccessDenied', null, 1],
      [ALICE, 'PutObjectLegalHold', 'AccessDenied', null, 1],
      [ALICE, 'DeleteBucketPolicy', 'AccessDenied', null, 1],
      [ALICE, 'GetObject', 'VpceAccessDenied', 'vpce-0abc', 1],
    ],
  },
  {
    query: 'trail-deletes',
    values: ["'invoices-%'", "'in/'", "'%'", '7'],
    columns: ['event_id', 'version_id', 'bypasses_governance', 'mfa'],
    rows: [
      ['DELETE', 'v2', false, null],
      ['DELETE-BYPASS', 'v3', true, true],
    ],
  },
  {
    query: 'trail-break-glass',
    values: ["'%'", "'%'", '7'],
    columns: ['event_id', 'principal', 'error_code'],
    rows: [
      ['DELETE-BYPASS', SESSION, null],
      ['RETENTION', SESSION, null],
      ['HOLD', ALICE, 'AccessDenied'],
    ],
  },
  {
    query: 'trail-encryption-of-writes',
    values: ["'%'", "'in/'", '7'],
    columns: ['encryption', 'principal', 'writes'],
    rows: [
      ['Default_SSE_KMS', ALICE, 1],
      ['SSE_C', ROLE, 1],
      ['SSE_S3', ALICE, 1],
    ],
  },
];
