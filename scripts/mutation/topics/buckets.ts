/** Buckets in the settings that users choose among. */
import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { NOT_LOGGED, type Topic } from './topic';
import {
  AccessLogs,
  BucketEventNotifications,
  BucketPublicRead,
  BucketReplication,
  CorsPolicy,
  Encryption,
  Guarantee,
  DeliveryGuarantees,
  KeyGuarantees,
  SseCRefusal,
  TlsVersion,
  HttpMethod,
  Lifecycle,
  LoggingBucket,
  PublicRead,
  Replication,
  SecureBucket,
  UploadEncryption,
} from '../../../src';
import { encryptionRule, type BucketModel } from '../../../src/assurance/model/resolve';
import { OF_THE_APP } from '../mutators';

export const BUCKETS: Topic = {
  subjects: {
    SecureBucket: (stack) => {
      new SecureBucket(stack, 'Docs');
    },
    'SecureBucket with SSE-S3': (stack) => {
      const logs = new LoggingBucket(stack, 'Logs', { bucketName: 'acme-logs', sourceNamePattern: 'acme-*' });
      new SecureBucket(stack, 'Docs', {
        bucketName: 'acme-docs',
        encryption: Encryption.s3Managed(),
        accessLogs: AccessLogs.to(logs),
      });
    },
    'SecureBucket with DSSE-KMS and required headers': (stack) => {
      const { bucket } = new SecureBucket(stack, 'Docs', {
        encryption: Encryption.dualLayerKms(),
        uploadEncryption: UploadEncryption.explicitHeader(),
        accessLogs: NOT_LOGGED,
      });
      // One service that names an encryption of its own choice, and one that names none.
      for (const service of ['cloudtrail.amazonaws.com', 'logging.s3.amazonaws.com']) {
        bucket.addToResourcePolicy(
          new iam.PolicyStatement({
            sid: `${OF_THE_APP}${service.split('.')[0]}`,
            principals: [new iam.ServicePrincipal(service)],
            actions: ['s3:PutObject', 's3:GetBucketAcl'],
            resources: [bucket.bucketArn, bucket.arnForObjects('*')],
            conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
          }),
        );
      }
    },
    'SecureBucket with SSE-C': (stack) => {
      new SecureBucket(stack, 'Docs', { encryption: Encryption.customerProvided(), accessLogs: NOT_LOGGED });
    },
    'SecureBucket with a public folder, CORS, events and expiry': (stack) => {
      new SecureBucket(stack, 'Docs', {
        encryption: Encryption.s3Managed(),
        accessLogs: NOT_LOGGED,
        cors: CorsPolicy.forOrigins('https://www.example.com').allow(HttpMethod.GET),
        lifecycle: Lifecycle.keepEverything().expireNoncurrentVersionsAfter(Duration.days(30)),
      }).with(
        new BucketPublicRead(PublicRead.because('Press kit, published by Communications', { prefixes: ['press/'] })),
        new BucketEventNotifications(),
      );
    },
    'SecureBucket with a copy': (stack) => {
      const copies = new SecureBucket(stack, 'Copies', { accessLogs: NOT_LOGGED });
      new SecureBucket(stack, 'Docs', { accessLogs: NOT_LOGGED }).with(new BucketReplication(Replication.to(copies)));
    },
  },
  guarantees: asked,
};

/** Every guarantee that can be asked of a bucket without more knowledge than its template. */
function asked({ resource }: BucketModel): Guarantee[] {
  const algorithm = encryptionRule(resource)?.ServerSideEncryptionByDefault?.SSEAlgorithm;
  return [
    Guarantee.tlsOnly(),
    Guarantee.tlsMinimumVersion(TlsVersion.V1_2),
    Guarantee.tlsMinimumVersion(TlsVersion.V1_3),
    Guarantee.publicAccessBlocked(),
    Guarantee.aclsDisabled(),
    Guarantee.onlyAccounts(),
    Guarantee.defaultEncryption(),
    ...(typeof algorithm === 'string' ? [Guarantee.defaultEncryption(algorithm)] : []),
    Guarantee.uploadEncryption(),
    Guarantee.uploadHeaderRequired(),
    Guarantee.defaultUploadAllowed(),
    Guarantee.encryptedUploadAllowed(),
    Guarantee.sseCOnly(),
    Guarantee.noSseCUploads(),
    DeliveryGuarantees.accessLogsAllowed(),
    DeliveryGuarantees.accessLogsOnlyFromAccount(),
    DeliveryGuarantees.cloudTrailAllowed(),
    Guarantee.policyRetained(),
    Guarantee.bucketRetained(),
    Guarantee.versioned(),
    Guarantee.accessLogged(),
    Guarantee.noSseCUploads({ by: SseCRefusal.BUCKET_SETTING }),
    Guarantee.noSseCUploads({ by: SseCRefusal.BUCKET_POLICY }),
    Guarantee.onlyServices(),
    Guarantee.onlyServices({ services: ['logging.s3.amazonaws.com'] }),
    DeliveryGuarantees.accessLogsBounded(),
    DeliveryGuarantees.accessLogsBounded('arn:aws:s3:::acme-*'),
    DeliveryGuarantees.uploadsAllowed({ service: 'logging.s3.amazonaws.com', sources: 'arn:aws:s3:::?*' }),
    DeliveryGuarantees.uploadsAllowed({ service: 'logging.s3.amazonaws.com', sources: 'arn:aws:s3:::acme-*' }),
    KeyGuarantees.rotated(),
    KeyGuarantees.onlyAccount(),
    KeyGuarantees.usable(),
    Guarantee.onlyBucketKmsKey(),
    Guarantee.publicAclsBlocked(),
    Guarantee.defaultReplicaAllowed(),
    Guarantee.sseCUploadAllowed(),
    Guarantee.publicReadOnlyUnder({ prefixes: ['press/'] }),
    Guarantee.publicReadAllowed('press/'),
    Guarantee.corsNamedOrigins(),
    Guarantee.incompleteUploadsAborted(),
    Guarantee.eventsToEventBridge(),
    Guarantee.replicated(),
  ];
}
