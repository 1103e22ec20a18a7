import { BucketLockSettingsFrozen, ArchiveGuarantees } from '../../../src';
import { controlContract } from '../../support/control-contract';

controlContract({
  make: () => new BucketLockSettingsFrozen(),
  guarantee: ArchiveGuarantees.protectionChangedOnlyBy(),
  effect: (_bucket, statements) => {
    const frozen = statements.find(({ Sid }) => Sid === 'StrongboxLockSettings');
    expect(frozen).toMatchObject({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: [
        's3:PutBucketObjectLockConfiguration',
        's3:PutBucketVersioning',
        's3:PutLifecycleConfiguration',
        's3:PutEncryptionConfiguration',
        's3:DeleteBucket',
      ],
    });
    expect(frozen!.Condition).toBeUndefined();
  },
});
