import { RemovalPolicy } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ClientSideKey, type ClientSideKeyProps } from '../../src';
import { region, type Conditions } from '../../src/assurance/parts';
import { prove } from '../../src/assurance/prove';
import { resolveTemplates } from '../../src/assurance/resolve';
import { keyEnvironment } from '../../src/assurance/subject';
import { ACCOUNT, newStack, only, REGION, templateOf } from '../support/app';
import { nag } from '../support/nag';
import { arn, role } from '../support/people';

const CONTEXT = { dataset: 'claims', tenant: 'acme' };
const NAMED = { 'kms:EncryptionContext:dataset': 'claims', 'kms:EncryptionContext:tenant': 'acme' };
const ENCRYPTING = ['kms:Encrypt', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext'];
const env = { account: ACCOUNT, region: REGION };

const template = (props: Partial<ClientSideKeyProps> = {}) => templateOf((stack) => void new ClientSideKey(stack, 'Key', {
  context: CONTEXT, writers: [role(stack, 'intake')], readers: [role(stack, 'audit')], ...props,
}), { env });

/** Over every request to the key, by whomever, administrators whose policies allow everything included. */
function ask(expect: 'never' | 'always', actions: string[], when: Conditions, of = template()) {
  const model = resolveTemplates([{ stack: 'Stack', template: of.toJSON(), ...env }]);
  const [key] = model.keys;
  return prove({ place: 'Key', expect, region: region({ actions, when }), targets: [{ kind: 'key', arn: key.arn }], environment: keyEnvironment(key) });
}
const everybodyBut = (...names: string[]) => ({ ArnNotEquals: { 'aws:PrincipalArn': names.map((name) => arn(name)) } });
const as = (name: string, more: Record<string, string> = {}) => ({ ArnEquals: { 'aws:PrincipalArn': arn(name) }, StringEquals: { ...NAMED, ...more } });

describe('for every request', () => {
  test.each<[string, string[], Conditions]>([
    ['nobody but writers encrypts', ENCRYPTING, everybodyBut('intake')],
    ['nobody but readers decrypts', ['kms:Decrypt'], everybodyBut('audit')],
    ['nobody uses it through Amazon S3', [...ENCRYPTING, 'kms:Decrypt'], { StringLike: { 'kms:ViaService': 's3.*.amazonaws.com' } }],
    ['nobody uses it through any service', [...ENCRYPTING, 'kms:Decrypt'], { Null: { 'kms:ViaService': 'false' } }],
    ['nobody uses it in another context', [...ENCRYPTING, 'kms:Decrypt'], { StringNotEquals: { 'kms:EncryptionContext:dataset': 'claims' } }],
    ['nobody leaves one pair out', [...ENCRYPTING, 'kms:Decrypt'], { Null: { 'kms:EncryptionContext:tenant': 'true' } }],
    ['nobody re-encrypts, makes pairs or grants', ['kms:ReEncryptFrom', 'kms:ReEncryptTo', 'kms:GenerateDataKeyPair', 'kms:CreateGrant'], {}],
  ])('%s', (_what, actions, when) => expect(ask('never', actions, when).status).toBe('proved'));

  test('writers encrypt and readers decrypt, in the context', () => {
    const direct = { Null: { 'kms:ViaService': 'true' } };
    expect(ask('always', ENCRYPTING, { ...as('intake'), ...direct }).status).toBe('proved');
    expect(ask('always', ['kms:Decrypt'], { ...as('audit'), ...direct }).status).toBe('proved');
    expect(ask('always', ['kms:Decrypt'], { ...as('intake'), ...direct }).status).toBe('broken');
    expect(ask('always', ENCRYPTING, { ...as('audit'), ...direct }).status).toBe('broken');
  });

  test('the account still manages the key', () => {
    const manager = { StringEquals: { 'aws:PrincipalAccount': ACCOUNT, 'strongbox:PrincipalKind': ['role', 'user'] } };
    expect(ask('always', ['kms:DescribeKey', 'kms:PutKeyPolicy', 'kms:EnableKeyRotation'], manager).status).toBe('proved');
  });
});

test.each(['StrongboxWritersOnly', 'StrongboxReadersOnly', 'StrongboxContext1', 'StrongboxContext2', 'StrongboxNoService', 'StrongboxNoOtherUse'])(
  'without %s one of these is broken', (sid) => {
    const json = template().toJSON();
    const key = only(Template.fromJSON(json), 'AWS::KMS::Key');
    key.Properties.KeyPolicy.Statement = key.Properties.KeyPolicy.Statement.filter(({ Sid }: any) => Sid !== sid);
    const weaker = Template.fromJSON({ Resources: { Key: key } });
    const statuses = [
      ask('never', ENCRYPTING, everybodyBut('intake'), weaker), ask('never', ['kms:Decrypt'], everybodyBut('audit'), weaker),
      ask('never', ['kms:Decrypt'], { StringNotEquals: { 'kms:EncryptionContext:dataset': 'claims' } }, weaker),
      ask('never', ['kms:Decrypt'], { StringNotEquals: { 'kms:EncryptionContext:tenant': 'acme' } }, weaker),
      ask('never', ['kms:Decrypt'], { Null: { 'kms:ViaService': 'false' } }, weaker), ask('never', ['kms:CreateGrant'], {}, weaker),
    ].map(({ status }) => status);
    expect(statuses.filter((status) => status !== 'proved')).toEqual(['broken']);
  });

test('nobody is named: nobody uses it', () => {
  const nobody = template({ writers: undefined, readers: undefined });
  expect(ask('never', [...ENCRYPTING, 'kms:Decrypt'], {}, nobody).status).toBe('proved');
});

test('is rotated and kept', () => {
  template().hasResource('AWS::KMS::Key', { Properties: { EnableKeyRotation: true }, DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  template({ removalPolicy: RemovalPolicy.DESTROY }).hasResource('AWS::KMS::Key', { DeletionPolicy: 'Delete' });
});

test('works with roles of the same stack, without a circle', () => {
  const stack = newStack({ env });
  const intake = new iam.Role(stack, 'Intake', { assumedBy: new iam.AccountRootPrincipal() });
  new ClientSideKey(stack, 'Key', { context: CONTEXT, writers: [intake] });
  expect(() => Template.fromStack(stack)).not.toThrow();
});

test.each<[string, (stack: ReturnType<typeof newStack>) => Partial<ClientSideKeyProps>, string]>([
  ['no context', () => ({ context: {} }), '"context" is "{}" at Stack/Key: allowed is at least one pair'],
  ['a name of the Encryption SDK', () => ({ context: { 'aws-crypto-public-key': 'x' } }), 'allowed is names that do not begin with "aws-crypto-" or "aws:"'],
  ['a name of S3', () => ({ context: { 'aws:s3:arn': 'x' } }), 'allowed is names that do not begin with "aws-crypto-"'],
  ['a name that is no key', () => ({ context: { 'a*': 'x' } }), 'allowed is names of letters, digits'],
  ['a variable', () => ({ context: { tenant: '${aws:username}' } }), 'allowed is literal values without "$"'],
  ['an empty value', () => ({ context: { tenant: '' } }), 'allowed is literal values'],
  ['a token', (stack) => ({ context: { tenant: stack.stackId } }), 'allowed is literal values'],
  ['one who does both', (stack) => ({ writers: [role(stack, 'x')], readers: [role(stack, 'x')] }), 'allowed is others than the writers, who cannot decrypt;'],
  ['a whole account', () => ({ readers: [new iam.AccountPrincipal(ACCOUNT)] }), '"readers" is "the whole account 111122223333"'],
])('refuses %s', (_what, props, message) => {
  const stack = newStack({ env });
  expect(() => new ClientSideKey(stack, 'Key', { context: CONTEXT, ...props(stack) })).toThrow(message);
});

test('leaves the six nag packs nothing', () => {
  expect(nag((stack) => void new ClientSideKey(stack, 'Key', { context: CONTEXT, writers: [role(stack, 'intake')] })).open).toEqual([]);
});
