// What the user says.
export { RiskAcceptance } from './model/risk-acceptance';
export { AccessLogs, type AccessLogsOptions, LogPartition } from './model/access-logs';
export { AccessPointDelegation } from './model/access-point-delegation';
export { ArchiveStorage, type ArchiveTransition } from './model/archive-storage';
export { CorsPolicy, HttpMethod } from './model/cors-policy';
export { Delivery } from './model/delivery/delivery';
export {
  type CloudFrontDeliveryOptions,
  type CloudTrailDeliveryOptions,
  type DeliveryOptions,
} from './model/delivery/delivery-options';
export { DirectAccess, type DirectAccessDeniedOptions } from './model/direct-access';
export { type DualLayerKmsEncryptionOptions, Encryption, type KmsEncryptionOptions } from './model/encryption';
export { EndpointAuthorization, type JwtAuthorizationOptions } from './model/endpoint-authorization';
export { type ExpirationOptions, Lifecycle, type NoncurrentVersionOptions } from './model/lifecycle';
export { LogSources } from './model/log-sources';
export { TrailAccess, TrailEvents, type TrailEventsOptions } from './model/trail-events';
export { TrailManagementEvents, TrailNetworkActivity, TrailScope, type TrailScopeOptions } from './model/trail-scope';
export { Lookup, type ObjectLookupOptions, type TableLookupOptions } from './model/lookup';
export { NetworkOrigin, type VpcOriginOptions } from './model/network-origin';
export { ObjectLock } from './model/object-lock';
export { Perimeter } from './model/perimeter';
export { PermissionSetPrincipal, type PermissionSetPrincipalOptions } from './model/permission-set-principal';
export { PlatformBuckets } from './model/platform-buckets';
export { PresignCallers } from './model/presign-callers';
export { PresignedOperation, type PresignedUploadOptions } from './model/presigned-operation';
export { PresignedRequests } from './model/presigned-requests';
export { PublicRead, type PublicReadOptions } from './model/public-read';
export {
  RedactionAction,
  type RedactionField,
  RedactionPolicy,
  type StandardRedactionOptions,
} from './model/redaction-policy';
export { Replication, type ReplicationOptions } from './model/replication';
export { type PerObjectRetentionOptions, Retention, RetentionMode, type RetentionOptions } from './model/retention';
export {
  type GatewayOptions,
  type NetworkInterfaceOptions,
  S3EndpointKind,
  S3PrivateDns,
} from './model/s3-endpoint-kind';
export { Team, type TeamOptions, type WritingTeamOptions } from './model/team';
export { TlsVersion } from './model/tls-version';
export { type CustomTransformOptions, type DecompressOptions, Transform } from './model/transform';
export { type EnrichOptions, ExistingProperty, MissingRecord } from './model/enrichment';
export { ImageFit, ImageFormat, type ImageOptions } from './model/image-transform';
export {
  type CsvToJsonOptions,
  type JsonToXmlOptions,
  NamespaceNames,
  RepeatedElements,
  type StructureLimits,
  type XmlToJsonOptions,
} from './model/document-transforms';
export { UploadEncryption } from './model/upload-encryption';
export { VaultLock, VaultLockPolicy } from './model/vault-lock';
export {
  type RedactedViewOptions,
  type TransformedViewOptions,
  View,
  ViewLength,
  type ViewOptions,
} from './model/view';
export { type ViewFunctionOptions, type ViewSourceProps } from './model/view-function-options';
export { Watermark, type WatermarkOptions, WatermarkPosition } from './model/watermark';

// What makes one resource safe.
export { BucketControl } from './controls/bucket-control';
export { BucketAccessLogs } from './controls/bucket/access-logs';
export { BucketAclsDisabled } from './controls/bucket/acls-disabled';
export { BucketCors } from './controls/bucket/cors';
export { BucketDefaultEncryption } from './controls/bucket/default-encryption';
export { BucketEventNotifications } from './controls/bucket/event-notifications';
export { BucketLifecycle } from './controls/bucket/lifecycle';
export { BucketObjectLock } from './controls/bucket/object-lock';
export { BucketPublicAccessBlocked } from './controls/bucket/public-access-blocked';
export { BucketReplication } from './controls/bucket/replication';
export { BucketRetainedWithPolicyAndKey } from './controls/bucket/retained-with-policy-and-key';
export { BucketSseCDisabled } from './controls/bucket/sse-c-disabled';
export { BucketVersioned } from './controls/bucket/versioned';
export { BucketPublicRead } from './controls/bucket-policy/public-read';
export { BucketDelivery } from './controls/bucket-policy/delivery';
export { BucketServicesBounded, type BucketServicesBoundedOptions } from './controls/bucket-policy/services-bounded';
export { BucketTlsMinimumVersion } from './controls/bucket-policy/tls-minimum-version';
export { BucketTlsOnly } from './controls/bucket-policy/tls-only';
export { BucketUploadEncryption } from './controls/bucket-policy/upload-encryption';
export { BucketArchiveStorage } from './controls/bucket/archive-storage';
export { BucketKeyDeletionDenied } from './controls/bucket/key-deletion-denied';
export { BucketLockInventory } from './controls/bucket/lock-inventory';
export { BucketRetention } from './controls/bucket/retention';
export { BucketDeletesDenied } from './controls/bucket-policy/deletes-denied';
export { BucketLegalHoldRestricted } from './controls/bucket-policy/legal-hold-restricted';
export { BucketLifecycleRestricted } from './controls/bucket-policy/lifecycle-restricted';
export { BucketLockSettingsFrozen } from './controls/bucket-policy/lock-settings-frozen';
export { BucketPolicyAdministratorsOnly } from './controls/bucket-policy/policy-administrators-only';
export { BucketPerimeter, type BucketPerimeterOptions } from './controls/bucket-policy/perimeter';
export { BucketPresignedLimits } from './controls/bucket-policy/presigned-limits';
export { BucketReadersOnly } from './controls/bucket-policy/readers-only';
export {
  BucketReadThroughViewOnly,
  type ReadThroughViewOnlyOptions,
} from './controls/bucket-policy/read-through-view-only';
export { BucketRecentMfa, type RecentMfaOptions } from './controls/bucket-policy/recent-mfa';
export { BucketRetentionBounds, type RetentionBoundsOptions } from './controls/bucket-policy/retention-bounds';
export {
  BucketRetentionRestricted,
  type RetentionOfficersOnlyOptions,
} from './controls/bucket-policy/retention-restricted';
export { AccessPointControl } from './controls/access-point-control';
export { AccessPointPerimeter, type AccessPointPerimeterOptions } from './controls/access-point/access-point-perimeter';
export { AccessPointPublicAccessBlocked } from './controls/access-point/access-point-public-access-blocked';
export { AccessPointTeam } from './controls/access-point/access-point-team';
export { BucketAccessPointDelegation } from './controls/bucket-policy/access-point-delegation';
export { BucketDirectAccessDenied } from './controls/bucket-policy/direct-access-denied';
export { BucketWritersOnly, type WritersOnlyOptions } from './controls/bucket-policy/writers-only';

// What puts it together.
export {
  AccessLogAnalytics,
  type AccessLogAnalyticsProps,
} from './constructs/access-log-analytics/access-log-analytics';
export {
  type BucketGrantOptions,
  SecureBucket,
  type SecureBucketProps,
} from './constructs/secure-bucket/secure-bucket';
export { DisposableBuckets } from './constructs/disposable-buckets/disposable-buckets';
export { GlacierVault, type GlacierVaultProps } from './constructs/glacier-vault/glacier-vault';
export { LoggingBucket, type LoggingBucketProps } from './constructs/logging-bucket/logging-bucket';
export { ClientSideKey, type ClientSideKeyProps } from './constructs/client-side-key/client-side-key';
export { MfaDelete, type MfaDeleteProps } from './constructs/mfa-delete/mfa-delete';
export { ObjectTrail, type ObjectTrailProps } from './constructs/object-trail/object-trail';
export { S3Endpoint, type S3EndpointProps } from './constructs/s3-endpoint/s3-endpoint';
export { SecurityAlarms, type SecurityAlarmsProps } from './constructs/security-alarms/security-alarms';
export { TeamAccessPoint } from './constructs/team-access-points/team-access-point';
export { TeamAccessPoints } from './constructs/team-access-points/team-access-points';
export { type TeamAccessPointsProps } from './constructs/team-access-points/team-access-points-props';
export { PresignedUrls } from './constructs/presigned-urls/presigned-urls';
export { type PresignedUrlsProps } from './constructs/presigned-urls/presigned-urls-props';
export { WormArchive, type WormArchiveProps } from './constructs/worm-archive/worm-archive';
export {
  TransformingObjectLambda,
  type TransformingObjectLambdaProps,
} from './constructs/transforming-object-lambda/transforming-object-lambda';
export { RedactingEndpoint } from './constructs/redacting-endpoint/redacting-endpoint';
export {
  type EndpointDomain,
  type RedactingEndpointProps,
} from './constructs/redacting-endpoint/redacting-endpoint-props';
export { RedactedCopy, type RedactedCopyProps } from './constructs/redacted-copy/redacted-copy';
export { RedactingObjectLambda } from './constructs/redacting-object-lambda/redacting-object-lambda';

// What proves it.
export { type ClientSideKeyGuaranteeOptions } from './assurance/guarantees/client-key';
export { Guarantee } from './assurance/guarantees/guarantee';
export {
  type AccountsGuaranteeOptions,
  type BucketsGuaranteeOptions,
  type CloudFrontGuaranteeOptions,
  type DefaultUploadGuaranteeOptions,
  type ObjectLockGuaranteeOptions,
  type PrefixesGuaranteeOptions,
  type PrincipalsGuaranteeOptions,
  type ServicesGuaranteeOptions,
  type ServiceUploadsGuaranteeOptions,
  type SourcesGuaranteeOptions,
  type SseCGuaranteeOptions,
  SseCRefusal,
  type TrustedAccessPointsGuaranteeOptions,
  type VaultDeletionGuaranteeOptions,
} from './assurance/guarantees/guarantee-options';
export { AccessPointGuarantees } from './assurance/guarantees/groups/access-point-guarantees';
export { ArchiveGuarantees } from './assurance/guarantees/groups/archive-guarantees';
export { AuditGuarantees } from './assurance/guarantees/groups/audit-guarantees';
export { ClientKeyGuarantees } from './assurance/guarantees/groups/client-key-guarantees';
export { DeliveryGuarantees } from './assurance/guarantees/groups/delivery-guarantees';
export { KeyGuarantees } from './assurance/guarantees/groups/key-guarantees';
export { MessagingGuarantees } from './assurance/guarantees/groups/messaging-guarantees';
export { VaultGuarantees } from './assurance/guarantees/groups/vault-guarantees';
export { ViewGuarantees } from './assurance/guarantees/groups/view-guarantees';
export type { AllowedGuaranteeOptions, PrefixIsolationGuaranteeOptions } from './assurance/guarantees/access';
export type { AlarmRaisesGuaranteeOptions } from './assurance/guarantees/metric-alarm';
export type { AnalystGuaranteeOptions } from './assurance/guarantees/analyst';
export type { RuleHearsGuaranteeOptions } from './assurance/guarantees/alarm-rule';
export type { TableReadsGuaranteeOptions } from './assurance/guarantees/record-table';
export type { TrailRecordsGuaranteeOptions } from './assurance/guarantees/trail';
export type { UploadEncryptionGuaranteeOptions } from './assurance/guarantees/encryption';
export type { ReadThroughViewOnlyGuaranteeOptions, ViewGuaranteeOptions } from './assurance/guarantees/view-options';
export type {
  CallerPolicyGuaranteeOptions,
  CallersTakeNoRoleGuaranteeOptions,
} from './assurance/guarantees/view-callers';
export type { EndpointGuaranteeOptions } from './assurance/guarantees/view-function';
export { type PerimeterGuaranteeOptions } from './assurance/guarantees/perimeter';
export type { AccessPointGuaranteeOptions } from './assurance/guarantees/access-point';
export type { EndpointBucketsGuaranteeOptions } from './assurance/guarantees/endpoint';
export type { KeyGuaranteeOptions } from './assurance/guarantees/key';
export type { RequestOptions } from './assurance/ask/request-options';
export { Proof, type HoldsOptions, type ProofOptions, type TemplateProofOptions } from './assurance/proof';
export type {
  ArchiveStorageGuaranteeOptions,
  EventHoldGuaranteeOptions,
  RecentMfaGuaranteeOptions,
  RetentionGuaranteeOptions,
  WritersOnlyGuaranteeOptions,
} from './assurance/guarantees/worm-options';
export { type SourceLocation } from './assurance/template/source';
export { Verdict, VerdictStatus, type VerdictProps } from './assurance/verdict';
export { FindingLevel } from './assurance/findings/level';
export { StrongboxChecks, type StrongboxChecksProps } from './assurance/plugin';
