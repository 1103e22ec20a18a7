import { App, CfnOutput, Duration, RemovalPolicy, Stack, Stage } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins';
import * as trail from 'aws-cdk-lib/aws-cloudtrail';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as build from 'aws-cdk-lib/aws-codebuild';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as assets from 'aws-cdk-lib/aws-s3-assets';
import * as deployment from 'aws-cdk-lib/aws-s3-deployment';
import * as notifications from 'aws-cdk-lib/aws-s3-notifications';
import * as secrets from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as custom from 'aws-cdk-lib/custom-resources';
import * as pipelines from 'aws-cdk-lib/pipelines';
import { assess } from '../../../src/assurance/assessment';
import { readAssembly } from '../../../src/assurance/template/assembly';
import { ACCOUNT, REGION } from '../../support/app';

const env = { account: ACCOUNT, region: REGION };
const CODE = lambda.Code.fromInline('exports.handler = async () => {}');
const fn = (stack: Stack, id = 'Function') =>
  new lambda.Function(stack, id, { code: CODE, handler: 'index.handler', runtime: lambda.Runtime.NODEJS_22_X });

/** What CDK writes into policies by itself. */
const APPS: Record<string, (stack: Stack) => void> = {
  'CDK Pipelines': (stack) => {
    const other = new Stage(stack, 'Production', { env: { ...env, region: 'us-east-1' } });
    new s3.Bucket(new Stack(other, 'App'), 'Bucket');
    const repository = new codecommit.Repository(stack, 'Repository', { repositoryName: 'app' });
    new pipelines.CodePipeline(stack, 'Pipeline', {
      crossAccountKeys: true,
      synth: new pipelines.ShellStep('Synth', {
        input: pipelines.CodePipelineSource.codeCommit(repository, 'main'),
        commands: ['npx cdk synth'],
      }),
    }).addStage(other);
  },
  'buckets with everything': (stack) => {
    const accessLogs = new s3.Bucket(stack, 'Logs', { enforceSSL: true, encryption: s3.BucketEncryption.S3_MANAGED });
    const bucket = new s3.Bucket(stack, 'Bucket', {
      autoDeleteObjects: true,
      removalPolicy: RemovalPolicy.DESTROY,
      encryption: s3.BucketEncryption.KMS,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      serverAccessLogsBucket: accessLogs,
      inventories: [{ destination: { bucket: accessLogs }, inventoryId: 'all' }],
      eventBridgeEnabled: true,
      versioned: true,
    });
    new deployment.BucketDeployment(stack, 'Deployment', {
      sources: [deployment.Source.data('file.txt', 'text')],
      destinationBucket: bucket,
    });
    const user = new iam.User(stack, 'User');
    bucket.grantRead(user, 'some/*');
    bucket.grantRead(user, 'one.txt');
    bucket.grantReadWrite(fn(stack));
    bucket.grantDelete(new iam.AccountPrincipal('444455556666'));
    bucket.grantPutAcl(new iam.OrganizationPrincipal('o-a1b2c3d4e5'));
    bucket.addEventNotification(
      s3.EventType.OBJECT_CREATED,
      new notifications.LambdaDestination(fn(stack, 'OnCreate')),
    );
    bucket.addEventNotification(
      s3.EventType.OBJECT_REMOVED,
      new notifications.SqsDestination(new sqs.Queue(stack, 'Q')),
    );
    new assets.Asset(stack, 'Asset', { path: __dirname }).grantRead(user);
  },
  replication: (stack) => {
    const copies = new s3.Bucket(stack, 'Copies', { versioned: true, encryption: s3.BucketEncryption.KMS });
    new s3.Bucket(stack, 'Bucket', {
      versioned: true,
      encryption: s3.BucketEncryption.KMS,
      replicationRules: [{ destination: copies, sseKmsEncryptedObjects: true, kmsKey: copies.encryptionKey }],
    });
  },
  'a distribution': (stack) => {
    const bucket = new s3.Bucket(stack, 'Bucket', { encryption: s3.BucketEncryption.KMS });
    new cloudfront.Distribution(stack, 'Distribution', {
      defaultBehavior: { origin: origins.S3BucketOrigin.withOriginAccessControl(bucket) },
      enableLogging: true,
    });
    const site = new s3.Bucket(stack, 'Site');
    new cloudfront.Distribution(stack, 'Older', {
      defaultBehavior: { origin: origins.S3BucketOrigin.withOriginAccessIdentity(site) },
    });
  },
  'alarms, topics and rules': (stack) => {
    const key = new kms.Key(stack, 'Key', { enableKeyRotation: true });
    const topic = new sns.Topic(stack, 'Topic', { masterKey: key, enforceSSL: true });
    topic.grantPublish(new iam.ServicePrincipal('cloudwatch.amazonaws.com'));
    topic.addSubscription(new subscriptions.SqsSubscription(new sqs.Queue(stack, 'Queue', { enforceSSL: true })));
    new cloudwatch.Metric({ namespace: 'AWS/S3', metricName: '4xxErrors' })
      .createAlarm(stack, 'Alarm', { threshold: 1, evaluationPeriods: 1 })
      .addAlarmAction(new actions.SnsAction(topic));
    new events.Rule(stack, 'Rule', { schedule: events.Schedule.rate(Duration.days(1)) }).addTarget(
      new targets.SnsTopic(topic),
    );
  },
  'a distributed map': (stack) => {
    const bucket = new s3.Bucket(stack, 'Bucket');
    const map = new sfn.DistributedMap(stack, 'Map', {
      itemReader: new sfn.S3JsonItemReader({ bucket, key: 'items.json' }),
      resultWriterV2: new sfn.ResultWriterV2({ bucket, prefix: 'results' }),
    }).itemProcessor(new sfn.Pass(stack, 'Pass'));
    new sfn.StateMachine(stack, 'Machine', {
      definitionBody: sfn.DefinitionBody.fromChainable(map),
      encryptionConfiguration: new sfn.CustomerManagedEncryptionConfiguration(new kms.Key(stack, 'Key')),
      tracingEnabled: true,
    });
  },
  'custom resources': (stack) => {
    const bucket = new s3.Bucket(stack, 'Bucket');
    new custom.AwsCustomResource(stack, 'Tags', {
      onUpdate: {
        service: 'S3',
        action: 'getBucketTagging',
        parameters: { Bucket: bucket.bucketName },
        physicalResourceId: custom.PhysicalResourceId.of('tags'),
      },
      policy: custom.AwsCustomResourcePolicy.fromSdkCalls({ resources: custom.AwsCustomResourcePolicy.ANY_RESOURCE }),
    });
    new custom.Provider(stack, 'Provider', { onEventHandler: fn(stack), isCompleteHandler: fn(stack, 'Done') });
  },
  'references across Regions': (stack) => {
    const far = new Stack(stack.node.root as App, 'Far', {
      env: { ...env, region: 'us-east-1' },
      crossRegionReferences: true,
    });
    const near = new Stack(stack.node.root as App, 'Near', { env, crossRegionReferences: true });
    const bucket = new s3.Bucket(far, 'Bucket');
    new CfnOutput(near, 'Arn', { value: bucket.bucketArn });
    bucket.grantRead(new iam.Role(near, 'Role', { assumedBy: new iam.AccountRootPrincipal() }));
  },
  networks: (stack) => {
    const vpc = new ec2.Vpc(stack, 'Vpc', {
      natGateways: 0,
      gatewayEndpoints: { s3: { service: ec2.GatewayVpcEndpointAwsService.S3 } },
      restrictDefaultSecurityGroup: true,
    });
    vpc.addInterfaceEndpoint('Kms', { service: ec2.InterfaceVpcEndpointAwsService.KMS });
    const bucket = new s3.Bucket(stack, 'FlowLogs');
    vpc.addFlowLog('Flow', { destination: ec2.FlowLogDestination.toS3(bucket, 'vpc/') });
    new elb.ApplicationLoadBalancer(stack, 'Balancer', { vpc }).logAccessLogs(bucket, 'alb');
    new elb.NetworkLoadBalancer(stack, 'Network', { vpc }).logAccessLogs(new s3.Bucket(stack, 'NetworkLogs'), 'nlb');
  },
  'trails, projects and keys': (stack) => {
    const key = new kms.Key(stack, 'Key');
    key.grantEncryptDecrypt(new iam.ServicePrincipal('logs.amazonaws.com'));
    new logs.LogGroup(stack, 'Group', { encryptionKey: key });
    new secrets.Secret(stack, 'Secret', { encryptionKey: key }).grantRead(fn(stack));
    new trail.Trail(stack, 'Trail', { encryptionKey: key, isOrganizationTrail: false });
    const bucket = new s3.Bucket(stack, 'Bucket', { encryptionKey: key });
    new build.Project(stack, 'Project', {
      source: build.Source.s3({ bucket, path: 'source.zip' }),
      artifacts: build.Artifacts.s3({ bucket, includeBuildId: false, packageZip: true, name: 'out.zip' }),
      cache: build.Cache.bucket(bucket, { prefix: 'cache' }),
    });
    new iam.Role(stack, 'Reader', {
      assumedBy: new iam.WebIdentityPrincipal(
        `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`,
        {
          StringLike: { 'token.actions.githubusercontent.com:sub': 'repo:acme/app:*' },
        },
      ),
      managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('AmazonS3ReadOnlyAccess')],
    });
  },
};

function findingsOf(make: (stack: Stack) => void): string[][] {
  const app = new App({ treeMetadata: false, analyticsReporting: false });
  make(new Stack(app, 'Stack', { env }));
  const { findings } = assess(readAssembly(app.synth().directory));
  return findings.map(({ lint: { id }, resource, location, message }) => [id, resource.path, location, message]);
}

test.each(Object.keys(APPS))('%s: nothing is said of what CDK writes', (name) => {
  expect(findingsOf(APPS[name])).toEqual([]);
});

test.each(['buckets with everything', 'networks'])('%s: a mistake beside it is told', (name) => {
  const found = findingsOf((stack) => {
    APPS[name](stack);
    new s3.Bucket(stack, 'Mistaken').addToResourcePolicy(
      new iam.PolicyStatement({
        effect: iam.Effect.DENY,
        principals: [new iam.AnyPrincipal()],
        actions: ['s3:GetObject'],
        resources: ['arn:aws:s3:::another/*'],
        conditions: { NumericGreaterThan: { 's3:signatureAge': 600 } },
      }),
    );
  });
  expect(found.map(([id]) => id)).toEqual(['signature-age-unit', 'other-bucket-resource']);
});
