import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { BucketReadersOnly, Guarantee } from '../../../src';
import { ACCOUNT, newStack } from '../../support/app';
import { controlContract } from '../../support/control-contract';
import { arn, role } from '../../support/people';

controlContract({
  make: (stack) => new BucketReadersOnly([role(stack, 'audit')]),
  guarantee: Guarantee.readersOnly({ principals: [arn('audit')] }),
  effect: (_bucket, statements) => {
    expect(statements).toContainEqual(
      expect.objectContaining({
        Sid: 'StrongboxReadersOnly',
        Effect: 'Deny',
        Action: ['s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectTorrent', 's3:GetObjectVersionTorrent'],
        Condition: { ArnNotEquals: { 'aws:PrincipalArn': [arn('audit')] } },
      }),
    );
  },
});

test.each<[string, (stack: ReturnType<typeof newStack>) => iam.IGrantable]>([
  ['a service', () => new iam.ServicePrincipal('athena.amazonaws.com')],
  ['everybody', () => new iam.AnyPrincipal()],
  ['an account', () => new iam.AccountPrincipal(ACCOUNT)],
  ['the account of the stack', () => new iam.AccountRootPrincipal()],
  ['a group', (stack) => new iam.Group(stack, 'Auditors')],
  ['a role session', () => new iam.ArnPrincipal(`arn:aws:sts::${ACCOUNT}:assumed-role/audit/jane`)],
  ['a pattern', () => new iam.ArnPrincipal(`arn:aws:iam::${ACCOUNT}:role/audit*`)],
])('refuses %s, which is nobody by name', (_, make) => {
  const stack = newStack();
  expect(() => new s3.Bucket(stack, 'Bucket').with(new BucketReadersOnly([make(stack)]))).toThrow(
    '"readers" must be roles and users by name, as aws:PrincipalArn knows them',
  );
});
