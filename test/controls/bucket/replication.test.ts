import * as s3 from 'aws-cdk-lib/aws-s3';
import { BucketReplication, Replication } from '../../../src';
import { controlContract } from '../../support/control-contract';
import { nag } from '../../support/nag';

const REASON = 'Rebuilt nightly from the source system, approved by Data Platform';

controlContract({
  make: () => new BucketReplication(Replication.none(REASON)),
  // Its effect is on the report: see below.
  effect: (bucket) => expect(bucket.ReplicationConfiguration).toBeUndefined(),
});

test('the finding stands until the owner states the decision, and only on the bucket that it is about', () => {
  const report = nag((stack) => {
    new s3.Bucket(stack, 'Decided').with(new BucketReplication(Replication.none(REASON)));
    new s3.Bucket(stack, 'Undecided');
  });
  const replication = ({ rule }: { rule: string }) => rule.endsWith('S3BucketReplicationEnabled');
  expect(report.acknowledged.filter(replication)).toEqual(['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'].map((pack) => ({
    rule: `${pack}-S3BucketReplicationEnabled`, path: 'Stack/Decided/Resource', reason: REASON,
  })));
  expect(report.open.filter(replication).map(({ path }) => path)).toEqual(Array(4).fill('Stack/Undecided/Resource'));
});

test('refuses a decision without a reason', () => {
  expect(() => Replication.none('no')).toThrow('"Replication.none(reason)" is "no": allowed is a literal sentence of at least 8 characters;');
});
