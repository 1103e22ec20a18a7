import { BucketRetentionRestricted, ArchiveGuarantees } from '../../../src';
import { controlContract } from '../../support/control-contract';
import { arn, role } from '../../support/people';

controlContract({
  make: (stack) =>
    new BucketRetentionRestricted([role(stack, 'records')], {
      uploaders: [role(stack, 'ingest'), role(stack, 'records')],
    }),
  guarantee: ArchiveGuarantees.governanceBypassOnlyBy({ principals: [arn('records')] }),
  effect: (_bucket, statements) => {
    expect(statements).toContainEqual(
      expect.objectContaining({
        Sid: 'StrongboxBypass',
        Effect: 'Deny',
        Action: 's3:BypassGovernanceRetention',
        Condition: { ArnNotEquals: { 'aws:PrincipalArn': [arn('records')] } },
      }),
    );
    expect(statements).toContainEqual(
      expect.objectContaining({
        Sid: 'StrongboxRetentionSetters',
        Action: 's3:PutObjectRetention',
        Condition: { ArnNotEquals: { 'aws:PrincipalArn': [arn('records'), arn('ingest')] } },
      }),
    );
  },
});
