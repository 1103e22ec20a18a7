import { Template } from 'aws-cdk-lib/assertions';
import {
  AccessLogAnalytics,
  AccessLogs,
  AuditGuarantees,
  LoggingBucket,
  LogPartition,
  LogSources,
  Proof,
  SecureBucket,
} from '../../src';
import { ACCOUNT, newStack, REGION } from '../support/app';

function template(sources: (one: SecureBucket, two: SecureBucket) => LogSources): any {
  const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
  const logs = new LoggingBucket(stack, 'Logs', { bucketName: 'logs' });
  const one = new SecureBucket(stack, 'One', { accessLogs: AccessLogs.to(logs, { prefix: 'one/' }) });
  const two = new SecureBucket(stack, 'Two', {
    bucketName: 'two',
    accessLogs: AccessLogs.to(logs, { prefix: 'two/', partition: LogPartition.NONE }),
  });
  new AccessLogAnalytics(stack, 'Analytics', { logs, sources: sources(one, two) });
  const json = Template.fromStack(stack).toJSON();
  // The results are logged as well, and nobody asks about them.
  const [results] = Object.keys(json.Resources).filter(
    (id) => /^AnalyticsQueriesResults.*[0-9A-F]{8}$/.test(id) && json.Resources[id].Type === 'AWS::S3::Bucket',
  );
  delete json.Resources[results].Properties.LoggingConfiguration;
  return json;
}

const ask = (json: any) => () =>
  Proof.ofTemplate(json, { account: ACCOUNT, region: REGION }).holds(AuditGuarantees.tablesMatchLogs(), {
    subject: 'logs',
  });
const tablesOf = (json: any): any[] =>
  Object.values<any>(json.Resources)
    .filter(({ Type }) => Type === 'AWS::Glue::Table')
    .map(({ Properties }) => Properties.TableInput);

test('tables of all sources, in both layouts', () =>
  expect(ask(template((one, two) => LogSources.buckets(one, two)))).not.toThrow());

test('not a source that no table reads', () =>
  expect(ask(template((one) => LogSources.buckets(one)))).toThrow(/The logs of two|no table reads s3:\/\/logs\/two\//));

test('not a table of another prefix, Region or bucket', () => {
  for (const [from, to] of [
    ['/one/', '/other/'],
    [`/${REGION}/`, '/us-east-1/'],
    ['${day}', 'x/${day}'],
  ]) {
    const json = template((one, two) => LogSources.buckets(one, two));
    const table = tablesOf(json).find(({ Name }) => Name === 'access_log_records_one');
    table.Parameters['storage.location.template'] = JSON.parse(
      JSON.stringify(table.Parameters['storage.location.template']).replace(from, to),
    );
    expect(ask(json)).toThrow(/where no bucket logs to/);
  }
});
