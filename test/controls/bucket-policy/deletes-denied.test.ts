import * as s3 from 'aws-cdk-lib/aws-s3';
import { BucketDeletesDenied, ArchiveGuarantees } from '../../../src';
import { controlContract } from '../../support/control-contract';
import { arn, role } from '../../support/people';

controlContract({
  // Without versions an overwrite deletes for good.
  lacking: (stack) => new s3.CfnBucket(stack, 'Bucket', { versioningConfiguration: { status: 'Enabled' } }),
  make: (stack) => new BucketDeletesDenied([role(stack, 'records')]),
  guarantee: ArchiveGuarantees.deleteOnlyBy({ principals: [arn('records')] }),
  effect: (_bucket, statements) => {
    const markers = statements.find(({ Sid }) => Sid === 'StrongboxDeleteMarkers');
    expect(markers).toMatchObject({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: ['s3:DeleteObject', 's3:ReplicateDelete'],
    });
    expect(markers!.Condition).toBeUndefined();
    expect(statements).toContainEqual(
      expect.objectContaining({
        Sid: 'StrongboxDeleteVersions',
        Action: 's3:DeleteObjectVersion',
        Condition: { ArnNotEquals: { 'aws:PrincipalArn': [arn('records')] } },
      }),
    );
  },
});
