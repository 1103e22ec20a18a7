import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { BucketObjectLock } from '../../controls/bucket/object-lock';
import { BucketReplication } from '../../controls/bucket/replication';
import { Encryption } from '../../model/encryption';
import { Lifecycle } from '../../model/lifecycle';
import { ObjectLock } from '../../model/object-lock';
import { Replication } from '../../model/replication';
import type { View } from '../../model/view';
import { acknowledgeRule, acknowledgeWildcards } from '../../policy/acknowledge';
import type { CopyJobArguments } from '../../runtime/object-views/contract';
import { SecureBucket } from '../secure-bucket/secure-bucket';
import type { ViewFunction } from '../views/view-function';

interface CopyJobProps {
  readonly bucket: s3.CfnBucket;
  readonly view: View;
  readonly fn: ViewFunction;
}

/** A look every five minutes: the history of an execution has room for nine days of them. */
const WAIT = Duration.minutes(5);
const KEEP_REPORTS = Duration.days(400);

/**
 * Submits an S3 Batch Operations job over the bucket, waits for it, and fails if an object did. Why a state machine:
 * docs/adr/0019.
 */
export class CopyJob extends Construct {
  /** The role of S3 Batch Operations. */
  public readonly role: iam.Role;

  public readonly machine: sfn.StateMachine;
  public readonly reports: SecureBucket;

  public constructor(
    scope: Construct,
    id: string,
    private readonly props: CopyJobProps,
  ) {
    super(scope, id);
    const { fn } = props;
    this.reports = new SecureBucket(this, 'Reports', {
      // S3 writes the reports under its own keys, whatever the bucket's default is, and must not be denied it.
      encryption: Encryption.s3Managed(),
      lifecycle: Lifecycle.keepEverything().expireNoncurrentVersionsAfter(Duration.days(30)).expireAfter(KEEP_REPORTS),
    });
    this.reports.bucket.with(
      new BucketReplication(Replication.none('A report of a finished job decides nothing that its copies do not show')),
      new BucketObjectLock(ObjectLock.none('A report of a finished job is no record')),
    );
    const role = (this.role = this.jobRole());
    acknowledgeRule(
      this.reports.bucket,
      'S3DefaultEncryptionKMS',
      'S3 Batch Operations encrypts its reports with S3 managed keys always',
    );
    this.machine = this.stateMachine(role);
    fn.alarm(
      'JobAlarm',
      'a job that copies objects failed, or some of its objects did',
      this.machine.metricFailed({ period: Duration.minutes(5) }),
      0,
    );
  }

  /** What S3 does the job with: it lists the bucket, calls the function and writes the manifest and the report. */
  private jobRole(): iam.Role {
    const { bucket, fn } = this.props;
    const { bucketArn } = this.reports.bucket;
    const role = new iam.Role(this, 'JobRole', {
      description: `Runs the jobs of ${this.node.scope!.node.path}`,
      assumedBy: new iam.ServicePrincipal('batchoperations.s3.amazonaws.com'),
    });
    const policy = new iam.ManagedPolicy(this, 'JobPolicy', {
      roles: [role],
      statements: [
        new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [fn.fn.currentVersion.functionArn] }),
        new iam.PolicyStatement({ actions: ['s3:PutInventoryConfiguration'], resources: [bucket.attrArn] }),
        new iam.PolicyStatement({
          actions: ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject'],
          resources: [`${bucketArn}/*`],
        }),
        new iam.PolicyStatement({ actions: ['s3:GetBucketLocation'], resources: [bucketArn] }),
      ],
    });
    acknowledgeWildcards(
      policy,
      'The bucket of the reports holds nothing but the manifests and reports of these jobs.',
    );
    return role;
  }

  private stateMachine(jobRole: iam.Role): sfn.StateMachine {
    const { key } = this.props.fn;
    const logGroup = new logs.LogGroup(this, 'Log', {
      encryptionKey: key,
      retention: logs.RetentionDays.THIRTEEN_MONTHS,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const role = new iam.Role(this, 'Role', {
      description: `Submits the jobs of ${this.node.scope!.node.path}`,
      assumedBy: new iam.ServicePrincipal('states.amazonaws.com'),
    });
    const { account, region, partition } = Stack.of(this);
    const policy = new iam.ManagedPolicy(this, 'Policy', {
      roles: [role],
      statements: [
        new iam.PolicyStatement({
          actions: ['s3:CreateJob'],
          resources: ['*'],
          conditions: { StringEquals: { 's3:RequestJobOperation': 'LambdaInvoke' } },
        }),
        new iam.PolicyStatement({
          actions: ['s3:DescribeJob'],
          resources: [`arn:${partition}:s3:${region}:${account}:job/*`],
        }),
        new iam.PolicyStatement({
          actions: ['iam:PassRole'],
          resources: [jobRole.roleArn],
          conditions: { StringEquals: { 'iam:PassedToService': 'batchoperations.s3.amazonaws.com' } },
        }),
        new iam.PolicyStatement({ actions: LOGGING, resources: ['*'] }),
        new iam.PolicyStatement({
          actions: [
            'xray:PutTraceSegments',
            'xray:PutTelemetryRecords',
            'xray:GetSamplingRules',
            'xray:GetSamplingTargets',
          ],
          resources: ['*'],
        }),
      ],
    });
    acknowledgeWildcards(
      policy,
      'A job has no name before it is made; log delivery and tracing have no resource to name.',
    );
    const machine = new sfn.StateMachine(this, 'StateMachine', {
      comment: `Copies what is in ${this.props.bucket.node.path} already, as the view ${this.props.view.name} shows it`,
      definitionBody: sfn.DefinitionBody.fromChainable(this.definition(jobRole)),
      role: role.withoutPolicyUpdates(),
      tracingEnabled: true,
      logs: { destination: logGroup, level: sfn.LogLevel.ALL, includeExecutionData: true },
    });
    machine.node.addDependency(policy);
    return machine;
  }

  private definition(jobRole: iam.Role): sfn.IChainable {
    const retry = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 5, MaxAttempts: 5, BackoffRate: 2 }];
    const { account } = Stack.of(this);
    const submit = new sfn.CustomState(this, 'Submit', {
      stateJson: { Type: 'Task', Resource: this.api('createJob'), Parameters: this.job(jobRole), Retry: retry },
    });
    const look = new sfn.CustomState(this, 'Look', {
      stateJson: {
        Type: 'Task',
        Resource: this.api('describeJob'),
        Parameters: { AccountId: account, 'JobId.$': '$.JobId' },
        ResultPath: '$.Described',
        Retry: retry,
      },
    });
    const wait = new sfn.Wait(this, 'Wait', { time: sfn.WaitTime.duration(WAIT) });
    const done = new sfn.Choice(this, 'All objects?')
      .when(
        sfn.Condition.numberGreaterThan('$.Described.Job.ProgressSummary.NumberOfTasksFailed', 0),
        new sfn.Fail(this, 'Some objects failed', {
          error: 'SomeObjectsFailed',
          cause:
            `The report in ${this.reports.bucket.bucketName} names them; start the state machine again when ` +
            'they are mended',
        }),
      )
      .otherwise(new sfn.Succeed(this, 'All copied'));
    const status = '$.Described.Job.Status';
    const finished = new sfn.Choice(this, 'Finished?')
      .when(sfn.Condition.stringEquals(status, 'Complete'), done)
      .when(
        sfn.Condition.or(sfn.Condition.stringEquals(status, 'Failed'), sfn.Condition.stringEquals(status, 'Cancelled')),
        new sfn.Fail(this, 'Job failed', {
          error: 'JobFailed',
          cause: 'S3 Batch Operations ended the job; its page in the console says why',
        }),
      )
      .otherwise(wait);
    return sfn.Chain.start(submit).next(wait).next(look).next(finished);
  }

  /** The same execution never submits twice: the token is a digest of its own name. */
  private job(jobRole: iam.Role): object {
    const { bucket, view, fn } = this.props;
    const { account } = Stack.of(this);
    const { bucketArn } = this.reports.bucket;
    const { prefixes } = view._options;
    return {
      AccountId: account,
      'ClientRequestToken.$': "States.Hash($$.Execution.Id, 'SHA-256')",
      ConfirmationRequired: false,
      Description: `The view ${view.name} of ${this.node.scope!.node.path}`.slice(0, 256),
      Priority: 10,
      RoleArn: jobRole.roleArn,
      Operation: {
        LambdaInvoke: {
          FunctionArn: fn.fn.currentVersion.functionArn,
          InvocationSchemaVersion: '2.0',
          UserArguments: { view: view.name } satisfies CopyJobArguments,
        },
      },
      ManifestGenerator: {
        S3JobManifestGenerator: {
          SourceBucket: bucket.attrArn,
          ExpectedBucketOwner: account,
          EnableManifestOutput: true,
          ManifestOutputLocation: {
            Bucket: bucketArn,
            ExpectedManifestBucketOwner: account,
            ManifestPrefix: 'manifests',
            ManifestFormat: 'S3InventoryReport_CSV_20211130',
          },
          ...(prefixes ? { Filter: { KeyNameConstraint: { MatchAnyPrefix: prefixes } } } : {}),
        },
      },
      Report: {
        Enabled: true,
        Bucket: bucketArn,
        ExpectedBucketOwner: account,
        Prefix: 'reports',
        Format: 'Report_CSV_20180820',
        ReportScope: 'AllTasks',
      },
    };
  }

  private api(action: string): string {
    return `arn:${Stack.of(this).partition}:states:::aws-sdk:s3control:${action}`;
  }
}

const LOGGING = [
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
];
