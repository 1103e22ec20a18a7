import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duration, RemovalPolicy, Stack, Token, Validations } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { COMPATIBLE, NETWORK, Host } from './transform-host';
import { validationError } from '../../input/validation-error';
import type { TransformHost } from '../../model/transform-host';
import type { View } from '../../model/view';
import type { ViewFunctionOptions } from '../../model/view-function-options';
import { acknowledgeRule, acknowledgeWildcards } from '../../policy/acknowledge';
import { claimHttps, claimReached } from '../../policy/claims';
import {
  IMAGE_CODECS_ASSET,
  METRICS_NAMESPACE,
  VIEWS_FILE,
  type ViewDocument,
  type ViewHandler,
  type ViewsDocument,
} from '../../runtime/object-views/contract';
import { canonicalJson } from '../../runtime/redaction/validate-policy';

const ASSETS = join(__dirname, '..', '..', '..', 'assets');
const MAX_LAYERS = 5;
/** One whole processor, in MB. */
const DEFAULT_MEMORY = 1769;
/** For Node.js and the handler, in MB. */
const RUNTIME_MEMORY = 256;

/** What one function serves, and with which rights. */
export interface ViewFunctionProps {
  readonly handler: ViewHandler;
  readonly says: string;
  readonly views: View[];
  readonly timeout: Duration;
  /** What the document says beside the views, and what each view says beside its transforms. */
  readonly document?: (host: TransformHost) => Partial<ViewsDocument>;
  readonly viewDocument?: (view: View, host: TransformHost) => Partial<ViewDocument>;
  readonly rights?: iam.PolicyStatementProps[];
  readonly keySecret?: secretsmanager.ISecret;
  readonly options?: ViewFunctionOptions;
  /** Why a function without a dead-letter queue loses nothing. */
  readonly noDeadLetters: string;
}

/** The function that makes views, with a role of its own, an encrypted log and alarms. */
export class ViewFunction extends Construct {
  public readonly fn: lambda.Function;
  public readonly role: iam.Role;
  public readonly key: kms.Key;
  public readonly alarmTopic: sns.Topic;
  /** Pseudonyms and ETags are keyed with it. */
  public readonly keySecret: secretsmanager.ISecret;
  /**
   * Changes whenever a view may look different: SHA-256 in hex of what the function is told, and of the policies'
   * hashes.
   */
  public readonly digest: string;
  private readonly policy: iam.ManagedPolicy;

  public constructor(scope: Construct, id: string, props: ViewFunctionProps) {
    super(scope, id);
    const { options = {} } = props;
    const host = new Host(this);
    this.key = this.makeKey();
    this.keySecret = this.secretOf(props);
    const document = this.document(props, host);
    this.digest = createHash('sha256')
      .update(JSON.stringify([document, props.views.map(({ transform }) => transform._facts.hashes)]))
      .digest('hex');
    this.alarmTopic = new sns.Topic(this, 'Alarms', { masterKey: this.key, enforceSSL: true });
    // The policy that requires TLS replaces the default policy, by which alarms of the account could publish.
    this.alarmTopic.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'StrongboxAlarms',
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.alarmTopic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    claimHttps(this.alarmTopic);
    const logGroup = new logs.LogGroup(this, 'Log', {
      encryptionKey: this.key,
      retention: options.logRetention ?? logs.RetentionDays.THIRTEEN_MONTHS,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.role = new iam.Role(this, 'Role', {
      description: props.says,
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    this.policy = new iam.ManagedPolicy(this, 'Policy', {
      roles: [this.role],
      statements: [
        { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] },
        { actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], resources: ['*'] },
        ...(options.vpc ? [{ actions: NETWORK, resources: ['*'] }] : []),
        ...(props.rights ?? []),
        ...host.rights,
      ].map((statement) => new iam.PolicyStatement(statement)),
    });
    acknowledgeWildcards(
      this.policy,
      'Objects are read and written one by one, by names that nobody knows beforehand; tracing and network ' +
        'interfaces have no resource to name.',
    );

    const staged = stage(props.handler, document, this);
    this.fn = new lambda.Function(this, 'Function', {
      description: props.says,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(staged),
      memorySize: options.memorySize ?? DEFAULT_MEMORY,
      timeout: props.timeout,
      reservedConcurrentExecutions: options.reservedConcurrency,
      environment: { NODE_OPTIONS: '--enable-source-maps', ...host.environment },
      layers: this.layers(props, host),
      logGroup,
      tracing: lambda.Tracing.ACTIVE,
      role: this.role.withoutPolicyUpdates(),
      vpc: options.vpc,
      vpcSubnets: options.vpcSubnets,
      securityGroups: options.securityGroups,
    });
    this.fn.node.addDependency(this.policy);
    // CDK has copied it into the assembly; with asset staging switched off it reads the folder later.
    if (!this.node.tryGetContext('aws:cdk:disable-asset-staging')) rmSync(staged, { recursive: true, force: true });
    this.alarms(props.timeout);
    acknowledgeRule(this.fn, 'LambdaDLQ', props.noDeadLetters);
    if (options.reservedConcurrency === undefined) {
      acknowledgeRule(
        this.fn,
        'LambdaConcurrency',
        'A reserve is taken from the other functions of the account, whose size only its owner knows: ' +
          '"functions.reservedConcurrency"',
      );
    }
    if (!options.vpc) {
      acknowledgeRule(
        this.fn,
        'LambdaInsideVPC',
        'It talks to AWS alone; "functions.vpc" puts it into a VPC where a rule asks for that.',
      );
    }
  }

  /** Adds a right that only what was made with the function can name. */
  public allow(statement: iam.PolicyStatementProps): void {
    this.policy.addStatements(new iam.PolicyStatement(statement));
  }

  /** Tells the topic when a metric is above its limit. */
  public alarm(id: string, says: string, metric: cloudwatch.IMetric, threshold: number): void {
    new cloudwatch.Alarm(this, id, {
      alarmDescription: `${this.node.scope!.node.path}: ${says}. Runbook: docs/views.md, ${id}.`,
      metric,
      threshold,
      evaluationPeriods: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(new actions.SnsAction(this.alarmTopic));
    claimReached(this.alarmTopic);
  }

  private alarms(timeout: Duration): void {
    const period = { period: Duration.minutes(5) };
    this.alarm('ErrorsAlarm', 'a function that makes views failed', this.fn.metricErrors(period), 0);
    this.alarm(
      'ViewErrorsAlarm',
      'an object could not be made, or was cut off',
      new cloudwatch.Metric({
        ...period,
        namespace: METRICS_NAMESPACE,
        metricName: 'Errors',
        dimensionsMap: { Function: this.fn.functionName },
        statistic: 'Sum',
      }),
      0,
    );
    this.alarm(
      'ThrottlesAlarm',
      'requests were refused, since the concurrency of the function or the account is used up',
      this.fn.metricThrottles(period),
      0,
    );
    this.alarm(
      'DurationAlarm',
      'objects take nearly as long as there is time',
      this.fn.metricDuration({ ...period, statistic: 'p99' }),
      timeout.toMilliseconds() * 0.8,
    );
  }

  /** Without a secret an ETag would be a digest of the original's, which is the MD5 of what the view leaves out. */
  private secretOf({ views, keySecret }: ViewFunctionProps): secretsmanager.ISecret {
    const secretive = views.find(({ transform }) => transform._facts.pseudonyms);
    if (secretive && !keySecret) {
      throw validationError({
        property: 'keySecret',
        actual: undefined,
        expected: `a secret, since the view ${secretive.name} has a pseudonym action`,
        hint: "pass a secret of at least 16 random characters: new secretsmanager.Secret(this, 'Key')",
        scope: this.node.scope!,
      });
    }
    if (keySecret) return keySecret;
    const made = new secretsmanager.Secret(this, 'EtagKey', {
      description: `Keys the ETags of ${this.node.scope!.node.path}`,
      encryptionKey: this.key,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
    acknowledgeRule(
      made,
      'SecretsManagerRotationEnabled',
      'A rotation would change every ETag, and nobody is authenticated by it',
    );
    return made;
  }

  private document(props: ViewFunctionProps, host: Host): ViewsDocument {
    const { views, options = {} } = props;
    const { keySecret } = this;
    this.refuseHugePictures(views, options);
    host.allow({ actions: ['secretsmanager:GetSecretValue'], resources: [keySecret.secretArn] });
    if (keySecret.encryptionKey) {
      host.allow({
        actions: ['kms:Decrypt'],
        resources: [keySecret.encryptionKey.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${Stack.of(this).region}.amazonaws.com` } },
      });
    }
    const document: ViewsDocument = {
      version: 1,
      views: Object.fromEntries(
        views.map((view) => [
          view.name,
          {
            transforms: view.transform._bind(host),
            prefixes: view._options.prefixes,
            length: view._options.length,
            features: ['range', 'part-number', 'head', ...(view._options.listing ? ['list' as const] : [])],
            ...props.viewDocument?.(view, host),
          },
        ]),
      ),
      ...(options.imageLayer ? { images: { engine: 'sharp' as const } } : {}),
      ...props.document?.(host),
      keySecretArn: host.deployed(keySecret.secretArn),
    };
    // The order of a map and of a struct's members is another one in every language, and in Java in every run.
    const text = canonicalJson(document);
    if (Token.isUnresolved(text)) {
      throw validationError({
        property: 'views',
        actual: 'a value known at deployment only',
        expected: 'literal values in policies and options',
        hint: 'write the value itself',
        scope: this,
      });
    }
    return JSON.parse(text) as ViewsDocument;
  }

  /** A picture is decoded whole: original, result and one in between, four bytes a pixel each. */
  private refuseHugePictures(views: View[], { memorySize = DEFAULT_MEMORY }: ViewFunctionOptions): void {
    for (const { name, transform } of views) {
      const megabytes = Math.ceil(((transform._facts.image?.pixels ?? 0) * 12) / 2 ** 20) + RUNTIME_MEMORY;
      if (!transform._facts.image || megabytes <= memorySize) continue;
      throw validationError({
        property: 'memorySize',
        actual: memorySize,
        expected: `at least ${megabytes} MB for the pictures of the view ${name}`,
        hint: 'raise "memorySize" in "functions", or lower "maxPixels" of Transform.image',
        scope: this.node.scope!,
      });
    }
  }

  private layers(props: ViewFunctionProps, host: Host): lambda.ILayerVersion[] {
    const { views, options = {} } = props;
    const image = views.some(({ transform }) => transform._facts.image !== undefined);
    const codecs = image
      ? [
          options.imageLayer ??
            new lambda.LayerVersion(this, 'ImageCodecs', {
              description: 'Image codecs of cdk-s3-strongbox',
              code: lambda.Code.fromAsset(assetOf(IMAGE_CODECS_ASSET, this)),
              ...COMPATIBLE,
            }),
        ]
      : [];
    const layers = [...codecs, ...host.layers];
    if (layers.length > MAX_LAYERS) {
      throw validationError({
        property: 'views',
        actual: `${layers.length} layers`,
        expected: `${MAX_LAYERS} layers a function, of custom code and image codecs together`,
        hint: 'put the custom transforms into one folder, or the views into two constructs',
        scope: this,
      });
    }
    return layers;
  }

  private makeKey(): kms.Key {
    const { account, region, partition } = Stack.of(this);
    const key = new kms.Key(this, 'Key', {
      description: `Encrypts the log and the alarms of ${this.node.scope!.node.path}`,
      enableKeyRotation: true,
    });
    key.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal(`logs.${region}.amazonaws.com`)],
        actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
        resources: ['*'],
        conditions: {
          ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*` },
        },
      }),
    );
    key.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    );
    return key;
  }
}

function assetOf(name: string, scope: Construct): string {
  const folder = join(ASSETS, name);
  if (!existsSync(folder)) {
    throw validationError({
      property: 'assets',
      actual: folder,
      expected: 'the functions that the package ships',
      hint: 'in the repository run "npm run bundle"',
      scope: scope,
    });
  }
  return folder;
}

/** The handler's folder with the document beside it. */
function stage(handler: ViewHandler, document: ViewsDocument, scope: Construct): string {
  const folder = mkdtempSync(join(tmpdir(), 'strongbox-views-'));
  cpSync(assetOf(handler, scope), folder, { recursive: true });
  writeFileSync(join(folder, VIEWS_FILE), JSON.stringify(document, undefined, 1));
  return folder;
}

/** Warns where a function without a way out could answer nobody. */
export function warnOfIsolation(scope: Construct, options: ViewFunctionOptions | undefined): void {
  const { vpc, vpcSubnets } = options ?? {};
  if (!vpc?.selectSubnets(vpcSubnets).subnets.some((subnet) => vpc.isolatedSubnets.includes(subnet))) return;
  Validations.of(scope).addWarning(
    '@strongbox/view-isolated-subnets',
    `The function of ${scope.node.path} is in subnets without a way to the internet: it needs interface ` +
      'endpoints for S3 (a gateway endpoint does not serve' +
      ' S3 Object Lambda), CloudWatch Logs and whatever its lookups and secrets need, or its answers never ' +
      'leave the VPC.',
  );
}
