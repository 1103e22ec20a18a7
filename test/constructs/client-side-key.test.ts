import { CfnParameter, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { ClientSideKey, type ClientSideKeyProps } from '../../src';
import { ACCOUNT, newStack, REGION, snapshotOf, templateOf } from '../support/app';
import { nag } from '../support/nag';
import { arn, role } from '../support/people';

function build(stack: Stack, props: Partial<ClientSideKeyProps> = {}): ClientSideKey {
  return new ClientSideKey(stack, 'Key', {
    context: { purpose: 'payroll' },
    writers: [role(stack, 'payroll')],
    readers: [role(stack, 'audit')],
    ...props,
  });
}

function policyOf(template: Template): any[] {
  const [key] = Object.values(
    template.findResources('AWS::KMS::Key', { Properties: { Description: Match.stringLikeRegexp('on the clients') } }),
  );
  return key.Properties.KeyPolicy.Statement;
}

const statement = (template: Template, sid: string) => policyOf(template).find(({ Sid }) => Sid === sid);

test('makes a retained, rotated key whose policy names everybody', () => {
  const template = templateOf((stack) => void build(stack), { env: { account: ACCOUNT, region: REGION } });
  expect((snapshotOf(template) as any).Resources.KeyE447D366).toMatchSnapshot();
});

test('names whom it is given, in allows and in denies', () => {
  const template = templateOf((stack) => void build(stack));
  expect(statement(template, 'StrongboxEncrypt')).toEqual({
    Sid: 'StrongboxEncrypt',
    Effect: 'Allow',
    Principal: { AWS: arn('payroll') },
    Action: ['kms:Encrypt', 'kms:GenerateDataKey'],
    Resource: '*',
  });
  expect(statement(template, 'StrongboxDecrypt')).toMatchObject({
    Principal: { AWS: arn('audit') },
    Action: 'kms:Decrypt',
  });
  expect(statement(template, 'StrongboxWritersOnly').Condition).toEqual({
    ArnNotEquals: { 'aws:PrincipalArn': [arn('payroll')] },
  });
  expect(statement(template, 'StrongboxReadersOnly').Condition).toEqual({
    ArnNotEquals: { 'aws:PrincipalArn': [arn('audit')] },
  });
});

test('denies everybody what nobody is named for', () => {
  const template = templateOf((stack) => void build(stack, { writers: [] }));
  expect(statement(template, 'StrongboxEncrypt')).toBeUndefined();
  expect(statement(template, 'StrongboxWritersOnly')).not.toHaveProperty('Condition');
});

test('administrators manage without use, and only those named if some are', () => {
  const all = statement(
    templateOf((stack) => void build(stack)),
    'StrongboxKeyAdministration',
  );
  expect(JSON.stringify(all.Principal)).toContain(':root');
  expect(all.Action).not.toContain('kms:*');
  expect(
    all.Action.filter(
      (action: string) =>
        /crypt|DataKey|Grant\b|Delet|DisableKey/.test(action) &&
        !/(CancelKeyDeletion|DeleteAlias|RevokeGrant)$/.test(action),
    ),
  ).toEqual([]);
  const named = statement(
    templateOf((stack) => void build(stack, { administrators: [role(stack, 'keys')] })),
    'StrongboxKeyAdministration',
  );
  expect(named.Principal).toEqual({ AWS: arn('keys') });
});

test('takes the pairs that client libraries add, and those that are named', () => {
  const template = templateOf((stack) => void build(stack, { furtherContext: ['document'] }));
  expect(statement(template, 'StrongboxNoOtherContext').Condition).toEqual({
    'ForAnyValue:StringNotEquals': {
      'kms:EncryptionContextKeys': ['purpose', 'document', 'aws-crypto-public-key', 'aws:x-amz-cek-alg'],
    },
  });
});

test('gives clients the context, the ARN and an alias', () => {
  const stack = newStack();
  const key = build(stack, { alias: 'alias/payroll' });
  expect(stack.resolve(key.contextJson)).toBe('{"purpose":"payroll"}');
  expect(key.keyRef.keyArn).toBe(key.key.keyArn);
  Template.fromStack(stack).hasResourceProperties('AWS::KMS::Alias', { AliasName: 'alias/payroll' });
});

test('takes a value that only the deployment knows', () => {
  const template = templateOf(
    (stack) => void build(stack, { context: { purpose: new CfnParameter(stack, 'Purpose').valueAsString } }),
  );
  expect(statement(template, 'StrongboxContext1').Condition).toEqual({
    StringNotEquals: { 'kms:EncryptionContext:purpose': { Ref: 'Purpose' } },
  });
});

test('tells of every call that could weaken it', () => {
  templateOf((stack) => void build(stack)).hasResourceProperties('AWS::Events::Rule', {
    EventPattern: {
      detail: {
        eventSource: ['kms.amazonaws.com'],
        eventName: Match.arrayWith(['PutKeyPolicy', 'ScheduleKeyDeletion', 'CreateGrant']),
      },
    },
  });
});

test('keeps its ids, so that no deployment makes another key', () => {
  const stack = newStack();
  const key = build(stack);
  expect(stack.getLogicalId(key.key.node.defaultChild as kms.CfnKey)).toBe('KeyE447D366');
  expect(stack.getLogicalId(key.alarmTopic.node.defaultChild as any)).toMatch(/^KeyAlarmsTopic/);
});

test('leaves the six nag packs nothing', () => expect(nag((stack) => void build(stack)).open).toEqual([]));

describe('refuses', () => {
  test.each<[string, Partial<ClientSideKeyProps> | ((stack: Stack) => Partial<ClientSideKeyProps>), string]>([
    [
      'no context',
      { context: {} },
      'Stack/Key: "context" must be at least one pair of a name and a value (got {}). Say what the data is',
    ],
    [
      'a name of the libraries',
      { context: { 'aws-crypto-x': 'y' } },
      'Stack/Key: "context" must be names that do not begin with "aws-"',
    ],
    ['a wildcard in a name', { context: { 'a*': 'y' } }, 'Stack/Key: "context" must be literal names'],
    [
      'names that differ in case alone',
      { furtherContext: ['Purpose'] },
      'Stack/Key: "context" must be names that differ in more than case',
    ],
    ['an empty value', { context: { purpose: '' } }, 'Stack/Key: "context.purpose" must be text that is not empty'],
    ['a policy variable', { context: { purpose: '${aws:username}' } }, '(got "${aws:username}"'],
    ['nobody', { writers: [], readers: [] }, 'Stack/Key: "writers" must be at least one writer or reader'],
    ['an account', { readers: [new iam.AccountPrincipal(ACCOUNT)] }, `(got "the whole account ${ACCOUNT}"`],
    ['a service', { writers: [new iam.ServicePrincipal('s3.amazonaws.com')] }, '(got "Service '],
    [
      'a group as administrator',
      (stack) => ({ administrators: [iam.Group.fromGroupName(stack, 'Group', 'admins')] }),
      '(got "a group',
    ],
  ])('%s', (_, props, words) => {
    const stack = newStack();
    expect(() => build(stack, typeof props === 'function' ? props(stack) : props)).toThrow(words);
  });
});
