import {
  App,
  DefaultStackSynthesizer,
  Duration,
  LegacyStackSynthesizer,
  RemovalPolicy,
  Stack,
  Tags,
} from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import {
  RiskAcceptance,
  ArchiveStorage,
  BucketReplication,
  Encryption,
  LoggingBucket,
  Replication,
  Retention,
  WormArchive,
  type WormArchiveProps,
} from '../../src';
import { ACCOUNT, newStack, REGION, snapshotOf } from '../support/app';
import { nag, unexplained } from '../support/nag';
import { arn, role } from '../support/people';

const ACCEPTED = RiskAcceptance.irreversible('SEC 17a-4, approved by Legal');
const SEVEN_YEARS = Retention.compliance(Duration.days(2557), ACCEPTED);
const ENV = { account: ACCOUNT, region: REGION };

function people(stack: Stack): Omit<WormArchiveProps, 'retention'> {
  return {
    writers: [role(stack, 'ingest')],
    readers: [role(stack, 'audit')],
    retentionManagers: [role(stack, 'records')],
    legalHoldManagers: [role(stack, 'legal')],
  };
}

function archive(stack: Stack, props: Partial<WormArchiveProps> = {}): WormArchive {
  return new WormArchive(stack, 'Records', { retention: SEVEN_YEARS, ...people(stack), ...props });
}

function templateWith(props: Partial<WormArchiveProps> = {}): Template {
  const stack = newStack({ env: ENV });
  archive(stack, props);
  return Template.fromStack(stack);
}

/** The statements of the archive's own policy, by Sid. */
function statements(template: Template): Record<string, any> {
  const [policy] = Object.values(
    template.findResources('AWS::S3::BucketPolicy', {
      Properties: { Bucket: { Ref: Match.stringLikeRegexp('^Records') } },
    }),
  );
  return Object.fromEntries(
    policy.Properties.PolicyDocument.Statement.map((statement: any) => [statement.Sid, statement]),
  );
}

describe('with its people', () => {
  const template = templateWith();

  test('is locked from the first object on', () =>
    template.hasResourceProperties('AWS::S3::Bucket', {
      ObjectLockEnabled: true,
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 2557 } },
      },
      VersioningConfiguration: { Status: 'Enabled' },
    }));

  test('lets each of them do their work, and names them in the bucket policy alone', () => {
    template.resourceCountIs('AWS::IAM::Policy', 0);
    const allowed = Object.values(statements(template))
      .filter(({ Effect }) => Effect === 'Allow')
      .map(({ Sid, Principal, Action }) => [Sid, Principal.AWS, Action]);
    expect(allowed).toEqual([
      [
        'StrongboxArchivists',
        arn('ingest'),
        expect.arrayContaining(['s3:PutObject', 's3:PutObjectRetention', 's3:AbortMultipartUpload']),
      ],
      ['StrongboxArchivistsLists', arn('ingest'), 's3:GetBucketLocation'],
      [
        'StrongboxReaders',
        arn('audit'),
        expect.arrayContaining([
          's3:GetObject',
          's3:GetObjectVersion',
          's3:GetObjectRetention',
          's3:GetObjectLegalHold',
        ]),
      ],
      ['StrongboxReadersLists', arn('audit'), expect.arrayContaining(['s3:ListBucket', 's3:ListBucketVersions'])],
      [
        'StrongboxRetentionOfficers',
        arn('records'),
        ['s3:PutObjectRetention', 's3:GetObjectRetention', 's3:DeleteObjectVersion'],
      ],
      ['StrongboxRetentionOfficersLists', arn('records'), expect.anything()],
      ['StrongboxLegalOfficers', arn('legal'), ['s3:PutObjectLegalHold', 's3:GetObjectLegalHold']],
      ['StrongboxLegalOfficersLists', arn('legal'), expect.anything()],
    ]);
  });

  test('nobody bypasses in compliance mode, officers in governance mode', () => {
    expect(statements(template).StrongboxBypass.Condition).toBeUndefined();
    const governance = statements(templateWith({ retention: Retention.governance(Duration.days(365)) }));
    expect(governance.StrongboxBypass.Condition).toEqual({ ArnNotEquals: { 'aws:PrincipalArn': [arn('records')] } });
    expect(governance.StrongboxRetentionOfficers.Action).toContain('s3:BypassGovernanceRetention');
  });

  test('the key works for writers and readers through S3 only, and cannot be deleted', () => {
    const [{ Properties }] = Object.values(
      template.findResources('AWS::KMS::Key', {
        Properties: { Description: 'Encrypts the objects of Stack/Records/Resource' },
      }),
    );
    const bySid = Object.fromEntries(
      Properties.KeyPolicy.Statement.map((statement: any) => [statement.Sid, statement]),
    );
    expect(bySid.StrongboxKeyDeletion.Effect).toBe('Deny');
    const Condition = { StringEquals: { 'kms:ViaService': `s3.${REGION}.amazonaws.com` } };
    expect(bySid.StrongboxArchivists).toMatchObject({ Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Condition });
    expect(bySid.StrongboxReaders).toMatchObject({ Action: 'kms:Decrypt', Condition });
    expect(bySid.StrongboxLegalOfficers).toBeUndefined();
  });

  test('the role that deploys, and nobody else, may change the policy', () => {
    const { Condition } = statements(template).StrongboxPolicyAdministrators;
    expect(JSON.stringify(Condition.ArnNotEquals['aws:PrincipalArn'])).toContain(
      `role/cdk-hnb659fds-cfn-exec-role-${ACCOUNT}-${REGION}`,
    );
    const named = templateWith({ policyAdministrators: [role(newStack(), 'deploy')] });
    expect(statements(named).StrongboxPolicyAdministrators.Condition).toEqual({
      ArnNotEquals: { 'aws:PrincipalArn': [arn('deploy')] },
    });
  });

  test('keeps bucket, policy and key', () => {
    for (const type of ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy', 'AWS::KMS::Key']) {
      template.allResources(type, { DeletionPolicy: 'Retain' });
    }
  });

  test('keeps its template and its logical ids', () => expect(snapshotOf(template)).toMatchSnapshot());

  test.each(['compliance', 'governance'])(
    'leaves the six nag packs nothing but the decisions of the owner in %s mode',
    (mode) => {
      const report = nag(
        (stack) => {
          const oneRegion = new BucketReplication(
            Replication.none('One Region is enough for these records, approved by Records'),
          );
          archive(stack, mode === 'governance' ? { retention: Retention.governance(Duration.days(365)) } : {}).with(
            oneRegion,
          );
          LoggingBucket.of(stack).with(oneRegion);
        },
        { env: ENV },
      );
      expect(unexplained(report)).toEqual([]);
      expect(report.open.map(({ rule, path }) => `${rule} ${path}`)).toEqual([]);
    },
  );
});

test('readers restore only what has to be restored', () => {
  const actions = (storage: ArchiveStorage) => statements(templateWith({ storage })).StrongboxReaders.Action;
  expect(actions(ArchiveStorage.standard().thenInstantRetrieval(Duration.days(1)))).not.toContain('s3:RestoreObject');
  expect(actions(ArchiveStorage.standard().thenDeepArchive(Duration.days(1)))).toContain('s3:RestoreObject');
});

test('who is in no list has no rights, nobody in particular', () => {
  const stack = newStack({ env: ENV });
  new WormArchive(stack, 'Records', { retention: SEVEN_YEARS });
  const policy = statements(Template.fromStack(stack));
  expect(Object.values(policy).filter(({ Effect }) => Effect === 'Allow')).toEqual([]);
  for (const sid of ['WritersOnly', 'ReadersOnly', 'DeleteVersions', 'RetentionSetters', 'LegalHolds']) {
    expect(policy[`Strongbox${sid}`]).toMatchObject({ Effect: 'Deny' });
    expect(policy[`Strongbox${sid}`].Condition).toBeUndefined();
  }
});

describe('alarms', () => {
  test('tell an encrypted topic of deletions, retentions, holds, settings and the key', () => {
    const template = templateWith();
    const rules = Object.entries(template.findResources('AWS::Events::Rule'));
    const names = Object.fromEntries(
      rules.map(([id, { Properties }]) => [/Alarms(\w+Alarm)/.exec(id)![1], Properties.EventPattern.detail]),
    );
    expect(names.RetentionAlarm.eventName).toEqual(['DeleteObject', 'DeleteObjects', 'PutObjectRetention']);
    expect(names.LegalHoldAlarm.eventName).toEqual(['PutObjectLegalHold']);
    expect(names.SettingsAlarm.eventName).toEqual([
      { prefix: 'PutBucket' },
      { prefix: 'DeleteBucket' },
      'PutObjectLockConfiguration',
    ]);
    expect(names.KeyAlarm).toMatchObject({
      eventSource: ['kms.amazonaws.com'],
      eventName: expect.arrayContaining(['ScheduleKeyDeletion', 'PutKeyPolicy']),
    });
    for (const alarm of ['RetentionAlarm', 'LegalHoldAlarm', 'SettingsAlarm']) {
      expect(names[alarm].requestParameters.bucketName).toEqual([{ Ref: expect.stringMatching(/^Records/) }]);
    }
    template.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() });
    for (const [, { Properties }] of rules) expect(Properties.Targets).toHaveLength(1);
  });

  test('without a KMS key there is none to watch', () => {
    expect(
      Object.keys(templateWith({ encryption: Encryption.s3Managed() }).findResources('AWS::Events::Rule')),
    ).toHaveLength(3);
  });

  test('warn until a trail logs the data events', () => {
    const stack = newStack({ env: ENV });
    const records = archive(stack);
    const warnings = () =>
      Annotations.fromStack(stack).findWarning('/Stack/Records', Match.stringLikeRegexp('@strongbox/worm-data-events'));
    expect(warnings()).toHaveLength(1);
    const quiet = newStack({ env: ENV });
    archive(quiet).logDataEvents(new cloudtrail.Trail(quiet, 'Trail'));
    expect(
      Annotations.fromStack(quiet).findWarning('/Stack/Records', Match.stringLikeRegexp('@strongbox/worm-data-events')),
    ).toEqual([]);
    Template.fromStack(quiet).hasResourceProperties('AWS::CloudTrail::Trail', {
      EventSelectors: [{ DataResources: [{ Type: 'AWS::S3::Object', Values: [Match.objectLike({})] }] }],
    });
    expect(records.alarmTopic).toBeDefined();
  });
});

describe('a replica', () => {
  const OTHER = '444455556666';

  test.each([
    ['another Region', ACCOUNT, 'eu-west-1'],
    ['another account', OTHER, REGION],
  ])('in %s is locked as well', (_, account, region) => {
    const app = new App({ treeMetadata: false });
    const there = new Stack(app, 'There', { env: { account, region } });
    const copy = new WormArchive(there, 'Copy', {
      retention: SEVEN_YEARS,
      bucketName: 'acme-records-copy',
      replicasFrom: ACCOUNT,
      encryption: Encryption.s3Managed(),
      readers: [role(there, 'audit')],
    });
    const here = new Stack(app, 'Here', { env: ENV });
    archive(here, { encryption: Encryption.s3Managed(), bucketName: 'acme-records' }).with(
      new BucketReplication(Replication.to(copy)),
    );
    const template = Template.fromStack(here);
    template.hasResourceProperties('AWS::S3::Bucket', {
      ReplicationConfiguration: { Rules: [{ Status: 'Enabled', DeleteMarkerReplication: { Status: 'Disabled' } }] },
    });
    expect(JSON.stringify(template.findResources('AWS::IAM::ManagedPolicy'))).toContain('s3:GetObjectLegalHold');
    const policy = Object.values(Template.fromStack(there).findResources('AWS::S3::BucketPolicy')).flatMap(
      ({ Properties }) => Properties.PolicyDocument.Statement,
    );
    const by = (sid: string) => policy.find(({ Sid }) => Sid === sid);
    expect(by('StrongboxReplicasInto').Condition).toEqual({ StringNotEquals: { 'aws:PrincipalAccount': ACCOUNT } });
    expect(by('StrongboxRetentionTooShort').Action).toBe('s3:PutObject');
    expect(by('StrongboxWritersOnly').Condition).toBeUndefined();
  });
});

describe('refuses', () => {
  test.each([RemovalPolicy.DESTROY, RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, RemovalPolicy.SNAPSHOT])(
    'the removal policy %s in compliance mode',
    (removalPolicy) => {
      expect(() => archive(newStack(), { removalPolicy })).toThrow(
        /^Stack\/Records: "removalPolicy" must be RemovalPolicy.RETAIN in compliance mode/,
      );
    },
  );

  test('but not in governance mode, where officers can empty the bucket', () => {
    expect(() =>
      templateWith({ retention: Retention.governance(Duration.days(1)), removalPolicy: RemovalPolicy.DESTROY }),
    ).not.toThrow();
  });

  test('an expiry before the retention ends', () => {
    expect(() => templateWith({ storage: ArchiveStorage.standard().expireAfter(Duration.days(2556)) })).toThrow(
      'must be 2557 days or more',
    );
    expect(() => templateWith({ storage: ArchiveStorage.standard().expireAfter(Duration.days(2557)) })).not.toThrow();
  });

  test('being a log target, also of a bucket that is not ours', () => {
    const stack = newStack({ env: ENV });
    new s3.Bucket(stack, 'Source', { serverAccessLogsBucket: archive(stack).bucket });
    expect(() => Template.fromStack(stack)).toThrow(
      '"accessControl" must be no canned ACL where ACLs are off (got "LogDeliveryWrite")',
    );
  });

  test('an app that empties it, and versioning that is turned off', () => {
    const emptied = newStack({ env: ENV });
    Tags.of(archive(emptied).bucket).add('aws-cdk:auto-delete-objects', 'true');
    expect(() => Template.fromStack(emptied)).toThrow('(got true');
    const unversioned = newStack({ env: ENV });
    (archive(unversioned).bucket.node.defaultChild as s3.CfnBucket).versioningConfiguration = undefined;
    expect(() => Template.fromStack(unversioned)).toThrow('(got false');
  });

  test('a retention beyond the limits of S3', () => {
    expect(() => Retention.compliance(Duration.days(36_501), ACCEPTED)).toThrow('36500');
    expect(() => Retention.governanceYears(101)).toThrow('"years" must be a whole number from 1 to 100');
  });

  test('a key that this app does not make', () => {
    const stack = newStack({ env: ENV });
    const key = kms.Key.fromKeyArn(stack, 'Theirs', `arn:aws:kms:${REGION}:${ACCOUNT}:key/1`);
    expect(() => {
      archive(stack, { encryption: Encryption.kms({ key }) });
      Template.fromStack(stack);
    }).toThrow('(got "a key whose policy this app does not write"');
  });

  test('nobody as administrators, which would leave the root user alone', () => {
    expect(() => archive(newStack(), { policyAdministrators: [] })).toThrow('(got "[]"');
  });
});

test('warns where nobody knows who deploys', () => {
  const stack = new Stack(new App(), 'Stack', { synthesizer: new LegacyStackSynthesizer() });
  archive(stack);
  Annotations.fromStack(stack).hasWarning(
    '/Stack/Records',
    Match.stringLikeRegexp('@strongbox/worm-policy-administrators'),
  );
  const own = new Stack(new App(), 'Stack', { synthesizer: new DefaultStackSynthesizer({ qualifier: 'acme' }) });
  archive(own);
  expect(JSON.stringify(statements(Template.fromStack(own)).StrongboxPolicyAdministrators)).toContain(
    'cdk-acme-cfn-exec-role',
  );
});
