import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as athena from 'aws-cdk-lib/aws-athena';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as actions from 'aws-cdk-lib/aws-codepipeline-actions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as firehose from 'aws-cdk-lib/aws-kinesisfirehose';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as deployment from 'aws-cdk-lib/aws-s3-deployment';
import { AccessLogs, BucketPerimeter, Perimeter, Retention, SecureBucket, WormArchive } from '../../src';
import { newStack } from '../support/app';
import { strongboxReport } from '../support/strongbox-report';

const ENDPOINT = 'vpce-0123456789abcdef0';

function secure(stack: Stack, id = 'Bucket'): s3.Bucket {
  return new SecureBucket(stack, id, { accessLogs: AccessLogs.none('A test of roles') }).bucket;
}

/** A bucket as an app makes it without this library. */
function plain(stack: Stack, props: s3.BucketProps = {}): s3.Bucket {
  return new s3.Bucket(stack, 'Bucket', {
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    ...props,
  });
}

function fn(stack: Stack, props: Partial<lambda.FunctionProps> = {}): lambda.Function {
  return new lambda.Function(stack, 'Function', {
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = async () => 1;'),
    ...props,
  });
}

function outside(bucket: s3.Bucket, ...work: string[]): void {
  bucket.addToResourcePolicy(
    new iam.PolicyStatement({
      effect: iam.Effect.DENY,
      principals: [new iam.AnyPrincipal()],
      actions: work,
      resources: [bucket.bucketArn, bucket.arnForObjects('*')],
      conditions: { StringNotEquals: { 'aws:SourceVpce': ENDPOINT } },
    }),
  );
}

function workGroup(stack: Stack, bucket: s3.Bucket, encryption?: athena.CfnWorkGroup.EncryptionConfigurationProperty) {
  new athena.CfnWorkGroup(stack, 'WorkGroup', {
    name: 'reports',
    workGroupConfiguration: {
      resultConfiguration: { outputLocation: bucket.s3UrlForObject('results/'), encryptionConfiguration: encryption },
    },
  });
}

function pipeline(stack: Stack, artifactBucket: s3.IBucket): void {
  const output = new codepipeline.Artifact();
  const { S3Trigger } = actions;
  new codepipeline.Pipeline(stack, 'Pipeline', {
    artifactBucket,
    stages: [
      {
        stageName: 'Source',
        actions: [
          new actions.S3SourceAction({
            actionName: 'source',
            bucket: secure(stack, 'Source'),
            bucketKey: 'app.zip',
            output,
            trigger: S3Trigger.NONE,
          }),
        ],
      },
      {
        stageName: 'Build',
        actions: [
          new actions.CodeBuildAction({
            actionName: 'build',
            input: output,
            project: new codebuild.PipelineProject(stack, 'Project'),
          }),
        ],
      },
    ],
  });
}

function deploy(stack: Stack, destinationBucket: s3.IBucket, props: Partial<deployment.BucketDeploymentProps> = {}) {
  new deployment.BucketDeployment(stack, 'Deployment', {
    sources: [deployment.Source.data('index.html', 'x')],
    destinationBucket,
    ...props,
  });
}

/** What is said of grants and of uploads; findings about other things are of other tests. */
const saidOf = (build: (stack: Stack) => void) =>
  strongboxReport(build).filter((line) => /granted-access-works|delivery-works|default-upload-allowed/.test(line));

const BROKEN: Record<string, [(stack: Stack) => void, RegExp]> = {
  'an Athena workgroup with SSE_S3, before an SSE-KMS bucket': [
    (stack) => workGroup(stack, secure(stack), { encryptionOption: 'SSE_S3' }),
    /encryption AES256: .*StrongboxUploadAlgorithm\) denies it; .*leave EncryptionConfiguration out, or set SSE_KMS/,
  ],
  'an Athena workgroup with another key': [
    (stack) =>
      workGroup(stack, secure(stack), {
        encryptionOption: 'SSE_KMS',
        kmsKey: new kms.Key(stack, 'Other').keyArn,
      }),
    /StrongboxUploadKey\) denies it; Athena query results/,
  ],
  'CodePipeline artifacts under the default key': [
    (stack) => pipeline(stack, s3.Bucket.fromBucketName(stack, 'Artifacts', secure(stack).bucketName)),
    /StrongboxUploadKey.* denies it; CodePipeline artifacts of Stack\/Pipeline: set EncryptionKey of the artifact store/,
  ],
  'CodeBuild artifacts under the default key': [
    (stack) =>
      new codebuild.Project(stack, 'Project', {
        buildSpec: codebuild.BuildSpec.fromObject({ version: '0.2' }),
        artifacts: codebuild.Artifacts.s3({ bucket: secure(stack), path: 'builds', name: 'app' }),
      }),
    /StrongboxUploadKey.* denies it; CodeBuild artifacts.*set EncryptionKey of the project/,
  ],
  'Firehose with another key than that of the bucket': [
    (stack) =>
      new firehose.DeliveryStream(stack, 'Stream', {
        destination: new firehose.S3Bucket(secure(stack), { encryptionKey: new kms.Key(stack, 'Other') }),
      }),
    /StrongboxUploadKey\) denies it; Amazon Data Firehose of Stack\/Stream: leave the encryption out/,
  ],
  'Firehose before a network perimeter': [
    (stack) => {
      const bucket = secure(stack);
      new firehose.DeliveryStream(stack, 'Stream', { destination: new firehose.S3Bucket(bucket) });
      bucket.with(new BucketPerimeter(Perimeter.vpcEndpoints(ENDPOINT)));
    },
    /StrongboxPerimeter\) denies it; .*exempt its role in what denies it/,
  ],
  'Firehose whose role lacks the key': [
    (stack) => {
      const bucket = secure(stack);
      const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('firehose.amazonaws.com') });
      role.addToPolicy(
        new iam.PolicyStatement({ actions: ['s3:PutObject'], resources: [bucket.arnForObjects('raw/*')] }),
      );
      new firehose.CfnDeliveryStream(stack, 'Stream', {
        extendedS3DestinationConfiguration: { bucketArn: bucket.bucketArn, roleArn: role.roleArn, prefix: 'raw/' },
      });
    },
    /cannot call kms:GenerateDataKey with the key: .*needs kms:GenerateDataKey on the key Stack\/Bucket\/Key/,
  ],
  'a BucketDeployment with aws:kms and no key': [
    (stack) => deploy(stack, secure(stack), { serverSideEncryption: deployment.ServerSideEncryption.AWS_KMS }),
    /StrongboxUploadKey.* denies it; BucketDeployment.*leave serverSideEncryption out/,
  ],
  'a BucketDeployment with AES256': [
    (stack) => deploy(stack, secure(stack), { serverSideEncryption: deployment.ServerSideEncryption.AES_256 }),
    /StrongboxUploadAlgorithm\) denies it; BucketDeployment.*leave serverSideEncryption out/,
  ],
  'a function outside VPCs, before a network perimeter': [
    (stack) => {
      const bucket = secure(stack);
      bucket.with(new BucketPerimeter(Perimeter.vpcEndpoints(ENDPOINT)));
      bucket.grantRead(fn(stack));
    },
    /StrongboxPerimeter\) denies it; .*Stack\/Function\/ServiceRole, which never calls from a VPC: exempt it/,
  ],
  'a function that may read the objects and not use their key': [
    (stack) =>
      fn(stack).addToRolePolicy(
        new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [secure(stack).arnForObjects('in/*')] }),
      ),
    /cannot call kms:Decrypt with the key: no policy of the caller allows it; .*needs kms:Decrypt on the key/,
  ],
  'the function that empties a bucket, outside a network perimeter': [
    (stack) =>
      outside(
        plain(stack, { removalPolicy: RemovalPolicy.DESTROY, autoDeleteObjects: true }),
        's3:GetObject',
        's3:PutObject',
        's3:DeleteObject*',
      ),
    /cannot call s3:DeleteObject .*S3AutoDeleteObjectsCustomResourceProvider\/Role, which never calls from a VPC/,
  ],
  'a role of another account that the bucket does not know': [
    (stack) => {
      const bucket = plain(stack, { bucketName: 'shared-between-accounts' });
      const other = new Stack(stack.node.root as never, 'Other', {
        env: { account: '444455556666', region: stack.region },
      });
      const role = new iam.Role(other, 'Role', { assumedBy: new iam.AccountPrincipal('444455556666') });
      role.addToPolicy(
        new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::shared-between-accounts/*'] }),
      );
      void bucket;
    },
    /no statement of the resource allows it/,
  ],
};

const WORKING: Record<string, (stack: Stack) => void> = {
  'an Athena workgroup that names no encryption': (stack) => workGroup(stack, secure(stack)),
  "an Athena workgroup with the bucket's key": (stack) => {
    const bucket = secure(stack);
    workGroup(stack, bucket, { encryptionOption: 'SSE_KMS', kmsKey: bucket.encryptionKey!.keyArn });
  },
  "CodePipeline artifacts under the bucket's key": (stack) => pipeline(stack, secure(stack)),
  'Firehose that names no encryption': (stack) =>
    new firehose.DeliveryStream(stack, 'Stream', { destination: new firehose.S3Bucket(secure(stack)) }),
  'Firehose whose role the perimeter exempts': (stack) => {
    const bucket = secure(stack);
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('firehose.amazonaws.com') });
    new firehose.DeliveryStream(stack, 'Stream', { destination: new firehose.S3Bucket(bucket, { role }) });
    bucket.with(new BucketPerimeter(Perimeter.vpcEndpoints(ENDPOINT), { exempt: [role] }));
  },
  'a BucketDeployment that names no encryption': (stack) => deploy(stack, secure(stack)),
  'a function in the VPC of the endpoint': (stack) => {
    const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2 });
    const { vpcEndpointId } = vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
    const bucket = secure(stack);
    bucket.with(new BucketPerimeter(Perimeter.vpcEndpoints(vpcEndpointId)));
    bucket.grantRead(fn(stack, { vpc }));
  },
  'a function outside VPCs that lets CloudWatch Logs export for it, which the perimeter lets through': (stack) => {
    const bucket = secure(stack);
    bucket.with(new BucketPerimeter(Perimeter.vpcEndpoints(ENDPOINT)));
    const exporter = fn(stack);
    bucket.grantWrite(exporter);
    exporter.addToRolePolicy(new iam.PolicyStatement({ actions: ['logs:CreateExportTask'], resources: ['*'] }));
  },
  'a function outside VPCs that starts queries of Athena, which the perimeter lets through': (stack) => {
    const bucket = secure(stack);
    bucket.with(new BucketPerimeter(Perimeter.vpcEndpoints(ENDPOINT)));
    const starter = fn(stack);
    bucket.grantRead(starter);
    starter.addToRolePolicy(new iam.PolicyStatement({ actions: ['athena:StartQueryExecution'], resources: ['*'] }));
  },
  'an administrator with s3:* on everything': (stack) => {
    outside(secure(stack), 's3:GetObject', 's3:PutObject', 's3:DeleteObject');
    fn(stack).addToRolePolicy(new iam.PolicyStatement({ actions: ['s3:*'], resources: ['*'] }));
  },
  'a reader of an SSE-KMS bucket by grantRead': (stack) => secure(stack).grantRead(fn(stack)),
  'a function that empties a bucket': (stack) =>
    plain(stack, { removalPolicy: RemovalPolicy.DESTROY, autoDeleteObjects: true }),
};

test.each(Object.entries(BROKEN))('%s: told, with the way out', (_, [build, expected]) => {
  expect(saidOf(build)).toEqual([expect.stringMatching(expected)]);
});

test.each(Object.entries(WORKING))('%s: nothing is said', (_, build) => {
  expect(saidOf(build)).toEqual([]);
});

test('a BucketDeployment into a WormArchive is refused', () => {
  const stack = newStack();
  const archive = new WormArchive(stack, 'Archive', { retention: Retention.governance(Duration.days(30)) });
  deploy(stack, archive.bucket);
  expect(() => Template.fromStack(stack)).toThrow(/BucketDeployment/);
});
