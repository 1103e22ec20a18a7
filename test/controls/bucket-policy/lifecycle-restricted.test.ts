import * as s3 from 'aws-cdk-lib/aws-s3';
import { BucketLifecycleRestricted, Guarantee, Proof } from '../../../src';
import { ACCOUNT, newStack, REGION } from '../../support/app';
import { controlContract } from '../../support/control-contract';
import { arn, role } from '../../support/people';

controlContract({
  make: (stack) => new BucketLifecycleRestricted([role(stack, 'deploy')]),
  guarantee: Guarantee.lifecycleChangedOnlyBy({ principals: [arn('deploy')] }),
  effect: (_bucket, statements) => {
    expect(statements).toContainEqual(
      expect.objectContaining({
        Sid: 'StrongboxLifecycle',
        Effect: 'Deny',
        Action: 's3:PutLifecycleConfiguration',
        Condition: { ArnNotEquals: { 'aws:PrincipalArn': [arn('deploy')] } },
      }),
    );
  },
});

test('refuses to name nobody', () => {
  expect(() => new BucketLifecycleRestricted([])).toThrow('"principals" must be at least one role');
});

test('an administrator with a stolen key cannot let everything expire; the deployment changes the rules', () => {
  const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
  new s3.Bucket(stack, 'Bucket').with(new BucketLifecycleRestricted([role(stack, 'deploy')]));
  const call = 'PutBucketLifecycleConfiguration';
  const proof = Proof.ofStack(stack);
  proof.denies({ principal: arn('administrator'), call });
  proof.allows({ principal: arn('deploy'), call });
  proof.allows({ principal: arn('administrator'), call: 'PutBucketVersioning' });
});
