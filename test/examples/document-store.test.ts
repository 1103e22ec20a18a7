import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { DocumentStack, SiteStack } from '../../examples/document-store/stacks';
import { nag } from '../support/nag';

function build(app: App): { documents: DocumentStack; site: SiteStack } {
  const documents = new DocumentStack(app, 'DocumentStore');
  return { documents, site: new SiteStack(app, 'DocumentSite', { key: documents.key, logs: documents.logs }) };
}

test('leaves the six nag packs nothing', () => {
  const report = nag((stack) => void build(Stack.of(stack).node.root as App));
  expect(report.open).toEqual([]);
  expect(report.acknowledged.every(({ reason }) => reason)).toBe(true);
});

test('shares one key and one log bucket between two stacks', () => {
  const { documents, site } = build(new App({ treeMetadata: false }));
  Template.fromStack(documents).resourceCountIs('AWS::KMS::Key', 1);
  Template.fromStack(site).resourceCountIs('AWS::KMS::Key', 0);
  Template.fromStack(site).hasResourceProperties('AWS::S3::Bucket', {
    LoggingConfiguration: {
      DestinationBucketName: { 'Fn::ImportValue': Match.stringLikeRegexp('^DocumentStore:.*Logs') },
      LogFilePrefix: 'site/',
    },
  });
});

test('bounds every job to its prefixes', () => {
  const { documents } = build(new App({ treeMetadata: false }));
  const policies = Template.fromStack(documents).findResources('AWS::IAM::ManagedPolicy');
  const objects = Object.values(policies)
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .filter(({ Action }: any) => JSON.stringify(Action).match(/s3:(Get|Put)Object/))
    .map(({ Resource }: any) => JSON.stringify(Resource));
  // Reads, uploads, and the ACL bucket-owner-full-control that clients send with uploads.
  expect(objects).toHaveLength(3);
  for (const resource of objects) expect(resource).toMatch(/\/(reports|invoices|inbox)\/\*/);
});
