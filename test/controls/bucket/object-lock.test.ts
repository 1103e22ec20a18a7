import * as s3 from 'aws-cdk-lib/aws-s3';
import { BucketObjectLock, ObjectLock } from '../../../src';
import { newStack } from '../../support/app';
import { controlContract } from '../../support/control-contract';
import { nag } from '../../support/nag';

const REASON = 'Documents are edited daily and versioned, approved by Records';

controlContract({
  make: () => new BucketObjectLock(ObjectLock.none(REASON)),
  // Its effect is on the report: see below.
  effect: (bucket) => expect(bucket.ObjectLockConfiguration).toBeUndefined(),
});

test('the finding stands until the owner states the decision, and only on the bucket that it is about', () => {
  const report = nag((stack) => {
    new s3.Bucket(stack, 'Decided').with(new BucketObjectLock(ObjectLock.none(REASON)));
    new s3.Bucket(stack, 'Undecided');
  });
  const lock = ({ rule }: { rule: string }) => rule.endsWith('S3BucketDefaultLockEnabled');
  expect(report.acknowledged.filter(lock)).toEqual([
    { rule: 'NIST.800.53.R4-S3BucketDefaultLockEnabled', path: 'Stack/Decided/Resource', reason: REASON },
  ]);
  expect(report.open.filter(lock).map(({ path }) => path)).toEqual(['Stack/Undecided/Resource']);
});

test('refuses to say that of a bucket with a lock', () => {
  const bucket = new s3.Bucket(newStack(), 'Bucket', { objectLockEnabled: true });
  expect(() => bucket.with(new BucketObjectLock(ObjectLock.none(REASON)))).toThrow(
    'Stack/Bucket/Resource: "objectLock" must be a statement that is true of the bucket, which has Object Lock on',
  );
});
