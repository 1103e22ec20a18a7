import { BucketPublicAccessBlocked, Guarantee } from '../../../src';
import { controlContract } from '../../support/control-contract';

controlContract({
  guarantee: Guarantee.publicAccessBlocked(),
  make: () => new BucketPublicAccessBlocked(),
  effect: (bucket) => {
    expect(bucket.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
  },
});
