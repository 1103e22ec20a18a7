import { Duration } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { BucketRetentionBounds, Retention, ArchiveGuarantees } from '../../../src';
import { newStack, only, templateOf } from '../../support/app';
import { controlContract } from '../../support/control-contract';
import { arn, role } from '../../support/people';

const YEAR = Retention.governance(Duration.days(365), { maximum: Duration.days(730) });

controlContract({
  make: (stack) => new BucketRetentionBounds(YEAR, { retentionManagers: [role(stack, 'records')] }),
  guarantee: ArchiveGuarantees.retentionBounded({
    mode: 'GOVERNANCE',
    minimumDays: 365,
    maximumDays: 730,
    shortenedBy: [arn('records')],
  }),
  effect: (_bucket, statements) => {
    const by = (sid: string) => statements.find(({ Sid }) => Sid === sid);
    const [named, all] = [
      ['s3:PutObject', 's3:PutObjectRetention'],
      ['s3:PutObject', 's3:ReplicateObject', 's3:PutObjectRetention'],
    ];
    const remaining = 's3:object-lock-remaining-retention-days';
    expect(by('StrongboxRetentionMode')).toMatchObject({
      Effect: 'Deny',
      Action: named,
      Condition: { Null: { 's3:object-lock-mode': 'false' }, StringNotEquals: { 's3:object-lock-mode': 'GOVERNANCE' } },
    });
    expect(by('StrongboxRetentionTooLong')).toMatchObject({
      Action: all,
      Condition: { NumericGreaterThan: { [remaining]: '730' } },
    });
    expect(by('StrongboxRetentionTooShort')).toMatchObject({
      Action: ['s3:PutObject', 's3:ReplicateObject'],
      Condition: { NumericLessThan: { [remaining]: '365' } },
    });
    expect(by('StrongboxRetentionShortened')).toMatchObject({
      Action: 's3:PutObjectRetention',
      Condition: { NumericLessThan: { [remaining]: '365' }, ArnNotEquals: { 'aws:PrincipalArn': [arn('records')] } },
    });
    expect(by('StrongboxEventHoldOff')).toBeUndefined();
  },
});

test('binds the event hold, too', () => {
  const retention = Retention.governance(Duration.days(30), { eventHold: Duration.days(2190) });
  const policy = only(
    templateOf((stack) => new s3.Bucket(stack, 'Bucket').with(new BucketRetentionBounds(retention))),
    'AWS::S3::BucketPolicy',
  );
  const conditions = Object.fromEntries(
    policy.Properties.PolicyDocument.Statement.map(({ Sid, Condition }: any) => [Sid, Condition]),
  );
  expect(conditions).toMatchObject({
    StrongboxEventHoldMissing: {
      Null: { 's3:object-lock-mode': 'false' },
      StringNotEquals: { 's3:object-lock-event-hold': 'ON' },
    },
    StrongboxEventHoldOff: { StringEquals: { 's3:object-lock-event-hold': 'OFF' } },
    StrongboxEventHoldShort: { NumericLessThan: { 's3:object-lock-event-hold-duration-days': '2190' } },
  });
});

test('a replica takes what is left of the retention of its source', () => {
  const policy = only(
    templateOf((stack) => new s3.Bucket(stack, 'Bucket').with(new BucketRetentionBounds(YEAR, { isReplica: true }))),
    'AWS::S3::BucketPolicy',
  );
  const tooShort = policy.Properties.PolicyDocument.Statement.find(
    ({ Sid }: any) => Sid === 'StrongboxRetentionTooShort',
  );
  expect(tooShort.Action).toBe('s3:PutObject');
});

test('refuses two retentions', () => {
  const bucket = new s3.Bucket(newStack(), 'Bucket').with(new BucketRetentionBounds(YEAR));
  expect(() => bucket.with(new BucketRetentionBounds(Retention.governance(Duration.days(10))))).toThrow(
    'Stack/Bucket/Resource: "retention" must be one retention a bucket',
  );
});
