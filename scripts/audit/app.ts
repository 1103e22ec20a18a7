import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { spelledOut } from './spelled-out';
import type { GlueTable } from './stub';
import {
  AccessLogAnalytics,
  AccessLogs,
  LoggingBucket,
  LogPartition,
  LogSources,
  ObjectTrail,
  SecureBucket,
  TrailEvents,
  TrailManagementEvents,
} from '../../src';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
export const LOGS = 'acme-logs';
export const TRAILS = 'acme-trails';

/** What one construct puts into the template: its tables and queries as Glue and Athena would have them. */
export interface Queryable {
  readonly database: string;
  readonly tables: GlueTable[];
  /** By their ids. */
  readonly queries: Record<string, string>;
}

/** The constructs as a user would write them, in every layout of logs. */
export function queryables(): { readonly known: Queryable; readonly any: Queryable } {
  const stack = new Stack(new App(), 'Audit', { env: { account: ACCOUNT, region: REGION } });
  const logs = new LoggingBucket(stack, 'Logs', { bucketName: LOGS });
  const bucket = (name: string, accessLogs: AccessLogs) =>
    new SecureBucket(stack, name, { bucketName: name, accessLogs });
  const sources = LogSources.buckets(
    bucket('invoices-prod', AccessLogs.to(logs)),
    bucket('media-prod', AccessLogs.to(logs)),
    bucket('payroll-prod', AccessLogs.to(logs, { prefix: 'hr/', partition: LogPartition.DELIVERY_TIME })),
    bucket('legacy-site', AccessLogs.to(logs, { prefix: 'legacy/', partition: LogPartition.NONE })),
  );
  const known = new AccessLogAnalytics(stack, 'Known', { logs, sources });
  new ObjectTrail(stack, 'Trail', {
    target: new LoggingBucket(stack, 'Trails', { bucketName: TRAILS }),
    events: [TrailEvents.ofAllBuckets()],
    managementEvents: TrailManagementEvents.WRITE,
    analytics: known,
  });
  const any = new AccessLogAnalytics(stack, 'Any', { logs, sources: LogSources.anyBucket() });
  const { Resources } = spelledOut(Template.fromStack(stack).toJSON());
  return { known: of(Resources, known.databaseName), any: of(Resources, any.databaseName) };
}

function of(resources: Record<string, any>, database: string): Queryable {
  const all = (type: string) =>
    Object.values(resources)
      .filter(({ Type }) => Type === type)
      .map(({ Properties }) => Properties);
  return {
    database,
    tables: all('AWS::Glue::Table')
      .filter(({ DatabaseName }) => DatabaseName === database)
      .map(({ TableInput }) => TableInput),
    queries: Object.fromEntries(
      all('AWS::Athena::NamedQuery')
        .filter(({ Database }) => Database === database)
        .map(({ Name, QueryString }) => [Name, QueryString]),
    ),
  };
}
