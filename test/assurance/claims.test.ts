import { App, Stack, Validations } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { SecureBucket, StrongboxChecks } from '../../src';
import { assess, summary } from '../../src/assurance/assessment';

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
  return validate.mock.results.flatMap(({ value }) =>
    value.violations.map(({ ruleName }: { ruleName: string }) => ruleName),
  );
}

const l1 = (secure: SecureBucket) => secure.bucket.node.defaultChild as s3.CfnBucket;

test('a SecureBucket holds what its controls claim', () => {
  expect(findings((stack) => new SecureBucket(stack, 'Documents'))).toEqual([]);
});

test.each<[string, string, (bucket: s3.CfnBucket) => void]>([
  [
    'versioning',
    'Strongbox::versioned',
    (bucket) => {
      bucket.versioningConfiguration = { status: 'Suspended' };
    },
  ],
  [
    'lifecycle',
    'Strongbox::incomplete-uploads-aborted',
    (bucket) => {
      bucket.lifecycleConfiguration = undefined;
    },
  ],
  [
    'TLS',
    'Strongbox::tls-only',
    (bucket) =>
      bucket.stack.node
        .findAll()
        .filter((node): node is s3.CfnBucketPolicy => s3.CfnBucketPolicy.isCfnBucketPolicy(node))
        .forEach((policy) =>
          policy.addPropertyOverride('PolicyDocument.Statement.0.Condition', {
            Bool: { 'aws:SecureTransprt': 'false' },
          }),
        ),
  ],
  [
    'Block Public Access',
    'Strongbox::public-access-blocked',
    (bucket) => bucket.addPropertyOverride('PublicAccessBlockConfiguration.BlockPublicPolicy', false),
  ],
])('what an escape hatch takes away is found: %s', (_, finding, weaken) => {
  expect(findings((stack) => weaken(l1(new SecureBucket(stack, 'Documents'))))).toContain(finding);
});

test('a bucket without the control is not asked for it', () => {
  expect(findings((stack) => new s3.Bucket(stack, 'Plain'))).not.toContain('Strongbox::versioned');
});

describe('hand-written claims', () => {
  const assessed = (claims: unknown, resource = 'Policy') => {
    const template: any = {
      Resources: {
        Docs: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'docs' } },
        Policy: {
          Type: 'AWS::S3::BucketPolicy',
          Properties: { Bucket: 'docs', PolicyDocument: { Version: '2012-10-17', Statement: [] } },
        },
        Elsewhere: {
          Type: 'AWS::S3::BucketPolicy',
          Properties: { Bucket: 'of-another-app', PolicyDocument: { Version: '2012-10-17', Statement: [] } },
        },
        Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {} } },
      },
      Parameters: { Reader: { Type: 'String' } },
    };
    template.Resources[resource].Metadata = { 'strongbox:claims': claims };
    return assess([{ stack: 'Stack', template, account: '111122223333', region: 'eu-west-1' }]);
  };
  const messages = (claims: unknown, resource?: string) =>
    assessed(claims, resource)
      .findings.filter(({ lint }) => lint.id === 'claim-unreadable')
      .map(({ message }) => message);

  test.each<[string, unknown, RegExp]>([
    ['no list', 'readers-only', /must be a list/],
    ['no object', ['readers-only'], /must be an object/],
    ['no guarantee', [{ control: 'x' }], /"guarantee" must be the id of a guarantee/],
    ['an unknown guarantee', [{ guarantee: 'readers-onyl' }], /"readers-onyl", which no claim can make/],
    ['an unknown part', [{ guarantee: 'versioned', optoins: {} }], /"optoins" is no part of a claim/],
    [
      'an option of a wrong type',
      [{ guarantee: 'readers-only', options: { principals: 7 } }],
      /"principals" must be a list of texts \(got 7\)/,
    ],
    [
      'an option of no type',
      [{ guarantee: 'readers-only', options: { principals: [{ a: 1 }] } }],
      /"principals" must be a list of texts/,
    ],
    ['options that are none', [{ guarantee: 'readers-only', options: [] }], /"options" must be an object/],
    ['an unknown option', [{ guarantee: 'versioned', options: { days: 3 } }], /"days" is no option/],
    [
      'a value that the guarantee refuses',
      [{ guarantee: 'tls-minimum-version', options: { version: 1.1 } }],
      /S3 supports these two/,
    ],
    ['an empty decision', [{ guarantee: 'versioned', decision: '' }], /"decision" must be a reason/],
    [
      'an intrinsic that is none',
      [{ guarantee: 'readers-only', options: { principals: [{ Ref: 'Nobody' }] } }],
      /refers to "Nobody"/,
    ],
    ['null', [null], /must be an object/],
    [
      'a claim about access points of a bucket that has none',
      [{ guarantee: 'access-points-block-public-access' }],
      /has nothing that it is about/,
    ],
  ])('%s is a finding, not a crash', (_, claims, message) => {
    expect(messages(claims)).toEqual([expect.stringMatching(message)]);
  });

  test('about a bucket that is not in the templates', () => {
    expect(messages([{ guarantee: 'tls-only' }], 'Elsewhere')).toEqual([
      expect.stringContaining('which the templates do not have'),
    ]);
    expect(messages([{ guarantee: 'tls-only' }], 'Role')).toEqual([
      expect.stringContaining('which the templates do not have'),
    ]);
  });

  test('that contradict each other cannot both be proved', () => {
    const claims = [{ guarantee: 'sse-c-only' }, { guarantee: 'no-sse-c-uploads' }];
    const { judgements } = assessed(claims);
    const verdicts = judgements
      .filter(({ claim }) => claims.some(({ guarantee }) => guarantee === claim.guarantee.id))
      .map(({ verdict }) => verdict.status);
    expect(verdicts).toHaveLength(2);
    expect(verdicts).toContain('violated');
  });

  test('with a value that only the deployment knows are not checked, and every output says so', () => {
    const assessment = assessed([
      { control: 'readers-only', guarantee: 'readers-only', options: { principals: [{ Ref: 'Reader' }] } },
    ]);
    expect(assessment.unchecked.map(({ control, reason }) => `${control}: ${reason}`)).toEqual([
      'readers-only: only the deployment knows an option of readers-only',
    ]);
    expect(summary(assessment)).toMatch(/1 control not checked$/);
  });

  test('a decision is shown, and nothing is checked for it', () => {
    const { decisions, judgements } = assessed(
      [{ control: 'replication', guarantee: 'replicated', decision: 'Made anew from its source' }],
      'Docs',
    );
    expect(decisions).toEqual([
      expect.objectContaining({ guarantee: 'replicated', reason: 'Made anew from its source' }),
    ]);
    expect(judgements.map(({ claim }) => claim.guarantee.id)).not.toContain('replicated');
  });
});
