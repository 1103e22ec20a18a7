import type { Lint } from './lint';
import { iamPage } from './pages';
import { isUnknown } from '../template/unknown';

const PARTITIONS: ReadonlyArray<readonly [region: RegExp, partition: string]> = [
  [/^cn-/, 'aws-cn'],
  [/^us-gov-/, 'aws-us-gov'],
  [/^us-iso-/, 'aws-iso'],
  [/^us-isob-/, 'aws-iso-b'],
  [/^eu-isoe-/, 'aws-iso-e'],
  [/^us-isof-/, 'aws-iso-f'],
  [/^eusc-/, 'aws-eusc'],
  [/^[a-z]{2}-[a-z]+-\d$/, 'aws'],
];

/** A literal `arn:aws:` in a partition that is called otherwise matches nothing there. */
export const arnPartition: Lint = {
  id: 'arn-partition',
  title: 'A policy names an ARN of another partition',
  fix: 'Write Aws.PARTITION (in CloudFormation ${AWS::Partition}) instead of a literal partition.',
  page: iamPage('reference-arns'),
  example: { wrong: 'arn:aws:s3:::my-bucket/* in cn-north-1', right: 'arn:${AWS::Partition}:s3:::my-bucket/*' },
  *find(template) {
    for (const {
      document: { resource },
      location,
      resources,
      notResources,
      conditions,
    } of template.statements) {
      const partition = PARTITIONS.find(([region]) => region.test(resource.region))?.[1];
      if (partition === undefined) continue;
      const places: Array<readonly [string, readonly string[]]> = [
        [`${location}.Resource`, resources],
        [`${location}.NotResource`, notResources],
        ...conditions.map((condition) => [condition.location, condition.values] as const),
      ];
      for (const [place, values] of places) {
        for (const value of values) {
          const found = /^arn:(aws[a-z-]*):/.exec(value)?.[1];
          if (found === undefined || found === partition || isUnknown(value)) continue;
          yield {
            resource,
            location: place,
            message: `"${value}" is in partition "${found}", but ${resource.region} is in "${partition}".`,
          };
        }
      }
    }
  },
};
