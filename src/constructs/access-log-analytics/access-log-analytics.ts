import { Duration, Size, Stack, Token } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { folderOf, layoutsOf, unusedLayouts, type Layout } from './layout';
import { accessLogQueries } from './queries';
import { RECORD_FIELDS, RECORD_PATTERN } from './records';
import {
  selectFromText,
  selectUnreadable,
  UNREADABLE_COLUMNS,
  UNREADABLE_VIEW,
  VIEW,
  VIEW_COLUMNS,
  type TextTable,
} from './views';
import { certainlyDiffer } from '../../input/environment';
import { validationError } from '../../input/validation-error';
import { requireWholeDays } from '../../input/whole-days';
import { AccessLogs, LogPartition } from '../../model/access-logs';
import type { LogSources } from '../../model/log-sources';
import { claim } from '../../policy/claims';
import { tableInput, viewInput, type Projection } from '../athena/glue';
import { QueryWorkspace } from '../athena/workspace';
import type { SecureBucket } from '../secure-bucket/secure-bucket';

/** Properties of `AccessLogAnalytics`. */
export interface AccessLogAnalyticsProps {
  /** The bucket that receives the access logs, in the account and Region of this stack. */
  readonly logs: s3.IBucketRef;

  /** The buckets whose logs are read. */
  readonly sources: LogSources;

  /**
   * The first day that queries can reach, as `yyyy-mm-dd`. Fewer days make a query without a filter cheaper; queries
   * that ship with the construct filter by day anyway.
   *
   * @default - the last 400 days, for which `LoggingBucket` keeps its objects
   */
  readonly since?: string;

  /**
   * How much one query may read before Athena cancels it. Athena bills what a query has read until then.
   *
   * @default Size.gibibytes(100)
   */
  readonly bytesScannedLimit?: Size;

  /**
   * How long results are kept, in whole days.
   *
   * @default Duration.days(30)
   */
  readonly keepResultsFor?: Duration;

  /**
   * Whether `grantQuery` grants in Lake Formation as well. An account that removed `IAMAllowedPrincipals` from the
   * default permissions of its catalog needs it, and a deploying role that is an administrator of the data lake.
   *
   * @default false - IAM alone decides, which is the default of AWS
   * @see https://docs.aws.amazon.com/lake-formation/latest/dg/change-settings.html
   */
  readonly lakeFormation?: boolean;
}

const TEXT_TABLE = 'access_log_records';
const KEPT_BY_DEFAULT = 400;

/**
 * Server access logs that can be queried: a Glue database with a table over the log objects, a typed view `access_log`,
 * an Athena workgroup whose settings clients cannot override, encrypted results that expire, and named queries for what
 * auditors ask.
 *
 * Partitions are projected: a query that filters on `bucket` and `day` lists and reads those folders alone. Over the
 * simple layout (`LogPartition.NONE`) every query reads every log object below the prefix.
 *
 * Each record is parsed with S3's documented fields; later fields are ignored, earlier records keep the fields that
 * they have, and quotes in what a caller wrote neither hide the record nor move its fields. The query
 * `unreadable-records` lists what no expression can be sure of.
 *
 * Limits: access logs are delivered within hours, at best effort, and sometimes twice. They do not say how an object
 * was encrypted; `ObjectTrail` does.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html
 * @see https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html
 *
 * @example
 * declare const auditorRole: iam.Role;
 * const logs = new LoggingBucket(this, 'Logs');
 * const invoices = new SecureBucket(this, 'Invoices', { accessLogs: AccessLogs.to(logs) });
 * const analytics = new AccessLogAnalytics(this, 'Analytics', { logs, sources: LogSources.buckets(invoices) });
 * analytics.grantQuery(auditorRole);
 */
export class AccessLogAnalytics extends Construct {
  /** Name of the Glue database that has the table and its views. */
  public readonly databaseName: string;

  /** Name of the Athena workgroup. */
  public readonly workGroupName: string;

  /** The bucket with the results of queries. */
  public readonly results: SecureBucket;

  /** Ids of the named queries, in the order of the documents. */
  public readonly queryIds: string[];

  /** @internal The workgroup and database, to which an `ObjectTrail` adds its own. */
  public readonly _workspace: QueryWorkspace;

  /** @internal The days that queries can reach, as partition projection spells them. */
  public readonly _range: string;

  public constructor(scope: Construct, id: string, props: AccessLogAnalyticsProps) {
    super(scope, id);
    const { logs, sources } = props;
    this.requireSamePlace(logs);
    const layouts = layoutsOf(this, sources, logs);
    this.node.addValidation({ validate: () => unusedLayouts(this, layouts, logs) });
    const keepResultsFor = props.keepResultsFor ?? Duration.days(30);
    requireWholeDays('keepResultsFor', keepResultsFor, this);

    this._workspace = new QueryWorkspace(this, 'Queries', {
      bytesScannedLimit: props.bytesScannedLimit ?? Size.gibibytes(100),
      keepResultsFor,
      resultsLogs: AccessLogs.to(logs, { prefix: 'query-results/' }),
      lakeFormation: props.lakeFormation ?? false,
    });
    const { databaseName } = this._workspace;
    this._range = rangeSince(this, props.since);
    const tables = this.addTables(layouts, logs.bucketRef.bucketName, this._range);
    for (const [name, columns, sql] of [
      [VIEW, VIEW_COLUMNS, tables.map(selectFromText)],
      [UNREADABLE_VIEW, UNREADABLE_COLUMNS, tables.map(selectUnreadable)],
    ] as const) {
      this._workspace.addTable(
        name,
        viewInput({ name, database: databaseName, columns, sql: sql.join(' UNION ALL ') }),
      );
    }
    this._workspace.addQueries(
      accessLogQueries({
        choice: layouts.some(({ buckets, partition }) => !buckets && partition !== LogPartition.NONE)
          ? 'name'
          : 'pattern',
        unpartitioned: tables.some(({ partitioned }) => !partitioned),
        account: Stack.of(this).account,
      }),
    );
    this._workspace.addObjects({ bucket: logs, folders: layouts.map((layout) => folderOf(this, layout)) });

    this.databaseName = databaseName;
    this.workGroupName = this._workspace.workGroup.name;
    this.results = this._workspace.results;
    this.queryIds = this._workspace.queries.map((query) => query.id);
  }

  /**
   * Lets a role or user run queries in the workgroup and read their results. It reads the log objects of these sources
   * through Athena alone, and can change neither tables nor queries. Members of a workgroup can read each other's
   * results.
   *
   * @see https://docs.aws.amazon.com/athena/latest/ug/example-policies-workgroup.html
   */
  public grantQuery(grantee: iam.IGrantable): iam.Grant {
    return this._workspace.grantQuery(grantee);
  }

  private addTables(layouts: readonly Layout[], bucketName: string, range: string): TextTable[] {
    const names = new Set<string>();
    return layouts.map((layout) => {
      const name = uniqueName(layouts.length === 1 ? TEXT_TABLE : `${TEXT_TABLE}_${slug(layout.prefix)}`, names);
      const projection =
        layout.partition === LogPartition.NONE
          ? undefined
          : projectionOf(`s3://${bucketName}/${folderOf(this, layout)}`, layout, range);
      const table = this._workspace.addTable(
        name,
        tableInput({
          name,
          description: `Server access log records below "${layout.prefix}", as S3 wrote them`,
          location: `s3://${bucketName}/${folderOf(this, layout)}`,
          columns: RECORD_FIELDS.map((field) => ({ name: field, type: 'string' })),
          serde: 'org.apache.hadoop.hive.serde2.RegexSerDe',
          serdeParameters: { 'input.regex': RECORD_PATTERN },
          projection,
        }),
      );
      if (layout.ofApp) claim(table, { guarantee: 'table-reads', options: { buckets: layout.buckets } });
      return { table: name, partitioned: projection !== undefined };
    });
  }

  private requireSamePlace(logs: s3.IBucketRef): void {
    for (const [what, mine, theirs] of [
      ['account', Stack.of(this).account, logs.env.account],
      ['Region', Stack.of(this).region, logs.env.region],
    ]) {
      if (certainlyDiffer(mine, theirs)) {
        throw validationError({
          property: 'logs',
          actual: `a bucket in the ${what} ${theirs}`,
          expected: `a bucket in the ${what} of the stack, ${mine}, where S3 delivers the access logs of its buckets`,
          hint: `put the analytics into a stack of that ${what}`,
          scope: this,
        });
      }
    }
  }
}

function projectionOf(folder: string, { buckets }: Layout, range: string): Projection {
  return {
    location: `${folder}\${bucket}/\${day}/`,
    columns: {
      bucket: buckets ? { type: 'enum', values: buckets.join(',') } : { type: 'injected' },
      day: { type: 'date', format: 'yyyy/MM/dd', range, interval: '1', 'interval.unit': 'DAYS' },
    },
  };
}

function rangeSince(scope: Construct, since: string | undefined): string {
  if (since === undefined) return `NOW-${KEPT_BY_DEFAULT}DAYS,NOW`;
  if (Token.isUnresolved(since) || !/^\d{4}-\d{2}-\d{2}$/.test(since) || Number.isNaN(Date.parse(since))) {
    throw validationError({
      property: 'since',
      actual: since,
      expected: 'a day as yyyy-mm-dd',
      hint: 'write for example "2026-01-01"',
      scope,
    });
  }
  return `${since.replace(/-/g, '/')},NOW`;
}

function slug(prefix: string): string {
  return (
    prefix
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^_|_$/g, '') || 'root'
  );
}

function uniqueName(name: string, taken: Set<string>): string {
  let unique = name;
  for (let count = 2; taken.has(unique); count += 1) unique = `${name}_${count}`;
  taken.add(unique);
  return unique;
}
