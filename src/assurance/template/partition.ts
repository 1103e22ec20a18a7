import { unknown } from './unknown';

/** The partition that only the deployment knows. */
export const PARTITION = unknown('AWS::Partition');
export const PARTITIONS = ['aws', 'aws-cn', 'aws-us-gov', 'aws-iso', 'aws-iso-b', 'aws-iso-e', 'aws-iso-f', 'aws-eusc'];

export function partitionOfRegion(region: string): string {
  const found = Object.entries(REGIONS_OF_PARTITIONS).find(([prefix]) => region.startsWith(prefix));
  return found?.[1] ?? 'aws';
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
const REGIONS_OF_PARTITIONS: Readonly<Record<string, string>> = {
  'cn-': 'aws-cn',
  'us-gov-': 'aws-us-gov',
  'us-isob-': 'aws-iso-b',
  'us-isof-': 'aws-iso-f',
  'us-iso-': 'aws-iso',
  'eu-isoe-': 'aws-iso-e',
  'eusc-': 'aws-eusc',
};
