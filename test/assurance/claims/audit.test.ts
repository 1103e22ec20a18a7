import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import {
  AccessLogAnalytics,
  AccessLogs,
  LoggingBucket,
  LogPartition,
  LogSources,
  ObjectTrail,
  Replication,
  Retention,
  SecureBucket,
  SecurityAlarms,
  TrailAccess,
  TrailEvents,
  TrailManagementEvents,
  WormArchive,
} from '../../../src';
import { claimsOfTemplates } from '../../../src/assurance/claims/checks';
import { resolveTemplates } from '../../../src/assurance/model/resolve';
import { VerdictStatus } from '../../../src/assurance/verdict';
import { verifyClaims } from '../../../src/assurance/verify';
import { ACCOUNT, REGION } from '../../support/app';

const AUDIT = [
  'trail-records',
  'trail-leaves-out-target',
  'trail-files-signed',
  'table-reads',
  'analyst-policy-bounds',
  'rule-hears',
  'alarm-raises',
];

function synth(): any {
  const stack = new Stack(new App({ treeMetadata: false }), 'Audit', { env: { account: ACCOUNT, region: REGION } });
  const logs = new LoggingBucket(stack, 'Logs');
  const docs = new SecureBucket(stack, 'Docs', {
    bucketName: 'docs-prod',
    accessLogs: AccessLogs.to(logs),
    replication: Replication.to(
      new SecureBucket(stack, 'Copies', { bucketName: 'copies', accessLogs: AccessLogs.to(logs) }),
    ),
  });
  const old = new SecureBucket(stack, 'Old', {
    accessLogs: AccessLogs.to(logs, { prefix: 'old/', partition: LogPartition.NONE }),
  });
  const archive = new WormArchive(stack, 'Archive', { retention: Retention.governance(Duration.days(30)) });
  const analytics = new AccessLogAnalytics(stack, 'Analytics', { logs, sources: LogSources.buckets(docs, old) });
  const trail = new ObjectTrail(stack, 'Trail', {
    target: new LoggingBucket(stack, 'Trails'),
    events: [
      TrailEvents.ofBuckets([docs, archive]),
      TrailEvents.ofPrefixes(old, ['in/'], {
        access: TrailAccess.WRITE,
        exceptCallers: [`arn:aws:sts::${ACCOUNT}:assumed-role/Scanner/`],
        exceptEvents: ['PutObjectTagging'],
      }),
      TrailEvents.ofAccessPoints(),
      TrailEvents.ofObjectLambdaAccessPoints(),
    ],
    managementEvents: TrailManagementEvents.WRITE,
    prefix: 'audit/',
    analytics,
  });
  analytics.grantQuery(new iam.Role(stack, 'Auditor', { assumedBy: new iam.AccountRootPrincipal() }));
  new SecurityAlarms(stack, 'Alarms', {
    buckets: [docs, archive],
    trail,
    refusedRequests: 100,
    quietFor: [iam.Role.fromRoleArn(stack, 'Deployer', `arn:aws:iam::${ACCOUNT}:role/cfn-exec`)],
  });
  return Template.fromStack(stack).toJSON();
}

const TEMPLATE = synth();

/** What is not proved of the audit, as `prove` judges the claims of the template. */
function lost(template: any): string[] {
  const input = { stack: 'Audit', template, account: ACCOUNT, region: REGION };
  const model = resolveTemplates([input]);
  const { checks, findings } = claimsOfTemplates(model);
  const ours = checks.filter(({ guarantee }) => AUDIT.includes(guarantee.id));
  return [
    ...verifyClaims(model, ours)
      .filter((verdict) => verdict.status !== VerdictStatus.PROVED)
      .map((verdict) => `${verdict.guarantee} ${verdict.status} ${verdict.subject}: ${verdict.reason}`),
    ...findings.map(({ message }) => message),
  ];
}

test('every claim of trails, tables, analysts and alarms is proved', () => {
  expect(lost(TEMPLATE)).toEqual([]);
});

const all = (template: any, type: string): any[] =>
  Object.values<any>(template.Resources).filter(({ Type }) => Type === type);
const trailOf = (template: any) => all(template, 'AWS::CloudTrail::Trail')[0].Properties;
const selectorOf = (template: any, type: string) =>
  trailOf(template)
    .AdvancedEventSelectors.map(({ FieldSelectors }: any) => FieldSelectors)
    .find((fields: any[]) => fields.some(({ Equals = [] }) => Equals.includes(type)));
const arnsOf = (template: any) =>
  selectorOf(template, 'AWS::S3::Object').find(({ Field }: any) => Field === 'resources.ARN');
const tableOf = (template: any, name: RegExp) =>
  all(template, 'AWS::Glue::Table')
    .map(({ Properties }) => Properties.TableInput)
    .find(({ Name, TableType }) => TableType === 'EXTERNAL_TABLE' && name.test(Name));
const ruleOf = (template: any, id: string) =>
  Object.entries<any>(template.Resources).find(([logicalId]) => logicalId.startsWith(`Alarms${id}`))![1].Properties;
const analystOf = (template: any) => all(template, 'AWS::IAM::ManagedPolicy')[0].Properties.PolicyDocument.Statement;
const grantOf = (template: any, action: string, on: RegExp) =>
  analystOf(template).find(
    ({ Action, Resource }: any) => [Action].flat().includes(action) && on.test(JSON.stringify(Resource)),
  );
const parameter = (template: any) => {
  template.Parameters = { ...template.Parameters, Chosen: { Type: 'String' } };
  return { Ref: 'Chosen' };
};
const denyTo = (template: any, bucket: RegExp, Action: string) =>
  Object.entries<any>(template.Resources)
    .find(([id, { Type }]) => Type === 'AWS::S3::BucketPolicy' && bucket.test(id))![1]
    .Properties.PolicyDocument.Statement.push({
      Effect: 'Deny',
      Principal: '*',
      Action,
      Resource: '*',
      Condition: { BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } },
    });

type Edit = (template: any) => void;

test.each<[string, Edit, RegExp]>([
  // ---- the trail
  ['a trail that is off', (t) => void (trailOf(t).IsLogging = false), /trail-records violated .*IsLogging/],
  ['a trail without digests', (t) => void (trailOf(t).EnableLogFileValidation = false), /trail-files-signed violated/],
  [
    'a selector of reads alone',
    (t) => selectorOf(t, 'AWS::S3::Object').push({ Field: 'readOnly', Equals: ['true'] }),
    /trail-records violated .*readOnly false/,
  ],
  [
    'a selector that leaves an event out',
    (t) => selectorOf(t, 'AWS::S3::Object').push({ Field: 'eventName', NotEquals: ['DeleteObject'] }),
    /trail-records violated .*DeleteObject/,
  ],
  [
    'a selector that leaves out callers whose names end alike',
    (t) => selectorOf(t, 'AWS::S3::Object').push({ Field: 'userIdentity.arn', NotEndsWith: ['-admin'] }),
    /trail-records violated .*-admin/,
  ],
  ['a selector without a bucket', (t) => arnsOf(t).StartsWith.pop(), /trail-records violated .*no trail records/],
  [
    'a selector of one prefix',
    (t) => void (arnsOf(t).StartsWith[0] = 'arn:aws:s3:::docs-prod/in/'),
    /trail-records violated/,
  ],
  [
    'a selector without keys that begin and end so',
    (t) => void (arnsOf(t).NotEndsWith = ['.tmp']),
    /trail-records violated .*\.tmp/,
  ],
  [
    'no selector of access points',
    (t) =>
      void (trailOf(t).AdvancedEventSelectors = trailOf(t).AdvancedEventSelectors.filter(
        ({ FieldSelectors }: any) => !JSON.stringify(FieldSelectors).includes('"AWS::S3::AccessPoint"'),
      )),
    /trail-records violated/,
  ],
  [
    'a selector that lets the target in again',
    (t) =>
      trailOf(t).AdvancedEventSelectors.push({
        FieldSelectors: [
          { Field: 'eventCategory', Equals: ['Data'] },
          { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
        ],
      }),
    /trail-leaves-out-target violated .*of its own target/,
  ],
  [
    'a prefix that only the deployment knows',
    (t) => void (arnsOf(t).StartsWith[0] = { 'Fn::Sub': ['arn:aws:s3:::${X}/', { X: parameter(t) }] }),
    /trail-records unknown/,
  ],
  // ---- tables
  [
    'a table of another prefix',
    (t) => void (tableOf(t, /root$/).Parameters['storage.location.template'] = 's3://elsewhere/${bucket}/${day}/'),
    /table-reads violated/,
  ],
  [
    'a location without a slash at its end',
    (t) => void tableOf(t, /root$/).Parameters['storage.location.template']['Fn::Join'][1].splice(-1, 1, '/x'),
    /table-reads violated/,
  ],
  [
    'a bucket that is no partition',
    (t) => void (tableOf(t, /root$/).Parameters['projection.bucket.values'] = 'another'),
    /table-reads violated .*not among its values/,
  ],
  [
    'days of another format',
    (t) => void (tableOf(t, /root$/).Parameters['projection.day.format'] = 'yyyy-MM-dd'),
    /table-reads violated .*projection.day.format/,
  ],
  [
    'days that ended',
    (t) => void (tableOf(t, /root$/).Parameters['projection.day.range'] = '2024/01/01,2025/01/01'),
    /table-reads violated .*projection.day.range/,
  ],
  ['a bucket that logs nowhere', (t) => delete logged(t).LoggingConfiguration, /table-reads violated .*logs nowhere/],
  [
    'a bucket that logs with another prefix',
    (t) => void (logged(t).LoggingConfiguration.LogFilePrefix = 'moved/'),
    /table-reads violated/,
  ],
  ['a trail with another prefix', (t) => void (trailOf(t).S3KeyPrefix = 'moved'), /table-reads violated/],
  [
    'a prefix of logs that only the deployment knows',
    (t) => void (logged(t).LoggingConfiguration.LogFilePrefix = parameter(t)),
    /table-reads unknown/,
  ],
  // ---- analysts
  [
    'one more action',
    (t) => grantOf(t, 'athena:StartQueryExecution', /./).Action.push('athena:DeleteWorkGroup'),
    /analyst-policy-bounds violated .*DeleteWorkGroup/,
  ],
  [
    'every workgroup',
    (t) => void (grantOf(t, 'athena:StartQueryExecution', /./).Resource = '*'),
    /analyst-policy-bounds violated/,
  ],
  [
    'all tables of the account',
    (t) => void (grantOf(t, 'glue:GetTable', /./).Resource = '*'),
    /analyst-policy-bounds violated/,
  ],
  [
    'records past Athena',
    (t) => delete grantOf(t, 's3:GetObject', /Logs.*\/\*|Logs/).Condition,
    /analyst-policy-bounds violated .*s3:GetObject/,
  ],
  [
    'records through Athena or without any service',
    (t) => {
      const grant = grantOf(t, 's3:GetObject', /Logs/);
      grant.Condition = { 'ForAllValues:StringEquals': Object.values(grant.Condition)[0] };
    },
    /analyst-policy-bounds violated .*s3:GetObject/,
  ],
  [
    'the bucket of the documents',
    (t) => analystOf(t).push({ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::docs-prod/*' }),
    /analyst-policy-bounds violated .*docs-prod/,
  ],
  [
    'keys outside S3',
    (t) => delete grantOf(t, 'kms:Decrypt', /Results/).Condition.StringEquals,
    /analyst-policy-bounds violated .*kms:/,
  ],
  [
    'no rights on the records',
    (t) => void analystOf(t).splice(analystOf(t).indexOf(grantOf(t, 's3:GetObject', /Logs/)), 1),
    /analyst-policy-bounds violated/,
  ],
  ['a log bucket that denies reads', (t) => denyTo(t, /^LogsPolicy/, 's3:GetObject'), /analyst-policy-bounds violated/],
  [
    'a results bucket that denies uploads',
    (t) => denyTo(t, /^AnalyticsQueriesResultsPolicy/, 's3:PutObject'),
    /analyst-policy-bounds violated/,
  ],
  [
    'an action that only the deployment knows',
    (t) => grantOf(t, 'athena:StartQueryExecution', /./).Action.push(parameter(t)),
    /analyst-policy-bounds unknown/,
  ],
  // ---- rules
  ['a rule that is off', (t) => void (ruleOf(t, 'PolicyChanged').State = 'DISABLED'), /rule-hears violated .*State/],
  ['a rule without a target', (t) => void (ruleOf(t, 'PolicyChanged').Targets = []), /rule-hears violated .*Targets/],
  [
    'a rule on another bus',
    (t) => void (ruleOf(t, 'PolicyChanged').EventBusName = 'orders'),
    /rule-hears violated .*EventBusName/,
  ],
  [
    'a rule that misses a call',
    (t) => ruleOf(t, 'PolicyChanged').EventPattern.detail.eventName.pop(),
    /rule-hears violated .*misses DeleteBucketPublicAccessBlock/,
  ],
  [
    'a rule that misses a bucket',
    (t) => ruleOf(t, 'PolicyChanged').EventPattern.detail.requestParameters.bucketName.pop(),
    /rule-hears violated .*misses/,
  ],
  [
    'a rule on calls that succeed alone',
    (t) => void (ruleOf(t, 'PolicyChanged').EventPattern.detail.errorCode = [{ exists: false }]),
    /rule-hears violated .*denied/,
  ],
  [
    'a rule that misses one more role',
    (t) =>
      ruleOf(t, 'PolicyChanged').EventPattern.detail.userIdentity.$or[0].sessionContext.sessionIssuer.arn[0][
        'anything-but'
      ].push(`arn:aws:iam::${ACCOUNT}:role/admin`),
    /rule-hears violated .*role\/admin/,
  ],
  [
    'a rule that misses roles by the end of their names',
    (t) =>
      void (ruleOf(t, 'PolicyChanged').EventPattern.detail.userIdentity.$or[0].sessionContext.sessionIssuer.arn = [
        { 'anything-but': { suffix: '-exec' } },
      ]),
    /rule-hears violated/,
  ],
  [
    'a rule that misses callers without a role',
    (t) => ruleOf(t, 'PolicyChanged').EventPattern.detail.userIdentity.$or.pop(),
    /rule-hears violated .*without a role/,
  ],
  [
    'a rule that tells of the quiet role',
    (t) => delete ruleOf(t, 'PolicyChanged').EventPattern.detail.userIdentity,
    /rule-hears violated .*tells .*cfn-exec/,
  ],
  [
    'a rule that tells of every read',
    (t) => delete ruleOf(t, 'PolicyChanged').EventPattern.detail.eventName,
    /rule-hears violated .*tells GetObject/,
  ],
  [
    'a rule that tells of delete markers',
    (t) => delete ruleOf(t, 'VersionDeleted').EventPattern.detail.requestParameters.versionId,
    /rule-hears violated .*tells DeleteObject/,
  ],
  [
    'a rule that tells of each policy',
    (t) => delete ruleOf(t, 'PlainHttpAllowed').EventPattern.detail.requestParameters.bucketPolicy,
    /rule-hears violated .*tells PutBucketPolicy/,
  ],
  [
    'a rule about one address',
    (t) => void (ruleOf(t, 'KeyEndangered').EventPattern.detail.sourceIPAddress = ['192.0.2.1']),
    /rule-hears unknown/,
  ],
  [
    'a rule about one parameter of the trail',
    (t) => ruleOf(t, 'TrailStopped').EventPattern.detail.requestParameters.$or.pop(),
    /rule-hears violated .*misses/,
  ],
  // ---- CloudWatch alarms
  [
    'an alarm that does not act',
    (t) => void (ruleOf(t, 'RefusedRequests').ActionsEnabled = false),
    /alarm-raises violated/,
  ],
  ['an alarm that tells nobody', (t) => delete ruleOf(t, 'RefusedRequests').AlarmActions, /alarm-raises violated/],
  [
    'a threshold that is never reached',
    (t) => void (ruleOf(t, 'RefusedRequests').Threshold = 1e9),
    /alarm-raises violated .*does not raise/,
  ],
  [
    'a threshold that is always reached',
    (t) => void (ruleOf(t, 'RefusedRequests').Threshold = 0),
    /alarm-raises violated .*on 0: it raises/,
  ],
  [
    'missing logs that count as well',
    (t) => void (ruleOf(t, 'LogDeliveryStopped').TreatMissingData = 'notBreaching'),
    /alarm-raises violated .*no data/,
  ],
  [
    'the metric of another bucket',
    (t) =>
      void (ruleOf(t, 'RefusedRequests').Dimensions.find(({ Name }: any) => Name === 'BucketName').Value = 'another'),
    /alarm-raises violated .*4xxErrors/,
  ],
  [
    'a metric that is switched off',
    (t) => all(t, 'AWS::S3::Bucket').forEach(({ Properties }) => delete Properties.MetricsConfigurations),
    /alarm-raises violated .*MetricsConfiguration/,
  ],
  [
    'the quota of another service',
    (t) =>
      void (ruleOf(t, 'KmsQuotaNear')
        .Metrics.find(({ MetricStat }: any) => MetricStat)
        .MetricStat.Metric.Dimensions.find(({ Name }: any) => Name === 'Service').Value = 'S3'),
    /alarm-raises violated/,
  ],
  [
    'another comparison',
    (t) => void (ruleOf(t, 'ReplicationFailed').ComparisonOperator = 'LessThanThreshold'),
    /alarm-raises violated/,
  ],
  [
    'a threshold of the deployment',
    (t) => void (ruleOf(t, 'RefusedRequests').Threshold = parameter(t)),
    /alarm-raises unknown/,
  ],
])('%s is noticed', (_, edit, message) => {
  const template = structuredClone(TEMPLATE);
  edit(template);
  expect(lost(template).join('\n')).toMatch(message);
});

/** The documents, which log without a prefix. */
function logged(template: any): any {
  return all(template, 'AWS::S3::Bucket').find(({ Properties }) => Properties.BucketName === 'docs-prod').Properties;
}

test.each<[string, Edit]>([
  [
    'a further selector that reads no target',
    (t) =>
      trailOf(t).AdvancedEventSelectors.push({
        FieldSelectors: [
          { Field: 'eventCategory', Equals: ['Data'] },
          { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
          { Field: 'resources.ARN', StartsWith: ['arn:aws:s3:::other/'] },
        ],
      }),
  ],
  [
    'reads and writes by two selectors',
    (t) => {
      const selectors = trailOf(t).AdvancedEventSelectors;
      const [objects] = selectors;
      selectors.splice(
        0,
        1,
        ...['true', 'false'].map((value) => ({
          FieldSelectors: [...objects.FieldSelectors, { Field: 'readOnly', Equals: [value] }],
        })),
      );
    },
  ],
  [
    'a rule by wildcards',
    (t) =>
      void (ruleOf(t, 'PolicyChanged').EventPattern.detail.eventName = [
        { wildcard: '*BucketPolicy' },
        { prefix: 'PutBucketPublic' },
        { 'equals-ignore-case': 'deletebucketpublicaccessblock' },
      ]),
  ],
  ['a deny to the analyst that does not hit', (t) => denyTo(t, /^LogsPolicy/, 's3:DeleteObject')],
  ['a higher threshold', (t) => void (ruleOf(t, 'RefusedRequests').Threshold = 500)],
])('%s changes nothing', (_, edit) => {
  const template = structuredClone(TEMPLATE);
  edit(template);
  expect(lost(template)).toEqual([]);
});
