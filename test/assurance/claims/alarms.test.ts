import { ACCOUNT } from '../../support/app';
import { TEMPLATE, lost, all, ruleOf, parameter, type Edit } from '../../support/audited';

test.each<[string, Edit, RegExp]>([
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
    'replication that measures nothing',
    (t) =>
      all(t, 'AWS::S3::Bucket').forEach(
        ({ Properties }) => delete Properties.ReplicationConfiguration?.Rules[0].Destination.Metrics,
      ),
    /alarm-raises violated .*measures/,
  ],
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
