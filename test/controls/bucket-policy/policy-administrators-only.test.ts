import { BucketPolicyAdministratorsOnly, Guarantee } from '../../../src';
import { controlContract } from '../../support/control-contract';
import { arn, role } from '../../support/people';

controlContract({
  make: (stack) => new BucketPolicyAdministratorsOnly([role(stack, 'deploy'), role(stack, 'break-glass')]),
  guarantee: Guarantee.policyChangedOnlyBy({ principals: [arn('deploy'), arn('break-glass')] }),
  effect: (_bucket, statements) => {
    expect(statements).toContainEqual(
      expect.objectContaining({
        Sid: 'StrongboxPolicyAdministrators',
        Effect: 'Deny',
        Action: [
          's3:PutBucketPolicy',
          's3:DeleteBucketPolicy',
          's3:PutBucketPublicAccessBlock',
          's3:PutBucketOwnershipControls',
        ],
        Condition: { ArnNotEquals: { 'aws:PrincipalArn': [arn('deploy'), arn('break-glass')] } },
      }),
    );
  },
});

test('refuses to name nobody', () => {
  expect(() => new BucketPolicyAdministratorsOnly([])).toThrow(
    '"policyAdministrators" must be at least one role, or only the root user could ever change the policy again',
  );
});
