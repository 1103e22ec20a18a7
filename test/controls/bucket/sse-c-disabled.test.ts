import { Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { BucketDefaultEncryption, BucketSseCDisabled, Encryption, Guarantee, Proof } from '../../../src';
import { newStack } from '../../support/app';
import { controlContract } from '../../support/control-contract';

controlContract({
  guarantee: Guarantee.noSseCUploads(),
  make: () => new BucketSseCDisabled(),
  effect: (bucket, statements) => {
    expect(bucket.BucketEncryption.ServerSideEncryptionConfiguration[0].BlockedEncryptionTypes).toEqual({
      EncryptionType: ['SSE-C'],
    });
    expect(statements).toContainEqual(
      expect.objectContaining({
        Sid: 'StrongboxSseCBlocked',
        Effect: 'Deny',
        Action: ['s3:PutObject', 's3:ReplicateObject'],
        Condition: { Null: { 's3:x-amz-server-side-encryption-customer-algorithm': 'false' } },
      }),
    );
  },
});

test('is proved both ways, and by each of its two halves', () => {
  const template = () => {
    const stack = newStack();
    new s3.Bucket(stack, 'Bucket').with(new BucketSseCDisabled());
    return Template.fromStack(stack).toJSON();
  };
  const [bucket] = Object.keys(Template.fromJSON(template()).findResources('AWS::S3::Bucket'));
  const [policy] = Object.keys(Template.fromJSON(template()).findResources('AWS::S3::BucketPolicy'));
  const proofWithout = (...parts: Array<'setting' | 'statement'>) => {
    const changed = template();
    if (parts.includes('setting')) delete changed.Resources[bucket].Properties.BucketEncryption;
    if (parts.includes('statement')) delete changed.Resources[policy];
    return Proof.ofTemplate(changed);
  };
  proofWithout().holds(Guarantee.noSseCUploads());
  proofWithout().holds(Guarantee.defaultUploadAllowed());
  proofWithout('setting').holds(Guarantee.noSseCUploads());
  proofWithout('statement').holds(Guarantee.noSseCUploads());
  expect(() => proofWithout('setting', 'statement').holds(Guarantee.noSseCUploads())).toThrow(/customer-algorithm/);
});

test.each(['SSE-C accepted first', 'SSE-C blocked first'])('contradicts a bucket that accepts SSE-C: %s', (order) => {
  const controls = [new BucketDefaultEncryption(Encryption.customerProvided()), new BucketSseCDisabled()];
  const bucket = new s3.Bucket(newStack(), 'Bucket');
  expect(() => bucket.with(...(order === 'SSE-C accepted first' ? controls : controls.reverse()))).toThrow(
    /Stack\/Bucket\/Resource: "(blockedEncryptionTypes|encryption)" must be/,
  );
});
