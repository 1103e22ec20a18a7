import { Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { BucketReadThroughViewOnly, ViewGuarantees, Proof } from '../../../src';
import { ACCOUNT, newStack, REGION } from '../../support/app';
import { controlContract } from '../../support/control-contract';
import { arn, role } from '../../support/people';

const WRITING = [
  's3:PutObject',
  's3:PutObjectTagging',
  's3:DeleteObject',
  's3:AbortMultipartUpload',
  's3:ListMultipartUploadParts',
];
const DOOR = 'arn:aws:s3:eu-central-1:111122223333:accesspoint/analytics';

controlContract({
  make: (stack) => new BucketReadThroughViewOnly('analytics', [role(stack, 'analytics')]),
  effect: (_bucket, statements) => {
    expect(statements).toContainEqual(
      expect.objectContaining({
        Sid: 'StrongboxViewAnalyticsOnly',
        Effect: 'Deny',
        Principal: { AWS: '*' },
        NotAction: WRITING,
        Condition: { ArnEquals: { 'aws:PrincipalArn': [arn('analytics')] } },
      }),
    );
  },
  guarantee: ViewGuarantees.readThroughViewOnly({ callers: [arn('analytics')] }),
});

const statementsOf = (stack: ReturnType<typeof newStack>): any[] =>
  Object.values(Template.fromStack(stack).findResources('AWS::S3::BucketPolicy'))[0].Properties.PolicyDocument
    .Statement;

test('with an access point two statements leave that one door, and S3 Object Lambda alone behind it', () => {
  const stack = newStack();
  new s3.Bucket(stack, 'Bucket').with(
    new BucketReadThroughViewOnly('sales-eu', [role(stack, 'sales')], { accessPointArn: DOOR }),
  );
  expect(statementsOf(stack).map(({ Sid, Condition }) => [Sid, Condition])).toEqual([
    [
      'StrongboxViewSalesEuOnly',
      { ArnEquals: { 'aws:PrincipalArn': [arn('sales')] }, StringNotEquals: { 's3:DataAccessPointArn': [DOOR] } },
    ],
    [
      'StrongboxViewSalesEuVia',
      {
        ArnEquals: { 'aws:PrincipalArn': [arn('sales')] },
        'ForAllValues:StringNotEquals': { 'aws:CalledVia': ['s3-object-lambda.amazonaws.com'] },
      },
    ],
  ]);
});

test.each(['first', 'last'])('a view with copies that has an access point as well keeps it, named %s', (when) => {
  const stack = newStack();
  const controls = [
    new BucketReadThroughViewOnly('analytics', [role(stack, 'a')], { accessPointArn: DOOR }),
    new BucketReadThroughViewOnly('analytics', [role(stack, 'a'), role(stack, 'b')]),
  ];
  new s3.Bucket(stack, 'Bucket').with(...(when === 'first' ? controls : controls.reverse()));
  const only = statementsOf(stack).find(({ Sid }) => Sid.endsWith('Only'));
  expect(only.Condition.StringNotEquals).toEqual({ 's3:DataAccessPointArn': [DOOR] });
  expect([...only.Condition.ArnEquals['aws:PrincipalArn']].sort()).toEqual([arn('a'), arn('b')]);
});

test('a caller still puts objects there', () => {
  const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
  new s3.Bucket(stack, 'Bucket').with(new BucketReadThroughViewOnly('analytics', [role(stack, 'analytics')]));
  const proof = Proof.ofStack(stack);
  proof.allows({ principal: arn('analytics'), action: 's3:PutObject' });
  proof.denies({ principal: arn('analytics'), action: 's3:GetObject' });
  proof.denies({ principal: arn('analytics'), action: 's3:PutBucketPolicy' });
  proof.allows({ principal: arn('somebody-else'), action: 's3:GetObject' });
});
