/** One control as the docs, the reports and the tests know it. */
export interface ControlRow {
  /** The id that the control records on the bucket. */
  readonly id: string;
  /** The class that users apply. */
  readonly control: string;
  /** What it does, in one line. */
  readonly title: string;
  /** The attack or accident it stops. */
  readonly stops: string;
  /** The guarantee that proves it on the template; see `Guarantee`. */
  readonly guarantee: string;
  /** The cdk-nag rules that it satisfies. */
  readonly rules: readonly string[];
  /** Controls of common frameworks that it helps to satisfy. */
  readonly frameworks: readonly string[];
  /** The AWS page that describes the mechanism. */
  readonly source: string;
}

const GUIDE = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide';

/** The single table of controls: a control without its row, or a row without its control, fails the tests. */
export const CATALOG: readonly ControlRow[] = [
  {
    id: 'default-encryption',
    control: 'BucketDefaultEncryption',
    title: 'Objects are encrypted with the chosen algorithm and key when the upload names none',
    stops: 'objects at rest under a key that nobody chose',
    guarantee: 'default-encryption',
    rules: ['S3DefaultEncryptionKMS'],
    frameworks: ['FSBP S3.17', 'NIST 800-53 SC-28', 'PCI DSS 3.5', 'HIPAA 164.312(a)(2)(iv)'],
    source: `${GUIDE}/bucket-encryption.html`,
  },
  {
    id: 'tls-only',
    control: 'BucketTlsOnly',
    title: 'Every request over plain HTTP is denied',
    stops: 'credentials and data crossing a network in the clear',
    guarantee: 'tls-only',
    rules: ['S3BucketSSLRequestsOnly'],
    frameworks: ['FSBP S3.5', 'CIS AWS 2.1.1', 'NIST 800-53 SC-8', 'PCI DSS 4.2', 'HIPAA 164.312(e)(1)'],
    source: `${GUIDE}/example-bucket-policies.html#example-bucket-policies-HTTP-HTTPS`,
  },
  {
    id: 'tls-minimum-version',
    control: 'BucketTlsMinimumVersion',
    title: 'Every request over a TLS version below the minimum is denied',
    stops: 'a downgrade to a protocol version with known breaks',
    guarantee: 'tls-minimum-version',
    rules: [],
    frameworks: ['FSBP S3.5', 'NIST 800-53 SC-8(1)', 'PCI DSS 4.2.1'],
    source: `${GUIDE}/amazon-s3-policy-keys.html#example-object-tls-version`,
  },
  {
    id: 'public-access-blocked',
    control: 'BucketPublicAccessBlocked',
    title: 'All four settings of Block Public Access are on',
    stops: 'a policy or an ACL that opens the bucket to everybody',
    guarantee: 'public-access-blocked',
    rules: ['S3BucketLevelPublicAccessProhibited', 'S3BucketPublicReadProhibited', 'S3BucketPublicWriteProhibited'],
    frameworks: ['FSBP S3.8', 'CIS AWS 2.1.4', 'NIST 800-53 AC-3', 'PCI DSS 1.4.4'],
    source: `${GUIDE}/access-control-block-public-access.html`,
  },
  {
    id: 'acls-off',
    control: 'BucketAclsOff',
    title: 'Access control lists are off; the bucket owner owns every object',
    stops: 'an object that its uploader keeps for himself or opens to others by an ACL',
    guarantee: 'acls-off',
    rules: [],
    frameworks: ['FSBP S3.12', 'NIST 800-53 AC-6'],
    source: `${GUIDE}/about-object-ownership.html`,
  },
  {
    id: 'versioned',
    control: 'BucketVersioned',
    title: 'Every version of every object is kept',
    stops: 'an overwrite or delete that destroys the only copy',
    guarantee: 'versioned',
    rules: ['S3BucketVersioningEnabled'],
    frameworks: ['FSBP S3.14', 'NIST 800-53 CP-9', 'PCI DSS 10.3.3'],
    source: `${GUIDE}/Versioning.html`,
  },
  {
    id: 'access-logs',
    control: 'BucketAccessLogs',
    title: 'Server access logs go to another bucket of the same account and Region',
    stops: 'access that nobody can reconstruct afterwards',
    guarantee: 'access-logs',
    rules: ['S3BucketLoggingEnabled'],
    frameworks: ['FSBP S3.9', 'NIST 800-53 AU-2', 'PCI DSS 10.2.1', 'HIPAA 164.312(b)'],
    source: `${GUIDE}/ServerLogs.html`,
  },
  {
    id: 'retained-with-policy-and-key',
    control: 'BucketRetainedWithPolicyAndKey',
    title: 'A kept bucket keeps its policy and its key',
    stops: 'a retained bucket left without its guardrails, or unreadable, when its stack goes',
    guarantee: 'policy-retained',
    rules: [],
    frameworks: ['NIST 800-53 CP-9'],
    source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html',
  },
  {
    id: 'replication',
    control: 'BucketReplication',
    title: 'Objects are copied to another bucket, or the owner says why not',
    stops: 'the loss of the only copy, and a copy that everybody thought existed',
    guarantee: 'replicated',
    rules: ['S3BucketReplicationEnabled'],
    frameworks: ['FSBP S3.7', 'NIST 800-53 CP-9', 'HIPAA 164.308(a)(7)(ii)(A)'],
    source: `${GUIDE}/replication.html`,
  },
  {
    id: 'object-lock',
    control: 'BucketObjectLock',
    title: 'Objects are locked when written, or the owner says why not',
    stops: 'records that everybody thought could not be deleted',
    guarantee: 'object-locked',
    rules: ['S3BucketDefaultLockEnabled'],
    frameworks: ['FSBP S3.15', 'NIST 800-53 SC-28'],
    source: `${GUIDE}/object-lock.html`,
  },
  {
    id: 'upload-encryption',
    control: 'BucketUploadEncryption',
    title: 'An upload that names another encryption or key than the default is denied',
    stops: 'objects under a weaker algorithm, a foreign key or the AWS managed key',
    guarantee: 'upload-encryption',
    rules: [],
    frameworks: ['FSBP S3.17', 'NIST 800-53 SC-28(1)', 'PCI DSS 3.5'],
    source: `${GUIDE}/UsingKMSEncryption.html#require-sse-kms`,
  },
  {
    id: 'sse-c-blocked',
    control: 'BucketSseCBlocked',
    title: 'An upload with a key of its own (SSE-C) is denied',
    stops: 'ransomware that re-encrypts objects under a key only the attacker has',
    guarantee: 'sse-c-never',
    rules: [],
    frameworks: ['NIST 800-53 SC-12', 'NIST 800-53 SC-28'],
    source: `${GUIDE}/blocking-unblocking-s3-c-encryption-gpb.html`,
  },
  {
    id: 'cors',
    control: 'BucketCors',
    title: 'Only pages of named origins may use the bucket from a browser',
    stops: 'a page of anybody that writes in the name of its visitor',
    guarantee: 'cors-named-origins',
    rules: [],
    frameworks: ['NIST 800-53 AC-4'],
    source: `${GUIDE}/cors.html`,
  },
  {
    id: 'lifecycle',
    control: 'BucketLifecycle',
    title: 'Parts of incomplete uploads go; noncurrent versions and old objects where asked',
    stops: 'storage that is paid for and cannot be listed, data that outlives its purpose',
    guarantee: 'incomplete-uploads-aborted',
    rules: [],
    frameworks: ['FSBP S3.13', 'NIST 800-53 SI-12'],
    source: `${GUIDE}/object-lifecycle-mgmt.html`,
  },
  {
    id: 'event-notifications',
    control: 'BucketEventNotifications',
    title: 'Every event goes to Amazon EventBridge',
    stops: 'a change that no detective control hears of',
    guarantee: 'events-to-eventbridge',
    rules: [],
    frameworks: ['FSBP S3.11', 'NIST 800-53 SI-4'],
    source: `${GUIDE}/EventBridge.html`,
  },
  {
    id: 'public-read',
    control: 'BucketPublicRead',
    title: 'Everybody may read named prefixes, and nothing else, for a stated reason',
    stops: 'a bucket opened as a whole because a part of it had to be public',
    guarantee: 'public-read-only',
    rules: [],
    frameworks: ['NIST 800-53 AC-3'],
    source: `${GUIDE}/access-control-block-public-access.html`,
  },
];
