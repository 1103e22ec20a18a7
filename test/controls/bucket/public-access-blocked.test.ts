import { BucketPublicAccessBlocked } from '../../../src';
import { controlContract } from '../../support/control-contract';

controlContract({
  make: () => new BucketPublicAccessBlocked(),
  effect: (bucket) => {
    expect(bucket.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true,
    });
  },
});
