import { Duration } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { BucketLifecycle, Guarantee, Lifecycle } from '../../../src';
import { only, templateOf } from '../../support/app';
import { controlContract } from '../../support/control-contract';

const ABORT = {
  Id: 'AbortIncompleteUploads',
  Status: 'Enabled',
  AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
};

controlContract({
  guarantee: Guarantee.incompleteUploadsAborted(),
  make: () => new BucketLifecycle(Lifecycle.keepEverything()),
  effect: (bucket) => expect(bucket.LifecycleConfiguration.Rules).toEqual([ABORT]),
});

const rulesOf = (lifecycle: Lifecycle, props: s3.BucketProps = {}) =>
  only(
    templateOf((stack) => {
      new s3.Bucket(stack, 'Bucket', props).with(new BucketLifecycle(lifecycle));
    }),
    'AWS::S3::Bucket',
  ).Properties.LifecycleConfiguration.Rules;

test('expires noncurrent versions, and the markers they leave', () => {
  expect(
    rulesOf(Lifecycle.keepEverything().expireNoncurrentVersionsAfter(Duration.days(90), { keepNewest: 3 })),
  ).toEqual([
    ABORT,
    {
      Id: 'ExpireNoncurrentVersions',
      Status: 'Enabled',
      NoncurrentVersionExpiration: { NoncurrentDays: 90, NewerNoncurrentVersions: 3 },
      ExpiredObjectDeleteMarker: true,
    },
  ]);
});

test('expires objects below prefixes', () => {
  const rules = rulesOf(
    Lifecycle.keepEverything()
      .abortIncompleteUploadsAfter(Duration.days(1))
      .expireAfter(Duration.days(30), { prefix: 'tmp/' })
      .expireAfter(Duration.days(365)),
  );
  expect(rules).toEqual([
    { ...ABORT, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
    { Id: 'Expire-tmp/', Status: 'Enabled', Prefix: 'tmp/', ExpirationInDays: 30 },
    { Id: 'Expire', Status: 'Enabled', ExpirationInDays: 365 },
  ]);
});

test('adds its rules to those of the L2', () => {
  const rules = rulesOf(Lifecycle.keepEverything(), {
    lifecycleRules: [{ id: 'Mine', expiration: Duration.days(10) }],
  });
  expect(rules.map(({ Id }: { Id: string }) => Id)).toEqual(['Mine', 'AbortIncompleteUploads']);
});

test.each([0, -5, 1.5])('refuses %s days', (days) => {
  const policy = Lifecycle.keepEverything();
  if (days < 0) {
    expect(() => policy.expireAfter(Duration.days(days))).toThrow();
    return;
  }
  for (const property of ['expireAfter', 'expireNoncurrentVersionsAfter', 'abortIncompleteUploadsAfter'] as const) {
    expect(() => policy[property](Duration.hours(days * 24))).toThrow(`"${property}" must be one whole day or more`);
  }
});

test.each([-1, 101, 1.5])('refuses to keep the %s newest versions', (keepNewest) => {
  expect(
    () =>
      new BucketLifecycle(Lifecycle.keepEverything().expireNoncurrentVersionsAfter(Duration.days(1), { keepNewest })),
  ).toThrow('"keepNewest" must be 0 to 100 versions');
});

test('refuses a prefix that is no folder', () => {
  expect(
    () => new BucketLifecycle(Lifecycle.keepEverything().expireAfter(Duration.days(1), { prefix: 'tmp' })),
  ).toThrow('(got "tmp"');
});

test('sets no rule where there must be none, for a stated reason', () => {
  const template = templateOf((stack) =>
    new s3.Bucket(stack, 'Bucket').with(new BucketLifecycle(Lifecycle.none('MFA delete allows none, says Security'))),
  );
  expect(only(template, 'AWS::S3::Bucket').Properties?.LifecycleConfiguration).toBeUndefined();
  expect(() => Lifecycle.none('no')).toThrow('"Lifecycle.none(reason)" must be a literal sentence');
});
