import { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { BucketLockInventory, LoggingBucket, ArchiveGuarantees } from '../../../src';
import { newStack } from '../../support/app';
import { controlContract } from '../../support/control-contract';

controlContract({
  make: (stack) => new BucketLockInventory(LoggingBucket.of(stack)),
  guarantee: ArchiveGuarantees.lockInventory(),
  effect: (bucket) => {
    expect(bucket.InventoryConfigurations).toHaveLength(1);
    expect(bucket.InventoryConfigurations[0]).toMatchObject({
      Id: 'Locks',
      Enabled: true,
      IncludedObjectVersions: 'All',
      ScheduleFrequency: 'Weekly',
      Destination: { Format: 'Parquet', Prefix: 'inventory' },
    });
    expect(bucket.InventoryConfigurations[0].OptionalFields).toEqual(
      expect.arrayContaining(['ObjectLockMode', 'ObjectLockRetainUntilDate', 'ObjectLockLegalHoldStatus']),
    );
  },
});

test('lets S3 deliver for this account, below inventory/ only, and keeps other inventories', () => {
  const stack = newStack();
  const target = LoggingBucket.of(stack);
  new s3.Bucket(stack, 'Bucket', {
    inventories: [{ inventoryId: 'Theirs', destination: { bucket: target.bucket } }],
  }).with(new BucketLockInventory(target));
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::S3::Bucket', { InventoryConfigurations: [{ Id: 'Theirs' }, { Id: 'Locks' }] });
  template.hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Sid: 'StrongboxS3Inventory',
          Effect: 'Allow',
          Principal: { Service: 's3.amazonaws.com' },
          Action: 's3:PutObject',
          Condition: {
            StringEquals: {
              'aws:SourceAccount': { Ref: 'AWS::AccountId' },
              's3:x-amz-acl': 'bucket-owner-full-control',
            },
            ArnLike: Match.anyValue(),
          },
        }),
      ]),
    },
  });
});

test('refuses itself as the target, and warns of one that it cannot open', () => {
  const stack = new Stack();
  const bucket = new s3.Bucket(stack, 'Bucket');
  expect(() => bucket.with(new BucketLockInventory(bucket))).toThrow('(got "the bucket itself"');
  bucket.with(new BucketLockInventory(s3.Bucket.fromBucketName(stack, 'Theirs', 'somebody-elses-bucket')));
  Annotations.fromStack(stack).hasWarning(
    '/Default/Bucket/Resource',
    Match.stringLikeRegexp('@strongbox/inventory-imported-target'),
  );
});
