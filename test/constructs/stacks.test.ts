import { App, CfnOutput, NestedStack, Stack, type StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import {
  BucketPerimeter,
  BucketPresignedLimits,
  NetworkOrigin,
  Perimeter,
  PresignCallers,
  PresignedOperation,
  PresignedRequests,
  PresignedUrls,
  RedactedCopy,
  RedactingEndpoint,
  RedactingObjectLambda,
  RedactionPolicy,
  S3Endpoint,
  SecureBucket,
  Team,
  TeamAccessPoints,
  View,
} from '../../src';
import { ACCOUNT, REGION } from '../support/app';

/**
 * The order of stacks that docs/stacks.md names: who and where from, then the data with all that its policies name,
 * then what uses it.
 */
function layers(props: StackProps = {}) {
  const app = new App({ treeMetadata: false });
  const [before, data, after] = ['Before', 'Data', 'After'].map((id) => new Stack(app, id, props));
  const role = (stack: Stack, id: string) => new iam.Role(stack, id, { assumedBy: new iam.AccountRootPrincipal() });
  return { app, before, data, after, role, documents: new SecureBucket(data, 'Documents') };
}
const view = (name: string, ...principals: iam.IGrantable[]) =>
  View.redacted(name, { policy: RedactionPolicy.standard(), principals });
const download = { prefix: 'out/', operations: [PresignedOperation.download()], callers: PresignCallers.iam() };

describe.each<[string, StackProps]>([
  ['env-agnostic', {}],
  ['with an environment', { env: { account: ACCOUNT, region: REGION } }],
])('%s', (_, props) => {
  test('roles and network before the data, applications after it', () => {
    const { app, before, data, after, role, documents } = layers(props);
    const vpc = new ec2.Vpc(before, 'Vpc');
    const [finance, analytics, partner] = ['Finance', 'Analytics', 'Partner'].map((id) => role(before, id));
    const lake = new TeamAccessPoints(data, 'Lake', {
      bucket: documents,
      origin: NetworkOrigin.vpc(vpc),
      teams: [Team.readWrite('finance', { prefixes: ['finance/'], principals: [finance] })],
    });
    new S3Endpoint(data, 'S3', { vpc, buckets: [documents] });
    documents.bucket.with(new BucketPerimeter(Perimeter.vpcs(vpc.vpcId), { exempt: [partner] }));
    new RedactingEndpoint(data, 'Endpoint', { bucket: documents, views: [view('analytics', analytics)] });
    new RedactedCopy(after, 'Copies', { bucket: documents, view: view('partner', partner) });
    const urls = new PresignedUrls(data, 'Urls', { bucket: documents.bucket, ...download });
    urls.grantIssue(role(after, 'Portal'));
    documents.bucket.with(new BucketPresignedLimits(PresignedRequests.onlyBy(urls.signer)));
    new CfnOutput(after, 'Alias', { value: lake.accessPoint('finance').alias });
    expect(() => app.synth()).not.toThrow();
  });

  test('nested stacks beside the bucket', () => {
    const { app, data, role, documents } = layers(props);
    const nested = new NestedStack(data, 'Nested');
    new TeamAccessPoints(nested, 'Lake', {
      bucket: documents,
      teams: [Team.readOnly('finance', { prefixes: ['finance/'], principals: [role(data, 'Finance')] })],
    });
    new RedactingObjectLambda(nested, 'Views', {
      bucket: documents,
      views: [view('analytics', role(data, 'Analytics'))],
    });
    expect(() => app.synth()).not.toThrow();
  });
});

test('a role of the application that reads by the alias is a circle', () => {
  const { app, data, after, role, documents } = layers();
  const lake = new TeamAccessPoints(data, 'Lake', {
    bucket: documents,
    teams: [Team.readOnly('finance', { prefixes: ['finance/'], principals: [role(after, 'Finance')] })],
  });
  new CfnOutput(after, 'Alias', { value: lake.accessPoint('finance').alias });
  expect(() => app.synth()).toThrow(/cyclic reference/);
});
