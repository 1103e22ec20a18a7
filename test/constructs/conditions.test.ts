import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { actionsMatching, carries, conditionKey } from '../../src/assurance/data/iam';
import { lint } from '../../src/assurance/lints';
import { resolveTemplates } from '../../src/assurance/model/resolve';
import { readAssembly } from '../../src/assurance/template/assembly';
import { readable } from '../../src/assurance/template/readable';
import { ACCOUNT, REGION } from '../support/app';
import { EVERY_CONSTRUCT } from '../support/every-construct';

type Json = Record<string, any>;

function statementsOf(value: unknown): Json[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(statementsOf);
  const { Statement } = value as Json;
  const mine = Array.isArray(Statement) ? Statement.filter((each) => typeof each === 'object' && each.Effect) : [];
  return [...mine, ...Object.values(value).flatMap(statementsOf)];
}

/** AWS's own examples ask these of s3:* on a bucket: they come with every request. */
const OF_EVERY_REQUEST = [
  's3:TlsVersion',
  's3:authType',
  's3:signatureAge',
  's3:signatureversion',
  's3:DataAccessPointArn',
  's3:DataAccessPointAccount',
  's3:AccessPointNetworkOrigin',
  's3:ResourceAccount',
];

test.each(Object.keys(EVERY_CONSTRUCT))(
  '%s: each condition key is documented for each action of its statement',
  (name) => {
    const app = new App({ treeMetadata: false });
    EVERY_CONSTRUCT[name](new Stack(app, 'Stack', { env: { account: ACCOUNT, region: REGION } }));
    const statements = app.node.children
      .filter((node): node is Stack => Stack.isStack(node))
      .flatMap((stack) => statementsOf(Template.fromStack(stack).toJSON()));
    expect(statements.length).toBeGreaterThan(0);
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html asks it of replicas; CloudWatch Logs' own key policy asks of DescribeKey.
    const documented = [
      // https://docs.aws.amazon.com/amazonglacier/latest/dev/vault-lock-policy.html
      'glacier:DeleteArchive has no glacier:ResourceTag/${}',
      's3:ReplicateObject has no s3:object-lock-remaining-retention-days',
      'kms:DescribeKey has no kms:EncryptionContext:${}',
    ];
    const misfits = statements.flatMap(({ Sid, Action = [], Condition = {} }) => {
      const keys = Object.values(Condition as Json)
        .flatMap((operator) => Object.keys(operator as Json))
        .map(conditionKey)
        .filter((key) => key !== undefined && !OF_EVERY_REQUEST.includes(key.name));
      return [Action]
        .flat()
        .flatMap((action: string) =>
          keys
            .filter((key) => actionsMatching(action).some((each) => !carries(each, key!)))
            .map((key) => `${Sid}: ${action} has no ${key!.name}`),
        );
    });
    expect([...new Set(misfits)].filter((misfit) => !documented.some((each) => misfit.endsWith(each)))).toEqual([]);
  },
);

test.each(Object.keys(EVERY_CONSTRUCT))('%s: its templates have no policy error', (name) => {
  const app = new App({ treeMetadata: false });
  EVERY_CONSTRUCT[name](new Stack(app, 'Stack', { env: { account: ACCOUNT, region: REGION } }));
  const { resources } = resolveTemplates(readAssembly(app.synth().directory));
  const findings = lint(resources.flatMap(readable));
  expect(findings.map(({ lint: { id }, resource, message }) => [id, resource.path, message])).toEqual([]);
});

describe('alarms reach their topic', () => {
  const made = (build: (stack: Stack) => void) => {
    const stack = new Stack(new App({ treeMetadata: false }), 'Stack', { env: { account: ACCOUNT, region: REGION } });
    build(stack);
    const template = Template.fromStack(stack);
    const of = (type: string, document: string) =>
      Object.values(template.findResources(type)).flatMap(({ Properties }) => Properties[document].Statement as Json[]);
    return { topics: of('AWS::SNS::TopicPolicy', 'PolicyDocument'), keys: of('AWS::KMS::Key', 'KeyPolicy') };
  };

  test.each(['copies', 'an endpoint', 'Object Lambda'])(
    '%s: CloudWatch may publish for this account, and use the key',
    (name) => {
      const { topics, keys } = made(EVERY_CONSTRUCT[name]);
      const own = {
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } },
      };
      expect(topics).toContainEqual(expect.objectContaining({ ...own, Effect: 'Allow', Action: 'sns:Publish' }));
      expect(keys).toContainEqual(
        expect.objectContaining({ ...own, Effect: 'Allow', Action: ['kms:GenerateDataKey', 'kms:Decrypt'] }),
      );
    },
  );

  test.each(['an archive', 'a client-side key', 'MFA delete'])(
    '%s: EventBridge may publish, and uses the key without a condition that it cannot meet',
    (name) => {
      const { topics, keys } = made(EVERY_CONSTRUCT[name]);
      const own = { Principal: { Service: 'events.amazonaws.com' }, Effect: 'Allow' };
      expect(topics).toContainEqual(expect.objectContaining({ ...own, Action: 'sns:Publish' }));
      const [statement] = keys.filter(({ Principal }) => Principal?.Service === 'events.amazonaws.com');
      expect(statement).toMatchObject({
        ...own,
        Action: expect.arrayContaining([expect.stringMatching(/^kms:GenerateDataKey/), 'kms:Decrypt']),
      });
      expect(statement.Condition).toBeUndefined();
    },
  );
});
