import { CfnDeletionPolicy, Validations } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { literal } from '../../input/literal-setting';
import { referenced } from '../../input/referenced';
import { validationError, explain } from '../../input/validation-error';
import { RetentionMode, type Retention } from '../../model/retention';
import { resolved } from '../../policy/bucket-policy';
import { replicationNoted } from '../../policy/replicator';
import { BucketControl } from '../bucket-control';

type Rule = s3.CfnBucket.RuleProperty;

const AUTO_DELETE_TAG = 'aws-cdk:auto-delete-objects';

/**
 * Locks every object of the bucket from its upload on, for the retention given.
 *
 * Stops: records that are deleted or overwritten before their time, by accident, by an intruder or by their owner.
 * Sets: `ObjectLockConfiguration` and versioning. Merges: a second, different retention is an error, never a guess.
 * Limits: Object Lock protects versions; `BucketDeletesDenied` stops the delete markers that hide them. What
 * contradicts the lock is an error: an app that empties the bucket, a removal policy that deletes it in compliance
 * mode, a lifecycle that expires earlier, suspended versioning, a copy in a bucket without a lock. On a bucket that
 * holds objects already those stay as they are.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 *
 * @example
 * declare const existing: s3.Bucket;
 * existing.with(new BucketRetention(Retention.governance(Duration.days(365))));
 */
export class BucketRetention extends BucketControl {
  public constructor(public readonly retention: Retention) {
    super('retention');
  }

  protected harden(bucket: s3.CfnBucket): void {
    const configuration = this.configuration();
    const before = literal<s3.CfnBucket.ObjectLockConfigurationProperty>(
      bucket,
      'objectLockConfiguration',
      bucket.objectLockConfiguration,
    );
    if (before?.rule && JSON.stringify(before) !== JSON.stringify(configuration)) {
      throw validationError({
        property: 'retention',
        actual: 'a second retention',
        expected: 'one default retention a bucket',
        hint: 'remove one of the two; a retention per object is named by its upload',
        scope: bucket,
      });
    }
    bucket.objectLockConfiguration = configuration;
    bucket.versioningConfiguration = { status: 'Enabled' };
    const { mode, days, years, isDefault } = this.retention;
    if (isDefault) this._claim(bucket, 'object-locked', { mode, days: days ?? years! * 365 });
    else this._claim(bucket, 'object-lock-on');
    bucket.node.addValidation({ validate: () => contradictions(bucket, this.retention) });
    if (this.retention.mode === RetentionMode.COMPLIANCE) this.warn(bucket);
  }

  private configuration(): s3.CfnBucket.ObjectLockConfigurationProperty {
    const { mode, days, years, eventHoldDays, isDefault } = this.retention;
    return {
      objectLockEnabled: 'Enabled',
      rule: isDefault
        ? {
            defaultRetention: {
              mode,
              days,
              years,
              defaultEventHold: eventHoldDays === undefined ? undefined : { days: eventHoldDays },
            },
          }
        : undefined,
    };
  }

  private warn(bucket: s3.CfnBucket): void {
    const { _inWords, acceptance } = this.retention;
    Validations.of(bucket).addWarning(
      '@strongbox/compliance-retention',
      `Whatever is put into ${bucket.node.path} stays there, and is paid for, for ${_inWords} from its ` +
        'upload. Nobody can delete it earlier or' +
        ' shorten that time: not you, not an administrator, not the root user, not AWS Support; only ' +
        'closing the AWS account ends it. A test file, a' +
        ' wrong terabyte and personal data that must be erased are kept just the same. Accepted as: ' +
        `"${acceptance!.reason}".`,
    );
  }
}

/** What only the finished app can tell. */
function contradictions(bucket: s3.CfnBucket, retention: Retention): string[] {
  const found: string[] = [];
  const refuse = (property: string, received: unknown, allowed: string, fix: string) =>
    found.push(explain({ property, actual: received, expected: allowed, hint: fix, scope: bucket }));

  const versioning = resolved<s3.CfnBucket.VersioningConfigurationProperty>(bucket, bucket.versioningConfiguration);
  if (versioning?.status !== 'Enabled') {
    refuse(
      'versioned',
      versioning?.status ?? false,
      'versioning on, since Object Lock protects versions',
      'remove what turns it off',
    );
  }
  if (bucket.tags.tagValues()[AUTO_DELETE_TAG] === 'true') {
    refuse(
      'autoDeleteObjects',
      true,
      'no function that empties the bucket, since the lock refuses it and the deletion of the stack fails half-way',
      'remove "autoDeleteObjects"',
    );
  }
  const { deletionPolicy } = bucket.cfnOptions;
  if (
    retention.mode === RetentionMode.COMPLIANCE &&
    (deletionPolicy ?? CfnDeletionPolicy.DELETE) === CfnDeletionPolicy.DELETE
  ) {
    refuse(
      'removalPolicy',
      'RemovalPolicy.DESTROY',
      'RemovalPolicy.RETAIN in compliance mode, since a bucket with locked objects cannot be deleted by anybody',
      'keep the default, RemovalPolicy.RETAIN',
    );
  }
  return [...found, ...earlyExpiry(bucket, retention), ...unlockedCopies(bucket)];
}

function earlyExpiry(bucket: s3.CfnBucket, retention: Retention): string[] {
  const lifecycle = resolved<s3.CfnBucket.LifecycleConfigurationProperty>(bucket, bucket.lifecycleConfiguration);
  const needed = Math.max(retention.longestDefaultDays, retention.minimumDays);
  return ((lifecycle?.rules ?? []) as Rule[])
    .filter(({ status }) => status === 'Enabled')
    .flatMap((rule) => {
      const noncurrent = rule.noncurrentVersionExpiration as
        s3.CfnBucket.NoncurrentVersionExpirationProperty | undefined;
      const periods: Array<[string, unknown]> = [
        ['expirationInDays', rule.expirationInDays],
        ['expirationDate', rule.expirationDate],
        ['noncurrentVersionExpiration', noncurrent?.noncurrentDays ?? rule.noncurrentVersionExpirationInDays],
      ];
      return periods
        .filter(([, days]) => days !== undefined && !(typeof days === 'number' && days >= needed))
        .map(([property, days]) =>
          explain({
            property: `${property} of the lifecycle rule ${rule.id ?? ''}`.trim(),
            actual: days,
            expected:
              `${needed} days or more, the retention of the archive, since an earlier expiry hides records ` +
              'that must be found',
            hint: 'expire later, or not at all',
            scope: bucket,
          }),
        );
    });
}

function unlockedCopies(bucket: s3.CfnBucket): string[] {
  const replication = bucket.replicationConfiguration as s3.CfnBucket.ReplicationConfigurationProperty | undefined;
  const rules = (replication?.rules ?? []) as s3.CfnBucket.ReplicationRuleProperty[];
  const copies = new Set([
    ...rules.map(({ destination }) => referenced((destination as s3.CfnBucket.ReplicationDestinationProperty).bucket)),
    ...(replicationNoted(bucket)?.destination.node.findAll() ?? []),
  ]);
  return [...copies].flatMap((copy) => {
    if (!s3.CfnBucket.isCfnBucket(copy) || copy.objectLockConfiguration || copy.objectLockEnabled) return [];
    return [
      explain({
        property: 'replication',
        actual: `a copy in ${copy.node.path}, which has no Object Lock`,
        expected: 'a destination with Object Lock, since S3 copies no locked object to another one',
        hint: 'make the destination a WormArchive, too',
        scope: bucket,
      }),
    ];
  });
}
