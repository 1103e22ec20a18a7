import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { SqsDestination } from 'aws-cdk-lib/aws-s3-notifications';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { BucketEventNotifications, Guarantee } from '../../../src';
import { newStack, only, templateOf } from '../../support/app';
import { controlContract } from '../../support/control-contract';

controlContract({
  guarantee: Guarantee.eventsToEventBridge(),
  make: () => new BucketEventNotifications(),
  effect: (bucket) =>
    expect(bucket.NotificationConfiguration.EventBridgeConfiguration).toEqual({ EventBridgeEnabled: true }),
});

test('keeps the other notifications of the L1', () => {
  const template = templateOf((stack) =>
    new s3.CfnBucket(stack, 'Bucket', {
      notificationConfiguration: {
        queueConfigurations: [{ event: 's3:ObjectCreated:*', queue: 'arn:aws:sqs:eu-central-1:111122223333:queue' }],
      },
    }).with(new BucketEventNotifications()),
  );
  expect(Object.keys(only(template, 'AWS::S3::Bucket').Properties.NotificationConfiguration).sort()).toEqual([
    'EventBridgeConfiguration',
    'QueueConfigurations',
  ]);
});

function withQueue(): { stack: Stack; bucket: s3.Bucket } {
  const stack = newStack();
  const bucket = new s3.Bucket(stack, 'Bucket');
  bucket.with(new BucketEventNotifications());
  bucket.addEventNotification(s3.EventType.OBJECT_CREATED, new SqsDestination(new sqs.Queue(stack, 'Queue')));
  return { stack, bucket };
}

test('refuses a bucket whose notifications the custom resource of the L2 would overwrite', () => {
  expect(() => Template.fromStack(withQueue().stack)).toThrow('Call bucket.enableEventBridgeNotification() instead');
});

test('accepts it once the L2 knows of EventBridge too', () => {
  const { stack, bucket } = withQueue();
  bucket.enableEventBridgeNotification();
  expect(() => Template.fromStack(stack)).not.toThrow();
});
