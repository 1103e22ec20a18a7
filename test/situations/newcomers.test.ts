import { CfnParameter, type Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { CodePipeline, CodePipelineSource, ShellStep } from 'aws-cdk-lib/pipelines';
import { AccessLogs, LoggingBucket, SecureBucket } from '../../src';
import { newStack } from '../support/app';
import { strongboxReport } from '../support/strongbox-report';
import '../../src/jest';

const QUIET: Record<string, (stack: Stack) => void> = {
  'a topic that a role publishes to, without any bucket': (stack) => {
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    new sns.Topic(stack, 'Topic').grantPublish(role);
  },
  'a distributed map of Step Functions': (stack) => {
    const map = new sfn.DistributedMap(stack, 'Map').itemProcessor(new sfn.Pass(stack, 'Pass'));
    new sfn.StateMachine(stack, 'Machine', { definitionBody: sfn.DefinitionBody.fromChainable(map) });
  },
  'a bucket whose name is a parameter, with its access logs': (stack) => {
    const name = new CfnParameter(stack, 'Name', { type: 'String' }).valueAsString;
    const logs = new LoggingBucket(stack, 'Logs');
    const bucket = new SecureBucket(stack, 'Bucket', { accessLogs: AccessLogs.to(logs) }).bucket;
    (bucket.node.defaultChild as s3.CfnBucket).bucketName = name;
  },
};

test.each(Object.entries(QUIET))('%s: nothing is said', (_, build) => {
  expect(strongboxReport(build)).toEqual([]);
});

test('CDK Pipelines: the roles of the pipeline are no finding', () => {
  const found = strongboxReport((stack) => {
    const source = s3.Bucket.fromBucketName(stack, 'Source', 'company-sources');
    new CodePipeline(stack, 'Pipeline', {
      synth: new ShellStep('Synth', { input: CodePipelineSource.s3(source, 'app.zip'), commands: ['npx cdk synth'] }),
      crossAccountKeys: true,
    }).buildPipeline();
  });
  expect(found.filter((line) => /granted-access-works|not-judged|delivery-works/.test(line))).toEqual([]);
});

test('a request about a bucket by its construct id and a key', () => {
  const stack = newStack();
  new SecureBucket(stack, 'Docs', { accessLogs: AccessLogs.none('A test of the situation') });
  expect(stack).toDenyRequest({
    action: 's3:GetObject',
    resource: 'Docs/x',
    context: { 'aws:SecureTransport': 'false' },
  });
});
