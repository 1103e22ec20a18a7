import { DefaultStackSynthesizer, Fn, RemovalPolicy, Stack, Validations, type ResourceEnvironment } from 'aws-cdk-lib';
import type * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { ArchiveAlarms } from './alarms';
import { BucketArchiveStorage } from '../../controls/bucket/archive-storage';
import { BucketKeyDeletionDenied } from '../../controls/bucket/key-deletion-denied';
import { BucketLockInventory } from '../../controls/bucket/lock-inventory';
import { BucketReplication } from '../../controls/bucket/replication';
import { BucketRetention } from '../../controls/bucket/retention';
import { BucketDeletesDenied } from '../../controls/bucket-policy/deletes-denied';
import { BucketDelivery } from '../../controls/bucket-policy/delivery';
import { BucketLegalHoldRestricted } from '../../controls/bucket-policy/legal-hold-restricted';
import { BucketLockSettingsFrozen } from '../../controls/bucket-policy/lock-settings-frozen';
import { BucketPolicyAdministratorsOnly } from '../../controls/bucket-policy/policy-administrators-only';
import { BucketReadersOnly } from '../../controls/bucket-policy/readers-only';
import { BucketRetentionBounds } from '../../controls/bucket-policy/retention-bounds';
import { BucketRetentionRestricted } from '../../controls/bucket-policy/retention-restricted';
import { BucketWritersOnly } from '../../controls/bucket-policy/writers-only';
import { validationError } from '../../input/validation-error';
import { ArchiveStorage } from '../../model/archive-storage';
import type { Delivery } from '../../model/delivery/delivery';
import { Encryption } from '../../model/encryption';
import { RetentionMode, type Retention } from '../../model/retention';
import { PolicyOfBucket } from '../../policy/bucket-policy';
import { LoggingBucket } from '../logging-bucket/logging-bucket';
import { SecureBucket } from '../secure-bucket/secure-bucket';

/**
 * Properties of `WormArchive`. Each list holds IAM roles and users; a principal in no list is denied, whatever IAM
 * allows it.
 */
export interface WormArchiveProps {
  /** For how long nobody may delete an object. */
  readonly retention: Retention;

  /**
   * Who puts records into the archive, and may name a retention within the bounds with the upload.
   *
   * @default - nobody, as for a replica
   */
  readonly writers?: iam.IGrantable[];

  /**
   * Who reads records and lists them with their locks, and restores them from Glacier.
   *
   * @default - nobody
   */
  readonly readers?: iam.IGrantable[];

  /**
   * Who extends retentions, deletes versions whose lock is over, releases event holds and, in governance mode, bypasses
   * a lock.
   *
   * @default - nobody
   */
  readonly retentionManagers?: iam.IGrantable[];

  /**
   * Who places and lifts legal holds.
   *
   * @default - nobody
   */
  readonly legalHoldManagers?: iam.IGrantable[];

  /**
   * The break-glass: who may change the bucket policy, and nothing else. The role that deploys the stack must be among
   * them.
   *
   * @default - the CloudFormation execution role of the CDK bootstrap; with another way of deploying nobody is named,
   * and a warning says so
   */
  readonly policyAdministrators?: iam.IGrantable[];

  /**
   * How S3 encrypts the objects.
   *
   * @default Encryption.kms() - with a key of its own, which nobody can delete
   */
  readonly encryption?: Encryption;

  /**
   * Where the objects lie as they get older, and whether they are ever deleted.
   *
   * @default ArchiveStorage.standard()
   */
  readonly storage?: ArchiveStorage;

  /**
   * The account, twelve digits, whose archive is replicated into this one; see `BucketReplication`.
   *
   * @default - this is not a replica
   */
  readonly replicasFrom?: string;

  /**
   * The name of the bucket; a replica in another Region or account needs one.
   *
   * @default - CloudFormation makes one up
   */
  readonly bucketName?: string;

  /**
   * What becomes of the bucket when the stack is deleted. `DESTROY` is an error in compliance mode.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

const DATA_EVENTS_WARNING = '@strongbox/worm-data-events';

/**
 * Write once, read many: a `SecureBucket` with Object Lock, whose people are named one by one.
 *
 * Everybody else is denied, by explicit statements of the bucket policy that no right in IAM outweighs: reading,
 * uploading, delete markers and deleting versions, bypassing governance mode, setting retentions, legal holds, changing
 * lock configuration, versioning and lifecycle, deleting the bucket, changing the policy, and deleting or disabling the
 * key. Every version is listed with its lock once a week. Calls that touch any of this are reported to `alarmTopic`.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 *
 * @example
 * declare const ingestRole: iam.Role;
 * declare const auditRole: iam.Role;
 * declare const legalRole: iam.Role;
 * new WormArchive(this, 'Records', {
 *   retention: Retention.compliance(Duration.days(2557), RiskAcceptance.irreversible('SEC 17a-4, approved by Legal')),
 *   writers: [ingestRole],
 *   readers: [auditRole],
 *   legalHoldManagers: [legalRole],
 * });
 */
export class WormArchive extends Construct implements s3.IBucketRef {
  /** The L2 bucket, for constructs that want one. */
  public readonly bucket: s3.Bucket;

  /** The KMS key that encrypts the objects; none with SSE-S3. */
  public readonly key?: kms.IKey;

  /** Where the alarms go: subscribe those who must know. */
  public readonly alarmTopic: sns.Topic;

  public constructor(scope: Construct, id: string, props: WormArchiveProps) {
    super(scope, id);
    const {
      retention,
      writers: writers = [],
      readers = [],
      retentionManagers: retentionManagers = [],
      legalHoldManagers: legalHoldManagers = [],
      replicasFrom,
    } = props;
    this.refuseContradictions(props);
    const storage = props.storage ?? ArchiveStorage.standard();

    const secure = new SecureBucket(this, 'Resource', {
      bucketName: props.bucketName,
      encryption: props.encryption,
      removalPolicy: props.removalPolicy,
    });
    this.bucket = secure.bucket;
    this.key = secure.key;
    // The lock is there from the first moment; switched on later it would leave earlier objects as they are.
    (this.bucket.node.defaultChild as s3.CfnBucket).objectLockEnabled = true;
    this.bucket.with(
      new BucketRetention(retention),
      new BucketWritersOnly(writers, { replicasFrom }),
      new BucketReadersOnly(readers),
      new BucketDeletesDenied(retentionManagers),
      new BucketRetentionBounds(retention, { retentionManagers, isReplica: replicasFrom !== undefined }),
      new BucketRetentionRestricted(retention.mode === RetentionMode.COMPLIANCE ? [] : retentionManagers, {
        uploaders: [...writers, ...retentionManagers],
      }),
      new BucketLegalHoldRestricted(legalHoldManagers),
      new BucketLockSettingsFrozen(),
      new BucketKeyDeletionDenied(),
      new BucketArchiveStorage(storage),
      new BucketLockInventory(LoggingBucket.of(this)),
    );
    this.nameAdministrators(props.policyAdministrators);

    this.allow('StrongboxArchivists', writers, {
      objects: UPLOAD,
      bucket: ['s3:GetBucketLocation'],
      key: ['kms:GenerateDataKey', 'kms:Decrypt'],
    });
    this.allow('StrongboxReaders', readers, {
      objects: [...READ, ...(storage.needsRestore ? ['s3:RestoreObject'] : [])],
      bucket: LIST,
      key: ['kms:Decrypt'],
    });
    this.allow('StrongboxRetentionOfficers', retentionManagers, {
      objects: [
        's3:PutObjectRetention',
        's3:GetObjectRetention',
        's3:DeleteObjectVersion',
        ...(retention.mode === RetentionMode.GOVERNANCE ? ['s3:BypassGovernanceRetention'] : []),
      ],
      bucket: LIST,
      key: [],
    });
    this.allow('StrongboxLegalOfficers', legalHoldManagers, {
      objects: ['s3:PutObjectLegalHold', 's3:GetObjectLegalHold'],
      bucket: LIST,
      key: [],
    });

    this.alarmTopic = new ArchiveAlarms(this, 'Alarms', this.bucket, this.key).topic;
    Validations.of(this).addWarning(
      DATA_EVENTS_WARNING,
      `The alarms of ${this.node.path} on deletions, retentions and legal holds hear nothing unless a ` +
        'trail logs the data events of the bucket: call' +
        ' logDataEvents(trail), or acknowledge this warning if a trail of the organization does.',
    );
  }

  /** The name and ARN of the bucket. */
  public get bucketRef(): s3.BucketReference {
    return this.bucket.bucketRef;
  }

  /** The role that replicates this bucket; none without `BucketReplication`. */
  public get replicationRole(): iam.IRole | undefined {
    return BucketReplication.roleOf(this);
  }

  /** The account and Region of the bucket. */
  public get env(): ResourceEnvironment {
    return this.bucket.env;
  }

  /**
   * Lets an AWS service deliver to the archive, `Delivery.cloudTrail()` for example: it is exempt from the denial of
   * uploads, and its objects are locked as any other.
   *
   * @throws where the delivery cannot work on this bucket, with the alternative
   */
  public allowDelivery(delivery: Delivery): void {
    this.bucket.with(new BucketDelivery(delivery));
  }

  /**
   * Lets a trail log every call on the objects, which the alarms on deletions, retentions and legal holds live on. It
   * costs money per event.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html
   */
  public logDataEvents(trail: cloudtrail.Trail): void {
    trail.addS3EventSelector([{ bucket: this.bucket }]);
    Validations.of(this).acknowledge({ id: DATA_EVENTS_WARNING, reason: `${trail.node.path} logs the data events` });
  }

  private refuseContradictions({ retention, removalPolicy }: WormArchiveProps): void {
    if (
      retention.mode === RetentionMode.COMPLIANCE &&
      removalPolicy !== undefined &&
      removalPolicy !== RemovalPolicy.RETAIN
    ) {
      throw validationError({
        property: 'removalPolicy',
        actual: `RemovalPolicy.${removalPolicy.toUpperCase()}`,
        expected:
          'RemovalPolicy.RETAIN in compliance mode, since a bucket with locked objects cannot be deleted by anybody',
        hint: 'leave "removalPolicy" out',
        scope: this,
      });
    }
  }

  private nameAdministrators(administrators: iam.IGrantable[] | undefined): void {
    const named = administrators ?? this.deploymentRole();
    if (named.length > 0 || administrators) {
      this.bucket.with(new BucketPolicyAdministratorsOnly(named));
      return;
    }
    Validations.of(this).addWarning(
      '@strongbox/worm-policy-administrators',
      `Who may change the bucket policy of ${this.node.path} is left to IAM, since this app is not ` +
        'deployed by the roles of the CDK bootstrap: whoever' +
        ' has s3:PutBucketPolicy can take the guards away; name the deploying role and the break-glass ' +
        'role in "policyAdministrators".',
    );
  }

  private deploymentRole(): iam.IGrantable[] {
    const { synthesizer } = Stack.of(this);
    // The synthesizer leaves placeholders of CloudFormation in the text.
    return synthesizer instanceof DefaultStackSynthesizer
      ? [new iam.ArnPrincipal(Fn.sub(synthesizer.cloudFormationExecutionRoleArn))]
      : [];
  }

  /**
   * By the bucket's and the key's own policies: who has rights in the archive can be read in one place, and roles of
   * other apps work.
   */
  private allow(
    sid: string,
    people: iam.IGrantable[],
    rights: { objects: string[]; bucket: string[]; key: string[] },
  ): void {
    if (people.length === 0) return;
    const principals = people.map(({ grantPrincipal }) => grantPrincipal);
    const policy = PolicyOfBucket.of(this.bucket.node.defaultChild as s3.CfnBucket);
    policy.add(sid, { principals, actions: rights.objects, resources: [policy.objects] });
    policy.add(`${sid}Lists`, { principals, actions: rights.bucket, resources: [policy.bucketArn] });
    if (!this.key || rights.key.length === 0) return;
    this.key.addToResourcePolicy(
      new iam.PolicyStatement({
        sid,
        principals,
        actions: rights.key,
        resources: ['*'],
        conditions: { StringEquals: { 'kms:ViaService': `s3.${this.key.env.region}.amazonaws.com` } },
      }),
    );
  }
}

const UPLOAD = [
  's3:PutObject',
  's3:PutObjectRetention',
  's3:PutObjectTagging',
  's3:AbortMultipartUpload',
  's3:ListMultipartUploadParts',
];
const READ = [
  's3:GetObject',
  's3:GetObjectVersion',
  's3:GetObjectAttributes',
  's3:GetObjectVersionAttributes',
  's3:GetObjectTagging',
  's3:GetObjectRetention',
  's3:GetObjectLegalHold',
];
const LIST = ['s3:ListBucket', 's3:ListBucketVersions', 's3:GetBucketLocation', 's3:GetBucketObjectLockConfiguration'];
