import { AccessPointPublicAccessBlocked, AccessPointGuarantees } from '../../../src';
import { accessPointContract } from '../../support/access-point-contract';

accessPointContract({
  make: () => new AccessPointPublicAccessBlocked(),
  effect: (accessPoint) =>
    expect(accessPoint.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    }),
  guarantee: AccessPointGuarantees.blockPublicAccess(),
});
