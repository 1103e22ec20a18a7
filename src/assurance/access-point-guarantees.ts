/** What is guaranteed of the access points in front of a bucket; `Guarantee` names each of them. */
import type { GuaranteeProps } from './guarantees';
import { setting } from './parts';

const BLOCKS = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'];

export function accessPointsBlockPublicAccess(): GuaranteeProps {
  return {
    id: 'access-points-block-public-access',
    title: 'No public access point',
    words: 'All four settings of Block Public Access are on for every access point of the bucket.',
    fix: 'Set PublicAccessBlockConfiguration of the AWS::S3::AccessPoint with all four settings true.',
    applies: ({ bucket }) => bucket.accessPoints.length > 0,
    parts: ({ bucket }) => bucket.accessPoints.flatMap(({ name, resource }) => BLOCKS.map((block) =>
      setting(`${block} of ${name}`, resource.properties.PublicAccessBlockConfiguration?.[block], (value) => value === true || value === 'true'))),
  };
}
