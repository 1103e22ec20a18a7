import { Aws } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { PolicyOfBucket } from './bucket-policy';

const SID = 'StrongboxLogDelivery';

/**
 * Lets S3 deliver the access logs of this account's buckets. One statement serves every source: naming each source's
 * ARN would make a circle between stacks and grow past the 20 KB of a policy.
 */
export function allowLogDelivery(target: s3.CfnBucket, sourceNamePattern: string = '*'): void {
  const policy = PolicyOfBucket.of(target);
  if (policy.find(SID)) return;
  policy.add(SID, {
    principals: [new iam.ServicePrincipal('logging.s3.amazonaws.com')],
    actions: ['s3:PutObject'],
    resources: [policy.objects],
    conditions: {
      StringEquals: { 'aws:SourceAccount': target.stack.account },
      ArnLike: { 'aws:SourceArn': `arn:${Aws.PARTITION}:s3:::${sourceNamePattern}` },
    },
  });
}
