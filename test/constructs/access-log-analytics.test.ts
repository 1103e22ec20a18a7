import { App, Duration, Size, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { PLANTED } from '../../scripts/audit/planted';
import { line } from '../../scripts/audit/records';
import { AccessLogAnalytics, AccessLogs, LoggingBucket, LogPartition, LogSources, SecureBucket } from '../../src';
import { RECORD_FIELDS, RECORD_PATTERN } from '../../src/constructs/access-log-analytics/records';
import { ACCOUNT, newStack, REGION, snapshotOf } from '../support/app';
import { nag, unexplained } from '../support/nag';

const ENV = { env: { account: ACCOUNT, region: REGION } };

function build(stack: Stack) {
  const logs = new LoggingBucket(stack, 'Logs');
  const invoices = new SecureBucket(stack, 'Invoices', { accessLogs: AccessLogs.to(logs) });
  return { logs, invoices };
}

const tablesOf = (template: Template): Record<string, any> =>
  Object.fromEntries(
    Object.values(template.findResources('AWS::Glue::Table')).map(({ Properties }) => [
      Properties.TableInput.Name,
      Properties.TableInput,
    ]),
  );

const viewSql = (table: any): string =>
  JSON.parse(Buffer.from(/View: (\S+)/.exec(table.ViewOriginalText)![1], 'base64').toString()).originalSql;

describe('records', () => {
  const parse = (text: string) => {
    const found = new RegExp(RECORD_PATTERN).exec(text);
    return found && Object.fromEntries(RECORD_FIELDS.map((field, index) => [field, found[index + 1]]));
  };

  test('are parsed field by field, whoever wrote into them, in whatever year', () => {
    for (const [tag, fields] of Object.entries(PLANTED)) {
      const parsed = parse(line(tag, fields));
      expect(parsed).toMatchObject({ request_id: tag });
      // A raw quote in the target of a request is the one thing that a record cannot be sure of; the view marks it.
      if (tag === 'TARGET-FORGES') continue;
      expect(parsed!.http_status).toBe(fields.status ?? '200');
      if ((fields.without ?? 0) < 4) expect(parsed!.tls_version).toBe(fields.tls ?? 'TLSv1.3');
      if (fields.agent && fields.agent !== '-') expect(parsed!.user_agent).toBe(fields.agent.slice(1, -1));
    }
  });

  test('that are cut off are not parsed', () => expect(parse(line('CUT', {}).slice(0, 150))).toBeNull());

  test('cost no more than their length, however hostile', () => {
    for (const agent of ['"'.repeat(8_000), ' "'.repeat(4_000), ' - h= SigV4 c AuthHeader e TLSv1.3'.repeat(240)]) {
      const start = performance.now();
      parse(line('LONG', { agent: `"${agent}"`, later: ' "' }));
      parse(`${line('LONG', { agent: `"${agent}"` })}\n`);
      // Backtracking without bound would take minutes.
      expect(performance.now() - start).toBeLessThan(10_000);
    }
  });
});

describe('tables', () => {
  test('lie where the buckets log, one for each prefix and layout, below one view', () => {
    const stack = newStack(ENV);
    const { logs, invoices } = build(stack);
    const hr = new SecureBucket(stack, 'Hr', {
      bucketName: 'hr-files',
      accessLogs: AccessLogs.to(logs, { prefix: 'hr/', partition: LogPartition.DELIVERY_TIME }),
    });
    const old = new SecureBucket(stack, 'Old', {
      bucketName: 'old-site',
      accessLogs: AccessLogs.to(logs, { prefix: 'old/', partition: LogPartition.NONE }),
    });
    new AccessLogAnalytics(stack, 'Analytics', {
      logs,
      sources: LogSources.buckets(invoices, hr, old),
      since: '2026-01-31',
    });
    const tables = tablesOf(Template.fromStack(stack));
    const logsName = { Ref: expect.stringMatching(/^Logs/) };
    const at = (path: string) => ({ 'Fn::Join': ['', ['s3://', logsName, path]] });
    expect(tables.access_log_records_root).toMatchObject({
      PartitionKeys: [
        { Name: 'bucket', Type: 'string' },
        { Name: 'day', Type: 'string' },
      ],
      Parameters: {
        'projection.enabled': 'true',
        'projection.bucket.type': 'enum',
        'projection.bucket.values': { Ref: expect.stringMatching(/^Invoices/) },
        'projection.day.range': '2026/01/31,NOW',
        'storage.location.template': at(`/${ACCOUNT}/${REGION}/\${bucket}/\${day}/`),
      },
    });
    expect(tables.access_log_records_hr.Parameters['storage.location.template']).toEqual(
      at(`/hr/${ACCOUNT}/${REGION}/\${bucket}/\${day}/`),
    );
    expect(tables.access_log_records_old.StorageDescriptor.Location).toEqual(at('/old/'));
    expect(tables.access_log_records_old.PartitionKeys).toEqual([]);
    for (const name of ['root', 'hr', 'old']) {
      expect(viewSql(tables.access_log)).toContain(`FROM "access_log_records_${name}"`);
    }
  });

  test('of unknown buckets ask each query for its bucket', () => {
    const stack = newStack(ENV);
    const { logs } = build(stack);
    new AccessLogAnalytics(stack, 'Analytics', { logs, sources: LogSources.anyBucket() });
    const template = Template.fromStack(stack);
    expect(tablesOf(template).access_log_records.Parameters).toMatchObject({ 'projection.bucket.type': 'injected' });
    for (const { Properties } of Object.values(template.findResources('AWS::Athena::NamedQuery'))) {
      expect(Properties.QueryString).toMatch(/bucket = \?/);
    }
  });

  test('every query filters by day, and asks for as many values as it says', () => {
    const stack = newStack(ENV);
    const { logs, invoices } = build(stack);
    const { queryIds } = new AccessLogAnalytics(stack, 'Analytics', { logs, sources: LogSources.buckets(invoices) });
    const queries = Object.values(Template.fromStack(stack).findResources('AWS::Athena::NamedQuery')).map(
      ({ Properties }) => Properties,
    );
    expect(queries.map(({ Name }) => Name).sort()).toEqual([...queryIds].sort());
    for (const { QueryString: text } of queries) {
      expect(text).toContain("day > date_format(current_date - ? * INTERVAL '1' DAY, '%Y/%m/%d')");
      const described = text.match(/^-- {3}\d+ /gm)!.length;
      expect(
        text
          .split('\n')
          .filter((row: string) => !row.startsWith('--'))
          .join('\n')
          .match(/\?/g),
      ).toHaveLength(described);
      expect(
        text
          .split('\n')
          .filter((row: string) => row.startsWith('--'))
          .join(''),
      ).not.toContain('?');
    }
  });

  test('only functions that Athena documents are used', () => {
    // Athena engine version 3 has the functions of these topics of Trino's reference, by its page
    // https://docs.aws.amazon.com/athena/latest/ug/functions-env3.html; names as https://trino.io/docs/current/functions/
    // lists them.
    const topics = {
      aggregate: ['count', 'count_if', 'sum', 'min', 'max'],
      array: ['contains'],
      conditional: ['coalesce', 'nullif', 'try'],
      conversion: ['try_cast'],
      datetime: ['date_parse', 'date_format', 'date_diff', 'hour'],
      json: ['json_extract_scalar'],
      regexp: ['regexp_extract'],
      string: ['substr', 'lower', 'strpos', 'split_part', 'replace'],
      url: ['url_decode'],
    };
    const documented = new Set(Object.values(topics).flat());
    const keywords = new Set(['IN', 'AND', 'OR', 'CASE', 'AS', 'FROM', 'WHERE', 'ARRAY']);
    const stack = newStack(ENV);
    const { logs, invoices } = build(stack);
    new AccessLogAnalytics(stack, 'Analytics', { logs, sources: LogSources.buckets(invoices) });
    const template = Template.fromStack(stack);
    const texts = [
      ...Object.values(template.findResources('AWS::Athena::NamedQuery')).map(
        ({ Properties }) => Properties.QueryString,
      ),
      ...['access_log', 'access_log_unreadable'].map((name) => viewSql(tablesOf(template)[name])),
    ].map((text) => text.replace(/--.*$/gm, '').replace(/'[^']*'/g, "''"));
    const used = new Set(
      texts
        .flatMap((text) => [...text.matchAll(/([A-Za-z_]+) ?\(/g)].map(([, name]) => name))
        .filter((name) => !keywords.has(name)),
    );
    expect([...used].filter((name) => !documented.has(name))).toEqual([]);
  });
});

describe('the workgroup', () => {
  test('enforces encrypted results in its own bucket, which expire, and a limit', () => {
    const stack = newStack(ENV);
    const { logs, invoices } = build(stack);
    new AccessLogAnalytics(stack, 'Analytics', {
      logs,
      sources: LogSources.buckets(invoices),
      bytesScannedLimit: Size.gibibytes(1),
      keepResultsFor: Duration.days(7),
    });
    const template = Template.fromStack(stack);
    const [{ Properties }] = Object.values(template.findResources('AWS::Athena::WorkGroup'));
    expect(Properties).toMatchObject({
      RecursiveDeleteOption: true,
      WorkGroupConfiguration: {
        EnforceWorkGroupConfiguration: true,
        BytesScannedCutoffPerQuery: 1024 ** 3,
        ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: 'SSE_KMS' }, ExpectedBucketOwner: ACCOUNT },
      },
    });
    template.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: { Rules: Match.arrayWith([Match.objectLike({ ExpirationInDays: 7 })]) },
    });
  });

  test('lets an analyst query, read results, and read logs through Athena alone', () => {
    const stack = newStack(ENV);
    const { logs, invoices } = build(stack);
    const role = new iam.Role(stack, 'Analyst', { assumedBy: new iam.AccountRootPrincipal() });
    new AccessLogAnalytics(stack, 'Analytics', { logs, sources: LogSources.buckets(invoices) }).grantQuery(role);
    const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::ManagedPolicy'));
    expect(Properties.Roles).toHaveLength(1);
    const statements: any[] = Properties.PolicyDocument.Statement;
    const onLogs = statements.filter((statement) => JSON.stringify(statement.Resource).includes('Logs'));
    expect(onLogs).toHaveLength(3);
    for (const { Condition } of onLogs) {
      expect(Condition).toMatchObject({ 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'athena.amazonaws.com' } });
    }
    const actions = statements.flatMap(({ Action }) => Action);
    expect(actions.filter((action: string) => /Create|Update|Delete|Put(?!Object$)|\*/.test(action))).toEqual([]);
  });

  test('grants in Lake Formation where the account wants it', () => {
    const stack = newStack(ENV);
    const { logs, invoices } = build(stack);
    const role = new iam.Role(stack, 'Analyst', { assumedBy: new iam.AccountRootPrincipal() });
    const analytics = new AccessLogAnalytics(stack, 'Analytics', {
      logs,
      sources: LogSources.buckets(invoices),
      lakeFormation: true,
    });
    analytics.grantQuery(role);
    const permissions = Object.values(
      Template.fromStack(stack).findResources('AWS::LakeFormation::PrincipalPermissions'),
    );
    expect(permissions.map(({ Properties }) => Properties.Permissions)).toEqual([['DESCRIBE'], ['DESCRIBE', 'SELECT']]);
    expect(() => analytics.grantQuery(new iam.ServicePrincipal('lambda.amazonaws.com'))).toThrow(
      /"grantee" must be a role or user.*lambda.amazonaws.com/,
    );
  });
});

describe('bad input is an error', () => {
  const attempt = (make: (stack: Stack) => void) => () => make(newStack(ENV));
  test.each<[string, (stack: Stack) => void, RegExp]>([
    [
      'logs of another account',
      (stack) => {
        const other = new Stack(stack.node.root as App, 'Other', { env: { account: '999988887777', region: REGION } });
        new AccessLogAnalytics(stack, 'A', {
          logs: new LoggingBucket(other, 'Logs', { bucketName: 'x-logs' }),
          sources: LogSources.anyBucket(),
        });
      },
      /got "a bucket in the account 999988887777"/,
    ],
    [
      'an imported source',
      (stack) => {
        const { logs } = build(stack);
        new AccessLogAnalytics(stack, 'A', {
          logs,
          sources: LogSources.buckets(s3.Bucket.fromBucketName(stack, 'I', 'imported')),
        });
      },
      /imported bucket.*LogSources.named/s,
    ],
    [
      'a source that logs elsewhere',
      (stack) => {
        const { logs } = build(stack);
        const other = new SecureBucket(stack, 'B', { accessLogs: AccessLogs.to(new LoggingBucket(stack, 'L2')) });
        new AccessLogAnalytics(stack, 'A', { logs, sources: LogSources.buckets(other) });
      },
      /logs to another bucket/,
    ],
    [
      'a source that logs nowhere',
      (stack) => {
        const { logs } = build(stack);
        new AccessLogAnalytics(stack, 'A', { logs, sources: LogSources.buckets(logs) });
      },
      /logs nowhere/,
    ],
    ['no source', () => LogSources.buckets(), /"buckets" must be at least one bucket/],
    [
      'a simple layout above another',
      (stack) => {
        const { logs, invoices } = build(stack);
        const old = new SecureBucket(stack, 'Old', {
          accessLogs: AccessLogs.to(logs, { partition: LogPartition.NONE }),
        });
        new AccessLogAnalytics(stack, 'A', { logs, sources: LogSources.buckets(invoices, old) });
      },
      /a simple layout below ""/,
    ],
    [
      'a day that is none',
      (stack) => {
        const { logs } = build(stack);
        new AccessLogAnalytics(stack, 'A', { logs, sources: LogSources.anyBucket(), since: '31.1.2026' });
      },
      /"since" must be a day as yyyy-mm-dd/,
    ],
    [
      'a limit below that of Athena',
      (stack) => {
        const { logs } = build(stack);
        new AccessLogAnalytics(stack, 'A', {
          logs,
          sources: LogSources.anyBucket(),
          bytesScannedLimit: Size.mebibytes(1),
        });
      },
      /"bytesScannedLimit"/,
    ],
  ])('%s', (_, make, message) => expect(attempt(make)).toThrow(message));

  test('a prefix that no bucket logs to, at synthesis', () => {
    const stack = newStack(ENV);
    const { logs } = build(stack);
    new AccessLogAnalytics(stack, 'A', { logs, sources: LogSources.anyBucket({ prefix: 'other/' }) });
    expect(() => Template.fromStack(stack)).toThrow(/the prefix "other\/" with the partition EventTime/);
  });
});

test('keeps its template and its logical ids', () => {
  const stack = newStack(ENV);
  const { logs, invoices } = build(stack);
  new AccessLogAnalytics(stack, 'Analytics', { logs, sources: LogSources.buckets(invoices) });
  const { Resources } = snapshotOf(Template.fromStack(stack)) as { Resources: Record<string, { Type: string }> };
  expect(Object.fromEntries(Object.entries(Resources).map(([id, { Type }]) => [id, Type]))).toMatchSnapshot();
  expect(tablesOf(Template.fromStack(stack)).access_log_records).toMatchSnapshot();
});

test('leaves the six nag packs nothing but the decisions of the owner', () => {
  const report = nag((stack) => {
    const { logs, invoices } = build(stack);
    new AccessLogAnalytics(stack, 'Analytics', { logs, sources: LogSources.buckets(invoices) });
  });
  expect(unexplained(report)).toEqual([]);
});
