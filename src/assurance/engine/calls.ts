/**
 * What an action is asked about: the object or bucket of the call, the object it copies from, or the key that encrypts.
 */
type CallTarget = 'object' | 'bucket' | 'source' | 'key';

export interface CallAction {
  readonly action: string;
  readonly on: CallTarget;
}

/** What a call may carry beyond its plain form; each asks for more actions, or for others. */
type CallFeature =
  'version' | 'acl' | 'tagging' | 'retention' | 'legal-hold' | 'bypass' | 'kms' | 'source-version' | 'source-kms';

interface CallRow {
  readonly asks: readonly CallAction[];
  readonly more?: Readonly<Partial<Record<CallFeature, readonly CallAction[]>>>;
  /** Actions that take the place of `asks` when the feature is there. */
  readonly instead?: Readonly<Partial<Record<CallFeature, readonly CallAction[]>>>;
}

const object = (...actions: string[]): CallAction[] =>
  actions.map((action) => ({ action: `s3:${action}`, on: 'object' }));
const bucket = (...actions: string[]): CallAction[] =>
  actions.map((action) => ({ action: `s3:${action}`, on: 'bucket' }));
const source = (...actions: string[]): CallAction[] =>
  actions.map((action) => ({ action: `s3:${action}`, on: 'source' }));
const key = (...actions: string[]): CallAction[] => actions.map((action) => ({ action: `kms:${action}`, on: 'key' }));

const READ: CallRow = {
  asks: object('GetObject'),
  instead: { version: object('GetObjectVersion') },
  more: { kms: key('Decrypt') },
};
const WRITING = {
  acl: object('PutObjectAcl'),
  tagging: object('PutObjectTagging'),
  retention: object('PutObjectRetention'),
  'legal-hold': object('PutObjectLegalHold'),
};
const DELETE: CallRow = {
  asks: object('DeleteObject'),
  instead: { version: object('DeleteObjectVersion') },
  more: { bypass: object('BypassGovernanceRetention') },
};
/** Parts are decrypted again when the upload is put together, so their writer needs Decrypt as well. */
const PART: CallRow = { asks: object('PutObject'), more: { kms: key('GenerateDataKey', 'Decrypt') } };
const versioned = (plain: string, ofVersion: string): CallRow => ({
  asks: object(plain),
  instead: { version: object(ofVersion) },
});

/**
 * The actions that S3 asks for, by API call.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
const CALLS: Readonly<Record<string, CallRow>> = {
  GetObject: READ,
  HeadObject: READ,
  SelectObjectContent: READ,
  GetObjectAttributes: {
    asks: object('GetObject', 'GetObjectAttributes'),
    instead: { version: object('GetObjectVersion', 'GetObjectVersionAttributes') },
    more: { kms: key('Decrypt') },
  },
  PutObject: { asks: object('PutObject'), more: { ...WRITING, kms: key('GenerateDataKey') } },
  CopyObject: {
    asks: [...object('PutObject'), ...source('GetObject')],
    instead: { 'source-version': [...object('PutObject'), ...source('GetObjectVersion')] },
    more: {
      ...WRITING,
      tagging: [...object('PutObjectTagging'), ...source('GetObjectTagging')],
      kms: key('GenerateDataKey'),
      'source-kms': key('Decrypt'),
    },
  },
  CreateMultipartUpload: { asks: object('PutObject'), more: { ...WRITING, kms: key('GenerateDataKey') } },
  UploadPart: PART,
  UploadPartCopy: {
    asks: [...object('PutObject'), ...source('GetObject')],
    instead: { 'source-version': [...object('PutObject'), ...source('GetObjectVersion')] },
    more: { kms: key('GenerateDataKey', 'Decrypt'), 'source-kms': key('Decrypt') },
  },
  CompleteMultipartUpload: PART,
  AbortMultipartUpload: { asks: object('AbortMultipartUpload') },
  ListParts: { asks: object('ListMultipartUploadParts') },
  ListMultipartUploads: { asks: bucket('ListBucketMultipartUploads') },
  DeleteObject: DELETE,
  DeleteObjects: DELETE,
  RestoreObject: { asks: object('RestoreObject') },
  HeadBucket: { asks: bucket('ListBucket') },
  ListObjects: { asks: bucket('ListBucket') },
  ListObjectsV2: { asks: bucket('ListBucket') },
  ListObjectVersions: { asks: bucket('ListBucketVersions') },
  PutObjectRetention: { asks: object('PutObjectRetention'), more: { bypass: object('BypassGovernanceRetention') } },
  GetObjectRetention: { asks: object('GetObjectRetention') },
  PutObjectLegalHold: { asks: object('PutObjectLegalHold') },
  GetObjectLegalHold: { asks: object('GetObjectLegalHold') },
  PutObjectAcl: versioned('PutObjectAcl', 'PutObjectVersionAcl'),
  GetObjectAcl: versioned('GetObjectAcl', 'GetObjectVersionAcl'),
  PutObjectTagging: versioned('PutObjectTagging', 'PutObjectVersionTagging'),
  GetObjectTagging: versioned('GetObjectTagging', 'GetObjectVersionTagging'),
  DeleteObjectTagging: versioned('DeleteObjectTagging', 'DeleteObjectVersionTagging'),
  DeleteBucket: { asks: bucket('DeleteBucket') },
  PutBucketPolicy: { asks: bucket('PutBucketPolicy') },
  GetBucketPolicy: { asks: bucket('GetBucketPolicy') },
  DeleteBucketPolicy: { asks: bucket('DeleteBucketPolicy') },
  PutBucketEncryption: { asks: bucket('PutEncryptionConfiguration') },
  DeleteBucketEncryption: { asks: bucket('PutEncryptionConfiguration') },
  PutBucketLifecycleConfiguration: { asks: bucket('PutLifecycleConfiguration') },
  DeleteBucketLifecycle: { asks: bucket('PutLifecycleConfiguration') },
  PutBucketVersioning: { asks: bucket('PutBucketVersioning') },
  PutObjectLockConfiguration: { asks: bucket('PutBucketObjectLockConfiguration') },
  PutPublicAccessBlock: { asks: bucket('PutBucketPublicAccessBlock') },
  DeletePublicAccessBlock: { asks: bucket('PutBucketPublicAccessBlock') },
  PutBucketOwnershipControls: { asks: bucket('PutBucketOwnershipControls') },
  DeleteBucketOwnershipControls: { asks: bucket('PutBucketOwnershipControls') },
  PutBucketReplication: { asks: bucket('PutReplicationConfiguration') },
  DeleteBucketReplication: { asks: bucket('PutReplicationConfiguration') },
  PutBucketNotificationConfiguration: { asks: bucket('PutBucketNotification') },
  PutBucketLogging: { asks: bucket('PutBucketLogging') },
  PutBucketCors: { asks: bucket('PutBucketCORS') },
  DeleteBucketCors: { asks: bucket('PutBucketCORS') },
};

/** Names of the calls of the table. */
export function callNames(): string[] {
  return Object.keys(CALLS);
}

/**
 * The actions that a call needs, all of them.
 * @throws if the call is not in the table, or cannot carry the feature
 */
export function actionsOfCall(call: string, features: readonly string[] = []): CallAction[] {
  const row = CALLS[call];
  if (row === undefined) throw new Error(`"call" is "${call}"; it must be one of ${callNames().join(', ')}`);
  const possible = [...Object.keys(row.instead ?? {}), ...Object.keys(row.more ?? {})];
  const wrong = features.find((feature) => !possible.includes(feature));
  if (wrong !== undefined) {
    throw new Error(`"features" has "${wrong}"; ${call} can carry ${possible.join(', ') || 'none'}`);
  }
  const other = features.find((feature) => row.instead?.[feature as CallFeature] !== undefined);
  return [
    ...(other === undefined ? row.asks : row.instead![other as CallFeature]!),
    ...features.flatMap((feature) => row.more?.[feature as CallFeature] ?? []),
  ];
}

/** Whether the call's table has something to say about encryption with a KMS key. */
export function callUsesKey(call: string): boolean {
  return CALLS[call]?.more?.kms !== undefined;
}
