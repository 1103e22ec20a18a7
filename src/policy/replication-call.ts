import { Lazy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { certainlyDiffer } from '../input/environment';

/** A replication that is set by a call of S3, since the template of its source cannot name its destination. */
export interface ReplicationCall {
  readonly role: iam.Role;
  readonly policy: iam.ManagedPolicy;
  /** Known for good when the template is written. */
  readonly rules: () => s3.CfnBucket.ReplicationRuleProperty[];
}

/** The type of the custom resource; the prover reads the replication of a bucket from it as well. */
const REPLICATION_CALL = 'Custom::StrongboxReplication';

/**
 * Sets the replication of a bucket after both buckets are there.
 * @param home the bucket that is deployed later
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html
 */
export function callReplication(
  home: s3.CfnBucket,
  source: s3.CfnBucket,
  { role, policy, rules }: ReplicationCall,
): void {
  const there = source.stack.region;
  const region = certainlyDiffer(home.stack.region, there) ? there : undefined;
  const put = {
    service: 'S3',
    action: 'putBucketReplication',
    parameters: {
      Bucket: source.ref,
      ReplicationConfiguration: {
        Role: role.roleArn,
        Rules: Lazy.uncachedAny({ produce: () => rules().map(inApi) }),
      },
    },
    physicalResourceId: PhysicalResourceId.of(`${home.node.path} replicates back`),
    region,
  };
  const call = new AwsCustomResource(home, 'StrongboxReplicationBack', {
    resourceType: REPLICATION_CALL,
    onCreate: put,
    onUpdate: put,
    onDelete: {
      service: 'S3',
      action: 'deleteBucketReplication',
      parameters: { Bucket: source.ref },
      region,
    },
    policy: AwsCustomResourcePolicy.fromStatements([
      new iam.PolicyStatement({ actions: ['s3:PutReplicationConfiguration'], resources: [source.attrArn] }),
      new iam.PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [role.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 's3.amazonaws.com' } },
      }),
    ]),
    installLatestAwsSdk: false,
  });
  // It names both buckets and the role; without its policy the role would copy nothing.
  call.node.addDependency(policy);
}

/** A rule as the API spells it. */
function inApi(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inApi);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      API_NAMES[name] ?? name.charAt(0).toUpperCase() + name.slice(1),
      inApi(inner),
    ]),
  );
}

const API_NAMES: Readonly<Record<string, string>> = { id: 'ID', replicaKmsKeyId: 'ReplicaKmsKeyID' };
