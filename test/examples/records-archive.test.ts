import { App, Stack, Validations } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { RecordsCopyStack, RecordsStack } from '../../examples/records-archive/archives';
import {
  Guarantee,
  ArchiveGuarantees,
  AuditGuarantees,
  KeyGuarantees,
  Proof,
  StrongboxChecks,
  type WormArchive,
} from '../../src';
import { nag } from '../support/nag';

// The example imports the library by its published name.
jest.mock('cdk-s3-strongbox', () => jest.requireActual('../../src'), { virtual: true });

const account = '111122223333';
const onCall = 'on-call@example.com';

function build(app: App): RecordsStack {
  const { copy } = new RecordsCopyStack(app, 'RecordsCopy', {
    env: { account, region: 'eu-west-1' },
    bucketName: 'acme-broker-records-copy',
    sourceAccount: account,
    onCall,
  });
  return new RecordsStack(app, 'Records', { env: { account, region: 'eu-central-1' }, copy, onCall });
}

test('leaves the six nag packs nothing', () => {
  const report = nag((stack) => void build(Stack.of(stack).node.root as App));
  expect(report.open).toEqual([]);
  expect(report.acknowledged.every(({ reason }) => reason)).toBe(true);
});

test('locks both archives and the copy, each in its mode', () => {
  const stack = build(new App({ treeMetadata: false }));
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::S3::Bucket', {
    ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 2557 } } },
    ReplicationConfiguration: { Rules: [Match.objectLike({ Status: 'Enabled' })] },
  });
  template.hasResourceProperties('AWS::S3::Bucket', {
    ObjectLockConfiguration: {
      Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 30, DefaultEventHold: { Days: 1096 } } },
    },
  });
  Template.fromStack(stack.node.root.node.findChild('RecordsCopy') as Stack).hasResourceProperties('AWS::S3::Bucket', {
    ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 2557 } } },
  });
});

describe('proved', () => {
  const app = new App({ treeMetadata: false });
  const stack = build(app);
  const copies = app.node.findChild('RecordsCopy') as RecordsCopyStack;
  const proof = Proof.ofApp(app);
  const arn = (id: string, of: Stack = stack) => (of.node.findChild(id) as iam.Role).roleArn;
  const deployer = (region: string) => `arn:aws:iam::${account}:role/cdk-hnb659fds-cfn-exec-role-${account}-${region}`;
  const allowed = (who: string, ...actions: string[]) => Guarantee.allowed({ actions, principals: [who] });
  const everywhere = [
    ArchiveGuarantees.protectionChangedOnlyBy(),
    ArchiveGuarantees.deletesNotReplicated(),
    ArchiveGuarantees.lockedFromCreation(),
    ArchiveGuarantees.lockInventory(),
    ArchiveGuarantees.storage(),
    KeyGuarantees.deletionDenied(),
    AuditGuarantees.tamperingAlarmed(),
    Guarantee.tlsOnly(),
    Guarantee.bucketRetained(),
    Guarantee.policyRetained(),
  ];

  test.each<[string, WormArchive, Guarantee[]]>([
    [
      'the records of the broker',
      stack.records,
      [
        ArchiveGuarantees.lockedWhenWritten({ mode: 'COMPLIANCE', days: 2557 }),
        ArchiveGuarantees.retentionBounded({
          mode: 'COMPLIANCE',
          minimumDays: 2557,
          maximumDays: 3653,
          shortenedBy: [arn('RecordsOfficer')],
        }),
        ArchiveGuarantees.governanceBypassOnlyBy(),
        Guarantee.writersOnly({ principals: [arn('TradeIngest')] }),
        Guarantee.readersOnly({ principals: [arn('Auditor')] }),
        ArchiveGuarantees.deleteOnlyBy({ principals: [arn('RecordsOfficer')] }),
        ArchiveGuarantees.retentionSetOnlyBy({ principals: [arn('TradeIngest'), arn('RecordsOfficer')] }),
        ArchiveGuarantees.legalHoldChangedOnlyBy({ principals: [arn('LegalTeam')] }),
        Guarantee.policyChangedOnlyBy({ principals: [deployer('eu-central-1')] }),
        ArchiveGuarantees.storage({ transitions: { GLACIER_IR: 90, DEEP_ARCHIVE: 730 } }),
        Guarantee.replicated(),
        allowed(arn('TradeIngest'), 's3:PutObject'),
        allowed(
          arn('Auditor'),
          's3:GetObject',
          's3:GetObjectRetention',
          's3:GetObjectLegalHold',
          's3:RestoreObject',
          's3:ListBucketVersions',
        ),
        allowed(arn('RecordsOfficer'), 's3:PutObjectRetention', 's3:DeleteObjectVersion'),
        allowed(arn('LegalTeam'), 's3:PutObjectLegalHold', 's3:ListBucketVersions'),
      ],
    ],
    [
      'their copy',
      copies.copy,
      [
        ArchiveGuarantees.lockedWhenWritten({ mode: 'COMPLIANCE', days: 2557 }),
        Guarantee.writersOnly({ principals: [], replicasFrom: account }),
        Guarantee.readersOnly({ principals: [arn('CopyExaminer', copies)] }),
        ArchiveGuarantees.deleteOnlyBy(),
        ArchiveGuarantees.legalHoldChangedOnlyBy(),
        Guarantee.policyChangedOnlyBy({ principals: [deployer('eu-west-1')] }),
        allowed(arn('CopyExaminer', copies), 's3:GetObject'),
      ],
    ],
    [
      'the personnel files',
      stack.personnel,
      [
        ArchiveGuarantees.lockedWhenWritten({ mode: 'GOVERNANCE', days: 30 }),
        ArchiveGuarantees.retentionBounded({
          mode: 'GOVERNANCE',
          minimumDays: 30,
          maximumDays: 3653,
          shortenedBy: [arn('DataProtectionOfficer')],
        }),
        ArchiveGuarantees.eventHoldKept({ days: 1096, releasedBy: [arn('DataProtectionOfficer')] }),
        ArchiveGuarantees.governanceBypassOnlyBy({ principals: [arn('DataProtectionOfficer')] }),
        Guarantee.writersOnly({ principals: [arn('HrSystem')] }),
        Guarantee.readersOnly({ principals: [arn('HrOfficer')] }),
        ArchiveGuarantees.deleteOnlyBy({ principals: [arn('DataProtectionOfficer')] }),
        ArchiveGuarantees.legalHoldChangedOnlyBy({ principals: [arn('LegalTeam')] }),
        ArchiveGuarantees.storage({ transitions: { GLACIER_IR: 180 }, expireAfterDays: 5479 }),
        KeyGuarantees.throughS3Only({ principals: [arn('HrOfficer')], actions: ['kms:Decrypt'] }),
        KeyGuarantees.worksThroughS3({ principals: [arn('HrOfficer')], actions: ['kms:Decrypt'] }),
        KeyGuarantees.servesData(),
        allowed(
          arn('DataProtectionOfficer'),
          's3:BypassGovernanceRetention',
          's3:DeleteObjectVersion',
          's3:PutObjectRetention',
        ),
        allowed(arn('HrSystem'), 's3:PutObject'),
        allowed(arn('HrOfficer'), 's3:GetObject'),
      ],
    ],
  ])('%s', (_, { bucket }, guarantees) => {
    for (const guarantee of [...everywhere, ...guarantees]) {
      expect(() => proof.holds(guarantee, { subject: bucket.node.path })).not.toThrow();
    }
  });

  test('and a reader whom nobody named is noticed', () => {
    const other = build(new App({ treeMetadata: false }));
    const { bucket } = other.records;
    const guarantee = Guarantee.readersOnly();
    expect(() => Proof.ofStack(other).holds(guarantee, { subject: bucket.node.path })).toThrow('VIOLATED readers-only');
  });

  test('and StrongboxChecks finds nothing in the app', () => {
    const checked = new App({ treeMetadata: false });
    Validations.of(checked).addPlugins(new StrongboxChecks());
    build(checked);
    expect(() => checked.synth()).not.toThrow();
  });
});
