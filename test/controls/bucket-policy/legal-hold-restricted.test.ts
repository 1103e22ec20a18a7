import { BucketLegalHoldRestricted, ArchiveGuarantees } from '../../../src';
import { controlContract } from '../../support/control-contract';
import { arn, role } from '../../support/people';

controlContract({
  make: (stack) => new BucketLegalHoldRestricted([role(stack, 'legal')]),
  guarantee: ArchiveGuarantees.legalHoldChangedOnlyBy({ principals: [arn('legal')] }),
  effect: (_bucket, statements) => {
    expect(statements).toContainEqual(
      expect.objectContaining({
        Sid: 'StrongboxLegalHolds',
        Effect: 'Deny',
        Action: 's3:PutObjectLegalHold',
        Condition: { ArnNotEquals: { 'aws:PrincipalArn': [arn('legal')] } },
      }),
    );
  },
});
