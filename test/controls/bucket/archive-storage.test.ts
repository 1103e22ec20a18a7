import { Duration } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { ArchiveStorage, BucketArchiveStorage, BucketLifecycle, Lifecycle, ArchiveGuarantees } from '../../../src';
import { only, templateOf } from '../../support/app';
import { controlContract } from '../../support/control-contract';

const COLD = ArchiveStorage.standard()
  .thenInstantRetrieval(Duration.days(30))
  .thenFlexibleRetrieval(Duration.days(120))
  .thenDeepArchive(Duration.days(365))
  .expireAfter(Duration.days(2600));

controlContract({
  make: () => new BucketArchiveStorage(COLD),
  guarantee: ArchiveGuarantees.storage({
    transitions: { GLACIER_IR: 30, GLACIER: 120, DEEP_ARCHIVE: 365 },
    expireAfterDays: 2600,
  }),
  effect: (bucket) => {
    const moves = [
      { StorageClass: 'GLACIER_IR', TransitionInDays: 30 },
      { StorageClass: 'GLACIER', TransitionInDays: 120 },
      { StorageClass: 'DEEP_ARCHIVE', TransitionInDays: 365 },
    ];
    expect(bucket.LifecycleConfiguration.Rules).toContainEqual({
      Id: 'ArchiveStorage',
      Status: 'Enabled',
      Transitions: moves,
      NoncurrentVersionTransitions: moves,
      ExpirationInDays: 2600,
      NoncurrentVersionExpiration: { NoncurrentDays: 2600 },
    });
  },
});

test('adds to the rules that are there', () => {
  const template = templateOf((stack) =>
    new s3.Bucket(stack, 'Bucket', { lifecycleRules: [{ id: 'Theirs', expiration: Duration.days(9000) }] }).with(
      new BucketLifecycle(Lifecycle.keepEverything()),
      new BucketArchiveStorage(COLD),
    ),
  );
  expect(only(template, 'AWS::S3::Bucket').Properties.LifecycleConfiguration.Rules.map(({ Id }: any) => Id)).toEqual([
    'Theirs',
    'AbortIncompleteUploads',
    'ArchiveStorage',
  ]);
});

test.each<[string, () => unknown, string]>([
  [
    'a warmer class after a colder one',
    () => ArchiveStorage.standard().thenDeepArchive(Duration.days(1)).thenInstantRetrieval(Duration.days(400)),
    '"after" must be a colder class than DEEP_ARCHIVE, from day 181 on (S3 bills 180 days of',
  ],
  [
    'a move before the billed days are over',
    () => ArchiveStorage.standard().thenInstantRetrieval(Duration.days(30)).thenDeepArchive(Duration.days(60)),
    '"after" must be a colder class than GLACIER_IR, from day 120 on',
  ],
  [
    'an expiry before the last move',
    () => ArchiveStorage.standard().thenDeepArchive(Duration.days(60)).expireAfter(Duration.days(60)),
    '(got "60 days"',
  ],
  [
    'a move after the expiry',
    () => ArchiveStorage.standard().expireAfter(Duration.days(60)).thenDeepArchive(Duration.days(10)),
    '(got "before a move"',
  ],
  [
    'half a day',
    () => ArchiveStorage.standard().thenDeepArchive(Duration.hours(36)),
    '"after" must be a literal number of whole days',
  ],
])('refuses %s', (_, make, words) => expect(make).toThrow(words));
