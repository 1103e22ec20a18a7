import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import {
  Guarantee,
  ViewGuarantees,
  Proof,
  RedactedCopy,
  type RedactedCopyProps,
  RedactionPolicy,
  SecureBucket,
  Transform,
  View,
  Watermark,
} from '../../src';
import type { ViewsDocument } from '../../src/runtime/object-views/contract';
import { ACCOUNT, newStack, REGION } from '../support/app';
import { nag, unexplained } from '../support/nag';
import { arn, role } from '../support/people';

const ENV = { env: { account: ACCOUNT, region: REGION } };
const policy = RedactionPolicy.standard();

function build(stack: Stack, props: Partial<RedactedCopyProps> = {}, prefixes?: string[]): RedactedCopy {
  return new RedactedCopy(stack, 'Copies', {
    bucket: new SecureBucket(stack, 'Documents', { bucketName: 'acme-documents' }),
    destination: new SecureBucket(stack, 'Redacted', { bucketName: 'acme-redacted' }),
    view: View.redacted('analytics', { policy, principals: [role(stack, 'analytics')], listing: true, prefixes }),
    ...props,
  });
}

function documentOf(stack: Stack): ViewsDocument {
  const assembly = (stack.node.root as App).synth();
  const { Resources } = assembly.getStackByName(stack.stackName).template;
  const fn: any = Object.values<any>(Resources).find(({ Type }) => Type === 'AWS::Lambda::Function');
  const [hash] = /[0-9a-f]{64}/.exec(JSON.stringify(fn.Properties.Code))!;
  return JSON.parse(readFileSync(join(assembly.directory, `asset.${hash}`, 'views.json'), 'utf8'));
}

/** The states of the machine, with references as `<LogicalId>`. */
function statesOf(template: Template): any {
  const [{ Properties }] = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
  const spell = (part: any): string =>
    typeof part === 'string' ? part : `<${part.Ref ?? part['Fn::GetAtt'].join('.')}>`;
  return JSON.parse(Properties.DefinitionString['Fn::Join'][1].map(spell).join('')).States;
}

describe('existing objects', () => {
  const stack = newStack(ENV);
  build(stack, {}, ['orders/']);
  const template = Template.fromStack(stack);
  const states = statesOf(template);

  test('are copied by a job that names the view, reports every object and is never submitted twice', () => {
    expect(states.Submit.Parameters).toMatchObject({
      AccountId: ACCOUNT,
      'ClientRequestToken.$': "States.Hash($$.Execution.Id, 'SHA-256')",
      ConfirmationRequired: false,
      Operation: {
        LambdaInvoke: {
          InvocationSchemaVersion: '2.0',
          UserArguments: { view: 'analytics' },
          FunctionArn: expect.stringContaining('CurrentVersion'),
        },
      },
      Report: { Enabled: true, ReportScope: 'AllTasks', ExpectedBucketOwner: ACCOUNT },
      ManifestGenerator: {
        S3JobManifestGenerator: {
          EnableManifestOutput: true,
          Filter: { KeyNameConstraint: { MatchAnyPrefix: ['orders/'] } },
        },
      },
    });
    expect(states.Submit.Retry).toHaveLength(1);
  });

  test('the machine ends well only when the job did every object', () => {
    expect(states['Finished?'].Choices.map(({ Next }: any) => Next)).toEqual(['All objects?', 'Job failed']);
    expect(states['Finished?'].Default).toBe('Wait');
    expect(states['All objects?'].Choices).toEqual([
      {
        Variable: '$.Described.Job.ProgressSummary.NumberOfTasksFailed',
        NumericGreaterThan: 0,
        Next: 'Some objects failed',
      },
    ]);
    expect(states['All objects?'].Default).toBe('All copied');
    expect(states['Some objects failed'].Type).toBe('Fail');
  });

  test(
    'the machine may submit jobs that call functions, and hand over the role of the job to S3 Batch ' +
      'Operations alone',
    () => {
      const [policyOfMachine] = Object.values(
        template.findResources('AWS::IAM::ManagedPolicy', {
          Properties: { Roles: [{ Ref: Match.stringLikeRegexp('^CopiesJobRole[0-9A-F]{8}$') }] },
        }),
      ).filter(({ Properties }) => JSON.stringify(Properties).includes('s3:CreateJob'));
      const statements: any[] = policyOfMachine.Properties.PolicyDocument.Statement;
      expect(statements.find(({ Action }) => Action === 's3:CreateJob').Condition).toEqual({
        StringEquals: { 's3:RequestJobOperation': 'LambdaInvoke' },
      });
      expect(statements.find(({ Action }) => Action === 'iam:PassRole').Condition).toEqual({
        StringEquals: { 'iam:PassedToService': 'batchoperations.s3.amazonaws.com' },
      });
    },
  );
});

describe('new objects', () => {
  const stack = newStack(ENV);
  const copies = build(stack, { destinationPrefix: 'view/', followDeletions: false }, ['orders/']);
  const template = Template.fromStack(stack);

  test("come by events of the view's prefixes, through a queue of five attempts, one object a call", () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created', 'Object Deleted'],
        detail: {
          bucket: { name: [{ Ref: Match.stringLikeRegexp('^Documents') }] },
          object: { key: [{ prefix: 'orders/' }] },
        },
      },
      Targets: [Match.objectLike({ DeadLetterConfig: Match.anyValue() })],
    });
    template.hasResourceProperties('AWS::SQS::Queue', {
      RedrivePolicy: Match.objectLike({ maxReceiveCount: 5 }),
      VisibilityTimeout: 5400,
      KmsMasterKeyId: Match.anyValue(),
    });
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', { BatchSize: 1 });
    template.hasResourceProperties('AWS::S3::Bucket', {
      BucketName: 'acme-documents',
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
    });
    expect(copies.deadLetters).toBeDefined();
  });

  test('the function may take them from the queue', () => {
    template.hasResourceProperties('AWS::IAM::ManagedPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Action: Match.arrayWith(['sqs:ReceiveMessage', 'sqs:DeleteMessage']) }),
        ]),
      },
    });
  });

  test('the function writes below its prefix, and deletes nothing unless it follows deletions', () => {
    const [own] = Object.values(template.findResources('AWS::IAM::ManagedPolicy')).filter(({ Properties }) =>
      JSON.stringify(Properties).includes('s3:PutObjectTagging'),
    );
    const writing = own.Properties.PolicyDocument.Statement.find(({ Action }: any) =>
      Action.includes('s3:PutObjectTagging'),
    );
    expect(writing.Action).not.toContain('s3:DeleteObject');
    expect(JSON.stringify(writing.Resource)).toContain('/view/*');
    expect(documentOf(stack).copy).toMatchObject({
      view: 'analytics',
      prefix: 'view/',
      followDeletions: false,
      bucket: { env: expect.stringMatching(/^STRONGBOX_VALUE_/) },
    });
  });

  test('nothing is followed where it is not wanted', () => {
    const other = newStack(ENV);
    expect(build(other, { live: false }).deadLetters).toBeUndefined();
    Template.fromStack(other).resourceCountIs('AWS::SQS::Queue', 0);
  });
});

describe('proved', () => {
  const stack = newStack(ENV);
  build(stack);
  const proof = Proof.ofStack(stack);
  const ORIGINALS = { subject: 'acme-documents' };
  const COPIES = { subject: 'acme-redacted' };

  test('the callers read the copies and nothing of the originals', () => {
    proof.holds(ViewGuarantees.readThroughViewOnly({ callers: [arn('analytics')] }), ORIGINALS);
    proof.holds(Guarantee.allowed({ actions: ['s3:GetObject'], principals: [arn('analytics')] }), COPIES);
    expect(() => proof.holds(ViewGuarantees.readThroughViewOnly({ callers: [arn('analytics')] }), COPIES)).toThrow(
      'VIOLATED',
    );
  });

  test('a caller has no right on the copies but reading', () => {
    proof.allows({
      principal: arn('analytics'),
      call: 'GetObject',
      resource: 'acme-redacted/a',
      identityAllows: false,
    });
    proof.denies({
      principal: arn('analytics'),
      action: 's3:PutObject',
      resource: 'acme-redacted/a',
      identityAllows: false,
    });
    // A version before may have been made by a policy before.
    proof.denies({
      principal: arn('analytics'),
      action: 's3:GetObjectVersion',
      resource: 'acme-redacted/a',
      identityAllows: false,
    });
    proof.denies({
      principal: arn('somebody'),
      action: 's3:GetObject',
      resource: 'acme-redacted/a',
      identityAllows: false,
    });
  });
});

test('alarms tell of failed jobs, dead letters and copies that lag behind', () => {
  const stack = newStack(ENV);
  build(stack);
  const ids = Object.keys(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm')).map((id) =>
    /(\w+)Alarm[0-9A-F]{8}$/.exec(id)![1].replace('CopiesRuntime', ''),
  );
  expect(ids.sort()).toEqual(['Age', 'DeadLetters', 'Duration', 'Errors', 'Job', 'Throttles', 'ViewErrors']);
});

test("leaves the six nag packs nothing but the owner's decisions", () => {
  const report = nag((stack) => {
    build(stack, { destination: undefined });
  }, ENV);
  expect(unexplained(report)).toEqual([]);
});

test('a report, which S3 encrypts by keys of its own, is not denied by the bucket that it goes to', () => {
  const stack = newStack(ENV);
  build(stack);
  Proof.ofStack(stack).allows({
    principal: arn('job'),
    action: 's3:PutObject',
    resource: 'Stack/Copies/Job/Reports/Resource',
    context: { 's3:x-amz-server-side-encryption': 'AES256' },
  });
});

test('refuses a picture that names its caller, whom a copy does not have', () => {
  const stack = newStack(ENV);
  const view = View.transformed('press', {
    transform: Transform.image({ watermark: Watermark.text('{view} {claim:email}') }),
  });
  expect(() => build(stack, { view })).toThrow(
    'Stack/Copies: "watermark" must be none of the caller: nobody asked for a copy yet',
  );
  build(newStack(ENV), {
    view: View.transformed('press', { transform: Transform.image({ watermark: Watermark.text('{view} {date}') }) }),
  });
});

test('refuses copies of two views in one place', () => {
  const stack = newStack(ENV);
  const { destination } = build(stack, { destinationPrefix: 'views/' });
  const other = (destinationPrefix?: string) =>
    new RedactedCopy(stack, `Other${destinationPrefix?.length}`, {
      bucket: new SecureBucket(stack, `Letters${destinationPrefix?.length}`),
      destination,
      destinationPrefix,
      view: View.redacted('other', { policy }),
    });
  other('letters/');
  expect(() => other('views/other/')).toThrow(
    'Stack/Other12: "destinationPrefix" must be a prefix beside "views/", under which Stack/Copies has its copies',
  );
  expect(() => other()).toThrow('(got missing');
});

test('refuses to copy a bucket into itself', () => {
  const stack = newStack(ENV);
  const bucket = new SecureBucket(stack, 'Documents');
  expect(
    () =>
      new RedactedCopy(stack, 'Copies', { bucket, destination: bucket, view: View.redacted('analytics', { policy }) }),
  ).toThrow('Stack/Copies: "destination" must be another bucket than that of the originals');
});
