import {
  TEMPLATE,
  lost,
  trailOf,
  selectorOf,
  arnsOf,
  tableOf,
  ruleOf,
  analystOf,
  grantOf,
  parameter,
  denyTo,
  logged,
  type Edit,
} from '../../support/audited';

test('every claim of trails, tables, analysts and alarms is proved', () => {
  expect(lost(TEMPLATE)).toEqual([]);
});

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
])('%s is noticed', (_, edit, message) => {
  const template = structuredClone(TEMPLATE);
  edit(template);
  expect(lost(template).join('\n')).toMatch(message);
});

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
