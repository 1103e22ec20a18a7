import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import {
  BucketDirectAccessDenied,
  BucketPerimeter,
  BucketReplication,
  BucketVersioned,
  DeliveryGuarantees,
  Encryption,
  Guarantee,
  Perimeter,
  Proof,
  Replication,
  SecureBucket,
  type ReplicationOptions,
} from '../../../src';
import { newStack, only, templateOf } from '../../support/app';
import { controlContract } from '../../support/control-contract';
import { nag, unexplained } from '../../support/nag';

const REASON = 'Rebuilt nightly from the source system, approved by Data Platform';

controlContract({
  make: () => new BucketReplication(Replication.none(REASON)),
  // Its effect is on the report: see below.
  effect: (bucket) => expect(bucket.ReplicationConfiguration).toBeUndefined(),
});

describe('no replication', () => {
  test('the finding stands until the owner states the decision, and only on the bucket that it is about', () => {
    const report = nag((stack) => {
      new s3.Bucket(stack, 'Decided').with(new BucketReplication(Replication.none(REASON)));
      new s3.Bucket(stack, 'Undecided');
    });
    const replication = ({ rule }: { rule: string }) => rule.endsWith('S3BucketReplicationEnabled');
    expect(report.acknowledged.filter(replication)).toEqual(
      ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'].map((pack) => ({
        rule: `${pack}-S3BucketReplicationEnabled`,
        path: 'Stack/Decided/Resource',
        reason: REASON,
      })),
    );
    expect(report.open.filter(replication).map(({ path }) => path)).toEqual(Array(4).fill('Stack/Undecided/Resource'));
  });

  test('refuses a decision without a reason', () => {
    expect(() => Replication.none('no')).toThrow('must be a literal sentence of at least 8 characters');
  });
});

/** A source and a destination, made by `encryption`, with the replication between them. */
function pair(
  encryption: () => Encryption | undefined,
  options: ReplicationOptions = {},
  theirs: { account?: string; region?: string } = {},
) {
  const app = new App({ treeMetadata: false });
  const env = { account: '111122223333', region: 'eu-central-1' };
  const target = new Stack(app, 'Target', { env: { ...env, ...theirs } });
  const stack = new Stack(app, 'Source', { env });
  const name = Object.keys(theirs).length ? 'acme-copies' : undefined;
  const copies = new SecureBucket(target, 'Copies', { encryption: encryption(), bucketName: name });
  const documents = new SecureBucket(stack, 'Documents', { encryption: encryption() });
  documents.with(new BucketReplication(Replication.to(copies, options)));
  return { app, stack, target, copies, documents };
}

function configuration(template: Template) {
  const [bucket] = Object.values(
    template.findResources('AWS::S3::Bucket', { Properties: { ReplicationConfiguration: Match.anyValue() } }),
  );
  return bucket.Properties.ReplicationConfiguration;
}

const rights = (template: Template) =>
  only(template, 'AWS::IAM::ManagedPolicy').Properties.PolicyDocument.Statement as any[];

describe('in one account', () => {
  test('copies SSE-S3 objects without touching a key or the policy of the destination', () => {
    const { stack, target } = pair(() => Encryption.s3Managed());
    const template = Template.fromStack(stack);
    expect(configuration(template).Rules).toEqual([
      {
        Id: 'StrongboxReplication',
        Priority: 1,
        Status: 'Enabled',
        Filter: { Prefix: '' },
        DeleteMarkerReplication: { Status: 'Disabled' },
        Destination: { Bucket: expect.anything() },
      },
    ]);
    expect(rights(template).flatMap(({ Action }) => Action)).toEqual([
      's3:GetReplicationConfiguration',
      's3:ListBucket',
      's3:GetObjectVersionForReplication',
      's3:GetObjectVersionAcl',
      's3:GetObjectVersionTagging',
      's3:GetObjectRetention',
      's3:GetObjectLegalHold',
      's3:ReplicateObject',
      's3:ReplicateTags',
    ]);
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Principal: { Service: 's3.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
          },
        ],
      },
    });
    expect(JSON.stringify(Template.fromStack(target).toJSON())).not.toContain('StrongboxReplicas');
    Proof.ofStack(stack).holds(Guarantee.replicated(), { subject: 'Source/Documents/Resource' });
    expect(() => Proof.ofStack(target).holds(Guarantee.replicated(), { subject: 'Target/Copies/Resource' })).toThrow(
      'replicated',
    );
  });

  test('uses the keys of both sides, through S3 and for these buckets only', () => {
    const template = Template.fromStack(pair(() => undefined).stack);
    const [rule] = configuration(template).Rules;
    expect(rule.SourceSelectionCriteria).toEqual({ SseKmsEncryptedObjects: { Status: 'Enabled' } });
    expect(rule.Destination.EncryptionConfiguration.ReplicaKmsKeyID).toEqual({
      'Fn::ImportValue': expect.stringContaining('CopiesKey'),
    });
    const keys = rights(template).filter(({ Action }) => JSON.stringify(Action).includes('kms:'));
    expect(keys.map(({ Action }) => Action)).toEqual(['kms:Decrypt', ['kms:Encrypt', 'kms:GenerateDataKey']]);
    for (const { Condition } of keys) {
      expect(Condition.StringEquals).toEqual({ 'kms:ViaService': 's3.eu-central-1.amazonaws.com' });
      expect(Condition.ArnLike['kms:EncryptionContext:aws:s3:arn']).toHaveLength(2);
    }
  });

  test('copies a prefix, and delete markers where asked', () => {
    const template = Template.fromStack(
      pair(() => Encryption.s3Managed(), { prefix: 'records/', deleteMarkers: true }).stack,
    );
    expect(configuration(template).Rules[0]).toMatchObject({
      Filter: { Prefix: 'records/' },
      DeleteMarkerReplication: { Status: 'Enabled' },
    });
    expect(rights(template).flatMap(({ Action }) => Action)).toContain('s3:ReplicateDelete');
    expect(JSON.stringify(rights(template)[1].Resource)).toContain('/records/*');
  });
});

describe('to another account and Region', () => {
  const theirs = { account: '444455556666', region: 'us-east-1' };

  test('the copies belong to that account, whose bucket and key name the role', () => {
    const { stack, target } = pair(() => undefined, {}, theirs);
    const source = Template.fromStack(stack);
    expect(configuration(source).Rules[0].Destination).toMatchObject({
      Account: '444455556666',
      AccessControlTranslation: { Owner: 'Destination' },
    });
    expect(
      rights(source)
        .map(({ Condition }) => Condition?.StringEquals?.['kms:ViaService'])
        .filter(Boolean),
    ).toEqual(['s3.eu-central-1.amazonaws.com', 's3.us-east-1.amazonaws.com']);

    const destination = Template.fromStack(target);
    const replicas = Object.values(destination.findResources('AWS::S3::BucketPolicy'))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Sid }: any) => Sid === 'StrongboxReplicas');
    expect(replicas).toHaveLength(1);
    expect(replicas[0].Action).toEqual([
      's3:ReplicateObject',
      's3:ReplicateTags',
      's3:ObjectOwnerOverrideToBucketOwner',
    ]);
    // By the account: a role that does not exist yet would be refused as a principal.
    const arn = ['arn:', { Ref: 'AWS::Partition' }, expect.stringMatching(/^:iam::111122223333:role\/.+-Replication$/)];
    const byRole = { ArnEquals: { 'aws:PrincipalArn': { 'Fn::Join': ['', arn] } } };
    expect(JSON.stringify(replicas[0].Principal)).toContain(':iam::111122223333:root');
    expect(replicas[0].Condition).toEqual(byRole);
    expect(stack.dependencies).toContain(target);
    const roleName = source.findResources('AWS::IAM::Role');
    expect(JSON.stringify(replicas[0].Condition)).toContain(
      Object.values(roleName)
        .map(({ Properties }) => Properties.RoleName)
        .find(Boolean),
    );
    const key = only(destination, 'AWS::KMS::Key').Properties.KeyPolicy.Statement.find(({ Action }: any) =>
      Action.includes?.('kms:Encrypt'),
    );
    expect(JSON.stringify(key.Principal)).toContain(':iam::111122223333:root');
    expect(key.Condition).toEqual({ ...byRole, StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } });
  });

  test('warns where bucket and key of that account are out of reach', () => {
    const stack = newStack({ env: { account: '111122223333', region: 'eu-central-1' } });
    const copies = s3.Bucket.fromBucketName(stack, 'Copies', 'acme-copies');
    const destinationKey = kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:us-east-1:444455556666:key/1');
    new SecureBucket(stack, 'Documents').with(
      new BucketReplication(
        Replication.to(copies, {
          destinationKey,
          destinationAccount: '444455556666',
          destinationRegion: 'us-east-1',
        }),
      ),
    );
    const annotations = Annotations.fromStack(stack);
    annotations.hasWarning('*', Match.stringLikeRegexp('@strongbox/replication-imported-destination'));
    annotations.hasWarning('*', Match.stringLikeRegexp('@strongbox/replication-imported-key'));
  });
});

describe('two ways', () => {
  const env = { account: '111122223333', region: 'eu-central-1' };
  const both = { deleteMarkers: true, replicaModifications: true };
  const APART = { 'one stack': undefined, 'two stacks': {}, 'two Regions': { region: 'eu-west-1' } };

  /** Two buckets, each of which replicates to the other. */
  function twins(theirs: { account?: string; region?: string } | undefined, first: 'One' | 'Other' = 'One') {
    const app = new App({ treeMetadata: false });
    const stack = new Stack(app, 'One', { env, crossRegionReferences: true });
    const other =
      theirs === undefined
        ? stack
        : new Stack(app, 'Other', { env: { ...env, ...theirs }, crossRegionReferences: true });
    const name = (id: string) => (theirs && Object.keys(theirs).length > 0 ? { bucketName: id } : {});
    const buckets = [new SecureBucket(stack, 'A', name('acme-a')), new SecureBucket(other, 'B', name('acme-b'))];
    if (first === 'Other') buckets.reverse();
    const [from, to] = buckets;
    from.with(new BucketReplication(Replication.to(to, both)));
    to.with(new BucketReplication(Replication.to(from, both)));
    return { stack, other, from, to };
  }

  describe.each(Object.entries(APART))('in %s', (_, theirs) => {
    test.each(['One', 'Other'] as const)('each copies to the other, and is proved to, %s first', (first) => {
      const { stack, other, from, to } = twins(theirs, first);
      const [earlier, later] = [to, from].map((bucket) => Stack.of(bucket));
      const proof = Proof.ofStack(stack);
      for (const subject of ['One/A/Resource', `${other.stackName}/B/Resource`]) {
        proof.holds(Guarantee.replicated(), { subject });
        proof.holds(DeliveryGuarantees.grantedAccessWorks(), { subject });
      }
      expect(from.replicationRole).toBeDefined();
      expect(to.replicationRole).toBeDefined();
      expect(to.replicationRole).not.toBe(from.replicationRole);
      if (earlier !== later) {
        expect(later.dependencies).toEqual([earlier]);
        expect(earlier.dependencies).toEqual([]);
      }
      const template = Template.fromStack(later).toJSON();
      const [[, call]] = Object.entries<any>(template.Resources).filter(
        ([, { Type }]) => Type === 'Custom::StrongboxReplication',
      );
      const text = JSON.stringify(call.Properties.Create);
      for (const part of [
        'DeleteMarkerReplication',
        'ReplicaModifications',
        'SseKmsEncryptedObjects',
        'ReplicaKmsKeyID',
      ]) {
        expect(text).toContain(part);
      }
      expect(text.includes('region')).toBe(Stack.of(to).region !== Stack.of(from).region);
    });
  });

  test('the copy back is judged as the other one: without its rights it is broken', () => {
    const { stack, to } = twins(undefined);
    const policy = to.replicationRole!.node.findChild('Policy').node.defaultChild as iam.CfnManagedPolicy;
    policy.addPropertyOverride('PolicyDocument.Statement.2.Action', ['s3:GetObject']);
    expect(() => Proof.ofStack(stack).holds(Guarantee.replicated(), { subject: 'One/B/Resource' })).toThrow(
      /s3:ReplicateObject/,
    );
    Proof.ofStack(stack).holds(Guarantee.replicated(), { subject: 'One/A/Resource' });
  });

  test('between two accounts they need two deployments, and the error says so', () => {
    expect(() => twins({ account: '444455556666' })).toThrow(
      /"replication" must be .*\(got "One\/A, whose stack is deployed after.*For two-way replication between accounts deploy one direction first/,
    );
  });

  test('a destination of a stack that is deployed later is told in the same way', () => {
    const app = new App({ treeMetadata: false });
    const [early, late] = ['Early', 'Late'].map((id) => new Stack(app, id, { env }));
    late.addStackDependency(early);
    const source = new SecureBucket(early, 'Source');
    source.with(new BucketReplication(Replication.to(new SecureBucket(late, 'Copies'))));
    Proof.ofStack(late).holds(Guarantee.replicated(), { subject: 'Early/Source/Resource' });
    expect(early.dependencies).toEqual([]);
  });

  test('leaves the six nag packs nothing but what they say of the custom resource of the CDK', () => {
    const report = nag((stack) => {
      const [a, b] = ['A', 'B'].map((id) => new SecureBucket(stack, id));
      a.with(new BucketReplication(Replication.to(b)));
      b.with(new BucketReplication(Replication.to(a)));
    });
    // The function and its inline policy are those of every AwsCustomResource of the stack.
    const ofCdk = /\/(AWS679f53fac002430cb0da5b7982bd2287|StrongboxReplicationBack\/CustomResourcePolicy)\//;
    expect(unexplained(report).filter((finding) => !ofCdk.test(JSON.stringify(finding)))).toEqual([]);
  });
});

test('copies go to the account that owns an imported bucket, whoever takes its name later', () => {
  const stack = newStack({ env: { account: '111122223333', region: 'eu-central-1' } });
  const copies = s3.Bucket.fromBucketName(stack, 'Copies', 'acme-copies');
  new s3.Bucket(stack, 'Source', { versioned: true }).with(new BucketReplication(Replication.to(copies)));
  const writing = rights(Template.fromStack(stack)).find(({ Action }) =>
    [Action].flat().includes('s3:ReplicateObject'),
  )!;
  expect(writing.Condition).toEqual({ StringEquals: { 's3:ResourceAccount': '111122223333' } });
});

test('the role is known, and passes the perimeter of either side and the end of direct access', () => {
  const stack = newStack({ env: { account: '111122223333', region: 'eu-central-1' } });
  const copies = new SecureBucket(stack, 'Copies');
  const documents = new SecureBucket(stack, 'Documents');
  documents.bucket.with(new BucketReplication(Replication.to(copies)));
  for (const each of [copies, documents]) {
    each.bucket.with(
      new BucketPerimeter(Perimeter.vpcEndpoints('vpce-0123456789abcdef0')),
      new BucketDirectAccessDenied(),
    );
  }
  const role = BucketReplication.roleOf(documents)!;
  expect(documents.replicationRole).toBe(role);
  expect(copies.replicationRole).toBeUndefined();
  const exempt = [stack.resolve(role.roleArn)];
  const statements = Object.values(Template.fromStack(stack).findResources('AWS::S3::BucketPolicy')).flatMap(
    ({ Properties }) => Properties.PolicyDocument.Statement as any[],
  );
  for (const [sid, operator] of [
    ['StrongboxPerimeter', 'ArnNotEqualsIfExists'],
    ['StrongboxDirectObjects', 'ArnNotEquals'],
    ['StrongboxDirectListing', 'ArnNotEquals'],
  ]) {
    const found = statements.filter(({ Sid }) => Sid === sid);
    expect(found).toHaveLength(2);
    for (const { Condition } of found) expect([Condition[operator]['aws:PrincipalArn']].flat()).toEqual(exempt);
  }
});

test('leaves the six nag packs nothing', () => {
  const report = nag((stack) => {
    const copies = new SecureBucket(stack, 'Copies');
    new SecureBucket(stack, 'Documents').with(new BucketReplication(Replication.to(copies)));
  });
  expect(unexplained(report)).toEqual([]);
  expect(
    report.open.filter(({ path, rule }) => path.startsWith('Stack/Documents/') && rule.includes('Replication')),
  ).toEqual([]);
  const wildcards = report.acknowledged.filter(({ rule }) => rule.includes('IAM5'));
  expect(wildcards.length).toBeGreaterThan(0);
  expect(wildcards.every(({ path }) => path.includes('StrongboxReplicationRole'))).toBe(true);
});

describe('refuses', () => {
  const versioned = (stack: Stack, id: string, props: s3.BucketProps = {}) =>
    new s3.Bucket(stack, id, { versioned: true, ...props });

  test('a KMS source without a key for the copies', () => {
    const stack = newStack();
    const copies = s3.Bucket.fromBucketName(stack, 'Copies', 'acme-copies');
    new SecureBucket(stack, 'Documents').with(new BucketReplication(Replication.to(copies)));
    expect(() => Template.fromStack(stack)).toThrow(
      'Stack/Documents/Resource/Resource: "destinationKey" must be a KMS key',
    );
  });

  test.each(['Source', 'Copies'])('an unversioned %s', (id) => {
    const stack = newStack();
    const source = versioned(stack, 'Source', { versioned: id !== 'Source' });
    source.with(new BucketReplication(Replication.to(versioned(stack, 'Copies', { versioned: id !== 'Copies' }))));
    expect(() => Template.fromStack(stack)).toThrow(
      `Stack/${id}/Resource: "versioning" must be versioning on both sides`,
    );
  });

  test('an unversioned one no more once it is versioned, even later', () => {
    templateOf((stack) => {
      const source = new s3.Bucket(stack, 'Source');
      source.with(new BucketReplication(Replication.to(versioned(stack, 'Copies'))), new BucketVersioned());
    }).resourceCountIs('AWS::S3::Bucket', 2);
  });

  test('the bucket itself, a second destination, an unknown Region and a prefix that is no folder', () => {
    const stack = newStack();
    const source = versioned(stack, 'Source');
    expect(() => source.with(new BucketReplication(Replication.to(source)))).toThrow('(got "the bucket itself"');
    source.with(new BucketReplication(Replication.to(versioned(stack, 'One'))));
    expect(() => source.with(new BucketReplication(Replication.to(versioned(stack, 'Two'))))).toThrow(
      '(got "a second destination"',
    );
    expect(() => new BucketReplication(Replication.to(source, { destinationRegion: 'eu-centrall-1' }))).toThrow(
      '"destinationRegion" must be the name of an AWS Region',
    );
    expect(() => Replication.to(source, { prefix: 'records' })).toThrow('(got "records"');
  });
});
