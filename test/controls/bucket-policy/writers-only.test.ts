import * as s3 from 'aws-cdk-lib/aws-s3';
import { BucketWritersOnly, Guarantee } from '../../../src';
import { newStack, templateOf } from '../../support/app';
import { controlContract } from '../../support/control-contract';
import { arn, role } from '../../support/people';

controlContract({
  make: (stack) => new BucketWritersOnly([role(stack, 'ingest')]),
  guarantee: Guarantee.writersOnly({ principals: [arn('ingest')] }),
  effect: (_bucket, statements) => {
    expect(statements).toContainEqual(
      expect.objectContaining({
        Sid: 'StrongboxWritersOnly',
        Effect: 'Deny',
        Action: 's3:PutObject',
        Condition: { ArnNotEquals: { 'aws:PrincipalArn': [arn('ingest')] } },
      }),
    );
    expect(statements).toContainEqual(
      expect.objectContaining({
        Sid: 'StrongboxReplicasInto',
        Effect: 'Deny',
        Action: ['s3:ReplicateObject', 's3:ReplicateTags'],
      }),
    );
  },
});

test('lets the replication of one account in', () => {
  templateOf((stack) =>
    new s3.Bucket(stack, 'Bucket').with(new BucketWritersOnly([], { replicasFrom: '444455556666' })),
  ).hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: {
      Statement: [
        { Sid: 'StrongboxWritersOnly', Effect: 'Deny', Action: 's3:PutObject' },
        { Sid: 'StrongboxReplicasInto', Condition: { StringNotEquals: { 'aws:PrincipalAccount': '444455556666' } } },
      ],
    },
  });
});

test('refuses an account that is none', () => {
  expect(() => new BucketWritersOnly([], { replicasFrom: '4444' })).toThrow(
    '"replicasFrom" must be an account id of twelve digits',
  );
});

test('of two lists those remain whom both name, and nobody in common is an error', () => {
  const template = templateOf((stack) => {
    const [one, two, three] = ['one', 'two', 'three'].map((name) => role(stack, name));
    new s3.Bucket(stack, 'Bucket').with(new BucketWritersOnly([one, two]), new BucketWritersOnly([two, three]));
  });
  template.hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: { Statement: [{ Condition: { ArnNotEquals: { 'aws:PrincipalArn': [arn('two')] } } }, {}] },
  });
  const stack = newStack();
  const bucket = new s3.Bucket(stack, 'Bucket').with(new BucketWritersOnly([role(stack, 'one')]));
  expect(() => bucket.with(new BucketWritersOnly([role(stack, 'two')]))).toThrow(
    '(got "a list that shares nobody with the one applied before"',
  );
});
