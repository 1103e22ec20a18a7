// What the user says.
export { AccessLogs, type AccessLogsOptions, LogPartition } from './model/access-logs';
export { CorsPolicy, HttpMethod } from './model/cors-policy';
export { type DualLayerKmsEncryptionOptions, Encryption, type KmsEncryptionOptions } from './model/encryption';
export { type ExpirationOptions, Lifecycle, type NoncurrentVersionOptions } from './model/lifecycle';
export { ObjectLock } from './model/object-lock';
export { PublicRead, type PublicReadOptions } from './model/public-read';
export { Replication, type ReplicationOptions } from './model/replication';
export { TlsVersion } from './model/tls-version';
export { UploadEncryption } from './model/upload-encryption';

// What makes one resource safe.
export { BucketControl } from './controls/bucket-control';
export { BucketAccessLogs } from './controls/bucket/access-logs';
export { BucketAclsOff } from './controls/bucket/acls-off';
export { BucketCors } from './controls/bucket/cors';
export { BucketDefaultEncryption } from './controls/bucket/default-encryption';
export { BucketEventNotifications } from './controls/bucket/event-notifications';
export { BucketLifecycle } from './controls/bucket/lifecycle';
export { BucketObjectLock } from './controls/bucket/object-lock';
export { BucketPublicAccessBlocked } from './controls/bucket/public-access-blocked';
export { BucketReplication } from './controls/bucket/replication';
export { BucketRetainedWithPolicyAndKey } from './controls/bucket/retained-with-policy-and-key';
export { BucketSseCBlocked } from './controls/bucket/sse-c-blocked';
export { BucketVersioned } from './controls/bucket/versioned';
export { BucketPublicRead } from './controls/bucket-policy/public-read';
export { BucketTlsMinimumVersion } from './controls/bucket-policy/tls-minimum-version';
export { BucketTlsOnly } from './controls/bucket-policy/tls-only';
export { BucketUploadEncryption } from './controls/bucket-policy/upload-encryption';

// What puts it together.
export { type BucketGrantOptions, SecureBucket, type SecureBucketProps } from './constructs/secure-bucket/secure-bucket';
export { LoggingBucket, type LoggingBucketProps } from './constructs/logging-bucket/logging-bucket';

// What proves it.
export { Guarantee, type UploadEncryptionGuaranteeOptions } from './assurance/guarantees';
export { Proof, type HoldsOptions, type RequestOptions } from './assurance/proof';
export { Verdict, VerdictStatus, type VerdictProps } from './assurance/verdict';
export { StrongboxChecks, type StrongboxChecksProps } from './assurance/plugin';
