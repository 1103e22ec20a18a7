import { Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import {
  AccessPointDelegation,
  BucketAccessPointDelegation,
  BucketDirectAccessDenied,
  BucketPolicyAdministratorsOnly,
  Guarantee,
  Proof,
} from '../../../src';
import { ACCOUNT, newStack, REGION } from '../../support/app';
import { controlContract } from '../../support/control-contract';
import { arn, role } from '../../support/people';

const lacking = (stack: Stack): s3.CfnBucket => {
  const bucket = new s3.CfnBucket(stack, 'Bucket');
  new s3.CfnAccessPoint(stack, 'Door', { name: 'door', bucket: bucket.ref });
  return bucket.with(new BucketAccessPointDelegation(AccessPointDelegation.named('door'))) as s3.CfnBucket;
};

controlContract({
  make: (stack) => new BucketDirectAccessDenied([role(stack, 'admin')]),
  effect: (_, statements) => {
    const bySid = Object.fromEntries(statements.map((statement) => [statement.Sid, statement]));
    for (const sid of ['StrongboxDirectObjects', 'StrongboxDirectListing']) {
      expect(bySid[sid]).toMatchObject({
        Effect: 'Deny',
        Condition: {
          Null: { 's3:DataAccessPointArn': 'true' },
          BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
          ArnNotEquals: { 'aws:PrincipalArn': [arn('admin')] },
        },
      });
    }
  },
  guarantee: Guarantee.onlyThroughAccessPoints({ principals: [arn('admin')] }),
  lacking,
});

test(
  'leaves services, the exceptions and administration of the bucket alone, and stops everybody else, ' +
    'anonymous callers too',
  () => {
    const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
    lacking(stack).with(
      new BucketDirectAccessDenied([role(stack, 'admin')]),
      new BucketPolicyAdministratorsOnly([role(stack, 'deploy')]),
    );
    const proof = Proof.ofStack(stack);
    for (const action of [
      's3:GetObject',
      's3:PutObject',
      's3:DeleteObjectVersion',
      's3:ListBucket',
      's3:ListBucketMultipartUploads',
    ]) {
      proof.denies({ action });
      proof.denies({ action, principal: 'anonymous' });
      proof.allows({ action, principal: arn('admin') });
    }
    proof.allows({ action: 's3:PutBucketPolicy', principal: arn('deploy') });
    proof.allows({ action: 's3:GetBucketLocation' });
    proof.holds(Guarantee.onlyThroughAccessPoints({ principals: [arn('admin')] }));
    expect(() => proof.holds(Guarantee.onlyThroughAccessPoints())).toThrow(arn('admin'));
  },
);
