import type { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import {
  AccessLogs,
  BucketDirectAccessDenied,
  BucketPerimeter,
  BucketReplication,
  Perimeter,
  Replication,
  SecureBucket,
  Team,
  TeamAccessPoints,
} from '../../src';
import { newStack } from '../support/app';
import { strongboxReport } from '../support/strongbox-report';

const secure = (stack: Stack, id: string) =>
  new SecureBucket(stack, id, { accessLogs: AccessLogs.none('A test of the situation') });

function replicating(stack: Stack): SecureBucket {
  const source = secure(stack, 'Source');
  source.with(new BucketReplication(Replication.to(secure(stack, 'Copies'))));
  return source;
}

const WORKING: Record<string, (stack: Stack) => void> = {
  'a network perimeter': (stack) =>
    replicating(stack).with(new BucketPerimeter(Perimeter.vpcEndpoints('vpce-0123456789abcdef0'))),
  'no direct access': (stack) => replicating(stack).with(new BucketDirectAccessDenied()),
  'team access points': (stack) => {
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
    new TeamAccessPoints(stack, 'Teams', {
      bucket: replicating(stack),
      teams: [Team.readOnly('finance', { principals: [role], prefixes: ['finance/'] })],
    });
  },
};

test.each(Object.entries(WORKING))('replication from a bucket with %s: it works', (_, build) => {
  const said = strongboxReport(build).filter((line) => /granted-access-works|replicated|delivery-works/.test(line));
  expect(said).toEqual([]);
});

/** A rule as an app writes it by hand. */
function byHand(stack: Stack, rule: Partial<s3.CfnBucket.ReplicationRuleProperty>): void {
  const key = new kms.Key(stack, 'Key', { enableKeyRotation: true });
  const encrypted = { encryption: s3.BucketEncryption.KMS, encryptionKey: key, versioned: true };
  const copies = new s3.Bucket(stack, 'Copies', encrypted);
  const source = new s3.Bucket(stack, 'Source', encrypted);
  const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('s3.amazonaws.com') });
  source.grantRead(role);
  role.addToPolicy(
    new iam.PolicyStatement({
      actions: ['s3:ReplicateObject', 's3:ReplicateTags', 's3:GetObjectVersionForReplication'],
      resources: [copies.arnForObjects('*'), source.arnForObjects('*')],
    }),
  );
  key.grantEncryptDecrypt(role);
  (source.node.defaultChild as s3.CfnBucket).replicationConfiguration = {
    role: role.roleArn,
    rules: [
      {
        id: 'All',
        status: 'Enabled',
        priority: 1,
        filter: { prefix: '' },
        deleteMarkerReplication: { status: 'Disabled' },
        destination: { bucket: copies.bucketArn },
        ...rule,
      },
    ],
  };
}

test('a rule that leaves out what KMS encrypts, as all of the source is: told', () => {
  expect(strongboxReport((stack) => byHand(stack, {}))).toContainEqual(
    expect.stringMatching(/granted-access-works Stack\/Copies.*SseKmsEncryptedObjects/),
  );
});

test('a rule that selects it: nothing is said', () => {
  const said = strongboxReport((stack) => {
    const arn = () => (stack.node.findChild('Copies') as s3.Bucket).bucketArn;
    byHand(stack, {
      sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: 'Enabled' } },
    });
    const source = (stack.node.findChild('Source') as s3.Bucket).node.defaultChild as s3.CfnBucket;
    const key = (stack.node.findChild('Key') as kms.Key).keyArn;
    source.addPropertyOverride('ReplicationConfiguration.Rules.0.Destination', {
      Bucket: arn(),
      EncryptionConfiguration: { ReplicaKmsKeyID: key },
    });
  }).filter((line) => /granted-access-works/.test(line));
  expect(said).toEqual([]);
});

test('replication to an imported bucket is bound to its account', () => {
  const stack = newStack();
  const copies = s3.Bucket.fromBucketName(stack, 'Copies', 'company-copies');
  const destinationKey = new kms.Key(stack, 'Key');
  secure(stack, 'Source').with(new BucketReplication(Replication.to(copies, { destinationKey })));
  // The name of the bucket can be taken by another account, once it is deleted.
  Template.fromStack(stack).hasResourceProperties('AWS::IAM::ManagedPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({ Condition: { StringEquals: { 's3:ResourceAccount': Match.anyValue() } } }),
      ]),
    },
  });
});
