import { Lazy, Validations, type IResolvable } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { validationError } from '../../input/validation-error';
import { Delivery } from '../../model/delivery/delivery';
import { BucketControl } from '../bucket-control';
import { BucketDelivery } from '../bucket-policy/delivery';

const ID = 'Locks';

type Inventories = s3.CfnBucket['inventoryConfigurations'];

/**
 * Lists every version with its lock, once a week: mode, retain-until date, legal hold, encryption and replication
 * status.
 *
 * Stops: an audit that can only be answered by asking S3 about each object. Sets: one of `InventoryConfigurations`
 * (Parquet, all versions), and on a target of this app what S3 needs to deliver for this account (`BucketDelivery`).
 * Merges: other inventories stay; the same one is not added twice. Limits: a list is up to a week old. The target must
 * not have a default retention of its own.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory.html
 *
 * @example
 * declare const existing: s3.Bucket;
 * existing.with(new BucketLockInventory(LoggingBucket.of(this)));
 */
export class BucketLockInventory extends BucketControl {
  /**
   * @param target The bucket that receives the lists, below `inventory/`, in the same Region.
   */
  public constructor(public readonly target: s3.IBucketRef) {
    super('lock-inventory');
  }

  protected harden(bucket: s3.CfnBucket): void {
    const resource = this.target.node.findAll().find((node): node is s3.CfnBucket => s3.CfnBucket.isCfnBucket(node));
    if (resource === bucket) {
      throw validationError({
        property: 'target',
        actual: 'the bucket itself',
        expected: 'another bucket, which has no retention',
        hint: 'pass LoggingBucket.of(scope)',
        scope: bucket,
      });
    }
    bucket.inventoryConfigurations = withInventory(bucket.inventoryConfigurations, {
      id: ID,
      enabled: true,
      includedObjectVersions: 'All',
      scheduleFrequency: 'Weekly',
      destination: {
        bucketArn: this.target.bucketRef.bucketArn,
        bucketAccountId: this.target.env.account,
        format: 'Parquet',
        prefix: 'inventory',
      },
      optionalFields: [
        'ObjectLockMode',
        'ObjectLockRetainUntilDate',
        'ObjectLockLegalHoldStatus',
        'EncryptionStatus',
        'ReplicationStatus',
        'StorageClass',
        'Size',
        'LastModifiedDate',
      ],
    });
    this._claim(bucket, 'lock-inventory');
    if (resource) {
      resource.with(new BucketDelivery(Delivery.s3Inventory({ prefix: 'inventory/' })));
    } else {
      Validations.of(bucket).addWarning(
        '@strongbox/inventory-imported-target',
        `The lists of ${bucket.node.path} go to a bucket that this app does not own, so its policy could ` +
          'not be extended: make sure that it lets' +
          ' s3.amazonaws.com s3:PutObject for this account, or the lists are lost without a word.',
      );
    }
  }
}

/** The L2 may still add inventories of its own until synthesis. */
function withInventory(before: Inventories, added: s3.CfnBucket.InventoryConfigurationProperty): IResolvable {
  return Lazy.uncachedAny({
    produce: (context) => {
      const others = (context.resolve(before) ?? []) as s3.CfnBucket.InventoryConfigurationProperty[];
      return [...others.filter(({ id }) => id !== added.id), added];
    },
  });
}
