/** A pattern of the detail of an event, beside its source, service and names. */
export type Detail = Readonly<Record<string, unknown>>;

/** Calls that CloudTrail records and somebody must know of. */
export interface CallDefinition {
  /** The construct's id; in kebab-case the heading of the runbook. */
  readonly id: string;
  readonly description: string;
  readonly service: 's3' | 'kms' | 'cloudtrail';
  readonly eventNames: readonly string[];
  /** What else must hold of the calls. */
  readonly where?: Detail;
  /** Data events: only a trail that records them lets EventBridge hear of them. */
  readonly dataEvents?: boolean;
}

/**
 * Calls on the settings of a bucket. CloudTrail records them in every account, and EventBridge hears of them without a
 * trail of one's own.
 */
export const ON_BUCKETS: readonly CallDefinition[] = [
  {
    id: 'PolicyChanged',
    description: 'the bucket policy or Block Public Access was changed, or a principal tried to',
    service: 's3',
    eventNames: [
      'PutBucketPolicy',
      'DeleteBucketPolicy',
      'PutBucketPublicAccessBlock',
      'DeleteBucketPublicAccessBlock',
    ],
  },
  {
    id: 'PlainHttpAllowed',
    description: 'the bucket has a policy without a statement about aws:SecureTransport, so nothing denies plain HTTP',
    service: 's3',
    eventNames: ['PutBucketPolicy'],
    where: {
      errorCode: [{ exists: false }],
      requestParameters: {
        bucketPolicy: { Statement: { Condition: { Bool: { 'aws:SecureTransport': [{ exists: false }] } } } },
      },
    },
  },
  {
    id: 'OwnershipChanged',
    description: 'ACLs were enabled or changed, or a principal tried to',
    service: 's3',
    eventNames: ['PutBucketOwnershipControls', 'DeleteBucketOwnershipControls', 'PutBucketAcl'],
  },
  {
    id: 'VersioningChanged',
    description: 'versioning or MFA delete was changed, or a principal tried to',
    service: 's3',
    eventNames: ['PutBucketVersioning'],
  },
  {
    id: 'LoggingChanged',
    description: 'server access logging was changed or switched off, or a principal tried to',
    service: 's3',
    eventNames: ['PutBucketLogging'],
  },
  {
    id: 'ProtectionChanged',
    description:
      'encryption, lifecycle, replication or Object Lock was changed, the bucket was deleted, or a principal tried to',
    service: 's3',
    eventNames: [
      'PutBucketEncryption',
      'DeleteBucketEncryption',
      'PutBucketLifecycle',
      'PutBucketLifecycleConfiguration',
      'DeleteBucketLifecycle',
      'PutBucketReplication',
      'DeleteBucketReplication',
      'PutBucketObjectLockConfiguration',
      'PutObjectLockConfiguration',
      'DeleteBucket',
    ],
  },
];

/** Calls on what lies in a bucket with Object Lock. */
export const ON_LOCKED_OBJECTS: readonly CallDefinition[] = [
  {
    id: 'LockBypassed',
    description:
      'a retention was set, or objects were deleted in a batch, perhaps by bypassing governance mode, or ' +
      'somebody tried to',
    service: 's3',
    eventNames: ['PutObjectRetention', 'DeleteObjects'],
    dataEvents: true,
  },
  {
    // A delete without a version makes a delete marker. CloudTrail does not reliably say whether the header to bypass a
    // lock came.
    id: 'VersionDeleted',
    description: 'a version was deleted, perhaps by bypassing governance mode, or a principal tried to',
    service: 's3',
    eventNames: ['DeleteObject'],
    where: { requestParameters: { versionId: [{ exists: true }] } },
    dataEvents: true,
  },
  {
    id: 'LegalHoldChanged',
    description: 'a legal hold was placed or lifted, or a principal tried to',
    service: 's3',
    eventNames: ['PutObjectLegalHold'],
    dataEvents: true,
  },
];

export const ON_ACCOUNT: CallDefinition = {
  id: 'AccountPublicAccessChanged',
  description: 'Block Public Access of the whole account was changed, or a principal tried to',
  service: 's3',
  eventNames: ['PutAccountPublicAccessBlock', 'DeleteAccountPublicAccessBlock'],
};

export const ON_KEYS: CallDefinition = {
  id: 'KeyEndangered',
  description: 'a key was disabled or scheduled for deletion, its policy changed, or a principal tried to',
  service: 'kms',
  eventNames: ['DisableKey', 'ScheduleKeyDeletion', 'DeleteImportedKeyMaterial', 'PutKeyPolicy'],
};

export const ON_TRAIL: CallDefinition = {
  id: 'TrailStopped',
  description: 'the trail was stopped, deleted or changed, or a principal tried to',
  service: 'cloudtrail',
  eventNames: ['StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors'],
};

/**
 * Leaves out what these roles do. A caller without a role (the root user, an IAM user, a service) has no role to
 * compare with, and is heard.
 *
 * @param roleArns ARNs of roles, as `sessionIssuer.arn` has them
 */
export function quietFor(roleArns: readonly string[]): Detail {
  if (roleArns.length === 0) return {};
  const issuer = (arn: unknown) => ({ sessionContext: { sessionIssuer: { arn: [arn] } } });
  return { userIdentity: { $or: [issuer({ 'anything-but': [...roleArns] }), issuer({ exists: false })] } };
}

/** The pattern of EventBridge for such calls. */
export function patternOf({ service, eventNames, where }: CallDefinition, more: Detail): Detail {
  return {
    source: [`aws.${service}`],
    'detail-type': ['AWS API Call via CloudTrail'],
    detail: merged({ eventSource: [`${service}.amazonaws.com`], eventName: [...eventNames] }, where ?? {}, more),
  };
}

function merged(...parts: Detail[]): Detail {
  return parts.reduce(
    (all, part) => ({
      ...all,
      ...Object.fromEntries(
        Object.entries(part).map(([key, value]) => [
          key,
          isObject(all[key]) && isObject(value) ? merged(all[key] as Detail, value as Detail) : value,
        ]),
      ),
    }),
    {},
  );
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
