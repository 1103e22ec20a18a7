import { Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import {
  LoggingBucket,
  ObjectTrail,
  Retention,
  SecureBucket,
  SecurityAlarms,
  TrailEvents,
  WormArchive,
} from '../../src';
import { ACCOUNT, newStack, REGION, snapshotOf } from '../support/app';
import { nag, unexplained } from '../support/nag';

const ENV = { env: { account: ACCOUNT, region: REGION } };
const RUNBOOK = 'https://github.com/cdk-s3-strongbox/cdk-s3-strongbox/blob/main/docs/operator-runbook.md';

const rulesOf = (template: Template): Record<string, any> =>
  Object.fromEntries(
    Object.entries(template.findResources('AWS::Events::Rule')).map(([id, { Properties }]) => [
      /^Alarms([A-Za-z]+?)[0-9A-F]{8}$/.exec(id)?.[1] ?? id,
      Properties,
    ]),
  );

function synth(build: (stack: Stack) => void): Template {
  const stack = newStack(ENV);
  build(stack);
  return Template.fromStack(stack);
}

describe('of a bucket', () => {
  const template = synth((stack) => {
    const bucket = new SecureBucket(stack, 'Docs');
    new SecurityAlarms(stack, 'Alarms', { buckets: [bucket], refusedRequests: 100 });
  });

  test('hear the calls on its settings and its key, and those on the account', () => {
    const rules = rulesOf(template);
    expect(Object.keys(rules).sort()).toEqual([
      'AccountPublicAccessChanged',
      'KeyEndangered',
      'LoggingChanged',
      'OwnershipChanged',
      'PlainHttpAllowed',
      'PolicyChanged',
      'ProtectionChanged',
      'VersioningChanged',
    ]);
    expect(rules.PolicyChanged).toMatchObject({
      State: 'ENABLED',
      EventPattern: {
        source: ['aws.s3'],
        'detail-type': ['AWS API Call via CloudTrail'],
        detail: {
          eventName: expect.arrayContaining(['PutBucketPolicy', 'DeleteBucketPublicAccessBlock']),
          requestParameters: { bucketName: [{ Ref: expect.stringMatching(/^Docs/) }] },
        },
      },
    });
  });

  test('name the address of their entry in the runbook', () => {
    for (const { Description } of Object.values(rulesOf(template))) {
      expect(JSON.stringify(Description)).toContain(`${RUNBOOK}#`);
    }
    for (const { Properties } of Object.values(template.findResources('AWS::CloudWatch::Alarm'))) {
      expect(Properties.AlarmDescription).toContain(`${RUNBOOK}#`);
    }
  });

  test('watch refusals, the delivery of logs and the quota of KMS', () => {
    const metrics = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(
      ({ Properties }) => Properties.MetricName ?? 'CallCount',
    );
    expect(metrics.sort()).toEqual(['4xxErrors', 'CallCount', 'PutRequests']);
    template.hasResourceProperties('AWS::S3::Bucket', {
      MetricsConfigurations: [{ Id: 'EntireBucket' }],
      BucketEncryption: Match.anyValue(),
    });
  });

  test('reach their topic: its policy and its key let both services in', () => {
    const [{ Properties: policy }] = Object.values(template.findResources('AWS::SNS::TopicPolicy'));
    const publishers = policy.PolicyDocument.Statement.filter(({ Effect }: any) => Effect === 'Allow').map(
      ({ Principal }: any) => Principal.Service,
    );
    expect(publishers).toEqual(expect.arrayContaining(['cloudwatch.amazonaws.com', 'events.amazonaws.com']));
    const [[, key]] = Object.entries(template.findResources('AWS::KMS::Key')).filter(([id]) => id.startsWith('Alarms'));
    const services = key.Properties.KeyPolicy.Statement.filter(({ Principal }: any) => Principal.Service);
    for (const service of ['events.amazonaws.com', 'cloudwatch.amazonaws.com']) {
      const statement = services.find(({ Principal }: any) => Principal.Service === service);
      expect(statement.Action).toEqual(expect.arrayContaining(['kms:GenerateDataKey*', 'kms:Decrypt']));
      expect(statement.Condition).toBeUndefined();
    }
  });

  test('keep their template', () => {
    const { Resources } = snapshotOf(template) as { Resources: Record<string, any> };
    expect(Object.entries(Resources).filter(([id]) => id.startsWith('Alarms'))).toMatchSnapshot();
  });
});

test('of an archive hear deletions of versions, retentions and holds, and the end of the trail', () => {
  const template = synth((stack) => {
    const archive = new WormArchive(stack, 'Archive', { retention: Retention.governance(Duration.days(30)) });
    const trail = new ObjectTrail(stack, 'Trail', {
      target: new LoggingBucket(stack, 'T'),
      events: [TrailEvents.ofBuckets([archive])],
    });
    new SecurityAlarms(stack, 'Alarms', { buckets: [archive], trail });
  });
  const rules = rulesOf(template);
  expect(Object.keys(rules)).toEqual(
    expect.arrayContaining(['LockBypassed', 'VersionDeleted', 'LegalHoldChanged', 'TrailStopped']),
  );
  expect(rules.VersionDeleted.EventPattern.detail.requestParameters).toMatchObject({
    versionId: [{ exists: true }],
    bucketName: expect.anything(),
  });
  expect(rules.TrailStopped.EventPattern.detail.eventName).toContain('StopLogging');
});

test('are quiet for the roles named, and for nobody without a role', () => {
  const template = synth((stack) => {
    const bucket = new SecureBucket(stack, 'Docs');
    new SecurityAlarms(stack, 'Alarms', {
      buckets: [bucket],
      quietFor: [iam.Role.fromRoleArn(stack, 'Cfn', `arn:aws:iam::${ACCOUNT}:role/cfn-exec`)],
    });
  });
  expect(rulesOf(template).PolicyChanged.EventPattern.detail.userIdentity).toEqual({
    $or: [
      { sessionContext: { sessionIssuer: { arn: [{ 'anything-but': [`arn:aws:iam::${ACCOUNT}:role/cfn-exec`] }] } } },
      { sessionContext: { sessionIssuer: { arn: [{ exists: false }] } } },
    ],
  });
});

test('cover every bucket of the stack, and say so where one came later', () => {
  const stack = newStack(ENV);
  new SecureBucket(stack, 'One');
  new SecurityAlarms(stack, 'Alarms');
  expect(() => Template.fromStack(stack)).not.toThrow();
  const late = newStack(ENV);
  new SecureBucket(late, 'One');
  new SecurityAlarms(late, 'Alarms');
  new SecureBucket(late, 'Two');
  expect(() => Template.fromStack(late)).toThrow(/do not cover Stack\/Two/);
});

test('threat detection is one line each', () => {
  const template = synth((stack) => {
    const bucket = new SecureBucket(stack, 'Docs');
    const alarms = new SecurityAlarms(stack, 'Alarms', { buckets: [bucket] });
    alarms.enableGuardDutyS3Protection();
    alarms.enableMalwareProtection(bucket);
    alarms.enableMacie();
  });
  template.hasResourceProperties('AWS::GuardDuty::Detector', {
    Enable: true,
    Features: [{ Name: 'S3_DATA_EVENTS', Status: 'ENABLED' }],
  });
  template.hasResourceProperties('AWS::GuardDuty::MalwareProtectionPlan', {
    Actions: { Tagging: { Status: 'ENABLED' } },
  });
  template.hasResourceProperties('AWS::Macie::Session', { Status: 'ENABLED' });
  expect(Object.keys(rulesOf(template))).toEqual(
    expect.arrayContaining(['GuardDutyFinding', 'MalwareFound', 'MacieFinding']),
  );
});

describe('bad input is an error', () => {
  const refuse = (build: (stack: Stack) => void, message: RegExp) =>
    expect(() => build(newStack(ENV))).toThrow(message);
  test('an imported bucket', () =>
    refuse(
      (stack) => new SecurityAlarms(stack, 'A', { buckets: [s3.Bucket.fromBucketName(stack, 'I', 'imported')] }),
      /imported bucket/,
    ));
  test('no bucket', () => refuse((stack) => new SecurityAlarms(stack, 'A'), /"buckets" must be at least one bucket/));
  test('a relative runbook', () =>
    refuse(
      (stack) =>
        new SecurityAlarms(stack, 'A', { buckets: [new SecureBucket(stack, 'B')], runbookUrl: 'docs/runbook.md' }),
      /"runbookUrl"/,
    ));
  test('no threshold', () =>
    refuse(
      (stack) => new SecurityAlarms(stack, 'A', { buckets: [new SecureBucket(stack, 'B')], refusedRequests: 0 }),
      /"refusedRequests"/,
    ));
});

test('leaves the six nag packs nothing but the decisions of the owner', () => {
  const report = nag((stack) => {
    const alarms = new SecurityAlarms(stack, 'Alarms', { buckets: [new SecureBucket(stack, 'Docs')] });
    alarms.enableMalwareProtection(stack.node.findChild('Docs') as SecureBucket);
  });
  expect(unexplained(report)).toEqual([]);
});
