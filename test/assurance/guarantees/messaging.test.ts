import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { assess } from '../../../src/assurance/assessment';
import { MessagingGuarantees } from '../../../src/assurance/guarantees/groups/messaging-guarantees';
import { VerdictStatus } from '../../../src/assurance/verdict';

const env = { account: '111122223333', region: 'eu-west-1' };
const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:alarms';
const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:undelivered';
const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1111';

const statement = (service: string, action: string | string[], Resource: string, Condition?: object) => ({
  Effect: 'Allow',
  Principal: { Service: service },
  Action: action,
  Resource,
  ...(Condition && { Condition }),
});
const policy = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
const FROM_HERE = { StringEquals: { 'aws:SourceAccount': env.account } };
const NO_HTTP = (action: string, Resource: string) => ({
  Effect: 'Deny',
  Principal: '*',
  Action: action,
  Resource,
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
});
const OWNER = {
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::111122223333:root' },
  Action: 'kms:*',
  Resource: '*',
};
const KEY_USE = ['kms:Decrypt', 'kms:GenerateDataKey*'];

const alarm = (more: object = {}) => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: { AlarmName: 'denied', AlarmActions: [{ Ref: 'Topic' }], ...more },
});
const rule = (target: object = {}) => ({
  Type: 'AWS::Events::Rule',
  Properties: {
    Name: 'changes',
    EventPattern: { source: ['aws.s3'] },
    Targets: [{ Id: 'T', Arn: { Ref: 'Topic' }, ...target }],
  },
});
const topic = (properties: object = {}) => ({
  Type: 'AWS::SNS::Topic',
  Properties: { TopicName: 'alarms', ...properties },
});
const topicPolicy = (...statements: object[]) => ({
  Type: 'AWS::SNS::TopicPolicy',
  Properties: { Topics: [{ Ref: 'Topic' }], PolicyDocument: policy(...statements) },
});
const key = (...statements: object[]) => ({
  Type: 'AWS::KMS::Key',
  Properties: { KeyPolicy: policy(OWNER, ...statements) },
});
const queue = (properties: object = {}) => ({
  Type: 'AWS::SQS::Queue',
  Properties: { QueueName: 'undelivered', ...properties },
});
const queuePolicy = (...statements: object[]) => ({
  Type: 'AWS::SQS::QueuePolicy',
  Properties: { Queues: [{ Ref: 'Queue' }], PolicyDocument: policy(...statements) },
});

const CLOUDWATCH = statement('cloudwatch.amazonaws.com', 'sns:Publish', TOPIC, FROM_HERE);
const EVENTS = statement('events.amazonaws.com', 'sns:Publish', TOPIC);
const ENCRYPTED = { KmsMasterKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } };

function verdicts(Resources: object, guarantee: string) {
  const { judgements, problems } = assess([{ stack: 'Stack', template: { Resources }, ...env }], {
    guarantees: [
      MessagingGuarantees.topicTlsOnly(),
      MessagingGuarantees.queueTlsOnly(),
      MessagingGuarantees.eventsReachQueue(),
    ],
  });
  expect(problems).toEqual([]);
  return judgements.filter(({ claim }) => claim.guarantee.id === guarantee).map(({ verdict }) => verdict);
}
const answers = (resources: object, guarantee = 'alarm-reaches-topic') =>
  verdicts(resources, guarantee).map(({ status, reason }) => [status, reason ?? '']);
const PROVED = [[VerdictStatus.PROVED, '']];

describe('an alarm reaches its topic', () => {
  test.each<[string, object]>([
    ['by the default policy of a topic', { Topic: topic(), Alarm: alarm() }],
    [
      'by a statement for CloudWatch',
      { Topic: topic(), Policy: topicPolicy(CLOUDWATCH, NO_HTTP('sns:Publish', TOPIC)), Alarm: alarm() },
    ],
    [
      'by a statement for this very alarm',
      {
        Topic: topic(),
        Policy: topicPolicy(
          statement('cloudwatch.amazonaws.com', 'SNS:Publish', TOPIC, {
            ArnLike: { 'aws:SourceArn': 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:den*' },
          }),
        ),
        Alarm: alarm(),
      },
    ],
    [
      'by the topic and its key',
      {
        Topic: topic(ENCRYPTED),
        Policy: topicPolicy(CLOUDWATCH),
        Key: key(statement('cloudwatch.amazonaws.com', KEY_USE, '*')),
        Alarm: alarm(),
      },
    ],
    [
      'by a key that is named by its alias',
      {
        Topic: topic({ KmsMasterKeyId: 'alias/alarms' }),
        Policy: topicPolicy(CLOUDWATCH),
        Key: key(statement('cloudwatch.amazonaws.com', KEY_USE, '*', FROM_HERE)),
        Alias: {
          Type: 'AWS::KMS::Alias',
          Properties: { AliasName: 'alias/alarms', TargetKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } },
        },
        Alarm: alarm(),
      },
    ],
    [
      'as a composite alarm, when all is well again',
      {
        Topic: topic(),
        Alarm: { Type: 'AWS::CloudWatch::CompositeAlarm', Properties: { OKActions: [{ Ref: 'Topic' }] } },
      },
    ],
  ])('%s', (_, resources) => expect(answers(resources)).toEqual(PROVED));

  test.each<[string, object, RegExp]>([
    [
      'a policy that replaced the default one',
      { Topic: topic(), Policy: topicPolicy(NO_HTTP('sns:Publish', TOPIC)), Alarm: alarm() },
      /cloudwatch\.amazonaws\.com calls sns:Publish .*is refused/,
    ],
    [
      'a statement for the alarms of another account',
      {
        Topic: topic(),
        Policy: topicPolicy(
          statement('cloudwatch.amazonaws.com', 'sns:Publish', TOPIC, {
            StringEquals: { 'aws:SourceAccount': '999999999999' },
          }),
        ),
        Alarm: alarm(),
      },
      /is refused/,
    ],
    [
      'a key without a statement',
      { Topic: topic(ENCRYPTED), Policy: topicPolicy(CLOUDWATCH), Key: key(), Alarm: alarm() },
      /cloudwatch\.amazonaws\.com calls kms:.*is refused/,
    ],
    [
      'a key that lets CloudWatch decrypt only',
      {
        Topic: topic(ENCRYPTED),
        Policy: topicPolicy(CLOUDWATCH),
        Key: key(statement('cloudwatch.amazonaws.com', 'kms:Decrypt', '*')),
        Alarm: alarm(),
      },
      /kms:GenerateDataKey.*is refused/,
    ],
    [
      'the AWS managed key',
      { Topic: topic({ KmsMasterKeyId: 'alias/aws/sns' }), Policy: topicPolicy(CLOUDWATCH), Alarm: alarm() },
      /cannot use alias\/aws\/sns/,
    ],
    [
      'actions that are off',
      { Topic: topic(), Alarm: alarm({ ActionsEnabled: false }) },
      /ActionsEnabled of Stack\/Alarm is false/,
    ],
    [
      'two policies of one topic',
      { Topic: topic(), One: topicPolicy(CLOUDWATCH), Other: topicPolicy(EVENTS), Alarm: alarm() },
      /overwrite each other/,
    ],
    [
      'everything denied',
      {
        Topic: topic(),
        Policy: topicPolicy(CLOUDWATCH, { Effect: 'Deny', Principal: '*', Action: 'sns:*', Resource: TOPIC }),
        Alarm: alarm(),
      },
      /is refused/,
    ],
  ])('not with %s', (_, resources, reason) => {
    expect(answers(resources)).toEqual([[VerdictStatus.VIOLATED, expect.stringMatching(reason)]]);
  });

  test.each<[string, object]>([
    ['a key that is elsewhere', { KmsMasterKeyId: KEY }],
    ['a key that only the deployment knows', { KmsMasterKeyId: { 'Fn::ImportValue': 'Key' } }],
  ])('of %s nobody can know', (_, properties) => {
    const found = answers({ Topic: topic(properties), Policy: topicPolicy(CLOUDWATCH), Alarm: alarm() });
    expect(found).toEqual([[VerdictStatus.UNKNOWN, expect.stringContaining('in none of the templates')]]);
  });

  test('a topic that nothing names is not asked', () => {
    expect(answers({ Topic: topic(), Alarm: alarm({ AlarmActions: ['arn:aws:sns:eu-west-1:1:other'] }) })).toEqual([]);
  });
});

describe('a rule of EventBridge reaches its topic', () => {
  const withKey = (Condition?: object) => ({
    Topic: topic(ENCRYPTED),
    Policy: topicPolicy(EVENTS),
    Key: key(statement('events.amazonaws.com', KEY_USE, '*', Condition)),
    Rule: rule(),
  });
  const role = (...statements: object[]) => ({
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: 'teller',
      AssumeRolePolicyDocument: policy(),
      Policies: [{ PolicyName: 'p', PolicyDocument: policy(...statements) }],
    },
  });
  const allow = (Action: string | string[]) => ({ Effect: 'Allow', Action, Resource: '*' });

  test('with a statement for EventBridge, in topic and key', () => {
    expect(answers(withKey())).toEqual(PROVED);
  });

  test('not by the default policy, which has no statement for it', () => {
    expect(answers({ Topic: topic(), Rule: rule() })[0][0]).toBe(VerdictStatus.VIOLATED);
  });

  test('not where the key asks for the account of the source, which EventBridge does not tell KMS', () => {
    expect(answers(withKey(FROM_HERE))[0][0]).toBe(VerdictStatus.VIOLATED);
  });

  test('where the topic asks for it, no page says that it does', () => {
    const bounded = statement('events.amazonaws.com', 'sns:Publish', TOPIC, FROM_HERE);
    expect(answers({ Topic: topic(), Policy: topicPolicy(bounded), Rule: rule() })).toEqual([
      [VerdictStatus.UNKNOWN, expect.stringContaining('no page of AWS')],
    ]);
  });

  test('by a role, if that may publish', () => {
    const target = { RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } };
    const resources = (...statements: object[]) => ({ Topic: topic(), Rule: rule(target), Role: role(...statements) });
    expect(answers(resources(allow('sns:Publish')))).toEqual(PROVED);
    expect(answers(resources(allow('sns:Subscribe')))[0][0]).toBe(VerdictStatus.VIOLATED);
    expect(answers({ Topic: topic(), Rule: rule({ RoleArn: 'arn:aws:iam::111122223333:role/other' }) })[0][0]).toBe(
      VerdictStatus.UNKNOWN,
    );
  });

  test('by a role that may use the key, too', () => {
    const target = { RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } };
    const resources = (rights: string[]) => ({
      Topic: topic(ENCRYPTED),
      Key: key(),
      Rule: rule(target),
      Role: role(allow(rights)),
    });
    expect(answers(resources(['sns:Publish', 'kms:Decrypt', 'kms:GenerateDataKey']))).toEqual(PROVED);
    expect(answers(resources(['sns:Publish', 'kms:Decrypt']))[0][0]).toBe(VerdictStatus.VIOLATED);
  });
});

describe('events reach a queue', () => {
  const SEND = statement('events.amazonaws.com', 'sqs:SendMessage', QUEUE, {
    ArnEquals: { 'aws:SourceArn': 'arn:aws:events:eu-west-1:111122223333:rule/changes' },
  });
  const DLQ = { DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } } };
  const resources = (...statements: object[]) => ({
    Topic: topic(),
    Queue: queue(),
    QueuePolicy: queuePolicy(...statements),
    Rule: rule(DLQ),
  });
  const of = (found: object) => answers(found, 'events-reach-queue');

  test('with a statement for the rule', () => expect(of(resources(SEND))).toEqual(PROVED));

  test('not without, and not with one for another rule', () => {
    expect(of(resources(NO_HTTP('sqs:*', QUEUE)))[0][0]).toBe(VerdictStatus.VIOLATED);
    const other = JSON.parse(JSON.stringify(SEND).replace('rule/changes', 'rule/other'));
    expect(of(resources(other))[0][0]).toBe(VerdictStatus.VIOLATED);
  });

  test('not where the key refuses', () => {
    const encrypted = (...statements: object[]) => ({
      ...resources(SEND),
      Queue: queue(ENCRYPTED),
      Key: key(...statements),
    });
    expect(of(encrypted(statement('events.amazonaws.com', KEY_USE, '*')))).toEqual(PROVED);
    expect(of(encrypted())[0][0]).toBe(VerdictStatus.VIOLATED);
    expect(of(encrypted(statement('events.amazonaws.com', KEY_USE, '*', FROM_HERE)))[0][0]).toBe(VerdictStatus.UNKNOWN);
  });
});

describe('by HTTPS only', () => {
  const topicWith = (...statements: object[]) =>
    answers({ Topic: topic(), Policy: topicPolicy(CLOUDWATCH, ...statements) }, 'topic-tls-only');
  const queueWith = (...statements: object[]) =>
    answers({ Queue: queue(), Policy: queuePolicy(...statements) }, 'queue-tls-only');

  test('proved by the statement', () => {
    expect(topicWith(NO_HTTP('sns:Publish', TOPIC))).toEqual(PROVED);
    expect(queueWith(NO_HTTP('sqs:*', QUEUE))).toEqual(PROVED);
  });

  test('violated without it, and with one for another action or resource', () => {
    expect(topicWith()[0][0]).toBe(VerdictStatus.VIOLATED);
    expect(queueWith()[0][0]).toBe(VerdictStatus.VIOLATED);
    expect(topicWith(NO_HTTP('sns:Subscribe', TOPIC))[0][0]).toBe(VerdictStatus.VIOLATED);
    expect(queueWith(NO_HTTP('sqs:SendMessage', QUEUE))[0][0]).toBe(VerdictStatus.VIOLATED);
    expect(queueWith(NO_HTTP('sqs:*', `${QUEUE}2`))[0][0]).toBe(VerdictStatus.VIOLATED);
  });
});

test('what the L2 constructs of AWS CDK write is proved', () => {
  const stack = new Stack(new App({ treeMetadata: false }), 'Stack', { env });
  const masterKey = new kms.Key(stack, 'Key');
  const made = new sns.Topic(stack, 'Topic', { masterKey });
  const dead = new sqs.Queue(stack, 'Queue', { encryptionMasterKey: masterKey });
  new events.Rule(stack, 'Rule', {
    eventPattern: { source: ['aws.s3'] },
    targets: [new targets.SnsTopic(made), new targets.SqsQueue(dead)],
  });
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::SNS::TopicPolicy', Match.objectLike({ Topics: [Match.anyValue()] }));
  const { Resources } = template.toJSON();
  expect(answers(Resources)).toEqual(PROVED);
  expect(answers(Resources, 'events-reach-queue')).toEqual(PROVED);

  // The policy that EventBridge asks for replaced the default one, by which CloudWatch could publish.
  const metric = new cloudwatch.Metric({ namespace: 'n', metricName: 'm' });
  const next = new Stack(new App({ treeMetadata: false }), 'Stack', { env });
  const shared = new sns.Topic(next, 'Topic');
  new events.Rule(next, 'Rule', { eventPattern: { source: ['aws.s3'] }, targets: [new targets.SnsTopic(shared)] });
  new cloudwatch.Alarm(next, 'Alarm', { metric, threshold: 1, evaluationPeriods: 1 }).addAlarmAction(
    new actions.SnsAction(shared),
  );
  expect(answers(Template.fromStack(next).toJSON().Resources)).toEqual([
    [VerdictStatus.VIOLATED, expect.stringContaining('cloudwatch.amazonaws.com calls sns:Publish')],
  ]);
});
