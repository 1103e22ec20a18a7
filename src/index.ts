// What the user says.
export { AccessLogs, type AccessLogsOptions, LogPartition } from './model/access-logs';
export { type DualLayerKmsEncryptionOptions, Encryption, type KmsEncryptionOptions } from './model/encryption';
export { ObjectLock } from './model/object-lock';
export { Replication } from './model/replication';
export { TlsVersion } from './model/tls-version';

// What makes one resource safe.
export { BucketControl } from './controls/bucket-control';
export { BucketAccessLogs } from './controls/bucket/access-logs';
export { BucketAclsOff } from './controls/bucket/acls-off';
export { BucketDefaultEncryption } from './controls/bucket/default-encryption';
export { BucketObjectLock } from './controls/bucket/object-lock';
export { BucketPublicAccessBlocked } from './controls/bucket/public-access-blocked';
export { BucketReplication } from './controls/bucket/replication';
export { BucketRetainedWithPolicyAndKey } from './controls/bucket/retained-with-policy-and-key';
export { BucketVersioned } from './controls/bucket/versioned';
export { BucketTlsMinimumVersion } from './controls/bucket-policy/tls-minimum-version';
export { BucketTlsOnly } from './controls/bucket-policy/tls-only';

// What puts it together.
export { type BucketGrantOptions, SecureBucket, type SecureBucketProps } from './constructs/secure-bucket/secure-bucket';
export { LoggingBucket, type LoggingBucketProps } from './constructs/logging-bucket/logging-bucket';

// What proves it.
export { Guarantee, type UploadEncryptionGuaranteeOptions } from './assurance/guarantees';
export { Proof, type HoldsOptions, type RequestOptions } from './assurance/proof';
export { Verdict, VerdictStatus, type VerdictProps } from './assurance/verdict';
export { StrongboxChecks, type StrongboxChecksProps } from './assurance/plugin';
