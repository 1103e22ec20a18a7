import { CfnParameter, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import {
  RiskAcceptance,
  BucketReplication,
  BucketRetention,
  BucketVersioned,
  Encryption,
  Replication,
  Retention,
  SecureBucket,
  ArchiveGuarantees,
} from '../../../src';
import { newStack, only } from '../../support/app';
import { controlContract } from '../../support/control-contract';

const ACCEPTED = RiskAcceptance.irreversible('SEC 17a-4, approved by Legal');
const YEAR = Duration.days(365);

controlContract({
  make: () => new BucketRetention(Retention.governance(YEAR)),
  guarantee: ArchiveGuarantees.lockedWhenWritten({ mode: 'GOVERNANCE', days: 365 }),
  effect: (bucket) => {
    expect(bucket.ObjectLockConfiguration).toEqual({
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 365 } },
    });
    expect(bucket.VersioningConfiguration).toEqual({ Status: 'Enabled' });
  },
});

describe('as S3 takes it', () => {
  const rule = (retention: Retention) => {
    const stack = newStack();
    new s3.Bucket(stack, 'Bucket').with(new BucketRetention(retention));
    return only(Template.fromStack(stack), 'AWS::S3::Bucket').Properties.ObjectLockConfiguration;
  };

  test.each<[string, Retention, object | undefined]>([
    ['compliance in days', Retention.compliance(Duration.days(2557), ACCEPTED), { Mode: 'COMPLIANCE', Days: 2557 }],
    ['compliance in years', Retention.complianceYears(7, ACCEPTED), { Mode: 'COMPLIANCE', Years: 7 }],
    ['governance in years', Retention.governanceYears(100), { Mode: 'GOVERNANCE', Years: 100 }],
    [
      'an event hold',
      Retention.governance(YEAR, { eventHold: Duration.days(2190) }),
      { Mode: 'GOVERNANCE', Days: 365, DefaultEventHold: { Days: 2190 } },
    ],
  ])('%s', (_, retention, expected) =>
    expect(rule(retention)).toEqual({ ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: expected } }),
  );

  test.each([
    ['governance', Retention.governancePerObject({ maximum: YEAR })],
    ['compliance', Retention.compliancePerObject(ACCEPTED, { maximum: YEAR })],
  ])('per object in %s mode there is a lock and no default', (_, retention) =>
    expect(rule(retention)).toEqual({ ObjectLockEnabled: 'Enabled' }),
  );
});

test('compliance mode warns in words, with the duration and the acceptance, and governance mode does not', () => {
  const warned = (retention: Retention) => {
    const stack = newStack();
    new s3.Bucket(stack, 'Bucket').with(new BucketRetention(retention));
    return Annotations.fromStack(stack)
      .findWarning('/Stack/Bucket/Resource', Match.stringLikeRegexp('@strongbox/compliance-retention'))
      .map(({ entry }) => String(entry.data));
  };
  expect(warned(Retention.governance(YEAR))).toEqual([]);
  const [words] = warned(Retention.compliance(Duration.days(2557), ACCEPTED));
  expect(words).toContain('for 2557 days (about 7.0 years) from its upload. Nobody can delete it earlier');
  expect(words).toContain('Accepted as: "SEC 17a-4, approved by Legal"');
  expect(warned(Retention.complianceYears(1, ACCEPTED))[0]).toContain('for 1 year from its upload');
  expect(warned(Retention.compliancePerObject(ACCEPTED, { maximum: Duration.days(30) }))[0]).toContain(
    'the period that its upload names (1 to 30 days)',
  );
});

describe('refuses', () => {
  test.each<[string, () => unknown, string]>([
    [
      'no acceptance',
      () => Retention.compliance(YEAR, undefined as any),
      '"acceptance" must be an explicit acceptance',
    ],
    ['an acceptance without words', () => RiskAcceptance.irreversible('ok'), 'must be a literal sentence'],
    [
      'no day',
      () => Retention.governance(Duration.days(0)),
      '"period" must be a literal number of whole days from 1 to 36500 (got "0 days")',
    ],
    [
      'half a day',
      () => Retention.governance(Duration.hours(36)),
      '"period" must be a literal number of whole days from 1 to 36500',
    ],
    [
      'more days than S3 takes',
      () => Retention.governance(Duration.days(36_501)),
      'must be a literal number of whole days from 1 to 36500',
    ],
    [
      'more years than S3 takes',
      () => Retention.complianceYears(101, ACCEPTED),
      '"years" must be a whole number from 1 to 100',
    ],
    ['half a year', () => Retention.governanceYears(0.5), '(got 0.5'],
    [
      'an unknown period',
      () => Retention.governance(Duration.days(new CfnParameter(newStack(), 'Days', { type: 'Number' }).valueAsNumber)),
      '(got "a token, which only the deployment knows"',
    ],
    [
      'a maximum below the default',
      () => Retention.governance(YEAR, { maximum: Duration.days(364) }),
      '"maximum" must be no less than the minimum and the retention of the bucket, 365 days',
    ],
    [
      'an event hold of no days',
      () => Retention.governance(YEAR, { eventHold: Duration.days(0) }),
      '"eventHold" must be a literal number of whole days from 1 to 36500 (got "0 days")',
    ],
  ])('%s', (_, make, words) => expect(make).toThrow(words));

  test('a second retention', () => {
    const bucket = new s3.Bucket(newStack(), 'Bucket').with(new BucketRetention(Retention.governance(YEAR)));
    expect(() => bucket.with(new BucketRetention(Retention.governance(Duration.days(10))))).toThrow(
      'Stack/Bucket/Resource: "retention" must be one default retention a bucket',
    );
  });

  const synth = (build: (stack: ReturnType<typeof newStack>) => void) => () => {
    const stack = newStack();
    build(stack);
    Template.fromStack(stack);
  };
  const compliance = Retention.compliance(YEAR, ACCEPTED);

  test('suspended versioning', () =>
    expect(
      synth((stack) => {
        const bucket = new s3.Bucket(stack, 'Bucket').with(new BucketRetention(compliance)) as s3.Bucket;
        (bucket.node.defaultChild as s3.CfnBucket).versioningConfiguration = { status: 'Suspended' };
      }),
    ).toThrow('Stack/Bucket/Resource: "versioned" must be versioning on'));

  test('a function that empties the bucket', () =>
    expect(
      synth((stack) => {
        new s3.Bucket(stack, 'Bucket', { autoDeleteObjects: true, removalPolicy: RemovalPolicy.DESTROY }).with(
          new BucketRetention(Retention.governance(YEAR)),
        );
      }),
    ).toThrow('Stack/Bucket/Resource: "autoDeleteObjects" must be no function that empties the bucket'));

  test('a removal policy that deletes, in compliance mode only', () => {
    const build = (retention: Retention) =>
      synth((stack) => {
        (new s3.Bucket(stack, 'Bucket').with(new BucketRetention(retention)) as s3.Bucket).applyRemovalPolicy(
          RemovalPolicy.DESTROY,
        );
      });
    expect(build(compliance)).toThrow(
      'Stack/Bucket/Resource: "removalPolicy" must be RemovalPolicy.RETAIN in compliance mode',
    );
    expect(build(Retention.governance(YEAR))).not.toThrow();
  });

  test.each<[string, s3.LifecycleRule, string]>([
    ['an expiry before the retention ends', { id: 'Tidy', expiration: Duration.days(364) }, 'must be 365 days or more'],
    [
      'an expiry of versions before it ends',
      { id: 'Tidy', noncurrentVersionExpiration: Duration.days(30) },
      '"noncurrentVersionExpiration of the lifecycle rule Tidy" must be 365 days',
    ],
    [
      'an expiry by date',
      { id: 'Tidy', expirationDate: new Date(Date.UTC(2099, 0, 1)) },
      '"expirationDate of the lifecycle rule Tidy" must be 365 days',
    ],
  ])('%s', (_, rule, words) => {
    expect(
      synth((stack) => {
        const bucket = new s3.Bucket(stack, 'Bucket').with(
          new BucketRetention(Retention.governance(YEAR)),
        ) as s3.Bucket;
        bucket.addLifecycleRule(rule);
      }),
    ).toThrow(words);
  });

  test('but not an expiry that comes later, nor one that is off', () => {
    expect(
      synth((stack) => {
        const bucket = new s3.Bucket(stack, 'Bucket').with(
          new BucketRetention(Retention.governance(YEAR)),
        ) as s3.Bucket;
        bucket.addLifecycleRule({ expiration: YEAR, noncurrentVersionExpiration: YEAR });
        bucket.addLifecycleRule({ expiration: Duration.days(1), enabled: false });
      }),
    ).not.toThrow();
  });

  test('a copy without a lock', () => {
    const build = (locked: boolean) =>
      synth((stack) => {
        const copy = new s3.Bucket(stack, 'Copy').with(
          locked ? new BucketRetention(compliance) : new BucketVersioned(),
        );
        new s3.Bucket(stack, 'Bucket').with(
          new BucketRetention(compliance),
          new BucketReplication(Replication.to(copy as s3.Bucket)),
        );
      });
    expect(build(true)).not.toThrow();
    expect(build(false)).toThrow('(got "a copy in Stack/Copy/Resource, which has no Object Lock"');
  });

  test('being a log target', () =>
    expect(
      synth((stack) => {
        const archive = new s3.Bucket(stack, 'Archive').with(
          new BucketRetention(Retention.governance(YEAR)),
        ) as s3.Bucket;
        const source = new SecureBucket(stack, 'Source', { encryption: Encryption.s3Managed() }).bucket.node
          .defaultChild as s3.CfnBucket;
        source.loggingConfiguration = { destinationBucketName: archive.bucketName };
      }),
    ).toThrow('must be a bucket without Object Lock'));
});
