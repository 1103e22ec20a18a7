import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Door, OrdersStack } from '../../examples/one-bucket-three-views/views';
import { Guarantee, Proof } from '../../src';
import { nag } from '../support/nag';

// The example imports the library by its published name.
jest.mock('cdk-s3-strongbox', () => jest.requireActual('../../src'), { virtual: true });

const env = { account: '111122223333', region: 'eu-central-1' };
const build = (app: App, door: Door) => new OrdersStack(app, 'Orders', { env, door, onCall: 'on-call@example.com' });

const FORMS = [['S3 Object Lambda', Door.OBJECT_LAMBDA], ['an endpoint', Door.ENDPOINT]] as const;

test.each(FORMS)('with %s it leaves the six nag packs nothing', (_, door) => {
  const report = nag((stack) => void build(Stack.of(stack).node.root as App, door));
  expect(report.open).toEqual([]);
  expect(report.acknowledged.every(({ reason }) => reason)).toBe(true);
});

describe.each(FORMS)('with %s', (_, door) => {
  const stack = build(new App({ treeMetadata: false }), door);
  const proof = Proof.ofStack(stack);
  const BUCKET = { subject: 'Orders/Orders/Resource' };
  const view = (name: string) => (door === Door.OBJECT_LAMBDA ? `Orders/Views/View${name}/AccessPoint` : undefined);
  const CALLERS = [['Analytics', stack.analytics], ['Marketing', stack.marketing], ['Press', stack.press]] as const;

  test.each(CALLERS)('%s reaches the original by no door', (name, { roleArn }) => {
    proof.holds(Guarantee.readThroughViewOnly({ callers: [roleArn], view: view(name) }), BUCKET);
  });

  test('the shop reads and writes the original', () => {
    proof.holds(Guarantee.allowed({ actions: ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject'], principals: [stack.shop.roleArn], prefixes: ['orders/', 'pictures/'] }), BUCKET);
  });

  test('every view is made by one function for all callers of its kind', () => {
    Template.fromStack(stack).resourceCountIs('AWS::S3ObjectLambda::AccessPoint', door === Door.OBJECT_LAMBDA ? 3 : 0);
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::Url', door === Door.OBJECT_LAMBDA ? 0 : 1);
  });

  if (door !== Door.OBJECT_LAMBDA) return;

  test.each(CALLERS)('%s gets its view, and nobody else does', (name, { roleArn }) => {
    const options = { view: view(name)!, callers: [roleArn], prefixes: [name === 'Press' ? 'pictures/' : 'orders/'] };
    proof.holds(Guarantee.viewReadable(options), BUCKET);
    proof.holds(Guarantee.viewCallersOnly(options), BUCKET);
  });

  test('analytics does not get what marketing gets', () => {
    expect(() => proof.holds(Guarantee.viewReadable({ view: view('Marketing')!, callers: [stack.analytics.roleArn] }), BUCKET)).toThrow('BROKEN view-readable');
    expect(() => proof.holds(Guarantee.viewReadable({ view: view('Press')!, callers: [stack.press.roleArn], prefixes: ['orders/'] }), BUCKET)).toThrow('BROKEN view-readable');
  });
});
