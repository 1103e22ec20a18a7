import { App, Stack, Validations } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { SecureBucket, StrongboxChecks } from '../../src';

/** The findings of StrongboxChecks on an app with one stack. */
function findings(build: (stack: Stack) => void): string[] {
  const silent = jest.spyOn(console, 'error').mockReturnValue(undefined);
  const app = new App({ treeMetadata: false });
  const checks = new StrongboxChecks();
  const validate = jest.spyOn(checks, 'validate');
  Validations.of(app).addPlugins(checks);
  build(new Stack(app, 'Stack'));
  try {
    app.synth();
  } catch (error) {
    if (!/Validation ?[Ff]ailed/.test(`${(error as Error).name} ${error}`)) throw error;
  } finally {
    silent.mockRestore();
  }
  return validate.mock.results.flatMap(({ value }) => value.violations.map(({ ruleName }: { ruleName: string }) => ruleName));
}

const l1 = (secure: SecureBucket) => secure.bucket.node.defaultChild as s3.CfnBucket;

test('a SecureBucket holds what its controls claim', () => {
  expect(findings((stack) => new SecureBucket(stack, 'Documents'))).toEqual([]);
});

test.each<[string, string, (bucket: s3.CfnBucket) => void]>([
  ['versioning', 'Strongbox::versioned', (bucket) => { bucket.versioningConfiguration = { status: 'Suspended' }; }],
  ['lifecycle', 'Strongbox::incomplete-uploads-aborted', (bucket) => { bucket.lifecycleConfiguration = undefined; }],
  ['TLS', 'Strongbox::tls-only', (bucket) => bucket.stack.node.findAll()
    .filter((node): node is s3.CfnBucketPolicy => s3.CfnBucketPolicy.isCfnBucketPolicy(node))
    .forEach((policy) => policy.addPropertyOverride('PolicyDocument.Statement.0.Condition', { Bool: { 'aws:SecureTransprt': 'false' } }))],
  ['Block Public Access', 'Strongbox::public-access-blocked', (bucket) => bucket.addPropertyOverride('PublicAccessBlockConfiguration.BlockPublicPolicy', false)],
])('what an escape hatch takes away is found: %s', (_, finding, weaken) => {
  expect(findings((stack) => weaken(l1(new SecureBucket(stack, 'Documents'))))).toContain(finding);
});

test('a bucket without the control is not asked for it', () => {
  expect(findings((stack) => new s3.Bucket(stack, 'Plain'))).not.toContain('Strongbox::versioned');
});
