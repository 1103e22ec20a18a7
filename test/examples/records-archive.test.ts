import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { RecordsCopyStack, RecordsStack } from '../../examples/records-archive/archives';
import { nag } from '../support/nag';

// The example imports the library by its published name.
jest.mock('cdk-s3-strongbox', () => jest.requireActual('../../src'), { virtual: true });

const account = '111122223333';

function build(app: App): RecordsStack {
  const { copy } = new RecordsCopyStack(app, 'RecordsCopy', {
    env: { account, region: 'eu-west-1' }, bucketName: 'acme-broker-records-copy', sourceAccount: account,
  });
  return new RecordsStack(app, 'Records', { env: { account, region: 'eu-central-1' }, copy, onCall: 'on-call@example.com' });
}

test('leaves the six nag packs nothing', () => {
  const report = nag((stack) => void build(Stack.of(stack).node.root as App));
  expect(report.open).toEqual([]);
  expect(report.acknowledged.every(({ reason }) => reason)).toBe(true);
});

test('locks both archives and the copy, each in its mode', () => {
  const stack = build(new App({ treeMetadata: false }));
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::S3::Bucket', {
    ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 2557 } } },
    ReplicationConfiguration: { Rules: [Match.objectLike({ Status: 'Enabled' })] },
  });
  template.hasResourceProperties('AWS::S3::Bucket', {
    ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 30, DefaultEventHold: { Days: 1096 } } } },
  });
  Template.fromStack(stack.node.root.node.findChild('RecordsCopy') as Stack).hasResourceProperties('AWS::S3::Bucket', {
    ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 2557 } } },
  });
});
