import { Names, RemovalPolicy, Size, Stack, Token, type Duration } from 'aws-cdk-lib';
import * as athena from 'aws-cdk-lib/aws-athena';
import * as glue from 'aws-cdk-lib/aws-glue';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lakeformation from 'aws-cdk-lib/aws-lakeformation';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { queryText, type QueryDefinition } from './named-query';
import { validationError } from '../../input/validation-error';
import type { AccessLogs } from '../../model/access-logs';
import { Lifecycle } from '../../model/lifecycle';
import { acknowledgeWildcards } from '../../policy/acknowledge';
import { claimLater, type Claim } from '../../policy/claims';
import { SecureBucket } from '../secure-bucket/secure-bucket';

/** Athena takes limits from 10 MB to 7 EB. https://docs.aws.amazon.com/athena/latest/APIReference/API_WorkGroupConfiguration.html */
const LEAST_SCAN = 10_000_000;

/** What an analyst may do with the workgroup; nothing that changes it or its queries. */
const WORKGROUP_ACTIONS = [
  'StartQueryExecution',
  'StopQueryExecution',
  'GetQueryExecution',
  'BatchGetQueryExecution',
  'ListQueryExecutions',
  'GetQueryResults',
  'GetQueryResultsStream',
  'GetWorkGroup',
  'GetNamedQuery',
  'BatchGetNamedQuery',
  'ListNamedQueries',
  'GetPreparedStatement',
  'ListPreparedStatements',
].map((action) => `athena:${action}`);

const CATALOG_ACTIONS = ['GetDatabase', 'GetDatabases', 'GetTable', 'GetTables', 'GetPartitions'].map(
  (action) => `glue:${action}`,
);

/** Objects that the queries read: a bucket and folders in it. */
export interface QueriedObjects {
  readonly bucket: s3.IBucketRef;
  /** Each ends in a slash, or is empty for the whole bucket. */
  readonly folders: string[];
  /** The key that encrypts them, if any. */
  readonly keyArn?: string;
}

export interface WorkspaceProps {
  readonly bytesScannedLimit: Size;
  readonly keepResultsFor: Duration;
  readonly resultsLogs: AccessLogs;
  readonly lakeFormation: boolean;
}

/** A database, a workgroup with its results, and named queries; grants exactly what a query needs. */
export class QueryWorkspace extends Construct {
  public readonly results: SecureBucket;
  public readonly workGroup: athena.CfnWorkGroup;
  public readonly database: glue.CfnDatabase;
  /** Literal, since views spell it. */
  public readonly databaseName: string;
  public readonly queries: QueryDefinition[] = [];
  private readonly read: QueriedObjects[] = [];
  private readonly tables: glue.CfnTable[] = [];
  private readonly grantees: iam.IGrantable[] = [];
  private accessGrant?: iam.Grant;

  public constructor(
    scope: Construct,
    id: string,
    private readonly props: WorkspaceProps,
  ) {
    super(scope, id);
    const limit = this.limit(props.bytesScannedLimit);
    this.databaseName = Names.uniqueResourceName(this, {
      maxLength: 200,
      separator: '_',
      allowedSpecialCharacters: '_',
    }).toLowerCase();
    this.database = new glue.CfnDatabase(this, 'Database', {
      catalogId: Stack.of(this).account,
      databaseInput: { name: this.databaseName, description: `Audit logs of ${scope.node.path}` },
    });
    this.results = new SecureBucket(this, 'Results', {
      accessLogs: props.resultsLogs,
      lifecycle: Lifecycle.keepEverything()
        .expireAfter(props.keepResultsFor)
        .expireNoncurrentVersionsAfter(props.keepResultsFor),
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.workGroup = new athena.CfnWorkGroup(this, 'WorkGroup', {
      name: Names.uniqueResourceName(this, { maxLength: 128, separator: '-' }),
      description: `Queries of ${scope.node.path}`,
      // Named queries would keep it from being deleted otherwise.
      recursiveDeleteOption: true,
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true,
        publishCloudWatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: limit,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        resultConfiguration: {
          outputLocation: `s3://${this.results.bucket.bucketName}/results/`,
          encryptionConfiguration: { encryptionOption: 'SSE_KMS', kmsKey: this.results.key!.keyArn },
          expectedBucketOwner: Stack.of(this).account,
        },
      },
    });
  }

  public addTable(id: string, tableInput: glue.CfnTable.TableInputProperty): glue.CfnTable {
    const table = new glue.CfnTable(this, id, {
      catalogId: Stack.of(this).account,
      databaseName: this.databaseName,
      tableInput,
    });
    table.addResourceDependency(this.database);
    this.tables.push(table);
    return table;
  }

  public addQueries(queries: readonly QueryDefinition[]): void {
    for (const query of queries) {
      new athena.CfnNamedQuery(this, `Query-${query.id}`, {
        name: query.id,
        description: query.question,
        database: this.databaseName,
        workGroup: this.workGroup.ref,
        queryString: queryText(query),
      });
      this.queries.push(query);
    }
  }

  /** Whoever was granted before reads these as well. */
  public addObjects(objects: QueriedObjects): void {
    this.read.push(objects);
    for (const grantee of this.grantees) this.grantObjects(grantee, objects);
  }

  /**
   * Queries, their results, and the logs through Athena alone. A role or user gets one managed policy; any other
   * grantee the statements.
   */
  public grantQuery(grantee: iam.IGrantable): iam.Grant {
    if (this.props.lakeFormation) this.grantInLakeFormation(grantee);
    if ('roleArn' in grantee || 'userArn' in grantee) {
      const policy = this.access;
      if ('roleArn' in grantee) policy.attachToRole(grantee as unknown as iam.IRole);
      else policy.attachToUser(grantee as unknown as iam.IUser);
      return this.accessGrant!;
    }
    return this.grantStatements(grantee);
  }

  private get access(): iam.ManagedPolicy {
    const before = this.node.tryFindChild('Access') as iam.ManagedPolicy | undefined;
    if (before) return before;
    const policy = new iam.ManagedPolicy(this, 'Access', {
      description: `Runs the queries of ${this.node.scope!.node.path} and reads their results`,
    });
    acknowledgeWildcards(policy, 'The log objects, the results and the tables of this workgroup, and nothing else');
    this.accessGrant = this.grantStatements(policy);
    claimLater(policy.node.defaultChild as iam.CfnManagedPolicy, 'analyst', () => [this.analystClaim()]);
    return policy;
  }

  private analystClaim(): Claim {
    const keys = [this.results.key!.keyArn, ...this.read.flatMap(({ keyArn }) => keyArn ?? [])];
    return {
      guarantee: 'analyst-policy-bounds',
      options: {
        workGroup: Stack.of(this).formatArn({ service: 'athena', resource: `workgroup/${this.workGroup.name}` }),
        database: this.databaseName,
        results: `${this.results.bucket.bucketName}/results/`,
        records: this.read.flatMap(({ bucket, folders }) =>
          folders.map((folder) => `${bucket.bucketRef.bucketName}/${folder}`),
        ),
        keys: [...new Set(keys)],
      },
    };
  }

  private grantStatements(grantee: iam.IGrantable): iam.Grant {
    const arn = (service: string, resource: string) => Stack.of(this).formatArn({ service, resource });
    const { bucket: results, key } = this.results;
    const allow = (actions: string[], resourceArns: string[]) =>
      iam.Grant.addToPrincipal({ grantee, actions, resourceArns });
    this.grantees.push(grantee);
    return [
      allow(WORKGROUP_ACTIONS, [arn('athena', `workgroup/${this.workGroup.name}`)]),
      allow(CATALOG_ACTIONS, [
        arn('glue', 'catalog'),
        arn('glue', `database/${this.databaseName}`),
        arn('glue', `table/${this.databaseName}/*`),
      ]),
      allow(['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'], [results.bucketArn]),
      allow(
        ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
        [results.arnForObjects('results/*')],
      ),
      this.grantKey(grantee, key!.keyArn, results.bucketArn, ['kms:GenerateDataKey', 'kms:Decrypt']),
      ...this.read.map((objects) => this.grantObjects(grantee, objects)),
    ].reduce((all, grant) => all.combine(grant));
  }

  private grantObjects(grantee: iam.IGrantable, { bucket, folders, keyArn }: QueriedObjects): iam.Grant {
    const bucketArn = `arn:${Stack.of(this).partition}:s3:::${bucket.bucketRef.bucketName}`;
    const throughAthena = { 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'athena.amazonaws.com' } };
    const allow = (actions: string[], resourceArns: string[], conditions: Record<string, Record<string, unknown>>) =>
      iam.Grant.addToPrincipal({ grantee, actions, resourceArns, conditions });
    const grant = allow(['s3:GetBucketLocation'], [bucketArn], throughAthena)
      .combine(
        allow(['s3:ListBucket'], [bucketArn], {
          ...throughAthena,
          StringLike: { 's3:prefix': folders.map((folder) => `${folder}*`) },
        }),
      )
      .combine(
        allow(
          ['s3:GetObject'],
          folders.map((folder) => `${bucketArn}/${folder}*`),
          throughAthena,
        ),
      );
    return keyArn ? grant.combine(this.grantKey(grantee, keyArn, bucketArn, ['kms:Decrypt'])) : grant;
  }

  private grantKey(grantee: iam.IGrantable, keyArn: string, bucketArn: string, actions: string[]): iam.Grant {
    return iam.Grant.addToPrincipal({
      grantee,
      actions,
      resourceArns: [keyArn],
      conditions: {
        StringEquals: { 'kms:ViaService': `s3.${Stack.of(this).region}.amazonaws.com` },
        ArnLike: { 'kms:EncryptionContext:aws:s3:arn': [bucketArn, `${bucketArn}/*`] },
      },
    });
  }

  /** Where the account does not leave new tables to IAM, nobody reads them before Lake Formation says so. */
  private grantInLakeFormation(grantee: iam.IGrantable): void {
    const { principalJson } = grantee.grantPrincipal.policyFragment;
    const [principalArn, ...more] = principalJson.AWS ?? [];
    if (!principalArn || more.length > 0) {
      throw validationError({
        property: 'grantee',
        actual: Stack.of(this).resolve(principalJson),
        expected: 'a role or user, since Lake Formation grants to one principal at a time',
        hint: 'call grantQuery once for each role or user',
        scope: this,
      });
    }
    const catalogId = Stack.of(this).account;
    const name = Construct.isConstruct(grantee) ? Names.nodeUniqueId(grantee.node) : `${this.node.children.length}`;
    const permit = (
      id: string,
      permissions: string[],
      resource: lakeformation.CfnPrincipalPermissions.ResourceProperty,
    ) => {
      const permitted = new lakeformation.CfnPrincipalPermissions(this, `${id}-${name}`, {
        catalog: catalogId,
        principal: { dataLakePrincipalIdentifier: principalArn },
        permissions,
        permissionsWithGrantOption: [],
        resource,
      });
      permitted.addResourceDependency(this.database);
      for (const table of this.tables) permitted.addResourceDependency(table);
    };
    permit('Database', ['DESCRIBE'], { database: { catalogId, name: this.databaseName } });
    permit('Tables', ['DESCRIBE', 'SELECT'], {
      table: { catalogId, databaseName: this.databaseName, tableWildcard: {} },
    });
  }

  private limit(size: Size): number {
    if (Token.isUnresolved(size) || size.isUnresolved()) return size.toBytes();
    const bytes = size.toBytes();
    if (bytes < LEAST_SCAN) {
      throw validationError({
        property: 'bytesScannedLimit',
        actual: `${bytes} bytes`,
        expected: `at least ${LEAST_SCAN} bytes`,
        hint: 'pass Size.gibibytes(n)',
        scope: this,
      });
    }
    return bytes;
  }
}
