import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import {
  AccessLogAnalytics,
  AccessLogs,
  LoggingBucket,
  LogSources,
  ObjectTrail,
  type ObjectTrailProps,
  Retention,
  SecureBucket,
  TrailAccess,
  TrailEvents,
  TrailManagementEvents,
  TrailNetworkActivity,
  TrailScope,
  WormArchive,
} from '../../src';
import { ACCOUNT, newStack, only, REGION, snapshotOf } from '../support/app';
import { nag, unexplained } from '../support/nag';

const ENV = { env: { account: ACCOUNT, region: REGION } };

function build(stack: Stack, props: Partial<ObjectTrailProps> = {}) {
  const records = new SecureBucket(stack, 'Records', { bucketName: 'records' });
  const target = props.target ?? new LoggingBucket(stack, 'TrailLogs', { bucketName: 'trails' });
  const trail = new ObjectTrail(stack, 'Trail', { target, events: [TrailEvents.ofBuckets([records])], ...props });
  return { records, target, trail };
}

const selectorsOf = (stack: Stack): any[] =>
  only(Template.fromStack(stack), 'AWS::CloudTrail::Trail').Properties.AdvancedEventSelectors;
const fieldsOf = (selector: any): Record<string, any> =>
  Object.fromEntries(selector.FieldSelectors.map(({ Field, ...rest }: any) => [Field, rest]));

describe('selectors', () => {
  test('of each kind of data events leave the target out', () => {
    const stack = newStack(ENV);
    const records = new SecureBucket(stack, 'R', { bucketName: 'records' });
    const target = new LoggingBucket(stack, 'T', { bucketName: 'trails' });
    new s3.CfnAccessPoint(stack, 'Door', { bucket: target.bucketRef.bucketName, name: 'door' });
    new ObjectTrail(stack, 'Trail', {
      target,
      events: [
        TrailEvents.ofAllBuckets({
          access: TrailAccess.WRITE,
          exceptCallers: [`arn:aws:sts::${ACCOUNT}:assumed-role/Scanner/`, `arn:aws:iam::${ACCOUNT}:user/bot`],
        }),
        TrailEvents.ofPrefixes(records, ['reports/'], { access: TrailAccess.READ, exceptEvents: ['HeadObject'] }),
        TrailEvents.ofAccessPoints(),
        TrailEvents.ofObjectLambdaAccessPoints([`arn:aws:s3-object-lambda:${REGION}:${ACCOUNT}:accesspoint/view`]),
      ],
      managementEvents: TrailManagementEvents.WRITE,
      networkActivity: TrailNetworkActivity.DENIED,
    });
    const [all, reads, accessPoints, lambda, management, network] = selectorsOf(stack).map(fieldsOf);
    const targetArn = { 'Fn::Join': ['', [{ 'Fn::GetAtt': [expect.stringMatching(/^T/), 'Arn'] }, '/']] };
    expect(all).toEqual({
      eventCategory: { Equals: ['Data'] },
      'resources.type': { Equals: ['AWS::S3::Object'] },
      'resources.ARN': { NotStartsWith: [targetArn] },
      readOnly: { Equals: ['false'] },
      'userIdentity.arn': {
        NotEquals: [`arn:aws:iam::${ACCOUNT}:user/bot`],
        NotStartsWith: [`arn:aws:sts::${ACCOUNT}:assumed-role/Scanner/`],
      },
    });
    expect(reads).toMatchObject({
      'resources.ARN': {
        StartsWith: [{ 'Fn::Join': ['', [{ 'Fn::GetAtt': [expect.stringMatching(/^R/), 'Arn'] }, '/reports/']] }],
        NotStartsWith: [targetArn],
      },
      readOnly: { Equals: ['true'] },
      eventName: { NotEquals: ['HeadObject'] },
    });
    expect(accessPoints['resources.ARN']).toEqual({ NotStartsWith: [{ 'Fn::GetAtt': ['Door', 'Arn'] }] });
    expect(lambda['resources.ARN'].StartsWith).toHaveLength(1);
    expect(management).toEqual({ eventCategory: { Equals: ['Management'] }, readOnly: { Equals: ['false'] } });
    expect(network).toEqual({
      eventCategory: { Equals: ['NetworkActivity'] },
      eventSource: { Equals: ['s3.amazonaws.com'] },
      errorCode: { Equals: ['VpceAccessDenied'] },
    });
  });
});

describe('delivery', () => {
  test('is allowed for this trail alone, and digests are on', () => {
    const stack = newStack(ENV);
    const { trail } = build(stack, { prefix: 'trails/' });
    const template = Template.fromStack(stack);
    expect(only(template, 'AWS::CloudTrail::Trail').Properties).toMatchObject({
      EnableLogFileValidation: true,
      IsMultiRegionTrail: true,
      IsOrganizationTrail: false,
      S3KeyPrefix: 'trails',
      TrailName: trail.trailName,
    });
    const statements = Object.values(template.findResources('AWS::S3::BucketPolicy'))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Principal }) => Principal?.Service === 'cloudtrail.amazonaws.com');
    expect(statements.map(({ Action }) => Action)).toEqual(['s3:GetBucketAcl', 's3:PutObject']);
    for (const { Condition } of statements) {
      expect(JSON.stringify(Condition)).toContain(`:cloudtrail:${REGION}:${ACCOUNT}:trail/${trail.trailName}`);
    }
    expect(JSON.stringify(statements[1].Resource)).toContain(`/trails/AWSLogs/${ACCOUNT}/*`);
  });

  test('has a key of its own where the target has none, for this trail alone', () => {
    const stack = newStack(ENV);
    const { trail } = build(stack);
    const template = Template.fromStack(stack);
    const [[id, key]] = Object.entries(template.findResources('AWS::KMS::Key')).filter(([each]) =>
      each.startsWith('TrailKey'),
    );
    expect(only(template, 'AWS::CloudTrail::Trail').Properties.KMSKeyId).toEqual({ 'Fn::GetAtt': [id, 'Arn'] });
    const statements = key.Properties.KeyPolicy.Statement.filter(
      ({ Principal }: any) => Principal.Service === 'cloudtrail.amazonaws.com',
    );
    expect(statements.map(({ Action }: any) => Action)).toEqual([
      'kms:GenerateDataKey*',
      ['kms:Decrypt', 'kms:DescribeKey'],
    ]);
    for (const { Condition } of statements) {
      expect(JSON.stringify(Condition.StringEquals['aws:SourceArn'])).toContain(`trail/${trail.trailName}`);
    }
    expect(JSON.stringify(statements[0].Condition.StringLike)).toContain(`:cloudtrail:*:${ACCOUNT}:trail/*`);
  });

  test('uses the key of the target, which lets CloudTrail use it', () => {
    const stack = newStack(ENV);
    build(stack, { target: new SecureBucket(stack, 'Target') });
    const template = Template.fromStack(stack);
    expect(only(template, 'AWS::CloudTrail::Trail').Properties.KMSKeyId).toEqual({
      'Fn::GetAtt': [expect.stringMatching(/^Target/), 'Arn'],
    });
    const key = Object.entries(template.findResources('AWS::KMS::Key')).find(([id]) => id.startsWith('Target'))![1];
    expect(JSON.stringify(key.Properties.KeyPolicy)).toContain('cloudtrail.amazonaws.com');
  });

  test('goes into an archive as well', () => {
    const stack = newStack(ENV);
    build(stack, {
      target: new WormArchive(stack, 'Archive', { retention: Retention.governance(Duration.days(365)) }),
    });
    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  test('of an organization names its management account', () => {
    const stack = newStack(ENV);
    build(stack, { scope: TrailScope.organization('o-a1b2c3d4e5', '999988887777') });
    const template = Template.fromStack(stack);
    expect(only(template, 'AWS::CloudTrail::Trail').Properties.IsOrganizationTrail).toBe(true);
    expect(JSON.stringify(template.findResources('AWS::S3::BucketPolicy'))).toContain('AWSLogs/o-a1b2c3d4e5/*');
  });
});

test('queries are added to the analytics of access logs', () => {
  const stack = newStack(ENV);
  const logs = new LoggingBucket(stack, 'Logs');
  const data = new SecureBucket(stack, 'Data', { accessLogs: AccessLogs.to(logs) });
  const analytics = new AccessLogAnalytics(stack, 'Analytics', { logs, sources: LogSources.buckets(data) });
  build(stack, { analytics, scope: TrailScope.allRegions({ queriedRegions: ['eu-central-1', 'eu-west-1'] }) });
  const template = Template.fromStack(stack);
  const tables = Object.values(template.findResources('AWS::Glue::Table')).map(
    ({ Properties }) => Properties.TableInput,
  );
  expect(tables.find(({ Name }) => Name === 'object_trail_events').Parameters).toMatchObject({
    'projection.region.values': 'eu-central-1,eu-west-1',
    'storage.location.template': expect.objectContaining({ 'Fn::Join': expect.anything() }),
  });
  expect(
    Object.values(template.findResources('AWS::Athena::NamedQuery')).filter(({ Properties }) =>
      Properties.Name.startsWith('trail-'),
    ),
  ).toHaveLength(6);
});

describe('bad input is an error', () => {
  const refuse = (make: (stack: Stack) => unknown, message: RegExp) =>
    expect(() => make(newStack(ENV))).toThrow(message);
  test('a circle', () =>
    refuse((stack) => {
      const target = new SecureBucket(stack, 'Both');
      return new ObjectTrail(stack, 'Trail', { target, events: [TrailEvents.ofBuckets([target])] });
    }, /"events" must be buckets other than the target.*got "Stack\/Both/));
  test('no events', () => refuse((stack) => build(stack, { events: [] }), /"events" must be at least one/));
  test('an imported target', () =>
    refuse((stack) => build(stack, { target: s3.Bucket.fromBucketName(stack, 'I', 'imported') }), /imported bucket/));
  test('a target of another account', () =>
    refuse((stack) => {
      const other = new Stack(stack.node.root as App, 'Other', { env: { account: '999988887777', region: REGION } });
      return build(stack, { target: new LoggingBucket(other, 'T', { bucketName: 'other-trails' }) });
    }, /got "a bucket in the account 999988887777"/));
  test('more values than CloudTrail takes', () =>
    refuse((stack) => {
      const bucket = new SecureBucket(stack, 'B');
      return build(stack, {
        events: [
          TrailEvents.ofPrefixes(
            bucket,
            Array.from({ length: 500 }, (_, n) => `p${n}/`),
          ),
        ],
      });
    }, /must be at most 500.*got "503 values in all selectors"/));
  test('a caller with a wildcard', () =>
    refuse(() => TrailEvents.ofAllBuckets({ exceptCallers: ['arn:aws:iam::111122223333:role/*'] }), /"exceptCallers"/));
  test('an access point by its alias', () =>
    refuse(() => TrailEvents.ofAccessPoints(['team-a-abc-s3alias']), /"arns"/));
  test('an organization by its name', () => refuse(() => TrailScope.organization('acme', ACCOUNT), /"organizationId"/));
});

test('keeps its template', () => {
  const stack = newStack(ENV);
  build(stack);
  const { Resources } = snapshotOf(Template.fromStack(stack)) as { Resources: Record<string, any> };
  expect(Object.entries(Resources).filter(([id]) => id.startsWith('Trail'))).toMatchSnapshot();
});

test('leaves the six nag packs nothing but the decisions of the owner', () => {
  const report = nag((stack) => build(stack));
  // Whether the events go to CloudWatch Logs as well, and are paid twice, is the owner's decision.
  expect(unexplained(report).filter(({ rule }) => !rule.endsWith('CloudTrailCloudWatchLogsEnabled'))).toEqual([]);
});
