import { CfnResource } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { referenced } from '../../input/referenced';
import { explain } from '../../input/validation-error';
import { resolved } from '../../policy/bucket-policy';
import { BucketControl } from '../bucket-control';

/**
 * Sends every event of the bucket to the default event bus of Amazon EventBridge.
 *
 * Stops: a change that no detective control hears of. Sets: `NotificationConfiguration.EventBridgeConfiguration`.
 * Merges: other notifications of the L1 stay. Limits: where the L2 manages notifications by its custom resource, that
 * one would overwrite this setting, so it must be told instead (`bucket.enableEventBridgeNotification()`); synthesis
 * says so.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html
 *
 * @example
 * declare const existing: s3.Bucket;
 * existing.with(new BucketEventNotifications());
 */
export class BucketEventNotifications extends BucketControl {
  public constructor() {
    super('event-notifications');
  }

  protected harden(bucket: s3.CfnBucket): void {
    this._claim(bucket, 'events-to-eventbridge');
    bucket.notificationConfiguration = {
      ...(bucket.notificationConfiguration as s3.CfnBucket.NotificationConfigurationProperty | undefined),
      eventBridgeConfiguration: { eventBridgeEnabled: true },
    };
    bucket.node.addValidation({ validate: () => overwritten(bucket) });
  }
}

function overwritten(bucket: s3.CfnBucket): string[] {
  const handler = bucket.node.scope?.node
    .tryFindChild('Notifications')
    ?.node.findAll()
    .find(
      (node): node is CfnResource =>
        CfnResource.isCfnResource(node) && node.cfnResourceType === 'Custom::S3BucketNotifications',
    );
  if (!handler) return [];
  const { BucketName, NotificationConfiguration } = (handler as unknown as { _cfnProperties: Record<string, unknown> })
    ._cfnProperties;
  const configuration = resolved<Record<string, unknown>>(handler, NotificationConfiguration);
  if (referenced(BucketName) !== bucket || configuration?.EventBridgeConfiguration) return [];
  return [
    explain({
      property: 'notificationConfiguration',
      actual: 'also managed by the custom resource of the L2, which would turn EventBridge off again',
      expected: 'one owner of the notifications',
      hint: 'call bucket.enableEventBridgeNotification() instead of applying BucketEventNotifications',
      scope: bucket,
    }),
  ];
}
